//! Publishes the documents of an index on this machine to a cluster, as the next generation of a share.
//!
//! Where the rules are the same, the generation before is copied and only documents that differ are written; else all
//! are. Readers see the old generation until the alias is moved, in one call.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::Serialize;
use serde_json::{Value, json};

use super::bulk::{BULK_TIME, Bulk};
use super::generations::{self, Answering, Generation, Made};
use super::pinned::Pinned;
use super::version::Version;
use super::wire::{Method, Wire, WireError};
use super::{columns, mapping, records, words};
use crate::engine::SearchError;
use crate::index::{IndexError, IndexedDocument, OpenIndex, PlainRow, Stamp, plain_file_row, plain_rows, row_key};

/// Time for which a generation that was replaced stays: a search and what is read for its pages take less.
const KEEP: Duration = Duration::from_secs(60);

/// How to publish.
#[derive(Clone, Debug)]
pub struct Publishing {
    /// Number of shards of a new generation.
    pub shards: usize,
    /// Name of the share of the index that this machine publishes: small letters, digits and `_`.
    pub share: String,
    /// The machine and the folder of the index: a share of another origin is not replaced.
    pub origin: String,
    /// Replaces a share of another origin.
    pub replace: bool,
    /// Writes all documents, those that have not changed too.
    pub whole: bool,
    /// Time for which a generation that was replaced stays for searches that began on it.
    pub keep: Duration,
}

impl Default for Publishing {
    fn default() -> Self {
        Self { shards: 3, share: "main".to_owned(), origin: String::new(), replace: false, whole: false, keep: KEEP }
    }
}

/// What was published.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Published {
    /// Name of the generation; the one that answered before, where nothing has changed.
    pub generation: String,
    /// Number of documents.
    pub documents: usize,
    /// Number of documents that were written, because they are new or have changed.
    pub written: usize,
    /// Number of documents that were removed.
    pub removed: usize,
    /// Number of passages.
    pub passages: usize,
    /// Number of source files.
    pub files: usize,
    /// True where a generation was made.
    pub is_new: bool,
    /// Reason why the generation before was not copied, so that all documents were written.
    pub not_copied: Option<String>,
    /// Bytes of the bulks.
    pub bytes: u64,
    /// Documents that were left out, because another share has their ids: id and share.
    pub left_out: Vec<(String, String)>,
}

/// What differs between an index and the generation that answers.
struct Difference {
    /// Documents to write, with their versions.
    changed: Vec<(IndexedDocument, Version)>,
    /// Records of files and parts of the vocabulary to write.
    records: Vec<PlainRow>,
    /// Rows that are no more, by key: a document with its number of passages, or a file.
    gone: Vec<(String, usize)>,
    /// Number of rows to remove from changed documents that have become shorter.
    shortened: HashMap<String, usize>,
    /// Number of all rows that the share then has.
    rows: u64,
    /// Number of rows of documents that are left out.
    left_out: u64,
}

/// Publishes all documents of an index as the next generation of a share: checks that each row arrived, and moves the
/// alias to it. Where nothing has changed, nothing is written.
///
/// # Errors
/// An index that cannot be read; a cluster that is gone or refuses a row; a share of another origin. The old generation
/// then stays.
pub fn publish(index: &OpenIndex, wire: &Arc<Wire>, options: &Publishing) -> Result<Published, SearchError> {
    if !generations::is_share(&options.share) {
        let reason = format!(
            "'{}' is no name of a share: write small letters, digits and _, 40 characters at most",
            options.share
        );
        return Err(WireError::Query(reason).into());
    }
    let answering = generations::answering(wire)?;
    let (own, others): (Vec<Answering>, Vec<Answering>) =
        answering.into_iter().partition(|one| one.generation.share == options.share);
    let own = own.into_iter().next_back();
    if let Some(Answering { made, .. }) = own.as_ref().filter(|own| own.made.origin != options.origin)
        && !options.replace
    {
        return Err(generations::of_another(wire, &options.share, &made.origin).into());
    }
    if let Some(same) = others.iter().find(|one| !options.origin.is_empty() && one.made.origin == options.origin) {
        let share = &same.generation.share;
        return Err(WireError::Query(format!(
            "this index was published as the share '{share}': go on with --share {share}, or remove that share from \
             the cluster first (DELETE {})",
            same.generation.name(wire)
        ))
        .into());
    }
    let stamp = Stamp::current(index.user_words().sorted(), index.roots().to_vec());
    if let Some(other) = others.iter().find(|other| other.made.stamp.user_words != stamp.user_words) {
        return Err(WireError::Query(format!(
            "the share '{}' was made with other --words than this index, so their words would have no common \
             frequency; make both with the same file: --words FILE --rebuild",
            other.generation.share
        ))
        .into());
    }
    let run = SystemTime::now().duration_since(UNIX_EPOCH).map_or(1, |now| now.as_millis() as u64);
    // A clock may go backwards.
    let run = own.as_ref().map_or(run, |own| run.max(own.made.run + 1));
    let is_alike = |own: &Answering| own.made.version == mapping::VERSION && stamp.continues(&own.made.stamp);
    let base = own.filter(|own| !options.whole && is_alike(own));
    let known = match &base {
        Some(base) => records::versions(&Pinned::to(wire, std::slice::from_ref(base)))?,
        None => HashMap::new(),
    };
    let mut published = Published::default();
    let others = (options.share.as_str(), &Pinned::to(wire, &others));
    let difference = Difference::of(index, known, others, &mut published)?;
    if let Some(base) = base
        .as_ref()
        .filter(|base| difference.is_empty() && (&base.made.stamp, &base.made.origin) == (&stamp, &options.origin))
    {
        published.generation = base.generation.name(wire);
        return Ok(published);
    }
    let counts = [index.row_count(), index.section_count()? as u64];
    let create = || generations::create(wire, &options.share, &mapping::index(options.shards, counts));
    let (generation, difference) = match base.map(|base| generations::copy(wire, &base.generation)) {
        Some(Ok(copied)) => (copied, difference),
        None => (create()?, difference),
        // An engine that cannot copy gets all rows.
        Some(Err(error)) => {
            published = Published { not_copied: Some(error.to_string()), ..Published::default() };
            let all = Difference::of(index, HashMap::new(), others, &mut published)?;
            (create()?, all)
        }
    };
    let made = Made {
        version: mapping::VERSION,
        rows: counts[0].saturating_sub(difference.left_out),
        sent: difference.rows,
        left_out: published.left_out.len() as u64,
        origin: options.origin.clone(),
        stamp,
        run,
    };
    published.generation = generation.name(wire);
    published.is_new = true;
    published.removed = difference.gone.iter().filter(|(_, passages)| *passages > 0).count();
    let done = send(index, wire, &generation, run, difference).and_then(|(rows, bytes)| {
        published.bytes = bytes;
        generations::note(wire, &generation, &made)?;
        Ok(acknowledge(wire, &published.generation, [(Some(run), rows), (None, made.sent)])?)
    });
    if let Err(error) = done {
        generations::remove(wire, &generation);
        return Err(error);
    }
    let origin = (!options.replace).then_some(options.origin.as_str());
    generations::swap(wire, &generation, origin, options.keep)?;
    Ok(published)
}

impl Difference {
    /// Compares an index with the versions of documents and files that answer in its share; counts into `published`.
    fn of(
        index: &OpenIndex,
        mut known: HashMap<String, Version>,
        (share, others): (&str, &Pinned),
        published: &mut Published,
    ) -> Result<Self, SearchError> {
        let documents = index.documents()?;
        let keys: Vec<String> = documents.iter().map(|found| row_key(&found.document.id)).collect();
        let mut taken = records::taken(others, &keys)?;
        // Shares that brought a document at the same time both have it: the first by name keeps it.
        taken.retain(|key, other| !known.contains_key(key) || other.as_str() < share);
        let (mut changed, mut shortened, mut rows, mut left_out) = (Vec::new(), HashMap::new(), 0, 0);
        for (found, key) in documents.into_iter().zip(keys) {
            if let Some(share) = taken.get(&key) {
                left_out += 1 + found.passage_count as u64;
                published.left_out.push((found.document.id, share.clone()));
                continue;
            }
            let version = version(index, &found)?;
            published.documents += 1;
            published.passages += version.passages;
            rows += 1 + version.passages as u64;
            let before = known.remove(&key);
            if before.as_ref() == Some(&version) {
                continue;
            }
            published.written += 1;
            if let Some(before) = before.filter(|before| before.passages > version.passages) {
                shortened.insert(key, before.passages);
            }
            changed.push((found, version));
        }
        let files = index.files()?;
        published.files = files.len();
        let mut records: Vec<PlainRow> = files.iter().map(plain_file_row).collect();
        records.extend(words::rows(index)?);
        rows += records.len() as u64;
        records.retain_mut(|row| {
            let record = row.fields.get("record").and_then(Value::as_str).unwrap_or_default();
            let version = Version::new(0, blake3::Hasher::new().update(record.as_bytes()));
            version.mark(&mut row.fields);
            known.remove(&row.key).as_ref() != Some(&version)
        });
        let gone = known.into_iter().map(|(key, version)| (key, version.passages)).collect();
        Ok(Self { changed, records, gone, shortened, rows, left_out })
    }

    fn is_empty(&self) -> bool {
        self.changed.is_empty() && self.records.is_empty() && self.gone.is_empty()
    }
}

/// Returns the version of a document of an index.
fn version(index: &OpenIndex, found: &IndexedDocument) -> Result<Version, IndexError> {
    let mut hasher = blake3::Hasher::new();
    let mut add = |record: serde_json::Result<Vec<u8>>| {
        hasher.update(&record.unwrap_or_default()).update(b"\n");
    };
    add(serde_json::to_vec(found));
    if found.hash.is_empty() {
        // A document of a file of many documents: its texts and the numbers of its lines.
        index.passages_of(&found.document.id)?.iter().for_each(|found| add(serde_json::to_vec(&found.passage)));
    }
    Ok(Version::new(found.passage_count, &hasher))
}

/// Writes what differs; returns the number of rows that were written and of bytes.
fn send(
    index: &OpenIndex,
    wire: &Wire,
    generation: &Generation,
    run: u64,
    difference: Difference,
) -> Result<(u64, u64), SearchError> {
    let target = generation.target(wire);
    let mut bulk = Bulk::new(wire, &target, run);
    for (found, version) in difference.changed {
        let IndexedDocument { mut document, source, hash, .. } = found;
        document.passages = index.passages_of(&document.id)?.into_iter().map(|found| found.passage).collect();
        let key = row_key(&document.id);
        let indexed = IndexedDocument { passage_count: document.passages.len(), document, source, hash };
        let mut of_document = Vec::new();
        plain_rows(&indexed, index.analyzer(), &mut |mut row| {
            if of_document.is_empty() {
                of_document = ["path", "publisher", "source"].map(|name| row.fields.get(name).cloned()).to_vec();
                version.mark(&mut row.fields);
            } else {
                // Each passage can be selected by the file of its document.
                for (name, value) in ["path", "publisher", "source"].into_iter().zip(&of_document) {
                    row.fields.extend(value.clone().map(|value| (name.to_owned(), value)));
                }
            }
            bulk.add(lowered(row))
        })?;
        if let Some(before) = difference.shortened.get(&key) {
            (version.passages + 1..=*before).try_for_each(|position| bulk.remove(&format!("{key}-{position}")))?;
        }
    }
    for (key, passages) in &difference.gone {
        bulk.remove(key)?;
        (1..=*passages).try_for_each(|position| bulk.remove(&format!("{key}-{position}")))?;
    }
    difference.records.into_iter().try_for_each(|row| bulk.add(lowered(row)))?;
    bulk.flush()?;
    Ok((bulk.rows, bulk.sent))
}

/// Makes the rows findable and compares their numbers with those expected: of a run, and of all.
fn acknowledge(wire: &Wire, index: &str, expected: [(Option<u64>, u64); 2]) -> Result<(), WireError> {
    let _: Value = wire.send(Method::Post, &format!("{index}/_refresh"), None, "application/json", BULK_TIME)?;
    for (run, rows) in expected {
        let query =
            run.map_or_else(|| json!({ "match_all": {} }), |run| json!({ "term": { "run": { "value": run } } }));
        let counted = wire.call(Method::Post, &format!("{index}/_count"), Some(&json!({ "query": query })))?;
        let (found, failed) = (counted["count"].as_u64(), counted["_shards"]["failed"].as_u64());
        if found != Some(rows) || failed != Some(0) {
            return Err(WireError::Torn(format!("{} of {rows} rows arrived in {index}", found.unwrap_or(0))));
        }
    }
    Ok(())
}

/// Packs what searches read of a row, and adds the places above partners and themes, and the keys of series, by which
/// filters ask.
fn lowered(mut row: PlainRow) -> PlainRow {
    columns::pack(&mut row.fields);
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
