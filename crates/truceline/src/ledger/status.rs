//! In force at a time, according to whom. Comes in: a [`View`] and a time. Goes out: a [`Verdict`].
//! What two sources say against each other stays two: `disputed`.

use std::collections::BTreeMap;

use super::{
    body::{When, Who},
    fold::{Kind, Testimony, View, hours, who_key},
    signs::{DAY, HOUR},
};
use crate::truce::Status;

/// A truce without a known end is taken to go on, but not for ever: this long after the last word
/// on it nobody can be said to affirm it. Nothing is stored of this; it is how silence is read.
const SILENCE: i64 = 30 * DAY;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InForce {
    Yes,
    No,
    Disputed,
    Unknown,
}

impl InForce {
    pub fn name(self) -> &'static str {
        match self {
            InForce::Yes => "yes",
            InForce::No => "no",
            InForce::Disputed => "disputed",
            InForce::Unknown => "unknown",
        }
    }
}

/// A source and the claims on which it is heard.
#[derive(Clone, Debug, PartialEq)]
pub struct Voice {
    pub who: Who,
    pub claims: Vec<String>,
    /// Why it says so, in words: `declared`, `denies agreed`, `its time ran out`.
    pub why: String,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    pub in_force: InForce,
    pub yes: Vec<Voice>,
    pub no: Vec<Voice>,
    /// The end of the window it is in, if one is known.
    pub ends: Option<When>,
    pub ends_derived: bool,
    pub hours_left: Option<f64>,
    pub status: Status,
}

/// How a testimony reads at a time: yes or no and why, or nothing yet.
fn reads(it: &Testimony, at: i64) -> Option<(bool, &'static str)> {
    if it.from.is_some_and(|from| from > at) {
        return None;
    }
    if it.yes && it.until.is_some_and(|until| at >= until) {
        return Some((false, "its time ran out"));
    }
    Some((it.yes, ""))
}

/// `at` in seconds since 1970.
pub fn verdict(view: &View, at: i64) -> Verdict {
    let events: Vec<&Testimony> = view
        .testimonies
        .iter()
        .filter(|it| it.kind == Kind::Event && it.from.is_some_and(|from| from <= at))
        .collect();
    let mut last: BTreeMap<String, (&Testimony, bool, &'static str)> = BTreeMap::new();
    for it in &view.testimonies {
        let Some((yes, why)) = reads(it, at) else { continue };
        if yes && it.until.is_none() && !view.open && at > view.last_word + SILENCE {
            continue;
        }
        // An ending overtakes what began before it, also where that is told again later; that it
        // never was agreed, only what is told after.
        let overtaken = |event: &&&Testimony| {
            let before = match it.from.filter(|_| it.kind == Kind::Event) {
                Some(from) => from.min(it.said),
                None => it.said,
            };
            let later = |from| from > before || (!event.yes && from == before);
            let told = it.kind != Kind::Denial || event.said > it.said;
            told && event.yes != it.yes && event.from.is_some_and(later)
        };
        let newer = events.iter().find(overtaken);
        if newer.is_some_and(|event| !(event.yes && event.until.is_some_and(|end| at >= end))) {
            continue;
        }
        // Of one source, its last word; of one breath, its denial.
        let key = who_key(&it.source);
        let weight = |it: &Testimony| (it.said, it.kind == Kind::Denial, it.from);
        if last.get(&key).is_none_or(|(other, ..)| weight(other) <= weight(it)) {
            last.insert(key, (it, yes, why));
        }
    }
    let (mut yes, mut no) = (Vec::new(), Vec::new());
    for (it, says, why) in last.into_values() {
        let why = match (says, it.kind) {
            (_, _) if !why.is_empty() => why.to_owned(),
            (false, Kind::Denial) => format!("denies {}", it.act),
            (false, Kind::State) if it.act != "rejected" => format!("denies {}", it.act),
            (true, Kind::State) if it.act == "ended" => "denies ended".to_owned(),
            _ => it.act.clone(),
        };
        let voice = Voice { who: it.source.clone(), claims: vec![it.claim.clone()], why };
        if says { yes.push(voice) } else { no.push(voice) }
    }
    if yes.is_empty() && no.is_empty() {
        no = not_yet(view, at);
    }
    let today = hours(&view.daily, at);
    if today == Some(None) {
        // What is in force for some hours of each day is not in force at the others.
        for mut voice in std::mem::take(&mut yes) {
            voice.why = "outside its hours".to_owned();
            no.push(voice);
        }
    }
    let in_force = match (yes.is_empty(), no.is_empty()) {
        (false, true) => InForce::Yes,
        (true, false) => InForce::No,
        (false, false) => InForce::Disputed,
        (true, true) => InForce::Unknown,
    };
    let (ends, ends_derived) = match in_force {
        InForce::Yes | InForce::Disputed => match (end_of(view, at), today.flatten()) {
            (end, None) => end,
            (end, Some(hours)) => sooner(view, end, hours.1),
        },
        _ => (None, false),
    };
    let left = ends.as_ref().and_then(When::seconds).map(|it| it.1 - 60 - at);
    let hours_left =
        left.filter(|it| *it >= 0).map(|it| (it as f64 / HOUR as f64 * 100.0).round() / 100.0);
    let status = status(view, in_force, &no);
    Verdict { in_force, yes, no, ends, ends_derived, hours_left, status }
}

/// The stretch outside of which the verdict no longer changes: the same at all times before its
/// first second and from its last second on.
pub fn changes(view: &View) -> (i64, i64) {
    let windows = view.windows.iter().flat_map(|it| [&it.start, &it.end]).flatten();
    let times = windows
        .filter_map(When::seconds)
        .flat_map(|it| [it.0, it.1])
        .chain([view.last_word + SILENCE + 1])
        .chain(view.testimonies.iter().flat_map(|it| [it.from, it.until]).flatten());
    let (lo, hi) = times.fold((i64::MAX, i64::MIN), |sum, at| (sum.0.min(at), sum.1.max(at)));
    // Hours of every day come back for ever.
    if view.daily.is_empty() { (lo, hi) } else { (lo, i64::MAX) }
}

/// Sources that give a start which has not come yet.
fn not_yet(view: &View, at: i64) -> Vec<Voice> {
    let ahead = view.testimonies.iter().filter(|it| it.yes && it.from.is_some_and(|it| it > at));
    let mut voices: BTreeMap<String, Voice> = BTreeMap::new();
    for it in ahead {
        voices
            .entry(who_key(&it.source))
            .or_insert_with(|| Voice {
                who: it.source.clone(),
                claims: Vec::new(),
                why: "not yet begun".to_owned(),
            })
            .claims
            .push(it.claim.clone());
    }
    voices.into_values().collect()
}

/// The end of the chain of windows that holds `at`.
fn end_of(view: &View, at: i64) -> (Option<When>, bool) {
    let ends = |it: &super::fold::Window| it.end.as_ref().and_then(When::seconds).map(|it| it.1);
    let open = |it: &&super::fold::Window| {
        let begins = it.start.as_ref().and_then(When::seconds).map(|it| it.0);
        ends(it).is_some_and(|end| end > at)
            && (it.how != "stated" || begins.is_none_or(|it| it <= at))
    };
    match view.windows.iter().filter(open).max_by_key(|it| ends(it)) {
        Some(window) => (window.end.clone(), window.derived),
        None => (None, false),
    }
}

/// The end of today's hours, unless the truce ends before.
fn sooner(view: &View, end: (Option<When>, bool), today: i64) -> (Option<When>, bool) {
    if end.0.as_ref().and_then(When::seconds).is_some_and(|it| it.1 - 60 <= today) {
        return end;
    }
    let zone = view.daily.iter().find_map(|it| it.value.zone.clone());
    let tz = zone.as_deref().and_then(|it| jiff::tz::TimeZone::get(it).ok());
    let Ok(at) = jiff::Timestamp::from_second(today) else { return end };
    let there = at.to_zoned(tz.unwrap_or(jiff::tz::TimeZone::UTC));
    let when = When {
        edtf: there.strftime("%Y-%m-%dT%H:%M%:z").to_string(),
        earliest: Some(at),
        latest: jiff::Timestamp::from_second(today + 60).ok(),
        precision: "minute".to_owned(),
        zone,
        text: "the end of the day's hours".to_owned(),
        doubts: Vec::new(),
    };
    (Some(when), true)
}

fn status(view: &View, in_force: InForce, no: &[Voice]) -> Status {
    let did = |act: &str| view.acts.contains_key(act);
    let made = did("agreed") || did("declared") || did("began");
    match in_force {
        InForce::Yes => Status::InForce,
        InForce::Disputed => Status::Disputed,
        InForce::No if no.iter().any(|it| it.why == "not yet begun") => {
            if did("agreed") {
                Status::Agreed
            } else {
                Status::Declared
            }
        }
        InForce::No if no.iter().any(|it| it.why == "ended" || it.why == "its time ran out") => {
            Status::Ended
        }
        InForce::No if did("rejected") => Status::Rejected,
        InForce::No if made => Status::Ended,
        InForce::No => Status::Rejected,
        InForce::Unknown if did("agreed") => Status::Agreed,
        InForce::Unknown if did("declared") => Status::Declared,
        InForce::Unknown if did("proposed") || did("called_for") || did("talks") => {
            Status::Proposed
        }
        InForce::Unknown => Status::Unknown,
    }
}
