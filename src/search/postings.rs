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
        let open = |pair| Slot::open(self, &self.terms(pair)?, 0, IndexRecordOption::Basic, |_| true);
        let [mut first, mut second] = [open(pairs[0])?, open(pairs[1])?];
        let mut met = false;
        while !met && first.doc() != TERMINATED {
            let doc = first.doc();
            met = second.seek(doc);
            first.advance_past(doc);
        }
        locked(&self.met).insert(pairs, met);
        Ok(met)
    }
}

/// What is kept is right whatever happened to a thread that kept it.
fn locked<T>(kept: &Mutex<T>) -> MutexGuard<'_, T> {
    kept.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Documents of all the postings of a pair.
fn size(terms: &[(TermInfo, u8)]) -> u64 {
    terms.iter().map(|(info, _)| u64::from(info.doc_freq)).sum()
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
        *docs = &docs[docs.partition_point(|wanted| *wanted < doc)..];
        docs.first().copied().unwrap_or(TERMINATED)
    }
}

/// All documents with any of the alternatives in a field, in order, each with its best tier; where documents are given, those
/// among them.
pub(super) fn find(view: &CharView, alternatives: &[Alternative], within: Option<&[DocId]>) -> io::Result<Vec<LeafDoc>> {
    let mut found: Vec<LeafDoc> = Vec::new();
    let mut sorted = true;
    for alternative in alternatives {
        let before = found.len();
        match alternative.chars.as_slice() {
            [] => {}
            [_] | [_, _] => short(view, alternative, Wanted(within), &mut found)?,
            _ => phrase(view, alternative, Wanted(within), &mut found)?,
        }
        sorted &= before == 0 || found.len() == before;
    }
    if !sorted || !found.is_sorted_by_key(|found| found.doc) {
        found.sort_by_key(|found| found.doc);
    }
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
                take(view.postings(info, IndexRecordOption::WithFreqs)?, tier, wanted, found);
            }
        }
    }
    Ok(())
}

fn take(mut postings: SegmentPostings, tier: Tier, mut wanted: Wanted<'_>, found: &mut Vec<LeafDoc>) {
    let mut doc = postings.doc();
    while doc != TERMINATED {
        let next = wanted.from(doc);
        if next == TERMINATED {
            return;
        }
        if next == doc {
            found.push(LeafDoc { doc, tier, count: postings.term_freq() });
            doc = postings.advance();
        } else {
            doc = postings.seek(next);
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
            at += docs[at..].partition_point(|wanted| *wanted < doc);
        }
    }
}

/// Pairs from which a phrase is looked for by its two rarest first.
const LONG_PHRASE: usize = 4;

/// The postings of one pair of a phrase, over all flags that can match.
struct Slot {
    offset: u32,
    lists: Vec<(SegmentPostings, u8)>,
    /// Documents of all lists, for choosing the one to go by.
    size: u32,
}

impl Slot {
    fn open(
        view: &CharView,
        terms: &[(TermInfo, u8)],
        offset: usize,
        option: IndexRecordOption,
        fits: impl Fn(u8) -> bool,
    ) -> io::Result<Self> {
        let terms = terms.iter().filter(|(_, flags)| fits(*flags));
        let lists = terms.map(|(info, flags)| Ok((view.postings(info, option)?, *flags))).collect::<io::Result<Vec<_>>>()?;
        let size = lists.iter().map(|(list, _)| list.doc_freq()).sum();
        Ok(Self { offset: offset as u32, lists, size })
    }

    /// The present document: the least of the lists.
    fn doc(&self) -> DocId {
        self.lists.iter().map(|(list, _)| list.doc()).min().unwrap_or(TERMINATED)
    }

    fn advance_past(&mut self, doc: DocId) {
        for (list, _) in &mut self.lists {
            if list.doc() == doc {
                list.advance();
            }
        }
    }

    fn seek(&mut self, doc: DocId) -> bool {
        let mut there = false;
        for (list, _) in &mut self.lists {
            if list.doc() < doc {
                list.seek(doc);
            }
            there |= list.doc() == doc;
        }
        there
    }

    /// Where a phrase would begin, by this pair, with the flags of the pair; in order.
    fn starts(&mut self, doc: DocId, buffer: &mut Vec<u32>, out: &mut Vec<(u32, u8)>) {
        out.clear();
        let offset = self.offset;
        let mut lists = 0;
        for (list, flags) in self.lists.iter_mut().filter(|(list, _)| list.doc() == doc) {
            list.positions(buffer);
            out.extend(buffer.iter().filter(|position| **position >= offset).map(|position| (position - offset, *flags)));
            lists += 1;
        }
        if lists > 1 {
            out.sort_unstable();
        }
    }
}

/// A query of three characters or more: pairs that cover it, by position.
fn phrase(view: &CharView, alternative: &Alternative, mut wanted: Wanted<'_>, found: &mut Vec<LeafDoc>) -> io::Result<()> {
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
    let mut slots = terms
        .iter()
        .map(|(offset, _, terms)| Slot::open(view, terms, *offset, IndexRecordOption::WithFreqsAndPositions, |flags| fits(*offset, flags)))
        .collect::<io::Result<Vec<Slot>>>()?;
    let lead = (0..slots.len()).min_by_key(|at| slots[*at].size).unwrap_or(0);
    let (mut buffer, mut starts, mut others) = (Vec::new(), Vec::new(), Vec::new());
    loop {
        let doc = slots[lead].doc();
        if doc == TERMINATED {
            return Ok(());
        }
        let next = wanted.from(doc);
        if next == TERMINATED {
            return Ok(());
        }
        if next != doc {
            slots[lead].seek(next);
            continue;
        }
        if (0..slots.len()).all(|at| at == lead || slots[at].seek(doc)) {
            // Flags of the first and the last pair decide; those between only have to be there.
            slots[0].starts(doc, &mut buffer, &mut starts);
            let mut ends: Option<Vec<(u32, u8)>> = None;
            for slot in &mut slots[1..] {
                slot.starts(doc, &mut buffer, &mut others);
                starts.retain(|(start, _)| others.binary_search_by_key(start, |(other, _)| *other).is_ok());
                if starts.is_empty() {
                    break;
                }
                if slot.offset as usize == last {
                    ends = Some(others.clone());
                }
            }
            let (mut words, mut pieces) = (0, 0);
            for (start, flags) in &starts {
                let end_flags =
                    ends.as_ref().and_then(|ends| ends.binary_search_by_key(start, |(other, _)| *other).ok().map(|at| ends[at].1));
                let is_word = Bigram::begins(*flags) && (alternative.open_end || end_flags.is_some_and(Bigram::ends));
                if is_word {
                    words += 1;
                } else {
                    pieces += 1;
                }
            }
            if words > 0 {
                found.push(LeafDoc { doc, tier: alternative.tier, count: words });
            } else if pieces > 0 && alternative.loose {
                found.push(LeafDoc { doc, tier: Tier::Substring, count: pieces });
            }
        }
        slots[lead].advance_past(doc);
    }
}

/// Documents with a term of a field without frequencies. Deleted ones too: callers drop them.
pub(super) fn keys(inverted: &InvertedIndexReader, term: &Term, within: Option<&[DocId]>) -> io::Result<Vec<LeafDoc>> {
    let mut found = Vec::new();
    if let Some(postings) = inverted.read_postings(term, IndexRecordOption::Basic)? {
        take(postings, Tier::Word, Wanted(within), &mut found);
    }
    Ok(found)
}
