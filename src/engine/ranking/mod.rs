//! The order of hits: weights, scores, folding of near-duplicates, and windows on the list.
//!
//! Invariant: this module reads no index. An engine gives it counts and columns, so all engines give one order.

pub(crate) mod bm25;
pub(crate) mod duplicates;
pub(crate) mod emptied;
pub(crate) mod hit;
pub(crate) mod missing;
pub(crate) mod numbered;
pub(crate) mod occurrences;
pub(crate) mod order;
pub(crate) mod read_query;
pub(crate) mod shown;
mod slips;
pub(crate) mod statistics;
pub(crate) mod suggest;
pub(crate) mod sums;
pub(crate) mod titles;
pub(crate) mod typed;
pub(crate) mod vocabulary;
pub(crate) mod weights;
pub(crate) mod widened;
pub(crate) mod wishes;
