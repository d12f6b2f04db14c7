//! Which truce a report tells of. Comes in: [`Node`]s, one at a time, in any order. Goes out: who is
//! joined to whom, and why in words. The outcome depends on the set of nodes, never on their order.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use serde::{Deserialize, Serialize};

use super::signs::{DAY, HOUR, Signs, Stretch};

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

const START_WIDTH: i64 = 36 * HOUR;
const ROUGH_WIDTH: i64 = 400 * DAY;
/// Two clocks for one start: a wrong half of the day, a late beginning.
const CLOCKS: i64 = 13 * HOUR;
/// A chain: the extension starts where the truce before it ends.
const CHAIN: i64 = 36 * HOUR;
/// A truce is made at most this long before it starts.
const AHEAD: i64 = 10 * DAY;
/// A report without dates speaks of a truce that began at most this long ago.
const MEMORY: i64 = 45 * DAY;
/// What a party in common weighs against distance in time.
const KINSHIP: i64 = 12 * HOUR;

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

impl Tier {
    pub const ALL: [Tier; 5] = [Tier::Start, Tier::Made, Tier::Rough, Tier::Told, Tier::Undated];

    pub fn of(signs: &Signs) -> Tier {
        let width = |it: Option<Stretch>| it.map_or(i64::MAX, |(from, to)| to - from);
        if width(signs.start) <= START_WIDTH {
            Tier::Start
        } else if width(signs.made) <= START_WIDTH {
            Tier::Made
        } else if width(signs.start).min(width(signs.made)) <= ROUGH_WIDTH {
            Tier::Rough
        } else if signs.told.is_some() {
            Tier::Told
        } else {
            Tier::Undated
        }
    }
}

/// The stretch by which a node of a tier is dated.
fn stretch(signs: &Signs, tier: Tier) -> Option<Stretch> {
    match tier {
        Tier::Start => signs.start,
        Tier::Made => signs.made,
        Tier::Rough => {
            let width = |it: &Stretch| it.1 - it.0;
            [signs.start, signs.made].into_iter().flatten().min_by_key(width)
        }
        Tier::Told => signs.told.map(|at| (at, at + DAY)),
        Tier::Undated => None,
    }
}

fn middle((from, to): Stretch) -> i64 {
    from + (to - from) / 2
}

fn day(at: i64) -> i64 {
    at.div_euclid(DAY)
}

/// Whether two times may be one, as far as their words allow.
fn agree(a: Stretch, b: Stretch) -> bool {
    let fine = |it: Stretch| it.1 - it.0 <= 6 * HOUR;
    if fine(a) && fine(b) {
        return (middle(a) - middle(b)).abs() <= CLOCKS;
    }
    let widen = |it: Stretch| if fine(it) { (it.0 - 3 * HOUR, it.1 + 3 * HOUR) } else { it };
    let mixed = fine(a) != fine(b);
    let (a, b) = (widen(a), widen(b));
    let overlap = a.1.min(b.1) - a.0.max(b.0);
    // A clock beside a day: midnight belongs to either, and the day's zone may not be known.
    overlap > 0 && mixed || overlap > 0 && 2 * overlap >= (a.1 - a.0).min(b.1 - b.0)
}

/// Lengths that differ, and starts that are not plainly the same.
fn lengths_differ(a: &Signs, b: &Signs) -> bool {
    a.length.zip(b.length).is_some_and(|(a, b)| (a - b).abs() > HOUR)
}

fn same_start(a: &Signs, b: &Signs) -> bool {
    let Some((from, to)) = a.start.zip(b.start) else { return false };
    let near = (middle(from) - middle(to)).abs() <= 3 * HOUR;
    agree(from, to) && (near || !lengths_differ(a, b) || a.extends != b.extends)
}

/// `next` goes on where `before` ends, and is said to extend.
fn chained(before: &Signs, next: &Signs) -> bool {
    let Some((end, start)) = before.end.zip(next.start) else { return false };
    next.extends
        && end.1 - end.0 <= START_WIDTH
        && (middle(start) - middle(end)).abs() <= CHAIN
        && before.start.is_some_and(|at| middle(at) < middle(start))
}

/// Whether two nodes of one tier tell of one truce, and by which rule.
fn link(a: &Node, b: &Node, tier: Tier) -> Option<&'static str> {
    if a.report == b.report {
        return None;
    }
    let (x, y) = (&a.signs, &b.signs);
    let rule = match tier {
        Tier::Start if same_start(x, y) => "same start",
        Tier::Start if chained(x, y) || chained(y, x) => "extension",
        Tier::Made => {
            let (made, other) = x.made.zip(y.made)?;
            let gap = made.0.max(other.0) - made.1.min(other.1);
            if gap > 12 * HOUR || lengths_differ(x, y) {
                return None;
            }
            "made on the same day"
        }
        Tier::Rough => {
            let (a, b) = stretch(x, tier).zip(stretch(y, tier))?;
            let overlap = a.1.min(b.1) - a.0.max(b.0);
            if overlap <= 0 || 2 * overlap < (a.1 - a.0).max(b.1 - b.0) {
                return None;
            }
            "same rough time"
        }
        Tier::Told => {
            let (told, other) = x.told.zip(y.told)?;
            let apart = (told - other).abs() > 3 * DAY || x.ahead != y.ahead;
            // A second truce of a report, undated, is as likely an older one as the news.
            if apart || a.local + b.local > 0 || lengths_differ(x, y) {
                return None;
            }
            "told at the same time"
        }
        Tier::Undated => {
            let same = x.day_of_year.is_some() && x.day_of_year == y.day_of_year;
            if !same || x.pairs().is_disjoint(&y.pairs()) {
                return None;
            }
            "same day of an unknown year"
        }
        Tier::Start => return None,
    };
    let common = x.common(y)?;
    (tier < Tier::Told || common.parties > 0 || common.scope).then_some(rule)
}

/// How far a vaguer node lies from a sharper one it may belong to: seconds, less is nearer.
fn distance(node: &Node, tier: Tier, core: &Node, core_tier: Tier) -> Option<(i64, &'static str)> {
    if node.report == core.report {
        return None;
    }
    let (x, y) = (&node.signs, &core.signs);
    let at = middle(stretch(y, core_tier)?);
    let (cost, rule) = match tier {
        Tier::Start => return None,
        Tier::Made if !x.extends => {
            let made = x.made?;
            let half = (made.1 - made.0) / 2;
            let ahead = at - middle(made);
            if ahead < -START_WIDTH - half || ahead > AHEAD || lengths_differ(x, y) {
                return None;
            }
            (ahead.abs(), "made shortly before it started")
        }
        Tier::Made | Tier::Told => {
            let told = if tier == Tier::Made { middle(x.made?) } else { x.told? + DAY / 2 };
            let since = told - at;
            if x.ahead && tier == Tier::Told {
                if !(-3 * DAY..=DAY).contains(&since) {
                    return None;
                }
                (since.abs(), "asked for shortly before it was made")
            } else {
                if !(-2 * DAY..=MEMORY).contains(&since) {
                    return None;
                }
                (since.abs(), if x.extends { "extension" } else { "the latest truce when told" })
            }
        }
        Tier::Rough => {
            let (from, to) = stretch(x, tier)?;
            if at < from - DAY || at > to + DAY {
                return None;
            }
            (0, "the one truce of that time")
        }
        Tier::Undated => {
            if x.pairs().is_disjoint(&y.pairs()) {
                return None;
            }
            if x.day_of_year.is_some_and(|it| !near_day_of_year(at, it)) {
                return None;
            }
            (0, "the one truce known of these sides")
        }
    };
    let common = x.common(y)?;
    Some((cost - KINSHIP * common.parties.min(3) as i64, rule))
}

fn near_day_of_year(at: i64, (month, day): (u8, u8)) -> bool {
    let Ok(at) = jiff::Timestamp::from_second(at) else { return false };
    let there = at.to_zoned(jiff::tz::TimeZone::UTC).date();
    let here = jiff::civil::Date::new(there.year(), month as i8, day as i8);
    here.is_ok_and(|here| (here.day_of_year() - there.day_of_year()).abs() <= 1)
}

/// Candidates within this of the nearest are as near: of two truces, neither is chosen.
fn slack(tier: Tier) -> i64 {
    match tier {
        Tier::Rough | Tier::Undated => i64::MAX / 4,
        _ => KINSHIP - 1,
    }
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
        for cluster in std::mem::take(&mut self.touched) {
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

    fn number(&mut self, name: &str) -> u32 {
        if self.names.is_empty() {
            self.names.push(String::new());
        }
        if let Some(number) = self.numbers.get(name) {
            return *number;
        }
        let number = self.names.len() as u32;
        self.names.push(name.to_owned());
        self.numbers.insert(name.to_owned(), number);
        number
    }

    fn mark(&mut self, idx: usize) {
        let slot = &self.slots[idx];
        self.dirty.insert((slot.tier, slot.node.local, idx));
    }

    fn shelve(&mut self, node: Node) -> usize {
        let tier = Tier::of(&node.signs);
        let keys: Vec<u32> = node.signs.keys().iter().map(|it| self.number(it)).collect();
        let pairs: Vec<u32> = node.signs.pairs().iter().map(|it| self.number(it)).collect();
        let idx = self.slots.len();
        self.by_id.insert(node.id.clone(), idx);
        self.by_report.entry(node.report.clone()).or_default().push(idx);
        let at = stretch(&node.signs, tier);
        for key in &keys {
            let shelf = self.shelves.entry(*key).or_default();
            if let Some(at) = at {
                shelf.days[tier as usize].entry(shelf_day(tier, at)).or_default().push(idx);
            }
            if let (Tier::Start, Some(end)) = (tier, node.signs.end) {
                shelf.ends.entry(day(middle(end))).or_default().push(idx);
            }
        }
        for pair in &pairs {
            let paired = self.paired.entry(*pair).or_default();
            match tier {
                Tier::Start | Tier::Made => paired.dated.push(idx),
                Tier::Undated => paired.undated.push(idx),
                _ => {}
            }
        }
        self.slots.push(Slot {
            node,
            tier,
            keys,
            pairs,
            place: Place::New,
            cluster: 0,
            truce: 0,
            live: true,
            rule: "",
            with: None,
        });
        idx
    }

    fn unshelve(&mut self, idx: usize) {
        let slot = &self.slots[idx];
        let drop = |list: &mut Vec<usize>| list.retain(|it| *it != idx);
        for key in &slot.keys {
            let Some(shelf) = self.shelves.get_mut(key) else { continue };
            if let Some(at) = stretch(&slot.node.signs, slot.tier) {
                let days = &mut shelf.days[slot.tier as usize];
                days.entry(shelf_day(slot.tier, at)).and_modify(drop);
            }
            if let (Tier::Start, Some(end)) = (slot.tier, slot.node.signs.end) {
                shelf.ends.entry(day(middle(end))).and_modify(drop);
            }
        }
        for pair in &slot.pairs {
            if let Some(paired) = self.paired.get_mut(pair) {
                drop(&mut paired.dated);
                drop(&mut paired.undated);
            }
        }
        if let Some(list) = self.by_report.get_mut(&slot.node.report) {
            drop(list);
        }
    }

    fn find(&mut self, id: &str, load: &mut Load<'_>) -> Option<usize> {
        if !self.by_id.contains_key(id) && self.asked.insert(format!("node {id}")) {
            let kept = load(Want::Node(id));
            self.adopt(kept, load);
        }
        self.by_id.get(id).copied()
    }

    /// Makes sure that every node with one of these keys is here.
    fn ensure(&mut self, keys: &[u32], load: &mut Load<'_>) {
        for key in keys {
            if self.loaded.insert(*key) {
                let name = self.names[*key as usize].clone();
                let kept = load(Want::Key(&name));
                self.adopt(kept, load);
            }
        }
    }

    fn whole(&mut self, cluster: u32, load: &mut Load<'_>) {
        if self.whole.insert(cluster) {
            let name = self.names[cluster as usize].clone();
            let kept = load(Want::Cluster(&name));
            self.adopt(kept, load);
        }
    }

    /// Takes in nodes from an earlier run, with all that belong where they belong.
    fn adopt(&mut self, kept: Vec<Kept>, load: &mut Load<'_>) {
        let mut fresh = Vec::new();
        for it in kept {
            if self.by_id.contains_key(&it.node.id) || self.is_gone(&it.node.id) {
                continue;
            }
            let idx = self.shelve(it.node);
            let cluster = self.number(&it.cluster);
            self.slots[idx].truce = if it.truce.is_empty() { 0 } else { self.number(&it.truce) };
            self.slots[idx].cluster = cluster;
            self.members.entry(cluster).or_default().insert((self.slots[idx].node.seq, idx));
            fresh.push((idx, it.stand, cluster));
        }
        for (_, _, cluster) in &fresh {
            self.whole(*cluster, load);
        }
        for (idx, stand, _) in fresh {
            self.slots[idx].place = match stand {
                Stand::Pinned => Place::Pinned,
                Stand::Group => Place::Group,
                Stand::To(id) => match self.by_id.get(&id) {
                    Some(to) => {
                        self.attached.entry(*to).or_default().insert(idx);
                        Place::To(*to)
                    }
                    None => Place::Group,
                },
            };
        }
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

impl Web {
    /// Decides the dirty nodes, the sharper first, until nothing is left to decide.
    fn settle(&mut self, load: &mut Load<'_>) {
        while let Some((_, _, idx)) = self.dirty.pop_first() {
            if !self.slots[idx].live || self.slots[idx].place == Place::Pinned {
                continue;
            }
            let old = self.slots[idx].place;
            let new = self.decide(idx, load);
            let same = match (old, new) {
                (Place::To(a), Place::To(b)) => {
                    self.slots[idx].cluster == self.slots[b].cluster && self.is_core(a)
                }
                _ => old == new,
            };
            if same {
                continue;
            }
            if old == Place::Group {
                self.reach(idx, true, load);
            }
            self.place(idx, new, load);
            if new == Place::Group {
                self.reach(idx, false, load);
            }
            self.mark_later_siblings(idx, load);
        }
    }

    /// Stands by itself: vaguer nodes may belong to it.
    fn is_core(&self, idx: usize) -> bool {
        let slot = &self.slots[idx];
        slot.live && matches!(slot.place, Place::Group | Place::Pinned)
    }

    fn decide(&mut self, idx: usize, load: &mut Load<'_>) -> Place {
        let keys = self.slots[idx].keys.clone();
        self.ensure(&keys, load);
        let order = |slot: &Slot| (slot.tier, slot.node.local);
        let mine = order(&self.slots[idx]);
        let earlier: Vec<u32> = self
            .siblings(idx, load)
            .into_iter()
            .filter(|it| order(&self.slots[*it]) < mine)
            .map(|it| self.slots[it].cluster)
            .filter(|cluster| *cluster != 0)
            .collect();
        if let Some((to, rule)) = self.nearest(idx, &earlier) {
            self.slots[idx].rule = rule;
            self.slots[idx].with = Some(to);
            return Place::To(to);
        }
        let tier = self.slots[idx].tier;
        let mut pinned: Vec<(i64, &str, usize, &'static str)> = Vec::new();
        for other in self.equals(idx) {
            let it = &self.slots[other];
            if it.place == Place::Pinned
                && !earlier.contains(&it.cluster)
                && let Some(rule) = link(&self.slots[idx].node, &it.node, tier)
            {
                let at = |idx: usize| stretch(&self.slots[idx].node.signs, tier).map_or(0, middle);
                pinned.push(((at(idx) - at(other)).abs(), &it.node.id, other, rule));
            }
        }
        if let Some(&(_, _, to, rule)) = pinned.iter().min() {
            self.slots[idx].rule = rule;
            self.slots[idx].with = Some(to);
            return Place::To(to);
        }
        Place::Group
    }

    /// The sharper node that this one belongs to, if one cluster is nearer than all others.
    fn nearest(&self, idx: usize, excluded: &[u32]) -> Option<(usize, &'static str)> {
        let slot = &self.slots[idx];
        let mut found: Vec<(i64, &str, usize, &'static str)> = Vec::new();
        let mut seen = HashSet::new();
        let consider = |other: usize, found: &mut Vec<(i64, &'_ str, usize, &'static str)>| {
            let core = &self.slots[other];
            (core.tier < slot.tier && self.is_core(other))
                .then(|| distance(&slot.node, slot.tier, &core.node, core.tier))
                .flatten()
                .map(|(cost, rule)| found.push((cost, "", other, rule)))
        };
        match slot.tier {
            Tier::Start => return None,
            Tier::Undated => {
                for pair in &slot.pairs {
                    for other in self.paired.get(pair).into_iter().flat_map(|it| &it.dated) {
                        if seen.insert(*other) {
                            consider(*other, &mut found);
                        }
                    }
                }
            }
            tier => {
                let (from, to) = stretch(&slot.node.signs, tier)?;
                let (first, last, centre) = match tier {
                    Tier::Rough => (day(from) - 2, day(to) + 2, None),
                    _ => {
                        let centre = day(middle((from, to)));
                        (centre - MEMORY / DAY - 2, centre + AHEAD / DAY + 3, Some(centre))
                    }
                };
                let mut best = i64::MAX / 2;
                for day in outward(first, last, centre) {
                    // Nearer days first: stop where nothing can come near the best any more.
                    let apart = centre.map_or(0, |centre| ((day - centre).abs() - 1) * DAY);
                    if apart - 3 * KINSHIP > best.saturating_add(slack(tier)) {
                        break;
                    }
                    for key in &slot.keys {
                        let Some(shelf) = self.shelves.get(key) else { continue };
                        for days in &shelf.days[..2] {
                            for other in days.get(&day).into_iter().flatten() {
                                if seen.insert(*other) {
                                    consider(*other, &mut found);
                                }
                            }
                        }
                    }
                    best = found.iter().map(|it| it.0).min().unwrap_or(best);
                }
            }
        }
        let best = found.iter().map(|it| it.0).min()?;
        found.retain(|it| it.0 <= best.saturating_add(slack(slot.tier)));
        for it in &mut found {
            it.1 = &self.slots[it.2].node.id;
        }
        let cluster = self.slots[found.first()?.2].cluster;
        if found.iter().any(|it| self.slots[it.2].cluster != cluster) || excluded.contains(&cluster)
        {
            return None;
        }
        found.into_iter().min().map(|(_, _, to, rule)| (to, rule))
    }

    fn place(&mut self, idx: usize, new: Place, load: &mut Load<'_>) {
        match self.slots[idx].place {
            Place::Group => self.leave(idx, load),
            Place::To(to) => {
                if let Some(attached) = self.attached.get_mut(&to) {
                    attached.remove(&idx);
                }
            }
            Place::New | Place::Pinned => {}
        }
        self.slots[idx].place = new;
        match new {
            Place::New => {
                self.slots[idx].with = None;
                for attached in self.attached.get(&idx).cloned().unwrap_or_default() {
                    self.mark(attached);
                }
                self.assign(idx, 0);
            }
            Place::To(to) => {
                self.attached.entry(to).or_default().insert(idx);
                self.assign(idx, self.slots[to].cluster);
            }
            Place::Group => self.join(idx, load),
            Place::Pinned => {}
        }
    }

    fn join(&mut self, idx: usize, load: &mut Load<'_>) {
        let handle = self.number(&self.slots[idx].node.id.clone());
        self.assign(idx, handle);
        self.slots[idx].with = None;
        self.slots[idx].rule = "first";
        let tier = self.slots[idx].tier;
        for other in self.equals(idx) {
            let (ours, theirs) = (self.slots[idx].cluster, self.slots[other].cluster);
            if self.slots[other].place != Place::Group || ours == theirs {
                continue;
            }
            let Some(rule) = link(&self.slots[idx].node, &self.slots[other].node, tier) else {
                continue;
            };
            if self.slots[idx].with.is_none() {
                self.slots[idx].with = Some(other);
                self.slots[idx].rule = rule;
            }
            let (win, lose) = if self.founder(ours) < self.founder(theirs) {
                (ours, theirs)
            } else {
                (theirs, ours)
            };
            if lose == theirs && self.slots[other].with.is_none() {
                self.slots[other].with = Some(idx);
                self.slots[other].rule = rule;
            }
            for member in self.own(lose) {
                self.assign(member, win);
                self.mark_later_siblings(member, load);
                self.reach(member, false, load);
            }
        }
    }

    /// Takes a node out of its group, which may fall apart without it.
    fn leave(&mut self, idx: usize, load: &mut Load<'_>) {
        let cluster = self.slots[idx].cluster;
        let tier = self.slots[idx].tier;
        self.slots[idx].place = Place::New;
        for attached in self.attached.get(&idx).cloned().unwrap_or_default() {
            self.mark(attached);
        }
        self.assign(idx, 0);
        let mut rest: BTreeSet<(u64, usize)> =
            self.own(cluster).into_iter().map(|it| (self.slots[it].node.seq, it)).collect();
        let mut parts: Vec<Vec<usize>> = Vec::new();
        while let Some((_, first)) = rest.pop_first() {
            let mut part = vec![first];
            let mut at = 0;
            while at < part.len() {
                let here = part[at];
                at += 1;
                if rest.is_empty() {
                    continue;
                }
                for other in self.equals(here) {
                    let key = (self.slots[other].node.seq, other);
                    if rest.contains(&key)
                        && link(&self.slots[here].node, &self.slots[other].node, tier).is_some()
                    {
                        rest.remove(&key);
                        part.push(other);
                    }
                }
            }
            parts.push(part);
        }
        let whole = parts.len() < 2;
        for part in parts {
            let handle = self.number(&self.slots[part[0]].node.id.clone());
            for member in part {
                self.assign(member, handle);
                if !whole {
                    self.mark_later_siblings(member, load);
                    self.reach(member, true, load);
                }
            }
        }
    }

    /// Sequence of the member that gives a group its handle.
    fn founder(&self, cluster: u32) -> u64 {
        self.by_id
            .get(&self.names[cluster as usize])
            .map_or(u64::MAX, |idx| self.slots[*idx].node.seq)
    }

    fn own(&self, cluster: u32) -> Vec<usize> {
        let members = self.members.get(&cluster).into_iter().flatten();
        members.map(|it| it.1).filter(|it| self.slots[*it].place == Place::Group).collect()
    }

    /// Live nodes of the same tier that may link to this one.
    fn equals(&self, idx: usize) -> Vec<usize> {
        let slot = &self.slots[idx];
        let mut found = BTreeSet::new();
        let Some((from, to)) = stretch(&slot.node.signs, slot.tier) else {
            for pair in &slot.pairs {
                found.extend(self.paired.get(pair).into_iter().flat_map(|it| &it.undated).copied());
            }
            found.remove(&idx);
            return found.into_iter().collect();
        };
        let centre = day(middle((from, to)));
        let (first, last) = match slot.tier {
            Tier::Start | Tier::Made => (centre - 3, centre + 3),
            Tier::Rough => (day(from) - ROUGH_WIDTH / DAY - 1, day(to) + 1),
            Tier::Told | Tier::Undated => (centre - 4, centre + 4),
        };
        for key in &slot.keys {
            let Some(shelf) = self.shelves.get(key) else { continue };
            let days = &shelf.days[slot.tier as usize];
            found.extend(days.range(first..=last).flat_map(|it| it.1).copied());
            if slot.tier == Tier::Start {
                if let Some(end) = slot.node.signs.end {
                    let end = day(middle(end));
                    found.extend(days.range(end - 3..=end + 3).flat_map(|it| it.1).copied());
                }
                if slot.node.signs.extends {
                    let ends = shelf.ends.range(centre - 3..=centre + 3);
                    found.extend(ends.flat_map(|it| it.1).copied());
                }
            }
        }
        found.remove(&idx);
        found.into_iter().collect()
    }

    /// Marks the vaguer nodes whose choice this one may change. `all`: also those of its cluster,
    /// as when it goes away.
    fn reach(&mut self, idx: usize, all: bool, load: &mut Load<'_>) {
        self.mark_later_siblings(idx, load);
        let tier = self.slots[idx].tier;
        if tier > Tier::Made {
            return;
        }
        let keys = self.slots[idx].keys.clone();
        self.ensure(&keys, load);
        let slot = &self.slots[idx];
        let Some(at) = stretch(&slot.node.signs, tier) else { return };
        let centre = day(middle(at));
        let mut found: BTreeSet<usize> = BTreeSet::new();
        for key in &slot.keys {
            let Some(shelf) = self.shelves.get(key) else { continue };
            for (vaguer, days) in shelf.days.iter().enumerate().skip(tier as usize + 1) {
                let (first, last) = if vaguer == Tier::Rough as usize {
                    (centre - ROUGH_WIDTH / DAY - 3, centre + 3)
                } else {
                    (centre - AHEAD / DAY - 3, centre + MEMORY / DAY + 2)
                };
                found.extend(days.range(first..=last).flat_map(|it| it.1).copied());
            }
        }
        for pair in &slot.pairs {
            found.extend(self.paired.get(pair).into_iter().flat_map(|it| &it.undated).copied());
        }
        let mut marked = Vec::new();
        for other in found {
            let it = &self.slots[other];
            let settled = matches!(it.place, Place::To(_))
                && it.cluster == slot.cluster
                && it.node.siblings < 2;
            if it.live
                && (all || !settled)
                && distance(&it.node, it.tier, &slot.node, slot.tier).is_some()
            {
                marked.push(other);
            }
        }
        for other in marked {
            self.mark(other);
        }
    }

    /// Marks the equals that a pinned node draws to itself, or no longer does.
    fn reach_equals(&mut self, idx: usize, load: &mut Load<'_>) {
        let keys = self.slots[idx].keys.clone();
        self.ensure(&keys, load);
        let tier = self.slots[idx].tier;
        for other in self.equals(idx) {
            if link(&self.slots[idx].node, &self.slots[other].node, tier).is_some() {
                self.mark(other);
            }
        }
    }

    /// Two truces of one report are never one: the later in order gives way to the earlier.
    fn mark_later_siblings(&mut self, idx: usize, load: &mut Load<'_>) {
        let order = |slot: &Slot| (slot.tier, slot.node.local);
        let mine = order(&self.slots[idx]);
        for other in self.siblings(idx, load) {
            if order(&self.slots[other]) > mine {
                self.mark(other);
            }
        }
    }
}

/// The days of a range, nearest to the centre first.
fn outward(first: i64, last: i64, centre: Option<i64>) -> Vec<i64> {
    let mut days: Vec<i64> = (first..=last).collect();
    if let Some(centre) = centre {
        days.sort_by_key(|day| (day - centre).abs());
    }
    days
}

fn shelf_day(tier: Tier, at: Stretch) -> i64 {
    if tier == Tier::Rough { day(at.0) } else { day(middle(at)) }
}

fn iso(at: i64) -> String {
    jiff::Timestamp::from_second(at).map_or_else(|_| at.to_string(), |it| it.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::signs::Party;

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
