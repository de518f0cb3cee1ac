//! A search request: the query and all options.

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
    /// Filters.
    pub filters: Filters,
    /// Number of hits: 0 for counts alone, `usize::MAX` for all.
    pub limit: usize,
    /// Number of hits to skip at the top.
    pub offset: usize,
    /// Order of the hits.
    pub sort: Sort,
    /// Show only the best passage of each document.
    pub group_documents: bool,
    /// Count facets.
    pub facets: bool,
    /// Unit of the facet of dates.
    pub by: DateUnit,
    /// Report only widened forms that occur, with their counts.
    pub explain: bool,
    /// Find other names and inflections too.
    pub variants: bool,
    /// Make a query that may be misread an error.
    pub strict: bool,
    /// Show partial matches after the exact ones. Commands and page leave them out of a list of all hits, so that it is
    /// as long as its count.
    pub relax: bool,
    /// Show one passage for all that say nearly the same, with the ids of the others.
    pub fold_duplicates: bool,
    /// Limits on the time of the search.
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
