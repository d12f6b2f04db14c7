//! The ledger in one SQLite file. Comes in: what reports tell. Goes out: answers, each folded from
//! entries that are only ever appended. Never asks the clock: the time of recording is given.

mod add;
mod answers;
mod archive;
mod derive;
mod error;
mod export;
mod read;
mod review;
mod schema;
mod verify;

use std::{cell::RefCell, path::Path};

use jiff::Timestamp;
use rusqlite::{Connection, OpenFlags, OptionalExtension as _, config::DbConfig, params};
use truceline::ledger::{
    entry::{Digest, Entry, Fact},
    kin::Kin,
    which::Web,
};

pub use add::{Added, Outcome};
pub use answers::{Asked, Catalogue, Filter, Found, Row, Rows, Standing, Wanted, after};
pub use archive::Mark;
pub use error::Error;
pub use export::Form;
pub use review::Decision;
pub use verify::Report as Verified;

pub type Result<T> = std::result::Result<T, Error>;

/// How long a second writer waits before it says so.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(30);

const READING: OpenFlags = OpenFlags::SQLITE_OPEN_READ_ONLY.union(OpenFlags::SQLITE_OPEN_NO_MUTEX);

/// More than there are.
const STATEMENTS: usize = 128;

/// A ledger, open for reading and, unless it was opened with [`Ledger::read`], for appending.
pub struct Ledger {
    conn: Connection,
    path: String,
    web: Web,
    /// The entry up to which `web` knows the ledger.
    seen: u64,
    kin: Kin,
    agencies: Vec<String>,
    lines: RefCell<answers::Lines>,
}

/// The end of the chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    pub seq: u64,
    /// Microseconds since 1970.
    pub recorded: i64,
    pub digest: Digest,
}

impl Ledger {
    /// Opens a ledger for appending; makes the file where there is none.
    pub fn open(path: &Path) -> Result<Ledger> {
        let conn = Connection::open(path).map_err(|err| Error::at(path, err))?;
        Ledger::with(conn, path, true)
    }

    /// Opens a ledger that exists, for reading only.
    pub fn read(path: &Path) -> Result<Ledger> {
        if !path.exists() {
            return Err(Error::Input(format!(
                "{}: no such ledger; `truceline add` makes one",
                path.display()
            )));
        }
        let conn =
            Connection::open_with_flags(path, READING).map_err(|err| Error::at(path, err))?;
        Ledger::with(conn, path, false)
    }

    /// A ledger that lives as long as the value.
    pub fn in_memory() -> Result<Ledger> {
        Ledger::with(Connection::open_in_memory()?, Path::new(":memory:"), true)
    }

    fn with(conn: Connection, path: &Path, write: bool) -> Result<Ledger> {
        conn.busy_timeout(PATIENCE)?;
        plan_once(&conn)?;
        schema::open(&conn, path, write).map_err(|err| err.of(path))?;
        if write {
            // What is added goes to all parts of the indexes: those of a million claims fit in.
            conn.pragma_update(None, "cache_size", -262_144)?;
        }
        Ok(Ledger {
            conn,
            path: path.display().to_string(),
            web: Web::default(),
            seen: 0,
            kin: Kin::default(),
            lines: RefCell::default(),
            agencies: AGENCIES.iter().map(|it| (*it).to_owned()).collect(),
        })
    }

    /// Which actors are one camp, which places whole countries: part of the rules of joining.
    pub fn set_kin(&mut self, kin: Kin) {
        self.kin = kin;
        self.web = Web::default();
    }

    /// The most pages the file may grow to: how a test makes the disk full.
    #[doc(hidden)]
    pub fn limit_pages(&self, pages: u32) -> Result<()> {
        self.conn.query_row(&format!("PRAGMA max_page_count = {pages}"), [], |_| Ok(()))?;
        Ok(())
    }

    pub fn path(&self) -> &str {
        &self.path
    }

    pub fn head(&self) -> Result<Option<Head>> {
        head(&self.conn)
    }

    /// The end of the chain as it was after an entry.
    pub fn head_at(&self, seq: u64) -> Result<Option<Head>> {
        let entry = self.entry(seq)?;
        Ok(entry.map(|it| Head { seq: it.seq, recorded: it.recorded, digest: it.digest }))
    }

    /// The last entry recorded at or before a time; 0 before the first.
    pub fn as_of(&self, at: Option<Timestamp>) -> Result<u64> {
        let Some(head) = self.head()? else { return Ok(0) };
        let Some(at) = at.map(|it| it.as_microsecond()) else { return Ok(head.seq) };
        // Recording times never run back: bisect.
        let (mut low, mut high) = (0, head.seq);
        let mut recorded =
            self.conn.prepare_cached("SELECT recorded FROM entries WHERE seq = ?1")?;
        while low < high {
            let middle = low + (high - low).div_ceil(2);
            let there: i64 = recorded.query_row([middle], |row| row.get(0))?;
            if there <= at { low = middle } else { high = middle - 1 }
        }
        Ok(low)
    }

    /// One entry by its sequence.
    pub fn entry(&self, seq: u64) -> Result<Option<Entry>> {
        let mut query = self.conn.prepare_cached(
            "SELECT seq, recorded, prev, digest, body FROM entries WHERE seq = ?1",
        )?;
        Ok(query.query_row([seq], entry).optional()?)
    }

    fn fact(&self, seq: u64) -> Result<Fact> {
        fact(&self.conn, seq)
    }
}

/// Statements are parsed once: neither dropped for others, nor planned again for other values.
fn plan_once(conn: &Connection) -> Result<()> {
    conn.set_prepared_statement_cache_capacity(STATEMENTS);
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    Ok(())
}

/// Names of agencies as they stand in credits.
const AGENCIES: &[&str] = &[
    "Reuters",
    "AP",
    "Associated Press",
    "AFP",
    "Agence France-Presse",
    "UPI",
    "EFE",
    "Xinhua",
    "Interfax",
    "TASS",
    "ITAR-TASS",
    "DPA",
    "dpa",
    "ANSA",
    "Anadolu Agency",
    "AA",
    "SANA",
    "PTI",
    "IANS",
    "Kyodo",
    "Yonhap",
    "Bernama",
    "Notimex",
];

fn head(conn: &Connection) -> Result<Option<Head>> {
    let mut last =
        conn.prepare_cached("SELECT seq, recorded, digest FROM entries ORDER BY seq DESC LIMIT 1")?;
    let head = last.query_row([], |row| {
        Ok(Head { seq: row.get(0)?, recorded: row.get(1)?, digest: row.get(2)? })
    });
    Ok(head.optional()?)
}

fn entry(row: &rusqlite::Row<'_>) -> rusqlite::Result<Entry> {
    Ok(Entry {
        seq: row.get(0)?,
        recorded: row.get(1)?,
        prev: row.get(2)?,
        digest: row.get(3)?,
        body: row.get(4)?,
    })
}

fn fact(conn: &Connection, seq: u64) -> Result<Fact> {
    let mut query = conn.prepare_cached("SELECT body FROM entries WHERE seq = ?1")?;
    let body: String = query.query_row([seq], |row| row.get(0))?;
    serde_json::from_str(&body).map_err(|err| Error::Entry { seq, what: err.to_string() })
}

/// Appends a fact to the chain.
fn append(conn: &Connection, recorded: i64, fact: &Fact) -> Result<u64> {
    let last = head(conn)?;
    if let Some(last) = last
        && recorded < last.recorded
    {
        let iso = |at| {
            Timestamp::from_microsecond(at).map_or_else(|_| String::new(), |it| it.to_string())
        };
        return Err(Error::Input(format!(
            "recorded at {}, but the last entry was recorded at {}: the ledger's clock never runs back",
            iso(recorded),
            iso(last.recorded)
        )));
    }
    let entry = Entry::after(last.map(|it| (it.seq, it.digest)), recorded, fact.canonical());
    put(conn, &entry)?;
    Ok(entry.seq)
}

fn put(conn: &Connection, entry: &Entry) -> Result<()> {
    let mut insert = conn.prepare_cached(
        "INSERT INTO entries (seq, recorded, prev, digest, body) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?;
    insert.execute(params![entry.seq, entry.recorded, entry.prev, entry.digest, entry.body])?;
    Ok(())
}
