//! A truce's own times, mediators and exceptions, as its report states them. Comes in: candidates and
//! terms. Goes out: one start, one length, each the one that most tellings leave room for.

use crate::{
    claim::{
        Act, Actor, Claim, Stance,
        draw::{Candidate, Drawn, PartText, Setting},
    },
    mention::truce::Modifier,
    time::{Edge, Length, Moment, Precision},
    truce::group::{Key, key, mention_key},
};

/// Tellings that are weighed: more than any report has, and a bound for those that have more.
const MOST: usize = 300;

/// Starts that the kept claims tell: of a truce that begins, or that is made with immediate effect.
pub(super) fn begun(parts: &[PartText], own: &[&Candidate]) -> Vec<Moment> {
    let immediate = |it: &Candidate| {
        let mention = it
            .truce
            .and_then(|(part, idx)| parts.iter().find(|it| it.part == part)?.found.truces.get(idx));
        mention.is_some_and(|it| it.what.modifiers.contains(&Modifier::Immediate))
    };
    let start = |it: &&Candidate| {
        let claim = &it.claim;
        let fact = claim.stance == Stance::Fact;
        match claim.act {
            Act::Began if it.loose && claim.stance != Stance::Denied => claim.when.clone(),
            Act::Agreed | Act::Declared if fact && immediate(it) => {
                let mut moment = claim.when.clone()?;
                let doubt = "said to begin at once; the time is that of its making";
                moment.doubts.push(doubt.to_owned());
                Some(moment)
            }
            _ => None,
        }
    };
    own.iter().filter_map(start).collect()
}

/// Starts, ends and lengths that the report states of a truce, in order of telling.
#[derive(Default)]
pub(super) struct Told {
    pub starts: Vec<Moment>,
    pub ends: Vec<Moment>,
    pub lengths: Vec<Length>,
    pub mediators: Vec<Actor>,
    pub excludes: Vec<Actor>,
}

pub(super) fn told(
    parts: &[PartText],
    drawn: &Drawn,
    is_own: impl Fn(Key) -> bool,
    setting: &Setting,
) -> Told {
    let mut told = Told::default();
    for candidate in &drawn.candidates {
        let claim = &candidate.claim;
        let begins = claim.act == Act::Began && claim.stance != Stance::Denied && !candidate.loose;
        if begins && is_own(key(parts, candidate, setting)) {
            told.starts.extend(claim.when.clone());
        }
    }
    for term in &drawn.terms {
        let Some(part) = parts.iter().find(|it| it.part == term.part) else { continue };
        if !is_own(mention_key(part, term.truce)) {
            continue;
        }
        if let Some(window) = &term.window {
            if let Edge::At(moment) = &window.start {
                told.starts.push(moment.clone());
            }
            if let Edge::At(moment) = &window.end {
                told.ends.push(moment.clone());
            }
        }
        told.lengths.extend(term.length.clone());
        for (from, into) in
            [(&term.mediators, &mut told.mediators), (&term.excludes, &mut told.excludes)]
        {
            for actor in from {
                if into.len() < MOST && !into.iter().any(|it| it.name == actor.name) {
                    into.push(actor.clone());
                }
            }
        }
    }
    told.starts.truncate(MOST);
    told.lengths.truncate(MOST);
    told
}

/// The start that most tellings leave room for, in its finest words; of equals the first told.
pub(super) fn start(starts: &[Moment]) -> Option<Moment> {
    let agree = |a: &Moment, b: &Moment| match (a.earliest, a.latest, b.earliest, b.latest) {
        (Some(a), Some(until), Some(b), Some(end)) => a < end && b < until,
        _ => a.edtf.get(..10) == b.edtf.get(..10),
    };
    let votes = |it: &Moment| starts.iter().filter(|other| agree(it, other)).count();
    let most = starts.iter().map(votes).max()?;
    starts.iter().filter(|it| votes(it) == most).min_by_key(|it| it.precision).cloned()
}

/// A truce known only by its month or year began in the month or year that it was made in.
pub(super) fn coarse(claims: &[&Claim]) -> Option<Moment> {
    claims
        .iter()
        .filter(|it| matches!(it.act, Act::Agreed | Act::Declared) && it.stance == Stance::Fact)
        .filter_map(|it| it.when.clone())
        .find(|it| matches!(it.precision, Precision::Month | Precision::Year))
}

/// The length that most tellings give; of equals the one in hours.
pub(super) fn length(lengths: &[Length]) -> Option<Length> {
    let votes = |it: &Length| lengths.iter().filter(|other| other.iso == it.iso).count();
    let most = lengths.iter().map(votes).max()?;
    lengths.iter().filter(|it| votes(it) == most).min_by_key(|it| !it.iso.contains('T')).cloned()
}
