//! Limits per address. Comes in: who asks, and when. Goes out: yes, or the seconds to wait. Never
//! remembers more than a bounded number of addresses.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Mutex, PoisonError},
    time::Instant,
};

/// Seconds' worth of requests that may come at once.
const BURST: f64 = 4.0;
/// Unknown tokens that one address may try, and how many more a minute.
const GUESSES: f64 = 10.0;
const GUESSES_A_SECOND: f64 = 10.0 / 60.0;
const ADDRESSES: usize = 20_000;

/// A bucket that fills with time.
struct Bucket {
    left: f64,
    seen: Instant,
}

struct Buckets {
    all: Mutex<HashMap<IpAddr, Bucket>>,
    most: f64,
    a_second: f64,
}

impl Buckets {
    fn new(most: f64, a_second: f64) -> Buckets {
        Buckets { all: Mutex::default(), most, a_second }
    }

    /// Takes `cost` where one is left; otherwise tells how long to wait for it.
    fn take(&self, from: IpAddr, cost: f64, now: Instant) -> Result<(), u32> {
        let mut all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        let filled = |it: &Bucket| {
            let passed = now.saturating_duration_since(it.seen).as_secs_f64();
            (it.left + passed * self.a_second).min(self.most)
        };
        if all.len() >= ADDRESSES && !all.contains_key(&network(from)) {
            all.retain(|_, it| filled(it) < self.most);
            if all.len() >= ADDRESSES {
                all.clear();
            }
        }
        let bucket = all.entry(network(from)).or_insert(Bucket { left: self.most, seen: now });
        (bucket.left, bucket.seen) = (filled(bucket), now);
        if bucket.left >= 1.0 {
            bucket.left -= cost;
            return Ok(());
        }
        Err(((1.0 - bucket.left) / self.a_second).ceil().clamp(1.0, 3600.0) as u32)
    }
}

/// Of a v6 address, the network that one customer is given.
fn network(from: IpAddr) -> IpAddr {
    match from.to_canonical() {
        IpAddr::V6(it) => IpAddr::V6((u128::from(it) >> 64 << 64).into()),
        v4 => v4,
    }
}

pub struct Limits {
    requests: Option<Buckets>,
    guesses: Buckets,
}

impl Limits {
    pub fn new(rate: Option<u32>) -> Limits {
        let requests = rate.map(|it| Buckets::new(f64::from(it) * BURST, f64::from(it)));
        Limits { requests, guesses: Buckets::new(GUESSES, GUESSES_A_SECOND) }
    }

    pub fn request(&self, from: IpAddr) -> Result<(), u32> {
        self.requests.as_ref().map_or(Ok(()), |it| it.take(from, 1.0, Instant::now()))
    }

    /// Whether one may still try tokens. Asked before a token is looked at, so that a right one tells
    /// a guesser nothing.
    pub fn may_try(&self, from: IpAddr) -> Result<(), u32> {
        self.guesses.take(from, 0.0, Instant::now())
    }

    pub fn tried_in_vain(&self, from: IpAddr) {
        let _ = self.guesses.take(from, 1.0, Instant::now());
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_bucket_runs_dry_and_fills_again() {
        let buckets = Buckets::new(3.0, 1.0);
        let (me, you) = (IpAddr::from([10, 0, 0, 1]), IpAddr::from([10, 0, 0, 2]));
        let now = Instant::now();
        assert!((0..3).all(|_| buckets.take(me, 1.0, now).is_ok()));
        assert_eq!(buckets.take(me, 1.0, now), Err(1));
        assert_eq!(buckets.take(you, 1.0, now), Ok(()));
        assert_eq!(buckets.take(me, 1.0, now + Duration::from_millis(1100)), Ok(()));
    }

    #[test]
    fn addresses_are_forgotten() {
        let buckets = Buckets::new(3.0, 1.0);
        for at in 0..(ADDRESSES as u32 + 10) {
            let _ = buckets.take(IpAddr::from(at.to_be_bytes()), 1.0, Instant::now());
        }
        assert!(buckets.all.lock().unwrap().len() <= ADDRESSES);
    }
}
