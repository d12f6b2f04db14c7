//! One truce, folded from the claims that stand. Comes in: what each report tells of it. Goes out: a
//! [`View`]: every field as stated values with their support. Never chooses between two in silence.

mod daily;
mod gather;
mod scope;
mod sides;
mod testimony;
mod window;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

pub use daily::{Daily, hours};
use gather::{carriers, gather, moments, tells};
use scope::places;
use sides::sides;
use testimony::testimonies;
use window::{extensions, limit, windows};

use super::{
    body::{Limit, Long, Said, Spot, Told, When, Who},
    signs::Ties,
};
use crate::claim::{Act, Stance};

/// What one report tells of the truce.
#[derive(Clone, Debug)]
pub struct Member {
    pub node: String,
    pub told: Told,
    /// The identifier the report came with.
    pub report: String,
    pub outlet: Option<String>,
    /// Seconds since 1970: the day of publication, else when it was recorded.
    pub told_at: i64,
    /// Reports of one family are copies and count once.
    pub family: u64,
    /// What the world knows of the names in it.
    pub ties: Ties,
    pub claims: Vec<Standing>,
}

/// A claim and what people have said of it.
#[derive(Clone, Debug)]
pub struct Standing {
    pub id: String,
    pub seq: u64,
    pub said: Said,
    pub rejected: bool,
    pub accepted: bool,
}

/// A stated value and what stands behind it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Stated<T> {
    pub value: T,
    pub families: usize,
    /// First speakers, by name.
    pub speakers: BTreeSet<String>,
    pub claims: BTreeSet<String>,
    pub reports: BTreeSet<String>,
    /// Cannot be so if the value with most families is.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub deviates: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Window {
    pub start: Option<When>,
    pub end: Option<When>,
    /// Its end (or, in an extension, its start) is computed, not stated.
    pub derived: bool,
    /// Its end is when it broke down or was called off; none was planned.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub over: bool,
    /// In words: `start + PT72H`, `extended to`.
    pub how: String,
    pub claims: BTreeSet<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Something happened: it overtakes what was said before it.
    Event,
    /// How things stood when it was said.
    State,
    /// It never was so.
    Denial,
}

/// What one source says on whether the truce is in force.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Testimony {
    pub source: Who,
    pub yes: bool,
    pub kind: Kind,
    /// Seconds; `None`: from ever.
    pub from: Option<i64>,
    /// Seconds; `None`: no end is known.
    pub until: Option<i64>,
    pub said: i64,
    pub claim: String,
    pub act: String,
}

/// A truce as its claims have it. Times in seconds; `at` decides nothing here.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct View {
    pub id: String,
    pub label: String,
    pub sides: Vec<Vec<Stated<Who>>>,
    pub mediators: Vec<Stated<Who>>,
    pub places: Vec<Stated<Spot>>,
    pub excludes: Vec<Stated<Who>>,
    pub declared: Vec<Stated<When>>,
    pub starts: Vec<Stated<When>>,
    pub ends: Vec<Stated<When>>,
    pub lengths: Vec<Stated<Long>>,
    pub windows: Vec<Window>,
    /// Hours of every day to which the truce is said to be held.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub daily: Vec<Stated<Daily>>,
    pub extensions: Vec<Stated<Extension>>,
    pub testimonies: Vec<Testimony>,
    /// Acts with stance fact, counted in families.
    pub acts: BTreeMap<String, usize>,
    /// Those that count, in the order of the ledger.
    pub claims: Vec<String>,
    pub rejected: Vec<String>,
    pub reports: BTreeSet<String>,
    pub families: usize,
    /// Said to have no end.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub open: bool,
    /// The last day on which a report told of it.
    pub last_word: i64,
    pub nodes: BTreeSet<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Extension {
    /// The new end, as stated.
    pub until: Option<When>,
    pub length: Option<Long>,
    /// When it was told, in seconds.
    pub told: i64,
}

fn counts(claim: &Standing) -> bool {
    !claim.rejected
}

/// The one who says it: the nearest speaker; the actor of an act of speech; else the outlet.
pub fn speaker(said: &Said, member: &Member) -> Who {
    if let Some(first) = said.says.first() {
        return first.clone();
    }
    let speech = matches!(
        said.act(),
        Act::Declared | Act::Rejected | Act::Proposed | Act::CalledFor | Act::Welcomed
    );
    // Who is bound by it and goes on with it or calls it off says so.
    let own = |it: &Who| {
        let camp = camp(it, member);
        matches!(said.act(), Act::Extended | Act::Ended)
            && member.told.sides.iter().flatten().any(|it| self::camp(it, member) == camp)
    };
    if let Some(first) = said.by.first().filter(|it| speech || own(it)) {
        return first.clone();
    }
    let name = member.outlet.clone().unwrap_or_else(|| format!("report {:.8}", member.report));
    Who { text: name.clone(), name, id: None }
}

pub fn who_key(who: &Who) -> String {
    who.id.clone().unwrap_or_else(|| who.name.to_lowercase())
}

/// The camp of an actor: the army, the government and the president of a state are one.
fn camp(who: &Who, member: &Member) -> String {
    let key = who_key(who);
    member.ties.camps.get(&key).cloned().unwrap_or(key)
}

fn spot_key(spot: &Spot) -> String {
    spot.id.clone().unwrap_or_else(|| spot.name.to_lowercase())
}

fn when_key(when: &When) -> String {
    match when.seconds() {
        Some((from, to)) => format!("{from} {to}"),
        None => when.edtf.clone(),
    }
}

/// `members`: those whose report stands, in any order. `None` where nothing counts.
pub fn fold(id: &str, mut members: Vec<Member>) -> Option<View> {
    members.sort_by(|a, b| (a.told_at, &a.node).cmp(&(b.told_at, &b.node)));
    let first = members.iter().find(|it| it.node == id).or(members.first())?;
    let label = first.told.label.clone();
    let actors = |field: fn(&Told) -> &Vec<Who>| {
        let mut values = Vec::new();
        for (at, member) in members.iter().enumerate() {
            for who in field(&member.told) {
                values.push((who_key(who), who.clone(), carriers(at, member, &[], |_| false)));
            }
        }
        gather(values, &members)
    };
    let mut lengths = Vec::new();
    for (at, member) in members.iter().enumerate() {
        // By how much it was extended is not how long it was to last.
        let added = |it: &Said| it.act() == Act::Extended && it.length == member.told.length;
        let lasts = member
            .told
            .length
            .as_ref()
            .filter(|_| !member.claims.iter().any(|it| counts(it) && added(&it.said)));
        if let Some(length) = lasts {
            let acts = [Act::Declared, Act::Agreed, Act::Began];
            let carries = |it: &Said| it.length.as_ref().is_some_and(|it| it.iso == length.iso);
            lengths.push((
                length.iso.clone(),
                length.clone(),
                carriers(at, member, &acts, carries),
            ));
        }
    }
    let mut acts: BTreeMap<String, BTreeSet<u64>> = BTreeMap::new();
    for member in &members {
        for it in member.claims.iter().filter(|it| counts(it)) {
            let name = match it.said.stance() {
                Stance::Fact => it.said.act.clone(),
                _ => format!("{} {}", it.said.act, it.said.stance),
            };
            acts.entry(name).or_default().insert(member.family);
        }
    }
    let ids = |test: fn(&Standing) -> bool| -> Vec<String> {
        let mut all: Vec<&Standing> = members.iter().flat_map(|it| &it.claims).collect();
        all.retain(|it| test(it));
        all.sort_by_key(|it| it.seq);
        all.into_iter().map(|it| it.id.clone()).collect()
    };
    let sides = sides(&members);
    let mut view = View {
        id: id.to_owned(),
        label,
        mediators: actors(|it| &it.mediators),
        places: places(&members, &sides),
        sides,
        excludes: actors(|it| &it.excludes),
        declared: moments(
            &members,
            &[Act::Declared, Act::Agreed],
            &[],
            |it| it.declared.as_ref(),
            |it| match it.act() {
                Act::Declared | Act::Agreed => it.when.as_ref(),
                _ => None,
            },
        ),
        starts: moments(
            &members,
            &[Act::Began, Act::Declared, Act::Agreed],
            &[Act::Extended, Act::Ended, Act::Violated],
            |it| it.start.as_ref(),
            |it| match it.act() {
                Act::Began => it.when.as_ref().or(limit(it.start.as_ref())),
                Act::Declared | Act::Agreed => limit(it.start.as_ref()),
                _ => None,
            },
        ),
        ends: moments(
            &members,
            &[Act::Began, Act::Declared, Act::Agreed],
            &[Act::Extended],
            |it| it.end.as_ref(),
            |it| match it.act() {
                Act::Declared | Act::Agreed | Act::Began => limit(it.end.as_ref()),
                _ => None,
            },
        ),
        lengths: gather(lengths, &members),
        windows: Vec::new(),
        daily: Vec::new(),
        extensions: extensions(&members),
        testimonies: Vec::new(),
        acts: acts.into_iter().map(|(act, families)| (act, families.len())).collect(),
        claims: ids(counts),
        rejected: ids(|it| it.rejected),
        reports: members.iter().map(|it| it.report.clone()).collect(),
        families: members.iter().map(|it| it.family).collect::<BTreeSet<_>>().len(),
        open: members.iter().flat_map(|it| &it.claims).any(|it| {
            counts(it)
                && it.said.stance() == Stance::Fact
                && matches!(it.said.end, Some(Limit::Open))
        }),
        last_word: members.iter().map(|it| it.told_at).max()?,
        nodes: members.iter().map(|it| it.node.clone()).collect(),
    };
    view.windows = windows(&view, &members);
    let zone = view.starts.iter().chain(&view.declared).find_map(|it| it.value.zone.clone());
    view.daily = daily::daily(&members, zone.as_deref());
    view.testimonies = testimonies(&view, &members);
    Some(view)
}
