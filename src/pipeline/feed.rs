//! Hands the documents of a run to its threads, file by file. Ids are assigned here, in the order of the files.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::Ordering;
use std::sync::mpsc::SyncSender;

use super::claims::Claim;
use super::manifest::{Prune, Source};
use super::outcome::{Before, Shared};
use super::read::Reading;
use super::worker::{Job, Line};
use crate::document::{Given, SourceId};
use crate::index::IndexError;
use crate::ingest::{self, Collection, Content, Hashing, IngestError, Member, Members, SourceDocument};

/// Documents of a file that holds many per hand-over: one by one, the hand-over would cost more than reading a short
/// document.
const LINES: usize = 64;
/// Bytes of source from which on the documents are handed over, however few.
const LINES_BYTES: usize = 256 << 10;

/// Hands the documents of a batch to the workers.
pub(super) struct Feed<'f, 'r, 'w> {
    pub sender: SyncSender<Job<'w>>,
    pub shared: &'f Shared<'f>,
    pub reading: &'f mut Reading<'r>,
}

impl<'w> Feed<'_, '_, 'w> {
    /// Hands over one file; returns false where it was not read to its end.
    pub fn file(&mut self, at: usize, source: &'w Source) -> Result<bool, IndexError> {
        let before = self.reading.manifest.documents_of(&source.id)?;
        let before: HashMap<String, String> =
            before.into_iter().map(|document| (document.document.id, document.hash)).collect();
        self.shared.lock().files.entry(source.id.clone()).or_default();
        if Collection::of(&source.file.path).is_some() {
            let (whole, brought) = self.lines(at, source, &before, None)?;
            self.reading.progress.advance(source.file.size);
            let others: Vec<&String> = before.keys().filter(|id| !self.reading.claims.has(id)).collect();
            // Doubt keeps old documents: an unreadable line may hold one of the missing ids, and a file may have been
            // emptied by mistake.
            let doubt = match self.shared.lock().files.entry(source.id.clone()).or_default() {
                _ if self.reading.options.prune == Prune::All => None,
                outcome if outcome.broken => Some("lines of it cannot be read"),
                _ if brought == 0 => Some("it holds no document any more"),
                _ => None,
            };
            if whole && doubt.is_none() {
                others.into_iter().for_each(|id| self.shared.remove(id));
                self.reading.claims.end(&source.id);
                return Ok(true);
            }
            // Documents that were not reached, or may not have been recognised, stay in the index.
            self.shared.lock().files.entry(source.id.clone()).or_default().documents += others.len();
            if let Some(doubt) = doubt.filter(|_| whole && !others.is_empty()) {
                let problem = format!(
                    "{doubt}: documents that it held before are kept ({}); to remove them, use --prune-all",
                    others.len()
                );
                self.shared.problem(&source.id, source.file.shown.clone(), &problem, false, false);
            }
            return Ok(whole);
        }
        self.reading.claims.begin(&source.file.shown);
        let (id, replaces) = self.reading.claims.claim_file(source, before.keys().min().map(String::as_str))?;
        self.reading.claims.end(&source.id);
        before.keys().filter(|known| **known != id).for_each(|id| self.shared.remove(id));
        let before = Before::of(replaces, before.contains_key(&id));
        // The budget is taken here, not by the worker: a worker that waited for it could not free any.
        self.shared.in_hand.take(source.file.size as usize);
        // The channel closes only after a worker's error, which ends the run.
        let read = self.reading.read.remove(&source.id);
        let _ = self.sender.send(Job::File { source, read, id, before });
        Ok(true)
    }

    /// Hands over the documents of a file that holds many, or only those of the lines or records in `only`. Returns
    /// whether the file was read to its end, and the number of documents found.
    pub fn lines(
        &mut self,
        at: usize,
        source: &'w Source,
        before: &HashMap<String, String>,
        only: Option<&HashSet<usize>>,
    ) -> Result<(bool, usize), IndexError> {
        let collection = Collection::of(&source.file.path).unwrap_or(Collection::JsonLines);
        let file = match ingest::open(&source.file.path) {
            Ok(file) => file,
            Err(error) => {
                self.shared.ingest_problem(source, &IngestError::unreadable(error), false);
                return Ok((false, 0));
            }
        };
        self.reading.claims.begin(&source.file.shown);
        // Warnings about unchanged lines are repeated from the manifest.
        let mut known: HashMap<String, Vec<&str>> = HashMap::new();
        for (place, reason) in self.reading.manifest.file(&source.id).into_iter().flat_map(|file| &file.warnings) {
            known.entry(place.clone()).or_default().push(reason);
        }
        let (mut lines, mut bytes, mut whole, mut brought) = (Vec::new(), 0, true, 0);
        let mut file = Hashing::new(file);
        let mut members = match Members::new(collection, &source.file, &mut file) {
            Ok(members) => members,
            Err(error) => {
                self.shared.ingest_problem(source, &error, false);
                return Ok((false, 0));
            }
        };
        for member in &mut members {
            if self.reading.options.stop.load(Ordering::Relaxed) {
                self.send(&source.id, &mut lines, bytes);
                return Ok((false, brought));
            }
            let member = match member {
                Ok(member) if only.is_some_and(|only| !only.contains(&member.number())) => continue,
                Ok(member) => member,
                Err(error) => {
                    // Documents after a place that is unreadable for the moment are not gone.
                    whole &= !error.is_passing();
                    if only.is_none() {
                        self.shared.lock().files.entry(source.id.clone()).or_default().broken = true;
                        self.shared.ingest_problem(source, &error, false);
                    }
                    continue;
                }
            };
            brought += 1;
            let old = before.get(member.id());
            let replaces = match self.reading.claims.claim(member.id(), &source.id, member.number(), old.is_some())? {
                Claim::Granted { replaces } => replaces,
                Claim::Wait if only.is_none() => {
                    self.reading.waiting.entry(at).or_default().insert(member.number());
                    continue;
                }
                claim => {
                    let place = member.place();
                    let owner = if let Claim::Taken(owner) = claim {
                        owner
                    } else {
                        "a file that was not read to its end".to_owned()
                    };
                    let problem = format!(
                        "the id '{}' is taken by {owner}; give this document another id, or remove the other one",
                        member.id()
                    );
                    self.shared.problem(&source.id, place, &problem, false, true);
                    continue;
                }
            };
            let (hash, size) = weighed(&member);
            if old.is_some_and(|old| *old == hash) {
                let mut state = self.shared.lock();
                state.report.unchanged += 1;
                state.files.entry(source.id.clone()).or_default().documents += 1;
                let place = member.place();
                state.warn(
                    &source.id,
                    known.get(&place).into_iter().flatten().map(|reason| (place.clone(), (*reason).to_owned())),
                );
                continue;
            }
            bytes += size;
            lines.push(Line { before: Before::of(replaces, old.is_some()), member, hash });
            let is_full = lines.len() >= LINES || bytes >= LINES_BYTES;
            if is_full && !self.send(&source.id, &mut lines, std::mem::take(&mut bytes)) {
                return Ok((false, brought));
            }
        }
        let left_out = members.warning();
        drop(members);
        // The second pass over waiting lines does not change the hash: that of the first pass counts.
        if only.is_none() {
            let left_out = left_out.map(|warning| (source.file.shown.clone(), warning));
            self.shared.lock().warn(&source.id, left_out.into_iter());
            self.shared.hashed(&source.id, file.finish(&source.file.path));
        }
        Ok((self.send(&source.id, &mut lines, bytes) && whole, brought))
    }

    /// Hands over lines of `bytes` bytes in all; returns false where the workers have stopped after an error, which
    /// ends the run.
    fn send(&self, file: &'w SourceId, lines: &mut Vec<Line>, bytes: usize) -> bool {
        let lines = std::mem::take(lines);
        if lines.is_empty() {
            return true;
        }
        self.shared.in_hand.take(bytes);
        self.sender.send(Job::Lines { file, lines, bytes }).is_ok()
    }
}

/// Returns the hash of a document, and the bytes of its text.
fn weighed(member: &Member) -> (String, usize) {
    match member {
        Member::Document(document) => {
            let size = match &document.content {
                Content::Text(text) => text.len(),
                Content::Lines(lines) => lines.iter().map(|line| line.text.len()).sum(),
            };
            (hash_document(document), size)
        }
        Member::Capture(capture) => (capture.hash(), capture.len()),
    }
}

/// Hashes a document of a JSONL file: its text and the values given beside it.
fn hash_document(document: &SourceDocument) -> String {
    let mut hasher = blake3::Hasher::new();
    match &document.content {
        Content::Text(text) => hasher.update(text.as_bytes()),
        // JSONL gives text; lines of another format are hashed with all their fields.
        Content::Lines(lines) => hasher.update(format!("{lines:?}").as_bytes()),
    };
    let Given { title, url, date, accessed, partners, themes, problems } = &document.given;
    let single = [title, url, date, accessed].map(|field| field.as_ref().map(std::slice::from_ref));
    for fields in single.into_iter().chain([partners, themes].map(|fields| fields.as_deref())) {
        // The length distinguishes an absent list from an empty one, and marks the end of each list.
        hasher.update(&fields.map_or(u64::MAX, |fields| fields.len() as u64).to_le_bytes());
        for part in fields.unwrap_or_default().iter().flat_map(|field| [&field.value, &field.place]) {
            hasher.update(&(part.len() as u64).to_le_bytes()).update(part.as_bytes());
        }
    }
    for problem in problems {
        hasher.update(problem.to_string().as_bytes());
    }
    hasher.finalize().to_hex()[..32].to_owned()
}
