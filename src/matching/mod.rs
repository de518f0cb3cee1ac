//! Matching a query against the text of one passage: tiers, spans, operators.
//!
//! Invariant: knows no index. What an index finds by its postings is what stands here of a text.

pub(crate) mod approximate;
pub(crate) mod marks;
pub(crate) mod passage;
pub(crate) mod places;
mod sentences;
pub(crate) mod together;

pub use passage::{Matched, PassageView, match_passage};
