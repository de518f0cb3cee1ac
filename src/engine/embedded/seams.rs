//! Seams: a phrase that begins at the end of a passage and continues at the start of the next.
//!
//! A passage ends at the end of a sentence, so only a phrase that contains such an end can extend over two passages.
//! Its parts are looked up on both sides. The index stores nothing for seams, and other queries have no cost.

use std::io;

use tantivy::{DocAddress, DocId};

use super::postings::{self, LeafDoc, tier};
use super::segment_view::Segment;
use super::spots::spots;
use crate::index::{TEXT_END, flag};
use crate::matching::crossing::places;
pub(super) use crate::matching::crossing::{any_may_cross, may_cross};
use crate::query::{Alternative, Plan};

/// Returns the row of the passage in which the running text of a passage continues.
pub(super) fn next(segment: &Segment<'_>, doc: DocId) -> Option<DocId> {
    let flags = |doc| segment.flags.first(doc).unwrap_or(flag::NO_PASSAGE);
    let (document, apart) = (segment.document.first(doc), flag::TOC | flag::FOOTNOTE);
    if flags(doc) & (apart | flag::NO_PASSAGE) != 0 {
        return None;
    }
    let mut below = (doc + 1..segment.reader.max_doc()).take_while(|next| segment.document.first(*next) == document);
    below.find(|next| flags(*next) & apart == 0).filter(|next| flags(*next) & flag::NO_PASSAGE == 0)
}

/// Works as [`next`], by addresses.
pub(super) fn next_address(segments: &[Segment<'_>], address: DocAddress) -> Option<DocAddress> {
    let segment = segments.get(address.segment_ord as usize)?;
    next(segment, address.doc_id).map(|doc| DocAddress::new(address.segment_ord, doc))
}

/// Returns the passages where a match begins that ends in the next passage, sorted, each with its best tier.
///
/// # Errors
/// Postings that cannot be read.
pub(super) fn find(segment: &Segment<'_>, plan: &Plan, within: Option<&[DocId]>) -> io::Result<Vec<LeafDoc>> {
    if !may_cross(plan) {
        return Ok(Vec::new());
    }
    let view = &segment.body;
    let mut found = Vec::new();
    for alternative in &plan.alternatives {
        for at in places(&alternative.chars) {
            let (tail, head) = alternative.chars.split_at(at);
            let part = |chars: Vec<char>| [Alternative { chars, loose: true, open_end: false, ..alternative.clone() }];
            let tail = part(tail.iter().copied().chain([TEXT_END]).collect());
            let mut docs = postings::possible(view, &tail, within)?;
            docs.sort_unstable();
            docs.dedup();
            let pairs: Vec<(DocId, DocId)> =
                docs.into_iter().filter_map(|doc| Some((doc, next(segment, doc)?))).collect();
            if pairs.is_empty() {
                continue;
            }
            let (docs, below): (Vec<DocId>, Vec<DocId>) = pairs.into_iter().unzip();
            let (tails, heads) = (spots(view, &tail, &docs)?, spots(view, &part(head.to_vec()), &below)?);
            for (number, doc) in docs.into_iter().enumerate() {
                let (Some(tail), Some(head)) =
                    (tails.of(number).first(), heads.of(number).iter().find(|spot| spot.start == 0))
                else {
                    continue;
                };
                if let Some(tier) = tier(alternative, alternative.is_word(tail.begins, head.ends)) {
                    found.push(LeafDoc { doc, tier, count: 1 });
                }
            }
        }
    }
    found.sort_by_key(|found: &LeafDoc| (found.doc, found.tier));
    found.dedup_by_key(|found| found.doc);
    Ok(found)
}

/// Merges matches over seams with matches inside passages.
pub(super) fn with(mut whole: Vec<LeafDoc>, over: Vec<LeafDoc>) -> Vec<LeafDoc> {
    if over.is_empty() {
        return whole;
    }
    whole.extend(over);
    whole.sort_by_key(|found| (found.doc, found.tier));
    whole.dedup_by(|next, kept| {
        let same = next.doc == kept.doc;
        if same && next.tier == kept.tier {
            kept.count += next.count;
        }
        same
    });
    whole
}
