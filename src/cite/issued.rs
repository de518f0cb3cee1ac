//! Dates of citations, with the precision of the text.

use std::fmt;

use crate::document::{CivilDate, DateSource, DocumentDate, Precision};

/// A day, month or year: the parts of a date that are known.
///
/// # Examples
/// ```
/// use fumikura::cite::Day;
///
/// assert_eq!(Day { year: 2012, month: Some(11), day: None }.to_string(), "2012-11");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Day {
    /// Gregorian year.
    pub year: i16,
    /// Month, where known.
    pub month: Option<i8>,
    /// Day of the month, where known.
    pub day: Option<i8>,
}

impl Day {
    /// Returns the known parts of a day, by the precision in which a text gives it.
    fn known(date: CivilDate, precision: Precision) -> Self {
        let has_month = precision != Precision::Year;
        let has_day = precision == Precision::Day;
        Self { year: date.year, month: has_month.then_some(date.month), day: has_day.then_some(date.day) }
    }

    /// Returns the known parts, from the year on.
    pub fn parts(&self) -> Vec<i16> {
        let month = self.month.map(i16::from);
        let day = month.and(self.day.map(i16::from));
        std::iter::once(self.year).chain(month).chain(day).collect()
    }
}

impl From<CivilDate> for Day {
    fn from(date: CivilDate) -> Self {
        Self::known(date, Precision::Day)
    }
}

impl fmt::Display for Day {
    /// Writes `2017`, `2017-10` or `2017-10-16`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}", self.year)?;
        self.month.map_or(Ok(()), |month| write!(f, "-{month:02}"))?;
        self.day.map_or(Ok(()), |day| write!(f, "-{day:02}"))
    }
}

/// A date of a citation: one day, month or year, or a range of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Issued {
    /// The date, or the first one of a range.
    pub first: Day,
    /// The last one of a range.
    pub last: Option<Day>,
    /// The date is inferred.
    pub circa: bool,
    /// The range is this 年度, from April to March.
    pub fiscal_year: Option<i16>,
}

impl Issued {
    /// Returns the date with the precision in which the text gives it.
    pub fn of(date: &DocumentDate) -> Self {
        let first = Day::known(date.interval.start, date.precision);
        let last = Day::known(date.interval.end, date.precision);
        Self {
            first,
            last: (first != last).then_some(last),
            circa: date.source == DateSource::Inferred,
            fiscal_year: (date.precision == Precision::FiscalYear).then_some(date.interval.start.year),
        }
    }

    /// Returns the year of a date alone, as a guess: what is left of the day of an event where the day of publication
    /// is unknown.
    pub fn year_of(date: &DocumentDate) -> Self {
        let first = Day::known(date.interval.start, Precision::Year);
        Self { first, last: None, circa: true, fiscal_year: None }
    }

    /// Formats the date for a Japanese reference: `2017-10-16`, `2011-06-09/2011-06-10`, `2012年度`; an inferred date
    /// stands in brackets.
    pub fn label(&self) -> String {
        let plain = match (self.fiscal_year, self.last) {
            (Some(year), _) => format!("{year}年度"),
            (None, Some(last)) => format!("{}/{last}", self.first),
            (None, None) => self.first.to_string(),
        };
        if self.circa { format!("[{plain}]") } else { plain }
    }

    /// Formats the year for a Japanese reference.
    pub fn year_label(&self) -> String {
        let plain = match (self.fiscal_year, self.last) {
            (Some(year), _) => format!("{year}年度"),
            (None, Some(last)) if last.year != self.first.year => format!("{}-{}", self.first.year, last.year),
            _ => self.first.year.to_string(),
        };
        if self.circa { format!("[{plain}]") } else { plain }
    }

    /// Formats the date in EDTF, as `biblatex` reads it: `2017-10-16`, `2008~`, `2011-06-09/2011-06-10`.
    pub fn edtf(&self) -> String {
        let mark = if self.circa { "~" } else { "" };
        let last = self.last.map_or(String::new(), |last| format!("/{last}{mark}"));
        format!("{}{mark}{last}", self.first)
    }
}
