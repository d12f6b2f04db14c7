//! When each claim's act was. Comes in: grouped candidates and the times that stand around them. Goes
//! out: the same, each dated by the likeliest time or left undated. A date that another sentence lends
//! keeps a doubt that says so; none is made up.

use jiff::civil::Date;

use crate::{
    claim::{
        Act, Claim, Part, Stance,
        digest::Features,
        draw::{Candidate, Setting, Tense},
        filler::Dated,
        model::Models,
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

/// A dated telling of an event: what is claimed, when it was, its sentence.
struct Telling<'a> {
    claim: &'a Claim,
    when: &'a Moment,
    sentence: usize,
}

/// Dates what the rules can date, and gives for each candidate every time that may date it: those of
/// its `own` sentences, another telling, the day of the report. `all` are the readings before the model weighed them: a sentence that makes no claim of its own may
/// still date one.
pub fn share(
    candidates: &mut [Candidate],
    all: &[Candidate],
    own: Vec<Vec<Dated>>,
    setting: &Setting,
    named: bool,
) -> Vec<Vec<Dated>> {
    let mut whens: Vec<Option<Moment>> =
        candidates.iter().map(|it| it.claim.when.clone()).collect();
    let mut options = own;
    let plain = || all.iter().filter(|it| !it.loose && !it.near);
    // Twice: a date found for the lead dates the retellings that follow it.
    for last in [false, true] {
        let dated = candidates.iter().zip(whens.iter().map(Option::as_ref));
        let told: Vec<Telling> = dated
            .chain(plain().map(|it| (it, it.claim.when.as_ref())))
            .filter(|(it, _)| it.claim.stance == Stance::Fact)
            .filter_map(|(it, when)| {
                Some(Telling { claim: &it.claim, when: when?, sentence: it.sentence })
            })
            .take(MOST)
            .collect();
        let mut next = Vec::with_capacity(whens.len());
        for ((candidate, when), options) in candidates.iter().zip(&whens).zip(&mut options) {
            if when.is_some() && !last {
                next.push(when.clone());
                continue;
            }
            let lent = [
                ("event", same_event(candidate, &told)),
                ("since", since(candidate, &told, setting.published)),
                ("fresh", of_the_day(candidate, setting)),
                ("nearby", nearby(candidate, &told)),
            ];
            let first = || lent.iter().find_map(|(_, moment)| moment.clone());
            let when = when.clone().or_else(first);
            if last {
                let today = ("today", setting.published.map(|day| news(day, &candidate.claim)));
                for (way, moment) in lent.into_iter().chain([today]) {
                    let Some(moment) = moment else { continue };
                    let mut features = Features::new(named);
                    features.add(format_args!("way={way}"));
                    options.push(Dated { moment, features, ways: vec![way] });
                }
                finish(candidate, when.as_ref(), options);
            }
            next.push(when);
        }
        whens = next;
    }
    for (candidate, when) in candidates.iter_mut().zip(whens) {
        candidate.claim.when = when;
    }
    options
}

/// Dates what no rule dates by the likeliest of its options, or leaves it undated.
pub fn fill(candidates: &mut [Candidate], options: Vec<Vec<Dated>>, model: &Models<1>) {
    let undated = candidates.iter_mut().zip(options).filter(|(it, _)| it.claim.when.is_none());
    for (candidate, options) in undated {
        let all: Vec<_> = options.iter().map(|it| (&it.features, 1.0)).collect();
        let judged = model.judge(&all).into_iter().zip(options);
        candidate.claim.when = judged
            .filter_map(|([likely], it)| Some((likely?, it.moment)))
            .reduce(|best, other| if other.0 > best.0 { other } else { best })
            .map(|(_, moment)| moment);
    }
}

/// The day of the report, for what it tells as its news.
fn news(day: Date, claim: &Claim) -> Moment {
    let mut moment = Moment::day(day, None, &claim.quote);
    moment.doubts.push(NEWS.to_owned());
    moment
}

/// One option for each time, with what the claim and its other options say of it.
fn finish(candidate: &Candidate, rule: Option<&Moment>, options: &mut Vec<Dated>) {
    let mut merged: Vec<Dated> = Vec::new();
    for option in options.drain(..) {
        match merged.iter_mut().find(|it| it.moment.edtf == option.moment.edtf) {
            Some(same) => {
                same.features.extend(&option.features);
                same.ways.extend(option.ways);
            }
            None => merged.push(option),
        }
    }
    let claim = &candidate.claim;
    let act = claim.act.name();
    let owns = merged.iter().filter(|it| it.ways.contains(&"own")).count().min(3);
    let place = match candidate.sentence {
        0..=1 => "first",
        2..=6 => "lead",
        7..=15 => "middle",
        _ => "late",
    };
    let known = merged.len().min(5);
    for Dated { moment, features, ways } in &mut merged {
        let ruled = rule.is_some_and(|it| it.edtf == moment.edtf);
        features.add(format_args!("rule={ruled}:{}", rule.is_some()));
        features.add(format_args!("precision={:?}", moment.precision));
        ways.sort_unstable();
        ways.dedup();
        for way in ways {
            features.add(format_args!("way={way}:own={owns}"));
            features.add(format_args!("way={way}:{:?}", candidate.tense));
            features.add(format_args!("way={way}:{place}"));
            features.add(format_args!("way={way}:{}", claim.stance.name()));
            features.add(format_args!("way={way}:near={}", candidate.near));
            features.add(format_args!("way={way}:rule={}", rule.is_some()));
            features.add(format_args!("way={way}:says={}", claim.says.len().min(1)));
        }
        features.cross(act);
        features.add(format_args!("{act}|options={known}"));
    }
    *options = merged;
}

fn same_event(candidate: &Candidate, told: &[Telling]) -> Option<Moment> {
    let claim = &candidate.claim;
    let title = claim.part == Part::Title;
    if !(title || is_single(claim.act) && claim.stance == Stance::Fact) {
        return None;
    }
    told.iter()
        .filter(|&&Telling { claim: other, .. }| {
            let kin = is_kin(claim.act, other.act) && (title || is_single(claim.act));
            kin && other.truce == claim.truce && compatible(claim, other)
        })
        .min_by_key(|it| (it.claim.act != claim.act, it.sentence.abs_diff(candidate.sentence)))
        .map(|it| lent(it.when, LENT))
}

/// `since the truce`: from its first day as told to the day of telling.
fn since(candidate: &Candidate, told: &[Telling], published: Option<Date>) -> Option<Moment> {
    if !candidate.since {
        return None;
    }
    let first = [Act::Began, Act::Declared, Act::Agreed].into_iter().find_map(|act| {
        told.iter().find(|it| it.claim.act == act && it.claim.truce == candidate.claim.truce)
    })?;
    let from = first.when.date()?;
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
    setting.published.map(|day| news(day, claim))
}

/// A breach or a calm told beside a dated one is of the same day.
fn nearby(candidate: &Candidate, told: &[Telling]) -> Option<Moment> {
    let claim = &candidate.claim;
    if !matches!(claim.act, Act::Violated | Act::Held) {
        return None;
    }
    told.iter()
        .filter(|it| {
            let near = it.sentence.abs_diff(candidate.sentence) <= NEAR;
            it.claim.act == claim.act
                && it.claim.truce == claim.truce
                && (near || claim.part == Part::Title)
        })
        .min_by_key(|it| {
            (it.sentence > candidate.sentence, it.sentence.abs_diff(candidate.sentence))
        })
        .map(|it| lent(it.when, "dated by the sentences around it"))
}

fn lent(when: &Moment, why: &str) -> Moment {
    let mut moment = when.clone();
    if !moment.doubts.iter().any(|it| it == why) {
        moment.doubts.push(why.to_owned());
    }
    moment
}

/// Whether two claims may be of one event: their doers do not differ.
fn compatible(a: &Claim, b: &Claim) -> bool {
    a.by.is_empty()
        || b.by.is_empty()
        || a.act == Act::Agreed
        || a.act != b.act
        || a.by.iter().any(|it| b.by.iter().any(|other| other.name == it.name))
}
