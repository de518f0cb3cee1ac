//! The same answers from a search cluster: OpenSearch holds postings, columns and records; analysis, tiers, highlights
//! and scores are ours.
//!
//! Invariants: no query leaves without the linter; an answer from a part of the shards or candidates says so; the alias
//! names a whole generation.

mod check;
mod collection;
mod exact;
mod facets;
mod file_counts;
mod gather;
mod generations;
mod judge;
mod lint;
mod lower;
mod mapping;
mod publish;
mod ranker;
mod reading;
mod score;
mod search;
mod sections;
mod titled;
mod values;
mod vocabulary;
mod wire;

use std::ops::ControlFlow;
use std::path::PathBuf;

use serde_json::Value;

use crate::analysis::{Analyzer, UserWords};
use crate::document::{Document, SourceId, near, shown_path};
use crate::engine::{Answer, Engine, LeftOut, Request, SearchError, Shown, Stats, Visitor, WordCounts};
use crate::index::{FileRecord, Stamp};
use crate::query::{Budget, Filters, budget::Watch};

pub use publish::{Published, Publishing, publish};
pub use wire::{Method, Wire, WireError};

impl From<WireError> for SearchError {
    fn from(error: WireError) -> Self {
        Self::Index(Box::new(error))
    }
}

/// The index of a cluster, opened for searching.
///
/// # Examples
/// ```no_run
/// use fumikura::engine::cluster::Cluster;
/// use fumikura::{Engine, Request};
///
/// let cluster = Cluster::open("http://127.0.0.1:9200,http://127.0.0.1:9201/ministry")?;
/// let answer = cluster.search(&Request { text: "情報共有".to_owned(), ..Request::default() })?;
/// println!("{} passages", answer.total.passages);
/// # Ok::<(), fumikura::SearchError>(())
/// ```
pub struct Cluster {
    wire: Wire,
    opened: Opened,
}

/// What the mapping of an index tells.
struct Opened {
    analyzer: Analyzer,
    /// For each root its full path, its path as shown, and its name.
    roots: Vec<[String; 3]>,
    folders: Vec<PathBuf>,
    warnings: Vec<String>,
    generation: String,
    /// Number of rows of the index that was published.
    rows: u64,
}

impl Opened {
    /// Sets the path of a stored document.
    fn placed(&self, mut document: Document, source: &SourceId) -> Document {
        if let Some(root) = self.folders.get(source.root) {
            let path = root.join(&source.path);
            document.path = shown_path(near(&path, std::env::current_dir().ok().as_deref()));
        }
        document
    }
}

impl Cluster {
    /// Opens the index that some URLs name: `https://a:9200,https://b:9200/NAME`.
    ///
    /// # Errors
    /// A cluster that does not answer, an index that is missing or was made by other rules of analysis.
    pub fn open(urls: &str) -> Result<Self, SearchError> {
        let wire = Wire::new(urls)?;
        let mapping = match wire.call(Method::Get, &format!("{}/_mapping", wire.name()), None) {
            Err(WireError::Refused { status: 404, .. }) => {
                return Err(SearchError::NotFound(format!(
                    "the engine {} has no index '{}'; make it with: fumikura --engine URL index",
                    wire.urls(),
                    wire.name()
                )));
            }
            other => other?,
        };
        wire.read_most_leaves();
        let torn = |reason: &str| WireError::Torn(format!("the index '{}' {reason}", wire.name()));
        let (generation, body) =
            mapping.as_object().and_then(|all| all.iter().next()).ok_or_else(|| torn("is empty"))?;
        let meta: &Value = &body["mappings"]["_meta"];
        if meta["fumikura"].as_u64() != Some(u64::from(mapping::VERSION)) {
            return Err(torn("was not made by this version of fumikura").into());
        }
        let stamp: Stamp = serde_json::from_value(meta["stamp"].clone()).map_err(|error| torn(&error.to_string()))?;
        stamp.must_be_searchable().map_err(|reason| torn(&format!("must be made again: {reason}")))?;
        let folders: Vec<PathBuf> = stamp.roots.iter().map(|root| root.path.as_ref().to_path_buf()).collect();
        let here = std::env::current_dir().ok();
        let names = folders.iter().map(|path| {
            let name = path.file_name().map_or(std::path::Path::new(""), std::path::Path::new);
            [path, near(path, here.as_deref()), name].map(shown_path)
        });
        let opened = Opened {
            analyzer: Analyzer::with_words(UserWords::new(stamp.user_words.clone())),
            roots: names.collect(),
            warnings: Vec::new(),
            generation: generation.clone(),
            rows: meta["rows"].as_u64().ok_or_else(|| torn("tells no number of rows"))?,
            folders,
        };
        Ok(Self { wire, opened })
    }

    /// Returns the analyzer of the index.
    pub fn analyzer(&self) -> &Analyzer {
        &self.opened.analyzer
    }

    /// Returns the folders from which the index was made.
    pub fn roots(&self) -> &[PathBuf] {
        &self.opened.folders
    }

    /// Returns the warnings about the index.
    pub fn warnings(&self) -> &[String] {
        &self.opened.warnings
    }
}

/// Number of times that a search begins anew where a generation goes while it is read.
const ATTEMPTS: usize = 3;

/// True where an index or a point in time is no more.
fn is_gone(error: &(dyn std::error::Error + 'static)) -> bool {
    matches!(error.downcast_ref(), Some(WireError::Refused { status: 404, .. }))
}

impl Engine for Cluster {
    fn search(&self, request: &Request) -> Result<Answer, SearchError> {
        for _ in 1..ATTEMPTS {
            match search::search(self, &self.opened, request) {
                // A new generation has taken the place of the one that was being read.
                Err(SearchError::Index(error)) if is_gone(error.as_ref()) => {}
                other => return other,
            }
        }
        search::search(self, &self.opened, request)
    }

    fn show(&self, id: &str) -> Result<Shown, SearchError> {
        let watch = Watch::default();
        let of_passage = id.rsplit_once('#').map(|(document, _)| document);
        for document_id in [Some(id), of_passage].into_iter().flatten() {
            let Some((document, source)) = reading::document(&self.wire, document_id, &watch)? else { continue };
            let document = self.opened.placed(document, &source);
            let passage = document.passages.iter().position(|passage| passage.id == id);
            if passage.is_none() && document_id != id {
                return Err(SearchError::NotFound(format!(
                    "the document '{document_id}' has no passage '{id}': its text has changed, or the id is incomplete"
                )));
            }
            return Ok(Shown { document, passage });
        }
        Err(SearchError::NotFound(format!("nothing in the index has the id '{id}'; ids stand at the end of each hit")))
    }

    fn stats(&self) -> Result<Stats, SearchError> {
        let files = reading::files(&self.wire)?;
        let sizes = self.wire.call(Method::Get, &format!("{}/_stats/store", self.wire.name()), None)?;
        let mut stats = Stats {
            documents: reading::count(&self.wire, self.wire.name(), "d")?,
            passages: reading::count(&self.wire, self.wire.name(), "p")?,
            files: files.iter().filter(|file| file.documents > 0).count(),
            bytes: sizes["_all"]["primaries"]["store"]["size_in_bytes"].as_u64().unwrap_or(0),
            warnings: self.opened.warnings.clone(),
            ..Stats::default()
        };
        for FileRecord { problems, warnings, accepted, .. } in files {
            let left_out = |(path, reason)| LeftOut { path, reason, accepted };
            stats.left_out.extend(problems.into_iter().map(left_out));
            stats.file_warnings.extend(warnings.into_iter().map(left_out));
        }
        let all = Request { limit: 0, facets: true, relax: false, ..Request::default() };
        stats.facets = self.search(&all)?.facets.unwrap_or_default();
        Ok(stats)
    }

    fn each_match(&self, request: &Request, visitor: &mut dyn Visitor) -> Result<Answer, SearchError> {
        let mut answer = self.search(&Request { limit: usize::MAX, ..request.clone() })?;
        let hits = std::mem::take(&mut answer.hits);
        visitor.begin(&answer);
        for found in hits {
            if visitor.found(found) == ControlFlow::Break(()) {
                break;
            }
        }
        Ok(answer)
    }

    fn word_counts(&self, words: &[&str], filters: &Filters, budget: &Budget) -> Result<WordCounts, SearchError> {
        vocabulary::word_counts(self, &self.opened, words, filters, budget)
    }

    fn generation(&self) -> Result<String, SearchError> {
        Ok(self.opened.generation.clone())
    }
}
