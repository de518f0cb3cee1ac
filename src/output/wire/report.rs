//! What commands say of an index.

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
    /// Size of the index.
    pub bytes: u64,
    /// Files or lines that gave no document.
    pub skipped: &'a [LeftOut],
    /// Facets over all passages.
    pub facets: &'a Facets,
    /// What to know of the index.
    pub warnings: &'a [String],
}

impl<'a> From<&'a engine::Stats> for Stats<'a> {
    fn from(stats: &'a engine::Stats) -> Self {
        Self {
            documents: stats.documents,
            passages: stats.passages,
            bytes: stats.bytes,
            skipped: &stats.left_out,
            facets: &stats.facets,
            warnings: &stats.warnings,
        }
    }
}

/// Whether an index is sound.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Check<'a> {
    /// Nothing is wrong.
    pub sound: bool,
    /// What is wrong.
    pub problems: Vec<Problem<'a>>,
    /// What to know of the index.
    pub warnings: &'a [String],
}

/// Something wrong.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Problem<'a> {
    /// A file, document or passage.
    pub place: &'a str,
    /// What is wrong with it.
    pub problem: &'a str,
}
