//! Search in quotes. Comes in: words. Goes out: the claims whose quotes hold all of them, the last
//! recorded first. The index follows from the entries alone and is only ever appended to.

use rusqlite::{Connection, params};
use serde::Deserialize;
use serde_json::{Value, json};

use super::form::micros;
use crate::{Error, Ledger, Result};

/// Words of one search.
const WORDS: usize = 64;
/// Quotes looked at for one answer; where a filter passes over more, the answer goes on from there.
const LOOKS: usize = 5_000;

/// Claims found, and the entry to go on before where there may be more.
#[derive(Debug, Default)]
pub struct Found {
    pub claims: Vec<Value>,
    pub before: Option<u64>,
}

/// Indexes the quotes of entries after one.
pub(crate) fn index(conn: &Connection, after: u64) -> Result<()> {
    let mut add = conn.prepare_cached(
        "INSERT INTO quotes (rowid, quote)
         SELECT seq, body ->> '$.said.quote' FROM entries
         WHERE seq > ?1 AND body ->> '$.kind' = 'claim' ORDER BY seq",
    )?;
    add.execute([after])?;
    Ok(())
}

/// Words and \"phrases\" as an expression of the index that holds nothing but text; `None` where there
/// is no letter and no digit to search for.
fn expression(words: &str) -> Result<Option<String>> {
    let mut parts: Vec<String> = Vec::new();
    for (at, part) in words.split(['"', '“', '”']).enumerate() {
        if at % 2 == 1 {
            parts.push(part.to_owned());
        } else {
            parts.extend(part.split_whitespace().map(str::to_owned));
        }
    }
    parts.retain(|it| it.chars().any(char::is_alphanumeric));
    if parts.len() > WORDS {
        return Err(Error::Input(format!(
            "expected at most {WORDS} words to search for but found {}",
            parts.len()
        )));
    }
    // A NUL ends an expression early.
    let quoted = parts.iter().map(|it| format!("\"{}\"", it.replace('\0', " ")));
    let quoted: Vec<String> = quoted.collect();
    Ok((!quoted.is_empty()).then(|| quoted.join(" AND ")))
}

impl Ledger {
    /// Claims that stand as of entry `seq` and hold all the words, recorded before entry `before`, of
    /// truces that `keep` takes.
    pub fn search(
        &self,
        words: &str,
        seq: u64,
        before: Option<u64>,
        limit: usize,
        mut keep: impl FnMut(&str) -> Result<bool>,
    ) -> Result<Found> {
        let Some(words) = expression(words)? else { return Ok(Found::default()) };
        let last = before.map_or(seq, |it| seq.min(it.saturating_sub(1)));
        let mut query = self.conn.prepare_cached(
            "SELECT q.rowid, c.until,
               (SELECT m.truce FROM node n JOIN member m ON m.node = n.id AND m.since <= ?3
                  AND (m.until IS NULL OR m.until > ?3) WHERE n.seq = c.node)
             FROM quotes q JOIN claim c ON c.seq = q.rowid
             WHERE quotes MATCH ?1 AND q.rowid <= ?2 ORDER BY q.rowid DESC",
        )?;
        let mut rows = query.query(params![words, last, seq])?;
        let mut found = Found::default();
        let mut looks = 0;
        while let Some(row) = rows.next()? {
            let at: u64 = row.get(0)?;
            if found.claims.len() == limit || looks == LOOKS {
                found.before = Some(at + 1);
                break;
            }
            looks += 1;
            let until: Option<u64> = row.get(1)?;
            let truce: Option<String> = row.get(2)?;
            let stands = until.is_none_or(|until| until > seq);
            if let (true, Some(truce)) = (stands, truce)
                && keep(&truce)?
            {
                found.claims.push(self.found_claim(at, &truce)?);
            }
        }
        Ok(found)
    }

    fn found_claim(&self, at: u64, truce: &str) -> Result<Value> {
        let mut query = self.conn.prepare_cached(
            "SELECT e.body, e.recorded, r.body FROM claim c JOIN node n ON n.seq = c.node
             JOIN entries e ON e.seq = c.seq JOIN entries r ON r.seq = n.report WHERE c.seq = ?1",
        )?;
        let mut rows = query.query([at])?;
        let wrong = |what: String| Error::Entry { seq: at, what };
        let row = rows.next()?.ok_or_else(|| wrong("expected a claim".to_owned()))?;
        let (claim, report) = (row.get_ref(0)?.as_str().unwrap_or(""), row.get_ref(2)?);
        let claim: Claim = serde_json::from_str(claim).map_err(|err| wrong(err.to_string()))?;
        let report: Report = serde_json::from_str(report.as_str().unwrap_or(""))
            .map_err(|err| wrong(err.to_string()))?;
        Ok(json!({
            "claim": claim.claim,
            "truce": truce,
            "said": claim.said,
            "report": {"id": report.id, "digest": report.report, "outlet": report.outlet,
                "url": report.url, "title": report.title, "published": report.published},
            "entry": at,
            "recorded": micros(row.get(1)?),
        }))
    }
}

/// What an answer needs of an entry: the rest of it is not read.
#[derive(Deserialize)]
struct Claim {
    claim: String,
    said: Value,
}

#[derive(Deserialize)]
pub(super) struct Report {
    pub id: String,
    pub report: String,
    pub outlet: Option<String>,
    pub url: Option<String>,
    pub title: Option<String>,
    pub published: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_never_syntax() {
        let made = |words: &str| expression(words).unwrap().unwrap();
        assert_eq!(made("cease fire"), r#""cease" AND "fire""#);
        assert_eq!(made(r#"said "a truce" NOT"#), r#""said" AND "a truce" AND "NOT""#);
        assert_eq!(made("quote:x* (a OR b)"), r#""quote:x*" AND "(a" AND "OR" AND "b)""#);
        assert_eq!(expression(" \" - * ").unwrap(), None);
        assert!(expression(&"a ".repeat(65)).is_err());
    }
}
