//! Finds date expressions in a text with their days, and the date of the whole document.
//!
//! Invariant: an unknown year stays unknown; an inferred year is marked `inferred`, with the candidate years.

mod calendar;
mod document;
mod english;
mod keys;
mod numeric;
mod parse;
mod points;
mod publication;
mod range;
mod reader;
mod resolve;
mod terms;

use crate::document::{DateKind, DateMention, Span};
use crate::script::{half_width, half_widths};

pub(super) use calendar::ERA_TABLE;
pub(crate) use calendar::era_names;
pub(super) use document::EVENTS;
pub(super) use document::{document_date, events, lead, page_day};
pub use keys::{date_keys, query_date_key};
pub(super) use publication::publication_line;
pub use range::{parse_range, parse_single, precision_of};
pub use resolve::Context;
pub(super) use terms::DATE_WORDS;

/// Finds the dates of a text. `context` carries known dates from text to text of one document.
///
/// # Examples
/// ```
/// use fumikura::metadata::date::{Context, mentions};
/// let found = mentions("平成29年10月10日(火)から11日(水)まで開催", &mut Context::default());
/// assert_eq!(found[0].surface, "平成29年10月10日(火)から11日(水)まで");
/// assert_eq!(found[0].interval.unwrap().end.to_string(), "2017-10-11");
/// ```
pub fn mentions(text: &str, context: &mut Context) -> Vec<DateMention> {
    if !text.chars().any(|c| {
        matches!(c, '年' | '月' | '日' | '週' | '-' | '.' | '/' | 'お' | 'き') || half_width(c).is_ascii_alphanumeric()
    }) {
        return Vec::new();
    }
    resolved(text, &Written::new(text), context)
}

/// Date expressions of a text, before they are resolved to days.
pub(super) struct Written {
    expressions: Vec<terms::Expression>,
    /// Half-width characters of the text.
    pub chars: Vec<char>,
}

impl Written {
    /// Reads the expressions of a text.
    pub fn new(text: &str) -> Self {
        let chars = half_widths(text);
        Self { expressions: parse::expressions(&chars), chars }
    }
}

/// Resolves the date expressions of a text to days.
pub(super) fn resolved(text: &str, written: &Written, context: &mut Context) -> Vec<DateMention> {
    let (mut rest, mut at) = (text.chars(), 0);
    context.begin_text();
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
