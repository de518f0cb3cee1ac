//! Carries out a plan: reads, and writes commit by commit; a dry run only reads.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::atomic::Ordering;

use super::claims::Claims;
use super::manifest::Source;
use super::plan::Plan;
use super::read::Reading;
use super::report::{Progress, Report, Reported};
use crate::document::{Root, shown_path};
use crate::index::{FileRecord, Folder, IndexError, OpenIndex, Writer};

/// Reads the planned files and writes their documents; a dry run only reports what would be written.
///
/// # Errors
/// `IndexError` where the index cannot be written; a bad file is a line of the report.
pub(super) fn apply(plan: Plan<'_>, progress: &dyn Progress) -> Result<Report, IndexError> {
    let Plan { options, mut folder, manifest, user_words, roots, accepted, work, .. } = plan;
    let Plan { read, forgotten, left_out, is_idle, mut report, .. } = plan;
    let claims = Claims::new(&manifest, &roots, work.iter(), forgotten.iter().map(|file| &file.id));
    let mut reading = Reading {
        options,
        user_words: &user_words,
        manifest: &manifest,
        progress,
        claims,
        roots: &roots,
        accepted: &accepted,
        left_out: &left_out,
        read,
        waiting: BTreeMap::new(),
        outcomes: BTreeMap::new(),
    };
    let changes = Changes { work: &work, forgotten: &forgotten, roots: roots.list() };
    match &mut folder {
        Some(folder) if !is_idle => {
            let written = write(folder, reading, changes, &mut report);
            // Clean up after an error too: a full disk needs the space.
            folder.clean();
            written?;
        }
        None if !is_idle => {
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
    report.accepted.sort();
    if let Ok(index) = OpenIndex::open(&options.index) {
        report.documents = index.document_count()?;
        report.passages = index.passage_count()?;
        report.bytes = index.bytes();
    }
    Ok(report)
}

/// The changes that a run writes.
struct Changes<'a> {
    work: &'a [Source],
    forgotten: &'a [FileRecord],
    roots: &'a [Root],
}

/// Writes the changes into the current generation; a first run or a rebuild writes a new one.
fn write(
    folder: &mut Folder,
    mut reading: Reading<'_>,
    changes: Changes<'_>,
    report: &mut Report,
) -> Result<(), IndexError> {
    let Reading { options, user_words, manifest, .. } = reading;
    let target = match folder.current().filter(|_| !options.rebuild) {
        Some(current) => current,
        None => folder.begin()?,
    };
    let size: u64 = changes.work.iter().map(|source| source.file.size).sum();
    // Each thread makes a segment of its own: so a small collection gets one thread and one segment.
    let threads = if size < 8 << 20 { 1 } else { options.jobs };
    let mut writer = Writer::open(&target, threads, options.memory_bytes, user_words, changes.roots)?;
    for file in changes.forgotten {
        for line in manifest.lines_of(&file.id)?.iter() {
            writer.apply(writer.remove_document(line.key))?;
            report.removed += 1;
        }
        writer.put_lines(&file.id, Vec::new())?;
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

/// Splits the work into commits by size. There is at least one batch, so that removals are committed even without other
/// work.
fn batches(work: &[Source], commit_bytes: u64) -> Vec<Range<usize>> {
    let mut batches = Vec::new();
    let (mut from, mut bytes) = (0, 0);
    for (at, source) in work.iter().enumerate() {
        if bytes > 0 && bytes + source.file.size > commit_bytes {
            batches.push(from..at);
            (from, bytes) = (at, 0);
        }
        bytes += source.file.size;
    }
    batches.push(from..work.len());
    batches
}
