//! Good manners. Comes in: what is asked of which host, and how it went. Goes out: when the host may
//! be asked again. Never asks a host two things at once.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};
use url::Url;

use crate::{address, robots::Rules};

/// How long the rules of a site are taken to be so.
const RULES_HOLD: SignedDuration = SignedDuration::from_hours(12);

const FIRST_BACKOFF: SignedDuration = SignedDuration::from_secs(30);
const LAST_BACKOFF: SignedDuration = SignedDuration::from_hours(2);

/// Hosts, and sites with their rules, that are remembered at once.
const SITES: usize = 4096;

#[derive(Default)]
struct Host {
    busy: bool,
    next: Timestamp,
    fails: u32,
    delay: Option<SignedDuration>,
}

pub struct Hosts {
    delay: SignedDuration,
    hosts: HashMap<String, Host>,
    rules: HashMap<String, (Rules, Timestamp)>,
    random: fastrand::Rng,
}

/// How a request went, for the host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Went {
    Well,
    Badly,
    /// It asked for a pause until then.
    Later(Timestamp),
}

impl Hosts {
    /// `seed`: of all that is left to chance, so that it can be repeated.
    pub fn new(delay: SignedDuration, seed: u64) -> Hosts {
        Hosts {
            delay,
            hosts: HashMap::new(),
            rules: HashMap::new(),
            random: fastrand::Rng::with_seed(seed),
        }
    }

    /// What was known of a host when the program last ended.
    pub fn recall(&mut self, host: &str, next: Timestamp, fails: u32) {
        let host = self.hosts.entry(host.to_owned()).or_default();
        (host.next, host.fails) = (next, fails);
    }

    /// When a host may be asked; `None` while it is being asked.
    pub fn free(&self, host: &str) -> Option<Timestamp> {
        match self.hosts.get(host) {
            Some(host) if host.busy => None,
            Some(host) => Some(host.next),
            None => Some(Timestamp::UNIX_EPOCH),
        }
    }

    pub fn fails(&self, host: &str) -> u32 {
        self.hosts.get(host).map_or(0, |it| it.fails)
    }

    pub fn start(&mut self, host: &str, now: Timestamp) {
        if self.hosts.len() >= SITES && !self.hosts.contains_key(host) {
            self.hosts.retain(|_, it| it.busy || it.fails > 0 || it.next > now);
            // The delays that they asked for are gone with them: their rules are asked for again.
            self.rules.clear();
        }
        self.hosts.entry(host.to_owned()).or_default().busy = true;
    }

    /// Gives when it may be asked next and how often it has failed in a row.
    pub fn done(&mut self, name: &str, now: Timestamp, went: Went) -> (Timestamp, u32) {
        let fails = match went {
            Went::Well => 0,
            Went::Badly | Went::Later(_) => self.fails(name).saturating_add(1),
        };
        let pause = match went {
            Went::Well => SignedDuration::ZERO,
            Went::Badly => self.backoff(fails, FIRST_BACKOFF, LAST_BACKOFF),
            Went::Later(until) => until.duration_since(now),
        };
        let host = self.hosts.entry(name.to_owned()).or_default();
        let pause = pause.max(host.delay.unwrap_or(self.delay).max(self.delay));
        host.busy = false;
        host.fails = fails;
        host.next = later(now, pause);
        (host.next, fails)
    }

    /// Whether an address may be fetched; `None` where its site has to be asked first.
    pub fn may(&self, url: &Url, now: Timestamp) -> Option<Result<(), String>> {
        let (rules, until) = self.rules.get(&address::origin(url))?;
        (now < *until).then(|| rules.allow(url))
    }

    /// Rules that could not be had are asked for again when the host may be.
    pub fn learn(&mut self, url: &Url, rules: Rules, now: Timestamp) {
        if self.rules.len() >= SITES {
            self.rules.retain(|_, (_, until)| *until > now);
            if self.rules.len() >= SITES {
                self.rules.clear();
            }
        }
        let host = self.hosts.entry(address::host(url)).or_default();
        if let Some(delay) = rules.delay() {
            host.delay = Some(delay);
        }
        self.rules.insert(address::origin(url), (rules, later(now, RULES_HOLD)));
    }

    /// Twice as long each time, up to `last`, and up to a half more.
    pub fn backoff(
        &mut self,
        fails: u32,
        first: SignedDuration,
        last: SignedDuration,
    ) -> SignedDuration {
        let times = 1i32 << fails.saturating_sub(1).min(20);
        let pause = first.checked_mul(times).unwrap_or(last).min(last);
        pause.saturating_add(self.part(pause, 0.5))
    }

    /// A tenth more or less, so that feeds do not all come due at once.
    pub fn about(&mut self, span: SignedDuration) -> SignedDuration {
        span.saturating_add(self.part(span, 0.2)).saturating_sub(span / 10)
    }

    fn part(&mut self, span: SignedDuration, most: f64) -> SignedDuration {
        let millis = span.as_millis().clamp(0, i128::from(u32::MAX)) as f64;
        SignedDuration::from_millis((millis * most * self.random.f64()) as i64)
    }
}

/// Time never runs over.
pub fn later(now: Timestamp, span: SignedDuration) -> Timestamp {
    now.checked_add(span).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use jiff::{SignedDuration, Timestamp};

    use super::{Hosts, Went};

    #[test]
    fn a_host_is_asked_one_thing_at_a_time_and_not_too_soon() {
        let mut hosts = Hosts::new(SignedDuration::from_secs(2), 7);
        let now: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
        hosts.start("a", now);
        assert_eq!(hosts.free("a"), None);
        assert!(hosts.free("b").is_some_and(|it| it <= now));
        let (next, fails) = hosts.done("a", now, Went::Well);
        assert_eq!((next.duration_since(now).as_secs(), fails), (2, 0));
        let mut last = 0;
        for expected in [30, 60, 120, 240] {
            let (next, _) = hosts.done("a", now, Went::Badly);
            let pause = next.duration_since(now).as_secs();
            assert!((expected..=expected * 3 / 2).contains(&pause), "{pause}");
            assert!(pause > last);
            last = pause;
        }
        for _ in 0..40 {
            let (next, _) = hosts.done("a", now, Went::Badly);
            assert!(next.duration_since(now) <= SignedDuration::from_hours(3));
        }
        let until = now + SignedDuration::from_hours(5);
        assert_eq!(hosts.done("a", now, Went::Later(until)).0, until);
        assert_eq!(hosts.done("a", now, Went::Well).1, 0);
    }
}
