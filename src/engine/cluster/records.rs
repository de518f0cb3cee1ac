//! Reads rows by key: documents, passages and the records of files; and counts them.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::columns::{self, Row};
use super::lower::{any_of, term, with_ids};
use super::pinned::Pinned;
use super::reading::{Hit, MOST_ROWS, ROWS, checked, each_hit, hits, of_all_shards, texts};
use super::version::Version;
use super::wire::{Method, WireError};
use crate::document::{Document, Passage, SourceId};
use crate::index::{FileRecord, IndexedDocument, row_key};
use crate::query::budget::Watch;

/// Kind of the rows that hold the words of the texts.
pub(super) const WORDS: &str = "v";
/// Number of records of a page, where all of a kind are read.
const RECORDS: usize = 1_000;
/// Number of keys that are read by one call.
const KEYS: usize = 500;

/// Documents by the key of their rows.
pub(super) type Documents = HashMap<String, (Document, SourceId)>;

/// Reads the rows with some keys, with their records and columns.
pub(super) fn by_keys(pinned: &Pinned, keys: &[String]) -> Result<Vec<Hit>, WireError> {
    stored(pinned, keys, KEYS, true)
}

/// Reads the rows with some keys, at most `most` keys a call, with what is stored of them where that is asked for.
fn stored(pinned: &Pinned, keys: &[String], most: usize, is_whole: bool) -> Result<Vec<Hit>, WireError> {
    let mut all = Vec::new();
    let columns: &[&str] = if is_whole { &columns::ALL } else { &[] };
    // Files of two shares may have the same key.
    let shares = pinned.parts().len().max(1);
    for keys in keys.chunks(most.min(ROWS / shares)) {
        let query = with_ids(keys);
        checked(pinned.wire(), &query)?;
        let body = json!({
            "size": keys.len() * shares, "query": query, "track_total_hits": false, "_source": is_whole,
            "docvalue_fields": columns,
        });
        all.extend(hits(pinned, "_search", &body)?);
    }
    Ok(all)
}

/// Reads documents by their keys, without passages.
pub(super) fn documents(pinned: &Pinned, keys: &[String]) -> Result<Documents, WireError> {
    let of_row = |hit: Hit| {
        let mut found: IndexedDocument = hit.record()?;
        found.source.root += pinned.part(&hit.generation).map_or(0, |part| part.first_root);
        Ok((hit.key, (found.document, found.source)))
    };
    by_keys(pinned, keys)?.into_iter().map(of_row).collect()
}

/// Reads the documents of some rows.
pub(super) fn documents_of<'a>(pinned: &Pinned, rows: impl Iterator<Item = &'a Row>) -> Result<Documents, WireError> {
    let mut keys: Vec<String> = rows.map(|row| row.key.clone()).collect();
    keys.sort_unstable();
    keys.dedup();
    documents(pinned, &keys)
}

/// Returns the shares that hold some of the rows with these keys, by key.
pub(super) fn taken(pinned: &Pinned, keys: &[String]) -> Result<HashMap<String, String>, WireError> {
    if pinned.parts().is_empty() {
        return Ok(HashMap::new());
    }
    let share_of = |hit: Hit| Some((hit.key, pinned.part(&hit.generation)?.share.clone()));
    Ok(stored(pinned, keys, ROWS, false)?.into_iter().filter_map(share_of).collect())
}

/// Returns the versions of all documents, files and parts of the vocabulary of a generation, by key.
pub(super) fn versions(generation: &Pinned) -> Result<HashMap<String, Version>, WireError> {
    let mut all = HashMap::new();
    let body = json!({
        "size": ROWS, "query": any_of(["d", "f", WORDS].map(|kind| term("kind", kind)).to_vec()),
        "_source": false, "docvalue_fields": ["version"],
    });
    each_hit(generation, body, &mut |hit| {
        let version = hit.version().and_then(Version::parse);
        let version = version.ok_or_else(|| WireError::Torn("a document has no version".to_owned()))?;
        all.insert(hit.key, version);
        Ok(())
    })?;
    Ok(all)
}

/// Reads a document with all its passages; `None` where the index lacks it.
pub(super) fn document(pinned: &Pinned, id: &str, watch: &Watch) -> Result<Option<(Document, SourceId)>, WireError> {
    let key = row_key(id);
    let Some((mut document, source)) = documents(pinned, std::slice::from_ref(&key))?.remove(&key) else {
        return Ok(None);
    };
    let passages = &mut document.passages;
    let see = |rows: Vec<Row>| passages.extend(rows.into_iter().filter_map(|row| Some(row.record?.1)));
    if let Some(lacks) = texts(pinned, &term("key", &key), (MOST_ROWS, watch), Ok, see)? {
        return Err(WireError::Torn(format!("the document is not whole: {lacks}")));
    }
    Ok(Some((document, source)))
}

/// Reads passages by the keys of their rows.
pub(super) fn passages(pinned: &Pinned, keys: &[String]) -> Result<HashMap<String, Row>, WireError> {
    let of_row = |hit: Hit| hit.row(pinned).map(|row| (hit.key, row));
    by_keys(pinned, keys)?.into_iter().map(of_row).collect()
}

/// Returns the passages after some others in their documents, by key of the row.
pub(super) fn following(pinned: &Pinned, keys: &[String]) -> Result<HashMap<String, (u64, Passage)>, WireError> {
    let of_row = |(key, row): (String, Row)| Some((key, (row.flags, row.record?.1)));
    Ok(passages(pinned, keys)?.into_iter().filter_map(of_row).collect())
}

/// Counts the rows of a kind.
pub(super) fn count(pinned: &Pinned, kind: &str) -> Result<usize, WireError> {
    count_of(pinned, term("kind", kind))
}

/// Counts the rows that a query finds.
pub(super) fn count_of(pinned: &Pinned, query: Value) -> Result<usize, WireError> {
    checked(pinned.wire(), &query)?;
    let answer = pinned.wire().call(Method::Post, &pinned.path("_count"), Some(&json!({ "query": query })))?;
    let count = of_all_shards(answer)?["count"].as_u64();
    count.map(|count| count as usize).ok_or_else(|| WireError::Torn("no count".to_owned()))
}

/// Passes the records of all rows of a kind in one generation to `see`, with their keys and in the order of these.
pub(super) fn each_record<T: serde::de::DeserializeOwned>(
    generation: &Pinned,
    kind: &str,
    see: &mut dyn FnMut(T, &str),
) -> Result<(), WireError> {
    let body = json!({ "size": RECORDS, "query": term("kind", kind) });
    each_hit(generation, body, &mut |hit| {
        see(hit.record()?, &hit.key);
        Ok(())
    })
}

/// Reads the records of all files.
pub(super) fn files(pinned: &Pinned) -> Result<Vec<FileRecord>, WireError> {
    let mut all = Vec::new();
    for (part, generation) in pinned.each() {
        each_record(&generation, "f", &mut |mut file: FileRecord, _| {
            file.id.root += part.first_root;
            all.push(file);
        })?;
    }
    Ok(all)
}
