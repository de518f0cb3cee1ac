//! Runs queries: candidates from the postings, tiers, ranking, facets, highlights.
//!
//! Invariants: the order of the hits is one for a query, its filters, its sort and a commit, and every page is a window
//! on it; exact hits stand above partial ones, those of a title or heading alone between them; a passage is found
//! whenever its text holds the folded query; no `substring` hit stands above a `word` or `variant` hit of its place;
//! NOT never acts on `substring` matches alone; highlights are the spans that matched.

mod approximate;
mod bm25;
mod budget;
mod calendar_facet;
mod compile;
mod documents;
mod duplicates;
mod emptied;
mod evaluate;
mod facets;
mod listing;
mod marks;
mod matcher;
mod order;
mod positional;
mod postings;
mod relaxed;
mod request;
mod rescore;
mod rows;
mod seams;
mod segment;
mod several;
mod spots;
mod suggest;
mod together;
mod weights;
mod whole;
mod widened;

use crate::document::Span;
use crate::index::{IndexError, IndexedDocument, IndexedPassage};
use crate::query::{QueryError, Tier};

pub use budget::Budget;
pub use compile::{Compiled, FacetTest, compile};
pub use emptied::{Emptied, FilterCount};
pub use evaluate::Hit;
pub use facets::{FacetNode, Facets};
pub use listing::{Listing, list, ranked, search};
pub use marks::{Mark, Marks};
pub use matcher::{Matched, PassageView, match_passage};
pub use request::{DateUnit, Filters, Request, Sort};
pub use rows::Place;
pub use several::{Several, list_several, of_each};
pub use suggest::suggestions;
pub use widened::Widened;

/// Why a search gave no answer.
#[derive(Debug, thiserror::Error)]
pub enum SearchError {
    /// The query.
    #[error("{0}")]
    Query(#[from] QueryError),
    /// The index.
    #[error("{0}")]
    Index(#[from] IndexError),
}

/// One passage found.
#[derive(Clone, Debug)]
pub struct Found {
    /// The index that it is in, where several were asked.
    pub index: Option<String>,
    /// Place in the order, from 1.
    pub rank: usize,
    /// Its score. By relevance it never rises along the list; comparable within a tier of one list.
    pub score: f32,
    /// How it was found.
    pub tier: Tier,
    /// Its document, without passages.
    pub document: IndexedDocument,
    /// The passage.
    pub passage: IndexedPassage,
    /// Where it holds the query: in itself, or in the title or the headings above it alone.
    pub place: Place,
    /// What matched, in code points of the passage text: the spans of `marks.body`, those that touch as one.
    pub highlights: Vec<Span>,
    /// All occurrences of the words of the query, each with its tier; in title and headings too.
    pub marks: Marks,
    /// Words of the query that a partial match lacks, as typed; none for an exact one.
    pub missing: Vec<String>,
    /// It holds the query only in part.
    pub relaxed: bool,
    /// Further exact passages of the document, where hits are grouped by document.
    pub more: usize,
    /// Ids of further hits that say nearly the same and are folded under this one: all of the list, counted in the
    /// total.
    pub duplicates: Vec<String>,
}

/// How many were found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Total {
    /// Passages.
    pub passages: usize,
    /// Documents.
    pub documents: usize,
    /// Passages by tier: word, variant, substring.
    pub by_tier: [usize; 3],
}

/// How often one word of a query occurs by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TermCount {
    /// The word as typed.
    pub term: String,
    /// Passages that hold it.
    pub passages: usize,
}

/// The answer to a request.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    /// The query as read, in its normal form.
    pub parsed: String,
    /// Other names and inflections that widened it.
    pub widened: Vec<Widened>,
    /// What was not read as it may have been meant.
    pub warnings: Vec<String>,
    /// Some of the hits hold the query only in part: the last of them, behind all exact ones.
    pub relaxed: bool,
    /// The time ran out: what was found until then is shown, and there may be more of everything.
    pub timed_out: bool,
    /// Totals of exact matches, folded ones included.
    pub total: Total,
    /// Exact hits behind the last one here, folded ones included: passages, or documents where hits are grouped.
    pub left: usize,
    /// The offset of what follows; `None` at the end of the list.
    pub next: Option<usize>,
    /// The hits asked for.
    pub hits: Vec<Found>,
    /// Facets, where asked for.
    pub facets: Option<Facets>,
    /// For an answer that the filters left nothing of: what they left out.
    pub emptied: Option<Emptied>,
    /// For an answer without exact hits: the count of each word.
    pub counts: Vec<TermCount>,
    /// For an answer without exact hits: what may have been meant, shown and not run.
    pub suggestions: Vec<String>,
}
