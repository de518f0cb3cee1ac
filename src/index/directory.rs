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

use super::seal::CLOSING;
use super::{IndexError, marker};

/// tantivy's list of the files that it wrote.
pub(super) const WRITTEN: &str = ".managed.json";
/// Names of files that stand once in a generation.
const SINGLE: &[&str] = &["meta.json", WRITTEN, ".tantivy-writer.lock", ".tantivy-meta.lock", CLOSING];
/// Those of them that are written by way of a second name.
const REPLACED: &[&str] = &["meta.json", WRITTEN, CLOSING];
/// Endings of the files of a segment.
const ENDINGS: &[&str] = &["idx", "pos", "term", "store", "store.temp", "fast", "fieldnorm"];

/// The second name by way of which a file is replaced.
pub(super) fn aside(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".new");
    path.with_file_name(name)
}

/// True for the name of a file that we or tantivy write into a generation.
pub(super) fn is_own(name: &str) -> bool {
    let of_segment = |(id, ending): (&str, &str)| {
        let deletes = ending
            .strip_suffix(".del")
            .is_some_and(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()));
        id.len() == 32
            && id.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
            && (ENDINGS.contains(&ending) || deletes)
    };
    is_single(name) || name.split_once('.').is_some_and(of_segment)
}

/// True for the name of a file that stands once in a generation, or of its second name.
pub(super) fn is_single(name: &str) -> bool {
    SINGLE.contains(&name) || name.strip_suffix(".new").is_some_and(|name| REPLACED.contains(&name))
}

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
                Err(OpenReadError::wrap_io_error(marker::not_a_file(), path.to_owned()))
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
        let mut written = marker::replace(&file, data);
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

#[cfg(test)]
mod tests {
    use super::is_own;

    #[test]
    fn only_names_of_tantivy_and_of_ours_are_removed() {
        let id = "0123456789abcdef0123456789abcdef";
        for name in
            ["meta.json", ".managed.json.new", "closed.json.new", &format!("{id}.store"), &format!("{id}.17.del")]
        {
            assert!(is_own(name), "{name}");
        }
        let foreign = [
            "report.txt",
            ".tmpabc",
            "README.md",
            "meta.json.bak",
            "lock",
            id,
            &format!("{id}.txt"),
            &format!("{id}.del"),
        ];
        for name in foreign.into_iter().chain([
            &*format!("{id}.x.del"),
            &*format!("{}.store", id.to_uppercase()),
            "a.store",
            ".new",
        ]) {
            assert!(!is_own(name), "{name}");
        }
    }
}
