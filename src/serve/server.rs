//! The parts of a running server.

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use tokio::sync::Semaphore;

use super::buckets::{Buckets, Streams};
use super::connection::Connections;
use super::metrics::{Gauge, Metrics};
use super::options::Settings;
use super::pool::Pool;
use super::store::Store;

/// Most requests in hand.
const MOST_REQUESTS: usize = 64;
/// Searches that may wait on a machine of few cores: most take milliseconds, and their time is bounded.
const LEAST_QUEUE: usize = 32;
/// Lists that are streamed at once: each holds a thread as long as its client reads.
const MOST_EXPORTS: usize = 8;
/// Originals that are sent at once.
const MOST_ORIGINALS: usize = 8;
/// Requests of one client: per second, and at once.
const REQUESTS: (f64, f64) = (20.0, 60.0);
/// Wrong passwords for one name from one client: per second, and at once.
const WRONG_PASSWORDS: (f64, f64) = (0.2, 5.0);
/// Passwords that may wait for the thread that verifies them.
const MOST_UNVERIFIED: usize = 64;

/// Receives lines for people: the log.
pub type Say = dyn Fn(&str) + Send + Sync;

/// A running server.
pub(super) struct Server {
    pub settings: Settings,
    pub store: Store,
    /// Threads for answers that are written before they are sent.
    pub searches: Pool,
    /// Threads for lists that are written while they are sent.
    pub exports: Pool,
    /// Threads for files that are sent as they came.
    pub originals: Pool,
    /// The thread that verifies passwords.
    pub verifying: Pool,
    pub metrics: Metrics,
    /// Requests that each client has left.
    pub buckets: Buckets<IpAddr>,
    /// Wrong passwords that each client has left for a name.
    pub wrong_passwords: Buckets<(IpAddr, u8)>,
    /// Lists and files that each client reads.
    pub streams: Streams,
    pub connections: Connections,
    pub requests: Arc<Semaphore>,
    pub say: Box<Say>,
}

impl Server {
    pub fn new(settings: Settings, store: Store, say: Box<Say>) -> Self {
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        Self {
            settings,
            store,
            searches: Pool::new(cores, (4 * cores).max(LEAST_QUEUE)),
            exports: Pool::new(MOST_EXPORTS, MOST_EXPORTS),
            originals: Pool::new(MOST_ORIGINALS, MOST_ORIGINALS),
            verifying: Pool::new(1, MOST_UNVERIFIED),
            metrics: Metrics::default(),
            buckets: Buckets::new(REQUESTS.0, REQUESTS.1),
            wrong_passwords: Buckets::new(WRONG_PASSWORDS.0, WRONG_PASSWORDS.1),
            streams: Streams::default(),
            connections: Connections::default(),
            requests: Arc::new(Semaphore::new(MOST_REQUESTS)),
            say,
        }
    }

    /// Tells whether the pages of an origin may read the API.
    pub fn allows_cors(&self, origin: &str) -> bool {
        self.settings.options.cors.iter().any(|known| known == origin)
    }

    /// Returns the numbers of the server.
    pub fn numbers(&self) -> String {
        let held = self.store.current();
        let counter = |name, help, value| Gauge { name, kind: "counter", help, value };
        let gauge = |name, help, value| Gauge { name, kind: "gauge", help, value };
        let of = |pool: &Pool| {
            let counts = &pool.counts;
            [&counts.running, &counts.waiting, &counts.cut].map(|count| count.load(Ordering::Relaxed))
        };
        let [running, waiting, cut] = of(&self.searches);
        let [streaming, _, _] = of(&self.exports);
        let [sending, _, _] = of(&self.originals);
        self.metrics.text(
            &held.commit,
            &[
                gauge("fumikura_searches_running", "Searches that run now.", running),
                gauge("fumikura_searches_waiting", "Searches that wait for a thread.", waiting),
                counter(
                    "fumikura_searches_cut_total",
                    "Searches stopped because their client went or time ran out.",
                    cut,
                ),
                gauge("fumikura_exports_running", "Lists that are being streamed.", streaming),
                gauge("fumikura_originals_running", "Files that are being sent.", sending),
                gauge("fumikura_connections", "Open connections.", self.connections.count()),
                gauge("fumikura_index_documents", "Documents of the index.", held.documents),
                gauge("fumikura_index_passages", "Passages of the index.", held.passages),
            ],
        )
    }
}
