//! Reads the files of one commit on all threads.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::io::BufReader;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::claims::{Claim, Claims};
use super::in_hand::InHand;
use super::manifest::{Manifest, Source};
use super::report::{MAX_REASON_CHARS, Progress, Report, Reported};
use super::{IN_HAND_PART, IndexOptions, Prune, cut};
use crate::analysis::{Analyzer, UserWords};
use crate::document::{Given, GivenProblem};
use crate::document::{SourceId, clipped, counted};
use crate::index::{FileRecord, IndexError, IndexedDocument, Writer};
use crate::ingest::{self, Content, Extractor, Format, IngestError, JsonLines, SourceDocument};
use crate::metadata;

/// What the index has by the id of a document that is read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Before {
    Nothing,
    /// A document of the same file: it stays where the new one cannot be read.
    Own,
    /// One of a file that is gone.
    Other,
}

impl Before {
    fn of(replaces: bool, is_own: bool) -> Self {
        match (replaces, is_own) {
            (false, _) => Self::Nothing,
            (true, true) => Self::Own,
            (true, false) => Self::Other,
        }
    }
}

/// Said of a document that is kept as it was.
const KEPT: &str = "what was indexed of it before is kept";

/// One document on its way to a worker.
enum Job<'a> {
    /// A file that is one document, with its id and hash.
    File { source: &'a Source, id: String, hash: &'a str, before: Before },
    /// Documents of a JSONL file, with the bytes of their texts.
    Lines { file: &'a SourceId, lines: Vec<Line>, bytes: usize },
}

/// A document of a JSONL file.
struct Line {
    document: SourceDocument,
    hash: String,
    before: Before,
}

/// Documents of a JSONL file that are handed over together: handing over one by one costs more than some take to read.
const LINES: usize = 64;
/// Bytes of source at which they are handed over, however few.
const LINES_BYTES: usize = 256 << 10;

/// Problems of one file that are told one by one; a file of other lines than JSON has as many as lines.
const MAX_PROBLEMS: usize = 1000;

/// Processor time for one document from which on the report says so, in seconds: about what the largest file takes.
const SLOW_SECONDS: i64 = 30;

/// Processor time of this thread, in seconds.
fn thread_seconds() -> i64 {
    rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime).tv_sec
}

/// What became of the documents of one file.
#[derive(Default)]
struct FileOutcome {
    documents: usize,
    problems: Notes,
    /// A line could not be read.
    broken: bool,
    /// Given values that could not be used.
    warnings: Notes,
    skipped: bool,
    /// The same bytes may be read the next time.
    passing: bool,
}

/// What is said of one file, each with its place: the first [`MAX_PROBLEMS`] one by one, and how many more there are.
#[derive(Default)]
struct Notes {
    told: Vec<(String, String)>,
    more: usize,
}

impl Notes {
    /// Adds a note, in `reported` too, unless it is one of the more.
    fn add(&mut self, path: String, reason: String, reported: &mut Vec<Reported>) {
        if self.told.len() >= MAX_PROBLEMS {
            self.more += 1;
            return;
        }
        reported.push(Reported { path: path.clone(), reason: reason.clone() });
        self.told.push((path, reason));
    }

    /// Tells how many more there are of what `noun` names.
    fn close(&mut self, path: &str, noun: &str, reported: &mut Vec<Reported>) {
        let more = std::mem::take(&mut self.more);
        if more > 0 {
            let reason = format!("{} could not be used", counted(more, noun));
            reported.push(Reported { path: path.to_owned(), reason: reason.clone() });
            self.told.push((path.to_owned(), reason));
        }
    }
}

/// What the threads share.
struct State {
    report: Report,
    files: BTreeMap<SourceId, FileOutcome>,
    error: Option<IndexError>,
}

impl State {
    /// Reports given values that could not be used, and notes them for the manifest.
    fn warn(&mut self, file: &SourceId, warnings: impl Iterator<Item = (String, String)>) {
        let outcome = self.files.entry(file.clone()).or_default();
        warnings.for_each(|(path, reason)| outcome.warnings.add(path, reason, &mut self.report.warnings));
    }
}

struct Shared<'a> {
    state: Mutex<State>,
    writer: Option<&'a Writer>,
    in_hand: InHand,
}

impl Shared<'_> {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn problem(&self, file: &SourceId, path: String, error: &dyn ToString, skipped: bool, passing: bool) {
        let State { report, files, .. } = &mut *self.lock();
        let outcome = files.entry(file.clone()).or_default();
        let reported = if skipped { &mut report.skipped } else { &mut report.failed };
        outcome.problems.add(path, clipped(error.to_string(), MAX_REASON_CHARS), reported);
        outcome.skipped |= skipped;
        outcome.passing |= passing;
    }

    /// `kept`: the index has the document as it was before.
    fn ingest_problem(&self, source: &Source, error: &IngestError, kept: bool) {
        if *error == IngestError::Stopped {
            // No fault of the file: it is read the next time, and nothing is said of it.
            self.lock().files.entry(source.id.clone()).or_default().passing = true;
            return;
        }
        let (place, reason) = error.report(&source.file.shown);
        let reason = if kept { format!("{reason}; {KEPT}") } else { reason };
        self.problem(&source.id, place, &reason, error.is_skip(), error.is_passing());
    }

    /// Reports something of the run as a whole, once.
    fn warn(&self, reason: String) {
        let warnings = &mut self.lock().report.warnings;
        let warning = Reported { path: String::new(), reason };
        if !warnings.contains(&warning) {
            warnings.push(warning);
        }
    }

    /// What the index has of a file or line that can no longer be read stays; what it has from elsewhere goes.
    fn keep_or_remove(&self, file: &SourceId, id: &str, before: Before) {
        match before {
            Before::Nothing => {}
            Before::Own => self.lock().files.entry(file.clone()).or_default().documents += 1,
            Before::Other => self.remove(id),
        }
    }

    fn remove(&self, id: &str) {
        let removed = self.writer.map_or(Ok(()), |writer| writer.apply(writer.remove_document(id)));
        let mut state = self.lock();
        state.report.removed += 1;
        if let Err(error) = removed {
            state.error = Some(error);
        }
    }
}

/// Reads the files of a run, batch by batch.
pub(super) struct Reading<'a> {
    pub options: &'a IndexOptions,
    pub terms: &'a UserWords,
    pub manifest: &'a Manifest,
    progress: &'a dyn Progress,
    claims: Claims<'a>,
    /// What the walk left out, for the manifest.
    left_out: &'a [FileRecord],
    /// Lines that wait for the end of the run, by the place of their file in the work.
    waiting: BTreeMap<usize, HashSet<usize>>,
    /// What is known of files with such lines.
    outcomes: BTreeMap<SourceId, FileOutcome>,
}

impl<'a> Reading<'a> {
    pub fn new(
        options: &'a IndexOptions,
        terms: &'a UserWords,
        manifest: &'a Manifest,
        claims: Claims<'a>,
        left_out: &'a [FileRecord],
        progress: &'a dyn Progress,
    ) -> Self {
        Self {
            options,
            terms,
            manifest,
            progress,
            claims,
            left_out,
            waiting: BTreeMap::new(),
            outcomes: BTreeMap::new(),
        }
    }

    /// Reads the files `work[range]` and applies their documents and manifest entries, up to where a commit may follow.
    /// With the last batch come the lines that waited.
    pub fn batch(
        &mut self,
        work: &[(Source, String)],
        range: std::ops::Range<usize>,
        writer: Option<&Writer>,
        report: &mut Report,
    ) -> Result<(), IndexError> {
        let state = State { report: std::mem::take(report), files: std::mem::take(&mut self.outcomes), error: None };
        let shared =
            Shared { state: Mutex::new(state), writer, in_hand: InHand::new(self.options.memory_bytes / IN_HAND_PART) };
        let (sender, receiver) = sync_channel::<Job<'_>>(self.options.jobs * 8);
        let receiver = Mutex::new(receiver);
        let is_last = range.end == work.len();
        let mut unread: HashSet<&SourceId> = HashSet::new();
        let (options, terms, progress) = (self.options, self.terms, self.progress);
        std::thread::scope(|scope| {
            for _ in 0..options.jobs.max(1) {
                scope.spawn(|| Worker::new(options, terms, &shared, progress).run(&receiver));
            }
            let mut feed = Feed { sender, shared: &shared, reading: self };
            let mut fed = Ok(());
            for (at, (source, hash)) in work.iter().enumerate().take(range.end).skip(range.start) {
                if shared.lock().error.is_some() || options.stop.load(Ordering::Relaxed) {
                    unread.insert(&source.id);
                    continue;
                }
                match feed.file(at, source, hash) {
                    Ok(true) => {}
                    Ok(false) => _ = unread.insert(&source.id),
                    Err(error) => {
                        fed = Err(error);
                        break;
                    }
                }
            }
            for (at, lines) in if is_last { std::mem::take(&mut feed.reading.waiting) } else { BTreeMap::new() } {
                let Some((source, _)) = work.get(at) else { continue };
                match fed.is_ok().then(|| feed.lines(at, source, &HashMap::new(), Some(&lines))) {
                    Some(Ok((true, _))) => {}
                    Some(Err(error)) => fed = Err(error),
                    Some(Ok((false, _))) | None => _ = unread.insert(&source.id),
                }
            }
            if let Err(error) = fed {
                shared.lock().error = Some(error);
            }
        });
        let mut state = shared.state.into_inner().unwrap_or_else(PoisonError::into_inner);
        *report = state.report;
        for (source, _) in work {
            if let Some(outcome) = state.files.get_mut(&source.id) {
                outcome.problems.close(&source.file.shown, "more line", &mut report.failed);
                outcome.warnings.close(&source.file.shown, "more given value", &mut report.warnings);
            }
        }
        if let Some(error) = state.error {
            return Err(error);
        }
        let waiting: HashSet<&SourceId> =
            self.waiting.keys().filter_map(|at| work.get(*at)).map(|(source, _)| &source.id).collect();
        let Some(writer) = writer else { return Ok(()) };
        for (source, hash) in work {
            let Some(outcome) = state.files.get(&source.id) else { continue };
            // What was not read to its end, or may be readable the next time, is read again.
            let again = outcome.passing || unread.contains(&source.id) || waiting.contains(&source.id);
            let record = FileRecord {
                id: source.id.clone(),
                size: source.file.size,
                modified_ns: source.file.modified_ns,
                hash: if again { String::new() } else { hash.clone() },
                documents: outcome.documents,
                problems: outcome.problems.told.clone(),
                warnings: outcome.warnings.told.clone(),
                skipped: outcome.skipped,
            };
            writer.apply(writer.put_file(&record))?;
        }
        // Each file is put once in a commit: what the walk left out may have lost documents to others in this run too.
        let taken = self.claims.taken_over();
        let is_taken = |file: &&FileRecord| taken.contains_key(&file.id);
        let left_out: BTreeMap<&SourceId, &FileRecord> = self.left_out.iter().map(|file| (&file.id, file)).collect();
        let others =
            taken.keys().filter(|owner| !left_out.contains_key(owner)).filter_map(|owner| self.manifest.file(owner));
        for file in self.left_out.iter().filter(|file| is_last || is_taken(file)).chain(others) {
            let documents = file.documents.saturating_sub(taken.get(&file.id).copied().unwrap_or(0));
            // One that is back is read again, whatever its bytes are.
            let hash = if is_taken(&file) { String::new() } else { file.hash.clone() };
            writer.apply(writer.put_file(&FileRecord { documents, hash, ..file.clone() }))?;
        }
        state.files.retain(|id, _| waiting.contains(id));
        self.outcomes = state.files;
        Ok(())
    }
}

/// Hands the documents of a batch to the workers.
struct Feed<'f, 'r, 'w> {
    sender: SyncSender<Job<'w>>,
    shared: &'f Shared<'f>,
    reading: &'f mut Reading<'r>,
}

impl<'w> Feed<'_, '_, 'w> {
    /// Hands over one file; false where it was not read to its end.
    fn file(&mut self, at: usize, source: &'w Source, hash: &'w str) -> Result<bool, IndexError> {
        let before = self.reading.manifest.documents_of(&source.id)?;
        let before: HashMap<String, String> =
            before.into_iter().map(|document| (document.document.id, document.hash)).collect();
        self.shared.lock().files.entry(source.id.clone()).or_default();
        if Format::of(&source.file.path) == Some(Format::JsonLines) {
            let (whole, brought) = self.lines(at, source, &before, None)?;
            self.reading.progress.advance(source.file.size);
            let others: Vec<&String> = before.keys().filter(|id| !self.reading.claims.has(id)).collect();
            // A line that cannot be read may be one of those that are not met any more; a file that was emptied may be
            // by mistake.
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
            // What was not reached stays in the index, and so does what may not have been met.
            self.shared.lock().files.entry(source.id.clone()).or_default().documents += others.len();
            if let Some(doubt) = doubt.filter(|_| whole && !others.is_empty()) {
                let problem = format!(
                    "{doubt}: documents that it held before are kept ({}); where they are to go, use --prune-all",
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
        // Taken here and not by the worker: whoever waits for room must not be one of those who make it.
        self.shared.in_hand.take(source.file.size as usize);
        // The channel closes only when a worker met an error, which ends the run.
        let _ = self.sender.send(Job::File { source, id, hash, before });
        Ok(true)
    }

    /// Hands over the documents of a JSONL file, or only those of some lines; false where it was not read to its end.
    /// Tells too how many documents it holds.
    fn lines(
        &mut self,
        at: usize,
        source: &'w Source,
        before: &HashMap<String, String>,
        only: Option<&HashSet<usize>>,
    ) -> Result<(bool, usize), IndexError> {
        let file = match ingest::open(&source.file.path) {
            Ok(file) => file,
            Err(error) => {
                self.shared.ingest_problem(source, &IngestError::Unreadable(error.to_string()), false);
                return Ok((false, 0));
            }
        };
        self.reading.claims.begin(&source.file.shown);
        // What was said of lines that are as before is said again.
        let mut known: HashMap<String, Vec<&str>> = HashMap::new();
        for (place, reason) in self.reading.manifest.file(&source.id).into_iter().flat_map(|file| &file.warnings) {
            known.entry(place.clone()).or_default().push(reason);
        }
        let (mut lines, mut bytes, mut whole, mut brought) = (Vec::new(), 0, true, 0);
        for document in JsonLines::new(BufReader::with_capacity(1 << 20, file), source.file.shown.clone()) {
            if self.reading.options.stop.load(Ordering::Relaxed) {
                self.send(&source.id, &mut lines, bytes);
                return Ok((false, brought));
            }
            let document = match document {
                Ok(document) if only.is_some_and(|only| !only.contains(&document.first_line)) => continue,
                Ok(document) => document,
                Err(error) => {
                    // What a file holds behind a place that cannot be read just now is not gone.
                    whole &= !error.is_passing();
                    if only.is_none() {
                        self.shared.lock().files.entry(source.id.clone()).or_default().broken = true;
                        self.shared.ingest_problem(source, &error, false);
                    }
                    continue;
                }
            };
            brought += 1;
            let old = before.get(&document.id);
            let replaces =
                match self.reading.claims.claim(&document.id, &source.id, document.first_line, old.is_some())? {
                    Claim::Granted { replaces } => replaces,
                    Claim::Wait if only.is_none() => {
                        self.reading.waiting.entry(at).or_default().insert(document.first_line);
                        continue;
                    }
                    claim => {
                        let place = format!("{}:{}", source.file.shown, document.first_line);
                        let owner = if let Claim::Taken(owner) = claim {
                            owner
                        } else {
                            "a file that was not read to its end".to_owned()
                        };
                        let problem = format!(
                            "the id '{}' is taken by {owner}; give it another id, or take it out there",
                            document.id
                        );
                        self.shared.problem(&source.id, place, &problem, false, true);
                        continue;
                    }
                };
            let hash = hash_document(&document);
            if old.is_some_and(|old| *old == hash) {
                let mut state = self.shared.lock();
                state.report.unchanged += 1;
                state.files.entry(source.id.clone()).or_default().documents += 1;
                let place = format!("{}:{}", source.file.shown, document.first_line);
                state.warn(
                    &source.id,
                    known.get(&place).into_iter().flatten().map(|reason| (place.clone(), (*reason).to_owned())),
                );
                continue;
            }
            bytes += match &document.content {
                Content::Text(text) => text.len(),
                Content::Lines(lines) => lines.iter().map(|line| line.text.len()).sum(),
            };
            lines.push(Line { before: Before::of(replaces, old.is_some()), document, hash });
            let is_full = lines.len() >= LINES || bytes >= LINES_BYTES;
            if is_full && !self.send(&source.id, &mut lines, std::mem::take(&mut bytes)) {
                return Ok((false, brought));
            }
        }
        Ok((self.send(&source.id, &mut lines, bytes) && whole, brought))
    }

    /// Hands over lines of so many bytes; false where no worker takes them any more: one met an error, which ends the
    /// run.
    fn send(&self, file: &'w SourceId, lines: &mut Vec<Line>, bytes: usize) -> bool {
        let lines = std::mem::take(lines);
        if lines.is_empty() {
            return true;
        }
        self.shared.in_hand.take(bytes);
        self.sender.send(Job::Lines { file, lines, bytes }).is_ok()
    }
}

/// Hash of a document of a JSONL file: its text and what is given beside it.
fn hash_document(document: &SourceDocument) -> String {
    let mut hasher = blake3::Hasher::new();
    match &document.content {
        Content::Text(text) => hasher.update(text.as_bytes()),
        // JSONL gives text; lines of another format are told apart by all they say.
        Content::Lines(lines) => hasher.update(format!("{lines:?}").as_bytes()),
    };
    let Given { title, url, date, partners, themes, problems } = &document.given;
    let single = [title, url, date].map(|field| field.as_ref().map(std::slice::from_ref));
    for fields in single.into_iter().chain([partners, themes].map(|fields| fields.as_deref())) {
        // The length tells none from an empty list, and where one list ends.
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

/// A thread that makes documents and gives them to the writer until there are no more.
struct Worker<'a> {
    shared: &'a Shared<'a>,
    progress: &'a dyn Progress,
    analyzer: Analyzer,
    extractor: Extractor,
    stop: &'a AtomicBool,
}

impl<'a> Worker<'a> {
    fn new(options: &'a IndexOptions, terms: &UserWords, shared: &'a Shared<'a>, progress: &'a dyn Progress) -> Self {
        Self {
            shared,
            progress,
            analyzer: Analyzer::with_words(terms.clone()),
            extractor: Extractor::new(options.program.clone()).stopping_at(options.stop.clone()),
            stop: &options.stop,
        }
    }

    fn run(mut self, receiver: &Mutex<Receiver<Job<'_>>>) {
        loop {
            let next = receiver.lock().unwrap_or_else(PoisonError::into_inner).recv();
            match next {
                Ok(Job::File { source, id, hash, before }) => {
                    let _held = self.shared.in_hand.held(source.file.size as usize);
                    self.file(source, id, hash, before);
                    self.progress.advance(source.file.size);
                }
                Ok(Job::Lines { file, lines, bytes }) => {
                    let _held = self.shared.in_hand.held(bytes);
                    for Line { document, hash, before } in lines {
                        let place = format!("{}:{}", document.path, document.first_line);
                        self.document(document, file, hash, before, place);
                    }
                }
                Err(_) => break,
            }
        }
        if let Some(warning) = self.extractor.warning() {
            self.shared.warn(warning);
        }
    }

    fn file(&mut self, source: &Source, id: String, hash: &str, before: Before) {
        let Source { file, id: source_id } = source;
        let read = match self.stop.load(Ordering::Relaxed) {
            true => Err(IngestError::Stopped),
            false => ingest::read_bytes(file).and_then(|bytes| ingest::read_document(file, bytes, &mut self.extractor)),
        };
        match read {
            Ok(document) => {
                self.document(SourceDocument { id, ..document }, source_id, hash.to_owned(), before, file.shown.clone())
            }
            Err(error) => {
                self.shared.ingest_problem(source, &error, before == Before::Own);
                self.shared.keep_or_remove(source_id, &id, before);
            }
        }
    }

    fn document(&mut self, source: SourceDocument, file: &SourceId, hash: String, before: Before, place: String) {
        let started = thread_seconds();
        let (mut document, mut warnings) = cut(&source);
        // The passages hold the text from here on: a large one is not kept twice.
        let SourceDocument { given, content, .. } = source;
        drop(content);
        let mut problems = metadata::complete(&mut document, &given);
        problems.splice(..0, given.problems);
        if let Some(problem) = self.shared.writer.and_then(|writer| writer.refuses(&document)) {
            let problem = if before == Before::Own { format!("{problem}; {KEPT}") } else { problem };
            self.shared.problem(file, place, &problem, false, false);
            self.shared.keep_or_remove(file, &document.id, before);
            return;
        }
        let indexed = IndexedDocument { passage_count: document.passages.len(), document, source: file.clone(), hash };
        let writer = self.shared.writer;
        let written = writer.map_or(Ok(()), |writer| writer.apply(writer.put_document(&indexed, &self.analyzer)));
        let seconds = thread_seconds() - started;
        if seconds >= SLOW_SECONDS {
            warnings.push(format!("took {seconds} s of processor time"));
        }
        let mut state = self.shared.lock();
        if let Err(error) = written {
            state.error = Some(error);
            return;
        }
        state.warn(file, problems.into_iter().map(|GivenProblem { place, problem }| (place, problem)));
        state.report.warnings.extend(warnings.into_iter().map(|reason| Reported { path: place.clone(), reason }));
        state.files.entry(file.clone()).or_default().documents += 1;
        *(if before == Before::Nothing { &mut state.report.added } else { &mut state.report.changed }) += 1;
    }
}
