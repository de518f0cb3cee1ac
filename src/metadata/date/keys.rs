//! Keys of dates: index terms by which a date in a query matches a date in a text.

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
    for year in start.year..=end.year.min(start.year + 30) {
        keys.push(format!("Y{year}"));
    }
    for (name, from, to) in ERA_YEARS {
        if *from <= start && end <= *to {
            keys.push((*name).to_owned());
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

/// Years of eras that are shorter than a calendar year: key, first day, last day.
const ERA_YEARS: &[(&str, CivilDate, CivilDate)] = &[
    ("E平成31", CivilDate::new(2019, 1, 1), CivilDate::new(2019, 4, 30)),
    ("E令和1", CivilDate::new(2019, 5, 1), CivilDate::new(2019, 12, 31)),
    ("E昭和64", CivilDate::new(1989, 1, 1), CivilDate::new(1989, 1, 7)),
    ("E平成1", CivilDate::new(1989, 1, 8), CivilDate::new(1989, 12, 31)),
];

/// Returns the key of a date in a query; `None` if the date is no single day, month, year or fiscal year.
pub fn query_date_key(mention: &DateMention) -> Option<String> {
    let DateInterval { start, end } = mention.interval.filter(|_| mention.source == DateSource::Stated)?;
    if let Some((name, ..)) = ERA_YEARS.iter().find(|(_, from, to)| (*from, *to) == (start, end)) {
        return Some((*name).to_owned());
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
