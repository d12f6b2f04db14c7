//! A page of `casebook/stories/`. Comes in: its Markdown. Goes out: the reports in the order of
//! their taking, what the ledger must say after each, and questions; or an error naming the line.
//! The format is told in `casebook/stories/README.md`.

use std::collections::BTreeSet;

use jiff::Timestamp;
use truceline::report::{Form, Published, Report};

pub struct Page {
    pub steps: Vec<Step>,
    pub today: Vec<String>,
}

/// A report, and what must be so when it has been taken.
pub struct Step {
    pub recorded: Timestamp,
    pub report: Report,
    /// The truces that the report tells of, with the fields that are new.
    pub truces: Vec<(String, Fields)>,
    pub asked: Vec<Question>,
}

pub struct Question {
    pub truce: String,
    /// As the page writes it.
    pub words: String,
    pub at: Timestamp,
    pub as_of: Option<Timestamp>,
    pub fields: Fields,
}

/// `field: value` pairs as they stand in a line.
pub type Fields = Vec<(String, String)>;

/// Asked after every report, at least.
const QUESTIONS: usize = 3;

const TRUCE_FIELDS: &[&str] = &[
    "sides",
    "mediators",
    "places",
    "declared",
    "start",
    "end",
    "until",
    "length",
    "excludes",
    "status",
    "extensions",
    "families",
    "disputed",
];
const ANSWER_FIELDS: &[&str] = &["in force", "ends", "hours left", "yes", "no"];

impl Page {
    pub fn parse(source: &str) -> Result<Page, String> {
        if !source.starts_with("# ") {
            return Err("1: expected a heading `# …`".to_owned());
        }
        let mut page = Page { steps: Vec::new(), today: Vec::new() };
        let told = source.split("\n```today\n").next().unwrap_or_default();
        let mut number = 1;
        for (at, part) in told.split("\n## ").enumerate() {
            if at > 0 {
                let step =
                    step(part).map_err(|(line, what)| format!("{}: {what}", number + line))?;
                if page.steps.last().is_some_and(|it| it.recorded >= step.recorded) {
                    return Err(format!("{number}: expected a later time than that before it"));
                }
                page.steps.push(step);
            }
            number += part.matches('\n').count() + 1;
        }
        if page.steps.len() < 2 {
            return Err("1: expected several reports, each below a heading `## TIME`".to_owned());
        }
        if let Some((_, lines)) = block(source, "today") {
            page.today = lines.lines().map(str::to_owned).collect();
        }
        Ok(page)
    }

    pub fn last(&self) -> Timestamp {
        self.steps.last().map_or(Timestamp::UNIX_EPOCH, |it| it.recorded)
    }
}

type Wrong = (usize, String);

fn step(part: &str) -> Result<Step, Wrong> {
    let heading = part.lines().next().unwrap_or_default().trim();
    let recorded = time(heading).map_err(|it| (0, it))?;
    let (_, text) =
        block(part, "report").ok_or((0, "expected a block ```report below it".to_owned()))?;
    let (head, body) = text.split_once("\n\n").unwrap_or((text, ""));
    let field = |key: &str| {
        head.lines()
            .find_map(|line| line.strip_prefix(key)?.strip_prefix(": "))
            .map(|value| value.trim().to_owned())
    };
    let report = Report {
        id: field("id").ok_or((0, "expected a line `id: …` in the report".to_owned()))?,
        path: None,
        url: field("url"),
        outlet: field("outlet"),
        title: field("title"),
        published: field("published").and_then(|stamp| {
            let date = stamp.get(..10)?.parse().ok()?;
            Some(Published { date, stamp, from: "json".to_owned() })
        }),
        form: Form::Text,
        content: body.trim().to_owned(),
    };
    let mut step = Step { recorded, report, truces: Vec::new(), asked: Vec::new() };
    for (line, text) in lines(part, "ledger") {
        let (name, fields) = split(text, TRUCE_FIELDS).map_err(|it| (line, it))?;
        step.truces.push((name, fields));
    }
    for (line, text) in lines(part, "asked") {
        step.asked.push(question(text).map_err(|it| (line, it))?);
    }
    let asked: BTreeSet<String> =
        step.asked.iter().map(|it| format!("{} {:?}", it.words, it.fields)).collect();
    if asked.len() < QUESTIONS {
        let found = asked.len();
        return Err((0, format!("expected {QUESTIONS} questions or more but found {found}")));
    }
    Ok(step)
}

/// `A at TIME as of TIME | field: value | …`.
fn question(line: &str) -> Result<Question, String> {
    let (words, fields) = split(line, ANSWER_FIELDS)?;
    let (truce, times) =
        words.split_once(" at ").ok_or(format!("expected `A at TIME` but found `{words}`"))?;
    let (at, as_of) = match times.split_once(" as of ") {
        Some((at, as_of)) => (at, Some(time(as_of)?)),
        None => (times, None),
    };
    let (truce, at) = (truce.to_owned(), time(at)?);
    Ok(Question { truce, words, at, as_of, fields })
}

fn time(text: &str) -> Result<Timestamp, String> {
    text.trim()
        .parse()
        .map_err(|_| format!("expected a time like 2016-07-06T09:00Z but found `{text}`"))
}

fn split(line: &str, known: &[&str]) -> Result<(String, Fields), String> {
    let mut parts = line.split(" | ");
    let head = parts.next().unwrap_or("").trim().to_owned();
    let mut fields = Fields::new();
    for part in parts {
        let (key, value) =
            part.split_once(':').ok_or(format!("expected `field: value` but found `{part}`"))?;
        let key = key.trim();
        if !known.contains(&key) {
            return Err(format!("expected one of {} but found `{key}`", known.join(", ")));
        }
        fields.push((key.to_owned(), value.trim().to_owned()));
    }
    Ok((head, fields))
}

/// A fenced block: the line it opens on, counted from 0, and its text.
fn block<'a>(source: &'a str, name: &str) -> Option<(usize, &'a str)> {
    let open = format!("\n```{name}\n");
    let from = source.find(&open)? + open.len();
    let rest = &source[from..];
    let to = if rest.starts_with("```") { 0 } else { rest.find("\n```")? };
    Some((source[..from].matches('\n').count() - 1, &rest[..to]))
}

fn lines<'a>(source: &'a str, name: &str) -> Vec<(usize, &'a str)> {
    let Some((first, text)) = block(source, name) else { return Vec::new() };
    let lines = text.lines().enumerate().map(|(at, line)| (first + 1 + at, line));
    lines.filter(|it| !it.1.trim().is_empty()).collect()
}

/// The page with its `today` block set to these lines, or without one.
pub fn with_today(source: &str, today: &[String]) -> String {
    let kept = source.find("\n```today\n").map_or(source, |at| &source[..at]).trim_end();
    if today.is_empty() {
        return format!("{kept}\n");
    }
    format!("{kept}\n\n```today\n{}\n```\n", today.join("\n"))
}
