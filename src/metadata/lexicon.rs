//! One automaton over the names of partners and the words of themes, so that a text is scanned once for both.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use daachorse::CharwiseDoubleArrayAhoCorasick;

use super::gazetteer::partners;
use super::half_width::{Hit, PlainText};
use super::theme;
use crate::table;

/// Hits of both tables in a text. Each table keeps its own leftmost-longest hits: a partner may overlap a theme word.
#[derive(Clone, Debug, Default)]
pub(super) struct Hits {
    pub partners: Vec<Hit>,
    pub themes: Vec<Hit>,
}

struct Lexicon {
    automaton: CharwiseDoubleArrayAhoCorasick<u32>,
    /// For each pattern, its number in the table of partners and its number in the table of themes.
    numbers: Vec<[Option<usize>; 2]>,
}

static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| {
    let mut patterns: BTreeMap<&str, [Option<usize>; 2]> = BTreeMap::new();
    for (number, pattern) in partners().patterns().enumerate() {
        patterns.entry(pattern).or_default()[0] = Some(number);
    }
    for (number, pattern) in theme::patterns().enumerate() {
        patterns.entry(pattern).or_default()[1] = Some(number);
    }
    let automaton = table::automaton(patterns.keys().copied());
    Lexicon { automaton, numbers: patterns.into_values().collect() }
});

/// Finds the patterns of both tables in a text.
pub(super) fn scan(text: PlainText<'_>) -> Hits {
    let mut hits = Hits::default();
    for found in LEXICON.automaton.find_overlapping_iter(text.letters) {
        let [partner, theme] = LEXICON.numbers[found.value() as usize];
        let hit = |pattern| Hit { start: found.start(), end: found.end(), pattern };
        hits.partners.extend(partner.map(hit));
        hits.themes.extend(theme.map(hit));
    }
    keep_leftmost_longest(&mut hits.partners);
    keep_leftmost_longest(&mut hits.themes);
    hits
}

/// Removes each hit that overlaps an earlier hit, or a longer hit with the same start.
fn keep_leftmost_longest(hits: &mut Vec<Hit>) {
    hits.sort_unstable_by_key(|hit| (hit.start, std::cmp::Reverse(hit.end)));
    let mut from = 0;
    hits.retain(|hit| {
        let free = hit.start >= from;
        if free {
            from = hit.end;
        }
        free
    });
}
