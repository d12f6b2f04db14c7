//! A ledger made up to a size, and what asking it costs. Comes in: a path and how many truces (five
//! reports and fifty claims each). Goes out: figures on standard output.
//!
//!     cargo run --release -p truceline-store --example ledger_bench -- make LEDGER 20000
//!     cargo run --release -p truceline-store --example ledger_bench -- ask LEDGER
//!     cargo run --release -p truceline-store --example ledger_bench -- cold LEDGER
//!     cargo run --release -p truceline-store --example ledger_bench -- verify LEDGER

use std::{
    path::Path,
    time::{Duration, Instant},
};

use jiff::{Timestamp, ToSpan as _, tz::TimeZone};
use truceline::{
    article::Article,
    claim::{Act, Actor, Claim, Part, Site, Stance},
    ledger::{
        entry::{hex, sha256},
        intake::Intake,
    },
    read::Reading,
    report::Published,
    text::Span,
    time::{Length, Moment, Precision},
    truce::{Status, Truce},
};
use truceline_store::{Asked, Filter, Ledger};

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

fn actor(country: u64, side: u64) -> Actor {
    let id = if side == 0 { format!("state-{country}") } else { format!("group-{country}-{side}") };
    Actor { name: id.clone(), text: id.clone(), id: Some(id) }
}

fn words(dice: &mut Dice, count: u64) -> String {
    let word = |dice: &mut Dice| {
        let syllables = ["ka", "ro", "mi", "ten", "sol", "va", "du", "li", "nor", "pe"];
        (0..1 + dice.roll(3)).map(|_| syllables[dice.roll(10) as usize]).collect::<String>()
    };
    (0..count).map(|_| word(dice)).collect::<Vec<_>>().join(" ")
}

fn at_minute(at: Timestamp) -> Moment {
    Moment {
        edtf: at.strftime("%Y-%m-%dT%H:%MZ").to_string(),
        earliest: Some(at),
        latest: Some(at + 1.minute()),
        precision: Precision::Minute,
        zone: None,
        text: "from the hour said".to_owned(),
        doubts: Vec::new(),
    }
}

fn on_day(at: Timestamp) -> Moment {
    let day = at.to_zoned(TimeZone::UTC).date();
    let start = |day: jiff::civil::Date| Some(day.to_zoned(TimeZone::UTC).unwrap().timestamp());
    Moment {
        edtf: day.to_string(),
        earliest: start(day),
        latest: start(day.tomorrow().unwrap()),
        precision: Precision::Day,
        zone: None,
        text: "on that day".to_owned(),
        doubts: Vec::new(),
    }
}

/// Five reports on one truce: two with its hour, one with its day, one with its making, one vague;
/// the second is a near copy of the first.
fn reports(truce: u64, count: u64) -> Vec<(Timestamp, Intake)> {
    let mut dice = Dice(truce.wrapping_mul(0x1234_5677));
    let day = truce * DAYS / count;
    let epoch: Timestamp = "1986-01-01T00:00Z".parse().unwrap();
    let start = epoch + ((day * 24 + dice.roll(24)) as i64).hours();
    let country = dice.roll(COUNTRIES);
    let sides = vec![vec![actor(country, 0)], vec![actor(country, 1 + dice.roll(4))]];
    let shared = (0..4).map(|_| words(&mut dice, 40)).collect::<Vec<_>>().join("\n");
    let mut found = Vec::new();
    for at in 0..5 {
        let published = start + (at as i64 * 14 - 10).hours();
        let date = published.to_zoned(TimeZone::UTC).date();
        let mut text = if at < 2 {
            shared.clone()
        } else {
            (0..4).map(|_| words(&mut dice, 40)).collect::<Vec<_>>().join("\n")
        };
        text.push('\n');
        let mut claims = Vec::new();
        for said in 0..10 {
            let act = [
                Act::Declared,
                Act::Agreed,
                Act::Began,
                Act::Violated,
                Act::Held,
                Act::Violated,
                Act::Talks,
                Act::Welcomed,
                Act::CalledFor,
                Act::Monitored,
            ][said];
            let act = if at == 4 && said < 3 { Act::Extended } else { act };
            let act = if at >= 3 && said == 1 { Act::Held } else { act };
            let quote = format!("{} {}", words(&mut dice, 14), truce * 100 + at * 10 + said as u64);
            let from = text.len();
            text.push_str(&quote);
            text.push_str(". ");
            claims.push(Claim {
                act,
                stance: if said % 4 == 3 { Stance::Hedged } else { Stance::Fact },
                truce: 0,
                by: sides[said % 2].clone(),
                against: if said % 3 == 0 { sides[(said + 1) % 2].clone() } else { Vec::new() },
                says: if said % 2 == 0 {
                    vec![actor(country, 5 + dice.roll(9))]
                } else {
                    Vec::new()
                },
                when: (said < 3 && at < 2).then(|| on_day(start)),
                wher: Vec::new(),
                window: None,
                length: None,
                part: Part::Text,
                span: Span::new(from..from + quote.len()),
                quote,
                pattern: format!("en/act/{}:{said}", act.name()),
            });
        }
        let length = [24, 72, 120][dice.roll(3) as usize];
        let hours = Length { iso: format!("PT{length}H"), text: format!("{length}-hour") };
        let told = Truce {
            id: "T1".to_owned(),
            label: format!("{length}-hour truce"),
            sides: sides.clone(),
            mediators: Vec::new(),
            places: vec![Site {
                name: format!("Country {country}"),
                text: format!("Country {country}"),
                id: Some(format!("country:{country}")),
                country: Some(format!("C{country}")),
                lat: None,
                lon: None,
            }],
            declared: (at == 3).then(|| on_day(start)),
            start: match at {
                0 | 1 => Some(at_minute(start)),
                2 => Some(on_day(start)),
                _ => None,
            },
            end: None,
            length: (at < 2).then_some(hours),
            excludes: Vec::new(),
            status: Status::Agreed,
        };
        let reading = Reading {
            article: Article {
                id: format!("r{truce}-{at}"),
                path: None,
                url: Some(format!("https://outlet-{at}.example/{truce}")),
                outlet: Some(format!("Outlet {at}")),
                title: None,
                published: Some(Published {
                    date,
                    stamp: date.to_string(),
                    from: "json".to_owned(),
                }),
                dateline: None,
                language: "en".to_owned(),
                text,
                cuts: Vec::new(),
            },
            truces: vec![told],
            claims,
            gaps: Vec::new(),
        };
        let digest = hex(&sha256(reading.article.text.as_bytes()));
        found.push((published, Intake::of(&reading, &digest, "pack")));
    }
    found
}

fn memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    status.lines().find(|it| it.starts_with("VmHWM")).unwrap_or("").to_owned()
}

/// Time on a processor, which other programs on the machine do not lengthen (1/100 s).
fn processor() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<i64> =
        stat.rsplit(')').next().unwrap_or("").split(' ').filter_map(|it| it.parse().ok()).collect();
    let ticks = fields.get(10).zip(fields.get(11)).map_or(0, |(user, system)| user + system);
    Duration::from_millis(ticks as u64 * 10)
}

fn make(path: &Path, count: u64) {
    let mut ledger = Ledger::open(path).unwrap();
    // In the order of publication, as they would come.
    let mut waiting: std::collections::BTreeMap<(Timestamp, String), Intake> = Default::default();
    let mut tenths = [Duration::ZERO; 10];
    let mut spents = [Duration::ZERO; 10];
    let mut done = 0;
    let total = count * 5;
    let mut batch: Vec<Intake> = Vec::new();
    let mut last: Timestamp = "1985-01-01T00:00Z".parse().unwrap();
    for truce in 0..=count {
        if truce < count {
            for (at, intake) in reports(truce, count) {
                waiting.insert((at, intake.taken.id.clone()), intake);
            }
        }
        let horizon = "1986-01-01T00:00Z".parse::<Timestamp>().unwrap()
            + ((truce * DAYS / count) as i64 * 24 - 24).hours();
        while let Some(first) = waiting.first_entry() {
            if first.key().0 >= horizon && truce < count {
                break;
            }
            last = last.max(first.key().0);
            batch.push(first.remove());
            if batch.len() == 32 || (truce == count && waiting.is_empty()) {
                let (begun, spent) = (Instant::now(), processor());
                ledger.add(&batch, last).unwrap();
                tenths[(done * 10 / total) as usize] += begun.elapsed();
                spents[(done * 10 / total) as usize] += processor() - spent;
                done += batch.len() as u64;
                batch.clear();
            }
        }
    }
    let micros = |it: Duration| it.as_micros() as u64 * 10 / total;
    println!("added {done} reports in {:.1} s", tenths.iter().sum::<Duration>().as_secs_f64());
    println!(
        "us a report, by tenths: {:?}",
        tenths.iter().map(|it| micros(*it)).collect::<Vec<_>>()
    );
    println!("of it processor: {:?}", spents.iter().map(|it| micros(*it)).collect::<Vec<_>>());
    println!("{}", memory());
    drop(ledger);
    let size = std::fs::metadata(path).unwrap().len();
    println!("{} MB, {} bytes a claim", size / 1_000_000, size / (count * 50));
}

fn percentile(mut times: Vec<Duration>) -> String {
    times.sort();
    let at = |share: usize| times[(times.len() - 1) * share / 100].as_secs_f64() * 1000.0;
    format!("median {:.1} ms, 99% {:.1} ms, most {:.1} ms", at(50), at(99), at(100))
}

fn time<T>(times: &mut Vec<Duration>, act: impl FnOnce() -> T) -> T {
    let begun = Instant::now();
    let done = act();
    times.push(begun.elapsed());
    done
}

fn ask(path: &Path) {
    let ledger = Ledger::read(path).unwrap();
    let mut dice = Dice(7);
    let epoch: Timestamp = "1986-01-01T00:00Z".parse().unwrap();
    let moment = |dice: &mut Dice| epoch + ((dice.roll(DAYS * 24)) as i64).hours();
    let all = Filter::default();
    let now = Asked { at: epoch + (DAYS as i64 * 24).hours(), as_of: None };
    let ids: Vec<String> = ledger
        .list(now, &all)
        .unwrap()
        .iter()
        .map(|it| it["id"].as_str().unwrap().to_owned())
        .collect();
    println!("{} truces", ids.len());
    ledger.status(now, &all).unwrap();
    let (mut head, mut past, mut place, mut show, mut list) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for _ in 0..100 {
        let at = moment(&mut dice);
        time(&mut head, || ledger.status(Asked { at, as_of: None }, &all).unwrap());
        time(&mut past, || ledger.status(Asked { at, as_of: Some(at) }, &all).unwrap());
        let filter =
            Filter { place: vec![format!("C{}", dice.roll(COUNTRIES))], party: Vec::new() };
        time(&mut place, || ledger.status(Asked { at, as_of: None }, &filter).unwrap());
    }
    for _ in 0..1000 {
        let id = &ids[dice.roll(ids.len() as u64) as usize];
        time(&mut show, || ledger.show(id, now).unwrap());
    }
    for _ in 0..5 {
        time(&mut list, || ledger.list(now, &all).unwrap());
    }
    println!("status, all truces:           {}", percentile(head));
    println!("status, as of that time:      {}", percentile(past));
    println!("status, one country:          {}", percentile(place));
    println!("show:                         {}", percentile(show));
    println!("list, all truces:             {}", percentile(list));
    println!("{}", memory());
}

fn main() {
    let args: Vec<String> = std::env::args().collect();
    let (what, path) = (args[1].as_str(), Path::new(&args[2]));
    match what {
        "make" => make(path, args.get(3).map_or(20_000, |it| it.parse().unwrap())),
        "ask" => ask(path),
        "cold" => {
            let begun = Instant::now();
            let ledger = Ledger::read(path).unwrap();
            let at: Timestamp = "2010-06-15T12:00Z".parse().unwrap();
            let lines = ledger.status(Asked { at, as_of: None }, &Filter::default()).unwrap();
            println!("{} lines in {:?}", lines.len(), begun.elapsed());
        }
        _ => {
            let begun = Instant::now();
            let verified = Ledger::read(path).unwrap().verify().unwrap();
            println!("{verified:?} in {:.1} s", begun.elapsed().as_secs_f64());
            println!("{}", memory());
        }
    }
}
