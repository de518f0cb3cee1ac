//! Runs queries over the index: candidates from the postings, tiers, ranking, facets, highlights.
//!
//! Invariants: the hits of a query, its filters, its sort and a commit have one order, and every page is a window on
//! it; exact hits stand above partial ones, hits in a title or heading alone between them; a passage is found
//! whenever its text holds the folded query; no `substring` hit stands above a `word` or `variant` hit of its place;
//! NOT never acts on `substring` matches alone; highlights are the spans that matched.

mod calendar_facet;
mod char_view;
mod collection;
mod columns;
mod cover;
mod documents;
mod evaluate;
mod facets;
mod files;
mod filter;
mod find;
mod fuzzy;
mod index;
mod leaves;
mod occurrences;
mod partial;
mod positional;
mod postings;
mod present;
mod rescore;
mod roles;
mod rows;
mod seams;
mod segment_view;
mod several;
mod snapshot;
mod spots;
mod statistics;
mod titled;
mod vocabulary;
mod whole;
mod widened;
mod wishes;
mod word_counts;

use crate::engine::SearchError;
use crate::index::IndexError;

pub use crate::engine::ranking::suggest::suggestions;
pub use index::Index;
pub use present::{Listing, list, search};
pub use snapshot::{Matches, Snapshot};

impl From<IndexError> for SearchError {
    fn from(error: IndexError) -> Self {
        Self::Index(Box::new(error))
    }
}
