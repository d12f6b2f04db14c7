//! `truceline mentions`: what the mention stage found. Comes in: a report. Goes out: one object or
//! line per mention, in the order of the words, those of the title first. Never reads a claim.

use serde_json::{Value, json};
use truceline::{
    claim::Part,
    json,
    mention::when::Context,
    read::{Reader, masked},
    report::Report,
    text::{Span, Text},
};

use crate::ink::{ACT, DIM, Ink};

struct Found {
    part: Part,
    what: &'static str,
    span: Span,
    text: String,
    value: Value,
}

pub fn objects(reader: &Reader, report: &Report) -> Vec<Value> {
    let (id, found) = find(reader, report);
    let object = |it: Found| {
        json!({"report": id, "part": json::part(it.part), "what": it.what, "span": json::span(it.span),
               "text": it.text, "value": it.value})
    };
    found.into_iter().map(object).collect()
}

pub fn people(reader: &Reader, report: &Report, ink: &Ink) -> String {
    let mut out = String::new();
    for it in find(reader, report).1 {
        let head = format!("{:<6}{}", it.what, ink.paint(DIM, &format!("{:<8}", it.span.start)));
        ink.hang(&mut out, (&head, 14), ACT, &it.text);
        let value = match &it.value {
            Value::String(name) => name.clone(),
            value => short(value),
        };
        ink.hang(&mut out, (&" ".repeat(14), 14), DIM, &value);
    }
    out
}

/// The one field that a person looks for first.
fn short(value: &Value) -> String {
    let named =
        ["edtf", "length", "name", "head"].into_iter().find_map(|field| value[field].as_str());
    match named {
        Some(name) => name.to_owned(),
        None => value.to_string(),
    }
}

fn find(reader: &Reader, report: &Report) -> (String, Vec<Found>) {
    let article = truceline::article::extract(report, &reader.furniture);
    let title = Text::new(article.title.clone().unwrap_or_default());
    let text = Text::new(masked(&article.text, &article.cuts));
    let armed = reader.truces.is_armed(&[&title, &text]);
    let mut named = false;
    let mut found = Vec::new();
    let mut places = Vec::new();
    let mut actors = Vec::new();
    for (part, text) in [(Part::Title, &title), (Part::Text, &text)] {
        let from = found.len();
        let mut push = |what, span: Span, value| {
            found.push(Found { part, what, span, text: text.of(span).to_owned(), value });
        };
        for it in reader.places.find(text, &places.clone()) {
            push("where", it.span, json::place(&it.what));
            places.extend(it.what.candidates.into_iter().take(1));
        }
        for it in reader.actors.find(text, &actors.clone()) {
            push("who", it.span, json::who(&it.what));
            actors.push(it.what);
        }
        let truces = if armed { reader.truces.find(text, named) } else { Vec::new() };
        for it in truces {
            push("truce", it.span, json::truce_words(&it.what));
            named |= !it.what.weak;
        }
        let context = Context {
            published: article.published.as_ref().map(|it| it.date),
            zone: places.first().and_then(|it| it.zone.clone()),
            country: places.first().map(|it| it.country.clone()).filter(|it| !it.is_empty()),
            ..Context::default()
        };
        for it in reader.times.find(text) {
            let value = json::resolved(&reader.times.resolve(&it, text, &context));
            push("when", it.span, value);
        }
        found[from..].sort_by_key(|it| (it.span, it.what));
    }
    (article.id, found)
}
