//! The occurrences of a query in one document.

use super::snapshot::Snapshot;
use crate::document::Document;
use crate::engine::ranking::occurrences::occurrences;
use crate::engine::{Request, SearchError};
use crate::query::Marks;

impl Snapshot {
    /// Finds the occurrences of the words of a request in each passage of a document, the headings above it and the
    /// title: those that a hit of the request would show. A passage that lacks other words of the query is marked too.
    ///
    /// The list is empty where the query holds no word.
    ///
    /// # Errors
    /// A query over the limits, or a snapshot without an index.
    pub fn occurrences(&self, request: &Request, document: &Document) -> Result<Vec<Marks>, SearchError> {
        let Some(index) = self.indexes().first() else {
            return Err(SearchError::NotFound("no index is open".to_owned()));
        };
        occurrences(index.analyzer(), request, document)
    }
}
