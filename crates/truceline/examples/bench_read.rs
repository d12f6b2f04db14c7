//! How fast reports are read on one core. Comes in: reports, one JSON object a line, or else the
//! casebook's; the program, for its start. Goes out: figures on standard output, with their spread.
//!
//!     cargo build --release
//!     cargo run --release -p truceline --example bench_read -- \
//!         [--reports FILE] [--program target/release/truceline] [--megabytes 20] [--rounds 5]
//!         [--peer PYTHON]
//!
//! With a Python that has them, peers go over the same truce reports: `bench/read/peer.py`.

use std::{
    collections::HashMap,
    fs,
    io::Write,
    path::Path,
    process::{Command, Stdio},
    time::Instant,
};

use truceline::{
    pack::Source,
    read::Reader,
    report::{Form, Options, Published, Report},
};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let given: HashMap<&str, &str> =
        words.chunks_exact(2).map(|it| (it[0].as_str(), it[1].as_str())).collect();
    let number = |name: &str, usual: usize| {
        given.get(name).map_or(usual, |it| it.parse().expect("expected a number"))
    };
    let (size, rounds) = (number("--megabytes", 20) << 20, number("--rounds", 5));
    let reader = Reader::load(&Source::Embedded).expect("a pack that loads");
    let told = match given.get("--reports") {
        Some(path) => lines(path),
        None => casebook(),
    };
    for (name, reports) in [("news without truces", &news(4 << 20)), ("truce reports", &told)] {
        let claims: usize = reports.iter().map(|it| reader.read(it).claims.len()).sum();
        let speeds: Vec<f64> = (0..rounds).map(|_| speed(&reader, reports, size)).collect();
        let count = reports.len();
        println!("{name}: {} MB/s ({count} reports, {claims} claims)", spread(speeds));
    }
    if let Some(python) = given.get("--peer") {
        peers(python, &told);
    }
    let loops: Vec<f64> = (0..rounds.max(5)).map(|_| same_work()).collect();
    println!("the same work again and again, ms: {}", spread(loops));
    println!("peak memory: {} MB", peak_memory().unwrap_or(0) >> 20);
    if let Some(program) = given.get("--program") {
        let start = |arguments: &[&str]| -> Vec<f64> {
            (0..20).map(|_| one_start(program, arguments)).collect()
        };
        let example = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/example.txt");
        println!("start to output, ms: {}", spread(start(&["read", "--format", "jsonl", example])));
        println!("start alone, ms: {}", spread(start(&["--version"])));
    }
}

/// Median, and the lowest and highest.
fn spread(mut all: Vec<f64>) -> String {
    all.sort_by(f64::total_cmp);
    format!("{:.2} ({:.2} to {:.2})", all[all.len() / 2], all[0], all[all.len() - 1])
}

/// MB/s of text, one thread, the reports again and again until `size` bytes are read.
fn speed(reader: &Reader, reports: &[Report], size: usize) -> f64 {
    let (start, mut read) = (Instant::now(), 0);
    while read < size {
        for report in reports {
            std::hint::black_box(truceline::json::reading(&reader.read(report)).to_string());
            read += report.content.len();
        }
    }
    read as f64 / 1e6 / start.elapsed().as_secs_f64()
}

/// Has `python` time the peers that it has on the same reports, and say so itself.
fn peers(python: &str, reports: &[Report]) {
    let texts: Vec<&str> = reports.iter().map(|it| it.content.as_str()).collect();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../../bench/read/peer.py");
    let mut run = Command::new(python).arg(script).stdin(Stdio::piped()).spawn().expect(python);
    let texts = serde_json::to_vec(&texts).expect("texts");
    run.stdin.take().expect("a pipe").write_all(&texts).expect("a peer that takes texts");
    assert!(run.wait().is_ok_and(|it| it.success()), "expected {script} to run");
}

/// How much the machine itself wavers.
fn same_work() -> f64 {
    let start = Instant::now();
    let mut dice = Dice(1);
    std::hint::black_box((0..20_000_000).fold(0, |sum: u64, _| sum ^ dice.roll(1 << 40)));
    start.elapsed().as_secs_f64() * 1e3
}

fn one_start(program: &str, arguments: &[&str]) -> f64 {
    let start = Instant::now();
    let done = Command::new(program).args(arguments).stdout(Stdio::null()).status();
    assert!(done.is_ok_and(|it| it.success()), "expected {program} to run; build it first");
    start.elapsed().as_secs_f64() * 1e3
}

fn peak_memory() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|it| it.strip_prefix("VmHWM:"))?;
    Some(line.trim().trim_end_matches(" kB").parse::<u64>().ok()? << 10)
}

fn lines(path: &str) -> Vec<Report> {
    let bytes = fs::read(path).expect("expected a file of reports, one JSON object a line");
    Report::from_bytes(Some(path), &bytes, &Options::default()).into_iter().flatten().collect()
}

fn text(title: Option<String>, published: Option<Published>, content: String) -> Report {
    Report {
        id: "bench".to_owned(),
        path: None,
        url: None,
        outlet: None,
        title,
        published,
        form: Form::Text,
        content,
    }
}

/// The reports of the casebook's pages.
fn casebook() -> Vec<Report> {
    let mut reports = Vec::new();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../casebook");
    for folder in
        fs::read_dir(folder).expect("a casebook").flatten().filter(|it| it.path().is_dir())
    {
        for page in fs::read_dir(folder.path()).into_iter().flatten().flatten() {
            let page = fs::read_to_string(page.path()).unwrap_or_default();
            for block in page.split("```report\n").skip(1) {
                let block = block.split("\n```").next().unwrap_or_default();
                let Some((head, body)) = block.split_once("\n\n") else { continue };
                let field = |name: &str| {
                    head.lines().find_map(|it| it.strip_prefix(name)).map(|it| it.trim().to_owned())
                };
                let published = field("published:").and_then(|it| Published::option(&it));
                reports.push(text(field("title:"), published, body.to_owned()));
            }
        }
    }
    // The file system gives them in any order.
    reports.sort_by(|a, b| a.content.cmp(&b.content));
    reports
}

/// News of towns, markets and weather, of a small grammar; always the same.
fn news(size: usize) -> Vec<Report> {
    const WHO: &[&str] = &[
        "the mayor of Bristol",
        "a spokeswoman for the ministry of health",
        "Finland's central bank",
        "the farmers' union",
        "Brazil",
        "the coach",
        "President Marta Olsen",
        "the court in The Hague",
        "a group of students",
        "the World Bank",
        "residents of the old town",
        "police in Nairobi",
    ];
    const DID: &[&str] = &[
        "opened",
        "put off",
        "voted for",
        "sold",
        "repaired",
        "criticised",
        "paid for",
        "agreed to",
        "rejected",
        "is expected to announce",
        "has asked for",
        "will review",
    ];
    const WHAT: &[&str] = &[
        "a bridge over the river",
        "the budget for schools",
        "a plan to cut emissions",
        "the third match of the season",
        "two hundred new buses",
        "a loan of $40 million",
        "talks on trade",
        "an exhibition of early maps",
        "the wheat harvest",
        "a deal on fishing rights",
    ];
    const WHEN: &[&str] = &[
        "on Monday",
        "last week",
        "at 9 a.m. on June 3",
        "in 2015",
        "after heavy rain",
        "by a wide margin",
        "for the first time since 1998",
        "until the end of the year",
        "on the evening of 12 March",
        "",
    ];
    const SAYS: &[&str] = &[
        "officials said",
        "according to a statement",
        "the daily wrote",
        "he told reporters",
        "“we had no other choice,” she said",
        "though few had expected it",
    ];
    let mut dice = Dice(7);
    let (mut reports, mut made) = (Vec::new(), 0);
    while made < size {
        let mut content = String::new();
        for _ in 0..6 + dice.roll(12) {
            for _ in 0..1 + dice.roll(4) {
                let mut pick = |from: &[&'static str]| from[dice.roll(from.len() as u64) as usize];
                let (who, did, what) = (pick(WHO), pick(DID), pick(WHAT));
                let (first, rest) = who.split_at(1);
                let (when, says) = (pick(WHEN), pick(SAYS));
                content += &format!("{}{rest} {did} {what} {when}, {says}. ", first.to_uppercase());
            }
            content += "\n\n";
        }
        made += content.len();
        reports.push(text(None, Published::option("2016-07-06"), content));
    }
    reports
}

/// Small and the same everywhere (splitmix64).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut x = self.0;
        x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (x ^ (x >> 31)) % sides
    }
}
