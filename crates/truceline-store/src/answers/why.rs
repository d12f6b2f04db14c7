//! What a claim rests on. Comes in: a claim's name and the times of the question. Goes out: its report,
//! its quote within the paragraph, what people decided on it, its entry in the chain.

use rusqlite::{OptionalExtension as _, params};
use serde_json::{Map, Value, json};
use truceline::ledger::entry::{Fact, hex};

use super::{Asked, micros};
use crate::{Error, Ledger, Result};

impl Ledger {
    /// Everything a claim rests on.
    pub fn why(&self, name: &str, asked: Asked) -> Result<Value> {
        let seq = self.as_of(asked.as_of)?;
        let row: Option<(u64, u64, Option<u64>)> = self
            .conn
            .query_row(
                "SELECT seq, node, until FROM claim WHERE id >= ?1 AND id < ?1 || 'g' AND seq <= ?2
                 ORDER BY seq DESC LIMIT 1",
                params![name, seq],
                |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
            )
            .optional()?;
        let Some((at, node, until)) = row else {
            return Err(Error::Absent(format!("{name}: no such claim at that time")));
        };
        let wrong = || Error::Entry { seq: at, what: "expected a claim".to_owned() };
        let Fact::Claim { claim, node: node_name, said } = self.fact(at)? else {
            return Err(wrong());
        };
        let Fact::Truce { told, .. } = self.fact(node)? else { return Err(wrong()) };
        let report: u64 =
            self.conn
                .query_row("SELECT report FROM node WHERE seq = ?1", [node], |row| row.get(0))?;
        let Fact::Report(taken) = self.fact(report)? else { return Err(wrong()) };
        let text = self.text(&taken.text)?;
        let body =
            if said.part == "title" { taken.title.clone().unwrap_or_default() } else { text };
        let entry = self.entry(at)?.ok_or_else(wrong)?;
        let truce: Option<String> = self
            .conn
            .query_row(
                "SELECT truce FROM member WHERE node = ?1 AND since <= ?2
                 AND (until IS NULL OR until > ?2)",
                params![node_name, seq],
                |row| row.get(0),
            )
            .optional()?;
        Ok(json!({
            "claim": claim,
            "truce": truce,
            "told_as": {"node": node_name, "local": told.local, "label": told.label},
            "said": *said,
            "report": {
                "digest": taken.report, "id": taken.id, "url": taken.url, "path": taken.path,
                "outlet": taken.outlet, "title": taken.title, "published": taken.published,
                "published_from": taken.published_from, "language": taken.language,
                "version_of": taken.version_of,
            },
            "quote": said.quote,
            "part": said.part,
            "span": [said.span.0, said.span.1],
            "paragraph": paragraph(&body, said.span),
            "pattern": said.pattern,
            "pack": taken.pack,
            "entry": {
                "seq": entry.seq, "recorded": micros(entry.recorded), "prev": hex(&entry.prev),
                "digest": hex(&entry.digest),
            },
            "no_longer_counts_since_entry": until.filter(|it| *it <= seq),
            "reviews": self.reviews(&claim, seq)?,
        }))
    }

    fn reviews(&self, claim: &str, seq: u64) -> Result<Vec<Value>> {
        let mut query = self.conn.prepare_cached(
            "SELECT seq, until FROM review WHERE claim = ?1 AND seq <= ?2 ORDER BY seq",
        )?;
        let rows: Vec<(u64, Option<u64>)> = query
            .query_map(params![claim, seq], |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect::<rusqlite::Result<_>>()?;
        let mut reviews = Vec::new();
        for (at, until) in rows {
            let (verdict, by, why) = match self.fact(at)? {
                Fact::Accepted { by, why, .. } => ("accepted", by, why),
                Fact::Rejected { by, why, .. } => ("rejected", by, why),
                _ => continue,
            };
            reviews.push(json!({"entry": at, "verdict": verdict, "by": by, "why": why,
                "withdrawn_by_entry": until.filter(|it| *it <= seq)}));
        }
        Ok(reviews)
    }
}

/// The paragraph that holds a span, with the span inside it.
fn paragraph(text: &str, span: (u32, u32)) -> Value {
    let (from, to) = (span.0 as usize, span.1 as usize);
    let (Some(head), Some(_), Some(tail)) = (text.get(..from), text.get(from..to), text.get(to..))
    else {
        return Value::Null;
    };
    let start = head.rfind('\n').map_or(0, |it| it + 1);
    let end = tail.find('\n').map_or(text.len(), |it| to + it);
    let mut value = Map::new();
    value.insert("text".to_owned(), json!(&text[start..end]));
    value.insert("span".to_owned(), json!([from - start, to - start]));
    Value::Object(value)
}
