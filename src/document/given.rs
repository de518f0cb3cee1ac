//! Values given beside a text: front matter, a side file `NAME.meta.toml`, or fields of a JSONL object.
//!
//! A value that cannot be used is a problem with its place; the other values and the document stay.

use thiserror::Error;

use super::clipped;

/// Longest problem text, in code points: it may quote the file.
pub(crate) const MAX_PROBLEM_CHARS: usize = 300;

/// A given value with its place, for messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GivenField {
    /// The value as written.
    pub value: String,
    /// File and line: `a.meta.toml:3`.
    pub place: String,
}

/// A given value that cannot be used.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("{place}: {problem}")]
pub struct GivenProblem {
    /// File and line: `a.meta.toml:3`.
    pub place: String,
    /// The fault, and the correct form.
    pub problem: String,
}

impl GivenProblem {
    /// Creates a problem; its text is cut at 300 characters.
    pub fn new(place: impl Into<String>, problem: impl Into<String>) -> Self {
        Self { place: place.into(), problem: clipped(problem.into(), MAX_PROBLEM_CHARS) }
    }
}

/// The values given beside a text; absent values are derived from the text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Given {
    /// Title.
    pub title: Option<GivenField>,
    /// Address.
    pub url: Option<GivenField>,
    /// Date, in any form that the date reader accepts; an empty value means that the document has none.
    pub date: Option<GivenField>,
    /// Day on which the text was read from its address.
    pub accessed: Option<GivenField>,
    /// Partners, by any of their names; `Some(vec![])` means that there are none.
    pub partners: Option<Vec<GivenField>>,
    /// Themes, by path or last name; `Some(vec![])` means that there are none.
    pub themes: Option<Vec<GivenField>>,
    /// Values that could not be read, each with its place.
    pub problems: Vec<GivenProblem>,
}
