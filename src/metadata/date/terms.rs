//! Parts of a date as written, and the words for them (`data/date_words.tsv`).

use std::sync::LazyLock;

use super::calendar::EraId;
use crate::table;

/// Year of a date as written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Year {
    /// Gregorian year, with the era if the year was written in an era.
    Known { year: i16, era: Option<EraId> },
    /// Year of the era last named: 7年.
    Elided(i16),
    /// Years from the year of the document: 本年 0, 昨年 -1, 来年 1.
    OfDocument(i16),
    /// Years from the date last named: 同年 0, 翌年 1.
    OfLast(i16),
}

/// Month of a date as written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Month {
    Number(i8),
    /// Months from the month of the document: 今月 0, 先月 -1, 来月 1.
    OfDocument(i8),
    /// Months from the date last named: 同月 0, 翌月 1.
    OfLast(i8),
}

/// Part of a year or month as written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Day(i8),
    /// Third of a month: 上旬 0, 中旬 1, 下旬 2.
    Third(u8),
    /// Last day of a year or month: 末.
    End,
    /// Season: 春 0, 夏 1, 秋 2, 冬 3.
    Season(u8),
    Quarter(i8),
    /// Half of a year, a month or a decade: 上半期 0, 後半 1.
    Half(u8),
    /// Decade (年代), or its half: 前半 0, 後半 1.
    Decade(Option<u8>),
    /// Days from the date of the document: 昨日 -1, 一昨日 -2.
    RelativeDay(i64),
    /// Weeks from the week of the document: 先週 -1.
    RelativeWeek(i64),
    /// Days from the day last named: 同日 0, 翌日 1.
    OfLastDay(i64),
}

/// One date as written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Point {
    pub year: Option<Year>,
    pub fiscal: bool,
    pub month: Option<Month>,
    pub part: Option<Part>,
    /// Weekday from 0 (日) to 6 (土).
    pub weekday: Option<u8>,
}

impl Point {
    pub fn day(&self) -> Option<i8> {
        match self.part {
            Some(Part::Day(day)) => Some(day),
            _ => None,
        }
    }
}

/// Date expression in a text: one point, or a range to `last`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Expression {
    pub first: Point,
    pub last: Option<Point>,
    /// First code point.
    pub start: usize,
    /// One past the last code point.
    pub end: usize,
}

/// Table of date words: `data/date_words.tsv`.
pub(in crate::metadata) const DATE_WORDS: &str = include_str!("../../../data/date_words.tsv");

/// Date words by class, the longest first, because one word may start another (法律, 法律第).
pub(super) struct DateWords {
    /// Words with their years, and whether the year is fiscal: 昨年度.
    pub relative_years: Vec<(&'static str, Year, bool)>,
    pub relative_months: Vec<(&'static str, Month)>,
    /// Words with their days from the date of the document: 昨日.
    pub relative_days: Vec<(&'static str, i64)>,
    /// Words with their weeks from the week of the document: 先週.
    pub relative_weeks: Vec<(&'static str, i64)>,
    /// Words with their days from the day last named: 同日.
    pub days_of_last: Vec<(&'static str, i64)>,
    /// Words after 明日 in which it is no day: 明日香.
    pub no_day: Vec<&'static str>,
    pub english_months: Vec<&'static str>,
    pub thirds: Vec<(&'static str, Part)>,
    pub halves: Vec<(&'static str, Part)>,
    /// Words after a number of years, months or days that make the number a duration.
    pub durations: Vec<&'static str>,
    /// Words after a year that numbers a law, an ordinance or a case.
    pub numbered: Vec<&'static str>,
    /// Words after a date to which another date was moved: に変更.
    pub moved: Vec<&'static str>,
    /// Words after a day in an undated text that make it the day of an event.
    pub held: Vec<&'static str>,
    /// Words after a day near the publication that make it the day of an event.
    pub takes_place: Vec<&'static str>,
    /// Words of a title that name a gathering.
    pub gatherings: Vec<&'static str>,
    /// Words after a day in a title that make it the day of a paper.
    pub not_held: Vec<&'static str>,
    /// Words between two days of one event.
    pub and: Vec<&'static str>,
}

/// Returns the table of date words.
pub(super) fn date_words() -> &'static DateWords {
    static WORDS: LazyLock<DateWords> = LazyLock::new(DateWords::new);
    &WORDS
}

impl DateWords {
    fn new() -> Self {
        let rows = |class: &'static str| {
            let mut rows: Vec<(&str, &str)> = table::rows(DATE_WORDS)
                .filter_map(|cells| match cells.as_slice() {
                    [name, word, value, ..] if *name == class => Some((*word, *value)),
                    _ => None,
                })
                .collect();
            rows.sort_by_key(|(word, _)| std::cmp::Reverse(word.len()));
            rows
        };
        let words = |class| rows(class).into_iter().map(|(word, _)| word).collect();
        let number = |value: &str| value.parse::<i8>().unwrap_or_default();
        let against = |value: &'static str| value.split_once(' ').map(|(base, by)| (base == "document", number(by)));
        let years = |class, fiscal| {
            rows(class).into_iter().filter_map(move |(word, value)| {
                let (of_document, by) = against(value)?;
                let by = i16::from(by);
                Some((word, if of_document { Year::OfDocument(by) } else { Year::OfLast(by) }, fiscal))
            })
        };
        let month = |(word, value): (&'static str, &'static str)| {
            let (of_document, by) = against(value)?;
            Some((word, if of_document { Month::OfDocument(by) } else { Month::OfLast(by) }))
        };
        let part = |class, part: fn(u8) -> Part| {
            rows(class).into_iter().map(|(word, value)| (word, part(number(value).unsigned_abs()))).collect()
        };
        let days = |class| rows(class).into_iter().map(|(word, by)| (word, i64::from(number(by)))).collect();
        let mut english: Vec<(i8, &str)> =
            rows("english-month").into_iter().map(|(word, value)| (number(value), word)).collect();
        english.sort_unstable();
        Self {
            relative_years: years("relative-fiscal-year", true).chain(years("relative-year", false)).collect(),
            relative_months: rows("relative-month").into_iter().filter_map(month).collect(),
            relative_days: days("relative-day"),
            relative_weeks: days("relative-week"),
            days_of_last: days("day-of-last"),
            no_day: words("no-day"),
            english_months: english.into_iter().map(|(_, word)| word).collect(),
            thirds: part("third", Part::Third),
            halves: part("half", Part::Half),
            durations: words("duration"),
            numbered: words("numbered"),
            moved: words("moved"),
            held: words("held"),
            takes_place: words("takes-place"),
            gatherings: words("gathering"),
            not_held: words("not-held"),
            and: words("and"),
        }
    }
}
