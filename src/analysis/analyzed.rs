//! The result of the analysis of a text.

use super::fold::Folded;

/// A folded text with its word boundaries.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Analyzed {
    /// The folded text.
    pub folded: Folded,
    /// For each position `0..=chars.len()`, whether a word may begin or end there.
    pub boundary: Vec<bool>,
    /// The units between boundaries, for ranking.
    pub(super) units: Vec<Unit>,
}

/// A range of the surface between two boundaries, with its dictionary entry where it has one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Unit {
    pub start: usize,
    pub end: usize,
    pub word_id: Option<u32>,
}
