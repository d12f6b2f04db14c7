//! All truces in short: what they are sorted, found and shown by. Comes in: the kept views. Goes out: a
//! [`Catalogue`] that one process keeps and brings up to date. Never holds claims or quotes.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use rusqlite::params;
use serde_json::Value;
use truceline::ledger::{
    body::When,
    fold::View,
    status::{InForce, Verdict, changes, verdict},
};

use super::{
    Filter, find_keys,
    form::{order, standing_with_status, truce},
};
use crate::{Ledger, Result, read};

/// A truce in short. Times in seconds since 1970.
#[derive(Debug)]
pub struct Row {
    pub truce: Arc<str>,
    /// When it starts, else when it was made, else the last word on it.
    pub order: i64,
    /// The entry it is there from, and the last that changed it.
    pub first: u64,
    pub changed: u64,
    /// From its first to its last known time.
    pub from: i64,
    pub until: i64,
    /// Before `lo` and from `hi` on its status no longer changes.
    lo: i64,
    hi: i64,
    before: Standing,
    after: Standing,
    keys: Box<[Arc<str>]>,
}

/// `in_force` and `status`, in the contract's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    pub in_force: &'static str,
    pub status: &'static str,
}

impl From<&Verdict> for Standing {
    fn from(it: &Verdict) -> Standing {
        Standing { in_force: InForce::name(it.in_force), status: it.status.name() }
    }
}

/// A filter as the keys that rows have.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    at: Vec<String>,
    by: Vec<String>,
}

impl From<&Filter> for Wanted {
    fn from(it: &Filter) -> Wanted {
        let keys = |what: &str, names: &[String]| -> Vec<String> {
            names.iter().map(|it| format!("{what} {}", it.to_lowercase())).collect()
        };
        Wanted { at: keys("at", &it.place), by: keys("by", &it.party) }
    }
}

impl Row {
    /// Whether it is one of those asked for.
    pub fn is_of(&self, wanted: &Wanted) -> bool {
        let any = |keys: &[String]| {
            let has = |key: &String| self.keys.binary_search_by(|it| (**it).cmp(key)).is_ok();
            keys.is_empty() || keys.iter().any(has)
        };
        any(&wanted.at) && any(&wanted.by)
    }

    /// How it stands at a time, where that is known without its view.
    fn known(&self, at: i64) -> Option<Standing> {
        match () {
            () if at < self.lo => Some(self.before),
            () if at >= self.hi => Some(self.after),
            () => None,
        }
    }
}

/// All truces as of an entry, the latest start first.
#[derive(Clone, Debug, Default)]
pub struct Catalogue {
    pub seq: u64,
    rows: Vec<Arc<Row>>,
    named: HashMap<Arc<str>, Arc<Row>>,
    names: HashSet<Arc<str>>,
}

impl Catalogue {
    pub fn rows(&self) -> &[Arc<Row>] {
        &self.rows
    }

    /// Those after the place that a cursor names: its order and its truce.
    pub fn after(&self, last: Option<(i64, &str)>) -> &[Arc<Row>] {
        let Some((order, truce)) = last else { return &self.rows };
        let at = self.rows.partition_point(|it| key(it) <= (std::cmp::Reverse(order), truce));
        &self.rows[at..]
    }

    pub fn get(&self, truce: &str) -> Option<&Arc<Row>> {
        self.named.get(truce)
    }

    fn of(seq: u64, named: HashMap<Arc<str>, Arc<Row>>, names: HashSet<Arc<str>>) -> Catalogue {
        let mut rows: Vec<Arc<Row>> = named.values().cloned().collect();
        rows.sort_unstable_by(|a, b| key(a).cmp(&key(b)));
        Catalogue { seq, rows, named, names }
    }
}

fn key(it: &Row) -> (std::cmp::Reverse<i64>, &str) {
    (std::cmp::Reverse(it.order), &it.truce)
}

fn row(view: &View, first: u64, changed: u64, names: &mut HashSet<Arc<str>>) -> Row {
    let mut name = |it: &str| -> Arc<str> {
        names.get(it).cloned().unwrap_or_else(|| {
            let name: Arc<str> = it.into();
            names.insert(name.clone());
            name
        })
    };
    let (lo, hi) = changes(view);
    let edges: Vec<(i64, i64)> = view
        .windows
        .iter()
        .flat_map(|it| [&it.start, &it.end])
        .flatten()
        .filter_map(When::seconds)
        .collect();
    let order = order(view).0;
    let from = edges.iter().map(|it| it.0).chain([order]).min().unwrap_or(order);
    let until = edges.iter().map(|it| it.1).chain([view.last_word, order]).max().unwrap_or(order);
    Row {
        truce: view.id.as_str().into(),
        order,
        first,
        changed,
        from,
        until,
        lo,
        hi,
        before: Standing::from(&verdict(view, lo.saturating_sub(1))),
        after: Standing::from(&verdict(view, hi.max(lo.saturating_sub(1)))),
        keys: find_keys(view).iter().map(|it| name(it)).collect(),
    }
}

impl Ledger {
    /// All truces as of the last entry; what `before` knows is not folded again.
    pub fn catalogue(&self, before: Option<&Catalogue>) -> Result<Catalogue> {
        let tx = self.conn.unchecked_transaction()?;
        let seq = crate::head(&tx)?.map_or(0, |it| it.seq);
        let (known, mut named, mut names) = match before {
            Some(it) if it.seq == seq => return Ok(it.clone()),
            Some(it) => (it.seq, it.named.clone(), it.names.clone()),
            None => (0, HashMap::new(), HashSet::new()),
        };
        let mut query =
            tx.prepare_cached("SELECT truce, first, changed, body FROM view WHERE changed > ?1")?;
        let mut rows = query.query([known])?;
        while let Some(it) = rows.next()? {
            let truce: Arc<str> = it.get(0)?;
            match it.get_ref(3)?.as_str_or_null().unwrap_or(None) {
                Some(body) => {
                    let row = row(&read::view(body)?, it.get(1)?, it.get(2)?, &mut names);
                    named.insert(truce, Arc::new(row));
                }
                None => {
                    named.remove(&truce);
                }
            }
        }
        Ok(Catalogue::of(seq, named, names))
    }

    /// All truces as of an earlier entry; `now` gives those that have not changed since.
    pub fn catalogue_as_of(&self, seq: u64, now: &Catalogue) -> Result<Catalogue> {
        let mut named: HashMap<Arc<str>, Arc<Row>> = now
            .rows
            .iter()
            .filter(|it| it.changed <= seq)
            .map(|it| (it.truce.clone(), it.clone()))
            .collect();
        let mut names = now.names.clone();
        let mut query = self
            .conn
            .prepare_cached("SELECT truce, first FROM view WHERE changed > ?1 AND first <= ?1")?;
        let changed: Vec<(Arc<str>, u64)> = query
            .query_map(params![seq], |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect::<rusqlite::Result<_>>()?;
        for (truce, first) in changed {
            if let Some(view) = read::view_at(&self.conn, &truce, seq)? {
                named.insert(truce, Arc::new(row(&view, first, seq, &mut names)));
            }
        }
        Ok(Catalogue::of(seq, named, names))
    }

    /// A truce of a catalogue as a line of `list`.
    pub fn list_row(&self, row: &Row, at: i64, seq: u64) -> Result<Option<Value>> {
        Ok(read::view_at(&self.conn, &row.truce, seq)?.map(|it| truce(&it, at)))
    }

    /// A truce of a catalogue as a line of `status`, with its status.
    pub fn status_row(&self, row: &Row, at: i64, seq: u64) -> Result<Option<Value>> {
        Ok(read::view_at(&self.conn, &row.truce, seq)?.map(|it| standing_with_status(&it, at)))
    }

    /// How a truce of a catalogue stands at a time.
    pub fn stands(&self, row: &Row, at: i64, seq: u64) -> Result<Option<Standing>> {
        if let Some(known) = row.known(at) {
            return Ok(Some(known));
        }
        let view = read::view_at(&self.conn, &row.truce, seq)?;
        Ok(view.map(|it| Standing::from(&verdict(&it, at))))
    }
}
