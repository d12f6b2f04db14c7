//! What may happen to a ledger from outside: killed writers, two writers, changed bytes, a file
//! that cannot be written to, a file of a later version.

mod story;

use std::{
    env, fs,
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use story::{Story, time};
use truceline::{claim::Act, ledger::intake::Intake};
use truceline_store::{Asked, Filter, Ledger};

fn report(at: usize) -> Intake {
    let day = format!("2019-{:02}-{:02}", 1 + at / 28 % 12, 1 + at % 28);
    let words = format!(
        "Report {at} tells of the day in its own words and of nothing else, {}.",
        at * 7919
    );
    Story::new(&format!("r{at}"), ["Gazette", "Courier", "Mirror"][at % 3], &day)
        .words(&words)
        .truce("truce", "North | South", "Xanadu/XA")
        .starts(&day)
        .lasts("PT72H")
        .claim(
            Act::Agreed,
            "North, South",
            &format!("North and South agreed to truce number {at}."),
        )
        .claim(Act::Violated, "South", &format!("Shells fell at the bridge, said witness {at}."))
        .intake()
}

const RUN: &str = "2020-01-01";

/// Not a test of its own: the process that others kill.
#[test]
#[ignore = "run by the tests of this file"]
fn child() {
    let Ok(path) = env::var("TRUCELINE_TEST_LEDGER") else { return };
    let range: Vec<usize> = env::var("TRUCELINE_TEST_RANGE")
        .unwrap()
        .split('-')
        .map(|it| it.parse().unwrap())
        .collect();
    let mut ledger = Ledger::open(Path::new(&path)).unwrap();
    for batch in (range[0]..range[1]).collect::<Vec<_>>().chunks(3) {
        let intakes: Vec<Intake> = batch.iter().map(|at| report(*at)).collect();
        ledger.add(&intakes, time(RUN)).unwrap();
    }
}

fn spawn(path: &Path, range: &str) -> Child {
    Command::new(env::current_exe().unwrap())
        .args(["--exact", "child", "--ignored", "--test-threads=1"])
        .env("TRUCELINE_TEST_LEDGER", path)
        .env("TRUCELINE_TEST_RANGE", range)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

fn rounds() -> u64 {
    env::var("ROUNDS").ok().and_then(|it| it.parse().ok()).unwrap_or(20)
}

fn asked() -> Asked {
    Asked { at: time(RUN), as_of: None }
}

#[track_caller]
fn clean(path: &Path, reports: u64) {
    let verified = Ledger::read(path).unwrap().verify().unwrap();
    assert_eq!(verified.fault, None);
    assert_eq!(verified.reports, reports);
}

#[test]
fn killed_at_any_moment_nothing_is_lost_and_nothing_is_twice() {
    let folder = tempfile::tempdir().unwrap();
    let count = 60;
    // How long an undisturbed run takes sets where the blows fall.
    let whole = folder.path().join("whole");
    let begun = std::time::Instant::now();
    assert!(spawn(&whole, &format!("0-{count}")).wait().unwrap().success());
    let length = begun.elapsed();
    clean(&whole, count);
    let head = Ledger::read(&whole).unwrap().head().unwrap();
    for round in 0..rounds() {
        let path = folder.path().join(format!("ledger-{round}"));
        for blow in 0..2 {
            let mut child = spawn(&path, &format!("0-{count}"));
            let part = (round * 37 + blow * 61) % 100;
            std::thread::sleep(length * part as u32 / 100);
            // SIGKILL, which no process can catch.
            let _ = child.kill();
            let _ = child.wait();
            if path.exists() && Ledger::read(&path).is_ok() {
                assert_eq!(
                    Ledger::read(&path).unwrap().verify().unwrap().fault,
                    None,
                    "round {round}"
                );
            }
        }
        assert!(spawn(&path, &format!("0-{count}")).wait().unwrap().success());
        clean(&path, count);
        assert_eq!(Ledger::read(&path).unwrap().head().unwrap(), head, "round {round}");
    }
}

#[test]
fn two_writers_at_once_both_end_and_everything_is_there() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger");
    let children = [spawn(&path, "0-40"), spawn(&path, "30-70"), spawn(&path, "60-90")];
    let mut seen = 0;
    // A reader is never held up by them.
    for _ in 0..20 {
        std::thread::sleep(Duration::from_millis(10));
        if let Ok(ledger) = Ledger::read(&path)
            && let Ok(list) = ledger.list(asked(), &Filter::default())
        {
            // Of reports: two truces may turn out to be one.
            let told = list.iter().map(|it| it["reports"].as_array().map_or(0, Vec::len)).sum();
            assert!(told >= seen);
            seen = told;
        }
    }
    for mut child in children {
        assert!(child.wait().unwrap().success());
    }
    clean(&path, 90);
}

#[test]
fn a_changed_byte_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger");
    let mut ledger = Ledger::open(&path).unwrap();
    for at in 0..12 {
        ledger.add(&[report(at)], time(RUN)).unwrap();
    }
    drop(ledger);
    let bytes = fs::read(&path).unwrap();
    let find = |what: &[u8]| bytes.windows(what.len()).position(|it| it == what).unwrap();
    // In the body of a claim, in that of a report, and everywhere in one entry's row.
    let claim = find(b"\"quote\":\"North and South agreed to truce number 7.\"");
    let spots: Vec<usize> =
        (0..40).map(|at| claim + 9 + at).chain([claim - 40, claim - 120, claim - 200]).collect();
    for spot in spots {
        let mut changed = bytes.clone();
        changed[spot] ^= 0x01;
        let other = folder.path().join("changed");
        fs::write(&other, &changed).unwrap();
        let fault = Ledger::read(&other).unwrap().verify().unwrap().fault;
        let fault = fault.unwrap_or_else(|| panic!("byte {spot} goes unseen"));
        assert!(fault.starts_with("entry "), "{fault}");
    }
    // A text that is not the one that was read.
    let mut changed = bytes.clone();
    let text = find(b"in its own words and of nothing else");
    changed[text] ^= 0x01;
    let other = folder.path().join("changed");
    fs::write(&other, &changed).unwrap();
    let fault = Ledger::read(&other).unwrap().verify().unwrap().fault.unwrap();
    assert!(fault.contains("does not have the digest"), "{fault}");
}

#[test]
fn entries_refuse_to_change() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger");
    Ledger::open(&path).unwrap().add(&[report(0)], time(RUN)).unwrap();
    let conn = rusqlite::Connection::open(&path).unwrap();
    for sql in
        ["UPDATE entries SET recorded = 0 WHERE seq = 1", "DELETE FROM entries WHERE seq = 3"]
    {
        let err = conn.execute(sql, []).unwrap_err().to_string();
        assert!(err.contains("an entry is never"), "{err}");
    }
    // A derived table may be broken and made again.
    conn.execute("DELETE FROM claim", []).unwrap();
    drop(conn);
    let fault = Ledger::read(&path).unwrap().verify().unwrap().fault.unwrap();
    assert!(fault.contains("table claim") && fault.contains("rebuild"), "{fault}");
    Ledger::open(&path).unwrap().rebuild().unwrap();
    clean(&path, 1);
}

#[test]
fn a_file_of_a_later_version_or_of_another_kind_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger");
    drop(Ledger::open(&path).unwrap());
    let conn = rusqlite::Connection::open(&path).unwrap();
    conn.pragma_update(None, "user_version", 99).unwrap();
    drop(conn);
    let err = Ledger::open(&path).err().unwrap().to_string();
    assert!(err.contains("found version 99") && err.contains("newer truceline"), "{err}");
    let other = folder.path().join("notes.txt");
    fs::write(
        &other,
        "A truce is no database, however often it is written down, in any file.".repeat(20),
    )
    .unwrap();
    let err = Ledger::open(&other).err().unwrap().to_string();
    assert!(err.contains("expected a ledger but found another kind of file"), "{err}");
    let err = Ledger::read(&folder.path().join("none")).err().unwrap().to_string();
    assert!(err.contains("no such ledger"), "{err}");
}

#[test]
fn no_room_left_is_said_and_nothing_is_half_done() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger");
    let mut ledger = Ledger::open(&path).unwrap();
    ledger.add(&[report(0)], time(RUN)).unwrap();
    let head = ledger.head().unwrap();
    ledger.limit_pages(1).unwrap();
    let many: Vec<Intake> = (1..60).map(report).collect();
    let err = ledger.add(&many, time(RUN)).unwrap_err().to_string();
    assert!(err.contains("no space left"), "{err}");
    assert_eq!(ledger.head().unwrap(), head);
    ledger.limit_pages(u32::MAX - 1).unwrap();
    ledger.add(&many, time(RUN)).unwrap();
    clean(&path, 60);
}

#[test]
fn a_ledger_opened_for_reading_cannot_be_written() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger");
    Ledger::open(&path).unwrap().add(&[report(0)], time(RUN)).unwrap();
    let mut ledger = Ledger::read(&path).unwrap();
    let err = ledger.add(&[report(1)], time(RUN)).unwrap_err().to_string();
    assert!(err.contains("cannot be written to"), "{err}");
    clean(&path, 1);
}
