//! The verdict on one quotation.

use std::ops::Range;
use std::rc::Rc;

use super::align::{Alignment, Grams, occurrences};
use super::differences::{Comparer, Difference, DifferenceKind};
use super::edges::{cut_at_negation, place, trimmed};
use super::ellipsis::parts;
use super::letters::Letters;
use super::merged::{PER_PLACE, Piece, clauses, cover};
use super::reference::Hints;
use super::sources::{Pieces, Source, Sources};
use super::verdict::{Part, Quotation, Verdict};
use crate::engine::SearchError;

/// Least share of a quotation that must be the same at a place.
const ACCEPTED: f64 = 0.8;
/// The same where one negation, number or name is changed: しませんでした for しました is more than a fifth of a short quotation.
const ACCEPTED_FLIP: f64 = 0.7;
/// The same where all words are the same in other spellings: 平成二十四年 for 平成24年.
const ACCEPTED_SPELLING: f64 = 0.4;
/// Least letters of a quotation that is accepted so.
const FLIPPED: usize = 10;
/// Places that are told for a quotation that was not found.
const NEAREST: usize = 3;

/// A place in a document that was read.
#[derive(Clone)]
struct At {
    source: Rc<Source>,
    alignment: Alignment,
    differences: Vec<Difference>,
}

impl At {
    fn is_minor(&self) -> bool {
        self.differences.iter().all(|difference| difference.kind.is_minor())
    }

    fn is_in(&self, cited: &[String]) -> bool {
        cited.contains(&self.source.document.id)
    }
}

/// Judges quotations over the sources of a collection.
pub(super) struct Judge<'a> {
    pub sources: Sources<'a>,
    pub comparer: Comparer<'a>,
}

/// What a draft says of the source of a quotation.
#[derive(Clone, Debug, Default)]
pub(super) struct Cited {
    /// The documents that it names; empty where it names none.
    pub documents: Vec<String>,
    /// Documents that its words suit better than others.
    pub hints: Hints,
}

impl Judge<'_> {
    /// Judges one quotation. The documents of `cited` are looked at first; without any, each document counts alike.
    pub fn judge(&mut self, text: &str, cited: &Cited) -> Result<Quotation, SearchError> {
        let whole = Letters::of(text);
        let mut quotation =
            Quotation { text: text.to_owned(), cited: cited.documents.first().cloned(), ..Quotation::default() };
        if whole.len() == 0 {
            quotation.verdict = Verdict::NotFound;
            return Ok(quotation);
        }
        let parts = parts(text);
        let equal = self.equal(&[text.to_owned()], cited)?;
        let found = self.all_at(&equal, &whole);
        // An ellipsis that the source has itself is no ellipsis of the quotation.
        let found: Vec<At> = found.into_iter().filter(|at| parts.len() < 2 || at.differences.is_empty()).collect();
        if self.settle(&mut quotation, found, cited) {
            return Ok(quotation);
        }
        if parts.len() > 1 {
            self.ellipsis(&mut quotation, &parts, cited)?;
            return Ok(quotation);
        }
        self.near(&mut quotation, &whole, &equal, cited)?;
        Ok(quotation)
    }

    /// Reads the cited documents, and those with all words of some texts.
    fn equal(&mut self, texts: &[String], cited: &Cited) -> Result<Vec<Rc<Source>>, SearchError> {
        let mut ids = cited.documents.clone();
        ids.extend(self.sources.with_all(texts)?);
        self.read(ids)
    }

    fn read(&mut self, ids: Vec<String>) -> Result<Vec<Rc<Source>>, SearchError> {
        let mut found: Vec<Rc<Source>> = Vec::new();
        for id in ids {
            if found.iter().any(|known| known.document.id == id) || self.sources.is_over() {
                continue;
            }
            found.extend(self.sources.get(&id)?);
        }
        Ok(found)
    }

    /// Returns the best place with all letters of a text in each source.
    fn all_at(&self, sources: &[Rc<Source>], text: &Letters) -> Vec<At> {
        let best = |source: &Rc<Source>| {
            let starts = occurrences(&source.text.key, &text.key);
            let places = starts.into_iter().map(|start| self.at(source, start..start + text.len(), text));
            places.min_by_key(|at| (!at.is_minor(), at.differences.len()))
        };
        sources.iter().filter_map(best).collect()
    }

    fn at(&self, source: &Rc<Source>, letters: Range<usize>, text: &Letters) -> At {
        let alignment = Alignment { source: letters, ..Alignment::default() };
        let differences = self.comparer.differences(&source.text, &alignment, text);
        At { source: source.clone(), alignment, differences }
    }

    /// Gives the verdict where places with the same words were found; false where none was.
    fn settle(&self, quotation: &mut Quotation, mut found: Vec<At>, cited: &Cited) -> bool {
        found.retain(At::is_minor);
        found.sort_by_key(|at| {
            let suits = cited.hints.suits(&at.source.document);
            (!at.is_in(&cited.documents), !at.differences.is_empty(), !suits, at.differences.len())
        });
        let Some(best) = found.first().cloned() else { return false };
        quotation.verdict = match (&best, cited.documents.is_empty()) {
            (best, false) if !best.is_in(&cited.documents) => Verdict::OtherDocument,
            (best, _) if best.differences.is_empty() => Verdict::Exact,
            _ => Verdict::Spelling,
        };
        quotation.also = found.iter().skip(1).map(|at| at.source.document.id.clone()).collect();
        self.stand(quotation, best);
        true
    }

    /// Puts a quotation to its place.
    fn stand(&self, quotation: &mut Quotation, at: At) {
        quotation.warnings.extend(cut_at_negation(&at.source.text, &at.alignment.source));
        let letters = Letters::of(&quotation.text).len();
        quotation.place = place(&at.source, &at.alignment.source, at.alignment.score(letters));
        quotation.differences = at.differences;
    }

    /// Judges a quotation with marks of ellipsis.
    fn ellipsis(&mut self, quotation: &mut Quotation, parts: &[String], cited: &Cited) -> Result<(), SearchError> {
        let letters: Vec<Letters> = parts.iter().map(|part| Letters::of(part)).collect();
        let mut sources = self.equal(parts, cited)?;
        let in_order = |source: &Rc<Source>| -> Option<Vec<At>> {
            let mut from = 0;
            let mut found = Vec::new();
            for part in &letters {
                let starts = occurrences(source.text.key.get(from..)?, &part.key);
                let places =
                    starts.into_iter().map(|start| self.at(source, from + start..from + start + part.len(), part));
                // The first one leaves most room for the next parts.
                let place = places.into_iter().find(At::is_minor)?;
                from = place.alignment.source.end;
                found.push(place);
            }
            Some(found)
        };
        let mut ordered: Vec<Vec<At>> = sources.iter().filter_map(in_order).collect();
        ordered.sort_by_key(|found| {
            let document = found.first().map(|at| &at.source.document);
            let is_cited = document.is_some_and(|document| cited.documents.contains(&document.id));
            (!is_cited, !document.is_some_and(|document| cited.hints.suits(document)))
        });
        if let Some(found) = ordered.first().cloned() {
            let is_cited = found.first().is_some_and(|at| cited.documents.is_empty() || at.is_in(&cited.documents));
            quotation.verdict = if is_cited { Verdict::Ellipsis } else { Verdict::OtherDocument };
            quotation.also = ordered
                .iter()
                .skip(1)
                .filter_map(|found| found.first())
                .map(|at| at.source.document.id.clone())
                .collect();
            quotation.differences = found.iter().flat_map(|at| at.differences.clone()).collect();
            self.set_parts(quotation, parts, found.into_iter().map(Some).collect());
            return Ok(());
        }
        // Each part by itself: in its nearest place, first in the documents that have the most parts.
        let mut near = Vec::new();
        for (part, pieces) in parts.iter().flat_map(|part| Pieces::ALL.map(|pieces| (part, pieces))) {
            near.extend(self.sources.near(part, pieces)?);
        }
        let known: Vec<String> = sources.iter().map(|source| source.document.id.clone()).collect();
        sources.extend(self.read(near)?.into_iter().filter(|source| !known.contains(&source.document.id)));
        let best = |source: &Rc<Source>| -> Vec<Option<At>> {
            letters.iter().map(|part| self.accepted(std::slice::from_ref(source), part)).collect()
        };
        let all: Vec<Vec<Option<At>>> = sources.iter().map(best).collect();
        let count = |found: &[Option<At>]| found.iter().flatten().count();
        let is_cited = |found: &[Option<At>]| found.iter().flatten().any(|at| at.is_in(&cited.documents));
        let minor = |found: &[Option<At>]| found.iter().flatten().filter(|at| at.is_minor()).count();
        let one = all.iter().filter(|found| count(found) == parts.len());
        let one = one.max_by_key(|found| (minor(found), is_cited(found))).cloned();
        let found = one.unwrap_or_else(|| {
            let of = |part: usize| all.iter().filter_map(move |found| found.get(part).cloned().flatten());
            let key = |at: &At| (at.is_minor(), at.is_in(&cited.documents), std::cmp::Reverse(at.alignment.distance));
            (0..parts.len()).map(|part| of(part).max_by_key(&key)).collect()
        });
        let same = |a: &At, b: &At| a.source.document.id == b.source.document.id;
        let is_ordered = found.windows(2).all(|pair| match pair {
            [Some(a), Some(b)] => same(a, b) && a.alignment.source.end <= b.alignment.source.start,
            _ => false,
        });
        let is_whole = found.iter().all(Option::is_some);
        quotation.differences = found.iter().flatten().flat_map(|at| at.differences.clone()).collect();
        quotation.verdict = if !is_whole {
            Verdict::NotFound
        } else if found.iter().flatten().any(|at| !at.is_minor()) {
            Verdict::Altered
        } else if is_ordered {
            Verdict::Ellipsis
        } else {
            Verdict::Merged
        };
        self.set_parts(quotation, parts, found);
        Ok(())
    }

    fn set_parts(&self, quotation: &mut Quotation, parts: &[String], found: Vec<Option<At>>) {
        let warnings = found.iter().flatten().flat_map(|at| cut_at_negation(&at.source.text, &at.alignment.source));
        quotation.warnings.extend(warnings);
        let part = |(text, at): (&String, Option<At>)| Part {
            text: text.clone(),
            place: at.and_then(|at| {
                let letters = Letters::of(text).len();
                place(&at.source, &at.alignment.source, at.alignment.score(letters))
            }),
        };
        quotation.parts = parts.iter().zip(found).map(part).collect();
        quotation.place = quotation.parts.iter().find_map(|part| part.place.clone());
    }

    /// Returns a place with its differences, where it is near enough to a text.
    fn accept(&self, source: &Rc<Source>, alignment: &Alignment, text: &Letters) -> Option<At> {
        let score = alignment.score(text.len());
        if score < ACCEPTED_SPELLING {
            return None;
        }
        let alignment = trimmed(alignment.clone(), &source.text, text);
        let differences = self.comparer.differences(&source.text, &alignment, text);
        let flips = |difference: &Difference| {
            matches!(difference.kind, DifferenceKind::Negation | DifferenceKind::Number | DifferenceKind::Name)
        };
        let mut major = differences.iter().filter(|difference| !difference.kind.is_minor());
        let is_accepted = match (major.next(), major.next()) {
            (None, _) => true,
            (Some(only), None) if flips(only) && text.len() >= FLIPPED => score >= ACCEPTED_FLIP,
            _ => score >= ACCEPTED,
        };
        is_accepted.then(|| At { source: source.clone(), alignment, differences })
    }

    /// Returns the best place that is near enough to a text.
    fn accepted(&self, sources: &[Rc<Source>], text: &Letters) -> Option<At> {
        let grams = Grams::of(&text.key);
        let mut found: Vec<At> = Vec::new();
        for source in sources {
            let places = grams.places(&source.text.key);
            found.extend(places.iter().filter_map(|alignment| self.accept(source, alignment, text)));
        }
        found.into_iter().min_by_key(|at| (!at.is_minor(), at.alignment.distance, at.differences.len()))
    }

    /// Judges a quotation whose letters stand nowhere as they are.
    fn near(
        &mut self,
        quotation: &mut Quotation,
        whole: &Letters,
        equal: &[Rc<Source>],
        cited: &Cited,
    ) -> Result<(), SearchError> {
        let mut sources: Vec<Rc<Source>> = Vec::new();
        let grams = Grams::of(&whole.key);
        let mut all: Vec<At> = Vec::new();
        let mut looked: Vec<(Rc<Source>, Alignment)> = Vec::new();
        for pieces in Pieces::ALL {
            let mut ids: Vec<String> = equal.iter().map(|source| source.document.id.clone()).collect();
            ids.extend(self.sources.near(&quotation.text, pieces)?);
            ids.retain(|id| sources.iter().all(|known| known.document.id != *id));
            for source in self.read(ids)? {
                if self.sources.is_over() {
                    return Ok(());
                }
                for alignment in grams.places(&source.text.key) {
                    all.extend(self.accept(&source, &alignment, whole));
                    looked.push((source.clone(), alignment));
                }
                sources.push(source);
            }
            if !all.is_empty() {
                break;
            }
        }
        if self.settle(quotation, all.clone(), cited) {
            return Ok(());
        }
        all.sort_by_key(|at| {
            let suits = cited.hints.suits(&at.source.document);
            (!at.is_in(&cited.documents), at.alignment.distance, !suits, at.differences.len())
        });
        let mut all = all.into_iter();
        let altered = all.next();
        let changed = altered.as_ref().map_or(usize::MAX, |at| at.alignment.distance);
        if changed > PER_PLACE {
            for clause in clauses(&quotation.text) {
                let more = self.sources.with_all(&[clause])?;
                let known: Vec<String> = sources.iter().map(|source| source.document.id.clone()).collect();
                let new = more.into_iter().filter(|id| !known.contains(id)).take(NEAREST).collect();
                sources.extend(self.read(new)?);
            }
            let merged = cover(whole, &sources, &cited.documents);
            if let Some(pieces) = merged.filter(|pieces| pieces.cost(whole.len()) < changed) {
                quotation.verdict = Verdict::Merged;
                let text = |piece: &Piece| whole.text(&(piece.start..piece.start + piece.length));
                let texts: Vec<String> = pieces.0.iter().map(text).collect();
                let at = |piece: &Piece| {
                    let part = Letters::of(&text(piece));
                    sources.get(piece.source).map(|source| self.at(source, piece.at..piece.at + piece.length, &part))
                };
                let found: Vec<Option<At>> = pieces.0.iter().map(at).collect();
                quotation.differences = found.iter().flatten().flat_map(|at| at.differences.clone()).collect();
                self.set_parts(quotation, &texts, found);
                return Ok(());
            }
        }
        if let Some(at) = altered {
            quotation.verdict = Verdict::Altered;
            if !cited.documents.is_empty() && !at.is_in(&cited.documents) {
                let id = &at.source.document.id;
                quotation.warnings.push(format!("the nearest words stand in {id}, not in the cited document"));
            }
            let as_near = all.filter(|other| other.alignment.distance == at.alignment.distance);
            let ids = as_near.map(|other| other.source.document.id.clone()).filter(|id| *id != at.source.document.id);
            quotation.also = ids.collect();
            quotation.also.dedup();
            self.stand(quotation, at);
            return Ok(());
        }
        quotation.verdict = Verdict::NotFound;
        looked.sort_by_key(|(_, alignment)| alignment.distance);
        let places = looked.iter().take(NEAREST);
        quotation.nearest = places
            .filter_map(|(source, alignment)| place(source, &alignment.source, alignment.score(whole.len())))
            .collect();
        Ok(())
    }
}
