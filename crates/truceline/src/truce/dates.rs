//! When each claim's act was. Comes in: grouped candidates and the times that stand around them. Goes
//! out: the same, each dated by the likeliest time or left undated. A date that another sentence lends
//! keeps a doubt that says so; none is made up.

use jiff::civil::Date;

use crate::{
    claim::{
        Act, Claim, Part, Stance,
        draw::{Candidate, Setting, Tense},
        filler::Dated,
        model::Model,
    },
    time::Moment,
};

/// Sentences of the title and lead: what they tell in the present is the news of the day.
const LEAD: usize = 6;

/// The doubt of a date that is only that of the report.
pub const NEWS: &str = "no day is said; told as news of the day of the report";

/// The doubt of a date that another sentence lends.
pub const LENT: &str = "dated by another sentence that tells of it";

/// Sentences between two tellings of the same stretch of events.
const NEAR: usize = 3;

/// Dated tellings that are looked at: more than any report has, and a bound for those that have more.
const MOST: usize = 1000;

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

/// Dates what the rules can date, and gives for each candidate every time that may date it: those of
/// its `own` sentences, another telling, the day of the report. `all` are the readings before the model weighed them: a sentence that makes no claim of its own may
/// still date one.
pub fn share(
    candidates: &mut [Candidate],
    all: &[Candidate],
    own: Vec<Vec<Dated>>,
    setting: &Setting,
) -> Vec<Vec<Dated>> {
    let mut whens: Vec<Option<Moment>> =
        candidates.iter().map(|it| it.claim.when.clone()).collect();
    let mut options = own;
    // Twice: a date found for the lead dates the retellings that follow it.
    for last in [false, true] {
        let fact = |it: &(Claim, usize)| it.0.when.is_some() && it.0.stance == Stance::Fact;
        let dated = candidates.iter().zip(&whens).map(|(it, when)| {
            let claim = Claim { when: when.clone(), ..it.claim.clone() };
            (claim, it.sentence)
        });
        let plain = all.iter().filter(|it| !it.loose && !it.near);
        let told: Vec<(Claim, usize)> = dated
            .chain(plain.map(|it| (it.claim.clone(), it.sentence)))
            .filter(fact)
            .take(MOST)
            .collect();
        for ((candidate, when), options) in candidates.iter().zip(&mut whens).zip(&mut options) {
            let lent = [
                ("event", same_event(candidate, &told)),
                ("since", since(candidate, &told, setting.published)),
                ("fresh", of_the_day(candidate, setting)),
                ("nearby", nearby(candidate, &told)),
            ];
            if when.is_none() {
                *when = lent.iter().find_map(|(_, moment)| moment.clone());
            }
            if last {
                options.extend(lent.into_iter().filter_map(|(way, moment)| {
                    Some(Dated { moment: moment?, features: vec![format!("way={way}")] })
                }));
                options.extend(today(candidate, setting));
                finish(candidate, when.as_ref(), options);
            }
        }
    }
    for (candidate, when) in candidates.iter_mut().zip(whens) {
        candidate.claim.when = when;
    }
    options
}

/// Dates what no rule dates by the likeliest of its options, or leaves it undated.
pub fn fill(candidates: &mut [Candidate], options: Vec<Vec<Dated>>, model: &Model) {
    let undated = candidates.iter_mut().zip(options).filter(|(it, _)| it.claim.when.is_none());
    for (candidate, options) in undated {
        candidate.claim.when = options
            .into_iter()
            .filter_map(|it| Some((model.likely(&it.features)?, it.moment)))
            .reduce(|best, other| if other.0 > best.0 { other } else { best })
            .map(|(_, moment)| moment);
    }
}

/// The day of the report, for what it tells as its news.
fn today(candidate: &Candidate, setting: &Setting) -> Option<Dated> {
    let mut moment = Moment::day(setting.published?, None, &candidate.claim.quote);
    moment.doubts.push(NEWS.to_owned());
    Some(Dated { moment, features: vec!["way=today".to_owned()] })
}

/// One option for each time, with what the claim and its other options say of it.
fn finish(candidate: &Candidate, rule: Option<&Moment>, options: &mut Vec<Dated>) {
    let mut merged: Vec<Dated> = Vec::new();
    for option in options.drain(..) {
        match merged.iter_mut().find(|it| it.moment.edtf == option.moment.edtf) {
            Some(same) => same.features.extend(option.features),
            None => merged.push(option),
        }
    }
    let claim = &candidate.claim;
    let act = claim.act.name();
    let own = |it: &Dated| it.features.iter().any(|it| it == "way=own");
    let owns = merged.iter().filter(|it| own(it)).count().min(3);
    let place = match candidate.sentence {
        0..=1 => "first",
        2..=6 => "lead",
        7..=15 => "middle",
        _ => "late",
    };
    let known = merged.len().min(5);
    for option in &mut merged {
        let ruled = rule.is_some_and(|it| it.edtf == option.moment.edtf);
        option.features.push(format!("rule={ruled}:{}", rule.is_some()));
        option.features.push(format!("precision={:?}", option.moment.precision));
        let ways: Vec<String> =
            option.features.iter().filter(|it| it.starts_with("way=")).cloned().collect();
        for way in ways {
            option.features.push(format!("{way}:own={owns}"));
            option.features.push(format!("{way}:{:?}", candidate.tense));
            option.features.push(format!("{way}:{place}"));
            option.features.push(format!("{way}:{}", claim.stance.name()));
            option.features.push(format!("{way}:near={}", candidate.near));
            option.features.push(format!("{way}:rule={}", rule.is_some()));
            option.features.push(format!("{way}:says={}", claim.says.len().min(1)));
        }
        let crossed: Vec<String> = option.features.iter().map(|it| format!("{act}|{it}")).collect();
        option.features.extend(crossed);
        option.features.push(format!("{act}|options={known}"));
        option.features.sort();
        option.features.dedup();
    }
    *options = merged;
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
        .and_then(|(other, _)| lent(other, LENT))
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
    moment.doubts.push(NEWS.to_owned());
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
