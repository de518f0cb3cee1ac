//! The options of a run.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use super::manifest::Prune;
use super::sightings::Sightings;
use crate::analysis::UserWords;

/// Fraction of the memory (one in eight) for the source bytes of files and lines in work; a larger source is read
/// alone.
pub(super) const IN_HAND_PART: usize = 8;

/// Default memory for building segments, in MB.
pub const DEFAULT_MEMORY_MB: usize = 256;
/// See [`IndexOptions::commit_bytes`].
const COMMIT_BYTES: u64 = 512 << 20;

/// The options of `index`.
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
    /// Policy for documents whose files are gone.
    pub prune: Prune,
    /// Build a new generation, then replace the old one with it.
    pub rebuild: bool,
    /// Report what would be done; write nothing.
    pub dry_run: bool,
    /// Read files again that failed in an earlier run.
    pub retry: bool,
    /// Files whose problems are acknowledged, and folders of such files: while their bytes stay the same, their
    /// problems are counted and fail no run.
    pub accept: Vec<PathBuf>,
    /// Longest wait for another writer.
    pub wait: Duration,
    /// Number of threads.
    pub jobs: usize,
    /// Memory for building segments, in bytes.
    pub memory_bytes: usize,
    /// Bytes of source files that one commit covers, unless one file is larger.
    pub commit_bytes: u64,
    /// User words; `None` keeps those that the index was made with.
    pub user_words: Option<UserWords>,
    /// The program to start as a child process for formats with structure; `None` reads them in this process.
    pub program: Option<PathBuf>,
    /// Set from outside to stop the run after the documents in work, which are committed.
    pub stop: Arc<AtomicBool>,
    /// What a watcher has seen of the files; `None` compares every file with the index.
    pub seen: Option<Arc<Sightings>>,
}

impl IndexOptions {
    /// Builds the default options for an index of files and folders: one thread, everything in this process.
    pub fn new(paths: Vec<PathBuf>, index: PathBuf) -> Self {
        Self {
            paths,
            index,
            prune: Prune::Nothing,
            rebuild: false,
            dry_run: false,
            retry: false,
            accept: Vec::new(),
            wait: Duration::ZERO,
            jobs: 1,
            memory_bytes: DEFAULT_MEMORY_MB << 20,
            commit_bytes: COMMIT_BYTES,
            user_words: None,
            program: None,
            stop: Arc::default(),
            seen: None,
        }
    }
}
