//! The bars of a timeline.

use super::dimension::Dimension;
use crate::document::CivilDate;
use crate::engine::Numbers;

/// Unit of a bin.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Bins {
    /// Calendar years.
    #[default]
    Year,
    /// 年度.
    FiscalYear,
    /// Months.
    Month,
    /// Meetings of the series of the request.
    Meeting,
}

impl Bins {
    /// Returns the name on the command line and in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Year => "year",
            Self::FiscalYear => "fiscal-year",
            Self::Month => "month",
            Self::Meeting => "meeting",
        }
    }

    pub(super) const fn dimension(self) -> Dimension {
        match self {
            Self::Year | Self::Meeting => Dimension::Year,
            Self::FiscalYear => Dimension::FiscalYear,
            Self::Month => Dimension::Month,
        }
    }
}

/// What the numbers of a bin are related to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Per {
    /// Nothing.
    #[default]
    Absolute,
    /// Occurrences per million characters of all passages of the bin that the filters leave.
    MillionCharacters,
    /// Documents with the query per 100 documents of the bin that the filters leave.
    Documents,
}

impl Per {
    /// Returns the name on the command line and in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Absolute => "absolute",
            Self::MillionCharacters => "million-characters",
            Self::Documents => "documents",
        }
    }
}

/// One bar of a timeline.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Bin {
    /// Its name: `2012`, `2012年度`, `2012-11`, `第5回`, 日付不明.
    pub label: String,
    /// First day; `None` for what has no date.
    pub start: Option<CivilDate>,
    /// Last day.
    pub end: Option<CivilDate>,
    /// The filter of dates that selects its passages; empty for a meeting.
    pub date: String,
    /// Number of passages.
    pub passages: usize,
    /// Number of documents.
    pub documents: usize,
    /// Number of occurrences in the texts of the passages.
    pub occurrences: usize,
    /// Passages and documents whose date is inferred.
    pub inferred: Numbers,
    /// What the numbers are related to: characters or documents; `None` for absolute numbers.
    pub of: Option<usize>,
}

impl Bin {
    /// Returns the number that a bar shows: passages, or the rate; `None` for a rate of nothing.
    pub fn shown(&self, per: Per) -> Option<f64> {
        let of = self.of.filter(|of| *of > 0).map(|of| of as f64);
        match per {
            Per::Absolute => Some(self.passages as f64),
            Per::MillionCharacters => of.map(|of| self.occurrences as f64 * 1_000_000.0 / of),
            Per::Documents => of.map(|of| self.documents as f64 * 100.0 / of),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Bin, Per};

    #[test]
    fn a_bar_shows_passages_or_a_rate() {
        let bin = Bin { passages: 3, documents: 2, occurrences: 5, of: Some(400), ..Bin::default() };
        let shown = [Per::Absolute, Per::MillionCharacters, Per::Documents].map(|per| bin.shown(per));
        assert_eq!(shown, [Some(3.0), Some(12_500.0), Some(0.5)]);
        assert_eq!(Bin::default().shown(Per::Documents), None);
    }
}
