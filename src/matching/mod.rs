//! Matches a query against the text of one passage: tiers, spans, operators.
//!
//! Invariant: this module knows no index. It finds in a text the same occurrences as an index finds by postings.

pub(crate) mod approximate;
pub(crate) mod crossing;
pub(crate) mod marks;
pub(crate) mod passage;
pub(crate) mod places;
mod sentences;
pub(crate) mod together;

pub(crate) use sentences::sentence_numbers;

pub use passage::{Matched, PassageView, match_passage};
