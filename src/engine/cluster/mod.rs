//! The same answers from a search cluster: OpenSearch holds postings, columns and records; analysis, tiers, highlights
//! and scores are ours.
//!
//! Invariants: no query leaves without the linter; an answer from a part of the shards or candidates says so; the alias
//! names a whole generation.

mod bulk;
mod candidates;
mod check;
mod collection;
mod columns;
mod exact;
mod facets;
mod file_counts;
mod gather;
mod generations;
mod judge;
mod lint;
mod lower;
mod mapping;
mod pinned;
mod publish;
mod ranker;
mod reading;
mod records;
mod score;
mod seams;
mod search;
mod sections;
mod titled;
mod values;
mod version;
mod whole;
mod wire;
mod word_counts;
mod words;

use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use crate::analysis::{Analyzer, UserWords};
use crate::document::{Document, SourceId, near, shown_path};
use crate::engine::ranking::vocabulary::ListOfWords;
use crate::engine::{Answer, Engine, LeftOut, Request, SearchError, Shown, Stats, Visitor, WordCounts};
use crate::index::FileRecord;
use crate::query::{Budget, Filters, QueryError, budget::Watch};
use generations::Made;
use pinned::Pinned;

pub use generations::is_share;
pub use publish::{Published, Publishing, publish};
pub use wire::{Method, Wire, WireError};

impl From<WireError> for SearchError {
    fn from(error: WireError) -> Self {
        match error {
            // The query cannot be run, or another share is in the way: the index is sound.
            WireError::Query(reason) => QueryError::Refused(reason).into(),
            away @ (WireError::Unreachable { .. } | WireError::Part(_)) => Self::Away(Box::new(away)),
            other => Self::Index(Box::new(other)),
        }
    }
}

/// The index of a cluster, opened for searching: one whole generation of each share. A generation that is replaced
/// stays readable for a minute.
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
    pinned: Pinned,
    analyzer: Analyzer,
    /// For each root its full path, its path as shown, and its name.
    roots: Vec<[String; 3]>,
    folders: Vec<PathBuf>,
    warnings: Vec<String>,
    /// Number of rows of the indexes that were published.
    rows: u64,
    /// The words of the texts.
    words: OnceLock<ListOfWords>,
}

impl Cluster {
    /// Opens the index that some URLs name at the last generations of its shares: `https://a:9200,https://b:9200/NAME`.
    ///
    /// # Errors
    /// A cluster that does not answer, an index that is missing or was made by other rules of analysis.
    pub fn open(urls: &str) -> Result<Self, SearchError> {
        let wire = Arc::new(Wire::new(urls)?);
        let pinned = Pinned::to(&wire, &generations::answering(&wire)?);
        let Some(first) = pinned.parts().first() else {
            return Err(SearchError::NotFound(format!(
                "the engine {} has no index '{}'; make it with: fumikura --engine URL index",
                wire.urls(),
                wire.name()
            )));
        };
        let mut warnings = Vec::new();
        for part in pinned.parts() {
            let Made { version, stamp, origin, .. } = &part.made;
            let made_otherwise = |reason: &str| {
                SearchError::NotFound(format!(
                    "the index '{}' cannot be read: {reason}; run index again where it was published from: {origin}",
                    part.name
                ))
            };
            if *version != mapping::VERSION {
                return Err(made_otherwise("it was made by another version of fumikura"));
            }
            stamp.must_be_searchable().map_err(|reason| made_otherwise(&reason))?;
            warnings.extend(stamp.warning().filter(|warning| !warnings.contains(warning)));
            if stamp.user_words != first.made.stamp.user_words {
                return Err(SearchError::NotFound(format!(
                    "the shares '{}' and '{}' were made with different --words, so their words have no common \
                     frequency; publish one of them again",
                    first.share, part.share
                )));
            }
        }
        let stamps = pinned.parts().iter().map(|part| &part.made.stamp);
        let folders: Vec<PathBuf> =
            stamps.flat_map(|stamp| &stamp.roots).map(|root| root.path.as_ref().to_path_buf()).collect();
        let here = std::env::current_dir().ok();
        let names = folders.iter().map(|path| {
            let name = path.file_name().map_or(std::path::Path::new(""), std::path::Path::new);
            [path, near(path, here.as_deref()), name].map(shown_path)
        });
        Ok(Self {
            analyzer: Analyzer::with_words(UserWords::new(first.made.stamp.user_words.clone())),
            roots: names.collect(),
            rows: pinned.parts().iter().map(|part| part.made.rows).sum(),
            warnings,
            pinned,
            folders,
            words: OnceLock::new(),
        })
    }

    /// True where each share is still at this generation.
    ///
    /// # Errors
    /// A cluster that does not answer.
    pub fn is_current(&self) -> Result<bool, SearchError> {
        Ok(generations::answering_names(self.pinned.wire())? == self.pinned.names())
    }

    /// Returns the analyzer of all shares.
    pub fn analyzer(&self) -> &Analyzer {
        &self.analyzer
    }

    /// Returns the folders from which the shares were made.
    pub fn roots(&self) -> &[PathBuf] {
        &self.folders
    }

    /// Returns the warnings about the index.
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// Sets the path of a stored document.
    fn placed(&self, mut document: Document, source: &SourceId) -> Document {
        if let Some(root) = self.folders.get(source.root) {
            let path = root.join(&source.path);
            document.path = shown_path(near(&path, std::env::current_dir().ok().as_deref()));
        }
        document
    }
}

impl Engine for Cluster {
    fn search(&self, request: &Request) -> Result<Answer, SearchError> {
        search::search(self, request)
    }

    fn show(&self, id: &str) -> Result<Shown, SearchError> {
        let watch = Watch::default();
        let of_passage = id.rsplit_once('#').map(|(document, _)| document);
        for document_id in [Some(id), of_passage].into_iter().flatten() {
            let Some((document, source)) = records::document(&self.pinned, document_id, &watch)? else { continue };
            let document = self.placed(document, &source);
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
        let files = records::files(&self.pinned)?;
        let sizes = self.pinned.wire().call(Method::Get, &self.pinned.path("_stats/store"), None)?;
        let mut stats = Stats {
            documents: records::count(&self.pinned, "d")?,
            passages: records::count(&self.pinned, "p")?,
            files: files.iter().filter(|file| file.documents > 0).count(),
            bytes: sizes["_all"]["primaries"]["store"]["size_in_bytes"].as_u64().unwrap_or(0),
            warnings: self.warnings.clone(),
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
        word_counts::word_counts(self, words, filters, budget)
    }

    fn generation(&self) -> Result<String, SearchError> {
        Ok(self.pinned.names().join(" "))
    }
}
