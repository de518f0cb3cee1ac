//! The manifest of the index before the run, and its comparison with the files on disk: new, changed, gone.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::accepted::Accepted;
use super::known_lines::KnownLines;
use super::report::{Report, Reported};
use super::roots::{RootState, Roots};
use super::sightings::{Look, Sightings};
use crate::analysis::UserWords;
use crate::document::{SourceId, counted, shown_path};
use crate::index::{FileRecord, IndexError, IndexedDocument, LineRecord, OpenIndex, document_key, is_index_folder};
use crate::ingest::{self, Collection, FileBytes, IngestError, SourceFile, Walked};

/// Message for a root that is absent.
const IS_GONE: &str = "is gone: nothing of it is removed. If it moved, name its new place; to remove its documents, \
                       use --prune-all";
/// Message for a root that this run found at another place.
const MOVED: &str = "was taken for a folder that moved: nothing of it is removed in this run. If that is right, run \
                     the command again";

/// Where more than one in this many of a root's files or documents is gone, nothing is pruned without `--prune-all`.
const MOST_PRUNED: usize = 5;

/// The manifest of the index before the run.
#[derive(Default)]
pub(super) struct Manifest {
    index: Option<OpenIndex>,
    files: BTreeMap<SourceId, FileRecord>,
}

/// A file to read, with its identity.
#[derive(Clone, Debug)]
pub(super) struct Source {
    pub file: SourceFile,
    pub id: SourceId,
}

/// Files to read.
#[derive(Default)]
pub(super) struct Changed {
    pub work: Vec<Source>,
    /// File contents that the comparison has read already.
    pub read: HashMap<SourceId, FileBytes>,
    /// Manifest entries of unchanged files whose problems were acknowledged in this run.
    pub acknowledged: Vec<FileRecord>,
}

/// How [`Manifest::changed`] compares files.
#[derive(Clone, Copy)]
pub(super) struct Reader<'a> {
    /// Files that failed are read again.
    pub retry: bool,
    /// Bytes of contents that are kept for indexing.
    pub keep: usize,
    pub roots: &'a Roots,
    pub accepted: &'a Accepted,
    /// What a watcher has seen of the files.
    pub seen: Option<&'a Sightings>,
}

/// An entry that the walk left out.
pub(super) struct LeftOut {
    id: SourceId,
    item: Reported,
    skipped: bool,
}

/// The result of walking the named paths.
#[derive(Default)]
pub(super) struct Met {
    pub sources: Vec<Source>,
    left_out: Vec<LeftOut>,
    /// Canonical paths that were walked.
    walked: Vec<PathBuf>,
    ids: BTreeSet<SourceId>,
}

impl Manifest {
    /// # Errors
    /// The errors of an existing index that cannot be read.
    pub fn load(path: &Path) -> Result<Self, IndexError> {
        match OpenIndex::open(path) {
            Ok(index) => {
                index.must_be_current()?;
                let files = index.files()?.into_iter().map(|file| (file.id.clone(), file)).collect();
                Ok(Self { index: Some(index), files })
            }
            Err(IndexError::Absent(_)) => Ok(Self::default()),
            Err(error) => Err(error),
        }
    }

    pub fn user_words(&self) -> Option<&UserWords> {
        self.index.as_ref().map(OpenIndex::user_words)
    }

    pub fn roots(&self) -> Roots {
        Roots::new(self.index.as_ref().map(|index| index.roots().to_vec()).unwrap_or_default())
    }

    pub fn file(&self, id: &SourceId) -> Option<&FileRecord> {
        self.files.get(id)
    }

    pub fn documents_of(&self, file: &SourceId) -> Result<Vec<IndexedDocument>, IndexError> {
        match &self.index {
            Some(index) if self.files.contains_key(file) => index.documents_of_file(file),
            _ => Ok(Vec::new()),
        }
    }

    /// Returns the lines of a file that holds many documents, as the index has them.
    pub fn lines_of(&self, file: &SourceId) -> Result<KnownLines, IndexError> {
        let Some(index) = self.index.as_ref().filter(|_| self.files.contains_key(file)) else {
            return Ok(KnownLines::default());
        };
        let mut lines = index.lines_of_file(file)?;
        if lines.is_empty() {
            // The file held one document before.
            let of = |found: &IndexedDocument| LineRecord {
                key: document_key(&found.document.id),
                hash: Default::default(),
                line: 0,
            };
            lines.extend(index.documents_of_file(file)?.iter().map(of));
        }
        Ok(KnownLines::new(lines))
    }

    /// Returns the source file that a document id belonged to before the run.
    pub fn owner(&self, document: &str) -> Result<Option<SourceId>, IndexError> {
        let Some(index) = &self.index else { return Ok(None) };
        Ok(index.document(document)?.map(|found| found.source))
    }

    /// Walks the named paths and identifies each file, in the order of the paths; a file met twice counts once. Folders
    /// of indexes are left out; that of this run, `index`, without a report.
    pub fn walk(&self, paths: &[PathBuf], index: &Path, roots: &mut Roots, report: &mut Report) -> Met {
        let mut met = Met::default();
        let own = index.canonicalize().ok();
        let is_own = |path: &Path| own.is_some() && path.canonicalize().ok() == own;
        for named in paths {
            let canonical = match std::fs::canonicalize(named) {
                Ok(canonical) => canonical,
                Err(error) => {
                    report.failed.push(Reported { path: shown_path(named), reason: error.to_string() });
                    continue;
                }
            };
            let whole = canonical.is_dir();
            let folder = if whole { canonical.as_path() } else { canonical.parent().unwrap_or(&canonical) };
            let found = ingest::walk(std::slice::from_ref(named), &is_index_folder);
            // A file that was named stands for itself; other files lie below the named folder.
            let real = |path: &Path| match path.strip_prefix(named) {
                Ok(below) if whole => canonical.join(below),
                _ => canonical.clone(),
            };
            let sizes = found.iter().filter_map(|found| match found {
                Walked::File(file) => Some((real(&file.path).strip_prefix(folder).ok()?.to_owned(), file.size)),
                _ => None,
            });
            if let Some(from) = roots.admit(folder, whole, &self.files, &sizes.collect()) {
                let reason = format!("was {} before: its documents are kept", shown_path(&from));
                report.warnings.push(Reported { path: shown_path(folder), reason });
            }
            for found in found {
                let path = match &found {
                    Walked::Index { path } if is_own(path) => continue,
                    Walked::File(SourceFile { path, .. })
                    | Walked::Index { path }
                    | Walked::Skipped { path, .. }
                    | Walked::Failed { path, .. } => path,
                };
                let Some(id) = roots.identify(&real(path)) else { continue };
                if !met.ids.insert(id.clone()) {
                    continue;
                }
                report.walked += 1;
                match found {
                    Walked::File(file) => {
                        met.sources.push(Source { file: SourceFile { id: shown_path(id.path.as_ref()), ..file }, id })
                    }
                    Walked::Index { path } => {
                        met.leave_out(id, &path, "the folder of an index, not of documents".to_owned(), true)
                    }
                    Walked::Skipped { path, reason } => met.leave_out(id, &path, reason, true),
                    Walked::Failed { path, reason } => met.leave_out(id, &path, reason, false),
                }
            }
            met.walked.push(canonical);
        }
        met
    }

    /// Returns manifest entries for files that the walk left out, where the manifest differs.
    pub fn newly_left_out(
        &self,
        met: &Met,
        forgotten: &[FileRecord],
        roots: &Roots,
        accepted: &Accepted,
    ) -> Vec<FileRecord> {
        let forgotten: BTreeSet<&SourceId> = forgotten.iter().map(|file| &file.id).collect();
        let record = |LeftOut { id, item, skipped }: &LeftOut| FileRecord {
            id: id.clone(),
            size: 0,
            modified_ns: 0,
            hash: String::new(),
            // Documents of a file that is unreadable for the moment stay.
            documents: self.files.get(id).filter(|file| !forgotten.contains(&file.id)).map_or(0, |file| file.documents),
            problems: vec![(item.path.clone(), item.reason.clone())],
            warnings: self.files.get(id).map_or_else(Vec::new, |file| file.warnings.clone()),
            skipped: *skipped,
            accepted: roots.path_of(id).is_some_and(|path| accepted.has(&path, "")),
        };
        let is_new = |record: &FileRecord| forgotten.contains(&record.id) || self.files.get(&record.id) != Some(record);
        met.left_out.iter().map(record).filter(is_new).collect()
    }

    /// Returns the files that are new, changed, or tried again; reports the known state of the others.
    ///
    /// A file is read here only where it may be unchanged: a new file, or one of another size, is read when it is
    /// indexed. The contents of changed files are kept for indexing, up to `keep` bytes.
    pub fn changed(&self, sources: Vec<Source>, reader: Reader<'_>, report: &mut Report) -> Changed {
        let Reader { retry, keep, roots, accepted, seen } = reader;
        let mut changed = Changed::default();
        let mut kept = 0;
        for source in sources {
            let known = self.files.get(&source.id);
            let look = seen.map_or(Look::Read, |seen| seen.look(&source.file));
            if look == Look::Wait {
                // The next run reads it; until then the index keeps what it has of it.
                report.unchanged += known.map_or(0, |file| file.documents);
                continue;
            }
            let alike = known.filter(|file| {
                file.size == source.file.size && !file.hash.is_empty() && (!retry || file.problems.is_empty())
            });
            let found = match alike {
                None => can_be_read(&source.file).map(|()| None),
                Some(file) if look == Look::Known => Ok(Some((file.hash.clone(), None))),
                Some(_) if Collection::of(&source.file.path).is_some() => {
                    ingest::hash_lines(&source.file).map(|hash| Some((hash, None))).map_err(IngestError::unreadable)
                }
                Some(_) => ingest::read_file(&source.file).readable().map(|read| Some((read.hash.clone(), Some(read)))),
            };
            let found = match found {
                Ok(found) => found,
                Err(error) => {
                    let path = roots.path_of(&source.id);
                    let is_accepted = path.is_some_and(|path| accepted.is_new(&path));
                    let list = if is_accepted { &mut report.accepted } else { &mut report.failed };
                    list.push(Reported { path: source.file.shown, reason: error.to_string() });
                    continue;
                }
            };
            match (alike, found) {
                (Some(file), Some((hash, _))) if file.hash == hash => {
                    report.unchanged += file.documents;
                    let reported =
                        |(path, reason): &(String, String)| Reported { path: path.clone(), reason: reason.clone() };
                    let path = roots.path_of(&source.id);
                    if path.is_some_and(|path| accepted.has(&path, &hash)) {
                        report.accepted.extend(file.problems.iter().chain(&file.warnings).map(reported));
                        if !file.accepted {
                            changed.acknowledged.push(FileRecord { accepted: true, ..file.clone() });
                        }
                        continue;
                    }
                    report.warnings.extend(file.warnings.iter().map(reported));
                    report.known.extend(file.warnings.iter().map(reported));
                    let known = file.problems.iter().map(reported);
                    if file.skipped {
                        report.skipped.extend(known.clone());
                        report.known.extend(known);
                    } else {
                        // A failure ends each run with an exit code, so each run tells it.
                        report.failed.extend(known);
                    }
                }
                (_, found) => {
                    let read = found.and_then(|(_, read)| read).filter(|read| read.error().is_none());
                    if let Some(read) = read.filter(|_| kept + source.file.size as usize <= keep) {
                        kept += source.file.size as usize;
                        changed.read.insert(source.id.clone(), read);
                    }
                    changed.work.push(source);
                }
            }
        }
        changed
    }

    /// Returns the files of the manifest that this run forgets.
    ///
    /// A file counts as gone only where that can be seen: its root exists and shows other entries, and the file's own
    /// name is absent or names something else. Files of an empty root or folder, or of a root that has lost more than a
    /// fifth, stay unless `Prune::All` is asked for. Entries without documents only record what a walk left out: they
    /// go when a walk no longer meets the file. Files that a watcher does not take for
    /// removed stay.
    pub fn gone(
        &self,
        roots: &Roots,
        met: &Met,
        (prune, seen): (Prune, Option<&Sightings>),
        report: &mut Report,
    ) -> Vec<FileRecord> {
        let mut gone: BTreeMap<usize, Vec<&FileRecord>> = BTreeMap::new();
        let mut in_empty: BTreeMap<PathBuf, Vec<&FileRecord>> = BTreeMap::new();
        let left_out: BTreeSet<&SourceId> = met.left_out.iter().map(|left| &left.id).collect();
        let mut forgotten = Vec::new();
        let mut all: HashMap<usize, (usize, usize)> = HashMap::new();
        for file in self.files.values() {
            if file.documents > 0 {
                let (files, documents) = all.entry(file.id.root).or_default();
                (*files, *documents) = (*files + 1, *documents + file.documents);
            }
            // The place of a document may now hold something else: a folder, a link, a pipe.
            if met.ids.contains(&file.id) && (file.documents == 0 || !left_out.contains(&file.id)) {
                continue;
            }
            let Some(path) = roots.path_of(&file.id) else { continue };
            if seen.is_some_and(|seen| seen.is_kept(&path)) {
                continue;
            }
            if file.documents == 0 {
                let walked = met.walked.iter().any(|walked| path.starts_with(walked));
                forgotten.extend((walked || is_absent(&path)).then(|| file.clone()));
            } else if prune != Prune::Nothing && is_absent(&path) {
                match empty_above(roots, &file.id) {
                    Some(folder) => in_empty.entry(folder).or_default().push(file),
                    None => gone.entry(file.id.root).or_default().push(file),
                }
            }
        }
        for (folder, files) in in_empty {
            if prune == Prune::All {
                forgotten.extend(files.into_iter().cloned());
            } else {
                report.failed.push(Reported { path: shown_path(&folder), reason: EMPTY.to_owned() });
            }
        }
        for (root, files) in gone {
            let path = roots.list().get(root).map_or_else(String::new, |root| shown_path(root.path.as_ref()));
            let (of_files, of_documents) = all.get(&root).copied().unwrap_or_default();
            let documents: usize = files.iter().map(|file| file.documents).sum();
            let many = files.len() * MOST_PRUNED > of_files || documents * MOST_PRUNED > of_documents;
            let refusal = match roots.state(root) {
                RootState::Unreadable(reason) => Some(format!("cannot be read ({reason}): nothing of it is removed")),
                _ if prune == Prune::All => None,
                RootState::Vanished => Some(IS_GONE.to_owned()),
                RootState::Empty => Some(EMPTY.to_owned()),
                // A copy looks like a moved folder, and the first folder may be absent only for a while.
                _ if roots.is_moved(root) => Some(MOVED.to_owned()),
                RootState::Readable => many.then(|| {
                    format!(
                        "{} of {} with {documents} of {} are gone, more than a fifth: nothing of it is removed. If \
                         that is right, use --prune-all",
                        files.len(),
                        counted(of_files, "file"),
                        counted(of_documents, "document")
                    )
                }),
            };
            match refusal {
                Some(reason) => report.failed.push(Reported { path, reason }),
                None => forgotten.extend(files.into_iter().cloned()),
            }
        }
        forgotten
    }
}

/// Message for a folder without entries, from which nothing is removed.
const EMPTY: &str =
    "is empty: nothing of it is removed. Is it a disk that is not mounted? To remove its documents, use --prune-all";

/// The policy for documents whose files are gone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Prune {
    /// Nothing is removed.
    #[default]
    Nothing,
    /// Files seen to be gone are removed, up to a fifth of their root.
    Seen,
    /// All files that are gone are removed, including whole roots.
    All,
}

impl Met {
    /// Reports the entries that the walk left out. The next walk meets them again: their manifest entries serve only
    /// `stats`.
    pub fn report(&self, manifest: &Manifest, roots: &Roots, accepted: &Accepted, report: &mut Report) {
        for LeftOut { id, item, skipped } in &self.left_out {
            let told = manifest.file(id).filter(|file| file.skipped && *skipped);
            if told.is_some_and(|file| file.problems.iter().any(|(_, reason)| *reason == item.reason)) {
                report.known.push(item.clone());
            }
            let is_accepted = roots.path_of(id).is_some_and(|path| accepted.has(&path, ""));
            let list = match skipped {
                _ if is_accepted => &mut report.accepted,
                true => &mut report.skipped,
                false => &mut report.failed,
            };
            list.push(item.clone());
        }
    }

    fn leave_out(&mut self, id: SourceId, path: &Path, reason: String, skipped: bool) {
        self.left_out.push(LeftOut { id, item: Reported { path: shown_path(path), reason }, skipped });
    }
}

/// Tells whether the system reports that the file is absent or something else is in its place; false where the system
/// gives no answer.
fn is_absent(path: &Path) -> bool {
    match std::fs::symlink_metadata(path) {
        Ok(found) => !found.is_file(),
        Err(error) => matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory),
    }
}

/// Returns the nearest existing folder above a file, below its root, where it is empty: an unmounted disk, or removed
/// files.
fn empty_above(roots: &Roots, id: &SourceId) -> Option<PathBuf> {
    let root = roots.list().get(id.root)?.path.as_ref();
    let path = roots.path_of(id)?;
    let nearest = path.ancestors().skip(1).take_while(|above| *above != root).find(|above| above.is_dir())?;
    let is_empty = std::fs::read_dir(nearest).is_ok_and(|mut entries| entries.next().is_none());
    is_empty.then(|| nearest.to_owned())
}

/// Tells which files of the manifest are gone, with one look at each.
pub(super) struct Absence<'a> {
    roots: &'a Roots,
    known: RefCell<HashMap<SourceId, bool>>,
}

impl<'a> Absence<'a> {
    pub fn new(roots: &'a Roots) -> Self {
        Self { roots, known: RefCell::default() }
    }

    /// Tells whether a file is gone while its root and folder exist: its documents may be in another file now.
    pub fn of(&self, id: &SourceId) -> bool {
        let is_gone =
            || self.roots.path_of(id).is_some_and(|path| is_absent(&path)) && empty_above(self.roots, id).is_none();
        let look = || self.roots.state(id.root) == RootState::Readable && is_gone();
        *self.known.borrow_mut().entry(id.clone()).or_insert_with(look)
    }
}

/// Checks that a file can be opened, where indexing will open it; the error is the reason.
fn can_be_read(source: &SourceFile) -> Result<(), IngestError> {
    if source.size > ingest::MAX_FILE_BYTES && Collection::of(&source.path).is_none() {
        return Ok(());
    }
    ingest::open(&source.path).map(drop).map_err(IngestError::unreadable)
}
