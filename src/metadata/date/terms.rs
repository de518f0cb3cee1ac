//! The parts of a date as written, and the words that stand for them.

use super::calendar::EraId;

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

pub(super) const RELATIVE_YEARS: &[(&str, Year, bool)] = &[
    ("一昨年度", Year::OfDocument(-2), true),
    ("昨年度", Year::OfDocument(-1), true),
    ("前年度", Year::OfDocument(-1), true),
    ("本年度", Year::OfDocument(0), true),
    ("今年度", Year::OfDocument(0), true),
    ("来年度", Year::OfDocument(1), true),
    ("再来年度", Year::OfDocument(2), true),
    ("同年度", Year::OfLast(0), true),
    ("翌年度", Year::OfLast(1), true),
    ("一昨年", Year::OfDocument(-2), false),
    ("おととし", Year::OfDocument(-2), false),
    ("昨年", Year::OfDocument(-1), false),
    ("去年", Year::OfDocument(-1), false),
    ("本年", Year::OfDocument(0), false),
    ("今年", Year::OfDocument(0), false),
    ("再来年", Year::OfDocument(2), false),
    ("来年", Year::OfDocument(1), false),
    ("明年", Year::OfDocument(1), false),
    ("同年", Year::OfLast(0), false),
    ("翌年", Year::OfLast(1), false),
];

pub(super) const RELATIVE_MONTHS: &[(&str, Month)] = &[
    ("先々月", Month::OfDocument(-2)),
    ("先月", Month::OfDocument(-1)),
    ("今月", Month::OfDocument(0)),
    ("本月", Month::OfDocument(0)),
    ("来月", Month::OfDocument(1)),
    ("同月", Month::OfLast(0)),
    ("翌月", Month::OfLast(1)),
];

pub(super) const RELATIVE_DAYS: &[(&str, i64)] = &[("一昨日", -2), ("おととい", -2), ("昨日", -1), ("きのう", -1)];

pub(super) const ENGLISH_MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// What follows a number of years, months or days that is a length of time and no date.
pub(super) const DURATION_MARKS: &[&str] = &[
    "間",
    "以内",
    "以上",
    "以下",
    "未満",
    "前",
    "後",
    "余",
    "程度",
    "あまり",
    "ぶり",
    "目",
    "生",
    "を超え",
    "を経過",
    "連続",
    "ごと",
    "毎",
    "かけて",
    "計画",
    "分",
    "弱",
    "強",
    "物",
    "もの",
    "契約",
    "を限度",
    "に満た",
    "ほど",
    "くらい",
    "の間隔",
    "単位",
    "おき",
];

/// What follows a year that numbers a law, an ordinance or a case.
pub(super) const NUMBERED_BY_YEAR: &[&str] = &[
    "法律第",
    "法律",
    "政令第",
    "政令",
    "省令",
    "総務省令",
    "府令",
    "内閣府令",
    "勅令",
    "条約第",
    "告示",
    "規則第",
    "条例第",
    "訓令",
    "内閣府",
    "人事院規則",
    "太政官",
];
