//! Dates in a text: every expression with its days, and the date of the whole document.
//!
//! Invariant: an unknown year stays unknown; a concluded one is flagged `inferred` with the years that fit.

mod calendar;
mod document;

mod parse;
mod resolve;
mod terms;

use crate::document::{CivilDate, DateInterval, DateKind, DateMention, Precision, Span};
use crate::normalize::shape::{half_width, half_widths};

pub(super) use document::EVENTS;
pub(super) use document::{document_date, lead, publication_line};
pub use resolve::Context;

/// Finds the dates of a text, given what is known so far; `context` goes on from text to text of one document.
///
/// # Examples
/// ```
/// use fumikura::metadata::date::{Context, mentions};
/// let found = mentions("平成29年10月10日(火)から11日(水)まで開催", &mut Context::default());
/// assert_eq!(found[0].surface, "平成29年10月10日(火)から11日(水)まで");
/// assert_eq!(found[0].interval.unwrap().end.to_string(), "2017-10-11");
/// ```
pub fn mentions(text: &str, context: &mut Context) -> Vec<DateMention> {
    if !text.chars().any(|c| matches!(c, '年' | '月' | '日' | '-' | '.' | '/' | 'お' | 'き') || c.is_ascii_alphanumeric()) {
        return Vec::new();
    }
    resolved(text, &Written::new(text), context)
}

/// The dates of a text as written, before it is known what they stand for.
pub(super) struct Written {
    expressions: Vec<terms::Expression>,
    /// The text in half-width characters.
    pub chars: Vec<char>,
}

impl Written {
    /// Reads a text.
    pub fn new(text: &str) -> Self {
        let chars = half_widths(text);
        Self { expressions: parse::expressions(&chars), chars }
    }
}

/// What the dates of a text stand for.
pub(super) fn resolved(text: &str, written: &Written, context: &mut Context) -> Vec<DateMention> {
    let (mut rest, mut at) = (text.chars(), 0);
    written
        .expressions
        .iter()
        .filter_map(|expression| {
            let resolved = resolve::resolve(expression, context)?;
            let skipped = expression.start - std::mem::replace(&mut at, expression.end);
            Some(DateMention {
                surface: rest.by_ref().skip(skipped).take(expression.end - expression.start).collect(),
                interval: resolved.interval,
                precision: resolved.precision,
                kind: DateKind::Mentioned,
                source: resolved.source,
                span: Span::new(expression.start, expression.end),
            })
        })
        .collect()
}

/// Reads a date or range given by a person: `2011-06-09`, `2011-06`, `2011`, `2007..2012`, `..2010`, `2015..`, `平成23年度`, `H29.10.16`.
///
/// # Errors
/// A sentence with the forms that are understood.
pub fn parse_range(text: &str) -> Result<DateInterval, String> {
    let text = text.trim();
    let halves = text.split_once("..").or_else(|| text.split_once('…'));
    if let Some((from, to)) = halves {
        let (from, to) = (from.trim(), to.trim().trim_start_matches('.'));
        let start = if from.is_empty() { CivilDate::new(1, 1, 1) } else { parse_single(from)?.0.start };
        let end = if to.is_empty() { CivilDate::new(9999, 12, 31) } else { parse_single(to)?.0.end };
        if start > end {
            return Err(format!("'{text}' ends before it begins"));
        }
        return Ok(DateInterval { start, end });
    }
    parse_single(text).map(|(interval, _)| interval)
}

/// Reads one date with its precision.
///
/// # Errors
/// As [`parse_range`].
pub fn parse_single(text: &str) -> Result<(DateInterval, Precision), String> {
    let wrong = || format!("'{text}' is no date; write 2007..2012, 2011, 2011-06, 2011-06-09, 平成23年, 平成23年度, ..2010 or 2015..");
    let trimmed = text.trim();
    let plain: String = trimmed.chars().map(half_width).collect();
    let parts: Vec<&str> = plain.split('-').collect();
    let numbers: Option<Vec<i16>> = parts.iter().map(|part| part.parse().ok()).collect();
    let interval = match numbers.as_deref() {
        Some([year]) if parts[0].len() == 4 => Some((calendar::year(*year), Precision::Year)),
        Some([year, month]) if parts[0].len() == 4 => calendar::month(*year, *month as i8).map(|month| (month, Precision::Month)),
        Some([year, month, day]) if parts[0].len() == 4 => calendar::day(*year, *month as i8, *day as i8).map(|day| (day, Precision::Day)),
        _ => None,
    };
    if let Some(found) = interval {
        return Ok(found);
    }
    let found = mentions(trimmed, &mut Context::default());
    match found.as_slice() {
        [only] if only.span.end == trimmed.chars().count() && only.span.start == 0 => {
            only.interval.map(|interval| (interval, only.precision)).ok_or_else(wrong)
        }
        _ => Err(wrong()),
    }
}
