//! Which ids an index has.

use axum::http::StatusCode;

use super::reply::Problem;
use super::store::Held;
use crate::engine::SearchError;
use crate::index::IndexedDocument;

/// Returns the document with an id, without its passages, and the number of its index.
pub(super) fn find(held: &Held, id: &str) -> Result<Option<(usize, IndexedDocument)>, SearchError> {
    for (number, index) in held.snapshot.indexes().iter().enumerate() {
        if let Some(found) = index.document(id)? {
            return Ok(Some((number, found)));
        }
    }
    Ok(None)
}

/// True where an id is that of a document or of a passage.
pub(super) fn is_known(held: &Held, id: &str) -> Result<bool, SearchError> {
    if find(held, id)?.is_some() {
        return Ok(true);
    }
    let Some((document, _)) = id.rsplit_once('#') else { return Ok(false) };
    let Some((number, _)) = find(held, document)? else { return Ok(false) };
    let passages = held.snapshot.indexes().get(number).map(|index| index.passages_of(document)).transpose()?;
    Ok(passages.into_iter().flatten().any(|found| found.passage.id == id))
}

/// Tells that there is no document or passage with an id.
pub(super) fn not_found(id: &str) -> Problem {
    Problem::new(StatusCode::NOT_FOUND, format!("nothing in the index has the id '{id}'"))
}
