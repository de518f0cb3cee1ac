//! Reads rows of the pinned generations page by page.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::lint::lint;
use super::pinned::Pinned;
use super::wire::{Wire, WireError};
use crate::document::Passage;
use crate::index::IndexedPassage;
use crate::query::budget::Watch;

/// Number of rows of a page.
const PAGE: usize = 2_000;
/// Most candidates that are judged; more make the answer a part.
pub(super) const MOST_CANDIDATES: usize = 50_000;
/// Most rows that are read without their texts; more make the answer a part.
const MOST_ROWS: usize = 500_000;
/// Number of rows of a page without texts: the most that the engine gives.
pub(super) const ROWS: usize = 10_000;
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
pub(super) fn first(value: &Value) -> &Value {
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

/// Reads a row of a generation from its columns or its source.
pub(super) fn row(pinned: &Pinned, generation: Option<&str>, source: &Value) -> Result<Row, WireError> {
    let mut row = plain(source)?;
    let first = generation.and_then(|name| pinned.part(name)).map_or(0, |part| part.first_root);
    if first > 0
        && let Some((root, path)) = row.path.split_once('\t')
    {
        row.path = format!("{}\t{path}", root.parse().unwrap_or(0) + first);
    }
    Ok(row)
}

fn plain(source: &Value) -> Result<Row, WireError> {
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
    let number = |name: &str| answer["_shards"][name].as_u64().unwrap_or(0);
    // A shard that is on no node is neither successful nor failed.
    let (all, missing) = (number("total"), number("failed").max(number("total").saturating_sub(number("successful"))));
    if missing > 0 {
        return Some(format!("{missing} of {all} shards of the engine did not answer"));
    }
    (answer["timed_out"] == Value::Bool(true)).then(|| "the engine's time ran out".to_owned())
}

/// Refuses an answer from a part of the shards.
pub(super) fn of_all_shards(answer: Value) -> Result<Value, WireError> {
    match missing_shards(&answer) {
        Some(reason) => Err(WireError::Part(reason)),
        None if answer["_shards"]["failed"].is_u64() => Ok(answer),
        None => Err(WireError::Torn("an answer that does not tell its shards".to_owned())),
    }
}

/// Searches for what must come from all shards: without some of them, scores and names would be wrong.
pub(super) fn from_all_shards(pinned: &Pinned, body: &Value) -> Result<Value, WireError> {
    of_all_shards(pinned.wire().read(&pinned.path("_search"), body)?)
}

/// Checks a query before it is sent; returns the number of its clauses.
pub(super) fn checked(wire: &Wire, query: &Value) -> Result<usize, WireError> {
    let leaves = lint(query).map_err(|error| WireError::Query(format!("internal error: outside the wire: {error}")))?;
    let most = wire.most_leaves();
    if leaves > most {
        return Err(WireError::Query(format!(
            "the query has {leaves} clauses with its other names and spellings, and the engine takes {most}; make it \
             shorter, ask with --no-variants, or let the engine take more: PUT _cluster/settings \
             {{\"persistent\":{{\"indices.query.bool.max_clause_count\":8192}}}}"
        )));
    }
    Ok(leaves)
}

/// Reads all passages that a query finds with their texts, up to [`MOST_CANDIDATES`].
pub(super) fn candidates(pinned: &Pinned, query: &Value, watch: &Watch) -> Result<Candidates, WireError> {
    let mut all = Candidates::default();
    let shape = Shape { page: PAGE, most: MOST_CANDIDATES, path: "_search", fields: json!({}) };
    all.lacks = pages(pinned, query, &shape, watch, &mut |hit| {
        all.rows.push(row(pinned, hit["_index"].as_str(), &hit["_source"])?);
        Ok(())
    })?;
    all.rows.sort_by_key(|row| (row.document, row.position));
    Ok(all)
}

/// Reads all passages that a query finds without their texts, up to [`MOST_ROWS`], with the scores of the named parts
/// that found each.
pub(super) fn columns(
    pinned: &Pinned,
    query: &Value,
    needs: Needs,
    watch: &Watch,
) -> Result<(Candidates, Vec<Value>), WireError> {
    let wanted = COLUMNS.iter();
    let wanted = wanted.chain(METADATA.iter().filter(|_| needs.metadata)).chain(LOOKS.iter().filter(|_| needs.looks));
    let fields = json!({ "_source": false, "docvalue_fields": wanted.collect::<Vec<_>>() });
    let shape = Shape { page: ROWS, most: MOST_ROWS, path: "_search?include_named_queries_score=true", fields };
    let mut found: Vec<(Row, Value)> = Vec::new();
    let lacks = pages(pinned, query, &shape, watch, &mut |hit| {
        found.push((row(pinned, hit["_index"].as_str(), &hit["fields"])?, hit["matched_queries"].take()));
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

/// Reads hits page by page; returns the reason why some lack. Nothing writes to a generation that answers, so that all
/// pages are of one time.
fn pages(
    pinned: &Pinned,
    query: &Value,
    shape: &Shape,
    watch: &Watch,
    see: &mut dyn FnMut(&mut Value) -> Result<(), WireError>,
) -> Result<Option<String>, WireError> {
    checked(pinned.wire(), query)?;
    let mut body = json!({
        "size": shape.page,
        "query": { "bool": { "filter": [super::lower::term("kind", "p"), query] } },
        "sort": [{ "document": "asc" }, { "position": "asc" }],
        "track_total_hits": false,
    });
    for (key, value) in shape.fields.as_object().into_iter().flatten() {
        body[key] = value.clone();
    }
    let (mut read, mut lacks) = (0, None);
    loop {
        let mut answer = pinned.wire().read(&pinned.path(shape.path), &body)?;
        lacks = lacks.or_else(|| missing_shards(&answer));
        let hits = hits_of(&mut answer)?;
        read += hits.len();
        if let Some(last) = hits.last() {
            body["search_after"] = last["sort"].clone();
        }
        hits.iter_mut().try_for_each(&mut *see)?;
        if hits.len() < shape.page {
            return Ok(lacks);
        }
        if read >= shape.most {
            return Ok(Some(format!("only the first {} passages that may match were read", shape.most)));
        }
        if watch.is_over() {
            return Ok(Some("the time ran out".to_owned()));
        }
    }
}

pub(super) fn hits_of(answer: &mut Value) -> Result<&mut Vec<Value>, WireError> {
    let hits = answer["hits"]["hits"].as_array_mut();
    hits.ok_or_else(|| WireError::Torn("an answer without hits".to_owned()))
}

/// Returns the rows that a query scores best, best first, with scores from the counts of all shards.
pub(super) fn best(pinned: &Pinned, query: &Value, most: usize) -> Result<Vec<Row>, WireError> {
    checked(pinned.wire(), query)?;
    let body = json!({ "size": most, "query": query, "track_total_hits": false });
    let answer = pinned.wire().read(&pinned.path("_search?search_type=dfs_query_then_fetch"), &body)?;
    let mut answer = of_all_shards(answer)?;
    hits_of(&mut answer)?.iter().map(|hit| row(pinned, hit["_index"].as_str(), &hit["_source"])).collect()
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::plain;

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
        let [one, other] = [source, columns].map(|from| plain(&from).unwrap_or_else(|error| panic!("{error}")));
        assert_eq!(format!("{one:?}"), format!("{other:?}"));
        // The first days are those of the document, whichever are earlier.
        assert_eq!(one.days, [(20120101, 20121231), (20110401, 20120331)]);
        assert_eq!((one.document, one.look[0], one.lengths[0]), (255, 1 << 63 | 1, 24));
    }
}
