//! The words of both tables of roles, found in a text by one automaton.
//!
//! `data/role_words.tsv` holds the words of the rules, `data/role_points.tsv` those of the learned evidence. A text is
//! read once; each name of it then looks its surroundings up.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use daachorse::{CharwiseDoubleArrayAhoCorasick, CharwiseDoubleArrayAhoCorasickBuilder};

use super::features::Features;
use super::half_width::PlainText;
use super::role_words::{Class, Classes, role_words};
use super::table;

pub(super) const ROLE_POINTS: &str = include_str!("../../data/role_points.tsv");

/// A word of the tables: its classes in `data/role_words.tsv`, and its rows of `data/role_points.tsv` by where the word
/// has to stand.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Cue {
    pub classes: Classes,
    /// Right behind the list of a name, or behind the words that sum it up.
    pub next: Features,
    /// Behind the list, in the clause.
    pub clause: Features,
    pub sentence: Features,
    /// Right before the list.
    pub before: Features,
    /// In the title or a heading above.
    pub above: Features,
    pub text: Features,
}

/// The features that a title or a heading gives the names below it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Above {
    /// It speaks of cooperation between governments.
    pub cooperative: bool,
    pub rows: Features,
}

impl Above {
    /// Adds the features of a heading further down.
    pub fn with(self, other: Self) -> Self {
        Self { cooperative: self.cooperative || other.cooperative, rows: self.rows.with(other.rows) }
    }
}

/// A word of the tables in a text.
pub(super) struct CueAt {
    /// Code points.
    pub start: usize,
    pub end: usize,
    pub cue: &'static Cue,
}

/// The words of the tables in a text.
#[derive(Default)]
pub(super) struct Cues {
    /// In order of their ends, longest first.
    found: Vec<CueAt>,
    /// The classes of all words of the text.
    pub classes: Classes,
    /// The rows of words that may stand anywhere in the text.
    pub text: Features,
}

struct Table {
    automaton: CharwiseDoubleArrayAhoCorasick<u32>,
    /// Each word: its length in code points, and its meaning.
    cues: Vec<(usize, Cue)>,
    /// Code points of the longest word.
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
    // The patterns come from a table in the program: a failure here is a broken table, caught by every test.
    #[allow(clippy::expect_used)]
    let automaton = CharwiseDoubleArrayAhoCorasickBuilder::new()
        .build_with_values(words.keys().enumerate().map(|(at, word)| (*word, at as u32)))
        .expect("the keys of a map are distinct");
    let cues: Vec<(usize, Cue)> = words.into_iter().map(|(word, cue)| (word.chars().count(), cue)).collect();
    let longest = cues.iter().map(|(chars, _)| *chars).max().unwrap_or_default();
    Table { automaton, cues, longest }
});

impl Cues {
    /// Finds the words of both tables in a text.
    pub fn of(text: PlainText<'_>) -> Self {
        let mut cues = Self::default();
        let (mut byte, mut at) = (0, 0);
        for hit in TABLE.automaton.find_overlapping_iter(text.letters) {
            // Hits come by their ends.
            at += text.letters[byte..hit.end()].chars().count();
            byte = hit.end();
            let (chars, cue) = &TABLE.cues[hit.value() as usize];
            cues.classes = cues.classes.with(cue.classes);
            cues.text = cues.text.with(cue.text);
            cues.found.push(CueAt { start: at - chars, end: at, cue });
        }
        cues
    }

    /// The features of a title or a heading for the names below it.
    pub fn above(text: PlainText<'_>) -> Above {
        let hits = TABLE.automaton.find_overlapping_iter(text.letters).map(|hit| &TABLE.cues[hit.value() as usize].1);
        hits.fold(Above::default(), |above, cue| {
            above.with(Above { cooperative: cue.classes.has(Class::Cooperative), rows: cue.above })
        })
    }

    /// The words that lie between two places, in code points.
    pub fn within(&self, start: usize, end: usize) -> impl Iterator<Item = &CueAt> {
        let first = self.found.partition_point(|word| word.end <= start);
        self.found[first..].iter().take_while(move |word| word.end <= end).filter(move |word| word.start >= start)
    }

    /// The words that begin at a place.
    pub fn starting(&self, at: usize) -> impl Iterator<Item = &CueAt> {
        self.within(at, at + TABLE.longest).filter(move |word| word.start == at)
    }

    /// The words that end at a place.
    pub fn ending(&self, at: usize) -> impl Iterator<Item = &CueAt> {
        let first = self.found.partition_point(|word| word.end < at);
        self.found[first..].iter().take_while(move |word| word.end == at)
    }
}

/// The classes that some of the words have.
pub(super) fn classes<'a>(words: impl Iterator<Item = &'a CueAt>) -> Classes {
    words.fold(Classes::default(), |all, word| all.with(word.cue.classes))
}
