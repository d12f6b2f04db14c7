//! What the model weighs of a candidate. Comes in: a hit and its claim, then the whole report's
//! candidates. Goes out: features. Their names are stable: the weights are keyed by them.

use jiff::{civil::Date, tz::TimeZone};

use crate::claim::{
    Claim, Part,
    digest::Features,
    draw::PartText,
    fold::{Folded, Kind, Unit, Voice},
    lexicon::{Auxiliary, Form, Verbs},
    pattern::{Hit, Pattern},
    speech::Frame,
};

mod report;

pub use self::report::{nearest, of_report};

/// A unit as the model sees it: function words and verbs by name, mentions by kind.
pub fn shape<'a>(unit: Option<&'a Unit>, end: &'a str) -> &'a str {
    unit.map_or(end, |unit| match &unit.kind {
        Kind::Who(_) => "@w",
        Kind::Truce(_) => "@t",
        Kind::When(_) => "@d",
        Kind::Where(_) => "@p",
        Kind::Verb(verb) => &verb.lemma,
        Kind::Quote => "\"",
        _ => &unit.word,
    })
}

/// What one hit tells by itself; `by` is the unit of the doer; `named` keeps names.
#[allow(clippy::too_many_arguments)]
pub fn of_hit(
    part: &PartText,
    folded: &Folded,
    frames: &[Frame],
    hit: &Hit,
    by: Option<usize>,
    pattern: &Pattern,
    claim: &Claim,
    verbs: &Verbs,
    published: Option<Date>,
    named: bool,
) -> Features {
    let units = &folded.units;
    let act = claim.act.name();
    let mut features = Features::new(named);
    features.add(format_args!("act={act}"));
    features.add(format_args!("pattern={}", pattern.name));
    features.add(format_args!("line={}:{}", pattern.name, hit.line + 1));
    features.add(format_args!("stance={act}:{}", claim.stance.name()));
    if claim.part == Part::Title {
        features.add(format_args!("title={act}"));
    }
    let trigger = &units[hit.trigger];
    if let Kind::Verb(verb) = &trigger.kind {
        features.add(format_args!("verb={act}:{}", verb.lemma));
        let reduced = verb.voice == Voice::Passive && verb.auxiliaries.is_empty();
        features.add(format_args!(
            "voice={act}:{:?}{}",
            verb.voice,
            if reduced { ":reduced" } else { "" }
        ));
        let tense = match (verb.form, verb.auxiliaries.contains(&Auxiliary::Have)) {
            (_, true) => "perfect",
            (Form::Past, _) => "past",
            (Form::S | Form::Base, _) => "present",
            _ => "other",
        };
        features.add(format_args!("tense={tense}"));
        if verb.negated {
            features.add(format_args!("negated={act}"));
        }
        for auxiliary in &verb.auxiliaries {
            features.add(format_args!("aux={act}:{auxiliary:?}"));
        }
        if verb.auxiliaries.is_empty() {
            features.add(format_args!("aux={act}:none"));
        }
    } else {
        features.add(format_args!("noun={act}:{}", trigger.word));
    }
    match hit.truce.map(|unit| &units[unit].kind) {
        Some(Kind::Truce(idx)) => {
            let truce = &part.found.truces[*idx].what;
            features.add(format_args!(
                "truce={act}:{}{}",
                if truce.weak { "weak" } else { "core" },
                if truce.definite { ":definite" } else { "" }
            ));
            for modifier in &truce.modifiers {
                features.add(format_args!("modifier={act}:{modifier:?}"));
            }
            let far = hit.trigger.abs_diff(hit.truce.unwrap_or(hit.trigger));
            features.add(format_args!("far={}", far.min(6)));
        }
        _ => features.add(format_args!("truce={act}:none")),
    }
    let before = |back: usize| hit.trigger.checked_sub(back).map(|idx| &units[idx]);
    features.add(format_args!("-1={act}:{}", shape(before(1), "^")));
    features.add(format_args!("-2={}", shape(before(2), "^")));
    features.add(format_args!("+1={act}:{}", shape(units.get(hit.trigger + 1), "$")));
    features.add(format_args!("+2={}", shape(units.get(hit.trigger + 2), "$")));
    for at in hit.units.start.saturating_sub(3)..hit.units.start {
        features.add(format_args!("lead={}", shape(units.get(at), "^")));
    }
    // The word that opens the clause of the trigger.
    let mut back = units[..hit.trigger].iter().rev().take(12);
    let opener = back.find(|unit| verbs.links.contains(&unit.word));
    features.add(format_args!("opener={}", opener.map_or("none", |unit| &unit.word)));
    let actors = |unit: &Unit| match &unit.kind {
        Kind::Who(whos) => whos.len(),
        _ => 0,
    };
    let actors: usize = units.iter().map(actors).sum();
    features.add(format_args!("by={act}:{}", claim.by.len().min(2)));
    features.add(format_args!("says={act}:{}", claim.says.len().min(2)));
    features.add(format_args!("when={act}:{}", claim.when.is_some()));
    features.add(format_args!("actors={}", actors.min(4)));
    if trigger.quoted {
        features.add(format_args!("quoted={act}"));
    }
    let length = units.len();
    features.add(format_args!(
        "length={}",
        if length < 10 {
            "short"
        } else if length < 30 {
            "middle"
        } else {
            "long"
        }
    ));
    // The verb that the trigger hangs on, and who says it.
    let governor = units[..hit.trigger].iter().rev().take(10).find_map(|unit| match &unit.kind {
        Kind::Verb(verb) => Some(verb.lemma.as_str()),
        _ => None,
    });
    let governor = governor.unwrap_or("none");
    features.add(format_args!("governor={governor}"));
    features.add(format_args!("governor={act}:{governor}"));
    let speaker = frames.iter().find(|frame| frame.covers(hit.trigger));
    for (name, unit) in [("doer", by), ("speaker", speaker.map(|it| it.speaker))] {
        match unit.map(|unit| &units[unit].kind) {
            Some(Kind::Who(whos)) => {
                let class = part.found.whos[whos[0]].what.class;
                features.add(format_args!("{name}={act}:{class:?}"));
            }
            _ => features.add(format_args!("{name}={act}:none")),
        }
    }
    features.add(format_args!("said={}", speaker.map_or("none", |it| it.lemma.as_str())));
    if let Some(truce) = hit.truce {
        let order = if truce < hit.trigger { "after" } else { "before" };
        features.add(format_args!("order={act}:{order}"));
    }
    for pair in units[hit.trigger.saturating_sub(3)..units.len().min(hit.trigger + 4)].windows(2) {
        features.add(format_args!(
            "pair={} {}",
            shape(Some(&pair[0]), ""),
            shape(Some(&pair[1]), "")
        ));
    }
    let window = hit.trigger.saturating_sub(5)..units.len().min(hit.trigger + 6);
    for unit in &units[window] {
        let word = shape(Some(unit), "");
        if word.len() > 1 {
            features.add(format_args!("by-word={word}"));
        }
    }
    if let Some(truce) = hit.truce {
        leads_to(&mut features, act, units, hit.trigger, truce, verbs);
    }
    let finite = |unit: &&Unit| matches!(&unit.kind, Kind::Verb(verb) if matches!(verb.voice, Voice::Active | Voice::Passive));
    let told_before = units[..hit.trigger].iter().filter(finite).count();
    features.add(format_args!("verbs-before={act}:{}", told_before.min(3)));
    features.add(format_args!("quote={act}:{}", claim.quote.len() / 40));
    features.add(format_args!("age={act}:{}", age(claim, published)));
    let words = units.iter().map(|unit| shape(Some(unit), "")).filter(|word| word.len() > 1);
    features.add_each(format_args!("word={act}:"), words);
    features
}

/// What stands before the truce: `in defiance of a truce` tells of no new one.
fn leads_to(
    features: &mut Features,
    act: &str,
    units: &[Unit],
    trigger: usize,
    truce: usize,
    verbs: &Verbs,
) {
    let before = units[..truce].iter().enumerate().rev();
    let last = before.clone().next().map(|it| it.1);
    features.add(format_args!("truce-1={act}:{}", shape(last, "^")));
    let verb = before.clone().take(8).find_map(|(at, unit)| match &unit.kind {
        Kind::Verb(_) if at == trigger => Some("own"),
        Kind::Verb(verb) => Some(verb.lemma.as_str()),
        _ => None,
    });
    features.add(format_args!("truce-verb={act}:{}", verb.unwrap_or("none")));
    let mut joins = before.take(5).map(|it| it.1).filter(|unit| unit.kind == Kind::Word);
    let join = joins.find(|it| verbs.links.contains(&it.word) || verbs.joins.contains(&it.word));
    features.add(format_args!("truce-join={act}:{}", join.map_or("none", |it| &it.word)));
}

/// How long before the report the claim is dated.
fn age(claim: &Claim, published: Option<Date>) -> &'static str {
    let Some(when) = &claim.when else { return "none" };
    let (Some(earliest), Some(published)) = (when.earliest, published) else { return "unknown" };
    let day = earliest.to_zoned(TimeZone::UTC).date();
    match day.until(published).map_or(0, |it| it.get_days()) {
        ..-1 => "ahead",
        -1..=1 => "day",
        2..=7 => "week",
        8..=60 => "months",
        61..=400 => "year",
        _ => "old",
    }
}
