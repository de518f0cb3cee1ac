//! Documents whose title is the query: a person who types a whole title wants that document first. A title that many
//! documents share names none of them.

use std::collections::{HashMap, HashSet};

use tantivy::DocAddress;

use super::postings;
use super::segment_view::Segment;
use crate::analysis::fold;
use crate::engine::ranking::hit::{Hit, by_rank};
use crate::engine::ranking::titles::{MOST, SHARING, SHORT};
use crate::index::{IndexError, OpenIndex, TEXT_END};
use crate::query::{Alternative, Reason, Tier};

/// Marks the best hit of each document whose title equals the text of the query, up to width, case and blanks.
///
/// # Errors
/// An index that cannot be read.
pub(super) fn mark(
    index: &OpenIndex,
    segments: &[Segment<'_>],
    text: &str,
    hits: &mut [Hit],
) -> Result<(), IndexError> {
    let chars = fold(text).chars;
    if chars.len() < SHORT || hits.is_empty() {
        return Ok(());
    }
    let last = [chars.as_slice(), &[TEXT_END]].concat();
    let ends = Alternative::new(last, Tier::Word, true, Reason::Typed, text.to_owned());
    let mut ending: HashMap<u64, DocAddress> = HashMap::new();
    for (segment, ordinal) in segments.iter().zip(0..) {
        let found = postings::find_open(&segment.title, std::slice::from_ref(&ends), true, None);
        for found in found.map_err(|error| index.damaged(error))? {
            if !segment.reader.is_deleted(found.doc) {
                let number = segment.document.first(found.doc).unwrap_or(0);
                ending.entry(number).or_insert(DocAddress::new(ordinal, found.doc));
                if ending.len() > MOST {
                    return Ok(());
                }
            }
        }
    }
    let mut equal: HashSet<u64> = HashSet::new();
    for (number, address) in ending {
        let id = index.passage(address)?.document;
        if index.document(&id)?.is_some_and(|document| fold(&document.document.title).chars == chars) {
            equal.insert(number);
        }
    }
    if equal.is_empty() || equal.len() > SHARING {
        return Ok(());
    }
    // The hits of a document are adjacent.
    for hits in hits.chunk_by_mut(|a, b| a.document == b.document) {
        if equal.contains(&hits[0].document)
            && let Some(best) = hits.iter_mut().min_by(|a, b| by_rank(a, b))
        {
            best.set_titled();
        }
    }
    Ok(())
}
