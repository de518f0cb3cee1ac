//! What is wrong with a query, or was not read as it may have been meant.

use std::ops::Range;

use thiserror::Error;

/// A place in the query that was not read as it may have been meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// Code points of the query.
    pub span: Range<usize>,
    /// What was done.
    pub message: String,
}

/// A query that is not run.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum QueryError {
    /// Over a limit.
    #[error("the query has {found} {what}; at most {limit} are read")]
    TooLarge {
        /// Bytes, levels or words.
        what: &'static str,
        /// How many it has.
        found: usize,
        /// How many are allowed.
        limit: usize,
    },
    /// A wrong place, in strict reading.
    #[error("at character {}: {}", .0.span.start + 1, .0.message)]
    Strict(Warning),
    /// A value that is in no table.
    #[error("{0}")]
    UnknownValue(String),
}
