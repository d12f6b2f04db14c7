//! What the server bears. Comes in: a ledger made by `ledger_bench`. Goes out: figures on standard
//! output: requests a second and how long they took, from many connections at once, while reports are
//! added. A server of its own process is asked over the loopback.
//!
//!     cargo run --release -p truceline-web --example load -- LEDGER [SECONDS] [CONNECTIONS] [add]
//!
//! With `RATE=2100` in the environment so many requests a second are due, evenly over the connections; one that
//! goes out late, for the answer before it was late, is timed from when it was due. Without, each connection asks
//! again as soon as it is answered.

use std::{
    path::Path,
    process::{Child, Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering::Relaxed},
    },
    thread,
    time::{Duration, Instant},
};

use axum::body::Body;
use http_body_util::BodyExt as _;
use hyper::{Request, client::conn::http1};
use hyper_util::rt::TokioIo;
use jiff::{Timestamp, ToSpan as _};
use tokio::net::TcpStream;
use truceline::{
    article::Article,
    claim::{Act, Actor, Claim, Part, Site, Stance},
    ledger::intake::Intake,
    read::Reading,
    report::Published,
    text::Span,
    time::{Length, Moment, Precision},
    truce::{Status, Truce},
};
use truceline_store::{Asked, Filter, Ledger};
use truceline_web::{App, Options, listen};

/// As the program has it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

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

const COUNTRIES: u64 = 60;
const DAYS: u64 = 14_600;
const SYLLABLES: [&str; 10] = ["ka", "ro", "mi", "ten", "sol", "va", "du", "li", "nor", "pe"];
const KINDS: [&str; 4] = ["truce", "status", "status list", "search"];

fn word(dice: &mut Dice) -> String {
    (0..1 + dice.roll(3)).map(|_| SYLLABLES[dice.roll(10) as usize]).collect()
}

fn day(dice: &mut Dice) -> String {
    let epoch: Timestamp = "1986-01-01T00:00Z".parse().unwrap();
    (epoch + ((dice.roll(DAYS) * 24) as i64).hours()).strftime("%Y-%m-%d").to_string()
}

/// One question of a kind. `skewed`: half of the questions are about one truce in a hundred, as they
/// are where many read of the same few; else all truces, places and words are asked for alike.
fn question(kind: usize, ids: &[String], dice: &mut Dice, skewed: bool) -> String {
    let spread =
        if skewed && dice.roll(2) == 0 { ids.len() as u64 / 100 + 1 } else { ids.len() as u64 };
    let truce = &ids[dice.roll(spread) as usize];
    match kind {
        0 => format!("/api/v1/truces/{truce}"),
        1 => format!("/api/v1/truces/{truce}/status?at={}", day(dice)),
        2 => format!(
            "/api/v1/status?country=C{}&at={}&in_force=yes",
            dice.roll(COUNTRIES),
            day(dice)
        ),
        _ => format!("/api/v1/search?q={}+{}&limit=20", word(dice), word(dice)),
    }
}

struct Taken {
    kind: usize,
    took: Duration,
    bytes: usize,
}

async fn client(
    address: std::net::SocketAddr,
    ids: Arc<Vec<String>>,
    seed: u64,
    until: Instant,
    skewed: bool,
    mut due: Option<(Instant, Duration)>,
) -> Vec<Taken> {
    let stream = TcpStream::connect(address).await.unwrap();
    stream.set_nodelay(true).unwrap();
    let (mut send, connection) = http1::handshake::<_, Body>(TokioIo::new(stream)).await.unwrap();
    tokio::spawn(connection);
    let mut dice = Dice(seed);
    let mut taken = Vec::new();
    let only: Option<usize> = std::env::var("ONLY").ok().and_then(|it| it.parse().ok());
    while Instant::now() < until {
        let kind = only.unwrap_or(dice.roll(KINDS.len() as u64) as usize);
        let path = question(kind, &ids, &mut dice, skewed);
        let request = Request::get(&path).header("host", "localhost").body(Body::empty()).unwrap();
        let mut begun = Instant::now();
        if let Some((next, every)) = &mut due {
            tokio::time::sleep_until((*next).into()).await;
            begun = *next;
            *next += *every;
        }
        let answer = send.send_request(request).await.unwrap();
        let status = answer.status();
        let body = answer.into_body().collect().await.unwrap().to_bytes();
        assert!(status.is_success(), "{path}: {status} {body:?}");
        taken.push(Taken { kind, took: begun.elapsed(), bytes: body.len() });
    }
    taken
}

fn actor(name: String) -> Actor {
    Actor { text: name.clone(), id: Some(name.clone()), name }
}

/// A report of one truce with ten claims, after all that are there.
fn report(at: u64, now: Timestamp) -> Intake {
    let mut dice = Dice(at.wrapping_mul(77));
    let start = now + (at as i64 % 500).hours();
    let country = dice.roll(COUNTRIES);
    let sides = [format!("state-{country}"), format!("group-{country}-{}", 1 + dice.roll(4))];
    let mut text = (0..120).map(|_| word(&mut dice)).collect::<Vec<_>>().join(" ") + "\n";
    let moment = Moment {
        edtf: start.strftime("%Y-%m-%dT%H:%MZ").to_string(),
        earliest: Some(start),
        latest: Some(start + 1.minute()),
        precision: Precision::Minute,
        zone: None,
        text: "from the hour said".to_owned(),
        doubts: Vec::new(),
    };
    let acts = [Act::Declared, Act::Agreed, Act::Began, Act::Violated, Act::Held];
    let claims = (0..10)
        .map(|said| {
            let words = (0..14).map(|_| word(&mut dice)).collect::<Vec<_>>().join(" ");
            let quote = format!("{words} {at} {said}");
            let from = text.len();
            text.push_str(&quote);
            text.push_str(". ");
            Claim {
                act: acts[said % 5],
                stance: Stance::Fact,
                truce: 0,
                by: vec![actor(sides[said % 2].clone())],
                against: Vec::new(),
                says: vec![actor(format!("speaker-{}", said % 3))],
                when: None,
                wher: Vec::new(),
                window: None,
                length: None,
                part: Part::Text,
                span: Span::new(from..from + quote.len()),
                quote,
                pattern: "en/act/any:1".to_owned(),
            }
        })
        .collect();
    let truce = Truce {
        id: "T1".to_owned(),
        label: "truce".to_owned(),
        sides: sides.iter().map(|it| vec![actor(it.clone())]).collect(),
        mediators: Vec::new(),
        places: vec![Site {
            name: format!("Country {country}"),
            text: format!("Country {country}"),
            id: Some(format!("country:{country}")),
            country: Some(format!("C{country}")),
            lat: None,
            lon: None,
        }],
        declared: None,
        start: Some(moment),
        end: None,
        length: Some(Length { iso: "PT72H".to_owned(), text: "72 hours".to_owned() }),
        excludes: Vec::new(),
        status: Status::Agreed,
    };
    let date = start.to_zoned(jiff::tz::TimeZone::UTC).date();
    let published = Published { date, stamp: date.to_string(), from: "json".to_owned() };
    let reading = Reading {
        article: Article {
            id: format!("load-{at}"),
            path: None,
            url: None,
            outlet: Some("Outlet".to_owned()),
            title: None,
            published: Some(published),
            dateline: None,
            language: "en".to_owned(),
            text,
            cuts: Vec::new(),
        },
        truces: vec![truce],
        claims,
        gaps: Vec::new(),
    };
    let digest = truceline::ledger::entry::sha256(reading.article.text.as_bytes());
    Intake::of(&reading, &truceline::ledger::entry::hex(&digest), "pack")
}

/// Adds reports, 16 at a time, as fast as it is told: reports a second, 0 for as fast as it goes.
fn adding(path: &Path, stop: &AtomicBool, added: &AtomicU64, pace: u64) {
    let mut ledger = Ledger::open(path).unwrap();
    let last = ledger.head().unwrap().unwrap().recorded;
    let now = Timestamp::from_microsecond(last).unwrap();
    let base = last as u64 ^ ledger.head().unwrap().unwrap().seq;
    let begun = Instant::now();
    while !stop.load(Relaxed) {
        let done = added.load(Relaxed);
        let batch: Vec<Intake> = (0..16).map(|at| report(base + done + at, now)).collect();
        ledger.add(&batch, now).unwrap();
        added.fetch_add(16, Relaxed);
        if let Some(due) = ((done + 16) * 1000).checked_div(pace) {
            thread::sleep(Duration::from_millis(due).saturating_sub(begun.elapsed()));
        }
    }
}

fn figures(name: &str, mut times: Vec<Duration>, bytes: usize, seconds: f64) {
    times.sort();
    let at = |share: usize| times[(times.len() - 1) * share / 1000].as_secs_f64() * 1e3;
    println!(
        "{name:12} {:8.0}/s  median {:6.1} ms  99% {:6.1} ms  99.9% {:6.1} ms  most {:6.1} ms  {:7} bytes",
        times.len() as f64 / seconds,
        at(500),
        at(990),
        at(999),
        at(1000),
        bytes / times.len()
    );
}

fn proc(pid: u32, file: &str) -> String {
    std::fs::read_to_string(format!("/proc/{pid}/{file}")).unwrap_or_default()
}

fn memory(pid: u32) -> String {
    let status = proc(pid, "status");
    let lines = status.lines().filter(|it| it.starts_with("VmHWM") || it.starts_with("VmRSS"));
    lines
        .map(|it| it.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect::<Vec<_>>()
        .join(", ")
}

/// Seconds on a processor (1/100 s).
fn processor(pid: u32) -> f64 {
    let stat = proc(pid, "stat");
    let fields: Vec<f64> =
        stat.rsplit(')').next().unwrap_or("").split(' ').filter_map(|it| it.parse().ok()).collect();
    fields.get(10).zip(fields.get(11)).map_or(0.0, |(user, system)| (user + system) / 100.0)
}

struct Stop(Child);

impl Drop for Stop {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The server's own process.
fn child(path: &str) {
    let app = App::open(Options::new(path)).unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:18080").await.unwrap();
        listen(listener, app).await;
    });
}

fn main() {
    let args: Vec<String> = std::env::args().collect();
    if args[1] == "serve" {
        return child(&args[2]);
    }
    let path = Path::new(&args[1]);
    let number = |at: usize, or: u64| args.get(at).map_or(or, |it| it.parse().unwrap());
    let (seconds, connections) = (number(2, 20), number(3, 64));
    // Reports a second that are added meanwhile; none: nothing is added.
    let pace = args.get(4).map(|it| it.parse::<u64>().unwrap());
    let skewed = args.get(5).is_some();
    let rate: Option<f64> = std::env::var("RATE").ok().and_then(|it| it.parse().ok());
    let ids: Vec<String> = {
        let ledger = Ledger::read(path).unwrap();
        let now = Asked { at: "2027-01-01T00:00Z".parse().unwrap(), as_of: None };
        let lines = ledger.status(now, &Filter::default()).unwrap();
        let id =
            |it: &Arc<str>| serde_json::from_str::<serde_json::Value>(it).unwrap()["truce"].clone();
        lines.iter().map(|it| id(it).as_str().unwrap().to_owned()).collect()
    };
    println!(
        "{} truces, {connections} connections, {seconds} s, adding {pace:?}, skewed {skewed}",
        ids.len()
    );
    let begun = Instant::now();
    let mut server = Command::new(std::env::current_exe().unwrap());
    let server = Stop(server.arg("serve").arg(path).stdin(Stdio::null()).spawn().unwrap());
    let pid = server.0.id();
    let address: std::net::SocketAddr = "127.0.0.1:18080".parse().unwrap();
    while std::net::TcpStream::connect(address).is_err() {
        thread::sleep(Duration::from_millis(20));
    }
    println!("ready after {:.2} s, {}", begun.elapsed().as_secs_f64(), memory(pid));
    let (stop, added) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
    let adder = pace.map(|pace| {
        let (stop, added, path) = (stop.clone(), added.clone(), path.to_owned());
        thread::spawn(move || adding(&path, &stop, &added, pace))
    });
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let ids = Arc::new(ids);
    let run = |seconds: u64, seed: u64| {
        let begun = Instant::now();
        let until = begun + Duration::from_secs(seconds);
        let due = |at: u64| {
            let every = Duration::from_secs_f64(connections as f64 / rate?);
            Some((begun + every.mul_f64(at as f64 / connections as f64), every))
        };
        let clients: Vec<_> = (0..connections)
            .map(|at| client(address, ids.clone(), seed + at * 7919, until, skewed, due(at)))
            .collect();
        runtime.block_on(async {
            let clients: Vec<_> = clients.into_iter().map(tokio::spawn).collect();
            let mut taken = Vec::new();
            for client in clients {
                taken.extend(client.await.unwrap());
            }
            taken
        })
    };
    // As a server is that has run for a while.
    let warm = std::env::var("WARM").ok().and_then(|it| it.parse().ok()).unwrap_or(20);
    run(warm, 1);
    let (before, used, done) = (Instant::now(), processor(pid), added.load(Relaxed));
    let taken = run(seconds, 1_000_003);
    let (took, used) = (before.elapsed().as_secs_f64(), processor(pid) - used);
    let added = added.load(Relaxed) - done;
    stop.store(true, Relaxed);
    if let Some(adder) = adder {
        adder.join().unwrap();
    }
    for (kind, name) in KINDS.iter().enumerate() {
        let some: Vec<&Taken> = taken.iter().filter(|it| it.kind == kind).collect();
        if some.is_empty() {
            continue;
        }
        figures(
            name,
            some.iter().map(|it| it.took).collect(),
            some.iter().map(|it| it.bytes).sum(),
            took,
        );
    }
    figures(
        "all",
        taken.iter().map(|it| it.took).collect(),
        taken.iter().map(|it| it.bytes).sum(),
        took,
    );
    println!(
        "added {:.0} reports/s; server: {:.2} processors, {}",
        added as f64 / took,
        used / took,
        memory(pid)
    );
}
