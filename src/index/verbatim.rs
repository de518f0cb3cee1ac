//! Compares a query as typed with the texts of a segment: which characters folding changed.

use tantivy::DocId;

use super::layout::{Layouts, change};
use super::origins::{Lie, Origins};
use crate::analysis::Folded;

/// A query as typed: what folding did to each of its characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changes(Vec<Change>);

/// The effect of folding on one character.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Change {
    /// No change, except of width.
    None,
    /// The folded character has one other source: つ from っ, e from E.
    One,
    /// The folded character has several sources: a kanji with variants.
    Any,
    /// The folded character is a blank, for a run of blanks.
    Blank,
}

impl Changes {
    /// Compares a text with its folded form; `None` where they do not correspond character by character.
    pub fn of(folded: &Folded, text: &str) -> Option<Self> {
        let chars: Vec<char> = text.chars().collect();
        let (mut changes, mut read) = (Vec::with_capacity(folded.chars.len()), 0);
        for (c, origin) in folded.chars.iter().zip(&folded.origins) {
            let blank = *c == ' ';
            let dropped = if blank { &chars[read..origin.end] } else { chars.get(read..origin.start)? };
            if dropped.iter().any(|c| !c.is_whitespace()) || !blank && origin.end != origin.start + 1 {
                return None;
            }
            read = origin.end;
            changes.push(match chars[origin.start] {
                _ if blank => Change::Blank,
                source if source == *c => Change::None,
                source if change(source, *c).1 => return None,
                source if !change(source, *c).0 => Change::None,
                _ if c.is_ascii_lowercase() || matches!(c, 'ぁ'..='ゖ' | 'ァ'..='ヺ') => Change::One,
                _ => Change::Any,
            });
        }
        chars[read..].iter().all(|c| c.is_whitespace()).then_some(Self(changes))
    }

    /// Prepares the comparison with the texts of a segment.
    pub fn reading<'a>(&'a self, layouts: &'a Layouts) -> Reading<'a> {
        Reading { typed: self, layouts, origins: Origins::default(), changed: Vec::new() }
    }
}

/// Compares a query as typed with texts that contain its folded form.
pub struct Reading<'a> {
    typed: &'a Changes,
    layouts: &'a Layouts,
    origins: Origins,
    changed: Vec<usize>,
}

impl Reading<'_> {
    /// Moves to a passage.
    pub fn open(&mut self, doc: DocId) {
        self.origins.read(self.layouts, doc);
        self.changed.clear();
        self.changed.extend(self.layouts.changed(doc));
    }

    /// Tells whether the match at a position equals the query as typed, except for width and white space; `None` where
    /// only the text can tell.
    pub fn is_as_typed(&self, start: usize) -> Option<bool> {
        match self.origins.lie(start, start + self.typed.0.len()) {
            Lie::Inside => return Some(false),
            Lie::Odd => return None,
            Lie::Plain => {}
        }
        let first = self.changed.partition_point(|position| *position < start);
        let mut changed = self.changed[first..].iter().peekable();
        let mut told = Some(true);
        for (typed, position) in self.typed.0.iter().zip(start..) {
            let changed = changed.next_if(|changed| **changed == position).is_some();
            match (typed, changed) {
                (Change::None, false) | (Change::One, true) | (Change::Blank, _) => {}
                (Change::Any, true) => told = None,
                _ => return Some(false),
            }
        }
        told
    }
}
