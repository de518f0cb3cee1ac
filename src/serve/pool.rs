//! Threads that search: as many as cores, a bounded queue, and searches that end when their client has gone.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, timeout_at};

use crate::query::Budget;

/// Time after the deadline in which a search must end by itself.
const GRACE: Duration = Duration::from_secs(1);

/// Reason why a job gave no result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refused {
    /// The queue is full.
    Busy,
    /// The deadline passed.
    Late,
    /// The job panicked.
    Panicked,
}

/// Sets a flag when it is dropped: the future of a request is dropped when its client goes.
pub(super) struct Cancel(Arc<AtomicBool>);

impl Cancel {
    pub fn new() -> (Self, Arc<AtomicBool>) {
        let flag = Arc::new(AtomicBool::new(false));
        (Self(flag.clone()), flag)
    }
}

impl Drop for Cancel {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Numbers of a pool.
#[derive(Default)]
pub(super) struct Counts {
    pub running: AtomicUsize,
    pub waiting: AtomicUsize,
    /// Jobs that ended after their client had gone or their time had run out.
    pub cut: AtomicUsize,
}

/// A number that goes up, and down when this is dropped.
struct Counted<'a>(&'a AtomicUsize);

impl<'a> Counted<'a> {
    fn new(count: &'a AtomicUsize) -> (Self, usize) {
        let before = count.fetch_add(1, Ordering::AcqRel);
        (Self(count), before)
    }
}

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

/// A pool of threads.
pub(super) struct Pool {
    permits: Arc<Semaphore>,
    queue: usize,
    pub counts: Arc<Counts>,
}

impl Pool {
    pub fn new(threads: usize, queue: usize) -> Self {
        Self { permits: Arc::new(Semaphore::new(threads)), queue, counts: Arc::default() }
    }

    async fn permit(&self, deadline: Instant) -> Result<OwnedSemaphorePermit, Refused> {
        if let Ok(permit) = self.permits.clone().try_acquire_owned() {
            return Ok(permit);
        }
        let (_waits, before) = Counted::new(&self.counts.waiting);
        if before >= self.queue {
            return Err(Refused::Busy);
        }
        match timeout_at(deadline, self.permits.clone().acquire_owned()).await {
            Ok(Ok(permit)) => Ok(permit),
            _ => Err(Refused::Busy),
        }
    }

    /// Runs a job with the time that is left. When this future is dropped, the budget of the job is spent.
    pub async fn run<T: Send + 'static>(
        &self,
        time: Duration,
        job: impl FnOnce(Budget) -> T + Send + 'static,
    ) -> Result<T, Refused> {
        let deadline = Instant::now() + time;
        let permit = self.permit(deadline).await?;
        let (_cancel, flag) = Cancel::new();
        let budget = Budget::within(deadline.saturating_duration_since(Instant::now())).unless(flag.clone());
        let counts = self.counts.clone();
        let task = tokio::task::spawn_blocking(move || {
            // Both are held until the job has really ended, whether somebody waits for it or not.
            let _permit = permit;
            let (_running, _) = Counted::new(&counts.running);
            let result = job(budget);
            if flag.load(Ordering::Relaxed) {
                counts.cut.fetch_add(1, Ordering::Relaxed);
            }
            result
        });
        match timeout_at(deadline + GRACE, task).await {
            Ok(Ok(result)) => Ok(result),
            Ok(Err(_)) => Err(Refused::Panicked),
            Err(_) => Err(Refused::Late),
        }
    }

    /// Starts a job that goes on after its head is ready, for a body that is streamed. The job ends when its writer
    /// fails, because the client has gone.
    pub async fn start(&self, time: Duration, job: impl FnOnce() + Send + 'static) -> Result<(), Refused> {
        let permit = self.permit(Instant::now() + time).await?;
        let counts = self.counts.clone();
        // The handle is dropped: the job tells its end through its channel.
        drop(tokio::task::spawn_blocking(move || {
            let _permit = permit;
            let (_running, _) = Counted::new(&counts.running);
            job();
        }));
        Ok(())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::Ordering;
    use std::time::{Duration, Instant};

    use super::{Pool, Refused};

    const LONG: Duration = Duration::from_secs(20);

    fn block<T>(future: impl Future<Output = T>) -> T {
        tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap().block_on(future)
    }

    #[test]
    fn a_panic_fails_its_job_and_the_next_one_runs() {
        std::panic::set_hook(Box::new(|_| {}));
        block(async {
            let pool = Pool::new(1, 1);
            assert_eq!(pool.run(LONG, |_| panic!("of a request")).await, Err::<(), _>(Refused::Panicked));
            assert_eq!(pool.run(LONG, |_| 1).await, Ok(1));
        });
    }

    #[test]
    fn a_full_queue_refuses_and_a_dropped_future_ends_its_job() {
        block(async {
            let pool = Arc::new(Pool::new(1, 1));
            let job = |pool: Arc<Pool>| {
                tokio::spawn(async move {
                    pool.run(LONG, |budget| {
                        while !budget.is_spent() {
                            std::thread::sleep(Duration::from_millis(1))
                        }
                    })
                    .await
                })
            };
            let first = job(pool.clone());
            while pool.counts.running.load(Ordering::Relaxed) == 0 {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            let second = job(pool.clone());
            while pool.counts.waiting.load(Ordering::Relaxed) == 0 {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            assert_eq!(pool.run(LONG, |_| 1).await, Err(Refused::Busy));
            second.abort();
            first.abort();
            let began = Instant::now();
            // The second job leaves the queue once its future is dropped.
            let mut answer = pool.run(LONG, |_| 1).await;
            while answer == Err(Refused::Busy) && began.elapsed() < Duration::from_secs(2) {
                tokio::time::sleep(Duration::from_millis(1)).await;
                answer = pool.run(LONG, |_| 1).await;
            }
            assert_eq!(answer, Ok(1), "the thread is free again");
            assert!(began.elapsed() < Duration::from_secs(2));
            assert_eq!(pool.counts.cut.load(Ordering::Relaxed), 1);
        });
    }

    #[test]
    fn a_job_that_ignores_its_deadline_is_told_late() {
        block(async {
            let pool = Pool::new(1, 1);
            let began = Instant::now();
            let late = pool.run(Duration::from_millis(10), |_| std::thread::sleep(Duration::from_secs(3))).await;
            assert_eq!(late, Err(Refused::Late));
            assert!(began.elapsed() < Duration::from_secs(2));
        });
    }
}
