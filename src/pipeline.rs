//! The way of a document, on one screen: read, repair, cut, describe, index.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, sync_channel};
use std::time::Instant;

use serde::Serialize;

use crate::analysis::{Analyzer, Terms};
use crate::document::Document;
use crate::index::{FileRecord, IndexError, IndexedDocument, OpenIndex, Writer};
use crate::ingest::{self, Format, IngestError, JsonLines, SourceDocument, SourceFile, Walked};
use crate::metadata;
use crate::normalize::{Normalized, normalize};
use crate::segment::segment;

/// Makes a document of what was read: repaired, cut into passages, described.
///
/// # Errors
/// A given value that is no date, partner or theme.
pub fn make_document(source: &SourceDocument) -> Result<Document, metadata::MetadataError> {
    let (_, mut document) = cut(source);
    metadata::complete(&mut document, &source.given)?;
    Ok(document)
}

/// The steps before metadata; `inspect` shows them one by one.
pub fn cut(source: &SourceDocument) -> (Normalized, Document) {
    let normalized = normalize(&source.text, source.first_line);
    let segmented = segment(&source.id, &normalized);
    let given = source.given.title.as_ref().map(|title| title.value.clone());
    let stem = || Path::new(&source.path).file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let mut document = Document {
        id: source.id.clone(),
        path: source.path.clone(),
        title: given.or(segmented.title).unwrap_or_else(stem),
        url: source.given.url.as_ref().map(|url| url.value.clone()),
        date: None,
        partners: Vec::new(),
        themes: Vec::new(),
        passages: segmented.passages,
    };
    if source.format == Format::JsonLines.name() {
        // A document of a JSONL file stands on one line of it.
        document.passages.iter_mut().for_each(|passage| passage.lines = (source.first_line, source.first_line));
    }
    (normalized, document)
}

/// What `index` is asked to do.
#[derive(Clone, Debug)]
pub struct IndexOptions {
    /// Files and folders to read; `-` is JSONL on standard input.
    pub paths: Vec<PathBuf>,
    /// Folder of the index.
    pub index: PathBuf,
    /// Remove documents whose files are gone.
    pub prune: bool,
    /// Build anew beside the old index, then put it in its place.
    pub rebuild: bool,
    /// Say what would be done.
    pub dry_run: bool,
    /// Threads.
    pub jobs: usize,
    /// Memory for building segments, in bytes.
    pub memory_bytes: usize,
    /// A person's own terms for cutting; `None` keeps those that the index was made with.
    pub terms: Option<Terms>,
}

/// A path with a reason.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Reported {
    /// The path, with its line for JSONL.
    pub path: String,
    /// Why.
    pub reason: String,
}

/// What `index` did. Documents are counted but for `walked`, `skipped` and `failed`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Report {
    /// Files met.
    pub walked: usize,
    /// New documents.
    pub added: usize,
    /// Documents with another text than before.
    pub changed: usize,
    /// Documents as before.
    pub unchanged: usize,
    /// Documents removed.
    pub removed: usize,
    /// Files left out on purpose.
    pub skipped: Vec<Reported>,
    /// Files and lines that could not be used.
    pub failed: Vec<Reported>,
    /// Documents in the index afterwards.
    pub documents: usize,
    /// Passages in the index afterwards.
    pub passages: usize,
    /// Bytes of the index afterwards.
    pub bytes: u64,
    /// Wall time.
    pub seconds: f64,
}

/// Told of what goes on; all methods may be called from any thread.
pub trait Progress: Sync {
    /// The number of bytes to read, once it is known.
    fn expect(&self, bytes: u64);
    /// Some bytes were read.
    fn advance(&self, bytes: u64);
}

/// Reads files into the index.
///
/// # Errors
/// `IndexError` where the index cannot be opened or written; a bad file is a line of the report.
pub fn run(options: &IndexOptions, progress: &dyn Progress) -> Result<Report, IndexError> {
    let started = Instant::now();
    let target = if options.rebuild { with_suffix(&options.index, ".rebuild") } else { options.index.clone() };
    if options.rebuild && !options.dry_run {
        remove_folder(&target)?;
    }
    let mut report = Report::default();
    let known = if options.rebuild { Known::default() } else { Known::load(&options.index)? };
    let terms = match (&options.terms, &known.index) {
        (Some(terms), Some(index)) if index.terms() != terms => return Err(IndexError::OtherTerms(options.index.clone())),
        (Some(terms), _) => terms.clone(),
        (None, Some(index)) => index.terms().clone(),
        // Built anew: the index that is to be replaced tells.
        (None, None) => OpenIndex::open(&options.index).map(|index| index.terms().clone()).unwrap_or_default(),
    };
    let sources = find_sources(options, &known, &mut report)?;
    progress.expect(sources.iter().map(|source| source.size).sum());
    let gone = if options.prune { known.gone(&sources) } else { Vec::new() };
    let work: Vec<(SourceFile, String)> = changed_sources(sources, &known, &mut report);
    let idle = work.is_empty() && gone.is_empty() && !options.rebuild && target.join("meta.json").exists();
    if !idle && !options.dry_run {
        let size: u64 = work.iter().map(|(source, _)| source.size).sum();
        // One thread makes one segment: small collections stay whole.
        let threads = if size < 8 << 20 { 1 } else { options.jobs };
        let writer = Writer::open(&target, threads, options.memory_bytes, &terms)?;
        for file in &gone {
            for document in known.documents_of(&file.id)? {
                writer.apply(writer.remove_document(&document.document.id))?;
                report.removed += 1;
            }
            writer.apply(writer.remove_file(&file.id))?;
        }
        read_all(options, &terms, &work, &known, Some(&writer), progress, &mut report)?;
        writer.finish()?;
        if options.rebuild {
            swap(&target, &options.index)?;
        }
    } else if !idle {
        read_all(options, &terms, &work, &known, None, progress, &mut report)?;
        report.removed = gone.iter().map(|file| file.documents).sum();
    }
    report.failed.sort();
    if let Ok(index) = OpenIndex::open(&options.index) {
        report.documents = index.documents()?.len();
        report.passages = index.passage_count()?;
        report.bytes = index.bytes();
    }
    report.seconds = started.elapsed().as_secs_f64();
    Ok(report)
}

/// What the index knew before.
#[derive(Default)]
struct Known {
    index: Option<OpenIndex>,
    files: BTreeMap<String, FileRecord>,
}

impl Known {
    fn load(path: &Path) -> Result<Self, IndexError> {
        match OpenIndex::open(path) {
            Ok(index) => {
                let files = index.files()?.into_iter().map(|file| (file.id.clone(), file)).collect();
                Ok(Self { index: Some(index), files })
            }
            Err(IndexError::Absent(_)) => Ok(Self::default()),
            Err(error) => Err(error),
        }
    }

    fn documents_of(&self, file: &str) -> Result<Vec<IndexedDocument>, IndexError> {
        self.index.as_ref().map_or(Ok(Vec::new()), |index| index.documents_of_file(file))
    }

    /// Files of the manifest that are no longer on disk.
    fn gone(&self, sources: &[SourceFile]) -> Vec<FileRecord> {
        let walked: BTreeSet<&str> = sources.iter().map(|source| source.id.as_str()).collect();
        self.files.values().filter(|file| !walked.contains(file.id.as_str()) && !Path::new(&file.path).exists()).cloned().collect()
    }
}

/// Walks the paths; a document id that two files claim goes to the first.
fn find_sources(options: &IndexOptions, known: &Known, report: &mut Report) -> Result<Vec<SourceFile>, IndexError> {
    let mut sources = Vec::new();
    let mut claimed: HashMap<String, String> = HashMap::new();
    for found in ingest::walk(&options.paths) {
        report.walked += 1;
        match found {
            Walked::File(source) => {
                let elsewhere = known.files.get(&source.id).filter(|file| file.path != source.shown && Path::new(&file.path).exists());
                let other = claimed.insert(source.id.clone(), source.shown.clone()).or_else(|| elsewhere.map(|file| file.path.clone()));
                match other {
                    Some(other) => report.failed.push(Reported {
                        path: source.shown.clone(),
                        reason: format!("has the same id as {other}; index the folder above both"),
                    }),
                    None => sources.push(source),
                }
            }
            Walked::Skipped { path, reason } => report.skipped.push(Reported { path, reason }),
            Walked::Failed { path, reason } => report.failed.push(Reported { path, reason }),
        }
    }
    Ok(sources)
}

/// The files whose bytes are other than the manifest says, with their hash.
fn changed_sources(sources: Vec<SourceFile>, known: &Known, report: &mut Report) -> Vec<(SourceFile, String)> {
    let mut work = Vec::new();
    for source in sources {
        match hash_file(&source.path) {
            Ok(hash) => match known.files.get(&source.id) {
                Some(file) if file.hash == hash => report.unchanged += file.documents,
                _ => work.push((source, hash)),
            },
            Err(error) => {
                report.failed.push(Reported { path: source.shown, reason: IngestError::Unreadable(error.to_string()).to_string() })
            }
        }
    }
    work
}

/// Hash of a file and of the side file beside it.
fn hash_file(path: &Path) -> std::io::Result<String> {
    let mut hasher = blake3::Hasher::new();
    hasher.update_reader(File::open(path)?)?;
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".meta.toml");
    for side in [path.with_file_name(name), path.with_extension("meta.toml")] {
        if let Ok(bytes) = std::fs::read(side) {
            hasher.update(&bytes);
        }
    }
    Ok(hasher.finalize().to_hex()[..32].to_owned())
}

/// One document on its way to a worker.
struct Work {
    source: SourceDocument,
    file: String,
    hash: String,
    is_new: bool,
}

/// What became of the documents of one file.
#[derive(Default)]
struct FileOutcome {
    documents: usize,
    failed: bool,
}

/// Reads the files one after the other and hands their documents to the workers.
fn read_all(
    options: &IndexOptions,
    terms: &Terms,
    work: &[(SourceFile, String)],
    known: &Known,
    writer: Option<&Writer>,
    progress: &dyn Progress,
    report: &mut Report,
) -> Result<(), IndexError> {
    let shared = Mutex::new((std::mem::take(report), BTreeMap::<String, FileOutcome>::new(), None::<IndexError>));
    let lock = || shared.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let (sender, receiver) = sync_channel::<Work>(options.jobs * 8);
    let receiver = Mutex::new(receiver);
    let fail = |path: &str, file: &str, reason: String| {
        let mut state = lock();
        state.0.failed.push(Reported { path: path.to_owned(), reason });
        state.1.entry(file.to_owned()).or_default().failed = true;
    };
    std::thread::scope(|scope| {
        for _ in 0..options.jobs.max(1) {
            scope.spawn(|| work_off(&receiver, terms, writer, &shared));
        }
        let mut ids: HashSet<String> = HashSet::new();
        for (source, hash) in work {
            if lock().2.is_some() {
                break;
            }
            lock().1.entry(source.id.clone()).or_default();
            let before: HashMap<String, String> = match known.documents_of(&source.id) {
                Ok(documents) => documents.into_iter().map(|document| (document.document.id, document.hash)).collect(),
                Err(error) => {
                    lock().2 = Some(error);
                    break;
                }
            };
            let mut met: HashSet<String> = HashSet::new();
            let mut hand_over = |document: Result<SourceDocument, IngestError>, hash: Option<&str>| {
                let document = match document {
                    Ok(document) => document,
                    Err(error) => return fail(&source.shown, &source.id, error.to_string()),
                };
                if !ids.insert(document.id.clone()) {
                    let reason = format!("the id '{}' stands twice", document.id);
                    return fail(&format!("{}:{}", source.shown, document.first_line), &source.id, reason);
                }
                let hash = hash.map_or_else(|| hash_document(&document), str::to_owned);
                met.insert(document.id.clone());
                match before.get(&document.id) {
                    Some(old) if *old == hash => {
                        let mut state = lock();
                        state.0.unchanged += 1;
                        state.1.entry(source.id.clone()).or_default().documents += 1;
                    }
                    old => {
                        // The channel closes only when a worker met an error, which ends the run.
                        let _ = sender.send(Work { is_new: old.is_none(), source: document, file: source.id.clone(), hash });
                    }
                }
            };
            match Format::of(&source.path) {
                Some(Format::JsonLines) => match File::open(&source.path) {
                    Ok(file) => JsonLines::new(BufReader::with_capacity(1 << 20, file), source.shown.clone())
                        .for_each(|document| hand_over(document, None)),
                    Err(error) => hand_over(Err(IngestError::Unreadable(error.to_string())), None),
                },
                _ => hand_over(ingest::read_bytes(source).and_then(|bytes| ingest::read_document(source, &bytes)), Some(hash)),
            }
            progress.advance(source.size);
            for id in before.keys().filter(|id| !met.contains(*id)) {
                let removed = writer.map_or(Ok(()), |writer| writer.apply(writer.remove_document(id)));
                let mut state = lock();
                state.0.removed += 1;
                if let Err(error) = removed {
                    state.2 = Some(error);
                }
            }
        }
        drop(sender);
    });
    let (found, outcomes, error) = shared.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    *report = found;
    if let Some(error) = error {
        return Err(error);
    }
    let Some(writer) = writer else { return Ok(()) };
    for (source, hash) in work {
        let outcome = outcomes.get(&source.id);
        let (documents, failed) = outcome.map_or((0, true), |outcome| (outcome.documents, outcome.failed));
        if documents == 0 && failed {
            writer.apply(writer.remove_file(&source.id))?;
            continue;
        }
        // A file with a bad line is read again next time, so that it is reported again.
        let hash = if failed { String::new() } else { hash.clone() };
        let record = FileRecord {
            id: source.id.clone(),
            path: source.shown.clone(),
            size: source.size,
            modified_ns: source.modified_ns,
            hash,
            documents,
        };
        writer.apply(writer.put_file(&record))?;
    }
    Ok(())
}

/// Hash of a document of a JSONL file: its text and what is given beside it.
fn hash_document(document: &SourceDocument) -> String {
    let mut hasher = blake3::Hasher::new();
    hasher.update(document.text.as_bytes());
    hasher.update(format!("{:?}", document.given).as_bytes());
    hasher.finalize().to_hex()[..32].to_owned()
}

/// A worker: makes documents and gives them to the writer until there are no more.
#[allow(clippy::type_complexity)]
fn work_off(
    receiver: &Mutex<Receiver<Work>>,
    terms: &Terms,
    writer: Option<&Writer>,
    shared: &Mutex<(Report, BTreeMap<String, FileOutcome>, Option<IndexError>)>,
) {
    let mut analyzer = Analyzer::with_terms(terms.clone());
    let lock = || shared.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    loop {
        let next = receiver.lock().unwrap_or_else(std::sync::PoisonError::into_inner).recv();
        let Ok(work) = next else { return };
        let place = if work.source.format == Format::JsonLines.name() {
            format!("{}:{}", work.source.path, work.source.first_line)
        } else {
            work.source.path.clone()
        };
        let result = make_document(&work.source).map(|document| IndexedDocument {
            passage_count: document.passages.len(),
            document,
            source: work.file.clone(),
            hash: work.hash,
        });
        match result {
            Ok(document) => {
                let written = writer.map_or(Ok(()), |writer| writer.apply(writer.put_document(&document, &mut analyzer)));
                let mut state = lock();
                if let Err(error) = written {
                    state.2 = Some(error);
                    continue;
                }
                state.1.entry(work.file).or_default().documents += 1;
                *(if work.is_new { &mut state.0.added } else { &mut state.0.changed }) += 1;
            }
            Err(error) => {
                let mut state = lock();
                state.0.failed.push(Reported { path: place, reason: error.to_string() });
                state.1.entry(work.file).or_default().failed = true;
            }
        }
    }
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(suffix);
    path.with_file_name(name)
}

fn remove_folder(path: &Path) -> Result<(), IndexError> {
    match std::fs::remove_dir_all(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(IndexError::Io { path: path.to_owned(), problem: error.to_string() })
        }
        _ => Ok(()),
    }
}

/// Puts a finished index in the place of the old one, whose README stays.
fn swap(new: &Path, place: &Path) -> Result<(), IndexError> {
    let io = |error: std::io::Error| IndexError::Io { path: place.to_owned(), problem: error.to_string() };
    let old = with_suffix(place, ".old");
    remove_folder(&old)?;
    if place.exists() {
        if place.join("README.md").exists() {
            std::fs::copy(place.join("README.md"), new.join("README.md")).map_err(io)?;
        }
        std::fs::rename(place, &old).map_err(io)?;
    }
    std::fs::rename(new, place).map_err(io)?;
    remove_folder(&old)
}
