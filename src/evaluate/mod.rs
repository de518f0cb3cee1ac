//! Quality as numbers: pairs of query and text, and rankings against relevance judgments.
//!
//! Invariant: judges by the same code that answers people.

mod pairs;
mod ranking;

pub use pairs::{Failure, GroupScore, PairsReport, run_pairs};
pub use ranking::{RankingReport, RunLine, read_queries, run_ranking};

/// Why an evaluation could not run.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EvaluateError {
    /// A file that cannot be read or understood.
    #[error("{path}: {problem}")]
    File {
        /// The file, with its line.
        path: String,
        /// What is wrong.
        problem: String,
    },
    /// The search.
    #[error("{0}")]
    Search(#[from] crate::engine::SearchError),
    /// The index.
    #[error("{0}")]
    Index(#[from] crate::index::IndexError),
}
