//! What the model weighs of a candidate. Comes in: a hit and its claim, then the whole report's
//! candidates. Goes out: features. Their names are stable: the weights are keyed by them.

use std::collections::{HashMap, HashSet};

use crate::{
    claim::{
        Act, Claim, Part, Stance,
        digest::Features,
        draw::{Candidate, PartText},
        fold::{Folded, Kind, Unit, Voice},
        lexicon::{Auxiliary, Form},
        pattern::{Hit, Pattern},
        speech::Frame,
    },
    pack::Words,
};

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

/// What one hit tells by itself; `by` is the unit of the doer, `links` are the words before a clause that
/// are told apart; `named` keeps names.
#[allow(clippy::too_many_arguments)]
pub fn of_hit(
    part: &PartText,
    folded: &Folded,
    frames: &[Frame],
    hit: &Hit,
    by: Option<usize>,
    pattern: &Pattern,
    claim: &Claim,
    links: &Words,
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
    let opener = back.find(|unit| links.contains(&unit.word));
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
    if pattern.near {
        for unit in units {
            let word = shape(Some(unit), "");
            if word.len() > 1 {
                features.add(format_args!("bag={act}:{word}"));
            }
        }
    }
    features
}

/// Adds what only the whole report tells: place in it, what was told before, what stands near.
/// The candidates are in the order of their sentences.
pub fn of_report(candidates: &mut [Candidate], truce_sentences: &[usize], sentences: usize) {
    let dense = truce_sentences.len() as f64 / sentences.max(1) as f64;
    let breach = |it: &&Candidate| it.claim.act == Act::Violated && !it.near;
    let breaches: Vec<usize> = candidates.iter().filter(breach).map(|it| it.sentence).collect();
    let breach_title = candidates.iter().filter(breach).any(|it| it.claim.part == Part::Title);
    let told: Vec<Telling> = candidates
        .iter()
        .map(|it| {
            let by = it.claim.by.iter().map(|by| by.name.clone()).collect();
            (it.sentence, it.near, (it.claim.act, it.claim.stance, by))
        })
        .collect();
    let plain: Vec<Beside> = candidates
        .iter()
        .filter(|it| !(it.loose || it.near))
        .map(|it| Beside {
            sentence: it.sentence,
            act: it.claim.act,
            truce: it.truce_unit,
            trigger: it.trigger,
            units: it.units.clone(),
        })
        .collect();
    // Of the sentences before: how often each act is told, and all tellings.
    let (mut acts, mut tellings) = (HashMap::<Act, usize>::new(), HashSet::new());
    let mut first = 0;
    for (idx, it) in candidates.iter_mut().enumerate() {
        let act = it.claim.act;
        while told[first].0 < it.sentence {
            let (_, near, telling) = &told[first];
            *acts.entry(telling.0).or_default() += usize::from(!near);
            tellings.insert(telling);
            first += 1;
        }
        let name = act.name();
        let place = match it.sentence {
            0..=2 => "lead",
            3..=6 => "early",
            7..=15 => "middle",
            _ => "late",
        };
        it.features.add(format_args!("place={place}"));
        it.features.add(format_args!("place={place}:{name}"));
        it.features.add(format_args!("dense={}", (dense * 10.0) as u32));
        let near = nearest(truce_sentences, it.sentence, true).unwrap_or(9);
        let class = if it.near { "near" } else { "own" };
        it.features.add(format_args!("distance={class}:{}", near.min(5)));
        let before = acts.get(&act).copied().unwrap_or(0);
        it.features.add(format_args!("before={}", before.min(4)));
        it.features.add(format_args!("before={name}:{}", before.min(4)));
        if tellings.contains(&told[idx].2) {
            it.features.add(format_args!("same-told={name}"));
        }
        for (_, near, (other, ..)) in
            told[first..].iter().take_while(|other| other.0 == it.sentence)
        {
            if *other != act && !near {
                it.features.add(format_args!("beside={name}:{}", other.name()));
            }
        }
        let own = plain.partition_point(|other| other.sentence < it.sentence);
        for other in plain[own..].iter().take_while(|other| other.sentence == it.sentence) {
            if other.act == act {
                continue;
            }
            let other_name = other.act.name();
            if it.truce_unit.is_some() && other.truce == it.truce_unit {
                it.features.add(format_args!("shares={name}:{other_name}"));
            }
            if other.units.contains(&it.trigger) {
                it.features.add(format_args!("inside={name}:{other_name}"));
            }
            if it.units.contains(&other.trigger) {
                it.features.add(format_args!("around={name}:{other_name}"));
            }
        }
        if act == Act::Violated {
            let closest = nearest(&breaches, it.sentence, false);
            match closest.map(|far| far.min(4)) {
                Some(far) => it.features.add(format_args!("breach={class}:{far}")),
                None => it.features.add(format_args!("breach={class}:none")),
            }
            it.features.add(format_args!("breaches={class}:{}", breaches.len().min(3)));
            if breach_title {
                it.features.add(format_args!("breach-title={class}"));
            }
        }
    }
}

/// Where a candidate that a line reads by itself stands, as the others of its sentence see it.
struct Beside {
    sentence: usize,
    act: Act,
    truce: Option<usize>,
    trigger: usize,
    units: std::ops::Range<usize>,
}

/// A telling: its sentence, whether it names no truce, and the act, the stance and who does it.
type Telling = (usize, bool, (Act, Stance, Vec<String>));

/// How far the nearest of some sentences, in order, is from `at`; `own`: whether it may be `at` itself.
pub fn nearest(sentences: &[usize], at: usize, own: bool) -> Option<usize> {
    let before = sentences.partition_point(|it| *it < at + usize::from(own));
    let after = sentences.partition_point(|it| *it < at + usize::from(!own));
    let before = sentences[..before].last().map(|it| at - it);
    let after = sentences.get(after).map(|it| it - at);
    before.into_iter().chain(after).min()
}
