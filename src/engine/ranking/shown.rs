//! A hit as a person sees it: its marks, the words that it lacks, and its place in the list.

use super::hit::Hit;
use super::missing::WantedWords;
use super::order::Window;
use crate::analysis::Analyzer;
use crate::document::{Document, Passage};
use crate::engine::Found;
use crate::matching::marks;
use crate::matching::passage::PassageView;
use crate::query::place::spans;
use crate::query::{Compiled, Mark, Marks, Tier};

/// Marks a query in a passage. `asked` are the words of the query where the hit is a partial one, and the words that it
/// lacks are returned too.
pub(crate) fn marked(
    analyzer: &Analyzer,
    query: &Compiled,
    view: &PassageView<'_>,
    asked: Option<&WantedWords>,
) -> (Marks, Vec<String>) {
    let mut marks = marks::marks(query, view);
    let Some(asked) = asked else { return (marks, Vec::new()) };
    let there = asked.look(analyzer, &view.passage().text);
    let missing = asked.missing(query, view, &marks, &there);
    if marks.body.is_empty() {
        marks.body = there.spans().map(|span| Mark { span, tier: Tier::Variant }).collect();
    }
    (marks, missing)
}

impl Hit {
    /// Makes the hit of an answer: `rank` is its place in the list, from 1, and `duplicates` are the ids of the
    /// passages folded under it.
    pub(crate) fn found(
        &self,
        rank: usize,
        window: &Window,
        (document, passage): (Document, Passage),
        (marks, missing): (Marks, Vec<String>),
        duplicates: Vec<String>,
    ) -> Found {
        let further = || window.of_document.get(&self.document).map_or(0, |count| count - 1);
        Found {
            index: None,
            outside: None,
            rank,
            score: self.score,
            tier: self.tier,
            document,
            highlights: spans(&marks.body),
            marks,
            missing,
            relaxed: self.relaxed,
            of_other_year: self.is_of_other_year(),
            amid: self.is_amid(),
            titled: self.is_titled(),
            place: self.place,
            role: self.role.role(),
            more: if self.relaxed { 0 } else { further() },
            duplicates,
            passage,
        }
    }
}
