//! The ledger for other programs. Comes in: a form and the two times. Goes out: tables, entries,
//! maps, calendars; every row with the claims and reports behind it. Never invents a day.

mod calendar;
mod cf;
mod entries;
mod geo;
#[cfg(feature = "parquet")]
mod parquet;
mod plover;
mod table;

use std::io::Write;

use table::Table;

use crate::{Asked, Error, Ledger, Result};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A table of truces.
    Csv,
    /// A table of claims.
    CsvClaims,
    /// The same table of truces, with types.
    Parquet,
    ParquetClaims,
    /// The entries, for `import`.
    Jsonl,
    Geojson,
    Ics,
    /// Columns of the ETH/PRIO Civil Conflict Ceasefire data.
    Cf,
    Plover,
}

impl Form {
    pub const NAMES: [&str; 9] = [
        "csv",
        "csv-claims",
        "parquet",
        "parquet-claims",
        "jsonl",
        "geojson",
        "ics",
        "cf",
        "plover",
    ];

    pub fn named(name: &str) -> Option<Form> {
        Some(match name {
            "csv" => Form::Csv,
            "csv-claims" => Form::CsvClaims,
            "parquet" => Form::Parquet,
            "parquet-claims" => Form::ParquetClaims,
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
    /// Writes the ledger in one form. `Send`, because Parquet's writer asks for it.
    pub fn export(&self, form: Form, asked: Asked, out: &mut (dyn Write + Send)) -> Result<()> {
        match form {
            Form::Csv => csv(Table::Truces, self, asked, out),
            Form::CsvClaims => csv(Table::Claims, self, asked, out),
            Form::Parquet => parquet(Table::Truces, self, asked, out),
            Form::ParquetClaims => parquet(Table::Claims, self, asked, out),
            Form::Jsonl => entries::export(self, asked, out),
            Form::Geojson => geo::export(self, asked, out),
            Form::Ics => calendar::export(self, asked, out),
            Form::Cf => cf::export(self, asked, out),
            Form::Plover => plover::export(self, asked, out),
        }
    }
}

#[cfg(feature = "parquet")]
use parquet::export as parquet;

#[cfg(not(feature = "parquet"))]
fn parquet(_: Table, _: &Ledger, _: Asked, _: &mut (dyn Write + Send)) -> Result<()> {
    Err(Error::NotSupported(
        "this program was built without Parquet; build it with the feature `parquet`, or export \
         to csv"
            .to_owned(),
    ))
}

fn csv(table: Table, ledger: &Ledger, asked: Asked, out: &mut dyn Write) -> Result<()> {
    let names: Vec<&str> = table.columns().iter().map(|it| it.0).collect();
    row(&names, out)?;
    table.rows(ledger, asked, &mut |cells| {
        row(&cells.iter().map(ToString::to_string).collect::<Vec<_>>(), out)
    })
}

impl Ledger {
    /// A calendar of some truces.
    pub fn calendar(&self, truces: &[&str], asked: Asked, out: &mut dyn Write) -> Result<()> {
        calendar::export_of(self, truces, asked, out)
    }
}

fn written(err: impl std::fmt::Display) -> Error {
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

fn row(fields: &[impl AsRef<str>], out: &mut dyn Write) -> Result<()> {
    let line: Vec<String> = fields.iter().map(|it| field(it.as_ref())).collect();
    writeln!(out, "{}", line.join(",")).map_err(written)
}
