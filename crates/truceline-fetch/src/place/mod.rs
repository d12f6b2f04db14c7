//! Where `watch` is, in a file beside the ledger. Comes in: what was seen and done. Goes out: what is
//! to be done next. A step is kept whole or not at all, so that a restart loses and doubles nothing.

mod items;
mod sent;

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use rusqlite::{Connection, ErrorCode, OptionalExtension as _, params};
use url::Url;

pub use items::{Done, Outcome, WHOLE, Waiting};
pub use sent::{Noted, Outgoing};

use crate::{get::Known, plan::Source};

const TABLES: &str = "
CREATE TABLE IF NOT EXISTS feed (
    url TEXT PRIMARY KEY, root TEXT NOT NULL, home TEXT NOT NULL, at TEXT NOT NULL, etag TEXT,
    modified TEXT, changed TEXT, hops INTEGER NOT NULL DEFAULT 0, kept INTEGER NOT NULL DEFAULT 1,
    fails INTEGER NOT NULL DEFAULT 0, polled INTEGER NOT NULL DEFAULT 0, next INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS item (
    id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, feed TEXT NOT NULL, url TEXT NOT NULL,
    host TEXT NOT NULL, changed TEXT, published TEXT, dated TEXT, outlet TEXT, state INTEGER NOT NULL,
    hops INTEGER NOT NULL DEFAULT 0, tries INTEGER NOT NULL DEFAULT 0,
    tried INTEGER NOT NULL DEFAULT 0, next INTEGER NOT NULL, seen INTEGER NOT NULL, why TEXT,
    seq INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS item_waiting ON item (host, next) WHERE state = 0;
CREATE INDEX IF NOT EXISTS item_url ON item (url);
CREATE TABLE IF NOT EXISTS host (host TEXT PRIMARY KEY, next INTEGER NOT NULL, fails INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS note (
    id TEXT PRIMARY KEY, kind TEXT NOT NULL, body TEXT NOT NULL, made INTEGER NOT NULL,
    state INTEGER NOT NULL DEFAULT 0, tries INTEGER NOT NULL DEFAULT 0,
    tried INTEGER NOT NULL DEFAULT 0, next INTEGER NOT NULL, why TEXT
);
CREATE INDEX IF NOT EXISTS note_waiting ON note (next) WHERE state = 0;
CREATE TABLE IF NOT EXISTS noted (
    kind TEXT NOT NULL, node TEXT NOT NULL, by TEXT NOT NULL, day INTEGER NOT NULL, end INTEGER,
    PRIMARY KEY (node, kind, by, day)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS ledger (first BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
";

const VERSION: i64 = 1;

/// A feed that is polled only when its index says that it has changed.
const ASLEEP: i64 = i64::MAX;

/// No more than that can be waited for, in seconds; see `Plan`.
const FARTHEST: i64 = 40 * 86_400;

pub struct Place {
    conn: Connection,
}

/// A feed as it stands.
#[derive(Clone, Debug)]
pub struct FeedRow {
    /// As FEEDS.toml or an index names it.
    pub url: Url,
    /// The feed of FEEDS.toml that it comes from.
    pub root: Url,
    /// Where it has moved for good.
    pub home: Url,
    /// Where the next request goes.
    pub at: Url,
    pub known: Known,
    pub hops: u32,
    pub fails: u32,
    /// Whether all redirects since `home` were for good.
    pub kept: bool,
    pub polled: Timestamp,
    pub next: Option<Timestamp>,
}

impl FeedRow {
    pub fn is_child(&self) -> bool {
        self.url != self.root
    }
}

/// The file beside a ledger.
pub fn beside(ledger: &Path) -> PathBuf {
    let mut name = ledger.as_os_str().to_owned();
    name.push(".watch");
    PathBuf::from(name)
}

pub type Result<T> = std::result::Result<T, String>;

fn words(err: rusqlite::Error) -> String {
    match err.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            "another `truceline watch` is at work on this ledger; end it first".to_owned()
        }
        Some(ErrorCode::NotADatabase) => {
            "expected where a watch left off but found another kind of file; move it away"
                .to_owned()
        }
        _ => format!("where the watch is cannot be kept: {err}"),
    }
}

impl Place {
    /// Held for one program alone until it is dropped.
    pub fn open(path: &Path) -> Result<Place> {
        let open = || -> rusqlite::Result<(Connection, i64)> {
            let conn = Connection::open(path)?;
            conn.busy_timeout(std::time::Duration::from_millis(500))?;
            conn.execute_batch(
                "PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL;
                 PRAGMA synchronous = FULL; BEGIN IMMEDIATE;",
            )?;
            conn.execute_batch(TABLES)?;
            let version: i64 = conn.query_row("PRAGMA user_version", [], |row| row.get(0))?;
            if version == 0 {
                conn.pragma_update(None, "user_version", VERSION)?;
            }
            conn.execute_batch("COMMIT")?;
            conn.set_prepared_statement_cache_capacity(64);
            Ok((conn, version))
        };
        let (conn, version) =
            open().map_err(|err| format!("{}: {}", path.display(), words(err)))?;
        if version > VERSION {
            return Err(format!(
                "{}: expected version {VERSION} or older but found {version}; use a newer truceline",
                path.display()
            ));
        }
        Ok(Place { conn })
    }

    /// All of it, or nothing.
    pub fn step<T>(&mut self, act: impl FnOnce(&Step<'_>) -> Result<T>) -> Result<T> {
        let tx = self.conn.transaction().map_err(words)?;
        let done = act(&Step { conn: &tx })?;
        tx.commit().map_err(words)?;
        Ok(done)
    }

    /// Reading without a step.
    pub fn look(&self) -> Step<'_> {
        Step { conn: &self.conn }
    }
}

/// What can be asked and changed; changes are kept when the step ends.
pub struct Step<'a> {
    conn: &'a Connection,
}

fn time(seconds: i64) -> Timestamp {
    Timestamp::from_second(seconds).unwrap_or(Timestamp::MAX)
}

/// A time to wait for, not to come too early for.
fn seconds(at: Timestamp) -> i64 {
    at.as_second() + i64::from(at.subsec_nanosecond() > 0)
}

impl Step<'_> {
    fn run(&self, sql: &str, values: impl rusqlite::Params) -> Result<usize> {
        self.conn.prepare_cached(sql).and_then(|mut it| it.execute(values)).map_err(words)
    }

    fn one<T: rusqlite::types::FromSql>(
        &self,
        sql: &str,
        values: impl rusqlite::Params,
    ) -> Result<Option<T>> {
        let mut query = self.conn.prepare_cached(sql).map_err(words)?;
        query.query_row(values, |row| row.get(0)).optional().map_err(words)
    }

    fn all<T>(
        &self,
        sql: &str,
        values: impl rusqlite::Params,
        take: impl FnMut(&rusqlite::Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>> {
        let mut query = self.conn.prepare_cached(sql).map_err(words)?;
        let rows = query.query_map(values, take).map_err(words)?;
        rows.collect::<rusqlite::Result<_>>().map_err(words)
    }

    /// Takes up the feeds of FEEDS.toml; those no longer in it are left, what was seen of them stays.
    pub fn plan(&self, sources: &[Source]) -> Result<()> {
        for it in sources {
            let url = it.url.as_str();
            self.run(
                "INSERT INTO feed (url, root, home, at, next) VALUES (?1, ?1, ?1, ?1, 0)
                 ON CONFLICT (url) DO UPDATE SET root = ?1, at = home, hops = 0",
                [url],
            )?;
        }
        let roots =
            self.all("SELECT DISTINCT root FROM feed", [], |row| row.get::<_, String>(0))?;
        for root in roots.iter().filter(|root| !sources.iter().any(|it| it.url.as_str() == *root)) {
            self.run("DELETE FROM feed WHERE root = ?1", [root])?;
        }
        Ok(())
    }

    /// The digest of the ledger's first entry, by which it is known.
    pub fn ledger(&self) -> Result<Option<Vec<u8>>> {
        self.one("SELECT first FROM ledger", [])
    }

    pub fn set_ledger(&self, first: &[u8]) -> Result<()> {
        self.run("DELETE FROM ledger", [])?;
        self.run("INSERT INTO ledger (first) VALUES (?1)", [first])?;
        Ok(())
    }

    /// A clock that was once far ahead has left times that nobody should wait for.
    pub fn mend(&self, now: Timestamp) -> Result<()> {
        for (table, asleep) in [("feed", ASLEEP), ("item", -1), ("note", -1), ("host", -1)] {
            self.run(
                &format!("UPDATE {table} SET next = ?1 WHERE next > ?2 AND next <> ?3"),
                [now.as_second(), now.as_second().saturating_add(FARTHEST), asleep],
            )?;
        }
        Ok(())
    }

    pub fn feeds(&self) -> Result<Vec<FeedRow>> {
        let sql = "SELECT url, root, home, at, etag, modified, hops, fails, kept, polled, next
                   FROM feed ORDER BY url";
        let rows = self.all(sql, [], |row| {
            let url = |at: usize| -> rusqlite::Result<Option<Url>> {
                Ok(Url::parse(&row.get::<_, String>(at)?).ok())
            };
            let (Some(own), Some(root), Some(home), Some(at)) =
                (url(0)?, url(1)?, url(2)?, url(3)?)
            else {
                return Ok(None);
            };
            let next: i64 = row.get(10)?;
            Ok(Some(FeedRow {
                url: own,
                root,
                home,
                at,
                known: Known { etag: row.get(4)?, modified: row.get(5)? },
                hops: row.get(6)?,
                fails: row.get(7)?,
                kept: row.get(8)?,
                polled: time(row.get(9)?),
                next: (next != ASLEEP).then(|| time(next)),
            }))
        })?;
        Ok(rows.into_iter().flatten().collect())
    }

    /// What an answer to a poll changes; `next`: `None` for a feed that its index wakes.
    pub fn feed_done(&self, it: &FeedRow, now: Timestamp) -> Result<()> {
        self.run(
            "UPDATE feed SET home = ?2, at = ?3, etag = ?4, modified = ?5, hops = ?6, fails = ?7,
             kept = ?8, polled = ?9, next = ?10 WHERE url = ?1",
            params![
                it.url.as_str(),
                it.home.as_str(),
                it.at.as_str(),
                it.known.etag,
                it.known.modified,
                it.hops,
                it.fails,
                it.kept,
                now.as_second(),
                it.next.map_or(ASLEEP, seconds),
            ],
        )?;
        Ok(())
    }

    /// A sitemap that an index names: polled where it is new or has changed.
    pub fn child(
        &self,
        of: &FeedRow,
        url: &Url,
        changed: Option<&str>,
        now: Timestamp,
    ) -> Result<()> {
        self.run(
            "INSERT INTO feed (url, root, home, at, changed, next) VALUES (?1, ?2, ?1, ?1, ?3, ?4)
             ON CONFLICT (url) DO UPDATE SET changed = ?3, next = min(next, ?4)
             WHERE root = ?2 AND url <> root AND (?3 IS NULL OR ?3 IS NOT changed)",
            params![url.as_str(), of.root.as_str(), changed, now.as_second()],
        )?;
        Ok(())
    }

    /// The sitemaps of an index that does not say when they change.
    pub fn wake(&self, of: &FeedRow, now: Timestamp) -> Result<()> {
        self.run(
            "UPDATE feed SET next = min(next, ?2)
             WHERE root = ?1 AND url <> root AND changed IS NULL",
            params![of.root.as_str(), now.as_second()],
        )?;
        Ok(())
    }

    pub fn hosts(&self) -> Result<Vec<(String, Timestamp, u32)>> {
        self.all("SELECT host, next, fails FROM host", [], |row| {
            Ok((row.get(0)?, time(row.get(1)?), row.get(2)?))
        })
    }

    /// A pause that outlives the program.
    pub fn host(&self, host: &str, next: Timestamp, fails: u32) -> Result<()> {
        if fails == 0 {
            self.run("DELETE FROM host WHERE host = ?1", [host])?;
        } else {
            self.run(
                "INSERT OR REPLACE INTO host (host, next, fails) VALUES (?1, ?2, ?3)",
                params![host, seconds(next), fails],
            )?;
        }
        Ok(())
    }
}
