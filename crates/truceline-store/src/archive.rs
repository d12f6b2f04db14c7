//! How far archives were read. Comes in: a mark with the reports up to it. Goes out: the marks, for a
//! run that goes on. Bookkeeping: no answer hangs on it.

use rusqlite::{Connection, params};

use crate::{Ledger, Result};

/// Up to which place an archive was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// The digest it is known by, whatever it is called.
    pub archive: String,
    /// With which pack and options: what one reading passed over another may not.
    pub how: String,
    /// As it was called last.
    pub path: String,
    /// Of the file, in bytes.
    pub length: u64,
    /// Where reading goes on: a byte of the file, and bytes unpacked from there.
    pub member: u64,
    pub within: u64,
    /// Whether it was read to its end.
    pub done: bool,
}

impl Mark {
    pub(crate) fn keep(&self, conn: &Connection) -> Result<()> {
        conn.prepare_cached(
            "INSERT INTO archive (archive, how, path, length, member, within, done)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
             ON CONFLICT (archive, how) DO UPDATE SET path = excluded.path,
             length = excluded.length, member = excluded.member, within = excluded.within,
             done = excluded.done",
        )?
        .execute(params![
            self.archive,
            self.how,
            self.path,
            self.length,
            self.member,
            self.within,
            self.done
        ])?;
        Ok(())
    }
}

impl Ledger {
    /// How far archives were read in this way.
    pub fn marks(&self, how: &str) -> Result<Vec<Mark>> {
        let mut query = self.conn.prepare_cached(
            "SELECT archive, how, path, length, member, within, done FROM archive WHERE how = ?1",
        )?;
        let mark = |row: &rusqlite::Row<'_>| {
            Ok(Mark {
                archive: row.get(0)?,
                how: row.get(1)?,
                path: row.get(2)?,
                length: row.get(3)?,
                member: row.get(4)?,
                within: row.get(5)?,
                done: row.get(6)?,
            })
        };
        let marks = query.query_map([how], mark)?.collect::<rusqlite::Result<_>>()?;
        Ok(marks)
    }
}
