//! Verbatim phrases, wildcards, fuzzy words, NEAR and SENT by positions. Postings give the positions of characters;
//! the layouts of texts give word boundaries and the changes of folding. A text is read only where these do not
//! suffice.

use std::io;
use std::ops::ControlFlow;

use tantivy::{DocAddress, DocId};

use super::char_view::{CharView, ahead};
use super::postings;
use super::rows::Row;
use super::segment_view::Segment;
use super::spots::{Spot, Spots, spots};
use crate::analysis::fold;
use crate::document::{HEADING_END, heading_text};
use crate::index::{Changes, Cuts, IndexError, IndexedPassage, LayoutFields, Layouts, OpenIndex, Origins, flag};
use crate::matching::approximate::{BARRIERS, Fuzzy, Wildcard, edits};
use crate::matching::together::{Bond, Occurrence, SENTENCE_ENDS, in_order, set_apart, together};
use crate::query::Place;
use crate::query::plan::common_field;
use crate::query::{Alternative, Field, Form, Plan, Reason, Tier};

/// Number of passages whose positions are in memory at one time.
const CHUNK: usize = 1 << 14;

/// Result of the postings for some rows.
#[derive(Debug, Default)]
pub(super) struct Told {
    /// Rows that match.
    pub rows: Vec<Row>,
    /// Rows that only their text can decide.
    pub doubtful: Vec<Row>,
}

/// An occurrence in a folded text.
#[derive(Clone, Copy, Debug)]
struct Found {
    start: usize,
    end: usize,
    tier: Tier,
    order: u16,
}

/// Method of finding a plan.
#[derive(Debug)]
enum Way {
    Literal,
    Verbatim(Option<Changes>),
    /// A wildcard, and the part of each of its pieces.
    Wildcard(Wildcard, Vec<usize>),
    Fuzzy(Box<Fuzzy>),
}

/// Finds the occurrences of a plan by positions.
struct Finder {
    way: Way,
    /// Pieces, characters or phrases whose positions are read.
    parts: Vec<Alternative>,
}

/// Makes an alternative that is found anywhere.
fn anywhere(chars: &[char]) -> Alternative {
    Alternative::new(chars.to_vec(), Tier::Word, true, Reason::Typed, String::new())
}

impl Finder {
    /// Makes a finder; `None` where positions do not suffice: dates, and characters that folding drops.
    fn of(plan: &Plan) -> Option<Self> {
        if plan.alternatives.is_empty() || plan.date.is_some() {
            return None;
        }
        let (way, parts) = match plan.leaf.form {
            Form::Fuzzy(_) => {
                let fuzzy = Fuzzy::new(&plan.alternatives[0].chars, edits(plan)?);
                let parts = fuzzy.letters.iter().map(|letter| anywhere(&[*letter])).collect();
                (Way::Fuzzy(Box::new(fuzzy)), parts)
            }
            Form::Verbatim => {
                (Way::Verbatim(Changes::of(&fold(&plan.leaf.text), &plan.leaf.text)), plan.alternatives.clone())
            }
            _ if plan.leaf.is_wildcard() => {
                let wildcard = Wildcard::of(&plan.leaf.text);
                // The positions of a piece that comes again (の*の) are read once.
                let mut parts: Vec<Alternative> = Vec::new();
                let part_of = |piece: &Vec<char>| {
                    parts.iter().position(|part| part.chars == *piece).unwrap_or_else(|| {
                        parts.push(anywhere(piece));
                        parts.len() - 1
                    })
                };
                let places = wildcard.pieces.iter().map(part_of).collect();
                (Way::Wildcard(wildcard, places), parts)
            }
            _ => (Way::Literal, plan.alternatives.clone()),
        };
        Some(Self { way, parts })
    }

    /// Calls `see` with the index of each document and each occurrence in it, in order, until it breaks for this
    /// document. Returns the indices of documents that positions cannot decide.
    fn each(
        &mut self,
        view: &CharView,
        layouts: &Layouts,
        docs: &[DocId],
        mut see: impl FnMut(usize, Found) -> ControlFlow<()>,
    ) -> io::Result<Vec<usize>> {
        let mut doubtful = Vec::new();
        let found = spots(view, &self.parts, docs)?;
        match &mut self.way {
            Way::Literal => {
                for at in 0..docs.len() {
                    let _ = found.of(at).iter().try_for_each(|spot| see(at, literal(&self.parts, spot)));
                }
            }
            Way::Verbatim(typed) => {
                let mut reading = typed.as_ref().map(|typed| typed.reading(layouts));
                for (at, doc) in docs.iter().enumerate() {
                    let of_document = found.of(at);
                    let Some(reading) = reading.as_mut().filter(|_| !of_document.is_empty()) else {
                        doubtful.extend((!of_document.is_empty()).then_some(at));
                        continue;
                    };
                    reading.open(*doc);
                    let mut unknown = false;
                    for spot in of_document {
                        match reading.is_as_typed(spot.start as usize) {
                            Some(true) if see(at, literal(&self.parts, spot)).is_break() => {
                                unknown = false;
                                break;
                            }
                            Some(_) => {}
                            None => unknown = true,
                        }
                    }
                    doubtful.extend(unknown.then_some(at));
                }
            }
            Way::Wildcard(wildcard, part_of) => {
                let (pieces, parts) = (wildcard.pieces.len(), self.parts.len());
                let whole =
                    |spots: &[Spot]| (0..parts).all(|part| spots.iter().any(|spot| usize::from(spot.order) == part));
                let with_all: Vec<usize> = (0..docs.len()).filter(|at| whole(found.of(*at))).collect();
                let barriers = if pieces > 1 {
                    let docs: Vec<DocId> = with_all.iter().map(|at| docs[*at]).collect();
                    spots(view, &BARRIERS.map(|barrier| anywhere(&[barrier])), &docs)?
                } else {
                    Spots::none(with_all.len())
                };
                if view.is_over() {
                    return Ok(doubtful);
                }
                let mut starts: Vec<Vec<u32>> = vec![Vec::new(); pieces];
                let mut places = Vec::new();
                for (number, at) in with_all.into_iter().enumerate() {
                    starts.iter_mut().for_each(Vec::clear);
                    for (starts, part) in starts.iter_mut().zip(part_of.iter()) {
                        let here = found.of(at).iter().filter(|spot| usize::from(spot.order) == *part);
                        starts.extend(here.map(|spot| spot.start));
                    }
                    places.clear();
                    places.extend(barriers.of(number).iter().map(|spot| spot.start));
                    let (mut firsts, all) = (0, found.of(at));
                    wildcard.occurrences(&starts, &places, |start, end| {
                        // The first piece is the first part.
                        while all[firsts].order != 0 || all[firsts].start != start {
                            firsts += 1;
                        }
                        let last = part_of[pieces - 1] as u16;
                        let mut within = all[firsts..].iter().take_while(|spot| spot.start < end);
                        let ends =
                            wildcard.open_end || within.any(|spot| spot.order == last && spot.end == end && spot.ends);
                        let is_word = (wildcard.open_start || all[firsts].begins) && ends;
                        let tier = if is_word { Tier::Word } else { Tier::Substring };
                        see(at, Found { start: start as usize, end: end as usize, tier, order: 0 })
                    });
                }
            }
            Way::Fuzzy(fuzzy) => {
                let (mut cuts, mut met) = (Cuts::default(), Vec::new());
                for (at, doc) in docs.iter().enumerate() {
                    met.clear();
                    met.extend(found.of(at).iter().map(|spot| (spot.start, spot.order)));
                    if met.is_empty() {
                        continue;
                    }
                    layouts.cuts(*doc, &mut cuts);
                    let is_cut = |position| cuts.at(position);
                    fuzzy.occurrences(&met, cuts.length(), is_cut, |start, end, tier| {
                        see(at, Found { start, end, tier, order: 0 })
                    });
                }
            }
        }
        Ok(doubtful)
    }

    /// Returns the best tier of each document in a field, and the indices of documents that positions cannot decide.
    fn tiers(
        &mut self,
        view: &CharView,
        layouts: &Layouts,
        docs: &[DocId],
    ) -> io::Result<(Vec<Option<Tier>>, Vec<usize>)> {
        let mut tiers: Vec<Option<Tier>> = vec![None; docs.len()];
        if let (Way::Wildcard(wildcard, part_of), [piece]) = (&self.way, self.parts.as_slice())
            && part_of.len() == 1
        {
            // A wildcard of one piece needs only its postings.
            let piece = Alternative { open_end: wildcard.open_end, ..piece.clone() };
            put(&mut tiers, docs, &postings::find_open(view, &[piece], wildcard.open_start, Some(docs))?);
            return Ok((tiers, Vec::new()));
        }
        let asked: Vec<usize> = (0..docs.len()).collect();
        let mut doubtful = Vec::new();
        for chunk in asked.chunks(CHUNK) {
            if view.is_over() {
                break;
            }
            let docs: Vec<DocId> = chunk.iter().map(|at| docs[*at]).collect();
            let unknown = self.each(view, layouts, &docs, |at, found| {
                let tier = &mut tiers[chunk[at]];
                *tier = Some(tier.map_or(found.tier, |known| known.min(found.tier)));
                if *tier == Some(Tier::Word) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            })?;
            doubtful.extend(unknown.into_iter().map(|at| chunk[at]));
        }
        Ok((tiers, doubtful))
    }
}

/// Makes the occurrence of an alternative.
fn literal(alternatives: &[Alternative], spot: &Spot) -> Found {
    let alternative = &alternatives[usize::from(spot.order)];
    let is_word = alternative.is_word(spot.begins, spot.ends);
    let tier = if is_word { alternative.tier } else { Tier::Substring };
    let (start, end) = alternative.own(spot.start as usize, spot.end as usize);
    Found { start, end, tier, order: spot.order }
}

/// Writes the tiers of some of the documents into the list for all.
fn put(tiers: &mut [Option<Tier>], docs: &[DocId], found: &[postings::LeafDoc]) {
    let mut at = 0;
    for found in found {
        at += ahead(&docs[at..], |doc| *doc < found.doc);
        if docs.get(at) == Some(&found.doc) {
            tiers[at] = Some(found.tier);
        }
    }
}

/// Splits live rows: rows with repaired texts are doubtful, because a match that includes a repaired place is at best
/// a variant.
fn sound(segment: &Segment<'_>, rows: &[Row]) -> Told {
    let is_mended = |row: &Row| segment.flags.first(row.doc).unwrap_or(0) & flag::REPAIRED != 0;
    let (doubtful, rows) =
        rows.iter().filter(|row| !segment.reader.is_deleted(row.doc)).partition(|row| is_mended(row));
    Told { rows, doubtful }
}

fn layouts(index: &OpenIndex, segment: &Segment<'_>, fields: LayoutFields) -> Result<Layouts, IndexError> {
    Layouts::open(segment.reader, fields).map_err(|error| index.damaged(error))
}

/// Returns the texts in which a plan is searched: their number, field and character view.
fn texts_of<'a>(segment: &'a Segment<'_>, plan: &'a Plan) -> impl Iterator<Item = (usize, Field, &'a CharView)> {
    let views = segment.views().into_iter().enumerate();
    views.filter(|(_, (field, _))| plan.leaf.is_for(*field)).map(|(number, (field, view))| (number, field, view))
}

/// Selects the rows that hold a plan.
///
/// # Errors
/// `Damaged` where the index cannot be read.
pub(super) fn leaf(index: &OpenIndex, segment: &Segment<'_>, plan: &Plan, rows: &[Row]) -> Result<Told, IndexError> {
    let Some(mut finder) = Finder::of(plan) else { return Ok(Told { rows: Vec::new(), doubtful: rows.to_vec() }) };
    let Told { mut rows, mut doubtful } = sound(segment, rows);
    let mut tiers: Vec<Option<Tier>> = vec![None; rows.len()];
    let mut places: Vec<Option<Place>> = vec![None; rows.len()];
    let mut unknown = vec![false; rows.len()];
    for (number, field, view) in texts_of(segment, plan) {
        let docs: Vec<DocId> = rows.iter().map(|row| row.doc).collect();
        if docs.is_empty() {
            continue;
        }
        let layouts = layouts(index, segment, index.fields().layouts[number])?;
        let (found, doubts) = finder.tiers(view, &layouts, &docs).map_err(|error| index.damaged(error))?;
        let here = Place::of(field, plan.leaf.field);
        for (at, tier) in found.into_iter().enumerate() {
            let Some(tier) = tier else { continue };
            tiers[at] = Some(tiers[at].map_or(tier, |known| known.min(tier)));
            places[at] = Some(places[at].map_or(here, |known| known.or(here)));
        }
        doubts.into_iter().for_each(|at| unknown[at] = true);
    }
    let mut kept = Vec::with_capacity(rows.len());
    for (at, row) in rows.drain(..).enumerate() {
        match tiers[at] {
            _ if unknown[at] => doubtful.push(row),
            Some(tier) => kept.push(Row { tier, place: places[at].unwrap_or(row.place), ..row }),
            None => {}
        }
    }
    doubtful.sort_by_key(|row| row.doc);
    Ok(Told { rows: kept, doubtful })
}

/// Selects the rows of a segment that hold characters which folding drops. A text is read only where folding dropped
/// more than white space; a middle dot cannot stand elsewhere.
///
/// # Errors
/// `Damaged` where the index cannot be read.
pub(super) fn dropped(
    index: &OpenIndex,
    segment: &Segment<'_>,
    ordinal: usize,
    plan: &Plan,
    rows: &[Row],
) -> Result<Vec<Row>, IndexError> {
    let texts: Vec<(Field, Layouts)> = texts_of(segment, plan)
        .map(|(number, field, _)| Ok((field, layouts(index, segment, index.fields().layouts[number])?)))
        .collect::<Result<_, IndexError>>()?;
    let (typed, blank) = (plan.leaf.text.as_str(), plan.leaf.text.chars().all(char::is_whitespace));
    let mut kept = Vec::new();
    for row in rows.iter().filter(|row| !typed.is_empty() && !segment.reader.is_deleted(row.doc)) {
        let may_hold = |wanted: Field| {
            texts.iter().any(|(field, layouts)| *field == wanted && (blank || layouts.has_marks(row.doc)))
        };
        let (body, heading, title) = (may_hold(Field::Body), may_hold(Field::Heading), may_hold(Field::Title));
        if !(body || heading || title) {
            continue;
        }
        if segment.watch.is_over() {
            break;
        }
        let IndexedPassage { document, passage } = index.passage(DocAddress::new(ordinal as u32, row.doc))?;
        let in_heading = heading && heading_text(&passage.heading).contains(typed);
        let in_title = || -> Result<bool, IndexError> {
            Ok(title && index.document(&document)?.is_some_and(|document| document.document.title.contains(typed)))
        };
        let field = if body && passage.text.contains(typed) {
            Field::Body
        } else if in_title()? {
            Field::Title
        } else if in_heading {
            Field::Heading
        } else {
            continue;
        };
        kept.push(Row { tier: Tier::Substring, place: Place::of(field, plan.leaf.field), ..*row });
    }
    Ok(kept)
}

/// Selects the rows where one occurrence of each part is close to the others in one text, which is given by its
/// number. All rows hold one plan of each part.
///
/// # Errors
/// `Damaged` where the index cannot be read.
pub(super) fn bound(
    index: &OpenIndex,
    segment: &Segment<'_>,
    bond: Bond,
    plans: &[Vec<&Plan>],
    text: usize,
    rows: &[Row],
) -> Result<Told, IndexError> {
    let finders: Option<Vec<Vec<Finder>>> =
        plans.iter().map(|part| part.iter().map(|plan| Finder::of(plan)).collect()).collect();
    let Some(mut finders) = finders else {
        return Ok(Told { rows: Vec::new(), doubtful: rows.to_vec() });
    };
    let (field, view) = segment.views()[text];
    let in_headings = field == Field::Heading;
    // Only passages are repaired.
    let Told { rows, mut doubtful } =
        if field == Field::Body { sound(segment, rows) } else { Told { rows: rows.to_vec(), doubtful: Vec::new() } };
    let layouts = layouts(index, segment, index.fields().layouts[text])?;
    let damaged = |error: io::Error| index.damaged(error);
    let ends: Vec<Alternative> = match bond {
        Bond::Sentence => SENTENCE_ENDS.iter().map(|end| anywhere(&[*end])).collect(),
        Bond::Near(_) if in_headings => vec![anywhere(&[HEADING_END])],
        Bond::Near(_) => Vec::new(),
    };
    let mut kept = Vec::new();
    let mut origins = Origins::default();
    let asked = common_field(plans.iter().flatten().copied());
    let mut all: Vec<Vec<Occurrence>> = vec![Vec::new(); plans.len()];
    for rows in rows.chunks(CHUNK) {
        if segment.watch.is_over() {
            break;
        }
        let docs: Vec<DocId> = rows.iter().map(|row| row.doc).collect();
        let mut unknown = vec![false; docs.len()];
        let mut lists: Vec<Vec<(usize, Found)>> = Vec::with_capacity(plans.len());
        for part in &mut finders {
            let mut list = Vec::new();
            for finder in part.iter_mut() {
                let doubts = finder.each(view, &layouts, &docs, |at, found| {
                    list.push((at, found));
                    ControlFlow::Continue(())
                });
                doubts.map_err(damaged)?.into_iter().for_each(|at| unknown[at] = true);
            }
            if part.len() > 1 {
                list.sort_by_key(|(at, _)| *at);
            }
            lists.push(list);
        }
        let ends =
            if ends.is_empty() { Spots::none(docs.len()) } else { spots(view, &ends, &docs).map_err(damaged)? };
        if segment.watch.was_cut() {
            // With positions missing, closeness cannot be decided.
            break;
        }
        let mut nexts = vec![0usize; plans.len()];
        for (at, row) in rows.iter().enumerate() {
            for ((list, next), occurrences) in lists.iter().zip(&mut nexts).zip(&mut all) {
                let from = *next;
                *next += list[from..].iter().take_while(|(of, _)| *of == at).count();
                occurrences.clear();
                let here = list[from..*next].iter().map(|(_, found)| found);
                occurrences.extend(here.map(|found| Occurrence {
                    order: found.order,
                    ..Occurrence::new(found.start, found.end, found.tier)
                }));
            }
            if unknown[at] {
                doubtful.push(*row);
                continue;
            }
            if all.iter().any(Vec::is_empty) {
                continue;
            }
            origins.read(&layouts, row.doc);
            let behind = |position: usize| ends.of(at).partition_point(|end| (end.start as usize) < position);
            let sentence = |position: usize| behind(position) as u32 + origins.lines(position) as u32;
            for found in all.iter_mut().flatten() {
                found.span = origins.span(found.start, found.end);
                match bond {
                    Bond::Sentence => found.sentences = (sentence(found.start), sentence(found.end - 1)),
                    Bond::Near(_) if in_headings => set_apart(found, behind(found.start)),
                    Bond::Near(_) => {}
                }
            }
            all.iter_mut().for_each(|list| in_order(list));
            if let Some(tier) = together(&all, bond, None, &segment.watch) {
                kept.push(Row { tier, place: Place::of(field, asked), ..*row });
            }
        }
    }
    doubtful.sort_by_key(|row| row.doc);
    Ok(Told { rows: kept, doubtful })
}
