//! Judges candidates by their texts: the verdict, tier and place of each passage, and the passages that are shown.

use std::panic::resume_unwind;

use super::candidates::Batch;
use super::columns::Row;
use super::records::Documents;
use super::score::Scale;
use super::whole::{self, Whole};
use crate::analysis::Analyzer;
use crate::matching::passage::{Matched, PassageView, TEXTS, occurrences};
use crate::query::budget::Watch;
use crate::query::{Compiled, Place, Plan, Tier};

/// Fewest candidates for which a thread is worth its start.
const LEAST_SHARE: usize = 200;

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

/// What candidates are judged by.
#[derive(Clone, Copy)]
pub(super) struct Judge<'a> {
    pub analyzer: &'a Analyzer,
    pub query: &'a Compiled,
    /// Plans of the years that the query wishes for.
    pub years: &'a [Plan],
    pub scale: &'a Scale,
    pub watch: &'a Watch,
}

impl Judge<'_> {
    /// Judges candidates. `whole` are the documents that hold the parts of the query that look at documents.
    pub fn all(&self, batch: &Batch, whole: &Whole<'_>) -> Vec<Judged> {
        let Batch { rows, documents, next } = batch;
        let of_share = &|(first, rows): (usize, &[Row])| {
            let mut judged = Vec::new();
            for (at, row) in (first..).zip(rows) {
                if self.watch.is_over() {
                    break;
                }
                let rest = next.get(&at).map(|next| next.text.as_str());
                judged.extend(self.one((at, row), documents, rest, whole));
            }
            judged
        };
        // Finding words in texts is most of the work.
        let share = rows.len().div_ceil(std::thread::available_parallelism().map_or(1, usize::from)).max(LEAST_SHARE);
        let shares = rows.chunks(share).enumerate().map(|(at, rows)| (at * share, rows));
        std::thread::scope(|scope| {
            let running: Vec<_> = shares.map(|share| scope.spawn(move || of_share(share))).collect();
            let ended = running.into_iter().map(|one| one.join().unwrap_or_else(|panic| resume_unwind(panic)));
            ended.flatten().collect()
        })
    }

    /// Judges one candidate by its text; `rest` is the text in which it continues.
    pub fn one(
        &self,
        (at, row): (usize, &Row),
        documents: &Documents,
        rest: Option<&str>,
        whole: &Whole<'_>,
    ) -> Option<Judged> {
        let Self { analyzer, query, years, scale, watch } = *self;
        let view = whole::view_of(analyzer, query, row, documents, rest)?.watched(watch);
        let Matched { tier, place } = whole.matched(query, row, &view)?;
        let names_year = years.iter().any(|plan| names(plan, &view));
        Some(Judged { at, tier, place, score: scale.score(query, &view, row, whole), names_year })
    }
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
    use crate::engine::cluster::columns::Row;
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
