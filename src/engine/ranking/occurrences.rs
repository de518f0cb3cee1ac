//! The occurrences of a query in all passages of one document, for a reader that goes from one to the next.

use crate::analysis::Analyzer;
use crate::document::Document;
use crate::engine::{Request, SearchError};
use crate::matching::passage::PassageView;
use crate::matching::{crossing, marks};
use crate::query::budget::Watch;
use crate::query::parts::{without_conditions, without_dates};
use crate::query::{Marks, compile};

/// Finds the occurrences of the words of a request in each passage of a document; none where the query holds no word.
///
/// # Errors
/// A query over the limits.
pub(crate) fn occurrences(
    analyzer: &Analyzer,
    request: &Request,
    document: &Document,
) -> Result<Vec<Marks>, SearchError> {
    let (node, _) = without_dates(crate::query::parse(&request.text)?.node);
    let (words, _) = without_conditions(node);
    let Some(words) = words else { return Ok(Vec::new()) };
    let compiled = compile(&words, analyzer, request.variants)?;
    let watch = Watch::new(request.budget.clone());
    let may_cross = crossing::any_may_cross(&compiled);
    let of = |(at, passage): (usize, &crate::document::Passage)| {
        let next = document.passages.get(at + 1).filter(|_| may_cross).map(|next| next.text.as_str());
        let view = PassageView::for_query(analyzer, passage, &document.title, &compiled, next);
        marks::marks(&compiled, &view.watched(&watch))
    };
    Ok(document.passages.iter().enumerate().map(of).collect())
}
