//! Who does what in a folded sentence. Comes in: units and a trigger. Goes out: its subject, agent,
//! object. Looks only at order and prepositions; draws no claim.

use crate::claim::fold::{Folded, Kind, Unit, Voice};

/// Prepositions that make the actor after them no subject.
const PREPOSITIONS: &[&str] = &[
    "of",
    "with",
    "by",
    "from",
    "for",
    "to",
    "between",
    "against",
    "in",
    "on",
    "at",
    "among",
    "over",
    "under",
    "after",
    "before",
    "since",
    "despite",
    "about",
    "toward",
    "towards",
    "near",
    "around",
    "into",
    "via",
    "through",
    "like",
    "than",
    "including",
];

fn word(units: &[Unit], at: usize) -> &str {
    units.get(at).map_or("", |it| it.word.as_str())
}

fn is_who(units: &[Unit], at: usize) -> bool {
    matches!(units[at].kind, Kind::Who(_))
}

/// The actor that is the subject of the verb (or the verbal truce) at `at`.
pub fn subject(folded: &Folded, at: usize) -> Option<usize> {
    let units = &folded.units;
    let mut idx = at;
    let mut depth = 0;
    let mut steps = 0;
    while idx > 0 && steps < 40 {
        idx -= 1;
        steps += 1;
        match &units[idx].kind {
            Kind::Punct => match units[idx].word.as_str() {
                ")" => depth += 1,
                "(" if depth > 0 => depth -= 1,
                ";" => return None,
                _ => (),
            },
            _ if depth > 0 => (),
            Kind::Who(_) => {
                let before = if idx == 0 { "" } else { word(units, idx - 1) };
                if PREPOSITIONS.contains(&before) {
                    continue;
                }
                // The object of an earlier verb is no subject: `urged Hamas to accept` is asked for
                // by the caller that knows its act; here the nearest actor that may act is taken.
                return Some(idx);
            }
            Kind::Verb(verb) => {
                let coordinated = word(units, idx + 1) == "and" || word(units, idx + 1) == ",";
                let governs = matches!(
                    units[at].kind,
                    Kind::Verb(crate::claim::fold::Verb {
                        voice: Voice::Infinitive | Voice::Gerund,
                        ..
                    }) | Kind::Truce(_)
                );
                if verb.voice == Voice::Passive && !governs && !coordinated {
                    continue;
                }
            }
            Kind::Word if units[idx].word == "and" || units[idx].word == "but" => {
                // `… and agreed`: the clause before has the subject; `… and Israel agreed` was met above.
            }
            _ => (),
        }
    }
    None
}

/// The actor after `by` that belongs to the passive at `at`.
pub fn agent(folded: &Folded, at: usize) -> Option<usize> {
    let units = &folded.units;
    for idx in at + 1..units.len().min(at + 12) {
        match &units[idx].kind {
            Kind::Who(_) if word(units, idx - 1) == "by" => return Some(idx),
            Kind::Punct if units[idx].word == ";" => return None,
            Kind::Verb(verb) if verb.voice == Voice::Active => return None,
            _ => (),
        }
    }
    None
}

/// The first actor after the verb that no preposition governs: whom it was done to.
pub fn object(folded: &Folded, at: usize) -> Option<usize> {
    let units = &folded.units;
    for idx in at + 1..units.len().min(at + 8) {
        match &units[idx].kind {
            Kind::Who(_) => {
                return (!PREPOSITIONS.contains(&word(units, idx - 1))
                    || word(units, idx - 1) == "on")
                    .then_some(idx);
            }
            Kind::Verb(_) | Kind::Punct | Kind::Quote => return None,
            _ => (),
        }
    }
    None
}

/// The actor right after one of these prepositions, within the clause.
pub fn after_preposition(folded: &Folded, at: usize, prepositions: &[&str]) -> Option<usize> {
    let units = &folded.units;
    for idx in at + 1..units.len().min(at + 14) {
        match &units[idx].kind {
            Kind::Who(_) if prepositions.contains(&word(units, idx - 1)) => return Some(idx),
            Kind::Verb(verb) if verb.voice == Voice::Active => return None,
            _ => (),
        }
    }
    None
}

/// Where the clause around `at` begins and ends: semicolons, and speech marks where they change side.
pub fn bounds(folded: &Folded, at: usize) -> std::ops::Range<usize> {
    let units = &folded.units;
    let stop = |unit: &Unit| unit.word == ";" && unit.kind == Kind::Punct;
    let start = (0..at).rev().find(|&idx| stop(&units[idx])).map_or(0, |idx| idx + 1);
    let end = (at..units.len()).find(|&idx| stop(&units[idx])).unwrap_or(units.len());
    start..end
}

/// Whether a unit is an actor.
pub fn actor(folded: &Folded, at: usize) -> bool {
    at < folded.units.len() && is_who(&folded.units, at)
}
