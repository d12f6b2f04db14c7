//! The contract's JSON. Comes in: a [`Reading`]. Goes out: values in the contract's shape and key
//! order. The inner types know nothing of it.

use serde_json::{Value, json};

use crate::{
    article::{Article, Cut},
    claim::{Actor, Claim, Part, Site},
    mention::{
        place::Where,
        truce::TruceWords,
        when::Resolved,
        who::{Class, Who},
    },
    read::{Gap, Reading},
    text::Span,
    time::{Edge, Length, Moment, Precision, Window},
    truce::Truce,
};

/// One object per report, as `truceline read --format jsonl` prints it.
pub fn reading(reading: &Reading) -> Value {
    json!({
        "report": article(&reading.article),
        "truces": reading.truces.iter().map(truce).collect::<Vec<_>>(),
        "claims": reading.claims.iter().map(|it| claim(it, &reading.truces)).collect::<Vec<_>>(),
        "gaps": reading.gaps.iter().map(gap).collect::<Vec<_>>(),
    })
}

pub fn article(it: &Article) -> Value {
    json!({
        "id": it.id,
        "path": it.path,
        "url": it.url,
        "outlet": it.outlet,
        "title": it.title,
        "published": it.published.as_ref().map(|p| &p.stamp),
        "published_from": it.published.as_ref().map(|p| &p.from),
        "language": it.language,
        "dateline": it.dateline,
        "text": it.text,
        "cuts": it.cuts.iter().map(cut).collect::<Vec<_>>(),
    })
}

fn cut(it: &Cut) -> Value {
    json!({"span": span(it.span), "why": it.why})
}

pub fn truce(it: &Truce) -> Value {
    json!({
        "id": it.id,
        "label": it.label,
        "sides": it.sides.iter().map(|side| actors(side)).collect::<Vec<_>>(),
        "mediators": actors(&it.mediators),
        "places": sites(&it.places),
        "declared": it.declared.as_ref().map(moment),
        "start": it.start.as_ref().map(moment),
        "end": it.end.as_ref().map(moment),
        "length": it.length.as_ref().map(|it| &it.iso),
        "derived_end": it.derived_end().filter(|_| it.end.is_none()).as_ref().map(moment),
        "excludes": actors(&it.excludes),
        "status": it.status.name(),
    })
}

pub fn claim(it: &Claim, truces: &[Truce]) -> Value {
    json!({
        "act": it.act.name(),
        "truce": truces.get(it.truce).map(|truce| &truce.id),
        "stance": it.stance.name(),
        "by": actors(&it.by),
        "against": actors(&it.against),
        "says": actors(&it.says),
        "when": it.when.as_ref().map(moment),
        "where": sites(&it.wher),
        "window": it.window.as_ref().map(window),
        "length": it.length.as_ref().map(length),
        "quote": it.quote,
        "part": part(it.part),
        "span": span(it.span),
        "pattern": it.pattern,
    })
}

fn gap(it: &Gap) -> Value {
    json!({"part": part(it.part), "span": span(it.span), "what": it.what})
}

pub fn moment(it: &Moment) -> Value {
    json!({
        "edtf": it.edtf,
        "earliest": it.earliest.map(|at| at.to_string()),
        "latest": it.latest.map(|at| at.to_string()),
        "precision": precision(it.precision),
        "zone": it.zone,
        "text": it.text,
        "doubts": it.doubts,
    })
}

pub fn length(it: &Length) -> Value {
    json!(it.iso)
}

/// `{"start": edge, "end": edge}`; an edge that is not said is null.
pub fn window(it: &Window) -> Value {
    json!({"start": edge(&it.start), "end": edge(&it.end)})
}

/// A moment with `edge` beside its fields: `at`, `not_before`; `after` has only its words.
fn edge(it: &Edge) -> Value {
    let at = |kind: &str, it: &Moment| {
        let mut value = moment(it);
        value["edge"] = json!(kind);
        value
    };
    match it {
        Edge::At(it) => at("at", it),
        Edge::NotBefore(it) => at("not_before", it),
        Edge::After(words) => json!({"edge": "after", "text": words}),
        Edge::Open => json!({"edge": "open"}),
        Edge::Unknown => Value::Null,
    }
}

/// What a time mention comes to: a moment, with `window` and `length` where it says them too;
/// `{"length": "PT72H"}` where it is a length alone.
pub fn resolved(it: &Resolved) -> Value {
    let mut value = it.moment.as_ref().map_or(json!({}), moment);
    if let Some(said) = &it.window {
        value["window"] = window(said);
    }
    if let Some(said) = &it.length {
        value["length"] = length(said);
    }
    value
}

/// A place mention: the likeliest place, the others it may be, the scope words.
pub fn place(it: &Where) -> Value {
    let mut places = it.candidates.iter().map(|it| {
        json!({"name": it.name, "id": it.id, "country": it.country, "lat": it.lat, "lon": it.lon})
    });
    let mut value = places.next().unwrap_or(json!({}));
    value["scope"] = json!(it.scope);
    value["adjective"] = json!(it.adjective);
    value["others"] = places.collect();
    value
}

/// An actor mention: name, identifier and class, whom it speaks for, whom a role word stands for.
pub fn who(it: &Who) -> Value {
    let named = |it: &(String, Option<String>)| json!({"name": it.0, "id": it.1});
    json!({
        "name": it.name,
        "id": it.id,
        "class": class(it.class),
        "country": it.country,
        "of": it.of.as_ref().map(named),
        "stands_for": it.stands_for.iter().map(named).collect::<Vec<_>>(),
    })
}

/// A truce mention: what its head makes of it, and the truce word itself within the phrase.
pub fn truce_words(it: &TruceWords) -> Value {
    let named = |it: &dyn std::fmt::Debug| format!("{it:?}").to_lowercase();
    json!({
        "head": named(&it.head),
        "modifiers": it.modifiers.iter().map(|it| named(it)).collect::<Vec<_>>(),
        "weak": it.weak,
        "verbal": it.verbal,
        "definite": it.definite,
        "core": span(it.core),
    })
}

fn class(it: Class) -> &'static str {
    match it {
        Class::State => "state",
        Class::Forces => "forces",
        Class::Group => "group",
        Class::Person => "person",
        Class::Organisation => "organisation",
        Class::Media => "media",
        Class::Monitor => "monitor",
        Class::People => "people",
        Class::Role => "role",
    }
}

pub fn precision(it: Precision) -> &'static str {
    match it {
        Precision::Minute => "minute",
        Precision::Hour => "hour",
        Precision::DayPart => "part of day",
        Precision::Day => "day",
        Precision::Week => "week",
        Precision::Month => "month",
        Precision::Season => "season",
        Precision::Year => "year",
    }
}

pub fn actors(them: &[Actor]) -> Value {
    them.iter().map(|it| json!({"name": it.name, "text": it.text, "id": it.id})).collect()
}

pub fn sites(them: &[Site]) -> Value {
    let site = |it: &Site| {
        json!({"name": it.name, "text": it.text, "id": it.id, "country": it.country,
               "lat": it.lat, "lon": it.lon})
    };
    them.iter().map(site).collect()
}

pub fn part(it: Part) -> &'static str {
    match it {
        Part::Title => "title",
        Part::Text => "text",
    }
}

pub fn span(it: Span) -> Value {
    json!([it.start, it.end])
}
