//! Where nodes are found. Comes in: nodes, new or from an earlier run. Goes out: shelves by key, tier
//! and day. A conflict is asked for once, and whole clusters at a time.

use super::{
    Kept, Load, Node, Place, Slot, Stand, Tier, Want, Web,
    rule::{day, middle, stretch},
};
use crate::ledger::signs::Stretch;

impl Web {
    pub(super) fn number(&mut self, name: &str) -> u32 {
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

    pub(super) fn mark(&mut self, idx: usize) {
        let slot = &self.slots[idx];
        self.dirty.insert((slot.tier, slot.node.local, idx));
    }

    pub(super) fn shelve(&mut self, node: Node) -> usize {
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

    pub(super) fn unshelve(&mut self, idx: usize) {
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

    pub(super) fn find(&mut self, id: &str, load: &mut Load<'_>) -> Option<usize> {
        if !self.by_id.contains_key(id) && self.asked.insert(format!("node {id}")) {
            let kept = load(Want::Node(id));
            self.adopt(kept, load);
        }
        self.by_id.get(id).copied()
    }

    /// Makes sure that every node with one of these keys is here.
    pub(super) fn ensure(&mut self, keys: &[u32], load: &mut Load<'_>) {
        for key in keys {
            if self.loaded.insert(*key) {
                let name = self.names[*key as usize].clone();
                let kept = load(Want::Key(&name));
                self.adopt(kept, load);
            }
        }
    }

    pub(super) fn whole(&mut self, cluster: u32, load: &mut Load<'_>) {
        if self.whole.insert(cluster) {
            let name = self.names[cluster as usize].clone();
            let kept = load(Want::Cluster(&name));
            self.adopt(kept, load);
        }
    }

    /// Takes in nodes from an earlier run, with all that belong where they belong.
    pub(super) fn adopt(&mut self, kept: Vec<Kept>, load: &mut Load<'_>) {
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
}

fn shelf_day(tier: Tier, at: Stretch) -> i64 {
    if tier == Tier::Rough { day(at.0) } else { day(middle(at)) }
}
