//! Nodes for a web. Comes in: what it asks for. Goes out: nodes with where they stand, as the last
//! transaction left them. Only those that count and have been placed.

use rusqlite::Connection;
use truceline::ledger::which::{Kept, Node, Stand, Want};

use crate::{Error, Result};

pub fn load(conn: &Connection, want: &Want<'_>) -> Result<Vec<Kept>> {
    const FIELDS: &str =
        "SELECT n.id, n.first, r.report, n.local, n.signs, n.stand, n.cluster, n.truce,
        (SELECT count(*) FROM node s WHERE s.report = n.report AND s.until IS NULL)
        FROM node n JOIN report r ON r.seq = n.report";
    const LIVE: &str = "n.until IS NULL AND n.cluster IS NOT NULL";
    let (query, name) = match want {
        Want::Key(key) => {
            (format!("{FIELDS} JOIN node_key k ON k.node = n.seq WHERE k.key = ?1 AND {LIVE}"), key)
        }
        Want::Cluster(cluster) => (format!("{FIELDS} WHERE n.cluster = ?1 AND {LIVE}"), cluster),
        Want::Report(report) => {
            (format!("{FIELDS} WHERE r.report = ?1 AND r.until IS NULL AND {LIVE}"), report)
        }
        Want::Node(id) => (format!("{FIELDS} WHERE n.id = ?1 AND {LIVE}"), id),
    };
    let mut query = conn.prepare_cached(&query)?;
    let mut rows = query.query([name])?;
    let mut kept = Vec::new();
    while let Some(row) = rows.next()? {
        let (signs, stand): (String, String) = (row.get(4)?, row.get(5)?);
        let bad = |err: serde_json::Error| {
            Error::NotSupported(format!(
                "a derived table cannot be read ({err}); run `truceline rebuild`"
            ))
        };
        let stand: Stand = serde_json::from_str(&stand).map_err(bad)?;
        kept.push(Kept {
            node: Node {
                id: row.get(0)?,
                seq: row.get(1)?,
                report: row.get(2)?,
                local: row.get(3)?,
                siblings: row.get(8)?,
                signs: serde_json::from_str(&signs).map_err(bad)?,
            },
            stand,
            cluster: row.get(6)?,
            truce: row.get::<_, Option<String>>(7)?.unwrap_or_default(),
        });
    }
    Ok(kept)
}
