//! The engine over indexes on this machine: opened once, shared by threads, at the last commit when asked.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use super::snapshot::Snapshot;
use crate::engine::{Answer, Engine, Request, SearchError, Shown, Stats, Visitor};
use crate::index::IndexError;

/// Indexes opened for searching.
///
/// Each call answers from the last commit: where another process has committed or rebuilt since, the index is opened
/// anew first. An answer comes from one commit as a whole.
///
/// # Examples
/// ```no_run
/// use fumikura::{Engine, Index, Request};
///
/// let index = Index::open("index")?;
/// for text in ["情報共有", "人材育成"] {
///     let answer = index.search(&Request { text: text.to_owned(), ..Request::default() })?;
///     println!("{text}: {} passages", answer.total.passages);
/// }
/// # Ok::<(), fumikura::SearchError>(())
/// ```
pub struct Index {
    paths: Vec<PathBuf>,
    snapshot: RwLock<Arc<Snapshot>>,
}

impl Index {
    /// Opens the index in a folder.
    ///
    /// # Errors
    /// No index there, one of another version, or one that cannot be read; each message names the way out.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, SearchError> {
        Ok(Self::open_several([path])?)
    }

    /// Opens the indexes in some folders, to be searched as one.
    ///
    /// # Errors
    /// As [`Self::open`], of the first that cannot be opened.
    pub fn open_several(paths: impl IntoIterator<Item = impl AsRef<Path>>) -> Result<Self, IndexError> {
        let paths: Vec<PathBuf> = paths.into_iter().map(|path| path.as_ref().to_owned()).collect();
        let snapshot = RwLock::new(Arc::new(Snapshot::open(&paths)?));
        Ok(Self { paths, snapshot })
    }

    /// The indexes at their last commits.
    ///
    /// # Errors
    /// As [`Self::open`], where an index has to be opened anew.
    pub fn snapshot(&self) -> Result<Arc<Snapshot>, SearchError> {
        // A thread that panicked left a whole snapshot behind: it is replaced at once or not at all.
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
        let snapshot = self.snapshot()?;
        let mut matches = snapshot.matches(&Request { limit: usize::MAX, ..request.clone() })?;
        visitor.begin(matches.answer());
        for found in matches.by_ref() {
            if visitor.found(found?) == ControlFlow::Break(()) {
                break;
            }
        }
        Ok(matches.into_answer())
    }

    fn generation(&self) -> Result<String, SearchError> {
        Ok(self.snapshot()?.generation())
    }
}
