//! One writer at a time: a lock in the folder of the index.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::Path;
use std::time::{Duration, Instant};

use rustix::fs::{FlockOperation, OFlags, flock};

use super::IndexError;

/// Name of the file that is locked. The name tells whose file it is, even in a folder that is not marked yet.
pub(super) const LOCK: &str = "fumikura.lock";
/// Interval between two attempts to take a held lock.
const RETRY: Duration = Duration::from_millis(100);
/// Prefix of the file's content where this program wrote it.
const HOLDER: &str = "process ";

/// The lock of a writing process; the system frees it when the process ends in any way.
#[derive(Debug)]
pub struct WriterLock {
    _file: File,
}

impl WriterLock {
    /// Takes the lock of an index folder, waiting at most `wait`; `waiting` is told once who holds it.
    ///
    /// # Errors
    /// `Busy` with the process that holds it; `Io` where the lock file cannot be made.
    pub fn acquire(index: &Path, wait: Duration, mut waiting: impl FnMut(&str)) -> Result<Self, IndexError> {
        let path = index.join(LOCK);
        let refused = |error: io::Error| IndexError::unwritable(&path, error);
        let started = Instant::now();
        let mut told = false;
        loop {
            let flags = (OFlags::NOFOLLOW | OFlags::NONBLOCK).bits() as i32;
            let opened =
                OpenOptions::new().create(true).truncate(false).read(true).write(true).custom_flags(flags).open(&path);
            let mut file = opened.map_err(refused)?;
            match flock(&file, FlockOperation::NonBlockingLockExclusive) {
                // A lock file that was removed meanwhile excludes nobody: take the new one.
                Ok(()) if !is_at(&file, &path).map_err(refused)? => continue,
                Ok(()) => {
                    let text = held_by(&mut file);
                    if text.is_empty() || text.starts_with(HOLDER) {
                        // The holder's name only informs users: a failed write is harmless.
                        let said = format!("{HOLDER}{} on {}", std::process::id(), host());
                        let _ = file.set_len(0).and_then(|()| file.rewind()).and_then(|()| writeln!(file, "{said}"));
                    }
                    return Ok(Self { _file: file });
                }
                Err(rustix::io::Errno::WOULDBLOCK) => {
                    let holder = Some(held_by(&mut file))
                        .filter(|text| !text.is_empty())
                        .unwrap_or_else(|| "another process".to_owned());
                    if started.elapsed() >= wait {
                        return Err(IndexError::Busy { path: index.to_owned(), holder });
                    }
                    if !std::mem::replace(&mut told, true) {
                        waiting(&holder);
                    }
                    std::thread::sleep(RETRY);
                }
                Err(error) => return Err(refused(error.into())),
            }
        }
    }
}

/// Tells whether a path leads to an open file.
fn is_at(file: &File, path: &Path) -> io::Result<bool> {
    let identity = |found: std::fs::Metadata| (found.dev(), found.ino());
    match std::fs::symlink_metadata(path) {
        Ok(found) => Ok(identity(found) == identity(file.metadata()?)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// Reads the name of the holder from the file.
fn held_by(file: &mut File) -> String {
    let mut bytes = Vec::new();
    let _ = file.rewind().and_then(|()| file.take(200).read_to_end(&mut bytes));
    String::from_utf8_lossy(&bytes).trim().to_owned()
}

fn host() -> String {
    rustix::system::uname().nodename().to_string_lossy().into_owned()
}
