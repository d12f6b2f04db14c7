//! The tables as Parquet hold what the tables as CSV hold, cell by cell, with types.
#![cfg(feature = "parquet")]

mod story;

use parquet::{
    file::reader::{FileReader as _, SerializedFileReader},
    record::Field,
};
use story::{Story, time};
use truceline::claim::Act;
use truceline_store::{Asked, Form, Ledger};

/// Truces with and without sides, times and places; words that CSV has to quote.
fn ledger() -> Ledger {
    let mut ledger = Ledger::in_memory().unwrap();
    let calm = Story::new("a", "Gazette, Evening", "2016-07-06")
        .truce("a \"calm\", of sorts", "Army | ?rebels", "Westland/WL, Port/WL/36.2/-37.25")
        .starts("2016-07-05T22:00Z")
        .lasts("PT72H")
        .when(Act::Declared, "Army", "2016-07", "The army announced a regime of calm.")
        .says(Act::Violated, "", "Observatory", "Shells fell, \"as ever\",\nin the north.");
    let bare = Story::new("b", "", "2016-07-07").truce("", "", "").claim(Act::Held, "", "It held.");
    let many: Vec<Story> = (0..40)
        .map(|at| {
            let year = 1900 + at;
            Story::new(&format!("m{at}"), "Courier", &format!("{year}-01-02"))
                .truce("truce", &format!("Eastland | Party {at}"), "Eastland/EL")
                .ends(&format!("{year}-01-09"))
                .when(Act::Agreed, "Eastland", "XXXX-01-01", &format!("A truce, the {at}th."))
        })
        .collect();
    for story in [calm, bare].iter().chain(&many) {
        ledger.add(&[story.intake()], time("2016-07-08")).unwrap();
    }
    ledger
}

fn export(ledger: &Ledger, form: &str) -> Vec<u8> {
    let mut out = Vec::new();
    let asked = Asked { at: time("2016-07-07"), as_of: None };
    ledger.export(Form::named(form).unwrap(), asked, &mut out).unwrap();
    out
}

fn csv(bytes: &[u8]) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut cell, mut quoted) = (vec![], vec![], String::new(), false);
    let mut chars = std::str::from_utf8(bytes).unwrap().chars().peekable();
    while let Some(char) = chars.next() {
        match (char, quoted) {
            ('"', true) if chars.peek() == Some(&'"') => cell.extend(chars.next()),
            ('"', _) => quoted = !quoted,
            (',', false) => row.push(std::mem::take(&mut cell)),
            ('\n', false) => {
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            _ => cell.push(char),
        }
    }
    rows
}

fn cell(field: &Field) -> String {
    match field {
        Field::Null => String::new(),
        Field::Str(it) => it.clone(),
        Field::Long(it) => it.to_string(),
        Field::Double(it) => it.to_string(),
        Field::Bool(it) => it.to_string(),
        Field::TimestampMicros(it) => jiff::Timestamp::from_microsecond(*it).unwrap().to_string(),
        other => panic!("a column of a kind that no table has: {other:?}"),
    }
}

fn parquet(bytes: Vec<u8>) -> Vec<Vec<String>> {
    let file = SerializedFileReader::new(bytes::Bytes::from(bytes)).unwrap();
    let fields = file.metadata().file_metadata().schema().get_fields().to_vec();
    let mut rows = vec![fields.iter().map(|it| it.name().to_owned()).collect()];
    for row in file.get_row_iter(None).unwrap() {
        rows.push(row.unwrap().get_column_iter().map(|it| cell(it.1)).collect());
    }
    rows
}

#[test]
fn parquet_holds_what_csv_holds() {
    let ledger = ledger();
    for (one, other, count) in [("csv", "parquet", 43), ("csv-claims", "parquet-claims", 44)] {
        let (expected, found) = (csv(&export(&ledger, one)), parquet(export(&ledger, other)));
        assert_eq!(expected.len(), count, "{expected:#?}");
        assert_eq!(found, expected);
    }
}

#[test]
fn an_empty_ledger_is_a_table_without_rows() {
    let ledger = Ledger::in_memory().unwrap();
    let found = parquet(export(&ledger, "parquet"));
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].first().map(String::as_str), Some("truce"));
}
