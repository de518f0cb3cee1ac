//! Plain values that travel between the stages: documents, passages, dates, partners, themes.
//!
//! Invariant: the module depends on no other module, does no IO, and knows neither lindera nor tantivy.

mod author;
mod commitment;
mod date;
mod day_label;
mod given;
mod label;
mod line;
mod meeting;
mod page;
mod passage;
mod publisher;
mod site_line;
mod source;
mod title;

pub use author::publishers;
pub(crate) use author::{authors, head, site};
pub use commitment::{Actor, Commitment, Strength};
pub use date::{CivilDate, DateInterval, DateKind, DateMention, DateSource, DocumentDate, Precision};
pub use day_label::{DAY_LABELS, DayLabels, OtherDay, day_labels, other_day};
pub(crate) use given::MAX_PROBLEM_CHARS;
pub use given::{Given, GivenField, GivenProblem};
pub use label::{clipped, counted, line_range, plural};
pub use line::{Flow, Line, LineRole};
pub use meeting::{Meeting, Relation, Rename, RenameKind};
pub use page::{PageDay, PageLink};
pub use passage::{
    Document, HEADING_END, PartnerValue, Passage, PassageKind, Reason, Repair, RepairKind, Role, Span, ThemeValue,
    heading_text,
};
pub(crate) use publisher::PUBLISHERS;
pub use publisher::{host_of, publisher_of};
pub use site_line::PAGE_WORDS;
pub(crate) use site_line::{folded, is_menu_mark, is_site_item};
pub use source::{Root, SourceId, StoredPath, near, shown_path};
pub(crate) use title::is_section_name;
pub use title::{TITLE_WORDS, is_no_title, labelled_title};

/// The error below another, as `Error::source` gives it. Boxed, so that the error types of libraries stay out of the
/// public surface.
pub(crate) type Cause = Box<dyn std::error::Error + Send + Sync>;
