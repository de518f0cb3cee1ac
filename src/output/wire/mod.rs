//! The JSON of the program as types: output of the command line, input of a page or another program.
//!
//! `docs/json.md` describes each type; a test compares both in both directions. Later versions only add fields.

mod document;
mod inspect;
mod report;
mod search;
mod series;

pub use document::{Commitment, Date, DateMention, Document, Link, Metadata, Partner, Passage, RoleReason, Theme};
pub use inspect::{Extracted, Normalized, NormalizedLine, PassageTokens, Passages, Tokens};
pub use report::{Check, Problem, Stats};
pub use search::{
    Answer, ByTier, Count, DocumentHit, Emptied, EmptiedFilter, FacetCounts, Hit, Occurrence, Parsed, PassageHit,
    Query, Total, Widened,
};
pub use series::{Held, Meeting, Rename, RenameTold, Series, SeriesList, Source, Told};

/// Two numbers as `[first, last]` or `[start, end]`.
type Pair = (usize, usize);
