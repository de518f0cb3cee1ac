//! A text with half-width letters and digits, made once for dates, partners and themes.

use std::borrow::Cow;

use crate::script::{half_width_letters, half_widths};

/// Both forms have a character for each character of the text.
pub(super) struct Plain<'a> {
    /// Letters, digits and hyphens are half-width.
    letters: Cow<'a, str>,
    /// Brackets and commas too.
    chars: Vec<char>,
}

/// A [`Plain`] from some line on.
#[derive(Clone, Copy, Debug)]
pub(super) struct PlainText<'a> {
    pub letters: &'a str,
    pub chars: &'a [char],
}

/// A pattern of one of the two tables in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Hit {
    /// Bytes of the text.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
    /// Number of the pattern in its table.
    pub pattern: usize,
}

impl<'a> Plain<'a> {
    pub fn new(text: &'a str) -> Self {
        Self::with_chars(text, half_widths(text))
    }

    /// As [`Plain::new`], given the text's half-width characters.
    pub fn with_chars(text: &'a str, chars: Vec<char>) -> Self {
        Self { letters: half_width_letters(text), chars }
    }

    pub fn all(&self) -> PlainText<'_> {
        self.below(0)
    }

    /// Without its first `lines` lines.
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
