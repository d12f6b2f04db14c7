//! `review`, `verify`, `export`, `import`, `rebuild`. Comes in: what to do. Goes out: entries, files,
//! a verdict. An export is complete or is not there.

use std::{
    fs::{self, File},
    io::{self, BufReader, BufWriter, Write},
    path::{Path, PathBuf},
    process::ExitCode,
};

use jiff::Timestamp;
use truceline::pack::Source;
use truceline_store::{Asked, Decision, Form, Ledger};

use crate::{
    ledger_args::{Export, Review, To, Where},
    ledger_open,
};

pub fn review(given: Review) -> ExitCode {
    let (decision, signed) = match given {
        Review::Accept { claim, signed } => (Decision::Accept { claim }, signed),
        Review::Reject { claim, signed } => (Decision::Reject { claim }, signed),
        Review::Join { truce, into, signed } => (Decision::Join { truce, into }, signed),
        Review::Split { truce, tellings, signed } => {
            (Decision::Split { truce, nodes: tellings }, signed)
        }
        Review::Withdraw { entry, signed } => (Decision::Withdraw { entry }, signed),
    };
    let mut ledger = match ledger_open::for_writing(&signed.place, &Source::Embedded) {
        Ok(ledger) => ledger,
        Err(message) => return ledger_open::refused(&message),
    };
    let recorded = signed.recorded.unwrap_or_else(Timestamp::now);
    match ledger.review(&decision, &signed.by, &signed.why, recorded) {
        Ok(seq) => {
            println!("entry {seq}");
            ExitCode::SUCCESS
        }
        Err(err) => ledger_open::failed(&err),
    }
}

pub fn verify(place: &Where) -> ExitCode {
    let ledger = match ledger_open::for_checking(place) {
        Ok(ledger) => ledger,
        Err(message) => return ledger_open::refused(&message),
    };
    match ledger.verify() {
        Ok(it) => match it.fault {
            None => {
                println!(
                    "sound: {} entries, {} reports, {} claims, {} truces; last digest {}",
                    it.entries, it.reports, it.claims, it.truces, it.digest
                );
                ExitCode::SUCCESS
            }
            Some(fault) => {
                println!("{}: {fault}", ledger.path());
                ExitCode::from(1)
            }
        },
        Err(err) => ledger_open::failed(&err),
    }
}

pub fn rebuild(place: &Where) -> ExitCode {
    let mut ledger = match ledger_open::for_writing(place, &Source::Embedded) {
        Ok(ledger) => ledger,
        Err(message) => return ledger_open::refused(&message),
    };
    match ledger.rebuild() {
        Ok(entries) => {
            println!("folded again from {entries} entries");
            ExitCode::SUCCESS
        }
        Err(err) => ledger_open::failed(&err),
    }
}

pub fn import(file: &Path, place: &Where) -> ExitCode {
    let mut ledger = match ledger_open::for_writing(place, &Source::Embedded) {
        Ok(ledger) => ledger,
        Err(message) => return ledger_open::refused(&message),
    };
    let taken = if file.as_os_str() == "-" {
        ledger.import(&mut io::stdin().lock())
    } else {
        match File::open(file) {
            Ok(file) => ledger.import(&mut BufReader::new(file)),
            Err(err) => return ledger_open::refused(&format!("{}: {err}", file.display())),
        }
    };
    match taken {
        Ok(count) => {
            println!("{count} entries appended");
            ExitCode::SUCCESS
        }
        Err(err) => ledger_open::failed(&err),
    }
}

pub fn export(given: &Export) -> ExitCode {
    let ledger = match ledger_open::for_asking(&given.place) {
        Ok(ledger) => ledger,
        Err(message) => return ledger_open::refused(&message),
    };
    let asked = Asked { at: given.at.unwrap_or_else(Timestamp::now), as_of: given.as_of };
    let form = match given.to {
        To::Csv => Form::Csv,
        To::Parquet => Form::Parquet,
        To::Jsonl => Form::Jsonl,
        To::Geojson => Form::Geojson,
        To::Ics => Form::Ics,
        To::Cf => Form::Cf,
        To::Plover => Form::Plover,
    };
    if given.file.as_os_str() == "-" {
        let mut out = BufWriter::new(io::stdout());
        return match ledger.export(form, asked, &mut out) {
            Ok(()) if out.flush().is_ok() => ExitCode::SUCCESS,
            Ok(()) => ExitCode::from(1),
            Err(err) => ledger_open::failed(&err),
        };
    }
    let mut files = vec![(form, given.file.clone())];
    match form {
        Form::Csv => files.push((Form::CsvClaims, claims_beside(&given.file, "csv"))),
        Form::Parquet => files.push((Form::ParquetClaims, claims_beside(&given.file, "parquet"))),
        _ => {}
    }
    for (form, file) in files {
        if let Err(code) = whole(&ledger, form, asked, &file) {
            return code;
        }
    }
    ExitCode::SUCCESS
}

/// `truces.csv` → `truces-claims.csv`.
fn claims_beside(file: &Path, form: &str) -> PathBuf {
    let stem = file.file_stem().unwrap_or_default().to_string_lossy();
    let ending = file.extension().map_or_else(|| form.into(), |it| it.to_string_lossy());
    file.with_file_name(format!("{stem}-claims.{ending}"))
}

/// Written beside its place and moved there when it is whole.
fn whole(ledger: &Ledger, form: Form, asked: Asked, file: &Path) -> Result<(), ExitCode> {
    let mut name = file.file_name().unwrap_or_default().to_os_string();
    name.push(".part");
    let part = file.with_file_name(name);
    let unwritten = |err: io::Error| {
        let _ = fs::remove_file(&part);
        eprintln!("truceline: {}: {err}", file.display());
        ExitCode::from(1)
    };
    let mut out = BufWriter::new(File::create(&part).map_err(unwritten)?);
    if let Err(err) = ledger.export(form, asked, &mut out) {
        let _ = fs::remove_file(&part);
        return Err(ledger_open::failed(&err));
    }
    out.flush().map_err(unwritten)?;
    fs::rename(&part, file).map_err(unwritten)
}
