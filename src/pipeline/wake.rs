//! Events of the file system, which only wake a watcher before its time: what changed is found by looking.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

use notify::event::{AccessKind, AccessMode, EventKind};
use notify::{Config, Event, RecommendedWatcher, RecursiveMode, Watcher as _};

/// Longest sleep between two looks at the flag that ends a watch.
const NAP: Duration = Duration::from_millis(200);

/// Receives events of watched folders; without events, it only sleeps.
pub(super) struct Wake {
    watcher: Option<RecommendedWatcher>,
    sender: Sender<()>,
    receiver: Receiver<()>,
    /// Paths whose events are received.
    heard: Vec<PathBuf>,
    /// Folder whose events are our own.
    index: PathBuf,
}

impl Wake {
    /// Makes a receiver. The events of the folder of the index are left out, because the watcher writes there itself.
    pub fn new(index: &Path, has_events: bool) -> (Self, Option<String>) {
        let (sender, receiver) = channel();
        let index = index.canonicalize().unwrap_or_else(|_| index.to_owned());
        let mut wake = Self { watcher: None, sender, receiver, heard: Vec::new(), index };
        let problem = has_events.then(|| wake.start()).and_then(Result::err);
        (wake, problem.map(|error| error.to_string()))
    }

    fn start(&mut self) -> notify::Result<()> {
        let (sender, index) = (self.sender.clone(), self.index.clone());
        let hear = move |event: notify::Result<Event>| {
            // An error, an overflow for example, wakes as well: the look finds what the lost events would have told.
            if event.map_or(true, |event| is_change(&event) && !event.paths.iter().all(|path| path.starts_with(&index)))
            {
                let _ = sender.send(());
            }
        };
        self.watcher = Some(RecommendedWatcher::new(hear, Config::default().with_follow_symlinks(false))?);
        Ok(())
    }

    /// Makes sure that the events of each path are received. Returns the reason where those of a path are not.
    pub fn listen(&mut self, paths: &[PathBuf]) -> Option<String> {
        let watcher = self.watcher.as_mut()?;
        let mut problem = None;
        for path in paths {
            // Events carry the path that was watched, and ours are recognised by the real one.
            let Ok(real) = path.canonicalize() else { continue };
            if self.heard.contains(&real) {
                continue;
            }
            // Not tried again at each look: the limit of watches stays what it is.
            if let Err(error) = watcher.watch(&real, RecursiveMode::Recursive) {
                problem = problem.or(Some(error.to_string()));
            }
            self.heard.push(real);
        }
        problem
    }

    /// Forgets a path that went or came, so that the events of what stands there now are received: those of a disk end
    /// when it is unmounted, and a disk that is mounted hides the folder that was heard.
    pub fn forget(&mut self, path: &Path) {
        let real = path.canonicalize().ok();
        let gone = |heard: &PathBuf| Some(heard) == real.as_ref() || !heard.exists();
        for path in self.heard.iter().filter(|heard| gone(heard)) {
            let _ = self.watcher.as_mut().map(|watcher| watcher.unwatch(path));
        }
        self.heard.retain(|heard| !gone(heard));
    }

    /// Sleeps until `deadline`, an event, or an end that `is_over` tells. Returns true for an event.
    pub fn sleep(&self, deadline: Instant, is_over: impl Fn() -> bool) -> bool {
        while !is_over() {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return false;
            }
            match self.receiver.recv_timeout(left.min(NAP)) {
                Ok(()) => return true,
                // This end holds a sender, so the channel stays open.
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {}
            }
        }
        false
    }

    /// Drops the events that came until now.
    pub fn drain(&self) {
        self.receiver.try_iter().for_each(drop);
    }
}

/// Tells whether a file may have changed: reading one, as this program does, is an event too.
fn is_change(event: &Event) -> bool {
    !matches!(event.kind, EventKind::Access(kind) if kind != AccessKind::Close(AccessMode::Write))
}
