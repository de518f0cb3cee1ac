//! The pairs of characters that cover a phrase, and the positions where all of them occur.

use std::io;

use tantivy::DocId;
use tantivy::postings::{Postings, TermInfo};
use tantivy::schema::IndexRecordOption;

use super::char_view::{CharView, Pair, Wanted, documents, meet, pairs_of, size};
use crate::index::Bigram;
use crate::query::Alternative;

/// Number of pairs from which a phrase is first tested by its two rarest pairs.
const LONG_PHRASE: usize = 4;

/// A possible position of a phrase.
pub(super) struct Place {
    /// Index of its document in a list.
    pub doc: u32,
    /// Position of its first character.
    pub start: u32,
    /// Flags of its first and its last pair, as far as known.
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

/// Returns the flags of a pair for the boundaries shared with a pair that starts `apart` characters later.
fn seen_behind(flags: u8, apart: u32) -> u8 {
    flags >> apart
}

/// Returns the flags of a pair for the boundaries shared with a pair that starts `apart` characters earlier.
fn seen_before(flags: u8, apart: u32) -> u8 {
    flags & (0b111 >> apart)
}

impl Part {
    /// Returns the pair restricted to some of its flags.
    fn only(&self, wanted: impl Fn(u8) -> bool) -> Self {
        Self {
            offset: self.offset,
            pair: self.pair,
            terms: self.terms.iter().filter(|(_, flags)| wanted(*flags)).cloned().collect(),
        }
    }

    /// Returns all positions in some documents where this pair would start the phrase, sorted.
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
        // The positions are sorted runs, which the stable sort merges in linear time.
        places.sort_by_key(|place: &Place| (place.doc, place.start));
        Ok(places)
    }

    /// Returns for each position the flags of this pair there, or `None` where it is absent.
    fn flags(&self, view: &CharView, docs: &[DocId], places: &[Place]) -> io::Result<Vec<Option<u8>>> {
        let mut found = vec![None; places.len()];
        // Start indices of the positions of each document.
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

/// Returns sets of pairs that cover a text, rarest first. Each occurrence of the text has the pairs of one set; no
/// set means no occurrence.
///
/// At one occurrence, overlapping pairs agree on the word boundaries that both see. So two pairs are split into sets
/// by these boundaries, and few documents have both pairs of one set without the text: 第一項 and 第二十一条 have
/// 第一 and 一条, but there 第一 is one word.
pub(super) fn covers(view: &CharView, alternative: &Alternative) -> io::Result<Vec<Vec<Part>>> {
    let chars = &alternative.chars;
    let last = chars.len().saturating_sub(2);
    let open_end = alternative.open_end || chars.len() == 1;
    let fits = |offset: usize, flags: u8| {
        alternative.loose
            || ((offset > 0 || alternative.open_start || Bigram::begins(flags))
                && (offset < last || open_end || Bigram::ends(flags)))
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
    // Most sentences occur nowhere, and their two rarest pairs mostly prove it.
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

/// Returns the wanted documents with all of some pairs, sorted.
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

/// Returns the wanted documents that may hold a phrase, with its positions, for a set of pairs that cover it.
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
    // The flags of the first and the last pair decide; the pairs between must only be present.
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
