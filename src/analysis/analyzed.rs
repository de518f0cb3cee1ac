//! What the analysis makes of a text.

use super::fold::Folded;

/// A folded text with its word boundaries.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Analyzed {
    /// The folded text.
    pub folded: Folded,
    /// For each position `0..=chars.len()`: a word may begin or end there.
    pub boundary: Vec<bool>,
    /// The units between boundaries, for ranking.
    pub(super) units: Vec<Unit>,
}

/// A unit: a range of the surface, with its dictionary entry where it is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Unit {
    pub start: usize,
    pub end: usize,
    pub word_id: Option<u32>,
}
