//! The pages: pure functions from plain values to HTML.
//!
//! Invariants: no page asks an engine; each works without a script; no style or script stands inside a page; every text
//! of a document or a person is escaped.

mod chips;
mod collocates;
mod compare;
mod crosstab;
mod error;
mod facets;
mod frame;
mod help;
mod hit;
mod kwic;
mod link;
mod marked;
mod periods;
mod reader;
mod reader_side;
mod reader_text;
mod search;
mod series;
mod start;
mod timeline;
mod verify;
mod wording;
mod words;
mod zero;

pub use chips::RELATED;
pub use collocates::{CollocatesView, collocates_page};
pub use compare::{CompareView, compare_page};
pub use crosstab::{CrosstabView, crosstab_page};
pub use error::{ErrorView, error_page};
pub use frame::{Collection, Frame};
pub use help::help_page;
pub use kwic::{KwicView, kwic_page};
pub use periods::{DispersionView, PeriodsView, dispersion_page, periods_page};
pub use reader::{DocumentView, Neighbour, Original, document_page, passage_here};
pub use reader_side::SeriesPlace;
pub use search::{SearchView, search_page};
pub use series::{SeriesListView, SeriesView, label as meeting_label, series_list_page, series_page};
pub use start::{StartView, start_page};
pub use verify::{VerifyView, verify_page};
pub use wording::{AlignmentView, MeetingsView, ParallelsView, alignment_page, meetings_page, parallels_page};
pub use zero::{Change, ChangeKind, changes};
