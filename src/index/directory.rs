//! The files of one generation, as tantivy sees them.
//!
//! tantivy's own folder writes small files by way of `.tmp…` names that a killed session leaves behind and nobody can
//! tell from files of others, does not make the rename durable that is a commit, and locks a file even to read. Its
//! errors tell what the system said only in the words of a debugger: what was refused is noted here.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use rustix::fs::{FlockOperation, flock};
use tantivy::Directory;
use tantivy::directory::error::{DeleteError, LockError, OpenDirectoryError, OpenReadError, OpenWriteError};
use tantivy::directory::{
    AntiCallToken, DirectoryLock, FileHandle, Lock, MmapDirectory, TerminatingWrite, WatchCallback, WatchHandle,
    WritePtr,
};

use super::IndexError;
use super::files;

/// The first thing that the system refused, with the file.
#[derive(Clone, Debug, Default)]
pub(super) struct Refusals(Arc<Mutex<Option<(PathBuf, io::Error)>>>);

impl Refusals {
    fn note(&self, path: &Path, error: &io::Error) {
        // Only what the system itself said; the first is the cause of the others.
        if let Some(code) = error.raw_os_error().filter(|_| error.kind() != io::ErrorKind::Interrupted) {
            let mut first = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            first.get_or_insert_with(|| (path.to_owned(), io::Error::from_raw_os_error(code)));
        }
    }

    /// What was noted, as an error.
    pub fn error(&self) -> Option<IndexError> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .as_ref()
            .map(|(path, error)| IndexError::unwritable(path, error))
    }
}

/// The folder of one generation.
#[derive(Clone, Debug)]
pub(super) struct Generation {
    files: MmapDirectory,
    path: PathBuf,
    writes: bool,
    refusals: Refusals,
}

impl Generation {
    /// Opens it for reading, which works on media that cannot be written too.
    pub fn to_read(path: &Path) -> Result<Self, OpenDirectoryError> {
        Ok(Self {
            files: MmapDirectory::open(path)?,
            path: path.to_owned(),
            writes: false,
            refusals: Refusals::default(),
        })
    }

    /// Opens it for writing.
    pub fn to_write(path: &Path) -> Result<Self, OpenDirectoryError> {
        Ok(Self { writes: true, ..Self::to_read(path)? })
    }

    /// A pipe in the place of a file would be waited for without end.
    fn must_be_file(&self, path: &Path) -> Result<(), OpenReadError> {
        match std::fs::metadata(self.path.join(path)) {
            Ok(found) if !found.is_file() && !found.is_dir() => {
                Err(OpenReadError::wrap_io_error(files::not_a_file(), path.to_owned()))
            }
            _ => Ok(()),
        }
    }

    /// What the system refuses from here on.
    pub fn refusals(&self) -> Refusals {
        self.refusals.clone()
    }
}

impl Directory for Generation {
    fn get_file_handle(&self, path: &Path) -> Result<Arc<dyn FileHandle>, OpenReadError> {
        self.must_be_file(path)?;
        self.files.get_file_handle(path)
    }

    fn delete(&self, path: &Path) -> Result<(), DeleteError> {
        self.files.delete(path)
    }

    fn exists(&self, path: &Path) -> Result<bool, OpenReadError> {
        self.files.exists(path)
    }

    fn open_write(&self, path: &Path) -> Result<WritePtr, OpenWriteError> {
        let opened = self.files.open_write(path);
        if let Err(OpenWriteError::IoError { io_error, .. }) = &opened {
            self.refusals.note(&self.path.join(path), io_error);
        }
        let file =
            opened?.into_inner().map_err(|error| OpenWriteError::wrap_io_error(error.into_error(), path.to_owned()))?;
        Ok(BufWriter::new(Box::new(Watched { file, path: self.path.join(path), refusals: self.refusals.clone() })))
    }

    fn atomic_read(&self, path: &Path) -> Result<Vec<u8>, OpenReadError> {
        self.must_be_file(path)?;
        self.files.atomic_read(path)
    }

    fn atomic_write(&self, path: &Path, data: &[u8]) -> io::Result<()> {
        let file = self.path.join(path);
        let mut written = files::replace(&file, data);
        if path == Path::new("meta.json") {
            // This rename is a commit. The other list is rewritten for each file made, and is only of use with files
            // that are there.
            written = written.and_then(|()| self.files.sync_directory());
        }
        written.inspect_err(|error| self.refusals.note(&file, error))
    }

    fn sync_directory(&self) -> io::Result<()> {
        self.files.sync_directory().inspect_err(|error| self.refusals.note(&self.path, error))
    }

    fn acquire_lock(&self, lock: &Lock) -> Result<DirectoryLock, LockError> {
        if self.writes {
            return self.files.acquire_lock(lock);
        }
        // A reader need not be able to write, and need not wait for other readers. Where it cannot lock, it may meet
        // files that a writer removes.
        let file = File::open(self.path.join(&lock.filepath)).ok();
        let held = file.filter(|file| flock(file, FlockOperation::LockShared).is_ok());
        Ok(DirectoryLock::from(Box::new(held)))
    }

    fn watch(&self, callback: WatchCallback) -> tantivy::Result<WatchHandle> {
        self.files.watch(callback)
    }
}

/// A file being written.
struct Watched {
    file: Box<dyn TerminatingWrite + Send + Sync>,
    path: PathBuf,
    refusals: Refusals,
}

impl Write for Watched {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes).inspect_err(|error| self.refusals.note(&self.path, error))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush().inspect_err(|error| self.refusals.note(&self.path, error))
    }
}

impl TerminatingWrite for Watched {
    fn terminate_ref(&mut self, token: AntiCallToken) -> io::Result<()> {
        self.file.terminate_ref(token).inspect_err(|error| self.refusals.note(&self.path, error))
    }
}
