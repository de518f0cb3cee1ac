//! Judges candidates by their texts: the verdict, tier and place of each passage, and the passages that are shown.

use std::collections::HashMap;

use super::reading::{self, Row};
use super::score::Scale;
use super::wire::{Wire, WireError};
use crate::analysis::Analyzer;
use crate::document::{Document, Passage, SourceId};
use crate::index::flag;
use crate::matching::crossing;
use crate::matching::passage::{Matched, PassageView, TEXTS, match_passage, occurrences};
use crate::query::budget::Watch;
use crate::query::{Compiled, Place, Plan, Tier};

/// A passage that holds the query.
#[derive(Clone, Debug)]
pub(super) struct Judged {
    /// Its place among the candidates.
    pub at: usize,
    pub tier: Tier,
    pub place: Place,
    /// First score.
    pub score: f32,
    /// It names a year that the query wishes for.
    pub names_year: bool,
}

/// Documents by the key of their rows.
pub(super) type Documents = HashMap<String, (Document, SourceId)>;

/// Steps that look for the passage in which a text continues: contents and footnotes stand between.
const MOST_STEPS: u64 = 16;

/// Returns the passages that follow candidates, by position among them, where the query may match over a seam.
pub(super) fn next_texts(wire: &Wire, query: &Compiled, rows: &[Row]) -> Result<HashMap<usize, Passage>, WireError> {
    let mut found = HashMap::new();
    if !crossing::any_may_cross(query) {
        return Ok(found);
    }
    let apart = flag::TOC | flag::FOOTNOTE;
    let mut open: Vec<usize> = (0..rows.len()).filter(|at| rows[*at].flags & apart == 0).collect();
    for step in 1..=MOST_STEPS {
        let key = |at: usize| format!("{}-{}", rows[at].key, rows[at].position + step);
        let keys: Vec<String> = open.iter().map(|at| key(*at)).collect();
        let next = reading::following(wire, &keys)?;
        open.retain(|at| match next.get(&key(*at)) {
            Some((flags, _)) if flags & apart != 0 => true,
            Some((_, passage)) => {
                found.insert(*at, passage.clone());
                false
            }
            None => false,
        });
        if open.is_empty() {
            break;
        }
    }
    Ok(found)
}

/// Judges all candidates; without a query, each is a hit. `years` are the plans of the years that a query wishes for.
pub(super) fn judge(
    analyzer: &Analyzer,
    (query, years): (Option<&Compiled>, &[Plan]),
    rows: &[Row],
    documents: &Documents,
    next: &HashMap<usize, Passage>,
    scale: &Scale,
    watch: &Watch,
) -> Vec<Judged> {
    let Some(query) = query else {
        let every = |at| Judged { at, tier: Tier::Word, place: Place::Anywhere, score: 0.0, names_year: false };
        return (0..rows.len()).map(every).collect();
    };
    let mut judged = Vec::new();
    for (at, row) in rows.iter().enumerate() {
        if watch.is_over() {
            break;
        }
        let rest = next.get(&at).map(|next| next.text.as_str());
        judged.extend(one(analyzer, (query, years), (at, row), documents, rest, scale, watch));
    }
    shown(rows, judged)
}

/// Judges one candidate by its text; `rest` is the text in which it continues.
pub(super) fn one(
    analyzer: &Analyzer,
    (query, years): (&Compiled, &[Plan]),
    (at, row): (usize, &Row),
    documents: &Documents,
    rest: Option<&str>,
    scale: &Scale,
    watch: &Watch,
) -> Option<Judged> {
    let ((_, passage), (document, _)) = (row.record.as_ref()?, documents.get(&row.key)?);
    let view = PassageView::for_query(analyzer, passage, &document.title, query, rest).watched(watch);
    let view = view.in_document(document);
    let Matched { tier, place } = match_passage(query, &view)?;
    let names_year = years.iter().any(|plan| names(plan, &view));
    Some(Judged { at, tier, place, score: scale.score(query, &view, row), names_year })
}

/// True where a passage, its headings or its title hold a plan.
pub(super) fn names(plan: &Plan, view: &PassageView<'_>) -> bool {
    let mut texts = TEXTS.into_iter().enumerate().filter(|(_, field)| plan.leaf.is_for(*field));
    texts.any(|(text, _)| !occurrences(plan, view, text).is_empty())
}

/// Keeps the passages that are shown: those that hold a word of the query; for a document without such a passage, its
/// first passage under the title or headings that hold the query.
pub(super) fn shown(rows: &[Row], judged: Vec<Judged>) -> Vec<Judged> {
    let mut kept = Vec::with_capacity(judged.len());
    for of_document in judged.chunk_by(|a, b| rows[a.at].document == rows[b.at].document) {
        let before = kept.len();
        kept.extend(of_document.iter().filter(|one| !one.place.is_above()).cloned());
        if kept.len() > before {
            continue;
        }
        if let Some(first) = of_document.iter().find(|one| one.place == Place::Title) {
            kept.push(first.clone());
            continue;
        }
        // Adjacent sections count as one.
        let below: Vec<&Judged> = of_document.iter().filter(|one| one.place == Place::Heading).collect();
        let runs = below.chunk_by(|a, b| rows[a.at].position + 1 == rows[b.at].position);
        kept.extend(runs.filter_map(|run| run.first().map(|first| (*first).clone())));
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::{Judged, shown};
    use crate::engine::cluster::reading::Row;
    use crate::query::{Place, Tier};

    #[test]
    fn a_document_is_shown_by_its_text_then_its_title_then_each_section() {
        let row = |document, position| Row { document, position, ..Row::default() };
        let rows: Vec<Row> = [(1, 1), (1, 2), (2, 1), (2, 2), (3, 4), (3, 5), (3, 9)].map(|(d, p)| row(d, p)).to_vec();
        let places =
            [Place::Title, Place::Body, Place::Title, Place::Title, Place::Heading, Place::Heading, Place::Heading];
        let judged = places.into_iter().enumerate();
        let judged =
            judged.map(|(at, place)| Judged { at, tier: Tier::Word, place, score: 0.0, names_year: false }).collect();
        assert_eq!(shown(&rows, judged).iter().map(|one| one.at).collect::<Vec<_>>(), [1, 2, 4, 6]);
    }
}
