//! Meetings of a series: which ones a title or a text names, and what it says of renamed ones.
//!
//! Invariants: pure; two names are one series by their spelling or because a text says so, never by likeness; no
//! number, date or place without words for it.

mod attached;
mod bodies;
mod clause;
mod edges;
mod identity;
mod names;
mod ordinal;
mod renames;
mod sentence;
mod sessions;
mod signs;
mod whole;
mod words;

pub use identity::{Joined, series_key};
pub(super) use whole::SeriesReader;
pub(super) use words::SERIES;

use super::date::{self, Context};
use crate::document::{Meeting, Rename};

/// What a title or a text says of series of meetings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SeriesFound {
    /// The meetings named, in order.
    pub meetings: Vec<Meeting>,
    /// Names that became others.
    pub renames: Vec<Rename>,
}

/// The meetings and renames of a title by itself.
///
/// # Examples
/// ```
/// let found = fumikura::metadata::series_of_title("日EU・ICT政策対話（第22回）及び日EU・ICT戦略ワークショップ（第4回）の結果");
/// let named: Vec<_> = found.meetings.iter().map(|m| (m.series.as_str(), m.number)).collect();
/// assert_eq!(named, [("日EU・ICT政策対話", Some(22)), ("日EU・ICT戦略ワークショップ", Some(4))]);
/// ```
pub fn series_of_title(title: &str) -> SeriesFound {
    let dates = date::mentions(title, &mut Context::default());
    let mut reader = sessions::Reader::default();
    let mut found = SeriesFound::default();
    let chars = crate::script::half_widths(title);
    let places = signs::SIGNS.places(&chars);
    found.meetings = reader.title(&chars, &places, &dates);
    found.renames = reader.renames(&chars, &places, &dates);
    reader.settle(found.meetings.iter_mut());
    found
}
