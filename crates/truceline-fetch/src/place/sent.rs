//! Notes, written down before they are sent. Comes in: notes and how sending went. Goes out: the next
//! to send. A note keeps its id however often it is sent.

use jiff::{SignedDuration, Timestamp};
use rusqlite::params;

use super::{Result, Step, seconds, time};
use crate::notes::{Kind, Note};

/// A note that could not be delivered for so long is given up.
const WAITS: SignedDuration = SignedDuration::from_hours(24 * 7);

const SENT: i64 = 1;
const GIVEN_UP: i64 = 2;

/// A note that waits.
#[derive(Clone, Debug)]
pub struct Outgoing {
    pub id: String,
    pub body: String,
    pub tries: u32,
    pub made: Timestamp,
    pub tried: Timestamp,
    pub next: Timestamp,
}

/// What a note was about: another of the same is not sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Noted {
    /// Who is said to have broken it; empty for other kinds.
    pub by: String,
    /// Days since 1970.
    pub day: i64,
    pub end: Option<i64>,
}

impl Step<'_> {
    /// The last entry of the ledger that was looked at for notes.
    pub fn looked(&self) -> Result<Option<u64>> {
        self.one("SELECT value FROM meta WHERE name = 'looked'", [])
            .map(|it: Option<i64>| it.and_then(|it| u64::try_from(it).ok()))
    }

    pub fn set_looked(&self, seq: u64) -> Result<()> {
        let seq = i64::try_from(seq).unwrap_or(i64::MAX);
        self.run("INSERT OR REPLACE INTO meta (name, value) VALUES ('looked', ?1)", [seq])?;
        Ok(())
    }

    /// Notes of a kind on any telling of a truce.
    pub fn noted(&self, kind: Kind, nodes: &[String]) -> Result<Vec<Noted>> {
        let mut noted = Vec::new();
        for node in nodes {
            noted.extend(self.all(
                "SELECT by, day, end FROM noted WHERE node = ?1 AND kind = ?2",
                params![node, kind.name()],
                |row| Ok(Noted { by: row.get(0)?, day: row.get(1)?, end: row.get(2)? }),
            )?);
        }
        Ok(noted)
    }

    pub fn set_noted(&self, kind: Kind, nodes: &[String], about: &Noted) -> Result<()> {
        for node in nodes {
            self.run(
                "INSERT OR REPLACE INTO noted (kind, node, by, day, end) VALUES (?1, ?2, ?3, ?4, ?5)",
                params![kind.name(), node, about.by, about.day, about.end],
            )?;
        }
        Ok(())
    }

    pub fn note(&self, it: &Note, now: Timestamp) -> Result<()> {
        self.run(
            "INSERT OR IGNORE INTO note (id, kind, body, made, next) VALUES (?1, ?2, ?3, ?4, ?4)",
            params![it.id, it.kind.name(), it.body.to_string(), now.as_second()],
        )?;
        Ok(())
    }

    pub fn outgoing(&self) -> Result<Option<Outgoing>> {
        let sql = "SELECT id, body, tries, made, tried, next FROM note WHERE state = 0
                   ORDER BY next, rowid LIMIT 1";
        let rows = self.all(sql, [], |row| {
            Ok(Outgoing {
                id: row.get(0)?,
                body: row.get(1)?,
                tries: row.get(2)?,
                made: time(row.get(3)?),
                tried: time(row.get(4)?),
                next: time(row.get(5)?),
            })
        })?;
        Ok(rows.into_iter().next())
    }

    pub fn note_sent(&self, id: &str) -> Result<()> {
        self.run("UPDATE note SET state = ?2, why = NULL WHERE id = ?1", params![id, SENT])?;
        Ok(())
    }

    /// False where it has been tried for long enough.
    pub fn note_again(
        &self,
        it: &Outgoing,
        next: Timestamp,
        now: Timestamp,
        why: &str,
    ) -> Result<bool> {
        let over = now.duration_since(it.made) > WAITS;
        self.run(
            "UPDATE note SET state = ?2, tries = tries + 1, tried = ?3, next = ?4, why = ?5 WHERE id = ?1",
            params![it.id, if over { GIVEN_UP } else { 0 }, now.as_second(), seconds(next), why],
        )?;
        Ok(!over)
    }
}
