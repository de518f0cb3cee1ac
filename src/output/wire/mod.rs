//! The JSON of the program as types: what the command line prints, and what a page or another program reads.
//!
//! `docs/json.md` describes each of them; a test compares the two both ways. Fields are only ever added.

mod document;
mod inspect;
mod report;
mod search;

pub use document::{Date, DateMention, Document, Metadata, Partner, Passage, RoleReason, Theme};
pub use inspect::{Extracted, Normalized, NormalizedLine, PassageTokens, Passages, Tokens};
pub use report::{Check, Problem, Stats};
pub use search::{
    Answer, ByTier, Count, DocumentHit, Emptied, EmptiedFilter, FacetCounts, Hit, Occurrence, Parsed, PassageHit,
    Query, Total, Widened,
};

/// Two numbers as `[first, last]` or `[start, end]`.
type Pair = (usize, usize);
