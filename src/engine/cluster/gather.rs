//! Gathers the passages that hold a query, with their columns: by the engine's own verdict where it tells all, else by
//! their texts.

use std::collections::HashSet;

use serde_json::Value;

use super::exact::{self, Named};
use super::judge::{self, Documents, Judged};
use super::ranker;
use super::reading::{self, Candidates, Needs, Row};
use super::score::Scale;
use super::wire::{Wire, WireError};
use super::{Cluster, lower};
use crate::analysis::Analyzer;
use crate::document::counted;
use crate::engine::Request;
use crate::engine::ranking::hit::{Hit, by_rank};
use crate::engine::ranking::wishes::Wishes;
use crate::index::flag;
use crate::matching::passage::PassageView;
use crate::query::budget::Watch;
use crate::query::filter::FilterTests;
use crate::query::{Compiled, Place, Plan, Tier};

/// Number of hits whose first scores are computed from their texts, where the engine counted the occurrences; and where
/// it could not, because a word has one character.
const REFINED: usize = 150;
const REFINED_SHORT: usize = 600;

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
pub(super) struct Gathered {
    /// Candidates in the order of documents and positions.
    pub rows: Vec<Row>,
    /// Documents of the rows whose texts were read.
    pub documents: Documents,
    /// The passages after some rows, by place of the row, where the query may match over a seam.
    pub next: std::collections::HashMap<usize, crate::document::Passage>,
    pub judged: Vec<Judged>,
    /// Reason why passages lack.
    pub lacks: Option<String>,
    /// Number of hits to score by their texts; `None` where all texts were read.
    refined: Option<usize>,
}

impl Sought<'_> {
    fn analyzer(&self) -> &Analyzer {
        self.cluster.analyzer()
    }

    fn wire(&self) -> &Wire {
        &self.cluster.wire
    }

    /// Gathers the passages.
    pub fn gather(&self) -> Result<Gathered, WireError> {
        let named = match self.query {
            None => Some(Named::of(narrowed(self.request, self.filters))),
            Some(query) => {
                exact::named(query, self.years).filter(|named| reading::checked(self.wire(), &named.query).is_ok())
            }
        };
        if let Some(named) = named {
            match self.by_columns(&named) {
                // An engine without the scores of names.
                Err(WireError::Refused { status: 400, .. }) => {}
                other => return other,
            }
        }
        self.by_texts()
    }

    fn by_texts(&self) -> Result<Gathered, WireError> {
        let Candidates { rows, mut lacks } = self.candidates()?;
        let documents = reading::documents(self.wire(), &keys(rows.iter()))?;
        let alone = rows.iter().filter(|row| !documents.contains_key(&row.key)).count();
        if alone > 0 {
            lacks = Some(format!("{} found no document", counted(alone, "passage")));
        }
        let next = self.query.map(|query| judge::next_texts(self.wire(), query, &rows)).transpose()?;
        let next = next.unwrap_or_default();
        let judged =
            judge::judge(self.analyzer(), (self.query, self.years), &rows, &documents, &next, self.scale, self.watch);
        Ok(Gathered { rows, documents, next, judged, lacks, refined: None })
    }

    /// Reads the candidates. Alternatives with more clauses together than the engine takes are asked for one part after
    /// another.
    fn candidates(&self) -> Result<Candidates, WireError> {
        let query = self.query.map_or_else(lower::all, lower::candidates);
        let queries = match (self.query, reading::checked(self.wire(), &query)) {
            (Some(Compiled::Or(nodes)), Err(_)) => parts(nodes, &|query| reading::checked(self.wire(), query))?,
            _ => vec![query],
        };
        let mut all = Candidates::default();
        for query in &queries {
            let Candidates { rows, lacks } = reading::candidates(self.wire(), query, self.watch)?;
            all.rows.extend(rows);
            all.lacks = all.lacks.or(lacks);
        }
        if queries.len() > 1 {
            let place = |row: &Row| (row.document, row.position);
            all.rows.sort_by_key(place);
            all.rows.dedup_by_key(|row| place(row));
        }
        Ok(all)
    }

    fn by_columns(&self, named: &Named) -> Result<Gathered, WireError> {
        let needs = Needs {
            metadata: self.request.facets || !self.filters.is_empty() || self.filters.naming.is_some(),
            looks: self.request.fold_duplicates && self.request.limit > 0,
        };
        let (Candidates { rows, lacks }, found) = reading::columns(self.wire(), &named.query, needs, self.watch)?;
        let refined = if named.is_short { REFINED_SHORT } else { REFINED };
        let mut gathered = Gathered { rows, lacks, refined: Some(refined), ..Gathered::default() };
        let Some(query) = self.query else {
            let every = |at| Judged { at, tier: Tier::Word, place: Place::Anywhere, score: 0.0, names_year: false };
            gathered.judged = (0..gathered.rows.len()).map(every).collect();
            return Ok(gathered);
        };
        // In a repaired passage the text tells which occurrences stand in a repair.
        let is_repaired = |at: &usize| gathered.rows[*at].flags & flag::REPAIRED != 0;
        let repaired: Vec<usize> = (0..gathered.rows.len()).filter(is_repaired).collect();
        gathered.fill(self.wire(), &repaired)?;
        let mut plans = 0;
        query.positive_plans(&mut |_| plans += 1);
        let judged =
            found.iter().enumerate().filter_map(|(at, found)| self.of_row(named, &gathered, plans, (at, found)));
        let judged = judged.collect();
        gathered.judged = judge::shown(&gathered.rows, judged);
        Ok(gathered)
    }

    fn of_row(&self, named: &Named, gathered: &Gathered, plans: usize, (at, found): (usize, &Value)) -> Option<Judged> {
        let (query, row) = (self.query?, &gathered.rows[at]);
        if row.record.is_some() {
            let asked = (query, self.years);
            return judge::one(self.analyzer(), asked, (at, row), &gathered.documents, None, self.scale, self.watch);
        }
        let held = named.held(found, plans);
        let matched = exact::verdict(query, &held, &mut 0)?;
        let score = self.scale.estimate(query, &held, row);
        Some(Judged { at, tier: matched.tier, place: matched.place, score, names_year: named.names_year(found) })
    }

    /// Computes the first scores of the best hits from their texts, where they are estimates.
    pub fn refine(
        &self,
        gathered: &mut Gathered,
        wishes: &Wishes,
        naming: &HashSet<usize>,
        hits: &mut [Hit],
    ) -> Result<(), WireError> {
        let (Some(most), Some(query)) = (gathered.refined, self.query) else { return Ok(()) };
        // The texts of the hits of the page are read in any case.
        let most = most.max(self.request.offset.saturating_add(self.request.limit));
        let is_open = |hit: &Hit, gathered: &Gathered| gathered.rows[hit.address.doc_id as usize].record.is_none();
        let mut best: Vec<usize> = (0..hits.len()).collect();
        if best.len() > most {
            best.select_nth_unstable_by(most - 1, |a, b| by_rank(&hits[*a], &hits[*b]));
            best.truncate(most);
        }
        best.retain(|at| is_open(&hits[*at], gathered));
        let places: Vec<usize> = best.iter().map(|at| hits[*at].address.doc_id as usize).collect();
        gathered.fill(self.wire(), &places)?;
        for at in best {
            let hit = &mut hits[at];
            let row = &gathered.rows[hit.address.doc_id as usize];
            let (Some((_, passage)), Some((document, _))) = (&row.record, gathered.documents.get(&row.key)) else {
                continue;
            };
            let view = PassageView::for_query(self.analyzer(), passage, &document.title, query, None);
            hit.score = self.scale.score(query, &view, row);
            hit.score *= ranker::of_exact(wishes, naming, &gathered.rows, hit);
        }
        Ok(())
    }
}

impl Gathered {
    /// Reads the texts of some rows, and their documents, where they were not read yet.
    pub fn fill(&mut self, wire: &Wire, places: &[usize]) -> Result<(), WireError> {
        fill(wire, &mut self.rows, &mut self.documents, places)
    }
}

/// Reads the texts of some rows, and their documents, where they were not read yet.
pub(super) fn fill(
    wire: &Wire,
    rows: &mut [Row],
    documents: &mut Documents,
    places: &[usize],
) -> Result<(), WireError> {
    let open: Vec<usize> = places.iter().copied().filter(|at| rows[*at].record.is_none()).collect();
    let key = |row: &Row| format!("{}-{}", row.key, row.position);
    let mut read = reading::passages(wire, &open.iter().map(|at| key(&rows[*at])).collect::<Vec<_>>())?;
    for at in &open {
        if let Some(row) = read.remove(&key(&rows[*at])) {
            rows[*at] = row;
        }
    }
    let unknown = open.iter().map(|at| &rows[*at]).filter(|row| !documents.contains_key(&row.key));
    let unknown = keys(unknown);
    documents.extend(reading::documents(wire, &unknown)?);
    Ok(())
}

/// Lowers alternatives to queries that pass a test: together where they pass, else in halves.
fn parts(nodes: &[Compiled], test: &dyn Fn(&Value) -> Result<(), WireError>) -> Result<Vec<Value>, WireError> {
    let query = lower::candidates(&Compiled::Or(nodes.to_vec()));
    match test(&query) {
        Err(_) if nodes.len() > 1 => {
            let (first, second) = nodes.split_at(nodes.len() / 2);
            let mut queries = parts(first, test)?;
            queries.extend(parts(second, test)?);
            Ok(queries)
        }
        tested => tested.map(|()| vec![query]),
    }
}

/// Returns the keys of the documents of some rows, each once.
fn keys<'a>(rows: impl Iterator<Item = &'a Row>) -> Vec<String> {
    let mut keys: Vec<String> = rows.map(|row| row.key.clone()).collect();
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// Lowers the filters of a request without words. Facets need the passages that their own filters leave out.
pub(super) fn narrowed(request: &Request, filters: &FilterTests) -> Value {
    if request.facets || filters.naming.is_some() {
        return lower::all();
    }
    let kinds = [&filters.theme, &filters.commitment, &filters.series, &filters.date];
    let parts = kinds.into_iter().filter(|tests| !tests.is_empty());
    lower::all_of(parts.map(|tests| lower::any_of(tests.iter().map(lower::facet).collect())).collect(), Vec::new())
}

#[cfg(test)]
mod tests {
    use super::parts;
    use crate::analysis::Analyzer;
    use crate::engine::cluster::WireError;
    use crate::engine::cluster::lint::lint;
    use crate::query::{Compiled, compile, parse};

    #[test]
    fn alternatives_with_too_many_clauses_are_asked_for_in_parts() {
        let text = "米国 OR 情報共有 OR 連携 OR 重要インフラ";
        let node = parse(text).ok().and_then(|parsed| parsed.node).unwrap_or_else(|| panic!("{text}"));
        let compiled = compile(&node, &Analyzer::default(), false).unwrap_or_else(|error| panic!("{error}"));
        let Compiled::Or(nodes) = &compiled else { panic!("alternatives") };
        let within = |most: usize| {
            let all = parts(nodes, &|query| match lint(query) {
                Ok(leaves) if leaves <= most => Ok(()),
                _ => Err(WireError::Query("too many clauses".to_owned())),
            });
            all.map_or(0, |queries| queries.len())
        };
        let leaves = |nodes: &[Compiled]| {
            parts(nodes, &|_| Ok(())).ok().and_then(|queries| lint(&queries[0]).ok()).unwrap_or_default()
        };
        let most = nodes.iter().map(|node| leaves(std::slice::from_ref(node))).max().unwrap_or_default();
        assert_eq!((within(leaves(nodes)), within(most - 1)), (1, 0), "a single word with too many is refused");
        assert!((2..=4).contains(&within(leaves(nodes) - 1)) && within(most) >= 2);
    }
}
