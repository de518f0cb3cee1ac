//! Compares what the nodes hold with what was written: shards, runs, and the rows of each document.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::pinned::{Part, Pinned};
use super::wire::{Method, WireError};
use super::{Cluster, lower, reading, records};
use crate::engine::SearchError;
use crate::index::{Checked, FileRecord, IndexedDocument, Problem};

/// Number of documents whose passages are counted by one call.
const PAGE: usize = 1_000;
/// Most documents that are named.
const MOST_NAMED: usize = 20;

impl Cluster {
    /// Compares what the nodes hold with what was written. `quick` counts shards and runs alone; else the passages of
    /// each document are counted too.
    ///
    /// # Errors
    /// A cluster that does not answer.
    pub fn check(&self, quick: bool) -> Result<Checked, SearchError> {
        let mut checked = Checked { warnings: self.warnings.clone(), ..Checked::default() };
        let mut shares = HashMap::new();
        for (part, generation) in self.pinned.each() {
            if !check_shards(part, &generation, &mut checked)? {
                continue;
            }
            check_runs(part, &generation, &mut checked)?;
            if !quick {
                check_rows(part, &generation, &mut shares, &mut checked)?;
            }
        }
        Ok(checked)
    }
}

/// Reports shards without a node; returns whether all rows can be read.
fn check_shards(part: &Part, generation: &Pinned, checked: &mut Checked) -> Result<bool, WireError> {
    let name = &part.name;
    let health = generation.wire().call(Method::Get, &format!("_cluster/health/{name}"), None)?;
    let number = |name: &str| health[name].as_u64().unwrap_or(0);
    let lacking = number("unassigned_shards") + number("initializing_shards");
    match health["status"].as_str() {
        Some("green") => {}
        Some("yellow") => checked.warnings.push(format!(
            "{name}: {lacking} copies of shards are on no node: when a further node goes, documents may lack"
        )),
        _ => {
            checked.problem(name, format!("{lacking} shards and copies are on no node, so documents lack"));
            return Ok(false);
        }
    }
    Ok(true)
}

/// Compares the number of rows with what was written, and looks for rows of a later run.
fn check_runs(part: &Part, generation: &Pinned, checked: &mut Checked) -> Result<(), WireError> {
    let count = |query| records::count_of(generation, query);
    let (rows, sent) = (count(lower::all())? as u64, part.made.sent);
    if rows != sent {
        checked.problem(&part.name, format!("{rows} of {sent} rows are there"));
    }
    let later = count(json!({ "range": { "run": { "gte": part.made.run + 1 } } }))?;
    if later > 0 {
        checked.problem(&part.name, format!("{later} rows are of another run than the one that made it"));
    }
    Ok(())
}

/// Compares the number of passages of each document, and of documents of the files, with their records.
/// `shares` holds the documents of the shares before, by key.
fn check_rows<'a>(
    part: &'a Part,
    generation: &Pinned,
    shares: &mut HashMap<String, &'a str>,
    checked: &mut Checked,
) -> Result<(), WireError> {
    let mut left = passages_of_documents(generation)?;
    let (mut documents, mut wrong) = (0, Vec::new());
    records::each_record(generation, "d", &mut |found: IndexedDocument, key| {
        documents += 1;
        let passages = left.remove(key).unwrap_or(0);
        if let Some(other) = shares.insert(key.to_owned(), &part.share) {
            let what = format!("the shares '{other}' and '{}' both have it; publish both again", part.share);
            wrong.push(Problem { place: found.document.id.clone(), what });
        }
        if passages != found.passage_count {
            let what = format!("{passages} of {} passages are there", found.passage_count);
            wrong.push(Problem { place: found.document.id, what });
        }
    })?;
    if let Some(more) = wrong.len().checked_sub(MOST_NAMED).filter(|more| *more > 0) {
        wrong.truncate(MOST_NAMED);
        let what = format!("{more} more documents are not whole, or stand in two shares");
        wrong.push(Problem { place: part.name.clone(), what });
    }
    checked.problems.append(&mut wrong);
    if !left.is_empty() {
        let passages: usize = left.values().sum();
        checked.problem(&part.name, format!("{passages} passages belong to no document"));
    }
    let mut recorded = 0;
    let mut add = |file: FileRecord, _: &str| recorded += file.documents;
    records::each_record(generation, "f", &mut add)?;
    if recorded != documents + part.made.left_out as usize {
        let what = format!("{documents} documents are there, and the records of files tell {recorded}");
        checked.problem(&part.name, what);
    }
    Ok(())
}

/// Counts the passages of each document, by key.
fn passages_of_documents(generation: &Pinned) -> Result<HashMap<String, usize>, WireError> {
    let (mut all, mut after) = (HashMap::new(), Value::Null);
    loop {
        let mut pages = json!({ "size": PAGE, "sources": [{ "key": { "terms": { "field": "key" } } }] });
        if !after.is_null() {
            pages["after"] = after;
        }
        let body = json!({
            "size": 0, "query": lower::term("kind", "p"), "track_total_hits": false,
            "aggs": { "documents": { "composite": pages } },
        });
        let mut answer = reading::from_all_shards(generation, &body)?;
        let found = &mut answer["aggregations"]["documents"];
        for bucket in found["buckets"].as_array().into_iter().flatten() {
            let (key, count) = (bucket["key"]["key"].as_str(), bucket["doc_count"].as_u64());
            all.insert(key.unwrap_or_default().to_owned(), count.unwrap_or(0) as usize);
        }
        after = found["after_key"].take();
        if after.is_null() {
            return Ok(all);
        }
    }
}
