//! The documents at their commits: the last one, and for a while those before it, from which cursors go on.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::{Duration, Instant};

use crate::engine::{Answer, Collection, Request, SearchError};
use crate::engines::Place;
use crate::ingest;
use crate::study::{Corrections, Series};

/// Time for which a commit can be read after the next one.
const KEPT: Duration = Duration::from_secs(600);
/// Most commits before the last one that are held open. Each keeps its files on the disk.
const MOST_KEPT: usize = 3;

/// Returns the time, to the second.
pub(super) fn now() -> String {
    format!("{:.0}", jiff::Timestamp::now())
}

/// The documents at one commit.
pub(super) struct Held {
    pub collection: Box<dyn Collection>,
    /// Name of the commit.
    pub commit: String,
    /// When this server first read it, to the second.
    pub since: String,
    /// Numbers of documents and of passages.
    pub documents: usize,
    pub passages: usize,
    /// The facets of everything.
    whole: Mutex<Option<Arc<Answer>>>,
    /// All series of meetings.
    series: Mutex<Option<(String, Arc<Vec<Series>>)>>,
}

impl Held {
    fn open(place: &Place) -> Result<Self, SearchError> {
        let collection = place.open()?;
        let (commit, parts) = (collection.generation()?, collection.parts()?);
        let documents = parts.iter().map(|part| part.documents).sum();
        let passages = parts.iter().map(|part| part.passages).sum();
        let (whole, series) = Default::default();
        let since = now();
        Ok(Self { collection, commit, since, documents, passages, whole, series })
    }

    /// Returns all series of meetings; `read` reads them once for each commit and each state of the corrections beside
    /// the sources, unless it fails.
    pub fn series<E>(&self, read: impl FnOnce() -> Result<Vec<Series>, E>) -> Result<Arc<Vec<Series>>, E> {
        let known = self.series.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let corrections = self.corrections();
        if let Some((_, known)) = known.filter(|(of, _)| *of == corrections) {
            return Ok(known);
        }
        let all = Arc::new(read()?);
        *self.series.lock().unwrap_or_else(PoisonError::into_inner) = Some((corrections, all.clone()));
        Ok(all)
    }

    /// Reads the corrections of series beside the sources. A file that cannot be used changes nothing.
    pub fn read_corrections(&self) -> Corrections {
        let folders = self.collection.folders();
        Corrections::read(ingest::series_files(folders.iter().map(PathBuf::as_path))).0
    }

    /// Returns a text that differs where the corrections of series beside the sources differ: their sizes and times.
    pub fn corrections(&self) -> String {
        let state = |file: std::fs::Metadata| format!("{} {:?};", file.len(), file.modified().ok());
        let folders = self.collection.folders();
        folders.iter().map(|folder| ingest::series_file(folder).map_or(String::new(), state)).collect()
    }

    /// Returns the facets of everything; counted once for each commit.
    pub fn whole(&self, request: &Request) -> Result<Arc<Answer>, SearchError> {
        let known = self.whole.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(known) = known {
            return Ok(known);
        }
        let answer = Arc::new(self.collection.search(request)?);
        if !answer.timed_out {
            *self.whole.lock().unwrap_or_else(PoisonError::into_inner) = Some(answer.clone());
        }
        Ok(answer)
    }
}

/// The documents of a server.
pub(super) struct Store {
    place: Place,
    current: RwLock<Arc<Held>>,
    former: Mutex<VecDeque<(Instant, Arc<Held>)>>,
    /// Why the last look at them failed.
    problem: Mutex<Option<String>>,
}

impl Store {
    /// Opens the documents.
    pub fn open(place: Place) -> Result<Self, SearchError> {
        let current = RwLock::new(Arc::new(Held::open(&place)?));
        Ok(Self { place, current, former: Mutex::default(), problem: Mutex::default() })
    }

    /// Returns the last commit that was opened. A request keeps it to its end.
    pub fn current(&self) -> Arc<Held> {
        self.current.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Returns a commit by its name; `None` where it is not held any more.
    pub fn at(&self, commit: &str) -> Option<Arc<Held>> {
        let current = self.current();
        if current.commit == commit {
            return Some(current);
        }
        let former = self.former.lock().unwrap_or_else(PoisonError::into_inner);
        former.iter().map(|(_, held)| held).find(|held| held.commit == commit).cloned()
    }

    /// Opens the documents again where a commit has replaced the one that is held.
    pub fn refresh(&self) {
        self.drop_old();
        let current = self.current();
        let opened = match current.collection.is_current() {
            Ok(true) => {
                *self.problem.lock().unwrap_or_else(PoisonError::into_inner) = None;
                return;
            }
            Ok(false) => Held::open(&self.place),
            Err(error) => Err(error),
        };
        match opened {
            Ok(next) => {
                let last =
                    std::mem::replace(&mut *self.current.write().unwrap_or_else(PoisonError::into_inner), next.into());
                let mut former = self.former.lock().unwrap_or_else(PoisonError::into_inner);
                former.push_back((Instant::now(), last));
                *self.problem.lock().unwrap_or_else(PoisonError::into_inner) = None;
            }
            // Requests go on with the commit that is held.
            Err(error) => *self.problem.lock().unwrap_or_else(PoisonError::into_inner) = Some(error.to_string()),
        }
        self.drop_old();
    }

    fn drop_old(&self) {
        let mut former = self.former.lock().unwrap_or_else(PoisonError::into_inner);
        while former.len() > MOST_KEPT || former.front().is_some_and(|(since, _)| since.elapsed() > KEPT) {
            former.pop_front();
        }
    }

    /// Returns the reason why the last commit cannot be read, if so.
    pub fn problem(&self) -> Option<String> {
        self.problem.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
