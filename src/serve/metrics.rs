//! Numbers of a running server, in the text format of Prometheus.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// Upper bounds of the histogram, in seconds.
const BOUNDS: [f64; 11] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 2.5, 10.0];

/// Counts of requests.
#[derive(Default)]
pub(super) struct Metrics {
    /// By route and status.
    requests: Mutex<BTreeMap<(&'static str, u16), u64>>,
    buckets: [AtomicU64; BOUNDS.len()],
    count: AtomicU64,
    microseconds: AtomicU64,
}

/// A number with its name, type and help.
pub(super) struct Gauge {
    pub name: &'static str,
    pub kind: &'static str,
    pub help: &'static str,
    pub value: usize,
}

impl Metrics {
    /// Counts a request, when its head is ready.
    pub fn count(&self, route: &'static str, status: u16, time: Duration) {
        *self.requests.lock().unwrap_or_else(PoisonError::into_inner).entry((route, status)).or_default() += 1;
        let seconds = time.as_secs_f64();
        for (bucket, _) in self.buckets.iter().zip(BOUNDS).filter(|(_, bound)| seconds <= *bound) {
            bucket.fetch_add(1, Ordering::Relaxed);
        }
        self.count.fetch_add(1, Ordering::Relaxed);
        self.microseconds.fetch_add(u64::try_from(time.as_micros()).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    /// Writes all numbers.
    pub fn text(&self, commit: &str, gauges: &[Gauge]) -> String {
        let mut out = String::new();
        // Writing to a string cannot fail.
        let _ = writeln!(out, "# HELP fumikura_requests_total Requests by route and status.");
        let _ = writeln!(out, "# TYPE fumikura_requests_total counter");
        for ((route, status), count) in self.requests.lock().unwrap_or_else(PoisonError::into_inner).iter() {
            let _ = writeln!(out, "fumikura_requests_total{{route=\"{route}\",status=\"{status}\"}} {count}");
        }
        let _ = writeln!(out, "# HELP fumikura_request_seconds Time from the head of a request to that of its answer.");
        let _ = writeln!(out, "# TYPE fumikura_request_seconds histogram");
        for (bucket, bound) in self.buckets.iter().zip(BOUNDS) {
            let count = bucket.load(Ordering::Relaxed);
            let _ = writeln!(out, "fumikura_request_seconds_bucket{{le=\"{bound}\"}} {count}");
        }
        let count = self.count.load(Ordering::Relaxed);
        let _ = writeln!(out, "fumikura_request_seconds_bucket{{le=\"+Inf\"}} {count}");
        let seconds = Duration::from_micros(self.microseconds.load(Ordering::Relaxed)).as_secs_f64();
        let _ = writeln!(out, "fumikura_request_seconds_sum {seconds}\nfumikura_request_seconds_count {count}");
        for Gauge { name, kind, help, value } in gauges {
            let _ = writeln!(out, "# HELP {name} {help}\n# TYPE {name} {kind}\n{name} {value}");
        }
        let _ = writeln!(out, "# HELP fumikura_index_commit The commit that answers.");
        let _ = writeln!(out, "# TYPE fumikura_index_commit gauge");
        let commit = commit.replace(['"', '\\', '\n'], "");
        let _ = writeln!(out, "fumikura_index_commit{{commit=\"{commit}\"}} 1");
        out
    }
}
