//! Finds the alternatives of a leaf in one segment by its postings, with tiers, without a look at the texts.

use std::io;

use tantivy::postings::{Postings, SegmentPostings, TermInfo};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocId, DocSet, InvertedIndexReader, TERMINATED, Term};

use crate::index::{Bigram, EDGE_FLAGS, prefix_of};
use crate::query::{Alternative, Tier};

/// One document of a segment that holds a leaf.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct LeafDoc {
    pub doc: DocId,
    pub tier: Tier,
    /// Occurrences of that tier.
    pub count: u32,
}

/// All documents with any of the alternatives in a field, in order, each with its best tier.
pub(super) fn find(inverted: &InvertedIndexReader, alternatives: &[Alternative]) -> io::Result<Vec<LeafDoc>> {
    let mut found: Vec<LeafDoc> = Vec::new();
    let mut sorted = true;
    for alternative in alternatives {
        let before = found.len();
        match alternative.chars.as_slice() {
            [] => {}
            [only] => single(inverted, *only, alternative, &mut found)?,
            [first, second] => pair(inverted, Bigram { first: *first, second: *second }, alternative, &mut found)?,
            chars => phrase(inverted, chars, alternative, &mut found)?,
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

/// A query of one character: all terms that begin with it.
fn single(inverted: &InvertedIndexReader, c: char, alternative: &Alternative, found: &mut Vec<LeafDoc>) -> io::Result<()> {
    let prefix = prefix_of(c);
    let mut stream = inverted.terms().range().ge(prefix.as_bytes()).into_stream()?;
    while stream.advance() {
        if !stream.key().starts_with(prefix.as_bytes()) {
            break;
        }
        let flags = stream.key().last().map_or(0, |digit| digit.wrapping_sub(b'0'));
        let is_word = Bigram::begins(flags) && (alternative.open_end || Bigram::splits(flags));
        let Some(tier) = tier(alternative, is_word) else { continue };
        let postings = inverted.read_postings_from_terminfo(stream.value(), IndexRecordOption::WithFreqs)?;
        take_all(postings, tier, found);
    }
    Ok(())
}

fn take_all(mut postings: SegmentPostings, tier: Tier, found: &mut Vec<LeafDoc>) {
    let mut doc = postings.doc();
    while doc != TERMINATED {
        found.push(LeafDoc { doc, tier, count: postings.term_freq() });
        doc = postings.advance();
    }
}

/// Postings of a pair with the flags of each, those that `wanted` lets pass; one walk through neighbouring terms.
pub(super) fn of_pair(
    inverted: &InvertedIndexReader,
    bigram: Bigram,
    option: IndexRecordOption,
    wanted: impl Fn(u8) -> bool,
) -> io::Result<Vec<(SegmentPostings, u8)>> {
    open(inverted, &terms_of_pair(inverted, bigram, wanted)?, option)
}

/// Where the postings of a pair stand, with the flags of each.
fn terms_of_pair(inverted: &InvertedIndexReader, bigram: Bigram, wanted: impl Fn(u8) -> bool) -> io::Result<Vec<(TermInfo, u8)>> {
    let (first, last) = (bigram.term(0), bigram.term(EDGE_FLAGS - 1));
    let mut terms = Vec::new();
    let mut stream = inverted.terms().range().ge(first.as_bytes()).le(last.as_bytes()).into_stream()?;
    while stream.advance() {
        let flags = stream.key().last().map_or(0, |digit| digit.wrapping_sub(b'0'));
        if wanted(flags) {
            terms.push((stream.value().clone(), flags));
        }
    }
    Ok(terms)
}

fn open(inverted: &InvertedIndexReader, terms: &[(TermInfo, u8)], option: IndexRecordOption) -> io::Result<Vec<(SegmentPostings, u8)>> {
    terms.iter().map(|(info, flags)| Ok((inverted.read_postings_from_terminfo(info, option)?, *flags))).collect()
}

/// A query of two characters: one term, whose flags say all.
fn pair(inverted: &InvertedIndexReader, bigram: Bigram, alternative: &Alternative, found: &mut Vec<LeafDoc>) -> io::Result<()> {
    let tier_of = |flags| tier(alternative, Bigram::begins(flags) && (alternative.open_end || Bigram::ends(flags)));
    for (postings, flags) in of_pair(inverted, bigram, IndexRecordOption::WithFreqs, |flags| tier_of(flags).is_some())? {
        if let Some(tier) = tier_of(flags) {
            take_all(postings, tier, found);
        }
    }
    Ok(())
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
    fn open(inverted: &InvertedIndexReader, terms: &[(TermInfo, u8)], offset: usize, option: IndexRecordOption) -> io::Result<Self> {
        let lists = open(inverted, terms, option)?;
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

/// Does any document have the two rarest pairs of a phrase? Most sentences are nowhere, and this tells it of them.
fn rarest_meet(inverted: &InvertedIndexReader, terms: &[(usize, Vec<(TermInfo, u8)>)]) -> io::Result<bool> {
    let mut order: Vec<&(usize, Vec<(TermInfo, u8)>)> = terms.iter().collect();
    order.sort_by_key(|(_, terms)| terms.iter().map(|(info, _)| u64::from(info.doc_freq)).sum::<u64>());
    let mut first = Slot::open(inverted, &order[0].1, 0, IndexRecordOption::Basic)?;
    let mut second = Slot::open(inverted, &order[1].1, 0, IndexRecordOption::Basic)?;
    loop {
        let doc = first.doc();
        if doc == TERMINATED {
            return Ok(false);
        }
        if second.seek(doc) {
            return Ok(true);
        }
        first.advance_past(doc);
    }
}

/// A query of three characters or more: pairs that cover it, by position.
fn phrase(inverted: &InvertedIndexReader, chars: &[char], alternative: &Alternative, found: &mut Vec<LeafDoc>) -> io::Result<()> {
    let last = chars.len() - 2;
    let mut offsets: Vec<usize> = (0..=last).step_by(2).collect();
    if offsets.last() != Some(&last) {
        offsets.push(last);
    }
    let mut terms = Vec::with_capacity(offsets.len());
    for offset in offsets {
        let fits = |flags| {
            alternative.loose || ((offset > 0 || Bigram::begins(flags)) && (offset < last || alternative.open_end || Bigram::ends(flags)))
        };
        let own = terms_of_pair(inverted, Bigram { first: chars[offset], second: chars[offset + 1] }, fits)?;
        if own.is_empty() {
            return Ok(());
        }
        terms.push((offset, own));
    }
    if terms.len() >= LONG_PHRASE && !rarest_meet(inverted, &terms)? {
        return Ok(());
    }
    let mut slots = terms
        .iter()
        .map(|(offset, terms)| Slot::open(inverted, terms, *offset, IndexRecordOption::WithFreqsAndPositions))
        .collect::<io::Result<Vec<Slot>>>()?;
    let lead = (0..slots.len()).min_by_key(|at| slots[*at].size).unwrap_or(0);
    let (mut buffer, mut starts, mut others) = (Vec::new(), Vec::new(), Vec::new());
    loop {
        let doc = slots[lead].doc();
        if doc == TERMINATED {
            return Ok(());
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

/// Number of live documents is not known to postings: callers drop deleted ones.
pub(super) fn keys(inverted: &InvertedIndexReader, term: &Term) -> io::Result<Vec<LeafDoc>> {
    let mut found = Vec::new();
    if let Some(postings) = inverted.read_postings(term, IndexRecordOption::Basic)? {
        take_all(postings, Tier::Word, &mut found);
    }
    Ok(found)
}
