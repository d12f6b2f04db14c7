//! What the ledger says against what a story says it must. Comes in: the steps of a page, lines of
//! `list` and `status`. Goes out: the differences, a line each. Only stated fields are compared.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use jiff::Timestamp;
use serde_json::Value;

use crate::page::{Question, Step};

/// The truces that a story tells of so far, by the names the page gives them.
#[derive(Default)]
pub struct Expected {
    truces: BTreeMap<String, Truce>,
}

#[derive(Default)]
struct Truce {
    told_by: BTreeSet<String>,
    fields: Vec<(String, String)>,
}

impl Expected {
    pub fn take(&mut self, step: &Step) {
        for (name, fields) in &step.truces {
            let truce = self.truces.entry(name.clone()).or_default();
            truce.told_by.insert(step.report.id.clone());
            for (key, value) in fields {
                match truce.fields.iter_mut().find(|it| it.0 == *key) {
                    Some(known) => known.1.clone_from(value),
                    None => truce.fields.push((key.clone(), value.clone())),
                }
            }
        }
    }

    /// For each expected truce the found one that shares most reports with it, each used once.
    pub fn meet(&self, found: &[Value]) -> BTreeMap<String, usize> {
        let mut pairs = Vec::new();
        for (name, truce) in &self.truces {
            for (at, value) in found.iter().enumerate() {
                let told = told_by(value);
                let shared = truce.told_by.intersection(&told).count();
                let same = truce.fields.iter().filter(|it| field(&it.0, &it.1, value).0).count();
                if shared > 0 {
                    let apart = truce.told_by.symmetric_difference(&told).count();
                    pairs.push((20 * shared + same, apart, name, at));
                }
            }
        }
        pairs.sort_by(|a, b| (b.0, a.1, a.2, a.3).cmp(&(a.0, b.1, b.2, b.3)));
        let mut met: BTreeMap<String, usize> = BTreeMap::new();
        for (.., name, at) in pairs {
            if !met.contains_key(name) && !met.values().any(|it| *it == at) {
                met.insert(name.clone(), at);
            }
        }
        met
    }

    pub fn differences(
        &self,
        found: &[Value],
        met: &BTreeMap<String, usize>,
    ) -> impl Iterator<Item = String> {
        let mut out = Vec::new();
        for (name, truce) in &self.truces {
            let Some(value) = met.get(name).map(|at| &found[*at]) else {
                out.push(format!("missing {name} told by {}", joined(&truce.told_by)));
                continue;
            };
            let told = told_by(value);
            if told != truce.told_by {
                out.push(differs(name, "told by", &joined(&truce.told_by), &joined(&told)));
            }
            for (key, want) in &truce.fields {
                let (same, read) = field(key, want, value);
                if !same {
                    out.push(differs(name, key, want, &read));
                }
            }
        }
        for (at, value) in found.iter().enumerate() {
            if !met.values().any(|it| *it == at) {
                let label = value["label"].as_str().unwrap_or_default();
                out.push(format!("extra \"{label}\" told by {}", joined(&told_by(value))));
            }
        }
        out.into_iter()
    }
}

/// The answer to a question, found by the name that the ledger gave the truce.
pub fn answer(
    question: &Question,
    known: Option<&Value>,
    lines: &[Arc<str>],
) -> Result<impl Iterator<Item = String>, serde_json::Error> {
    let mut out = Vec::new();
    let mut found = None;
    for line in lines {
        let line: Value = serde_json::from_str(line)?;
        if known.is_some_and(|it| it["id"] == line["truce"]) {
            found = Some(line);
        }
    }
    match found {
        None => {
            out.push(format!("{} | expected an answer but found no such truce", question.words))
        }
        Some(line) => {
            for (key, want) in &question.fields {
                let (same, read) = field(key, want, &line);
                if !same {
                    out.push(differs(&question.words, key, want, &read));
                }
            }
        }
    }
    Ok(out.into_iter())
}

fn differs(name: &str, key: &str, want: &str, read: &str) -> String {
    let or_nothing = |it: &str| if it.is_empty() { "nothing".to_owned() } else { it.to_owned() };
    format!("{name} | {key} | expected {} but found {}", or_nothing(want), or_nothing(read))
}

fn joined(them: &BTreeSet<String>) -> String {
    them.iter().map(String::as_str).collect::<Vec<_>>().join("; ")
}

fn told_by(truce: &Value) -> BTreeSet<String> {
    list(&truce["reports"]).filter_map(|it| it.as_str().map(str::to_owned)).collect()
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

/// Whether a field is as expected, and what it is.
fn field(key: &str, want: &str, from: &Value) -> (bool, String) {
    let text = |it: &Value| match it {
        Value::Null => String::new(),
        Value::String(it) => it.clone(),
        it => it.to_string(),
    };
    let moment = |it: &Value, derived: bool| {
        let edtf = text(&it["edtf"]);
        let found = if derived { format!("{edtf} derived") } else { edtf.clone() };
        let (day, marked) = match want.strip_suffix(" derived") {
            Some(day) => (day, true),
            None => (want, false),
        };
        (same_when(day, &edtf) && (day.is_empty() || marked == derived), found)
    };
    match key {
        "sides" => sides(want, &from["sides"]),
        "mediators" | "excludes" | "places" => names(want, &from[key]),
        "yes" | "no" => voices(want, &from[key]),
        "declared" | "start" | "end" => moment(&from[key], false),
        "until" => {
            let last = list(&from["windows"]).last().unwrap_or(&Value::Null);
            moment(&last["end"], last["derived"] == true && !last["end"].is_null())
        }
        "ends" => moment(&from["ends"], from["ends_derived"] == true),
        "extensions" => {
            let found = list(&from["extensions"]).count().to_string();
            (found == want, found)
        }
        "disputed" => {
            let found: Vec<String> = list(&from["disputed"]).map(text).collect();
            let found = found.join("; ");
            (found == want, found)
        }
        "hours left" => {
            let found = from["hours_left"].as_f64();
            let near = found.zip(want.parse::<f64>().ok()).map(|(a, b)| (a - b).abs() < 0.1);
            (near.unwrap_or(want.is_empty() && found.is_none()), text(&from["hours_left"]))
        }
        "in force" => (text(&from["in_force"]) == want, text(&from["in_force"])),
        _ => (text(&from[key]) == want, text(&from[key])),
    }
}

fn parts(value: &str) -> Vec<&str> {
    value.split(';').map(str::trim).filter(|it| !it.is_empty()).collect()
}

fn name(it: &Value) -> String {
    it["name"].as_str().unwrap_or_default().to_owned()
}

/// A name is met where each of its words stands in the name, the words or the identifier.
fn same_name(want: &str, found: &Value) -> bool {
    let words = |text: &str| -> BTreeSet<String> {
        text.to_lowercase()
            .split(|it: char| !it.is_alphanumeric())
            .filter(|it| !it.is_empty() && *it != "the" && *it != "s")
            .map(str::to_owned)
            .collect()
    };
    let found: BTreeSet<String> = ["name", "text", "id"]
        .into_iter()
        .filter_map(|key| found[key].as_str())
        .flat_map(words)
        .collect();
    words(want).is_subset(&found)
}

fn names(want: &str, found: &Value) -> (bool, String) {
    let wanted = parts(want);
    let same = wanted.iter().all(|name| list(found).any(|it| same_name(name, it)))
        && list(found).all(|it| wanted.iter().any(|name| same_name(name, it)));
    (same, list(found).map(name).collect::<Vec<_>>().join("; "))
}

/// Each name given is among those who say so; none given: nobody says so.
fn voices(want: &str, found: &Value) -> (bool, String) {
    let wanted = parts(want);
    let same = wanted.iter().all(|name| list(found).any(|it| same_name(name, it)))
        && !(wanted.is_empty() && list(found).next().is_some());
    (same, list(found).map(name).collect::<Vec<_>>().join("; "))
}

/// Sides in any order; of each, one name has to be met.
fn sides(want: &str, found: &Value) -> (bool, String) {
    let wanted: Vec<Vec<&str>> =
        want.split(" / ").map(parts).filter(|side| !side.is_empty()).collect();
    let mut free: Vec<&Value> = list(found).collect();
    let mut same = wanted.len() == free.len();
    for side in &wanted {
        let meets = |it: &&Value| list(it).any(|it| side.iter().any(|name| same_name(name, it)));
        match free.iter().position(meets) {
            Some(at) => drop(free.remove(at)),
            None => same = false,
        }
    }
    let side = |it: &Value| list(it).map(name).collect::<Vec<_>>().join("; ");
    (same, list(found).map(side).collect::<Vec<_>>().join(" / "))
}

/// The same instant, or a date that begins as expected: it may be finer, never coarser.
fn same_when(want: &str, found: &str) -> bool {
    if want.is_empty() || found.is_empty() {
        return want == found;
    }
    let instant = |it: &str| it.parse::<Timestamp>().ok();
    match (instant(want), instant(found)) {
        (Some(a), Some(b)) => (a.as_second() - b.as_second()).abs() <= 60,
        (Some(_), None) => false,
        (None, _) => found.starts_with(want),
    }
}
