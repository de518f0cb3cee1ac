//! Finds the alternatives of a leaf in one segment by postings, with tiers, without reading texts.

use std::io;

use tantivy::postings::Postings;
use tantivy::schema::IndexRecordOption;
use tantivy::{DocId, InvertedIndexReader, Term};

use super::char_view::{CharView, Pair, Wanted, pairs_of, size, walk};
use super::cover::{Place, by_place, covers, with_all};
use crate::index::Bigram;
use crate::query::{Alternative, Tier};

/// A document of a segment that holds a leaf.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct LeafDoc {
    pub doc: DocId,
    pub tier: Tier,
    /// Number of occurrences of this tier.
    pub count: u32,
}

/// Returns all documents with any alternative in a field, sorted, each with its best tier. `within` restricts them.
pub(super) fn find(
    view: &CharView,
    alternatives: &[Alternative],
    within: Option<&[DocId]>,
) -> io::Result<Vec<LeafDoc>> {
    find_open(view, alternatives, false, within)
}

/// Returns the rarest pair of each alternative in a view.
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

/// Works as [`find`] in the view of headings or titles, which are few. Most queries occur in no title, and the pair
/// that is rarest in the passages mostly proves it, so it is tested first.
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

/// Works as [`find`]; with `open_start` a match needs no word boundary at its start.
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
            [_] if is_dense(view, alternative, within)? => letter(view, alternative, open_start, within, &mut found)?,
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

/// Returns the tier of a match; `None` where the alternative excludes it.
pub(super) fn tier(alternative: &Alternative, is_word: bool) -> Option<Tier> {
    match (is_word, alternative.loose) {
        (true, _) => Some(alternative.tier),
        (false, true) => Some(Tier::Substring),
        (false, false) => None,
    }
}

/// Finds an alternative of one or two characters by terms, whose flags decide the tier.
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
            if let Some(tier) = tier(alternative, alternative.is_word(open_start || begins, ends)) {
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

/// True where so many documents are wanted that the lists of an alternative are better read whole.
fn is_dense(view: &CharView, alternative: &Alternative, within: Option<&[DocId]>) -> io::Result<bool> {
    /// Entries of all lists for each wanted document.
    const MOST: u64 = 64;
    let Some(docs) = within else { return Ok(true) };
    let mut entries = 0;
    for (_, pair) in pairs_of(&alternative.chars) {
        entries += size(&view.terms(pair)?);
    }
    Ok(entries <= MOST * docs.len() as u64)
}

/// Works as [`short`] for one character in many documents. A character has a term for each character that follows it,
/// so its many lists are added up in a table over the documents, in place of a sort of all their entries.
fn letter(
    view: &CharView,
    alternative: &Alternative,
    open_start: bool,
    within: Option<&[DocId]>,
    found: &mut Vec<LeafDoc>,
) -> io::Result<()> {
    let mut pace = view.pace();
    let mut table: Vec<Option<(Tier, u32)>> = Vec::new();
    for (_, pair) in pairs_of(&alternative.chars) {
        for (info, flags) in view.terms(pair)?.iter() {
            let (begins, ends) = edges(1, *flags);
            let Some(tier) = tier(alternative, alternative.is_word(open_start || begins, ends)) else { continue };
            if pace.is_over(u64::from(info.doc_freq)) {
                break;
            }
            walk(view.postings(info, IndexRecordOption::WithFreqs)?, Wanted(None), |doc, list| {
                let at = doc as usize;
                if at >= table.len() {
                    table.resize((at + 1).next_power_of_two(), None);
                }
                let count = list.term_freq();
                match &mut table[at] {
                    Some((known, sum)) if *known == tier => *sum += count,
                    Some((known, _)) if *known < tier => {}
                    place => *place = Some((tier, count)),
                }
            });
        }
    }
    let held = |(held, doc): (Option<(Tier, u32)>, DocId)| held.map(|(tier, count)| LeafDoc { doc, tier, count });
    match within {
        None => found.extend(table.into_iter().zip(0..).filter_map(held)),
        Some(docs) => {
            let wanted = docs.iter().map(|doc| (table.get(*doc as usize).copied().flatten(), *doc));
            found.extend(wanted.filter_map(held));
        }
    }
    Ok(())
}

/// Tells whether a text of one or two characters begins and ends at word boundaries, from the flags of its term.
pub(super) fn edges(length: usize, flags: u8) -> (bool, bool) {
    (Bigram::begins(flags), if length == 1 { Bigram::splits(flags) } else { Bigram::ends(flags) })
}

/// Returns the documents that have all pairs of an alternative at any positions: a superset of [`find`], unsorted and
/// with repetitions.
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

/// Finds an alternative of three characters or more by the positions of covering pairs.
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
                alternative.is_word(open_start || Bigram::begins(place.first), Bigram::ends(place.last))
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

/// Returns the documents with a term of a field without frequencies. Deleted ones are included; callers drop them.
pub(super) fn keys(inverted: &InvertedIndexReader, term: &Term, within: Option<&[DocId]>) -> io::Result<Vec<LeafDoc>> {
    let mut found = Vec::new();
    if let Some(postings) = inverted.read_postings(term, IndexRecordOption::Basic)? {
        walk(postings, Wanted(within), |doc, list| {
            found.push(LeafDoc { doc, tier: Tier::Word, count: list.term_freq() })
        });
    }
    Ok(found)
}
