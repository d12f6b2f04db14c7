//! Whom a unit of a sentence names. Comes in: a folded sentence. Goes out: actors, pronouns and role
//! words as what they stand for, and all that the fields of a claim may name. Weighs nothing.

use crate::{
    claim::{
        Actor,
        draw::{Candidate, Drawer, Drawn, PartText, Told},
        filler::{self, Filler, Named},
        fold::{Folded, Kind},
        speech::Frame,
    },
    mention::who::{Class, Who},
};

/// Actors of a sentence that the next one may point back to.
const MOST_NAMED: usize = 8;

impl Drawer {
    /// Every actor that a field of the candidate may name.
    pub fn fillers(&self, parts: &[PartText], drawn: &Drawn, candidate: &Candidate) -> Vec<Filler> {
        self.reading(parts, drawn, candidate).map_or_else(Vec::new, |(told, reading)| {
            let actor = |who| self.actor(reading.part, who);
            reading.fillers(&candidate.claim, actor, told.open.as_deref(), &told.before)
        })
    }

    pub(super) fn reading<'a>(
        &'a self,
        parts: &'a [PartText],
        drawn: &'a Drawn,
        candidate: &Candidate,
    ) -> Option<(&'a Told, filler::Reading<'a>)> {
        let told = drawn.told.get(&candidate.sentence)?;
        let part = parts.iter().find(|it| it.part == told.part)?;
        let reading = filler::Reading {
            part,
            folded: &told.folded,
            frames: &told.frames,
            pattern: &self.patterns[candidate.pattern],
            trigger: candidate.trigger,
            units: candidate.units.clone(),
            truce: candidate.truce_unit,
            contrast: &self.verbs.contrast,
            outsiders: &self.outsiders,
            named: self.named,
        };
        Some((told, reading))
    }

    /// Whom the next sentence may point back to.
    pub(super) fn named(&self, part: &PartText, folded: &Folded, frames: &[Frame]) -> Named {
        let mut named = Named::default();
        for (at, unit) in folded.units.iter().enumerate() {
            if let Kind::When(idx) = unit.kind {
                named.whens.push(idx);
            }
            let Kind::Who(whos) = &unit.kind else { continue };
            let role = match () {
                () if frames.iter().any(|it| it.speaker == at) => "speaker",
                () if named.actors.is_empty() => "first",
                () => "other",
            };
            for &who in whos {
                let class = part.found.whos[who].what.class;
                named.actors.extend(self.actor(part, who).into_iter().map(|it| (it, class, role)));
            }
        }
        named.actors.truncate(MOST_NAMED);
        named.whens.truncate(MOST_NAMED);
        named
    }

    /// The actors of a unit, role words as what they stand for.
    pub(super) fn actors(&self, folded: &Folded, part: &PartText, unit: usize) -> Vec<Actor> {
        let Kind::Who(whos) = &folded.units[unit].kind else { return Vec::new() };
        whos.iter().flat_map(|&who| self.actor(part, who)).collect()
    }

    /// Whom a mention names.
    fn actor(&self, part: &PartText, who: usize) -> Vec<Actor> {
        let mention = &part.found.whos[who];
        let text = part.text.of(mention.span);
        let stands_for = mention.what.stands_for.is_empty();
        let pronoun = self.pronoun(&mention.what.name).filter(|_| stands_for);
        let before = pronoun.and_then(|number| self.antecedent(part, who, number));
        resolve(&part.found.whos[before.unwrap_or(who)].what, text)
    }

    /// Of how many a pronoun speaks; `None` for other names.
    fn pronoun(&self, name: &str) -> Option<Number> {
        // Most names are of several words, or too long.
        if name.len() > self.verbs.longest_pronoun {
            return None;
        }
        let name = name.to_lowercase();
        let plural = || self.verbs.plural.contains(&name).then_some(Number::Plural);
        self.verbs.single.contains(&name).then_some(Number::Single).or_else(plural)
    }

    /// Whom a pronoun stands for: the nearest actor of its number before it, not further than the
    /// sentence before.
    fn antecedent(&self, part: &PartText, pronoun: usize, number: Number) -> Option<usize> {
        let mention = &part.found.whos[pronoun];
        let fits = |who: &Who| {
            let person = who.class == Class::Person;
            let of_number = match number {
                Number::Single => person,
                Number::Plural => !person && who.class != Class::Media,
            };
            of_number && self.pronoun(&who.name).is_none()
        };
        let before = part.found.whos[..pronoun].iter().enumerate().rev();
        let near = before.take_while(|(_, it)| mention.span.start - it.span.end < 400);
        near.filter(|(_, it)| fits(&it.what)).map(|(idx, _)| idx).next()
    }
}

/// Of how many a pronoun speaks.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Number {
    Single,
    Plural,
}

/// Whose a noun is: the actor or the nationality that stands right before it.
pub(super) fn owner(part: &PartText, folded: &Folded, noun: usize) -> Vec<Actor> {
    let start = folded.units[noun].span.start;
    let who =
        part.found.whos.iter().rev().find(|it| it.span.end <= start && start - it.span.end < 4);
    if let Some(who) = who {
        return resolve(&who.what, part.text.of(who.span));
    }
    let adjective = part.found.wheres.iter().find(|it| {
        it.what.adjective && it.span.end <= start && start - it.span.end < 14 && {
            let between = part.text.text[it.span.end as usize..start as usize].trim();
            !between.contains(',') && between.split(' ').count() <= 2
        }
    });
    let Some(adjective) = adjective else { return Vec::new() };
    let Some(place) = adjective.what.candidates.first() else { return Vec::new() };
    let text = part.text.of(adjective.span).to_owned();
    vec![Actor { name: place.name.clone(), text, id: None }]
}

fn resolve(who: &Who, text: &str) -> Vec<Actor> {
    if who.stands_for.is_empty() {
        return vec![Actor { name: who.name.clone(), text: text.to_owned(), id: who.id.clone() }];
    }
    let stand = |(name, id): &(String, Option<String>)| Actor {
        name: name.clone(),
        text: text.to_owned(),
        id: id.clone(),
    };
    who.stands_for.iter().map(stand).collect()
}
