//! Labelled reports as the scorer reads them, lines of JSON and quotes laid over the text; the files of a
//! model.

use std::{fs, path::Path};

use serde_json::Value;
use truceline::{
    claim::{model::known_by, trees::Trees},
    report::{Form, Published, Report},
};

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

/// Writes a model: its weights as text, its trees beside it.
pub fn write(
    out: &Path,
    name: &str,
    threshold: f64,
    (weights, bias): (&[f64], f64),
    names: &[String],
    mut trees: Trees,
) {
    let out = out.join("model");
    trees.known_by = known_by(names.iter().map(String::as_str));
    fs::write(out.join(format!("{name}.trees")), trees.write()).expect("the trees");
    let mut model = String::new();
    model.push_str("# Learned by `cargo run --release -p truceline --example train`; see docs/MODEL.md. Do not edit by hand.\n");
    model.push_str(&format!("threshold = {threshold:.2}\nbias = {bias:.4}\n\n[weights]\n"));
    for (name, weight) in names.iter().zip(weights) {
        // Too small to count, but the trees know features by their lines.
        let weight = if weight.abs() >= 0.02 { *weight } else { 0.0 };
        model.push_str(&format!("{name:?} = {weight:.3}\n"));
    }
    fs::write(out.join(format!("{name}.toml")), model).expect("the weights");
}
