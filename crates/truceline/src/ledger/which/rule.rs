//! When two tellings are one truce. Comes in: two nodes. Goes out: the rule by which they are linked,
//! or how far apart they lie. Knows two nodes at a time, and none of the others.

use super::{Node, Tier};
use crate::ledger::signs::{DAY, HOUR, Signs, Stretch};

pub const START_WIDTH: i64 = 36 * HOUR;
pub const ROUGH_WIDTH: i64 = 400 * DAY;
/// Two clocks for one start: a wrong half of the day, a late beginning.
pub const CLOCKS: i64 = 13 * HOUR;
/// A chain: the extension starts where the truce before it ends.
pub const CHAIN: i64 = 36 * HOUR;
/// A truce is made at most this long before it starts.
pub const AHEAD: i64 = 10 * DAY;
/// A report without dates speaks of a truce that began at most this long ago.
pub const MEMORY: i64 = 45 * DAY;
/// … or that ended at most this long ago,
pub const AFTER: i64 = 7 * DAY;
/// … or, where it speaks of a truce that there is and no other is known, this long ago.
pub const LONG: i64 = 400 * DAY;
/// A report that gives no day of its own to the making tells of one at most this long before.
pub const NEWS: i64 = 4 * DAY;
/// What a party in common weighs against distance in time.
pub const KINSHIP: i64 = 12 * HOUR;

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
pub fn stretch(signs: &Signs, tier: Tier) -> Option<Stretch> {
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

pub fn middle((from, to): Stretch) -> i64 {
    from + (to - from) / 2
}

pub fn day(at: i64) -> i64 {
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
    // A clock beside a day: midnight belongs to either, and the day's zone may not be known. Of a
    // truce from one evening on, one report says the day and another the next.
    if mixed { overlap > 0 } else { overlap >= -6 * HOUR }
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
pub fn link(a: &Node, b: &Node, tier: Tier) -> Option<&'static str> {
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
            let later = if made.0 < other.0 { y } else { x };
            let most = if later.guessed { NEWS } else { 12 * HOUR };
            if gap > most || lengths_differ(x, y) {
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
pub fn distance(
    node: &Node,
    tier: Tier,
    core: &Node,
    core_tier: Tier,
) -> Option<(i64, &'static str)> {
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
            let late = if x.guessed { NEWS } else { START_WIDTH };
            if ahead < -late - half || ahead > AHEAD || lengths_differ(x, y) {
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
                let until = y.end.map_or(at + MEMORY, |end| (end.1 + AFTER).max(at + MEMORY));
                if since < -2 * DAY || told > until.min(at + LONG) {
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
    // Of two who stopped alone at one time, each can break only its own truce.
    let own = y.alone.as_ref().is_some_and(|it| x.broke.contains(it));
    Some((cost - KINSHIP * (common.parties.min(3) + usize::from(own)) as i64, rule))
}

/// Whether a node that says of a truce that it holds, goes on or has ended may mean one that began
/// long before and whose end nobody told: the only one of its parties in that time.
pub fn long_ago(node: &Node, tier: Tier, core: &Node, core_tier: Tier) -> bool {
    let (x, y) = (&node.signs, &core.signs);
    let told = match tier {
        Tier::Made if x.extends => x.made.map(middle),
        Tier::Told if x.standing && !x.ahead => x.told,
        _ => None,
    };
    let since = told.zip(stretch(y, core_tier)).map(|(told, at)| told - middle(at));
    let parties = |it: usize| x.parties() == 0 || (it > 0 && it >= y.parties().min(2));
    node.report != core.report
        && since.is_some_and(|it| (0..=LONG).contains(&it))
        && x.common(y).is_some_and(|it| it.scope && parties(it.parties))
}

fn near_day_of_year(at: i64, (month, day): (u8, u8)) -> bool {
    let Ok(at) = jiff::Timestamp::from_second(at) else { return false };
    let there = at.to_zoned(jiff::tz::TimeZone::UTC).date();
    let here = jiff::civil::Date::new(there.year(), month as i8, day as i8);
    here.is_ok_and(|here| (here.day_of_year() - there.day_of_year()).abs() <= 1)
}

/// Candidates within this of the nearest are as near: of two truces, neither is chosen.
pub fn slack(tier: Tier) -> i64 {
    match tier {
        Tier::Rough | Tier::Undated => i64::MAX / 4,
        _ => KINSHIP - 1,
    }
}
