//! Findings over a whole collection: its series of meetings, its names.
//!
//! Invariant: reads through `trait Engine` alone, so that it works over every engine.

mod bins;
mod collocation;
mod comparison;
mod concordance;
mod conflicts;
mod contingency;
mod corrections;
mod crosstab;
mod crosstab_options;
mod dimension;
mod dispersion;
mod glossary;
mod journal;
mod meeting_bins;
mod names;
mod opening;
mod options;
mod passages;
mod primary;
mod quotation;
mod related;
mod rerank;
mod series;
pub mod statistics;
mod tally;
mod timeline;
mod toml_file;
mod window;
mod wording;
mod words;

pub use bins::{Bin, Bins, Per};
pub use collocation::{Collocate, Collocates, CollocationOptions, Measure, collocates};
pub use comparison::{Compared, Comparison, ComparisonOptions, Example, Keyword, Side, compare};
pub use concordance::{
    Concordance, ConcordanceOptions, Line, Occurrences, Passage as LinePassage, SortKey, Unit, Within, concordance,
};
pub use contingency::{CellStatistics, Contingency, residual_mark};
pub use corrections::{CorrectedMeeting, Corrections, WrongDocument};
pub use crosstab::{CrossCell, CrossTable, Crosstab, Rest, crosstab};
pub use crosstab_options::{Counted, CrosstabOptions};
pub use dimension::{Dimension, Value};
pub use dispersion::{Dispersion, MOST_DOCUMENTS, Row, dispersion};
pub use glossary::{GLOSSARY_COLUMNS, Pair, mine_pairs, read_glossary, translations};
pub use journal::{
    Asked, Batch, BatchCounts, BatchLine, BatchSummary, Changed, DocumentHits, HitPlace, IndexState, LogEntry,
    LoggedTier, LoggedTotal, LoggedWidening, Mark, NewHit, NewHits, News, Run, RunsCompared, SavedSearch, SeenPassages,
    batch_summary, compare_runs, log_entries, log_line, new_hits, search_name,
};
pub use names::{Completion, NameKind, Names};
pub use options::content_part;
pub use quotation::{
    Difference, DifferenceKind, MAX_DRAFT_BYTES, Part, Place, Quotation, Term, Verdict, Verified, VerifyOptions, verify,
};
pub use related::{Related, RelatedWord, related};
pub use rerank::{MOST_RERANKED, rerank};
pub use series::{Held, Series, Source, Told, series};
pub use timeline::{PartnerUse, Timeline, TimelineOptions, Timelines, Use, timeline};
pub use window::Window;
pub use wording::{
    AlignedCounts, AlignedLink, AlignedPart, AlignedRow, AlignedSentence, AlignedSide, Alignment, Choice, Grams,
    MeetingSide, MeetingsCompared, Pairing, Parallel, Parallels, ParallelsOptions, SentenceKind, align,
    compare_documents, compare_meetings, longest_run, meeting_range, pair_sentences, parallels, sentences,
    word_differences,
};
