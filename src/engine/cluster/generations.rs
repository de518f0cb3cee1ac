//! The generations that answer, and their rows read one kind at a time.

use std::collections::BTreeSet;

use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::wire::{Method, WireError};
use super::{Cluster, lower};
use crate::engine::{Engine, SearchError};
use crate::index::{IndexedDocument, Stamp};

/// Number of rows of a page of documents.
const PAGE: usize = 1_000;

/// A generation as its mapping tells of it.
pub(super) struct Generation {
    pub name: String,
    pub stamp: Stamp,
}

/// Reads the record of a row.
pub(super) fn record<T: DeserializeOwned>(source: &Value) -> Result<T, WireError> {
    let text = source["record"].as_str().unwrap_or_default();
    serde_json::from_str(text).map_err(|error| WireError::Torn(format!("a record is no JSON of ours: {error}")))
}

impl Cluster {
    /// True where the generations that answer are those that were opened.
    ///
    /// # Errors
    /// A cluster that does not answer, or whose index is gone.
    pub fn is_current(&self) -> Result<bool, SearchError> {
        let found = self.wire.call(Method::Get, &format!("_alias/{}", self.wire.name()), None)?;
        let now: BTreeSet<&str> = found.as_object().into_iter().flatten().map(|(name, _)| name.as_str()).collect();
        let opened = Engine::generation(self)?;
        Ok(now == opened.split(' ').collect())
    }

    /// Reads the generations that answer, in the order of their names.
    pub(super) fn generations(&self) -> Result<Vec<Generation>, SearchError> {
        let found = self.wire.call(Method::Get, &format!("{}/_mapping", self.wire.name()), None)?;
        let of = |(name, body): (&String, &Value)| {
            let stamp = serde_json::from_value(body["mappings"]["_meta"]["stamp"].clone());
            let torn = |error| WireError::Torn(format!("the generation {name} has no stamp of ours: {error}"));
            Ok(Generation { name: name.clone(), stamp: stamp.map_err(torn)? })
        };
        let mut all: Vec<Generation> =
            found.as_object().into_iter().flatten().map(of).collect::<Result<_, WireError>>()?;
        all.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(all)
    }

    /// Searches one generation; all its shards must answer.
    pub(super) fn ask(&self, generation: &str, body: &Value) -> Result<Value, WireError> {
        let answer = self.wire.read(&format!("{generation}/_search"), body)?;
        let (failed, all) = (answer["_shards"]["failed"].as_u64(), &answer["_shards"]["total"]);
        if failed != Some(0) || answer["timed_out"] == Value::Bool(true) {
            let failed = failed.unwrap_or(0);
            return Err(WireError::Part(format!("{failed} of {all} shards of the engine did not answer in time")));
        }
        Ok(answer)
    }

    /// Passes the records of all documents of a generation to `see`, in the order of their keys.
    pub(super) fn each_document(
        &self,
        generation: &str,
        see: &mut dyn FnMut(IndexedDocument, &str) -> bool,
    ) -> Result<(), WireError> {
        let mut after: Option<Value> = None;
        loop {
            let mut body = json!({
                "size": PAGE, "query": lower::term("kind", "d"), "sort": [{ "key": "asc" }],
                "_source": ["record", "key"], "track_total_hits": false,
            });
            if let Some(after) = after.take() {
                body["search_after"] = after;
            }
            let answer = self.ask(generation, &body)?;
            let hits = answer["hits"]["hits"].as_array().map(Vec::as_slice).unwrap_or_default();
            for hit in hits {
                let source = &hit["_source"];
                if !see(record(source)?, source["key"].as_str().unwrap_or_default()) {
                    return Ok(());
                }
            }
            if hits.len() < PAGE {
                return Ok(());
            }
            after = hits.last().map(|hit| hit["sort"].clone());
        }
    }

    /// Counts the rows of a kind in a generation.
    pub(super) fn count(&self, generation: &str, kind: &str) -> Result<usize, WireError> {
        let body = json!({ "size": 0, "query": lower::term("kind", kind), "track_total_hits": true });
        let count = self.ask(generation, &body)?["hits"]["total"]["value"].as_u64();
        count.map(|count| count as usize).ok_or_else(|| WireError::Torn("no count".to_owned()))
    }
}
