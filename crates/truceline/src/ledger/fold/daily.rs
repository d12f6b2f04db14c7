//! Hours that come back each day: `from 10 a.m. to 8 p.m. each day`. Comes in: what claims state.
//! Goes out: [`Daily`] windows, and the stretch of one that holds a time. Never guesses a zone.

use jiff::{Timestamp, civil::Time, tz::TimeZone};
use serde::{Deserialize, Serialize};

use super::{Member, Stated, counts, gather, limit};
use crate::{
    claim::{Act, Stance},
    ledger::body::When,
};

/// Hours of every day, by the clock of a zone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Daily {
    /// `10:00`.
    pub from: String,
    pub to: String,
    /// `None` where neither the words nor the place tell: then no hour can be said to be outside.
    pub zone: Option<String>,
}

/// Whether a time is a clock of every day and of none in particular.
pub(super) fn is_daily(when: &When) -> bool {
    clock(when).is_some()
}

/// The clock of a moment of every day, EDTF `XXXX-XX-XXT10:00`.
fn clock(when: &When) -> Option<Time> {
    let clock = when.edtf.strip_prefix("XXXX-XX-XXT")?.get(..5)?;
    clock.parse().ok()
}

impl Daily {
    /// `[start, end)` of the stretch that holds a second, if one does.
    fn holds(&self, at: i64) -> Option<Option<(i64, i64)>> {
        let zone = TimeZone::get(self.zone.as_deref()?).ok()?;
        let there = Timestamp::from_second(at).ok()?.to_zoned(zone);
        let (from, to): (Time, Time) = (self.from.parse().ok()?, self.to.parse().ok()?);
        let second = |day: jiff::civil::Date, time: Time| {
            let at = day.to_datetime(time).to_zoned(there.time_zone().clone()).ok()?;
            Some(at.timestamp().as_second())
        };
        // Over midnight: the stretch that began yesterday, or the one that begins today.
        let today = there.date();
        for first in [today.yesterday().ok()?, today] {
            let last = if to > from { first } else { first.tomorrow().ok()? };
            let (start, end) = (second(first, from)?, second(last, to)?);
            if (start..end).contains(&at) {
                return Some(Some((start, end)));
            }
        }
        Some(None)
    }
}

/// Whether the hours of a truce hold a time: `None` where it has none or their zone is not known.
pub fn hours(daily: &[Stated<Daily>], at: i64) -> Option<Option<(i64, i64)>> {
    let known: Vec<Option<(i64, i64)>> = daily.iter().filter_map(|it| it.value.holds(at)).collect();
    if known.is_empty() || known.len() < daily.len() {
        return None;
    }
    Some(known.into_iter().flatten().max_by_key(|it| it.1))
}

/// `zone`: that of the truce's other times, for hours told without one.
pub fn daily(members: &[Member], zone: Option<&str>) -> Vec<Stated<Daily>> {
    let mut found = Vec::new();
    let mut take = |edges: Option<(&When, &When)>, source: (usize, Option<usize>)| {
        let Some((start, end)) = edges else { return };
        let Some((from, to)) = clock(start).zip(clock(end)) else { return };
        let hours = Daily {
            from: from.strftime("%H:%M").to_string(),
            to: to.strftime("%H:%M").to_string(),
            zone: start.zone.as_deref().or(end.zone.as_deref()).or(zone).map(str::to_owned),
        };
        let key = format!("{} {} {:?}", hours.from, hours.to, hours.zone);
        found.push((key, hours, vec![source]));
    };
    for (at, member) in members.iter().enumerate() {
        take(member.told.start.as_ref().zip(member.told.end.as_ref()), (at, None));
        for (claim, it) in member.claims.iter().enumerate().filter(|(_, it)| counts(it)) {
            let said = &it.said;
            let denied = said.stance() == Stance::Denied || said.act() == Act::Violated;
            if !denied {
                let edges = limit(said.start.as_ref()).zip(limit(said.end.as_ref()));
                take(edges, (at, Some(claim)));
            }
        }
    }
    gather(found, members)
}
