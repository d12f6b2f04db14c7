//! All truces in short: what they are sorted, found and shown by. Comes in: the kept views. Goes out: a
//! [`Catalogue`] that one process keeps and brings up to date. Never holds claims or quotes.

use std::{
    cmp::Reverse,
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

    /// Which of two lasting answers holds at a time, where no later time changes it: before all that
    /// is known of it, or after.
    pub fn lasting(&self, at: i64) -> Option<&'static str> {
        match () {
            () if at < self.lo => Some("before"),
            () if at >= self.hi => Some("after"),
            () => None,
        }
    }

    /// How it stands at a time, where that is known without its view.
    fn known(&self, at: i64) -> Option<Standing> {
        self.lasting(at).map(|it| if it == "before" { self.before } else { self.after })
    }
}

/// All truces as of an entry, the latest start first.
#[derive(Clone, Debug, Default)]
pub struct Catalogue {
    pub seq: u64,
    rows: Rows,
    named: HashMap<Arc<str>, Arc<Row>>,
    /// The rows of each key, in the order of all.
    of: HashMap<Arc<str>, Rows>,
}

pub type Rows = Arc<Vec<Arc<Row>>>;

impl Catalogue {
    pub fn rows(&self) -> &[Arc<Row>] {
        &self.rows
    }

    pub fn get(&self, truce: &str) -> Option<&Arc<Row>> {
        self.named.get(truce)
    }

    /// Rows that may be what is wanted, in order: those of the fewest keys, else all.
    pub fn near(&self, wanted: &[Wanted]) -> Rows {
        let sets = wanted.iter().flat_map(|it| [&it.at, &it.by]).filter(|it| !it.is_empty());
        let rows = |key: &String| self.of.get(key.as_str());
        let size =
            |keys: &&Vec<String>| keys.iter().filter_map(rows).map(|it| it.len()).sum::<usize>();
        let Some(keys) = sets.min_by_key(size) else { return self.rows.clone() };
        let mut found: Vec<&Rows> = keys.iter().filter_map(rows).collect();
        match found.len() {
            0 => Rows::default(),
            1 => found.remove(0).clone(),
            _ => {
                let mut all: Vec<Arc<Row>> =
                    found.into_iter().flat_map(|it| it.iter().cloned()).collect();
                all.sort_unstable_by(|a, b| key(a).cmp(&key(b)));
                all.dedup_by(|a, b| a.truce == b.truce);
                Arc::new(all)
            }
        }
    }

    fn put(&mut self, truce: &str, row: Option<Arc<Row>>) {
        if let Some(old) = self.named.remove(truce) {
            take_out(&mut self.rows, &old);
            for it in &old.keys {
                if let Some(rows) = self.of.get_mut(it) {
                    take_out(rows, &old);
                }
            }
        }
        if let Some(row) = row {
            put_in(&mut self.rows, &row);
            for it in &row.keys {
                put_in(self.of.entry(it.clone()).or_default(), &row);
            }
            self.named.insert(row.truce.clone(), row);
        }
    }

    /// A key, shared by all rows that have it.
    fn shared(&self, it: &str) -> Arc<str> {
        self.of.get_key_value(it).map_or_else(|| it.into(), |it| it.0.clone())
    }

    fn of(seq: u64, all: Vec<Arc<Row>>) -> Catalogue {
        let mut rows = all;
        rows.sort_unstable_by(|a, b| key(a).cmp(&key(b)));
        let mut of: HashMap<Arc<str>, Vec<Arc<Row>>> = HashMap::new();
        for row in &rows {
            for it in &row.keys {
                of.entry(it.clone()).or_default().push(row.clone());
            }
        }
        let of = of.into_iter().map(|(key, rows)| (key, Arc::new(rows))).collect();
        let named = rows.iter().map(|it| (it.truce.clone(), it.clone())).collect();
        Catalogue { seq, rows: Arc::new(rows), named, of }
    }
}

/// The rows after the place that a cursor names: its order and its truce.
pub fn after<'a>(rows: &'a [Arc<Row>], last: Option<(i64, &str)>) -> &'a [Arc<Row>] {
    let Some((order, truce)) = last else { return rows };
    &rows[rows.partition_point(|it| key(it) <= (Reverse(order), truce))..]
}

fn put_in(rows: &mut Rows, row: &Arc<Row>) {
    let at = rows.partition_point(|it| key(it) < key(row));
    Arc::make_mut(rows).insert(at, row.clone());
}

fn take_out(rows: &mut Rows, row: &Row) {
    let at = rows.partition_point(|it| key(it) < key(row));
    if rows.get(at).is_some_and(|it| it.truce == row.truce) {
        Arc::make_mut(rows).remove(at);
    }
}

fn key(it: &Row) -> (Reverse<i64>, &str) {
    (Reverse(it.order), &it.truce)
}

fn row(view: &View, first: u64, changed: u64, name: &mut dyn FnMut(&str) -> Arc<str>) -> Row {
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

/// A name that is kept once, however many rows have it.
fn shared(before: Option<&Catalogue>, names: &mut HashSet<Arc<str>>, name: &str) -> Arc<str> {
    if let Some(known) = names.get(name) {
        return known.clone();
    }
    let name = before.map_or_else(|| name.into(), |it| it.shared(name));
    names.insert(name.clone());
    name
}

impl Ledger {
    /// All truces as of the last entry; what `before` knows is not folded again.
    pub fn catalogue(&self, before: Option<&Catalogue>) -> Result<Catalogue> {
        let tx = self.conn.unchecked_transaction()?;
        let seq = crate::head(&tx)?.map_or(0, |it| it.seq);
        if before.is_some_and(|it| it.seq == seq) {
            return Ok(before.cloned().unwrap_or_default());
        }
        let mut query =
            tx.prepare_cached("SELECT truce, first, changed, body FROM view WHERE changed > ?1")?;
        let mut rows = query.query([before.map_or(0, |it| it.seq)])?;
        let mut names: HashSet<Arc<str>> = HashSet::new();
        let mut changed: Vec<(Arc<str>, Option<Arc<Row>>)> = Vec::new();
        while let Some(it) = rows.next()? {
            let mut name = |name: &str| shared(before, &mut names, name);
            let body =
                it.get_ref(3)?.as_str_or_null().unwrap_or(None).map(read::view).transpose()?;
            let (first, last) = (it.get(1)?, it.get(2)?);
            let row = body.map(|it| Arc::new(row(&it, first, last, &mut name)));
            changed.push((it.get(0)?, row));
        }
        let Some(before) = before.filter(|_| changed.len() < 1_000) else {
            let gone: HashSet<&Arc<str>> = changed.iter().map(|it| &it.0).collect();
            let kept = before.map_or(&[][..], Catalogue::rows).iter();
            let kept: Vec<Arc<Row>> =
                kept.filter(|it| !gone.contains(&it.truce)).cloned().collect();
            let fresh = changed.iter().filter_map(|it| it.1.clone());
            return Ok(Catalogue::of(seq, kept.into_iter().chain(fresh).collect()));
        };
        let mut catalogue = Catalogue { seq, ..before.clone() };
        for (truce, row) in changed {
            catalogue.put(&truce, row);
        }
        Ok(catalogue)
    }

    /// All truces as of an earlier entry; `now` gives those that have not changed since.
    pub fn catalogue_as_of(&self, seq: u64, now: &Catalogue) -> Result<Catalogue> {
        let mut rows: Vec<Arc<Row>> =
            now.rows.iter().filter(|it| it.changed <= seq).cloned().collect();
        let mut names = HashSet::new();
        let mut query = self
            .conn
            .prepare_cached("SELECT truce, first FROM view WHERE changed > ?1 AND first <= ?1")?;
        let changed: Vec<(String, u64)> = query
            .query_map(params![seq], |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect::<rusqlite::Result<_>>()?;
        for (truce, first) in changed {
            if let Some(view) = read::view_at(&self.conn, &truce, seq)? {
                let mut name = |name: &str| shared(Some(now), &mut names, name);
                rows.push(Arc::new(row(&view, first, seq, &mut name)));
            }
        }
        Ok(Catalogue::of(seq, rows))
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
