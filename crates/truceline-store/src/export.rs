//! The ledger for other programs. Comes in: a form and the two times. Goes out: tables, entries,
//! maps, calendars; every row with the claims and reports behind it. Never invents a day.

mod calendar;
mod cf;
mod entries;
mod geo;
mod plover;
mod table;

use std::io::Write;

use crate::{Asked, Error, Ledger, Result};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A table of truces.
    Csv,
    /// A table of claims.
    CsvClaims,
    /// The entries, for `import`.
    Jsonl,
    Geojson,
    Ics,
    /// Columns of the ETH/PRIO Civil Conflict Ceasefire data.
    Cf,
    Plover,
}

impl Form {
    pub const NAMES: [&str; 7] = ["csv", "csv-claims", "jsonl", "geojson", "ics", "cf", "plover"];

    pub fn named(name: &str) -> Option<Form> {
        Some(match name {
            "csv" => Form::Csv,
            "csv-claims" => Form::CsvClaims,
            "jsonl" => Form::Jsonl,
            "geojson" => Form::Geojson,
            "ics" => Form::Ics,
            "cf" => Form::Cf,
            "plover" => Form::Plover,
            _ => return None,
        })
    }
}

impl Ledger {
    pub fn export(&self, form: Form, asked: Asked, out: &mut dyn Write) -> Result<()> {
        match form {
            Form::Csv => table::truces(self, asked, out),
            Form::CsvClaims => table::claims(self, asked, out),
            Form::Jsonl => entries::export(self, asked, out),
            Form::Geojson => geo::export(self, asked, out),
            Form::Ics => calendar::export(self, asked, out),
            Form::Cf => cf::export(self, asked, out),
            Form::Plover => plover::export(self, asked, out),
        }
    }
}

impl Ledger {
    /// A calendar of some truces.
    pub fn calendar(&self, truces: &[&str], asked: Asked, out: &mut dyn Write) -> Result<()> {
        calendar::export_of(self, truces, asked, out)
    }
}

fn written(err: std::io::Error) -> Error {
    Error::Input(format!("the export cannot be written: {err}"))
}

/// A field of a CSV row: quoted where it must be.
fn field(value: &str) -> String {
    if value.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", value.replace('"', "\"\""))
    } else {
        value.to_owned()
    }
}

fn row(fields: &[String], out: &mut dyn Write) -> Result<()> {
    let line: Vec<String> = fields.iter().map(|it| field(it)).collect();
    writeln!(out, "{}", line.join(",")).map_err(written)
}
