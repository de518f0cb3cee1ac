//! Where a passage holds a query: in itself, in its headings or in the title, and each occurrence with its tier.

use super::{Field, Tier};
use crate::document::Span;

/// Where a passage holds a query, nearest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// Something of it is in the passage itself.
    Body,
    /// Nothing of it need be in a text: a filter, a field, or NOT alone.
    Anywhere,
    /// It is in the title alone.
    Title,
    /// It is in the headings, or partly in them and partly in the title.
    Heading,
    /// It is in other passages of the document: no hit.
    Elsewhere,
}

impl Place {
    /// The name used in JSON and CSV: `body`, `title` or `heading`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Body | Self::Anywhere | Self::Elsewhere => "body",
            Self::Title => "title",
            Self::Heading => "heading",
        }
    }

    /// True where the passage itself has nothing of the query.
    pub const fn is_above(self) -> bool {
        matches!(self, Self::Title | Self::Heading | Self::Elsewhere)
    }

    /// The place of what was found in a field; where the query names the field, it is a condition and says nothing of
    /// the passage.
    pub(crate) const fn of(field: Field, asked: Field) -> Self {
        match (asked, field) {
            (Field::Title | Field::Heading, _) => Self::Anywhere,
            (_, Field::Title) => Self::Title,
            (_, Field::Heading) => Self::Heading,
            (_, Field::Body | Field::Any) => Self::Body,
        }
    }

    /// The place of two parts that must both be there.
    pub(crate) fn and(self, other: Self) -> Self {
        if self.min(other) == Self::Body { Self::Body } else { self.max(other) }
    }

    /// The place of two parts one of which must be there.
    pub(crate) fn or(self, other: Self) -> Self {
        self.min(other)
    }
}

/// One occurrence of a word of the query.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Where it stands, in code points of its text.
    pub span: Span,
    /// How it matches there: 国連 in 各国連携 is a substring, whatever else the text holds.
    pub tier: Tier,
}

/// The occurrences in the texts of a hit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Marks {
    /// In the text of the passage.
    pub body: Vec<Mark>,
    /// In each heading above it, outermost first.
    pub heading: Vec<Vec<Mark>>,
    /// In the title of its document.
    pub title: Vec<Mark>,
}

impl Marks {
    /// True where nothing of the query stands in any of the texts.
    pub fn is_empty(&self) -> bool {
        self.body.is_empty() && self.title.is_empty() && self.heading.iter().all(Vec::is_empty)
    }
}

/// The spans of some marks, merged.
pub fn spans(marks: &[Mark]) -> Vec<Span> {
    merge(marks.iter().map(|mark| mark.span).collect())
}

/// Spans in order, those that touch as one.
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
