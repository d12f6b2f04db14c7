//! What is folded from the entries and kept beside them. Comes in: entries in their order. Goes out:
//! rows of the derived tables, the same for the same entries, whether appended one by one or replayed.

use std::collections::BTreeSet;

use rusqlite::{Connection, OptionalExtension as _, params};
use truceline::ledger::{
    body::{Said, Told},
    entry::{Fact, ReportTaken},
    family::Print,
    intake::day_of,
    signs::{DAY, Kin, Signs},
    which::{Join, Kept, Node, Stand, Want, Web},
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
        let json = serde_json::to_string(signs).expect("signs are plain data");
        self.conn
            .prepare_cached("UPDATE node SET signs = ?2 WHERE seq = ?1")?
            .execute(params![seq, json])?;
        self.conn.prepare_cached("DELETE FROM node_key WHERE node = ?1")?.execute([seq])?;
        let mut insert =
            self.conn.prepare_cached("INSERT INTO node_key (key, node) VALUES (?1, ?2)")?;
        for key in signs.keys() {
            insert.execute(params![key, seq])?;
        }
        Ok(())
    }

    fn with_web<T>(
        &mut self,
        act: impl FnOnce(&mut Web, &mut truceline::ledger::which::Load<'_>) -> T,
    ) -> Result<T> {
        let mut failed = None;
        let conn = self.conn;
        let mut load = |want: Want<'_>| match load(conn, &want) {
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
        self.conn.execute("DELETE FROM node_key WHERE node = ?1", [node])?;
        self.close_member(seq, id)
    }

    fn copy(&mut self, seq: u64, report: &str, of: &[String]) -> Result<()> {
        let a = self.live_report(seq, report)?;
        for other in of {
            let b = self.live_report(seq, other)?;
            self.conn
                .prepare_cached("INSERT OR IGNORE INTO link (a, b, seq) VALUES (?1, ?2, ?3)")?
                .execute(params![a.min(b), a.max(b), seq])?;
            let (x, y) = (self.family_of(a)?, self.family_of(b)?);
            if x != y {
                self.rename_family(seq, x.max(y), x.min(y))?;
            }
        }
        Ok(())
    }

    fn live_report(&self, seq: u64, report: &str) -> Result<u64> {
        self.conn
            .prepare_cached("SELECT max(seq) FROM report WHERE report = ?1")?
            .query_row([report], |row| row.get::<_, Option<u64>>(0))?
            .ok_or_else(|| Error::Entry {
                seq,
                what: format!("names report {report:.12}, which is not there"),
            })
    }

    fn family_of(&self, report: u64) -> Result<u64> {
        let mut query = self
            .conn
            .prepare_cached("SELECT family FROM family WHERE report = ?1 AND until IS NULL")?;
        Ok(query.query_row([report], |row| row.get(0))?)
    }

    fn rename_family(&mut self, seq: u64, from: u64, to: u64) -> Result<()> {
        let reports: Vec<u64> = self
            .conn
            .prepare_cached("SELECT report FROM family WHERE family = ?1 AND until IS NULL")?
            .query_map([from], |row| row.get(0))?
            .collect::<rusqlite::Result<_>>()?;
        for report in reports {
            self.set_family(seq, report, to)?;
        }
        Ok(())
    }

    fn set_family(&mut self, seq: u64, report: u64, family: u64) -> Result<()> {
        self.conn
            .prepare_cached("UPDATE family SET until = ?2 WHERE report = ?1 AND until IS NULL")?
            .execute(params![report, seq])?;
        self.conn
            .prepare_cached(
                "INSERT INTO family (report, since, family) VALUES (?1, ?2, ?3)
                 ON CONFLICT (report, since) DO UPDATE SET family = ?3, until = NULL",
            )?
            .execute(params![report, seq, family])?;
        let truces: Vec<String> = self
            .conn
            .prepare_cached(
                "SELECT DISTINCT m.truce FROM node n JOIN member m ON m.node = n.id
                 WHERE n.report = ?1 AND n.until IS NULL AND m.until IS NULL",
            )?
            .query_map([report], |row| row.get(0))?
            .collect::<rusqlite::Result<_>>()?;
        self.touched.extend(truces);
        Ok(())
    }

    fn review(
        &mut self,
        seq: u64,
        claim: &str,
        accepted: bool,
        facts: &dyn Fn(u64) -> Result<Fact>,
    ) -> Result<()> {
        self.conn.execute(
            "INSERT INTO review (seq, claim, accepted) VALUES (?1, ?2, ?3)",
            params![seq, claim, accepted],
        )?;
        self.retell(seq, claim, facts)
    }

    /// Reads the signs of a claim's truce again, with the claims that count now.
    fn retell(&mut self, seq: u64, claim: &str, facts: &dyn Fn(u64) -> Result<Fact>) -> Result<()> {
        let node: Option<(u64, String)> = self
            .conn
            .query_row(
                "SELECT n.seq, n.id FROM claim c JOIN node n ON n.seq = c.node
                 WHERE c.id = ?1 AND n.until IS NULL ORDER BY c.seq DESC LIMIT 1",
                [claim],
                |row| Ok((row.get(0)?, row.get(1)?)),
            )
            .optional()?;
        let Some((node, id)) = node else { return Ok(()) };
        let truce: Option<String> = self
            .conn
            .query_row("SELECT truce FROM member WHERE node = ?1 AND until IS NULL", [&id], |row| {
                row.get(0)
            })
            .optional()?;
        self.touched.extend(truce);
        let (report, local, first, digest, published): (u64, u32, u64, String, Option<i64>) =
            self.conn.query_row(
                "SELECT n.report, n.local, n.first, r.report, iif(r.dated, r.told, NULL)
                 FROM node n JOIN report r ON r.seq = n.report WHERE n.seq = ?1",
                [node],
                |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?)),
            )?;
        let Fact::Truce { told, .. } = facts(node)? else {
            return Err(Error::Entry { seq: node, what: "expected a truce told of".to_owned() });
        };
        let claims: Vec<(u64, bool)> = self
            .conn
            .prepare_cached(
                "SELECT c.seq, coalesce((SELECT r.accepted FROM review r
                   WHERE r.claim = c.id AND r.until IS NULL ORDER BY r.seq DESC LIMIT 1), 1)
                 FROM claim c WHERE c.node = ?1 AND c.until IS NULL ORDER BY c.seq",
            )?
            .query_map([node], |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect::<rusqlite::Result<_>>()?;
        let mut standing = Vec::new();
        for (at, _) in claims.iter().filter(|it| it.1) {
            if let Fact::Claim { said, .. } = facts(*at)? {
                standing.push(*said);
            }
        }
        let siblings: u32 = self.conn.query_row(
            "SELECT count(*) FROM node WHERE report = ?1 AND until IS NULL",
            [report],
            |row| row.get(0),
        )?;
        let pinned = self.pinned(&id)?;
        if standing.is_empty() && pinned.is_none() {
            // Nothing is left that it rests on: it founds and joins nothing until a claim counts again.
            self.with_web(|web, load| web.remove(&id, load))?;
            self.conn.execute(
                "UPDATE node SET stand = NULL, cluster = NULL, truce = NULL WHERE seq = ?1",
                [node],
            )?;
            self.close_member(seq, &id)?;
        } else {
            let signs = Signs::of(&told, &standing, published, self.kin);
            self.shelve(node, &signs)?;
            let it = Node { id: id.clone(), seq: first, report: digest, local, siblings, signs };
            self.with_web(|web, load| web.insert(it, load))?;
            if let Some(truce) = pinned {
                self.pin(&[id], &truce)?;
            }
        }
        self.keep()
    }

    /// The truce a person put a node in, if that word stands.
    fn pinned(&self, node: &str) -> Result<Option<String>> {
        Ok(self
            .conn
            .query_row(
                "SELECT truce FROM member WHERE node = ?1 AND until IS NULL AND person",
                [node],
                |row| row.get(0),
            )
            .optional()?)
    }

    fn withdraw(
        &mut self,
        seq: u64,
        entry: u64,
        facts: &dyn Fn(u64) -> Result<Fact>,
    ) -> Result<()> {
        match facts(entry)? {
            Fact::Report(_) => self.close_report(seq, entry),
            Fact::Truce { node, .. } => {
                // One that was told again since then counts no longer anyway.
                if self.counts("node", entry)? {
                    self.close_node(seq, entry, &node)?;
                }
                self.keep()
            }
            Fact::Claim { claim, .. } => {
                self.conn.execute(
                    "UPDATE claim SET until = ?2 WHERE seq = ?1 AND until IS NULL",
                    params![entry, seq],
                )?;
                self.retell(seq, &claim, facts)
            }
            Fact::Accepted { claim, .. } | Fact::Rejected { claim, .. } => {
                self.conn.execute(
                    "UPDATE review SET until = ?2 WHERE seq = ?1 AND until IS NULL",
                    params![entry, seq],
                )?;
                self.retell(seq, &claim, facts)
            }
            Fact::Joined { nodes, by: None, .. } => {
                // A rule's joining undone by a person: each is a truce of its own from now on.
                for node in nodes {
                    self.pin(std::slice::from_ref(&node), &node)?;
                    self.member(seq, std::slice::from_ref(&node), &node, true)?;
                }
                Ok(())
            }
            Fact::Joined { nodes, .. } => self.unpin(&nodes),
            Fact::Split { nodes, stay, .. } => {
                self.unpin(&nodes)?;
                self.unpin(&stay)
            }
            Fact::Copy { .. } => {
                self.conn.execute("DELETE FROM link WHERE seq = ?1", [entry])?;
                self.families_again(seq, entry, facts)
            }
            Fact::Withdrawn { .. } => Err(Error::Entry {
                seq,
                what: format!("withdraws entry {entry}, which is itself a withdrawal"),
            }),
        }
    }

    fn counts(&self, table: &str, seq: u64) -> Result<bool> {
        let sql = format!("SELECT 1 FROM {table} WHERE seq = ?1 AND until IS NULL");
        Ok(self.conn.query_row(&sql, [seq], |_| Ok(())).optional()?.is_some())
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

    /// The links of an entry are gone: its family may fall apart.
    fn families_again(
        &mut self,
        seq: u64,
        entry: u64,
        facts: &dyn Fn(u64) -> Result<Fact>,
    ) -> Result<()> {
        let Fact::Copy { report, .. } = facts(entry)? else { return Ok(()) };
        let family = self.family_of(self.live_report(entry, &report)?)?;
        let mut rest: BTreeSet<u64> = self
            .conn
            .prepare_cached("SELECT report FROM family WHERE family = ?1 AND until IS NULL")?
            .query_map([family], |row| row.get(0))?
            .collect::<rusqlite::Result<_>>()?;
        while let Some(first) = rest.pop_first() {
            let mut part = vec![first];
            let mut at = 0;
            while at < part.len() {
                let near: Vec<u64> = self
                    .conn
                    .prepare_cached(
                        "SELECT b FROM link WHERE a = ?1 UNION SELECT a FROM link WHERE b = ?1",
                    )?
                    .query_map([part[at]], |row| row.get(0))?
                    .collect::<rusqlite::Result<_>>()?;
                part.extend(near.into_iter().filter(|it| rest.remove(it)));
                at += 1;
            }
            for report in part {
                if self.family_of(report)? != first {
                    self.set_family(seq, report, first)?;
                }
            }
        }
        Ok(())
    }
}

fn load(conn: &Connection, want: &Want<'_>) -> Result<Vec<Kept>> {
    const FIELDS: &str =
        "SELECT n.id, n.first, r.report, n.local, n.signs, n.stand, n.cluster, n.truce,
        (SELECT count(*) FROM node s WHERE s.report = n.report AND s.until IS NULL)
        FROM node n JOIN report r ON r.seq = n.report";
    const LIVE: &str = "n.until IS NULL AND n.cluster IS NOT NULL";
    let (query, name) = match want {
        Want::Key(key) => {
            (format!("{FIELDS} JOIN node_key k ON k.node = n.seq WHERE k.key = ?1 AND {LIVE}"), key)
        }
        Want::Cluster(cluster) => (format!("{FIELDS} WHERE n.cluster = ?1 AND {LIVE}"), cluster),
        Want::Report(report) => {
            (format!("{FIELDS} WHERE r.report = ?1 AND r.until IS NULL AND {LIVE}"), report)
        }
        Want::Node(id) => (format!("{FIELDS} WHERE n.id = ?1 AND {LIVE}"), id),
    };
    let mut query = conn.prepare_cached(&query)?;
    let mut rows = query.query([name])?;
    let mut kept = Vec::new();
    while let Some(row) = rows.next()? {
        let (signs, stand): (String, String) = (row.get(4)?, row.get(5)?);
        let bad = |err: serde_json::Error| {
            Error::NotSupported(format!(
                "a derived table cannot be read ({err}); run `truceline rebuild`"
            ))
        };
        let stand: Stand = serde_json::from_str(&stand).map_err(bad)?;
        kept.push(Kept {
            node: Node {
                id: row.get(0)?,
                seq: row.get(1)?,
                report: row.get(2)?,
                local: row.get(3)?,
                siblings: row.get(8)?,
                signs: serde_json::from_str(&signs).map_err(bad)?,
            },
            stand,
            cluster: row.get(6)?,
            truce: row.get::<_, Option<String>>(7)?.unwrap_or_default(),
        });
    }
    Ok(kept)
}
