//! Answers for people. Comes in: an answer's JSON. Goes out: lines. What is derived says so, and
//! values that do not agree stand side by side.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::Value;

use crate::ink::{ACT, BAD, BOLD, DIM, GOOD, Ink, WARN};

fn text<'a>(it: &'a Value, key: &str) -> &'a str {
    it[key].as_str().unwrap_or("")
}

fn items<'a>(it: &'a Value, key: &str) -> &'a [Value] {
    it[key].as_array().map_or(&[], Vec::as_slice)
}

fn names(them: &[Value]) -> String {
    them.iter().map(|it| text(it, "name")).collect::<Vec<_>>().join(", ")
}

fn words(them: &[Value]) -> String {
    them.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", ")
}

fn state(word: &str, ink: &Ink) -> String {
    let style = match word {
        "in_force" | "yes" => GOOD,
        "ended" | "rejected" | "no" => BAD,
        "disputed" => WARN,
        _ => DIM,
    };
    ink.paint(style, &word.replace('_', " "))
}

fn sides(it: &Value) -> String {
    let side = |it: &Value| names(it.as_array().map_or(&[], Vec::as_slice));
    items(it, "sides").iter().map(side).collect::<Vec<_>>().join(" / ")
}

fn window(it: &Value) -> String {
    let edge = |key: &str| it[key]["edtf"].as_str().unwrap_or("?").to_owned();
    let derived = if it["derived"] == true { ", derived" } else { "" };
    format!("{} to {} ({}{derived})", edge("start"), edge("end"), text(it, "how"))
}

/// A truce of `list`.
pub fn line(it: &Value, ink: &Ink) -> String {
    let mut out = String::new();
    let head = format!("{}  ", text(it, "id"));
    ink.hang(&mut out, (&ink.paint(DIM, &head), head.len()), BOLD, text(it, "label"));
    let mut facts = vec![state(text(it, "status"), ink)];
    let parts = [sides(it), names(items(it, "places"))];
    facts.extend(parts.into_iter().filter(|it| !it.is_empty()));
    facts.extend(items(it, "windows").iter().map(window));
    let disputed = words(items(it, "disputed"));
    if !disputed.is_empty() {
        facts.push(ink.paint(WARN, &format!("told differently: {disputed}")));
    }
    let count = |key| items(it, key).len();
    facts.push(format!(
        "{} claims, {} reports, {} families",
        count("claims"),
        count("reports"),
        it["families"]
    ));
    ink.hang(&mut out, ("  ", 2), anstyle::Style::new(), &facts.join(" · "));
    out
}

/// What `status` says of a truce, as far as people are told: a ledger has many.
#[derive(Deserialize)]
pub struct Standing<'a> {
    #[serde(borrow)]
    truce: Cow<'a, str>,
    #[serde(borrow)]
    label: Cow<'a, str>,
    in_force: &'a str,
    #[serde(borrow)]
    ends: Option<Ends<'a>>,
    ends_derived: bool,
    hours_left: Option<f64>,
    #[serde(borrow)]
    yes: Vec<Voice<'a>>,
    #[serde(borrow)]
    no: Vec<Voice<'a>>,
}

#[derive(Deserialize)]
struct Ends<'a> {
    #[serde(borrow)]
    edtf: Cow<'a, str>,
}

#[derive(Deserialize)]
struct Voice<'a> {
    #[serde(borrow)]
    name: Cow<'a, str>,
    #[serde(borrow)]
    why: Cow<'a, str>,
}

/// A truce of `status`.
pub fn status(it: &Standing<'_>, ink: &Ink, out: &mut String) {
    let verdict = it.in_force;
    let head = format!("{}{} ", state(verdict, ink), " ".repeat(9 - verdict.len().min(9)));
    ink.hang(out, (&head, 10), BOLD, &format!("{}  {}", it.truce, it.label));
    // Those who say so for one reason, together.
    let voices = |them: &[Voice<'_>]| {
        let mut whys: Vec<(&str, String)> = Vec::new();
        for it in them {
            match whys.iter_mut().find(|why| why.0 == it.why) {
                Some((_, names)) => {
                    names.push_str(", ");
                    names.push_str(&it.name);
                }
                None => whys.push((&it.why, it.name.to_string())),
            }
        }
        let one = |(why, names): &(&str, String)| format!("{names} ({why})");
        whys.iter().map(one).collect::<Vec<_>>().join("; ")
    };
    let mut row = |name: &str, words: String| {
        if !words.is_empty() {
            ink.hang(
                out,
                (&format!("          {name}: "), 12 + name.len()),
                anstyle::Style::new(),
                &words,
            );
        }
    };
    row("yes", voices(&it.yes));
    row("no", voices(&it.no));
    if let Some(end) = &it.ends {
        let left = it.hours_left.map_or_else(String::new, |it| format!(", {it} hours left"));
        let derived = if it.ends_derived { ", derived" } else { "" };
        row("ends", format!("{}{left}{derived}", end.edtf));
    }
}

/// A truce of `show`.
pub fn story(it: &Value, ink: &Ink) -> String {
    let mut out = line(it, ink);
    out.push('\n');
    if let Ok(standing) = Standing::deserialize(&it["in_force"]) {
        status(&standing, ink, &mut out);
    }
    out.push('\n');
    for field in ["declared", "starts", "ends", "lengths", "mediators", "excludes"] {
        for value in items(&it["stated"], field) {
            let what = &value["value"];
            let what =
                what["edtf"].as_str().or(what["name"].as_str()).or(what.as_str()).unwrap_or("?");
            let speakers = words(items(value, "speakers"));
            let by = if speakers.is_empty() { String::new() } else { format!(", {speakers}") };
            let odd = if value["deviates"] == true {
                ink.paint(WARN, "  differs")
            } else {
                String::new()
            };
            let row = format!("{what}  ({} families{by}){odd}", value["families"]);
            ink.hang(&mut out, (&format!("  {field:9} "), 12), anstyle::Style::new(), &row);
        }
    }
    out.push('\n');
    for line in items(it, "story") {
        let date = text(line, "date").get(..10).unwrap_or("?");
        let stance = text(line, "stance");
        let act = if stance == "fact" {
            text(line, "act").to_owned()
        } else {
            format!("{} {stance}", text(line, "act"))
        };
        let mut told = vec![ink.paint(ACT, &act)];
        let by = names(items(line, "by"));
        if !by.is_empty() {
            told.push(format!("by {by}"));
        }
        told.push(format!("according to {}", words(items(line, "according_to"))));
        told.push(format!("{} families", line["families"]));
        if line["rejected"] == true {
            told.push(ink.paint(BAD, "rejected"));
        }
        ink.hang(&mut out, (&format!("  {date}  "), 14), anstyle::Style::new(), &told.join(" · "));
        for claim in items(line, "claims") {
            let quote = format!("“{}” {}", text(claim, "quote"), text(claim, "claim"));
            ink.hang(&mut out, ("              ", 14), DIM, &quote);
        }
    }
    out.push('\n');
    for told in items(it, "told_by") {
        let joined = &told["joined"];
        let row = format!(
            "{} by {} ({}): entry {}, {}",
            text(told, "node"),
            text(told, "report"),
            told["outlet"].as_str().unwrap_or("outlet unknown"),
            joined["entry"],
            text(joined, "why")
        );
        ink.hang(&mut out, ("  told  ", 8), DIM, &row);
    }
    for copy in items(it, "deviating_copies") {
        let row = format!(
            "{} says {} {} where {} says {}",
            text(copy, "report"),
            text(copy, "field"),
            text(copy, "value"),
            text(copy, "copy_of"),
            text(copy, "there")
        );
        ink.hang(&mut out, ("  copy  ", 8), WARN, &row);
    }
    out
}

/// What a claim rests on.
pub fn why(it: &Value, ink: &Ink) -> String {
    let mut out = String::new();
    let mut row = |name: &str, words: &str| {
        if !words.is_empty() {
            ink.hang(
                &mut out,
                (&ink.paint(DIM, &format!("{name:10} ")), 11),
                anstyle::Style::new(),
                words,
            );
        }
    };
    let (report, entry, said) = (&it["report"], &it["entry"], &it["said"]);
    row("claim", text(it, "claim"));
    row(
        "says",
        &format!(
            "{} ({}) by {}",
            text(said, "act"),
            text(said, "stance"),
            names(items(said, "by"))
        ),
    );
    row("quote", text(it, "quote"));
    row("paragraph", text(&it["paragraph"], "text"));
    row("at", &format!("{} {}..{}", text(it, "part"), it["span"][0], it["span"][1]));
    row("report", text(report, "id"));
    for key in ["outlet", "title", "url", "path", "published", "digest"] {
        row(key, text(report, key));
    }
    row("pattern", text(it, "pattern"));
    row("pack", text(it, "pack"));
    row("truce", text(it, "truce"));
    row("entry", &format!("{}, recorded {}", entry["seq"], text(entry, "recorded")));
    row("digest", text(entry, "digest"));
    row("previous", text(entry, "prev"));
    if let Some(until) = it["no_longer_counts_since_entry"].as_u64() {
        row("withdrawn", &format!("no longer counts since entry {until}"));
    }
    for review in items(it, "reviews") {
        row(
            "review",
            &format!(
                "{} by {}: {}",
                text(review, "verdict"),
                text(review, "by"),
                text(review, "why")
            ),
        );
    }
    out
}
