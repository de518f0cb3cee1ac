//! The way of a document, on one screen: read, repair, cut, describe, index.

mod claims;
mod in_hand;
mod manifest;
mod read;
mod report;
mod roots;

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crate::analysis::UserWords;
use crate::document::{Document, Root, shown_path};
use crate::index::{FileRecord, Folder, IndexError, OpenIndex, Place, Writer};
use crate::ingest::{Content, Format, SourceDocument};
use crate::metadata;
use crate::normalize::{Normalized, normalize_lines, parts};
use crate::segment::Segmenter;

use claims::Claims;
use manifest::{Manifest, Source};
use read::Reading;
use roots::Roots;

pub use manifest::Prune;
pub use report::{Progress, Report, Reported};

/// Longest title, in code points: it is searched with each passage of its document.
const MAX_TITLE_CHARS: usize = 500;

/// Makes a document of what was read: repaired, cut into passages, described. Given values that cannot be used are left
/// out.
pub fn make_document(source: &SourceDocument) -> Document {
    let (mut document, _) = cut(source);
    metadata::complete(&mut document, &source.given);
    document
}

/// The repaired lines of a document; of a large one, those of its parts.
pub fn repaired(source: &SourceDocument) -> Normalized {
    match &source.content {
        Content::Lines(lines) => normalize_lines(lines),
        Content::Text(text) => parts(text, source.first_line)
            .reduce(|mut whole, part| {
                whole.lines.extend(part.lines);
                whole.dropped.extend(part.dropped);
                whole
            })
            .unwrap_or_default(),
    }
}

/// The steps before metadata: a document of passages, and what was done to keep them within bounds.
pub fn cut(source: &SourceDocument) -> (Document, Vec<String>) {
    let mut segmenter = Segmenter::new(&source.id, source.title.as_deref());
    match &source.content {
        Content::Text(text) => parts(text, source.first_line).for_each(|part| segmenter.add(part)),
        Content::Lines(lines) => segmenter.add(normalize_lines(lines)),
    }
    let mut segmented = segmenter.finish();
    let given = source.given.title.as_ref().map(|title| title.value.clone());
    let stem = || Path::new(&source.path).file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let mut title = given.or(segmented.title).unwrap_or_else(stem);
    if let Some((end, _)) = title.char_indices().nth(MAX_TITLE_CHARS) {
        let count = title.chars().count();
        segmented.warnings.push(format!("its title has {count} characters: the first {MAX_TITLE_CHARS} are kept"));
        title.truncate(end);
    }
    let mut document = Document {
        id: source.id.clone(),
        path: source.path.clone(),
        title,
        url: source.given.url.as_ref().map(|url| url.value.clone()),
        publisher: source.publisher.clone(),
        date: None,
        undated: false,
        events: Vec::new(),
        partners: Vec::new(),
        themes: Vec::new(),
        passages: segmented.passages,
    };
    if source.format == Format::JsonLines.name() {
        // A document of a JSONL file stands on one line of it.
        document.passages.iter_mut().for_each(|passage| passage.lines = (source.first_line, source.first_line));
    }
    (document, segmented.warnings)
}

/// What `index` is asked to do.
#[derive(Clone, Debug)]
pub struct IndexOptions {
    /// Files and folders to read.
    pub paths: Vec<PathBuf>,
    /// Folder of the index.
    pub index: PathBuf,
    /// Which documents are removed of those whose files are gone.
    pub prune: Prune,
    /// Build a new generation, then put it in the place of the old one.
    pub rebuild: bool,
    /// Say what would be done.
    pub dry_run: bool,
    /// Read files again that failed before.
    pub retry: bool,
    /// How long another writer is waited for.
    pub wait: Duration,
    /// Threads.
    pub jobs: usize,
    /// Memory for building segments, in bytes.
    pub memory_bytes: usize,
    /// Bytes of source files that one commit covers, unless one file is larger.
    pub commit_bytes: u64,
    /// A person's own terms for cutting; `None` keeps those that the index was made with.
    pub terms: Option<UserWords>,
    /// The program to start for reading formats with structure; `None` reads them in this process.
    pub program: Option<PathBuf>,
    /// Set from outside to end the run after the documents in hand; they are committed.
    pub stop: Arc<AtomicBool>,
}

impl IndexOptions {
    /// Files and folders into an index, by one thread, in this process, with nothing out of the ordinary.
    pub fn new(paths: Vec<PathBuf>, index: PathBuf) -> Self {
        Self {
            paths,
            index,
            prune: Prune::Nothing,
            rebuild: false,
            dry_run: false,
            retry: false,
            wait: Duration::ZERO,
            jobs: 1,
            memory_bytes: DEFAULT_MEMORY_MB << 20,
            commit_bytes: COMMIT_BYTES,
            terms: None,
            program: None,
            stop: Arc::default(),
        }
    }
}

/// Part of the memory that the sizes of the files and lines in hand may be together; one that is larger is read alone.
const IN_HAND_PART: usize = 8;

/// Memory for building segments where nothing is said.
pub const DEFAULT_MEMORY_MB: usize = 256;
/// See [`IndexOptions::commit_bytes`].
const COMMIT_BYTES: u64 = 512 << 20;

/// Reads files into the index.
///
/// # Errors
/// `IndexError` where the index cannot be opened or written; a bad file is a line of the report.
pub fn run(options: &IndexOptions, progress: &dyn Progress) -> Result<Report, IndexError> {
    let started = Instant::now();
    let mut place = Place::look(&options.index, options.rebuild, &options.paths)?;
    // Held to the end: what is known of the index must not change while it is written.
    let mut folder = match options.dry_run {
        true => None,
        false => Some(place.claim(options.wait, |holder| progress.waiting(holder))?),
    };
    let mut report = Report::default();
    let manifest = if options.rebuild { Manifest::default() } else { Manifest::load(&options.index)? };
    let terms = match (&options.terms, manifest.terms()) {
        (Some(terms), Some(other)) if other != terms => return Err(IndexError::OtherTerms(options.index.clone())),
        (Some(terms), _) => terms.clone(),
        (None, Some(terms)) => terms.clone(),
        // Built anew: the index that is to be replaced tells.
        (None, None) => UserWords::new(place.terms()),
    };
    let mut roots = manifest.roots();
    let mut met = manifest.walk(&options.paths, &options.index, &mut roots, &mut report);
    report.warnings.extend(left_behind(&place.roots(), &roots).filter(|_| options.rebuild));
    progress.expect(met.sources.iter().map(|source| source.file.size).sum());
    let forgotten = manifest.gone(&roots, &met, options.prune, &mut report);
    // What was kept of a file that cannot be read goes only where the file is looked at again.
    let retry = options.retry || options.prune == Prune::All;
    let work = manifest.changed(std::mem::take(&mut met.sources), retry, &mut report);
    let left_out = manifest.newly_left_out(&met, &forgotten);
    let is_indexed = folder.as_ref().map_or_else(|| place.is_indexed(), |folder| folder.current().is_some());
    let idle = work.is_empty()
        && forgotten.is_empty()
        && left_out.is_empty()
        && !roots.changed
        && !options.rebuild
        && is_indexed;
    let claims =
        Claims::new(&manifest, &roots, work.iter().map(|(source, _)| source), forgotten.iter().map(|file| &file.id));
    let reading = Reading::new(options, &terms, &manifest, claims, &left_out, progress);
    let changes = Changes { work: &work, forgotten: &forgotten, roots: roots.list() };
    match &mut folder {
        Some(folder) if !idle => {
            let written = write(folder, reading, changes, &mut report);
            // Also after an error: on a full disk the room is wanted.
            folder.clean();
            written?;
        }
        None if !idle => {
            let mut reading = reading;
            reading.batch(&work, 0..work.len(), None, &mut report)?;
            report.removed += forgotten.iter().map(|file| file.documents).sum::<usize>();
        }
        _ => {}
    }
    let said = folder.iter().flat_map(|folder| folder.said());
    report.warnings.extend(said.map(|reason| Reported { path: shown_path(&options.index), reason: reason.clone() }));
    report.failed.sort();
    report.skipped.sort();
    report.warnings.sort();
    if let Ok(index) = OpenIndex::open(&options.index) {
        report.documents = index.document_count()?;
        report.passages = index.passage_count()?;
        report.bytes = index.bytes();
    }
    report.seconds = started.elapsed().as_secs_f64();
    Ok(report)
}

/// What a run has to write.
struct Changes<'a> {
    /// Files with their hashes.
    work: &'a [(Source, String)],
    forgotten: &'a [FileRecord],
    roots: &'a [Root],
}

/// Writes the changes into the current generation, or all into a new one.
fn write(
    folder: &mut Folder,
    mut reading: Reading<'_>,
    changes: Changes<'_>,
    report: &mut Report,
) -> Result<(), IndexError> {
    let Reading { options, terms, manifest, .. } = reading;
    let target = match folder.current().filter(|_| !options.rebuild) {
        Some(current) => current,
        None => folder.begin()?,
    };
    let size: u64 = changes.work.iter().map(|(source, _)| source.file.size).sum();
    // One thread makes one segment: small collections stay whole.
    let threads = if size < 8 << 20 { 1 } else { options.jobs };
    let mut writer = Writer::open(&target, threads, options.memory_bytes, terms, changes.roots)?;
    for file in changes.forgotten {
        for document in manifest.documents_of(&file.id)? {
            writer.apply(writer.remove_document(&document.document.id))?;
            report.removed += 1;
        }
        writer.apply(writer.remove_file(&file.id))?;
    }
    for batch in batches(changes.work, options.commit_bytes) {
        reading.batch(changes.work, batch, Some(&writer), report)?;
        writer.commit()?;
        if !options.rebuild {
            folder.publish(&target)?;
        }
        if options.stop.load(Ordering::Relaxed) {
            report.stopped = true;
            break;
        }
    }
    writer.finish()?;
    if options.rebuild && !report.stopped {
        folder.publish(&target)?;
    }
    Ok(())
}

/// Cuts the work into what one commit covers; at least one batch, so that removals are committed too.
fn batches(work: &[(Source, String)], commit_bytes: u64) -> Vec<Range<usize>> {
    let mut batches = Vec::new();
    let (mut from, mut bytes) = (0, 0);
    for (at, (source, _)) in work.iter().enumerate() {
        if bytes > 0 && bytes + source.file.size > commit_bytes {
            batches.push(from..at);
            (from, bytes) = (at, 0);
        }
        bytes += source.file.size;
    }
    batches.push(from..work.len());
    batches
}
/// Says which roots of the index that is replaced are not in the new one.
fn left_behind<'a>(replaced: &'a [Root], roots: &'a Roots) -> impl Iterator<Item = Reported> + 'a {
    let covers = |now: &Root, root: &Root| root.path.as_ref().starts_with(&now.path) && (now.whole || !root.whole);
    let is_covered = move |root: &&Root| roots.list().iter().any(|now| covers(now, root));
    let lost = replaced.iter().filter(move |root| !is_covered(root));
    let reason = "was in the index before and is not named now: its documents are left out";
    lost.map(|root| Reported { path: shown_path(root.path.as_ref()), reason: reason.to_owned() })
}
