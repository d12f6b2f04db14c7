//! Who does, suffers and tells an act. Comes in: a sentence, a reading of it, and whom the sentence
//! before named. Goes out: `by`, `against` and `says`, each of the actors that its weights find likely.
//! Names nobody whom the two sentences do not.

use std::collections::BTreeMap;

use crate::{
    claim::{
        Actor, Claim,
        digest::Features,
        draw::{Candidate, PartText},
        features::shape,
        fold::{Folded, Kind, Unit},
        model::Models,
        pattern::Pattern,
        speech::Frame,
    },
    mention::who::Class,
    pack::{Error, Source, Words},
    time::Moment,
};

/// The fields that name actors, in the order in which their weights are asked.
pub const FIELDS: [&str; 3] = ["by", "against", "says"];

/// The weights of the fields.
pub struct Fields {
    models: Models<3>,
}

impl Fields {
    pub fn load(source: &Source, language: &str) -> Result<Fields, Error> {
        Ok(Fields { models: Models::load(source, language, FIELDS)? })
    }

    /// Fills the three fields of each claim anew, but for those that its line itself names, and for
    /// claims whose sentence tells all of it.
    pub fn fill(&self, candidates: &mut [(Candidate, Vec<Filler>)]) {
        let fillers = candidates.iter().flat_map(|(_, fillers)| fillers);
        let all: Vec<_> = fillers.map(|it| (&it.features, 1.0)).collect();
        let mut judged = self.models.judge(&all).into_iter();
        for (candidate, fillers) in candidates.iter_mut() {
            let mut filled: [Vec<Actor>; 3] = Default::default();
            for (filler, likely) in fillers.iter().zip(judged.by_ref()) {
                for (filled, _) in filled.iter_mut().zip(likely).filter(|it| it.1.is_some()) {
                    filled.push(filler.actor.clone());
                }
            }
            if !candidate.mutual {
                take(&mut candidate.claim, filled, candidate.named);
            }
        }
    }
}

/// Takes what was filled; a teller is nobody who does the act.
fn take(claim: &mut Claim, filled: [Vec<Actor>; 3], named: [bool; 3]) {
    let [mut by, mut against, mut says] = filled;
    for (named, filled, own) in [
        (named[0], &mut by, &claim.by),
        (named[1], &mut against, &claim.against),
        (named[2], &mut says, &claim.says),
    ] {
        if named {
            filled.clone_from(own);
        }
    }
    says.retain(|it| !by.iter().any(|by| by.name == it.name));
    // The rules give the nearest speaker first.
    let rank = |it: &Actor| claim.says.iter().position(|other| other.name == it.name);
    says.sort_by_key(|it| rank(it).unwrap_or(usize::MAX));
    (claim.by, claim.against, claim.says) = (by, against, says);
}

/// An actor that may fill `by`, `against` or `says`.
#[derive(Clone, Debug, PartialEq)]
pub struct Filler {
    pub actor: Actor,
    pub features: Features,
    /// Named by the sentence itself.
    here: bool,
    /// The field that the rules put it in, the first of them.
    rule: Option<&'static str>,
}

/// A time that may date a claim.
#[derive(Clone, Debug, PartialEq)]
pub struct Dated {
    pub moment: Moment,
    pub features: Features,
    /// How it comes to date the claim, of which [`dates`] tells more.
    ///
    /// [`dates`]: crate::truce::dates
    pub ways: Vec<&'static str>,
}

/// What a sentence names, for the sentence after it.
#[derive(Clone, Debug, Default)]
pub struct Named {
    pub actors: Vec<(Actor, Class, &'static str)>,
    /// Its times, as units of a text: indexes into its whens.
    pub whens: Vec<usize>,
}

/// One reading of a sentence: its trigger, the units of its line and of its truce.
pub struct Reading<'a> {
    pub part: &'a PartText,
    pub folded: &'a Folded,
    pub frames: &'a [Frame],
    pub pattern: &'a Pattern,
    pub trigger: usize,
    pub units: std::ops::Range<usize>,
    pub truce: Option<usize>,
    pub contrast: &'a Words,
    /// How far a state is no party: `world/outsiders.toml`.
    pub outsiders: &'a BTreeMap<String, f64>,
    /// The names of features are kept.
    pub named: bool,
}

fn lemma(unit: &Unit) -> Option<&str> {
    match &unit.kind {
        Kind::Verb(verb) => Some(&verb.lemma),
        _ => None,
    }
}

fn bucket(far: usize) -> &'static str {
    match far {
        0 | 1 => "1",
        2 => "2",
        3 | 4 => "4",
        5..=8 => "8",
        _ => "far",
    }
}

impl Reading<'_> {
    /// How a unit stands to the trigger and to the words around it.
    fn stands(&self, unit: usize) -> Features {
        let units = &self.folded.units;
        let trigger = self.trigger;
        let side = if unit < trigger { "before" } else { "after" };
        let between =
            if unit < trigger { unit + 1..trigger } else { (trigger + 1).min(unit)..unit };
        let verbs =
            between.clone().filter(|&at| matches!(units[at].kind, Kind::Verb(_))).count().min(2);
        let whos =
            between.clone().filter(|&at| matches!(units[at].kind, Kind::Who(_))).count().min(2);
        let before = unit.checked_sub(1).map(|at| &units[at]);
        let governor = units[..unit].iter().rev().take(10).find_map(lemma).unwrap_or("none");
        let governed = units[unit + 1..].iter().take(6).find_map(lemma).unwrap_or("none");
        let mut features = Features::new(self.named);
        features.add(format_args!("side={side}"));
        features.add(format_args!("far={side}:{}", bucket(between.len())));
        features.add(format_args!("between={side}:{verbs}:{whos}"));
        features.add(format_args!("prep={}", shape(before, "^")));
        features.add(format_args!("prep={side}:{}", shape(before, "^")));
        features.add(format_args!("next={}", shape(units.get(unit + 1), "$")));
        features.add(format_args!("governor={governor}"));
        features.add(format_args!("governed={governed}"));
        if let Kind::Verb(verb) = &units[trigger].kind {
            features.add(format_args!("voice={side}:{:?}", verb.voice));
            features.add(format_args!("voice={side}:{:?}:{verbs}:{whos}", verb.voice));
        } else {
            features.add(format_args!("noun={side}"));
        }
        if self.units.contains(&unit) {
            features.add(format_args!("within={side}"));
        }
        if self.truce.is_some_and(|truce| unit < truce) {
            features.add(format_args!("before-truce={side}"));
        }
        if units[unit].quoted != units[trigger].quoted {
            features.add(format_args!("other-quote"));
        }
        features
    }

    /// The contrast that the trigger stands behind: what is told before it is told of by others, at another
    /// time. 0 where there is none.
    fn wall(&self) -> usize {
        let units = &self.folded.units;
        let parts = |&at: &usize| {
            units[at - 1].kind == Kind::Punct && self.contrast.contains(units[at].word.as_str())
        };
        (1..=self.trigger).rev().find(parts).unwrap_or(0)
    }

    /// Whether a unit is one who says what the trigger tells.
    fn tells(&self, unit: usize) -> bool {
        self.frames.iter().any(|it| {
            it.covers(self.trigger)
                && [Some(it.speaker), it.carrier, it.through].contains(&Some(unit))
        })
    }

    /// Every time of the sentence and of the one before; `resolve` dates a when.
    pub fn dated(
        &self,
        claim: &Claim,
        before: &Named,
        resolve: impl Fn(usize) -> Option<Moment>,
    ) -> Vec<Dated> {
        let mut dated = Vec::new();
        let whens = &self.part.found.whens;
        for (at, unit) in self.folded.units.iter().enumerate().skip(self.wall()) {
            let (Kind::When(_) | Kind::Truce(_)) = unit.kind else { continue };
            let own: Vec<usize> = match unit.kind {
                Kind::When(idx) => vec![idx],
                // `a 5 September ceasefire`: a time within the phrase.
                _ => {
                    let first = whens.partition_point(|it| it.span.start < unit.span.start);
                    let inside = whens[first..].iter().take_while(|it| unit.span.contains(it.span));
                    (first..first + inside.count()).collect()
                }
            };
            for idx in own {
                let Some(moment) = resolve(idx) else { continue };
                let what = &whens[idx].what;
                let mut features = self.stands(at);
                features.add(format_args!("way=own"));
                features.add(format_args!("role={:?}", what.role));
                features.add(format_args!("kind={:?}", what.kind()));
                features.add(format_args!("lean={:?}", what.direction()));
                features.add(format_args!("inside={}", matches!(unit.kind, Kind::Truce(_))));
                let telling = |it: &&Frame| {
                    it.verb != self.trigger && it.telling(&self.folded.units).contains(&at)
                };
                if let Some(frame) = self.frames.iter().find(telling) {
                    features.add(format_args!("telling={}", frame.covers(self.trigger)));
                }
                dated.push(Dated { moment, features, ways: vec!["own"] });
            }
        }
        for &idx in &before.whens {
            let Some(moment) = resolve(idx) else { continue };
            let what = &whens[idx].what;
            let mut moment = moment;
            moment.doubts.push("dated by the sentence before".to_owned());
            let mut features = Features::new(self.named);
            features.add(format_args!("way=before"));
            features.add(format_args!("before={:?}", what.role));
            features.add(format_args!("before-kind={:?}", what.kind()));
            features.add(format_args!("quoted={}", self.folded.units[self.trigger].quoted));
            features.add(format_args!("when={}", claim.when.is_some()));
            dated.push(Dated { moment, features, ways: vec!["before"] });
        }
        dated
    }

    /// Every actor of the sentence, those that the rules found, and those of the sentence before.
    pub fn fillers(
        &self,
        claim: &Claim,
        resolve: impl Fn(usize) -> Vec<Actor>,
        open: Option<&[Actor]>,
        before: &Named,
    ) -> Vec<Filler> {
        let mut fillers: Vec<Filler> = Vec::new();
        let mut first = true;
        let wall = self.wall();
        for (at, unit) in self.folded.units.iter().enumerate() {
            let Kind::Who(whos) = &unit.kind else { continue };
            if at < wall && !self.tells(at) {
                continue;
            }
            let mut own = self.stands(at);
            if first {
                own.add(format_args!("first"));
                first = false;
            }
            for frame in self.frames {
                let covers = frame.covers(self.trigger) && frame.verb != self.trigger;
                let role = match at {
                    _ if at == frame.speaker => "speaker",
                    _ if Some(at) == frame.carrier => "carrier",
                    _ if Some(at) == frame.through => "through",
                    _ => continue,
                };
                own.add(format_args!("{role}={covers}"));
                own.add(format_args!("{role}={covers}:{}", frame.lemma));
            }
            if whos.len() > 1 {
                own.add(format_args!("joined"));
            }
            for &who in whos {
                let what = &self.part.found.whos[who].what;
                let mut features = own.clone();
                features.add(format_args!("class={:?}", what.class));
                let of = what.country.as_ref().and_then(|it| self.outsiders.get(it));
                features.add(format_args!("outsider={}", of.is_some()));
                features.add(format_args!("known={}", what.id.is_some()));
                for actor in resolve(who) {
                    let filler = self.filler(&mut fillers, actor);
                    filler.features.extend(&features);
                    filler.here = true;
                }
            }
        }
        for (actor, class, role) in &before.actors {
            let filler = self.filler(&mut fillers, actor.clone());
            filler.features.add(format_args!("prev={role}"));
            filler.features.add(format_args!("prev={class:?}"));
        }
        for actor in open.unwrap_or_default() {
            self.filler(&mut fillers, actor.clone()).features.add(format_args!("open"));
        }
        let rules = [("by", &claim.by), ("against", &claim.against), ("says", &claim.says)];
        for (field, actors) in rules {
            for actor in actors {
                let filler = self.filler(&mut fillers, actor.clone());
                filler.features.add(format_args!("rule={field}"));
                filler.rule.get_or_insert(field);
            }
        }
        let [by, against, says] = rules.map(|(_, actors)| actors.len().min(2));
        let count = fillers.len().min(5);
        let act = claim.act.name();
        for Filler { features, here, rule, .. } in &mut fillers {
            let rule = rule.unwrap_or("none");
            features.add(format_args!("rule={rule}:{by}{against}{says}"));
            features.add(format_args!("rule={rule}:{}", self.pattern.name));
            features.add(format_args!("count={count}"));
            features.add(format_args!("here={here}:{count}"));
            features.cross(act);
            features.add(format_args!("{act}|{:?}", self.pattern.by));
            features.add(format_args!("{act}|{}", claim.stance.name()));
        }
        fillers
    }

    /// The one of an actor, made where there is none.
    fn filler<'a>(&self, fillers: &'a mut Vec<Filler>, actor: Actor) -> &'a mut Filler {
        let at = fillers.iter().position(|it| it.actor.name == actor.name).unwrap_or_else(|| {
            let features = Features::new(self.named);
            fillers.push(Filler { actor, features, here: false, rule: None });
            fillers.len() - 1
        });
        &mut fillers[at]
    }
}
