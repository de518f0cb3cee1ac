//! The pairs of characters that cover a phrase, and where all of them stand.

use std::io;

use tantivy::DocId;
use tantivy::postings::{Postings, TermInfo};
use tantivy::schema::IndexRecordOption;

use super::char_view::{CharView, Pair, Wanted, documents, meet, pairs_of, size};
use crate::index::Bigram;
use crate::query::Alternative;

/// Pairs from which a phrase is looked for by its two rarest first.
const LONG_PHRASE: usize = 4;

/// Where a phrase may stand.
pub(super) struct Place {
    /// Number of its document among some.
    pub doc: u32,
    /// Position of its first character.
    pub start: u32,
    /// Flags of its first and of its last pair, as far as known.
    pub first: u8,
    pub last: u8,
}

/// A pair of a phrase.
pub(super) struct Part {
    offset: u32,
    pair: Pair,
    /// Its postings with flags that fit.
    terms: Vec<(TermInfo, u8)>,
}

/// What the flags of a pair say of the boundaries that another sees too, which stands `apart` characters behind it.
fn seen_behind(flags: u8, apart: u32) -> u8 {
    flags >> apart
}

/// As [`seen_behind`], where the other stands before it.
fn seen_before(flags: u8, apart: u32) -> u8 {
    flags & (0b111 >> apart)
}

impl Part {
    /// The pair with some of its flags only.
    fn only(&self, wanted: impl Fn(u8) -> bool) -> Self {
        Self {
            offset: self.offset,
            pair: self.pair,
            terms: self.terms.iter().filter(|(_, flags)| wanted(*flags)).cloned().collect(),
        }
    }

    /// All places in some documents where the phrase would begin by this pair, in order.
    fn places(&self, view: &CharView, docs: &[DocId]) -> io::Result<Vec<Place>> {
        let (mut places, mut buffer, mut pace) = (Vec::new(), Vec::new(), view.pace());
        for (info, flags) in &self.terms {
            if pace.is_over(u64::from(info.doc_freq).min(docs.len() as u64)) {
                break;
            }
            let mut list = view.postings(info, IndexRecordOption::WithFreqsAndPositions)?;
            meet(&mut list, docs, |at, list| {
                list.positions(&mut buffer);
                let starts = buffer.iter().filter_map(|position| position.checked_sub(self.offset));
                places.extend(starts.map(|start| Place { doc: at as u32, start, first: *flags, last: *flags }));
            });
        }
        // Runs in order, which this sort merges.
        places.sort_by_key(|place: &Place| (place.doc, place.start));
        Ok(places)
    }

    /// For each of some places the flags of this pair there, if it is there.
    fn flags(&self, view: &CharView, docs: &[DocId], places: &[Place]) -> io::Result<Vec<Option<u8>>> {
        let mut found = vec![None; places.len()];
        // Where the places of each document end.
        let mut ends = vec![0u32; docs.len() + 1];
        places.iter().for_each(|place| ends[place.doc as usize + 1] += 1);
        (1..ends.len()).for_each(|at| ends[at] += ends[at - 1]);
        let (mut buffer, mut pace) = (Vec::new(), view.pace());
        for (info, flags) in &self.terms {
            if pace.is_over(u64::from(info.doc_freq).min(docs.len() as u64)) {
                break;
            }
            let mut list = view.postings(info, IndexRecordOption::WithFreqsAndPositions)?;
            meet(&mut list, docs, |at, list| {
                let here = ends[at] as usize..ends[at + 1] as usize;
                if here.is_empty() {
                    return;
                }
                list.positions(&mut buffer);
                let mut positions = buffer.iter().peekable();
                for (place, found) in places[here.clone()].iter().zip(&mut found[here]) {
                    let wanted = place.start + self.offset;
                    while positions.next_if(|position| **position < wanted).is_some() {}
                    if positions.next_if(|position| **position == wanted).is_some() {
                        *found = Some(*flags);
                    }
                }
            });
        }
        Ok(found)
    }
}

/// The pairs that cover a text, rarest first, in sets: a place of the text has the pairs of one set. No set where it
/// has none.
///
/// Neighbouring pairs say the same of the word boundaries that both see. Two pairs come apart by what they say there,
/// and few documents have both pairs of one set without the text: 第一項 and 第二十一条 have 第一 and 一条, but with 第一 as one
/// word.
pub(super) fn covers(view: &CharView, alternative: &Alternative) -> io::Result<Vec<Vec<Part>>> {
    let chars = &alternative.chars;
    let last = chars.len().saturating_sub(2);
    let open_end = alternative.open_end || chars.len() == 1;
    let fits = |offset: usize, flags: u8| {
        alternative.loose
            || ((offset > 0 || Bigram::begins(flags)) && (offset < last || open_end || Bigram::ends(flags)))
    };
    let pairs = pairs_of(chars);
    let mut sizes: Vec<(u64, Pair)> = Vec::with_capacity(pairs.len());
    for (_, pair) in &pairs {
        let terms = view.terms(*pair)?;
        if terms.is_empty() {
            return Ok(Vec::new());
        }
        sizes.push((size(&terms), *pair));
    }
    // Most sentences are nowhere, and their two rarest pairs tell it of them.
    if sizes.len() >= LONG_PHRASE {
        sizes.select_nth_unstable_by_key(1, |(size, _)| *size);
        if !view.meet([sizes[0].1, sizes[1].1])? {
            return Ok(Vec::new());
        }
    }
    let mut parts = Vec::with_capacity(pairs.len());
    for (offset, pair) in pairs {
        let terms: Vec<(TermInfo, u8)> =
            view.terms(pair)?.iter().filter(|(_, flags)| fits(offset, *flags)).cloned().collect();
        if terms.is_empty() {
            return Ok(Vec::new());
        }
        parts.push(Part { offset: offset as u32, pair, terms });
    }
    let mut sets = match parts.as_slice() {
        [first, second] => {
            let apart = second.offset - first.offset;
            let set = |seen| {
                vec![
                    first.only(|flags| seen_behind(flags, apart) == seen),
                    second.only(|flags| seen_before(flags, apart) == seen),
                ]
            };
            (0..4).map(set).collect()
        }
        _ => vec![parts],
    };
    sets.retain(|parts| parts.iter().all(|part| !part.terms.is_empty()));
    for parts in &mut sets {
        parts.sort_by_key(|part| size(&part.terms));
    }
    Ok(sets)
}

/// The wanted documents with all of some pairs, in order.
pub(super) fn with_all(view: &CharView, parts: &[Part], wanted: Wanted<'_>) -> io::Result<Vec<DocId>> {
    let Some((first, others)) = parts.split_first() else { return Ok(Vec::new()) };
    let mut docs = documents(view, &first.terms, wanted)?;
    let mut pace = view.pace();
    for part in others {
        let mut there = vec![false; docs.len()];
        for (info, _) in &part.terms {
            if pace.is_over(u64::from(info.doc_freq).min(docs.len() as u64)) {
                break;
            }
            meet(&mut view.postings(info, IndexRecordOption::Basic)?, &docs, |at, _| there[at] = true);
        }
        let mut there = there.into_iter();
        docs.retain(|_| there.next() == Some(true));
    }
    Ok(docs)
}

/// The wanted documents that may have a phrase, and where it stands in them, by a set of pairs that cover it.
pub(super) fn by_place(
    view: &CharView,
    alternative: &Alternative,
    parts: &[Part],
    wanted: Wanted<'_>,
) -> io::Result<(Vec<DocId>, Vec<Place>)> {
    let last = alternative.chars.len() - 2;
    let docs = with_all(view, parts, wanted)?;
    if docs.is_empty() {
        return Ok((docs, Vec::new()));
    }
    // Places with all pairs: the flags of the first and the last decide, those between only have to be there.
    let mut places = parts[0].places(view, &docs)?;
    for part in &parts[1..] {
        let mut flags = part.flags(view, &docs, &places)?.into_iter();
        places.retain_mut(|place| {
            let there = flags.next().flatten();
            if let Some(flags) = there {
                place.first = if part.offset == 0 { flags } else { place.first };
                place.last = if part.offset as usize == last { flags } else { place.last };
            }
            there.is_some()
        });
    }
    Ok((docs, places))
}
