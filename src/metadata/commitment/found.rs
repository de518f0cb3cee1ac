//! A predicate that makes a commitment.

use crate::document::Strength;

/// A predicate that makes a commitment. `from` and `to` delimit its words in the core of the sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub strength: Strength,
    pub from: usize,
    pub to: usize,
}
