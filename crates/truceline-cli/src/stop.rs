//! Ctrl-C during a long run. Comes in: the signal. Goes out: whether to end after what is in hand.
//! A second one ends at once.

use std::sync::{
    Once,
    atomic::{AtomicBool, Ordering},
};

static ASKED: AtomicBool = AtomicBool::new(false);
static WATCHED: Once = Once::new();

/// From now on Ctrl-C asks instead of ending the program.
pub fn watch() {
    WATCHED.call_once(|| {
        let watched = ctrlc::set_handler(|| {
            if ASKED.swap(true, Ordering::Relaxed) {
                std::process::exit(130);
            }
        });
        // Without a handler Ctrl-C ends the program as it does any other: nothing is lost but the end.
        let _ = watched;
    });
}

pub fn asked() -> bool {
    ASKED.load(Ordering::Relaxed)
}

/// For those who look by themselves.
pub fn flag() -> &'static AtomicBool {
    &ASKED
}
