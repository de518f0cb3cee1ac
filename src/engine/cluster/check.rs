//! Compares what the nodes hold with what was written: shards, runs, and the rows of each document.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::generations::Generation;
use super::wire::{Method, WireError};
use super::{Cluster, lower, reading};
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
        let mut checked = Checked { warnings: self.opened.warnings.clone(), ..Checked::default() };
        for generation in self.generations()? {
            if !self.check_shards(&generation, &mut checked)? {
                continue;
            }
            self.check_runs(&generation, &mut checked)?;
            if !quick {
                self.check_rows(&generation, &mut checked)?;
            }
        }
        Ok(checked)
    }

    /// Reports shards without a node; returns whether all rows can be read.
    fn check_shards(&self, generation: &Generation, checked: &mut Checked) -> Result<bool, WireError> {
        let name = &generation.name;
        let health = self.wire.call(Method::Get, &format!("_cluster/health/{name}"), None)?;
        let lacking = health["unassigned_shards"].as_u64().unwrap_or(0);
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

    /// Reports rows of several runs in one generation: one run writes it.
    fn check_runs(&self, generation: &Generation, checked: &mut Checked) -> Result<(), WireError> {
        let body = json!({
            "size": 0, "query": lower::all(), "track_total_hits": false,
            "aggs": { "runs": { "terms": { "field": "run", "size": 10 } } },
        });
        let answer = reading::from_all_shards(&self.wire, &generation.name, &body)?;
        let runs = answer["aggregations"]["runs"]["buckets"].as_array().map(Vec::as_slice).unwrap_or_default();
        if let [_, _, ..] = runs {
            let of = |run: &Value| format!("{} of run {}", run["doc_count"], run["key"]);
            let all: Vec<String> = runs.iter().map(of).collect();
            checked.problem(&generation.name, format!("rows of several runs: {}", all.join(", ")));
        }
        Ok(())
    }

    /// Compares the number of passages of each document, and of documents of the files, with their records.
    fn check_rows(&self, generation: &Generation, checked: &mut Checked) -> Result<(), WireError> {
        let mut left = self.passages_of_documents(&generation.name)?;
        let (mut documents, mut wrong) = (0, Vec::new());
        reading::each_record(&self.wire, &generation.name, "d", &mut |found: IndexedDocument, key| {
            documents += 1;
            let passages = left.remove(key).unwrap_or(0);
            if passages != found.passage_count {
                let what = format!("{passages} of {} passages are there", found.passage_count);
                wrong.push(Problem { place: found.document.id, what });
            }
        })?;
        if let Some(more) = wrong.len().checked_sub(MOST_NAMED).filter(|more| *more > 0) {
            wrong.truncate(MOST_NAMED);
            let what = format!("{more} more documents have other numbers of passages than their records tell");
            wrong.push(Problem { place: generation.name.clone(), what });
        }
        checked.problems.append(&mut wrong);
        if !left.is_empty() {
            let passages: usize = left.values().sum();
            checked.problem(&generation.name, format!("{passages} passages belong to no document"));
        }
        let mut recorded = 0;
        let mut add = |file: FileRecord, _: &str| recorded += file.documents;
        reading::each_record(&self.wire, &generation.name, "f", &mut add)?;
        if recorded != documents {
            let what = format!("{documents} documents are there, and the records of files tell {recorded}");
            checked.problem(&generation.name, what);
        }
        Ok(())
    }

    /// Counts the passages of each document, by key.
    fn passages_of_documents(&self, generation: &str) -> Result<HashMap<String, usize>, WireError> {
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
            let mut answer = reading::from_all_shards(&self.wire, generation, &body)?;
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
}
