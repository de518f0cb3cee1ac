//! Finds the words of both role tables in a text with one automaton.
//!
//! `data/role_words.tsv` holds the words of the rules, `data/role_points.tsv` the words of the learned features. A text
//! is scanned once; each name then looks up the words of its context.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use daachorse::CharwiseDoubleArrayAhoCorasick;

use rustc_hash::FxHashMap;

use super::features::Features;
use super::half_width::PlainText;
use super::role_words::{Class, Classes, role_words};
use crate::table;

pub(super) const ROLE_POINTS: &str = include_str!("../../data/role_points.tsv");

/// Meaning of a word: its classes in `data/role_words.tsv`, and its rows in `data/role_points.tsv` by the place
/// where the word must stand.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Cue {
    pub classes: Classes,
    /// Directly after the list of a name, or after the words that sum up the list.
    pub next: Features,
    /// After the list, in the clause.
    pub clause: Features,
    /// Anywhere in the sentence, outside the name.
    pub sentence: Features,
    /// Directly before the list.
    pub before: Features,
    /// In the title or in a heading above.
    pub above: Features,
    /// Anywhere in the text.
    pub text: Features,
}

impl Cue {
    /// Tells whether the word counts only directly after a list.
    fn is_only_next(&self) -> bool {
        let others = [self.clause, self.sentence, self.before, self.above, self.text];
        others.iter().all(|rows| rows.is_empty()) && self.classes.are_next()
    }
}

/// Features that a title or a heading gives to the names below.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Above {
    /// The title or heading is about cooperation between governments.
    pub cooperative: bool,
    /// Rows of `data/role_points.tsv` with the place `above`.
    pub rows: Features,
}

impl Above {
    /// Adds the features of a deeper heading.
    pub fn with(self, other: Self) -> Self {
        Self { cooperative: self.cooperative || other.cooperative, rows: self.rows.with(other.rows) }
    }
}

/// Occurrence of a word of the tables in a text.
#[derive(Clone, Copy)]
pub(super) struct CueAt {
    /// First code point.
    pub start: usize,
    /// One past the last code point.
    pub end: usize,
    pub cue: &'static Cue,
}

/// Occurrences of the words of the tables in a text.
pub(super) struct Cues<'a> {
    chars: &'a [char],
    /// Sorted by end; the longest first among equal ends.
    found: Vec<CueAt>,
    /// Classes of all words of the text.
    pub classes: Classes,
    /// Rows of the words that may stand anywhere in the text.
    pub text: Features,
}

struct Table {
    automaton: CharwiseDoubleArrayAhoCorasick<u32>,
    /// For each word, its length in code points and its meaning.
    cues: Vec<(usize, Cue)>,
    /// Words of one character that count only directly after a list, where they are looked up: の, は and と occur in
    /// every sentence, so the automaton leaves them out.
    singles: FxHashMap<char, Cue>,
    /// Length of the longest word, in code points.
    longest: usize,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let mut words: BTreeMap<&str, Cue> = BTreeMap::new();
    for (word, class) in role_words() {
        let cue = words.entry(word).or_default();
        cue.classes = cue.classes.with(Classes::of(class));
    }
    for (number, cells) in table::rows(ROLE_POINTS).enumerate() {
        let [_, _, at, _, list, ..] = *cells.as_slice() else { continue };
        for word in table::list(list) {
            let cue = words.entry(word).or_default();
            let place = match at {
                "next" => &mut cue.next,
                "clause" => &mut cue.clause,
                "sentence" => &mut cue.sentence,
                "before" => &mut cue.before,
                "above" => &mut cue.above,
                _ => &mut cue.text,
            };
            *place = place.with(Features::one(number));
        }
    }
    let single =
        |word: &&str| word.chars().next().filter(|c| c.len_utf8() == word.len() && words[*word].is_only_next());
    let singles: Vec<char> = words.keys().filter_map(single).collect();
    let singles = singles.into_iter().filter_map(|c| Some((c, words.remove(c.to_string().as_str())?))).collect();
    let automaton = table::automaton(words.keys().copied());
    let cues: Vec<(usize, Cue)> = words.into_iter().map(|(word, cue)| (word.chars().count(), cue)).collect();
    let longest = cues.iter().map(|(chars, _)| *chars).max().unwrap_or_default();
    Table { automaton, cues, singles, longest }
});

impl<'a> Cues<'a> {
    /// Finds the words of both tables in a text.
    pub fn of(text: PlainText<'a>) -> Self {
        let mut cues =
            Self { chars: text.chars, found: Vec::new(), classes: Classes::default(), text: Features::default() };
        let (mut byte, mut at) = (0, 0);
        for hit in TABLE.automaton.find_overlapping_iter(text.letters) {
            // Hits come in the order of their ends, so code points are counted once.
            at += text.letters[byte..hit.end()].chars().count();
            byte = hit.end();
            let (chars, cue) = &TABLE.cues[hit.value() as usize];
            cues.classes = cues.classes.with(cue.classes);
            cues.text = cues.text.with(cue.text);
            cues.found.push(CueAt { start: at - chars, end: at, cue });
        }
        cues
    }

    /// Returns the features of a title or a heading for the names below.
    pub fn above(text: PlainText<'_>) -> Above {
        let hits = TABLE.automaton.find_overlapping_iter(text.letters).map(|hit| &TABLE.cues[hit.value() as usize].1);
        hits.fold(Above::default(), |above, cue| {
            above.with(Above { cooperative: cue.classes.has(Class::Cooperative), rows: cue.above })
        })
    }

    /// Returns the words between two positions, in code points.
    pub fn within(&self, start: usize, end: usize) -> impl Iterator<Item = CueAt> {
        let first = self.found.partition_point(|word| word.end <= start);
        self.found[first..]
            .iter()
            .copied()
            .take_while(move |word| word.end <= end)
            .filter(move |word| word.start >= start)
    }

    /// Returns the words that start at a position.
    pub fn starting(&self, at: usize) -> impl Iterator<Item = CueAt> {
        let single = self.chars.get(at).and_then(|c| TABLE.singles.get(c));
        let longer = self.within(at, at + TABLE.longest).filter(move |word| word.start == at);
        single.map(|cue| CueAt { start: at, end: at + 1, cue }).into_iter().chain(longer)
    }

    /// Returns the words that end at a position.
    pub fn ending(&self, at: usize) -> impl Iterator<Item = CueAt> {
        let first = self.found.partition_point(|word| word.end < at);
        self.found[first..].iter().copied().take_while(move |word| word.end == at)
    }
}

/// Returns the union of the classes of some words.
pub(super) fn classes(words: impl Iterator<Item = CueAt>) -> Classes {
    words.fold(Classes::default(), |all, word| all.with(word.cue.classes))
}
