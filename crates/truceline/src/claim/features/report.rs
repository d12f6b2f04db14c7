//! What the whole report tells of a candidate. Comes in: its candidates, in the order of their
//! sentences. Goes out: their features, more: place, what was told before, what stands near.

use std::collections::{BTreeSet, HashMap, HashSet};

use crate::claim::{Act, Part, Stance, draw::Candidate};

/// Adds what only the whole report tells: place in it, what was told before, what stands near.
/// The candidates are in the order of their sentences.
pub fn of_report(candidates: &mut [Candidate], truce_sentences: &[usize], sentences: usize) {
    let dense = truce_sentences.len() as f64 / sentences.max(1) as f64;
    let breach = |it: &&Candidate| it.claim.act == Act::Violated && !it.near;
    let breaches: Vec<usize> = candidates.iter().filter(breach).map(|it| it.sentence).collect();
    let breach_title = candidates.iter().filter(breach).any(|it| it.claim.part == Part::Title);
    let told: Vec<Telling> = candidates
        .iter()
        .map(|it| {
            let by = it.claim.by.iter().map(|by| by.name.clone()).collect();
            (it.sentence, it.near, (it.claim.act, it.claim.stance, by))
        })
        .collect();
    let plain: Vec<Beside> = candidates
        .iter()
        .filter(|it| !(it.loose || it.near))
        .map(|it| Beside {
            sentence: it.sentence,
            act: it.claim.act,
            truce: it.truce_unit,
            trigger: it.trigger,
            units: it.units.clone(),
        })
        .collect();
    // In order: weights are learned in the order of the features.
    let titled: BTreeSet<Act> = candidates
        .iter()
        .filter(|it| it.claim.part == Part::Title && !(it.loose || it.near))
        .map(|it| it.claim.act)
        .collect();
    let own_lines = |act: Act| plain.iter().filter(|it| it.act == act).count();
    let all: Vec<usize> = Act::ALL.into_iter().map(own_lines).collect();
    // Of the sentences before: how often each act is told, and all tellings.
    let (mut acts, mut tellings) = (HashMap::<Act, usize>::new(), HashSet::new());
    let mut first = 0;
    for (idx, it) in candidates.iter_mut().enumerate() {
        let act = it.claim.act;
        while told[first].0 < it.sentence {
            let (_, near, telling) = &told[first];
            *acts.entry(telling.0).or_default() += usize::from(!near);
            tellings.insert(telling);
            first += 1;
        }
        let name = act.name();
        let place = match it.sentence {
            0..=2 => "lead",
            3..=6 => "early",
            7..=15 => "middle",
            _ => "late",
        };
        it.features.add(format_args!("place={place}"));
        it.features.add(format_args!("place={place}:{name}"));
        it.features.add(format_args!("dense={}", (dense * 10.0) as u32));
        let near = nearest(truce_sentences, it.sentence, true).unwrap_or(9);
        let class = if it.near { "near" } else { "own" };
        it.features.add(format_args!("distance={class}:{}", near.min(5)));
        let before = acts.get(&act).copied().unwrap_or(0);
        it.features.add(format_args!("before={}", before.min(4)));
        it.features.add(format_args!("before={name}:{}", before.min(4)));
        if tellings.contains(&told[idx].2) {
            it.features.add(format_args!("same-told={name}"));
        }
        for act in &titled {
            it.features.add(format_args!("title-act={name}:{}", act.name()));
        }
        let often = all[act as usize];
        it.features.add(format_args!("all={name}:{}", OFTEN.partition_point(|most| *most < often)));
        let beside = told[first..].iter().take_while(|other| other.0 == it.sentence);
        let again = beside.clone().filter(|other| other.2.0 == act).count();
        it.features.add(format_args!("again={name}:{}", again.min(4)));
        for (_, near, (other, ..)) in beside {
            if *other != act && !near {
                it.features.add(format_args!("beside={name}:{}", other.name()));
            }
        }
        for (place, sentence) in [("prev", it.sentence.wrapping_sub(1)), ("next", it.sentence + 1)]
        {
            for other in in_sentence(&plain, sentence) {
                it.features.add(format_args!("{place}={name}:{}", other.act.name()));
            }
        }
        let own = in_sentence(&plain, it.sentence);
        let told_plainly = own.iter().any(|other| other.act == act);
        it.features.add(format_args!("plain={name}:{told_plainly}"));
        for other in own.iter().filter(|other| other.act != act) {
            let other_name = other.act.name();
            if it.truce_unit.is_some() && other.truce == it.truce_unit {
                it.features.add(format_args!("shares={name}:{other_name}"));
            }
            if other.units.contains(&it.trigger) {
                it.features.add(format_args!("inside={name}:{other_name}"));
            }
            if it.units.contains(&other.trigger) {
                it.features.add(format_args!("around={name}:{other_name}"));
            }
        }
        if act == Act::Violated {
            let closest = nearest(&breaches, it.sentence, false);
            match closest.map(|far| far.min(4)) {
                Some(far) => it.features.add(format_args!("breach={class}:{far}")),
                None => it.features.add(format_args!("breach={class}:none")),
            }
            it.features.add(format_args!("breaches={class}:{}", breaches.len().min(3)));
            if breach_title {
                it.features.add(format_args!("breach-title={class}"));
            }
        }
    }
}

/// Up to how often an act is told in a report, in steps.
const OFTEN: [usize; 4] = [0, 1, 3, 6];

/// Those of one sentence.
fn in_sentence(all: &[Beside], sentence: usize) -> &[Beside] {
    let first = all.partition_point(|it| it.sentence < sentence);
    let many = all[first..].partition_point(|it| it.sentence == sentence);
    &all[first..first + many]
}

/// Where a candidate that a line reads by itself stands, as the others of its sentence see it.
struct Beside {
    sentence: usize,
    act: Act,
    truce: Option<usize>,
    trigger: usize,
    units: std::ops::Range<usize>,
}

/// A telling: its sentence, whether it names no truce, and the act, the stance and who does it.
type Telling = (usize, bool, (Act, Stance, Vec<String>));

/// How far the nearest of some sentences, in order, is from `at`; `own`: whether it may be `at` itself.
pub fn nearest(sentences: &[usize], at: usize, own: bool) -> Option<usize> {
    let before = sentences.partition_point(|it| *it < at + usize::from(own));
    let after = sentences.partition_point(|it| *it < at + usize::from(!own));
    let before = sentences[..before].last().map(|it| at - it);
    let after = sentences.get(after).map(|it| it - at);
    before.into_iter().chain(after).min()
}
