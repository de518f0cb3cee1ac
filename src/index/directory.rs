//! The files of one generation, as tantivy sees them.
//!
//! tantivy's own directory has three faults for our use. It writes small files through `.tmp…` names, which a killed
//! session leaves behind and which cannot be told from foreign files. It does not make the rename of a commit durable.
//! It locks a file even for reading. Its errors carry the refusal of the system only in their debug text, so the first
//! refusal is recorded here.

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

/// The first error that the system reported: its file and the code of the system.
#[derive(Clone, Debug, Default)]
pub(super) struct Refusals(Arc<Mutex<Option<(PathBuf, i32)>>>);

impl Refusals {
    fn note(&self, path: &Path, error: &io::Error) {
        // Only errors of the system itself count; the first is the cause of the others.
        if let Some(code) = error.raw_os_error().filter(|_| error.kind() != io::ErrorKind::Interrupted) {
            let mut first = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            first.get_or_insert_with(|| (path.to_owned(), code));
        }
    }

    /// Returns the recorded refusal as an error.
    pub fn error(&self) -> Option<IndexError> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .as_ref()
            .map(|(path, code)| IndexError::unwritable(path, io::Error::from_raw_os_error(*code)))
    }
}

/// The directory of one generation.
#[derive(Clone, Debug)]
pub(super) struct Generation {
    files: MmapDirectory,
    path: PathBuf,
    writes: bool,
    refusals: Refusals,
}

impl Generation {
    /// Opens the directory for reading; read-only media are enough.
    pub fn to_read(path: &Path) -> Result<Self, OpenDirectoryError> {
        Ok(Self {
            files: MmapDirectory::open(path)?,
            path: path.to_owned(),
            writes: false,
            refusals: Refusals::default(),
        })
    }

    /// Opens the directory for writing.
    pub fn to_write(path: &Path) -> Result<Self, OpenDirectoryError> {
        Ok(Self { writes: true, ..Self::to_read(path)? })
    }

    /// Refuses a pipe in the place of a file: opening it would block for ever.
    fn must_be_file(&self, path: &Path) -> Result<(), OpenReadError> {
        match std::fs::metadata(self.path.join(path)) {
            Ok(found) if !found.is_file() && !found.is_dir() => {
                Err(OpenReadError::wrap_io_error(files::not_a_file(), path.to_owned()))
            }
            _ => Ok(()),
        }
    }

    /// Returns the record of refusals, which later writes share.
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
            // This rename is the commit. The other list (`.managed.json`) is rewritten for each new file; it matters
            // only together with those files, so it needs no sync of its own.
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
        // A reader needs neither write permission nor an exclusive lock. Where it cannot lock, a writer may remove
        // files while it opens them.
        let file = File::open(self.path.join(&lock.filepath)).ok();
        let held = file.filter(|file| flock(file, FlockOperation::LockShared).is_ok());
        Ok(DirectoryLock::from(Box::new(held)))
    }

    fn watch(&self, callback: WatchCallback) -> tantivy::Result<WatchHandle> {
        self.files.watch(callback)
    }
}

/// A file being written, whose errors are recorded.
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
