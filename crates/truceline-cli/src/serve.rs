//! `serve`. Comes in: where to listen and who may what. Goes out: a server that runs until it is
//! stopped. Never serves beyond this machine unless that was asked for.

use std::process::ExitCode;

use crate::{
    ledger_args::{Serve, ServeCommand},
    ledger_open,
};

/// Requests a second that one address may make where others can reach the server.
const RATE: u32 = 50;

pub fn run(given: Serve) -> ExitCode {
    if let Some(ServeCommand::Token { name }) = &given.command {
        return token(name);
    }
    let ledger = match ledger_open::path(&given.place) {
        Ok(path) => path,
        Err(message) => return ledger_open::refused(&message),
    };
    let options = truceline_web::Options {
        bind: given.bind,
        ledger,
        token_file: given.token_file,
        public_read: given.public_read,
        cors: given.cors,
        hosts: given.hosts,
        rate: given.rate.or((!given.bind.ip().is_loopback()).then_some(RATE)),
        log: true,
    };
    match truceline_web::serve(options) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => ledger_open::refused(&message),
    }
}

/// The token on standard output, for its holder; the line for the token file beside it.
fn token(name: &str) -> ExitCode {
    match truceline_web::new_token(name) {
        Ok((token, line)) => {
            eprintln!("The token of {name}, shown this once:");
            println!("{token}");
            eprintln!("The line for the token file, which cannot be turned back into it:\n{line}");
            ExitCode::SUCCESS
        }
        Err(message) => ledger_open::refused(&message),
    }
}
