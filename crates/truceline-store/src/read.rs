//! Truces as they were known after an entry. Comes in: a truce and an entry. Goes out: its view,
//! kept where nothing has changed since, folded from the claims where something has.

use std::collections::BTreeSet;

use rusqlite::{Connection, OptionalExtension as _, params};
use truceline::ledger::{
    body::{Said, Told},
    fold::{Member, Standing, View, fold},
    status::changes,
};

use crate::{Error, Result, answers, head};

#[derive(serde::Deserialize)]
struct ToldBody {
    told: Told,
}

#[derive(serde::Deserialize)]
struct SaidBody {
    claim: String,
    said: Said,
}

/// What stood in a truce after entry `seq`.
pub fn members(conn: &Connection, truce: &str, seq: u64) -> Result<Vec<Member>> {
    let mut nodes = conn.prepare_cached(
        "SELECT n.seq, n.id, r.id, r.outlet, r.told, e.body,
           (SELECT f.family FROM family f WHERE f.report = n.report AND f.since <= ?2
              AND (f.until IS NULL OR f.until > ?2) ORDER BY f.since DESC LIMIT 1), n.signs
         FROM member m
         JOIN node n ON n.id = m.node AND n.seq <= ?2 AND (n.until IS NULL OR n.until > ?2)
         JOIN report r ON r.seq = n.report
         JOIN entries e ON e.seq = n.seq
         WHERE m.truce = ?1 AND m.since <= ?2 AND (m.until IS NULL OR m.until > ?2)
         ORDER BY n.seq",
    )?;
    let mut claims = conn.prepare_cached(
        "SELECT c.seq, e.body,
           (SELECT r.accepted FROM review r WHERE r.claim = c.id AND r.seq <= ?2
              AND (r.until IS NULL OR r.until > ?2) ORDER BY r.seq DESC LIMIT 1)
         FROM claim c JOIN entries e ON e.seq = c.seq
         WHERE c.node = ?1 AND c.seq <= ?2 AND (c.until IS NULL OR c.until > ?2)
         ORDER BY c.seq",
    )?;
    let mut found = Vec::new();
    let mut rows = nodes.query(params![truce, seq])?;
    while let Some(row) = rows.next()? {
        let at: u64 = row.get(0)?;
        let bad =
            |seq: u64| move |err: serde_json::Error| Error::Entry { seq, what: err.to_string() };
        let body: ToldBody =
            serde_json::from_str(row.get_ref(5)?.as_str().unwrap_or("")).map_err(bad(at))?;
        let ties = row.get_ref(7)?.as_str_or_null().unwrap_or(None).map(serde_json::from_str);
        let mut standing = Vec::new();
        let mut told = claims.query(params![at, seq])?;
        while let Some(claim) = told.next()? {
            let at: u64 = claim.get(0)?;
            let body: SaidBody =
                serde_json::from_str(claim.get_ref(1)?.as_str().unwrap_or("")).map_err(bad(at))?;
            let review: Option<bool> = claim.get(2)?;
            standing.push(Standing {
                id: body.claim,
                seq: at,
                said: body.said,
                rejected: review == Some(false),
                accepted: review == Some(true),
            });
        }
        found.push(Member {
            node: row.get(1)?,
            told: body.told,
            report: row.get(2)?,
            outlet: row.get(3)?,
            told_at: row.get(4)?,
            family: row.get::<_, Option<u64>>(6)?.unwrap_or(at),
            ties: ties.transpose().map_err(bad(at))?.unwrap_or_default(),
            claims: standing,
        });
    }
    Ok(found)
}

pub fn view_at(conn: &Connection, truce: &str, seq: u64) -> Result<Option<View>> {
    let mut kept = conn.prepare_cached("SELECT first, changed, body FROM view WHERE truce = ?1")?;
    let row: Option<(u64, u64, Option<String>)> =
        kept.query_row([truce], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).optional()?;
    match row {
        None => Ok(None),
        Some((first, ..)) if first > seq => Ok(None),
        Some((_, changed, body)) if changed <= seq => body.map(|it| view(&it)).transpose(),
        Some(_) => Ok(fold(truce, members(conn, truce, seq)?)),
    }
}

pub fn view(body: &str) -> Result<View> {
    serde_json::from_str(body).map_err(|err| {
        Error::NotSupported(format!("a kept view cannot be read ({err}); run `truceline rebuild`"))
    })
}

/// Folds truces again and keeps their views.
pub fn refresh(conn: &Connection, truces: &BTreeSet<String>) -> Result<()> {
    let seq = head(conn)?.map_or(0, |it| it.seq);
    let mut keep = conn.prepare_cached(
        "INSERT INTO view (truce, first, changed, body) VALUES (?1,
           (SELECT min(since) FROM member WHERE truce = ?1), ?2, ?3)
         ON CONFLICT (truce) DO UPDATE SET changed = ?2, body = ?3",
    )?;
    let mut stand = conn.prepare_cached(
        "INSERT INTO standing (truce, first, changed, lo, hi, before, after)
         VALUES (?1, (SELECT min(since) FROM member WHERE truce = ?1), ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT (truce) DO UPDATE SET changed = ?2, lo = ?3, hi = ?4, before = ?5, after = ?6",
    )?;
    for truce in truces {
        let view = fold(truce, members(conn, truce, seq)?);
        keep.execute(params![truce, seq, view.as_ref().map(body)])?;
        refile(conn, truce, view.as_ref())?;
        let (lo, hi) = view.as_ref().map_or((0, 0), changes);
        let line = |at: i64| view.as_ref().map(|it| answers::standing(it, at).to_string());
        stand.execute(params![
            truce,
            seq,
            lo,
            hi,
            line(lo.saturating_sub(1)),
            line(hi.max(lo.saturating_sub(1)))
        ])?;
    }
    Ok(())
}

/// The kept form of a truce's view.
pub fn body(view: &View) -> String {
    serde_json::to_string(view).expect("a view is plain data")
}

/// The keys under which a truce is found by place or party.
fn refile(conn: &Connection, truce: &str, view: Option<&View>) -> Result<()> {
    let keys: BTreeSet<String> = view.map(answers::find_keys).unwrap_or_default();
    let mut kept = conn.prepare_cached("SELECT key FROM find WHERE truce = ?1")?;
    let kept: BTreeSet<String> =
        kept.query_map([truce], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    let mut add = conn.prepare_cached("INSERT INTO find (key, truce) VALUES (?1, ?2)")?;
    let mut drop = conn.prepare_cached("DELETE FROM find WHERE key = ?1 AND truce = ?2")?;
    for key in keys.difference(&kept) {
        add.execute(params![key, truce])?;
    }
    for key in kept.difference(&keys) {
        drop.execute(params![key, truce])?;
    }
    Ok(())
}
