//! Who does what in a folded sentence. Comes in: units and a trigger. Goes out: its subject, agent,
//! object. Looks only at order and prepositions; draws no claim.

use crate::claim::fold::{Folded, Kind, OPENER, Unit, Voice};

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

/// Whether a word opens another clause.
fn opens(folded: &Folded, at: usize) -> bool {
    folded.line[folded.units[at].at..].starts_with(OPENER)
}

fn determines(unit: &Unit) -> bool {
    unit.kind == Kind::Word && matches!(unit.word.as_str(), "the" | "a" | "an" | "some" | "several")
}

/// The actor that is the subject of the verb (or the verbal truce) at `at`.
pub fn subject(folded: &Folded, at: usize) -> Option<usize> {
    let units = &folded.units;
    let mut idx = at;
    let finite = matches!(&units[at].kind, Kind::Verb(verb) if matches!(verb.voice, Voice::Active));
    let mut depth = 0;
    let mut steps = 0;
    // Whether no more than words, places and times stand between here and the verb.
    let mut plain = true;
    while idx > 0 && steps < 40 {
        idx -= 1;
        steps += 1;
        plain &= match &units[idx].kind {
            Kind::Word => !matches!(units[idx].word.as_str(), "and" | "or" | "but"),
            Kind::Where(_) | Kind::When(_) | Kind::Truce(_) => true,
            _ => false,
        };
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
            // `said that the gunmen had broken …`: the clause has a subject, only no known one.
            Kind::Word
                if plain && opens(folded, idx) && at > idx + 2 && determines(&units[idx + 1]) =>
            {
                return None;
            }
            // `said that the truce had collapsed`: the truce does it.
            Kind::Truce(_) if plain && finite && idx > 0 && opens(folded, idx - 1) => return None,
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

/// Whom the verb of an accusation at `at` accuses: its object, or the subject of its passive.
pub fn accused(folded: &Folded, at: usize) -> Option<usize> {
    match &folded.units[at].kind {
        Kind::Verb(verb) if verb.voice == Voice::Passive => subject(folded, at),
        _ => object(folded, at),
    }
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
