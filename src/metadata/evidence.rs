//! Learned evidence: what holds around a name, with whole points. `data/role_points.tsv`, made by
//! `tools/role_points.py`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use daachorse::{CharwiseDoubleArrayAhoCorasick, CharwiseDoubleArrayAhoCorasickBuilder};

use super::around::{Around, CLAUSE_CHARS, List, ends_in_to};
use super::features::Features;
use super::gazetteer::Found;
use super::half_width::PlainText;
use super::reading::{Place, Reading};
use super::rows::Partner;
use super::table;

pub(super) const ROLE_POINTS: &str = include_str!("../../data/role_points.tsv");

/// Code points of a sentence that are looked at on either side of a name.
const SENTENCE_CHARS: usize = 160;
/// Names in a text that make it one about many.
const MANY: usize = 5;

/// Where the words of a row stand, seen from a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Where {
    /// Right behind its list, and behind the words that sum it up.
    Next,
    /// Behind its list, in the sentence.
    Clause,
    Sentence,
    /// Right before its list.
    Before,
    /// In the title or a heading above.
    Above,
    Text,
    /// No words: a fact told by the code.
    Is,
}

/// Facts about a name that the code tells, in the order in which [`Evidence::of`] tells them.
const FACTS: [&str; 11] = [
    "country",
    "body",
    "bilateral",
    "in a list",
    "in a long list",
    "in brackets",
    "list ends in と",
    "begins its sentence",
    "in the title or a heading",
    "twice",
    "many names",
];

/// One row of the table.
struct Row {
    feature: &'static str,
    points: i32,
    at: Where,
    /// Counts only where this row holds too.
    only_if: Option<usize>,
}

/// The table.
pub(super) struct Evidence {
    rows: Vec<Row>,
    /// Rows for governments, and for organisations.
    of_single: Features,
    of_body: Features,
    /// The row of the verdict of the rules.
    pub verdict: Features,
    /// The rows of [`FACTS`].
    facts: [Features; FACTS.len()],
    automaton: CharwiseDoubleArrayAhoCorasick<u32>,
    /// For each word its rows.
    meanings: Vec<Vec<usize>>,
}

/// A word of the table in a text.
struct Word {
    /// Code points.
    start: usize,
    end: usize,
    meaning: usize,
}

/// The words of the table in a text.
pub(super) struct Words {
    words: Vec<Word>,
    /// Rows whose words may stand anywhere in the text.
    anywhere: Features,
}

/// A name with what is known of its surroundings.
#[derive(Clone, Copy)]
pub(super) struct Mention<'a> {
    pub name: &'a Found,
    pub list: List,
    pub partner: &'a Partner,
    pub around: &'a Around,
    /// What stands behind the list once the words that sum it up are gone.
    pub tail: &'a str,
    pub reading: Reading<'a>,
    /// All names of the text.
    pub names: &'a [Found],
}

/// The one table of the program.
pub(super) fn evidence() -> &'static Evidence {
    static TABLE: LazyLock<Evidence> = LazyLock::new(Evidence::new);
    &TABLE
}

impl Evidence {
    fn new() -> Self {
        let (mut rows, mut of_single, mut of_body) = (Vec::<Row>::new(), Features::default(), Features::default());
        let mut words: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for cells in table::rows(ROLE_POINTS) {
            let [feature, kind, at, only_if, list, points, ..] = *cells.as_slice() else { continue };
            let number = rows.len();
            let at = match at {
                "next" => Where::Next,
                "clause" => Where::Clause,
                "sentence" => Where::Sentence,
                "before" => Where::Before,
                "above" => Where::Above,
                "text" => Where::Text,
                _ => Where::Is,
            };
            if kind != "body" {
                of_single = of_single.with(Features::one(number));
            }
            if kind != "country" {
                of_body = of_body.with(Features::one(number));
            }
            table::list(list).for_each(|word| words.entry(word).or_default().push(number));
            let only_if = rows.iter().position(|row| row.feature == only_if);
            rows.push(Row { feature, points: points.parse().unwrap_or_default(), at, only_if });
        }
        // The patterns come from a table in the program: a failure here is a broken table, caught by every test.
        #[allow(clippy::expect_used)]
        let automaton = CharwiseDoubleArrayAhoCorasickBuilder::new()
            .build_with_values(words.keys().enumerate().map(|(at, word)| (*word, at as u32)))
            .expect("the keys of a map are distinct");
        let meanings = words.into_values().collect();
        let mut table = Self {
            rows,
            of_single,
            of_body,
            verdict: Features::default(),
            facts: Default::default(),
            automaton,
            meanings,
        };
        table.verdict = table.row("rules");
        table.facts = FACTS.map(|fact| table.row(fact));
        table
    }

    /// The row of that name; empty where there is none.
    fn row(&self, feature: &str) -> Features {
        self.rows.iter().position(|row| row.feature == feature).map_or_else(Features::default, Features::one)
    }

    /// Finds the words of the table in a text.
    pub fn scan(&self, text: PlainText<'_>) -> Words {
        let mut found = Words { words: Vec::new(), anywhere: Features::default() };
        let (mut byte, mut at) = (0, 0);
        for hit in self.automaton.find_overlapping_iter(text.letters) {
            // Hits come by their ends.
            at += text.letters[byte..hit.end()].chars().count();
            byte = hit.end();
            let start = at - text.letters[hit.start()..hit.end()].chars().count();
            let meaning = hit.value() as usize;
            for row in &self.meanings[meaning] {
                if self.rows[*row].at == Where::Text {
                    found.anywhere = found.anywhere.with(Features::one(*row));
                }
            }
            found.words.push(Word { start, end: at, meaning });
        }
        found
    }

    /// The rows that hold for a title or a heading above a text.
    pub fn above(&self, text: PlainText<'_>) -> Features {
        let rows =
            self.automaton.find_overlapping_iter(text.letters).flat_map(|hit| &self.meanings[hit.value() as usize]);
        rows.filter(|row| self.rows[**row].at == Where::Above)
            .fold(Features::default(), |found, row| found.with(Features::one(*row)))
    }

    /// The rows that hold for a name.
    pub fn of(&self, words: &Words, mention: Mention<'_>) -> Features {
        let Mention { name, list, partner, around, tail, reading, names } = mention;
        let chars = reading.text.chars;
        let is_end = |c: &&char| matches!(**c, '。' | '\n');
        let from = list.start.min(name.start);
        let start = from - chars[..from].iter().rev().take(SENTENCE_CHARS).take_while(|c| !is_end(c)).count();
        let end = list.end + chars[list.end..].iter().take(SENTENCE_CHARS).take_while(|c| !is_end(c)).count();
        let mut found = words.anywhere.with(reading.above);
        let first = words.words.partition_point(|word| word.end <= start);
        for word in words.words[first..].iter().take_while(|word| word.end <= end).filter(|word| word.start >= start) {
            for row in &self.meanings[word.meaning] {
                let holds = match self.rows[*row].at {
                    Where::Sentence => word.end <= name.start || word.start >= name.end,
                    Where::Clause => word.start >= list.end && word.end <= list.end + CLAUSE_CHARS,
                    Where::Before => word.end == from,
                    _ => false,
                };
                if holds {
                    found = found.with(Features::one(*row));
                }
            }
        }
        for row in self.starting(tail).chain(self.starting(&around.after)) {
            found = found.with(Features::one(row));
        }
        let single = partner.is_government();
        let times = names.iter().filter(|other| other.partners == name.partners).count();
        let holding = [
            single,
            !single,
            name.bilateral,
            list.names > 1,
            list.is_long(),
            around.before.ends_with('('),
            list.names > 1 && ends_in_to(&around.after),
            around.begins_sentence,
            reading.place != Place::Body,
            times > 1,
            names.len() >= MANY,
        ];
        for (fact, _) in self.facts.iter().zip(holding).filter(|(_, holds)| *holds) {
            found = found.with(*fact);
        }
        let lacking = found.rows().filter(|row| self.rows[*row].only_if.is_some_and(|other| !found.has(other)));
        let lacking = lacking.fold(Features::default(), |all, row| all.with(Features::one(row)));
        found.without(lacking).and(if single { self.of_single } else { self.of_body })
    }

    /// The rows whose words a text starts with.
    fn starting<'a>(&'a self, text: &'a str) -> impl Iterator<Item = usize> + 'a {
        let head = text.char_indices().nth(MAX_NEXT_CHARS).map_or(text, |(end, _)| &text[..end]);
        let hits = self.automaton.find_overlapping_iter(head).filter(|hit| hit.start() == 0);
        hits.flat_map(|hit| &self.meanings[hit.value() as usize])
            .copied()
            .filter(|row| self.rows[*row].at == Where::Next)
    }

    /// The sum of the points of some rows.
    pub fn sum(&self, features: Features) -> i32 {
        features.rows().filter_map(|row| self.rows.get(row)).map(|row| row.points).sum()
    }

    /// True where the points make a party. The rows `country` and `body` hold what must be made up for.
    pub fn is_party(&self, features: Features) -> bool {
        self.sum(features) > 0
    }

    /// Each row that holds, with its points.
    pub fn told(&self, features: Features) -> impl Iterator<Item = (&'static str, i32)> + '_ {
        features.rows().filter_map(|row| self.rows.get(row)).map(|row| (row.feature, row.points))
    }
}

/// Code points behind a name in which a word that follows it ends.
const MAX_NEXT_CHARS: usize = 12;
