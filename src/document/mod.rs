//! Plain values that travel between the stages: documents, passages, dates, partners, themes.
//!
//! Invariant: depends on no other module, does no IO, knows neither lindera nor tantivy.

mod date;
mod label;
mod passage;
mod source;

pub use date::{CivilDate, DateInterval, DateKind, DateMention, DateSource, DocumentDate, Precision};
pub use label::{clipped, counted, line_range, plural};
pub use passage::{Document, PartnerValue, Passage, PassageKind, Repair, RepairKind, Role, Span, ThemeValue};
pub use source::{Root, SourceId, StoredPath, near, shown_path};
