//! What of a report's truce decides which truce it is. Comes in: a truce as told and its claims.
//! Goes out: [`Signs`]: sides, scope and times as keys and seconds. Never the label.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{
    body::{Limit, Said, Spot, Told, When, Who},
    fold::who_key,
    kin::{Kin, plain},
};
use crate::{
    claim::{Act, Stance},
    truce::dates::{LENT, NEWS},
};

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
    /// The day of the making is not said with it: that of the report or of another sentence, which
    /// may be later.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub guessed: bool,
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
    /// The known camps said to have broken it.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub broke: BTreeSet<String>,
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
    /// The known parties that are states outside the scope.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub visitors: BTreeSet<String>,
    /// The camp of each actor named, where it is another than the actor itself.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub camps: BTreeMap<String, String>,
    /// Identifiers of the places that are whole countries.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub nations: BTreeSet<String>,
}

/// The part of [`Signs`] that the fold needs: what the world knew of the names when they were taken.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Ties {
    #[serde(default)]
    pub camps: BTreeMap<String, String>,
    #[serde(default)]
    pub homes: BTreeMap<String, String>,
    #[serde(default)]
    pub nations: BTreeSet<String>,
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
        let start = start.or_else(|| begins(claims)).filter(|it| !outlived(claims, it));
        // By how much it was extended is not how long it was to last.
        let (more, own): (Vec<&Said>, Vec<&Said>) =
            claims.iter().partition(|it| it.act() == Act::Extended);
        let lasts = told.length.as_ref().filter(|it| {
            more.iter().all(|said| said.length.as_ref().is_none_or(|more| more.iso != it.iso))
        });
        let length = lasts.or(own.iter().find_map(|it| it.length.as_ref()));
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
            visitors: match spots.is_empty() {
                true => BTreeSet::new(),
                false => known.iter().filter(|it| guest(it)).map(|it| kin.camp(it).key).collect(),
            },
            guessed: made.is_some_and(|it| it.doubts.iter().any(|it| it == NEWS || it == LENT)),
            alone: alone(told, claims, kin),
            broke: claims
                .iter()
                .filter(|it| it.is(Act::Violated, Stance::Fact))
                .flat_map(|it| &it.by)
                .map(|it| kin.camp(it))
                .filter(|it| it.known)
                .map(|it| it.key)
                .collect(),
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
            camps: camps(told, claims, kin),
            nations: told
                .places
                .iter()
                .filter_map(|it| it.id.clone())
                .filter(|id| kin.countries.contains(id))
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

    pub(super) fn known(&self) -> BTreeSet<&str> {
        let parties = self.sides.iter().flatten();
        parties.filter(|it| it.known).map(|it| it.key.as_str()).collect()
    }
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

fn camps(told: &Told, claims: &[Said], kin: &Kin) -> BTreeMap<String, String> {
    let doers = claims.iter().flat_map(|it| it.by.iter().chain(&it.against));
    let known = told.sides.iter().flatten().chain(doers).filter(|it| it.id.is_some());
    known.map(|it| (who_key(it), kin.camp(it).key)).filter(|(who, camp)| who != camp).collect()
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

/// A start that lies after the end which the same report tells: a date read wrong, or another truce's.
pub fn outlived<'a>(claims: impl IntoIterator<Item = &'a Said>, start: &When) -> bool {
    let ended = |it: &Said| {
        let end = it.when.as_ref().and_then(When::seconds).map(|it| it.1);
        it.is(Act::Ended, Stance::Fact) && end.zip(start.seconds()).is_some_and(|(a, b)| a <= b.0)
    };
    claims.into_iter().any(ended)
}

fn point(spot: &Spot) -> (String, Point) {
    let key = spot.id.clone().unwrap_or_else(|| plain(&spot.name));
    (key.clone(), Point { key, at: spot.lat.zip(spot.lon) })
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
