//! `truceline add`. Comes in: reports. Goes out: entries in the ledger, and a line per report on
//! standard output once it is kept. A report that fails holds up no other.

use std::{
    io::{self, Write},
    panic::{AssertUnwindSafe, catch_unwind},
    process::ExitCode,
    thread,
    time::{Duration, Instant},
};

use jiff::Timestamp;
use serde_json::json;
use truceline::{
    ledger::intake::{Intake, report_digest},
    read::Reader,
    report::Report,
};
use truceline_store::{Added, Ledger, Outcome};

use crate::{
    args::Format, from_web::Web, in_order::in_order, inputs::Inputs, ledger_args::Add, ledger_open,
    pack,
};

/// A batch is kept as soon as it is this large or this old.
const BATCH: usize = 64;
const WAIT: Duration = Duration::from_secs(1);

#[derive(Default)]
struct Sum {
    new: usize,
    versions: usize,
    again: usize,
    known: usize,
    claims: usize,
}

struct Adding<'a> {
    given: &'a Add,
    ledger: Ledger,
    batch: Vec<(String, Intake)>,
    since: Instant,
    sum: Sum,
    array: bool,
}

pub fn run(given: &Add) -> ExitCode {
    let (reader, pack, ledger) = match open(given) {
        Ok(opened) => opened,
        Err(message) => return ledger_open::refused(&message),
    };
    let take = |report: Result<Report, String>| -> Result<(String, Intake), String> {
        let report = report?;
        let name = report.path.clone().or_else(|| report.url.clone());
        let name = name.unwrap_or_else(|| report.id.clone());
        let digest = report_digest(&report);
        let intake =
            catch_unwind(AssertUnwindSafe(|| Intake::of(&reader.read(&report), &digest, &pack)));
        match intake {
            Ok(intake) => Ok((name, intake)),
            Err(_) => Err(format!(
                "{name}: a fault of truceline, not of the report; please send it with this line"
            )),
        }
    };
    let reading = &given.reading;
    let cores = || thread::available_parallelism().map_or(1, usize::from);
    let threads = reading.threads.map_or_else(cores, usize::from);
    let items =
        Inputs::new(&reading.inputs, reading.published.clone(), Web::new(reading.allow_private));
    let mut failed = false;
    let mut adding = Adding {
        given,
        ledger,
        batch: Vec::new(),
        since: Instant::now(),
        sum: Sum::default(),
        array: false,
    };
    let done = in_order(items, threads, take, |taken| {
        match taken {
            Ok(taken) => adding.batch.push(taken),
            Err(message) => {
                failed = true;
                eprintln!("truceline: {message}");
            }
        }
        if adding.batch.len() >= BATCH || adding.since.elapsed() >= WAIT {
            adding.keep()
        } else {
            Ok(())
        }
    });
    match done.and_then(|()| adding.keep()) {
        Ok(()) => {}
        Err(code) => return code,
    }
    adding.end();
    ExitCode::from(u8::from(failed))
}

fn open(given: &Add) -> Result<(Reader, String, Ledger), String> {
    let source = pack::source(given.reading.pack.as_deref())?;
    let reader =
        Reader::load(&source).map_err(|err| format!("{err}; `truceline pack check` tells more"))?;
    let digest = source.digest().map_err(|err| err.to_string())?;
    let ledger = ledger_open::for_writing(&given.place, &source)?;
    Ok((reader, digest, ledger))
}

impl Adding<'_> {
    fn keep(&mut self) -> Result<(), ExitCode> {
        let batch = std::mem::take(&mut self.batch);
        self.since = Instant::now();
        if batch.is_empty() {
            return Ok(());
        }
        let recorded = self.given.recorded.unwrap_or_else(Timestamp::now);
        let (names, intakes): (Vec<String>, Vec<Intake>) = batch.into_iter().unzip();
        let added = self.ledger.add(&intakes, recorded).map_err(|err| ledger_open::failed(&err))?;
        for (name, it) in names.iter().zip(&added) {
            self.tell(name, it).map_err(|_| ExitCode::from(1))?;
        }
        Ok(())
    }

    fn tell(&mut self, name: &str, it: &Added) -> io::Result<()> {
        let sum = &mut self.sum;
        let outcome = match it.outcome {
            Outcome::New => (&mut sum.new, "new"),
            Outcome::Version => (&mut sum.versions, "version"),
            Outcome::Again => (&mut sum.again, "again"),
            Outcome::Known => (&mut sum.known, "known"),
        };
        *outcome.0 += 1;
        let outcome = outcome.1;
        sum.claims += it.claims;
        let mut out = io::stdout().lock();
        let object = json!({"report": name, "digest": it.report, "outcome": outcome,
            "truces": it.truces, "claims": it.claims});
        match self.given.reading.format.unwrap_or(Format::Text) {
            Format::Text => {
                writeln!(out, "{outcome:8} {name}  {} truces, {} claims", it.truces, it.claims)
            }
            Format::Jsonl => writeln!(out, "{object}"),
            Format::Json => {
                let before = if std::mem::replace(&mut self.array, true) { ",\n" } else { "[\n" };
                write!(out, "{before}{object}")
            }
        }
    }

    fn end(&self) {
        if self.given.reading.format == Some(Format::Json) {
            println!("{}", if self.array { "\n]" } else { "[]" });
        }
        let Sum { new, versions, again, known, claims } = &self.sum;
        eprintln!(
            "truceline: {new} new, {versions} versions, {again} read again, {known} known; {claims} \
             claims appended"
        );
    }
}
