//! The journal of a research: searches that ran, searches that are kept, what is new for them, and lists of searches.
//!
//! Invariant: pure. Files, clocks and locks are of the caller; a run holds all ids of its hits, so that two runs can be
//! compared exactly.

mod asked;
mod batch;
mod compare;
mod log;
mod run;
mod saved;
mod seen;

pub use asked::Asked;
pub use batch::{Batch, BatchCounts, BatchLine, BatchSummary, batch_summary};
pub use compare::{Changed, HitPlace, RunsCompared, compare_runs};
pub use log::{LogEntry, log_entries, log_line};
pub use run::{DocumentHits, IndexState, LoggedTier, LoggedTotal, LoggedWidening, Run};
pub use saved::{SavedSearch, search_name};
pub use seen::{Mark, NewHit, NewHits, News, SeenPassages, new_hits};
