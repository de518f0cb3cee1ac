//! Civil days, eras and fiscal years; jiff does the arithmetic.

use std::sync::LazyLock;

use jiff::civil::{Date, Weekday, date};

use crate::document::{CivilDate, DateInterval};
use crate::table;

pub(in crate::metadata) const ERA_TABLE: &str = include_str!("../../../data/eras.tsv");

/// An era with its first and last day.
struct Era {
    name: &'static str,
    letter: &'static str,
    /// Its single character: ㍻.
    sign: &'static str,
    start: CivilDate,
    end: CivilDate,
}

impl Era {
    fn of(cells: &[&'static str]) -> Option<Self> {
        let [name, letter, sign, start, end, ..] = *cells else { return None };
        // The era of today has no last day yet.
        let end = if end.is_empty() { CivilDate::new(9999, 12, 31) } else { civil(end)? };
        Some(Self { name, letter, sign, start: civil(start)?, end })
    }

    /// The days of its year that lies in a Gregorian year.
    fn days_in(&self, gregorian: i16) -> DateInterval {
        let year = year(gregorian);
        DateInterval { start: year.start.max(self.start), end: year.end.min(self.end) }
    }
}

/// `1989-01-08`
fn civil(text: &str) -> Option<CivilDate> {
    let date: Date = text.parse().ok()?;
    Some(CivilDate::new(date.year(), date.month(), date.day()))
}

static ERAS: LazyLock<Vec<Era>> =
    LazyLock::new(|| table::rows(ERA_TABLE).filter_map(|cells| Era::of(&cells)).collect());

/// Names of the eras, oldest first.
pub(crate) fn era_names() -> impl Iterator<Item = &'static str> {
    ERAS.iter().map(|era| era.name)
}

/// Years of eras that are no whole calendar years, with their names: 平成31 has the days to 30 April 2019.
pub(super) fn broken_years() -> &'static [(String, DateInterval)] {
    static YEARS: LazyLock<Vec<(String, DateInterval)>> = LazyLock::new(|| {
        let ends = |era: &'static Era| [era.start.year, era.end.year].map(|at| (era, at));
        let named = |(era, at): (&Era, i16)| (format!("{}{}", era.name, at - era.start.year + 1), era.days_in(at));
        let is_broken = |(era, at): &(&Era, i16)| era.days_in(*at) != year(*at);
        ERAS.iter().flat_map(ends).filter(is_broken).map(named).collect()
    });
    &YEARS
}

/// Index of an era, in order of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct EraId(usize);

/// Returns the era with a name of these two characters: 平, 成.
pub(super) fn era_named(first: char, second: char) -> Option<EraId> {
    ERAS.iter().position(|era| era.name.chars().eq([first, second])).map(EraId)
}

/// Returns the era of an initial: H in H29.10.16.
pub(super) fn era_of_letter(letter: char) -> Option<EraId> {
    ERAS.iter().position(|era| era.letter.starts_with(letter)).map(EraId)
}

/// Returns the era of a single character: ㍻.
pub(super) fn era_of_sign(sign: char) -> Option<EraId> {
    ERAS.iter().position(|era| era.sign.starts_with(sign)).map(EraId)
}

/// Returns the era whose name begins with a character: 平 in 平28.6.9.
pub(super) fn era_of_initial(first: char) -> Option<EraId> {
    ERAS.iter().position(|era| era.name.starts_with(first)).map(EraId)
}

/// Returns the Gregorian year of a year of an era; `None` after 2100.
///
/// A year after the last year of the era counts on: 平成32年度 was planned while 平成 lasted, and 昭和100年 is 2025.
pub(super) fn gregorian(era: EraId, year: i16) -> Option<i16> {
    let gregorian = ERAS[era.0].start.year + year - 1;
    (year >= 1 && gregorian <= 2100).then_some(gregorian)
}

/// Returns the Gregorian year of a year of an era; `None` after the last year of the era.
pub(super) fn gregorian_within(era: EraId, year: i16) -> Option<i16> {
    gregorian(era, year).filter(|gregorian| *gregorian <= ERAS[era.0].end.year)
}

/// Returns the Gregorian year of a year written with the letter of its era. Only 平成 and later eras count on after
/// their end: a letter with a number is more often a version (M50.1.2) than a year long past.
pub(super) fn gregorian_of_letter(era: EraId, year: i16) -> Option<i16> {
    let counts_on = ERAS[era.0].end.year >= 2000;
    if counts_on { gregorian(era, year) } else { gregorian_within(era, year) }
}

/// Returns the number of a Gregorian year in an era.
pub(super) fn number_in(era: EraId, gregorian: i16) -> i16 {
    gregorian - ERAS[era.0].start.year + 1
}

/// Returns the year of two digits: 98 is 1998, 16 is 2016.
pub(super) fn of_two_digits(year: i16) -> i16 {
    if year >= 70 { 1900 + year } else { 2000 + year }
}

/// Returns the days of a Gregorian year that belong to an era: 平成31年 ends on 30 April.
pub(super) fn era_year(era: EraId, gregorian: i16) -> DateInterval {
    if gregorian > ERAS[era.0].end.year { year(gregorian) } else { ERAS[era.0].days_in(gregorian) }
}

/// Returns the week of a day, from Monday to Sunday, `weeks` later.
pub(super) fn week(of: CivilDate, weeks: i64) -> Option<DateInterval> {
    let from_monday = (i64::from(weekday(of)?) + 6) % 7;
    let start = shifted(of, weeks * 7 - from_monday)?;
    Some(DateInterval { start, end: shifted(start, 6)? })
}

/// Returns the era at the end of a Gregorian year.
pub(super) fn era_in(year: i16) -> Option<EraId> {
    ERAS.iter().rposition(|era| era.start.year <= year).map(EraId)
}

/// Returns a day; `None` if the calendar has no such day.
pub(super) fn day(year: i16, month: i8, day: i8) -> Option<DateInterval> {
    let date = CivilDate::new(year, month, day);
    Date::new(year, month, day).ok().map(|_| DateInterval { start: date, end: date })
}

/// Returns the days of a month.
pub(super) fn month(year: i16, month: i8) -> Option<DateInterval> {
    Some(DateInterval {
        start: CivilDate::new(year, month, 1),
        end: CivilDate::new(year, month, last_day(year, month)?),
    })
}

/// Returns the last day of a month.
pub(super) fn last_day(year: i16, month: i8) -> Option<i8> {
    Date::new(year, month, 1).ok().map(|date| date.days_in_month())
}

/// Returns the days of a calendar year.
pub(super) fn year(year: i16) -> DateInterval {
    DateInterval { start: CivilDate::new(year, 1, 1), end: CivilDate::new(year, 12, 31) }
}

/// Returns the days of a fiscal year (年度): 1 April to 31 March.
pub(super) fn fiscal_year(year: i16) -> DateInterval {
    DateInterval { start: CivilDate::new(year, 4, 1), end: CivilDate::new(year + 1, 3, 31) }
}

/// Returns the days of a quarter. The first quarter of a fiscal year begins in April.
pub(super) fn quarter(year: i16, number: i8, fiscal: bool) -> Option<DateInterval> {
    let first = (number - 1) * 3 + if fiscal { 4 } else { 1 };
    let (year, first) = if first > 12 { (year + 1, first - 12) } else { (year, first) };
    Some(DateInterval { start: month(year, first)?.start, end: month(year, first + 2)?.end })
}

/// Returns the fiscal year of a day.
pub(super) fn fiscal_year_of(date: CivilDate) -> i16 {
    if date.month >= 4 { date.year } else { date.year - 1 }
}

/// Returns the weekday, from 0 (日) to 6 (土).
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

/// Returns the day that is `days` later; earlier if `days` is negative.
pub(super) fn shifted(from: CivilDate, days: i64) -> Option<CivilDate> {
    let date = date(from.year, from.month, from.day).checked_add(jiff::Span::new().days(days)).ok()?;
    Some(CivilDate::new(date.year(), date.month(), date.day()))
}

/// Returns the approximate number of days between two dates, without sign: each month counts as 31 days.
pub(super) fn distance(a: CivilDate, b: CivilDate) -> i64 {
    let days = |date: CivilDate| i64::from(date.year) * 372 + i64::from(date.month) * 31 + i64::from(date.day);
    (days(a) - days(b)).abs()
}
