//! The outcomes of the files of a run so far, shared by its threads.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::in_hand::InHand;
use super::manifest::Source;
use super::report::{MAX_REASON_CHARS, Report, Reported};
use crate::document::{SourceId, clipped};
use crate::index::{DocumentKey, IndexError, LineRecord, Writer, document_key};
use crate::ingest::IngestError;

/// The document that the index has under the id of one being read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Before {
    Nothing,
    /// A document of the same file: it stays where the new version cannot be read.
    Own,
    /// A document of a file that is gone.
    Other,
}

impl Before {
    pub fn of(replaces: bool, is_own: bool) -> Self {
        match (replaces, is_own) {
            (false, _) => Self::Nothing,
            (true, true) => Self::Own,
            (true, false) => Self::Other,
        }
    }
}

/// Message for a document that is kept as it was.
pub(super) const KEPT: &str = "what was indexed of it before is kept";

/// Most problems of one file that are reported individually: a `.jsonl` file that is not JSON has one per line.
const MAX_PROBLEMS: usize = 1000;

/// The outcome of the documents of one file.
#[derive(Default)]
pub(super) struct FileOutcome {
    pub documents: usize,
    pub problems: Notes,
    /// A line could not be read.
    pub broken: bool,
    /// Warnings: given values that could not be used, parts left out.
    pub warnings: Notes,
    pub skipped: bool,
    /// The failure may pass: the next run may be able to read the same bytes.
    pub passing: bool,
    /// Hash of the bytes read.
    pub hash: String,
    /// Where the file holds many documents: the line of each that is in the index.
    pub lines: Vec<LineRecord>,
}

/// The notes on one file, each with its place: the first [`MAX_PROBLEMS`] individually, then a count.
#[derive(Default)]
pub(super) struct Notes {
    pub told: Vec<(String, String)>,
    pub more: usize,
}

impl Notes {
    /// Adds a note here and to `reported`; beyond the first [`MAX_PROBLEMS`], only counts it.
    pub fn add(&mut self, path: String, reason: String, reported: &mut Vec<Reported>) {
        if self.told.len() >= MAX_PROBLEMS {
            self.more += 1;
            return;
        }
        reported.push(Reported { path: path.clone(), reason: reason.clone() });
        self.told.push((path, reason));
    }

    /// Adds a note with the number of further ones, where there are any; `what` makes it a sentence.
    pub fn close(&mut self, path: &str, what: impl Fn(usize) -> String, reported: &mut Vec<Reported>) {
        let more = std::mem::take(&mut self.more);
        if more > 0 {
            let reason = what(more);
            reported.push(Reported { path: path.to_owned(), reason: reason.clone() });
            self.told.push((path.to_owned(), reason));
        }
    }
}

/// The state that the threads share.
pub(super) struct State {
    pub report: Report,
    pub files: BTreeMap<SourceId, FileOutcome>,
    pub error: Option<IndexError>,
}

impl State {
    /// Reports warnings of a file, and records them for the manifest.
    pub fn warn(&mut self, file: &SourceId, warnings: impl Iterator<Item = (String, String)>) {
        let outcome = self.files.entry(file.clone()).or_default();
        warnings.for_each(|(path, reason)| outcome.warnings.add(path, reason, &mut self.report.warnings));
    }

    /// Records documents of a file that stay in the index as they are.
    pub fn keep(&mut self, file: &SourceId, mut lines: Vec<LineRecord>) {
        let outcome = self.files.entry(file.clone()).or_default();
        outcome.documents += lines.len();
        outcome.lines.append(&mut lines);
    }
}

pub(super) struct Shared<'a> {
    pub state: Mutex<State>,
    pub writer: Option<&'a Writer>,
    pub in_hand: InHand,
}

impl Shared<'_> {
    pub fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Records the hash of a file that was read.
    pub fn hashed(&self, file: &SourceId, hash: String) {
        self.lock().files.entry(file.clone()).or_default().hash = hash;
    }

    pub fn problem(&self, file: &SourceId, path: String, error: &dyn ToString, skipped: bool, passing: bool) {
        let State { report, files, .. } = &mut *self.lock();
        let outcome = files.entry(file.clone()).or_default();
        let reported = if skipped { &mut report.skipped } else { &mut report.failed };
        outcome.problems.add(path, clipped(error.to_string(), MAX_REASON_CHARS), reported);
        outcome.skipped |= skipped;
        outcome.passing |= passing;
    }

    /// Reports a file that could not be read; `kept` tells that the index keeps its earlier document.
    pub fn ingest_problem(&self, source: &Source, error: &IngestError, kept: bool) {
        let (place, reason) = error.report(&source.file.shown);
        if !self.is_stopped(&source.id, error) {
            let reason = if kept { format!("{reason}; {KEPT}") } else { reason };
            self.problem(&source.id, place, &reason, error.is_skip(), error.is_passing());
        }
    }

    /// Reports a captured page that could not be read. A page without text is no fault of its archive, so it is a
    /// warning; a page that ends its child is a failure.
    pub fn capture_problem(&self, file: &SourceId, place: String, error: &IngestError) {
        if self.is_stopped(file, error) {
            return;
        }
        match error {
            IngestError::Extract(error) => {
                self.lock().warn(file, std::iter::once((place, clipped(error.to_string(), MAX_REASON_CHARS))));
            }
            error => self.problem(file, place, error, false, error.is_passing()),
        }
    }

    /// Tells whether the run was stopped before a file was read. The file is not at fault: the next run reads it, and
    /// nothing is reported.
    fn is_stopped(&self, file: &SourceId, error: &IngestError) -> bool {
        let stopped = matches!(error, IngestError::Stopped);
        if stopped {
            self.lock().files.entry(file.clone()).or_default().passing = true;
        }
        stopped
    }

    /// Records the lines of a file that did not change.
    pub fn unchanged(&self, file: &SourceId, lines: Vec<LineRecord>) {
        let mut state = self.lock();
        state.report.unchanged += lines.len();
        state.keep(file, lines);
    }

    /// Reports a warning about the whole run, once.
    pub fn warn(&self, reason: String) {
        let warnings = &mut self.lock().report.warnings;
        let warning = Reported { path: String::new(), reason };
        if !warnings.contains(&warning) {
            warnings.push(warning);
        }
    }

    /// Keeps the indexed document of a file or line that can no longer be read; removes one that came from another
    /// file. `kept` is its line, with the hash that it was indexed with.
    pub fn keep_or_remove(&self, file: &SourceId, id: &str, before: Before, kept: Option<LineRecord>) {
        match before {
            Before::Nothing => {}
            Before::Own => {
                let mut state = self.lock();
                let outcome = state.files.entry(file.clone()).or_default();
                outcome.documents += 1;
                outcome.lines.extend(kept);
            }
            Before::Other => self.remove(document_key(id)),
        }
    }

    pub fn remove(&self, document: DocumentKey) {
        let removed = self.writer.map_or(Ok(()), |writer| writer.apply(writer.remove_document(document)));
        let mut state = self.lock();
        state.report.removed += 1;
        if let Err(error) = removed {
            state.error = Some(error);
        }
    }
}
