//! A folder with a ledger, a clock that a test drives, and what a watch told.

#![allow(dead_code)]

use std::{
    collections::BTreeMap,
    fs,
    path::PathBuf,
    sync::{Arc, OnceLock, atomic::AtomicBool},
};

use jiff::Timestamp;
use truceline::{
    ledger::{entry::Fact, kin::Kin},
    pack::Source,
    read::Reader,
};
use truceline_fetch::{
    Limits,
    plan::Plan,
    watch::{Settings, Sum, Told, Tools, Watch},
};
use truceline_store::{Ledger, Outcome};

use super::server::Hand;

/// Loading a pack takes longer than most tests.
fn reader() -> Arc<Reader> {
    static READER: OnceLock<Arc<Reader>> = OnceLock::new();
    READER.get_or_init(|| Arc::new(Reader::load(&Source::Embedded).unwrap())).clone()
}

pub struct World {
    pub folder: tempfile::TempDir,
    pub clock: Arc<Hand>,
    pub stop: Arc<AtomicBool>,
    pub kept: Vec<(String, Outcome)>,
    pub troubles: Vec<String>,
    /// Open files and resident kilobytes, at each report kept.
    pub load: Vec<(usize, usize)>,
}

impl World {
    pub fn new(clock: Arc<Hand>) -> World {
        World {
            folder: tempfile::tempdir().unwrap(),
            clock,
            stop: Arc::default(),
            kept: Vec::new(),
            troubles: Vec::new(),
            load: Vec::new(),
        }
    }

    pub fn path(&self) -> PathBuf {
        self.folder.path().join("ledger.db")
    }

    pub fn ledger(&self) -> Ledger {
        let mut ledger = Ledger::open(&self.path()).unwrap();
        ledger.set_kin(Kin::load(&Source::Embedded).unwrap());
        ledger
    }

    pub fn run(&mut self, plan: &str, settings: Settings) -> Sum {
        self.try_run(plan, settings).unwrap()
    }

    pub fn try_run(&mut self, plan: &str, settings: Settings) -> Result<Sum, String> {
        let plan = Plan::read(plan).unwrap();
        let (ledger, reader, clock) = (self.ledger(), reader(), self.clock.clone());
        let (kept, troubles, load) = (&mut self.kept, &mut self.troubles, &mut self.load);
        let mut tell = |told: Told<'_>| match told {
            Told::Kept(name, it) => {
                kept.push((name.to_owned(), it.outcome));
                load.push(burden());
            }
            Told::Trouble(what) => troubles.push(what.to_owned()),
        };
        let tools = Tools {
            reader,
            pack: "test".to_owned(),
            ledger,
            clock: &*clock,
            stop: &self.stop,
            tell: &mut tell,
        };
        Watch::open(plan, settings, tools)?.run()
    }

    /// Entries that take a report, for each address.
    pub fn reports(&self) -> BTreeMap<String, usize> {
        let ledger = self.ledger();
        let mut found = BTreeMap::new();
        for seq in 1..=ledger.head().unwrap().map_or(0, |it| it.seq) {
            let entry = ledger.entry(seq).unwrap().unwrap();
            if let Ok(Fact::Report(taken)) = serde_json::from_str(&entry.body) {
                *found.entry(taken.url.unwrap_or_default()).or_default() += 1;
            }
        }
        found
    }
}

pub fn settings(allow: truceline_fetch::Allow, until: Option<Timestamp>) -> Settings {
    let time = std::time::Duration::from_secs(1);
    let limits =
        Limits { body: 1 << 20, unpacked: 4 << 20, time, connect: time, ..Limits::default() };
    Settings { allow, once: until.is_none(), until, limits, seed: 4 }
}

fn burden() -> (usize, usize) {
    let files = fs::read_dir("/proc/self/fd").map_or(0, Iterator::count);
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|it| it.strip_prefix("VmRSS:")).unwrap_or_default();
    let memory = line.split_whitespace().next().and_then(|it| it.parse().ok()).unwrap_or(0);
    (files, memory)
}
