//! Why an index could not be opened, read or written, each with the way out.

use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

/// Why an index could not be opened, read or written.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum IndexError {
    /// There is none.
    #[error("no index in {0}; make one with: fumikura index [PATH]...")]
    Absent(PathBuf),
    /// Made by a program that cut or folded differently.
    #[error(
        "the index in {path} was made by another version of fumikura ({what}); rebuild it with: fumikura index \
         --rebuild [PATH]..."
    )]
    OtherVersion {
        /// The index.
        path: PathBuf,
        /// What differs, as part of a sentence.
        what: String,
    },
    /// Made by a later version, which laid its folder out differently.
    #[error(
        "the index in {0} was made by a later version of fumikura; use that version, or name another folder with \
         --index DIR"
    )]
    Later(PathBuf),
    /// The folder holds something that is not ours, and is not marked as ours.
    #[error("{path} holds {name}, which is not fumikura's; name an empty or new folder with --index DIR")]
    Foreign {
        /// The folder.
        path: PathBuf,
        /// What it holds.
        name: String,
    },
    /// A source is the index, or lies in it.
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
    /// Other terms were given than it was made with.
    #[error(
        "the index in {0} was made with other words of its own; build it anew with: fumikura index --rebuild --words \
         FILE [PATH]..."
    )]
    OtherTerms(PathBuf),
    /// Another process writes to it.
    #[error(
        "busy: {holder} is writing to the index in {path}; run the command again when it has finished, or with --wait \
         SECONDS"
    )]
    Busy {
        /// The index.
        path: PathBuf,
        /// The process that writes, as far as it is known.
        holder: String,
    },
    /// Its files do not fit together.
    #[error(
        "the index in {path} is damaged: {problem}; rebuild it from the sources with: fumikura index --rebuild \
         [PATH]..."
    )]
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
fn io_problem(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            format!("{error}; make room and run the command again: what was committed is kept")
        }
        _ => error.to_string(),
    }
}

impl IndexError {
    /// What the system said of a file or folder.
    pub(super) fn io(path: &Path, error: &io::Error) -> Self {
        Self::Io { path: path.to_owned(), problem: io_problem(error) }
    }

    /// What the system refused to write, with the way out.
    pub(super) fn unwritable(path: &Path, error: &io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::ReadOnlyFilesystem | io::ErrorKind::PermissionDenied => Self::Io {
                path: path.to_owned(),
                problem: format!("{error}; name a folder that can be written with --index DIR"),
            },
            _ => Self::io(path, error),
        }
    }

    /// The error of an index that another version of this program made: `what` differs.
    pub(super) fn other_version(generation: &Path, what: String) -> Self {
        Self::OtherVersion { path: folder_of(generation).to_owned(), what }
    }

    pub(super) fn damaged(generation: &Path, problem: String) -> Self {
        Self::Damaged { path: folder_of(generation).to_owned(), problem }
    }

    /// Reading a file failed: bytes that make no sense are damage, all else is between us and the system.
    pub(super) fn reading(generation: &Path, file: &Path, error: &io::Error) -> Self {
        use io::ErrorKind::{InvalidData, UnexpectedEof};
        match error.raw_os_error() {
            None if matches!(error.kind(), InvalidData | UnexpectedEof) => {
                let file = file.file_name().filter(|_| file != generation).map(|name| format!("{}: ", name.display()));
                Self::damaged(generation, format!("{}{error}", file.unwrap_or_default()))
            }
            _ => Self::io(&generation.join(file), error),
        }
    }

    /// Tells what tantivy's error means for a person.
    pub(super) fn from_tantivy(generation: &Path, error: tantivy::TantivyError) -> Self {
        use tantivy::TantivyError as E;
        use tantivy::directory::error::{LockError, OpenDirectoryError, OpenReadError, OpenWriteError};
        let index = || folder_of(generation).to_owned();
        match error {
            E::LockFailure(LockError::LockBusy, _) => {
                Self::Busy { path: index(), holder: "another process".to_owned() }
            }
            E::LockFailure(LockError::IoError(error), _) => Self::unwritable(generation, &error),
            E::IoError(error) => Self::reading(generation, generation, &error),
            E::OpenReadError(OpenReadError::IoError { io_error, filepath }) => {
                Self::reading(generation, &filepath, &io_error)
            }
            E::OpenReadError(OpenReadError::FileDoesNotExist(file)) => {
                Self::damaged(generation, format!("{} is missing", file.file_name().unwrap_or_default().display()))
            }
            E::OpenWriteError(OpenWriteError::IoError { io_error, filepath }) => {
                Self::unwritable(&generation.join(filepath), &io_error)
            }
            E::OpenWriteError(OpenWriteError::FileAlreadyExists(file)) => Self::Io {
                path: generation.join(file),
                problem: "stands where a new file of the index belongs; move it away".to_owned(),
            },
            E::OpenDirectoryError(OpenDirectoryError::IoError { io_error, directory_path }) => {
                Self::io(&directory_path, &io_error)
            }
            E::OpenDirectoryError(_) => Self::damaged(generation, format!("{} is missing", generation.display())),
            E::DataCorruption(problem) => {
                // The text tells the whole content of the file too.
                let text = format!("{problem:?}").replace(['`', '"'], "");
                Self::damaged(generation, text.split(". Content:").next().unwrap_or_default().to_owned())
            }
            E::OpenReadError(OpenReadError::IncompatibleIndex(_)) | E::IncompatibleIndex(_) | E::SchemaError(_) => {
                Self::OtherVersion { path: index(), what: "its layout differs".to_owned() }
            }
            E::ErrorInThread(_) => Self::Io {
                path: index(),
                problem: "writing failed: is the disk full? What was committed is kept; run the command again"
                    .to_owned(),
            },
            other => Self::Io { path: index(), problem: other.to_string() },
        }
    }
}

/// The folder of an index, of which this is a generation.
pub(super) fn folder_of(generation: &Path) -> &Path {
    match generation.parent() {
        Some(parent) if parent.as_os_str().is_empty() => Path::new("."),
        parent => parent.unwrap_or(generation),
    }
}

/// Something wrong that `check` found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// A file of the index, or the id of a document.
    pub place: String,
    /// What is wrong.
    pub what: String,
}
