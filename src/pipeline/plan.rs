//! What a run has to do, told before anything is written: the walk, compared with the manifest.

use std::collections::HashMap;

use super::manifest::{Changed, Manifest, Prune, Source};
use super::options::{IN_HAND_PART, IndexOptions};
use super::report::{Progress, Report, Reported};
use super::roots::Roots;
use crate::analysis::UserWords;
use crate::document::{Root, SourceId, shown_path};
use crate::index::{FileRecord, Folder, IndexError, Place};
use crate::ingest::FileBytes;

/// What a run has to do. Nothing was written yet but the lock and the mark of the folder.
pub(super) struct Plan<'a> {
    pub options: &'a IndexOptions,
    /// The folder of the index; `None` in a dry run. Held to the end: what is known of the index must not change while
    /// it is written.
    pub folder: Option<Folder>,
    pub manifest: Manifest,
    pub terms: UserWords,
    pub roots: Roots,
    /// Files to read: those that are new, changed, or tried again.
    pub work: Vec<Source>,
    /// What comparing has read of them already.
    pub read: HashMap<SourceId, FileBytes>,
    /// Files of the manifest whose documents go.
    pub forgotten: Vec<FileRecord>,
    /// What the walk left out, for the manifest.
    pub left_out: Vec<FileRecord>,
    /// There is nothing to write.
    pub is_idle: bool,
    /// What is known so far.
    pub report: Report,
}

/// Looks at the index, walks the paths and compares what is there with the manifest.
///
/// # Errors
/// `IndexError` where the index cannot be opened or claimed, or was made with other terms.
pub(super) fn plan<'a>(options: &'a IndexOptions, progress: &dyn Progress) -> Result<Plan<'a>, IndexError> {
    let mut place = Place::look(&options.index, options.rebuild, &options.paths)?;
    let folder = match options.dry_run {
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
    let keep = options.memory_bytes / IN_HAND_PART;
    let Changed { work, read } = manifest.changed(std::mem::take(&mut met.sources), retry, keep, &mut report);
    let left_out = manifest.newly_left_out(&met, &forgotten);
    let is_indexed = folder.as_ref().map_or_else(|| place.is_indexed(), |folder| folder.current().is_some());
    let is_idle = work.is_empty()
        && forgotten.is_empty()
        && left_out.is_empty()
        && !roots.changed
        && !options.rebuild
        && is_indexed;
    Ok(Plan { options, folder, manifest, terms, roots, work, read, forgotten, left_out, is_idle, report })
}

/// Says which roots of the index that is replaced are not in the new one.
fn left_behind<'a>(replaced: &'a [Root], roots: &'a Roots) -> impl Iterator<Item = Reported> + 'a {
    let covers = |now: &Root, root: &Root| root.path.as_ref().starts_with(&now.path) && (now.whole || !root.whole);
    let is_covered = move |root: &&Root| roots.list().iter().any(|now| covers(now, root));
    let lost = replaced.iter().filter(move |root| !is_covered(root));
    let reason = "was in the index before and is not named now: its documents are left out";
    lost.map(|root| Reported { path: shown_path(root.path.as_ref()), reason: reason.to_owned() })
}
