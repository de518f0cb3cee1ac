//! Dates as closed intervals of civil days, with their sources.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::Span;

/// A civil day; orders like the calendar. Serialises as `YYYY-MM-DD`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CivilDate {
    /// Gregorian year, 1..=9999.
    pub year: i16,
    /// Month, 1..=12.
    pub month: i8,
    /// Day of the month, 1..=31.
    pub day: i8,
}

impl CivilDate {
    /// Creates a day from its parts without checking that it exists in the calendar.
    pub const fn new(year: i16, month: i8, day: i8) -> Self {
        Self { year, month, day }
    }

    /// Returns a number that orders like the date: `20171016`.
    pub fn as_number(self) -> u64 {
        self.year.max(0) as u64 * 10_000 + self.month as u64 * 100 + self.day as u64
    }
}

impl fmt::Display for CivilDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

impl From<CivilDate> for String {
    fn from(date: CivilDate) -> Self {
        date.to_string()
    }
}

impl TryFrom<String> for CivilDate {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl FromStr for CivilDate {
    type Err = String;

    /// Reads `YYYY-MM-DD`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || format!("'{text}' is not a day; write YYYY-MM-DD");
        let mut parts = text.splitn(3, '-');
        let mut next = || parts.next().and_then(|part| part.parse::<i16>().ok()).ok_or_else(wrong);
        let (year, month, day) = (next()?, next()?, next()?);
        if !(1..=9999).contains(&year) || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
            return Err(wrong());
        }
        Ok(Self::new(year, month as i8, day as i8))
    }
}

/// A range of days, both ends inclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct DateInterval {
    /// First day.
    pub start: CivilDate,
    /// Last day.
    pub end: CivilDate,
}

impl DateInterval {
    /// Tells whether both share at least one day.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.start <= other.end && other.start <= self.end
    }

    /// Tells whether every day of `inner` lies in `self`.
    pub fn contains(&self, inner: &Self) -> bool {
        self.start <= inner.start && inner.end <= self.end
    }
}

/// The precision of a date as written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Precision {
    /// A day or a range of days.
    Day,
    /// 上旬, 中旬, 下旬, a month or a range of months.
    Month,
    /// A quarter or a season.
    Quarter,
    /// A calendar year.
    Year,
    /// 年度: 1 April to 31 March.
    FiscalYear,
}

/// The meaning of a date for its document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DateKind {
    /// The day the document was published.
    Published,
    /// The day of the meeting or event the document reports.
    Event,
    /// Any other date in the text.
    Mentioned,
}

/// The source of a date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DateSource {
    /// Given beside the text: front matter, side file, JSONL field.
    Given,
    /// Written out in the text with its year.
    Stated,
    /// Written relative to another date, such as the document's: 昨年10月, 本年, 同年.
    Relative,
    /// Inferred from weekdays or other dates; never certain.
    Inferred,
}

/// One date expression in a passage.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DateMention {
    /// The words as written in the text.
    pub surface: String,
    /// The days denoted; `None` where the year is unknown.
    pub interval: Option<DateInterval>,
    /// How exact it is.
    pub precision: Precision,
    /// Its meaning for the document.
    pub kind: DateKind,
    /// How it is known.
    pub source: DateSource,
    /// Its position, in code points of the passage text.
    pub span: Span,
}

/// The date of a document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentDate {
    /// The days.
    pub interval: DateInterval,
    /// How exact it is.
    pub precision: Precision,
    /// Publication or event.
    pub kind: DateKind,
    /// How it is known.
    pub source: DateSource,
    /// The words of the text that give it; empty for a given date.
    pub evidence: String,
    /// For an inferred date, the years that match the weekdays, including the chosen one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub candidates: Vec<i16>,
}
