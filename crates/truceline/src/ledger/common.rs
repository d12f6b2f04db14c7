//! Whether two tellings can be of one truce. Comes in: the signs of both. Goes out: what they have in
//! common, or that they cannot be one whatever their times. Never looks at a label or a clock.

use std::collections::{BTreeMap, BTreeSet};

use super::signs::{Party, Signs};

/// How much two tellings have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Common {
    pub parties: usize,
    pub scope: bool,
}

impl Signs {
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
    // States from elsewhere may be those who brought it about.
    !one.is_subset(&a.visitors)
        && !other.is_subset(&b.visitors)
        && !one.iter().any(|it| at_home(it, &a.homes, &other))
        && !other.iter().any(|it| at_home(it, &b.homes, &one))
}

/// Great-circle distance on a sphere of 6371 km.
fn kilometres(a: (f64, f64), b: (f64, f64)) -> f64 {
    let (la, lb) = (a.0.to_radians(), b.0.to_radians());
    let (dlat, dlon) = (lb - la, (b.1 - a.1).to_radians());
    let h = (dlat / 2.0).sin().powi(2) + la.cos() * lb.cos() * (dlon / 2.0).sin().powi(2);
    2.0 * 6371.0 * h.sqrt().min(1.0).asin()
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
}
