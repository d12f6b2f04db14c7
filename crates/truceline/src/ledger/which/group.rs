//! Groups of equals. Comes in: a node and its new place. Goes out: groups joined by what links
//! them, or fallen apart without it. A group is named for its earliest member.

use std::collections::BTreeSet;

use super::{Load, Place, Web, rule::link};

impl Web {
    pub(super) fn place(&mut self, idx: usize, new: Place, load: &mut Load<'_>) {
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

    pub(super) fn join(&mut self, idx: usize, load: &mut Load<'_>) {
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
    pub(super) fn leave(&mut self, idx: usize, load: &mut Load<'_>) {
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
    pub(super) fn founder(&self, cluster: u32) -> u64 {
        self.by_id
            .get(&self.names[cluster as usize])
            .map_or(u64::MAX, |idx| self.slots[*idx].node.seq)
    }

    pub(super) fn own(&self, cluster: u32) -> Vec<usize> {
        let members = self.members.get(&cluster).into_iter().flatten();
        members.map(|it| it.1).filter(|it| self.slots[*it].place == Place::Group).collect()
    }
}
