//! Where a truce holds. Comes in: the places that each report tells, and the sides. Goes out: the places
//! of its scope with their support. Leaves out where it was broken, talked about or signed.

use std::collections::BTreeSet;

use super::{Member, Stated, camp, carriers, counts, gather, spot_key};
use crate::{
    claim::Act,
    ledger::body::{Spot, Who},
};

/// Whether a claim of such an act tells where the truce itself holds.
fn tells_scope(act: Act) -> bool {
    !matches!(act, Act::Violated | Act::Talks | Act::Welcomed | Act::CalledFor | Act::Monitored)
}

/// How a report speaks of a place of its truce.
fn is_told(spot: &Spot, member: &Member) -> bool {
    let key = spot_key(spot);
    let mut any = false;
    for it in member.claims.iter().filter(|it| counts(it)) {
        if it.said.wher.iter().any(|it| spot_key(it) == key) {
            any = true;
            if tells_scope(it.said.act()) {
                return true;
            }
        }
    }
    // No claim says it: the report itself does.
    !any
}

pub fn places(members: &[Member], sides: &[Vec<Stated<Who>>]) -> Vec<Stated<Spot>> {
    let of = |only: bool| {
        let told = members.iter().enumerate().flat_map(|(at, member)| {
            let spots = member.told.places.iter().filter(move |it| !only || is_told(it, member));
            spots.map(move |it| (spot_key(it), it.clone(), carriers(at, member, &[], |_| false)))
        });
        gather(told, members)
    };
    let mut places = of(true);
    if places.is_empty() {
        places = of(false);
    }
    if places.len() < 2 {
        return places;
    }
    let whole = |it: &Spot| {
        let id = it.id.as_deref().unwrap_or_default();
        members.iter().any(|member| member.ties.nations.contains(id))
    };
    // Homes of the sides, as country codes; a state is a side by its own code.
    let mut camps: BTreeSet<String> = BTreeSet::new();
    let mut homes: BTreeSet<String> = BTreeSet::new();
    for who in sides.iter().flatten() {
        for member in members.iter().filter(|it| who.reports.contains(&it.report)) {
            let camp = camp(&who.value, member);
            homes.extend(member.ties.homes.get(&camp).cloned());
            camps.insert(camp);
        }
    }
    homes.extend(camps.iter().filter(|it| it.len() == 2).cloned());
    let country = |it: &Spot| it.country.as_ref().map(|it| it.to_lowercase());
    let home = |it: &Spot| country(it).is_none_or(|it| homes.contains(&it));
    let own_name = |it: &Spot| whole(it) && country(it).is_some_and(|it| camps.contains(&it));
    let best_home = places.iter().filter(|it| home(&it.value)).map(|it| it.families).max();
    // Told by every report of the first day that tells a place.
    let day = members.iter().filter(|it| !it.told.places.is_empty()).map(|it| it.told_at).min();
    let early = || members.iter().filter(|it| Some(it.told_at) == day);
    let first = |spot: &Spot| {
        let has = |it: &Member| it.told.places.iter().any(|it| spot_key(it) == spot_key(spot));
        early().filter(|it| !it.told.places.is_empty()).all(has)
    };
    let keeps = |it: &Stated<Spot>| {
        let spot = &it.value;
        // Where envoys met: in no side's country, and told no oftener than a place that is.
        if sides.len() > 1 && !home(spot) && best_home.is_some_and(|most| it.families <= most) {
            return false;
        }
        // `a truce between Israel and Hezbollah in Lebanon`: the name of a side is no place.
        let elsewhere = |other: &Stated<Spot>| {
            let (here, there) = (country(spot), country(&other.value));
            there.is_some() && there != here && home(&other.value) && !own_name(&other.value)
        };
        if sides.len() > 1 && own_name(spot) && places.iter().any(elsewhere) {
            return false;
        }
        // A town of a country that as many reports tell without it, as tell it and no breach there.
        let broken = |member: &&Member| {
            let breaches = member.claims.iter().filter(|it| it.said.act() == Act::Violated);
            breaches.flat_map(|it| &it.said.wher).any(|it| spot_key(it) == spot_key(spot))
        };
        let telling = members.iter().filter(|member| it.reports.contains(&member.report));
        let apart = telling.filter(|it| !broken(it)).count();
        let wider = |other: &Stated<Spot>| {
            whole(&other.value)
                && country(&other.value) == country(spot)
                && other.reports.difference(&it.reports).count() >= apart
        };
        whole(spot) || first(spot) || !places.iter().any(wider)
    };
    let kept: Vec<Stated<Spot>> = places.iter().filter(|it| keeps(it)).cloned().collect();
    if kept.is_empty() { places } else { kept }
}
