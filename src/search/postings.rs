//! Finds the alternatives of a leaf in one segment by its postings, with tiers, without a look at the texts.

use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rustc_hash::FxHashMap;
use tantivy::postings::{Postings, SegmentPostings, TermInfo};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocId, DocSet, InvertedIndexReader, SegmentReader, TERMINATED, Term};

use crate::index::Bigram;
use crate::query::{Alternative, Tier};

/// One document of a segment that holds a leaf.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct LeafDoc {
    pub doc: DocId,
    pub tier: Tier,
    /// Occurrences of that tier.
    pub count: u32,
}

/// Where the postings of a pair stand, with the flags of each.
pub(super) type PairTerms = Arc<[(TermInfo, u8)]>;
/// Two neighbouring characters; without the second, any.
type Pair = (char, Option<char>);

/// The character view of a field in one segment; what was looked up for a query is kept.
pub(super) struct CharView {
    inverted: Arc<InvertedIndexReader>,
    known: Mutex<FxHashMap<Pair, PairTerms>>,
    met: Mutex<FxHashMap<[Pair; 2], bool>>,
}

impl CharView {
    /// The view of a field.
    ///
    /// # Errors
    /// A segment that cannot be read.
    pub fn open(reader: &SegmentReader, field: Field) -> tantivy::Result<Self> {
        Ok(Self { inverted: reader.inverted_index(field)?, known: Mutex::default(), met: Mutex::default() })
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

    /// No more documents than these hold any of the alternatives; by their rarest pairs, without a look at the postings.
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
    fn meet(&self, pairs: [Pair; 2]) -> io::Result<bool> {
        if let Some(known) = locked(&self.met).get(&pairs) {
            return Ok(*known);
        }
        let docs = documents(self, &self.terms(pairs[0])?, Wanted(None), |_| true)?;
        let mut met = false;
        for (info, _) in self.terms(pairs[1])?.iter().filter(|_| !docs.is_empty()) {
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

/// Documents of the postings of a pair with flags that fit, those in several lists counted in each.
fn size_where(terms: &[(TermInfo, u8)], fits: impl Fn(u8) -> bool) -> u64 {
    terms.iter().filter(|(_, flags)| fits(*flags)).map(|(info, _)| u64::from(info.doc_freq)).sum()
}

fn size(terms: &[(TermInfo, u8)]) -> u64 {
    size_where(terms, |_| true)
}

/// The pairs that cover a text, with their offsets; of a text of one character, all that it begins.
fn pairs_of(chars: &[char]) -> Vec<(usize, Pair)> {
    let Some(last) = chars.len().checked_sub(2) else { return chars.iter().map(|only| (0, (*only, None))).collect() };
    let mut offsets: Vec<usize> = (0..=last).step_by(2).collect();
    if offsets.last() != Some(&last) {
        offsets.push(last);
    }
    offsets.into_iter().map(|offset| (offset, (chars[offset], Some(chars[offset + 1])))).collect()
}

/// The documents that are looked at: all, or some in order.
#[derive(Clone, Copy)]
struct Wanted<'a>(Option<&'a [DocId]>);

impl Wanted<'_> {
    /// The first wanted document from this one on.
    fn from(&mut self, doc: DocId) -> DocId {
        let Some(docs) = &mut self.0 else { return doc };
        *docs = &docs[ahead(docs, doc)..];
        docs.first().copied().unwrap_or(TERMINATED)
    }
}

/// All documents with any of the alternatives in a field, in order, each with its best tier; where documents are given, those
/// among them.
pub(super) fn find(view: &CharView, alternatives: &[Alternative], within: Option<&[DocId]>) -> io::Result<Vec<LeafDoc>> {
    let mut found: Vec<LeafDoc> = Vec::new();
    for alternative in alternatives {
        match alternative.chars.as_slice() {
            [] => {}
            [_] | [_, _] => short(view, alternative, Wanted(within), &mut found)?,
            _ => phrase(view, alternative, Wanted(within), &mut found)?,
        }
    }
    found.sort_by_key(|found| found.doc);
    found.dedup_by(|next, kept| {
        let same = next.doc == kept.doc;
        if same {
            match next.tier.cmp(&kept.tier) {
                std::cmp::Ordering::Less => *kept = *next,
                std::cmp::Ordering::Equal => kept.count += next.count,
                std::cmp::Ordering::Greater => {}
            }
        }
        same
    });
    Ok(found)
}

/// The tier of a match; `None` where it does not count.
fn tier(alternative: &Alternative, is_word: bool) -> Option<Tier> {
    match (is_word, alternative.loose) {
        (true, _) => Some(alternative.tier),
        (false, true) => Some(Tier::Substring),
        (false, false) => None,
    }
}

/// A query of one or two characters: terms, whose flags say all.
fn short(view: &CharView, alternative: &Alternative, wanted: Wanted<'_>, found: &mut Vec<LeafDoc>) -> io::Result<()> {
    let alone = alternative.chars.len() == 1;
    let ends = |flags| alternative.open_end || if alone { Bigram::splits(flags) } else { Bigram::ends(flags) };
    for (_, pair) in pairs_of(&alternative.chars) {
        for (info, flags) in view.terms(pair)?.iter() {
            if let Some(tier) = tier(alternative, Bigram::begins(*flags) && ends(*flags)) {
                walk(view.postings(info, IndexRecordOption::WithFreqs)?, wanted, |doc, list| {
                    found.push(LeafDoc { doc, tier, count: list.term_freq() });
                });
            }
        }
    }
    Ok(())
}

/// Calls `see` for each wanted document of a list.
fn walk(mut list: SegmentPostings, mut wanted: Wanted<'_>, mut see: impl FnMut(DocId, &SegmentPostings)) {
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
            at += ahead(&docs[at..], doc);
        }
    }
}

/// How many documents stand before one; mostly few, so the steps begin small.
fn ahead(docs: &[DocId], doc: DocId) -> usize {
    let mut step = 1;
    while docs.get(step).is_some_and(|wanted| *wanted < doc) {
        step *= 2;
    }
    let from = step / 2;
    from + docs[from..docs.len().min(step + 1)].partition_point(|wanted| *wanted < doc)
}

/// Pairs from which a phrase is looked for by its two rarest first.
const LONG_PHRASE: usize = 4;

/// The wanted documents of the postings of a pair with flags that fit, in order.
fn documents(view: &CharView, terms: &[(TermInfo, u8)], wanted: Wanted<'_>, fits: impl Fn(u8) -> bool) -> io::Result<Vec<DocId>> {
    let mut docs = Vec::new();
    for (info, _) in terms.iter().filter(|(_, flags)| fits(*flags)) {
        walk(view.postings(info, IndexRecordOption::Basic)?, wanted, |doc, _| docs.push(doc));
    }
    // Runs in order, which this sort merges.
    docs.sort();
    docs.dedup();
    Ok(docs)
}

/// Where a phrase would begin in some documents by one of its pairs, with the flags of the pair: the number of the document
/// above and the position below, in order.
fn starts(
    view: &CharView,
    terms: &[(TermInfo, u8)],
    offset: usize,
    docs: &[DocId],
    fits: impl Fn(u8) -> bool,
) -> io::Result<Vec<(u64, u8)>> {
    let offset = offset as u32;
    let (mut starts, mut buffer) = (Vec::new(), Vec::new());
    for (info, flags) in terms.iter().filter(|(_, flags)| fits(*flags)) {
        let mut list = view.postings(info, IndexRecordOption::WithFreqsAndPositions)?;
        meet(&mut list, docs, |at, list| {
            list.positions(&mut buffer);
            let positions = buffer.iter().filter(|position| **position >= offset);
            starts.extend(positions.map(|position| ((at as u64) << 32 | u64::from(position - offset), *flags)));
        });
    }
    starts.sort();
    Ok(starts)
}

/// A query of three characters or more: pairs that cover it, by position.
fn phrase(view: &CharView, alternative: &Alternative, wanted: Wanted<'_>, found: &mut Vec<LeafDoc>) -> io::Result<()> {
    let chars = &alternative.chars;
    let last = chars.len() - 2;
    let fits = |offset: usize, flags: u8| {
        alternative.loose || ((offset > 0 || Bigram::begins(flags)) && (offset < last || alternative.open_end || Bigram::ends(flags)))
    };
    let pairs = pairs_of(chars);
    let mut terms = Vec::with_capacity(pairs.len());
    for (offset, pair) in pairs {
        let own = view.terms(pair)?;
        if !own.iter().any(|(_, flags)| fits(offset, *flags)) {
            return Ok(());
        }
        terms.push((offset, pair, own));
    }
    if terms.len() >= LONG_PHRASE {
        // Most sentences are nowhere, and their two rarest pairs tell it of them.
        let mut order: Vec<(u64, Pair)> = terms.iter().map(|(_, pair, terms)| (size(terms), *pair)).collect();
        order.sort_unstable();
        if !view.meet([order[0].1, order[1].1])? {
            return Ok(());
        }
    }
    // Documents with all pairs, beginning with the rarest.
    terms.sort_by_key(|(offset, _, terms)| size_where(terms, |flags| fits(*offset, flags)));
    let mut docs = documents(view, &terms[0].2, wanted, |flags| fits(terms[0].0, flags))?;
    for (offset, _, terms) in &terms[1..] {
        let mut there = vec![false; docs.len()];
        for (info, _) in terms.iter().filter(|(_, flags)| fits(*offset, *flags)) {
            meet(&mut view.postings(info, IndexRecordOption::Basic)?, &docs, |at, _| there[at] = true);
        }
        let mut there = there.into_iter();
        docs.retain(|_| there.next() == Some(true));
    }
    if docs.is_empty() {
        return Ok(());
    }
    // Places with all pairs: the flags of the first and the last decide, those between only have to be there.
    terms.sort_by_key(|(offset, ..)| *offset);
    let mut places: Vec<(u64, u8, u8)> = Vec::new();
    for (nth, (offset, _, terms)) in terms.iter().enumerate() {
        let starts = starts(view, terms, *offset, &docs, |flags| fits(*offset, flags))?;
        if nth == 0 {
            places.extend(starts.into_iter().map(|(place, flags)| (place, flags, flags)));
            continue;
        }
        let mut starts = starts.into_iter().peekable();
        places.retain_mut(|(place, _, end)| {
            while starts.next_if(|(start, _)| start < place).is_some() {}
            let there = starts.next_if(|(start, _)| start == place);
            *end = there.map_or(*end, |(_, flags)| flags);
            there.is_some()
        });
    }
    for places in places.chunk_by(|(a, ..), (b, ..)| a >> 32 == b >> 32) {
        let is_word = |first: u8, end: u8| Bigram::begins(first) && (alternative.open_end || Bigram::ends(end));
        let words = places.iter().filter(|(_, first, end)| is_word(*first, *end)).count() as u32;
        let doc = docs[(places[0].0 >> 32) as usize];
        if words > 0 {
            found.push(LeafDoc { doc, tier: alternative.tier, count: words });
        } else if alternative.loose {
            found.push(LeafDoc { doc, tier: Tier::Substring, count: places.len() as u32 });
        }
    }
    Ok(())
}

/// Documents with a term of a field without frequencies. Deleted ones too: callers drop them.
pub(super) fn keys(inverted: &InvertedIndexReader, term: &Term, within: Option<&[DocId]>) -> io::Result<Vec<LeafDoc>> {
    let mut found = Vec::new();
    if let Some(postings) = inverted.read_postings(term, IndexRecordOption::Basic)? {
        walk(postings, Wanted(within), |doc, list| found.push(LeafDoc { doc, tier: Tier::Word, count: list.term_freq() }));
    }
    Ok(found)
}
