//! Reads rows from the cluster: candidates page by page at one point in time, and records by key.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::lint::lint;
use super::wire::{Method, Wire, WireError};
use crate::document::{Document, Passage, SourceId};
use crate::index::{FileRecord, IndexedDocument, IndexedPassage, row_key};
use crate::query::budget::Watch;

/// Number of rows of a page.
const PAGE: usize = 2_000;
/// Number of records of a page, where all of a kind are read.
const RECORDS: usize = 1_000;
/// Number of keys that are read by one call.
const KEYS: usize = 500;
/// Most candidates that are judged; more make the answer a part.
pub(super) const MOST_CANDIDATES: usize = 50_000;
/// Most rows that are read without their texts; more make the answer a part.
const MOST_ROWS: usize = 500_000;
/// Number of rows of a page without texts: the most that the engine gives.
const ROWS: usize = 10_000;
/// Columns of each row that is read without its text.
const COLUMNS: [&str; 9] =
    ["document", "position", "key", "flags", "days", "body_length", "section_first", "section_rows", "section_length"];
/// Columns that filters and facets need.
const METADATA: [&str; 6] = ["partner", "theme", "commitment", "series", "path", "publisher"];
/// Columns that tell near-duplicates.
const LOOKS: [&str; 3] = ["frame", "sketch_low", "sketch_high"];

/// Columns that an answer needs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Needs {
    /// Those of filters and facets.
    pub metadata: bool,
    /// Those that tell near-duplicates.
    pub looks: bool,
}

/// A passage as the cluster holds it.
#[derive(Clone, Debug, Default)]
pub(super) struct Row {
    /// Number of its document.
    pub document: u64,
    /// Position in its document, from 1.
    pub position: u64,
    pub key: String,
    pub flags: u64,
    pub partners: Vec<String>,
    pub themes: Vec<String>,
    pub commitment: Vec<String>,
    pub series: Vec<String>,
    /// First and last days.
    pub days: Vec<(u64, u64)>,
    pub path: String,
    pub publishers: Vec<String>,
    /// Length of its text in characters, rounded as norms are; of its words, and of the words of the section that it
    /// begins.
    pub lengths: [u32; 3],
    /// Position of the first passage of its section, and number of passages of it.
    pub section: (u64, u64),
    /// Hash of headings and partners, and both halves of the sketch: near-duplicates are alike in these.
    pub look: [u64; 3],
    /// Its text; `None` where it was not asked for.
    pub record: Option<(String, Passage)>,
}

/// Candidates of a query.
#[derive(Debug, Default)]
pub(super) struct Candidates {
    /// In the order of documents and positions.
    pub rows: Vec<Row>,
    /// Reason why candidates lack: the bound, the time, or shards that did not answer.
    pub lacks: Option<String>,
}

fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::Array(list) => list.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        Value::String(text) => vec![text.clone()],
        _ => Vec::new(),
    }
}

/// Reads the first value of a column, or the value of a source.
fn first(value: &Value) -> &Value {
    value.as_array().and_then(|list| list.first()).unwrap_or(value)
}

/// Reads first and last days.
fn days(source: &Value) -> Vec<(u64, u64)> {
    let of_text = |text: String| {
        let mut parts = text.split('-').skip(1).map(str::parse);
        Some((parts.next()?.ok()?, parts.next()?.ok()?))
    };
    texts(&source["days"]).into_iter().filter_map(of_text).collect()
}

/// Reads the record of a row.
pub(super) fn record<T: serde::de::DeserializeOwned>(source: &Value) -> Result<T, WireError> {
    let text = source["record"].as_str().unwrap_or_default();
    serde_json::from_str(text).map_err(|error| WireError::Torn(format!("a record is no JSON of ours: {error}")))
}

fn row(source: &Value) -> Result<Row, WireError> {
    let text = |name: &str| first(&source[name]).as_str().unwrap_or_default().to_owned();
    let number = |name: &str| first(&source[name]).as_u64().unwrap_or(0);
    let hash = |name: &str| u64::from_str_radix(first(&source[name]).as_str().unwrap_or_default(), 16).unwrap_or(0);
    let document = u64::from_str_radix(first(&source["document"]).as_str().unwrap_or_default(), 16);
    let record = source.get("record").map(|_| record::<IndexedPassage>(source)).transpose()?;
    Ok(Row {
        document: document.map_err(|_| WireError::Torn("a passage has no document".to_owned()))?,
        position: number("position"),
        key: text("key"),
        flags: number("flags"),
        partners: texts(&source["partner"]),
        themes: texts(&source["theme"]),
        commitment: texts(&source["commitment"]),
        series: texts(&source["series"]),
        days: days(source),
        path: text("path"),
        publishers: texts(&source["publisher"]),
        lengths: ["body_length", "words_length", "section_length"].map(|name| number(name) as u32),
        section: (number("section_first"), number("section_rows")),
        look: ["frame", "sketch_low", "sketch_high"].map(hash),
        record: record.map(|found| (found.document, found.passage)),
    })
}

/// Tells which shards did not answer; `None` where all did.
fn missing_shards(answer: &Value) -> Option<String> {
    let shards = &answer["_shards"];
    let (failed, all) = (shards["failed"].as_u64().unwrap_or(0), shards["total"].as_u64().unwrap_or(0));
    if failed > 0 {
        return Some(format!("{failed} of {all} shards of the engine did not answer"));
    }
    (answer["timed_out"] == Value::Bool(true)).then(|| "the engine's time ran out".to_owned())
}

/// Refuses an answer from a part of the shards.
fn of_all_shards(answer: Value) -> Result<Value, WireError> {
    match missing_shards(&answer) {
        Some(reason) => Err(WireError::Part(reason)),
        None if answer["_shards"]["failed"].is_u64() => Ok(answer),
        None => Err(WireError::Torn("an answer that does not tell its shards".to_owned())),
    }
}

/// Searches an index for what must come from all shards: without some of them, scores and names would be wrong.
pub(super) fn from_all_shards(wire: &Wire, index: &str, body: &Value) -> Result<Value, WireError> {
    of_all_shards(wire.read(&format!("{index}/_search"), body)?)
}

/// Checks a query before it is sent.
pub(super) fn checked(wire: &Wire, query: &Value) -> Result<(), WireError> {
    let leaves = lint(query).map_err(|error| WireError::Query(format!("internal error: outside the wire: {error}")))?;
    let most = wire.most_leaves();
    if leaves > most {
        return Err(WireError::Query(format!(
            "the query has {leaves} clauses with its other names and spellings, and the engine takes {most}; make it \
             shorter, ask with --no-variants, or let the engine take more: PUT _cluster/settings \
             {{\"persistent\":{{\"indices.query.bool.max_clause_count\":8192}}}}"
        )));
    }
    Ok(())
}

/// Reads all passages that a query finds with their texts, up to [`MOST_CANDIDATES`], at one point in time.
pub(super) fn candidates(wire: &Wire, query: &Value, watch: &Watch) -> Result<Candidates, WireError> {
    let mut all = Candidates::default();
    let shape = Shape { page: PAGE, most: MOST_CANDIDATES, path: "_search", fields: json!({}) };
    all.lacks = at_one_time(wire, query, &shape, watch, &mut |hit| {
        all.rows.push(row(&hit["_source"])?);
        Ok(())
    })?;
    all.rows.sort_by_key(|row| (row.document, row.position));
    Ok(all)
}

/// Reads all passages that a query finds without their texts, up to [`MOST_ROWS`], with the scores of the named parts
/// that found each, at one point in time.
pub(super) fn columns(
    wire: &Wire,
    query: &Value,
    needs: Needs,
    watch: &Watch,
) -> Result<(Candidates, Vec<Value>), WireError> {
    let wanted = COLUMNS.iter();
    let wanted = wanted.chain(METADATA.iter().filter(|_| needs.metadata)).chain(LOOKS.iter().filter(|_| needs.looks));
    let fields = json!({ "_source": false, "docvalue_fields": wanted.collect::<Vec<_>>() });
    let shape = Shape { page: ROWS, most: MOST_ROWS, path: "_search?include_named_queries_score=true", fields };
    let mut found: Vec<(Row, Value)> = Vec::new();
    let lacks = at_one_time(wire, query, &shape, watch, &mut |hit| {
        found.push((row(&hit["fields"])?, hit["matched_queries"].take()));
        Ok(())
    })?;
    found.sort_by_key(|(row, _)| (row.document, row.position));
    let (rows, names) = found.into_iter().unzip();
    Ok((Candidates { rows, lacks }, names))
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

/// Reads hits page by page at one point in time; returns the reason why some lack.
fn at_one_time(
    wire: &Wire,
    query: &Value,
    shape: &Shape,
    watch: &Watch,
    see: &mut dyn FnMut(&mut Value) -> Result<(), WireError>,
) -> Result<Option<String>, WireError> {
    checked(wire, query)?;
    // Most answers fit on one page, which is of one point in time by itself.
    let mut first = page(wire, query, shape, None, None)?;
    let lacks = missing_shards(&first);
    let hits = hits_of(&mut first)?;
    if hits.len() < shape.page {
        hits.iter_mut().try_for_each(&mut *see)?;
        return Ok(lacks);
    }
    drop(first);
    let opened = wire.call(Method::Post, &format!("{}/_search/point_in_time?keep_alive=1m", wire.name()), None)?;
    let Some(point) = opened["pit_id"].as_str() else { return Err(WireError::Torn("no point in time".to_owned())) };
    let lacks = pages(wire, query, shape, watch, point, see);
    // It would end by itself; a failure to close it is no failure of the answer.
    let _ = wire.call(Method::Delete, "_search/point_in_time", Some(&json!({ "pit_id": [point] })));
    lacks
}

fn hits_of(answer: &mut Value) -> Result<&mut Vec<Value>, WireError> {
    let hits = answer["hits"]["hits"].as_array_mut();
    hits.ok_or_else(|| WireError::Torn("an answer without hits".to_owned()))
}

/// Reads one page, of the index or of a point in time.
fn page(
    wire: &Wire,
    query: &Value,
    shape: &Shape,
    point: Option<&str>,
    after: Option<Value>,
) -> Result<Value, WireError> {
    let mut body = json!({
        "size": shape.page,
        "query": { "bool": { "filter": [super::lower::term("kind", "p"), query] } },
        "sort": [{ "document": "asc" }, { "position": "asc" }],
        "track_total_hits": false,
    });
    for (key, value) in shape.fields.as_object().into_iter().flatten() {
        body[key] = value.clone();
    }
    if let Some(after) = after {
        body["search_after"] = after;
    }
    match point {
        None => wire.read(&format!("{}/{}", wire.name(), shape.path), &body),
        Some(point) => {
            body["pit"] = json!({ "id": point, "keep_alive": "1m" });
            wire.read(shape.path, &body)
        }
    }
}

fn pages(
    wire: &Wire,
    query: &Value,
    shape: &Shape,
    watch: &Watch,
    point: &str,
    see: &mut dyn FnMut(&mut Value) -> Result<(), WireError>,
) -> Result<Option<String>, WireError> {
    let (mut read, mut lacks, mut after) = (0, None, None::<Value>);
    loop {
        if watch.is_over() {
            return Ok(Some("the time ran out".to_owned()));
        }
        let mut answer = page(wire, query, shape, Some(point), after.take())?;
        lacks = lacks.or_else(|| missing_shards(&answer));
        let hits = hits_of(&mut answer)?;
        read += hits.len();
        after = hits.last().map(|hit| hit["sort"].clone());
        hits.iter_mut().try_for_each(&mut *see)?;
        if hits.len() < shape.page {
            return Ok(lacks);
        }
        if read >= shape.most {
            return Ok(Some(format!("only the first {} passages that may match were read", shape.most)));
        }
    }
}

/// Reads the rows with some keys.
pub(super) fn by_keys(wire: &Wire, keys: &[String]) -> Result<HashMap<String, Value>, WireError> {
    let mut all = HashMap::new();
    for keys in keys.chunks(KEYS) {
        let answer = wire.read(&format!("{}/_mget", wire.name()), &json!({ "ids": keys }))?;
        let Some(docs) = answer["docs"].as_array() else {
            return Err(WireError::Torn("an answer without documents".to_owned()));
        };
        for doc in docs {
            if let Some(error) = doc.get("error") {
                let error = error.to_string();
                // The generation was removed in between: the search begins anew.
                return Err(match error.contains("index_not_found_exception") {
                    true => WireError::Refused { status: 404, reason: error },
                    false => WireError::Torn(format!("a row cannot be read: {error}")),
                });
            }
            if doc["found"] == Value::Bool(true)
                && let Some(id) = doc["_id"].as_str()
            {
                all.insert(id.to_owned(), doc["_source"].clone());
            }
        }
    }
    Ok(all)
}

/// Reads documents by their keys, without passages.
pub(super) fn documents(wire: &Wire, keys: &[String]) -> Result<HashMap<String, (Document, SourceId)>, WireError> {
    let of_row = |(key, source): (String, Value)| {
        let found: IndexedDocument = record(&source)?;
        Ok((key, (found.document, found.source)))
    };
    by_keys(wire, keys)?.into_iter().map(of_row).collect()
}

/// Reads a document with all its passages; `None` where the index lacks it.
pub(super) fn document(wire: &Wire, id: &str, watch: &Watch) -> Result<Option<(Document, SourceId)>, WireError> {
    let key = row_key(id);
    let Some((mut document, source)) = documents(wire, std::slice::from_ref(&key))?.remove(&key) else {
        return Ok(None);
    };
    let found = candidates(wire, &super::lower::term("key", &key), watch)?;
    if let Some(lacks) = found.lacks {
        return Err(WireError::Torn(format!("the document is not whole: {lacks}")));
    }
    document.passages = found.rows.into_iter().filter_map(|row| Some(row.record?.1)).collect();
    Ok(Some((document, source)))
}

/// Returns the rows that a query scores best, best first, with scores from the counts of all shards.
pub(super) fn best(wire: &Wire, query: &Value, most: usize) -> Result<Vec<Row>, WireError> {
    checked(wire, query)?;
    let body = json!({ "size": most, "query": query, "track_total_hits": false });
    let answer = wire.read(&format!("{}/_search?search_type=dfs_query_then_fetch", wire.name()), &body)?;
    let answer = of_all_shards(answer)?;
    answer["hits"]["hits"].as_array().into_iter().flatten().map(|hit| row(&hit["_source"])).collect()
}

/// Reads passages by the keys of their rows.
pub(super) fn passages(wire: &Wire, keys: &[String]) -> Result<HashMap<String, Row>, WireError> {
    by_keys(wire, keys)?.into_iter().map(|(key, source)| Ok((key, row(&source)?))).collect()
}

/// Returns the keys of the documents whose title ends with some text, at most `most` of them.
pub(super) fn titled(wire: &Wire, ending: &Value, most: usize) -> Result<Vec<String>, WireError> {
    checked(wire, ending)?;
    let body = json!({
        "size": 0,
        "query": ending,
        "track_total_hits": false,
        "aggs": { "documents": { "terms": { "field": "key", "size": most } } },
    });
    let answer = from_all_shards(wire, wire.name(), &body)?;
    let buckets = answer["aggregations"]["documents"]["buckets"].as_array();
    let buckets = buckets.ok_or_else(|| WireError::Torn("documents of a title are missing".to_owned()))?;
    Ok(buckets.iter().filter_map(|bucket| bucket["key"].as_str().map(str::to_owned)).collect())
}

/// Returns the first name of each of some series in the whole index, by key.
pub(super) fn series_names(wire: &Wire, keys: &[String]) -> Result<HashMap<String, String>, WireError> {
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
    let answer = from_all_shards(wire, wire.name(), &body)?;
    let name = |(at, key): (usize, &String)| {
        let first = answer["aggregations"][at.to_string()]["buckets"][0]["key"]["series"].as_str()?;
        Some((key.clone(), first.strip_prefix(key.as_str())?.strip_prefix('\t')?.to_owned()))
    };
    Ok(keys.iter().enumerate().filter_map(name).collect())
}

/// Returns the passages after some others in their documents, by key of the row.
pub(super) fn following(wire: &Wire, keys: &[String]) -> Result<HashMap<String, (u64, Passage)>, WireError> {
    let of_row = |(key, source): (String, Value)| {
        let found = row(&source)?;
        Ok(found.record.map(|(_, passage)| (key, (found.flags, passage))))
    };
    by_keys(wire, keys)?.into_iter().filter_map(|one| of_row(one).transpose()).collect()
}

/// Counts the rows of a kind in an index.
pub(super) fn count(wire: &Wire, index: &str, kind: &str) -> Result<usize, WireError> {
    let query = super::lower::term("kind", kind);
    checked(wire, &query)?;
    let answer = wire.call(Method::Post, &format!("{index}/_count"), Some(&json!({ "query": query })))?;
    let count = of_all_shards(answer)?["count"].as_u64();
    count.map(|count| count as usize).ok_or_else(|| WireError::Torn("no count".to_owned()))
}

/// Passes the records of all rows of a kind in an index to `see`, with their keys and in the order of these.
pub(super) fn each_record<T: serde::de::DeserializeOwned>(
    wire: &Wire,
    index: &str,
    kind: &str,
    see: &mut dyn FnMut(T, &str),
) -> Result<(), WireError> {
    let query = super::lower::term("kind", kind);
    checked(wire, &query)?;
    let mut body = json!({
        "size": RECORDS, "query": query, "sort": [{ "key": "asc" }], "_source": ["record", "key"],
        "track_total_hits": false,
    });
    loop {
        let answer = from_all_shards(wire, index, &body)?;
        let Some(hits) = answer["hits"]["hits"].as_array() else {
            return Err(WireError::Torn("an answer without hits".to_owned()));
        };
        for hit in hits {
            see(record(&hit["_source"])?, hit["_source"]["key"].as_str().unwrap_or_default());
        }
        match hits.last().filter(|_| hits.len() == RECORDS) {
            Some(last) => body["search_after"] = last["sort"].clone(),
            None => return Ok(()),
        }
    }
}

/// Reads the records of all files.
pub(super) fn files(wire: &Wire) -> Result<Vec<FileRecord>, WireError> {
    let mut all = Vec::new();
    each_record(wire, wire.name(), "f", &mut |file, _| all.push(file))?;
    Ok(all)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::row;

    #[test]
    fn a_row_is_the_same_from_columns_and_from_its_source() {
        let source = json!({
            "document": "00000000000000ff", "position": 3, "key": "k", "flags": 8, "frame": "8000000000000001",
            "days": ["0000-20120101-20121231", "0001-20110401-20120331"], "partner": ["party:米国"], "body_length": 24,
        });
        let columns = json!({
            "document": ["00000000000000ff"], "position": [3], "key": ["k"], "flags": [8],
            "frame": ["8000000000000001"],
            "days": ["0000-20120101-20121231", "0001-20110401-20120331"], "partner": ["party:米国"], "body_length": [24],
        });
        let [one, other] = [source, columns].map(|from| row(&from).unwrap_or_else(|error| panic!("{error}")));
        assert_eq!(format!("{one:?}"), format!("{other:?}"));
        // The first days are those of the document, whichever are earlier.
        assert_eq!(one.days, [(20120101, 20121231), (20110401, 20120331)]);
        assert_eq!((one.document, one.look[0], one.lengths[0]), (255, 1 << 63 | 1, 24));
    }
}
