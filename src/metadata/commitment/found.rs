//! A predicate that decides.

use crate::document::Strength;

/// A predicate that decides: where its words stand in the sentence's core.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub strength: Strength,
    pub from: usize,
    pub to: usize,
}
