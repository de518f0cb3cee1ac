//! The report of an index run, and the trait that receives its progress.

use std::collections::HashSet;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::document::shown_path;

/// A path with a reason.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Reported {
    /// The path, with its line for JSONL.
    pub path: String,
    /// The reason.
    pub reason: String,
}

/// Longest reason, in code points: some repeat their input, which may be megabytes.
pub(super) const MAX_REASON_CHARS: usize = 1000;

/// The report of `index`. Counts are of documents, except `walked`, `skipped` and `failed`, which are of files and
/// lines.
///
/// # Examples
/// ```
/// # use fumikura::{Engine, Index, IndexOptions, Request, pipeline};
/// # let folder = tempfile::tempdir()?;
/// # let (texts, index) = (folder.path().join("texts"), folder.path().join("index"));
/// # std::fs::create_dir(&texts)?;
/// # std::fs::write(texts.join("a.txt"), "日米対話\n\n1. 情報共有\n両国は情報共有の取組を進める。\n")?;
/// let report = pipeline::run(&IndexOptions::new(vec![texts], index), &())?;
/// assert_eq!((report.walked, report.added), (1, 1));
/// assert!(report.failed.is_empty());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Report {
    /// Files met.
    pub walked: usize,
    /// New documents.
    pub added: usize,
    /// Documents with another text than before.
    pub changed: usize,
    /// Unchanged documents.
    pub unchanged: usize,
    /// Documents removed.
    pub removed: usize,
    /// Files left out on purpose.
    pub skipped: Vec<Reported>,
    /// Files and lines that could not be used.
    pub failed: Vec<Reported>,
    /// Warnings, which are not failures: about an indexed document (characters that could not be read, parts left out,
    /// a phrase that may be missed), about a root, or, with an empty path, about the whole run.
    pub warnings: Vec<Reported>,
    /// Problems and warnings of files that were acknowledged ([`accept`](super::IndexOptions::accept)).
    pub accepted: Vec<Reported>,
    /// Those of the warnings and skipped files that an earlier run has told: their files did not change.
    #[serde(skip)]
    pub known: Vec<Reported>,
    /// The run was stopped early; its work so far is committed.
    pub stopped: bool,
    /// Documents in the index afterwards.
    pub documents: usize,
    /// Passages in the index afterwards.
    pub passages: usize,
    /// Size of the index afterwards, in bytes.
    pub bytes: u64,
    /// Wall time in seconds.
    pub seconds: f64,
    /// Time of the start, in UTC (RFC 3339).
    pub started: String,
    /// Time of the end, in UTC.
    pub ended: String,
}

impl Report {
    /// Adds a failure of a path.
    pub(super) fn fail(&mut self, path: &Path, reason: &str) {
        self.failed.push(Reported { path: shown_path(path), reason: reason.to_owned() });
    }

    /// Moves notes of an acknowledged file out of the failures, skipped files and warnings.
    pub(super) fn accept(&mut self, notes: &[(String, String)]) {
        if notes.is_empty() {
            return;
        }
        let named: HashSet<(&str, &str)> =
            notes.iter().map(|(path, reason)| (path.as_str(), reason.as_str())).collect();
        for list in [&mut self.failed, &mut self.skipped, &mut self.warnings] {
            list.retain(|item| !named.contains(&(item.path.as_str(), item.reason.as_str())));
        }
        self.accepted
            .extend(notes.iter().map(|(path, reason)| Reported { path: path.clone(), reason: reason.clone() }));
    }
}

/// Receives the progress of a run; all methods may be called from any thread.
pub trait Progress: Sync {
    /// Receives the number of bytes to read, once known.
    fn expect(&self, bytes: u64);
    /// Receives a number of bytes just read.
    fn advance(&self, bytes: u64);
    /// Receives the name of another writing process, for which the run waits.
    fn waiting(&self, holder: &str);
}

/// Ignores all progress.
impl Progress for () {
    fn expect(&self, _: u64) {}
    fn advance(&self, _: u64) {}
    fn waiting(&self, _: &str) {}
}
