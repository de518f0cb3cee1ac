//! A worker thread of a run: processes documents one by one.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Receiver;
use std::sync::{Mutex, PoisonError};

use super::manifest::Source;
use super::options::IndexOptions;
use super::outcome::{Before, KEPT, Shared};
use super::report::{MAX_REASON_CHARS, Progress, Reported};
use super::{Done, take_in};
use crate::analysis::{Analyzer, UserWords};
use crate::document::{GivenProblem, SourceId, clipped};
use crate::index::LineRecord;
use crate::ingest::{self, Extractor, FileBytes, IngestError, Member, SourceDocument};

/// A unit of work for a worker.
pub(super) enum Job<'a> {
    /// A file that is one document, with its id; `read` is set where the comparison has read it already.
    File { source: &'a Source, read: Option<FileBytes>, id: String, before: Before },
    /// Documents of a file that holds many, with the bytes of their texts.
    Lines { file: &'a SourceId, lines: Vec<Line>, bytes: usize },
}

/// A document of a file that holds many.
pub(super) struct Line {
    pub member: Member,
    pub before: Before,
    /// Its line, once it is in the index.
    pub now: LineRecord,
    /// Its line where the index keeps the document that it has of it.
    pub kept: LineRecord,
}

/// What tells the next run whether a document changed.
enum Trace {
    /// The hash of its file.
    File(String),
    /// Its line, as in [`Line`].
    Line { now: LineRecord, kept: LineRecord },
}

/// Processor time for one document from which on the report warns, in seconds: about the time of the largest file.
const SLOW_SECONDS: i64 = 30;

/// Returns the processor time of this thread, in seconds.
fn thread_seconds() -> i64 {
    rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime).tv_sec
}

/// A thread that builds documents and gives them to the writer until the channel closes.
pub(super) struct Worker<'a> {
    shared: &'a Shared<'a>,
    progress: &'a dyn Progress,
    analyzer: Analyzer,
    extractor: Extractor,
    stop: &'a AtomicBool,
}

impl<'a> Worker<'a> {
    pub fn new(
        options: &'a IndexOptions,
        user_words: &UserWords,
        shared: &'a Shared<'a>,
        progress: &'a dyn Progress,
    ) -> Self {
        Self {
            shared,
            progress,
            analyzer: Analyzer::with_words(user_words.clone()),
            extractor: Extractor::new(options.program.clone()).stopping_at(options.stop.clone()),
            stop: &options.stop,
        }
    }

    pub fn run(mut self, receiver: &Mutex<Receiver<Job<'_>>>) {
        loop {
            let next = receiver.lock().unwrap_or_else(PoisonError::into_inner).recv();
            match next {
                Ok(Job::File { source, read, id, before }) => {
                    let _held = self.shared.in_hand.held(source.file.size as usize);
                    self.file(source, read, id, before);
                    self.progress.advance(source.file.size);
                }
                Ok(Job::Lines { file, lines, bytes }) => {
                    let _held = self.shared.in_hand.held(bytes);
                    lines.into_iter().for_each(|line| self.member(line, file));
                }
                Err(_) => break,
            }
        }
        if let Some(warning) = self.extractor.warning() {
            self.shared.warn(warning);
        }
    }

    fn member(&mut self, line: Line, file: &SourceId) {
        let Line { member, before, now, kept } = line;
        let (id, place) = (member.id().to_owned(), member.place());
        let document = match member {
            Member::Document(document) => Ok(*document),
            Member::Capture(_) if self.stop.load(Ordering::Relaxed) => Err(IngestError::Stopped),
            Member::Capture(capture) => capture.document(&mut self.extractor),
        };
        match document {
            Ok(document) => self.document(document, file, Trace::Line { now, kept }, before, place),
            Err(error) => {
                self.shared.capture_problem(file, place, &error);
                self.shared.keep_or_remove(file, &id, before, Some(kept));
            }
        }
    }

    fn file(&mut self, source: &Source, read: Option<FileBytes>, id: String, before: Before) {
        let Source { file, id: source_id } = source;
        let document = match self.stop.load(Ordering::Relaxed) {
            true => Err(IngestError::Stopped),
            false => {
                let read = read.unwrap_or_else(|| ingest::read_file(file));
                self.shared.hashed(source_id, read.hash.clone());
                let hash = read.hash.clone();
                ingest::read_document(file, read, &mut self.extractor).map(|document| (document, hash))
            }
        };
        match document {
            Ok((document, hash)) => {
                let document = SourceDocument { id, ..document };
                self.document(document, source_id, Trace::File(hash), before, file.shown.clone())
            }
            Err(error) => {
                self.shared.ingest_problem(source, &error, before == Before::Own);
                self.shared.keep_or_remove(source_id, &id, before, None);
            }
        }
    }

    fn document(&mut self, source: SourceDocument, file: &SourceId, trace: Trace, before: Before, place: String) {
        let started = thread_seconds();
        let (hash, now, kept) = match trace {
            Trace::File(hash) => (hash, None, None),
            Trace::Line { now, kept } => (String::new(), Some(now), Some(kept)),
        };
        let done = take_in(source, file, hash, self.shared.writer, &self.analyzer);
        let Done { id, refused, problems, warnings } = match done {
            Ok(done) => done,
            Err(error) => {
                self.shared.lock().error = Some(error);
                return;
            }
        };
        if let Some(problem) = refused {
            let problem = if before == Before::Own { format!("{problem}; {KEPT}") } else { problem };
            self.shared.problem(file, place, &problem, false, false);
            self.shared.keep_or_remove(file, &id, before, kept);
            return;
        }
        let seconds = thread_seconds() - started;
        let mut state = self.shared.lock();
        state.warn(file, problems.into_iter().map(|GivenProblem { place, problem }| (place, problem)));
        state.warn(file, warnings.into_iter().map(|reason| (place.clone(), clipped(reason, MAX_REASON_CHARS))));
        // The time is a fact of this run and not of the file, so the manifest does not keep it.
        if seconds >= SLOW_SECONDS {
            let reason = format!("took {seconds} s of processor time");
            state.report.warnings.push(Reported { path: place, reason });
        }
        let outcome = state.files.entry(file.clone()).or_default();
        outcome.documents += 1;
        outcome.lines.extend(now);
        *(if before == Before::Nothing { &mut state.report.added } else { &mut state.report.changed }) += 1;
    }
}
