//! Requests and answers as plain values, and the engines that answer them.
//!
//! Invariant: this module names no index, so that the page, the research tools and a cluster use the same types.

mod answer;
#[cfg(feature = "cluster")]
pub mod cluster;
pub(crate) mod collection;
pub(crate) mod count;
pub mod embedded;
pub(crate) mod file_facets;
pub(crate) mod ranking;
mod request;
mod roles;
pub(crate) mod trees;
mod word_counts;

use std::ops::ControlFlow;

use crate::query::{Budget, Filters};

pub use answer::{
    Answer, Emptied, FacetNode, Facets, FilterCount, Found, LeftOut, Numbers, Outside, SearchError, Shown, Stats,
    TermCount, Total, UNDATED, Widened,
};
pub(crate) use answer::{LOWER_BOUNDS, OUT_OF_TIME};
pub use collection::{Collection, FileState, Hits, Original, Part};
pub use file_facets::FileFacets;
pub use request::{Request, Sort};
pub use roles::{PartnerRoles, RoleCount};
pub use word_counts::WordCounts;

/// Answers requests over a collection of documents; threads share one engine.
///
/// A request carries its deadline and its cancellation ([`Budget`]).
pub trait Engine: Send + Sync {
    /// Answers a request, with the hits of its page.
    ///
    /// The order of the hits depends only on query, filters, sort and commit. `limit` and `offset` select a window on
    /// it, and each hit has the same values in every window.
    ///
    /// # Errors
    /// A query over the limits, an unknown partner or theme, or a collection that cannot be read.
    fn search(&self, request: &Request) -> Result<Answer, SearchError>;

    /// Counts the matching passages by partner, theme, commitment and date; the answer has no hits.
    ///
    /// # Errors
    /// As [`Self::search`].
    fn facets(&self, request: &Request) -> Result<Answer, SearchError> {
        self.search(&Request { limit: 0, facets: true, relax: false, ..request.clone() })
    }

    /// Returns the document with an id, or the document of the passage with this id.
    ///
    /// # Errors
    /// An unknown id, reported with the nearest ids; a collection that cannot be read.
    fn show(&self, id: &str) -> Result<Shown, SearchError>;

    /// Returns size and contents of the collection.
    ///
    /// # Errors
    /// A collection that cannot be read.
    fn stats(&self) -> Result<Stats, SearchError>;

    /// Passes all hits of a request from its offset on to a visitor, in order, and returns the answer without hits.
    ///
    /// At most one hit is in memory at a time.
    ///
    /// # Errors
    /// As [`Self::search`].
    fn each_match(&self, request: &Request, visitor: &mut dyn Visitor) -> Result<Answer, SearchError>;

    /// Counts words in the texts of all passages that pass filters; titles and headings do not count.
    ///
    /// A word is a base form of [`Analyzer::words`](crate::analysis::Analyzer::words).
    ///
    /// # Errors
    /// An unknown partner or theme, or a collection that cannot be read.
    fn word_counts(&self, words: &[&str], filters: &Filters, budget: &Budget) -> Result<WordCounts, SearchError>;

    /// Returns the name of the commit that answers now. Results computed from another commit are out of date.
    ///
    /// # Errors
    /// A collection that cannot be read.
    fn generation(&self) -> Result<String, SearchError>;
}

/// Receives the hits of a request one by one.
///
/// # Examples
/// ```
/// use std::ops::ControlFlow;
/// use fumikura::engine::{Found, Visitor};
///
/// let mut titles = Vec::new();
/// let mut visitor = |found: Found| {
///     titles.push(found.document.title);
///     ControlFlow::Continue(())
/// };
/// let _: &mut dyn Visitor = &mut visitor;
/// ```
pub trait Visitor {
    /// Receives the answer without hits, once, before the first hit.
    fn begin(&mut self, _answer: &Answer) {}

    /// Receives the next hit; `Break` ends the visit.
    fn found(&mut self, found: Found) -> ControlFlow<()>;
}

impl<F: FnMut(Found) -> ControlFlow<()>> Visitor for F {
    fn found(&mut self, found: Found) -> ControlFlow<()> {
        self(found)
    }
}
