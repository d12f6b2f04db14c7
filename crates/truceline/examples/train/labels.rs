//! Labelled reports as the scorer reads them: lines of JSON, quotes laid over the text.

use std::{fs, path::Path};

use serde_json::Value;
use truceline::report::{Form, Published, Report};

pub fn squeeze(text: &str) -> String {
    let plain: String = text
        .chars()
        .map(|ch| match ch {
            '‘' | '’' => '\'',
            '“' | '”' => '"',
            '\u{a0}' => ' ',
            _ => ch,
        })
        .collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

pub fn overlap(a: (usize, usize), b: (usize, usize)) -> f64 {
    let common = a.1.min(b.1) as f64 - a.0.max(b.0) as f64;
    common.max(0.0) / ((a.1 - a.0).min(b.1 - b.0) as f64).max(1.0)
}

pub fn read_lines(path: &Path) -> Vec<Value> {
    let text = fs::read_to_string(path).unwrap_or_else(|err| panic!("{}: {err}", path.display()));
    text.lines()
        .filter(|line| !line.trim().is_empty())
        .map(|line| serde_json::from_str(line).expect("a JSON line"))
        .collect()
}

pub fn report(line: &Value) -> Report {
    let text = |key: &str| line[key].as_str().map(str::to_owned);
    Report {
        id: text("id").unwrap_or_default(),
        path: None,
        url: text("url"),
        outlet: text("outlet"),
        title: text("title"),
        published: text("published").and_then(|stamp| {
            Some(Published { date: stamp.get(..10)?.parse().ok()?, stamp, from: "json".to_owned() })
        }),
        form: Form::Text,
        content: text("text").unwrap_or_default(),
    }
}
