//! When two dates of one meeting contradict each other.

use jiff::civil::Date;

/// Returns the first and last day of a date as meetings tell it (`2012-11`, `2012-11-14/2012-11-15`, `2008年度`), as
/// texts that sort.
pub(super) fn bounds(date: &str) -> (String, String) {
    if let Some(year) = date.strip_suffix("年度") {
        let next = year.parse::<u32>().map_or_else(|_| year.to_owned(), |year| (year + 1).to_string());
        return (format!("{year}-04-01"), format!("{next}-03-31"));
    }
    let (from, to) = date.split_once('/').unwrap_or((date, date));
    let first = first_day(from);
    let last = match to.len() {
        4 => format!("{to}-12-31"),
        7 => format!("{to}-{:02}", days_in_month(to).unwrap_or(31)),
        _ => to.to_owned(),
    };
    (first, last)
}

/// Returns the first day of a year, a month or a day, as a text.
pub(super) fn first_day(date: &str) -> String {
    match date.len() {
        4 => format!("{date}-01-01"),
        7 => format!("{date}-01"),
        _ => date.to_owned(),
    }
}

/// Returns the number of days of a month (`2012-11`).
fn days_in_month(month: &str) -> Option<i8> {
    let (year, month) = month.split_once('-')?;
    Date::new(year.parse().ok()?, month.parse().ok()?, 1).ok().map(Date::days_in_month)
}

/// True where two dates can be of one meeting: their bounds share a day.
pub(super) fn share_day(a: &(String, String), b: &(String, String)) -> bool {
    a.0 <= b.1 && b.0 <= a.1
}

#[cfg(test)]
mod tests {
    use super::{bounds, share_day};

    #[test]
    fn dates_of_other_exactness_agree_where_they_share_a_day() {
        let agree = |a: &str, b: &str| share_day(&bounds(a), &bounds(b));
        assert!(
            agree("2012", "2012-11-14/2012-11-15")
                && agree("2012-11", "2012年度")
                && agree("2008-07/2008-08", "2008-08-12")
        );
        assert!(!agree("2008-07", "2009-07") && !agree("2012-11-14", "2012-11-16"));
        assert_eq!(bounds("2012-02").1, "2012-02-29");
        assert_eq!(bounds("2008-08/2008-09").1, "2008-09-30");
        assert_eq!(bounds("2008年度"), ("2008-04-01".to_owned(), "2009-03-31".to_owned()));
    }
}
