//! What is folded from the entries and kept beside them. Comes in: entries in their order. Goes out:
//! rows of the derived tables, the same for the same entries, whether appended one by one or replayed.

mod copies;
mod load;
mod undo;

use std::collections::BTreeSet;

use rusqlite::{Connection, OptionalExtension as _, params};
use truceline::ledger::{
    body::{Said, Told},
    entry::{Fact, ReportTaken},
    family::Print,
    intake::day_of,
    kin::Kin,
    signs::{DAY, Signs},
    which::{Join, Node, Want, Web},
};

use crate::{Error, Result};

/// Folds entries into the tables of a connection.
pub struct Derive<'a> {
    pub conn: &'a Connection,
    pub web: &'a mut Web,
    pub kin: &'a Kin,
    pub agencies: &'a [String],
    /// A node told of whose claims are still coming.
    pending: Vec<Pending>,
    /// Truces whose view has to be folded again.
    pub touched: BTreeSet<String>,
}

struct Pending {
    seq: u64,
    id: String,
    report: String,
    local: u32,
    first: u64,
    told: Told,
    claims: Vec<Said>,
    published: Option<i64>,
    /// The entry that took its report.
    at: u64,
}

impl<'a> Derive<'a> {
    pub fn new(
        conn: &'a Connection,
        web: &'a mut Web,
        kin: &'a Kin,
        agencies: &'a [String],
    ) -> Derive<'a> {
        Derive { conn, web, kin, agencies, pending: Vec::new(), touched: BTreeSet::new() }
    }

    /// `text`: that of the report, for an entry that takes one. `facts`: reads an earlier entry.
    pub fn apply(
        &mut self,
        seq: u64,
        recorded: i64,
        fact: &Fact,
        text: Option<&str>,
        facts: &dyn Fn(u64) -> Result<Fact>,
    ) -> Result<()> {
        if !matches!(fact, Fact::Truce { .. } | Fact::Claim { .. }) {
            self.flush()?;
        }
        match fact {
            Fact::Report(taken) => self.report(seq, recorded, taken, text)?,
            Fact::Truce { node, report, told } => self.truce(seq, node, report, told)?,
            Fact::Claim { claim, node, said } => self.claim(seq, claim, node, said)?,
            Fact::Copy { report, of, .. } => self.copy(seq, report, of)?,
            Fact::Joined { nodes, truce, by, .. } => {
                if by.is_some() {
                    self.pin(nodes, truce)?;
                }
                self.member(seq, nodes, truce, by.is_some())?;
            }
            Fact::Split { nodes, truce, stay, from, .. } => {
                self.pin(nodes, truce)?;
                self.pin(stay, from)?;
                self.member(seq, nodes, truce, true)?;
                self.member(seq, stay, from, true)?;
            }
            Fact::Withdrawn { entry, .. } => self.withdraw(seq, *entry, facts)?,
            Fact::Accepted { claim, .. } => self.review(seq, claim, true, facts)?,
            Fact::Rejected { claim, .. } => self.review(seq, claim, false, facts)?,
        }
        Ok(())
    }

    /// Places the nodes whose claims have all come.
    pub fn flush(&mut self) -> Result<()> {
        let pending = std::mem::take(&mut self.pending);
        let siblings = pending.len() as u32;
        for it in pending {
            let signs = Signs::of(&it.told, &it.claims, it.published, self.kin);
            self.shelve(it.seq, &signs)?;
            let node = Node {
                id: it.id,
                seq: it.first,
                report: it.report,
                local: it.local,
                siblings,
                signs,
            };
            let (id, seq) = (node.id.clone(), it.seq);
            self.with_web(|web, load| web.insert(node, load))?;
            // A person's word on it outlives a second reading of its report.
            let pinned: Option<String> = self
                .conn
                .prepare_cached(
                    "SELECT truce FROM member WHERE node = ?1 AND until = ?2 AND person",
                )?
                .query_row(params![id, it.at], |row| row.get(0))
                .optional()?;
            if let Some(truce) = pinned {
                self.pin(std::slice::from_ref(&id), &truce)?;
                self.member(seq, &[id], &truce, true)?;
            }
        }
        self.keep()
    }

    /// The joinings that the rules ask for now.
    pub fn joins(&mut self) -> Result<Vec<Join>> {
        self.flush()?;
        let joins = self.web.joins();
        self.keep()?;
        Ok(joins)
    }

    fn report(
        &mut self,
        seq: u64,
        recorded: i64,
        taken: &ReportTaken,
        text: Option<&str>,
    ) -> Result<()> {
        let published = day_of(taken.published.as_deref());
        let told = published.unwrap_or(recorded.div_euclid(86_400_000_000) * 86_400);
        let mut family = seq;
        if let Some(old) = taken.supersedes {
            self.close_report(seq, old)?;
            family = self
                .conn
                .query_row(
                    "SELECT family FROM family WHERE report = ?1 AND until IS NULL",
                    [old],
                    |row| row.get(0),
                )
                .optional()?
                .unwrap_or(seq);
        }
        self.conn
            .prepare_cached(
                "INSERT INTO report (seq, report, id, item, outlet, told, dated)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            )?
            .execute(params![
                seq,
                taken.report,
                taken.id,
                taken.item,
                taken.outlet,
                told,
                published.is_some()
            ])?;
        self.conn
            .prepare_cached("INSERT INTO family (report, since, family) VALUES (?1, ?1, ?2)")?
            .execute(params![seq, family])?;
        if let Some(text) = text {
            let agencies: Vec<&str> = self.agencies.iter().map(String::as_str).collect();
            let print = Print::of(text, &agencies);
            self.print(seq, &print, published.map(|it| it.div_euclid(DAY)))?;
        }
        Ok(())
    }

    fn print(&mut self, seq: u64, print: &Print, day: Option<i64>) -> Result<()> {
        let rows: Vec<u8> = print.rows.iter().flat_map(|it| it.to_le_bytes()).collect();
        let paragraphs: Vec<u8> = print.paragraphs.iter().flat_map(|it| it.to_le_bytes()).collect();
        self.conn
            .prepare_cached(
                "INSERT INTO print (report, rows, paragraphs, wire) VALUES (?1, ?2, ?3, ?4)",
            )?
            .execute(params![seq, rows, paragraphs, print.wire])?;
        let mut bucket = self
            .conn
            .prepare_cached("INSERT OR IGNORE INTO bucket (key, report) VALUES (?1, ?2)")?;
        for key in print.keys(day) {
            bucket.execute(params![key, seq])?;
        }
        Ok(())
    }

    fn truce(&mut self, seq: u64, id: &str, report: &str, told: &Told) -> Result<()> {
        let (at, published): (u64, Option<i64>) = self
            .conn
            .prepare_cached(
                "SELECT seq, iif(dated, told, NULL) FROM report WHERE report = ?1 AND until IS NULL
                 ORDER BY seq DESC LIMIT 1",
            )?
            .query_row([report], |row| Ok((row.get(0)?, row.get(1)?)))
            .map_err(|_| Error::Entry {
                seq,
                what: format!("tells of report {report:.12}, which is not there"),
            })?;
        let first: Option<u64> = self
            .conn
            .prepare_cached("SELECT min(first) FROM node WHERE id = ?1")?
            .query_row([id], |row| row.get(0))?;
        let first = first.unwrap_or(seq);
        let local = self.pending.len() as u32;
        self.conn
            .prepare_cached(
                "INSERT INTO node (seq, id, report, local, first) VALUES (?1, ?2, ?3, ?4, ?5)",
            )?
            .execute(params![seq, id, at, local, first])?;
        self.pending.push(Pending {
            seq,
            id: id.to_owned(),
            report: report.to_owned(),
            local,
            first,
            told: told.clone(),
            claims: Vec::new(),
            published,
            at,
        });
        Ok(())
    }

    fn claim(&mut self, seq: u64, id: &str, node: &str, said: &Said) -> Result<()> {
        let pending = self.pending.iter_mut().rev().find(|it| it.id == node);
        let Some(pending) = pending else {
            return Err(Error::Entry {
                seq,
                what: format!("claims of {node}, which is not being told of"),
            });
        };
        pending.claims.push(said.clone());
        let node = pending.seq;
        self.conn
            .prepare_cached("INSERT INTO claim (seq, id, node) VALUES (?1, ?2, ?3)")?
            .execute(params![seq, id, node])?;
        Ok(())
    }

    /// The rows by which a node is found again.
    fn shelve(&mut self, seq: u64, signs: &Signs) -> Result<()> {
        self.unshelve(seq)?;
        let json = serde_json::to_string(signs).expect("signs are plain data");
        self.conn
            .prepare_cached("UPDATE node SET signs = ?2 WHERE seq = ?1")?
            .execute(params![seq, json])?;
        let mut insert =
            self.conn.prepare_cached("INSERT INTO node_key (key, node) VALUES (?1, ?2)")?;
        for key in signs.keys() {
            insert.execute(params![key, seq])?;
        }
        Ok(())
    }

    /// By its keys: the table is in their order, and has no other.
    fn unshelve(&mut self, seq: u64) -> Result<()> {
        let mut signs = self.conn.prepare_cached("SELECT signs FROM node WHERE seq = ?1")?;
        let signs: Option<String> = signs.query_row([seq], |row| row.get(0))?;
        let Some(signs) = signs else { return Ok(()) };
        let signs: Signs = serde_json::from_str(&signs).map_err(|err| Error::Entry {
            seq,
            what: format!("its signs cannot be read: {err}"),
        })?;
        let mut drop =
            self.conn.prepare_cached("DELETE FROM node_key WHERE key = ?1 AND node = ?2")?;
        for key in signs.keys() {
            drop.execute(params![key, seq])?;
        }
        Ok(())
    }

    fn with_web<T>(
        &mut self,
        act: impl FnOnce(&mut Web, &mut truceline::ledger::which::Load<'_>) -> T,
    ) -> Result<T> {
        let mut failed = None;
        let conn = self.conn;
        let mut load = |want: Want<'_>| match load::load(conn, &want) {
            Ok(kept) => kept,
            Err(err) => {
                failed.get_or_insert(err);
                Vec::new()
            }
        };
        let done = act(self.web, &mut load);
        failed.map_or(Ok(done), Err)
    }

    /// Writes down where nodes stand now.
    fn keep(&mut self) -> Result<()> {
        let mut update = self.conn.prepare_cached(
            "UPDATE node SET stand = ?2, cluster = ?3, truce = ?4 WHERE id = ?1 AND until IS NULL",
        )?;
        for it in self.web.changed() {
            let stand = serde_json::to_string(&it.stand).expect("a stand is plain data");
            update.execute(params![it.node.id, stand, it.cluster, it.truce])?;
        }
        Ok(())
    }

    fn member(&mut self, seq: u64, nodes: &[String], truce: &str, person: bool) -> Result<()> {
        for node in nodes {
            self.close_member(seq, node)?;
            self.conn
                .prepare_cached(
                    "INSERT INTO member (since, node, truce, person) VALUES (?1, ?2, ?3, ?4)",
                )?
                .execute(params![seq, node, truce, person])?;
        }
        self.touched.insert(truce.to_owned());
        Ok(())
    }

    fn close_member(&mut self, seq: u64, node: &str) -> Result<()> {
        let old: Option<String> = self
            .conn
            .prepare_cached("SELECT truce FROM member WHERE node = ?1 AND until IS NULL")?
            .query_row([node], |row| row.get(0))
            .optional()?;
        if let Some(old) = old {
            self.conn
                .prepare_cached("UPDATE member SET until = ?2 WHERE node = ?1 AND until IS NULL")?
                .execute(params![node, seq])?;
            self.touched.insert(old);
        }
        Ok(())
    }

    fn pin(&mut self, nodes: &[String], truce: &str) -> Result<()> {
        self.with_web(|web, load| web.pin(nodes, truce, load))?;
        // A pinned node says no joining of its own, but its label is settled.
        self.keep()
    }

    /// A report no longer counts: nor do its truces and claims.
    fn close_report(&mut self, seq: u64, report: u64) -> Result<()> {
        self.conn.execute(
            "UPDATE report SET until = ?2 WHERE seq = ?1 AND until IS NULL",
            params![report, seq],
        )?;
        let mut nodes = self
            .conn
            .prepare_cached("SELECT seq, id FROM node WHERE report = ?1 AND until IS NULL")?;
        let nodes: Vec<(u64, String)> = nodes
            .query_map([report], |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect::<rusqlite::Result<_>>()?;
        for (node, id) in nodes {
            self.close_node(seq, node, &id)?;
        }
        self.keep()
    }

    fn close_node(&mut self, seq: u64, node: u64, id: &str) -> Result<()> {
        self.with_web(|web, load| web.remove(id, load))?;
        self.conn.execute(
            "UPDATE claim SET until = ?2 WHERE node = ?1 AND until IS NULL",
            params![node, seq],
        )?;
        self.conn.execute(
            "UPDATE node SET until = ?2, stand = NULL, cluster = NULL, truce = NULL WHERE seq = ?1",
            params![node, seq],
        )?;
        self.unshelve(node)?;
        self.close_member(seq, id)
    }

    fn unpin(&mut self, nodes: &[String]) -> Result<()> {
        for node in nodes {
            self.conn.execute(
                "UPDATE member SET person = 0 WHERE node = ?1 AND until IS NULL",
                [node],
            )?;
        }
        self.with_web(|web, load| web.unpin(nodes, load))?;
        self.keep()
    }
}
