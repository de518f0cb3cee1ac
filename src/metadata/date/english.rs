//! Reads dates in English, alone or as a range: 12 December 2019, June 3-5, 2019, FY2018.

use super::reader::{Reader, is_range_mark};
use super::terms::{Month, Part, Point, Year, date_words};

/// Parts of an English date as written.
#[derive(Clone, Copy, Debug, Default)]
struct Parts {
    day: Option<i8>,
    month: Option<i8>,
    year: Option<i16>,
}

impl Parts {
    fn point(self) -> Point {
        Point {
            year: self.year.map(|year| Year::Known { year, era: None }),
            month: self.month.map(Month::Number),
            part: self.day.map(Part::Day),
            ..Point::default()
        }
    }
}

impl Reader<'_> {
    /// Reads an English date: 12 December 2019, November 2019, 2017 Apr, April 6, 2021.
    pub fn english(&self, at: usize) -> Option<(Point, usize)> {
        let (parts, end) = self.english_parts(at)?;
        (parts.month.is_some() && parts.year.is_some()).then(|| (parts.point(), end))
    }

    /// Reads a range in English; a part that one end leaves out is that of the other: June 3-5, 2019, 3 to 5 June 2019,
    /// April 2018 to March 2019.
    pub fn english_range(&self, at: usize) -> Option<(Point, Point, usize)> {
        let (mut first, end) = self.english_parts(at)?;
        let from = self.english_joint(end)?;
        let (mut last, end) = self.english_parts(from)?;
        let year = last.year?;
        first.month = Some(first.month.or(last.month)?);
        last.month = Some(last.month.or(first.month)?);
        // December 28 to January 3, 2019 begins in 2018.
        let turns = (first.month, first.day) > (last.month, last.day);
        first.year = Some(first.year.unwrap_or(if turns { year - 1 } else { year }));
        let same_kind = first.day.is_some() == last.day.is_some();
        same_kind.then(|| (first.point(), last.point(), end))
    }

    /// Reads a fiscal year with its English letters: FY2018.
    pub fn english_fiscal_year(&self, at: usize) -> Option<(Point, usize)> {
        let from = self.starts_any(at, &["FY", "fy"]).then(|| self.blank(at + 2))?;
        let (year, end) = self.english_year(from)?;
        Some((Point { year: Some(Year::Known { year, era: None }), fiscal: true, ..Point::default() }, end))
    }

    /// Returns the position after a word or a mark between the ends of a range.
    fn english_joint(&self, at: usize) -> Option<usize> {
        let next = self.blank(at);
        if is_range_mark(self.get(next)) || self.get(next) == '&' {
            return Some(self.blank(next + 1));
        }
        let word = ["to ", "and ", "until ", "through "].into_iter().find(|word| self.starts(next, word))?;
        (next > at).then(|| self.blank(next + word.len()))
    }

    /// Reads the parts of a date that stand together, in one of three orders: day month year, month day year, year
    /// month. A part may be absent.
    fn english_parts(&self, at: usize) -> Option<(Parts, usize)> {
        if let Some((month, end)) = self.english_month(at) {
            let mut parts = Parts { month: Some(month), ..Parts::default() };
            let next = self.blank(end);
            if let Some((year, end)) = self.english_year(next) {
                parts.year = Some(year);
                return Some((parts, end));
            }
            let Some((day, day_end)) = self.english_day(next) else { return Some((parts, end)) };
            parts.day = Some(day);
            let (year, end) = self.year_behind(day_end);
            parts.year = year;
            return Some((parts, end));
        }
        let (number, digits_end) = self.number(at).filter(|_| self.get(at).is_ascii_digit())?;
        if digits_end - at == 4 {
            let name = self.blank(digits_end);
            let (month, end) = (name > digits_end).then(|| self.english_month(name)).flatten()?;
            let year = i16::try_from(number).ok().filter(|year| (1868..=2100).contains(year))?;
            return Some((Parts { year: Some(year), month: Some(month), day: None }, end));
        }
        let (day, end) = self.english_day(at)?;
        let mut parts = Parts { day: Some(day), ..Parts::default() };
        let hyphened = self.get(end) == '-';
        let of = self.blank(end);
        let name = if self.starts(of, "of ") { self.blank(of + 3) } else { of };
        let name = if hyphened { end + 1 } else { name };
        let Some((month, month_end)) = (name > end).then(|| self.english_month(name)).flatten() else {
            // The last day of June 3-5, 2019 has its month before the first.
            let (year, end) = self.year_behind(end);
            return Some((Parts { year, ..parts }, end));
        };
        parts.month = Some(month);
        let (year, end) = match self.get(month_end) {
            '-' if hyphened => self.english_year(month_end + 1).map(|(year, end)| (Some(year), end))?,
            _ => self.year_behind(month_end),
        };
        parts.year = year;
        Some((parts, end))
    }

    /// Reads a year behind a day or a month, with or without a comma. Returns the position where it began if there is
    /// none.
    fn year_behind(&self, at: usize) -> (Option<i16>, usize) {
        let comma = if self.get(at) == ',' { at + 1 } else { at };
        match self.english_year(self.blank(comma)) {
            Some((year, end)) => (Some(year), end),
            None => (None, at),
        }
    }

    fn english_year(&self, at: usize) -> Option<(i16, usize)> {
        let (year, end) = self.number(at).filter(|(year, end)| (1868..=2100).contains(year) && end - at == 4)?;
        (self.get(at).is_ascii_digit() && !self.get(end).is_ascii_alphanumeric()).then_some((year as i16, end))
    }

    fn english_day(&self, at: usize) -> Option<(i8, usize)> {
        let (day, end) = self.number(at).filter(|(day, end)| (1..=31).contains(day) && end - at <= 2)?;
        let is_ordinal = self.starts_any(end, &["st", "nd", "rd", "th"]);
        let end = if is_ordinal { end + 2 } else { end };
        (self.get(at).is_ascii_digit() && !self.get(end).is_ascii_alphanumeric()).then_some((day as i8, end))
    }

    /// Reads an English month or its abbreviation of three or four letters.
    pub fn english_month(&self, at: usize) -> Option<(i8, usize)> {
        let length = (at..at + 10).take_while(|at| self.get(*at).is_ascii_alphabetic()).count();
        if length < 3 {
            return None;
        }
        let end = at + length;
        let begins = |name: &str| name.chars().zip(at..end).all(|(c, at)| self.get(at).to_ascii_lowercase() == c);
        let month = date_words()
            .english_months
            .iter()
            .position(|name| (name.len() == length || name.len() > length && length <= 4) && begins(name))?;
        let end = if self.get(end) == '.' { end + 1 } else { end };
        Some((month as i8 + 1, end))
    }
}
