//! In force or not, truce by truce. Comes in: two times and a filter. Goes out: a line of JSON a truce,
//! as kept where no time between changes it, folded where one does. Never decides anything itself.

use std::{collections::BTreeSet, sync::Arc};

use rusqlite::params;

use super::{Asked, Filter, find_keys, form::standing};
use crate::{Ledger, Result, read};

/// As much of a ledger as is mapped, in bytes: all of one of a million claims.
const MAPPED: i64 = 1 << 31;

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

impl Ledger {
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
}
