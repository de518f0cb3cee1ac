//! Errors and warnings of reading a query.

use std::ops::Range;

use thiserror::Error;

/// A place in the query that may be misread.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// Place, in code points of the query.
    pub span: Range<usize>,
    /// Description of the reading.
    pub message: String,
}

/// Reason why a query is not run.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum QueryError {
    /// The query exceeds a limit.
    #[error("the query has {found} {what}; at most {limit} are read")]
    TooLarge {
        /// Unit of the limit: bytes, levels or words.
        what: &'static str,
        /// Number in the query.
        found: usize,
        /// Largest allowed number.
        limit: usize,
    },
    /// A place that may be misread, in strict reading.
    #[error("at character {}: {}; the search is strict, so it is not run", .0.span.start + 1, .0.message)]
    Strict(Warning),
    /// A query that an engine does not take, as it tells.
    #[error("{0}")]
    Refused(String),
    /// A value that no table contains.
    #[error("{0}")]
    UnknownValue(String),
}
