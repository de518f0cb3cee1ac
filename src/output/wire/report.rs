//! Reports of commands on an index.

use schemars::JsonSchema;
use serde::Serialize;

use crate::engine::{self, Facets, LeftOut};

/// Size and contents of an index.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Stats<'a> {
    /// Documents in the index.
    pub documents: usize,
    /// Passages in the index.
    pub passages: usize,
    /// Size of the index, in bytes.
    pub bytes: u64,
    /// Files or lines that gave no document.
    pub skipped: &'a [LeftOut],
    /// Files whose documents are in the index, with parts that were left out or look wrong.
    pub file_warnings: &'a [LeftOut],
    /// Facets over all passages.
    pub facets: &'a Facets,
    /// Warnings about the index.
    pub warnings: &'a [String],
}

impl<'a> From<&'a engine::Stats> for Stats<'a> {
    fn from(stats: &'a engine::Stats) -> Self {
        Self {
            documents: stats.documents,
            passages: stats.passages,
            bytes: stats.bytes,
            skipped: &stats.left_out,
            file_warnings: &stats.file_warnings,
            facets: &stats.facets,
            warnings: &stats.warnings,
        }
    }
}

/// Result of a check of an index.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Check<'a> {
    /// True where no problem was found.
    pub sound: bool,
    /// The problems found.
    pub problems: Vec<Problem<'a>>,
    /// Warnings about the index.
    pub warnings: &'a [String],
}

/// A problem of an index.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Problem<'a> {
    /// A file, document or passage.
    pub place: &'a str,
    /// The problem as a sentence.
    pub problem: &'a str,
}
