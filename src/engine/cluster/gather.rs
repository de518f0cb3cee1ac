//! Gathers the passages that hold a query, with their columns: by the engine's own verdict where it tells all, else by
//! their texts.

use std::collections::HashSet;

use serde_json::Value;

use super::columns::Row;
use super::exact::{self, Named};
use super::judge::{self, Judge, Judged};
use super::pinned::Pinned;
use super::ranker;
use super::reading::{self, Columns, Needs};
use super::records::{self, Documents};
use super::score::Scale;
use super::whole::{self, Reader, Whole};
use super::wire::WireError;
use super::{Cluster, candidates, lower};
use crate::analysis::Analyzer;
use crate::engine::Request;
use crate::engine::ranking::hit::{Hit, by_rank};
use crate::engine::ranking::wishes::Wishes;
use crate::index::flag;
use crate::query::budget::Watch;
use crate::query::filter::FilterTests;
use crate::query::{Compiled, Place, Plan, Tier};

/// Number of hits whose first scores are computed from their texts, where the engine counted the occurrences; and where
/// it could not, because a word has one character.
const REFINED: usize = 150;
const REFINED_SHORT: usize = 600;
/// Most hits whose texts are kept when all candidates are judged by theirs.
const KEPT: usize = 2_000;

/// A query as passages are gathered for it.
pub(super) struct Sought<'a> {
    pub cluster: &'a Cluster,
    pub request: &'a Request,
    pub filters: &'a FilterTests,
    pub query: Option<&'a Compiled>,
    /// Plans of the years that the query wishes for.
    pub years: &'a [Plan],
    pub scale: &'a Scale,
    pub watch: &'a Watch,
}

/// The passages that hold a query.
#[derive(Default)]
pub(super) struct Gathered<'q> {
    /// Candidates in the order of documents and positions.
    pub rows: Vec<Row>,
    /// Documents of the rows whose texts were read.
    pub documents: Documents,
    pub judged: Vec<Judged>,
    /// Documents that hold what the query asks of whole documents.
    pub whole: Whole<'q>,
    /// Reason why passages lack.
    pub lacks: Option<String>,
    /// Number of the best hits whose texts are read.
    refined: usize,
    /// True where first scores are estimates until the texts are read.
    is_estimate: bool,
}

impl<'q> Sought<'q> {
    fn analyzer(&self) -> &Analyzer {
        &self.cluster.analyzer
    }

    fn pinned(&self) -> &Pinned {
        &self.cluster.pinned
    }

    /// Gathers the passages.
    pub fn gather(&self) -> Result<Gathered<'q>, WireError> {
        let Some(query) = self.query else { return self.by_columns(&Named::of(narrowed(self.request, self.filters))) };
        let named = exact::named(query, self.years);
        if let Some(named) = named.filter(|named| reading::checked(self.pinned().wire(), &named.query).is_ok()) {
            match self.by_columns(&named) {
                // An engine without the scores of names.
                Err(WireError::Refused { status: 400, .. }) => {}
                other => return other,
            }
        }
        self.by_texts(query)
    }

    fn by_texts(&self, query: &'q Compiled) -> Result<Gathered<'q>, WireError> {
        let reader = Reader { pinned: self.pinned(), analyzer: self.analyzer(), watch: self.watch };
        let mut whole = Whole::of(reader, query)?;
        let mut found = Vec::new();
        let lacks = candidates::each(self.pinned(), query, self.watch, &mut |mut batch| {
            for one in self.judge(query).all(&batch, &whole) {
                let mut row = std::mem::take(&mut batch.rows[one.at]);
                row.record = row.record.filter(|_| found.len() < KEPT);
                found.push((row, one));
            }
        })?;
        let lacks = lacks.or(whole.lacks.take());
        // Several questions were answered one after the other.
        found.sort_by_key(|(row, _)| (row.document, row.position));
        let (rows, judged): (Vec<Row>, Vec<Judged>) = found.into_iter().unzip();
        let judged = judged.into_iter().enumerate().map(|(at, one)| Judged { at, ..one }).collect();
        let judged = judge::shown(&rows, judged);
        Ok(Gathered { rows, judged, whole, lacks, refined: REFINED, ..Gathered::default() })
    }

    fn judge<'a>(&'a self, query: &'a Compiled) -> Judge<'a> {
        Judge { analyzer: self.analyzer(), query, years: self.years, scale: self.scale, watch: self.watch }
    }

    fn by_columns(&self, named: &Named) -> Result<Gathered<'q>, WireError> {
        let needs = Needs {
            metadata: self.request.facets || !self.filters.is_empty() || self.filters.naming.is_some(),
            looks: self.request.fold_duplicates && self.request.limit > 0,
            names: self.query.is_some(),
        };
        let Columns { rows, names, lacks } = reading::columns(self.pinned(), &named.query, needs, self.watch)?;
        let refined = if named.is_short { REFINED_SHORT } else { REFINED };
        let mut gathered = Gathered { rows, lacks, refined, is_estimate: true, ..Gathered::default() };
        let Some(query) = self.query else {
            gathered.judged = every(&gathered.rows);
            return Ok(gathered);
        };
        // In a repaired passage the text tells which occurrences stand in a repair.
        let is_repaired = |at: &usize| gathered.rows[*at].flags & flag::REPAIRED != 0;
        let repaired: Vec<usize> = (0..gathered.rows.len()).filter(is_repaired).collect();
        gathered.fill(self.pinned(), &repaired)?;
        let mut plans = 0;
        query.positive_plans(&mut |_| plans += 1);
        let judged =
            names.iter().enumerate().filter_map(|(at, found)| self.of_row(named, &gathered, plans, (at, found)));
        let judged = judged.collect();
        gathered.judged = judge::shown(&gathered.rows, judged);
        Ok(gathered)
    }

    fn of_row(
        &self,
        named: &Named,
        gathered: &Gathered<'_>,
        plans: usize,
        (at, found): (usize, &Value),
    ) -> Option<Judged> {
        let (query, row) = (self.query?, &gathered.rows[at]);
        if row.record.is_some() {
            return self.judge(query).one((at, row), &gathered.documents, None, &Whole::default());
        }
        let held = named.held(found, plans);
        let matched = exact::verdict(query, &held, &mut 0)?;
        let score = self.scale.estimate(query, &held, row);
        Some(Judged { at, tier: matched.tier, place: matched.place, score, names_year: named.names_year(found) })
    }

    /// Reads the texts of the best hits, and computes their first scores from them where these are estimates.
    pub fn refine(
        &self,
        gathered: &mut Gathered<'_>,
        wishes: &Wishes,
        naming: &HashSet<usize>,
        hits: &mut [Hit],
    ) -> Result<(), WireError> {
        let Some(query) = self.query else { return Ok(()) };
        // The texts of the hits of the page are read in any case.
        let most = gathered.refined.max(self.request.offset.saturating_add(self.request.limit));
        let is_open = |hit: &Hit, gathered: &Gathered<'_>| gathered.rows[hit.address.doc_id as usize].record.is_none();
        let mut best: Vec<usize> = (0..hits.len()).collect();
        if best.len() > most {
            best.select_nth_unstable_by(most - 1, |a, b| by_rank(&hits[*a], &hits[*b]));
            best.truncate(most);
        }
        let places: Vec<usize> = best.iter().map(|at| hits[*at].address.doc_id as usize).collect();
        best.retain(|at| gathered.is_estimate && is_open(&hits[*at], gathered));
        gathered.fill(self.pinned(), &places)?;
        for at in best {
            let hit = &mut hits[at];
            let row = &gathered.rows[hit.address.doc_id as usize];
            let documents = &gathered.documents;
            let Some(view) = whole::view_of(self.analyzer(), query, row, documents, None) else { continue };
            hit.score = self.scale.score(query, &view, row, &Whole::default());
            hit.score *= ranker::of_exact(wishes, naming, &gathered.rows, hit);
        }
        Ok(())
    }
}

/// Judges rows without a query: each is a hit.
fn every(rows: &[Row]) -> Vec<Judged> {
    let one = |at| Judged { at, tier: Tier::Word, place: Place::Anywhere, score: 0.0, names_year: false };
    (0..rows.len()).map(one).collect()
}

impl Gathered<'_> {
    /// Reads the texts of some rows, and their documents, where they were not read yet.
    pub fn fill(&mut self, pinned: &Pinned, places: &[usize]) -> Result<(), WireError> {
        fill(pinned, &mut self.rows, &mut self.documents, places)
    }
}

/// Reads the texts of some rows, and their documents, where they were not read yet.
pub(super) fn fill(
    pinned: &Pinned,
    rows: &mut [Row],
    documents: &mut Documents,
    places: &[usize],
) -> Result<(), WireError> {
    let open: Vec<usize> = places.iter().copied().filter(|at| rows[*at].record.is_none()).collect();
    let key = |row: &Row| format!("{}-{}", row.key, row.position);
    let mut read = records::passages(pinned, &open.iter().map(|at| key(&rows[*at])).collect::<Vec<_>>())?;
    for at in &open {
        if let Some(row) = read.remove(&key(&rows[*at])) {
            rows[*at] = row;
        }
    }
    let unknown = places.iter().map(|at| &rows[*at]).filter(|row| !documents.contains_key(&row.key));
    let read = records::documents_of(pinned, unknown)?;
    documents.extend(read);
    Ok(())
}

/// Lowers the filters of a request without words. Facets need the passages that their own filters leave out.
pub(super) fn narrowed(request: &Request, filters: &FilterTests) -> Value {
    if request.facets || filters.naming.is_some() {
        return lower::all();
    }
    lower::filters(&[&filters.theme, &filters.commitment, &filters.series, &filters.date])
}
