//! One way for all commands that take reports. Comes in: the inputs and what to print of each
//! report. Goes out: data on standard output, messages on standard error. Never stops at one input.

use std::{
    io::{self, BufWriter, IsTerminal, Write},
    panic::{AssertUnwindSafe, catch_unwind},
    process::ExitCode,
    thread,
    time::Duration,
};

use indicatif::{ProgressBar, ProgressStyle};
use serde_json::Value;
use truceline::{read::Reader, report::Report};

use crate::{
    args::{Format, Reading},
    from_web::Web,
    in_order::in_order,
    ink::Ink,
    inputs::Inputs,
    pack,
};

/// Reports before a count is shown: one that comes and goes at once is noise.
const MANY: u64 = 20;

/// What a command prints of a report.
pub struct Printer {
    pub default: Format,
    /// For `json` and `jsonl`: any number of objects for a report.
    pub objects: fn(&Reader, &Report) -> Vec<Value>,
    /// For `text`: whole lines.
    pub people: fn(&Reader, &Report, &Ink) -> String,
}

pub fn run(given: &Reading, printer: &Printer) -> ExitCode {
    let reader = match reader(given) {
        // Kept until the program ends: taking it apart takes as long as a report does.
        Ok(reader) => &*Box::leak(Box::new(reader)),
        Err(message) => {
            eprintln!("truceline: {message}");
            return ExitCode::from(2);
        }
    };
    let format = given.format.unwrap_or(printer.default);
    let ink = Ink::for_stdout();
    let cores = || thread::available_parallelism().map_or(1, usize::from);
    let threads = given.threads.map_or_else(cores, usize::from);

    let print = |report: Result<Report, String>| -> Result<String, String> {
        let report = report?;
        let printed = catch_unwind(AssertUnwindSafe(|| match format {
            Format::Text => (printer.people)(reader, &report, &ink),
            _ => lines(&(printer.objects)(reader, &report)),
        }));
        printed.map_err(|_| {
            let name = report.path.as_deref().or(report.url.as_deref()).unwrap_or(&report.id);
            format!(
                "{name}: a fault of truceline, not of the report; please send it with this line"
            )
        })
    };

    let mut out = Output::new(format);
    let mut failed = false;
    let progress = Progress::new();
    let items = Inputs::new(&given.inputs, given.published.clone(), Web::new(given.allow_private));
    let written = in_order(items, threads, print, |printed| {
        progress.one_more();
        match printed {
            Ok(printed) => out.take(&printed),
            Err(message) => {
                failed = true;
                progress.aside(&format!("truceline: {message}"));
                Ok(())
            }
        }
    });
    match written.and_then(|()| out.end()) {
        // The reader of a pipe has seen enough: nothing to complain about.
        Err(err) if err.kind() == io::ErrorKind::BrokenPipe => {}
        Err(err) => {
            eprintln!("truceline: standard output: {err}");
            failed = true;
        }
        Ok(()) => {}
    }
    ExitCode::from(u8::from(failed))
}

fn reader(given: &Reading) -> Result<Reader, String> {
    let source = pack::source(given.pack.as_deref())?;
    Reader::load(&source).map_err(|err| format!("{err}; `truceline pack check` tells more"))
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

/// A count on standard error, where that is a terminal and standard output is none.
struct Progress(Option<ProgressBar>);

impl Progress {
    fn new() -> Progress {
        let wanted = io::stderr().is_terminal() && !io::stdout().is_terminal();
        Progress(wanted.then(|| {
            let style = ProgressStyle::with_template("{spinner} {human_pos} reports");
            let bar = ProgressBar::hidden();
            bar.set_style(style.expect("the template is right"));
            bar
        }))
    }

    fn one_more(&self) {
        if let Some(bar) = &self.0 {
            bar.inc(1);
            if bar.position() == MANY {
                bar.set_draw_target(indicatif::ProgressDrawTarget::stderr());
                bar.enable_steady_tick(Duration::from_millis(200));
            }
        }
    }

    fn aside(&self, message: &str) {
        match &self.0 {
            Some(bar) => bar.suspend(|| eprintln!("{message}")),
            None => eprintln!("{message}"),
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.0 {
            bar.finish_and_clear();
        }
    }
}
