//! The sides of a truce. Comes in: the sides that each report tells. Goes out: sides laid over each
//! other where they share a party. Never drops a party that one report names.

use std::collections::BTreeSet;

use super::{Member, Stated, carriers, gather, who_key};
use crate::ledger::body::Who;

/// Sides of all tellings, laid over each other where they share a party.
pub fn sides(members: &[Member]) -> Vec<Vec<Stated<Who>>> {
    let mut keys: Vec<BTreeSet<String>> = Vec::new();
    let mut fullest: Vec<(usize, &Member)> = members.iter().enumerate().collect();
    fullest.sort_by_key(|(at, it)| (std::cmp::Reverse(it.told.sides.len()), *at));
    for (_, member) in &fullest {
        for side in member.told.sides.iter().filter(|it| !it.is_empty()) {
            let names: BTreeSet<String> = side.iter().map(who_key).collect();
            match keys.iter_mut().find(|it| !it.is_disjoint(&names)) {
                Some(known) => {
                    let other: BTreeSet<String> = names.difference(known).cloned().collect();
                    known.extend(other);
                }
                None => keys.push(names),
            }
        }
    }
    let mut placed: BTreeSet<String> = BTreeSet::new();
    let mut sides = Vec::new();
    for names in keys {
        let mut values = Vec::new();
        for (at, member) in members.iter().enumerate() {
            for who in member.told.sides.iter().flatten() {
                let key = who_key(who);
                if names.contains(&key) && !placed.contains(&key) {
                    values.push((key, who.clone(), carriers(at, member, &[], |_| false)));
                }
            }
        }
        placed.extend(names);
        let side = gather(values, members);
        if !side.is_empty() {
            sides.push(side);
        }
    }
    sides
}
