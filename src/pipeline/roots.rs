//! Assigns files to roots, so that each file on disk has one identity in the index, however it was named.
//!
//! Rules: a named folder becomes a root unless it lies in one already; a file belongs to the innermost root that
//! contains it. So `corpus`, `./corpus` and its full path are one root, and naming a folder inside a root later changes
//! no identity.

use std::collections::{BTreeMap, HashMap};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::document::{Root, SourceId, StoredPath};
use crate::index::FileRecord;

/// The roots of the index, as this run leaves them.
#[derive(Default)]
pub(super) struct Roots {
    list: Vec<Root>,
    /// The list differs from that of the index.
    pub changed: bool,
    /// Roots that this run found in another place.
    moved: Vec<usize>,
}

impl Roots {
    pub fn new(list: Vec<Root>) -> Self {
        Self { list, changed: false, moved: Vec::new() }
    }

    pub fn list(&self) -> &[Root] {
        &self.list
    }

    /// Ensures that a named folder, or the folder of a named file, has a root. `known` is the manifest; `sizes` are the
    /// files in the folder, by their path below it. Where most files of a root that is gone are among them, the folder
    /// is that root, moved. Returns the previous path of a moved root.
    pub fn admit(
        &mut self,
        folder: &Path,
        whole: bool,
        known: &BTreeMap<SourceId, FileRecord>,
        sizes: &HashMap<PathBuf, u64>,
    ) -> Option<PathBuf> {
        if self.list.iter().any(|root| root.whole && folder.starts_with(&root.path)) {
            return None;
        }
        if let Some(root) = self.list.iter_mut().find(|root| root.path.as_ref() == folder) {
            self.changed |= whole && !root.whole;
            root.whole |= whole;
            return None;
        }
        self.changed = true;
        if let Some(root) = self.moved(known, sizes) {
            self.moved.push(root);
            let root = &mut self.list[root];
            let from = std::mem::replace(&mut root.path, folder.into());
            root.whole |= whole;
            return Some(from.as_ref().to_owned());
        }
        self.list.push(Root { path: folder.into(), whole });
        None
    }

    /// Finds the root that is gone and most of whose files are in `sizes`, by path and size.
    fn moved(&self, known: &BTreeMap<SourceId, FileRecord>, sizes: &HashMap<PathBuf, u64>) -> Option<usize> {
        let is_gone =
            |root: &Root| std::fs::symlink_metadata(&root.path).is_err_and(|error| error.kind() == ErrorKind::NotFound);
        let mut best = None;
        for (number, _) in self.list.iter().enumerate().filter(|(_, root)| is_gone(root)) {
            let (mut all, mut same) = (0, 0);
            for file in known.values().filter(|file| file.id.root == number && file.documents > 0) {
                all += 1;
                same += usize::from(sizes.get(file.id.path.as_ref()) == Some(&file.size));
            }
            if same * 2 > all && best.is_none_or(|(most, _)| same > most) {
                best = Some((same, number));
            }
        }
        best.map(|(_, number)| number)
    }

    /// Tells whether this run found a root in another place.
    pub fn is_moved(&self, number: usize) -> bool {
        self.moved.contains(&number)
    }

    /// Returns the identity of a file by its canonical path; `None` outside all roots.
    pub fn identify(&self, path: &Path) -> Option<SourceId> {
        let holds = |root: &Root| match root.whole {
            true => path.starts_with(&root.path),
            false => path.parent() == Some(root.path.as_ref()),
        };
        let innermost = self
            .list
            .iter()
            .enumerate()
            .filter(|(_, root)| holds(root))
            .max_by_key(|(_, root)| root.path.as_ref().components().count());
        let (number, root) = innermost?;
        Some(SourceId { root: number, path: path.strip_prefix(&root.path).ok()?.into() })
    }

    /// Returns the present path of a file of the manifest.
    pub fn path_of(&self, id: &SourceId) -> Option<PathBuf> {
        self.list.get(id.root).map(|root| root.path.as_ref().join(&id.path))
    }

    /// Returns the state of a root, which decides whether missing files count as removed.
    pub fn state(&self, number: usize) -> RootState {
        let Some(root) = self.list.get(number) else { return RootState::Unreadable("is not known".to_owned()) };
        match std::fs::read_dir(&root.path) {
            Ok(mut entries) => match entries.next() {
                None => RootState::Empty,
                Some(Ok(_)) => RootState::Readable,
                Some(Err(error)) => RootState::Unreadable(error.to_string()),
            },
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => RootState::Vanished,
            Err(error) => RootState::Unreadable(error.to_string()),
        }
    }

    /// Returns the name of a root, which distinguishes equal file names.
    pub fn name(&self, number: usize) -> String {
        let path = self.list.get(number).map(|root| &root.path).map_or(Path::new(""), StoredPath::as_ref);
        path.file_name().map_or_else(|| "root".to_owned(), |name| crate::document::shown_path(Path::new(name)))
    }
}

/// The state of a root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum RootState {
    /// A folder with entries.
    Readable,
    /// A folder without entries: removed files, or a disk that is not mounted.
    Empty,
    /// Absent.
    Vanished,
    /// Unreadable, with the reason that the system gives.
    Unreadable(String),
}
