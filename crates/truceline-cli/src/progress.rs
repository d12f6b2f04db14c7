//! How far a run is. Comes in: what was done. Goes out: a line on standard error that is written over,
//! where that is a terminal. Never in the way of other output.

use std::{
    io::{self, IsTerminal},
    time::Duration,
};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::archive::Tally;

/// Reports before a count is shown: one that comes and goes at once is noise.
const MANY: u64 = 20;

pub struct Progress {
    bar: Option<ProgressBar>,
    reports: u64,
    shown: bool,
    archives: bool,
}

impl Progress {
    /// `length`: of all archives among the inputs, in bytes; 0 where there is none.
    pub fn new(length: u64, alone: bool) -> Progress {
        let wanted = io::stderr().is_terminal() && (alone || !io::stdout().is_terminal());
        let archives = length > 0;
        let template = if archives {
            "{bar:20} {percent}% {binary_bytes_per_sec} {msg}, {eta} left"
        } else {
            "{spinner} {human_pos} reports"
        };
        let bar = wanted.then(|| {
            let style = ProgressStyle::with_template(template);
            let bar = if archives {
                ProgressBar::with_draw_target(Some(length), ProgressDrawTarget::hidden())
            } else {
                ProgressBar::hidden()
            };
            bar.set_style(style.expect("the template is right"));
            bar
        });
        Progress { bar, reports: 0, shown: false, archives }
    }

    /// One more report or piece. `done`: the bytes of archives that are done with.
    pub fn one_more(&mut self, done: Option<u64>, tally: &Tally) {
        self.reports += 1;
        let Some(bar) = &self.bar else { return };
        if self.archives {
            if let Some(done) = done {
                bar.set_position(done);
            }
            if self.reports % 64 == 1 {
                let Tally { pages, sieved, read, claims, .. } = tally;
                bar.set_message(format!(
                    "{pages} pages, {sieved} sieved out, {read} read, {claims} claims"
                ));
            }
        } else {
            bar.inc(1);
        }
        if self.reports >= MANY && !self.shown {
            self.shown = true;
            bar.set_draw_target(ProgressDrawTarget::stderr());
            bar.enable_steady_tick(Duration::from_millis(200));
        }
    }

    pub fn aside(&self, message: &str) {
        self.suspend(|| eprintln!("{message}"));
    }

    pub fn suspend<T>(&self, act: impl FnOnce() -> T) -> T {
        match &self.bar {
            Some(bar) => bar.suspend(act),
            None => act(),
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
