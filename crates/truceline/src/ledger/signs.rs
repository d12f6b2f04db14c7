//! What of a report's truce decides which truce it is. Comes in: a truce as told and its claims.
//! Goes out: [`Signs`]: sides, scope and times as keys and seconds. Never the label.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{
    body::{Limit, Said, Spot, Told, When, Who},
    kin::{Kin, plain},
};
use crate::claim::{Act, Stance};

pub const HOUR: i64 = 3600;
pub const DAY: i64 = 24 * HOUR;

/// `[earliest, latest)` in seconds since 1970.
pub type Stretch = (i64, i64);

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Party {
    pub key: String,
    /// Tied to the world, not just a word: only such a party can tell two truces apart.
    pub known: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Point {
    pub key: String,
    pub at: Option<(f64, f64)>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Signs {
    pub countries: BTreeSet<String>,
    pub sides: Vec<BTreeSet<Party>>,
    pub points: Vec<Point>,
    /// Told for a whole country: every place in it lies in the scope.
    pub wide: bool,
    pub start: Option<Stretch>,
    pub made: Option<Stretch>,
    pub end: Option<Stretch>,
    /// Seconds; a month counts 30 days, for comparing only.
    pub length: Option<i64>,
    /// First second of the day of publication (UTC).
    pub told: Option<i64>,
    /// Month and day, where a time without a year is all there is.
    pub day_of_year: Option<(u8, u8)>,
    pub extends: bool,
    /// Only asked for, offered or talked about: it lies ahead of the report.
    pub ahead: bool,
    /// The one camp that declared it for itself.
    pub alone: Option<String>,
    /// Told of as of a truce that there is: it holds, goes on, has ended.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub standing: bool,
    /// The country of each known party that is no state.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub homes: BTreeMap<String, String>,
    /// Places that lie in no one country (a line, a front).
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub between: BTreeSet<String>,
    /// Every known party is a state outside the scope: they may be those who brought it about.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub guests: bool,
}

/// How much two tellings have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Common {
    pub parties: usize,
    pub scope: bool,
}

impl Signs {
    /// `published` in seconds.
    pub fn of(told: &Told, claims: &[Said], published: Option<i64>, kin: &Kin) -> Signs {
        let sides: Vec<BTreeSet<Party>> = told
            .sides
            .iter()
            .map(|side| side.iter().map(|who| kin.camp(who)).collect())
            .filter(|side: &BTreeSet<Party>| !side.is_empty())
            .collect();
        let mut spots: Vec<&Spot> = told.places.iter().collect();
        if spots.is_empty() {
            spots = claims.iter().flat_map(|it| &it.wher).collect();
        }
        let mut countries: BTreeSet<String> =
            spots.iter().filter_map(|it| it.country.clone()).collect();
        // A group has one home; a state may make truces anywhere, and tells a country only where
        // nothing else does.
        let homes = told.sides.iter().flatten().filter_map(|it| kin.home(it));
        countries.extend(homes.cloned());
        if countries.is_empty() {
            let who = told.sides.iter().flatten();
            countries = who.filter_map(|who| kin.country(who).cloned()).collect();
        }
        let points: BTreeMap<String, Point> = spots.iter().map(|it| point(it)).collect();
        let made = made(told, claims);
        let start = told.start.as_ref().filter(|it| !other_time(claims, it));
        let start = start.or_else(|| begins(claims));
        let length = told.length.as_ref().or(claims.iter().find_map(|it| it.length.as_ref()));
        let seconds = length.and_then(|it| iso_seconds(&it.iso));
        let starts = start.and_then(When::seconds);
        let end = told.end.as_ref().and_then(When::seconds).or_else(|| {
            let (start, length) = (starts?, seconds?);
            Some((start.0 + length, start.1 + length))
        });
        let prospect = |it: &Said| {
            matches!(
                (it.act(), it.stance()),
                (Act::CalledFor | Act::Proposed | Act::Talks | Act::Welcomed | Act::Rejected, _)
                    | (Act::Agreed | Act::Began | Act::Declared, Stance::Hedged | Stance::Planned)
            )
        };
        let undated = [start, made].into_iter().flatten().find_map(|it| month_day(&it.edtf));
        let known: Vec<&Who> = told.sides.iter().flatten().filter(|it| it.id.is_some()).collect();
        let guest = |who: &&Who| {
            kin.home(who).is_none() && kin.country(who).is_some_and(|it| !countries.contains(it))
        };
        Signs {
            guests: !spots.is_empty() && !known.is_empty() && known.iter().all(guest),
            alone: alone(told, claims, kin),
            countries,
            sides,
            wide: spots.iter().any(|it| kin.is_country(it)) || points.is_empty(),
            points: points.into_values().collect(),
            start: starts,
            made: made.and_then(When::seconds),
            end,
            length: seconds,
            told: published.map(|at| at.div_euclid(DAY) * DAY),
            day_of_year: undated,
            extends: claims.iter().any(|it| {
                it.act() == Act::Extended && matches!(it.stance(), Stance::Fact | Stance::Planned)
            }),
            ahead: !claims.is_empty() && claims.iter().all(prospect),
            standing: claims.iter().any(|it| {
                matches!(it.act(), Act::Extended | Act::Held | Act::Ended)
                    && !matches!(it.stance(), Stance::Hedged)
            }),
            between: spots.iter().filter(|it| it.country.is_none()).map(|it| point(it).0).collect(),
            homes: told
                .sides
                .iter()
                .flatten()
                .filter_map(|it| Some((kin.camp(it).key, kin.home(it)?.to_lowercase())))
                .collect(),
        }
    }

    /// The keys under which tellings of the same truce find each other.
    pub fn keys(&self) -> BTreeSet<String> {
        let parties = self.sides.iter().flatten().filter(|it| it.known);
        self.countries
            .iter()
            .map(|it| format!("in {it}"))
            .chain(parties.map(|it| format!("by {}", it.key)))
            .chain(self.between.iter().map(|it| format!("on {it}")))
            .collect()
    }

    /// Both sides as one key, for a telling without any date: every pair across two sides.
    pub fn pairs(&self) -> BTreeSet<String> {
        let mut pairs = BTreeSet::new();
        for (at, side) in self.sides.iter().enumerate() {
            for other in &self.sides[at + 1..] {
                for a in side.iter().filter(|it| it.known) {
                    for b in other.iter().filter(|it| it.known && it.key != a.key) {
                        let (low, high) = if a.key < b.key { (a, b) } else { (b, a) };
                        pairs.insert(format!("of {} and {}", low.key, high.key));
                    }
                }
            }
        }
        pairs
    }

    /// How many known parties it names.
    pub fn parties(&self) -> usize {
        self.known().len()
    }

    fn known(&self) -> BTreeSet<&str> {
        let parties = self.sides.iter().flatten();
        parties.filter(|it| it.known).map(|it| it.key.as_str()).collect()
    }

    /// What two tellings share, or `None` if they cannot be of one truce whatever their times.
    pub fn common(&self, other: &Signs) -> Option<Common> {
        let names = |signs: &Signs| -> BTreeSet<String> {
            signs.sides.iter().flatten().map(|it| it.key.clone()).collect()
        };
        let parties = names(self).intersection(&names(other)).count();
        let (known, others) = (self.known(), other.known());
        let both = known.intersection(&others).count();
        let place = self.points.iter().any(|a| other.points.iter().any(|b| a.key == b.key));
        let country = !self.countries.is_disjoint(&other.countries);
        let apart = !self.countries.is_empty() && !other.countries.is_empty() && !country;
        if apart && both < 2 {
            return None;
        }
        if !country && !apart && !place && both == 0 {
            return None;
        }
        let guests = (self.guests || other.guests) && (place || country);
        if both == 0 && !known.is_empty() && !others.is_empty() && !guests {
            return None;
        }
        if (!guests && sides_clash(self, other)) || self.far_from(other, place) {
            return None;
        }
        if let (Some(a), Some(b)) = (&self.alone, &other.alone)
            && a != b
        {
            return None;
        }
        Some(Common { parties, scope: place || country })
    }

    /// Both told for certain places only, none of them near one of the other's.
    fn far_from(&self, other: &Signs, shared: bool) -> bool {
        if self.wide || other.wide || shared {
            return false;
        }
        let (mut any, mut near) = (false, false);
        for a in self.points.iter().filter_map(|it| it.at) {
            for b in other.points.iter().filter_map(|it| it.at) {
                any = true;
                near |= kilometres(a, b) <= 100.0;
            }
        }
        any && !near
    }
}

/// Each names both sides by known parties, and some side of each has no match in the other: `the
/// government and A` against `the government and B`. A state may stand for a group at home in it
/// (`Lebanon` for Hezbollah) where neither has a match of its own.
fn sides_clash(a: &Signs, b: &Signs) -> bool {
    let known = |signs: &Signs| -> Vec<BTreeSet<String>> {
        let keys = |side: &BTreeSet<Party>| -> BTreeSet<String> {
            side.iter().filter(|it| it.known).map(|it| it.key.clone()).collect()
        };
        signs.sides.iter().map(keys).filter(|side| !side.is_empty()).collect()
    };
    let (these, those) = (known(a), known(b));
    if these.len() < 2 || those.len() < 2 {
        return false;
    }
    let lone = |these: &[BTreeSet<String>], those: &[BTreeSet<String>]| -> BTreeSet<String> {
        let unmet = |side: &&BTreeSet<String>| those.iter().all(|it| side.is_disjoint(it));
        these.iter().filter(unmet).flatten().cloned().collect()
    };
    let (one, other) = (lone(&these, &those), lone(&those, &these));
    let at_home = |group: &String, homes: &BTreeMap<String, String>, states: &BTreeSet<String>| {
        homes.get(group).is_some_and(|home| states.contains(home))
    };
    !one.is_empty()
        && !other.is_empty()
        && !one.iter().any(|it| at_home(it, &a.homes, &other))
        && !other.iter().any(|it| at_home(it, &b.homes, &one))
}

/// The camp that declared the truce for itself: it says so, nobody is said to agree, none mediates.
fn alone(told: &Told, claims: &[Said], kin: &Kin) -> Option<String> {
    if !told.mediators.is_empty() || claims.iter().any(|it| it.is(Act::Agreed, Stance::Fact)) {
        return None;
    }
    let declared = |it: &&Said| it.act() == Act::Declared && it.stance() != Stance::Denied;
    let by: BTreeSet<Party> =
        claims.iter().filter(declared).flat_map(|it| &it.by).map(|it| kin.camp(it)).collect();
    let sides: Vec<BTreeSet<Party>> =
        told.sides.iter().map(|side| side.iter().map(|it| kin.camp(it)).collect()).collect();
    let mut declarers = sides.iter().filter(|side| !side.is_disjoint(&by));
    let side = declarers.next()?;
    if declarers.next().is_some() {
        return None;
    }
    side.iter().find(|it| by.contains(it) && it.known).map(|it| it.key.clone())
}

fn first<'a>(claims: &'a [Said], acts: &[Act]) -> Option<&'a When> {
    let said = |it: &&Said| acts.contains(&it.act()) && it.stance() != Stance::Denied;
    claims.iter().filter(said).find_map(|it| it.when.as_ref())
}

/// The day of making, in the sharpest words for it.
fn made<'a>(told: &'a Told, claims: &'a [Said]) -> Option<&'a When> {
    let acts = [Act::Declared, Act::Agreed];
    let Some(declared) = &told.declared else { return first(claims, &acts) };
    let (from, to) = declared.seconds()?;
    let width = |it: &&When| it.seconds().map_or(i64::MAX, |it| it.1 - it.0);
    let inside = |it: &&When| it.seconds().is_some_and(|it| from <= it.0 && it.1 <= to);
    let said = |it: &&Said| acts.contains(&it.act()) && it.stance() != Stance::Denied;
    let finer = claims.iter().filter(said).filter_map(|it| it.when.as_ref()).filter(inside);
    finer.min_by_key(width).or(Some(declared))
}

fn begins(claims: &[Said]) -> Option<&When> {
    first(claims, &[Act::Began]).or_else(|| {
        claims.iter().filter(|it| it.act() != Act::Extended).find_map(|it| match &it.start {
            Some(Limit::At(when)) => Some(when),
            _ => None,
        })
    })
}

/// The time of a breach, of an extension's deciding, of an end: the start of nothing.
fn other_time(claims: &[Said], start: &When) -> bool {
    let other = |it: &Said| matches!(it.act(), Act::Extended | Act::Ended | Act::Violated);
    let tells = |it: &&Said| it.when.as_ref() == Some(start);
    let begins = |it: &Said| match &it.start {
        Some(Limit::At(from)) => from == start,
        _ => false,
    };
    claims.iter().filter(tells).any(other)
        && !claims.iter().any(begins)
        && claims.iter().filter(tells).all(other)
}

fn point(spot: &Spot) -> (String, Point) {
    let key = spot.id.clone().unwrap_or_else(|| plain(&spot.name));
    (key.clone(), Point { key, at: spot.lat.zip(spot.lon) })
}

/// Great-circle distance on a sphere of 6371 km.
fn kilometres(a: (f64, f64), b: (f64, f64)) -> f64 {
    let (la, lb) = (a.0.to_radians(), b.0.to_radians());
    let (dlat, dlon) = (lb - la, (b.1 - a.1).to_radians());
    let h = (dlat / 2.0).sin().powi(2) + la.cos() * lb.cos() * (dlon / 2.0).sin().powi(2);
    2.0 * 6371.0 * h.sqrt().min(1.0).asin()
}

/// `PT72H`, `P7D`, `P1M`: seconds, a month taken as 30 days, a year as 365.
pub fn iso_seconds(iso: &str) -> Option<i64> {
    let rest = iso.strip_prefix('P')?;
    let (mut total, mut number, mut clock, mut any) = (0_i64, String::new(), false, false);
    for ch in rest.chars() {
        if ch == 'T' {
            clock = true;
        } else if ch.is_ascii_digit() || ch == '.' {
            number.push(ch);
        } else {
            let unit = match (ch, clock) {
                ('Y', _) => 365 * DAY,
                ('M', false) => 30 * DAY,
                ('W', _) => 7 * DAY,
                ('D', _) => DAY,
                ('H', _) => HOUR,
                ('M', true) => 60,
                ('S', _) => 1,
                _ => return None,
            };
            let count: f64 = std::mem::take(&mut number).parse().ok()?;
            total = total.checked_add((count * unit as f64) as i64)?;
            any = true;
        }
    }
    (any && number.is_empty()).then_some(total)
}

/// `XXXX-10-17`: month and day.
fn month_day(edtf: &str) -> Option<(u8, u8)> {
    let mut parts = edtf.strip_prefix("XXXX-")?.splitn(2, '-');
    Some((parts.next()?.parse().ok()?, parts.next()?.get(..2)?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signs(sides: &[&[&str]], countries: &[&str]) -> Signs {
        let party = |key: &&str| Party { key: (*key).to_owned(), known: true };
        Signs {
            sides: sides.iter().map(|side| side.iter().map(party).collect()).collect(),
            countries: countries.iter().map(|it| (*it).to_owned()).collect(),
            wide: true,
            ..Signs::default()
        }
    }

    #[track_caller]
    fn check(a: Signs, b: Signs, parties: Option<usize>) {
        assert_eq!(a.common(&b).map(|it| it.parties), parties);
        assert_eq!(b.common(&a).map(|it| it.parties), parties);
    }

    #[test]
    fn what_can_be_one_truce() {
        let gaza = || signs(&[&["il"], &["hamas"]], &["PS"]);
        check(gaza(), gaza(), Some(2));
        check(gaza(), signs(&[&["il"], &["hezbollah"]], &["LB"]), None);
        check(gaza(), signs(&[], &["PS"]), Some(0));
        check(gaza(), signs(&[], &[]), None);
        check(gaza(), signs(&[&["il"], &["hamas"]], &["EG"]), Some(2));
        check(gaza(), signs(&[&["hamas"]], &[]), Some(1));
        check(signs(&[&["in"], &["nk"]], &["IN"]), signs(&[&["in"], &["k"]], &["IN"]), None);
    }

    #[test]
    fn a_state_stands_for_a_group_at_home_in_it() {
        let homes = |key: &str, home: &str| [(key.to_owned(), home.to_owned())].into();
        let group = || Signs {
            homes: homes("hezbollah", "lb"),
            ..signs(&[&["il"], &["hezbollah"]], &["LB"])
        };
        check(group(), signs(&[&["il"], &["lb"]], &["LB"]), Some(1));
        check(group(), signs(&[&["il"], &["sy"]], &["LB"]), None);
        // Not where the state is there for itself.
        let rebels =
            |key: &str| Signs { homes: homes(key, "sy"), ..signs(&[&["sy"], &[key]], &["SY"]) };
        check(rebels("a"), rebels("b"), None);
    }

    #[test]
    fn states_from_elsewhere_may_be_mediators() {
        let brokers = Signs { guests: true, ..signs(&[&["eg"], &["us"]], &["PS"]) };
        check(brokers.clone(), signs(&[&["il"], &["hamas"]], &["PS"]), Some(0));
        check(brokers, signs(&[&["il"], &["hezbollah"]], &["LB"]), None);
        check(signs(&[&["eg"]], &["PS"]), signs(&[&["il"], &["hamas"]], &["PS"]), None);
    }

    #[test]
    fn two_that_stop_alone_are_two() {
        let army =
            || Signs { alone: Some("army".into()), ..signs(&[&["army"], &["npa"]], &["PH"]) };
        let npa = || Signs { alone: Some("npa".into()), ..signs(&[&["npa"], &["army"]], &["PH"]) };
        check(army(), npa(), None);
        check(army(), army(), Some(2));
        check(army(), signs(&[&["npa"], &["army"]], &["PH"]), Some(2));
    }

    #[test]
    fn lengths_and_days() {
        assert_eq!(iso_seconds("PT72H"), Some(72 * HOUR));
        assert_eq!(iso_seconds("P1M2DT30M"), Some(32 * DAY + 1800));
        assert_eq!(iso_seconds("P"), None);
        assert_eq!(iso_seconds("72"), None);
        assert_eq!(month_day("XXXX-10-17"), Some((10, 17)));
        assert_eq!(month_day("2014-10-17"), None);
    }
}
