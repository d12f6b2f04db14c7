//! Dates that one telling of an event takes from another. Comes in: grouped candidates. Goes out: the
//! same, with `when` filled where the report dates the event elsewhere. Every such date keeps a doubt
//! that says where it is from; none is made up.

use jiff::civil::Date;

use crate::{
    claim::{
        Act, Claim, Part, Stance,
        draw::{Candidate, Setting, Tense},
    },
    time::Moment,
};

/// Sentences of the title and lead: what they tell in the present is the news of the day.
const LEAD: usize = 6;

/// Sentences between two tellings of the same stretch of events.
const NEAR: usize = 3;

/// Acts that happen once to a truce, so that two tellings are of one event.
fn is_single(act: Act) -> bool {
    matches!(
        act,
        Act::Declared
            | Act::Agreed
            | Act::Began
            | Act::Extended
            | Act::Ended
            | Act::Rejected
            | Act::Proposed
    )
}

/// Announcing a truce and agreeing to it are told as one day where only one of them is dated.
fn is_kin(a: Act, b: Act) -> bool {
    a == b || matches!((a, b), (Act::Declared, Act::Agreed) | (Act::Agreed, Act::Declared))
}

/// `all` are the readings before the model weighed them: a sentence that makes no claim of its own may
/// still date one.
pub fn share(candidates: &mut [Candidate], all: &[Candidate], setting: &Setting) {
    // Twice: a date found for the lead dates the retellings that follow it.
    for _ in 0..2 {
        let told: Vec<(Claim, usize)> = candidates
            .iter()
            .chain(all.iter().filter(|it| !it.loose && !it.near))
            .filter(|it| it.claim.when.is_some() && it.claim.stance == Stance::Fact)
            .map(|it| (it.claim.clone(), it.sentence))
            .collect();
        for candidate in candidates.iter_mut() {
            if candidate.claim.when.is_none() {
                candidate.claim.when = same_event(candidate, &told)
                    .or_else(|| since(candidate, &told, setting.published))
                    .or_else(|| of_the_day(candidate, setting))
                    .or_else(|| nearby(candidate, &told));
            }
        }
    }
}

fn same_event(candidate: &Candidate, told: &[(Claim, usize)]) -> Option<Moment> {
    let claim = &candidate.claim;
    let title = claim.part == Part::Title;
    if !(title || is_single(claim.act) && claim.stance == Stance::Fact) {
        return None;
    }
    told.iter()
        .filter(|(other, _)| {
            let kin = is_kin(claim.act, other.act) && (title || is_single(claim.act));
            kin && other.truce == claim.truce && compatible(claim, other)
        })
        .min_by_key(|(other, at)| (other.act != claim.act, at.abs_diff(candidate.sentence)))
        .and_then(|(other, _)| lent(other, "dated by another sentence that tells of it"))
}

/// `since the truce`: from its first day as told to the day of telling.
fn since(
    candidate: &Candidate,
    told: &[(Claim, usize)],
    published: Option<Date>,
) -> Option<Moment> {
    if !candidate.since {
        return None;
    }
    let first = [Act::Began, Act::Declared, Act::Agreed].into_iter().find_map(|act| {
        told.iter().find(|(other, _)| other.act == act && other.truce == candidate.claim.truce)
    })?;
    let from = first.0.when.as_ref()?.date()?;
    let until = published?;
    (from <= until).then(|| {
        let mut moment = Moment::interval(from, until, None, &candidate.claim.quote);
        moment.doubts.push("from the first day of the truce to the day of the report".to_owned());
        moment
    })
}

/// What a title or a lead tells in the present is the news of the day of publication.
fn of_the_day(candidate: &Candidate, setting: &Setting) -> Option<Moment> {
    let claim = &candidate.claim;
    let lead = candidate.sentence <= LEAD;
    let fresh = match candidate.tense {
        Tense::Present => lead || matches!(claim.act, Act::Held | Act::Violated),
        Tense::Perfect => lead && is_single(claim.act),
        _ => false,
    };
    if !fresh || claim.stance != Stance::Fact {
        return None;
    }
    let mut moment = Moment::day(setting.published?, None, &claim.quote);
    moment.doubts.push("no day is said; told as news of the day of the report".to_owned());
    Some(moment)
}

/// A breach or a calm told beside a dated one is of the same day.
fn nearby(candidate: &Candidate, told: &[(Claim, usize)]) -> Option<Moment> {
    let claim = &candidate.claim;
    if !matches!(claim.act, Act::Violated | Act::Held) {
        return None;
    }
    told.iter()
        .filter(|(other, at)| {
            other.act == claim.act
                && other.truce == claim.truce
                && (at.abs_diff(candidate.sentence) <= NEAR || claim.part == Part::Title)
        })
        .min_by_key(|(_, at)| (*at > candidate.sentence, at.abs_diff(candidate.sentence)))
        .and_then(|(other, _)| lent(other, "dated by the sentences around it"))
}

fn lent(other: &Claim, why: &str) -> Option<Moment> {
    let mut moment = other.when.clone()?;
    if !moment.doubts.iter().any(|it| it == why) {
        moment.doubts.push(why.to_owned());
    }
    Some(moment)
}

/// Whether two claims may be of one event: their doers do not differ.
fn compatible(a: &Claim, b: &Claim) -> bool {
    a.by.is_empty()
        || b.by.is_empty()
        || a.act == Act::Agreed
        || a.act != b.act
        || a.by.iter().any(|it| b.by.iter().any(|other| other.name == it.name))
}
