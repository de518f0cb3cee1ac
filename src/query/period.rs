//! Times that are typed as plain words: 2013年, 平成20年版, 20年度, FY2014, 2010～2012年, 2013年以降, 2013年上半期.

use super::ast::{Field, Form, Leaf};
use crate::document::{CivilDate, DateInterval, Precision};
use crate::metadata::date::{parse_range, parse_single};
use crate::script::{half_width_letters, is_kanji, is_numeral};

/// Years that four digits may mean: from 明治元年 on.
const YEARS: std::ops::RangeInclusive<i16> = 1868..=2099;
/// Eras that a year without one may be of, the latest first.
const ERAS: [&str; 3] = ["令和", "平成", "昭和"];
/// Words behind a time that make it less exact, or its end: 2013年頃, 2013年度末.
const ABOUT: [&str; 9] = ["頃", "ごろ", "ころ", "前後", "版", "末", "現在", "時点", "当時"];
/// Particles behind a time, the longer ones first: 2013年における, 2030年までに. から and まで are ends of a range.
const PARTICLES: [&str; 12] =
    ["における", "において", "に関する", "までに", "には", "での", "では", "の", "に", "で", "は", "、"];
/// Units of quantities, before which four digits are a number. 課題 or 都市 may follow a year too: 2013 課題.
const UNITS: &str =
    "Hz kHz MHz GHz THz km MB GB % 人 万人 名 世帯 件 社 台 局 倍 円 万円 億円 兆円 ドル トン キロ メートル";
/// Months of the shortest time that counts: a half year. A month or a day is searched as a word.
const LEAST_MONTHS: i16 = 6;

/// Returns the days of a time that is typed as a plain word, a year or a half of one, several years, or all before or
/// since; empty for any other leaf. 20年度 may be a year of several eras.
pub(crate) fn days_of(leaf: &Leaf) -> Vec<DateInterval> {
    if leaf.form == Form::Word && leaf.field == Field::Any { days_in(&leaf.text) } else { Vec::new() }
}

/// As [`days_of`], for a text.
pub(super) fn days_in(typed: &str) -> Vec<DateInterval> {
    if !typed.chars().any(|c| is_numeral(c) || c == '元') {
        return Vec::new();
    }
    let half = half_width_letters(typed);
    let text = half.trim();
    // 2013年までに is 2013年まで with a particle.
    let particle = |word: &&str| text.strip_suffix(*word).map(|rest| (rest, word.starts_with("まで")));
    let (text, until) = match text.ends_with("まで") {
        true => (text, false),
        false => PARTICLES.iter().find_map(particle).unwrap_or((text, false)),
    };
    if let Some(days) = days_of_parts(text) {
        return days;
    }
    let text = text.strip_prefix("西暦").unwrap_or(text);
    let text = ABOUT.iter().find_map(|word| text.strip_suffix(word)).unwrap_or(text);
    let digits = text.trim_end_matches("年度").trim_end_matches('年');
    if !digits.is_empty() && digits.len() <= 2 && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        // 20年 may be a duration; an edition or a fiscal year is a year of an era that is left out.
        let is_named = half.ends_with('版') || text.ends_with('度');
        let of_era = |era: &&str| parse_single(&format!("{era}{text}")).ok().map(|(days, _)| days);
        let next = this_year() + 1;
        let known = |days: &DateInterval| days.start.year <= next;
        return if is_named { ERAS.iter().filter_map(of_era).filter(known).collect() } else { Vec::new() };
    }
    let is_year = |digits: &str| digits.len() == 4 && digits.parse().is_ok_and(|year: i16| YEARS.contains(&year));
    let is_marked = text.contains('年')
        || text.to_ascii_uppercase().starts_with("FY")
        || text.split(|c: char| !c.is_ascii_digit()).filter(|digits| !digits.is_empty()).all(is_year)
            && text.chars().any(|c| c.is_ascii_digit());
    let months = |days: &DateInterval| {
        (days.end.year - days.start.year) * 12 + i16::from(days.end.month) - i16::from(days.start.month) + 1
    };
    let range = if until { parse_range(&format!("{text}まで")) } else { parse_range(text) };
    range.into_iter().filter(|days| is_marked && months(days) >= LEAST_MONTHS).collect()
}

/// Returns the days of several times in one word, 2013年、2014年; `None` where it is no such list.
fn days_of_parts(text: &str) -> Option<Vec<DateInterval>> {
    let parts: Vec<&str> = text.split(['、', '・', ',', '､', '･']).collect();
    if parts.len() < 2 {
        return None;
    }
    let days: Vec<Vec<DateInterval>> = parts.into_iter().map(days_in).collect();
    days.iter().all(|days| !days.is_empty()).then(|| days.concat())
}

/// Returns the year of today. 20年度 is none of an era whose twentieth year is to come.
fn this_year() -> i16 {
    const SECONDS: u64 = 31_556_952;
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    i16::try_from(1970 + since.as_secs() / SECONDS).unwrap_or(i16::MAX)
}

/// True for one year by itself, which the words of a text may name: 2013年, FY2014, and no 2013年頃 or 2013年以降.
pub(crate) fn is_one_year(leaf: &Leaf) -> bool {
    matches!(parse_single(&half_width_letters(&leaf.text)), Ok((_, Precision::Year | Precision::FiscalYear)))
}

/// True for a time without 年 that stands before a unit, and so is a number: 1900-2000 MHz, 2000 世帯.
pub(super) fn is_number_of(leaf: &Leaf, unit: &str) -> bool {
    let is_bare = leaf.text.chars().all(|c| !is_kanji(c) && !c.is_alphabetic());
    let unit = half_width_letters(unit);
    is_bare && UNITS.split(' ').any(|known| known == unit)
}

/// True where a word and the words behind it, written apart, are one year or the number of one meeting or article:
/// `2013 年`, `平成 25 年度`, `FY 2014`, `第 6 回`.
pub(super) fn is_one_apart(words: &[&str]) -> bool {
    if let ["第", number, counter] = words {
        return number.chars().all(is_numeral) && counter.starts_with(['回', '条', '次', '期']);
    }
    let follows = |pair: &[&str]| pair[1].starts_with('年') || !pair[0].ends_with(|c: char| c.is_numeric());
    words.windows(2).all(follows)
        && matches!(
            parse_single(words.concat().trim_end_matches('版')),
            Ok((_, Precision::Year | Precision::FiscalYear))
        )
}

/// Returns the year that a letter and a number may mean, which are searched as a word: H25 and R5.
pub(crate) fn lettered(leaf: &Leaf) -> Option<i16> {
    let text = half_width_letters(&leaf.text);
    let number = text.strip_prefix(['H', 'R'])?;
    let is_number = number.bytes().all(|byte| byte.is_ascii_digit()) && (number.len() == 2 || text.starts_with('R'));
    let (days, _) = parse_single(&text).ok().filter(|_| is_number && leaf.form == Form::Word)?;
    Some(days.start.year)
}

/// Writes days as the value of `date:`, open where they have no first or last day.
pub(crate) fn as_value(days: &DateInterval) -> String {
    let end = |day: CivilDate, open: bool| if open { String::new() } else { day.to_string() };
    format!("{}..{}", end(days.start, days.start.year <= 1), end(days.end, days.end.year >= 9999))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn days(text: &str) -> Vec<String> {
        days_in(text).iter().map(as_value).collect()
    }

    #[test]
    fn years_ranges_and_halves_are_times_and_months_and_numbers_are_not() {
        for (text, wanted) in [
            ("2013年", "2013-01-01..2013-12-31"),
            ("２０１３年頃", "2013-01-01..2013-12-31"),
            ("平成20年版", "2008-01-01..2008-12-31"),
            ("FY2014", "2014-04-01..2015-03-31"),
            ("H25年度", "2013-04-01..2014-03-31"),
            ("2010-2012", "2010-01-01..2012-12-31"),
            ("2010～2012年", "2010-01-01..2012-12-31"),
            ("平成19年から24年まで", "2007-01-01..2012-12-31"),
            ("2013年以降", "2013-01-01.."),
            ("2013年から", "2013-01-01.."),
            ("2013年～", "2013-01-01.."),
            ("2013年度まで", "..2014-03-31"),
            ("2013年上半期", "2013-01-01..2013-06-30"),
            ("2013年における", "2013-01-01..2013-12-31"),
            ("2013年度末の", "2013-04-01..2014-03-31"),
            ("2030年までに", "..2030-12-31"),
            ("西暦2013年", "2013-01-01..2013-12-31"),
            ("平成二十五年", "2013-01-01..2013-12-31"),
            ("二〇一三年の", "2013-01-01..2013-12-31"),
        ] {
            assert_eq!(days(text), [wanted], "{text}");
        }
        assert_eq!(days("20年度"), ["2008-04-01..2009-03-31", "1945-04-01..1946-03-31"]);
        assert_eq!(days("2013年、2015年"), ["2013-01-01..2013-12-31", "2015-01-01..2015-12-31"]);
        for text in
            ["2013年5月", "2013年5月～6月", "20年", "5G", "1000-1200", "H25", "年", "十年", "第6回", "2013年報", "二の"]
        {
            assert_eq!(days(text), [""; 0], "{text}");
        }
    }

    #[test]
    fn a_letter_with_a_number_is_told_and_a_product_is_not() {
        let year = |text: &str| lettered(&Leaf { text: text.to_owned(), ..Leaf::default() });
        assert_eq!((year("H25"), year("R5"), year("Ｈ２５")), (Some(2013), Some(2023), Some(2013)));
        assert_eq!((year("S3"), year("H3"), year("H264"), year("R5年")), (None, None, None, None));
    }
}
