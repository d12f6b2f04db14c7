//! Stated values with their support. Comes in: what each report tells of one field. Goes out: every
//! value with the claims, families and speakers behind it, the best supported first. Drops none.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Member, Stated, counts,
    daily::is_daily,
    speaker, when_key,
    window::{self, limit},
};
use crate::{
    claim::{Act, Stance},
    ledger::{
        body::{Said, Told, When},
        signs::outlived,
    },
};

/// Gathers equal values with their support, the best supported first.
pub(super) fn gather<T: Clone>(
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
pub(super) fn carriers(
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

/// Whether a claim of one of these acts tells this time.
pub(super) fn tells(member: &Member, acts: &[Act], when: &When) -> bool {
    let key = when_key(when);
    member.claims.iter().filter(|it| counts(it) && acts.contains(&it.said.act())).any(|it| {
        let said = &it.said;
        let when = said.when.as_ref().map(window::last_part);
        [limit(said.start.as_ref()), limit(said.end.as_ref()), when.as_ref(), said.when.as_ref()]
            .into_iter()
            .flatten()
            .any(|it| when_key(it) == key)
    })
}

const MAKING: &[Act] = &[Act::Declared, Act::Agreed, Act::Began];

pub(super) fn moments(
    members: &[Member],
    acts: &[Act],
    other: &[Act],
    field: impl Fn(&Told) -> Option<&When>,
    also: impl Fn(&Said) -> Option<&When>,
) -> Vec<Stated<When>> {
    let mut values = Vec::new();
    for (at, member) in members.iter().enumerate() {
        // When an extension starts or a breach was is not told of the truce.
        let own = |it: &&When| {
            let mut claims = member.claims.iter().filter(|it| counts(it)).map(|it| &it.said);
            let others = tells(member, other, it) && !tells(member, MAKING, it);
            let late = other.contains(&Act::Ended) && outlived(&mut claims, it);
            !(is_daily(it) || others || late)
        };
        if let Some(when) = field(&member.told).filter(own) {
            let key = when_key(when);
            let same = |it: &Said| {
                it.when.as_ref().is_some_and(|it| when_key(it) == key)
                    || also(it).is_some_and(|it| when_key(it) == key)
            };
            let sources = carriers(at, member, acts, same);
            values.push((key, when.clone(), sources));
        }
        for (claim, it) in member.claims.iter().enumerate().filter(|(_, it)| counts(it)) {
            if let Some(when) = also(&it.said).filter(|it| !is_daily(it))
                && it.said.stance() != Stance::Denied
            {
                values.push((when_key(when), when.clone(), vec![(at, Some(claim))]));
            }
        }
    }
    let stated = gather(values, members);
    // A day does not speak against an hour in it: the hour has the support of both, and goes first.
    let within = |a: &When, b: &When| match (a.seconds(), b.seconds()) {
        (Some(a), Some(b)) => b.0 <= a.0 && a.1 <= b.1,
        _ => false,
    };
    let support = |of: &Stated<When>| -> usize {
        let agree = stated.iter().filter(|it| within(&of.value, &it.value));
        agree.flat_map(|it| &it.reports).collect::<BTreeSet<_>>().len()
    };
    let families = |of: &Stated<When>| -> usize {
        let agree = |at: &&Member| {
            stated.iter().any(|it| within(&of.value, &it.value) && it.reports.contains(&at.report))
        };
        members.iter().filter(agree).map(|it| it.family).collect::<BTreeSet<_>>().len()
    };
    let width = |it: &Stated<When>| it.value.seconds().map_or(i64::MAX, |it| it.1 - it.0);
    let mut ranked: Vec<usize> = (0..stated.len()).collect();
    ranked.sort_by_cached_key(|&at| {
        let it = &stated[at];
        let first = it.value.seconds().map_or(i64::MAX, |it| it.0);
        (std::cmp::Reverse((families(it), support(it))), width(it), first, at)
    });
    let mut stated: Vec<Stated<When>> = ranked.into_iter().map(|it| stated[it].clone()).collect();
    if let Some(top) = stated.first().and_then(|it| it.value.seconds()) {
        for it in stated.iter_mut().skip(1) {
            it.deviates =
                it.value.seconds().is_some_and(|it| it.1 <= top.0 || top.1 <= it.0 || it == (0, 0));
        }
    }
    stated
}
