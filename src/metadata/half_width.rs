//! Half-width forms of a text, made once for dates, partners and themes.

use std::borrow::Cow;

use crate::script::{half_width_letters, half_widths};

/// Half-width forms of a text. Both have one character for each character of the text.
pub(super) struct Plain<'a> {
    /// Text with half-width letters, digits and joining signs (＆ － ． ／).
    letters: Cow<'a, str>,
    /// Characters of the text; brackets and commas are half-width too.
    chars: Vec<char>,
}

/// Part of a [`Plain`] from the start of a line to the end.
#[derive(Clone, Copy, Debug)]
pub(super) struct PlainText<'a> {
    pub letters: &'a str,
    pub chars: &'a [char],
}

/// Occurrence of a pattern of one table in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Hit {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
    /// Number of the pattern in its table.
    pub pattern: usize,
}

impl<'a> Plain<'a> {
    /// Makes both forms of a text.
    pub fn new(text: &'a str) -> Self {
        Self::with_chars(text, half_widths(text))
    }

    /// Makes the forms of a text whose half-width characters are known.
    pub fn with_chars(text: &'a str, chars: Vec<char>) -> Self {
        Self { letters: half_width_letters(text), chars }
    }

    /// Returns the whole text.
    pub fn all(&self) -> PlainText<'_> {
        self.below(0)
    }

    /// Returns the text without its first `lines` lines.
    pub fn below(&self, lines: usize) -> PlainText<'_> {
        let (mut byte, mut at) = (0, 0);
        for _ in 0..lines {
            let Some(end) = self.letters[byte..].find('\n') else { break };
            at += self.letters[byte..byte + end].chars().count() + 1;
            byte += end + 1;
        }
        PlainText { letters: &self.letters[byte..], chars: &self.chars[at..] }
    }
}
