//! `serve`. Comes in: where to listen and who may what. Goes out: a server that runs until it is
//! stopped. Never serves beyond this machine unless that was asked for.

use std::process::ExitCode;

use crate::{ledger_args::Serve, ledger_open};

pub fn run(given: Serve) -> ExitCode {
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
    };
    match truceline_web::serve(options) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => ledger_open::refused(&message),
    }
}
