//! How often one address may ask.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

/// Requests of one address: per second, and at once.
const RATE: f64 = 20.0;
const BURST: f64 = 60.0;
/// Addresses that are remembered.
const MOST_ADDRESSES: usize = 10_000;

/// Requests of each address that are left.
#[derive(Default)]
pub(super) struct Buckets(Mutex<HashMap<IpAddr, (f64, Instant)>>);

impl Buckets {
    /// Takes a request of an address; `false` where none is left.
    pub fn take(&self, peer: IpAddr, now: Instant) -> bool {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let filled = |(left, since): (f64, Instant)| {
            (left + now.saturating_duration_since(since).as_secs_f64() * RATE).min(BURST)
        };
        if all.len() >= MOST_ADDRESSES {
            // A full bucket says nothing.
            all.retain(|_, bucket| filled(*bucket) < BURST);
        }
        if all.len() >= MOST_ADDRESSES && !all.contains_key(&peer) {
            return false;
        }
        let bucket = all.entry(peer).or_insert((BURST, now));
        let left = filled(*bucket);
        *bucket = ((left - 1.0).max(0.0), now);
        left >= 1.0
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::net::IpAddr;
    use std::time::{Duration, Instant};

    use super::{BURST, Buckets};

    #[test]
    fn an_address_has_a_burst_and_then_a_rate_and_others_have_their_own() {
        let (buckets, now) = (Buckets::default(), Instant::now());
        let (one, other): (IpAddr, IpAddr) = ("192.0.2.1".parse().unwrap(), "192.0.2.2".parse().unwrap());
        assert!((0..BURST as usize).all(|_| buckets.take(one, now)));
        assert!(!buckets.take(one, now) && buckets.take(other, now));
        assert!(buckets.take(one, now + Duration::from_millis(60)), "a twentieth of a second gives one");
        assert!(!buckets.take(one, now + Duration::from_millis(61)));
    }
}
