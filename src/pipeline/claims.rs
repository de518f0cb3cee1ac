//! Document ids are unique in an index: who has one, and who asks for one that is taken.
//!
//! Rules: an id belongs to the source file that brought it first, in this run or in an earlier one, until that file
//! brings it no more. A JSONL line that asks for a taken id is an error and is asked for again the next time; a file by
//! itself gets another id. A line that asks before the owner was read in this run waits for the end of the run: the
//! document may have moved.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::manifest::{Absence, Manifest, Source};
use super::roots::Roots;
use crate::document::SourceId;
use crate::index::IndexError;

/// The answer to a file that asks for an id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Claim {
    /// It has the id; `replaces` where the index has a document of that id.
    Granted { replaces: bool },
    /// The place of the document that has it.
    Taken(String),
    /// The file that had it is still to be read.
    Wait,
}

/// What stands for an id: ids may be long, and a run may have millions.
fn key(id: &str) -> [u8; 16] {
    blake3::hash(id.as_bytes()).as_bytes()[..16].try_into().unwrap_or_default()
}

/// Who has which id.
pub(super) struct Claims<'a> {
    manifest: &'a Manifest,
    roots: &'a Roots,
    absence: Absence<'a>,
    /// Ids of this run by their hash, with the file and the line (0 for a whole file).
    taken: HashMap<[u8; 16], (u32, u32)>,
    files: Vec<String>,
    /// Files of the run that were not read yet, or not to their end.
    waiting: HashSet<SourceId>,
    /// Files of the run that were read to their end.
    read: HashSet<SourceId>,
    /// Documents taken over from files that are gone and stay in the manifest: where such a file is back, it is read
    /// again.
    taken_over: BTreeMap<SourceId, usize>,
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
            // Nothing of them is left in the index.
            read: forgotten.cloned().collect(),
            taken_over: BTreeMap::new(),
        }
    }

    /// Begins with a file: what it claims from here on is named by `shown`.
    pub fn begin(&mut self, shown: &str) {
        self.files.push(shown.to_owned());
    }

    /// All that a file brings was claimed.
    pub fn end(&mut self, file: &SourceId) {
        self.waiting.remove(file);
        self.read.insert(file.clone());
    }

    /// Claims an id for a file; `line` is 0 for a file that is one document. `is_own`: the index has it from the same
    /// file.
    pub fn claim(&mut self, id: &str, file: &SourceId, line: usize, is_own: bool) -> Result<Claim, IndexError> {
        let key = key(id);
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
                // A file by itself has its id of its path: one of another root is no move of it, and its document
                // stays.
                if line == 0 || !self.absence.of(&owner) {
                    let shown = self.roots.path_of(&owner).map(|path| crate::document::shown_path(&path));
                    return Ok(Claim::Taken(shown.unwrap_or_default()));
                }
                *self.taken_over.entry(owner).or_default() += 1;
                replaces = true;
            }
        }
        self.taken.insert(key, (self.files.len().saturating_sub(1) as u32, line as u32));
        Ok(Claim::Granted { replaces })
    }

    /// True where an id was claimed in this run.
    pub fn has(&self, id: &str) -> bool {
        self.taken.contains_key(&key(id))
    }

    /// The id of a file that is one document: what it had before, else its path below its root, else that behind the
    /// name of its root.
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

    /// Documents taken over in this run, by the file that had them.
    pub fn taken_over(&self) -> &BTreeMap<SourceId, usize> {
        &self.taken_over
    }
}
