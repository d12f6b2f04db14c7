//! The contract's JSON of truces and verdicts. Comes in: views. Goes out: values, in the contract's
//! keys. Never decides anything.

use jiff::Timestamp;
use serde_json::{Value, json};
use truceline::ledger::{
    body::{When, Who},
    fold::{Daily, Extension, Stated, View, Window},
    status::{Verdict, Voice, verdict},
};

pub fn order(view: &View) -> (i64, String) {
    let time = |it: &[Stated<When>]| it.first().and_then(|it| it.value.seconds()).map(|it| it.0);
    let at = time(&view.starts).or_else(|| time(&view.declared)).unwrap_or(view.last_word);
    (at, view.id.clone())
}

pub fn iso(at: i64) -> Value {
    Timestamp::from_second(at).map_or(Value::Null, |it| json!(it.to_string()))
}

pub fn micros(at: i64) -> Value {
    Timestamp::from_microsecond(at).map_or(Value::Null, |it| json!(it.to_string()))
}

pub fn who(it: &Who) -> Value {
    json!({"name": it.name, "text": it.text, "id": it.id})
}

pub fn moment(it: &When) -> Value {
    json!({
        "edtf": it.edtf,
        "earliest": it.earliest.map(|it| it.to_string()),
        "latest": it.latest.map(|it| it.to_string()),
        "precision": it.precision,
        "zone": it.zone,
        "text": it.text,
        "doubts": it.doubts,
    })
}

pub fn first<T>(stated: &[Stated<T>], form: impl Fn(&T) -> Value) -> Value {
    stated.first().map_or(Value::Null, |it| form(&it.value))
}

pub fn stated<T>(values: &[Stated<T>], form: impl Fn(&T) -> Value) -> Value {
    let one = |it: &Stated<T>| {
        json!({"value": form(&it.value), "families": it.families, "speakers": it.speakers,
               "reports": it.reports, "claims": it.claims, "deviates": it.deviates})
    };
    values.iter().map(one).collect()
}

pub fn moments(values: &[Stated<When>]) -> Value {
    stated(values, moment)
}

fn window(it: &Window) -> Value {
    json!({"start": it.start.as_ref().map(moment), "end": it.end.as_ref().map(moment),
           "derived": it.derived, "how": it.how, "claims": it.claims})
}

fn hours(it: &Stated<Daily>) -> Value {
    json!({"from": it.value.from, "to": it.value.to, "zone": it.value.zone, "claims": it.claims})
}

fn extension(it: &Stated<Extension>) -> Value {
    json!({"until": it.value.until.as_ref().map(moment),
           "length": it.value.length.as_ref().map(|it| &it.iso), "told": iso(it.value.told),
           "families": it.families, "speakers": it.speakers, "claims": it.claims,
           "reports": it.reports})
}

/// Fields for which values that cannot all be so are stated.
pub fn disputed(view: &View) -> Vec<&'static str> {
    let differs = |it: &[Stated<When>]| it.iter().any(|it| it.deviates);
    let mut fields = Vec::new();
    for (field, values) in
        [("declared", &view.declared), ("start", &view.starts), ("end", &view.ends)]
    {
        if differs(values) {
            fields.push(field);
        }
    }
    if view.lengths.len() > 1 {
        fields.push("length");
    }
    fields
}

/// A truce as a line of `list`.
pub fn truce(view: &View, at: i64) -> Value {
    let all = |them: &[Stated<Who>]| them.iter().map(|it| who(&it.value)).collect::<Vec<_>>();
    let spots: Vec<Value> = view
        .places
        .iter()
        .map(|it| {
            let it = &it.value;
            json!({"name": it.name, "text": it.text, "id": it.id, "country": it.country,
                   "lat": it.lat, "lon": it.lon})
        })
        .collect();
    json!({
        "id": view.id,
        "label": view.label,
        "sides": view.sides.iter().map(|side| all(side)).collect::<Vec<_>>(),
        "mediators": all(&view.mediators),
        "places": spots,
        "declared": first(&view.declared, moment),
        "start": first(&view.starts, moment),
        "end": first(&view.ends, moment),
        "length": first(&view.lengths, |it| json!(it.iso)),
        "excludes": all(&view.excludes),
        "status": verdict(view, at).status.name(),
        "disputed": disputed(view),
        "windows": view.windows.iter().map(window).collect::<Vec<_>>(),
        "daily": view.daily.iter().map(hours).collect::<Vec<_>>(),
        "extensions": view.extensions.iter().map(extension).collect::<Vec<_>>(),
        "claims": view.claims,
        "reports": view.reports,
        "families": view.families,
    })
}

fn voices(them: &[Voice]) -> Value {
    let one = |it: &Voice| json!({"name": it.who.name, "id": it.who.id, "why": it.why, "claims": it.claims});
    them.iter().map(one).collect()
}

pub fn verdict_of(view: &View, it: &Verdict) -> Value {
    json!({
        "truce": view.id,
        "label": view.label,
        "in_force": it.in_force.name(),
        "ends": it.ends.as_ref().map(moment),
        "ends_derived": it.ends_derived,
        "hours_left": it.hours_left,
        "yes": voices(&it.yes),
        "no": voices(&it.no),
        "last_word": iso(view.last_word),
    })
}

/// A truce as a line of `status`.
pub fn standing(view: &View, at: i64) -> Value {
    verdict_of(view, &verdict(view, at))
}

/// The same, with the truce's status.
pub fn standing_with_status(view: &View, at: i64) -> Value {
    let verdict = verdict(view, at);
    let mut value = verdict_of(view, &verdict);
    value["status"] = json!(verdict.status.name());
    value
}
