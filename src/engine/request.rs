//! What a person asks for beside the query.

use crate::query::{Budget, DateUnit, Filters};

/// The order of the hits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    /// Tier, then score.
    #[default]
    Relevance,
    /// Oldest document first, undated last.
    Date,
    /// Newest document first, undated last.
    DateDescending,
}

/// A search request.
///
/// # Examples
/// ```
/// use fumikura::Request;
/// use fumikura::engine::Sort;
///
/// // The third page of twenty, newest documents first.
/// let request =
///     Request { text: "人材育成".to_owned(), limit: 20, offset: 40, sort: Sort::DateDescending, ..Request::default() };
/// assert!(request.variants && !request.strict);
/// ```
#[derive(Clone, Debug)]
pub struct Request {
    /// The query as typed; empty for all passages.
    pub text: String,
    /// Drill-down.
    pub filters: Filters,
    /// Hits wanted; none for counts alone, `usize::MAX` for all.
    pub limit: usize,
    /// Hits left out at the top.
    pub offset: usize,
    /// Order.
    pub sort: Sort,
    /// One hit a document.
    pub group_documents: bool,
    /// Count facets.
    pub facets: bool,
    /// What the facet of dates counts by.
    pub by: DateUnit,
    /// Of what widened the query tell only what occurs, with counts.
    pub explain: bool,
    /// Other names and inflections are found too.
    pub variants: bool,
    /// A query that is not read as it may have been meant is an error.
    pub strict: bool,
    /// Show partial matches behind the exact ones, where nothing matches whole or the query is a sentence.
    pub relax: bool,
    /// Show one passage for all that say nearly the same, with the ids of the others.
    pub fold_duplicates: bool,
    /// How long it may take.
    pub budget: Budget,
}

impl Default for Request {
    fn default() -> Self {
        Self {
            text: String::new(),
            filters: Filters::default(),
            limit: 10,
            offset: 0,
            sort: Sort::default(),
            group_documents: false,
            facets: false,
            by: DateUnit::default(),
            explain: false,
            variants: true,
            strict: false,
            relax: true,
            fold_duplicates: false,
            budget: Budget::default(),
        }
    }
}
