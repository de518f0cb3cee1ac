//! Reads the hits of a request with some work for each, on all processors.

use std::collections::VecDeque;
use std::ops::ControlFlow;
use std::thread::ScopedJoinHandle;

use crate::engine::{Answer, Engine, Found, Request, SearchError, Sort};

/// Hits that one thread works on at a time: enough to pay for the thread, few enough for memory.
const BATCH: usize = 64;

/// Makes the request for all exact hits, in an order that costs no ranking.
pub(super) fn all_hits(request: &Request) -> Request {
    Request {
        limit: usize::MAX,
        offset: 0,
        sort: Sort::Date,
        facets: false,
        explain: false,
        relax: false,
        group_documents: false,
        fold_duplicates: false,
        ..request.clone()
    }
}

/// Passes the hits of a request to some work and its results to `take`, in the order of the hits whatever the number of
/// threads.
///
/// # Errors
/// As [`Engine::each_match`].
pub(super) fn each_passage<T: Send>(
    engine: &dyn Engine,
    request: &Request,
    work: impl Fn(Found) -> T + Sync,
    mut take: impl FnMut(T),
) -> Result<Answer, SearchError> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let work = &work;
    let joined =
        |handle: ScopedJoinHandle<'_, Vec<T>>| handle.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
    std::thread::scope(|scope| {
        let mut running = VecDeque::new();
        let mut batch = Vec::with_capacity(BATCH);
        let mut visitor = |found: Found| {
            batch.push(found);
            if batch.len() == BATCH {
                // While the others work, this thread reads the next hits.
                if running.len() == threads {
                    running.pop_front().map(joined).into_iter().flatten().for_each(&mut take);
                }
                let batch = std::mem::replace(&mut batch, Vec::with_capacity(BATCH));
                running.push_back(scope.spawn(move || batch.into_iter().map(work).collect::<Vec<T>>()));
            }
            ControlFlow::Continue(())
        };
        let answer = engine.each_match(request, &mut visitor)?;
        running.into_iter().flat_map(joined).for_each(&mut take);
        batch.into_iter().map(work).for_each(&mut take);
        Ok(answer)
    })
}
