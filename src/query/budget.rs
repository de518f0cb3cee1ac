//! Time limit of a search: a deadline, and a flag that cancels the search.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// Extra time to show the hits found when the deadline passed.
const SHOWING: Duration = Duration::from_millis(250);

/// A bound on the time of a search. The default has none.
///
/// # Examples
/// ```
/// use std::sync::Arc;
/// use std::sync::atomic::AtomicBool;
/// use std::time::Duration;
/// use fumikura::engine::Request;
/// use fumikura::query::Budget;
///
/// let gone = Arc::new(AtomicBool::new(false));
/// let budget = Budget::within(Duration::from_secs(2)).unless(gone);
/// let request = Request { text: "人材育成".to_owned(), budget, ..Request::default() };
/// assert!(!request.budget.is_spent());
/// ```
#[derive(Clone, Debug, Default)]
pub struct Budget {
    deadline: Option<Instant>,
    cancel: Option<Arc<AtomicBool>>,
    /// The deadline bounds finding but not showing.
    waits: bool,
}

impl Budget {
    /// Ends a search after some time from now.
    pub fn within(time: Duration) -> Self {
        // A deadline beyond the clock's range means no deadline.
        Self { deadline: Instant::now().checked_add(time), ..Self::default() }
    }

    /// Ends a search also when another thread sets a flag, for example because the client has gone.
    pub fn unless(self, cancel: Arc<AtomicBool>) -> Self {
        Self { cancel: Some(cancel), ..self }
    }

    /// Shows all hits found in time without a limit for showing: for lists of many hits.
    pub fn showing_all(self) -> Self {
        Self { waits: true, ..self }
    }

    /// True where the deadline has passed or the search was cancelled.
    pub fn is_spent(&self) -> bool {
        self.is_cancelled() || self.deadline.is_some_and(|deadline| Instant::now() >= deadline)
    }

    fn is_cancelled(&self) -> bool {
        self.cancel.as_ref().is_some_and(|cancel| cancel.load(Ordering::Relaxed))
    }
}

/// A budget in use. Each loop over data checks it and stops when it is over.
#[derive(Debug, Default)]
pub(crate) struct Watch {
    budget: Budget,
    /// True after some loop stopped early.
    cut: AtomicBool,
}

impl Watch {
    pub fn new(budget: Budget) -> Self {
        Self { budget, cut: AtomicBool::new(false) }
    }

    /// True where the remaining work must be skipped. The results found so far are then a part of the answer.
    pub fn is_over(&self) -> bool {
        if self.cut.load(Ordering::Relaxed) {
            return true;
        }
        let spent = self.budget.is_spent();
        if spent {
            self.cut.store(true, Ordering::Relaxed);
        }
        spent
    }

    /// Records that work was skipped.
    pub fn cut(&self) {
        self.cut.store(true, Ordering::Relaxed);
    }

    /// True where work was skipped.
    pub fn was_cut(&self) -> bool {
        self.cut.load(Ordering::Relaxed)
    }

    /// Makes the watch for showing hits: it adds a little time, or has no deadline after [`Budget::showing_all`]. A
    /// cancelled search gets no extra time.
    pub fn showing(&self) -> Self {
        let deadline = self.budget.deadline.filter(|_| !self.budget.waits);
        Self::new(Budget {
            deadline: deadline.map(|deadline| deadline.max(Instant::now() + SHOWING)),
            ..self.budget.clone()
        })
    }
}

/// Checks a watch at intervals of work, because reading the clock is slow.
pub(crate) struct Pace<'a> {
    watch: &'a Watch,
    done: u64,
}

/// Work between two checks of the clock, in postings: well under a millisecond.
const STRIDE: u64 = 1 << 15;

impl<'a> Pace<'a> {
    pub fn new(watch: &'a Watch) -> Self {
        Self { watch, done: 0 }
    }

    /// Adds the next work, in postings; true where it must be skipped.
    pub fn is_over(&mut self, work: u64) -> bool {
        self.done += work;
        if self.done < STRIDE {
            return self.watch.was_cut();
        }
        self.done = 0;
        self.watch.is_over()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::time::Duration;

    use super::{Budget, Watch};

    #[test]
    fn a_watch_remembers_that_work_was_left() {
        let watch = Watch::new(Budget::within(Duration::ZERO));
        assert!(!watch.was_cut(), "nobody asked");
        assert!(watch.is_over() && watch.was_cut());
        assert!(!watch.showing().is_over(), "what was found is shown");
        let flag = Arc::new(AtomicBool::new(false));
        let watch = Watch::new(Budget::default().unless(flag.clone()));
        assert!(!watch.is_over());
        flag.store(true, Ordering::Relaxed);
        assert!(watch.is_over() && watch.showing().is_over(), "nobody waits");
        assert!(!Watch::new(Budget::within(Duration::MAX)).is_over());
    }
}
