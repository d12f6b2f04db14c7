//! Dates that one telling of an event takes from another. Comes in: grouped candidates. Goes out: the
//! same, with `when` filled where the report dates the same event elsewhere. Invents no date.

use crate::{
    claim::{Act, Claim, Part, Stance, draw::Candidate},
    time::Moment,
};

/// Acts that happen once to a truce, so that two tellings are of one event.
fn is_single(act: Act) -> bool {
    matches!(
        act,
        Act::Declared
            | Act::Agreed
            | Act::Began
            | Act::Extended
            | Act::Ended
            | Act::Rejected
            | Act::Proposed
    )
}

/// Announcing a truce and agreeing to it are told as one day where only one of them is dated.
fn is_kin(a: Act, b: Act) -> bool {
    a == b || matches!((a, b), (Act::Declared, Act::Agreed) | (Act::Agreed, Act::Declared))
}

pub fn share(candidates: &mut [Candidate]) {
    let dated: Vec<(Claim, usize)> = candidates
        .iter()
        .filter(|it| it.claim.when.is_some() && it.claim.stance == Stance::Fact)
        .map(|it| (it.claim.clone(), it.sentence))
        .collect();
    for candidate in candidates.iter_mut() {
        let claim = &candidate.claim;
        let lead = claim.part == Part::Title;
        if claim.when.is_some()
            || matches!(claim.stance, Stance::Hedged | Stance::Denied)
            || !(is_single(claim.act) || lead)
        {
            continue;
        }
        let mut best: Option<(usize, &Moment)> = None;
        for (other, sentence) in &dated {
            let kin = if lead && claim.act == other.act {
                true
            } else {
                is_single(claim.act) && is_kin(claim.act, other.act)
            };
            if !kin || other.truce != claim.truce || !compatible(claim, other) {
                continue;
            }
            let far = sentence.abs_diff(candidate.sentence)
                + if other.act == claim.act { 0 } else { 100 };
            if best.is_none_or(|(nearest, _)| far < nearest)
                && let Some(when) = &other.when
            {
                best = Some((far, when));
            }
        }
        let when = best.map(|(_, when)| when.clone());
        candidate.claim.when = when;
    }
}

/// Whether two claims may be of one event: their doers do not differ.
fn compatible(a: &Claim, b: &Claim) -> bool {
    a.by.is_empty()
        || b.by.is_empty()
        || a.act == Act::Agreed
        || a.by.iter().any(|it| b.by.iter().any(|other| other.name == it.name))
        || a.act != b.act
}
