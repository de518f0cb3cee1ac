//! Assigns document ids, which are unique in an index.
//!
//! Rules: an id belongs to the source file that brought it first, in this run or an earlier one, until that file no
//! longer contains it. A JSONL line that claims a taken id is an error, and the next run tries it again; a file that is
//! one document gets another id instead. A line that claims an id before this run has read the owner waits for the end
//! of the run: the document may have moved.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::manifest::{Absence, Manifest, Source};
use super::roots::Roots;
use crate::document::SourceId;
use crate::index::{DocumentKey, IndexError, document_key};

/// The answer to a claim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Claim {
    /// The claim is granted; `replaces` tells that the index has a document with that id.
    Granted { replaces: bool },
    /// Another document has the id; this is its place.
    Taken(String),
    /// The previous owner is still to be read in this run.
    Wait,
}

/// The ids of a run and their owners.
pub(super) struct Claims<'a> {
    manifest: &'a Manifest,
    roots: &'a Roots,
    absence: Absence<'a>,
    /// Ids of this run by hash, with file and line (0 for a whole file).
    taken: HashMap<DocumentKey, (u32, u32)>,
    files: Vec<String>,
    /// Files of the run that have not been read to their end yet.
    waiting: HashSet<SourceId>,
    /// Files of the run that were read to their end.
    read: HashSet<SourceId>,
    /// Documents taken over from files that are gone but stay in the manifest: such a file is read again when
    /// it comes back.
    taken_over: BTreeMap<SourceId, BTreeSet<DocumentKey>>,
}

impl<'a> Claims<'a> {
    /// `work` are the files to read, `forgotten` those that this run removes.
    pub fn new<'b>(
        manifest: &'a Manifest,
        roots: &'a Roots,
        work: impl Iterator<Item = &'b Source>,
        forgotten: impl Iterator<Item = &'b SourceId>,
    ) -> Self {
        Self {
            manifest,
            roots,
            absence: Absence::new(roots),
            taken: HashMap::new(),
            files: Vec::new(),
            waiting: work.map(|source| source.id.clone()).collect(),
            // The index will contain nothing of these files.
            read: forgotten.cloned().collect(),
            taken_over: BTreeMap::new(),
        }
    }

    /// Begins a file; `shown` names the file in later answers.
    pub fn begin(&mut self, shown: &str) {
        self.files.push(shown.to_owned());
    }

    /// Ends a file: all its ids have been claimed.
    pub fn end(&mut self, file: &SourceId) {
        self.waiting.remove(file);
        self.read.insert(file.clone());
    }

    /// Claims an id for a file. `line` is 0 for a file that is one document; `is_own` tells that the index has the id
    /// from the same file.
    pub fn claim(&mut self, id: &str, file: &SourceId, line: usize, is_own: bool) -> Result<Claim, IndexError> {
        let key = document_key(id);
        if let Some((file, line)) = self.taken.get(&key) {
            let file = self.files.get(*file as usize).map_or("", String::as_str);
            return Ok(Claim::Taken(if *line == 0 { file.to_owned() } else { format!("{file}:{line}") }));
        }
        let mut replaces = is_own;
        let owner = if is_own { None } else { self.manifest.owner(id)? };
        if let Some(owner) = owner.filter(|owner| owner != file) {
            if self.waiting.contains(&owner) {
                return Ok(Claim::Wait);
            }
            if !self.read.contains(&owner) {
                // The id of a single-document file is its path, so the same id below another root is not a moved
                // document: the old document stays.
                if line == 0 || !self.absence.of(&owner) {
                    let shown = self.roots.path_of(&owner).map(|path| crate::document::shown_path(&path));
                    return Ok(Claim::Taken(shown.unwrap_or_default()));
                }
                self.taken_over.entry(owner).or_default().insert(key);
                replaces = true;
            }
        }
        self.taken.insert(key, (self.files.len().saturating_sub(1) as u32, line as u32));
        Ok(Claim::Granted { replaces })
    }

    /// Claims the id of a document that the index has from the same file; returns false where this run has met the id.
    pub fn claim_own(&mut self, document: DocumentKey, line: usize) -> bool {
        let place = (self.files.len().saturating_sub(1) as u32, line as u32);
        match self.taken.entry(document) {
            Entry::Vacant(free) => {
                free.insert(place);
                true
            }
            Entry::Occupied(_) => false,
        }
    }

    /// Tells whether an id was claimed in this run.
    pub fn has(&self, document: &DocumentKey) -> bool {
        self.taken.contains_key(document)
    }

    /// Claims the id of a file that is one document: its previous id, else its path below its root, else that path
    /// behind the name of the root.
    pub fn claim_file(&mut self, source: &Source, before: Option<&str>) -> Result<(String, bool), IndexError> {
        let root = self.roots.name(source.id.root);
        let own = &source.file.id;
        let mut number = 1;
        let mut id = before.map_or_else(|| own.clone(), str::to_owned);
        let mut is_own = before.is_some();
        loop {
            if let Claim::Granted { replaces } = self.claim(&id, &source.id, 0, is_own)? {
                return Ok((id, replaces));
            }
            id = if number == 1 { format!("{root}/{own}") } else { format!("{root}~{number}/{own}") };
            (number, is_own) = (number + 1, false);
        }
    }

    /// Returns the documents taken over in this run, by previous owner.
    pub fn taken_over(&self) -> &BTreeMap<SourceId, BTreeSet<DocumentKey>> {
        &self.taken_over
    }
}
