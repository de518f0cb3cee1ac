//! Writes the documents of an index on this machine to a cluster, as a new generation behind an alias.
//!
//! Readers see the old generation until the alias is moved, in one call. A repeated or late bulk changes nothing,
//! because each row carries the number of its run as an external version.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use super::mapping;
use super::wire::{Method, Wire, WireError};
use crate::engine::SearchError;
use crate::index::{IndexedDocument, OpenIndex, PlainRow, Stamp, plain_file_row, plain_rows};

/// Size of a bulk at which it is sent, in bytes: the terms take 2.7 times the text.
const BULK_BYTES: usize = 6 << 20;
/// Time limit of a bulk, with its repeats.
const BULK_TIME: Duration = Duration::from_secs(120);
/// Time limit of a change of indexes and aliases.
const CHANGE_TIME: Duration = Duration::from_secs(30);
/// Rounds in which refused rows of a bulk are sent again.
const ROUNDS: usize = 6;

/// How to publish.
#[derive(Clone, Copy, Debug)]
pub struct Publishing {
    /// Number of shards of the new generation.
    pub shards: usize,
}

/// What was published.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Published {
    /// Name of the generation.
    pub generation: String,
    /// Number of documents.
    pub documents: usize,
    /// Number of passages.
    pub passages: usize,
    /// Number of source files.
    pub files: usize,
    /// Bytes of the bulks.
    pub bytes: u64,
}

/// Rows waiting to be sent.
struct Bulk<'a> {
    wire: &'a Wire,
    index: &'a str,
    run: u64,
    lines: Vec<(String, String)>,
    size: usize,
    sent: u64,
    rows: u64,
}

/// Writes all documents of an index to a new generation, checks that each row arrived, and moves the alias to it.
///
/// # Errors
/// An index that cannot be read; a cluster that is gone or refuses a row. The old generation then stays.
pub fn publish(index: &OpenIndex, wire: &Wire, options: Publishing) -> Result<Published, SearchError> {
    let run = SystemTime::now().duration_since(UNIX_EPOCH).map_or(1, |now| now.as_millis() as u64);
    let stamp = Stamp::current(index.user_words().sorted(), index.roots().to_vec());
    let mapping = mapping::index(options.shards, &stamp, [index.row_count(), index.section_count()? as u64]);
    let (number, generation) = create(wire, mapping)?;
    // Rows are written by an alias of the generation: a bulk to a removed index would make a new one without the
    // mapping.
    let target = format!("{generation}-run");
    alias(wire, &[json!({ "add": { "index": generation, "alias": target } })])?;
    let mut published = Published { generation: generation.clone(), ..Published::default() };
    let mut bulk = Bulk { wire, index: &target, run, lines: Vec::new(), size: 0, sent: 0, rows: 0 };
    for found in index.documents()? {
        let IndexedDocument { mut document, source, hash, .. } = found;
        document.passages = index.passages_of(&document.id)?.into_iter().map(|found| found.passage).collect();
        published.documents += 1;
        published.passages += document.passages.len();
        let indexed = IndexedDocument { passage_count: document.passages.len(), document, source, hash };
        let mut of_document = Vec::new();
        plain_rows(&indexed, index.analyzer(), &mut |mut row| {
            if of_document.is_empty() {
                of_document = ["path", "publisher", "source"].map(|name| row.fields.get(name).cloned()).to_vec();
            } else {
                // Each passage can be selected by the file of its document.
                for (name, value) in ["path", "publisher", "source"].into_iter().zip(&of_document) {
                    row.fields.extend(value.clone().map(|value| (name.to_owned(), value)));
                }
            }
            bulk.add(with_ancestors(with_days(row)))
        })?;
    }
    // Records of files come last: a run that dies leaves no file that seems complete.
    for file in index.files()? {
        published.files += 1;
        bulk.add(plain_file_row(&file))?;
    }
    bulk.flush()?;
    published.bytes = bulk.sent;
    acknowledge(wire, &generation, run, bulk.rows)?;
    swap(wire, number, &generation, &target)?;
    Ok(published)
}

/// Creates the next generation; returns its number and name. Several runs may begin at once.
fn create(wire: &Wire, mapping: Value) -> Result<(u64, String), WireError> {
    let body = mapping.to_string();
    loop {
        let number = generations(wire)?.iter().filter_map(|old| number_of(old)).max().unwrap_or(0) + 1;
        let generation = format!("{}-g{number}", wire.name());
        let made = wire.send(Method::Put, &generation, Some(body.as_bytes()), "application/json", CHANGE_TIME);
        match made {
            Err(WireError::Refused { status: 400, reason }) if reason.contains("already exists") => {}
            other => return other.map(|_| (number, generation)),
        }
    }
}

fn alias(wire: &Wire, actions: &[Value]) -> Result<(), WireError> {
    let body = json!({ "actions": actions }).to_string();
    wire.send(Method::Post, "_aliases", Some(body.as_bytes()), "application/json", CHANGE_TIME).map(|_| ())
}

/// Moves the alias to a whole generation and removes all earlier ones, those of killed runs too. Among runs that end at
/// once, the one that began last wins.
fn swap(wire: &Wire, number: u64, generation: &str, target: &str) -> Result<(), WireError> {
    for _ in 0..ROUNDS {
        let all = generations(wire)?;
        let current = match wire.call(Method::Get, &format!("_alias/{}", wire.name()), None) {
            Err(WireError::Refused { status: 404, .. }) => Value::Null,
            other => other?,
        };
        let later = current.as_object().into_iter().flatten().filter(|(name, _)| number_of(name) > Some(number));
        if let Some((later, _)) = later.max_by_key(|(name, _)| number_of(name)) {
            let _ = wire.call(Method::Delete, generation, None);
            return Err(WireError::Query(format!(
                "another run, which began later, has published {later} meanwhile; it answers now, and {generation} was \
                 removed"
            )));
        }
        let mut actions = vec![
            json!({ "add": { "index": generation, "alias": wire.name() } }),
            json!({ "remove": { "index": generation, "alias": target } }),
        ];
        let earlier = all.iter().filter(|old| number_of(old) < Some(number));
        actions.extend(earlier.map(|old| json!({ "remove_index": { "index": old } })));
        match alias(wire, &actions) {
            // Another run has removed an earlier generation in between.
            Err(WireError::Refused { status: 404, .. }) if generations(wire)?.iter().any(|one| one == generation) => {}
            other => return other,
        }
    }
    Err(WireError::Torn(format!("the alias could not be moved to {generation}: other runs end all the time")))
}

/// Returns the number of a generation.
fn number_of(generation: &str) -> Option<u64> {
    generation.rsplit_once("-g")?.1.parse().ok()
}

/// Returns the names of all generations, those of killed runs too.
fn generations(wire: &Wire) -> Result<Vec<String>, WireError> {
    let name = wire.name();
    let found =
        wire.call(Method::Get, &format!("_cat/indices/{name}-g*?format=json&h=index&expand_wildcards=all"), None)?;
    let of_list = |one: &Value| Some(one["index"].as_str()?.to_owned());
    let is_ours = |found: &String| {
        found.strip_prefix(&format!("{name}-g")).is_some_and(|rest| rest.chars().all(|c| c.is_ascii_digit()))
    };
    Ok(found.as_array().into_iter().flatten().filter_map(of_list).filter(is_ours).collect())
}

/// Makes the rows findable and compares their number with the number sent.
fn acknowledge(wire: &Wire, index: &str, run: u64, rows: u64) -> Result<(), WireError> {
    wire.send(Method::Post, &format!("{index}/_refresh"), None, "application/json", BULK_TIME)?;
    let query = json!({ "query": { "term": { "run": { "value": run } } } });
    let counted = wire.call(Method::Post, &format!("{index}/_count"), Some(&query))?;
    let (found, failed) = (counted["count"].as_u64(), counted["_shards"]["failed"].as_u64());
    if found != Some(rows) || failed != Some(0) {
        return Err(WireError::Torn(format!("{} of {rows} rows arrived in {index}", found.unwrap_or(0))));
    }
    Ok(())
}

/// Adds the days as one column: columns of numbers lose the order of their values, and so the pairs of first and last
/// days.
fn with_days(mut row: PlainRow) -> PlainRow {
    let of = |name: &str| row.fields.get(name).and_then(Value::as_array).cloned().unwrap_or_default();
    let (starts, ends) = (of("date_start"), of("date_end"));
    if !starts.is_empty() {
        let days = starts.iter().zip(&ends).enumerate();
        let days: Vec<Value> = days.map(|(at, (start, end))| format!("{at:04}-{start}-{end}").into()).collect();
        row.fields.insert("days".to_owned(), days.into());
    }
    row
}

/// Adds the places above partners and themes, and the keys of series, by which filters ask.
fn with_ancestors(mut row: PlainRow) -> PlainRow {
    for (name, cut) in [("partner", '/'), ("theme", '/'), ("series", '\t')] {
        let Some(Value::Array(values)) = row.fields.get_mut(name) else { continue };
        let mut all: Vec<String> = values.iter().filter_map(Value::as_str).map(str::to_owned).collect();
        let above = |value: &String| value.match_indices(cut).map(|(at, _)| value[..at].to_owned()).collect::<Vec<_>>();
        all.extend(all.iter().flat_map(above).collect::<Vec<_>>());
        all.sort_unstable();
        all.dedup();
        *values = all.into_iter().map(Value::from).collect();
    }
    row
}

impl Bulk<'_> {
    fn add(&mut self, row: PlainRow) -> Result<(), WireError> {
        let PlainRow { key, mut fields } = row;
        fields.insert("run".to_owned(), self.run.into());
        let head = json!({ "index": {
            "_index": self.index, "_id": key, "version": self.run, "version_type": "external_gte"
        } });
        let line = (head.to_string(), Value::Object(fields).to_string());
        self.size += line.0.len() + line.1.len() + 2;
        self.lines.push(line);
        self.rows += 1;
        if self.size >= BULK_BYTES { self.flush() } else { Ok(()) }
    }

    /// Sends the rows, and those that a busy node refused once more, until all have arrived.
    fn flush(&mut self) -> Result<(), WireError> {
        let mut lines = std::mem::take(&mut self.lines);
        self.size = 0;
        let mut pause = Duration::from_millis(200);
        for round in 0..ROUNDS {
            if lines.is_empty() {
                return Ok(());
            }
            if round > 0 {
                std::thread::sleep(pause);
                pause *= 2;
            }
            let body: String = lines.iter().map(|(head, row)| format!("{head}\n{row}\n")).collect();
            self.sent += body.len() as u64;
            let answer = self.wire.send(
                Method::Post,
                "_bulk?require_alias=true",
                Some(body.as_bytes()),
                "application/x-ndjson",
                BULK_TIME,
            )?;
            let items = answer["items"].as_array().filter(|items| items.len() == lines.len());
            let Some(items) = items else {
                return Err(WireError::Torn("a bulk was not answered row by row".to_owned()));
            };
            let mut again = Vec::new();
            for (line, item) in lines.into_iter().zip(items) {
                let outcome = &item["index"];
                match outcome["status"].as_u64().unwrap_or(0) {
                    // 409: a later run has written the row.
                    200 | 201 | 409 => {}
                    429 | 503 => again.push(line),
                    status => {
                        let reason = outcome["error"]["reason"].as_str().unwrap_or("no reason given");
                        let id = outcome["_id"].as_str().unwrap_or_default();
                        let reason = format!("row {id}: {reason}");
                        return Err(WireError::Refused { status: status as u16, reason });
                    }
                }
            }
            lines = again;
        }
        let reason = format!("{} rows were refused {ROUNDS} times because the nodes are busy", lines.len());
        Err(WireError::Refused { status: 429, reason })
    }
}
