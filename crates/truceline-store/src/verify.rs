//! Is the ledger what it says it is. Comes in: a ledger. Goes out: the first thing wrong and where,
//! or what was checked: the chain, every quote in its text, every derived table folded again.

use std::collections::BTreeSet;

use rusqlite::{Connection, OptionalExtension as _, types::ValueRef};
use truceline::ledger::{
    entry::{Digest, Fact, hex, sha256},
    fold::fold,
    which::Web,
};

use crate::{Error, Ledger, Result, derive::Derive, entry, read, schema};

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    pub entries: u64,
    pub reports: u64,
    pub claims: u64,
    pub truces: u64,
    /// Digest of the last entry, in hexadecimal.
    pub digest: String,
    /// The first thing wrong, and where.
    pub fault: Option<String>,
}

/// The report whose truces and claims are being read.
struct Here {
    title: String,
    text: String,
    nodes: BTreeSet<String>,
}

impl Ledger {
    pub fn verify(&self) -> Result<Report> {
        let mut report = Report::default();
        report.fault = self.check(&mut report)?;
        Ok(report)
    }

    fn check(&self, report: &mut Report) -> Result<Option<String>> {
        // What is appended meanwhile is not looked at.
        let _still = self.conn.unchecked_transaction()?;
        let (head, path) = (crate::head(&self.conn)?, &self.path);
        std::thread::scope(|scope| {
            // The views are folded on a connection of their own, if it sees the same entries.
            let beside = scope.spawn(|| {
                let other = Connection::open_with_flags(path, crate::READING).ok()?;
                crate::plan_once(&other).ok()?;
                other.pragma_update(None, "cache_size", schema::LARGE_CACHE).ok()?;
                let _still = other.unchecked_transaction().ok()?;
                let same = head.is_some() && crate::head(&other).ok()? == head;
                same.then(|| kept_views(&other))
            });
            if let Some(fault) = self.check_entries(report)? {
                return Ok(Some(fault));
            }
            let (truces, fault) = match beside.join().ok().flatten() {
                Some(checked) => checked?,
                None => kept_views(&self.conn)?,
            };
            report.truces = truces;
            Ok(fault)
        })
    }

    fn check_entries(&self, report: &mut Report) -> Result<Option<String>> {
        let scratch = Connection::open("")?;
        crate::plan_once(&scratch)?;
        schema::scratch(&scratch)?;
        scratch.execute_batch("BEGIN")?;
        let mut web = Web::default();
        let mut derive = Derive::new(&scratch, &mut web, &self.kin, &self.agencies);
        let mut here = Here { title: String::new(), text: String::new(), nodes: BTreeSet::new() };
        let mut last: Option<(u64, i64, Digest)> = None;
        let mut query = self
            .conn
            .prepare("SELECT seq, recorded, prev, digest, body FROM entries ORDER BY seq")?;
        let mut rows = query.query([])?;
        loop {
            let next = last.map_or(1, |it| it.0 + 1);
            let it = match rows.next().and_then(|row| row.map(entry).transpose()) {
                Ok(None) => break,
                Ok(Some(it)) => it,
                Err(err) => return Ok(Some(format!("entry {next}: cannot be read: {err}"))),
            };
            if let Some(fault) = it.fault(last) {
                return Ok(Some(format!("entry {next}: {fault}")));
            }
            let fact: Fact = match serde_json::from_str(&it.body) {
                Ok(fact) => fact,
                Err(err) => return Ok(Some(format!("entry {next}: not a fact: {err}"))),
            };
            let text = match self.quoted(&fact, &mut here, report)? {
                Ok(text) => text,
                Err(fault) => return Ok(Some(format!("entry {next}: {fault}"))),
            };
            let text = text.then_some(here.text.as_str());
            match derive.apply(it.seq, it.recorded, &fact, text, &|seq| self.fact(seq)) {
                Ok(()) => {}
                Err(err @ (Error::Entry { .. } | Error::Database(_))) => {
                    return Ok(Some(format!("entry {next}: cannot be folded: {err}")));
                }
                Err(err) => return Err(err),
            }
            report.entries = it.seq;
            report.digest = hex(&it.digest);
            last = Some((it.seq, it.recorded, it.digest));
        }
        derive.joins()?;
        for (table, order) in schema::FOLDED {
            if let Some(fault) = differ(&self.conn, &scratch, table, order)? {
                return Ok(Some(fault));
            }
        }
        Ok(None)
    }

    /// Checks text and quotes; `Ok(true)` where the entry takes a report.
    fn quoted(
        &self,
        fact: &Fact,
        here: &mut Here,
        report: &mut Report,
    ) -> Result<std::result::Result<bool, String>> {
        match fact {
            Fact::Report(taken) => {
                report.reports += 1;
                let text = self.text(&taken.text)?;
                if hex(&sha256(text.as_bytes())) != taken.text {
                    return Ok(Err(format!(
                        "the text of report {} does not have the digest {:.12}",
                        taken.id, taken.text
                    )));
                }
                *here = Here {
                    title: taken.title.clone().unwrap_or_default(),
                    text,
                    nodes: BTreeSet::new(),
                };
                Ok(Ok(true))
            }
            Fact::Truce { node, .. } => {
                here.nodes.insert(node.clone());
                Ok(Ok(false))
            }
            Fact::Claim { claim, node, said } => {
                report.claims += 1;
                if !here.nodes.contains(node) {
                    return Ok(Err(format!(
                        "claim {claim} is of another report than the one before it"
                    )));
                }
                let text = if said.part == "title" { &here.title } else { &here.text };
                let there = text.get(said.span.0 as usize..said.span.1 as usize);
                if there != Some(said.quote.as_str()) {
                    return Ok(Err(format!(
                        "the quote of claim {claim} does not stand at {}..{} of its {}",
                        said.span.0, said.span.1, said.part
                    )));
                }
                Ok(Ok(false))
            }
            _ => Ok(Ok(false)),
        }
    }

    /// Makes every derived table again from the entries.
    pub fn rebuild(&mut self) -> Result<u64> {
        self.web = Web::default();
        self.seen = 0;
        self.write(|write| {
            let conn = write.derive.conn;
            schema::clear(conn)?;
            let mut query = conn.prepare(
                "SELECT e.seq, e.recorded, e.prev, e.digest, e.body FROM entries e ORDER BY e.seq",
            )?;
            let mut text = conn.prepare("SELECT text FROM texts WHERE digest = unhex(?1)")?;
            let mut rows = query.query([])?;
            let mut seq = 0;
            while let Some(row) = rows.next()? {
                let it = entry(row)?;
                seq = it.seq;
                let fact: Fact = serde_json::from_str(&it.body)
                    .map_err(|err| Error::Entry { seq, what: err.to_string() })?;
                let text: Option<String> = match &fact {
                    Fact::Report(taken) => Some(text.query_row([&taken.text], |row| row.get(0))?),
                    _ => None,
                };
                write.derive.apply(seq, it.recorded, &fact, text.as_deref(), &|seq| {
                    crate::fact(conn, seq)
                })?;
            }
            write.derive.joins()?;
            let mut truces = conn.prepare("SELECT DISTINCT truce FROM member")?;
            let truces: BTreeSet<String> =
                truces.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
            write.derive.touched.extend(truces);
            Ok(seq)
        })
    }
}

/// The kept views are those that the claims give: how many there are, and the first that is not.
fn kept_views(conn: &Connection) -> Result<(u64, Option<String>)> {
    let seq = crate::head(conn)?.map_or(0, |it| it.seq);
    let mut kept = conn.prepare("SELECT body FROM view WHERE truce = ?1")?;
    let mut query = conn.prepare("SELECT DISTINCT truce FROM member ORDER BY truce")?;
    let mut rows = query.query([])?;
    let mut truces = 0;
    while let Some(row) = rows.next()? {
        let truce: String = row.get(0)?;
        let view = fold(&truce, read::members(conn, &truce, seq)?);
        truces += u64::from(view.is_some());
        let kept: Option<Option<String>> = kept.query_row([&truce], |row| row.get(0)).optional()?;
        if kept != Some(view.as_ref().map(read::body)) {
            let fault = format!(
                "view of truce {truce}: not what its claims give; `truceline rebuild` folds it again"
            );
            return Ok((truces, Some(fault)));
        }
    }
    let stray: Option<String> = conn.query_row(
        "SELECT min(truce) FROM view WHERE truce NOT IN (SELECT truce FROM member)",
        [],
        |row| row.get(0),
    )?;
    let fault = stray.map(|truce| format!("view of truce {truce}: no claim is behind it"));
    Ok((truces, fault))
}

/// The first row in which a kept table is not what folding gives.
fn differ(
    kept: &Connection,
    folded: &Connection,
    table: &str,
    order: &str,
) -> Result<Option<String>> {
    let sql = format!("SELECT * FROM {table} ORDER BY {order}");
    let (mut a, mut b) = (kept.prepare(&sql)?, folded.prepare(&sql)?);
    let columns: Vec<String> = b.column_names().map(str::to_owned).collect();
    let keys = order.split(", ").count();
    let (mut a, mut b) = (a.query([])?, b.query([])?);
    loop {
        let row = match a.next() {
            Ok(row) => row,
            Err(err) => return Ok(Some(format!("table {table}: cannot be read: {err}"))),
        };
        let (row, other) = match (row, b.next()?) {
            (None, None) => return Ok(None),
            (Some(row), Some(other)) => (row, other),
            (Some(row), None) | (None, Some(row)) => {
                return Ok(Some(format!(
                    "table {table}: a row too many or too few at {}; `truceline rebuild` folds it again",
                    name(row, keys)
                )));
            }
        };
        for (column, what) in columns.iter().enumerate() {
            if row.get_ref(column)? != other.get_ref(column)? {
                return Ok(Some(format!(
                    "table {table}: {what} of row {} is not what the entries give; `truceline rebuild` folds it again",
                    name(other, keys)
                )));
            }
        }
    }
}

fn name(row: &rusqlite::Row<'_>, keys: usize) -> String {
    let part = |at: usize| match row.get_ref(at) {
        Ok(ValueRef::Integer(it)) => it.to_string(),
        Ok(ValueRef::Text(it)) => String::from_utf8_lossy(it).into_owned(),
        _ => "?".to_owned(),
    };
    (0..keys).map(part).collect::<Vec<_>>().join(" ")
}
