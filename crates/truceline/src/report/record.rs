//! Reports written as JSON: `id`, `url`, `outlet`, `title`, `text` or `html`, `published`. Comes
//! in: a document or lines. Goes out: reports and problems, in order. Never stops at a bad one.

use serde_json::{Map, Value};

use super::{Form, Options, Problem, Published, Report, charset, digest, too_large};

type Taken = Vec<Result<Report, Problem>>;

pub fn lines(path: Option<&str>, bytes: &[u8], options: &Options) -> Taken {
    let text = charset::decode(bytes, false);
    let mut taken = Vec::new();
    for (at, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() {
            continue;
        }
        match serde_json::from_str(line) {
            Ok(value) => take(path, Some(at + 1), &value, line.as_bytes(), options, &mut taken),
            Err(err) => taken.push(Err(not_json(path, Some(at + 1), &err))),
        }
    }
    if taken.is_empty() {
        let what = "expected a report per line but found none; check the file";
        taken.push(Err(Problem::new(path, None, what)));
    }
    taken
}

pub fn document(path: Option<&str>, bytes: &[u8], options: &Options) -> Taken {
    let text = charset::decode(bytes, false);
    let mut taken = Vec::new();
    match serde_json::from_str::<Value>(&text) {
        Ok(Value::Array(values)) if !values.is_empty() => {
            for (at, value) in values.iter().enumerate() {
                let from = taken.len();
                take(path, None, value, value.to_string().as_bytes(), options, &mut taken);
                for problem in taken[from..].iter_mut().filter_map(|it| it.as_mut().err()) {
                    problem.what = format!("report {}: {}", at + 1, problem.what);
                }
            }
        }
        Ok(value) => take(path, None, &value, bytes, options, &mut taken),
        // Lines under the name of a document: common enough to be taken for what they are.
        Err(err) if is_lines(&text) && err.line() > 1 => return lines(path, bytes, options),
        Err(err) => taken.push(Err(not_json(path, Some(err.line()), &err))),
    }
    taken
}

fn is_lines(text: &str) -> bool {
    let first = text.trim_start().lines().next().unwrap_or_default();
    first.starts_with('{') && serde_json::from_str::<Value>(first).is_ok()
}

fn not_json(path: Option<&str>, line: Option<usize>, err: &serde_json::Error) -> Problem {
    let what = format!("expected a JSON object but found {err}; correct or remove it");
    Problem::new(path, line, what)
}

fn take(
    path: Option<&str>,
    line: Option<usize>,
    value: &Value,
    bytes: &[u8],
    options: &Options,
    into: &mut Taken,
) {
    let mut problems = Vec::new();
    let report = report(path, value, bytes, options, &mut problems);
    into.extend(report.map(Ok));
    into.extend(problems.into_iter().map(|what| Err(Problem::new(path, line, what))));
}

fn report(
    path: Option<&str>,
    value: &Value,
    bytes: &[u8],
    options: &Options,
    problems: &mut Vec<String>,
) -> Option<Report> {
    let Value::Object(fields) = value else {
        problems.push(format!(
            "expected a JSON object with `text` or `html` but found {}; wrap it in one",
            kind(value)
        ));
        return None;
    };
    let mut get = |name: &str| field(fields, name, problems);
    let (text, html) = (get("text"), get("html"));
    let (id, url, outlet, title, date) =
        (get("id"), get("url"), get("outlet"), get("title"), get("published"));
    let (form, content) = match (text, html) {
        (Some(text), _) => (Form::Text, text),
        (None, Some(html)) => (Form::Html, html),
        (None, None) => {
            let names: Vec<&str> = fields.keys().take(12).map(String::as_str).collect();
            problems.push(format!(
                "expected a field `text` or `html` that is not empty but found only: {}; name the \
                 field that holds the report `text`",
                names.join(", ")
            ));
            return None;
        }
    };
    if content.len() > options.limit {
        problems.push(too_large(content.len(), options.limit));
        return None;
    }
    let given = date.and_then(|date| {
        let given = Published::parse(&date, "json");
        if given.is_none() {
            problems.push(format!(
                "published: expected a date such as 2016-07-06 or 2016-07-06T14:02:00+03:00 but \
                 found {date:.80?}; the report is read without it"
            ));
        }
        given
    });
    Some(Report {
        id: id.unwrap_or_else(|| digest(bytes)),
        path: path.map(str::to_owned),
        url,
        outlet,
        title,
        published: options.published.clone().or(given),
        form,
        content,
    })
}

/// A field as text; numbers are taken as written, null and blanks as absent.
fn field(fields: &Map<String, Value>, name: &str, problems: &mut Vec<String>) -> Option<String> {
    match fields.get(name)? {
        Value::Null => None,
        Value::String(text) if text.trim().is_empty() => None,
        // The text stays as it is: offsets count from its first byte.
        Value::String(text) if matches!(name, "text" | "html") => Some(text.clone()),
        Value::String(text) => Some(text.trim().to_owned()),
        Value::Number(number) if matches!(name, "id" | "published") => Some(number.to_string()),
        other => {
            problems.push(format!("{name}: expected text but found {}", kind(other)));
            None
        }
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "text",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}
