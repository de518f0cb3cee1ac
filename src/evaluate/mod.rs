//! Measures quality: pairs of query and text, and rankings against relevance judgments.
//!
//! Invariant: it runs the same code that answers users.

mod pairs;
mod ranking;

use crate::document::Cause;

pub use pairs::{Failure, GroupScore, PairsReport, run_pairs};
pub use ranking::{RankingReport, RunLine, read_queries, run_ranking};

/// The reason why an evaluation could not run.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EvaluateError {
    /// A file cannot be read or parsed.
    #[error("{path}: {problem}")]
    #[non_exhaustive]
    File {
        /// The file, with its line.
        path: String,
        /// The fault.
        problem: String,
        /// The error below, where there was one.
        source: Option<Cause>,
    },
    /// The search failed.
    #[error("{0}")]
    Search(#[from] crate::engine::SearchError),
    /// The index failed.
    #[error("{0}")]
    Index(#[from] crate::index::IndexError),
}

impl EvaluateError {
    /// A file that is not as it must be.
    fn file(path: impl Into<String>, problem: impl Into<String>) -> Self {
        Self::File { path: path.into(), problem: problem.into(), source: None }
    }

    /// A file that cannot be read or understood, with the error that says so.
    pub(crate) fn of_file(path: impl Into<String>, error: impl Into<Cause>) -> Self {
        let error = error.into();
        Self::File { path: path.into(), problem: error.to_string(), source: Some(error) }
    }
}
