//! The character view of a segment: postings of pairs of neighbouring characters, opened once for each query.

use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rustc_hash::FxHashMap;
use tantivy::postings::{SegmentPostings, TermInfo};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocId, DocSet, InvertedIndexReader, SegmentReader, TERMINATED};

use crate::index::Bigram;
use crate::query::Alternative;
use crate::query::budget::{Pace, Watch};

/// Term infos of a pair, each with its boundary flags.
pub(super) type PairTerms = Arc<[(TermInfo, u8)]>;

/// Two neighbouring characters; without a second, any follows.
pub(super) type Pair = (char, Option<char>);

/// The character view of a field in one segment, with a cache of the lookups of a query.
pub(super) struct CharView {
    inverted: Arc<InvertedIndexReader>,
    known: Mutex<FxHashMap<Pair, PairTerms>>,
    met: Mutex<FxHashMap<[Pair; 2], bool>>,
    watch: Arc<Watch>,
}

impl CharView {
    /// Opens the view of a field.
    ///
    /// # Errors
    /// A segment that cannot be read.
    pub fn open(reader: &SegmentReader, field: Field, watch: Arc<Watch>) -> tantivy::Result<Self> {
        Ok(Self { inverted: reader.inverted_index(field)?, known: Mutex::default(), met: Mutex::default(), watch })
    }

    /// Returns the pace for walking lists; when the time is over, walks return their results so far.
    pub fn pace(&self) -> Pace<'_> {
        Pace::new(&self.watch)
    }

    /// True where the time is over.
    pub fn is_over(&self) -> bool {
        self.watch.is_over()
    }

    /// Returns the number of characters of all texts.
    pub fn chars(&self) -> u64 {
        self.inverted.total_num_tokens()
    }

    /// Looks up the postings of a pair with any flags.
    pub fn terms(&self, pair: Pair) -> io::Result<PairTerms> {
        if let Some(known) = locked(&self.known).get(&pair) {
            return Ok(known.clone());
        }
        let prefix = Bigram::prefix(pair.0, pair.1);
        let mut terms = Vec::new();
        let mut stream = self.inverted.terms().range().ge(prefix.as_bytes()).into_stream()?;
        while stream.advance() && stream.key().starts_with(prefix.as_bytes()) {
            let flags = stream.key().last().map_or(0, |digit| digit.wrapping_sub(b'0'));
            terms.push((stream.value().clone(), flags));
        }
        let terms: PairTerms = terms.into();
        locked(&self.known).insert(pair, terms.clone());
        Ok(terms)
    }

    /// Opens one posting list.
    pub fn postings(&self, info: &TermInfo, option: IndexRecordOption) -> io::Result<SegmentPostings> {
        self.inverted.read_postings_from_terminfo(info, option)
    }

    /// Returns an upper bound of the documents that hold any alternative, from document frequencies of the rarest
    /// pairs. It reads no postings.
    pub fn at_most(&self, alternatives: &[Alternative]) -> io::Result<u64> {
        let mut sum = 0;
        for alternative in alternatives {
            let mut least = u64::MAX;
            for (_, pair) in pairs_of(&alternative.chars) {
                least = least.min(size(&self.terms(pair)?));
            }
            sum += if least == u64::MAX { 0 } else { least };
        }
        Ok(sum)
    }

    /// True where some document has both pairs.
    pub fn meet(&self, pairs: [Pair; 2]) -> io::Result<bool> {
        if let Some(known) = locked(&self.met).get(&pairs) {
            return Ok(*known);
        }
        let docs = documents(self, &self.terms(pairs[0])?, Wanted(None))?;
        let (mut met, mut pace) = (false, self.pace());
        for (info, _) in self.terms(pairs[1])?.iter().filter(|_| !docs.is_empty()) {
            if pace.is_over(docs.len() as u64) {
                return Ok(false);
            }
            meet(&mut self.postings(info, IndexRecordOption::Basic)?, &docs, |_, _| met = true);
            if met {
                break;
            }
        }
        locked(&self.met).insert(pairs, met);
        Ok(met)
    }
}

/// Locks a cache. A thread that panicked leaves valid entries, so a poisoned lock is used.
fn locked<T>(kept: &Mutex<T>) -> MutexGuard<'_, T> {
    kept.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Sums the document frequencies of the terms of a pair; a document in several lists counts several times.
pub(super) fn size(terms: &[(TermInfo, u8)]) -> u64 {
    terms.iter().map(|(info, _)| u64::from(info.doc_freq)).sum()
}

/// Returns the pairs that cover a text, with their offsets; a single character gives a pair without a second.
pub(super) fn pairs_of(chars: &[char]) -> Vec<(usize, Pair)> {
    let Some(last) = chars.len().checked_sub(2) else { return chars.iter().map(|only| (0, (*only, None))).collect() };
    let mut offsets: Vec<usize> = (0..=last).step_by(2).collect();
    if offsets.last() != Some(&last) {
        offsets.push(last);
    }
    offsets.into_iter().map(|offset| (offset, (chars[offset], Some(chars[offset + 1])))).collect()
}

/// The documents to look at: all, or a sorted list.
#[derive(Clone, Copy)]
pub(super) struct Wanted<'a>(pub Option<&'a [DocId]>);

impl Wanted<'_> {
    /// Returns the first wanted document at or after a document.
    pub fn from(&mut self, doc: DocId) -> DocId {
        let Some(docs) = &mut self.0 else { return doc };
        *docs = &docs[ahead(docs, |wanted| *wanted < doc)..];
        docs.first().copied().unwrap_or(TERMINATED)
    }
}

/// Calls `see` for each wanted document of a list.
pub(super) fn walk(mut list: SegmentPostings, mut wanted: Wanted<'_>, mut see: impl FnMut(DocId, &SegmentPostings)) {
    let mut doc = list.doc();
    while doc != TERMINATED {
        let next = wanted.from(doc);
        if next == TERMINATED {
            return;
        }
        if next == doc {
            see(doc, &list);
            doc = list.advance();
        } else {
            doc = list.seek(next);
        }
    }
}

/// Calls `see` with the index of each document of the sorted `docs` that the list contains.
pub(super) fn meet(list: &mut SegmentPostings, docs: &[DocId], mut see: impl FnMut(usize, &mut SegmentPostings)) {
    let mut at = 0;
    while let Some(wanted) = docs.get(at) {
        let doc = if list.doc() < *wanted { list.seek(*wanted) } else { list.doc() };
        if doc == *wanted {
            see(at, list);
            at += 1;
        } else {
            at += ahead(&docs[at..], |wanted| *wanted < doc);
        }
    }
}

/// Returns the number of sorted things before a place, by galloping: the number is mostly small.
pub(super) fn ahead<T>(things: &[T], is_before: impl Fn(&T) -> bool) -> usize {
    let mut step = 1;
    while things.get(step).is_some_and(&is_before) {
        step *= 2;
    }
    let from = step / 2;
    from + things[from..things.len().min(step + 1)].partition_point(is_before)
}

/// Returns the wanted documents of the postings of a pair, sorted.
pub(super) fn documents(view: &CharView, terms: &[(TermInfo, u8)], wanted: Wanted<'_>) -> io::Result<Vec<DocId>> {
    let (mut docs, mut pace) = (Vec::new(), view.pace());
    for (info, _) in terms {
        if pace.is_over(u64::from(info.doc_freq)) {
            break;
        }
        walk(view.postings(info, IndexRecordOption::Basic)?, wanted, |doc, _| docs.push(doc));
    }
    // The lists are sorted runs, which the stable sort merges in linear time.
    docs.sort();
    docs.dedup();
    Ok(docs)
}
