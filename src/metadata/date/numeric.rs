//! Reads dates in figures: 2016/1/28, H29.10.16, 20190603, H29.4～H30.3.

use super::calendar;
use super::reader::{Reader, is_range_mark};
use super::terms::{Month, Part, Point, Year};
use crate::document::day_labels;
use crate::script::is_kanji_numeral;

/// Returns the labels that make two numbers behind them a month and a day.
fn labels_before() -> impl Iterator<Item = &'static &'static str> {
    let labels = day_labels();
    labels.event.iter().chain(&labels.plain)
}

impl Reader<'_> {
    /// Reads the year of a date in figures: 2016, H29, 平28, ’16.
    fn year_in_figures(&self, at: usize) -> Option<(Year, usize)> {
        let first = self.get(at);
        if let Some((year, end)) = self.short_year(at) {
            return Some((Year::Known { year, era: None }, end));
        }
        if let Some(era) = calendar::era_of_letter(first) {
            let (number, end) = self.letter_number(at + 1)?;
            return Some((Year::Known { year: calendar::gregorian_of_letter(era, number)?, era: Some(era) }, end));
        }
        if let Some(era) = calendar::era_of_initial(first) {
            let (number, end) = self.letter_number(at + 1).filter(|_| !is_kanji_numeral(self.get(at + 1)))?;
            return Some((Year::Known { year: calendar::gregorian_within(era, number)?, era: Some(era) }, end));
        }
        let (year, end) = self.number(at).filter(|(year, end)| end - at == 4 && (1868..=2100).contains(year))?;
        first.is_ascii_digit().then_some((Year::Known { year: year as i16, era: None }, end))
    }

    /// Reads a date of eight digits: 20190603. Eight digits with a month and a day in their places, of a year from 1950
    /// to 2049, are seldom another number.
    pub fn eight_digits(&self, at: usize) -> Option<(Point, usize)> {
        let (number, end) = self.number(at).filter(|(_, end)| end - at == 8)?;
        let (year, month, day) = (number / 10_000, number / 100 % 100, number % 100);
        let next = self.get(end);
        let counted = matches!(next, '円' | '件' | '人' | '番' | '号' | '個' | ',') || next.is_ascii_alphanumeric();
        let goes_on = matches!(next, '.' | '-') && self.get(end + 1).is_ascii_digit();
        let real = (1950..=2049).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day);
        (self.get(at).is_ascii_digit() && real && !counted && !goes_on).then(|| {
            let point = Point {
                year: Some(Year::Known { year: year as i16, era: None }),
                month: Some(Month::Number(month as i8)),
                part: Some(Part::Day(day as i8)),
                ..Point::default()
            };
            (point, end)
        })
    }

    /// Reads a year and a month in figures: 2019/06, H29.4. A decimal has the same form, so a month after a point
    /// counts only in brackets or with 月, and a month after a hyphen only with two digits of which the first is 0.
    pub fn month_in_figures(&self, at: usize) -> Option<(Point, usize)> {
        let (point, end, mark) = self.figures_to_month(at)?;
        let length = end - (1..end).rev().find(|place| self.get(*place) == mark)? - 1;
        let padded = self.get(end - length) == '0';
        let in_brackets =
            at > 0 && matches!(self.get(at - 1), '(' | '[' | '【') && matches!(self.get(end), ')' | ']' | '】');
        if self.get(end) == '月' && mark != '-' {
            return Some((point, end + 1));
        }
        // 2011/12 年度 is a fiscal year over two calendar years.
        let two_years = self.get(self.blank(end)) == '年';
        let is_month = match mark {
            '/' => length == 2 || in_brackets,
            '-' => padded,
            _ => padded || in_brackets,
        };
        (is_month && !two_years).then_some((point, end))
    }

    /// Reads a range of months in figures: H29.1～6, H29.4～H30.3, 2017.1～2017.6.
    pub fn months_in_figures(&self, at: usize) -> Option<(Point, Point, usize)> {
        let (first, end, mark) = self.figures_to_month(at)?;
        let next = self.blank(end);
        // 2017.1-6 may be a part of a number.
        let from = matches!(self.get(next), '~' | '〜' | '–' | '—').then(|| self.blank(next + 1))?;
        if let Some((last, end, other)) = self.figures_to_month(from) {
            return (other == mark).then_some((first, last, end));
        }
        let (month, end) = self.number(from).filter(|(month, end)| (1..=12).contains(month) && end - from <= 2)?;
        let next = self.get(end);
        let ends = !next.is_ascii_alphanumeric() && !matches!(next, '.' | '/' | '-' | '%' | '日' | '億' | '万' | '倍');
        let end = if next == '月' { end + 1 } else { end };
        let Some(Month::Number(start)) = first.month else { return None };
        (ends && start < month as i8).then_some((
            first,
            Point { month: Some(Month::Number(month as i8)), ..Point::default() },
            end,
        ))
    }

    /// Reads a year, a mark and a month that no third number follows. Returns the mark too.
    fn figures_to_month(&self, at: usize) -> Option<(Point, usize, char)> {
        let (year, end) = self.year_in_figures(at)?;
        let mark = self.get(end);
        if !matches!(mark, '.' | '/' | '-') || !self.get(end + 1).is_ascii_digit() {
            return None;
        }
        let (month, month_end) =
            self.number(end + 1).filter(|(month, to)| (1..=12).contains(month) && to - end <= 3)?;
        let next = self.get(month_end);
        let goes_on = matches!(next, '.' | '/' | '-' | ',') && self.get(month_end + 1).is_ascii_digit();
        let point = Point { year: Some(year), month: Some(Month::Number(month as i8)), ..Point::default() };
        (!goes_on && !next.is_ascii_alphanumeric()).then_some((point, month_end, mark))
    }

    /// Reads a date in figures: 2021.4.6, 2016/1/28, 2020-12-28, H29.10.16, 7/6(水).
    pub fn iso(&self, at: usize) -> Option<(Point, usize)> {
        let Some((year, end)) = self.year_in_figures(at) else {
            return if self.get(at).is_ascii_digit() { self.slashed_day(at) } else { None };
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
        // A time of day follows in one word: 2019-06-10T14:00.
        let timed = next == 'T' && self.get(day_end + 1).is_ascii_digit();
        ((timed || !next.is_ascii_alphanumeric()) && (!goes_on || is_range())).then_some((point, end))
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
            && labels_before()
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
}
