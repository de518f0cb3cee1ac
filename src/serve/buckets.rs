//! How often one client may ask, and how much it may take at once.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use super::reply::Problem;

/// Clients that are remembered.
const MOST_CLIENTS: usize = 10_000;
/// Streams of one client at once: each holds a thread as long as it is read.
const MOST_STREAMS: usize = 2;

/// Returns the address that stands for a client: one household has 2⁶⁴ addresses of IPv6, and an address of IPv4 can be
/// written as one of IPv6.
pub(super) fn client(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) if !address.is_loopback() => {
            Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX)).into()
        }
        address => address,
    }
}

/// A right of each key that is used up and comes back with time.
pub(super) struct Buckets<K> {
    /// Uses that come back in a second.
    rate: f64,
    /// Uses at once.
    burst: f64,
    left: Mutex<HashMap<K, (f64, Instant)>>,
}

impl<K: Eq + Hash> Buckets<K> {
    pub fn new(rate: f64, burst: f64) -> Self {
        Self { rate, burst, left: Mutex::default() }
    }

    /// Takes a use of a key; `false` where none is left.
    pub fn take(&self, key: K, now: Instant) -> bool {
        let mut all = self.left.lock().unwrap_or_else(PoisonError::into_inner);
        let filled = |(left, since): (f64, Instant)| {
            (left + now.saturating_duration_since(since).as_secs_f64() * self.rate).min(self.burst)
        };
        if all.len() >= MOST_CLIENTS {
            // A full bucket says nothing.
            all.retain(|_, bucket| filled(*bucket) < self.burst);
        }
        if all.len() >= MOST_CLIENTS && !all.contains_key(&key) {
            return false;
        }
        let bucket = all.entry(key).or_insert((self.burst, now));
        let left = filled(*bucket);
        *bucket = ((left - 1.0).max(0.0), now);
        left >= 1.0
    }

    /// Gives a use back.
    pub fn give(&self, key: &K) {
        let mut all = self.left.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((left, _)) = all.get_mut(key) {
            *left = (*left + 1.0).min(self.burst);
        }
    }
}

/// Streams that are being read, by client.
#[derive(Clone, Default)]
pub(super) struct Streams(Arc<Mutex<HashMap<IpAddr, usize>>>);

/// A stream of a client; dropped with it.
pub(super) struct Share(Streams, Option<IpAddr>);

impl Streams {
    /// Takes a stream of a client; `None` stands for one without a limit.
    ///
    /// # Errors
    /// 429 where it reads too many.
    pub fn take(&self, client: Option<IpAddr>) -> Result<Share, Problem> {
        if let Some(client) = client {
            let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            let streams = all.entry(client).or_default();
            if *streams >= MOST_STREAMS {
                let detail = format!("{MOST_STREAMS} lists or files of this address are being read; end one first");
                return Err(Problem::too_many(detail));
            }
            *streams += 1;
        }
        Ok(Share(self.clone(), client))
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        let Some(client) = self.1 else { return };
        let mut all = self.0.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(streams) = all.get_mut(&client) {
            *streams -= 1;
            if *streams == 0 {
                all.remove(&client);
            }
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::net::IpAddr;
    use std::time::{Duration, Instant};

    use super::{Buckets, MOST_STREAMS, Streams, client};

    #[test]
    fn an_address_has_a_burst_and_then_a_rate_and_others_have_their_own() {
        let (buckets, now) = (Buckets::new(20.0, 60.0), Instant::now());
        let (one, other): (IpAddr, IpAddr) = ("192.0.2.1".parse().unwrap(), "192.0.2.2".parse().unwrap());
        assert!((0..60).all(|_| buckets.take(one, now)));
        assert!(!buckets.take(one, now) && buckets.take(other, now));
        assert!(buckets.take(one, now + Duration::from_millis(60)), "a twentieth of a second gives one");
        assert!(!buckets.take(one, now + Duration::from_millis(61)));
    }

    #[test]
    fn a_client_is_one_whatever_address_of_its_network_it_takes() {
        let of = |text: &str| client(text.parse().unwrap());
        assert_eq!(of("2001:db8::1"), of("2001:db8::ffff:1"));
        assert_ne!(of("2001:db8::1"), of("2001:db8:0:1::1"));
        assert_eq!(of("::ffff:192.0.2.1"), of("192.0.2.1"));
        assert!(of("::1").is_loopback());
    }

    #[test]
    fn a_client_reads_few_streams_at_once_and_others_have_their_own() {
        let (streams, one) = (Streams::default(), Some("192.0.2.1".parse().unwrap()));
        let mut held: Vec<_> = (0..MOST_STREAMS).map(|_| streams.take(one).unwrap()).collect();
        assert!(streams.take(one).is_err() && streams.take(Some("192.0.2.2".parse().unwrap())).is_ok());
        held.pop();
        assert!(streams.take(one).is_ok());
        assert!((0..20).map(|_| streams.take(None)).collect::<Result<Vec<_>, _>>().is_ok());
    }

    #[test]
    fn a_use_that_was_given_back_can_be_taken_again() {
        let (buckets, now) = (Buckets::new(0.2, 1.0), Instant::now());
        assert!(buckets.take("名", now) && !buckets.take("名", now));
        buckets.give(&"名");
        assert!(buckets.take("名", now));
    }
}
