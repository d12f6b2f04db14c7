//! Windows and extensions. Comes in: stated starts, ends, lengths, and what is said to extend them.
//! Goes out: [`Window`]s laid end to end; what is computed is marked as derived.

use std::collections::{BTreeMap, BTreeSet};

use super::{Extension, Member, Standing, Stated, View, Window, counts, gather, tells};
use crate::{
    claim::{Act, Stance},
    ledger::{
        body::{Limit, Long, When},
        signs::{DAY, HOUR, iso_seconds},
    },
};

/// Members and their claims, by place.
type Sources = Vec<(usize, Option<usize>)>;

/// Adds a length to a moment: calendar units by the calendar of its zone.
pub fn add(when: &When, length: &Long) -> Option<When> {
    let span: jiff::Span = length.iso.parse().ok()?;
    let zone = when.zone.as_deref().and_then(|it| jiff::tz::TimeZone::get(it).ok());
    let zone = zone.unwrap_or(jiff::tz::TimeZone::UTC);
    let shift = |at: jiff::Timestamp| {
        at.to_zoned(zone.clone()).checked_add(span).ok().map(|it| it.timestamp())
    };
    let (earliest, latest) = (shift(when.earliest?)?, shift(when.latest?)?);
    let width = latest.as_second() - earliest.as_second();
    let local = |at: jiff::Timestamp| at.to_zoned(zone.clone());
    let clock = |at: jiff::Timestamp| local(at).strftime("%Y-%m-%dT%H:%M%:z").to_string();
    let edtf = if width <= HOUR {
        clock(earliest)
    } else if width <= 36 * HOUR {
        let middle = jiff::Timestamp::from_second(earliest.as_second() + width / 2).ok()?;
        local(middle).date().to_string()
    } else {
        format!("{}/{}", local(earliest).date(), local(latest).date())
    };
    Some(When {
        edtf,
        earliest: Some(earliest),
        latest: Some(latest),
        precision: when.precision.clone(),
        zone: when.zone.clone(),
        text: format!("{} + {}", when.text, length.text),
        doubts: Vec::new(),
    })
}

pub fn limit(limit: Option<&Limit>) -> Option<&When> {
    match limit {
        Some(Limit::At(when)) => Some(when),
        _ => None,
    }
}

/// Of `from A until B` the end; else the time as it is.
pub fn last_part(when: &When) -> When {
    let Some((_, last)) = when.edtf.split_once('/') else { return when.clone() };
    let wide = when.seconds().is_some_and(|(from, to)| to - from > 36 * HOUR);
    let (true, Some(to)) = (wide, when.latest) else { return when.clone() };
    let width = if last.contains('T') { 60 } else { DAY };
    let earliest = jiff::Timestamp::from_second(to.as_second() - width).ok();
    When { edtf: last.to_owned(), earliest, ..when.clone() }
}

pub fn extensions(members: &[Member]) -> Vec<Stated<Extension>> {
    let mut told: Vec<(i64, usize, usize)> = Vec::new();
    for (at, member) in members.iter().enumerate() {
        for (claim, it) in member.claims.iter().enumerate() {
            let happens = matches!(it.said.stance(), Stance::Fact | Stance::Planned);
            if counts(it) && it.said.act() == Act::Extended && happens {
                told.push((member.told_at, at, claim));
            }
        }
    }
    told.sort_by_key(|it| (it.0, members[it.1].claims[it.2].id.clone()));
    // One extension told again: the same new end, or the same length within two days.
    let mut distinct: Vec<(Extension, Sources)> = Vec::new();
    for (at, member, claim) in told {
        let said = &members[member].claims[claim].said;
        // What is told beside it may be the day of the deciding: a new end lies ahead.
        let ahead = |it: &When| it.seconds().is_none_or(|it| it.0 + (it.1 - it.0) / 2 > at + DAY);
        let when = said.when.as_ref().map(last_part).filter(ahead);
        let until = limit(said.end.as_ref()).cloned().or(when);
        let length = said.length.clone();
        let same = |it: &Extension| match (&it.until, &until) {
            (Some(a), Some(b)) => match (a.seconds(), b.seconds()) {
                (Some(a), Some(b)) => a.0 < b.1 + HOUR && b.0 < a.1 + HOUR,
                _ => a.edtf == b.edtf,
            },
            _ => {
                let lengths = it.length.as_ref().zip(length.as_ref());
                at - it.told <= 2 * DAY
                    && lengths.is_none_or(|(a, b)| iso_seconds(&a.iso) == iso_seconds(&b.iso))
            }
        };
        match distinct.iter_mut().find(|it| same(&it.0)) {
            Some((it, sources)) => {
                it.until = it.until.take().or(until);
                it.length = it.length.take().or(length);
                sources.push((member, Some(claim)));
            }
            None => {
                distinct.push((Extension { until, length, told: at }, vec![(member, Some(claim))]));
            }
        }
    }
    let mut stated: Vec<Stated<Extension>> = Vec::new();
    for (extension, sources) in distinct {
        stated.extend(gather([(String::new(), extension, sources)], members));
    }
    let end = |it: &Stated<Extension>| it.value.until.as_ref().and_then(When::seconds);
    stated.sort_by_key(|it| (it.value.told, end(it)));
    stated
}

pub fn windows(view: &View, members: &[Member]) -> Vec<Window> {
    let mut windows = Vec::new();
    let start = view.starts.first();
    let length = view.lengths.first();
    // When it did end is no plan: it counts where nothing else tells an end.
    let actual = |it: &&Stated<When>| {
        let all = || members.iter().flat_map(|it| &it.claims).filter(|it| counts(it));
        let plan = |claim: &Standing| limit(claim.said.end.as_ref()) == Some(&it.value);
        members.iter().any(|member| tells(member, &[Act::Ended], &it.value)) && !all().any(plan)
    };
    let planned = view.ends.iter().find(|it| !actual(it));
    let over = planned.is_none() && length.is_none() && !view.ends.is_empty();
    let end = planned.or(view.ends.first().filter(|_| length.is_none()));
    let claims = |parts: &[Option<&BTreeSet<String>>]| -> BTreeSet<String> {
        parts.iter().flatten().flat_map(|it| it.iter().cloned()).collect()
    };
    let mut last_end: Option<When> = end.map(|it| it.value.clone());
    if start.is_some() || end.is_some() {
        let mut derived = false;
        let mut how = "stated".to_owned();
        let computed = start.zip(length).and_then(|(start, length)| {
            Some((add(&start.value, &length.value)?, format!("start + {}", length.value.iso)))
        });
        // A day stated as the end is no finer than the hour that start and length make in it.
        let finer = |new: &When| match (end.and_then(|it| it.value.seconds()), new.seconds()) {
            (Some(old), Some(new)) => old.0 <= new.0 && new.1 <= old.1,
            _ => end.is_none(),
        };
        if let Some((new, words)) = computed.filter(|it| finer(&it.0)) {
            last_end = Some(new);
            derived = true;
            how = words;
        }
        windows.push(Window {
            start: start.map(|it| it.value.clone()),
            end: last_end.clone(),
            derived,
            over,
            how,
            claims: claims(&[
                start.map(|it| &it.claims),
                end.map(|it| &it.claims),
                if derived { length.map(|it| &it.claims) } else { None },
            ]),
        });
    }
    // The end to which the truce is extended so far, and when that was told.
    let mut extended: Option<i64> = None;
    for it in &view.extensions {
        let until = &it.value.until;
        let later = |when: &When| {
            let ends = when.seconds().zip(last_end.as_ref().and_then(When::seconds));
            ends.is_none_or(|(new, old)| new.1 > old.1)
        };
        let (new, derived, how) = match (until, &it.value.length, &last_end) {
            (Some(until), _, _) if later(until) => {
                (until.clone(), false, "extended until".to_owned())
            }
            (None, Some(length), Some(end)) => match add(end, length) {
                Some(new) => (new, true, format!("end + {}", length.iso)),
                None => continue,
            },
            // Extended, and nobody says for how long: the end is open. Where an extension runs, it
            // is that one told again.
            (None, None, end) if extended.is_none_or(|until| it.value.told >= until) => {
                if end.is_some() {
                    windows.push(Window {
                        start: last_end.take(),
                        end: None,
                        derived: true,
                        over: false,
                        how: "extended, no end told".to_owned(),
                        claims: it.claims.clone(),
                    });
                }
                extended = Some(i64::MAX);
                continue;
            }
            _ => continue,
        };
        extended = new.seconds().map(|it| it.1);
        windows.push(Window {
            start: last_end.take(),
            end: Some(new.clone()),
            derived,
            over: false,
            how,
            claims: it.claims.clone(),
        });
        last_end = Some(new);
    }
    // Other stretches stated whole: a second holiday, the hours of one day.
    let known: Vec<(i64, i64)> = windows
        .iter()
        .filter_map(|it| Some((it.start.as_ref()?.seconds()?.0, it.end.as_ref()?.seconds()?.1)))
        .collect();
    let mut others: BTreeMap<(i64, i64), Window> = BTreeMap::new();
    for member in members {
        for it in member.claims.iter().filter(|it| counts(it)) {
            let ends = limit(it.said.start.as_ref()).zip(limit(it.said.end.as_ref()));
            let Some((start, end)) = ends else { continue };
            let Some((from, to)) = start.seconds().zip(end.seconds()) else { continue };
            if it.said.stance() == Stance::Denied
                || known.iter().any(|it| from.0 < it.1 && it.0 < to.1)
            {
                continue;
            }
            let window = others.entry((from.0, to.1)).or_insert_with(|| Window {
                start: Some(start.clone()),
                end: Some(end.clone()),
                derived: false,
                over: false,
                how: "stated".to_owned(),
                claims: BTreeSet::new(),
            });
            window.claims.insert(it.id.clone());
        }
    }
    windows.extend(others.into_values());
    windows
}
