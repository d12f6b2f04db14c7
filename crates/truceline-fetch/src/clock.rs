//! Time, so that a test can drive it. Goes out: what the time is, and a wait. Never waits past a
//! stop.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::Duration,
};

use jiff::Timestamp;

pub trait Clock: Send + Sync {
    fn now(&self) -> Timestamp;
    /// Comes back at `until`, or soon after `stop` is set.
    fn wait(&self, until: Timestamp, stop: &AtomicBool);
}

/// The machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct System;

const STEP: Duration = Duration::from_millis(100);

impl Clock for System {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    fn wait(&self, until: Timestamp, stop: &AtomicBool) {
        while !stop.load(Ordering::Relaxed) {
            let left = Duration::try_from(until.duration_since(self.now())).unwrap_or_default();
            if left.is_zero() {
                break;
            }
            thread::sleep(left.min(STEP));
        }
    }
}
