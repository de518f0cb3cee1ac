//! The JSON of the program as types: output of the command line, input of a page or another program.
//!
//! `docs/json.md` describes each type; a test compares both in both directions. Later versions only add fields.

mod collocates;
mod compare;
mod concordance;
mod crosstab;
mod document;
mod inspect;
mod journal;
mod quotation;
mod related;
mod report;
mod search;
mod series;
mod timeline;
mod wording;

pub use collocates::{Collection, Collocate, Collocates, Passages as PassageCount};
pub use compare::{Comparison, Example, InSet, Keyword, Side};
pub use concordance::{Concordance, ConcordanceLine, Occurrences};
pub use crosstab::{CrossCell, CrossLayer, CrossTable, CrossValue, Crosstab};
pub use document::{Commitment, Date, DateMention, Document, Link, Metadata, Partner, Passage, RoleReason, Theme};
pub use inspect::{Extracted, Normalized, NormalizedLine, PassageTokens, Passages, Tokens};
pub use journal::{
    Batch, BatchHit, BatchRow, Changed, HitPlace, Log, LoggedRun, NewPassage, NewPassages, Rerun, SearchNews,
};
pub use quotation::{Difference, NearPlace, Quotation, QuotedPart, Term, Verified};
pub use related::{Related, RelatedWord};
pub use report::{Check, Problem, Stats};
pub use search::{
    Answer, ByTier, Count, DocumentHit, Emptied, EmptiedFilter, FacetCounts, Hit, Occurrence, Outside, Parsed,
    PassageHit, Query, Total, Widened,
};
pub use series::{Held, Meeting, Rename, RenameTold, Series, SeriesList, Source, Told};
pub use timeline::{Bin, Dispersion, DispersionRow, PartnerUse, Timeline, Timelines, Use};
pub use wording::{
    AlignedRow, AlignedSentence, Alignment, ComparedMeeting, ComparedText, MeetingsCompared, Parallel, Parallels,
    RowCounts, WordPart,
};

/// Two numbers as `[first, last]` or `[start, end]`.
type Pair = (usize, usize);
