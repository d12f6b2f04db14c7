//! The sides of a truce. Comes in: the parties that each report tells, and its claims. Goes out: those
//! who declare, agree or are said to be bound, laid over each other where they are one camp. A party
//! that only fought, or was hit, is no side while others are.

use std::collections::{BTreeMap, BTreeSet};

use super::{Member, Stated, camp, carriers, counts, gather, who_key};
use crate::{
    claim::{Act, Stance},
    ledger::body::{Said, Who},
};

/// How a party is tied to a truce, the closest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Tie {
    /// Makes it or goes on with it, or is the one with whom it is made.
    Makes,
    /// Is said to keep, end, offer or refuse it.
    Bound,
    /// Is only said to have broken it, or to have been hit.
    Fought,
}

fn tie(act: Act) -> Option<Tie> {
    match act {
        Act::Declared | Act::Agreed | Act::Extended | Act::Began => Some(Tie::Makes),
        Act::Held | Act::Ended | Act::Rejected | Act::Proposed => Some(Tie::Bound),
        Act::Violated => Some(Tie::Fought),
        _ => None,
    }
}

/// A party in all reports.
struct Party {
    tie: Tie,
    /// Does more than announce the truce.
    bound: bool,
    known: bool,
    families: BTreeSet<u64>,
    /// The member and the place in it where it is first told.
    first: (usize, usize),
    /// Its camp's home, or the state's own code.
    home: Option<String>,
    words: BTreeSet<String>,
}

fn doers(said: &Said) -> impl Iterator<Item = &Who> {
    said.by.iter().chain(&said.against)
}

fn words(name: &str) -> BTreeSet<String> {
    let plain = name.to_lowercase();
    plain
        .split(|it: char| !it.is_alphanumeric())
        .filter(|it| it.len() > 2)
        .map(str::to_owned)
        .collect()
}

/// Whom a report names as sides: those it tells, and those between whom the truce began.
fn told(member: &Member) -> Vec<&Who> {
    let mut told: Vec<&Who> = member.told.sides.iter().flatten().collect();
    let begun = |said: &Said| {
        said.act() == Act::Began && said.stance() != Stance::Denied && said.by.len() > 1
    };
    for it in member.claims.iter().filter(|it| counts(it) && begun(&it.said)) {
        for who in &it.said.by {
            if !told.iter().any(|it| camp(it, member) == camp(who, member)) {
                told.push(who);
            }
        }
    }
    told
}

type Pairs = BTreeSet<(String, String)>;

/// Each with each of the others.
fn pair(camps: &BTreeSet<String>, into: &mut Pairs) {
    for a in camps {
        into.extend(camps.iter().filter(|b| *b != a).map(|b| (a.clone(), b.clone())));
    }
}

/// What is known of the camps of a truce.
#[derive(Default)]
struct Camps {
    parties: BTreeMap<String, Party>,
    /// One claim makes the truce between them.
    against: Pairs,
    /// One report puts them on one side.
    together: Pairs,
}

fn camps(members: &[Member]) -> Camps {
    let mut camps = Camps::default();
    for (at, member) in members.iter().enumerate() {
        for (place, who) in told(member).into_iter().enumerate() {
            let key = camp(who, member);
            let same = |it: &Who| camp(it, member) == key || it.text == who.text;
            let acts = member.claims.iter().filter(|it| counts(it)).map(|it| &it.said);
            let acts: Vec<Act> = acts.filter(|it| doers(it).any(same)).map(|it| it.act()).collect();
            let closest = acts.iter().filter_map(|it| tie(*it)).min();
            let home = member.ties.homes.get(&key).cloned();
            let home = home.or_else(|| (key.len() == 2).then(|| key.clone()));
            let party = camps.parties.entry(key).or_insert_with(|| Party {
                tie: Tie::Fought,
                bound: false,
                known: who.id.is_some(),
                families: BTreeSet::new(),
                first: (at, place),
                home,
                words: words(&who.name),
            });
            // Where no claim names it, the report itself says that it is a side.
            party.tie = party.tie.min(closest.unwrap_or(Tie::Makes));
            party.bound |= acts.is_empty()
                || acts.iter().any(|it| *it != Act::Declared && tie(*it) == Some(Tie::Makes));
            party.families.insert(member.family);
        }
        for it in member.claims.iter().filter(|it| counts(it)) {
            if tie(it.said.act()) != Some(Tie::Makes) {
                continue;
            }
            let side = |who: &Who| {
                let mut sides = member.told.sides.iter().flatten();
                let party = sides.find(|it| it.text == who.text).unwrap_or(who);
                camp(party, member)
            };
            pair(&doers(&it.said).map(side).collect(), &mut camps.against);
        }
        for side in member.told.sides.iter().filter(|it| it.len() > 1) {
            pair(&side.iter().map(|it| camp(it, member)).collect(), &mut camps.together);
        }
    }
    camps
}

/// The camps that are sides.
fn bound(members: &[Member], parties: &BTreeMap<String, Party>) -> BTreeSet<String> {
    let of = |most: Tie| -> BTreeSet<String> {
        let near = parties.iter().filter(|it| it.1.tie <= most);
        near.map(|it| it.0.clone()).collect()
    };
    let mut sides = of(Tie::Makes);
    let agreed = members
        .iter()
        .flat_map(|it| &it.claims)
        .any(|it| counts(it) && it.said.act() == Act::Agreed && it.said.stance() != Stance::Denied);
    if sides.is_empty() {
        sides = of(Tie::Bound);
    }
    // Made by one alone, it binds that one; where it is agreed, there is somebody else.
    let made = of(Tie::Makes);
    if sides.is_empty() || sides.len() == 1 && (made.is_empty() || agreed) {
        for most in [Tie::Bound, Tie::Fought] {
            let more = of(most).into_iter().filter(|it| sides.is_empty() || parties[it].known);
            let more: Vec<String> = more.collect();
            if sides.len() < 2 {
                sides.extend(more);
            }
        }
    }
    // States from elsewhere that only announce it, for others who are sides.
    let countries: BTreeSet<String> = members
        .iter()
        .flat_map(|it| &it.told.places)
        .filter_map(|it| it.country.as_ref().map(|it| it.to_lowercase()))
        .collect();
    let outside = |it: &&String| {
        let party = &parties[*it];
        !party.bound && party.home.as_ref().is_some_and(|it| !countries.contains(it))
    };
    let guests: BTreeSet<String> = sides.iter().filter(outside).cloned().collect();
    if sides.len() >= guests.len() + 2 {
        sides.retain(|it| !guests.contains(it));
    }
    sides
}

/// Sides of all tellings, laid over each other where they share a party.
pub fn sides(members: &[Member]) -> Vec<Vec<Stated<Who>>> {
    let Camps { parties, against, together } = camps(members);
    let bound = bound(members, &parties);
    let mut order: Vec<&String> = bound.iter().collect();
    order.sort_by_key(|it| (std::cmp::Reverse(parties[*it].families.len()), parties[*it].first));
    let are = |pairs: &Pairs, a: &String, b: &String| pairs.contains(&(a.clone(), b.clone()));
    let mut groups: Vec<BTreeSet<String>> = Vec::new();
    for key in order {
        let beside = |other: &String| {
            let (a, b) = (&parties[key], &parties[other]);
            let words = [a, b].iter().all(|it| !it.words.is_empty()) && !(a.known && b.known);
            // `rebels` for the Syrian rebels; `Israel and Hamas`, `Israel and the Palestinians`: made
            // with the same one, never with each other.
            are(&together, key, other)
                || words && (a.words.is_subset(&b.words) || b.words.is_subset(&a.words))
                || bound.iter().any(|it| are(&against, key, it) && are(&against, other, it))
        };
        let group = groups.iter().position(|group| {
            group.iter().any(beside) && !group.iter().any(|other| are(&against, key, other))
        });
        match group {
            Some(at) => drop(groups[at].insert(key.clone())),
            None => groups.push(BTreeSet::from([key.clone()])),
        }
    }
    groups.sort_by_key(|group| group.iter().map(|it| parties[it].first).min());
    let stated = groups.iter().map(|group| {
        let named = members.iter().enumerate().flat_map(|(at, member)| {
            let of = told(member).into_iter().filter(|who| group.contains(&camp(who, member)));
            of.map(move |who| (who_key(who), who.clone(), carriers(at, member, &[], |_| false)))
        });
        gather(named, members)
    });
    stated.filter(|it| !it.is_empty()).collect()
}
