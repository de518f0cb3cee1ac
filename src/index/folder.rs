//! The folder of an index: which files in it are ours, which generation is current, and which files may be removed.
//!
//! Each index is a generation in a subfolder (`g1`, `g2`, …); the marker names the current one. A rebuilt index is a
//! new generation, published by a rename of the marker. So a folder that is linked or mounted can be rebuilt in place,
//! and a searchable index exists at every moment.
//!
//! Invariant: only files that we write are removed, by their names, in folders that the marker names as ours.

use std::collections::HashSet;
use std::fs::{self, File};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Component, Path, PathBuf};
use std::time::Duration;

use rustix::fs::{FlockOperation, flock};

use super::IndexError;
use super::files::{self, WRITTEN, is_own, is_single, sync};
use super::lock::{LOCK, WriterLock};
use super::marker::{self, MARKER, Marker, Pointer, generation_number, stamp_of};
use super::stamp::{LAST_WITHOUT_GENERATIONS, Stamp};
use crate::document::Root;

/// Names that are tolerated beside an index: they are not ours, and they are no reason to refuse the folder.
const BESIDE: &[&str] = &[
    ".gitignore",
    ".gitkeep",
    ".gitattributes",
    ".keep",
    ".DS_Store",
    ".directory",
    ".stignore",
    ".nobackup",
    "CACHEDIR.TAG",
    "Thumbs.db",
    "desktop.ini",
    "lost+found",
];

/// Tells whether a folder holds an index of this program, of any version.
pub fn is_index_folder(folder: &Path) -> bool {
    matches!(marker::read(folder), Ok(Marker::Ours(_) | Marker::Later)) || matches!(stamp_of(folder), Ok(Some(_)))
}

fn is_beside(name: &str) -> bool {
    BESIDE.contains(&name) || name.starts_with("README") || name == LOCK || name == format!("{MARKER}.new")
}

/// The state of a folder, as this program sees it.
enum State {
    Absent,
    /// Neither an index nor foreign files.
    Free,
    Ours(Pointer),
    /// An index of the layout that preceded generations.
    Older,
    /// Generations without a readable marker.
    Lost(Vec<String>),
}

fn look(path: &Path, folder: &Path) -> Result<State, IndexError> {
    let says = |problem: &str| IndexError::refused(path, problem);
    match fs::metadata(folder) {
        Ok(found) if found.is_dir() => {}
        Ok(_) => return Err(says("is not a folder; name another with --index DIR")),
        Err(error) if error.kind() == io::ErrorKind::NotFound => match fs::read_link(folder) {
            Ok(target) => {
                let target = target.display();
                return Err(says(&format!(
                    "is a link to {target}, which does not exist; make that folder, or name another with --index DIR"
                )));
            }
            Err(_) => return Ok(State::Absent),
        },
        Err(error) => return Err(IndexError::io(path, error)),
    }
    let unreadable = match marker::read(folder)? {
        Marker::Ours(pointer) => return Ok(State::Ours(pointer)),
        Marker::Later => return Err(IndexError::Later(path.to_owned())),
        Marker::Unreadable => true,
        Marker::None => false,
    };
    // A generation by itself is not an index: it belongs to the folder above.
    let older = stamp_of(folder)?.is_some_and(|stamp| stamp.format <= LAST_WITHOUT_GENERATIONS);
    let (mut generations, mut foreign) = (Vec::new(), Vec::new());
    for entry in fs::read_dir(folder).map_err(|error| IndexError::io(path, error))? {
        let entry = entry.map_err(|error| IndexError::io(path, error))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let kind = entry.file_type().map_err(|error| IndexError::io(&entry.path(), error))?;
        // Killed sessions of the older layout left `.tmp…` files of tantivy: they stay, and they are no reason to
        // refuse.
        if is_beside(&name)
            || older && kind.is_file() && (is_own(&name) || name.starts_with(".tmp"))
            || unreadable && name == MARKER
        {
            continue;
        }
        if generation_number(&name).is_some() && kind.is_dir() && stamp_of(&entry.path())?.is_some() {
            generations.push(name);
        } else {
            foreign.push(name);
        }
    }
    if unreadable && generations.is_empty() {
        foreign.push(MARKER.to_owned());
    }
    generations.sort();
    match foreign.into_iter().min() {
        Some(name) => Err(IndexError::Foreign { path: path.to_owned(), name }),
        None if !generations.is_empty() => Ok(State::Lost(generations)),
        None if older => Ok(State::Older),
        None => Ok(State::Free),
    }
}

fn lost(path: &Path) -> IndexError {
    IndexError::damaged_in(path, format!("{MARKER} is missing or not as it was written"))
}

fn older(path: &Path) -> IndexError {
    IndexError::OtherVersion { path: path.to_owned(), what: "its layout differs".to_owned(), source: None }
}

/// Returns the folder of the current generation.
pub(super) fn current(path: &Path) -> Result<PathBuf, IndexError> {
    let absent = || IndexError::Absent(path.to_owned());
    match look(path, path) {
        Ok(State::Ours(Pointer { current: Some(name), .. })) => Ok(path.join(name)),
        Ok(State::Ours(Pointer { older: true, .. }) | State::Older) => Err(older(path)),
        Ok(State::Ours(_) | State::Absent | State::Free) | Err(IndexError::Foreign { .. }) => Err(absent()),
        Ok(State::Lost(_)) => Err(lost(path)),
        Err(error) => Err(error),
    }
}

/// A shared lock that keeps a generation from being removed. Where the folder cannot be locked, it holds nothing; files
/// that are open stay readable even then.
pub(super) struct Hold {
    _folder: Option<File>,
}

/// Locks a generation against removal; `None` where a writer is removing it.
pub(super) fn hold(generation: &Path) -> Option<Hold> {
    let folder = File::open(generation).ok();
    match folder.as_ref().map(|folder| flock(folder, FlockOperation::NonBlockingLockShared)) {
        Some(Err(rustix::io::Errno::WOULDBLOCK)) => None,
        _ => Some(Hold { _folder: folder }),
    }
}

/// An index folder that was inspected and may be written to. Nothing has been changed yet.
pub struct Place {
    path: PathBuf,
    folder: PathBuf,
    rebuild: bool,
    /// The folder that readers use until a new generation is published.
    readable: Option<PathBuf>,
}

impl Place {
    /// Inspects the folder of an index before anything is changed.
    ///
    /// # Errors
    /// `Foreign` for a folder that holds something else, `Overlap` where a source is the index or lies in it,
    /// `OtherVersion` or `Damaged` where only `rebuild` helps, `Later`, or `Io`.
    pub fn look(path: &Path, rebuild: bool, sources: &[PathBuf]) -> Result<Self, IndexError> {
        let folder = landing(path);
        apart(path, &folder, sources)?;
        let mut place = Self { path: path.to_owned(), folder, rebuild, readable: None };
        place.state()?;
        Ok(place)
    }

    /// Returns the state of the folder, or the error that forbids going on.
    fn state(&mut self) -> Result<State, IndexError> {
        let state = look(&self.path, &self.folder)?;
        self.readable = match &state {
            State::Ours(Pointer { current: Some(name), .. }) => Some(self.folder.join(name)),
            State::Ours(Pointer { older: true, .. }) | State::Older => Some(self.folder.clone()),
            State::Lost(generations) => generations.last().map(|name| self.folder.join(name)),
            _ => None,
        };
        match state {
            State::Older | State::Ours(Pointer { current: None, older: true, .. }) if !self.rebuild => {
                Err(older(&self.path))
            }
            State::Lost(_) if !self.rebuild => Err(lost(&self.path)),
            state => Ok(state),
        }
    }

    /// Returns the user words that the index was made with, by any version, as far as they can be read.
    pub fn user_words(&self) -> Vec<String> {
        self.stamp().map(|stamp| stamp.user_words).unwrap_or_default()
    }

    /// Returns the roots of the present index, as far as they can be read.
    pub fn roots(&self) -> Vec<Root> {
        self.stamp().map(|stamp| stamp.roots).unwrap_or_default()
    }

    fn stamp(&self) -> Option<Stamp> {
        self.readable.as_deref().and_then(|folder| stamp_of(folder).ok().flatten())
    }

    /// Tells whether there is an index of this layout.
    pub fn is_indexed(&self) -> bool {
        self.readable.as_ref().is_some_and(|folder| *folder != self.folder)
    }

    /// Claims the folder: creates it where absent, takes its lock (waiting at most `wait`), marks it, and removes the
    /// remains of a killed session. `waiting` is told once who holds the lock.
    ///
    /// # Errors
    /// The errors of [`Place::look`], and `Busy`.
    pub fn claim(&mut self, wait: Duration, waiting: impl FnMut(&str)) -> Result<Folder, IndexError> {
        if matches!(self.state()?, State::Absent) {
            fs::create_dir_all(&self.folder).map_err(|error| IndexError::unwritable(&self.path, error))?;
            if let Some(parent) = self.folder.parent() {
                // A process that may not read the parent folder cannot make its names durable either.
                let _ = sync(if parent.as_os_str().is_empty() { Path::new(".") } else { parent });
            }
        }
        let lock = WriterLock::acquire(&self.folder, wait, waiting)?;
        // Inspect again: another process may have changed the folder while this one waited.
        let pointer = match self.state()? {
            State::Ours(pointer) => pointer,
            state => {
                let mut pointer = Pointer::new();
                pointer.older = matches!(state, State::Older);
                if let State::Lost(mut names) = state {
                    // Of several generations, the complete one is not known.
                    pointer.current = if names.len() == 1 { names.pop() } else { None };
                    pointer.leftover = names;
                }
                pointer.write(&self.folder)?;
                pointer
            }
        };
        let mut folder = Folder { path: self.folder.clone(), pointer, unsure: false, said: Vec::new(), _lock: lock };
        if folder.has_leftovers() {
            // Sync first: a generation may be removed only when the disk records its replacement, even after a power
            // cut.
            sync(&folder.path).map_err(|error| IndexError::io(&folder.path, error))?;
            folder.clean();
        }
        Ok(folder)
    }
}

/// Resolves a path that does not exist yet: `..` behind a missing folder would lead elsewhere before and after that
/// folder is made.
fn landing(path: &Path) -> PathBuf {
    if fs::symlink_metadata(path).is_ok() || !path.components().any(|part| part == Component::ParentDir) {
        return path.to_owned();
    }
    let mut place = PathBuf::new();
    for part in std::path::absolute(path).unwrap_or_else(|_| path.to_owned()).components() {
        match part {
            Component::ParentDir => {
                place = place.canonicalize().unwrap_or(place);
                place.pop();
            }
            part => place.push(part),
        }
    }
    place
}

/// Refuses an index folder that is or contains one of its sources, through any path or mount.
fn apart(path: &Path, folder: &Path, sources: &[PathBuf]) -> Result<(), IndexError> {
    let identity = |path: &Path| fs::metadata(path).ok().map(|found| (found.dev(), found.ino()));
    let Some(index) = identity(folder) else { return Ok(()) };
    for source in sources {
        let Ok(full) = source.canonicalize() else { continue };
        if full.ancestors().any(|above| identity(above) == Some(index)) {
            return Err(IndexError::Overlap { path: path.to_owned(), source_path: source.clone() });
        }
    }
    Ok(())
}

/// The outcome of removing a leftover generation.
enum Removal {
    Gone,
    /// A reader has it open, or the system refused: a later session retries.
    Later,
    /// It holds a foreign file, which stays.
    Strange(String),
}

/// An index folder that this process writes to.
pub struct Folder {
    path: PathBuf,
    pointer: Pointer,
    /// A write of the pointer failed, so its state on disk is unknown: nothing more is removed.
    unsure: bool,
    said: Vec<String>,
    _lock: WriterLock,
}

impl Folder {
    /// Returns the generation that is searched; `None` before the first is published.
    pub fn current(&self) -> Option<PathBuf> {
        self.pointer.current.as_ref().map(|name| self.path.join(name))
    }

    /// Creates the folder of a new generation. It counts as a leftover until it is published.
    ///
    /// # Errors
    /// `Io` where it cannot be made.
    pub fn begin(&mut self) -> Result<PathBuf, IndexError> {
        let io = |error: io::Error| IndexError::io(&self.path, error);
        let mut last = 0;
        for entry in fs::read_dir(&self.path).map_err(io)? {
            let name = entry.map_err(io)?.file_name();
            last = last.max(name.to_str().and_then(generation_number).unwrap_or(0));
        }
        let known = self.pointer.leftover.iter().chain(&self.pointer.current);
        let mut number = known.filter_map(|name| generation_number(name)).fold(last, u64::max);
        loop {
            number += 1;
            let name = format!("g{number}");
            let folder = self.path.join(&name);
            // Recorded before the folder is made: so the remains of a killed session are known as ours.
            let mut pointer = self.pointer.clone();
            pointer.leftover.push(name.clone());
            self.write(pointer)?;
            match fs::create_dir(&folder) {
                Ok(()) => return Ok(folder),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                    let mut pointer = self.pointer.clone();
                    pointer.leftover.retain(|known| *known != name);
                    self.write(pointer)?;
                }
                Err(error) => return Err(IndexError::unwritable(&folder, error)),
            }
        }
    }

    /// Makes a generation the current one, durably and atomically.
    ///
    /// # Errors
    /// `Io`; the next session then finds out which of the two is current.
    pub fn publish(&mut self, generation: &Path) -> Result<(), IndexError> {
        let name = generation.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if self.pointer.current.as_deref() == Some(&*name) {
            return Ok(());
        }
        let mut pointer = self.pointer.clone();
        pointer.leftover.retain(|known| *known != name);
        pointer.leftover.extend(pointer.current.replace(name));
        self.write(pointer)
    }

    fn write(&mut self, pointer: Pointer) -> Result<(), IndexError> {
        if let Err(error) = pointer.write(&self.path) {
            self.unsure = true;
            return Err(error);
        }
        self.pointer = pointer;
        Ok(())
    }

    fn has_leftovers(&self) -> bool {
        !self.pointer.leftover.is_empty() || self.pointer.older && self.pointer.current.is_some()
    }

    /// Removes leftover generations as far as their files are ours; the rest stays, and [`Folder::said`] reports it.
    pub fn clean(&mut self) {
        if self.unsure || !self.has_leftovers() {
            return;
        }
        let mut pointer = self.pointer.clone();
        let current = pointer.current.clone();
        pointer.leftover.retain(|name| {
            if current.as_ref() == Some(name) {
                return false;
            }
            match remove_generation(&self.path.join(name)) {
                Removal::Gone => false,
                Removal::Later => true,
                Removal::Strange(what) => {
                    let place = self.path.join(name).join(what);
                    self.said.push(format!(
                        "{} is not fumikura's: it was left where it is, with its folder",
                        place.display()
                    ));
                    false
                }
            }
        });
        if pointer.older && pointer.current.is_some() {
            pointer.older = remove_own(&self.path).is_err();
        }
        if pointer != self.pointer {
            // A failure is harmless: the next session finds the folders gone.
            let _ = self.write(pointer);
        }
    }

    /// Returns the reports on foreign files that were left in place, a sentence each.
    pub fn said(&self) -> &[String] {
        &self.said
    }
}

/// Removes the files in a folder that have names of ours; returns the first name that is not ours.
///
/// A segment file must also be in tantivy's list of written files, where the list exists. So the list is removed last.
fn remove_own(folder: &Path) -> io::Result<Option<String>> {
    let list = folder.join(WRITTEN);
    let written: Option<HashSet<String>> =
        files::read_file(&list).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
    let is_written = |name: &str| written.as_ref().is_none_or(|written| written.contains(name));
    let remove = |path: &Path| match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    };
    let (mut strange, mut like_ours): (Option<String>, bool) = (None, false);
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let is_named = is_own(&name) && entry.file_type()?.is_file();
        let is_listed = is_single(&name) || is_written(&name);
        like_ours |= is_named && !is_listed;
        if is_named && is_listed {
            if name != WRITTEN {
                remove(&entry.path())?;
            }
        } else if strange.as_ref().is_none_or(|first| name < *first) {
            strange = Some(name);
        }
    }
    // Without the list, a foreign file with a name like ours would be removed the next time.
    if !like_ours && list.symlink_metadata().is_ok_and(|found| found.is_file()) {
        remove(&list)?;
    }
    Ok(strange)
}

/// Removes the files of a generation that we write, and its folder where it is empty then.
fn remove_generation(folder: &Path) -> Removal {
    match fs::symlink_metadata(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Removal::Gone,
        Err(_) => return Removal::Later,
        Ok(found) if !found.is_dir() => return Removal::Strange(String::new()),
        Ok(_) => {}
    }
    let held = File::open(folder);
    if let Ok(held) = &held
        && flock(held, FlockOperation::NonBlockingLockExclusive) == Err(rustix::io::Errno::WOULDBLOCK)
    {
        return Removal::Later;
    }
    match remove_own(folder) {
        Ok(Some(strange)) => Removal::Strange(strange),
        Ok(None) => match fs::remove_dir(folder) {
            Ok(()) => Removal::Gone,
            Err(_) => Removal::Later,
        },
        Err(_) => Removal::Later,
    }
}
