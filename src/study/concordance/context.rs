//! The text on both sides of a match, cut between words.

use crate::analysis::{Analyzed, Analyzer, fold};
use crate::document::Span;

use super::options::{ConcordanceOptions, Unit, Within};

/// A word of a text.
struct Piece {
    /// Its code points.
    span: Span,
    /// Its folded characters.
    folded: (usize, usize),
}

/// A text with its words, as far as the contexts of some matches need them.
pub(super) struct Contexts<'a> {
    text: Vec<char>,
    analyzed: Analyzed,
    pieces: Vec<Piece>,
    options: &'a ConcordanceOptions,
}

/// A match with the text on both sides.
pub(super) struct Context {
    pub left: String,
    pub matched: String,
    pub right: String,
    pub before: Vec<String>,
    pub after: Vec<String>,
}

impl<'a> Contexts<'a> {
    /// Finds the words around some spans of a text.
    pub fn of(analyzer: &Analyzer, text: &str, spans: &[Span], options: &'a ConcordanceOptions) -> Self {
        let folded = fold(text);
        let text: Vec<char> = text.chars().collect();
        // Only the clauses at the ends of a context are needed to cut it between words.
        let mut touched = vec![options.needs_words(); folded.chars.len() + 1];
        if !options.needs_words() {
            let mut touch = |at: usize| {
                let at = folded.origins.partition_point(|origin| origin.end <= at).min(folded.chars.len());
                touched[at] = true;
            };
            for span in spans {
                touch(span.start.saturating_sub(options.left));
                touch(span.end + options.right);
            }
        }
        let analyzed = analyzer.analyze_where(folded, |clause| touched[clause].contains(&true));
        let pieces = pieces(&analyzed);
        Self { text, analyzed, pieces, options }
    }

    /// Returns the context of a span.
    pub fn at(&self, span: Span) -> Context {
        let (first, last) = match self.options.within {
            Within::Passage => (0, self.text.len()),
            Within::Sentence => self.sentence(span),
        };
        let (start, end) = match self.options.unit {
            Unit::Characters => (self.start(span, first), self.end(span, last)),
            Unit::Words => self.by_words(span, first, last),
        };
        let is_keyed = self.options.needs_words();
        let words = |pieces: &mut dyn Iterator<Item = &Piece>| -> Vec<String> {
            let has_letter = |piece: &&Piece| self.folded(piece).chars().any(char::is_alphanumeric);
            pieces.filter(has_letter).take(if is_keyed { 9 } else { 0 }).map(|piece| self.folded(piece)).collect()
        };
        let before = words(&mut self.before(span, first).rev());
        let after = words(&mut self.after(span, last));
        Context {
            left: self.written(start, span.start),
            matched: self.written(span.start, span.end),
            right: self.written(span.end, end),
            before,
            after,
        }
    }

    /// Returns the words between a position and a match.
    fn before(&self, span: Span, first: usize) -> impl DoubleEndedIterator<Item = &Piece> {
        let end = self.pieces.partition_point(|piece| piece.span.end <= span.start);
        self.pieces[..end].iter().filter(move |piece| piece.span.start >= first)
    }

    /// Returns the words between a match and a position.
    fn after(&self, span: Span, last: usize) -> impl Iterator<Item = &Piece> {
        let start = self.pieces.partition_point(|piece| piece.span.start < span.end);
        self.pieces[start..].iter().filter(move |piece| piece.span.end <= last)
    }

    fn folded(&self, piece: &Piece) -> String {
        let (start, end) = piece.folded;
        self.analyzed.folded.chars[start..end].iter().collect()
    }

    /// Returns the start of a context by characters: the first word that fits, or the width inside a longer word.
    fn start(&self, span: Span, first: usize) -> usize {
        let widest = span.start.saturating_sub(self.options.left).max(first);
        if widest == first {
            return first;
        }
        let at = self.pieces.partition_point(|piece| piece.span.start < widest);
        self.pieces.get(at).map(|piece| piece.span.start).filter(|start| *start < span.start).unwrap_or(widest)
    }

    /// Returns the end of a context by characters.
    fn end(&self, span: Span, last: usize) -> usize {
        let widest = (span.end + self.options.right).min(last);
        if widest == last {
            return last;
        }
        let at = self.pieces.partition_point(|piece| piece.span.end <= widest);
        let piece = at.checked_sub(1).and_then(|at| self.pieces.get(at));
        piece.map(|piece| piece.span.end).filter(|end| *end > span.end).unwrap_or(widest)
    }

    /// Returns start and end of a context by words.
    fn by_words(&self, span: Span, first: usize, last: usize) -> (usize, usize) {
        let is_word = |piece: &&Piece| self.folded(piece).chars().any(char::is_alphanumeric);
        let nth = |width: usize| width.checked_sub(1);
        let start = nth(self.options.left).map_or(span.start, |nth| {
            self.before(span, first).rev().filter(is_word).nth(nth).map_or(first, |piece| piece.span.start)
        });
        let end = nth(self.options.right).map_or(span.end, |nth| {
            self.after(span, last).filter(is_word).nth(nth).map_or(last, |piece| piece.span.end)
        });
        (start, end)
    }

    /// Returns the sentence around a span: from the end of the sentence before it to its own end.
    fn sentence(&self, span: Span) -> (usize, usize) {
        let before = self.text[..span.start.min(self.text.len())].iter().rposition(|c| ends_sentence(*c));
        let from = span.end.saturating_sub(1).max(span.start).min(self.text.len());
        let after = self.text[from..].iter().position(|c| ends_sentence(*c));
        (before.map_or(0, |at| at + 1), after.map_or(self.text.len(), |at| (from + at + 1).max(span.end)))
    }

    /// Writes a range of the text on one line, with blanks between words if the options ask for them.
    fn written(&self, start: usize, end: usize) -> String {
        if start >= end {
            return String::new();
        }
        let mut words = vec![start];
        if self.options.segmented {
            let inside = |at: &usize| *at > start && *at < end;
            let ends = self.pieces.iter().flat_map(|piece| [piece.span.start, piece.span.end]);
            words.extend(ends.filter(inside));
            words.dedup();
        }
        words.push(end);
        let mut written = String::new();
        for pair in words.windows(2) {
            let part = &self.text[pair[0]..pair[1].max(pair[0])];
            let mut blank = !written.is_empty() && self.options.segmented;
            for c in part {
                if c.is_whitespace() {
                    blank = true;
                    continue;
                }
                if std::mem::take(&mut blank) {
                    written.push(' ');
                }
                written.push(*c);
            }
            if blank && !self.options.segmented {
                written.push(' ');
            }
        }
        written
    }
}

/// Returns the parts between word boundaries, in order.
fn pieces(analyzed: &Analyzed) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut start = 0;
    for end in 1..=analyzed.folded.chars.len() {
        if analyzed.boundary[end] {
            let mut span = analyzed.folded.span(start, end);
            // Parts of one character (㈱) have the same origin.
            if let Some(last) = pieces.last() {
                span.start = span.start.max(last.span.end);
            }
            if span.start < span.end {
                pieces.push(Piece { span, folded: (start, end) });
            }
            start = end;
        }
    }
    pieces
}

fn ends_sentence(c: char) -> bool {
    matches!(c, '。' | '｡' | '！' | '？' | '!' | '?' | '\n')
}
