//! What each claim says on whether the truce is in force. Comes in: claims and the windows of their
//! truce. Goes out: [`Testimony`]s, by nearest speaker. A plan or a hope is none.

use super::{Kind, Member, Stated, Testimony, View, Window, counts, speaker};
use crate::{
    claim::{Act, Stance},
    ledger::{
        body::{Said, When},
        signs::{DAY, iso_seconds},
    },
};

pub fn testimonies(view: &View, members: &[Member]) -> Vec<Testimony> {
    let at = |when: Option<&When>| when.and_then(When::seconds);
    let planning = || view.windows.iter().filter(|it| !it.over);
    let chain_end = planning().filter(|it| it.how != "stated" || it.start.is_some());
    let ends = |it: &Window| it.end.as_ref().and_then(When::seconds).map(|it| it.1);
    let planned: Vec<(i64, i64)> =
        planning().rev().filter_map(|it| it.end.as_ref()?.seconds()).collect();
    // Extended for nobody says how long: no source's time has run out.
    let open = view.windows.iter().any(|it| it.how != "stated" && it.end.is_none())
        && view.windows.last().is_some_and(|it| it.end.is_none());
    let last = chain_end.filter_map(ends).max().filter(|_| !open);
    let extended = view.windows.iter().filter(|it| it.how != "stated").filter_map(ends).max();
    // An end that was planned is none once the truce has been extended beyond it.
    let put_off = |end: (i64, i64), told: i64| {
        view.extensions.iter().any(|it| {
            let until = at(it.value.until.as_ref()).map(|it| it.1).or(extended);
            it.value.told >= told && until.is_none_or(|until| until > end.1)
        })
    };
    // Words that leave room for the time that is known mean that time.
    let known = |stated: &[Stated<When>]| stated.first().and_then(|it| it.value.seconds());
    let (starts, made) = (known(&view.starts), known(&view.declared));
    let sharp = |it: (i64, i64), known: Option<(i64, i64)>| {
        known.filter(|known| it.0 <= known.0 && known.1 <= it.1).unwrap_or(it).0
    };
    let start = starts.map(|it| it.0);
    let mut found = Vec::new();
    for member in members {
        let own_start = at(member.told.start.as_ref()).map(|it| sharp(it, starts)).or(start);
        let own_end = at(member.told.end.as_ref()).map(|it| it.1).or_else(|| {
            let length = member.told.length.as_ref().and_then(|it| iso_seconds(&it.iso))?;
            Some(own_start? + length)
        });
        let own_end = own_end.max(extended.filter(|_| own_end.is_some())).or(last);
        let own_end = own_end.filter(|_| !open);
        // A report dated by the day speaks at noon, for all that is known.
        let said_at = member.told_at + DAY / 2;
        // Where the words are vague, it ended when it was to end; never before it began.
        let ended = |it: (i64, i64)| {
            let end = planned.iter().find(|end| end.0 < it.1 && it.0 < end.1);
            let begun = own_start.filter(|start| it.0 < *start && *start < it.1);
            end.map(|end| end.1.min(it.1)).or(begun).unwrap_or(it.0)
        };
        // `failed to take effect` is told as an end and as no beginning: the latter is what it says.
        let unbegun = |of: &Said| {
            member.claims.iter().any(|it| {
                counts(it) && it.said.is(Act::Began, Stance::Denied) && it.said.quote == of.quote
            })
        };
        for it in member.claims.iter().filter(|it| counts(it)) {
            let when = at(it.said.when.as_ref());
            let (yes, kind, from, until) = match (it.said.act(), it.said.stance()) {
                (Act::Began, Stance::Fact) => (
                    true,
                    Kind::Event,
                    when.map(|it| sharp(it, starts)).or(own_start).or(Some(said_at)),
                    own_end,
                ),
                (Act::Declared | Act::Agreed, Stance::Fact) => {
                    let made = when.map_or(said_at, |it| sharp(it, made));
                    (true, Kind::Event, own_start.or(Some(made)), own_end)
                }
                (Act::Extended, Stance::Fact) => {
                    let from = own_start.unwrap_or(said_at).min(said_at);
                    (true, Kind::Event, Some(from), last)
                }
                (Act::Held, Stance::Fact) => {
                    let until = last.filter(|end| said_at < *end);
                    (true, Kind::State, when.map(|it| it.0).or(Some(said_at - DAY / 2)), until)
                }
                (Act::Ended, Stance::Denied) => (true, Kind::State, Some(said_at - DAY / 2), last),
                (Act::Ended, Stance::Fact | Stance::Planned) => {
                    let plan = it.said.stance() == Stance::Planned;
                    let off = plan && when.is_none_or(|it| put_off(it, member.told_at));
                    if off || unbegun(&it.said) {
                        continue;
                    }
                    (false, Kind::Event, Some(when.map_or(said_at, ended)), None)
                }
                (Act::Declared | Act::Agreed, Stance::Denied) => (false, Kind::Denial, None, None),
                (Act::Extended, Stance::Denied) if when.is_some() => {
                    (false, Kind::State, when.map(ended), None)
                }
                (Act::Began | Act::Held | Act::Extended, Stance::Denied)
                | (Act::Rejected, Stance::Fact) => {
                    let from = when.map(|it| it.0).unwrap_or(said_at - DAY / 2);
                    (false, Kind::State, Some(from), None)
                }
                _ => continue,
            };
            let source = match it.said.act() {
                Act::Rejected if !it.said.by.is_empty() => it.said.by[0].clone(),
                // Who has not agreed is heard, not who tells of it.
                Act::Agreed | Act::Declared
                    if it.said.stance() == Stance::Denied
                        && it.said.says.is_empty()
                        && !it.said.by.is_empty() =>
                {
                    it.said.by[0].clone()
                }
                _ => speaker(&it.said, member),
            };
            found.push(Testimony {
                source,
                yes,
                kind,
                from,
                until,
                said: said_at,
                claim: it.id.clone(),
                act: it.said.act.clone(),
            });
        }
    }
    found.sort_by(|a, b| (a.said, &a.claim).cmp(&(b.said, &b.claim)));
    found
}
