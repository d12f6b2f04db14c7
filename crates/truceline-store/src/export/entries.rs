//! Entries as JSON Lines, and back to the same digests. A line that takes a report carries its text.

use std::io::{BufRead, Write};

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use truceline::ledger::entry::{Entry, Fact, canonical, hex, sha256};

use super::written;
use crate::{Asked, Error, Ledger, Result, entry, head, put};

#[derive(Serialize, Deserialize)]
struct Line {
    seq: u64,
    /// Microseconds since 1970.
    recorded: i64,
    prev: String,
    digest: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    fact: Box<RawValue>,
}

pub fn export(ledger: &Ledger, asked: Asked, out: &mut dyn Write) -> Result<()> {
    let last = ledger.as_of(asked.as_of)?;
    let mut query = ledger.conn.prepare(
        "SELECT seq, recorded, prev, digest, body FROM entries WHERE seq <= ?1 ORDER BY seq",
    )?;
    let mut rows = query.query([last])?;
    while let Some(row) = rows.next()? {
        let it = entry(row)?;
        let wrong = |err: serde_json::Error| Error::Entry { seq: it.seq, what: err.to_string() };
        let text = if it.body.contains("\"kind\":\"report\"") {
            match serde_json::from_str(&it.body).map_err(wrong)? {
                Fact::Report(taken) => Some(ledger.text(&taken.text)?),
                _ => None,
            }
        } else {
            None
        };
        let line = Line {
            seq: it.seq,
            recorded: it.recorded,
            prev: hex(&it.prev),
            digest: hex(&it.digest),
            text,
            fact: RawValue::from_string(it.body.clone()).map_err(wrong)?,
        };
        let line = serde_json::to_string(&line).map_err(wrong)?;
        writeln!(out, "{line}").map_err(written)?;
    }
    Ok(())
}

impl Ledger {
    /// Takes exported entries back. Entries that are here already must be the same; the rest is
    /// appended with the times and digests that they had. Gives how many were appended.
    pub fn import(&mut self, lines: &mut dyn BufRead) -> Result<u64> {
        let mut lines = lines.lines().enumerate().peekable();
        let mut appended = 0;
        // A transaction holds whole reports: it ends before a line that takes the next one.
        while lines.peek().is_some() {
            appended += self.write(|write| {
                let (conn, mut count) = (write.derive.conn, 0);
                while let Some((at, line)) = lines.next() {
                    let line =
                        line.map_err(|err| Error::Input(format!("line {}: {err}", at + 1)))?;
                    if line.trim().is_empty() {
                        continue;
                    }
                    let here = |what: String| Error::Input(format!("line {}: {what}", at + 1));
                    let it: Line = serde_json::from_str(&line).map_err(|err| {
                        here(format!("expected an exported entry but found another text: {err}"))
                    })?;
                    let fact: Fact =
                        serde_json::from_str(it.fact.get()).map_err(|err| here(err.to_string()))?;
                    let body = serde_json::from_str(it.fact.get()).map(|it| canonical(&it));
                    let body = body.map_err(|err| here(err.to_string()))?;
                    let last = head(conn)?;
                    if last.is_some_and(|last| it.seq <= last.seq) {
                        let known: String = conn.query_row(
                            "SELECT lower(hex(digest)) FROM entries WHERE seq = ?1",
                            [it.seq],
                            |row| row.get(0),
                        )?;
                        if known != it.digest {
                            return Err(here(format!(
                                "entry {} is another one than that of this ledger",
                                it.seq
                            )));
                        }
                        continue;
                    }
                    let entry = Entry::after(last.map(|it| (it.seq, it.digest)), it.recorded, body);
                    if entry.seq != it.seq {
                        return Err(here(format!(
                            "expected entry {} but found entry {}",
                            entry.seq, it.seq
                        )));
                    }
                    let early = last.is_some_and(|last| it.recorded < last.recorded);
                    if hex(&entry.digest) != it.digest || early {
                        return Err(here(format!("entry {} does not have its digest", it.seq)));
                    }
                    if let (Fact::Report(taken), Some(text)) = (&fact, &it.text) {
                        let digest = sha256(text.as_bytes());
                        if hex(&digest) != taken.text {
                            return Err(here("the text does not have its digest".to_owned()));
                        }
                        conn.prepare_cached(
                            "INSERT OR IGNORE INTO texts (digest, text) VALUES (?1, ?2)",
                        )?
                        .execute(rusqlite::params![digest, text])?;
                    }
                    put(conn, &entry)?;
                    write.derive.apply(
                        entry.seq,
                        entry.recorded,
                        &fact,
                        it.text.as_deref(),
                        &|seq| crate::fact(conn, seq),
                    )?;
                    count += 1;
                    let next = lines.peek().and_then(|it| it.1.as_ref().ok());
                    if count >= 2000 && next.is_some_and(|it| it.contains("\"kind\":\"report\"")) {
                        break;
                    }
                }
                write.derive.joins()?;
                Ok(count)
            })?;
        }
        Ok(appended)
    }
}
