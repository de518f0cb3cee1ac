//! Reads the files of one commit on all threads.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::io::BufReader;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::known::Known;
use super::report::{Progress, Report, Reported};
use super::{IndexOptions, make_document};
use crate::analysis::{Analyzer, Terms};
use crate::index::{FileRecord, IndexError, IndexedDocument, Writer};
use crate::ingest::{self, Content, Extractor, Format, Given, IngestError, JsonLines, SourceDocument, SourceFile};

/// One document on its way to a worker.
enum Job<'a> {
    /// A file that is one document, with its hash and that of the document known before.
    File { source: &'a SourceFile, hash: &'a str, before: Option<String> },
    /// Documents of a JSONL file.
    Lines { file: &'a str, lines: Vec<Line> },
}

/// A document of a JSONL file.
struct Line {
    document: SourceDocument,
    hash: String,
    is_new: bool,
}

/// Documents of a JSONL file that are handed over together: handing over one by one costs more than some take to read.
const LINES: usize = 64;
/// Bytes of source at which they are handed over, however few.
const LINES_BYTES: usize = 256 << 10;

/// What became of the documents of one file.
#[derive(Default)]
struct FileOutcome {
    documents: usize,
    problems: Vec<(String, String)>,
    skipped: bool,
    /// The same bytes may be read the next time.
    passing: bool,
}

/// What the threads share.
struct State {
    report: Report,
    files: BTreeMap<String, FileOutcome>,
    error: Option<IndexError>,
}

struct Shared<'a> {
    state: Mutex<State>,
    writer: Option<&'a Writer>,
}

impl Shared<'_> {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn problem(&self, file: &str, path: String, error: &dyn ToString, skipped: bool, passing: bool) {
        let reason = error.to_string();
        let mut state = self.lock();
        let reported = Reported { path: path.clone(), reason: reason.clone() };
        if skipped {
            state.report.skipped.push(reported)
        } else {
            state.report.failed.push(reported)
        }
        let outcome = state.files.entry(file.to_owned()).or_default();
        outcome.problems.push((path, reason));
        outcome.skipped |= skipped;
        outcome.passing |= passing;
    }

    fn ingest_problem(&self, source: &SourceFile, error: &IngestError) {
        self.problem(&source.id, source.shown.clone(), error, error.is_skip(), error.is_passing());
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

/// Reads files and applies their documents and manifest entries, up to where a commit may follow.
pub(super) fn read_batch(
    options: &IndexOptions,
    terms: &Terms,
    work: &[(SourceFile, String)],
    known: &Known,
    writer: Option<&Writer>,
    progress: &dyn Progress,
    report: &mut Report,
) -> Result<(), IndexError> {
    let state = State { report: std::mem::take(report), files: BTreeMap::new(), error: None };
    let shared = Shared { state: Mutex::new(state), writer };
    let (sender, receiver) = sync_channel::<Job<'_>>(options.jobs * 8);
    let receiver = Mutex::new(receiver);
    let mut unread: HashSet<&str> = HashSet::new();
    std::thread::scope(|scope| {
        for _ in 0..options.jobs.max(1) {
            scope.spawn(|| Worker::new(options, terms, &shared, progress).run(&receiver));
        }
        let mut ids: HashSet<String> = HashSet::new();
        for (source, hash) in work {
            if shared.lock().error.is_some() || options.stop.load(Ordering::Relaxed) {
                unread.insert(&source.id);
                continue;
            }
            let before: HashMap<String, String> = match known.documents_of(&source.id) {
                Ok(documents) => documents.into_iter().map(|document| (document.document.id, document.hash)).collect(),
                Err(error) => {
                    shared.lock().error = Some(error);
                    break;
                }
            };
            shared.lock().files.entry(source.id.clone()).or_default();
            if Format::of(&source.path) == Some(Format::JsonLines) {
                let whole = hand_over_lines(source, &before, &mut ids, &sender, &shared, &options.stop);
                if !whole {
                    unread.insert(&source.id);
                }
                progress.advance(source.size);
            } else if !ids.insert(source.id.clone()) {
                shared.problem(&source.id, source.shown.clone(), &format!("the id '{}' stands twice", source.id), false, false);
            } else {
                // The channel closes only when a worker met an error, which ends the run.
                let _ = sender.send(Job::File { source, hash, before: before.get(&source.id).cloned() });
                before.keys().filter(|id| **id != source.id).for_each(|id| shared.remove(id));
            }
        }
        drop(sender);
    });
    let state = shared.state.into_inner().unwrap_or_else(PoisonError::into_inner);
    *report = state.report;
    if let Some(error) = state.error {
        return Err(error);
    }
    let Some(writer) = writer else { return Ok(()) };
    for (source, hash) in work {
        let Some(outcome) = state.files.get(&source.id) else { continue };
        // What was not read to its end, or may be readable the next time, is read again.
        let again = outcome.passing || unread.contains(source.id.as_str());
        let record = FileRecord {
            id: source.id.clone(),
            path: source.shown.clone(),
            size: source.size,
            modified_ns: source.modified_ns,
            hash: if again { String::new() } else { hash.clone() },
            documents: outcome.documents,
            problems: outcome.problems.clone(),
            skipped: outcome.skipped,
        };
        writer.apply(writer.put_file(&record))?;
    }
    Ok(())
}

/// Hands the documents of a JSONL file to the workers; false where it was not read to its end.
fn hand_over_lines<'a>(
    source: &'a SourceFile,
    before: &HashMap<String, String>,
    ids: &mut HashSet<String>,
    sender: &SyncSender<Job<'a>>,
    shared: &Shared<'_>,
    stop: &std::sync::atomic::AtomicBool,
) -> bool {
    let file = match ingest::open(&source.path) {
        Ok(file) => file,
        Err(error) => {
            shared.ingest_problem(source, &IngestError::Unreadable(error.to_string()));
            return false;
        }
    };
    let mut whole = true;
    let (mut lines, mut bytes) = (Vec::new(), 0);
    for document in JsonLines::new(BufReader::with_capacity(1 << 20, file), source.shown.clone()) {
        if stop.load(Ordering::Relaxed) {
            whole = false;
            break;
        }
        let document = match document {
            Ok(document) => document,
            Err(error) => {
                shared.ingest_problem(source, &error);
                continue;
            }
        };
        if !ids.insert(document.id.clone()) {
            let place = format!("{}:{}", source.shown, document.first_line);
            shared.problem(&source.id, place, &format!("the id '{}' stands twice", document.id), false, false);
            continue;
        }
        let hash = hash_document(&document);
        match before.get(&document.id) {
            Some(old) if *old == hash => {
                let mut state = shared.lock();
                state.report.unchanged += 1;
                state.files.entry(source.id.clone()).or_default().documents += 1;
            }
            old => {
                bytes += match &document.content {
                    Content::Text(text) => text.len(),
                    Content::Lines(lines) => lines.iter().map(|line| line.text.len()).sum(),
                };
                lines.push(Line { is_new: old.is_none(), document, hash });
                if lines.len() >= LINES || bytes >= LINES_BYTES {
                    bytes = 0;
                    if sender.send(Job::Lines { file: &source.id, lines: std::mem::take(&mut lines) }).is_err() {
                        return false;
                    }
                }
            }
        }
    }
    if !lines.is_empty() && sender.send(Job::Lines { file: &source.id, lines }).is_err() {
        return false;
    }
    if !whole {
        return false;
    }
    // A document that another file of this run brings has moved there.
    before.keys().filter(|id| !ids.contains(*id)).for_each(|id| shared.remove(id));
    true
}

/// Hash of a document of a JSONL file: its text and what is given beside it.
fn hash_document(document: &SourceDocument) -> String {
    let mut hasher = blake3::Hasher::new();
    match &document.content {
        Content::Text(text) => hasher.update(text.as_bytes()),
        // JSONL gives text; lines of another format are told apart by all they say.
        Content::Lines(lines) => hasher.update(format!("{lines:?}").as_bytes()),
    };
    let Given { title, url, date, partners, themes } = &document.given;
    let single = [title, url, date].map(|field| field.as_ref().map(std::slice::from_ref));
    for fields in single.into_iter().chain([partners, themes].map(|fields| fields.as_deref())) {
        // The length tells none from an empty list, and where one list ends.
        hasher.update(&fields.map_or(u64::MAX, |fields| fields.len() as u64).to_le_bytes());
        for part in fields.unwrap_or_default().iter().flat_map(|field| [&field.value, &field.place]) {
            hasher.update(&(part.len() as u64).to_le_bytes()).update(part.as_bytes());
        }
    }
    hasher.finalize().to_hex()[..32].to_owned()
}

/// A thread that makes documents and gives them to the writer until there are no more.
struct Worker<'a> {
    shared: &'a Shared<'a>,
    progress: &'a dyn Progress,
    analyzer: Analyzer,
    extractor: Extractor,
}

impl<'a> Worker<'a> {
    fn new(options: &IndexOptions, terms: &Terms, shared: &'a Shared<'a>, progress: &'a dyn Progress) -> Self {
        Self { shared, progress, analyzer: Analyzer::with_terms(terms.clone()), extractor: Extractor::new(options.program.clone()) }
    }

    fn run(mut self, receiver: &Mutex<Receiver<Job<'_>>>) {
        loop {
            let next = receiver.lock().unwrap_or_else(PoisonError::into_inner).recv();
            match next {
                Ok(Job::File { source, hash, before }) => {
                    self.file(source, hash, before);
                    self.progress.advance(source.size);
                }
                Ok(Job::Lines { file, lines }) => {
                    for Line { document, hash, is_new } in lines {
                        let place = format!("{}:{}", document.path, document.first_line);
                        self.document(&document, file, hash, is_new, place);
                    }
                }
                Err(_) => return,
            }
        }
    }

    fn file(&mut self, source: &SourceFile, hash: &str, before: Option<String>) {
        match ingest::read_bytes(source).and_then(|bytes| ingest::read_document(source, bytes, &mut self.extractor)) {
            Ok(document) => self.document(&document, &source.id, hash.to_owned(), before.is_none(), source.shown.clone()),
            Err(error) => {
                self.shared.ingest_problem(source, &error);
                // What the index has of a file that cannot be read just now stays.
                match before {
                    Some(_) if error.is_passing() => self.shared.lock().files.entry(source.id.clone()).or_default().documents += 1,
                    Some(_) => self.shared.remove(&source.id),
                    None => {}
                }
            }
        }
    }

    fn document(&mut self, source: &SourceDocument, file: &str, hash: String, is_new: bool, place: String) {
        let document = match make_document(source) {
            Ok(document) => document,
            Err(error) => {
                self.shared.problem(file, place, &error, false, false);
                if !is_new {
                    self.shared.remove(&source.id);
                }
                return;
            }
        };
        let indexed = IndexedDocument { passage_count: document.passages.len(), document, source: file.to_owned(), hash };
        let writer = self.shared.writer;
        let written = writer.map_or(Ok(()), |writer| writer.apply(writer.put_document(&indexed, &mut self.analyzer)));
        let mut state = self.shared.lock();
        if let Err(error) = written {
            state.error = Some(error);
            return;
        }
        state.files.entry(file.to_owned()).or_default().documents += 1;
        *(if is_new { &mut state.report.added } else { &mut state.report.changed }) += 1;
    }
}
