//! Deciding, the sharper first. Comes in: nodes marked as undecided. Goes out: nodes in their places,
//! with every vaguer node decided again whose choice has changed, and no other.

use std::collections::{BTreeSet, HashSet};

use super::{
    Load, Place, Slot, Tier, Web,
    rule::{
        AFTER, AHEAD, KINSHIP, LONG, MEMORY, ROUGH_WIDTH, day, distance, link, long_ago, middle,
        slack, stretch,
    },
};
use crate::ledger::signs::DAY;

/// The rule by which a telling goes to a truce of long ago.
const FAR: &str = "the only truce of its parties";

impl Web {
    /// Decides the dirty nodes, the sharper first, until nothing is left to decide.
    pub(super) fn settle(&mut self, load: &mut Load<'_>) {
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
    pub(super) fn is_core(&self, idx: usize) -> bool {
        let slot = &self.slots[idx];
        slot.live && matches!(slot.place, Place::Group | Place::Pinned)
    }

    pub(super) fn decide(&mut self, idx: usize, load: &mut Load<'_>) -> Place {
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
    pub(super) fn nearest(&self, idx: usize, excluded: &[u32]) -> Option<(usize, &'static str)> {
        let slot = &self.slots[idx];
        let mut found: Vec<(i64, &str, usize, &'static str)> = Vec::new();
        let mut seen = HashSet::new();
        let consider = |other: usize, found: &mut Vec<(i64, &'_ str, usize, &'static str)>| {
            let core = &self.slots[other];
            // Of two truces of one report, the second is not the first.
            (core.tier < slot.tier && self.is_core(other) && !excluded.contains(&core.cluster))
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
                    if apart - 4 * KINSHIP > best.saturating_add(slack(tier)) {
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
                // One that began before, and whose end is not long past.
                if let (true, Some(centre)) = (found.is_empty(), centre) {
                    let (first, last) = (centre - AFTER / DAY - 2, centre + LONG / DAY);
                    for key in &slot.keys {
                        let Some(shelf) = self.shelves.get(key) else { continue };
                        for other in shelf.ends.range(first..=last).flat_map(|it| it.1) {
                            if seen.insert(*other) {
                                consider(*other, &mut found);
                            }
                        }
                    }
                }
            }
        }
        if found.is_empty() {
            return self.only_one_long_ago(idx, excluded);
        }
        let best = found.iter().map(|it| it.0).min()?;
        found.retain(|it| it.0 <= best.saturating_add(slack(slot.tier)));
        for it in &mut found {
            it.1 = &self.slots[it.2].node.id;
        }
        let cluster = self.slots[found.first()?.2].cluster;
        if found.iter().any(|it| self.slots[it.2].cluster != cluster) {
            return None;
        }
        found.into_iter().min().map(|(_, _, to, rule)| (to, rule))
    }

    /// The one truce that its parties made in the year and a month before, if there is just one.
    fn only_one_long_ago(&self, idx: usize, excluded: &[u32]) -> Option<(usize, &'static str)> {
        let slot = &self.slots[idx];
        let signs = &slot.node.signs;
        if !signs.standing && !signs.extends {
            return None;
        }
        let centre = day(middle(stretch(signs, slot.tier)?));
        let mut found: Vec<(&str, usize)> = Vec::new();
        let sort = if signs.parties() > 0 { "by " } else { "in " };
        for key in slot.keys.iter().filter(|it| self.names[**it as usize].starts_with(sort)) {
            let Some(shelf) = self.shelves.get(key) else { continue };
            let days = shelf.days[..2].iter();
            for other in
                days.flat_map(|it| it.range(centre - LONG / DAY - 1..=centre)).flat_map(|it| it.1)
            {
                let core = &self.slots[*other];
                if core.tier < slot.tier
                    && self.is_core(*other)
                    && long_ago(&slot.node, slot.tier, &core.node, core.tier)
                {
                    if found.iter().any(|it| self.slots[it.1].cluster != core.cluster) {
                        return None;
                    }
                    found.push((&core.node.id, *other));
                }
            }
        }
        let (_, to) = found.into_iter().min()?;
        (!excluded.contains(&self.slots[to].cluster)).then_some((to, FAR))
    }

    /// Live nodes of the same tier that may link to this one.
    pub(super) fn equals(&self, idx: usize) -> Vec<usize> {
        let slot = &self.slots[idx];
        let mut found = BTreeSet::new();
        let Some((from, to)) = stretch(&slot.node.signs, slot.tier) else {
            for pair in &slot.pairs {
                found.extend(self.paired.get(pair).into_iter().flat_map(|it| &it.undated).copied());
            }
            found.remove(&idx);
            return self.in_order(found);
        };
        let centre = day(middle((from, to)));
        let (first, last) = match slot.tier {
            Tier::Start | Tier::Made => (centre - 5, centre + 5),
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
        self.in_order(found)
    }

    /// As they were recorded: slots are numbered as they were asked for, which differs between a run
    /// that went through and one that was taken up again.
    fn in_order(&self, found: BTreeSet<usize>) -> Vec<usize> {
        let mut found: Vec<usize> = found.into_iter().collect();
        found.sort_by_key(|it| self.slots[*it].node.seq);
        found
    }

    /// Marks the vaguer nodes whose choice this one may change. `all`: also those of its cluster,
    /// as when it goes away.
    pub(super) fn reach(&mut self, idx: usize, all: bool, load: &mut Load<'_>) {
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
                    (centre - AHEAD / DAY - 3, centre + LONG / DAY + 2)
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
            let near = || distance(&it.node, it.tier, &slot.node, slot.tier).is_some();
            // Who has found a truce near by does not look far.
            let far = || {
                let alone = match it.place {
                    Place::To(to) => {
                        let to = &self.slots[to];
                        distance(&it.node, it.tier, &to.node, to.tier).is_none()
                    }
                    _ => true,
                };
                alone && long_ago(&it.node, it.tier, &slot.node, slot.tier)
            };
            if it.live && (all || !settled) && (near() || far()) {
                marked.push(other);
            }
        }
        for other in marked {
            self.mark(other);
        }
    }

    /// Marks the equals that a pinned node draws to itself, or no longer does.
    pub(super) fn reach_equals(&mut self, idx: usize, load: &mut Load<'_>) {
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
    pub(super) fn mark_later_siblings(&mut self, idx: usize, load: &mut Load<'_>) {
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
