//! The errors of opening, reading and writing an index, each with the way out.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use thiserror::Error;

use crate::document::Cause;

/// An error of opening, reading or writing an index.
///
/// Each sentence ends with the way out. `source()` gives the error of the system or of a library below it.
///
/// # Examples
/// ```
/// use std::path::Path;
///
/// use fumikura::index::{IndexError, OpenIndex};
///
/// let folder = tempfile::tempdir()?;
/// let error = OpenIndex::open(&folder.path().join("索引")).err();
/// assert!(matches!(error, Some(IndexError::Absent(path)) if path.ends_with("索引")));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum IndexError {
    /// There is no index in the folder.
    #[error("no index in {0}; make one with: fumikura index [PATH]...")]
    Absent(PathBuf),
    /// The index was made by another version, whose layout or rules differ.
    #[error(
        "the index in {path} was made by another version of fumikura ({what}); rebuild it with: fumikura index \
         --rebuild [PATH]..."
    )]
    #[non_exhaustive]
    OtherVersion {
        /// The index.
        path: PathBuf,
        /// The difference, as part of a sentence.
        what: String,
        /// The error below, where there was one.
        source: Option<Cause>,
    },
    /// The index was made by a later version, which laid its folder out differently.
    #[error(
        "the index in {0} was made by a later version of fumikura; use that version, or name another folder with \
         --index DIR"
    )]
    Later(PathBuf),
    /// The folder holds a foreign file and carries no marker of ours.
    #[error("{path} holds {name}, which is not fumikura's; name an empty or new folder with --index DIR")]
    Foreign {
        /// The folder.
        path: PathBuf,
        /// The foreign file or folder.
        name: String,
    },
    /// A source is the folder of the index, or lies in it.
    #[error(
        "{source_path} is the folder of the index {path} or lies in it; name another folder for the index with --index \
         DIR"
    )]
    Overlap {
        /// The index.
        path: PathBuf,
        /// The source.
        source_path: PathBuf,
    },
    /// The given user words differ from those that the index was made with.
    #[error(
        "the index in {0} was made with other user words; rebuild it with: fumikura index --rebuild --words FILE \
         [PATH]..."
    )]
    OtherWords(PathBuf),
    /// Another process writes to the index.
    #[error(
        "busy: {holder} is writing to the index in {path}; run the command again when it has finished, or with --wait \
         SECONDS"
    )]
    Busy {
        /// The index.
        path: PathBuf,
        /// The process that writes, as far as known.
        holder: String,
    },
    /// The files of the index do not agree.
    #[error(
        "the index in {path} is damaged: {problem}; rebuild it from the sources with: fumikura index --rebuild \
         [PATH]..."
    )]
    #[non_exhaustive]
    Damaged {
        /// The index.
        path: PathBuf,
        /// The damage found.
        problem: String,
        /// The error below, where there was one.
        source: Option<Cause>,
    },
    /// The system refused an operation.
    #[error("{path}: {problem}")]
    #[non_exhaustive]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// The message of the system.
        problem: String,
        /// The error below, where there was one.
        source: Option<Cause>,
    },
    /// No record has the id that was asked for.
    #[error("{0}")]
    NotFound(String),
}

/// Formats an error of the system, with the way out where there is one.
fn io_problem(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            format!("{error}; free some space and run the command again: committed documents are kept")
        }
        _ => error.to_string(),
    }
}

impl IndexError {
    /// Wraps an error of the system about a file or folder.
    pub(super) fn io(path: &Path, error: io::Error) -> Self {
        Self::refused(path, io_problem(&error)).below(error)
    }

    /// A file or folder that cannot be used, in our own words.
    pub(super) fn refused(path: &Path, problem: impl Into<String>) -> Self {
        Self::Io { path: path.to_owned(), problem: problem.into(), source: None }
    }

    /// Wraps a refused write, with the way out.
    pub(super) fn unwritable(path: &Path, error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::ReadOnlyFilesystem | io::ErrorKind::PermissionDenied => {
                Self::refused(path, format!("{error}; name a folder that can be written with --index DIR")).below(error)
            }
            _ => Self::io(path, error),
        }
    }

    /// Builds the error for an index of another version; `what` names the difference.
    pub(super) fn other_version(generation: &Path, what: String) -> Self {
        Self::OtherVersion { path: folder_of(generation).to_owned(), what, source: None }
    }

    pub(super) fn damaged(generation: &Path, problem: String) -> Self {
        Self::damaged_in(folder_of(generation), problem)
    }

    /// Damage in an index, by the folder that a person knows.
    pub(super) fn damaged_in(index: &Path, problem: String) -> Self {
        Self::Damaged { path: index.to_owned(), problem, source: None }
    }

    /// The same error, with the one that led to it.
    pub(super) fn below(mut self, error: impl Into<Cause>) -> Self {
        match &mut self {
            Self::Io { source, .. } | Self::Damaged { source, .. } | Self::OtherVersion { source, .. } => {
                *source = Some(error.into());
            }
            _ => {}
        }
        self
    }

    /// Wraps a failed read: malformed bytes are damage, every other error is a refusal of the system.
    pub(super) fn reading(generation: &Path, file: &Path, error: io::Error) -> Self {
        use io::ErrorKind::{InvalidData, UnexpectedEof};
        match error.raw_os_error() {
            None if matches!(error.kind(), InvalidData | UnexpectedEof) => {
                let file = file.file_name().filter(|_| file != generation).map(|name| format!("{}: ", name.display()));
                Self::damaged(generation, format!("{}{error}", file.unwrap_or_default())).below(error)
            }
            _ => Self::io(&generation.join(file), error),
        }
    }

    /// Translates an error of tantivy for a user.
    pub(super) fn from_tantivy(generation: &Path, error: tantivy::TantivyError) -> Self {
        use tantivy::TantivyError as E;
        use tantivy::directory::error::{LockError, OpenDirectoryError, OpenReadError, OpenWriteError};
        match error {
            E::LockFailure(LockError::IoError(error), _) => Self::unwritable(generation, owned(error)),
            E::IoError(error) => Self::reading(generation, generation, owned(error)),
            E::OpenReadError(OpenReadError::IoError { io_error, filepath }) => {
                Self::reading(generation, &filepath, owned(io_error))
            }
            E::OpenWriteError(OpenWriteError::IoError { io_error, filepath }) => {
                Self::unwritable(&generation.join(filepath), owned(io_error))
            }
            E::OpenDirectoryError(OpenDirectoryError::IoError { io_error, directory_path }) => {
                Self::io(&directory_path, owned(io_error))
            }
            error => Self::meaning(generation, &error).below(error),
        }
    }

    /// What an error of tantivy that is none of the system means for a person.
    fn meaning(generation: &Path, error: &tantivy::TantivyError) -> Self {
        use tantivy::TantivyError as E;
        use tantivy::directory::error::{LockError, OpenReadError, OpenWriteError};
        let index = folder_of(generation);
        match error {
            E::LockFailure(LockError::LockBusy, _) => {
                Self::Busy { path: index.to_owned(), holder: "another process".to_owned() }
            }
            E::OpenReadError(OpenReadError::FileDoesNotExist(file)) => {
                Self::damaged(generation, format!("{} is missing", file.file_name().unwrap_or_default().display()))
            }
            E::OpenWriteError(OpenWriteError::FileAlreadyExists(file)) => {
                Self::refused(&generation.join(file), "is in the place of a new file of the index; move it away")
            }
            E::OpenDirectoryError(_) => Self::damaged(generation, format!("{} is missing", generation.display())),
            E::DataCorruption(problem) => {
                // The text includes the whole content of the file: cut it off.
                let text = format!("{problem:?}").replace(['`', '"'], "");
                Self::damaged(generation, text.split(". Content:").next().unwrap_or_default().to_owned())
            }
            E::OpenReadError(OpenReadError::IncompatibleIndex(_)) | E::IncompatibleIndex(_) | E::SchemaError(_) => {
                Self::other_version(generation, "its layout differs".to_owned())
            }
            E::ErrorInThread(_) => Self::refused(
                index,
                "writing failed: is the disk full? Committed documents are kept; run the command again",
            ),
            other => Self::refused(index, other.to_string()),
        }
    }
}

/// An error of the system that tantivy shares with itself: it holds the only copy by the time that it is told.
fn owned(error: Arc<io::Error>) -> io::Error {
    Arc::try_unwrap(error).unwrap_or_else(|error| match error.raw_os_error() {
        Some(code) => io::Error::from_raw_os_error(code),
        None => io::Error::new(error.kind(), error),
    })
}

/// Returns the folder of the index that a generation belongs to.
pub(super) fn folder_of(generation: &Path) -> &Path {
    match generation.parent() {
        Some(parent) if parent.as_os_str().is_empty() => Path::new("."),
        parent => parent.unwrap_or(generation),
    }
}

/// A fault that `check` found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// A file of the index, or the id of a document.
    pub place: String,
    /// The fault.
    pub what: String,
}

/// The result of a check of what is stored.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checked {
    /// What is damaged or missing.
    pub problems: Vec<Problem>,
    /// Warnings, for example that older rules made the index.
    pub warnings: Vec<String>,
}

impl Checked {
    /// Adds a fault of a place.
    #[cfg(feature = "cluster")]
    pub(crate) fn problem(&mut self, place: &str, what: String) {
        self.problems.push(Problem { place: place.to_owned(), what });
    }
}
