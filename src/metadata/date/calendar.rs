//! Civil days, eras, fiscal years. Arithmetic by jiff.

use jiff::civil::{Date, Weekday, date};

use crate::document::{CivilDate, DateInterval};

/// An era with its first and last day. Source: 元号法 and the imperial ordinances of the changes.
struct Era {
    name: &'static str,
    letter: char,
    /// Year 1 of the era is this Gregorian year.
    first_year: i16,
    start: CivilDate,
    end: CivilDate,
}

const ERAS: [Era; 5] = [
    Era {
        name: "明治",
        letter: 'M',
        first_year: 1868,
        start: CivilDate::new(1868, 1, 25),
        end: CivilDate::new(1912, 7, 29),
    },
    Era {
        name: "大正",
        letter: 'T',
        first_year: 1912,
        start: CivilDate::new(1912, 7, 30),
        end: CivilDate::new(1926, 12, 24),
    },
    Era {
        name: "昭和",
        letter: 'S',
        first_year: 1926,
        start: CivilDate::new(1926, 12, 25),
        end: CivilDate::new(1989, 1, 7),
    },
    Era {
        name: "平成",
        letter: 'H',
        first_year: 1989,
        start: CivilDate::new(1989, 1, 8),
        end: CivilDate::new(2019, 4, 30),
    },
    Era {
        name: "令和",
        letter: 'R',
        first_year: 2019,
        start: CivilDate::new(2019, 5, 1),
        end: CivilDate::new(9999, 12, 31),
    },
];

/// An era by its position in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct EraId(usize);

/// The era whose name `chars` begin with, and the name's length.
pub(super) fn era_at(chars: &[char]) -> Option<(EraId, usize)> {
    ERAS.iter().position(|era| era.name.chars().eq(chars.iter().take(2).copied())).map(|at| (EraId(at), 2))
}

/// The era of a letter: H29.10.16.
pub(super) fn era_of_letter(letter: char) -> Option<EraId> {
    ERAS.iter().position(|era| era.letter == letter).map(EraId)
}

/// The Gregorian year of a year of an era; `None` past the era's last year.
pub(super) fn gregorian(era: EraId, year: i16) -> Option<i16> {
    let era = &ERAS[era.0];
    let gregorian = era.first_year + year - 1;
    (year >= 1 && gregorian <= era.end.year.min(2100)).then_some(gregorian)
}

/// The days of a year of an era: 平成31年 ends on 30 April.
pub(super) fn era_year(era: EraId, gregorian: i16) -> DateInterval {
    let era = &ERAS[era.0];
    let year = year(gregorian);
    DateInterval { start: year.start.max(era.start), end: year.end.min(era.end) }
}

/// The era of a Gregorian year, at its end.
pub(super) fn era_in(year: i16) -> Option<EraId> {
    ERAS.iter().rposition(|era| era.first_year <= year).map(EraId)
}

/// A day, where the calendar has it.
pub(super) fn day(year: i16, month: i8, day: i8) -> Option<DateInterval> {
    let date = CivilDate::new(year, month, day);
    Date::new(year, month, day).ok().map(|_| DateInterval { start: date, end: date })
}

/// A month.
pub(super) fn month(year: i16, month: i8) -> Option<DateInterval> {
    Some(DateInterval {
        start: CivilDate::new(year, month, 1),
        end: CivilDate::new(year, month, last_day(year, month)?),
    })
}

/// Days of a month.
pub(super) fn last_day(year: i16, month: i8) -> Option<i8> {
    Date::new(year, month, 1).ok().map(|date| date.days_in_month())
}

/// A calendar year.
pub(super) fn year(year: i16) -> DateInterval {
    DateInterval { start: CivilDate::new(year, 1, 1), end: CivilDate::new(year, 12, 31) }
}

/// 年度: 1 April to 31 March.
pub(super) fn fiscal_year(year: i16) -> DateInterval {
    DateInterval { start: CivilDate::new(year, 4, 1), end: CivilDate::new(year + 1, 3, 31) }
}

/// A quarter; of a fiscal year the first begins in April.
pub(super) fn quarter(year: i16, number: i8, fiscal: bool) -> Option<DateInterval> {
    let first = (number - 1) * 3 + if fiscal { 4 } else { 1 };
    let (year, first) = if first > 12 { (year + 1, first - 12) } else { (year, first) };
    Some(DateInterval { start: month(year, first)?.start, end: month(year, first + 2)?.end })
}

/// The fiscal year that a day lies in.
pub(super) fn fiscal_year_of(date: CivilDate) -> i16 {
    if date.month >= 4 { date.year } else { date.year - 1 }
}

/// Weekday from 0 (日) to 6 (土).
pub(super) fn weekday(of: CivilDate) -> Option<u8> {
    let days = [
        Weekday::Sunday,
        Weekday::Monday,
        Weekday::Tuesday,
        Weekday::Wednesday,
        Weekday::Thursday,
        Weekday::Friday,
        Weekday::Saturday,
    ];
    let weekday = Date::new(of.year, of.month, of.day).ok()?.weekday();
    days.iter().position(|day| *day == weekday).map(|at| at as u8)
}

/// The day `days` later or earlier.
pub(super) fn shifted(from: CivilDate, days: i64) -> Option<CivilDate> {
    let date = date(from.year, from.month, from.day).checked_add(jiff::Span::new().days(days)).ok()?;
    Some(CivilDate::new(date.year(), date.month(), date.day()))
}

/// Days between two dates, without sign.
pub(super) fn distance(a: CivilDate, b: CivilDate) -> i64 {
    let days = |date: CivilDate| i64::from(date.year) * 372 + i64::from(date.month) * 31 + i64::from(date.day);
    (days(a) - days(b)).abs()
}
