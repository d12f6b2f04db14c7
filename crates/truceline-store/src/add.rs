//! Taking reports in. Comes in: intakes and the time of recording. Goes out: entries, all of one
//! call or none. The same report twice appends nothing.

use std::collections::BTreeSet;

use jiff::Timestamp;
use rusqlite::{OptionalExtension as _, TransactionBehavior, params};
use truceline::ledger::{entry::Fact, family::Print, intake::Intake, signs::DAY, which::Web};

use crate::{Ledger, Mark, Result, answers, append, derive::Derive, fact, head, read};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Taken for the first time, or again after it was withdrawn.
    New,
    /// Another text at an address that is known.
    Version,
    /// Read again with another pack.
    Again,
    /// Known: nothing was appended.
    Known,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Added {
    pub report: String,
    pub outcome: Outcome,
    pub truces: usize,
    pub claims: usize,
}

impl Ledger {
    /// Appends what reports tell, in one transaction. Refused where `recorded` runs back.
    pub fn add(&mut self, intakes: &[Intake], recorded: Timestamp) -> Result<Vec<Added>> {
        self.add_up_to(intakes, recorded, &[])
    }

    /// The same, and how far the archives were read that they are of: both are kept or neither.
    pub fn add_up_to(
        &mut self,
        intakes: &[Intake],
        recorded: Timestamp,
        marks: &[Mark],
    ) -> Result<Vec<Added>> {
        self.write(|write| {
            marks.iter().try_for_each(|it| it.keep(write.derive.conn))?;
            intakes.iter().map(|it| write.take(it, recorded)).collect()
        })
    }

    /// Runs a transaction; on failure nothing of it stays, here or on disk.
    pub(crate) fn write<T>(
        &mut self,
        act: impl FnOnce(&mut Writing<'_>) -> Result<T>,
    ) -> Result<T> {
        self.lines.take();
        let tx = self.conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let at = head(&tx)?.map_or(0, |it| it.seq);
        if at != self.seen || self.web.len() > 400_000 {
            self.web = Web::default();
        }
        let conn: &rusqlite::Connection = &tx;
        let derive = Derive::new(conn, &mut self.web, &self.kin, &self.agencies);
        let mut writing = Writing { derive };
        let done = act(&mut writing).and_then(|done| {
            let touched = std::mem::take(&mut writing.derive.touched);
            read::refresh(conn, &touched)?;
            answers::search::index(conn, at)?;
            Ok(done)
        });
        let seen = head(&tx)?.map_or(0, |it| it.seq);
        match done.and_then(|done| Ok((done, tx.commit()?))) {
            Ok((done, ())) => {
                self.seen = seen;
                Ok(done)
            }
            Err(err) => {
                self.web = Web::default();
                self.seen = 0;
                Err(err)
            }
        }
    }
}

/// A transaction that appends.
pub(crate) struct Writing<'a> {
    pub derive: Derive<'a>,
}

impl Writing<'_> {
    /// Appends one fact and folds it in.
    pub fn append(&mut self, recorded: i64, fact: &Fact, text: Option<&str>) -> Result<u64> {
        let conn = self.derive.conn;
        let seq = append(conn, recorded, fact)?;
        self.derive.apply(seq, recorded, fact, text, &|seq| crate::fact(conn, seq))?;
        Ok(seq)
    }

    /// Appends the joinings that the rules ask for now.
    pub fn join(&mut self, recorded: i64) -> Result<()> {
        for join in self.derive.joins()? {
            let fact = Fact::Joined {
                nodes: vec![join.node],
                truce: join.truce,
                rule: join.rule.to_owned(),
                why: join.why,
                by: None,
            };
            self.append(recorded, &fact, None)?;
        }
        Ok(())
    }

    fn take(&mut self, intake: &Intake, recorded: Timestamp) -> Result<Added> {
        let conn = self.derive.conn;
        let recorded = recorded.as_microsecond();
        let mut taken = intake.taken.clone();
        let live: Option<u64> = conn
            .prepare_cached(
                "SELECT seq FROM report WHERE report = ?1 AND until IS NULL ORDER BY seq DESC LIMIT 1",
            )?
            .query_row([&taken.report], |row| row.get(0))
            .optional()?;
        let mut outcome = Outcome::New;
        let mut same_text = false;
        if let Some(seq) = live {
            if let Fact::Report(before) = fact(conn, seq)? {
                if before.pack == taken.pack && before.text == taken.text {
                    return Ok(Added {
                        report: taken.report,
                        outcome: Outcome::Known,
                        truces: 0,
                        claims: 0,
                    });
                }
                same_text = before.text == taken.text;
            }
            taken.supersedes = Some(seq);
            outcome = Outcome::Again;
        }
        taken.version_of = conn
            .prepare_cached(
                "SELECT report FROM report WHERE item = ?1 AND report <> ?2 AND until IS NULL
                 ORDER BY seq DESC LIMIT 1",
            )?
            .query_row([&taken.item, &taken.report], |row| row.get(0))
            .optional()?;
        if taken.version_of.is_some() && outcome == Outcome::New {
            outcome = Outcome::Version;
        }
        let digest = truceline::ledger::entry::sha256(intake.text.as_bytes());
        conn.prepare_cached("INSERT OR IGNORE INTO texts (digest, text) VALUES (?1, ?2)")?
            .execute(params![digest, intake.text])?;
        let version_of = taken.version_of.clone();
        let report = taken.report.clone();
        let seq =
            self.append(recorded, &Fact::Report(Box::new(taken)), Some(intake.text.as_str()))?;
        if !same_text {
            self.copies(seq, recorded, &report, version_of)?;
        }
        let (mut truces, mut claims) = (0, 0);
        for fact in intake.facts().iter().skip(1) {
            match fact {
                Fact::Truce { .. } => truces += 1,
                _ => claims += 1,
            }
            self.append(recorded, fact, None)?;
        }
        self.join(recorded)?;
        Ok(Added { report, outcome, truces, claims })
    }

    /// Finds the texts that this one repeats: those that share a bucket with it.
    fn copies(
        &mut self,
        seq: u64,
        recorded: i64,
        report: &str,
        version_of: Option<String>,
    ) -> Result<()> {
        let conn = self.derive.conn;
        let mine = print(conn, seq)?;
        let mut near: BTreeSet<u64> = BTreeSet::new();
        let mut bucket = conn.prepare_cached("SELECT report FROM bucket WHERE key = ?1")?;
        let told: Option<i64> = conn.query_row(
            "SELECT iif(dated, told, NULL) FROM report WHERE seq = ?1",
            [seq],
            |row| row.get(0),
        )?;
        for key in mine.near(told.map(|it| it.div_euclid(DAY))) {
            let mut rows = bucket.query([key])?;
            while let Some(row) = rows.next()? {
                near.insert(row.get(0)?);
            }
        }
        near.remove(&seq);
        let mut families: BTreeSet<u64> = BTreeSet::new();
        let (mut of, mut whys) = (Vec::new(), Vec::new());
        let mut known = conn.prepare_cached(
            "SELECT f.family, r.report FROM family f JOIN report r ON r.seq = f.report
             WHERE f.report = ?1 AND f.until IS NULL",
        )?;
        if let Some(version) = version_of {
            let before: u64 = conn.query_row(
                "SELECT max(seq) FROM report WHERE report = ?1",
                [&version],
                |row| row.get(0),
            )?;
            families.insert(known.query_row([before], |row| row.get(0))?);
            of.push(version);
            whys.push("another version of the same item".to_owned());
        }
        for other in near {
            let (family, digest): (u64, String) =
                known.query_row([other], |row| Ok((row.get(0)?, row.get(1)?)))?;
            if families.contains(&family) || digest == report {
                continue;
            }
            if let Some(why) = mine.copy(&print(conn, other)?) {
                families.insert(family);
                of.push(digest);
                whys.push(why);
            }
        }
        if !of.is_empty() {
            let fact = Fact::Copy { report: report.to_owned(), of, why: whys.join("; ") };
            self.append(recorded, &fact, None)?;
        }
        Ok(())
    }
}

fn print(conn: &rusqlite::Connection, report: u64) -> Result<Print> {
    let mut query =
        conn.prepare_cached("SELECT rows, paragraphs, wire FROM print WHERE report = ?1")?;
    let print = query.query_row([report], |row| {
        let (rows, paragraphs): (Vec<u8>, Vec<u8>) = (row.get(0)?, row.get(1)?);
        let word = |it: &[u8]| u32::from_le_bytes(it.try_into().unwrap_or_default());
        let long = |it: &[u8]| u64::from_le_bytes(it.try_into().unwrap_or_default());
        Ok(Print {
            rows: rows.chunks_exact(4).map(word).collect(),
            paragraphs: paragraphs.chunks_exact(8).map(long).collect(),
            wire: row.get(2)?,
        })
    });
    Ok(print?)
}
