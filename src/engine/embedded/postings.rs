//! Finds the alternatives of a leaf in one segment by its postings, with tiers, without a look at the texts.

use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rustc_hash::FxHashMap;
use tantivy::postings::{Postings, SegmentPostings, TermInfo};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocId, DocSet, InvertedIndexReader, SegmentReader, TERMINATED, Term};

use crate::index::Bigram;
use crate::query::budget::{Pace, Watch};
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
    fn meet(&self, pairs: [Pair; 2]) -> io::Result<bool> {
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
fn size(terms: &[(TermInfo, u8)]) -> u64 {
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
    fn from(&mut self, doc: DocId) -> DocId {
        let Some(docs) = &mut self.0 else { return doc };
        *docs = &docs[ahead(docs, |wanted| *wanted < doc)..];
        docs.first().copied().unwrap_or(TERMINATED)
    }
}

/// All documents with any of the alternatives in a field, in order, each with its best tier; where documents are given,
/// those among them.
pub(super) fn find(
    view: &CharView,
    alternatives: &[Alternative],
    within: Option<&[DocId]>,
) -> io::Result<Vec<LeafDoc>> {
    find_open(view, alternatives, false, within)
}

/// The rarest pair of each of some alternatives in a view.
pub(super) fn rarest_pairs(view: &CharView, alternatives: &[Alternative]) -> io::Result<Vec<Option<Pair>>> {
    let rarest = |alternative: &Alternative| {
        let mut rarest: Option<(u64, Pair)> = None;
        for (_, pair) in pairs_of(&alternative.chars) {
            let size = size(&view.terms(pair)?);
            if rarest.is_none_or(|(least, _)| size < least) {
                rarest = Some((size, pair));
            }
        }
        Ok(rarest.map(|(_, pair)| pair))
    };
    alternatives.iter().map(rarest).collect()
}

/// As [`find`], in a view of few texts beside the one of the passages, in which the pairs were looked up before: most
/// queries are in no title, and the pair that is rarest in the passages tells it of them.
pub(super) fn find_above(
    view: &CharView,
    rarest: &[Option<Pair>],
    alternatives: &[Alternative],
    within: Option<&[DocId]>,
) -> io::Result<Vec<LeafDoc>> {
    let mut possible = Vec::new();
    for (alternative, pair) in alternatives.iter().zip(rarest).filter(|_| view.chars() > 0) {
        if let Some(pair) = pair
            && !view.terms(*pair)?.is_empty()
        {
            possible.push(alternative.clone());
        }
    }
    if possible.is_empty() { Ok(Vec::new()) } else { find(view, &possible, within) }
}

/// As [`find`]; with `open_start` a match is a word wherever it begins.
pub(super) fn find_open(
    view: &CharView,
    alternatives: &[Alternative],
    open_start: bool,
    within: Option<&[DocId]>,
) -> io::Result<Vec<LeafDoc>> {
    if within.is_some_and(<[DocId]>::is_empty) {
        return Ok(Vec::new());
    }
    let mut found: Vec<LeafDoc> = Vec::new();
    for alternative in alternatives {
        match alternative.chars.as_slice() {
            [] => {}
            [_] | [_, _] => short(view, alternative, open_start, Wanted(within), &mut found)?,
            _ => phrase(view, alternative, open_start, Wanted(within), &mut found)?,
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
pub(super) fn tier(alternative: &Alternative, is_word: bool) -> Option<Tier> {
    match (is_word, alternative.loose) {
        (true, _) => Some(alternative.tier),
        (false, true) => Some(Tier::Substring),
        (false, false) => None,
    }
}

/// A query of one or two characters: terms, whose flags say all.
fn short(
    view: &CharView,
    alternative: &Alternative,
    open_start: bool,
    wanted: Wanted<'_>,
    found: &mut Vec<LeafDoc>,
) -> io::Result<()> {
    let mut pace = view.pace();
    for (_, pair) in pairs_of(&alternative.chars) {
        for (info, flags) in view.terms(pair)?.iter() {
            let (begins, ends) = edges(alternative.chars.len(), *flags);
            if let Some(tier) = tier(alternative, (open_start || begins) && (alternative.open_end || ends)) {
                if pace.is_over(u64::from(info.doc_freq)) {
                    return Ok(());
                }
                walk(view.postings(info, IndexRecordOption::WithFreqs)?, wanted, |doc, list| {
                    found.push(LeafDoc { doc, tier, count: list.term_freq() });
                });
            }
        }
    }
    Ok(())
}

/// Whether a text of one or two characters, whose one term has some flags, begins and ends as a word.
pub(super) fn edges(length: usize, flags: u8) -> (bool, bool) {
    (Bigram::begins(flags), if length == 1 { Bigram::splits(flags) } else { Bigram::ends(flags) })
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

/// Pairs from which a phrase is looked for by its two rarest first.
const LONG_PHRASE: usize = 4;

/// The wanted documents of the postings of a pair, in order.
fn documents(view: &CharView, terms: &[(TermInfo, u8)], wanted: Wanted<'_>) -> io::Result<Vec<DocId>> {
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
fn with_all(view: &CharView, parts: &[Part], wanted: Wanted<'_>) -> io::Result<Vec<DocId>> {
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

/// The documents that have all pairs of one of the alternatives, wherever they stand: those that [`find`] finds, and
/// more; in no order, and some again and again.
pub(super) fn possible(
    view: &CharView,
    alternatives: &[Alternative],
    within: Option<&[DocId]>,
) -> io::Result<Vec<DocId>> {
    let mut docs = Vec::new();
    for alternative in alternatives {
        for parts in covers(view, alternative)? {
            docs.extend(with_all(view, &parts, Wanted(within))?);
        }
    }
    Ok(docs)
}

/// A query of three characters or more: pairs that cover it, by position.
fn phrase(
    view: &CharView,
    alternative: &Alternative,
    open_start: bool,
    wanted: Wanted<'_>,
    found: &mut Vec<LeafDoc>,
) -> io::Result<()> {
    for parts in covers(view, alternative)? {
        let (docs, places) = by_place(view, alternative, &parts, wanted)?;
        for places in places.chunk_by(|a, b| a.doc == b.doc) {
            let is_word = |place: &&Place| {
                (open_start || Bigram::begins(place.first)) && (alternative.open_end || Bigram::ends(place.last))
            };
            let words = places.iter().filter(is_word).count() as u32;
            let doc = docs[places[0].doc as usize];
            if words > 0 {
                found.push(LeafDoc { doc, tier: alternative.tier, count: words });
            } else if alternative.loose {
                found.push(LeafDoc { doc, tier: Tier::Substring, count: places.len() as u32 });
            }
        }
    }
    Ok(())
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

/// Documents with a term of a field without frequencies. Deleted ones too: callers drop them.
pub(super) fn keys(inverted: &InvertedIndexReader, term: &Term, within: Option<&[DocId]>) -> io::Result<Vec<LeafDoc>> {
    let mut found = Vec::new();
    if let Some(postings) = inverted.read_postings(term, IndexRecordOption::Basic)? {
        walk(postings, Wanted(within), |doc, list| {
            found.push(LeafDoc { doc, tier: Tier::Word, count: list.term_freq() })
        });
    }
    Ok(found)
}
