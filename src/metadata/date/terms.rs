//! The parts of a date as written, and the words that stand for them (`data/date_words.tsv`).

use std::sync::LazyLock;

use super::calendar::EraId;
use crate::metadata::table;

/// What is said of the year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Year {
    /// A Gregorian year, or a year of an era.
    Known { year: i16, era: Option<EraId> },
    /// A year of the era last named: 7年.
    Elided(i16),
    /// 本年 0, 昨年 -1, 来年 1.
    OfDocument(i16),
    /// 同年 0, 翌年 1: against the date last named.
    OfLast(i16),
}

/// What is said of the month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Month {
    Number(i8),
    /// 今月 0, 先月 -1, 来月 1.
    OfDocument(i8),
    /// 同月 0, 翌月 1.
    OfLast(i8),
}

/// What is said of the part of a year or month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Day(i8),
    /// 上旬 0, 中旬 1, 下旬 2
    Third(u8),
    End,
    /// 春 0, 夏 1, 秋 2, 冬 3
    Season(u8),
    Quarter(i8),
    /// 上半期 0, 下半期 1
    Half(u8),
    /// 年代
    Decade,
    /// 昨日 -1, 一昨日 -2
    RelativeDay(i64),
}

/// One date as written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Point {
    pub year: Option<Year>,
    pub fiscal: bool,
    pub month: Option<Month>,
    pub part: Option<Part>,
    /// 0 (日) to 6 (土)
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

/// An expression in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Expression {
    pub first: Point,
    pub last: Option<Point>,
    /// Code points.
    pub start: usize,
    pub end: usize,
}

/// The words of dates: `data/date_words.tsv`.
pub(in crate::metadata) const DATE_WORDS: &str = include_str!("../../../data/date_words.tsv");

/// Words by what they do in a date, longest first where one begins another.
pub(super) struct DateWords {
    /// 昨年度: the year meant, and whether it is a fiscal year.
    pub relative_years: Vec<(&'static str, Year, bool)>,
    pub relative_months: Vec<(&'static str, Month)>,
    /// 昨日: days from the document's date.
    pub relative_days: Vec<(&'static str, i64)>,
    pub english_months: Vec<&'static str>,
    pub thirds: Vec<(&'static str, Part)>,
    pub halves: Vec<(&'static str, Part)>,
    /// Behind a number of years, months or days that is a length of time.
    pub durations: Vec<&'static str>,
    /// Behind a year that numbers a law, an ordinance or a case.
    pub numbered: Vec<&'static str>,
    /// Behind a date that another was moved to.
    pub moved: Vec<&'static str>,
    /// Behind the day of an event.
    pub held: Vec<&'static str>,
    pub takes_place: Vec<&'static str>,
    /// In a title that names a gathering.
    pub gatherings: Vec<&'static str>,
    pub not_held: Vec<&'static str>,
    /// Before the days of an event in a list of its data.
    pub labels: Vec<&'static str>,
    /// Between two days of one event.
    pub and: Vec<&'static str>,
}

/// The one table of the program.
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
        let mut english: Vec<(i8, &str)> =
            rows("english-month").into_iter().map(|(word, value)| (number(value), word)).collect();
        english.sort_unstable();
        Self {
            relative_years: years("relative-fiscal-year", true).chain(years("relative-year", false)).collect(),
            relative_months: rows("relative-month").into_iter().filter_map(month).collect(),
            relative_days: rows("relative-day").into_iter().map(|(word, by)| (word, i64::from(number(by)))).collect(),
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
            labels: words("label"),
            and: words("and"),
        }
    }
}
