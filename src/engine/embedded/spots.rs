//! Positions of some characters in each of some documents, from postings with positions.

use std::io;

use tantivy::DocId;
use tantivy::postings::Postings;
use tantivy::schema::IndexRecordOption;

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

/// Returns all spots of some alternatives in some sorted documents. When the time is over, it returns none, because
/// with spots missing closeness cannot be decided.
pub(super) fn spots(view: &CharView, alternatives: &[Alternative], docs: &[DocId]) -> io::Result<Spots> {
    let mut found: Vec<(u32, Spot)> = Vec::new();
    let (mut buffer, mut pace) = (Vec::new(), view.pace());
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
                    meet(&mut list, docs, |at, list| {
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
