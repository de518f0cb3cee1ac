//! One run of a search with all that is needed to repeat and to report it.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::asked::Asked;
use crate::engine::{Answer, Engine, Found, Part, Request, SearchError, Total};
use crate::query::{Budget, TABLES};

/// One run of a search.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Run {
    /// Time of the run in ISO 8601 with its zone.
    pub time: String,
    /// Program and version.
    pub program: String,
    /// Command: search, facets, kwic.
    pub tool: String,
    /// Command line, for a shell.
    pub command: String,
    /// The query, its filters and whether it was widened.
    #[serde(flatten)]
    pub asked: Asked,
    /// The query as it was read, in its normal form.
    pub parsed: String,
    /// Each form that widened the query.
    pub widened: Vec<LoggedWidening>,
    /// Order of the hits.
    pub sort: String,
    /// True where one passage stood for all that say nearly the same in what was shown; they are counted.
    pub folded: bool,
    /// Numbers of exact matches.
    pub total: LoggedTotal,
    /// The indexes that answered.
    pub indexes: Vec<IndexState>,
    /// Hashes of the tables that widen queries.
    pub tables: BTreeMap<String, String>,
    /// Seconds from the start of the command to its answer.
    pub seconds: f64,
    /// True where the time ran out: numbers and hits are lower bounds.
    pub timed_out: bool,
    /// Warnings of the query and of the index.
    pub warnings: Vec<String>,
    /// The hits: all passages that match exactly.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hits: Vec<DocumentHits>,
}

/// A form that widened a query.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct LoggedWidening {
    /// The word as typed.
    pub word: String,
    /// The form that was added.
    pub added: String,
    /// Reason of the addition.
    pub reason: String,
    /// True where the word stands inside NOT.
    pub negated: bool,
}

/// Numbers of matching passages and documents.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LoggedTotal {
    /// Number of passages.
    pub passages: usize,
    /// Number of documents.
    pub documents: usize,
    /// Numbers of passages by tier.
    pub by_tier: LoggedTier,
}

/// Numbers of passages by tier.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LoggedTier {
    /// The words themselves, in any spelling.
    pub word: usize,
    /// Another name or an inflection.
    pub variant: usize,
    /// The characters inside other words.
    pub substring: usize,
}

impl From<&Total> for LoggedTotal {
    fn from(total: &Total) -> Self {
        let [word, variant, substring] = total.by_tier;
        let by_tier = LoggedTier { word, variant, substring };
        Self { passages: total.passages, documents: total.documents, by_tier }
    }
}

/// The state of an index.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct IndexState {
    /// Its folder, as named.
    pub folder: String,
    /// Name of the commit.
    pub commit: String,
    /// Number of documents.
    pub documents: usize,
    /// Number of passages.
    pub passages: usize,
    /// Versions of the rules and hashes of the tables and the dictionary that made it, by name.
    pub versions: BTreeMap<String, String>,
}

impl From<Part> for IndexState {
    fn from(part: Part) -> Self {
        let Part { name, commit, documents, passages, versions } = part;
        Self { folder: name, commit, documents, passages, versions }
    }
}

/// The hits of one document.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DocumentHits {
    /// Id of the document.
    pub document: String,
    /// Its title.
    pub title: String,
    /// Ids of the passages without the id of the document and `#`, in the order of their letters.
    pub passages: Vec<String>,
}

impl DocumentHits {
    /// Returns the whole ids of the passages.
    pub fn ids(&self) -> impl Iterator<Item = String> {
        self.passages.iter().map(|passage| format!("{}#{passage}", self.document))
    }
}

impl Run {
    /// Runs a search for its hits. The caller adds time, command and the state of the indexes.
    ///
    /// # Errors
    /// As [`Engine::each_match`]; a filter that this version does not know.
    pub fn of(engine: &dyn Engine, asked: &Asked, budget: Budget) -> Result<Self, SearchError> {
        let request = Request { budget, ..asked.request()? };
        let mut documents: BTreeMap<String, DocumentHits> = BTreeMap::new();
        let mut visitor = |found: Found| {
            let (document, id) = (found.document, found.passage.id);
            let tail = id.strip_prefix(&document.id).and_then(|tail| tail.strip_prefix('#')).unwrap_or(&id).to_owned();
            let hits = documents.entry(document.id).or_insert_with_key(|id| DocumentHits {
                document: id.clone(),
                title: document.title,
                passages: Vec::new(),
            });
            hits.passages.push(tail);
            ControlFlow::Continue(())
        };
        let answer = engine.each_match(&request, &mut visitor)?;
        let mut hits: Vec<DocumentHits> = documents.into_values().collect();
        for one in &mut hits {
            one.passages.sort_unstable();
            // Two indexes may hold one document.
            one.passages.dedup();
        }
        Ok(Self { asked: asked.clone(), hits, tables: query_tables(), ..ran(&answer) })
    }

    /// Returns all versions on which the hits depend, by name.
    pub fn versions(&self) -> BTreeMap<String, String> {
        let mut all = self.tables.clone();
        all.insert("program".to_owned(), self.program.clone());
        for index in &self.indexes {
            let one = |(name, version): (&String, &String)| match self.indexes.len() {
                1 => (name.clone(), version.clone()),
                _ => (format!("{}: {name}", index.folder), version.clone()),
            };
            all.extend(index.versions.iter().map(one));
        }
        all
    }

    /// Returns one name for the commits of its indexes.
    pub fn commit(&self) -> String {
        self.indexes.iter().map(|index| index.commit.as_str()).collect::<Vec<_>>().join(" ")
    }

    /// Sets the time that the run took, to the millisecond.
    pub fn took(&mut self, time: Duration) {
        self.seconds = time.as_millis() as f64 / 1000.0;
    }
}

/// Takes from an answer what the journal keeps of it.
pub(super) fn ran(answer: &Answer) -> Run {
    let widened = answer.widened.iter().map(|form| LoggedWidening {
        word: form.word.clone(),
        added: form.added.clone(),
        reason: form.reason.clone(),
        negated: form.negated,
    });
    Run {
        parsed: answer.parsed.clone(),
        widened: widened.collect(),
        total: LoggedTotal::from(&answer.total),
        timed_out: answer.timed_out,
        warnings: answer.warnings.clone(),
        ..Run::default()
    }
}

/// Returns a hash of each table that widens queries, by name; comments do not count.
pub(super) fn query_tables() -> BTreeMap<String, String> {
    let hash = |content: &str| {
        let mut hasher = blake3::Hasher::new();
        content.lines().filter(|line| !line.starts_with('#')).for_each(|line| {
            hasher.update(line.as_bytes()).update(b"\n");
        });
        hasher.finalize().to_hex()[..16].to_owned()
    };
    TABLES.iter().map(|(name, content)| ((*name).to_owned(), hash(content))).collect()
}
