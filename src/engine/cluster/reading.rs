//! Reads rows of the pinned generations page by page.

use std::collections::HashMap;
use std::panic::resume_unwind;
use std::sync::mpsc::sync_channel;
use std::time::Duration;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::columns::{ALL, LOOK, PLACE, Packed, Row, VALUES};
use super::lint::lint;
use super::pinned::Pinned;
use super::wire::{Wire, WireError};
use crate::engine::OUT_OF_TIME;
use crate::index::IndexedPassage;
use crate::query::budget::Watch;

/// Number of rows of a page with texts.
const PAGE: usize = 2_000;
/// Most rows that are read for a search; more make the answer a part.
pub(super) const MOST_ROWS: usize = 500_000;
/// Fewest rows of a page, after an engine that was short of memory.
const FEWEST: usize = 250;
/// Parts of the kinds of failures that pass by themselves.
const BUSY: [&str; 2] = ["circuit_breaking", "rejected_execution"];
/// Pauses before a busy engine is asked again.
const PAUSES: [Duration; 3] = [Duration::from_millis(100), Duration::from_millis(400), Duration::from_secs(1)];
/// Number of rows of a page without texts: the most that the engine gives.
pub(super) const ROWS: usize = 10_000;

/// Columns that an answer needs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Needs {
    /// Those of filters and facets.
    pub metadata: bool,
    /// Those that tell near-duplicates.
    pub looks: bool,
    /// The scores of the named parts that found each row.
    pub names: bool,
}

/// Rows of a query, without their texts.
#[derive(Debug, Default)]
pub(super) struct Columns {
    /// In the order of documents and positions.
    pub rows: Vec<Row>,
    /// The scores of the named parts that found each.
    pub names: Vec<Value>,
    /// Reason why rows lack: the bound, the time, or shards that did not answer.
    pub lacks: Option<String>,
}

/// A search as the engine answers it.
#[derive(Deserialize)]
struct Page {
    #[serde(rename = "_shards")]
    shards: Shards,
    #[serde(default)]
    timed_out: bool,
    hits: Hits,
}

#[derive(Deserialize)]
struct Hits {
    hits: Vec<Hit>,
}

/// Numbers of the shards that were asked, and of those that answered.
#[derive(Deserialize)]
struct Shards {
    total: u64,
    successful: u64,
    failed: u64,
    #[serde(default)]
    failures: Vec<Failure>,
}

/// Why a shard did not answer.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Failure {
    reason: Reason,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Reason {
    #[serde(rename = "type")]
    kind: String,
}

/// A row that a search found.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Hit {
    #[serde(rename = "_id")]
    pub key: String,
    #[serde(rename = "_index")]
    pub generation: String,
    #[serde(rename = "_source")]
    source: Option<Source>,
    fields: Packed,
    /// Named parts of the query that found it, with their scores.
    matched_queries: Value,
    sort: Vec<Value>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Source {
    record: String,
}

impl Hit {
    /// Returns the version of a document, a file or a part of the vocabulary, where it was asked for.
    pub fn version(&self) -> Option<&str> {
        self.fields.version.as_ref().map(|[text]| text.as_str())
    }

    /// Reads its record.
    pub fn record<T: DeserializeOwned>(&self) -> Result<T, WireError> {
        let text = self.source.as_ref().map_or("", |source| &source.record);
        serde_json::from_str(text).map_err(|error| WireError::Torn(format!("a record is no JSON of ours: {error}")))
    }

    /// Reads its columns, and its text where it was asked for.
    pub fn row(&self, pinned: &Pinned) -> Result<Row, WireError> {
        let mut row = self.fields.row()?;
        let first = pinned.part(&self.generation).map_or(0, |part| part.first_root);
        if first > 0
            && let Some((root, path)) = row.path.split_once('\t')
        {
            row.path = format!("{}\t{path}", root.parse().unwrap_or(0) + first);
        }
        if self.source.is_some() {
            let IndexedPassage { document, passage } = self.record()?;
            row.record = Some((document, passage));
        }
        Ok(row)
    }
}

impl Shards {
    /// Tells which shards did not answer; `None` where all did.
    fn lacks(&self, timed_out: bool) -> Option<String> {
        // A shard that is on no node is neither successful nor failed.
        let missing = self.failed.max(self.total.saturating_sub(self.successful));
        if missing > 0 {
            let kind = self.failures.first().map(|failure| format!(" ({})", failure.reason.kind)).unwrap_or_default();
            return Some(format!("{missing} of {} shards of the engine did not answer{kind}", self.total));
        }
        timed_out.then(|| "the engine's time ran out".to_owned())
    }

    /// True where a shard was short of memory or threads, as it may be for a moment.
    fn are_busy(&self) -> bool {
        let is_busy = |kind: &str| BUSY.iter().any(|busy| kind.contains(busy));
        self.failures.iter().any(|failure| is_busy(&failure.reason.kind))
    }

    /// Refuses an answer from a part of the shards.
    fn all(&self, timed_out: bool) -> Result<(), WireError> {
        self.lacks(timed_out).map_or(Ok(()), |reason| Err(WireError::Part(reason)))
    }
}

/// Refuses numbers from a part of the shards.
pub(super) fn of_all_shards(answer: Value) -> Result<Value, WireError> {
    let torn = |error| WireError::Torn(format!("an answer that does not tell its shards: {error}"));
    let shards = Shards::deserialize(&answer["_shards"]).map_err(torn)?;
    shards.all(answer["timed_out"] == Value::Bool(true)).map(|()| answer)
}

/// Asks for numbers that must come from all shards: without some of them, scores and names would be wrong.
pub(super) fn from_all_shards(pinned: &Pinned, body: &Value) -> Result<Value, WireError> {
    let is_busy = |answer: &Value| Shards::deserialize(&answer["_shards"]).is_ok_and(|shards| shards.are_busy());
    of_all_shards(patiently(|_| pinned.wire().read(&pinned.path("_search"), body), is_busy)?)
}

/// Asks, and again after a pause where a shard is busy; tells the question whether it is asked again.
fn patiently<T>(
    mut ask: impl FnMut(bool) -> Result<T, WireError>,
    is_busy: impl Fn(&T) -> bool,
) -> Result<T, WireError> {
    let mut answer = ask(false)?;
    for pause in PAUSES {
        if !is_busy(&answer) {
            break;
        }
        std::thread::sleep(pause);
        answer = ask(true)?;
    }
    Ok(answer)
}

/// Searches for rows that must come from all shards.
pub(super) fn hits(pinned: &Pinned, path: &str, body: &Value) -> Result<Vec<Hit>, WireError> {
    let is_busy = |page: &Page| page.shards.are_busy();
    let page = patiently(|_| pinned.wire().read(&pinned.path(path), body), is_busy)?;
    page.shards.all(page.timed_out).map(|()| page.hits.hits)
}

/// Checks a query before it is sent; returns the number of its clauses.
pub(super) fn checked(wire: &Wire, query: &Value) -> Result<usize, WireError> {
    let leaves = lint(query).map_err(|error| WireError::Query(format!("internal error: outside the wire: {error}")))?;
    let most = wire.most_leaves(leaves);
    if leaves > most {
        return Err(WireError::Query(format!(
            "the query has {leaves} clauses with its other names and spellings, and the engine takes {most}; make it \
             shorter, ask with --no-variants, or let the engine take more: PUT _cluster/settings \
             {{\"persistent\":{{\"indices.query.bool.max_clause_count\":8192}}}}"
        )));
    }
    Ok(leaves)
}

/// Reads the passages that a query finds with their texts, in the order of documents and positions, and passes them to
/// `see` some at a time, so that memory does not grow with their number. `more` reads what belongs to them; it works on
/// the next ones meanwhile. Returns the reason why some lack.
pub(super) fn texts<T: Send>(
    pinned: &Pinned,
    query: &Value,
    (most, watch): (usize, &Watch),
    mut more: impl FnMut(Vec<Row>) -> Result<T, WireError> + Send,
    see: impl FnMut(T),
) -> Result<Option<String>, WireError> {
    let shape = Shape { page: PAGE, most, path: "_search", fields: json!({ "docvalue_fields": ALL }) };
    let (sender, receiver) = sync_channel(1);
    std::thread::scope(|scope| {
        let reading = scope.spawn(move || {
            pages(pinned, query, &shape, watch, &mut |hits| {
                let rows = hits.iter().map(|hit| hit.row(pinned)).collect::<Result<_, _>>()?;
                // There is always a receiver: it takes what is sent until this thread ends.
                let _ = sender.send(more(rows)?);
                Ok(())
            })
        });
        receiver.into_iter().for_each(see);
        reading.join().unwrap_or_else(|panic| resume_unwind(panic))
    })
}

/// Reads all passages that a query finds without their texts, up to [`MOST_ROWS`].
pub(super) fn columns(pinned: &Pinned, query: &Value, needs: Needs, watch: &Watch) -> Result<Columns, WireError> {
    let wanted = [(PLACE, true), (VALUES, needs.metadata), (LOOK, needs.looks)];
    let wanted: Vec<&str> = wanted.into_iter().filter(|(_, is_needed)| *is_needed).map(|(name, _)| name).collect();
    // Without this the engine unpacks the stored text of each row for its key.
    let fields = json!({ "stored_fields": "_none_", "docvalue_fields": wanted });
    let path = if needs.names { "_search?include_named_queries_score=true" } else { "_search" };
    let shape = Shape { page: ROWS, most: MOST_ROWS, path, fields };
    let mut found: Vec<(Row, Value)> = Vec::new();
    let lacks = pages(pinned, query, &shape, watch, &mut |hits| {
        for hit in hits {
            found.push((hit.row(pinned)?, hit.matched_queries));
        }
        Ok(())
    })?;
    found.sort_by_key(|(row, _)| (row.document, row.position));
    let (rows, names) = found.into_iter().unzip();
    Ok(Columns { rows, names, lacks })
}

/// How rows are read.
struct Shape {
    /// Number of rows of a page.
    page: usize,
    /// Most rows.
    most: usize,
    path: &'static str,
    /// Further keys of the request.
    fields: Value,
}

/// Reads hits page by page; returns the reason why some lack. Nothing writes to a generation that answers, so that all
/// pages are of one time. Rows lie in this order in the engine, which then stops at the end of a page.
fn pages(
    pinned: &Pinned,
    query: &Value,
    shape: &Shape,
    watch: &Watch,
    see: &mut dyn FnMut(Vec<Hit>) -> Result<(), WireError>,
) -> Result<Option<String>, WireError> {
    checked(pinned.wire(), query)?;
    let mut body = json!({
        "query": { "bool": { "filter": [super::lower::term("kind", "p"), query] } },
        "sort": [{ "document": "asc" }, { "position": "asc" }],
        "track_total_hits": false,
    });
    for (key, value) in shape.fields.as_object().into_iter().flatten() {
        body[key] = value.clone();
    }
    let (mut read, mut lacks, mut size) = (0, None, shape.page);
    loop {
        let ask = |is_again: bool| {
            if is_again {
                size = (size / 2).max(FEWEST);
            }
            body["size"] = size.into();
            pinned.wire().read(&pinned.path(shape.path), &body)
        };
        let mut page = patiently(ask, |page: &Page| page.shards.are_busy())?;
        lacks = lacks.or_else(|| page.shards.lacks(page.timed_out));
        let count = page.hits.hits.len();
        read += count;
        if let Some(last) = page.hits.hits.last_mut() {
            body["search_after"] = std::mem::take(&mut last.sort).into();
        }
        see(page.hits.hits)?;
        if count < size {
            return Ok(lacks);
        }
        if read >= shape.most {
            return Ok(Some(format!("only the first {} passages that may match were read", shape.most)));
        }
        if watch.is_over() {
            return Ok(Some(OUT_OF_TIME.to_owned()));
        }
    }
}

/// Passes all hits of a search in one generation to `see`, page by page in the order of their keys, each of which
/// stands once.
pub(super) fn each_hit(
    generation: &Pinned,
    mut body: Value,
    see: &mut dyn FnMut(Hit) -> Result<(), WireError>,
) -> Result<(), WireError> {
    checked(generation.wire(), &body["query"])?;
    body["sort"] = json!([{ "key": "asc" }]);
    body["track_total_hits"] = false.into();
    loop {
        let mut found = hits(generation, "_search", &body)?;
        match found.last_mut().map(|last| std::mem::take(&mut last.sort)) {
            Some(sort) if body["size"] == found.len() => body["search_after"] = sort.into(),
            _ => return found.into_iter().try_for_each(see),
        }
        found.into_iter().try_for_each(&mut *see)?;
    }
}

/// Returns the rows that a query scores best, best first, with scores from the counts of all shards.
pub(super) fn best(pinned: &Pinned, query: &Value, most: usize) -> Result<Vec<Row>, WireError> {
    checked(pinned.wire(), query)?;
    let sort = json!(["_score", { "document": "asc" }, { "position": "asc" }]);
    let body = json!({ "size": most, "query": query, "sort": sort, "track_total_hits": false, "docvalue_fields": ALL });
    let found = hits(pinned, "_search?search_type=dfs_query_then_fetch", &body)?;
    found.iter().map(|hit| hit.row(pinned)).collect()
}

/// Returns the keys of the documents whose title ends with some text, at most `most` of them.
pub(super) fn titled(pinned: &Pinned, ending: &Value, most: usize) -> Result<Vec<String>, WireError> {
    checked(pinned.wire(), ending)?;
    let body = json!({
        "size": 0,
        "query": ending,
        "track_total_hits": false,
        "aggs": { "documents": { "terms": { "field": "key", "size": most } } },
    });
    let answer = from_all_shards(pinned, &body)?;
    let buckets = answer["aggregations"]["documents"]["buckets"].as_array();
    let buckets = buckets.ok_or_else(|| WireError::Torn("documents of a title are missing".to_owned()))?;
    Ok(buckets.iter().filter_map(|bucket| bucket["key"].as_str().map(str::to_owned)).collect())
}

/// Returns the first name of each of some series in the whole index, by key.
pub(super) fn series_names(pinned: &Pinned, keys: &[String]) -> Result<HashMap<String, String>, WireError> {
    if keys.is_empty() {
        return Ok(HashMap::new());
    }
    // The first value after the key and its tab. A pattern of `include` fails on shards without such a value.
    let of_key = |key: &String| {
        let sources = json!([{ "series": { "terms": { "field": "series" } } }]);
        json!({ "composite": { "size": 1, "sources": sources, "after": { "series": format!("{key}\t") } } })
    };
    let aggs: serde_json::Map<String, Value> =
        keys.iter().enumerate().map(|(at, key)| (at.to_string(), of_key(key))).collect();
    let body = json!({ "size": 0, "query": { "match_all": {} }, "track_total_hits": false, "aggs": aggs });
    let answer = from_all_shards(pinned, &body)?;
    let name = |(at, key): (usize, &String)| {
        let first = answer["aggregations"][at.to_string()]["buckets"][0]["key"]["series"].as_str()?;
        Some((key.clone(), first.strip_prefix(key.as_str())?.strip_prefix('\t')?.to_owned()))
    };
    Ok(keys.iter().enumerate().filter_map(name).collect())
}
