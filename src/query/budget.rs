//! How long a search may take: a deadline, and a flag by which the one who asked calls it off.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// Time for showing what was found when the deadline passed.
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
    /// The deadline is for finding alone.
    waits: bool,
}

impl Budget {
    /// Ends a search after some time from now.
    pub fn within(time: Duration) -> Self {
        // A deadline that no clock can tell is none.
        Self { deadline: Instant::now().checked_add(time), ..Self::default() }
    }

    /// Ends a search too where a flag is set by another thread: nobody waits for the answer any more.
    pub fn unless(self, cancel: Arc<AtomicBool>) -> Self {
        Self { cancel: Some(cancel), ..self }
    }

    /// Shows all that was found in time, however long that takes: for lists of many hits.
    pub fn showing_all(self) -> Self {
        Self { waits: true, ..self }
    }

    /// True where the time is over or the search was called off.
    pub fn is_spent(&self) -> bool {
        self.is_cancelled() || self.deadline.is_some_and(|deadline| Instant::now() >= deadline)
    }

    fn is_cancelled(&self) -> bool {
        self.cancel.as_ref().is_some_and(|cancel| cancel.load(Ordering::Relaxed))
    }
}

/// A budget at work. Each loop over data asks it and stops where it is over.
#[derive(Debug, Default)]
pub(crate) struct Watch {
    budget: Budget,
    /// Some loop stopped early.
    cut: AtomicBool,
}

impl Watch {
    pub fn new(budget: Budget) -> Self {
        Self { budget, cut: AtomicBool::new(false) }
    }

    /// True where work that is left must not be done. What was found is then a part of the answer.
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

    /// Some work is left undone.
    pub fn cut(&self) {
        self.cut.store(true, Ordering::Relaxed);
    }

    /// True where some work was left undone.
    pub fn was_cut(&self) -> bool {
        self.cut.load(Ordering::Relaxed)
    }

    /// For showing what was found: a little more time, unless nobody waits; all that it takes where that was asked for.
    pub fn showing(&self) -> Self {
        let deadline = self.budget.deadline.filter(|_| !self.budget.waits);
        Self::new(Budget {
            deadline: deadline.map(|deadline| deadline.max(Instant::now() + SHOWING)),
            ..self.budget.clone()
        })
    }
}

/// Asks a watch now and then: where so much work was done since.
pub(crate) struct Pace<'a> {
    watch: &'a Watch,
    done: u64,
}

/// Work between two looks at the clock, in postings: well under a millisecond.
const STRIDE: u64 = 1 << 15;

impl<'a> Pace<'a> {
    pub fn new(watch: &'a Watch) -> Self {
        Self { watch, done: 0 }
    }

    /// Adds some work that comes next; true where it must not be done.
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
