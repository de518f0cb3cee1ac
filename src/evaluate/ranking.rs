//! Evaluates rankings against relevance judgments: nDCG, MRR, recall, latency.

use std::collections::{BTreeMap, HashMap};
use std::time::Instant;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::EvaluateError;
use crate::engine::{Collection, Request, SearchError};
use crate::query::Budget;

/// Documents per ranking.
const DEPTH: usize = 100;
/// Passages fetched to obtain that many documents.
const PASSAGES: usize = 400;
/// Hits per search in the latency measurement.
const PAGE: usize = 10;
/// Passes over the queries in the latency measurement.
const PASSES: usize = 3;

/// A query of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunQuery {
    /// Its id.
    pub id: String,
    /// Its text.
    pub text: String,
}

/// The figures of a run; latencies in µs.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct RankingReport {
    /// Queries with a judgment.
    pub queries: usize,
    /// nDCG at 10.
    pub ndcg_10: f64,
    /// Mean reciprocal rank at 10.
    pub mrr_10: f64,
    /// Recall at 10.
    pub recall_10: f64,
    /// Recall at 100.
    pub recall_100: f64,
    /// Median latency of finding the ten best.
    pub p50_us: u64,
    /// 95th percentile.
    pub p95_us: u64,
    /// 99th percentile.
    pub p99_us: u64,
    /// The same three percentiles for the whole answer: ten hits with texts and highlights, and facets.
    pub answer_us: [u64; 3],
    /// The ranking of each query, best document first.
    #[serde(skip)]
    pub run: Vec<RunLine>,
}

/// A document in the ranking of a query.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RunLine {
    /// Id of the query.
    pub query: String,
    /// Id of the document.
    pub document: String,
    /// Place in the ranking, from 1. Scores of different tiers are not comparable, so only the rank gives the order.
    pub rank: usize,
    /// Score of its best passage.
    pub score: f32,
}

/// Reads `{"id","text"}` lines.
///
/// # Errors
/// A line is not such an object.
pub fn read_queries(text: &str, path: &str) -> Result<Vec<RunQuery>, EvaluateError> {
    #[derive(Deserialize)]
    struct Line {
        id: Value,
        text: String,
    }
    let parse = |(at, line): (usize, &str)| {
        let line: Line =
            serde_json::from_str(line).map_err(|error| EvaluateError::of_file(format!("{path}:{}", at + 1), error))?;
        let id = line.id.as_str().map_or_else(|| line.id.to_string(), str::to_owned);
        Ok(RunQuery { id, text: line.text })
    };
    text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()).map(parse).collect()
}

/// Reads `query<TAB>document<TAB>relevance` lines.
fn read_judgments(text: &str, path: &str) -> Result<HashMap<String, HashMap<String, u32>>, EvaluateError> {
    let mut judgments: HashMap<String, HashMap<String, u32>> = HashMap::new();
    for (at, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let cells: Vec<&str> = line.split('\t').collect();
        let relevance = cells.last().and_then(|cell| cell.trim().parse().ok());
        match (cells.as_slice(), relevance) {
            ([query, document, _], Some(relevance)) | ([query, _, document, _], Some(relevance)) => {
                judgments.entry((*query).to_owned()).or_default().insert((*document).to_owned(), relevance);
            }
            _ if at == 0 => {}
            _ => {
                return Err(EvaluateError::file(
                    format!("{path}:{}", at + 1),
                    "expected query, document and relevance, separated by tabs",
                ));
            }
        }
    }
    Ok(judgments)
}

/// Runs queries, each within a budget of its own, and scores the documents by their best passage.
///
/// # Errors
/// The judgments cannot be read, or a search fails.
pub fn run_ranking(
    collection: &dyn Collection,
    queries: &[RunQuery],
    judgments: &str,
    judgments_path: &str,
    budget: impl Fn() -> Budget,
) -> Result<RankingReport, EvaluateError> {
    let judgments = read_judgments(judgments, judgments_path)?;
    let mut report = RankingReport::default();
    // The options of the command by default.
    let asked = || Request { fold_duplicates: true, budget: budget(), ..Request::default() };
    for query in queries {
        let request = Request { text: query.text.clone(), limit: PASSAGES, ..asked() };
        let documents = collection.ranking(&request, DEPTH)?;
        for (rank, (name, score)) in documents.iter().enumerate() {
            report.run.push(RunLine { query: query.id.clone(), document: name.clone(), rank: rank + 1, score: *score });
        }
        if let Some(relevant) =
            judgments.get(&query.id).filter(|relevant| relevant.values().any(|relevance| *relevance > 0))
        {
            score(&documents, relevant, &mut report);
        }
    }
    let count = report.queries.max(1) as f64;
    for figure in [&mut report.ndcg_10, &mut report.mrr_10, &mut report.recall_10, &mut report.recall_100] {
        *figure /= count;
    }
    // Latency is measured for a page of ten, which is what a user waits for, not for the whole ranking. By now the
    // index is in memory.
    let page = |query: &RunQuery| Request { text: query.text.clone(), limit: PAGE, ..asked() };
    [report.p50_us, report.p95_us, report.p99_us] =
        latencies(queries, |query| collection.ranking(&page(query), 0).map(drop))?;
    report.answer_us =
        latencies(queries, |query| collection.search(&Request { facets: true, ..page(query) }).map(drop))?;
    Ok(report)
}

/// Measures the median, 95th and 99th percentile of the queries' times, in µs; the time of a query is the median of
/// several passes.
fn latencies(
    queries: &[RunQuery],
    mut run: impl FnMut(&RunQuery) -> Result<(), SearchError>,
) -> Result<[u64; 3], SearchError> {
    let mut passes = vec![[0; PASSES]; queries.len()];
    for pass in 0..PASSES {
        for (query, took) in queries.iter().zip(&mut passes) {
            let started = Instant::now();
            run(query)?;
            took[pass] = started.elapsed().as_micros() as u64;
        }
    }
    let mut took: Vec<u64> = passes
        .iter_mut()
        .map(|took| {
            took.sort_unstable();
            took[PASSES / 2]
        })
        .collect();
    took.sort_unstable();
    Ok([50, 95, 99]
        .map(|share| took.get((took.len() * share / 100).min(took.len().saturating_sub(1))).copied().unwrap_or(0)))
}

fn score(documents: &[(String, f32)], relevant: &HashMap<String, u32>, report: &mut RankingReport) {
    let gain = |relevance: u32, rank: usize| f64::from(relevance) / (rank as f64 + 2.0).log2();
    let mut ideal: Vec<u32> = relevant.values().copied().filter(|relevance| *relevance > 0).collect();
    ideal.sort_unstable_by(|a, b| b.cmp(a));
    let best: f64 = ideal.iter().take(10).enumerate().map(|(rank, relevance)| gain(*relevance, rank)).sum();
    let relevance = |name: &str| relevant.get(name).copied().unwrap_or(0);
    let found: f64 = documents.iter().take(10).enumerate().map(|(rank, (name, _))| gain(relevance(name), rank)).sum();
    let hits = |depth: usize| {
        documents.iter().take(depth).filter(|(name, _)| relevance(name) > 0).count() as f64 / ideal.len().max(1) as f64
    };
    report.queries += 1;
    report.ndcg_10 += if best > 0.0 { found / best } else { 0.0 };
    report.mrr_10 += documents
        .iter()
        .take(10)
        .position(|(name, _)| relevance(name) > 0)
        .map_or(0.0, |rank| 1.0 / (rank as f64 + 1.0));
    report.recall_10 += hits(10);
    report.recall_100 += hits(100);
}

/// Figures in the order they are shown.
impl RankingReport {
    /// Returns the name and value of each figure.
    pub fn figures(&self) -> BTreeMap<&'static str, String> {
        BTreeMap::from([
            ("1 queries", self.queries.to_string()),
            ("2 nDCG@10", format!("{:.4}", self.ndcg_10)),
            ("3 MRR@10", format!("{:.4}", self.mrr_10)),
            ("4 recall@10", format!("{:.4}", self.recall_10)),
            ("5 recall@100", format!("{:.4}", self.recall_100)),
            ("6 p50 µs", self.p50_us.to_string()),
            ("7 p95 µs", self.p95_us.to_string()),
            ("8 p99 µs", self.p99_us.to_string()),
            ("9 answer µs", self.answer_us.map(|us| us.to_string()).join(" / ")),
        ])
    }
}
