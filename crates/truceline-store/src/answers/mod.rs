//! What is asked of a ledger, in the contract's JSON. Comes in: two times, `at` (of the world) and
//! `as of` (of recording). Goes out: truces, verdicts, stories, and what a claim rests on.

mod catalogue;
mod form;
mod parts;
pub(crate) mod search;
mod story;
mod why;

use std::{collections::BTreeSet, sync::Arc};

use jiff::Timestamp;
use rusqlite::{OptionalExtension as _, params};
use serde_json::{Value, json};
use truceline::ledger::{entry::Fact, fold::View, status::verdict};

pub use catalogue::{Catalogue, Row, Rows, Standing, Wanted, after};
pub(crate) use form::standing;
use form::{disputed, iso, micros, moments, order, stated, truce, verdict_of, who};
pub use search::Found;
use story::{deviating, story};

use crate::{Error, Ledger, Result, read};

/// As much of a ledger as is mapped, in bytes: all of one of a million claims.
const MAPPED: i64 = 1 << 31;

/// The two times of every question.
#[derive(Clone, Copy, Debug)]
pub struct Asked {
    pub at: Timestamp,
    /// `None`: as of the last entry.
    pub as_of: Option<Timestamp>,
}

/// What `status` says of a truce at all times before `lo` and from `hi` on.
struct Line {
    truce: Arc<str>,
    first: u64,
    changed: u64,
    lo: i64,
    hi: i64,
    before: Option<Arc<str>>,
    after: Option<Arc<str>>,
}

/// Lines of `status`, kept from the second question on, until the ledger grows.
#[derive(Default)]
pub(crate) struct Lines {
    asked_at: Option<u64>,
    rows: Vec<Line>,
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

    /// Whether each truce is in force, as lines of JSON.
    pub fn status(&self, asked: Asked, filter: &Filter) -> Result<Vec<Arc<str>>> {
        let seq = self.as_of(asked.as_of)?;
        let at = asked.at.as_second();
        if filter.is_empty() {
            return self.status_of_all(at, seq);
        }
        let mut lines: Vec<Arc<str>> = Vec::new();
        let sql = "SELECT truce, changed, iif(?1 < lo, before, iif(?1 >= hi, after, NULL))
             FROM standing WHERE first <= ?2";
        let mut some = self.conn.prepare_cached(&format!("{sql} AND changed > ?2"))?;
        let mut take = |row: &rusqlite::Row<'_>| -> Result<()> {
            let changed: u64 = row.get(1)?;
            let line: Option<String> = row.get(2)?;
            if let (true, Some(line)) = (changed <= seq, line) {
                lines.push(line.into());
                return Ok(());
            }
            let truce: String = row.get(0)?;
            if let Some(view) = read::view_at(&self.conn, &truce, seq)?
                && filter.takes(&find_keys(&view))
            {
                lines.push(standing(&view, at).to_string().into());
            }
            Ok(())
        };
        // Those found now, and those that were another truce then.
        let mut changed: BTreeSet<String> = BTreeSet::new();
        if self.head()?.is_some_and(|head| head.seq > seq) {
            let mut rows = some.query(params![at, seq])?;
            while let Some(row) = rows.next()? {
                changed.insert(row.get(0)?);
                take(row)?;
            }
        }
        let mut one = self.conn.prepare_cached(&format!("{sql} AND truce = ?3"))?;
        for truce in self.found(filter)?.difference(&changed) {
            let mut rows = one.query(params![at, seq, truce])?;
            while let Some(row) = rows.next()? {
                take(row)?;
            }
        }
        Ok(lines)
    }

    /// The same as they are read, for who prints them; `take` says whether it wants more.
    pub fn status_each(
        &self,
        asked: Asked,
        filter: &Filter,
        take: &mut dyn FnMut(&str) -> bool,
    ) -> Result<()> {
        let seq = self.as_of(asked.as_of)?;
        if filter.is_empty() {
            return self.each(asked.at.as_second(), seq, take);
        }
        for line in self.status(asked, filter)? {
            if !take(&line) {
                break;
            }
        }
        Ok(())
    }

    fn status_of_all(&self, at: i64, seq: u64) -> Result<Vec<Arc<str>>> {
        let head = self.head()?.map_or(0, |it| it.seq);
        let mut kept = self.lines.borrow_mut();
        // Who asks once is not made to wait for what only the next question needs.
        if kept.asked_at != Some(head) {
            *kept = Lines { asked_at: Some(head), rows: Vec::new() };
            let mut said: Vec<Arc<str>> = Vec::new();
            self.each(at, seq, &mut |line| {
                said.push(line.into());
                true
            })?;
            return Ok(said);
        }
        if kept.rows.is_empty() {
            kept.rows = self.lines()?;
        }
        self.said(&kept.rows, at, seq)
    }

    /// What is kept of every truce.
    fn lines(&self) -> Result<Vec<Line>> {
        let mut query = self
            .conn
            .prepare_cached("SELECT truce, first, changed, lo, hi, before, after FROM standing")?;
        let mut rows = query.query([])?;
        let mut lines = Vec::new();
        while let Some(row) = rows.next()? {
            lines.push(Line {
                truce: row.get::<_, String>(0)?.into(),
                first: row.get(1)?,
                changed: row.get(2)?,
                lo: row.get(3)?,
                hi: row.get(4)?,
                before: row.get(5)?,
                after: row.get(6)?,
            });
        }
        Ok(lines)
    }

    /// The lines of one time, as they are read; `take` says whether it wants more.
    fn each(&self, at: i64, seq: u64, take: &mut dyn FnMut(&str) -> bool) -> Result<()> {
        let mut query = self.conn.prepare_cached(
            "SELECT truce, changed, iif(?1 < lo, before, iif(?1 >= hi, after, NULL))
             FROM standing WHERE first <= ?2",
        )?;
        // The whole table is read: mapped, its pages are not copied one by one.
        self.conn.pragma_update(None, "mmap_size", MAPPED)?;
        let mut all = || -> Result<()> {
            let mut rows = query.query(params![at, seq])?;
            while let Some(row) = rows.next()? {
                let changed: u64 = row.get(1)?;
                let kept = row.get_ref(2)?.as_str_or_null().unwrap_or(None);
                let more = match kept.filter(|_| changed <= seq) {
                    Some(line) => take(line),
                    None => match read::view_at(&self.conn, &row.get::<_, String>(0)?, seq)? {
                        Some(view) => take(&standing(&view, at).to_string()),
                        None => true,
                    },
                };
                if !more {
                    break;
                }
            }
            Ok(())
        };
        let done = all();
        self.conn.pragma_update(None, "mmap_size", 0)?;
        done
    }

    fn said(&self, lines: &[Line], at: i64, seq: u64) -> Result<Vec<Arc<str>>> {
        let mut said = Vec::with_capacity(lines.len());
        for it in lines.iter().filter(|it| it.first <= seq) {
            let line = match () {
                () if at < it.lo => &it.before,
                () if at >= it.hi => &it.after,
                () => &None,
            };
            match line {
                Some(line) if it.changed <= seq => said.push(line.clone()),
                _ => {
                    if let Some(view) = read::view_at(&self.conn, &it.truce, seq)? {
                        said.push(standing(&view, at).to_string().into());
                    }
                }
            }
        }
        Ok(said)
    }

    /// The truces that a filter takes, as of the last entry.
    fn found(&self, filter: &Filter) -> Result<BTreeSet<String>> {
        let mut query = self.conn.prepare_cached("SELECT truce FROM find WHERE key = ?1")?;
        let mut of = |what: &str, wanted: &[String]| -> Result<BTreeSet<String>> {
            let mut truces = BTreeSet::new();
            for name in wanted {
                let key = format!("{what} {}", name.to_lowercase());
                for truce in query.query_map([key], |row| row.get(0))? {
                    truces.insert(truce?);
                }
            }
            Ok(truces)
        };
        let (at, by) = (of("at", &filter.place)?, of("by", &filter.party)?);
        Ok(match (filter.place.is_empty(), filter.party.is_empty()) {
            (false, false) => at.intersection(&by).cloned().collect(),
            (false, true) => at,
            _ => by,
        })
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
