//! Hands the documents of a run to its threads, file by file. Ids are assigned here, in the order of the files.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::atomic::Ordering;
use std::sync::mpsc::SyncSender;

use super::claims::Claim;
use super::known_lines::KnownLines;
use super::manifest::{Prune, Source};
use super::outcome::{Before, Shared};
use super::read::Reading;
use super::worker::{Job, Line};
use crate::document::SourceId;
use crate::index::{IndexError, LineHash, LineRecord, document_key};
use crate::ingest::{self, Collection, Content, Hashing, IngestError, Member, Members};

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
        self.shared.lock().files.entry(source.id.clone()).or_default();
        if Collection::of(&source.file.path).is_some() {
            let known = self.reading.manifest.lines_of(&source.id)?;
            return self.collection(at, source, &known);
        }
        let before = self.reading.manifest.documents_of(&source.id)?;
        let before: BTreeSet<String> = before.into_iter().map(|document| document.document.id).collect();
        self.reading.claims.begin(&source.file.shown);
        let (id, replaces) = self.reading.claims.claim_file(source, before.first().map(String::as_str))?;
        self.reading.claims.end(&source.id);
        before.iter().filter(|known| **known != id).for_each(|id| self.shared.remove(document_key(id)));
        let before = Before::of(replaces, before.contains(&id));
        // The budget is taken here, not by the worker: a worker that waited for it could not free any.
        self.shared.in_hand.take(source.file.size as usize);
        // The channel closes only after a worker's error, which ends the run.
        let read = self.reading.read.remove(&source.id);
        let _ = self.sender.send(Job::File { source, read, id, before });
        Ok(true)
    }

    /// Hands over a file that holds many documents, and removes those that it no longer holds.
    fn collection(&mut self, at: usize, source: &'w Source, known: &KnownLines) -> Result<bool, IndexError> {
        let (whole, brought) = self.lines(at, source, known, None)?;
        self.reading.progress.advance(source.file.size);
        let claims = &mut self.reading.claims;
        let others: Vec<LineRecord> = known.iter().filter(|line| !claims.has(&line.key)).copied().collect();
        // Doubt keeps old documents: an unreadable line may hold one of the missing ids, and a file may have been
        // emptied by mistake.
        let doubt = match self.shared.lock().files.entry(source.id.clone()).or_default() {
            _ if self.reading.options.prune == Prune::All => None,
            outcome if outcome.broken => Some("lines of it cannot be read"),
            _ if brought == 0 => Some("it holds no document any more"),
            _ => None,
        };
        if whole && doubt.is_none() {
            others.into_iter().for_each(|line| self.shared.remove(line.key));
            claims.end(&source.id);
            return Ok(true);
        }
        // Documents that were not reached, or may not have been recognised, stay in the index.
        let kept = others.len();
        self.shared.lock().keep(&source.id, others);
        if let Some(doubt) = doubt.filter(|_| whole && kept > 0) {
            let problem =
                format!("{doubt}: documents that it held before are kept ({kept}); to remove them, use --prune-all");
            self.shared.problem(&source.id, source.file.shown.clone(), &problem, false, false);
        }
        Ok(whole)
    }

    /// Hands over the documents of a file that holds many, or only those of the lines or records in `only`. A line that
    /// is `known` is not read. Returns whether the file was read to its end, and the number of documents found.
    pub fn lines(
        &mut self,
        at: usize,
        source: &'w Source,
        known: &KnownLines,
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
        let mut warned: HashMap<&str, Vec<&str>> = HashMap::new();
        for (place, reason) in self.reading.manifest.file(&source.id).into_iter().flat_map(|file| &file.warnings) {
            warned.entry(place).or_default().push(reason);
        }
        let (mut lines, mut bytes, mut same) = (Vec::new(), 0, Vec::new());
        let (mut whole, mut ended, mut brought) = (true, false, 0);
        let mut file = Hashing::new(file);
        let mut members = match Members::new(collection, &source.file, &mut file) {
            Ok(members) => members,
            Err(error) => {
                self.shared.ingest_problem(source, &error, false);
                return Ok((false, 0));
            }
        };
        while let Some(raw) = members.next_raw() {
            if self.reading.options.stop.load(Ordering::Relaxed) {
                ended = true;
                break;
            }
            let read = match raw {
                Ok(raw) if only.is_some_and(|only| !only.contains(&raw.number())) => continue,
                Ok(raw) => {
                    let (number, hash) = (raw.number(), short(&raw.hash()));
                    let line = known.of_hash(&hash);
                    if let Some(line) = line.filter(|line| self.reading.claims.claim_own(line.key, number)) {
                        brought += 1;
                        same.push(LineRecord { line: number as u32, ..line });
                        if !warned.is_empty()
                            && let Some(reasons) = warned.get(&*raw.place_of(line.line as usize))
                        {
                            let place = raw.place_of(number);
                            let warnings = reasons.iter().map(|reason| (place.clone(), (*reason).to_owned()));
                            self.shared.lock().warn(&source.id, warnings);
                        }
                        continue;
                    }
                    raw.read().map(|member| (member, hash))
                }
                Err(error) => Err(error),
            };
            let (member, hash) = match read {
                Ok(read) => read,
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
            let now = LineRecord { key: document_key(member.id()), hash, line: member.number() as u32 };
            let old = known.of_document(&now.key);
            let replaces = match self.reading.claims.claim(member.id(), &source.id, member.number(), old.is_some())? {
                Claim::Granted { replaces } => replaces,
                Claim::Wait if only.is_none() => {
                    self.reading.waiting.entry(at).or_default().insert(member.number());
                    continue;
                }
                Claim::Wait => {
                    self.taken(source, &member, "a file that was not read to its end");
                    continue;
                }
                Claim::Taken(owner) => {
                    self.taken(source, &member, &owner);
                    continue;
                }
            };
            bytes += size(&member);
            let before = Before::of(replaces, old.is_some());
            let kept = LineRecord { hash: old.map(|old| old.hash).unwrap_or_default(), ..now };
            lines.push(Line { before, member, now, kept });
            let is_full = lines.len() >= LINES || bytes >= LINES_BYTES;
            if is_full && !self.send(&source.id, &mut lines, std::mem::take(&mut bytes)) {
                ended = true;
                break;
            }
        }
        self.shared.unchanged(&source.id, same);
        let left_out = members.warning();
        drop(members);
        // The second pass over waiting lines does not change the hash: that of the first pass counts.
        if only.is_none() && !ended {
            let left_out = left_out.map(|warning| (source.file.shown.clone(), warning));
            self.shared.lock().warn(&source.id, left_out.into_iter());
            self.shared.hashed(&source.id, file.finish(&source.file.path));
        }
        Ok((self.send(&source.id, &mut lines, bytes) && whole && !ended, brought))
    }

    /// Reports a document whose id another one has.
    fn taken(&self, source: &Source, member: &Member, owner: &str) {
        let problem = format!(
            "the id '{}' is taken by {owner}; give this document another id, or remove the other one",
            member.id()
        );
        self.shared.problem(&source.id, member.place(), &problem, false, true);
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

/// Returns the bytes of the text of a document.
fn size(member: &Member) -> usize {
    match member {
        Member::Document(document) => match &document.content {
            Content::Text(text) => text.len(),
            Content::Lines(lines) => lines.iter().map(|line| line.text.len()).sum(),
        },
        Member::Capture(capture) => capture.len(),
    }
}

/// Shortens the hash of a line for the manifest.
fn short(hash: &[u8; 32]) -> LineHash {
    let mut short = LineHash::default();
    short.copy_from_slice(&hash[..size_of::<LineHash>()]);
    short
}
