//! Measures quality: pairs of query and text, and rankings against relevance judgments.
//!
//! Invariant: it runs the same code that answers users.

mod pairs;
mod ranking;

pub use pairs::{Failure, GroupScore, PairsReport, run_pairs};
pub use ranking::{RankingReport, RunLine, read_queries, run_ranking};

/// The reason why an evaluation could not run.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EvaluateError {
    /// A file cannot be read or parsed.
    #[error("{path}: {problem}")]
    File {
        /// The file, with its line.
        path: String,
        /// The fault.
        problem: String,
    },
    /// The search failed.
    #[error("{0}")]
    Search(#[from] crate::engine::SearchError),
    /// The index failed.
    #[error("{0}")]
    Index(#[from] crate::index::IndexError),
}
