//! Archives on the command line: any number of threads, folders, broken records, runs that are
//! killed and go on.

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    time::{Duration, Instant},
};

use flate2::{Compression, write::GzEncoder};
use serde_json::Value;

struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Folder {
        let path =
            std::env::temp_dir().join(format!("truceline-archive-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        Folder(path)
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_truceline"));
        command.args(arguments).current_dir(&self.0);
        command
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    fn spawn(&self, arguments: &[&str]) -> Child {
        self.command(arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn record(kind: &str, url: &str, content: &str) -> Vec<u8> {
    format!(
        "WARC/1.1\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {url}\r\nWARC-Date: 2024-05-05T00:00:00Z\r\n\
         Content-Type: application/http; msgtype=response\r\nContent-Length: {}\r\n\r\n{content}\r\n\r\n",
        content.len()
    )
    .into_bytes()
}

/// Every fourth page tells of a truce.
fn page(at: usize) -> Vec<u8> {
    const PLACES: [&str; 7] = ["Aleppo", "Homs", "Idlib", "Hama", "Daraa", "Raqqa", "Palmyra"];
    let day = 1 + at % 28;
    let place = PLACES[at % 7];
    let story = match at % 4 {
        0 => format!(
            "<h1>Army declares a truce in {place}</h1><p>DAMASCUS (Reuters) - The Syrian army declared a \
             72-hour truce in {place} on Wednesday, state media said. It was the {at}th of its kind.</p>\
             <p>Rebels accused the Syrian army of violating the truce near {place} within {at} minutes.</p>"
        ),
        1 => format!(
            "<h1>Tariff truce number {at}</h1><p>Shares rose in {at} markets on hopes of a trade truce.</p>"
        ),
        _ => format!(
            "<h1>Rain over {place}</h1><p>Rain fell on {at} villages around {place} on Tuesday.</p>"
        ),
    };
    let body = format!(
        "<html><head><title>{at}</title><meta property=\"article:published_time\" \
         content=\"2016-07-{day:02}T10:00:00Z\"></head><body><article>{story}</article></body></html>"
    );
    let answer = format!("HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{body}");
    record("response", &format!("http://news.example/{at}"), &answer)
}

fn member(bytes: &[u8]) -> Vec<u8> {
    let mut out = GzEncoder::new(Vec::new(), Compression::fast());
    out.write_all(bytes).unwrap();
    out.finish().unwrap()
}

fn archive(path: &Path, pages: impl Iterator<Item = usize>) {
    fs::write(path, pages.flat_map(|at| member(&page(at))).collect::<Vec<u8>>()).unwrap();
}

fn told(out: &Output) -> String {
    String::from_utf8_lossy(&out.stderr).into_owned()
}

#[test]
fn pages_that_tell_of_a_truce_are_read_on_any_number_of_threads() {
    let folder = Folder::new("read");
    archive(&folder.0.join("a.warc.gz"), 0..40);
    let read = |more: &[&str]| {
        let ran = folder.run(&[&["read", "a.warc.gz", "--format", "jsonl"], more].concat());
        assert!(ran.status.success(), "{}", told(&ran));
        (ran.stdout.clone(), told(&ran))
    };
    let (one, said) = read(&["--threads", "1"]);
    let sum =
        "truceline: 1 archives, 40 records, 40 pages: 20 sieved out, 20 read, 10 tell of a truce";
    assert!(said.starts_with(sum), "{said}");
    assert_eq!(one, read(&["--threads", "4"]).0);
    let (all, said) = read(&["--no-sieve"]);
    assert_eq!(one, all);
    assert!(said.contains("0 sieved out, 40 read, 10 tell of a truce"), "{said}");
    let first: Value =
        serde_json::from_slice(one.split(|it| *it == b'\n').next().unwrap()).unwrap();
    assert_eq!(first["report"]["url"], "http://news.example/0");
    assert_eq!(first["report"]["published"], "2016-07-01T10:00:00Z", "never the day of fetching");
    assert_eq!(first["report"]["path"], "a.warc.gz: byte 0");
    // Commands that read no truces look at every page.
    let articles = folder.run(&["article", "a.warc.gz"]);
    assert_eq!(String::from_utf8(articles.stdout).unwrap().lines().count(), 40);
}

#[test]
fn an_archive_may_come_on_standard_input() {
    let folder = Folder::new("stream");
    archive(&folder.0.join("a.warc.gz"), 0..40);
    let piped = |arguments: &[&str]| {
        let file = fs::File::open(folder.0.join("a.warc.gz")).unwrap();
        folder.command(arguments).stdin(file).output().unwrap()
    };
    let ran = piped(&["read", "-", "--format", "jsonl"]);
    let said = told(&ran);
    assert!(said.contains("1 archives, 40 records, 40 pages: 20 sieved out"), "{said}");
    let of_file = folder.run(&["read", "a.warc.gz", "--format", "jsonl"]);
    let stream = String::from_utf8(ran.stdout).unwrap();
    assert_eq!(
        stream.replace("standard input", "a.warc.gz"),
        String::from_utf8(of_file.stdout).unwrap()
    );
    // What comes again is known by its digest: where in a stream it stood is not kept.
    let add = ["add", "-", "--recorded", "2020-01-01", "--ledger", "l.db"];
    assert!(told(&piped(&add)).contains("10 new, 0 versions"));
    let again = told(&piped(&add));
    assert!(again.contains("40 pages") && again.contains("0 new, 0 versions"), "{again}");
}

#[test]
fn broken_records_are_told_and_stop_nothing() {
    let folder = Folder::new("broken");
    fs::create_dir(folder.0.join("in")).unwrap();
    let mut members: Vec<Vec<u8>> = (0..8).map(|at| member(&page(at))).collect();
    let start: usize = members[..2].iter().map(Vec::len).sum();
    members[2][30] ^= 0xff;
    members.push(member(&record("revisit", "http://news.example/0", "HTTP/1.1 200 OK\r\n\r\n")));
    fs::write(folder.0.join("in/a.warc.gz"), members.concat()).unwrap();
    let plain: Vec<u8> = (8..12).flat_map(page).collect();
    fs::write(folder.0.join("in/b.warc"), &plain[..plain.len() - 40]).unwrap();
    fs::write(folder.0.join("in/c.txt"), "The army declared a truce on Monday.").unwrap();
    fs::write(folder.0.join("in/d.warc.gz"), "no archive at all").unwrap();
    let ran = folder.run(&["read", "in", "--format", "jsonl"]);
    let said = told(&ran);
    assert_eq!(ran.status.code(), Some(1), "{said}");
    assert_eq!(String::from_utf8(ran.stdout).unwrap().lines().count(), 4, "{said}");
    assert!(said.contains(&format!("in/a.warc.gz: byte {start}: expected ")), "{said}");
    assert!(said.contains("in/b.warc: byte "), "{said}");
    assert!(said.contains("in/d.warc.gz: byte 0: expected a WARC record"), "{said}");
    assert!(said.contains("1 revisits passed over; 3 records skipped"), "{said}");
}

const ADD: [&str; 6] = ["add", "a.warc.gz", "--recorded", "2020-01-01", "--ledger", "l.db"];

#[test]
fn what_is_done_is_not_done_again() {
    let folder = Folder::new("again");
    archive(&folder.0.join("a.warc.gz"), 0..24);
    let dry = folder.run(&[&ADD[..], &["--dry-run"]].concat());
    let said = told(&dry);
    assert!(said.contains("a dry run: 6 reports with "), "{said}");
    assert!(said.contains("nothing was written"), "{said}");
    assert!(!folder.0.join("l.db").exists());
    let first = folder.run(&ADD);
    assert!(first.status.success(), "{}", told(&first));
    assert!(told(&first).contains("6 new, 0 versions"), "{}", told(&first));
    fs::rename(folder.0.join("a.warc.gz"), folder.0.join("b.warc.gz")).unwrap();
    let again = folder.run(&["add", "b.warc.gz", "--ledger", "l.db"]);
    let said = told(&again);
    assert!(said.contains("b.warc.gz: read to its end before"), "{said}");
    assert!(said.contains("0 pages") && said.contains("1 archives read before"), "{said}");
    assert!(said.contains("0 new, 0 versions, 0 read again, 0 known"), "{said}");
    // With a date that is given the same archive tells other things.
    let dated = folder.run(&["add", "b.warc.gz", "--ledger", "l.db", "--published", "2016-07-06"]);
    assert!(told(&dated).contains("24 pages"), "{}", told(&dated));
    assert!(folder.run(&["verify", "--ledger", "l.db"]).status.success());
}

fn rounds() -> u32 {
    std::env::var("ROUNDS").ok().and_then(|it| it.parse().ok()).unwrap_or(20)
}

/// The entries of a ledger, as they can be taken elsewhere.
fn entries(folder: &Folder, ledger: &str) -> String {
    let verified = folder.run(&["verify", "--ledger", ledger]);
    assert!(verified.status.success(), "{}", told(&verified));
    let out = folder.run(&["export", "--to", "jsonl", "-", "--ledger", ledger]);
    assert!(out.status.success(), "{}", told(&out));
    String::from_utf8(out.stdout).unwrap()
}

/// ROUNDS=100 for more of them.
#[test]
fn killed_at_any_moment_it_goes_on_to_the_same_ledger() {
    let folder = Folder::new("killed");
    // Each of them tells of a truce: more than are kept at once.
    archive(&folder.0.join("a.warc.gz"), (0..150).map(|at| at * 4));
    let add = |ledger: &str| {
        let mut command = ADD.to_vec();
        command[5] = ledger;
        folder.spawn(&command)
    };
    let begun = Instant::now();
    assert!(add("whole.db").wait().unwrap().success());
    let length = begun.elapsed();
    let whole = entries(&folder, "whole.db");
    let mut resumed = 0;
    for round in 0..rounds() {
        let ledger = format!("{round}.db");
        for blow in 0..1 + u32::from(round % 4 == 3) {
            let mut child = add(&ledger);
            std::thread::sleep(length * ((round * 37 + blow * 61) % 100) / 100);
            // SIGKILL, which no process can catch.
            let _ = child.kill();
            let _ = child.wait();
        }
        let mut command = ADD.to_vec();
        command[5] = &ledger;
        let last = folder.run(&command);
        assert!(last.status.success(), "round {round}: {}", told(&last));
        resumed += u32::from(!told(&last).contains(" 150 pages"));
        assert!(entries(&folder, &ledger) == whole, "round {round}: another ledger");
        for ending in ["", "-wal", "-shm"] {
            let _ = fs::remove_file(folder.0.join(format!("{ledger}{ending}")));
        }
    }
    assert!(resumed > 0, "no run was ever taken up where it was left");
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_after_what_is_in_hand() {
    let folder = Folder::new("ctrl-c");
    archive(&folder.0.join("a.warc.gz"), 0..2000);
    let child = folder.command(&ADD).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    std::thread::sleep(Duration::from_millis(1500));
    let pid = child.id().to_string();
    assert!(Command::new("kill").args(["-INT", &pid]).status().unwrap().success());
    let out = child.wait_with_output().unwrap();
    let said = told(&out);
    // Where the machine was quick enough there was nothing left to be stopped.
    if !out.status.success() {
        assert_eq!(out.status.code(), Some(1), "{said}");
        assert!(said.contains("the same command goes on from here"), "{said}");
    }
    assert!(folder.run(&ADD).status.success());
    let whole = entries(&folder, "l.db");
    let other = folder.run(&["add", "a.warc.gz", "--recorded", "2020-01-01", "--ledger", "m.db"]);
    assert!(other.status.success());
    assert!(entries(&folder, "m.db") == whole);
}
