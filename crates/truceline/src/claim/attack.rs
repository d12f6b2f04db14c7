//! Who fires, and at whom. Comes in: a folded sentence. Goes out: the attacker and the attacked, as
//! far as the sentence tells. Knows nothing of truces.

use serde::Deserialize;

use crate::{
    claim::{
        clause,
        fold::{Folded, Kind, Voice},
    },
    pack::{Error, Source, Words},
};

/// The words of attack of one language, from `lang/<code>/attack.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attacks {
    pub verbs: Words,
    light: Words,
    deadly: Words,
    nouns: Words,
    toll: Words,
    /// Words that date fire by the truce they stand before.
    pub since: Words,
}

/// Units of who attacks and who is attacked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Attack {
    pub by: Option<usize>,
    pub against: Option<usize>,
    /// The unit of a noun of fire, whose owner an adjective before it may name.
    pub noun: Option<usize>,
}

impl Attacks {
    pub fn load(source: &Source, language: &str) -> Result<Attacks, Error> {
        source.toml(&format!("lang/{language}/attack.toml"))
    }

    /// Whether the sentence tells of fire or deaths at all.
    pub fn any(&self, folded: &Folded) -> bool {
        folded.units.iter().any(|unit| match &unit.kind {
            Kind::Verb(verb) => {
                self.verbs.contains(&verb.lemma) && !self.light.contains(&verb.lemma)
            }
            Kind::Word => self.nouns.contains(&unit.word) || self.toll.contains(&unit.word),
            _ => false,
        })
    }

    /// The attack told nearest to the unit `near`.
    pub fn of(&self, folded: &Folded, near: usize) -> Attack {
        let units = &folded.units;
        let mut best: Option<(usize, Attack)> = None;
        let mut offer = |far: usize, attack: Attack| {
            if (attack.by.is_some() || attack.against.is_some() || attack.noun.is_some())
                && best.is_none_or(|(nearest, _)| far < nearest)
            {
                best = Some((far, attack));
            }
        };
        for (at, unit) in units.iter().enumerate() {
            let far = at.abs_diff(near);
            match &unit.kind {
                Kind::Verb(verb) if self.verbs.contains(&verb.lemma) => {
                    // `fighting and air attacks were reported`: a noun, unless someone does it.
                    if verb.voice == Voice::Gerund && !(at > 0 && clause::actor(folded, at - 1)) {
                        offer(far + 6, Attack { by: None, against: None, noun: Some(at) });
                        continue;
                    }
                    if self.light.contains(&verb.lemma) && !self.noun_after(folded, at) {
                        continue;
                    }
                    // `Two killed in …`: a headline's passive, without its auxiliary.
                    let bare = verb.voice == Voice::Active
                        && verb.auxiliaries.is_empty()
                        && self.deadly.contains(&verb.lemma)
                        && clause::object(folded, at).is_none();
                    let attack = if verb.voice == Voice::Passive || bare {
                        let by = clause::agent(folded, at);
                        let noun = self.fire_after(folded, at);
                        Attack { by, against: clause::subject(folded, at), noun }
                    } else {
                        let against = clause::object(folded, at).or_else(|| {
                            clause::after_preposition(
                                folded,
                                at,
                                &["on", "at", "against", "upon", "into"],
                            )
                        });
                        Attack { by: clause::subject(folded, at), against, noun: None }
                    };
                    offer(far, attack);
                }
                Kind::Word if self.nouns.contains(&unit.word) => {
                    let by = clause::after_preposition(folded, at, &["by", "from"]).or_else(|| {
                        at.checked_sub(1).filter(|&before| clause::actor(folded, before))
                    });
                    let against = clause::after_preposition(folded, at, &["on", "against", "at"]);
                    offer(far + 6, Attack { by, against, noun: Some(at) });
                }
                _ => (),
            }
        }
        best.map_or(Attack::default(), |(_, attack)| attack)
    }

    fn noun_after(&self, folded: &Folded, at: usize) -> bool {
        folded.units[at + 1..].iter().take(7).any(|unit| self.nouns.contains(&unit.word))
    }

    /// `killed by Israeli fire`: the noun of fire that a passive was done by.
    fn fire_after(&self, folded: &Folded, at: usize) -> Option<usize> {
        let units = &folded.units;
        (at + 1..units.len().min(at + 9)).find(|&idx| self.nouns.contains(&units[idx].word))
    }
}
