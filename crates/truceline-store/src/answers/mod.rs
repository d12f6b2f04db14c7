//! What is asked of a ledger, in the contract's JSON. Comes in: two times, `at` (of the world) and
//! `as of` (of recording). Goes out: truces, verdicts, stories, and what a claim rests on.

mod catalogue;
mod form;
mod parts;
pub(crate) mod search;
mod status;
mod story;
mod why;

use std::collections::BTreeSet;

use jiff::{
    Timestamp,
    civil::{Date, DateTime},
    tz::TimeZone,
};
use rusqlite::{OptionalExtension as _, params};
use serde_json::{Value, json};
use truceline::ledger::{entry::Fact, fold::View, status::verdict};

pub use catalogue::{Catalogue, Row, Rows, Standing, Wanted, after};
pub(crate) use form::standing;
use form::{disputed, iso, micros, moments, order, stated, truce, verdict_of, who};
pub use search::Found;
pub(crate) use status::Lines;
use story::{deviating, story};

use crate::{Error, Ledger, Result, read};

/// The two times of every question.
#[derive(Clone, Copy, Debug)]
pub struct Asked {
    pub at: Timestamp,
    /// `None`: as of the last entry.
    pub as_of: Option<Timestamp>,
}

impl Asked {
    /// A time as it is given to ask with: without a zone it is in UTC, a day alone is `clock` (hour, minute,
    /// second) of it. `None` where it is no time.
    pub fn time(given: &str, clock: (i8, i8, i8)) -> Option<Timestamp> {
        if let Ok(at) = given.parse() {
            return Some(at);
        }
        let (hour, minute, second) = clock;
        let civil = match given.parse::<Date>() {
            Ok(day) if !given.contains(':') => day.at(hour, minute, second, 0),
            _ => given.parse::<DateTime>().ok()?,
        };
        Some(civil.to_zoned(TimeZone::UTC).ok()?.timestamp())
    }
}

/// Which truces are asked for. Names and identifiers, without regard to case.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Any of these: the place itself, or the code of its country.
    pub place: Vec<String>,
    pub party: Vec<String>,
}

impl Filter {
    fn is_empty(&self) -> bool {
        self.place.is_empty() && self.party.is_empty()
    }

    fn takes(&self, keys: &BTreeSet<String>) -> bool {
        let any = |what: &str, wanted: &[String]| {
            wanted.is_empty()
                || wanted.iter().any(|it| keys.contains(&format!("{what} {}", it.to_lowercase())))
        };
        any("at", &self.place) && any("by", &self.party)
    }
}

/// The names and identifiers by which a truce is asked for.
pub(crate) fn find_keys(view: &View) -> BTreeSet<String> {
    let mut keys = BTreeSet::new();
    for it in view.sides.iter().flatten().map(|it| &it.value) {
        for name in [Some(&it.name), it.id.as_ref()].into_iter().flatten() {
            keys.insert(format!("by {}", name.to_lowercase()));
        }
    }
    for it in view.places.iter().map(|it| &it.value) {
        for name in [Some(&it.name), it.id.as_ref(), it.country.as_ref()].into_iter().flatten() {
            keys.insert(format!("at {}", name.to_lowercase()));
        }
    }
    keys
}

impl Ledger {
    /// Every truce, one object each.
    pub fn list(&self, asked: Asked, filter: &Filter) -> Result<Vec<Value>> {
        let seq = self.as_of(asked.as_of)?;
        let at = asked.at.as_second();
        let mut found = Vec::new();
        self.views(seq, |view| {
            if filter.is_empty() || filter.takes(&find_keys(view)) {
                found.push((order(view), truce(view, at)));
            }
        })?;
        found.sort_by(|a, b| a.0.cmp(&b.0));
        Ok(found.into_iter().map(|it| it.1).collect())
    }

    /// One truce with its history. `name`: its identifier, that of any telling of it, or the
    /// beginning of one.
    pub fn show(&self, name: &str, asked: Asked) -> Result<Value> {
        let seq = self.as_of(asked.as_of)?;
        let id = self.resolve(name, seq)?;
        let view = read::view_at(&self.conn, &id, seq)?
            .ok_or_else(|| Error::Absent(format!("{name}: no truce of that name at that time")))?;
        let members = read::members(&self.conn, &id, seq)?;
        let mut shown = truce(&view, asked.at.as_second());
        let more = json!({
            "stated": {
                "declared": moments(&view.declared),
                "starts": moments(&view.starts),
                "ends": moments(&view.ends),
                "lengths": stated(&view.lengths, |it| json!(it.iso)),
                "sides": view.sides.iter().map(|side| stated(side, who)).collect::<Vec<_>>(),
                "mediators": stated(&view.mediators, who),
                "places": stated(&view.places, |it| json!(it)),
                "excludes": stated(&view.excludes, who),
            },
            "disputed": disputed(&view),
            "in_force": verdict_of(&view, &verdict(&view, asked.at.as_second())),
            "acts": view.acts,
            "story": story(&members),
            "deviating_copies": deviating(&members),
            "told_by": self.told_by(&id, seq)?,
            "rejected": view.rejected,
            "last_word": iso(view.last_word),
        });
        if let (Value::Object(into), Value::Object(from)) = (&mut shown, more) {
            into.extend(from);
        }
        Ok(shown)
    }

    pub(crate) fn text(&self, digest: &str) -> Result<String> {
        let bytes: Vec<u8> = (0..digest.len() / 2)
            .filter_map(|at| u8::from_str_radix(digest.get(2 * at..2 * at + 2)?, 16).ok())
            .collect();
        let mut query = self.conn.prepare_cached("SELECT text FROM texts WHERE digest = ?1")?;
        Ok(query.query_row([bytes], |row| row.get(0)).optional()?.unwrap_or_default())
    }

    /// Calls with the view of every truce after an entry.
    pub(crate) fn views(&self, seq: u64, mut take: impl FnMut(&View)) -> Result<()> {
        let mut kept =
            self.conn.prepare_cached("SELECT truce, changed, body FROM view WHERE first <= ?1")?;
        let mut rows = kept.query([seq])?;
        while let Some(row) = rows.next()? {
            let changed: u64 = row.get(1)?;
            if changed <= seq {
                if let Some(body) = row.get_ref(2)?.as_str_or_null().unwrap_or(None) {
                    take(&read::view(body)?);
                }
            } else {
                let truce: String = row.get(0)?;
                if let Some(view) = read::view_at(&self.conn, &truce, seq)? {
                    take(&view);
                }
            }
        }
        Ok(())
    }

    /// The names of all truces after an entry.
    pub(crate) fn truces(&self, seq: u64) -> Result<Vec<String>> {
        let mut query = self.conn.prepare_cached(
            "SELECT DISTINCT truce FROM member WHERE since <= ?1 AND (until IS NULL OR until > ?1)
             ORDER BY truce",
        )?;
        Ok(query.query_map([seq], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?)
    }

    /// The truce that a name stands for after an entry.
    pub(crate) fn resolve(&self, name: &str, seq: u64) -> Result<String> {
        // A truce keeps its name when the telling that it is named after has been withdrawn.
        let mut named = self.conn.prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM member WHERE truce = ?1 AND since <= ?2
             AND (until IS NULL OR until > ?2))",
        )?;
        if named.query_row(params![name, seq], |row| row.get(0))? {
            return Ok(name.to_owned());
        }
        let mut query = self.conn.prepare_cached(
            "SELECT DISTINCT node, truce FROM member WHERE node >= ?1 AND node < ?1 || 'g'
             AND since <= ?2 AND (until IS NULL OR until > ?2) LIMIT 3",
        )?;
        let found: Vec<(String, String)> = query
            .query_map(params![name, seq], |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect::<rusqlite::Result<_>>()?;
        let exact = found.iter().find(|it| it.0 == name);
        let truces: BTreeSet<&String> = found.iter().map(|it| &it.1).collect();
        match (exact, truces.len()) {
            (Some((_, truce)), _) => Ok(truce.clone()),
            (None, 0) => Err(Error::Absent(format!(
                "{name}: no truce of that name at that time; `truceline list` names them"
            ))),
            (None, 1) => Ok(found[0].1.clone()),
            (None, _) => Err(Error::Input(format!(
                "{name}: expected the name of one truce but found several; give more of it"
            ))),
        }
    }

    fn told_by(&self, truce: &str, seq: u64) -> Result<Vec<Value>> {
        let mut query = self.conn.prepare_cached(
            "SELECT m.since, m.node, e.body FROM member m
             JOIN node n ON n.id = m.node AND n.seq <= ?2 AND (n.until IS NULL OR n.until > ?2)
             JOIN entries e ON e.seq = n.report
             WHERE m.truce = ?1 AND m.since <= ?2 AND (m.until IS NULL OR m.until > ?2)
             ORDER BY m.since, m.node",
        )?;
        let mut rows = query.query(params![truce, seq])?;
        let mut told = Vec::new();
        while let Some(row) = rows.next()? {
            let (since, node): (u64, String) = (row.get(0)?, row.get(1)?);
            let taken: search::Report =
                serde_json::from_str(row.get_ref(2)?.as_str().unwrap_or(""))
                    .map_err(|err| Error::Entry { seq: since, what: err.to_string() })?;
            let (rule, why, by) = match self.fact(since)? {
                Fact::Joined { rule, why, by, .. } => (rule, why, by),
                Fact::Split { why, by, .. } => ("split".to_owned(), why, Some(by)),
                Fact::Withdrawn { why, by, .. } => ("withdrawn".to_owned(), why, Some(by)),
                _ => ("a person's word".to_owned(), String::new(), None),
            };
            told.push(json!({
                "node": node, "report": taken.id, "digest": taken.report, "outlet": taken.outlet,
                "url": taken.url, "title": taken.title, "published": taken.published,
                "joined": {"entry": since, "rule": rule, "why": why, "by": by},
            }));
        }
        Ok(told)
    }
}
