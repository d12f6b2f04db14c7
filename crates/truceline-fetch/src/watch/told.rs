//! What a watch is told from outside, and what it tells. Comes in: settings. Goes out: each report
//! kept, each trouble, and a sum at the end.

use std::fmt;

use jiff::Timestamp;
use truceline_store::Added;

use crate::{get::Limits, resolve::Allow};

/// What is not in FEEDS.toml.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    pub allow: Allow,
    /// Each feed is polled once, its pages fetched, and that is all.
    pub once: bool,
    pub until: Option<Timestamp>,
    pub limits: Limits,
    /// Of all that is left to chance.
    pub seed: u64,
}

/// What is told while it goes on.
pub enum Told<'a> {
    Kept(&'a str, &'a Added),
    Trouble(&'a str),
}

/// What was done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sum {
    pub polls: u64,
    pub unchanged: u64,
    pub failed_polls: u64,
    pub items: u64,
    pub new: u64,
    pub versions: u64,
    pub again: u64,
    pub known: u64,
    pub claims: u64,
    pub given_up: u64,
    pub refused: u64,
    pub passed: u64,
    pub retries: u64,
    pub notes: u64,
    /// Still to be fetched and sent.
    pub waiting: u64,
    pub unsent: u64,
}

impl fmt::Display for Sum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} polls ({} unchanged, {} failed), {} new items; {} reports new, {} versions, {} read \
             again, {} known; {} claims appended; {} given up, {} not allowed, {} too old; {} \
             waiting; {} notes sent, {} waiting",
            self.polls,
            self.unchanged,
            self.failed_polls,
            self.items,
            self.new,
            self.versions,
            self.again,
            self.known,
            self.claims,
            self.given_up,
            self.refused,
            self.passed,
            self.waiting,
            self.notes,
            self.unsent
        )
    }
}
