//! Keys of dates: index terms by which a date in a query matches a date in a text.

use super::calendar::broken_years;
use crate::document::{CivilDate, DateInterval, DateMention, DateSource, Precision};

/// Returns the keys under which a query finds a date: its day, month, year and fiscal year, down to its precision.
pub fn date_keys(mention: &DateMention) -> Vec<String> {
    let Some(DateInterval { start, end }) = mention.interval.filter(|_| mention.source == DateSource::Stated) else {
        return Vec::new();
    };
    let mut keys = Vec::new();
    if mention.precision == Precision::FiscalYear || (start.month, start.day, end.month, end.day) == (4, 1, 3, 31) {
        keys.push(format!("F{}", start.year));
        return keys;
    }
    // 2000年代 does not name 2005.
    if !mention.surface.contains("年代") {
        keys.extend((start.year..=end.year.min(start.year + 30)).map(|year| format!("Y{year}")));
    }
    for (name, days) in broken_years() {
        if days.start <= start && end <= days.end {
            keys.push(format!("E{name}"));
        }
    }
    let months = (i32::from(end.year) - i32::from(start.year)) * 12 + i32::from(end.month) - i32::from(start.month);
    let exact = matches!(mention.precision, Precision::Day | Precision::Month);
    if exact && months <= 36 {
        for month in 0..=months {
            let at = i32::from(start.month) - 1 + month;
            keys.push(format!("{}-{:02}", i32::from(start.year) + at / 12, at % 12 + 1));
        }
    }
    if mention.precision == Precision::Day && months == 0 {
        for day in start.day..=end.day {
            keys.push(CivilDate::new(start.year, start.month, day).to_string());
        }
    } else if mention.precision == Precision::Day {
        keys.push(start.to_string());
        keys.push(end.to_string());
    }
    keys
}

/// Returns the key of a date in a query; `None` if the date is no single day, month, year or fiscal year.
///
/// A passage holds the date where this key is among the [`date_keys`] of one of its dates.
///
/// | in a query | key |
/// |---|---|
/// | 2013年5月10日 | `2013-05-10` |
/// | 平成25年5月 | `2013-05` |
/// | 2013年 | `Y2013` |
/// | 平成25年度 | `F2013` |
/// | 平成31年 (January to April 2019) | `E平成31` |
///
/// # Examples
/// ```
/// use fumikura::metadata::date::{Context, date_keys, mentions, query_date_key};
///
/// let read = |text| mentions(text, &mut Context::default()).remove(0);
/// assert_eq!(query_date_key(&read("平成25年5月")).as_deref(), Some("2013-05"));
/// assert!(date_keys(&read("2013年5月10日")).contains(&"2013-05".to_owned()));
/// assert_eq!(query_date_key(&read("昭和元年")).as_deref(), Some("E昭和1"));
/// ```
pub fn query_date_key(mention: &DateMention) -> Option<String> {
    let DateInterval { start, end } = mention.interval.filter(|_| mention.source == DateSource::Stated)?;
    if let Some((name, _)) = broken_years().iter().find(|(_, days)| *days == DateInterval { start, end }) {
        return Some(format!("E{name}"));
    }
    match mention.precision {
        Precision::FiscalYear => Some(format!("F{}", start.year)),
        Precision::Year if start.year == end.year => Some(format!("Y{}", start.year)),
        Precision::Month
            if (start.year, start.month, start.day) == (end.year, end.month, 1)
                || start.month == end.month && start.day == 1 =>
        {
            Some(format!("{}-{:02}", start.year, start.month))
        }
        Precision::Day if start == end => Some(start.to_string()),
        _ => None,
    }
}
