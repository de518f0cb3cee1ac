//! The index on disk: one tantivy document a passage, one a document, one a source file, in one commit.
//!
//! Invariants: the schema stands in one struct; only [`writer`] touches tantivy's `IndexWriter`; what one commit says of
//! texts, facets and sources agrees. Knows nothing of queries.

mod closing;
mod lock;
mod numbers;
mod reader;
mod readonly;
mod record;
mod schema;
mod segment;
mod view;
mod writer;

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::document::Root;
#[cfg(doc)]
use crate::document::SourceId;

pub use lock::WriterLock;
pub use reader::{DocumentAddress, OpenIndex, Problem};
pub use record::{FileRecord, IndexedDocument, IndexedPassage, date_keys, query_date_key};
pub use schema::{Fields, flag};
pub use view::{Bigram, sketch_overlap};
pub use writer::{Batch, Writer};

/// Number of the layout; raised when an index made before cannot be read.
const FORMAT_VERSION: u32 = 6;

/// What a commit says of how it was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stamp {
    /// Layout of the index.
    pub format: u32,
    /// Hash of folding, dictionary and cutting.
    pub analyzer: String,
    /// Hash of the metadata tables and rules.
    pub metadata: String,
    /// Terms that a person added for cutting, in order.
    #[serde(default)]
    pub terms: Vec<String>,
    /// Folders that the paths of source files begin at; a [`SourceId`] names its root by its place here.
    #[serde(default)]
    pub roots: Vec<Root>,
}

impl Stamp {
    /// The stamp of this program with a person's own terms.
    pub fn current(terms: Vec<String>) -> Self {
        Self {
            format: FORMAT_VERSION,
            analyzer: crate::analysis::fingerprint(),
            metadata: crate::metadata::fingerprint(),
            terms,
            roots: Vec::new(),
        }
    }
}

/// Why an index could not be opened, read or written.
#[derive(Debug, Error)]
pub enum IndexError {
    /// There is none.
    #[error("no index in {0}; make one with: fumikura index [PATH]...")]
    Absent(PathBuf),
    /// Made by a program that cut or folded differently.
    #[error(
        "the index in {path} was made by another version of fumikura ({what} differs); rebuild it with: fumikura index --rebuild [PATH]..."
    )]
    OtherVersion {
        /// The index.
        path: PathBuf,
        /// What differs.
        what: &'static str,
    },
    /// Other terms were given than it was made with.
    #[error("the index in {0} was made with other terms; build it anew with: fumikura index --rebuild --terms FILE [PATH]...")]
    OtherTerms(PathBuf),
    /// Another process writes to it.
    #[error("busy: {holder} is writing to the index in {path}; run the command again when it has finished, or with --wait SECONDS")]
    Busy {
        /// The index.
        path: PathBuf,
        /// The process that writes, as far as it is known.
        holder: String,
    },
    /// Its files do not fit together.
    #[error("the index in {path} is damaged: {problem}; rebuild it from the sources with: fumikura index --rebuild [PATH]...")]
    Damaged {
        /// The index.
        path: PathBuf,
        /// What was found.
        problem: String,
    },
    /// The system refused.
    #[error("{path}: {problem}")]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What it said.
        problem: String,
    },
    /// A record was not found.
    #[error("{0}")]
    NotFound(String),
}

/// What the system said, and what to do where that helps.
pub(super) fn io_problem(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::StorageFull => format!("{error}; make room and run the command again: what was committed is kept"),
        std::io::ErrorKind::ReadOnlyFilesystem | std::io::ErrorKind::PermissionDenied => {
            format!("{error}; name a folder that can be written with --index DIR")
        }
        _ => error.to_string(),
    }
}

impl IndexError {
    /// Tells what tantivy's error means for a person.
    fn from_tantivy(path: &Path, error: tantivy::TantivyError) -> Self {
        use tantivy::TantivyError as E;
        match error {
            E::LockFailure(tantivy::directory::error::LockError::LockBusy, _) => {
                Self::Busy { path: path.to_owned(), holder: "another process".to_owned() }
            }
            E::IoError(io) => Self::Io { path: path.to_owned(), problem: io_problem(&io) },
            E::OpenDirectoryError(_) => Self::Absent(path.to_owned()),
            E::DataCorruption(problem) => Self::Damaged { path: path.to_owned(), problem: format!("{problem:?}") },
            E::IncompatibleIndex(_) | E::SchemaError(_) => Self::OtherVersion { path: path.to_owned(), what: "layout" },
            E::ErrorInThread(_) => Self::Io {
                path: path.to_owned(),
                problem: "writing failed: is the disk full? What was committed is kept; run the command again".to_owned(),
            },
            other => Self::Io { path: path.to_owned(), problem: other.to_string() },
        }
    }
}
