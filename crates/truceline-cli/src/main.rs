//! The program `truceline`. Comes in: arguments and files. Goes out: data on standard output,
//! messages on standard error, an exit status. Sockets are for truceline-fetch and truceline-web.

use std::{
    io::{self, Write},
    process::ExitCode,
};

use clap::{CommandFactory, Parser};

use crate::{
    args::{Args, Command, Format, Pack},
    ledger_args::LedgerCommand,
    run::{Printer, What, run},
};

/// A server makes and drops many small answers on several threads.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

mod archive;
mod args;
mod article;
mod card;
mod from_web;
mod in_order;
mod ink;
mod inputs;
mod ledger_add;
mod ledger_args;
mod ledger_ask;
mod ledger_change;
mod ledger_open;
mod ledger_text;
mod line_chunks;
mod mentions;
mod pack;
mod progress;
mod run;
mod said;
mod serve;
mod stop;
mod watch;

const READ: Printer = Printer {
    default: Format::Text,
    what: What::Reading { object: truceline::json::reading, people: card::reading },
};

const MENTIONS: Printer = Printer {
    default: Format::Jsonl,
    what: What::Report { objects: mentions::objects, people: mentions::people },
};

const ARTICLE: Printer = Printer {
    default: Format::Jsonl,
    what: What::Report { objects: article::objects, people: article::people },
};

fn main() -> ExitCode {
    match Args::parse().command {
        Command::Read(given) => run(&given, &READ),
        Command::Mentions(given) => run(&given, &MENTIONS),
        Command::Article(given) => run(&given, &ARTICLE),
        Command::Ledger(command) => ledger(command),
        Command::Watch(given) => watch::run(&given),
        Command::Pack(Pack::Check { folder }) => pack::check(folder.as_deref()),
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Args::command(), "truceline", &mut script);
            print(&script)
        }
        Command::Man { command } => man(command.as_deref()),
    }
}

fn ledger(command: LedgerCommand) -> ExitCode {
    match command {
        LedgerCommand::Add(given) => ledger_add::run(&given),
        LedgerCommand::List(ask) => ledger_ask::list(&ask),
        LedgerCommand::Show { truce, ask } => ledger_ask::show(&truce, &ask),
        LedgerCommand::Why { claim, ask } => ledger_ask::why(&claim, &ask),
        LedgerCommand::Status { place, party, ask } => {
            ledger_ask::status(place.as_deref(), party.as_deref(), &ask)
        }
        LedgerCommand::Review(given) => ledger_change::review(given),
        LedgerCommand::Verify(place) => ledger_change::verify(&place),
        LedgerCommand::Export(given) => ledger_change::export(&given),
        LedgerCommand::Import { file, place } => ledger_change::import(&file, &place),
        LedgerCommand::Rebuild(place) => ledger_change::rebuild(&place),
        LedgerCommand::Serve(given) => serve::run(given),
    }
}

fn man(name: Option<&str>) -> ExitCode {
    let mut program = Args::command();
    // Fills in the full names and usage lines of the commands.
    program.build();
    let command = match name {
        None => &program,
        Some(name) => match program.find_subcommand(name) {
            Some(command) => command,
            None => {
                let known = program.get_subcommands().map(clap::Command::get_name);
                let known = known.collect::<Vec<_>>().join(", ");
                eprintln!("truceline: expected one of {known} but found {name}");
                return ExitCode::from(2);
            }
        },
    };
    let mut page = Vec::new();
    match clap_mangen::Man::new(command.clone()).render(&mut page) {
        Ok(()) => print(&page),
        Err(err) => unwritten(&err),
    }
}

fn print(bytes: &[u8]) -> ExitCode {
    match io::stdout().lock().write_all(bytes) {
        Ok(()) => ExitCode::SUCCESS,
        Err(err) => unwritten(&err),
    }
}

fn unwritten(err: &io::Error) -> ExitCode {
    // The reader of a pipe has seen enough: nothing to complain about.
    if err.kind() == io::ErrorKind::BrokenPipe {
        return ExitCode::SUCCESS;
    }
    eprintln!("truceline: standard output: {err}");
    ExitCode::FAILURE
}
