//! Which ids an index has.

use axum::http::StatusCode;

use super::reply::Problem;
use super::store::Held;
use crate::engine::SearchError;

/// True where an id is that of a document or of a passage. An unknown id costs one look.
pub(super) fn is_known(held: &Held, id: &str) -> Result<bool, SearchError> {
    if held.collection.knows(id)? {
        return Ok(true);
    }
    let Some((document, _)) = id.rsplit_once('#') else { return Ok(false) };
    if !held.collection.knows(document)? {
        return Ok(false);
    }
    match held.collection.show(id) {
        Ok(_) => Ok(true),
        Err(SearchError::NotFound(_)) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Tells that there is no document or passage with an id.
pub(super) fn not_found(id: &str) -> Problem {
    Problem::new(StatusCode::NOT_FOUND, format!("nothing in the index has the id '{id}'"))
}
