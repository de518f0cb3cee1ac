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
    /// Day last named; `None` if the date last named is longer.
    last_day: Option<CivilDate>,
    /// End of the last expression of the text that is being read, in characters.
    last_end: Option<usize>,
}

impl Context {
    /// Makes the context of a document with a date.
    pub fn of(document: Option<CivilDate>) -> Self {
        Self { document, ..Self::default() }
    }

    /// Begins another text of the document.
    pub(super) fn begin_text(&mut self) {
        self.last_end = None;
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
    // 同日 without a day before it says nothing.
    if matches!(first.part, Some(Part::OfLastDay(_))) && context.last_day.is_none() {
        return None;
    }
    context.last_end = Some(expression.end);
    let precision = precision(expression.last.as_ref().unwrap_or(first)).min(precision(first));
    let Some(start) = days(first, context, None) else {
        return impossible_or_unknown(first, expression, precision);
    };
    remember(first, &start, context);
    let mut resolved = Resolved { interval: Some(start.interval), precision, source: start.source };
    if let Some(last) = &expression.last {
        let end = days(last, context, Some(&start)).filter(|end| end.interval.end >= start.interval.start)?;
        context.last_day = context.last_day.map(|_| end.interval.end);
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

/// Longest joint between two years of a list: 及び.
const JOINT_CHARS: usize = 2;

/// True if 7年 is probably a year of an era, or 98年 one of a century. The year must be within 15 years of the known
/// date, and a fiscal year, a month, a range, an era named before or a year directly before must support it.
fn elided_is_likely(expression: &Expression, context: &Context) -> bool {
    let Some(Year::Elided(number)) = expression.first.year else { return true };
    let Some(year) = elided_year(number, context) else { return false };
    let reach = if number > 64 { 30 } else { 15 };
    let near = context.last.or(context.document).is_none_or(|date| (date.year - year).abs() <= reach);
    let first = &expression.first;
    let dated = first.fiscal || first.month.is_some() || expression.last.is_some();
    let joined = context.last_end.is_some_and(|end| end < expression.start && expression.start - end <= JOINT_CHARS);
    near && (dated || number > 64 || context.last_era.is_some() || joined && number >= 10)
}

/// Returns the Gregorian year of a year without era or century.
///
/// No era of which a text leaves out the name has more than 64 years: 98年 is 1998. After a Gregorian year, 18年 is a
/// year of its century where that is nearer than the year of the era: 2017年と18年.
fn elided_year(number: i16, context: &Context) -> Option<i16> {
    if number > 64 {
        return Some(1900 + number);
    }
    let base = context.last.or(context.document)?;
    let era = context.last_era.or_else(|| calendar::era_in(base.year));
    let of_era = era.and_then(|era| calendar::gregorian_within(era, number));
    let of_century = base.year - base.year % 100 + number;
    let apart = |year: i16| (year - base.year).abs();
    let in_century = context.last.is_some() && context.last_era.is_none() && number >= 10 && apart(of_century) <= 10;
    if in_century && of_era.is_none_or(|year| apart(of_century) < apart(year)) {
        return Some(of_century);
    }
    of_era
}

fn precision(point: &Point) -> Precision {
    match (point.part, point.month, point.fiscal) {
        (Some(Part::Day(_) | Part::RelativeDay(_) | Part::RelativeWeek(_) | Part::OfLastDay(_)), ..) => Precision::Day,
        (Some(Part::Third(_)), ..) | (_, Some(_), _) => Precision::Month,
        (Some(Part::Quarter(_) | Part::Season(_) | Part::Half(_)), ..) => Precision::Quarter,
        (.., true) => Precision::FiscalYear,
        _ => Precision::Year,
    }
}

fn remember(point: &Point, days: &Days, context: &mut Context) {
    context.last = Some(days.interval.start);
    context.last_fiscal = point.fiscal;
    context.last_day = (days.interval.start == days.interval.end).then_some(days.interval.start);
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
    if let Some(Part::OfLastDay(days)) = point.part {
        let day = calendar::shifted(context.last_day?, days)?;
        return Some(Days { interval: DateInterval { start: day, end: day }, source: DateSource::Relative });
    }
    if let Some(Part::RelativeWeek(weeks)) = point.part {
        let mut week = calendar::week(context.document?, weeks)?;
        if let Some(weekday) = point.weekday {
            let day = calendar::shifted(week.start, (i64::from(weekday) + 6) % 7)?;
            week = DateInterval { start: day, end: day };
        }
        return Some(Days { interval: week, source: DateSource::Relative });
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
    let interval = match (point.part, point.year) {
        // 昭和40年代 begins in 昭和40年, not in 1960.
        (Some(Part::Decade(half)), Some(Year::Known { year, era: Some(era) })) => {
            decade(year - calendar::number_in(era, year) % 10, half)
        }
        _ => interval(point, year, month)?,
    };
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
        Some(Year::Elided(number)) => elided_year(number, context).map(|year| (year, DateSource::Stated)),
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

/// Returns the days of a decade, or of its half: 前半 0, 後半 1.
fn decade(first: i16, half: Option<u8>) -> DateInterval {
    let (from, to) = match half {
        None => (0, 9),
        Some(0) => (0, 4),
        Some(_) => (5, 9),
    };
    DateInterval { start: calendar::year(first + from).start, end: calendar::year(first + to).end }
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
        (Some(month), Some(Part::Half(half))) => {
            let whole = calendar::month(year, month)?;
            let day = |day: i8| CivilDate::new(year, month, day);
            Some(match half {
                0 => DateInterval { end: day(15), ..whole },
                _ => DateInterval { start: day(16), ..whole },
            })
        }
        (Some(month), _) => calendar::month(year, month),
        (None, Some(Part::End)) => {
            Some(last_of(if point.fiscal { calendar::fiscal_year(year) } else { calendar::year(year) }))
        }
        (None, Some(Part::Season(season))) => months(year, season as i8 * 3 + 3, season as i8 * 3 + 5),
        (None, Some(Part::Quarter(number))) => calendar::quarter(year, number, point.fiscal),
        (None, Some(Part::Half(half))) => {
            let first = half as i8 * 6 + if point.fiscal { 4 } else { 1 };
            months(year, first, first + 5)
        }
        (None, Some(Part::Decade(half))) => Some(decade(year - year % 10, half)),
        (None, _) if point.fiscal => Some(calendar::fiscal_year(year)),
        (None, _) => Some(calendar::year(year)),
    }
}
