//! Reads dates in figures and in English: 2016/1/28, H29.10.16, 12 December 2019.

use super::calendar;
use super::reader::{Reader, is_range_mark};
use super::terms::{Month, Part, Point, Year, date_words};

impl Reader<'_> {
    /// Reads a date in figures: 2021.4.6, 2016/1/28, 2020-12-28, H29.10.16, 7/6(水).
    pub fn iso(&self, at: usize) -> Option<(Point, usize)> {
        let letter = self.get(at);
        let (year, end) = match calendar::era_of_letter(letter) {
            Some(era) => {
                let (year, end) = self.number(at + 1).filter(|(year, _)| (1..=64).contains(year))?;
                (Year::Known { year: calendar::gregorian(era, year as i16)?, era: Some(era) }, end)
            }
            None if letter.is_ascii_digit() => {
                let (year, end) = self.number(at)?;
                if end - at != 4 {
                    return self.slashed_day(at);
                }
                if !(1868..=2100).contains(&year) {
                    return None;
                }
                (Year::Known { year: year as i16, era: None }, end)
            }
            None => return None,
        };
        let mark = self.get(end);
        if !matches!(mark, '.' | '/' | '-') {
            return None;
        }
        let (month, month_end) =
            self.number(end + 1).filter(|(month, to)| (1..=12).contains(month) && to - end <= 3)?;
        if self.get(month_end) != mark {
            return None;
        }
        let (day, day_end) =
            self.number(month_end + 1).filter(|(day, to)| (1..=31).contains(day) && to - month_end <= 3)?;
        let (weekday, end) = self.weekday(day_end);
        let (month, part) = (Some(Month::Number(month as i8)), Some(Part::Day(day as i8)));
        let point = Point { year: Some(year), month, part, weekday, ..Point::default() };
        let next = self.get(day_end);
        let goes_on = matches!(next, '-' | '.') && self.get(day_end + 1).is_ascii_digit();
        // More digits make the text a serial number, unless they are the last day of a range.
        let with_year = || self.number(day_end + 1).is_some_and(|(_, to)| to - day_end == 5 && self.get(to) == mark);
        let is_range = || is_range_mark(next) && (with_year() || self.last_in_figures(at, &point, day_end).is_some());
        (!next.is_ascii_alphanumeric() && (!goes_on || is_range())).then_some((point, end))
    }

    /// Reads a month and a day that have a weekday, a label or a time of day: 7/6(水), 日時: 10/10, 10/10 14:00. Without
    /// one, the numbers are a fraction.
    pub fn slashed_day(&self, at: usize) -> Option<(Point, usize)> {
        let (point, end) = self.slashed(at)?;
        let dated = point.weekday.is_some() || self.is_labelled(at) || self.is_clock(self.blank(end));
        dated.then_some((point, end))
    }

    /// Reads two numbers that may be a month and a day.
    pub fn slashed(&self, at: usize) -> Option<(Point, usize)> {
        let (month, end) = self
            .number(at)
            .filter(|(month, end)| (1..=12).contains(month) && end - at <= 2 && self.get(*end) == '/')?;
        let (day, day_end) = self
            .number(end + 1)
            .filter(|(day, to)| (1..=31).contains(day) && to - end <= 3 && self.get(end + 1).is_ascii_digit())?;
        if matches!(self.get(day_end), '/' | '.' | '%') || self.get(day_end).is_ascii_alphanumeric() {
            return None;
        }
        let (weekday, end) = self.weekday(day_end);
        let (month, part) = (Some(Month::Number(month as i8)), Some(Part::Day(day as i8)));
        Some((Point { month, part, weekday, ..Point::default() }, end))
    }

    /// True if a label stands directly before the date: 日時: 10/10.
    fn is_labelled(&self, at: usize) -> bool {
        let is_mark = |c: char| matches!(c, ':' | ' ' | '\u{3000}' | ')' | ']' | '】' | '\t');
        let marks = (1..=4).take_while(|back| *back <= at && is_mark(self.get(at - back))).count();
        let before = at - marks;
        marks > 0
            && date_words()
                .labels
                .iter()
                .any(|label| before.checked_sub(label.chars().count()).is_some_and(|start| self.starts(start, label)))
    }

    /// True if a time of day starts at a position: 14:00, 14時, 午後2時.
    fn is_clock(&self, at: usize) -> bool {
        let at = if self.starts_any(at, &["午前", "午後"]) { at + 2 } else { at };
        let hour = self.number(at).filter(|(hour, end)| (0..=24).contains(hour) && end - at <= 2);
        hour.is_some_and(|(_, end)| {
            self.get(end) == '時' || self.get(end) == ':' && self.number(end + 1).is_some_and(|(_, to)| to - end == 3)
        })
    }

    /// Reads the last day of a range in figures: 2012/11/14-15, 2012.11.14～11.15, 10/10-10/11.
    pub fn last_in_figures(&self, start: usize, first: &Point, at: usize) -> Option<(Point, usize)> {
        let written = self.chars.get(start..at)?;
        let mark = written.iter().copied().find(|c| matches!(c, '.' | '/' | '-'))?;
        if written.contains(&'日') || self.get(at) == mark {
            return None;
        }
        let from = self.blank(self.blank(at) + 1);
        let (number, end) = self.number(from).filter(|(_, end)| end - from <= 2)?;
        let ends = |end: usize| {
            let next = self.get(end);
            let goes_on = matches!(next, '.' | '/' | '-' | ':') && self.get(end + 1).is_ascii_digit();
            !next.is_ascii_alphanumeric() && !goes_on
        };
        let (month, day, end) = if self.get(end) == mark {
            let (day, day_end) = self.number(end + 1).filter(|(_, to)| to - end <= 3)?;
            (Some(Month::Number(i8::try_from(number).ok().filter(|month| (1..=12).contains(month))?)), day, day_end)
        } else {
            // A day alone must come later in the same month.
            (None, number, end)
        };
        let later = month.is_some() || first.day().is_some_and(|first| i64::from(first) < day);
        if !(1..=31).contains(&day) || !later || !ends(end) {
            return None;
        }
        let (weekday, end) = self.weekday(end);
        Some((Point { month, part: Some(Part::Day(day as i8)), weekday, ..Point::default() }, end))
    }

    /// Reads an English date: 12 December 2019, November 2019, 2017 Apr, April 6, 2021.
    pub fn english(&self, at: usize) -> Option<(Point, usize)> {
        let known = |year: i64| Some(Year::Known { year: year as i16, era: None });
        let is_year = |(year, end): &(i64, usize), from: usize| {
            (1868..=2100).contains(year) && end - from == 4 && !self.get(*end).is_ascii_alphanumeric()
        };
        if self.get(at).is_ascii_digit() {
            let (number, digits_end) = self.number(at)?;
            let end = if digits_end - at <= 2 && self.starts_any(digits_end, &["st ", "nd ", "rd ", "th "]) {
                digits_end + 2
            } else {
                digits_end
            };
            let name = self.blank(end);
            let (month, after) = (name > end).then(|| self.english_month(name)).flatten()?;
            if digits_end - at == 4 && (1868..=2100).contains(&number) {
                return Some((
                    Point { year: known(number), month: Some(Month::Number(month)), ..Point::default() },
                    after,
                ));
            }
            let year_at = self.blank(after);
            let (year, end) = self.number(year_at).filter(|found| is_year(found, year_at))?;
            return (1..=31).contains(&number).then_some((
                Point {
                    year: known(year),
                    month: Some(Month::Number(month)),
                    part: Some(Part::Day(number as i8)),
                    ..Point::default()
                },
                end,
            ));
        }
        let (month, after) = self.english_month(at)?;
        let next = self.blank(after);
        let (number, end) = self.number(next)?;
        if is_year(&(number, end), next) {
            return Some((Point { year: known(number), month: Some(Month::Number(month)), ..Point::default() }, end));
        }
        let comma = if self.get(end) == ',' { end + 1 } else { end };
        let year_at = self.blank(comma);
        let (year, year_end) = self.number(year_at).filter(|found| is_year(found, year_at))?;
        (1..=31).contains(&number).then_some((
            Point {
                year: known(year),
                month: Some(Month::Number(month)),
                part: Some(Part::Day(number as i8)),
                ..Point::default()
            },
            year_end,
        ))
    }

    /// Reads an English month or its abbreviation of three or four letters.
    pub fn english_month(&self, at: usize) -> Option<(i8, usize)> {
        let mut end = at;
        let mut word = String::new();
        while self.get(end).is_ascii_alphabetic() && word.len() < 10 {
            word.push(self.get(end).to_ascii_lowercase());
            end += 1;
        }
        let month = date_words()
            .english_months
            .iter()
            .position(|name| word.len() >= 3 && (*name == word || (name.starts_with(&word) && word.len() <= 4)))?;
        let end = if self.get(end) == '.' { end + 1 } else { end };
        Some((month as i8 + 1, end))
    }
}
