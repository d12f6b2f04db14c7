//! Whether a claim is fact, planned, hedged or denied. Comes in: a folded sentence and a trigger.
//! Goes out: a [`Stance`]. Reads the verb's own auxiliaries first, then the words before it.

use std::collections::HashSet;

use serde::Deserialize;

use crate::{
    claim::{
        Stance,
        fold::{Folded, Found, Kind, Voice},
        lexicon::Auxiliary,
        speech::Frame,
    },
    mention::truce::Modifier,
    pack::{Error, Source},
};

/// The stance words of one language, from `lang/<code>/stance.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stances {
    hedged: HashSet<String>,
    planned: HashSet<String>,
    planned_to: HashSet<String>,
    denied: HashSet<String>,
    stop: HashSet<String>,
}

impl Stances {
    pub fn load(source: &Source, language: &str) -> Result<Stances, Error> {
        source.toml(&format!("lang/{language}/stance.toml"))
    }

    pub fn of(
        &self,
        folded: &Folded,
        found: &Found,
        frames: &[Frame],
        trigger: usize,
        truce: Option<usize>,
    ) -> Stance {
        let units = &folded.units;
        let unit = &units[trigger];
        let infinitive = matches!(&unit.kind, Kind::Verb(verb) if verb.voice == Voice::Infinitive);
        let mut negated = false;
        let mut stance = Stance::Fact;
        let mut raise = |to: Stance| {
            if stance == Stance::Fact || stance == Stance::Planned && to == Stance::Hedged {
                stance = to;
            }
        };
        if let Kind::Verb(verb) = &unit.kind {
            negated ^= verb.negated;
            let has = |kind: Auxiliary| verb.auxiliaries.contains(&kind);
            if has(Auxiliary::May) {
                raise(Stance::Hedged);
            }
            if has(Auxiliary::Should) {
                raise(Stance::Hedged);
            }
            if has(Auxiliary::Will) {
                raise(Stance::Planned);
            }
            if has(Auxiliary::Would) {
                raise(if has(Auxiliary::Have) { Stance::Hedged } else { Stance::Planned });
            }
            if infinitive && has(Auxiliary::Be) {
                raise(Stance::Planned);
            }
            // `Army to observe truce`: a headline's plan, with no verb before it.
            let before = trigger.checked_sub(1).map(|at| &units[at].kind);
            let verb_before = || units[..trigger].iter().any(|it| matches!(it.kind, Kind::Verb(_)));
            if infinitive && matches!(before, Some(Kind::Who(_) | Kind::Truce(_))) && !verb_before()
            {
                raise(Stance::Planned);
            }
        }
        if let Some(truce) = truce
            && let Kind::Truce(idx) = units[truce].kind
            && found.truces[idx].what.modifiers.contains(&Modifier::No)
        {
            negated = true;
        }
        // The words before the trigger, back to the clause's start.
        let mut steps = 0;
        let mut idx = trigger;
        while idx > 0 && steps < 12 {
            idx -= 1;
            steps += 1;
            let before = &units[idx];
            let speech = frames.iter().find(|frame| frame.verb == idx && frame.covers(trigger));
            if let Some(frame) = speech {
                if frame.lemma == "deny" {
                    negated ^= true;
                }
                break;
            }
            match &before.kind {
                Kind::Punct if matches!(before.word.as_str(), ";" | ":" | "—" | "–") => break,
                Kind::Quote if steps > 1 => break,
                Kind::Word | Kind::Verb(_) => {
                    let word = before.word.as_str();
                    if let Kind::Verb(verb) = &before.kind {
                        // A governing verb lends its own stance to an infinitive or a gerund.
                        if verb.negated && steps <= 4 {
                            negated ^= true;
                        }
                    }
                    if self.denied.contains(word) {
                        if steps <= 5 {
                            negated ^= true;
                        }
                    } else if self.hedged.contains(word) {
                        raise(Stance::Hedged);
                    } else if self.planned.contains(word) && steps <= 6
                        || self.planned_to.contains(word) && infinitive && steps == 1
                    {
                        raise(Stance::Planned);
                    } else if self.stop.contains(word) {
                        break;
                    }
                    if matches!(before.kind, Kind::Verb(_)) && before.word != word {
                        break;
                    }
                }
                _ => (),
            }
        }
        if negated { Stance::Denied } else { stance }
    }
}
