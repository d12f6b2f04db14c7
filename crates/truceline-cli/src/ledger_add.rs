//! `truceline add`. Comes in: reports. Goes out: entries in the ledger, and a line per report on
//! standard output once it is kept. A report that fails holds up no other.

use std::{
    collections::BTreeMap,
    io::{self, Write},
    process::ExitCode,
    thread,
    time::{Duration, Instant},
};

use jiff::Timestamp;
use serde_json::json;
use truceline::{
    ledger::intake::{Intake, report_digest},
    read::Reader,
    report::Options,
};
use truceline_archive::Place;
use truceline_store::{Added, Ledger, Mark, Outcome};

use crate::{
    archive::{Before, LazySieve, Piece, Tally},
    args::Format,
    from_web::Web,
    in_order::in_order,
    inputs::{Given, Inputs},
    ledger_args::Add,
    ledger_open, pack,
    progress::Progress,
    run::{faultless, weigh},
    stop,
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
    ledger: Option<Ledger>,
    batch: Vec<(String, Intake)>,
    marks: BTreeMap<String, Mark>,
    since: Instant,
    sum: Sum,
    tally: Tally,
    progress: Progress,
    array: bool,
}

pub fn run(given: &Add) -> ExitCode {
    let (reader, pack, ledger, sieve) = match open(given) {
        Ok(opened) => opened,
        Err(message) => return ledger_open::refused(&message),
    };
    // What an archive tells hangs on the pack and on a date that is given.
    let published = given.reading.published.as_ref().map_or("", |it| it.stamp.as_str());
    let how = format!("{pack} {published}");
    let before = match ledger.as_ref().map_or(Ok(Before::new()), |it| before(it, &how)) {
        Ok(before) => before,
        Err(message) => return ledger_open::refused(&message),
    };
    let reading = &given.reading;
    let options = Options { published: reading.published.clone(), ..Options::default() };
    let take = |it: Result<Given, String>| -> Taken {
        let mut taken = Taken::default();
        match it {
            Ok(Given::Piece(ref piece, _)) => taken.mark = mark(piece, &how),
            Ok(Given::Before(ref path)) => {
                taken.note = Some(format!("{path}: read to its end before; nothing to do"));
            }
            _ => {}
        }
        let report =
            it.and_then(|it| it.report(&sieve, &options, &mut taken.tally, &mut taken.done));
        taken.what = report.and_then(|report| {
            let Some((report, archived)) = report else { return Ok(None) };
            let name = report.path.clone().or_else(|| report.url.clone());
            let name = name.unwrap_or_else(|| report.id.clone());
            let digest = report_digest(&report);
            let taken_in = || {
                let reading = sieve.read(&reader, &report, archived)?;
                Some(Intake::of(&reading, &digest, &pack))
            };
            let Some(intake) = faultless(&report, taken_in)? else { return Ok(None) };
            if archived {
                if intake.tellings.is_empty() {
                    return Ok(None);
                }
                taken.tally.telling += 1;
                taken.tally.claims +=
                    intake.tellings.iter().map(|it| it.claims.len() as u64).sum::<u64>();
            }
            Ok(Some((name, intake)))
        });
        taken
    };
    let cores = || thread::available_parallelism().map_or(1, usize::from);
    let threads = reading.threads.map_or_else(cores, usize::from);
    let web = Web::new(reading.allow_private);
    let items = Inputs::new(&reading.inputs, reading.published.clone(), web).after(before);
    let mut failed = false;
    let mut adding = Adding {
        given,
        ledger,
        batch: Vec::new(),
        marks: BTreeMap::new(),
        since: Instant::now(),
        sum: Sum::default(),
        tally: Tally::default(),
        progress: Progress::new(items.archives(), true),
        array: false,
    };
    let done = in_order(items, threads, weigh, take, |taken| {
        adding.tally += taken.tally;
        let tally = adding.tally;
        adding.progress.one_more(taken.done, &tally);
        if let Some(note) = taken.note {
            adding.progress.aside(&format!("truceline: {note}"));
        }
        match taken.what {
            Ok(Some(taken)) => adding.batch.push(taken),
            Ok(None) => {}
            Err(message) => {
                failed = true;
                adding.progress.aside(&format!("truceline: {message}"));
            }
        }
        if let Some(mark) = taken.mark {
            adding.marks.insert(mark.archive.clone(), mark);
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
    ExitCode::from(u8::from(failed || stop::asked()))
}

/// What became of one input or record.
struct Taken {
    what: Result<Option<(String, Intake)>, String>,
    tally: Tally,
    mark: Option<Mark>,
    note: Option<String>,
    done: Option<u64>,
}

impl Default for Taken {
    fn default() -> Taken {
        Taken { what: Ok(None), tally: Tally::default(), mark: None, note: None, done: None }
    }
}

/// Up to and with a piece its archive is done, read in this way.
fn mark(piece: &Piece, how: &str) -> Option<Mark> {
    let place = piece.next.unwrap_or_default();
    let name = piece.of.name.as_ref()?;
    Some(Mark {
        archive: name.digest.clone(),
        how: how.to_owned(),
        path: piece.of.path.clone(),
        length: name.length,
        member: place.member,
        within: place.within,
        done: piece.next.is_none(),
    })
}

/// How far archives were read before in the same way.
fn before(ledger: &Ledger, how: &str) -> Result<Before, String> {
    let marks = ledger.marks(how).map_err(|err| err.to_string())?;
    let place = |it: &Mark| Place { member: it.member, within: it.within };
    let of = |it: Mark| (it.archive.clone(), (!it.done).then(|| place(&it)));
    Ok(marks.into_iter().map(of).collect())
}

/// No ledger where nothing is to be written.
fn open(given: &Add) -> Result<(Reader, String, Option<Ledger>, LazySieve), String> {
    let source = pack::source(given.reading.pack.as_deref())?;
    let reader =
        Reader::load(&source).map_err(|err| format!("{err}; `truceline pack check` tells more"))?;
    let digest = source.digest().map_err(|err| err.to_string())?;
    let ledger = match given.dry_run {
        true => None,
        false => Some(ledger_open::for_writing(&given.place, &source)?),
    };
    Ok((reader, digest, ledger, LazySieve::new(source, !given.reading.no_sieve)))
}

impl Adding<'_> {
    fn keep(&mut self) -> Result<(), ExitCode> {
        let batch = std::mem::take(&mut self.batch);
        self.since = Instant::now();
        let marks: Vec<Mark> = std::mem::take(&mut self.marks).into_values().collect();
        if batch.is_empty() && marks.is_empty() {
            return Ok(());
        }
        let recorded = self.given.recorded.unwrap_or_else(Timestamp::now);
        let (names, intakes): (Vec<String>, Vec<Intake>) = batch.into_iter().unzip();
        let added = match &mut self.ledger {
            Some(ledger) => ledger
                .add_up_to(&intakes, recorded, &marks)
                .map_err(|err| ledger_open::failed(&err))?,
            None => intakes.iter().map(would_add).collect(),
        };
        for (name, it) in names.iter().zip(&added) {
            self.tell(name, it).map_err(|_| ExitCode::from(1))?;
        }
        Ok(())
    }

    /// A line on standard output, the progress out of its way.
    fn tell(&mut self, name: &str, it: &Added) -> io::Result<()> {
        let sum = &mut self.sum;
        let outcome = match it.outcome {
            Outcome::New => (&mut sum.new, "new"),
            Outcome::Version => (&mut sum.versions, "version"),
            Outcome::Again => (&mut sum.again, "again"),
            Outcome::Known => (&mut sum.known, "known"),
        };
        *outcome.0 += 1;
        let outcome = if self.given.dry_run { "read" } else { outcome.1 };
        sum.claims += it.claims;
        let object = json!({"report": name, "digest": it.report, "outcome": outcome,
            "truces": it.truces, "claims": it.claims});
        let line = match self.given.reading.format.unwrap_or(Format::Text) {
            Format::Text => {
                format!("{outcome:8} {name}  {} truces, {} claims\n", it.truces, it.claims)
            }
            Format::Jsonl => format!("{object}\n"),
            Format::Json => {
                let before = if std::mem::replace(&mut self.array, true) { ",\n" } else { "[\n" };
                format!("{before}{object}")
            }
        };
        self.progress.suspend(|| io::stdout().lock().write_all(line.as_bytes()))
    }

    fn end(&self) {
        if self.given.reading.format == Some(Format::Json) {
            println!("{}", if self.array { "\n]" } else { "[]" });
        }
        let Sum { new, versions, again, known, claims } = &self.sum;
        if !self.tally.is_empty() {
            self.progress.aside(&format!("truceline: {}", self.tally.said()));
        }
        if stop::asked() {
            self.progress.aside(
                "truceline: stopped; all up to here is kept, the same command goes on from here",
            );
        }
        if self.given.dry_run {
            return self.progress.aside(&format!(
                "truceline: a dry run: {new} reports with {claims} claims were read, nothing was written"
            ));
        }
        self.progress.aside(&format!(
            "truceline: {new} new, {versions} versions, {again} read again, {known} known; {claims} \
             claims appended"
        ));
    }
}

/// Of a report in a dry run.
fn would_add(intake: &Intake) -> Added {
    Added {
        report: intake.taken.report.clone(),
        outcome: Outcome::New,
        truces: intake.tellings.len(),
        claims: intake.tellings.iter().map(|it| it.claims.len()).sum(),
    }
}
