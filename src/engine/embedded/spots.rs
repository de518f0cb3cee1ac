//! Positions of some characters in each of some documents, from postings with positions.

use std::io;

use tantivy::postings::{Postings, SegmentPostings};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocId, DocSet};

use super::char_view::{CharView, Wanted, ahead, meet, pairs_of};
use super::cover::{by_place, covers};
use super::postings::{edges, tier};
use crate::index::Bigram;
use crate::query::Alternative;

/// An occurrence in a folded text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Spot {
    pub start: u32,
    pub end: u32,
    /// Index of the alternative.
    pub order: u16,
    /// True where a word may begin at its start; `ends`: true where one may end at its end.
    pub begins: bool,
    pub ends: bool,
}

/// The spots of some alternatives in some documents.
#[derive(Debug, Default)]
pub(super) struct Spots {
    /// Start index of the spots of each document, and the end of the last.
    starts: Vec<u32>,
    list: Vec<Spot>,
}

impl Spots {
    /// Returns the spots of a document by its index, sorted by start, then by alternative.
    pub fn of(&self, at: usize) -> &[Spot] {
        &self.list[self.starts[at] as usize..self.starts[at + 1] as usize]
    }

    /// Makes an empty list for a number of documents.
    pub fn none(count: usize) -> Self {
        Self { starts: vec![0; count + 1], list: Vec::new() }
    }

    /// Distributes spots to their documents by a counting sort.
    fn deal(found: &[(u32, Spot)], count: usize) -> Self {
        let mut starts = vec![0u32; count + 1];
        found.iter().for_each(|(at, _)| starts[*at as usize + 1] += 1);
        (1..starts.len()).for_each(|at| starts[at] += starts[at - 1]);
        let mut next = starts.clone();
        let none = Spot { start: 0, end: 0, order: 0, begins: false, ends: false };
        let mut list = vec![none; found.len()];
        for (at, spot) in found {
            let place = &mut next[*at as usize];
            list[*place as usize] = *spot;
            *place += 1;
        }
        let spots = Self { starts, list };
        spots.sorted()
    }

    fn sorted(mut self) -> Self {
        for bounds in self.starts.windows(2) {
            let of_document = &mut self.list[bounds[0] as usize..bounds[1] as usize];
            if !of_document.is_sorted_by_key(|spot| (spot.start, spot.order)) {
                of_document.sort_unstable_by_key(|spot| (spot.start, spot.order));
            }
        }
        self
    }
}

/// The indices of some sorted documents in their list, by document. A character has thousands of short lists, one for
/// each character that follows it; looking up their documents costs less than seeking all documents in each.
struct Numbers<'a> {
    docs: &'a [DocId],
    /// For each document from the first to the last its index plus one; 0: not in the list. Made when first needed.
    table: Vec<u32>,
}

/// A list of at most this many times as many documents as are wanted is read whole.
const READ_WHOLE: usize = 8;
/// Largest number of documents in the table for each wanted one.
const SPREAD: usize = 64;

impl<'a> Numbers<'a> {
    fn of(docs: &'a [DocId]) -> Self {
        Self { docs, table: Vec::new() }
    }

    /// Calls `see` with the index of each document that a list contains, as [`meet`].
    fn meet(&mut self, list: &mut SegmentPostings, size: u32, mut see: impl FnMut(usize, &mut SegmentPostings)) {
        let (Some(first), Some(last)) = (self.docs.first().copied(), self.docs.last().copied()) else { return };
        let (count, range) = (self.docs.len(), (last - first) as usize + 1);
        if size as usize > count.saturating_mul(READ_WHOLE) || range > count.saturating_mul(SPREAD) {
            return meet(list, self.docs, see);
        }
        if self.table.is_empty() {
            self.table = vec![0; range];
            self.docs.iter().zip(1..).for_each(|(doc, number)| self.table[(doc - first) as usize] = number);
        }
        let mut doc = if list.doc() < first { list.seek(first) } else { list.doc() };
        while doc <= last {
            if let Some(at) = self.table[(doc - first) as usize].checked_sub(1) {
                see(at as usize, list);
            }
            doc = list.advance();
        }
    }
}

/// Returns all spots of some alternatives in some sorted documents. When the time is over, it returns none, because
/// with spots missing closeness cannot be decided.
pub(super) fn spots(view: &CharView, alternatives: &[Alternative], docs: &[DocId]) -> io::Result<Spots> {
    let mut found: Vec<(u32, Spot)> = Vec::new();
    let (mut buffer, mut pace) = (Vec::new(), view.pace());
    let mut numbers = Numbers::of(docs);
    for (order, alternative) in alternatives.iter().enumerate() {
        let (order, length) = (order as u16, alternative.chars.len() as u32);
        if length <= 2 {
            for (_, pair) in pairs_of(&alternative.chars) {
                for (info, flags) in view.terms(pair)?.iter() {
                    let (begins, ends) = edges(alternative.chars.len(), *flags);
                    if tier(alternative, alternative.is_word(begins, ends)).is_none() {
                        continue;
                    }
                    if pace.is_over(u64::from(info.doc_freq).min(docs.len() as u64)) {
                        return Ok(Spots::none(docs.len()));
                    }
                    let mut list = view.postings(info, IndexRecordOption::WithFreqsAndPositions)?;
                    numbers.meet(&mut list, info.doc_freq, |at, list| {
                        list.positions(&mut buffer);
                        found.extend(buffer.iter().map(|start| {
                            (at as u32, Spot { start: *start, end: start + length, order, begins, ends })
                        }));
                    });
                }
            }
            continue;
        }
        for parts in covers(view, alternative)? {
            let (among, places) = by_place(view, alternative, &parts, Wanted(Some(docs)))?;
            let mut at = 0;
            for place in places {
                let doc = among[place.doc as usize];
                at += ahead(&docs[at..], |other| *other < doc);
                let (begins, ends) = (Bigram::begins(place.first), Bigram::ends(place.last));
                if tier(alternative, alternative.is_word(begins, ends)).is_some() {
                    found
                        .push((at as u32, Spot { start: place.start, end: place.start + length, order, begins, ends }));
                }
            }
        }
    }
    if view.is_over() {
        found.clear();
    }
    Ok(Spots::deal(&found, docs.len()))
}
