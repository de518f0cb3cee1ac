//! What a run is asked to do.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use super::manifest::Prune;
use crate::analysis::UserWords;

/// Part of the memory that the sizes of the files and lines in hand may be together; one that is larger is read alone.
pub(super) const IN_HAND_PART: usize = 8;

/// Memory for building segments where nothing is said.
pub const DEFAULT_MEMORY_MB: usize = 256;
/// See [`IndexOptions::commit_bytes`].
const COMMIT_BYTES: u64 = 512 << 20;

/// What `index` is asked to do.
///
/// # Examples
/// ```
/// use fumikura::IndexOptions;
///
/// let paths = vec!["資料/白書".into(), "資料/会合".into()];
/// let options = IndexOptions { jobs: 4, dry_run: true, ..IndexOptions::new(paths, "索引".into()) };
/// assert_eq!(options.paths.len(), 2);
/// ```
#[derive(Clone, Debug)]
pub struct IndexOptions {
    /// Files and folders to read.
    pub paths: Vec<PathBuf>,
    /// Folder of the index.
    pub index: PathBuf,
    /// Which documents are removed of those whose files are gone.
    pub prune: Prune,
    /// Build a new generation, then put it in the place of the old one.
    pub rebuild: bool,
    /// Say what would be done.
    pub dry_run: bool,
    /// Read files again that failed before.
    pub retry: bool,
    /// How long another writer is waited for.
    pub wait: Duration,
    /// Threads.
    pub jobs: usize,
    /// Memory for building segments, in bytes.
    pub memory_bytes: usize,
    /// Bytes of source files that one commit covers, unless one file is larger.
    pub commit_bytes: u64,
    /// A person's own terms for cutting; `None` keeps those that the index was made with.
    pub terms: Option<UserWords>,
    /// The program to start for reading formats with structure; `None` reads them in this process.
    pub program: Option<PathBuf>,
    /// Set from outside to end the run after the documents in hand; they are committed.
    pub stop: Arc<AtomicBool>,
}

impl IndexOptions {
    /// Files and folders into an index, by one thread, in this process, with nothing out of the ordinary.
    pub fn new(paths: Vec<PathBuf>, index: PathBuf) -> Self {
        Self {
            paths,
            index,
            prune: Prune::Nothing,
            rebuild: false,
            dry_run: false,
            retry: false,
            wait: Duration::ZERO,
            jobs: 1,
            memory_bytes: DEFAULT_MEMORY_MB << 20,
            commit_bytes: COMMIT_BYTES,
            terms: None,
            program: None,
            stop: Arc::default(),
        }
    }
}
