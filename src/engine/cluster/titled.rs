//! Documents whose title is the query: a person who types a whole title wants that document first.

use std::collections::HashSet;

use super::columns::Row;
use super::lower;
use super::pinned::Pinned;
use super::reading;
use super::records;
use super::wire::WireError;
use crate::analysis::fold;
use crate::engine::ranking::hit::{Hit, by_rank};
use crate::engine::ranking::titles;

/// Marks the best hit of each document whose title equals the text of the query, up to width, case and blanks.
pub(super) fn mark(pinned: &Pinned, text: &str, rows: &[Row], hits: &mut [Hit]) -> Result<(), WireError> {
    let chars = fold(text).chars;
    if chars.len() < titles::SHORT || hits.is_empty() {
        return Ok(());
    }
    let ending = reading::titled(pinned, &lower::title_ending(&chars), titles::MOST + 1)?;
    if ending.is_empty() || ending.len() > titles::MOST {
        return Ok(());
    }
    let documents = records::documents(pinned, &ending)?;
    let is_equal = |(key, (document, _)): (&String, &(crate::document::Document, _))| {
        (fold(&document.title).chars == chars).then(|| key.clone())
    };
    let equal: HashSet<String> = documents.iter().filter_map(is_equal).collect();
    if equal.is_empty() || equal.len() > titles::SHARING {
        return Ok(());
    }
    // The hits of a document are adjacent.
    for hits in hits.chunk_by_mut(|a, b| a.document == b.document) {
        if equal.contains(&rows[hits[0].address.doc_id as usize].key)
            && let Some(best) = hits.iter_mut().min_by(|a, b| by_rank(a, b))
        {
            best.set_titled();
        }
    }
    Ok(())
}
