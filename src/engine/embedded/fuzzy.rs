//! Fuzzy words: passages that hold the pieces and the pairs of characters that the edits must leave, then the matcher
//! on the letters of the word in these passages. The letters come from postings, or from the texts where few passages
//! are left.

use std::io;
use std::ops::ControlFlow;

use serde::Deserialize;
use serde::de::IgnoredAny;
use tantivy::postings::Postings;
use tantivy::schema::IndexRecordOption;
use tantivy::{DocAddress, DocId, TantivyDocument};

use super::char_view::{CharView, Pair, PairTerms, Wanted, ahead, meet, pairs_of, size, walk};
use super::evaluate::Evaluation;
use super::leaves::piece_plan;
use super::positional::Told;
use super::postings::{self, LeafDoc};
use super::rows::{Row, Rows, Within, union};
use super::segment_view::{Segment, each};
use crate::analysis::fold;
use crate::index::{Cuts, IndexError, Layouts, OpenIndex, flag};
use crate::matching::approximate::{Fuzzy, edits};
use crate::query::{Alternative, Compiled, Field, Place, Plan, Reason, Tier};

/// Number of passages up to which no pairs are counted: the test would cost more than it saves.
const FEW: usize = 64;
/// Number of the rarest letters, beside those that edits may take, that are looked for before positions are read.
const RARE_LETTERS: usize = 2;
/// Number of characters whose letters are in memory at one time, a byte each.
const CHUNK_CHARS: usize = 32 << 20;
/// Cost of reading a text, in postings: the store is unpacked, the record read, the text folded.
const TEXT_COST: usize = 600;
/// Cost of opening a list, in postings.
const LIST_COST: usize = 30;

/// A matching passage of a segment.
#[derive(Clone, Copy, Debug)]
struct Match {
    doc: DocId,
    tier: Tier,
    place: Place,
}

impl Evaluation<'_> {
    /// Returns the scored rows of a fuzzy word.
    ///
    /// # Errors
    /// An index that cannot be read.
    pub(super) fn fuzzy(&self, plan: &Plan, within: Within<'_>) -> Result<Rows, IndexError> {
        let found = each(self.segments, |ordinal, segment| {
            matches(self.index, segment, ordinal, plan, within.map(|within| within[ordinal].as_slice()))
        })?;
        // The score of a row is that of the pieces in it. Only matching passages are scored: common pieces are in most
        // passages.
        let docs: Vec<Vec<DocId>> = found.iter().map(|found| found.iter().map(|found| found.doc).collect()).collect();
        let mut scored: Rows = vec![Vec::new(); self.segments.len()];
        if docs.iter().any(|docs| !docs.is_empty()) {
            for piece in pieces(&plan.alternatives[0].chars, edits(plan).unwrap_or(0)) {
                scored = union(scored, &self.literal(&piece_plan(plan, piece.to_vec()), Some(&docs))?);
            }
        }
        let told = self.segments.iter().zip(found).zip(scored).map(|((segment, found), scored)| {
            let (mut told, mut at) = (Told::default(), 0);
            for Match { doc, tier, place } in found {
                at += ahead(&scored[at..], |row| row.doc < doc);
                let score = scored.get(at).filter(|row| row.doc == doc).map_or(0.0, |row| row.score);
                let row = Row { doc, tier, place, score };
                // A repaired place turns a word into a variant and changes no other tier.
                let is_mended = || segment.flags.first(doc).unwrap_or(0) & flag::REPAIRED != 0;
                if tier == Tier::Word && is_mended() { told.doubtful.push(row) } else { told.rows.push(row) }
            }
            told
        });
        self.with_doubtful(told.collect(), &Compiled::Leaf(plan.clone()))
    }
}

/// Returns the pieces of a word of which at least one is left whole by a number of edits (pigeonhole principle).
fn pieces(word: &[char], edits: usize) -> impl Iterator<Item = &[char]> {
    let count = edits + 1;
    (0..count).map(move |at| &word[word.len() * at / count..word.len() * (at + 1) / count])
}

/// Makes an alternative that is found anywhere, or as a word.
fn alternative(chars: &[char], loose: bool) -> Alternative {
    Alternative::new(chars.to_vec(), Tier::Word, loose, Reason::Typed, String::new())
}

/// Returns the live passages of a segment that match, sorted, each with its best tier in any text.
fn matches(
    index: &OpenIndex,
    segment: &Segment<'_>,
    ordinal: usize,
    plan: &Plan,
    within: Option<&[DocId]>,
) -> Result<Vec<Match>, IndexError> {
    let (word, edits) = (&plan.alternatives[0].chars, edits(plan).unwrap_or(0));
    let mut all: Vec<Match> = Vec::new();
    let views = segment.views().into_iter().enumerate();
    for (number, (field, view)) in views.filter(|(_, (field, _))| plan.leaf.is_for(*field)) {
        let damaged = |error: io::Error| index.damaged(error);
        let place = Place::of(field, plan.leaf.field);
        let live = |found: &LeafDoc| !segment.reader.is_deleted(found.doc);
        let found = |LeafDoc { doc, tier, .. }| Match { doc, tier, place };
        if edits == 0 {
            let whole = postings::find(view, &[alternative(word, true)], within).map_err(damaged)?;
            all.extend(whole.into_iter().filter(live).map(found));
            continue;
        }
        let mut docs = candidates(view, word, edits, segment.reader.max_doc(), within).map_err(damaged)?;
        docs.retain(|doc| !segment.reader.is_deleted(*doc));
        if docs.is_empty() {
            continue;
        }
        // A passage with the word itself has the best tier already.
        let whole = postings::find(view, &[alternative(word, false)], Some(&docs)).map_err(damaged)?;
        docs.retain(|doc| whole.binary_search_by_key(doc, |found| found.doc).is_err());
        all.extend(whole.into_iter().map(found));
        let layouts = Layouts::open(segment.reader, index.fields().layouts[number]);
        let layouts = layouts.map_err(|error| index.damaged(error))?;
        let mut search = Search { view, layouts, fuzzy: Fuzzy::new(word, edits), docs };
        let mut see = |doc, tier| all.push(Match { doc, tier, place });
        match search.letters_if_cheaper(field == Field::Body).map_err(damaged)? {
            Some(letters) => search.by_letters(&letters, &mut see).map_err(damaged)?,
            None => search.by_texts(index, ordinal, &mut see)?,
        }
    }
    all.sort_by_key(|found| found.doc);
    all.dedup_by(|next, kept| {
        let same = next.doc == kept.doc;
        if same {
            (kept.tier, kept.place) = (kept.tier.min(next.tier), kept.place.or(next.place));
        }
        same
    });
    Ok(all)
}

/// Returns the passages that may hold a word within some edits, sorted: those with one of its pieces, and with as many
/// of its pairs as the edits must leave (an edit changes at most two pairs).
fn candidates(
    view: &CharView,
    word: &[char],
    edits: usize,
    rows: DocId,
    within: Option<&[DocId]>,
) -> io::Result<Vec<DocId>> {
    let mut set = vec![0u64; rows as usize / 64 + 1];
    let mut add = |doc: DocId| set[doc as usize / 64] |= 1 << (doc % 64);
    let mut pace = view.pace();
    for piece in pieces(word, edits) {
        if piece.len() > 2 {
            postings::possible(view, &[alternative(piece, true)], within)?.into_iter().for_each(&mut add);
            continue;
        }
        for (_, pair) in pairs_of(piece) {
            for (info, _) in view.terms(pair)?.iter() {
                if pace.is_over(u64::from(info.doc_freq)) {
                    break;
                }
                walk(view.postings(info, IndexRecordOption::Basic)?, Wanted(within), |doc, _| add(doc));
            }
        }
    }
    let mut docs = Vec::with_capacity(set.iter().map(|bits| bits.count_ones() as usize).sum());
    for (at, mut bits) in set.into_iter().enumerate() {
        while bits != 0 {
            docs.push(at as DocId * 64 + bits.trailing_zeros());
            bits &= bits - 1;
        }
    }
    // A repeated pair counts once, so the edits may take all its repetitions.
    let pairs = distinct(word.array_windows().map(|[first, second]| (*first, Some(*second))));
    let left = pairs.len().saturating_sub(2 * edits);
    if left >= 2 && docs.len() > FEW {
        holding(view, &pairs, left, &mut docs)?;
    }
    // A single character is in many passages. Of some letters, the edits change one each.
    if word.len() < 2 * (edits + 1) && docs.len() > FEW {
        let mut letters = Vec::new();
        for pair in distinct(word.iter().map(|letter| (*letter, None))) {
            letters.push((size(&view.terms(pair)?), pair));
        }
        letters.sort_unstable();
        letters.truncate(edits + RARE_LETTERS);
        let letters: Vec<Pair> = letters.into_iter().map(|(_, pair)| pair).collect();
        let left = letters.len().saturating_sub(edits);
        holding(view, &letters, left, &mut docs)?;
    }
    Ok(docs)
}

fn distinct(pairs: impl Iterator<Item = Pair>) -> Vec<Pair> {
    let mut pairs: Vec<Pair> = pairs.collect();
    pairs.sort_unstable();
    pairs.dedup();
    pairs
}

/// Keeps the passages that hold at least some number of the given pairs.
fn holding(view: &CharView, pairs: &[Pair], least: usize, docs: &mut Vec<DocId>) -> io::Result<()> {
    // For each passage, the number of its pairs, and the last pair counted: a pair may be there with several flags.
    let mut counts = vec![(0u16, u16::MAX); docs.len()];
    let mut pace = view.pace();
    for (number, pair) in pairs.iter().enumerate() {
        for (info, _) in view.terms(*pair)?.iter() {
            if pace.is_over(u64::from(info.doc_freq)) {
                docs.clear();
                return Ok(());
            }
            meet(&mut view.postings(info, IndexRecordOption::Basic)?, docs, |at, _| {
                let (count, last) = &mut counts[at];
                *count += u16::from(*last != number as u16);
                *last = number as u16;
            });
        }
    }
    let mut counts = counts.into_iter();
    docs.retain(|_| counts.next().is_some_and(|(count, _)| usize::from(count) >= least));
    Ok(())
}

/// The record of a passage, a list of the id of its document and the passage, of which only the text is read.
#[derive(Deserialize)]
struct Record(IgnoredAny, Text);

#[derive(Deserialize)]
struct Text {
    text: String,
}

/// The matcher in some passages of one view.
struct Search<'a> {
    view: &'a CharView,
    layouts: Layouts,
    fuzzy: Fuzzy,
    /// The passages, sorted. None of them holds the word itself.
    docs: Vec<DocId>,
}

impl Search<'_> {
    /// Returns the lists of each letter of the word; `None` where reading the texts is cheaper.
    fn letters_if_cheaper(&self, is_body: bool) -> io::Result<Option<Vec<PairTerms>>> {
        let passages = self.docs.len();
        if self.fuzzy.letters.len() >= usize::from(u8::MAX) || is_body && passages <= FEW {
            return Ok(None);
        }
        let letters = self.fuzzy.letters.iter().map(|letter| self.view.terms((*letter, None)));
        let letters = letters.collect::<io::Result<Vec<PairTerms>>>()?;
        let cost = |(info, _): &(tantivy::postings::TermInfo, u8)| LIST_COST + passages.min(info.doc_freq as usize);
        let cost: usize = letters.iter().flat_map(|terms| terms.iter()).map(cost).sum();
        Ok((!is_body || cost < passages * TEXT_COST).then_some(letters))
    }

    /// Calls `see` with each passage that matches and its tier, by the positions of the letters in postings.
    fn by_letters(&mut self, letters: &[PairTerms], see: &mut impl FnMut(DocId, Tier)) -> io::Result<()> {
        let docs = std::mem::take(&mut self.docs);
        let (mut cuts, mut buffer, mut pace) = (Cuts::default(), Vec::new(), self.view.pace());
        let (mut from, mut met) = (0, Vec::new());
        while from < docs.len() {
            // The letters of the texts one after another; zero for other characters.
            let (mut starts, mut end) = (Vec::new(), 0);
            while let Some(doc) = docs.get(from + starts.len())
                && end < CHUNK_CHARS
            {
                self.layouts.cuts(*doc, &mut cuts);
                starts.push(end);
                end += cuts.length();
            }
            let mut texts = vec![0u8; end];
            let chunk = &docs[from..from + starts.len()];
            from += starts.len();
            for (number, terms) in (1..).zip(letters) {
                for (info, _) in terms.iter() {
                    if pace.is_over(u64::from(info.doc_freq).min(chunk.len() as u64)) {
                        return Ok(());
                    }
                    let mut list = self.view.postings(info, IndexRecordOption::WithFreqsAndPositions)?;
                    meet(&mut list, chunk, |at, list| {
                        list.positions(&mut buffer);
                        for position in &buffer {
                            if let Some(letter) = texts.get_mut(starts[at] + *position as usize) {
                                *letter = number;
                            }
                        }
                    });
                }
            }
            starts.push(end);
            for (doc, bounds) in chunk.iter().zip(starts.array_windows::<2>()) {
                met.clear();
                let text = texts[bounds[0]..bounds[1]].iter().zip(0..).filter(|(letter, _)| **letter > 0);
                met.extend(text.map(|(letter, position)| (position, u16::from(*letter) - 1)));
                if pace.is_over(met.len() as u64) {
                    return Ok(());
                }
                if let Some(tier) = self.tier(*doc, &met, bounds[1] - bounds[0], &mut cuts) {
                    see(*doc, tier);
                }
            }
        }
        Ok(())
    }

    /// Calls `see` with each passage that matches and its tier, by the texts.
    fn by_texts(
        &mut self,
        index: &OpenIndex,
        ordinal: usize,
        see: &mut impl FnMut(DocId, Tier),
    ) -> Result<(), IndexError> {
        let (docs, mut cuts, mut met) = (std::mem::take(&mut self.docs), Cuts::default(), Vec::new());
        for doc in docs {
            if self.view.is_over() {
                break;
            }
            let address = DocAddress::new(ordinal as u32, doc);
            let record: TantivyDocument = index.searcher().doc(address).map_err(|error| index.damaged(error))?;
            let chars = fold(&index.parsed::<Record>(&record)?.1.text).chars;
            met.clear();
            for (c, position) in chars.iter().zip(0..) {
                let letter = self.fuzzy.letters.iter().position(|letter| letter == c);
                met.extend(letter.map(|letter| (position, letter as u16)));
            }
            if let Some(tier) = self.tier(doc, &met, chars.len(), &mut cuts) {
                see(doc, tier);
            }
        }
        Ok(())
    }

    /// Returns the best tier of a passage by the positions of its letters.
    fn tier(&mut self, doc: DocId, met: &[(u32, u16)], length: usize, cuts: &mut Cuts) -> Option<Tier> {
        if met.is_empty() {
            return None;
        }
        self.layouts.cuts(doc, cuts);
        let mut best: Option<Tier> = None;
        let is_cut = |position| cuts.at(position);
        self.fuzzy.occurrences(met, length, is_cut, |_, _, tier| {
            best = Some(best.map_or(tier, |known| known.min(tier)));
            // No passage here holds the word itself.
            if best <= Some(Tier::Variant) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        best
    }
}
