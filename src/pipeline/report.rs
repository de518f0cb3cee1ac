//! What an index run did, and who is told while it runs.

use serde::{Deserialize, Serialize};

/// A path with a reason.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Reported {
    /// The path, with its line for JSONL.
    pub path: String,
    /// Why.
    pub reason: String,
}

/// Longest reason told, in code points: some say again what they were given, which may be megabytes.
pub(super) const MAX_REASON_CHARS: usize = 1000;

/// What `index` did. Documents are counted but for `walked`, `skipped` and `failed`.
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
    /// Documents as before.
    pub unchanged: usize,
    /// Documents removed.
    pub removed: usize,
    /// Files left out on purpose.
    pub skipped: Vec<Reported>,
    /// Files and lines that could not be used.
    pub failed: Vec<Reported>,
    /// What a person should know that is no failure: of a document that is in the index (a phrase that may be missed, a
    /// title that was shortened), of a root, or of the run as a whole, with an empty path.
    pub warnings: Vec<Reported>,
    /// The run was ended early; what it had done is committed.
    pub stopped: bool,
    /// Documents in the index afterwards.
    pub documents: usize,
    /// Passages in the index afterwards.
    pub passages: usize,
    /// Bytes of the index afterwards.
    pub bytes: u64,
    /// Wall time.
    pub seconds: f64,
}

/// Told of what goes on; all methods may be called from any thread.
pub trait Progress: Sync {
    /// The number of bytes to read, once it is known.
    fn expect(&self, bytes: u64);
    /// Some bytes were read.
    fn advance(&self, bytes: u64);
    /// Another process writes, and is waited for.
    fn waiting(&self, holder: &str);
}

/// Tells nobody.
impl Progress for () {
    fn expect(&self, _: u64) {}
    fn advance(&self, _: u64) {}
    fn waiting(&self, _: &str) {}
}
