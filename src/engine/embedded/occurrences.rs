//! The occurrences of a query in all passages of one document, for a reader that goes from one to the next.

use super::seams;
use super::snapshot::Snapshot;
use crate::document::Document;
use crate::engine::{Request, SearchError};
use crate::index::OpenIndex;
use crate::matching::marks;
use crate::matching::passage::PassageView;
use crate::query::budget::Watch;
use crate::query::parts::{without_conditions, without_dates};
use crate::query::{Marks, compile};

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
        occurrences(index, request, document)
    }
}

fn occurrences(index: &OpenIndex, request: &Request, document: &Document) -> Result<Vec<Marks>, SearchError> {
    let (node, _) = without_dates(crate::query::parse(&request.text)?.node);
    let (words, _) = without_conditions(node);
    let Some(words) = words else { return Ok(Vec::new()) };
    let compiled = compile(&words, index.analyzer(), request.variants)?;
    let watch = Watch::new(request.budget.clone());
    let may_cross = seams::any_may_cross(&compiled);
    let of = |(at, passage): (usize, &crate::document::Passage)| {
        let next = document.passages.get(at + 1).filter(|_| may_cross).map(|next| next.text.as_str());
        let view = PassageView::for_query(index.analyzer(), passage, &document.title, &compiled, next);
        marks::marks(&compiled, &view.watched(&watch))
    };
    Ok(document.passages.iter().enumerate().map(of).collect())
}
