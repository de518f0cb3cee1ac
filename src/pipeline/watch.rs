//! Keeps an index up to date: looks at the files again and again, and runs [`run`](super::run) for those that changed.
//!
//! Looking is the truth, events only wake it: over a network share or after an overflow there are none. A file is read
//! once its size and time stay the same for a while. The lock of the index is held during a run alone, so that other
//! runs come between.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use super::manifest::Prune;
use super::options::IndexOptions;
use super::report::{Progress, Report, Reported};
use super::sightings::{Sightings, Tally};
use super::wake::Wake;
use crate::index::{IndexError, is_index_folder};
use crate::ingest;

/// Longest wait of a settled file for others that are still being written.
const BATCH: Duration = Duration::from_secs(5);
/// Settled files that are read at once, whatever is still being written.
const BATCH_FILES: usize = 500;
/// Time from an event to the look that it wakes: events come in swarms.
const DEBOUNCE: Duration = Duration::from_millis(300);
/// A look takes at most one part in this many of the time.
const REST: u32 = 10;
/// Time until the next try where another process writes to the index.
const BUSY: Duration = Duration::from_secs(2);
/// Longest time until failed files are tried again.
const LONGEST_RETRY: Duration = Duration::from_secs(3600);

/// The options of a watch.
///
/// # Examples
/// ```
/// use std::time::Duration;
///
/// use fumikura::IndexOptions;
/// use fumikura::pipeline::WatchOptions;
///
/// let index = IndexOptions::new(vec!["資料".into()], "索引".into());
/// let options = WatchOptions { settle: Duration::from_secs(5), ..WatchOptions::new(index) };
/// assert!(options.events && options.every > options.settle);
/// ```
#[derive(Clone, Debug)]
pub struct WatchOptions {
    /// The options of each run.
    pub index: IndexOptions,
    /// Longest time between two looks at the files.
    pub every: Duration,
    /// Time for which a file must keep its size and time before it is read, or stay away before it counts as gone.
    pub settle: Duration,
    /// Events of the file system wake a look before its time.
    pub events: bool,
}

impl WatchOptions {
    /// Builds the default options: a look each minute and at events; files settle within 2 seconds.
    pub fn new(index: IndexOptions) -> Self {
        Self { index, every: Duration::from_secs(60), settle: Duration::from_secs(2), events: true }
    }
}

/// What a watch tells while it goes on.
#[derive(Debug)]
#[non_exhaustive]
pub enum Happening<'a> {
    /// A run changed the index, or met other problems than the run before. Its notes are those that the run before did
    /// not have.
    Batch(&'a Report),
    /// A named path is not there; nothing of it is removed.
    Away {
        /// The path.
        path: &'a Path,
        /// What was found in its place.
        problem: &'a str,
    },
    /// A path that was away is back.
    Back(&'a Path),
    /// Files are gone together with the disk that they were on; nothing is removed until they are back.
    FilesAway(usize),
    /// Files that were away are back; so many others are still away, or hidden by the disk that is mounted over them.
    FilesBack(usize),
    /// Another process writes to the index; this one waits.
    Busy(&'a IndexError),
    /// The run failed for a reason that may pass; it is tried again.
    Failed {
        /// The error.
        error: &'a IndexError,
        /// Time until the next try.
        after: Duration,
    },
    /// The system gives no events; looking goes on.
    NoEvents(&'a str),
    /// A look at all files.
    Looked {
        /// Files that the next run reads.
        due: usize,
        /// Files that are being written.
        unsettled: usize,
        /// Time of the look.
        took: Duration,
    },
}

/// Watches the named paths until `options.index.stop` is set, and keeps the index up to date.
///
/// A file is indexed once it has settled; a batch of files is one commit. A path that is absent is told, and waited
/// for.
///
/// # Errors
/// `IndexError` where no later run could succeed: an index of another version, a damaged one, a folder of others.
pub fn watch(
    options: &WatchOptions,
    progress: &dyn Progress,
    tell: &mut dyn FnMut(Happening<'_>),
) -> Result<(), IndexError> {
    let (wake, problem) = Wake::new(&options.index.index, options.events);
    if let Some(problem) = problem {
        tell(Happening::NoEvents(&problem));
    }
    let mut watch = Watch {
        options,
        progress,
        tell,
        wake,
        seen: Arc::default(),
        away: Vec::new(),
        files_away: 0,
        told: HashSet::new(),
        is_first: true,
        due: None,
        retry: None,
        is_busy: false,
        is_deaf: false,
    };
    watch.keep()
}

struct Watch<'a> {
    options: &'a WatchOptions,
    progress: &'a dyn Progress,
    tell: &'a mut dyn FnMut(Happening<'_>),
    wake: Wake,
    seen: Arc<Sightings>,
    /// Paths that are not there.
    away: Vec<PathBuf>,
    /// Number of gone files whose disk is not there.
    files_away: usize,
    /// Notes of the last report.
    told: HashSet<Reported>,
    is_first: bool,
    /// The look that found something to do first.
    due: Option<Instant>,
    /// When failed files are tried again, and the time from one try to the next.
    retry: Option<(Instant, Duration)>,
    is_busy: bool,
    /// A path gives no events, which was told.
    is_deaf: bool,
}

impl Watch<'_> {
    fn keep(&mut self) -> Result<(), IndexError> {
        while !self.is_over() {
            let started = Instant::now();
            self.wake.drain();
            let present = self.present();
            let (tally, took) = self.look(&present, started);
            let soon = match self.is_ready(&tally, &present, started) {
                true => self.run(&present)?.map(|soon| Instant::now() + soon),
                false => self.due.map(|since| since + BATCH),
            };
            let retry = self.retry.map(|(at, _)| at).filter(|at| *at > started);
            let every = started + self.options.every;
            let next = [tally.settles, soon, retry].into_iter().flatten().fold(every, Instant::min);
            let rest = Instant::now() + took * REST;
            self.rest(next.max(rest), rest);
        }
        Ok(())
    }

    fn is_over(&self) -> bool {
        self.options.index.stop.load(Ordering::Relaxed)
    }

    /// Sleeps until the next look; an event makes it come before its time, but not before `rest`.
    fn rest(&self, next: Instant, rest: Instant) {
        if self.wake.sleep(next, || self.is_over()) {
            let until = (Instant::now() + DEBOUNCE).max(rest);
            // More events of the same swarm do not make it come sooner.
            while !self.is_over() && self.wake.sleep(until, || self.is_over()) {}
        }
    }

    /// Returns the named paths that are there, and tells which are not.
    fn present(&mut self) -> Vec<PathBuf> {
        let mut present = Vec::new();
        for path in &self.options.index.paths {
            let problem = absence(path);
            let was_away = self.away.contains(path);
            match &problem {
                Some(problem) if !was_away => {
                    self.away.push(path.clone());
                    self.wake.forget(path);
                    (self.tell)(Happening::Away { path, problem });
                }
                None if was_away => {
                    self.away.retain(|away| away != path);
                    // What was heard was the empty folder below the disk.
                    self.wake.forget(path);
                    (self.tell)(Happening::Back(path));
                }
                _ => {}
            }
            // An empty folder is walked: its first file may come at any time.
            if problem.is_none_or(|problem| problem == EMPTY) {
                present.push(path.clone());
            }
        }
        let deaf = self.wake.listen(&present);
        if let Some(problem) = deaf.filter(|_| !std::mem::replace(&mut self.is_deaf, true)) {
            (self.tell)(Happening::NoEvents(&problem));
        }
        present
    }

    /// Looks at all files; returns their state and the time that it took.
    fn look(&mut self, present: &[PathBuf], now: Instant) -> (Tally, Duration) {
        let walked: Vec<_> =
            present.iter().flat_map(|path| ingest::walk(std::slice::from_ref(path), &is_index_folder)).collect();
        let seen = Arc::make_mut(&mut self.seen);
        seen.update(present, &walked, now);
        let tally = seen.tally(now, self.options.settle);
        if self.options.index.prune == Prune::Nothing {
            seen.forget(now, self.options.settle);
        }
        let took = now.elapsed();
        let Tally { due, unsettled, away, .. } = tally;
        (self.tell)(Happening::Looked { due, unsettled, took });
        if away != self.files_away {
            present.iter().for_each(|path| self.wake.forget(path));
            let is_more = away > std::mem::replace(&mut self.files_away, away);
            (self.tell)(if is_more { Happening::FilesAway(away) } else { Happening::FilesBack(away) });
        }
        (tally, took)
    }

    /// Tells whether it is time for a run.
    fn is_ready(&mut self, tally: &Tally, present: &[PathBuf], now: Instant) -> bool {
        let prunes = tally.gone > 0 && self.prune() != Prune::Nothing;
        let retries = self.retry.is_some_and(|(at, _)| now >= at);
        // The first run makes the index, and tells the state of the files, though nothing is new.
        let begins = self.is_first && tally.unsettled == 0;
        if present.is_empty() || !(tally.due > 0 || prunes || retries || begins) {
            self.due = None;
            return false;
        }
        let since = *self.due.get_or_insert(now);
        let is_ready = tally.unsettled == 0 || now >= since + BATCH || tally.due >= BATCH_FILES;
        if is_ready {
            self.due = None;
        }
        is_ready
    }

    /// Nothing is pruned while a named path is away: its files would look as if they had been removed. Of other paths
    /// the run knows each file that went with its disk.
    fn prune(&self) -> Prune {
        match self.options.index.prune {
            Prune::Nothing => Prune::Nothing,
            _ if !self.away.is_empty() => Prune::Nothing,
            // A watch never takes an emptied folder for removed files.
            Prune::Seen | Prune::All => Prune::Seen,
        }
    }

    /// Runs once; returns the time until the next look where it should come soon.
    fn run(&mut self, present: &[PathBuf]) -> Result<Option<Duration>, IndexError> {
        let is_retry = self.retry.is_some_and(|(at, _)| Instant::now() >= at);
        let mut options = IndexOptions {
            paths: present.to_vec(),
            prune: self.prune(),
            // A lock that is held is tried again below, where the flag that ends the watch is looked at.
            wait: Duration::ZERO,
            retry: self.options.index.retry && self.is_first,
            seen: Some(self.seen.clone()),
            ..self.options.index.clone()
        };
        let result = super::run(&options, self.progress);
        options.seen = None;
        let report = match result {
            Ok(report) => report,
            Err(error @ IndexError::Busy { .. }) => {
                if !std::mem::replace(&mut self.is_busy, true) {
                    (self.tell)(Happening::Busy(&error));
                }
                return Ok(Some(BUSY));
            }
            // A full disk, a share that does not answer: a later run may succeed, and the files stay due.
            Err(error @ IndexError::Io { .. }) => {
                let after = self.options.every;
                (self.tell)(Happening::Failed { error: &error, after });
                self.retry = Some((Instant::now() + after, after));
                return Ok(Some(after));
            }
            Err(error) => return Err(error),
        };
        self.is_busy = false;
        let now = Instant::now();
        if !report.stopped {
            let seen = Arc::make_mut(&mut self.seen);
            seen.read();
            if options.prune != Prune::Nothing {
                seen.forget(now, self.options.settle);
            }
        }
        // Some failures pass: a share that did not answer, a file without permission. The others cost no reading.
        self.retry = match self.retry {
            _ if report.failed.is_empty() => None,
            Some((_, after)) if is_retry => {
                let after = (after * 2).min(LONGEST_RETRY.max(self.options.every));
                Some((now + after, after))
            }
            Some(retry) => Some(retry),
            None => Some((now + self.options.every, self.options.every)),
        };
        self.report(report);
        Ok(None)
    }

    /// Tells a report, without the notes that the last one had.
    fn report(&mut self, mut report: Report) {
        let changes = report.added + report.changed + report.removed;
        let mut notes = HashSet::new();
        let mut is_news = false;
        for list in [&mut report.skipped, &mut report.failed, &mut report.warnings, &mut report.accepted] {
            notes.extend(list.iter().cloned());
            list.retain(|note| !self.told.contains(note));
            is_news |= !list.is_empty();
        }
        self.told = notes;
        if changes > 0 || is_news || report.stopped || self.is_first {
            (self.tell)(Happening::Batch(&report));
        }
        self.is_first = false;
    }
}

/// What is told of a folder without entries.
const EMPTY: &str = "is empty";

/// Tells what is wrong with a named path: it is absent, unreadable or an empty folder.
fn absence(path: &Path) -> Option<String> {
    match std::fs::metadata(path) {
        Ok(found) if !found.is_dir() => None,
        Ok(_) => match std::fs::read_dir(path).map(|mut entries| entries.next()) {
            Ok(Some(Ok(_))) => None,
            Ok(None) => Some(EMPTY.to_owned()),
            Ok(Some(Err(error))) | Err(error) => Some(error.to_string()),
        },
        Err(error) => Some(error.to_string()),
    }
}
