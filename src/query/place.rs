//! The place where a passage holds a query: its text, its headings or the title; and the occurrences with their
//! tiers.

use super::{Field, Tier};
use crate::document::Span;

/// Place of a query in a passage, nearest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// A word of the query is in the text of the passage.
    Body,
    /// The query requires no word in a text: a filter, a field, or NOT alone.
    Anywhere,
    /// The query is in the title alone.
    Title,
    /// The query is in the headings, or partly in the headings and partly in the title.
    Heading,
    /// The query is in other passages of the document; the passage is no hit.
    Elsewhere,
}

impl Place {
    /// Returns the name used in JSON and CSV: `body`, `title` or `heading`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Body | Self::Anywhere | Self::Elsewhere => "body",
            Self::Title => "title",
            Self::Heading => "heading",
        }
    }

    /// True where the text of the passage holds no word of the query.
    pub const fn is_above(self) -> bool {
        matches!(self, Self::Title | Self::Heading | Self::Elsewhere)
    }

    /// Returns the place of an occurrence in a field. A field named in the query is a condition and does not place
    /// the passage.
    pub(crate) const fn of(field: Field, asked: Field) -> Self {
        match (asked, field) {
            (Field::Title | Field::Heading, _) => Self::Anywhere,
            (_, Field::Title) => Self::Title,
            (_, Field::Heading) => Self::Heading,
            (_, Field::Body | Field::Any) => Self::Body,
        }
    }

    /// Combines the places of two parts that must both hold.
    pub(crate) fn and(self, other: Self) -> Self {
        if self.min(other) == Self::Body { Self::Body } else { self.max(other) }
    }

    /// Combines the places of two parts of which one must hold.
    pub(crate) fn or(self, other: Self) -> Self {
        self.min(other)
    }
}

/// One occurrence of a word of the query.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Position, in code points of its text.
    pub span: Span,
    /// Tier at this position: 国連 in 各国連携 is a substring even where the text also has the word.
    pub tier: Tier,
}

/// The occurrences in the texts of a hit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Marks {
    /// In the text of the passage.
    pub body: Vec<Mark>,
    /// In each heading above it, from the top level down.
    pub heading: Vec<Vec<Mark>>,
    /// In the title of its document.
    pub title: Vec<Mark>,
}

impl Marks {
    /// True where no text holds a word of the query.
    pub fn is_empty(&self) -> bool {
        self.body.is_empty() && self.title.is_empty() && self.heading.iter().all(Vec::is_empty)
    }
}

/// Returns the merged spans of marks.
pub fn spans(marks: &[Mark]) -> Vec<Span> {
    merge(marks.iter().map(|mark| mark.span).collect())
}

/// Sorts spans and merges spans that touch.
fn merge(mut spans: Vec<Span>) -> Vec<Span> {
    spans.sort();
    let mut merged: Vec<Span> = Vec::with_capacity(spans.len());
    for span in spans {
        match merged.last_mut() {
            Some(last) if span.start <= last.end => last.end = last.end.max(span.end),
            _ => merged.push(span),
        }
    }
    merged
}
