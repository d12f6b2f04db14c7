//! Parts of one truce, and of the ledger, that are asked for by themselves. Comes in: a name and the
//! two times. Goes out: JSON. Never decides anything.

use std::collections::{BTreeMap, HashMap};

use rusqlite::{OptionalExtension as _, params};
use serde_json::{Value, json};
use truceline::ledger::{
    entry::{Fact, hex},
    fold::View,
};

use super::{
    Asked,
    form::{micros, standing_with_status, truce},
    story::{deviating, story},
};
use crate::{Error, Ledger, Result, read};

impl Ledger {
    fn view_of(&self, name: &str, seq: u64) -> Result<View> {
        let id = self.resolve(name, seq)?;
        read::view_at(&self.conn, &id, seq)?
            .ok_or_else(|| Error::Absent(format!("{name}: no truce of that name at that time")))
    }

    /// The full name that a name stands for.
    pub fn name_of(&self, name: &str, asked: Asked) -> Result<String> {
        self.resolve(name, self.as_of(asked.as_of)?)
    }

    /// One truce as a line of `list`.
    pub fn listed(&self, name: &str, asked: Asked) -> Result<Value> {
        Ok(truce(&self.view_of(name, self.as_of(asked.as_of)?)?, asked.at.as_second()))
    }

    /// One truce as a line of `status`, with its status.
    pub fn standing_of(&self, name: &str, asked: Asked) -> Result<Value> {
        let view = self.view_of(name, self.as_of(asked.as_of)?)?;
        Ok(standing_with_status(&view, asked.at.as_second()))
    }

    /// The story of a truce: claims of one act, actor and time together.
    pub fn story_of(&self, name: &str, asked: Asked) -> Result<Vec<Value>> {
        let seq = self.as_of(asked.as_of)?;
        Ok(story(&read::members(&self.conn, &self.resolve(name, seq)?, seq)?))
    }

    /// The claims of a truce in the order of the ledger, with those that people have rejected.
    pub fn claims_of(&self, name: &str, asked: Asked) -> Result<Vec<Value>> {
        let seq = self.as_of(asked.as_of)?;
        let mut claims = Vec::new();
        for member in read::members(&self.conn, &self.resolve(name, seq)?, seq)? {
            for it in member.claims {
                let review = match (it.rejected, it.accepted) {
                    (true, _) => "rejected",
                    (_, true) => "accepted",
                    _ => "none",
                };
                claims.push((
                    it.seq,
                    json!({"claim": it.id, "node": member.node, "report": member.report,
                        "outlet": member.outlet, "family": member.family, "said": it.said,
                        "review": review, "entry": it.seq}),
                ));
            }
        }
        claims.sort_by_key(|it| it.0);
        Ok(claims.into_iter().map(|it| it.1).collect())
    }

    /// The reports that tell of a truce: why each was joined to it, and its family.
    pub fn reports_of(&self, name: &str, asked: Asked) -> Result<Vec<Value>> {
        let seq = self.as_of(asked.as_of)?;
        let id = self.resolve(name, seq)?;
        let families: HashMap<String, u64> = read::members(&self.conn, &id, seq)?
            .into_iter()
            .map(|it| (it.node, it.family))
            .collect();
        let mut told = self.told_by(&id, seq)?;
        for it in &mut told {
            let family = it["node"].as_str().and_then(|it| families.get(it));
            it["family"] = json!(family);
        }
        Ok(told)
    }

    /// Copies that count once, together, and where they deviate from what they copy.
    pub fn families_of(&self, name: &str, asked: Asked) -> Result<Value> {
        let seq = self.as_of(asked.as_of)?;
        let members = read::members(&self.conn, &self.resolve(name, seq)?, seq)?;
        let mut families: BTreeMap<u64, Vec<Value>> = BTreeMap::new();
        for it in &members {
            let report = json!({"report": it.report, "outlet": it.outlet, "node": it.node});
            families.entry(it.family).or_default().push(report);
        }
        let families: Vec<Value> = families
            .into_iter()
            .map(|(family, reports)| json!({"family": family, "reports": reports}))
            .collect();
        Ok(json!({"families": families, "deviating_copies": deviating(&members)}))
    }

    /// A report by its digest (or the beginning of it), with the truces it tells of.
    pub fn report(&self, name: &str, asked: Asked) -> Result<Value> {
        let seq = self.as_of(asked.as_of)?;
        let absent = || Error::Absent(format!("{name}: no report of that digest at that time"));
        if name.len() < 8 {
            return Err(absent());
        }
        let mut query = self.conn.prepare_cached(
            "SELECT seq, until FROM report WHERE report >= ?1 AND report < ?1 || 'g' AND seq <= ?2
             ORDER BY seq DESC LIMIT 1",
        )?;
        let (at, until): (u64, Option<u64>) = query
            .query_row(params![name, seq], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?
            .ok_or_else(absent)?;
        let Fact::Report(taken) = self.fact(at)? else { return Err(absent()) };
        let mut query = self.conn.prepare_cached(
            "SELECT n.id, m.truce FROM node n JOIN member m ON m.node = n.id AND m.since <= ?2
               AND (m.until IS NULL OR m.until > ?2)
             WHERE n.report = ?1 AND n.seq <= ?2 ORDER BY n.seq",
        )?;
        let tells: Vec<Value> = query
            .query_map(params![at, seq], |row| {
                Ok(json!({"node": row.get::<_, String>(0)?, "truce": row.get::<_, String>(1)?}))
            })?
            .collect::<rusqlite::Result<_>>()?;
        Ok(json!({
            "report": *taken,
            "tells_of": tells,
            "entry": at,
            "no_longer_counts_since_entry": until.filter(|it| *it <= seq),
        }))
    }

    /// An entry as it was appended.
    pub fn entry_value(&self, seq: u64) -> Result<Option<Value>> {
        let Some(it) = self.entry(seq)? else { return Ok(None) };
        let fact: Value = serde_json::from_str(&it.body)
            .map_err(|err| Error::Entry { seq, what: err.to_string() })?;
        Ok(Some(json!({"seq": it.seq, "recorded": micros(it.recorded), "prev": hex(&it.prev),
            "digest": hex(&it.digest), "truce": self.truce_of(seq)?, "fact": fact})))
    }

    /// The truce that an entry is about, as it is named now.
    fn truce_of(&self, seq: u64) -> Result<Option<String>> {
        let mut query = self.conn.prepare_cached(
            "WITH about (node) AS (
               SELECT id FROM node WHERE seq = ?1
               UNION ALL SELECT n.id FROM claim c JOIN node n ON n.seq = c.node WHERE c.seq = ?1
               UNION ALL SELECT n.id FROM review r JOIN claim c ON c.id = r.claim
                 JOIN node n ON n.seq = c.node WHERE r.seq = ?1)
             SELECT m.truce FROM about a JOIN member m ON m.node = a.node AND m.until IS NULL LIMIT 1",
        )?;
        if let Some(truce) = query.query_row([seq], |row| row.get(0)).optional()? {
            return Ok(Some(truce));
        }
        Ok(match self.fact(seq)? {
            Fact::Joined { truce, .. } | Fact::Split { truce, .. } => {
                self.resolve(&truce, self.as_of(None)?).ok()
            }
            _ => None,
        })
    }

    /// The entries about a truce, up to entry `last`, the last first: what was told, claimed, joined
    /// and decided.
    pub fn entries_of(&self, truce: &str, last: u64, limit: usize) -> Result<Vec<u64>> {
        let mut query = self.conn.prepare_cached(
            "WITH told (id) AS (SELECT DISTINCT node FROM member WHERE truce = ?1)
             SELECT seq FROM (
               SELECT n.seq FROM told t JOIN node n ON n.id = t.id
               UNION SELECT c.seq FROM told t JOIN node n ON n.id = t.id JOIN claim c ON c.node = n.seq
               UNION SELECT r.seq FROM told t JOIN node n ON n.id = t.id
                 JOIN claim c ON c.node = n.seq JOIN review r ON r.claim = c.id
               UNION SELECT since FROM member WHERE truce = ?1)
             WHERE seq <= ?2 ORDER BY seq DESC LIMIT ?3",
        )?;
        Ok(query
            .query_map(params![truce, last, limit], |row| row.get(0))?
            .collect::<rusqlite::Result<_>>()?)
    }
}
