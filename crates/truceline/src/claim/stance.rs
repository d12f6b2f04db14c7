//! Whether a claim is fact, planned, hedged or denied. Comes in: a folded sentence and a trigger.
//! Goes out: a [`Stance`]. Reads the verb's own auxiliaries first, then the words before it.

use jiff::{civil::Date, tz::TimeZone};
use serde::Deserialize;

use crate::{
    claim::{
        Stance,
        fold::{Folded, Found, Kind, Voice},
        lexicon::Auxiliary,
        speech::Frame,
    },
    mention::truce::Modifier,
    pack::{Error, Source, Words},
    time::Moment,
};

/// The stance words of one language, from `lang/<code>/stance.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stances {
    hedged: Words,
    planned: Words,
    planned_to: Words,
    denied: Words,
    denied_noun: Words,
    no_nouns: Words,
    /// What undoes a report, and the reports: `withdrew a report that …`.
    undoing: Words,
    reports: Words,
    conditions: Vec<String>,
    stop: Words,
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
        let mut report: Option<usize> = None;
        let noun = matches!(unit.kind, Kind::Word) && !self.no_nouns.contains(&unit.word);
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
                    if report.is_some_and(|it| it <= idx + 3) && self.undoing.contains(word) {
                        negated ^= true;
                        break;
                    }
                    if self.reports.contains(word) {
                        report = Some(idx);
                    }
                    if self.denied.contains(word) {
                        if steps <= 5 {
                            negated ^= true;
                        }
                    } else if noun && steps <= 2 && self.denied_noun.contains(word) {
                        negated ^= true;
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
        match stance {
            _ if negated => Stance::Denied,
            Stance::Planned if self.conditioned(folded, trigger) => Stance::Hedged,
            stance => stance,
        }
    }

    /// Whether a condition follows: `would respect it as long as the army did`.
    fn conditioned(&self, folded: &Folded, trigger: usize) -> bool {
        let after = folded.units[trigger + 1..].iter().take(14);
        let clause = after.take_while(|it| match &it.kind {
            Kind::Verb(verb) => matches!(verb.voice, Voice::Infinitive | Voice::Gerund),
            Kind::Punct => !matches!(it.word.as_str(), ";" | ":"),
            _ => true,
        });
        let words: Vec<&str> = clause.map(|it| it.word.as_str()).collect();
        let words = format!(" {} ", words.join(" "));
        self.conditions.iter().any(|it| words.contains(&format!(" {it} ")))
    }
}

/// What lies after the day of the report is planned, whatever the tense: `takes effect on Friday`.
pub fn ahead(stance: Stance, when: Option<&Moment>, published: Option<Date>) -> Stance {
    let earliest = when.and_then(|it| it.earliest);
    // Noon of the next day in UTC: that day is over everywhere.
    let over = published.and_then(|it| it.tomorrow().ok()).map(|it| it.at(12, 0, 0, 0));
    match (earliest, over.and_then(|it| it.to_zoned(TimeZone::UTC).ok())) {
        (Some(earliest), Some(over)) if stance == Stance::Fact && earliest >= over.timestamp() => {
            Stance::Planned
        }
        _ => stance,
    }
}
