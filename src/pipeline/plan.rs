//! Plans a run before anything is written: compares the walk with the manifest.

use std::collections::HashMap;

use super::accepted::Accepted;
use super::manifest::{Changed, Manifest, Prune, Reader, Source};
use super::options::{IN_HAND_PART, IndexOptions};
use super::report::{Progress, Report, Reported};
use super::roots::Roots;
use crate::analysis::UserWords;
use crate::document::{Root, SourceId, shown_path};
use crate::index::{FileRecord, Folder, IndexError, Place};
use crate::ingest::FileBytes;

/// The plan of a run. Only the lock and the marker of the folder have been written yet.
pub(super) struct Plan<'a> {
    pub options: &'a IndexOptions,
    /// The folder of the index; `None` in a dry run. Its lock is held to the end: the index must not change between
    /// plan and write.
    pub folder: Option<Folder>,
    pub manifest: Manifest,
    pub user_words: UserWords,
    pub roots: Roots,
    /// The files whose problems are acknowledged.
    pub accepted: Accepted,
    /// Files to read: those that are new, changed, or tried again.
    pub work: Vec<Source>,
    /// File contents that the comparison has read already.
    pub read: HashMap<SourceId, FileBytes>,
    /// Files of the manifest whose documents are removed.
    pub forgotten: Vec<FileRecord>,
    /// Manifest entries for files that the walk left out, or whose problems were acknowledged.
    pub left_out: Vec<FileRecord>,
    /// There is nothing to write.
    pub is_idle: bool,
    /// The report so far.
    pub report: Report,
}

/// Inspects the index, walks the paths and compares the files with the manifest.
///
/// # Errors
/// `IndexError` where the index cannot be opened or claimed, or was made with other user words.
pub(super) fn plan<'a>(options: &'a IndexOptions, progress: &dyn Progress) -> Result<Plan<'a>, IndexError> {
    let mut place = Place::look(&options.index, options.rebuild, &options.paths)?;
    let folder = match options.dry_run {
        true => None,
        false => Some(place.claim(options.wait, |holder| progress.waiting(holder))?),
    };
    let mut report = Report::default();
    let manifest = if options.rebuild { Manifest::default() } else { Manifest::load(&options.index)? };
    let user_words = match (&options.user_words, manifest.user_words()) {
        (Some(user_words), Some(other)) if other != user_words => {
            return Err(IndexError::OtherWords(options.index.clone()));
        }
        (Some(user_words), _) => user_words.clone(),
        (None, Some(user_words)) => user_words.clone(),
        // In a rebuild, the index being replaced provides the user words.
        (None, None) => UserWords::new(place.user_words()),
    };
    let mut roots = manifest.roots();
    let accepted = Accepted::new(&options.accept, &options.index, &mut report);
    let mut met = manifest.walk(&options.paths, &options.index, &mut roots, &mut report);
    met.report(&manifest, &roots, &accepted, &mut report);
    report.warnings.extend(left_behind(&place.roots(), &roots).filter(|_| options.rebuild));
    progress.expect(met.sources.iter().map(|source| source.file.size).sum());
    let forgotten = manifest.gone(&roots, &met, (options.prune, options.seen.as_deref()), &mut report);
    // `--prune-all` also retries failed files: kept documents of an unreadable file are removed only when the file is
    // read again.
    let retry = options.retry || options.prune == Prune::All;
    let keep = options.memory_bytes / IN_HAND_PART;
    let sources = std::mem::take(&mut met.sources);
    let reader = Reader { retry, keep, roots: &roots, accepted: &accepted, seen: options.seen.as_deref() };
    let Changed { work, read, acknowledged } = manifest.changed(sources, reader, &mut report);
    let mut left_out = manifest.newly_left_out(&met, &forgotten, &roots, &accepted);
    left_out.extend(acknowledged);
    let is_indexed = folder.as_ref().map_or_else(|| place.is_indexed(), |folder| folder.current().is_some());
    let is_idle = work.is_empty()
        && forgotten.is_empty()
        && left_out.is_empty()
        && !roots.changed
        && !options.rebuild
        && is_indexed;
    Ok(Plan {
        options,
        folder,
        manifest,
        user_words,
        roots,
        accepted,
        work,
        read,
        forgotten,
        left_out,
        is_idle,
        report,
    })
}

/// Reports the roots of the replaced index that the new one lacks.
fn left_behind<'a>(replaced: &'a [Root], roots: &'a Roots) -> impl Iterator<Item = Reported> + 'a {
    let covers = |now: &Root, root: &Root| root.path.as_ref().starts_with(&now.path) && (now.whole || !root.whole);
    let is_covered = move |root: &&Root| roots.list().iter().any(|now| covers(now, root));
    let lost = replaced.iter().filter(move |root| !is_covered(root));
    let reason = "was in the index before and is not named now: its documents are left out";
    lost.map(|root| Reported { path: shown_path(root.path.as_ref()), reason: reason.to_owned() })
}
