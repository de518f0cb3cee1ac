//! The character view of a segment: the postings of pairs of neighbouring characters, each opened once a query.

use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rustc_hash::FxHashMap;
use tantivy::postings::{SegmentPostings, TermInfo};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocId, DocSet, InvertedIndexReader, SegmentReader, TERMINATED};

use crate::index::Bigram;
use crate::query::Alternative;
use crate::query::budget::{Pace, Watch};

/// Where the postings of a pair stand, with the flags of each.
pub(super) type PairTerms = Arc<[(TermInfo, u8)]>;

/// Two neighbouring characters; without the second, any.
pub(super) type Pair = (char, Option<char>);

/// The character view of a field in one segment; what was looked up for a query is kept.
pub(super) struct CharView {
    inverted: Arc<InvertedIndexReader>,
    known: Mutex<FxHashMap<Pair, PairTerms>>,
    met: Mutex<FxHashMap<[Pair; 2], bool>>,
    watch: Arc<Watch>,
}

impl CharView {
    /// The view of a field.
    ///
    /// # Errors
    /// A segment that cannot be read.
    pub fn open(reader: &SegmentReader, field: Field, watch: Arc<Watch>) -> tantivy::Result<Self> {
        Ok(Self { inverted: reader.inverted_index(field)?, known: Mutex::default(), met: Mutex::default(), watch })
    }

    /// How long the lists may be walked: where it is over, what was found so far is given.
    pub fn pace(&self) -> Pace<'_> {
        Pace::new(&self.watch)
    }

    /// True where no more of it may be looked at.
    pub fn is_over(&self) -> bool {
        self.watch.is_over()
    }

    /// Characters of all texts.
    pub fn chars(&self) -> u64 {
        self.inverted.total_num_tokens()
    }

    /// The postings of a pair with any flags.
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

    /// Opens one of the postings.
    pub fn postings(&self, info: &TermInfo, option: IndexRecordOption) -> io::Result<SegmentPostings> {
        self.inverted.read_postings_from_terminfo(info, option)
    }

    /// No more documents than these hold any of the alternatives; by their rarest pairs, without a look at the
    /// postings.
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

    /// Does any document have both?
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

/// What is kept is right whatever happened to a thread that kept it.
fn locked<T>(kept: &Mutex<T>) -> MutexGuard<'_, T> {
    kept.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Documents of the postings of a pair, those in several lists counted in each.
pub(super) fn size(terms: &[(TermInfo, u8)]) -> u64 {
    terms.iter().map(|(info, _)| u64::from(info.doc_freq)).sum()
}

/// The pairs that cover a text, with their offsets; of a text of one character, all that it begins.
pub(super) fn pairs_of(chars: &[char]) -> Vec<(usize, Pair)> {
    let Some(last) = chars.len().checked_sub(2) else { return chars.iter().map(|only| (0, (*only, None))).collect() };
    let mut offsets: Vec<usize> = (0..=last).step_by(2).collect();
    if offsets.last() != Some(&last) {
        offsets.push(last);
    }
    offsets.into_iter().map(|offset| (offset, (chars[offset], Some(chars[offset + 1])))).collect()
}

/// The documents that are looked at: all, or some in order.
#[derive(Clone, Copy)]
pub(super) struct Wanted<'a>(pub Option<&'a [DocId]>);

impl Wanted<'_> {
    /// The first wanted document from this one on.
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

/// Calls `see` for each place in `docs`, which are in order, whose document the list has too.
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

/// How many of some things in order come before a place; mostly few, so the steps begin small.
pub(super) fn ahead<T>(things: &[T], is_before: impl Fn(&T) -> bool) -> usize {
    let mut step = 1;
    while things.get(step).is_some_and(&is_before) {
        step *= 2;
    }
    let from = step / 2;
    from + things[from..things.len().min(step + 1)].partition_point(is_before)
}

/// The wanted documents of the postings of a pair, in order.
pub(super) fn documents(view: &CharView, terms: &[(TermInfo, u8)], wanted: Wanted<'_>) -> io::Result<Vec<DocId>> {
    let (mut docs, mut pace) = (Vec::new(), view.pace());
    for (info, _) in terms {
        if pace.is_over(u64::from(info.doc_freq)) {
            break;
        }
        walk(view.postings(info, IndexRecordOption::Basic)?, wanted, |doc, _| docs.push(doc));
    }
    // Runs in order, which this sort merges.
    docs.sort();
    docs.dedup();
    Ok(docs)
}
