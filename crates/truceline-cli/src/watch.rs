//! `truceline watch`. Comes in: FEEDS.toml and a ledger. Goes out: a line per report that was kept, on
//! standard output; troubles and a sum at the end on standard error. Ends at Ctrl-C.

use std::{
    fs,
    io::{self, Write},
    path::PathBuf,
    process::ExitCode,
    sync::Arc,
};

use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use truceline::read::Reader;
use truceline_fetch::{
    clock::System,
    plan::{self, Plan},
    watch::{Settings, Told, Tools},
};
use truceline_store::{Added, Outcome};

use crate::{args::Format, from_web, ledger_args::Where, ledger_open, pack, stop};

#[derive(clap::Args)]
pub struct Watch {
    /// The feeds and how to poll them, as docs/WATCH.md says
    #[arg(value_name = "FEEDS.toml")]
    pub feeds: PathBuf,

    #[command(flatten)]
    pub place: Where,

    /// Poll each feed once, fetch its new pages, and end
    #[arg(long)]
    pub once: bool,

    /// End after so long: 90s, 15m, 2h, 3d
    #[arg(long = "for", value_name = "DURATION", value_parser = span)]
    pub span: Option<SignedDuration>,

    /// Fetch from hosts that lie inward as well: loopback, link-local and private addresses
    #[arg(long)]
    pub allow_private: bool,

    /// How to print: text for people or jsonl (one object a line)
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "text")]
    pub format: Format,

    /// Read with the pack in this folder (it holds lang/ and world/), not with the one built in
    #[arg(long, value_name = "DIR")]
    pub pack: Option<PathBuf>,
}

fn span(given: &str) -> Result<SignedDuration, String> {
    plan::span(given)
        .ok_or_else(|| format!("expected a span like 90s, 15m, 2h or 3d but found `{given}`"))
}

pub const HELP: &str = "Examples:\n  \
  truceline watch feeds.toml --ledger truces.db          until Ctrl-C\n  \
  truceline watch feeds.toml --ledger truces.db --once   from a timetable\n\n\
Polls feeds (RSS, Atom, JSON Feed, sitemaps) politely, fetches the pages they link to, appends what \
they tell to the ledger, and posts notes to a webhook. Its place is kept beside the ledger \
(FILE.watch), so that a restart loses nothing and repeats nothing.\n\n\
Exit status: 0 it ended as asked, 1 it had to stop, 2 wrong use.";

pub fn run(given: &Watch) -> ExitCode {
    match watch(given) {
        Ok(()) => ExitCode::SUCCESS,
        Err((code, message)) => {
            eprintln!("truceline: {message}");
            ExitCode::from(code)
        }
    }
}

fn watch(given: &Watch) -> Result<(), (u8, String)> {
    let wrong = |message: String| (2, message);
    let name = given.feeds.display();
    let text = fs::read_to_string(&given.feeds)
        .map_err(|err| wrong(format!("{name}: expected a list of feeds but found {err}")))?;
    let plan = Plan::read(&text).map_err(|err| wrong(format!("{name}: {err}")))?;
    let source = pack::source(given.pack.as_deref()).map_err(wrong)?;
    let reader = Reader::load(&source)
        .map_err(|err| wrong(format!("{err}; `truceline pack check` tells more")))?;
    let digest = source.digest().map_err(|err| wrong(err.to_string()))?;
    let ledger = ledger_open::for_writing(&given.place, &source).map_err(wrong)?;
    stop::watch();
    let now = Timestamp::now();
    let settings = Settings {
        allow: from_web::allow(given.allow_private),
        once: given.once,
        until: given.span.map(|span| now.checked_add(span).unwrap_or(Timestamp::MAX)),
        seed: now.as_nanosecond() as u64,
        ..Settings::default()
    };
    let format = given.format;
    let mut tell = |told: Told<'_>| match told {
        // A reader that has gone needs no lines; the ledger is what is written for.
        Told::Kept(name, added) => drop(line(name, added, format)),
        Told::Trouble(what) => eprintln!("truceline: {what}"),
    };
    let (reader, tell) = (Arc::new(reader), &mut tell);
    let tools = Tools { reader, pack: digest, ledger, clock: &System, stop: stop::flag(), tell };
    let watch = truceline_fetch::watch::Watch::open(plan, settings, tools).map_err(wrong)?;
    let sum = watch.run().map_err(|message| (1, message))?;
    eprintln!("truceline: {sum}");
    Ok(())
}

fn line(name: &str, it: &Added, format: Format) -> io::Result<()> {
    let outcome = match it.outcome {
        Outcome::New => "new",
        Outcome::Version => "version",
        Outcome::Again => "again",
        Outcome::Known => "known",
    };
    let mut out = io::stdout().lock();
    match format {
        Format::Text => {
            writeln!(out, "{outcome:8} {name}  {} truces, {} claims", it.truces, it.claims)?;
        }
        Format::Json | Format::Jsonl => {
            let object = json!({"report": name, "digest": it.report, "outcome": outcome,
                "truces": it.truces, "claims": it.claims});
            writeln!(out, "{object}")?;
        }
    }
    out.flush()
}
