//! A file in TOML whose problems are told with file and line.

use std::ops::Range;

use toml::Spanned;
use toml::de::DeValue;

use crate::document::GivenProblem;

/// The text of a file with its shown path.
pub(super) struct TomlFile<'a> {
    pub text: &'a str,
    pub shown: &'a str,
}

impl TomlFile<'_> {
    /// Returns file and line of a span.
    pub fn place(&self, span: Range<usize>) -> String {
        let line = self.text.get(..span.start).unwrap_or(self.text).matches('\n').count() + 1;
        format!("{}:{line}", self.shown)
    }

    /// Makes the problem of a span.
    pub fn problem(&self, span: Range<usize>, problem: &str) -> GivenProblem {
        GivenProblem::new(self.place(span), problem)
    }

    /// Makes the problem of a file that is no TOML, or has other fields.
    pub fn unreadable(&self, error: &toml::de::Error) -> GivenProblem {
        self.problem(error.span().unwrap_or_default(), error.message())
    }

    /// Reads a text that is not blank.
    pub fn text(&self, name: &str, value: &Spanned<DeValue<'_>>) -> Result<String, GivenProblem> {
        match value.get_ref() {
            DeValue::String(text) if !text.trim().is_empty() => Ok(text.trim().to_owned()),
            _ => Err(self.problem(value.span(), &format!("'{name}' must be a text in quotes"))),
        }
    }
}
