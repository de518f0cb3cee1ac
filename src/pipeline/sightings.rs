//! What a watcher has seen of the files: which of them are settled, read, gone, or away with their disk.

use std::collections::HashMap;
use std::hash::BuildHasher;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rustc_hash::FxBuildHasher;

use crate::ingest::{self, SourceFile, Walked};

/// How a run treats a file that its walk met.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Look {
    /// Compare it with the index, and read it where it changed.
    Read,
    /// A former run of this watcher has read it, and its size and time are the same: it counts as unchanged.
    Known,
    /// It may still be written: leave it and its documents alone.
    Wait,
}

/// What tells that a file changed, without reading it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Mark {
    size: u64,
    modified_ns: u64,
    /// Hash of what stands beside it: its side files; of a file that is left out, the reason.
    beside: u64,
}

/// The way of a file with one mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// It may still be written.
    Fresh,
    /// It kept its mark for the time of settling: the next run may read it.
    Settled,
    /// A run has dealt with it.
    Read,
}

#[derive(Clone, Debug)]
struct Sighting {
    mark: Mark,
    /// The look that found this mark first.
    since: Instant,
    state: State,
    /// Device of its folder when it was last there.
    device: Option<u64>,
    /// The look that missed it first.
    gone: Option<Instant>,
    /// It is gone for the time of settling, and its disk is there.
    removed: bool,
}

/// The files below the watched paths, as the looks of a watcher found them.
#[derive(Clone, Debug, Default)]
pub struct Sightings {
    files: HashMap<PathBuf, Sighting>,
    /// The named paths by their real paths, when they were there last.
    named: HashMap<PathBuf, PathBuf>,
}

/// The state of all files after a look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Tally {
    /// Files that are settled and were not read with their mark.
    pub due: usize,
    /// Files that changed, came or went within the time of settling.
    pub unsettled: usize,
    /// The time at which the next of these files settles, if it does not change again.
    pub settles: Option<Instant>,
    /// Files that went before that, from a folder on the device that it was on.
    pub gone: usize,
    /// Files whose folder is on another device than before, or is gone with it: a disk that is not mounted.
    pub away: usize,
}

impl Sightings {
    /// Takes in the result of a walk below the named paths.
    pub(super) fn update(&mut self, named: &[PathBuf], walked: &[Walked], now: Instant) {
        self.named.extend(named.iter().filter_map(|path| Some((path.canonicalize().ok()?, path.clone()))));
        let mut devices: HashMap<&Path, Option<u64>> = HashMap::new();
        let mut missed = std::mem::take(&mut self.files);
        for found in walked {
            let (path, mark) = match found {
                Walked::File(file) => (&file.path, mark_of(file)),
                Walked::Skipped { path, reason } | Walked::Failed { path, reason } => {
                    (path, Mark { size: 0, modified_ns: 0, beside: FxBuildHasher.hash_one(reason) })
                }
                Walked::Index { .. } => continue,
            };
            // Below two of the named paths.
            if self.files.contains_key(path) {
                continue;
            }
            let folder = path.parent().unwrap_or(path);
            let device = *devices.entry(folder).or_insert_with(|| device_of(folder));
            let sighting = match missed.remove(path) {
                Some(known) if known.mark == mark => Sighting { device, gone: None, removed: false, ..known },
                _ => Sighting { mark, since: now, state: State::Fresh, device, gone: None, removed: false },
            };
            self.files.insert(path.clone(), sighting);
        }
        let gone = |(path, file): (PathBuf, Sighting)| (path, Sighting { gone: file.gone.or(Some(now)), ..file });
        self.files.extend(missed.into_iter().map(gone));
    }

    /// Settles the files whose mark has stayed for `settle`, and counts all files by their state.
    pub(super) fn tally(&mut self, now: Instant, settle: Duration) -> Tally {
        let mut tally = Tally::default();
        let mut devices = Devices::default();
        for (path, file) in &mut self.files {
            let since = file.gone.unwrap_or(file.since);
            file.removed = false;
            let settles = since + settle;
            if file.gone.is_some() && devices.differ(path, file.device) {
                tally.away += 1;
            } else if file.gone.is_none() && file.state == State::Read {
            } else if now < settles {
                tally.unsettled += 1;
                tally.settles = Some(tally.settles.map_or(settles, |known| known.min(settles)));
            } else if file.gone.is_some() {
                file.removed = true;
                tally.gone += 1;
            } else {
                file.state = State::Settled;
                tally.due += 1;
            }
        }
        tally
    }

    /// Tells a run how to treat a file.
    pub(super) fn look(&self, file: &SourceFile) -> Look {
        let seen = self.files.get(&file.path);
        match seen.filter(|seen| seen.mark.size == file.size && seen.mark.modified_ns == file.modified_ns) {
            Some(Sighting { state: State::Read, .. }) => Look::Known,
            Some(Sighting { state: State::Settled, gone: None, .. }) => Look::Read,
            _ => Look::Wait,
        }
    }

    /// Tells whether a run must not take a file for removed, by its real path: it was there at the last look, is gone
    /// only for a moment, or went together with its disk.
    pub(super) fn is_kept(&self, path: &Path) -> bool {
        let below = |(real, named): (&PathBuf, &PathBuf)| match path.strip_prefix(real).ok()? {
            rest if rest.as_os_str().is_empty() => Some(named.clone()),
            rest => Some(named.join(rest)),
        };
        self.named.iter().filter_map(below).any(|path| self.files.get(&path).is_some_and(|file| !file.removed))
    }

    /// Records that a run has dealt with the settled files.
    pub(super) fn read(&mut self) {
        let settled = self.files.values_mut().filter(|file| file.state == State::Settled && file.gone.is_none());
        settled.for_each(|file| file.state = State::Read);
    }

    /// Forgets the files that are gone for `settle` at least; files that are away are remembered.
    pub(super) fn forget(&mut self, now: Instant, settle: Duration) {
        let mut devices = Devices::default();
        self.files
            .retain(|path, file| file.gone.is_none_or(|gone| now < gone + settle || devices.differ(path, file.device)));
    }
}

/// The devices on which folders are now, or the nearest folder above them that is left.
#[derive(Default)]
struct Devices {
    known: HashMap<PathBuf, Option<u64>>,
}

impl Devices {
    /// Tells whether the place of a file is on another device than `before`.
    fn differ(&mut self, path: &Path, before: Option<u64>) -> bool {
        let Some(folder) = path.parent() else { return false };
        if !self.known.contains_key(folder) {
            self.known.insert(folder.to_owned(), folder.ancestors().find_map(device_of));
        }
        before.is_some() && self.known.get(folder).is_some_and(|now| *now != before)
    }
}

/// Returns the device of a folder; `None` where the system does not tell it. The parent of `a.txt` is the working
/// directory.
fn device_of(folder: &Path) -> Option<u64> {
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    std::fs::metadata(folder).ok().map(|found| found.dev())
}

fn mark_of(file: &SourceFile) -> Mark {
    let beside = FxBuildHasher.hash_one(ingest::side_marks(&file.path));
    Mark { size: file.size, modified_ns: file.modified_ns, beside }
}

#[cfg(test)]
#[allow(clippy::expect_used)]
mod tests {
    use super::*;

    const SETTLE: Duration = Duration::from_secs(2);

    fn file(path: &str, size: u64, modified_ns: u64) -> SourceFile {
        SourceFile { path: path.into(), shown: path.to_owned(), id: path.to_owned(), size, modified_ns }
    }

    fn met(files: &[&SourceFile]) -> Vec<Walked> {
        files.iter().map(|file| Walked::File((*file).clone())).collect()
    }

    #[test]
    fn a_growing_file_waits_and_a_settled_one_is_read_once() {
        let (start, second) = (Instant::now(), Duration::from_secs(1));
        let mut seen = Sightings::default();
        for size in 1..=5 {
            let now = start + second * size;
            let (growing, whole) = (file("docs/増.txt", size.into(), size.into()), file("docs/全.txt", 9, 9));
            // The second path is below the first.
            seen.update(&[], &met(&[&growing, &whole, &whole]), now);
            let tally = seen.tally(now, SETTLE);
            assert_eq!((tally.unsettled, tally.due), if size < 3 { (2, 0) } else { (1, 1) }, "{size}");
            assert_eq!(seen.look(&growing), Look::Wait);
        }
        let (now, whole) = (start + second * 7, file("docs/全.txt", 9, 9));
        let grown = file("docs/増.txt", 5, 5);
        seen.update(&[], &met(&[&grown, &whole]), now);
        let tally = seen.tally(now, SETTLE);
        assert_eq!((tally.due, tally.unsettled), (2, 0));
        // A file that changed after the look waits, and so does one that came after it.
        assert_eq!(seen.look(&grown), Look::Read);
        assert_eq!(seen.look(&file("docs/増.txt", 6, 6)), Look::Wait);
        assert_eq!(seen.look(&file("docs/新.txt", 6, 6)), Look::Wait);
        seen.read();
        assert_eq!(seen.tally(now + second * 9, SETTLE), Tally::default());
        assert_eq!((seen.look(&grown), seen.look(&file("docs/増.txt", 5, 6))), (Look::Known, Look::Wait));
    }

    #[test]
    fn a_file_that_is_replaced_is_gone_only_after_a_while() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("会合.txt");
        let (start, second) = (Instant::now(), Duration::from_secs(1));
        let there = met(&[&file(&path.to_string_lossy(), 1, 1)]);
        let mut seen = Sightings::default();
        seen.update(&[], &there, start);
        seen.tally(start + SETTLE, SETTLE);
        seen.read();
        seen.update(&[], &[], start + second * 3);
        let tally = seen.tally(start + second * 4, SETTLE);
        assert_eq!((tally.unsettled, tally.gone), (1, 0));
        seen.update(&[], &there, start + second * 4);
        assert_eq!(seen.tally(start + second * 9, SETTLE), Tally::default());
        seen.update(&[], &[], start + second * 9);
        let named = folder.path().to_owned();
        seen.named.insert(named.clone(), named);
        assert!(seen.is_kept(&path), "gone only for a moment");
        assert_eq!(seen.tally(start + second * 11, SETTLE).gone, 1);
        assert!(!seen.is_kept(&path));
        seen.forget(start + second * 11, SETTLE);
        assert_eq!(seen.tally(start + second * 11, SETTLE), Tally::default());
    }

    #[test]
    fn a_file_on_another_device_is_away_and_comes_back_known() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("disk/会合.txt");
        let there = file(&path.to_string_lossy(), 1, 1);
        let start = Instant::now();
        let mut seen = Sightings::default();
        seen.update(&[], &met(&[&there]), start);
        seen.tally(start + SETTLE, SETTLE);
        seen.read();
        // As if its folder had been a disk, of which nothing is left.
        seen.files.get_mut(&path).expect("seen").device = Some(u64::MAX);
        seen.update(&[], &[], start + SETTLE);
        let later = start + SETTLE * 9;
        let tally = seen.tally(later, SETTLE);
        assert_eq!((tally.away, tally.gone), (1, 0));
        seen.named.insert("/真/disk".into(), folder.path().join("disk"));
        assert!(seen.is_kept("/真/disk/会合.txt".as_ref()) && !seen.is_kept("/真/disk/他.txt".as_ref()));
        seen.forget(later, SETTLE);
        seen.update(&[], &met(&[&there]), later);
        assert_eq!((seen.tally(later, SETTLE), seen.look(&there)), (Tally::default(), Look::Known));
    }
}
