//! The tables. `entries` and `texts` are the ledger; all others but `archive` are folded from them
//! and can be made again. A migration is never edited: the next one follows it.

use std::path::Path;

use rusqlite::Connection;

use crate::{Error, Result};

/// Numbered by their place, from 1; `PRAGMA user_version` tells how many have run.
const MIGRATIONS: &[&str] = &[LEDGER, DERIVED, ARCHIVES, QUOTES];

const LEDGER: &str = "
CREATE TABLE entries (
    seq INTEGER PRIMARY KEY,
    recorded INTEGER NOT NULL,
    prev BLOB NOT NULL,
    digest BLOB NOT NULL,
    body TEXT NOT NULL
);
CREATE TRIGGER entries_stay BEFORE UPDATE ON entries
BEGIN SELECT RAISE(ABORT, 'an entry is never changed'); END;
CREATE TRIGGER entries_last BEFORE DELETE ON entries
BEGIN SELECT RAISE(ABORT, 'an entry is never deleted'); END;
CREATE TABLE texts (id INTEGER PRIMARY KEY, digest BLOB NOT NULL UNIQUE, text TEXT NOT NULL);
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
";

const DERIVED: &str = "
CREATE TABLE report (
    seq INTEGER PRIMARY KEY, report TEXT NOT NULL, id TEXT NOT NULL, item TEXT NOT NULL, outlet TEXT,
    told INTEGER NOT NULL, dated INTEGER NOT NULL, until INTEGER
);
CREATE INDEX report_digest ON report (report);
CREATE INDEX report_item ON report (item);
CREATE TABLE node (
    seq INTEGER PRIMARY KEY, id TEXT NOT NULL, report INTEGER NOT NULL, local INTEGER NOT NULL,
    first INTEGER NOT NULL, until INTEGER,
    signs TEXT, stand TEXT, cluster TEXT, truce TEXT
);
CREATE INDEX node_id ON node (id);
CREATE INDEX node_report ON node (report);
CREATE INDEX node_cluster ON node (cluster) WHERE cluster IS NOT NULL;
CREATE TABLE node_key (key TEXT, node INTEGER, PRIMARY KEY (key, node)) WITHOUT ROWID;
CREATE TABLE claim (seq INTEGER PRIMARY KEY, id TEXT NOT NULL, node INTEGER NOT NULL, until INTEGER);
CREATE INDEX claim_id ON claim (id);
CREATE INDEX claim_node ON claim (node);
CREATE TABLE review (
    seq INTEGER PRIMARY KEY, claim TEXT NOT NULL, accepted INTEGER NOT NULL, until INTEGER
);
CREATE INDEX review_claim ON review (claim);
CREATE TABLE member (
    since INTEGER, node TEXT, truce TEXT NOT NULL, person INTEGER NOT NULL, until INTEGER,
    PRIMARY KEY (node, since)
) WITHOUT ROWID;
CREATE INDEX member_truce ON member (truce);
CREATE TABLE family (
    report INTEGER, since INTEGER, family INTEGER NOT NULL, until INTEGER,
    PRIMARY KEY (report, since)
) WITHOUT ROWID;
CREATE INDEX family_now ON family (family) WHERE until IS NULL;
CREATE TABLE link (a INTEGER, b INTEGER, seq INTEGER, PRIMARY KEY (a, b)) WITHOUT ROWID;
CREATE TABLE print (report INTEGER PRIMARY KEY, rows BLOB NOT NULL, paragraphs BLOB NOT NULL, wire TEXT);
CREATE TABLE bucket (key INTEGER, report INTEGER, PRIMARY KEY (key, report)) WITHOUT ROWID;
CREATE TABLE view (
    id INTEGER PRIMARY KEY, truce TEXT NOT NULL UNIQUE, first INTEGER NOT NULL,
    changed INTEGER NOT NULL, body TEXT
);
CREATE TABLE standing (
    id INTEGER PRIMARY KEY, truce TEXT NOT NULL UNIQUE, first INTEGER NOT NULL,
    changed INTEGER NOT NULL, lo INTEGER NOT NULL, hi INTEGER NOT NULL, after TEXT, before TEXT
);
CREATE TABLE find (key TEXT, truce TEXT, PRIMARY KEY (key, truce)) WITHOUT ROWID;
CREATE INDEX find_truce ON find (truce);
";

/// How far archives were read, and how (with which pack and options). Nothing hangs on it but that
/// what was read need not be read again.
const ARCHIVES: &str = "
CREATE TABLE archive (
    archive TEXT, how TEXT, path TEXT NOT NULL, length INTEGER NOT NULL, member INTEGER NOT NULL,
    within INTEGER NOT NULL, done INTEGER NOT NULL, PRIMARY KEY (archive, how)
) WITHOUT ROWID;
";

/// Quotes by their words, under the sequence of their entry. Entries stay, so it is never cleared.
const QUOTES: &str = "
CREATE INDEX view_changed ON view (changed);
CREATE VIRTUAL TABLE quotes USING fts5 (
    quote, content = '', columnsize = 0, tokenize = 'unicode61 remove_diacritics 2'
);
INSERT INTO quotes (rowid, quote)
    SELECT seq, body ->> '$.said.quote' FROM entries WHERE body ->> '$.kind' = 'claim' ORDER BY seq;
";

/// The derived tables, in the order in which they are compared.
pub const FOLDED: &[(&str, &str)] = &[
    ("report", "seq"),
    ("node", "seq"),
    ("node_key", "key, node"),
    ("claim", "seq"),
    ("review", "seq"),
    ("member", "node, since"),
    ("family", "report, since"),
    ("link", "a, b"),
    ("print", "report"),
    ("bucket", "key, report"),
];

pub fn open(conn: &Connection, path: &Path, write: bool) -> Result<()> {
    let known = MIGRATIONS.len();
    let found: usize = conn.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    if found > known {
        return Err(Error::NotSupported(format!(
            "expected a ledger of version {known} or older but found version {found}; use a newer \
             truceline"
        )));
    }
    conn.execute_batch("PRAGMA cache_size = -65536; PRAGMA temp_store = MEMORY;")?;
    if !write {
        if found < known {
            return Err(Error::NotSupported(format!(
                "expected a ledger of version {known} but found version {found}; `truceline \
                 rebuild` brings it up to date"
            )));
        }
        return Ok(());
    }
    conn.execute_batch("PRAGMA foreign_keys = ON;")?;
    if path != Path::new(":memory:") {
        let mode: String = conn.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0))?;
        if !mode.eq_ignore_ascii_case("wal") {
            return Err(Error::Input(
                "the ledger cannot keep its write-ahead log beside it; expected a folder that can \
                 be written to"
                    .to_owned(),
            ));
        }
        conn.execute_batch("PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 8000;")?;
    }
    if found < known {
        // Another process may be doing the same: look again once the lock is ours.
        conn.execute_batch("BEGIN IMMEDIATE")?;
        let found: usize = conn.query_row("PRAGMA user_version", [], |row| row.get(0))?;
        for (at, migration) in MIGRATIONS.iter().enumerate().skip(found) {
            let done = conn
                .execute_batch(migration)
                .and_then(|()| conn.pragma_update(None, "user_version", at + 1));
            if let Err(err) = done {
                let _ = conn.execute_batch("ROLLBACK");
                return Err(err.into());
            }
        }
        conn.execute_batch("COMMIT")?;
    }
    Ok(())
}

/// For who goes through a whole ledger: 64 MB, in the KB that SQLite counts as negative.
pub const LARGE_CACHE: i64 = -65_536;

/// The derived tables alone, for folding from scratch beside the ledger.
pub fn scratch(conn: &Connection) -> Result<()> {
    conn.execute_batch("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;")?;
    conn.pragma_update(None, "cache_size", LARGE_CACHE)?;
    conn.execute_batch(DERIVED)?;
    Ok(())
}

pub fn clear(conn: &Connection) -> Result<()> {
    for (table, _) in FOLDED {
        conn.execute(&format!("DELETE FROM {table}"), [])?;
    }
    conn.execute_batch("DELETE FROM view; DELETE FROM standing; DELETE FROM find;")?;
    Ok(())
}
