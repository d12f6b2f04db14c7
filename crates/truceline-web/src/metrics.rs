//! Counts of what is served, as Prometheus reads them. Comes in: requests that were answered. Goes out:
//! text. Never counts by anything that a client can invent: routes are patterns.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    fs,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicI64, AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};

const BOUNDS: [f64; 10] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 10.0];

#[derive(Default)]
struct Times {
    within: [u64; BOUNDS.len()],
    count: u64,
    seconds: f64,
}

#[derive(Default)]
pub struct Metrics {
    answers: Mutex<BTreeMap<(&'static str, String, u16), u64>>,
    times: Mutex<BTreeMap<String, Times>>,
    pub under_way: AtomicI64,
    pub streams: AtomicI64,
    pub kept: AtomicU64,
    pub made: AtomicU64,
    pub limited: AtomicU64,
    pub unknown_tokens: AtomicU64,
    pub decisions: AtomicU64,
}

impl Metrics {
    pub fn answered(&self, method: &'static str, route: &str, status: u16, took: Duration) {
        let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        *answers.entry((method, route.to_owned(), status)).or_default() += 1;
        drop(answers);
        let mut times = self.times.lock().unwrap_or_else(PoisonError::into_inner);
        let times = times.entry(route.to_owned()).or_default();
        let took = took.as_secs_f64();
        times.count += 1;
        times.seconds += took;
        if let Some(at) = BOUNDS.iter().position(|it| took <= *it) {
            times.within[at] += 1;
        }
    }

    /// In the text format of Prometheus, with what the ledger holds.
    pub fn text(&self, entries: u64, truces: usize) -> String {
        let mut out = String::new();
        let head = |out: &mut String, name: &str, kind: &str, help: &str| {
            let _ = writeln!(out, "# HELP truceline_{name} {help}\n# TYPE truceline_{name} {kind}");
        };
        head(&mut out, "http_requests_total", "counter", "Requests answered.");
        for ((method, route, status), count) in
            &*self.answers.lock().unwrap_or_else(PoisonError::into_inner)
        {
            let _ = writeln!(
                out,
                "truceline_http_requests_total{{method=\"{method}\",route=\"{route}\",status=\"{status}\"}} {count}"
            );
        }
        head(&mut out, "http_request_seconds", "histogram", "Time to the first byte of an answer.");
        for (route, it) in &*self.times.lock().unwrap_or_else(PoisonError::into_inner) {
            let name = "truceline_http_request_seconds";
            let mut sum = 0;
            for (bound, within) in BOUNDS.iter().zip(it.within) {
                sum += within;
                let _ = writeln!(out, "{name}_bucket{{route=\"{route}\",le=\"{bound}\"}} {sum}");
            }
            let _ = writeln!(out, "{name}_bucket{{route=\"{route}\",le=\"+Inf\"}} {}", it.count);
            let _ = writeln!(out, "{name}_sum{{route=\"{route}\"}} {:.6}", it.seconds);
            let _ = writeln!(out, "{name}_count{{route=\"{route}\"}} {}", it.count);
        }
        let load = |it: &AtomicU64| it.load(Relaxed) as i64;
        let plain = [
            (
                "http_requests_under_way",
                "gauge",
                "Requests being answered.",
                self.under_way.load(Relaxed),
            ),
            (
                "event_streams",
                "gauge",
                "Streams of events that are open.",
                self.streams.load(Relaxed),
            ),
            ("answers_kept_total", "counter", "Answers that were there already.", load(&self.kept)),
            ("answers_made_total", "counter", "Answers folded from the ledger.", load(&self.made)),
            ("limited_total", "counter", "Requests refused for their rate.", load(&self.limited)),
            (
                "unknown_tokens_total",
                "counter",
                "Tokens that nobody holds.",
                load(&self.unknown_tokens),
            ),
            ("decisions_total", "counter", "Decisions appended.", load(&self.decisions)),
            ("ledger_entries", "gauge", "Entries of the ledger.", entries as i64),
            ("ledger_truces", "gauge", "Truces of the ledger.", truces as i64),
            ("process_resident_bytes", "gauge", "Memory in use.", memory()),
        ];
        for (name, kind, help, value) in plain {
            head(&mut out, name, kind, help);
            let _ = writeln!(out, "truceline_{name} {value}");
        }
        out
    }
}

/// Resident memory where the system tells it (Linux), else 0.
fn memory() -> i64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|it| it.strip_prefix("VmRSS:"));
    let kilobytes = line.and_then(|it| it.split_whitespace().next()?.parse::<i64>().ok());
    kilobytes.unwrap_or(0) * 1024
}
