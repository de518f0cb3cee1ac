//! Resolves expressions to days, by the date of the document and the date last named.

use super::calendar::{self, EraId};
use super::terms::{Expression, Month, Part, Point, Year};
use crate::document::{CivilDate, DateInterval, DateSource, Precision};

/// Known dates by which an expression is resolved.
#[derive(Clone, Copy, Debug, Default)]
pub struct Context {
    /// Date of the document; the base of relative dates and of dates without a year.
    pub document: Option<CivilDate>,
    /// First day of the date last named.
    last: Option<CivilDate>,
    /// The date last named is a fiscal year.
    last_fiscal: bool,
    /// Era of the date last named.
    last_era: Option<EraId>,
}

impl Context {
    /// Makes the context of a document with a date.
    pub fn of(document: Option<CivilDate>) -> Self {
        Self { document, ..Self::default() }
    }
}

/// Days of an expression.
pub(super) struct Resolved {
    pub interval: Option<DateInterval>,
    pub precision: Precision,
    pub source: DateSource,
}

/// Days of one point, with the source of its year.
struct Days {
    interval: DateInterval,
    source: DateSource,
}

/// Resolves an expression and updates `context`; `None` if the expression is no date.
pub(super) fn resolve(expression: &Expression, context: &mut Context) -> Option<Resolved> {
    let first = &expression.first;
    if matches!(first.year, Some(Year::Elided(_))) && !elided_is_likely(expression, context) {
        return None;
    }
    let precision = precision(expression.last.as_ref().unwrap_or(first)).min(precision(first));
    let Some(start) = days(first, context, None) else {
        return impossible_or_unknown(first, expression, precision);
    };
    remember(first, &start, context);
    let mut resolved = Resolved { interval: Some(start.interval), precision, source: start.source };
    if let Some(last) = &expression.last {
        let end = days(last, context, Some(&start)).filter(|end| end.interval.end >= start.interval.start)?;
        // The context keeps the start of the range as the date last named.
        context.last_fiscal = last.fiscal;
        resolved.interval = Some(DateInterval { start: start.interval.start, end: end.interval.end });
    }
    Some(resolved)
}

/// Handles a point without days: a date with an unknown year has no interval; a day that no year has is no date.
fn impossible_or_unknown(first: &Point, expression: &Expression, precision: Precision) -> Option<Resolved> {
    if matches!(first.year, Some(Year::Known { .. })) {
        return None;
    }
    if let (Some(Month::Number(month)), Some(Part::Day(day))) = (first.month, first.part) {
        // 2000 is a leap year, so each month has its greatest length.
        calendar::day(2000, month, day)?;
    }
    let source =
        if first.year.is_some() || !matches!(first.month, Some(Month::Number(_))) || expression.first.month.is_none() {
            DateSource::Relative
        } else {
            DateSource::Inferred
        };
    Some(Resolved { interval: None, precision, source })
}

/// True if 7年 is probably a year of an era. The year must be within 15 years of the known date, and a fiscal year, a
/// month, a range or an era named before must support it.
fn elided_is_likely(expression: &Expression, context: &Context) -> bool {
    let Some(Year::Elided(number)) = expression.first.year else { return true };
    let Some(era) = context.last_era.or_else(|| context.document.and_then(|date| calendar::era_in(date.year))) else {
        return false;
    };
    let Some(year) = calendar::gregorian(era, number) else { return false };
    let near = context.last.or(context.document).is_none_or(|date| (date.year - year).abs() <= 15);
    let first = &expression.first;
    let dated = first.fiscal || (first.month.is_some() && number <= 64) || expression.last.is_some();
    near && (dated || context.last_era.is_some())
}

fn precision(point: &Point) -> Precision {
    match (point.part, point.month, point.fiscal) {
        (Some(Part::Day(_) | Part::RelativeDay(_)), ..) => Precision::Day,
        (Some(Part::Third(_)), ..) | (_, Some(_), _) => Precision::Month,
        (Some(Part::Quarter(_) | Part::Season(_) | Part::Half(_)), ..) => Precision::Quarter,
        (.., true) => Precision::FiscalYear,
        _ => Precision::Year,
    }
}

fn remember(point: &Point, days: &Days, context: &mut Context) {
    context.last = Some(days.interval.start);
    context.last_fiscal = point.fiscal;
    if let Some(Year::Known { era, .. }) = point.year {
        context.last_era = era.or(if context.last_era.is_some() && era.is_none() { None } else { context.last_era });
    }
}

/// Resolves a point. `start` is the start of its range and supplies the parts that the end leaves out.
fn days(point: &Point, context: &Context, start: Option<&Days>) -> Option<Days> {
    if let Some(Part::RelativeDay(days)) = point.part {
        let day = calendar::shifted(context.document?, days)?;
        return Some(Days { interval: DateInterval { start: day, end: day }, source: DateSource::Relative });
    }
    let (month, month_year, relative_month) = month_of(point, context, start)?;
    let (year, source) = match month_year {
        Some(year) => (
            year,
            if relative_month {
                DateSource::Relative
            } else {
                start.map_or(DateSource::Inferred, |start| start.source)
            },
        ),
        None => year_of(point, month, context, start)?,
    };
    let interval = interval(point, year, month)?;
    let interval = match point.year {
        Some(Year::Known { era: Some(era), year })
            if point.month.is_none() && point.part.is_none() && !point.fiscal =>
        {
            let whole = calendar::era_year(era, year);
            DateInterval { start: whole.start.max(interval.start), end: whole.end.min(interval.end) }
        }
        _ => interval,
    };
    Some(Days { interval, source })
}

/// Returns the month, the year if the month determines it, and whether the month is relative to another month.
fn month_of(point: &Point, context: &Context, start: Option<&Days>) -> Option<(Option<i8>, Option<i16>, bool)> {
    let near = |base: CivilDate, by: i8| {
        let months = i32::from(base.year) * 12 + i32::from(base.month) - 1 + i32::from(by);
        ((months.rem_euclid(12) + 1) as i8, (months.div_euclid(12)) as i16)
    };
    Some(match point.month {
        Some(Month::Number(month)) => (Some(month), None, false),
        Some(Month::OfDocument(by)) => {
            let (month, year) = near(context.document?, by);
            (Some(month), Some(year), true)
        }
        Some(Month::OfLast(by)) => {
            let (month, year) = near(context.last.or(context.document)?, by);
            (Some(month), Some(year), start.is_none())
        }
        // A day alone ends a range in the month of its start.
        None if point.day().is_some() => {
            let base = start?.interval.start;
            (Some(base.month), Some(base.year), false)
        }
        None => (None, None, false),
    })
}

fn year_of(point: &Point, month: Option<i8>, context: &Context, start: Option<&Days>) -> Option<(i16, DateSource)> {
    match point.year {
        Some(Year::Known { year, .. }) => Some((year, DateSource::Stated)),
        Some(Year::Elided(number)) => {
            let base = context.last.or(context.document)?;
            let era = context.last_era.or_else(|| calendar::era_in(base.year))?;
            calendar::gregorian(era, number).map(|year| (year, DateSource::Stated))
        }
        Some(Year::OfDocument(by)) => {
            let document = context.document?;
            let base = if point.fiscal { calendar::fiscal_year_of(document) } else { document.year };
            Some((base + by, DateSource::Relative))
        }
        Some(Year::OfLast(by)) => {
            let last = context.last.or(context.document)?;
            let base = if point.fiscal || context.last_fiscal { calendar::fiscal_year_of(last) } else { last.year };
            Some((base + by, DateSource::Relative))
        }
        None => yearless(point, month?, context, start),
    }
}

/// Finds the year of a date without a year: by the start of its range, after the date last named, or nearest to the
/// date of the document.
fn yearless(point: &Point, month: i8, context: &Context, start: Option<&Days>) -> Option<(i16, DateSource)> {
    if let Some(start) = start {
        let base = start.interval.start;
        return Some((if month < base.month { base.year + 1 } else { base.year }, start.source));
    }
    let day = point.day().unwrap_or(15);
    let candidates = |base: CivilDate| {
        let mut years: Vec<i16> = (base.year - 1..=base.year + 1)
            .filter(|year| match (point.weekday, point.day()) {
                (Some(weekday), Some(day)) => calendar::weekday(CivilDate::new(*year, month, day)) == Some(weekday),
                _ => true,
            })
            .collect();
        years.sort_by_key(|year| calendar::distance(CivilDate::new(*year, month, day), base));
        years
    };
    // The date last named is the base, unless it is far from the date of the document.
    let base = match (context.last, context.document) {
        (Some(last), Some(document)) if calendar::distance(last, document) > 800 => document,
        (Some(last), _) => {
            let year = if month < last.month { last.year + 1 } else { last.year };
            let fits = |year: &i16| context.document.is_none_or(|document| *year <= document.year + 1);
            return candidates(last)
                .into_iter()
                .find(|candidate| *candidate == year && fits(candidate))
                .or_else(|| candidates(context.document.unwrap_or(last)).first().copied())
                .map(|year| (year, DateSource::Inferred));
        }
        (None, document) => document?,
    };
    candidates(base).first().map(|year| (*year, DateSource::Inferred))
}

fn interval(point: &Point, year: i16, month: Option<i8>) -> Option<DateInterval> {
    let months = |year: i16, from: i8, to: i8| {
        let (to_year, to) = if to > 12 { (year + 1, to - 12) } else { (year, to) };
        Some(DateInterval { start: calendar::month(year, from)?.start, end: calendar::month(to_year, to)?.end })
    };
    let last_of = |whole: DateInterval| DateInterval { start: whole.end, end: whole.end };
    match (month, point.part) {
        (Some(month), Some(Part::Day(day))) => calendar::day(year, month, day),
        (Some(month), Some(Part::Third(third))) => {
            let last = if third == 2 { calendar::last_day(year, month)? } else { i8::try_from(third).ok()? * 10 + 10 };
            Some(DateInterval {
                start: CivilDate::new(year, month, third as i8 * 10 + 1),
                end: CivilDate::new(year, month, last),
            })
        }
        (Some(month), Some(Part::End)) => calendar::month(year, month).map(last_of),
        (Some(month), _) => calendar::month(year, month),
        (None, Some(Part::End)) => {
            Some(last_of(if point.fiscal { calendar::fiscal_year(year) } else { calendar::year(year) }))
        }
        (None, Some(Part::Season(season))) => months(year, season as i8 * 3 + 3, season as i8 * 3 + 5),
        (None, Some(Part::Quarter(number))) => calendar::quarter(year, number, point.fiscal),
        (None, Some(Part::Half(half))) => months(year, 4 + half as i8 * 6, 9 + half as i8 * 6),
        (None, Some(Part::Decade)) => Some(DateInterval {
            start: calendar::year(year - year % 10).start,
            end: calendar::year(year - year % 10 + 9).end,
        }),
        (None, _) if point.fiscal => Some(calendar::fiscal_year(year)),
        (None, _) => Some(calendar::year(year)),
    }
}
