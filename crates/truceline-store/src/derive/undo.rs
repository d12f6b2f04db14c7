//! What people decide, folded in. Comes in: reviews and withdrawals. Goes out: rows that end where
//! the decision was recorded; what stood before it stands before it.

use rusqlite::{OptionalExtension as _, params};
use truceline::ledger::{entry::Fact, signs::Signs, which::Node};

use super::Derive;
use crate::{Error, Result};

impl Derive<'_> {
    pub(super) fn review(
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

    pub(super) fn withdraw(
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
}
