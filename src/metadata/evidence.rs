//! Learned evidence: features of the context of a name, with integer points.
//!
//! `tools/role_points.py` writes the points into `data/role_points.tsv`.

use std::sync::LazyLock;

use super::around::{Around, CLAUSE_CHARS, List, sentence_end, sentence_start};
use super::cues::{Cues, ROLE_POINTS};
use super::features::Features;
use super::gazetteer::Found;
use super::reading::{Place, Reading};
use super::rows::Partner;
use crate::table;

/// Fewest names of a text with the feature `many names`.
const MANY: usize = 5;

/// Features that the code computes, in the order of [`Evidence::of`].
const FACTS: [&str; 10] = [
    "country",
    "body",
    "bilateral",
    "in a long list",
    "in brackets",
    "list ends in と",
    "in the title or a heading",
    "many names",
    "in a footnote",
    "joined with a ministry",
];

/// One row of the table.
struct Row {
    feature: &'static str,
    points: i32,
    /// The row counts only if this row matches too.
    only_if: Option<usize>,
}

/// The table of points.
pub(super) struct Evidence {
    rows: Vec<Row>,
    /// Rows for governments.
    of_single: Features,
    /// Rows for organisations and frameworks.
    of_body: Features,
    /// Row of the country as a subject.
    subject: Features,
    /// Row of the verdict of the rules.
    pub verdict: Features,
    /// Rows of [`FACTS`].
    facts: [Features; FACTS.len()],
}

/// A name with its context.
#[derive(Clone, Copy)]
pub(super) struct Mention<'a> {
    pub name: &'a Found,
    pub list: List,
    pub partner: &'a Partner,
    pub around: &'a Around<'a>,
    pub reading: Reading<'a>,
    /// All names of the text.
    pub names: &'a [Found],
}

/// Returns the table of points.
pub(super) fn evidence() -> &'static Evidence {
    static TABLE: LazyLock<Evidence> = LazyLock::new(Evidence::new);
    &TABLE
}

impl Evidence {
    fn new() -> Self {
        let (mut rows, mut of_single, mut of_body) = (Vec::<Row>::new(), Features::default(), Features::default());
        for cells in table::rows(ROLE_POINTS) {
            let [feature, kind, _, only_if, _, points, ..] = *cells.as_slice() else { continue };
            let number = rows.len();
            if kind != "body" {
                of_single = of_single.with(Features::one(number));
            }
            if kind != "country" {
                of_body = of_body.with(Features::one(number));
            }
            let only_if = rows.iter().position(|row| row.feature == only_if);
            rows.push(Row { feature, points: points.parse().unwrap_or_default(), only_if });
        }
        let mut table = Self {
            rows,
            of_single,
            of_body,
            subject: Features::default(),
            verdict: Features::default(),
            facts: Default::default(),
        };
        table.subject = table.row("subject");
        table.verdict = table.row("rules");
        table.facts = FACTS.map(|fact| table.row(fact));
        table
    }

    /// Returns the row of a feature; empty if the table has no such row.
    fn row(&self, feature: &str) -> Features {
        self.rows.iter().position(|row| row.feature == feature).map_or_else(Features::default, Features::one)
    }

    /// Returns the rows that match a name.
    pub fn of(&self, cues: &Cues, mention: Mention<'_>) -> Features {
        let Mention { name, list, partner, around, reading, names } = mention;
        let chars = reading.text.chars;
        let from = list.start.min(name.start);
        let (start, end) = (sentence_start(chars, from), sentence_end(chars, list.end));
        let mut found = cues.text.with(reading.above.rows);
        for word in cues.within(start, end) {
            if word.end <= name.start || word.start >= name.end {
                found = found.with(word.cue.sentence);
            }
            if word.start >= list.end && word.end <= list.end + CLAUSE_CHARS {
                found = found.with(word.cue.clause);
            }
        }
        found = cues.ending(from).fold(found, |found, word| found.with(word.cue.before));
        let next = cues.starting(around.tail).chain(cues.starting(around.after));
        found = next.fold(found, |found, word| found.with(word.cue.next));
        let single = partner.is_government();
        if around.with_japan() {
            // 日本とタイは合意した: the country is not the subject alone.
            found = found.without(self.subject);
        }
        let holding = [
            single,
            !single,
            name.bilateral,
            list.is_long(),
            around.text_before().ends_with(&['(']),
            list.names > 1 && around.list_ends_in_to,
            reading.place != Place::Body,
            names.len() >= MANY,
            is_in_note(chars, from),
            around.with_ministry(),
        ];
        for (fact, _) in self.facts.iter().zip(holding).filter(|(_, holds)| *holds) {
            found = found.with(*fact);
        }
        let lacking = found.rows().filter(|row| self.rows[*row].only_if.is_some_and(|other| !found.has(other)));
        let lacking = lacking.fold(Features::default(), |all, row| all.with(Features::one(row)));
        found.without(lacking).and(if single { self.of_single } else { self.of_body })
    }

    /// Returns the sum of the points of some rows.
    pub fn sum(&self, features: Features) -> i32 {
        features.rows().filter_map(|row| self.rows.get(row)).map(|row| row.points).sum()
    }

    /// True if the points sum to more than 0. The rows `country` and `body` are a bias: the evidence must exceed it.
    pub fn is_party(&self, features: Features) -> bool {
        self.sum(features) > 0
    }

    /// Returns the features of some rows with their points.
    pub fn told(&self, features: Features) -> impl Iterator<Item = (&'static str, i32)> + '_ {
        features.rows().filter_map(|row| self.rows.get(row)).map(|row| (row.feature, row.points))
    }
}

/// True if the line of a position begins with the number or the mark of a note: `14 Protected …`, `※3 …`, `注 …`.
fn is_in_note(chars: &[char], at: usize) -> bool {
    let line = at - chars[..at].iter().rev().take_while(|c| **c != '\n').count();
    let is_mark = |c: &char| matches!(c, '※' | '*' | '注' | '(' | '[');
    let marks = chars[line..at].iter().take(2).take_while(|c| is_mark(c)).count();
    let digits = chars[line + marks..at].iter().take(4).take_while(|c| c.is_ascii_digit()).count();
    let next = chars.get(line + marks + digits);
    let counts =
        matches!(next, Some('年' | '月' | '日' | '.' | ',' | '、' | ')' | '章' | '節' | '世' | '割' | '億' | '万'));
    (digits > 0 && !(marks == 0 && counts) || marks > 0 && chars[line] != '(') && line + marks + digits < at
}
