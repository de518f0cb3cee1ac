//! The engine over indexes on this machine: opened once, shared by threads, always at the last commit.

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use super::snapshot::Snapshot;
use crate::engine::{Answer, Engine, Request, SearchError, Shown, Stats, Visitor, WordCounts};
use crate::index::IndexError;
use crate::query::{Budget, Filters};

/// Indexes opened for searching.
///
/// Each call answers from the last commit: after a commit or a rebuild by another process, the index is opened again
/// first. Each answer comes from a single commit.
///
/// # Examples
/// ```
/// use fumikura::{Engine, Index, Request};
///
/// # let folder = tempfile::tempdir()?;
/// # let (texts, index) = (folder.path().join("texts"), folder.path().join("index"));
/// # std::fs::create_dir(&texts)?;
/// # std::fs::write(texts.join("対話.txt"), "日米対話\n\n1. 情報共有\n両国は情報共有の取組を進める。\n")?;
/// # fumikura::pipeline::run(&fumikura::IndexOptions::new(vec![texts], index.clone()), &())?;
/// let index = Index::open(index)?;
/// for (text, passages) in [("情報共有", 1), ("人材育成", 0)] {
///     let answer = index.search(&Request { text: text.to_owned(), ..Request::default() })?;
///     assert_eq!(answer.total.passages, passages);
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Index {
    paths: Vec<PathBuf>,
    snapshot: RwLock<Arc<Snapshot>>,
}

impl Index {
    /// Opens the index in a folder.
    ///
    /// # Errors
    /// No index, an index of another version, or one that cannot be read; each message names the next step.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, SearchError> {
        Ok(Self::open_several([path])?)
    }

    /// Opens the indexes in some folders, to be searched as one.
    ///
    /// # Errors
    /// As [`Self::open`], for the first index that cannot be opened.
    pub fn open_several(paths: impl IntoIterator<Item = impl AsRef<Path>>) -> Result<Self, IndexError> {
        let paths: Vec<PathBuf> = paths.into_iter().map(|path| path.as_ref().to_owned()).collect();
        let snapshot = RwLock::new(Arc::new(Snapshot::open(&paths)?));
        Ok(Self { paths, snapshot })
    }

    /// Returns the indexes at their last commits.
    ///
    /// # Errors
    /// As [`Self::open`], where an index must be opened again.
    pub fn snapshot(&self) -> Result<Arc<Snapshot>, SearchError> {
        // A snapshot is replaced in one step, so a panicked thread leaves a valid one.
        let known = self.snapshot.read().unwrap_or_else(PoisonError::into_inner).clone();
        if known.is_current() {
            return Ok(known);
        }
        let mut snapshot = self.snapshot.write().unwrap_or_else(PoisonError::into_inner);
        // Another thread may have opened it meanwhile.
        if !snapshot.is_current() {
            *snapshot = Arc::new(Snapshot::open(&self.paths)?);
        }
        Ok(snapshot.clone())
    }
}

impl Engine for Index {
    fn search(&self, request: &Request) -> Result<Answer, SearchError> {
        self.snapshot()?.search(request)
    }

    fn show(&self, id: &str) -> Result<Shown, SearchError> {
        self.snapshot()?.show(id)
    }

    fn stats(&self) -> Result<Stats, SearchError> {
        self.snapshot()?.stats()
    }

    fn each_match(&self, request: &Request, visitor: &mut dyn Visitor) -> Result<Answer, SearchError> {
        Engine::each_match(&*self.snapshot()?, request, visitor)
    }

    fn word_counts(&self, words: &[&str], filters: &Filters, budget: &Budget) -> Result<WordCounts, SearchError> {
        self.snapshot()?.word_counts(words, filters, budget)
    }

    fn generation(&self) -> Result<String, SearchError> {
        Ok(self.snapshot()?.generation())
    }
}
