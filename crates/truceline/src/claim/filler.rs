//! Who does, suffers and tells an act. Comes in: a sentence, a reading of it, and whom the sentence
//! before named. Goes out: `by`, `against` and `says`, each of the actors that its weights find likely.
//! Names nobody whom the two sentences do not.

use std::collections::BTreeMap;

use crate::{
    claim::{
        Actor, Claim,
        draw::PartText,
        features::shape,
        fold::{Folded, Kind},
        model::Model,
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
    models: [Model; 3],
}

impl Fields {
    pub fn load(source: &Source, language: &str) -> Result<Fields, Error> {
        let [by, against, says] = FIELDS.map(|field| Model::load(source, language, field));
        Ok(Fields { models: [by?, against?, says?] })
    }

    /// Fills the three fields of a claim anew, but for those that its line itself names; a teller is
    /// nobody who does the act.
    pub fn fill(&self, claim: &mut Claim, fillers: &[Filler], named: [bool; 3]) {
        let [mut by, mut against, mut says] = self.models.each_ref().map(|model| {
            let likely = |it: &&Filler| model.likely(&it.features).is_some();
            fillers.iter().filter(likely).map(|it| it.actor.clone()).collect::<Vec<Actor>>()
        });
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
}

/// An actor that may fill `by`, `against` or `says`.
#[derive(Clone, Debug, PartialEq)]
pub struct Filler {
    pub actor: Actor,
    pub features: Vec<String>,
}

/// A time that may date a claim.
#[derive(Clone, Debug, PartialEq)]
pub struct Dated {
    pub moment: Moment,
    pub features: Vec<String>,
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
    fn stands(&self, unit: usize) -> Vec<String> {
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
        let lemma = |it: &Kind| match it {
            Kind::Verb(verb) => Some(verb.lemma.clone()),
            _ => None,
        };
        let governor = units[..unit].iter().rev().take(10).find_map(|it| lemma(&it.kind));
        let governed = units[unit + 1..].iter().take(6).find_map(|it| lemma(&it.kind));
        let mut features = vec![
            format!("side={side}"),
            format!("far={side}:{}", bucket(between.len())),
            format!("between={side}:{verbs}:{whos}"),
            format!("prep={}", shape(before, "^")),
            format!("prep={side}:{}", shape(before, "^")),
            format!("next={}", shape(units.get(unit + 1), "$")),
            format!("governor={}", governor.as_deref().unwrap_or("none")),
            format!("governed={}", governed.as_deref().unwrap_or("none")),
        ];
        if let Kind::Verb(verb) = &units[trigger].kind {
            features.push(format!("voice={side}:{:?}", verb.voice));
            features.push(format!("voice={side}:{:?}:{verbs}:{whos}", verb.voice));
        } else {
            features.push(format!("noun={side}"));
        }
        if self.units.contains(&unit) {
            features.push(format!("within={side}"));
        }
        if self.truce.is_some_and(|truce| unit < truce) {
            features.push(format!("before-truce={side}"));
        }
        if units[unit].quoted != units[trigger].quoted {
            features.push("other-quote".to_owned());
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
                features.push("way=own".to_owned());
                features.push(format!("role={:?}", what.role));
                features.push(format!("kind={:?}", what.kind()));
                features.push(format!("lean={:?}", what.direction()));
                features.push(format!("inside={}", matches!(unit.kind, Kind::Truce(_))));
                let telling = |it: &&Frame| {
                    it.verb != self.trigger && it.telling(&self.folded.units).contains(&at)
                };
                if let Some(frame) = self.frames.iter().find(telling) {
                    features.push(format!("telling={}", frame.covers(self.trigger)));
                }
                dated.push(Dated { moment, features });
            }
        }
        for &idx in &before.whens {
            let Some(moment) = resolve(idx) else { continue };
            let what = &whens[idx].what;
            let mut moment = moment;
            moment.doubts.push("dated by the sentence before".to_owned());
            let features = vec![
                "way=before".to_owned(),
                format!("before={:?}", what.role),
                format!("before-kind={:?}", what.kind()),
                format!("quoted={}", self.folded.units[self.trigger].quoted),
                format!("when={}", claim.when.is_some()),
            ];
            dated.push(Dated { moment, features });
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
                own.push("first".to_owned());
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
                own.push(format!("{role}={covers}"));
                own.push(format!("{role}={covers}:{}", frame.lemma));
            }
            if whos.len() > 1 {
                own.push("joined".to_owned());
            }
            for &who in whos {
                let what = &self.part.found.whos[who].what;
                let mut features = own.clone();
                features.push(format!("class={:?}", what.class));
                let of = what.country.as_ref().and_then(|it| self.outsiders.get(it));
                features.push(format!("outsider={}", of.is_some()));
                features.push(format!("known={}", what.id.is_some()));
                for actor in resolve(who) {
                    add(&mut fillers, actor, &features);
                }
            }
        }
        for (actor, class, role) in &before.actors {
            let features = [format!("prev={role}"), format!("prev={class:?}")];
            add(&mut fillers, actor.clone(), &features);
        }
        for actor in open.unwrap_or_default() {
            add(&mut fillers, actor.clone(), &["open".to_owned()]);
        }
        let rules = [("by", &claim.by), ("against", &claim.against), ("says", &claim.says)];
        for (field, actors) in rules {
            for actor in actors {
                add(&mut fillers, actor.clone(), &[format!("rule={field}")]);
            }
        }
        let state = format!(
            "{}{}{}",
            claim.by.len().min(2),
            claim.against.len().min(2),
            claim.says.len().min(2)
        );
        let count = fillers.len().min(5);
        for filler in &mut fillers {
            let ruled = filler.features.iter().find(|it| it.starts_with("rule=")).cloned();
            let ruled = ruled.unwrap_or_else(|| "rule=none".to_owned());
            filler.features.push(format!("{ruled}:{state}"));
            filler.features.push(format!("{ruled}:{}", self.pattern.name));
            filler.features.push(format!("count={count}"));
            let named = filler.features.iter().any(|it| it.starts_with("side="));
            filler.features.push(format!("here={named}:{count}"));
            crossed(&mut filler.features, claim, self.pattern);
        }
        fillers
    }
}

/// Each feature by itself and for the act; the act itself.
fn crossed(features: &mut Vec<String>, claim: &Claim, pattern: &Pattern) {
    let act = claim.act.name();
    let own: Vec<String> = features.iter().map(|it| format!("{act}|{it}")).collect();
    features.extend(own);
    features.push(format!("{act}|{:?}", pattern.by));
    features.push(format!("{act}|{}", claim.stance.name()));
    features.sort();
    features.dedup();
}

fn add(fillers: &mut Vec<Filler>, actor: Actor, features: &[String]) {
    match fillers.iter_mut().find(|it| it.actor.name == actor.name) {
        Some(filler) => filler.features.extend_from_slice(features),
        None => fillers.push(Filler { actor, features: features.to_vec() }),
    }
}
