//! The sentences of a text, for SENT.

use super::together::{Occurrence, SENTENCE_ENDS};
use crate::analysis::Folded;

/// Sentence numbers of a text, ascending.
pub(super) struct Sentences {
    /// For each folded character.
    of_folded: Vec<u32>,
    /// For each code point.
    of_text: Vec<u32>,
}

impl Sentences {
    /// Numbers the sentences. A sentence ends after a full stop, and at a line end between two folded characters.
    pub fn of(folded: &Folded, text: &[char]) -> Self {
        let mut sentences =
            Self { of_folded: Vec::with_capacity(folded.chars.len()), of_text: Vec::with_capacity(text.len()) };
        let (mut current, mut read) = (0, 0);
        for (c, origin) in folded.chars.iter().zip(&folded.origins) {
            let end = if *c == ' ' { origin.end } else { origin.start };
            let mut line = false;
            for c in &text[read.min(end)..end] {
                sentences.of_text.push(current + u32::from(line));
                line |= *c == '\n';
            }
            current += u32::from(line);
            read = read.max(end);
            sentences.of_folded.push(current);
            sentences.of_text.resize(origin.end.max(read), current);
            read = origin.end.max(read);
            current += u32::from(SENTENCE_ENDS.contains(c));
        }
        let mut line = false;
        for c in &text[read.min(text.len())..] {
            sentences.of_text.push(current + u32::from(line));
            line |= *c == '\n';
        }
        sentences
    }

    pub fn of_occurrence(&self, found: &Occurrence) -> (u32, u32) {
        let of = |numbers: &[u32], start: usize, end: usize| {
            let number = |at: usize| numbers.get(at).copied().unwrap_or(0);
            (number(start), number(end.saturating_sub(1)))
        };
        match found.end {
            0 => of(&self.of_text, found.span.start, found.span.end),
            end => of(&self.of_folded, found.start, end),
        }
    }
}

/// Returns the number of the sentence of each code point, ascending: the sentences of SENT.
pub(crate) fn sentence_numbers(folded: &Folded, text: &str) -> Vec<u32> {
    Sentences::of(folded, &text.chars().collect::<Vec<_>>()).of_text
}
