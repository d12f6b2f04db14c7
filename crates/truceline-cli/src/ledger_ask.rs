//! `list`, `show`, `why`, `status`. Comes in: what is asked. Goes out: answers on standard output.
//! Never changes the ledger.

use std::{
    io::{self, BufWriter, Write},
    process::ExitCode,
};

use jiff::Timestamp;
use serde_json::Value;
use truceline::{
    ledger::{kin::Kin, names},
    mention::{place::Places, who::Actors},
    pack::Source,
};
use truceline_store::{Asked, Filter, Ledger};

use crate::{
    args::Format, ink::Ink, ledger_args::Ask, ledger_open, ledger_text, ledger_text::Standing,
};

fn asked(ask: &Ask) -> Asked {
    Asked { at: ask.at.unwrap_or_else(Timestamp::now), as_of: ask.as_of }
}

fn answer(
    ask: &Ask,
    get: impl FnOnce(&Ledger, Asked) -> truceline_store::Result<Vec<Value>>,
    people: fn(&Value, &Ink) -> String,
) -> ExitCode {
    let ledger = match ledger_open::for_asking(&ask.place) {
        Ok(ledger) => ledger,
        Err(message) => return ledger_open::refused(&message),
    };
    let values = match get(&ledger, asked(ask)) {
        Ok(values) => values,
        Err(err) => return ledger_open::failed(&err),
    };
    let ink = Ink::for_stdout();
    let mut out = BufWriter::new(io::stdout().lock());
    let printed = match ask.format {
        Format::Text => values.iter().try_for_each(|it| write!(out, "{}", people(it, &ink))),
        Format::Jsonl => values.iter().try_for_each(|it| writeln!(out, "{it}")),
        Format::Json => writeln!(out, "{}", Value::Array(values)),
    };
    ended(printed.and_then(|()| out.flush()))
}

/// Somebody who has read enough closes the pipe: that is no failure.
fn ended(printed: io::Result<()>) -> ExitCode {
    match printed {
        Err(err) if err.kind() != io::ErrorKind::BrokenPipe => {
            eprintln!("truceline: standard output: {err}");
            ExitCode::from(1)
        }
        _ => ExitCode::SUCCESS,
    }
}

pub fn list(ask: &Ask) -> ExitCode {
    answer(ask, |ledger, asked| ledger.list(asked, &Filter::default()), ledger_text::line)
}

pub fn show(truce: &str, ask: &Ask) -> ExitCode {
    answer(ask, |ledger, asked| Ok(vec![ledger.show(truce, asked)?]), ledger_text::story)
}

pub fn why(claim: &str, ask: &Ask) -> ExitCode {
    answer(ask, |ledger, asked| Ok(vec![ledger.why(claim, asked)?]), ledger_text::why)
}

pub fn status(place: Option<&str>, party: Option<&str>, ask: &Ask) -> ExitCode {
    let filter = match filter(place, party) {
        Ok(filter) => filter,
        Err(message) => return ledger_open::refused(&message),
    };
    let ledger = match ledger_open::for_asking(&ask.place) {
        Ok(ledger) => ledger,
        Err(message) => return ledger_open::refused(&message),
    };
    // The lines come as JSON: they are taken apart for people only.
    let ink = Ink::for_stdout();
    let mut out = BufWriter::with_capacity(1 << 16, io::stdout().lock());
    let mut text = String::new();
    let mut printed = Ok(());
    let mut first = true;
    let mut print = |line: &str| {
        printed = match ask.format {
            Format::Text => serde_json::from_str(line).map_or(Ok(()), |it: Standing<'_>| {
                text.clear();
                ledger_text::status(&it, &ink, &mut text);
                out.write_all(text.as_bytes())
            }),
            Format::Jsonl => writeln!(out, "{line}"),
            Format::Json => write!(out, "{}{line}", if first { "[" } else { "," }),
        };
        first = false;
        printed.is_ok()
    };
    if let Err(err) = ledger.status_each(asked(ask), &filter, &mut print) {
        return ledger_open::failed(&err);
    }
    if ask.format == Format::Json {
        printed = printed.and_then(|()| writeln!(out, "{}]", if first { "[" } else { "" }));
    }
    ended(printed.and_then(|()| out.flush()))
}

/// The names as given, and what the world knows them as.
fn filter(place: Option<&str>, party: Option<&str>) -> Result<Filter, String> {
    let source = Source::Embedded;
    let mut filter = Filter::default();
    if let Some(place) = place {
        let places = Places::load(&source, "en").map_err(|err| err.to_string())?;
        filter.place = names::of_place(place, &places);
    }
    if let Some(party) = party {
        let actors = Actors::load(&source, "en").map_err(|err| err.to_string())?;
        let kin = Kin::load(&source).map_err(|err| err.to_string())?;
        filter.party = names::of_party(party, &actors, &kin);
    }
    Ok(filter)
}
