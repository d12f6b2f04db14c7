//! Which truce a report tells of. Comes in: [`Node`]s, one at a time, in any order. Goes out: who is
//! joined to whom, and why in words. The outcome depends on the set of nodes, never on their order.

mod group;
mod rule;
mod settle;
mod shelf;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use serde::{Deserialize, Serialize};

use rule::stretch;

use super::signs::Signs;

/// A truce as one report tells it, with its signs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Node {
    pub id: String,
    /// Sequence of the first entry that told of it: the earliest names the truce.
    pub seq: u64,
    pub report: String,
    /// Place among the truces of its report.
    pub local: u32,
    /// How many truces its report tells of.
    pub siblings: u32,
    pub signs: Signs,
}

/// How sharply a telling is dated. The sharper decide first; the vaguer attach to them and never
/// bridge two of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Tier {
    /// Its start is known to a day and a half.
    Start,
    /// No start, but the day it was declared or agreed.
    Made,
    /// A week, a month, a year.
    Rough,
    /// No date but that of the report.
    Told,
    Undated,
}

/// Where a node stands, as kept between runs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stand {
    /// A person's word.
    Pinned,
    /// Belongs where that node belongs.
    To(String),
    /// Among its equals.
    Group,
}

/// A node with all that is needed to go on from where an earlier run stopped.
#[derive(Clone, Debug, PartialEq)]
pub struct Kept {
    pub node: Node,
    pub stand: Stand,
    pub cluster: String,
    /// The truce it was last said to be; empty if not yet.
    pub truce: String,
}

/// A joining to be appended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Join {
    pub node: String,
    pub truce: String,
    pub rule: &'static str,
    pub why: String,
}

/// What a [`Web`] asks of the store.
#[derive(Clone, Debug)]
pub enum Want<'a> {
    Key(&'a str),
    Cluster(&'a str),
    Report(&'a str),
    Node(&'a str),
}

pub type Load<'a> = dyn FnMut(Want<'_>) -> Vec<Kept> + 'a;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    New,
    Pinned,
    To(usize),
    Group,
}

struct Slot {
    node: Node,
    tier: Tier,
    keys: Vec<u32>,
    pairs: Vec<u32>,
    place: Place,
    cluster: u32,
    truce: u32,
    live: bool,
    rule: &'static str,
    with: Option<usize>,
}

#[derive(Default)]
struct Shelf {
    /// By tier, then day.
    days: [BTreeMap<i64, Vec<usize>>; 4],
    /// Nodes of the first tier by the day on which they end.
    ends: BTreeMap<i64, Vec<usize>>,
}

#[derive(Default)]
struct Paired {
    dated: Vec<usize>,
    undated: Vec<usize>,
}

/// The nodes of some conflicts, placed. Conflicts are loaded as they are needed.
#[derive(Default)]
pub struct Web {
    slots: Vec<Slot>,
    by_id: HashMap<String, usize>,
    by_report: HashMap<String, Vec<usize>>,
    shelves: HashMap<u32, Shelf>,
    paired: HashMap<u32, Paired>,
    members: HashMap<u32, BTreeSet<(u64, usize)>>,
    names: Vec<String>,
    numbers: HashMap<String, u32>,
    loaded: HashSet<u32>,
    whole: HashSet<u32>,
    asked: HashSet<String>,
    attached: HashMap<usize, BTreeSet<usize>>,
    dirty: BTreeSet<(Tier, u32, usize)>,
    touched: BTreeSet<u32>,
    changed: BTreeSet<usize>,
}

impl Web {
    /// Adds a node, or puts a node told again in the place of the one with its id.
    pub fn insert(&mut self, node: Node, load: &mut Load<'_>) {
        self.remove(&node.id.clone(), load);
        self.asked.remove(&format!("gone {}", node.id));
        let idx = self.shelve(node);
        self.mark(idx);
        self.settle(load);
    }

    /// Takes a node out: its report no longer counts.
    pub fn remove(&mut self, id: &str, load: &mut Load<'_>) {
        let Some(idx) = self.find(id, load) else { return };
        self.reach(idx, true, load);
        self.place(idx, Place::New, load);
        self.slots[idx].live = false;
        self.unshelve(idx);
        self.by_id.remove(id);
        self.asked.insert(format!("gone {id}"));
        self.settle(load);
    }

    /// A person's word: these nodes are that truce, whatever the rules say.
    pub fn pin(&mut self, ids: &[String], truce: &str, load: &mut Load<'_>) {
        for id in ids {
            let Some(idx) = self.find(id, load) else { continue };
            self.reach(idx, true, load);
            self.place(idx, Place::New, load);
            let cluster = self.number(&format!("pin {truce}"));
            self.whole(cluster, load);
            self.slots[idx].place = Place::Pinned;
            self.slots[idx].rule = "a person's word";
            self.slots[idx].with = None;
            self.assign(idx, cluster);
            self.reach(idx, true, load);
            self.reach_equals(idx, load);
        }
        self.settle(load);
    }

    /// Takes a person's word back: the rules place these nodes again.
    pub fn unpin(&mut self, ids: &[String], load: &mut Load<'_>) {
        for id in ids {
            let Some(idx) = self.find(id, load) else { continue };
            if self.slots[idx].place == Place::Pinned {
                self.reach(idx, true, load);
                self.reach_equals(idx, load);
                self.place(idx, Place::New, load);
                self.mark(idx);
            }
        }
        self.settle(load);
    }

    /// The joinings that follow from what was done since the last call.
    pub fn joins(&mut self) -> Vec<Join> {
        let mut joins = Vec::new();
        let mut touched: Vec<u32> = std::mem::take(&mut self.touched).into_iter().collect();
        // Not by their numbers: those are given as clusters are met.
        touched.sort_by_key(|it| self.members.get(it).and_then(|it| it.first()).map(|it| it.0));
        for cluster in touched {
            let Some(members) = self.members.get(&cluster) else { continue };
            let Some(&(_, first)) = members.first() else { continue };
            let truce = match self.names[cluster as usize].strip_prefix("pin ") {
                Some(truce) => truce.to_owned(),
                None => self.slots[first].node.id.clone(),
            };
            let moved: Vec<usize> = members.iter().map(|it| it.1).collect();
            let number = self.number(&truce);
            for idx in moved {
                let before = std::mem::replace(&mut self.slots[idx].truce, number);
                if before == number {
                    continue;
                }
                self.changed.insert(idx);
                if self.slots[idx].place == Place::Pinned {
                    continue;
                }
                // A sharper telling that came later may be what an earlier, vaguer one belongs to.
                let named = self.by_id.get(&truce).copied().unwrap_or(idx);
                let because = if self.slots[idx].with.is_none() { named } else { idx };
                joins.push(Join {
                    node: self.slots[idx].node.id.clone(),
                    truce: truce.clone(),
                    rule: self.slots[because].rule,
                    why: self.reason(because),
                });
            }
        }
        joins
    }

    /// The nodes whose place changed since the last call, as they are to be kept.
    pub fn changed(&mut self) -> Vec<Kept> {
        let changed = std::mem::take(&mut self.changed);
        changed.into_iter().filter_map(|idx| self.kept(idx)).collect()
    }

    fn kept(&self, idx: usize) -> Option<Kept> {
        let slot = &self.slots[idx];
        if !slot.live {
            return None;
        }
        let stand = match slot.place {
            Place::New => return None,
            Place::Pinned => Stand::Pinned,
            Place::To(idx) => Stand::To(self.slots[idx].node.id.clone()),
            Place::Group => Stand::Group,
        };
        Some(Kept {
            node: slot.node.clone(),
            stand,
            cluster: self.names[slot.cluster as usize].clone(),
            truce: self.names.get(slot.truce as usize).cloned().unwrap_or_default(),
        })
    }

    /// Every placed node with its truce, for small sets: `(node, truce)`.
    pub fn partition(&self) -> BTreeMap<String, BTreeSet<String>> {
        let mut truces: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for members in self.members.values() {
            let ids: BTreeSet<String> =
                members.iter().map(|it| self.slots[it.1].node.id.clone()).collect();
            if let Some(first) = ids.first() {
                truces.insert(first.clone(), ids);
            }
        }
        truces
    }

    pub fn len(&self) -> usize {
        self.by_id.len()
    }

    pub fn is_empty(&self) -> bool {
        self.by_id.is_empty()
    }

    fn reason(&self, idx: usize) -> String {
        let slot = &self.slots[idx];
        let Some(with) = slot.with else {
            return match slot.tier {
                Tier::Undated => "no date is told, and no one truce fits".to_owned(),
                _ => "no truce known fits: the first telling of it".to_owned(),
            };
        };
        let (a, b) = (&slot.node.signs, &self.slots[with].node.signs);
        let names = |signs: &Signs| -> BTreeSet<String> {
            signs.sides.iter().flatten().map(|it| it.key.clone()).collect()
        };
        let mut shared: Vec<String> = names(a).intersection(&names(b)).cloned().collect();
        shared.extend(a.countries.intersection(&b.countries).cloned());
        let time = |signs: &Signs, tier| match stretch(signs, tier) {
            Some((from, to)) => format!("{} to {}", iso(from), iso(to)),
            None => "no date".to_owned(),
        };
        format!(
            "{}: {} and {} ({}); in common: {}",
            slot.rule,
            time(a, slot.tier),
            time(b, self.slots[with].tier),
            self.slots[with].node.id,
            if shared.is_empty() { "nothing else".to_owned() } else { shared.join(", ") },
        )
    }

    /// Removed here in this run, though the store may still know it.
    fn is_gone(&self, id: &str) -> bool {
        self.asked.contains(&format!("gone {id}"))
    }

    fn siblings(&mut self, idx: usize, load: &mut Load<'_>) -> Vec<usize> {
        if self.slots[idx].node.siblings < 2 {
            return Vec::new();
        }
        let report = self.slots[idx].node.report.clone();
        if self.asked.insert(format!("report {report}")) {
            let kept = load(Want::Report(&report));
            self.adopt(kept, load);
        }
        let all = self.by_report.get(&report).cloned().unwrap_or_default();
        all.into_iter().filter(|it| *it != idx && self.slots[*it].live).collect()
    }

    /// Moves a node, and what is attached to it, from cluster to cluster.
    fn assign(&mut self, idx: usize, cluster: u32) {
        let old = self.slots[idx].cluster;
        let key = (self.slots[idx].node.seq, idx);
        if old != 0 && old != cluster {
            if let Some(members) = self.members.get_mut(&old) {
                members.remove(&key);
            }
            self.touched.insert(old);
        }
        self.slots[idx].cluster = cluster;
        self.changed.insert(idx);
        if cluster != 0 {
            self.members.entry(cluster).or_default().insert(key);
            self.touched.insert(cluster);
            self.whole.insert(cluster);
        }
        if old != cluster {
            for attached in self.attached.get(&idx).cloned().unwrap_or_default() {
                self.assign(attached, cluster);
            }
        }
    }
}

fn iso(at: i64) -> String {
    jiff::Timestamp::from_second(at).map_or_else(|_| at.to_string(), |it| it.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::signs::{DAY, HOUR, Party, Stretch};

    /// `sides`: `il|hamas`; times as ISO; an hour wide if a clock is told, else a day.
    fn node(id: &str, country: &str, sides: &str, set: impl FnOnce(&mut Signs)) -> Node {
        let party = |key: &str| Party { key: key.to_owned(), known: true };
        let mut signs = Signs {
            countries: [country.to_owned()].into(),
            sides: sides.split('|').map(|side| side.split('+').map(party).collect()).collect(),
            wide: true,
            ..Signs::default()
        };
        set(&mut signs);
        let seq = id.bytes().fold(7, |sum: u64, byte| sum * 31 % 9973 + u64::from(byte));
        let (report, local) = id.split_once('.').unwrap_or((id, "0"));
        Node {
            id: id.to_owned(),
            seq,
            report: report.to_owned(),
            local: local.parse().unwrap(),
            siblings: if id.contains('.') { 2 } else { 1 },
            signs,
        }
    }

    fn on(date: &str) -> Option<Stretch> {
        match date.split_once('T') {
            Some(_) => {
                let at = format!("{date}Z").parse::<jiff::Timestamp>().unwrap().as_second();
                Some((at, at + 60))
            }
            None => {
                let at = format!("{date}T00:00Z").parse::<jiff::Timestamp>().unwrap().as_second();
                Some((at, at + DAY))
            }
        }
    }

    fn told(date: &str) -> Option<i64> {
        on(date).map(|it| it.0)
    }

    fn web(nodes: &[Node]) -> Web {
        let mut web = Web::default();
        for node in nodes {
            web.insert(node.clone(), &mut |_| Vec::new());
        }
        web
    }

    /// Truces as sets of node ids, in every rotation and backwards.
    #[track_caller]
    fn check(nodes: &[Node], expected: &[&[&str]]) {
        let mut expected: Vec<Vec<String>> = expected
            .iter()
            .map(|it| it.iter().map(|it| (*it).to_owned()).collect::<BTreeSet<_>>())
            .map(|it| it.into_iter().collect())
            .collect();
        expected.sort();
        for turn in 0..nodes.len() * 2 {
            let mut order = nodes.to_vec();
            order.rotate_left(turn % nodes.len());
            if turn >= nodes.len() {
                order.reverse();
            }
            let found: Vec<Vec<String>> =
                web(&order).partition().into_values().map(|it| it.into_iter().collect()).collect();
            assert_eq!(found, expected, "turn {turn}");
        }
    }

    #[test]
    fn a_series_with_one_label_stays_apart_by_start() {
        let gaza = |id: &str, start: &str| {
            node(id, "PS", "il|hamas", |it| {
                it.start = on(start);
                it.length = Some(72 * HOUR);
            })
        };
        check(
            &[
                gaza("a", "2014-08-01T05:00"),
                gaza("b", "2014-08-01"),
                gaza("c", "2014-08-05T05:00"),
                gaza("d", "2014-08-05T04:00"),
                gaza("e", "2014-08-10T21:01"),
                node("f", "PS", "il|hamas", |it| it.told = told("2014-08-06")),
                node("g", "PS", "il|hamas", |it| it.made = on("2014-08-04")),
            ],
            &[&["a", "b"], &["c", "d", "f", "g"], &["e"]],
        );
    }

    #[test]
    fn two_unilateral_truces_are_two_and_a_vague_word_joins_neither() {
        let alone = |id: &str, who: &str| {
            node(id, "PH", "army|npa", |it| {
                it.start = on("2017-12-23T10:00");
                it.alone = Some(who.to_owned());
            })
        };
        check(
            &[
                alone("a", "army"),
                alone("b", "npa"),
                alone("c", "army"),
                node("d", "PH", "army|npa", |it| it.told = told("2017-12-24")),
            ],
            &[&["a", "c"], &["b"], &["d"]],
        );
    }

    #[test]
    fn an_extension_goes_on_where_the_truce_ends() {
        let sudan = |id: &str, start: &str, end: &str, extends: bool| {
            node(id, "SD", "army|rsf", |it| {
                (it.start, it.end, it.extends) = (on(start), on(end), extends);
                it.length = Some(72 * HOUR);
            })
        };
        check(
            &[
                sudan("a", "2023-04-24T22:00", "2023-04-27T22:00", false),
                sudan("b", "2023-04-27T22:00", "2023-04-30T22:00", true),
                sudan("c", "2023-04-30T22:00", "2023-05-03T22:00", true),
                sudan("d", "2023-06-18T04:00", "2023-06-21T04:00", false),
            ],
            &[&["a", "b", "c"], &["d"]],
        );
    }

    #[test]
    fn truces_of_one_report_are_never_one() {
        check(
            &[
                node("a", "SY", "gov|rebels", |it| it.start = on("2016-07-06T22:00")),
                node("b.0", "SY", "gov|rebels", |it| it.start = on("2016-07-06")),
                node("b.1", "SY", "gov|rebels", |it| it.told = told("2016-07-07")),
            ],
            &[&["a", "b.0"], &["b.1"]],
        );
    }

    #[test]
    fn undated_reports_join_the_only_truce_of_their_sides() {
        let first = node("a", "NG", "ng|bh", |it| it.made = on("2014-10-17"));
        let vague = node("b", "NG", "ng|bh", |_| {});
        let day = node("c", "NG", "ng|bh", |it| it.day_of_year = Some((10, 17)));
        let other = node("d", "NG", "ng|bh", |it| it.made = on("2013-07-08"));
        check(&[first.clone(), vague.clone(), day.clone()], &[&["a", "b", "c"]]);
        check(&[first, vague, day, other], &[&["a", "c"], &["b"], &["d"]]);
    }

    #[test]
    fn what_is_taken_out_leaves_no_trace() {
        let a = node("a", "PS", "il|hamas", |it| it.start = on("2014-08-05T05:00"));
        let b = node("b", "PS", "il|hamas", |it| it.start = on("2014-08-05T17:00"));
        let c = node("c", "PS", "il|hamas", |it| it.start = on("2014-08-06T05:00"));
        let d = node("d", "PS", "il|hamas", |it| it.told = told("2014-08-06"));
        let mut web = web(&[a.clone(), b.clone(), c.clone(), d.clone()]);
        assert_eq!(web.partition().len(), 1);
        web.remove("b", &mut |_| Vec::new());
        let without = super::tests::web(&[a, c, d]).partition();
        assert_eq!(web.partition(), without);
        web.insert(b, &mut |_| Vec::new());
        assert_eq!(web.partition().len(), 1);
    }

    #[test]
    fn a_person_has_the_last_word_until_it_is_taken_back() {
        let a = node("a", "PS", "il|hamas", |it| it.start = on("2014-08-05T05:00"));
        let b = node("b", "PS", "il|hamas", |it| it.start = on("2014-08-05T06:00"));
        let c = node("c", "PS", "il|hamas", |it| it.start = on("2014-08-05T06:10"));
        let mut none = |_: Want<'_>| Vec::new();
        let mut web = web(&[a, b]);
        web.pin(&["a".into()], "a", &mut none);
        web.pin(&["b".into()], "b", &mut none);
        assert_eq!(web.partition().len(), 2);
        web.insert(c, &mut none);
        assert_eq!(web.partition()["b"], ["b".to_owned(), "c".to_owned()].into());
        web.unpin(&["a".into(), "b".into()], &mut none);
        assert_eq!(web.partition().len(), 1);
    }
}
