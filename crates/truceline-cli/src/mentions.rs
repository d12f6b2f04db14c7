//! `truceline mentions`: what the mention stage found. Comes in: a report. Goes out: one object or
//! line per mention, in the order of the words, those of the title first. Never reads a claim.

use serde_json::{Value, json};
use truceline::{
    article::{self, Article},
    claim::Part,
    json,
    mention::{
        Mention,
        place::{Where, report_country},
        when::Context,
    },
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
    let article = article::extract(report, &reader.furniture);
    let title = article.title.clone().unwrap_or_default();
    let texts = [
        (Part::Title, &title, Text::new(title.as_str())),
        (Part::Text, &article.text, Text::new(masked(&article.text, &article.cuts))),
    ];
    let armed = reader.parts(&article).is_some();
    let (mut places, mut actors, mut named) = (Vec::new(), Vec::new(), false);
    let mut wheres = Vec::new();
    for (_, _, text) in &texts {
        let found = reader.places.find(text, &places);
        places.extend(found.iter().filter_map(|it| it.what.candidates.first().cloned()));
        wheres.push(found);
    }
    let context = context(reader, &article, &wheres.concat());
    let mut all = Vec::new();
    for ((part, written, text), wheres) in texts.iter().zip(wheres) {
        let mut found = Vec::new();
        let mut push = |what, span: Span, value| {
            found.push(Found { part: *part, what, span, text: span.of(written).to_owned(), value });
        };
        for it in wheres {
            push("where", it.span, json::place(&it.what));
        }
        for it in reader.actors.find(text, &actors.clone()) {
            push("who", it.span, json::who(&it.what));
            actors.push(it.what);
        }
        for it in if armed { reader.truces.find(text, named) } else { Vec::new() } {
            push("truce", it.span, json::truce_words(&it.what));
            named |= !it.what.weak;
        }
        for it in reader.times.find(text) {
            let value = json::resolved(&reader.times.resolve(&it, text, &context));
            push("when", it.span, value);
        }
        found.sort_by_key(|it| (it.span, it.what));
        all.append(&mut found);
    }
    (article.id, all)
}

/// A mention by itself has no clause: its times are dated by the report's day and country alone.
fn context(reader: &Reader, article: &Article, wheres: &[Mention<Where>]) -> Context {
    let country = report_country(wheres);
    let place = country.as_deref().and_then(|code| reader.places.country(code));
    Context {
        published: article.published.as_ref().map(|it| it.date),
        zone: place.and_then(|it| reader.places.zone(it)),
        country,
        ..Context::default()
    }
}
