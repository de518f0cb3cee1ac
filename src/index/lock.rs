//! One writer at a time: a lock beside the index, so that it outlives a rebuilt index that takes the place of the old one.

use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rustix::fs::{FlockOperation, flock};

use super::IndexError;

/// How often a lock that is waited for is tried.
const RETRY: Duration = Duration::from_millis(100);

/// Held while one process writes; the system frees it when the process ends, however it ends.
#[derive(Debug)]
pub struct WriterLock {
    _file: File,
}

impl WriterLock {
    /// Takes the lock of an index, waiting at most `wait`; `waiting` is told once who holds it.
    ///
    /// # Errors
    /// `Busy` with the process that holds it; `Io` where the lock file cannot be made.
    pub fn acquire(index: &Path, wait: Duration, mut waiting: impl FnMut(&str)) -> Result<Self, IndexError> {
        let path = lock_path(index);
        let io = |error: std::io::Error| IndexError::Io { path: path.clone(), problem: error.to_string() };
        if let Some(parent) = path.parent().filter(|parent| !parent.as_os_str().is_empty()) {
            std::fs::create_dir_all(parent).map_err(io)?;
        }
        let mut file = OpenOptions::new().create(true).truncate(false).read(true).write(true).open(&path).map_err(io)?;
        let started = Instant::now();
        let mut told = false;
        loop {
            match flock(&file, FlockOperation::NonBlockingLockExclusive) {
                Ok(()) => break,
                Err(rustix::io::Errno::WOULDBLOCK) if started.elapsed() >= wait => {
                    return Err(IndexError::Busy { path: index.to_owned(), holder: holder(&mut file) });
                }
                Err(rustix::io::Errno::WOULDBLOCK) => {
                    if !told {
                        waiting(&holder(&mut file));
                        told = true;
                    }
                    std::thread::sleep(RETRY);
                }
                Err(error) => return Err(io(error.into())),
            }
        }
        // Who holds it is for people only: what cannot be written is not missed.
        let _ = file.set_len(0).and_then(|()| file.rewind()).and_then(|()| writeln!(file, "process {} on {}", std::process::id(), host()));
        Ok(Self { _file: file })
    }
}

/// `index.lock` beside `index`.
fn lock_path(index: &Path) -> PathBuf {
    let absolute = std::path::absolute(index).unwrap_or_else(|_| index.to_owned());
    let mut name = absolute.file_name().unwrap_or_default().to_owned();
    name.push(".lock");
    absolute.with_file_name(name)
}

fn holder(file: &mut File) -> String {
    let mut text = String::new();
    let read = file.rewind().and_then(|()| file.take(200).read_to_string(&mut text));
    match read {
        Ok(_) if !text.trim().is_empty() => text.trim().to_owned(),
        _ => "another process".to_owned(),
    }
}

fn host() -> String {
    rustix::system::uname().nodename().to_string_lossy().into_owned()
}
