//! Families of copies, folded in. Comes in: entries that say which texts repeat which. Goes out: the
//! family of each report from an entry on. A family is named for its earliest report.

use std::collections::BTreeSet;

use rusqlite::params;
use truceline::ledger::entry::Fact;

use super::Derive;
use crate::{Error, Result};

impl Derive<'_> {
    pub(super) fn copy(&mut self, seq: u64, report: &str, of: &[String]) -> Result<()> {
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

    /// The links of an entry are gone: its family may fall apart.
    pub(super) fn families_again(
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
