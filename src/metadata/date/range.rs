//! Parses dates and ranges that a user types into a filter or gives beside a document.

use super::calendar;
use super::reader::Reader;
use super::{Context, mentions};
use crate::document::{CivilDate, DateInterval, Precision};
use crate::script::half_width;

/// First day of a range without a start.
const FIRST: CivilDate = CivilDate::new(1, 1, 1);
/// Last day of a range without an end.
const LAST: CivilDate = CivilDate::new(9999, 12, 31);

/// Separators of a range. A single hyphen also separates the parts of a date, so it is tried last.
const BETWEEN: &[&str] = &["...", "..", "…", "~", "―", "—", "--", " - ", " to ", "から", "より", "乃至", "ないし"];
/// Words after a date that make an open range, and whether the range includes the date.
const AFTERWARDS: &[(&str, Side, bool)] = &[
    ("以前", Side::Until, true),
    ("以降", Side::Since, true),
    ("以後", Side::Since, true),
    ("以来", Side::Since, true),
    ("より前", Side::Until, false),
    ("より後", Side::Since, false),
    ("より先", Side::Since, false),
    ("よりあと", Side::Since, false),
    ("未満", Side::Until, false),
    ("から", Side::Since, true),
    ("まで", Side::Until, true),
    ("迄", Side::Until, true),
    ("前", Side::Until, false),
    ("後", Side::Since, false),
];
/// Words before a date that make an open range, and whether the range includes the date.
const BEFORE: &[(&str, Side, bool)] = &[
    ("until ", Side::Until, true),
    ("up to ", Side::Until, true),
    ("to ", Side::Until, true),
    ("since ", Side::Since, true),
    ("from ", Side::Since, true),
    ("before ", Side::Until, false),
    ("after ", Side::Since, false),
    ("<=", Side::Until, true),
    (">=", Side::Since, true),
    ("<", Side::Until, false),
    (">", Side::Since, false),
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    Until,
    Since,
}

/// Parses a date or a range in any usual notation: `2011-06-09`, `2011/06`, `2011.6`, `H23`, `令和3年度`, `2007..2012`,
/// `2007-2012`, `平成19年～24年`, `2015年以前`, `2011年6月以降`, `..2010`, `2015..`.
///
/// # Errors
/// Returns a sentence that lists the accepted notations, or says that the range ends before it begins.
///
/// # Examples
/// ```
/// use fumikura::metadata::date::parse_range;
/// let days = |text| parse_range(text).map(|days| (days.start.to_string(), days.end.to_string()));
/// assert_eq!(days("平成19年～24年").unwrap(), ("2007-01-01".to_owned(), "2012-12-31".to_owned()));
/// assert_eq!(days("2015年以前").unwrap().1, "2015-12-31");
/// assert!(days("2012..2007").unwrap_err().contains("ends before it begins"));
/// ```
pub fn parse_range(text: &str) -> Result<DateInterval, String> {
    let plain = plain(text);
    let trimmed = plain.trim();
    if let Some(found) = single(trimmed) {
        return Ok(found.days);
    }
    let open = |days: DateInterval, side: Side, inclusive: bool| match (side, inclusive) {
        (Side::Until, true) => Some(DateInterval { start: FIRST, end: days.end }),
        (Side::Until, false) => Some(DateInterval { start: FIRST, end: calendar::shifted(days.start, -1)? }),
        (Side::Since, true) => Some(DateInterval { start: days.start, end: LAST }),
        (Side::Since, false) => Some(DateInterval { start: calendar::shifted(days.end, 1)?, end: LAST }),
    };
    for (word, side, inclusive) in AFTERWARDS {
        let rest = trimmed.strip_suffix(word).map(|rest| rest.trim_end().trim_end_matches('の'));
        if let Some(found) = rest.and_then(single) {
            return open(found.days, *side, *inclusive).ok_or_else(|| wrong(text));
        }
    }
    let lower = trimmed.to_ascii_lowercase();
    for (word, side, inclusive) in BEFORE {
        if let Some(found) = lower.strip_prefix(word).and_then(|rest| single(rest.trim_start())) {
            return open(found.days, *side, *inclusive).ok_or_else(|| wrong(text));
        }
    }
    // from 2007 to 2012, 2007年から2012年まで
    let lower = lower.strip_prefix("from ").unwrap_or(&lower);
    let range = lower.strip_suffix("まで").or_else(|| lower.strip_suffix('迄')).unwrap_or(lower).trim();
    for between in BETWEEN {
        let Some((from, to)) = range.split_once(between) else { continue };
        return ends(from.trim(), to.trim())
            .unwrap_or_else(|| Err(wrong(text)))
            .map_err(|problem| problem.replace("{}", text));
    }
    if let Some(days) = half(range) {
        return Ok(days);
    }
    for (at, _) in range.match_indices('-') {
        let (from, to) = (range[..at].trim(), range[at + 1..].trim());
        // 2011-13 is a wrong month, not a range. 2012/11/14-15 is a range, because its parts have another separator.
        let has_other_sign = !from.contains('-') && from.contains(['/', '.', '年']);
        let is_range = match (from.is_empty(), to.is_empty()) {
            (true, _) => single(to).is_some(),
            (_, true) => single(from).is_some(),
            _ => has_other_sign || single(to).is_some(),
        };
        if let Some(found) = ends(from, to).filter(|_| is_range) {
            return found.map_err(|problem| problem.replace("{}", text));
        }
    }
    Err(wrong(text))
}

/// Words for halves of a year, a fiscal year or a month; `true` for the second half.
const HALVES: &[(&str, bool)] = &[
    ("上半期", false),
    ("上期", false),
    ("前半", false),
    ("前期", false),
    ("下半期", true),
    ("下期", true),
    ("後半", true),
    ("後期", true),
];

/// Parses a half: six months (2017年上半期, 2017年度下期), or the days to the 15th or from the 16th (2017年6月の前半).
fn half(text: &str) -> Option<DateInterval> {
    let (rest, second) = HALVES.iter().find_map(|(word, second)| Some((text.strip_suffix(word)?, *second)))?;
    let Single { days, precision, .. } = single(rest.trim_end().trim_end_matches('の'))?;
    let CivilDate { year, month, .. } = days.start;
    let (last, first) = match precision {
        Precision::Year => (CivilDate::new(year, 6, 30), CivilDate::new(year, 7, 1)),
        Precision::FiscalYear => (CivilDate::new(year, 9, 30), CivilDate::new(year, 10, 1)),
        Precision::Month => (CivilDate::new(year, month, 15), CivilDate::new(year, month, 16)),
        Precision::Quarter | Precision::Day => return None,
    };
    Some(if second {
        DateInterval { start: first, end: days.end }
    } else {
        DateInterval { start: days.start, end: last }
    })
}

/// Parses one date with its precision.
///
/// # Errors
/// Returns a sentence that lists the accepted notations.
pub fn parse_single(text: &str) -> Result<(DateInterval, Precision), String> {
    single(plain(text).trim()).map(|found| (found.days, found.precision)).ok_or_else(|| wrong(text))
}

/// Returns the precision of the ends of a range: whole years, whole fiscal years, whole months, or days.
pub fn precision_of(range: DateInterval) -> Precision {
    let DateInterval { start, end } = range;
    let is_last = calendar::last_day(end.year, end.month) == Some(end.day);
    match (start.month, start.day, end.month, is_last) {
        (1, 1, 12, true) => Precision::Year,
        (4, 1, 3, true) => Precision::FiscalYear,
        (_, 1, _, true) => Precision::Month,
        _ => Precision::Day,
    }
}

fn wrong(text: &str) -> String {
    format!(
        "'{text}' is no valid date; write 2011, 2011-06, 2011/6/9, H23, 平成23年, 平成23年度, a range such as 2007..2012 or \
         平成19年～24年, or an open range such as ..2010, 2015.., 2015年以前, 2011年6月以降"
    )
}

/// Returns the half-width form, with one kind of dash and one kind of tilde.
fn plain(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '〜' | '～' | '∼' => '~',
            '−' | '‐' | '–' | '－' => '-',
            c if c.is_whitespace() => ' ',
            c => half_width(c),
        })
        .collect()
}

/// Parses both ends of a range; `None` if an end is no date. The error of a reversed range has `{}` in place of the
/// text.
fn ends(from: &str, to: &str) -> Option<Result<DateInterval, String>> {
    if from.is_empty() && to.is_empty() {
        return None;
    }
    let first = if from.is_empty() { None } else { Some(single(from)?) };
    let last = match (&first, to.is_empty()) {
        (_, true) => None,
        // The first end supplies the parts that the second leaves out: 平成19年~24年, 2011/4~6.
        (Some(first), false) => Some(single(to).or_else(|| rest_of(first, to)).or_else(|| in_words(from, to))?),
        (None, false) => Some(single(to)?),
    };
    let days = DateInterval {
        start: first.map_or(FIRST, |found| found.days.start),
        end: last.map_or(LAST, |found| found.days.end),
    };
    Some(if days.start > days.end { Err("'{}' ends before it begins".to_owned()) } else { Ok(days) })
}

/// Reads the second end from a text with both ends, because the first end supplies its missing parts.
fn in_words(from: &str, to: &str) -> Option<Single> {
    let both = format!("{from}~{to}");
    let (days, precision) = of_mention(&both)?;
    Some(Single { days: DateInterval { start: days.end, end: days.end }, precision, era: None, parts: 0 })
}

/// A parsed date.
#[derive(Clone, Copy, Debug)]
struct Single {
    days: DateInterval,
    precision: Precision,
    /// Gregorian year before year 1 of its era; `None` for a date without an era.
    era: Option<i16>,
    /// Number of its parts: 1 for a year, 2 with a month, 3 with a day.
    parts: usize,
}

/// Parses one date in figures or in words.
fn single(text: &str) -> Option<Single> {
    if text.is_empty() {
        return None;
    }
    by_numbers(text).or_else(|| {
        let (days, precision) = of_mention(text)?;
        let era = text.chars().next().filter(|c| !c.is_ascii_digit()).and_then(|_| {
            let chars: Vec<char> = text.chars().collect();
            let (era, _) = Reader { chars: &chars }.era(0)?;
            Some(calendar::gregorian(era, 1)? - 1)
        });
        let parts = match precision {
            Precision::Year | Precision::FiscalYear | Precision::Quarter => 1,
            Precision::Month => 2,
            Precision::Day => 3,
        };
        Some(Single { days, precision, era, parts })
    })
}

/// Reads a text that consists of one date expression.
fn of_mention(text: &str) -> Option<(DateInterval, Precision)> {
    let found = mentions(text, &mut Context::default());
    let [only] = found.as_slice() else { return None };
    let whole = only.span.start == 0 && only.span.end == text.chars().count();
    only.interval.filter(|_| whole).map(|interval| (interval, only.precision))
}

/// Parses a date in figures: 2011, 2011-06, 2011/6/9, 2011.6, 20110609, H23, R3.4.1, 令和3, FY2011, H23年度.
fn by_numbers(text: &str) -> Option<Single> {
    let (text, fiscal) =
        match text.strip_suffix("年度").or_else(|| text.strip_suffix("FY")).or_else(|| text.strip_suffix("fy")) {
            Some(rest) => (rest, true),
            None => match text.strip_prefix("FY").or_else(|| text.strip_prefix("fy")) {
                Some(rest) => (rest, true),
                None => (text.strip_suffix('年').unwrap_or(text), false),
            },
        };
    let chars: Vec<char> = text.trim().chars().collect();
    let era = match (Reader { chars: &chars }).era(0) {
        Some(found) => Some(found),
        None => {
            chars.first().and_then(|letter| calendar::era_of_letter(letter.to_ascii_uppercase())).map(|era| (era, 1))
        }
    };
    let begin = era.map_or(0, |(_, length)| length);
    let digits: String = chars[begin..].iter().collect();
    // H.23 is a date. Without an era, a leading dot belongs to a range.
    let digits = if era.is_some() { digits.trim_start_matches(['.', ' ']) } else { &digits };
    let digits = if digits == "元" && era.is_some() { "1" } else { digits };
    let separator = digits.chars().find(|c| !c.is_ascii_digit());
    let written: Vec<&str> = match separator {
        None if era.is_none() && matches!(digits.len(), 6 | 8) => {
            let mut parts = vec![&digits[..4], &digits[4..6]];
            parts.extend((digits.len() == 8).then(|| &digits[6..]));
            parts
        }
        None => vec![digits],
        Some(separator @ ('-' | '/' | '.')) => digits.split(separator).map(str::trim).collect(),
        Some(_) => return None,
    };
    let is_number = |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if !written.iter().all(is_number) || written[1..].iter().any(|part| part.len() > 2) {
        return None;
    }
    let numbers: Vec<i16> = written.iter().map(|part| part.parse().ok()).collect::<Option<_>>()?;
    let (year, first) = match era {
        Some((era, _)) => (calendar::gregorian(era, numbers[0])?, Some((era, calendar::gregorian(era, 1)? - 1))),
        None if written[0].len() == 4 && numbers[0] > 0 => (numbers[0], None),
        // FY14
        None if fiscal && written[0].len() == 2 && written.len() == 1 => {
            (numbers[0] + if numbers[0] < 70 { 2000 } else { 1900 }, None)
        }
        None => return None,
    };
    let (days, precision) = match (numbers.as_slice(), fiscal, first) {
        ([_], true, _) => (calendar::fiscal_year(year), Precision::FiscalYear),
        ([_], false, Some((era, _))) => (calendar::era_year(era, year), Precision::Year),
        _ => of_numbers(year, &numbers[1..]).filter(|_| !fiscal)?,
    };
    Some(Single { days, precision, era: first.map(|(_, first)| first), parts: numbers.len() })
}

/// Returns the days of a year, a month or a day; `rest` holds the month and the day, if given.
fn of_numbers(year: i16, rest: &[i16]) -> Option<(DateInterval, Precision)> {
    let small = |number: i16| i8::try_from(number).ok();
    match *rest {
        [] => Some((calendar::year(year), Precision::Year)),
        [month] => calendar::month(year, small(month)?).map(|month| (month, Precision::Month)),
        [month, day] => calendar::day(year, small(month)?, small(day)?).map(|day| (day, Precision::Day)),
        _ => None,
    }
}

/// Parses the second end of a range. Its numbers are the last parts of the date; the first end supplies the others.
fn rest_of(first: &Single, to: &str) -> Option<Single> {
    let fiscal = first.precision == Precision::FiscalYear;
    let unit = match first.parts {
        _ if fiscal => "年度",
        3 => "日",
        2 => "月",
        _ => "年",
    };
    let to = to.strip_suffix(unit).unwrap_or(to);
    let number = |part: &str| part.trim().parse().ok().filter(|number| *number > 0);
    let numbers: Vec<i16> = to.split(['-', '/', '.', '月']).map(number).collect::<Option<_>>()?;
    if numbers.len() > first.parts || first.parts == 0 {
        return None;
    }
    let start = first.days.start;
    let mut parts = [start.year, i16::from(start.month), i16::from(start.day)];
    let from = first.parts - numbers.len();
    parts[from..first.parts].copy_from_slice(&numbers);
    if from == 0 {
        parts[0] = match first.era {
            Some(era) => era.checked_add(numbers[0])?,
            // 2007~12
            None if numbers[0] < 100 => start.year - start.year % 100 + numbers[0],
            None => return None,
        };
    }
    let (days, precision) = if fiscal {
        (calendar::fiscal_year(parts[0]), first.precision)
    } else {
        of_numbers(parts[0], &parts[1..first.parts])?
    };
    Some(Single { days, precision, ..*first })
}

#[cfg(test)]
mod tests {
    use super::parse_range;

    fn days(text: &str) -> String {
        parse_range(text).map_or_else(|_| "none".to_owned(), |days| format!("{}..{}", days.start, days.end))
    }

    #[test]
    fn dates_are_read_in_every_usual_writing() {
        let cases = [
            ("2011", "2011-01-01..2011-12-31"),
            ("２０１１", "2011-01-01..2011-12-31"),
            ("2011年", "2011-01-01..2011-12-31"),
            ("2011-06", "2011-06-01..2011-06-30"),
            ("2011/06", "2011-06-01..2011-06-30"),
            ("2011.6", "2011-06-01..2011-06-30"),
            ("2011/6/9", "2011-06-09..2011-06-09"),
            ("2011.06.09", "2011-06-09..2011-06-09"),
            ("2011年6月9日", "2011-06-09..2011-06-09"),
            ("20110609", "2011-06-09..2011-06-09"),
            ("201106", "2011-06-01..2011-06-30"),
            ("H23", "2011-01-01..2011-12-31"),
            ("Ｈ２３", "2011-01-01..2011-12-31"),
            ("h23.6", "2011-06-01..2011-06-30"),
            ("H23/6/9", "2011-06-09..2011-06-09"),
            ("H23年度", "2011-04-01..2012-03-31"),
            ("R3", "2021-01-01..2021-12-31"),
            ("令和3", "2021-01-01..2021-12-31"),
            ("令和3年度", "2021-04-01..2022-03-31"),
            ("令和元年", "2019-05-01..2019-12-31"),
            ("平成31年", "2019-01-01..2019-04-30"),
            ("平成二十三年六月", "2011-06-01..2011-06-30"),
            ("2011年度", "2011-04-01..2012-03-31"),
            ("FY2011", "2011-04-01..2012-03-31"),
            ("2007..2012", "2007-01-01..2012-12-31"),
            ("2007-2012", "2007-01-01..2012-12-31"),
            ("2007～2012", "2007-01-01..2012-12-31"),
            ("2007〜2012年", "2007-01-01..2012-12-31"),
            ("2007 - 2012", "2007-01-01..2012-12-31"),
            ("2007–2012", "2007-01-01..2012-12-31"),
            ("2007～12", "2007-01-01..2012-12-31"),
            ("2007年から2012年まで", "2007-01-01..2012-12-31"),
            ("from 2007 to 2012", "2007-01-01..2012-12-31"),
            ("平成19年～24年", "2007-01-01..2012-12-31"),
            ("平成19年〜平成24年", "2007-01-01..2012-12-31"),
            ("平成19～24年", "2007-01-01..2012-12-31"),
            ("平成19年度～24年度", "2007-04-01..2013-03-31"),
            ("H19-H24", "2007-01-01..2012-12-31"),
            ("H19～24", "2007-01-01..2012-12-31"),
            ("2011年4月～6月", "2011-04-01..2011-06-30"),
            ("2011/4～6", "2011-04-01..2011-06-30"),
            ("2011/4/1-2011/6/30", "2011-04-01..2011-06-30"),
            ("2011-04-01..2011-06-30", "2011-04-01..2011-06-30"),
            ("2017-10-10..11", "2017-10-10..2017-10-11"),
            ("平成29年10月10日～11日", "2017-10-10..2017-10-11"),
            ("2015年以前", "0001-01-01..2015-12-31"),
            ("2015以前", "0001-01-01..2015-12-31"),
            ("平成22年まで", "0001-01-01..2010-12-31"),
            ("2015年より前", "0001-01-01..2014-12-31"),
            ("2015年より後", "2016-01-01..9999-12-31"),
            ("2011年6月以降", "2011-06-01..9999-12-31"),
            ("2012/11/14-15", "2012-11-14..2012-11-15"),
            ("2016/4-7", "2016-04-01..2016-07-31"),
            ("平成19年-24年", "2007-01-01..2012-12-31"),
            ("FY14", "2014-04-01..2015-03-31"),
            ("2015-", "2015-01-01..9999-12-31"),
            ("-2011", "0001-01-01..2011-12-31"),
            ("2017年上半期", "2017-01-01..2017-06-30"),
            ("２０１７年後半", "2017-07-01..2017-12-31"),
            ("平成29年度の下期", "2017-10-01..2018-03-31"),
            ("2017年6月前半", "2017-06-01..2017-06-15"),
            ("2015年度以降", "2015-04-01..9999-12-31"),
            ("2015年から", "2015-01-01..9999-12-31"),
            ("since 2015", "2015-01-01..9999-12-31"),
            ("until H22", "0001-01-01..2010-12-31"),
            ("2015～", "2015-01-01..9999-12-31"),
            ("～2010", "0001-01-01..2010-12-31"),
            ("2015..", "2015-01-01..9999-12-31"),
            ("..2010", "0001-01-01..2010-12-31"),
            ("2010年代", "2010-01-01..2019-12-31"),
        ];
        for (text, expected) in cases {
            assert_eq!(days(text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_date_is_refused() {
        for text in [
            "",
            "..",
            "～",
            "2012..2007",
            "2011-13",
            "2011/2/30",
            "平成0年",
            "H0",
            "昨日",
            "2011年と2012年",
            "99",
            "2011-6-9-1",
            "x",
            "20111399",
        ] {
            assert_eq!(days(text), "none", "{text}");
        }
        let backwards = parse_range("2012～2007").err().unwrap_or_default();
        assert!(backwards.contains("'2012～2007' ends before it begins"), "{backwards}");
    }
}
