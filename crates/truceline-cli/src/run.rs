//! One way for all commands that take reports. Comes in: the inputs and what to print of each
//! report. Goes out: data on standard output, messages on standard error. Never stops at one input.

use std::{
    io::{self, BufWriter, Write},
    panic::{AssertUnwindSafe, catch_unwind},
    process::ExitCode,
    thread,
};

use serde_json::Value;
use truceline::{
    read::{Reader, Reading},
    report::{Options, Report},
};

use crate::{
    archive::{LazySieve, Tally},
    args::{self, Format},
    from_web::Web,
    in_order::in_order,
    ink::Ink,
    inputs::{Given, Inputs},
    pack,
    progress::Progress,
    stop,
};

/// What a command prints of a report.
pub struct Printer {
    pub default: Format,
    pub what: What,
}

pub enum What {
    /// What a report says; of the pages of an archive, those that tell of a truce.
    Reading { object: fn(&Reading) -> Value, people: fn(&Reading, &Ink) -> String },
    /// Any number of objects for a report, and whole lines for people.
    Report {
        objects: fn(&Reader, &Report) -> Vec<Value>,
        people: fn(&Reader, &Report, &Ink) -> String,
    },
}

pub fn run(given: &args::Reading, printer: &Printer) -> ExitCode {
    let source = pack::source(given.pack.as_deref());
    let loaded = source.and_then(|source| {
        let reader = Reader::load(&source)
            .map_err(|err| format!("{err}; `truceline pack check` tells more"))?;
        let sieved = matches!(printer.what, What::Reading { .. }) && !given.no_sieve;
        Ok((reader, LazySieve::new(source, sieved)))
    });
    let (reader, sieve) = match loaded {
        // Kept until the program ends: taking it apart takes as long as a report does.
        Ok((reader, sieve)) => (&*Box::leak(Box::new(reader)), sieve),
        Err(message) => {
            eprintln!("truceline: {message}");
            return ExitCode::from(2);
        }
    };
    let format = given.format.unwrap_or(printer.default);
    let ink = Ink::for_stdout();
    let cores = || thread::available_parallelism().map_or(1, usize::from);
    let threads = given.threads.map_or_else(cores, usize::from);
    let options = Options { published: given.published.clone(), ..Options::default() };

    let printed = |report: &Report, archived: bool, tally: &mut Tally| match printer.what {
        What::Reading { object, people } => {
            let Some(reading) = sieve.read(reader, report, archived) else {
                return String::new();
            };
            if archived {
                if reading.truces.is_empty() && reading.claims.is_empty() {
                    return String::new();
                }
                tally.telling += 1;
                tally.claims += reading.claims.len() as u64;
            }
            match format {
                Format::Text => people(&reading, &ink),
                _ => lines(&[object(&reading)]),
            }
        }
        What::Report { objects, people } => match format {
            Format::Text => people(reader, report, &ink),
            _ => lines(&objects(reader, report)),
        },
    };
    let print = |given: Result<Given, String>| -> Printed {
        let mut tally = Tally::default();
        let mut done = None;
        let text = given
            .and_then(|given| given.report(&sieve, &options, &mut tally, &mut done))
            .and_then(|report| match report {
                None => Ok(String::new()),
                Some((report, archived)) => {
                    faultless(&report, || printed(&report, archived, &mut tally))
                }
            });
        Printed { text, tally, done }
    };

    let mut out = Output::new(format);
    let mut failed = false;
    let web = Web::new(given.allow_private);
    let items = Inputs::new(&given.inputs, given.published.clone(), web);
    let mut progress = Progress::new(items.archives(), false);
    let mut sum = Tally::default();
    let written = in_order(items, threads, weigh, print, |printed| {
        sum += printed.tally;
        progress.one_more(printed.done, &sum);
        match printed.text {
            Ok(text) => out.take(&text),
            Err(message) => {
                failed = true;
                progress.aside(&format!("truceline: {message}"));
                Ok(())
            }
        }
    });
    drop(progress);
    match written.and_then(|()| out.end()) {
        // The reader of a pipe has seen enough: nothing to complain about.
        Err(err) if err.kind() == io::ErrorKind::BrokenPipe => {
            return ExitCode::from(u8::from(failed));
        }
        Err(err) => {
            eprintln!("truceline: standard output: {err}");
            failed = true;
        }
        Ok(()) => {}
    }
    if !sum.is_empty() {
        eprintln!("truceline: {}", sum.said());
    }
    if stop::asked() {
        eprintln!("truceline: stopped; what was printed is whole, the rest was not read");
        failed = true;
    }
    ExitCode::from(u8::from(failed))
}

struct Printed {
    text: Result<String, String>,
    tally: Tally,
    done: Option<u64>,
}

pub fn weigh(given: &Result<Given, String>) -> usize {
    given.as_ref().map_or(0, Given::weight)
}

/// A panic over one report is told of, and holds up no other.
pub fn faultless<T>(report: &Report, act: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(act)).map_err(|_| {
        let name = report.path.as_deref().unwrap_or(&report.id);
        format!("{name}: a fault of truceline, not of the report; please send it with this line")
    })
}

fn lines(objects: &[Value]) -> String {
    objects.iter().map(|it| format!("{it}\n")).collect()
}

struct Output {
    out: BufWriter<io::StdoutLock<'static>>,
    format: Format,
    any: bool,
}

impl Output {
    fn new(format: Format) -> Output {
        Output { out: BufWriter::new(io::stdout().lock()), format, any: false }
    }

    /// `printed` holds whole lines: in the two JSON formats one object on each.
    fn take(&mut self, printed: &str) -> io::Result<()> {
        match self.format {
            Format::Text => {
                if self.any && !printed.is_empty() {
                    self.out.write_all(b"\n")?;
                }
                self.out.write_all(printed.as_bytes())?;
            }
            Format::Jsonl => self.out.write_all(printed.as_bytes())?,
            Format::Json => {
                for line in printed.lines() {
                    self.out.write_all(if self.any { b",\n" } else { b"[\n" })?;
                    self.out.write_all(line.as_bytes())?;
                    self.any = true;
                }
            }
        }
        self.any |= !printed.is_empty();
        Ok(())
    }

    fn end(&mut self) -> io::Result<()> {
        if self.format == Format::Json {
            self.out.write_all(if self.any { b"\n]\n" } else { b"[]\n" })?;
        }
        self.out.flush()
    }
}
