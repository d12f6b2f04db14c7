//! One truce, folded from the claims that stand. Comes in: what each report tells of it. Goes out: a
//! [`View`]: every field as stated values with their support. Never chooses between two in silence.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{
    body::{Limit, Long, Said, Spot, Told, When, Who},
    signs::{DAY, HOUR, iso_seconds},
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
    if let (true, Some(first)) = (speech, said.by.first()) {
        return first.clone();
    }
    let name = member.outlet.clone().unwrap_or_else(|| format!("report {:.8}", member.report));
    Who { text: name.clone(), name, id: None }
}

pub fn who_key(who: &Who) -> String {
    who.id.clone().unwrap_or_else(|| who.name.to_lowercase())
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

/// Gathers equal values with their support, the best supported first.
fn gather<T: Clone>(
    values: impl IntoIterator<Item = (String, T, Vec<(usize, Option<usize>)>)>,
    members: &[Member],
) -> Vec<Stated<T>> {
    struct Sum<T> {
        stated: Stated<T>,
        families: BTreeSet<u64>,
    }
    let mut sums: BTreeMap<String, Sum<T>> = BTreeMap::new();
    for (key, value, sources) in values {
        let sum = sums.entry(key).or_insert_with(|| Sum {
            stated: Stated {
                value,
                families: 0,
                speakers: BTreeSet::new(),
                claims: BTreeSet::new(),
                reports: BTreeSet::new(),
                deviates: false,
            },
            families: BTreeSet::new(),
        });
        for (member, claim) in sources {
            let member = &members[member];
            sum.families.insert(member.family);
            sum.stated.reports.insert(member.report.clone());
            if let Some(claim) = claim {
                let claim = &member.claims[claim];
                sum.stated.claims.insert(claim.id.clone());
                sum.stated.speakers.insert(speaker(&claim.said, member).name);
            }
        }
        sum.stated.families = sum.families.len();
    }
    let mut all: Vec<(String, Stated<T>)> =
        sums.into_iter().map(|(key, sum)| (key, sum.stated)).collect();
    let weight = |it: &Stated<T>| (it.families, it.speakers.len(), it.reports.len());
    all.sort_by(|a, b| weight(&b.1).cmp(&weight(&a.1)).then_with(|| a.0.cmp(&b.0)));
    all.into_iter().map(|it| it.1).collect()
}

/// The claims of a member that carry a value: those for which `carries` holds, else those of one
/// of the acts, else all of them.
fn carriers(
    at: usize,
    member: &Member,
    acts: &[Act],
    carries: impl Fn(&Said) -> bool,
) -> Vec<(usize, Option<usize>)> {
    let pick = |test: &dyn Fn(&Said) -> bool| -> Vec<(usize, Option<usize>)> {
        let claims = member.claims.iter().enumerate();
        claims
            .filter(|(_, it)| counts(it) && test(&it.said))
            .map(|(claim, _)| (at, Some(claim)))
            .collect()
    };
    let exact = pick(&carries);
    if !exact.is_empty() {
        return exact;
    }
    let acts = pick(&|it| acts.contains(&it.act()));
    if acts.is_empty() { vec![(at, None)] } else { acts }
}

fn moments(
    members: &[Member],
    acts: &[Act],
    field: impl Fn(&Told) -> Option<&When>,
    also: impl Fn(&Said) -> Option<&When>,
) -> Vec<Stated<When>> {
    let mut values = Vec::new();
    for (at, member) in members.iter().enumerate() {
        if let Some(when) = field(&member.told) {
            let key = when_key(when);
            let same = |it: &Said| {
                it.when.as_ref().is_some_and(|it| when_key(it) == key)
                    || also(it).is_some_and(|it| when_key(it) == key)
            };
            let sources = carriers(at, member, acts, same);
            values.push((key, when.clone(), sources));
        }
        for (claim, it) in member.claims.iter().enumerate().filter(|(_, it)| counts(it)) {
            if let Some(when) = also(&it.said)
                && it.said.stance() != Stance::Denied
            {
                values.push((when_key(when), when.clone(), vec![(at, Some(claim))]));
            }
        }
    }
    let mut stated = gather(values, members);
    if let Some(top) = stated.first().and_then(|it| it.value.seconds()) {
        for it in stated.iter_mut().skip(1) {
            it.deviates =
                it.value.seconds().is_some_and(|it| it.1 <= top.0 || top.1 <= it.0 || it == (0, 0));
        }
    }
    stated
}

/// Adds a length to a moment: calendar units by the calendar of its zone.
pub fn add(when: &When, length: &Long) -> Option<When> {
    let span: jiff::Span = length.iso.parse().ok()?;
    let zone = when.zone.as_deref().and_then(|it| jiff::tz::TimeZone::get(it).ok());
    let zone = zone.unwrap_or(jiff::tz::TimeZone::UTC);
    let shift = |at: jiff::Timestamp| {
        at.to_zoned(zone.clone()).checked_add(span).ok().map(|it| it.timestamp())
    };
    let (earliest, latest) = (shift(when.earliest?)?, shift(when.latest?)?);
    let width = latest.as_second() - earliest.as_second();
    let local = |at: jiff::Timestamp| at.to_zoned(zone.clone());
    let clock = |at: jiff::Timestamp| local(at).strftime("%Y-%m-%dT%H:%M%:z").to_string();
    let edtf = if width <= HOUR {
        clock(earliest)
    } else if width <= 36 * HOUR {
        let middle = jiff::Timestamp::from_second(earliest.as_second() + width / 2).ok()?;
        local(middle).date().to_string()
    } else {
        format!("{}/{}", local(earliest).date(), local(latest).date())
    };
    Some(When {
        edtf,
        earliest: Some(earliest),
        latest: Some(latest),
        precision: when.precision.clone(),
        zone: when.zone.clone(),
        text: format!("{} + {}", when.text, length.text),
        doubts: Vec::new(),
    })
}

fn limit(limit: Option<&Limit>) -> Option<&When> {
    match limit {
        Some(Limit::At(when)) => Some(when),
        _ => None,
    }
}

fn extensions(members: &[Member]) -> Vec<Stated<Extension>> {
    let mut told: Vec<(i64, usize, usize)> = Vec::new();
    for (at, member) in members.iter().enumerate() {
        for (claim, it) in member.claims.iter().enumerate() {
            let happens = matches!(it.said.stance(), Stance::Fact | Stance::Planned);
            if counts(it) && it.said.act() == Act::Extended && happens {
                told.push((member.told_at, at, claim));
            }
        }
    }
    told.sort_by_key(|it| (it.0, members[it.1].claims[it.2].id.clone()));
    // One extension told again: the same new end, or the same length within two days.
    let mut distinct: Vec<(Extension, Vec<(usize, Option<usize>)>)> = Vec::new();
    for (at, member, claim) in told {
        let said = &members[member].claims[claim].said;
        let until = limit(said.end.as_ref()).or(said.when.as_ref()).cloned();
        let length = said.length.clone();
        let same = |it: &Extension| match (&it.until, &until) {
            (Some(a), Some(b)) => match (a.seconds(), b.seconds()) {
                (Some(a), Some(b)) => a.0 < b.1 + HOUR && b.0 < a.1 + HOUR,
                _ => a.edtf == b.edtf,
            },
            _ => {
                let lengths = it.length.as_ref().zip(length.as_ref());
                at - it.told <= 2 * DAY && lengths.is_none_or(|(a, b)| a.iso == b.iso)
            }
        };
        match distinct.iter_mut().find(|it| same(&it.0)) {
            Some((it, sources)) => {
                it.until = it.until.take().or(until);
                it.length = it.length.take().or(length);
                sources.push((member, Some(claim)));
            }
            None => {
                distinct.push((Extension { until, length, told: at }, vec![(member, Some(claim))]));
            }
        }
    }
    let mut stated: Vec<Stated<Extension>> = Vec::new();
    for (extension, sources) in distinct {
        stated.extend(gather([(String::new(), extension, sources)], members));
    }
    let end = |it: &Stated<Extension>| it.value.until.as_ref().and_then(When::seconds);
    stated.sort_by_key(|it| (it.value.told, end(it)));
    stated
}

fn windows(view: &View, members: &[Member]) -> Vec<Window> {
    let mut windows = Vec::new();
    let start = view.starts.first();
    let end = view.ends.first();
    let length = view.lengths.first();
    let claims = |parts: &[Option<&BTreeSet<String>>]| -> BTreeSet<String> {
        parts.iter().flatten().flat_map(|it| it.iter().cloned()).collect()
    };
    let mut last_end: Option<When> = end.map(|it| it.value.clone());
    if start.is_some() || end.is_some() {
        let mut derived = false;
        let mut how = "stated".to_owned();
        if let (None, Some(start), Some(length)) = (end, start, length) {
            last_end = add(&start.value, &length.value);
            derived = last_end.is_some();
            if derived {
                how = format!("start + {}", length.value.iso);
            }
        }
        windows.push(Window {
            start: start.map(|it| it.value.clone()),
            end: last_end.clone(),
            derived,
            how,
            claims: claims(&[
                start.map(|it| &it.claims),
                end.map(|it| &it.claims),
                if derived { length.map(|it| &it.claims) } else { None },
            ]),
        });
    }
    for it in &view.extensions {
        let until = &it.value.until;
        let later = |when: &When| {
            let ends = when.seconds().zip(last_end.as_ref().and_then(When::seconds));
            ends.is_none_or(|(new, old)| new.1 > old.1)
        };
        let (new, derived, how) = match (until, &it.value.length, &last_end) {
            (Some(until), _, _) if later(until) => {
                (until.clone(), false, "extended until".to_owned())
            }
            (None, Some(length), Some(end)) => match add(end, length) {
                Some(new) => (new, true, format!("end + {}", length.iso)),
                None => continue,
            },
            _ => continue,
        };
        windows.push(Window {
            start: last_end.take(),
            end: Some(new.clone()),
            derived,
            how,
            claims: it.claims.clone(),
        });
        last_end = Some(new);
    }
    // Other stretches stated whole: a second holiday, the hours of one day.
    let known: Vec<(i64, i64)> = windows
        .iter()
        .filter_map(|it| Some((it.start.as_ref()?.seconds()?.0, it.end.as_ref()?.seconds()?.1)))
        .collect();
    let mut others: BTreeMap<(i64, i64), Window> = BTreeMap::new();
    for member in members {
        for it in member.claims.iter().filter(|it| counts(it)) {
            let ends = limit(it.said.start.as_ref()).zip(limit(it.said.end.as_ref()));
            let Some((start, end)) = ends else { continue };
            let Some((from, to)) = start.seconds().zip(end.seconds()) else { continue };
            if it.said.stance() == Stance::Denied
                || known.iter().any(|it| from.0 < it.1 && it.0 < to.1)
            {
                continue;
            }
            let window = others.entry((from.0, to.1)).or_insert_with(|| Window {
                start: Some(start.clone()),
                end: Some(end.clone()),
                derived: false,
                how: "stated".to_owned(),
                claims: BTreeSet::new(),
            });
            window.claims.insert(it.id.clone());
        }
    }
    windows.extend(others.into_values());
    windows
}

fn testimonies(view: &View, members: &[Member]) -> Vec<Testimony> {
    let at = |when: Option<&When>| when.and_then(When::seconds);
    let start = view.starts.first().and_then(|it| it.value.seconds()).map(|it| it.0);
    let chain_end = view.windows.iter().filter(|it| it.how != "stated" || it.start.is_some());
    let ends = |it: &Window| it.end.as_ref().and_then(When::seconds).map(|it| it.1);
    let last = chain_end.filter_map(ends).max();
    let extended = view.windows.iter().filter(|it| it.how != "stated").filter_map(ends).max();
    let mut found = Vec::new();
    for member in members {
        let own_start = at(member.told.start.as_ref()).map(|it| it.0).or(start);
        let own_end = at(member.told.end.as_ref()).map(|it| it.1).or_else(|| {
            let length = member.told.length.as_ref().and_then(|it| iso_seconds(&it.iso))?;
            Some(own_start? + length)
        });
        let own_end = own_end.max(extended.filter(|_| own_end.is_some())).or(last);
        // A report dated by the day speaks at noon, for all that is known.
        let said_at = member.told_at + DAY / 2;
        for it in member.claims.iter().filter(|it| counts(it)) {
            let when = at(it.said.when.as_ref());
            let (yes, kind, from, until) = match (it.said.act(), it.said.stance()) {
                (Act::Began, Stance::Fact) => (
                    true,
                    Kind::Event,
                    when.map(|it| it.0).or(own_start).or(Some(said_at)),
                    own_end,
                ),
                (Act::Declared | Act::Agreed, Stance::Fact) => {
                    let made = when.map(|it| it.0).unwrap_or(said_at);
                    (true, Kind::Event, own_start.or(Some(made)), own_end)
                }
                (Act::Extended, Stance::Fact) => {
                    let from = own_start.unwrap_or(said_at).min(said_at);
                    (true, Kind::Event, Some(from), when.map(|it| it.1).or(last))
                }
                (Act::Held, Stance::Fact) => {
                    let until = last.filter(|end| said_at < *end);
                    (true, Kind::State, when.map(|it| it.0).or(Some(said_at - DAY / 2)), until)
                }
                (Act::Ended, Stance::Denied) => (true, Kind::State, Some(said_at - DAY / 2), last),
                (Act::Ended, Stance::Fact | Stance::Planned) => {
                    let planned = it.said.stance() == Stance::Planned;
                    if planned && when.is_none() {
                        continue;
                    }
                    (false, Kind::Event, when.map(|it| it.0).or(Some(said_at)), None)
                }
                (Act::Declared | Act::Agreed, Stance::Denied) => (false, Kind::Denial, None, None),
                (Act::Began | Act::Held | Act::Extended, Stance::Denied)
                | (Act::Rejected, Stance::Fact) => {
                    let from = when.map(|it| it.0).unwrap_or(said_at - DAY / 2);
                    (false, Kind::State, Some(from), None)
                }
                _ => continue,
            };
            let source = match it.said.act() {
                Act::Rejected if !it.said.by.is_empty() => it.said.by[0].clone(),
                _ => speaker(&it.said, member),
            };
            found.push(Testimony {
                source,
                yes,
                kind,
                from,
                until,
                said: said_at,
                claim: it.id.clone(),
                act: it.said.act.clone(),
            });
        }
    }
    found.sort_by(|a, b| (a.said, &a.claim).cmp(&(b.said, &b.claim)));
    found
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
    let mut places = Vec::new();
    let mut lengths = Vec::new();
    for (at, member) in members.iter().enumerate() {
        for spot in &member.told.places {
            places.push((spot_key(spot), spot.clone(), carriers(at, member, &[], |_| false)));
        }
        if let Some(length) = &member.told.length {
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
    let mut view = View {
        id: id.to_owned(),
        label,
        sides: sides(&members),
        mediators: actors(|it| &it.mediators),
        places: gather(places, &members),
        excludes: actors(|it| &it.excludes),
        declared: moments(
            &members,
            &[Act::Declared, Act::Agreed],
            |it| it.declared.as_ref(),
            |it| match it.act() {
                Act::Declared | Act::Agreed => it.when.as_ref(),
                _ => None,
            },
        ),
        starts: moments(
            &members,
            &[Act::Began, Act::Declared, Act::Agreed],
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
            |it| it.end.as_ref(),
            |it| match it.act() {
                Act::Declared | Act::Agreed | Act::Began => limit(it.end.as_ref()),
                _ => None,
            },
        ),
        lengths: gather(lengths, &members),
        windows: Vec::new(),
        extensions: extensions(&members),
        testimonies: Vec::new(),
        acts: acts.into_iter().map(|(act, families)| (act, families.len())).collect(),
        claims: ids(|it| counts(it)),
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
    view.testimonies = testimonies(&view, &members);
    Some(view)
}

/// Sides of all tellings, laid over each other where they share a party.
fn sides(members: &[Member]) -> Vec<Vec<Stated<Who>>> {
    let mut keys: Vec<BTreeSet<String>> = Vec::new();
    let mut fullest: Vec<(usize, &Member)> = members.iter().enumerate().collect();
    fullest.sort_by_key(|(at, it)| (std::cmp::Reverse(it.told.sides.len()), *at));
    for (_, member) in &fullest {
        for side in member.told.sides.iter().filter(|it| !it.is_empty()) {
            let names: BTreeSet<String> = side.iter().map(who_key).collect();
            match keys.iter_mut().find(|it| !it.is_disjoint(&names)) {
                Some(known) => {
                    let other: BTreeSet<String> = names.difference(known).cloned().collect();
                    known.extend(other);
                }
                None => keys.push(names),
            }
        }
    }
    let mut placed: BTreeSet<String> = BTreeSet::new();
    let mut sides = Vec::new();
    for names in keys {
        let mut values = Vec::new();
        for (at, member) in members.iter().enumerate() {
            for who in member.told.sides.iter().flatten() {
                let key = who_key(who);
                if names.contains(&key) && !placed.contains(&key) {
                    values.push((key, who.clone(), carriers(at, member, &[], |_| false)));
                }
            }
        }
        placed.extend(names);
        let side = gather(values, members);
        if !side.is_empty() {
            sides.push(side);
        }
    }
    sides
}
