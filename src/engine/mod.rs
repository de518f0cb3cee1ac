//! What answers requests: the request and the answer as plain values, and the engines behind them.
//!
//! Invariant: names no index, so that the page, the research tools and a cluster ask in the same words.

mod answer;
pub mod embedded;
mod request;

use std::ops::ControlFlow;

pub use answer::{
    Answer, Emptied, FacetNode, Facets, FilterCount, Found, LeftOut, SearchError, Shown, Stats, TermCount, Total,
    UNDATED, Widened,
};
pub use request::{Request, Sort};

/// Answers requests over a collection of documents; threads share one.
///
/// A request carries its deadline and its cancellation ([`Budget`](crate::query::Budget)).
pub trait Engine: Send + Sync {
    /// Answers a request, with the hits of its page.
    ///
    /// The order of the hits is a property of query, filters, sort and commit: `limit` and `offset` are a window on it,
    /// and what is told of a hit is the same in every window.
    ///
    /// # Errors
    /// A query over the limits, an unknown partner or theme, or a collection that cannot be read.
    fn search(&self, request: &Request) -> Result<Answer, SearchError>;

    /// Counts what a request finds by partner, theme and date; the answer has no hits.
    ///
    /// # Errors
    /// As [`Self::search`].
    fn facets(&self, request: &Request) -> Result<Answer, SearchError> {
        self.search(&Request { limit: 0, facets: true, relax: false, ..request.clone() })
    }

    /// The document with an id, or that of the passage with it.
    ///
    /// # Errors
    /// An id that nothing has, with the nearest ones; a collection that cannot be read.
    fn show(&self, id: &str) -> Result<Shown, SearchError>;

    /// What the collection holds.
    ///
    /// # Errors
    /// A collection that cannot be read.
    fn stats(&self) -> Result<Stats, SearchError>;

    /// Shows a visitor all hits of a request from its offset on, in their order, and returns the answer without them.
    ///
    /// No more than one hit is in memory at a time.
    ///
    /// # Errors
    /// As [`Self::search`].
    fn each_match(&self, request: &Request, visitor: &mut dyn Visitor) -> Result<Answer, SearchError>;

    /// The name of the commit from which an answer would come now: what was computed from another one is out of date.
    ///
    /// # Errors
    /// A collection that cannot be read.
    fn generation(&self) -> Result<String, SearchError>;
}

/// Sees the hits of a request one by one.
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
    /// Is called once, before the first hit, with the answer without its hits.
    fn begin(&mut self, _answer: &Answer) {}

    /// Sees the next hit; `Break` ends the visit.
    fn found(&mut self, found: Found) -> ControlFlow<()>;
}

impl<F: FnMut(Found) -> ControlFlow<()>> Visitor for F {
    fn found(&mut self, found: Found) -> ControlFlow<()> {
        self(found)
    }
}
