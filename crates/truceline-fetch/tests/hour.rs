//! An hour of news from good, bad and malicious sites: nothing is lost, nothing comes twice, nothing
//! leaks. The clock is driven: no test sleeps for what it waits for.

mod server;
mod world;

use std::{
    collections::HashMap,
    fmt::Write as _,
    io::Write as _,
    sync::{Arc, Mutex},
    time::Duration,
};

use jiff::{SignedDuration, Timestamp};
use server::{Hand, Reply, Server, gzip, html, moved, raw, reply};
use truceline_fetch::{Allow, clock::Clock};
use truceline_store::Outcome;
use world::{World, settings};

const START: &str = "2026-11-24T16:00:00Z";

fn start() -> Timestamp {
    START.parse().unwrap()
}

fn minutes(n: i64) -> SignedDuration {
    SignedDuration::from_mins(n)
}

fn story(n: i64) -> String {
    let at = start() + minutes(2 * n);
    format!(
        "<html><head><title>Day {n} of the hill truce</title>\
         <meta property=\"article:published_time\" content=\"{at}\"></head><body><article>\
         <p>HARBOUR (Coast Post) - The truce in the northern hills of Yemen held for {n} hours, a \
         monitor said, while traders of town {n} opened their shops for the first time.</p>\
         <p>Patrol {n} counted {} lorries on the coast road.</p></article></body></html>",
        n * 7
    )
}

/// One story every two minutes, of which the last ten are listed.
fn feed(clock: &Hand) -> (i64, String) {
    let now = clock.now().duration_since(start()).as_mins() / 2;
    let mut out = "<rss version='2.0'><channel><title>Coast Post</title>".to_owned();
    for n in (0..=now).rev().take(10) {
        let at = (start() + minutes(2 * n)).strftime("%a, %d %b %Y %H:%M:%S GMT");
        let _ = write!(
            out,
            "<item><title>Day {n} & night</title><link>/story/{n}?utm_source=rss#top</link>\
             <guid>{n}</guid><pubDate>{at}</pubDate><description>Teaser</description></item>"
        );
    }
    (now, out + "</channel></rss>")
}

fn once(seen: &Mutex<HashMap<String, usize>>, path: &str) -> bool {
    let mut seen = seen.lock().unwrap();
    let count = seen.entry(path.to_owned()).or_default();
    *count += 1;
    *count == 1
}

/// Good pages, some of which fail at first.
fn good(clock: &Arc<Hand>) -> Server {
    let (here, seen) = (clock.clone(), Mutex::default());
    Server::start(10, Some(clock.clone()), move |asked| {
        let path = asked.path.as_str();
        if path == "/robots.txt" {
            return reply(200, "text/plain", "User-agent: *\nDisallow: /private/\nCrawl-delay: 3");
        }
        if path == "/feed" {
            let (now, text) = feed(&here);
            let etag = format!("\"{now}\"");
            if asked.header("if-none-match") == Some(&etag) {
                return Reply::Plain(304, Vec::new(), Vec::new());
            }
            let kind = ("content-type".to_owned(), "application/rss+xml".to_owned());
            return Reply::Plain(200, vec![kind, ("etag".to_owned(), etag)], text.into_bytes());
        }
        if path == "/index.xml" {
            let now = here.now();
            return reply(
                200,
                "text/xml",
                format!(
                    "<sitemapindex><sitemap><loc>/news.xml.gz</loc><lastmod>{now}</lastmod></sitemap></sitemapindex>"
                ),
            );
        }
        if path == "/news.xml.gz" {
            let (now, _) = feed(&here);
            let mut out =
                "<urlset><url><loc>/story/1000</loc><lastmod>2016-01-01</lastmod></url>".to_owned();
            for n in 0..=now {
                let _ = write!(
                    out,
                    "<url><loc>/story/{}</loc><lastmod>{}</lastmod></url>",
                    500 + n,
                    start() + minutes(2 * n)
                );
            }
            return reply(200, "application/gzip", gzip((out + "</urlset>").as_bytes()));
        }
        let Some(n) = path.strip_prefix("/story/").and_then(|it| it.parse().ok()) else {
            return reply(404, "text/plain", "");
        };
        match (n % 7, once(&seen, path)) {
            (3, true) => Reply::Plain(503, vec![("retry-after".into(), "40".into())], Vec::new()),
            (5, true) => raw(|_| {}),
            (6, true) => raw(|to| {
                let _ = to.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 9999\r\n\r\n<html>");
            }),
            _ => html(story(n)),
        }
    })
}

/// A feed that has moved for good, of items that are whole or lead through redirects.
fn other(clock: &Arc<Hand>) -> Server {
    let here = clock.clone();
    Server::start(11, Some(clock.clone()), move |asked| {
        let path = asked.path.as_str();
        match path {
            "/robots.txt" => return moved(301, "/robots"),
            "/robots" => return reply(404, "text/plain", ""),
            "/old" => return moved(301, "/atom"),
            "/atom" => {}
            _ if path.starts_with("/go/") => return moved(302, &path.replace("go", "page")),
            _ if path.starts_with("/page/") => {
                let n: i64 = path["/page/".len()..].parse().unwrap();
                return html(story(2000 + n));
            }
            _ => return reply(404, "text/plain", ""),
        }
        let now = here.now().duration_since(start()).as_mins() / 6;
        let mut out = "<feed><title>Hill Wire</title>".to_owned();
        for n in (0..=now).rev().take(5) {
            let at = start() + minutes(6 * n);
            let text =
                format!("<p>The monitors of post {n} saw no breach of the truce in Yemen.</p>")
                    .repeat(12);
            let _ = write!(
                out,
                "<entry><id>w{n}</id><link href='/whole/{n}'/><title>Whole {n}</title><published>{at}</published>\
                 <content type='html'><![CDATA[{text}]]></content></entry>\
                 <entry><id>g{n}</id><link href='/go/{n}'/><title>Go {n}</title><published>{at}</published></entry>"
            );
        }
        reply(200, "application/atom+xml", out + "</feed>")
    })
}

const NASTY: &[&str] = &[
    "huge", "bomb", "loop", "slow", "headers", "cut", "picture", "json", "feed", "gone", "empty",
    "file", "chunks", "private", "nul", "deep",
];

fn nasty() -> Server {
    let bomb = gzip(&vec![b'a'; 50 << 20]);
    Server::start(12, None, move |asked| {
        let write = |bytes: &'static [u8]| raw(move |to| drop(to.write_all(bytes)));
        match asked.path.as_str() {
            "/robots.txt" => reply(200, "text/plain", "User-agent: *\nDisallow: /private"),
            "/feed" => {
                let links: String =
                    NASTY.iter().map(|it| format!("<item><link>/{it}</link></item>")).collect();
                reply(200, "text/xml", format!("<rss><channel>{links}<item><link>http://[::1"))
            }
            "/huge" => html(vec![b'x'; 3 << 20]),
            "/bomb" => {
                Reply::Plain(200, vec![("content-encoding".into(), "gzip".into())], bomb.clone())
            }
            "/slow" => raw(|_| std::thread::sleep(Duration::from_millis(1300))),
            "/headers" => raw(|to| {
                let _ = to.write_all(b"HTTP/1.1 200 OK\r\n");
                while to.write_all(b"a: b\r\n").is_ok() {}
            }),
            "/cut" => write(b"HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n<p>A truce"),
            "/picture" => reply(200, "image/png", b"\x89PNG\r\n\x1a\n".to_vec()),
            "/json" => reply(
                200,
                "application/json",
                "{\"url\":\"https://news.example/1\",\"text\":\"A truce\"}",
            ),
            "/gone" => reply(410, "text/html", ""),
            "/empty" => html(""),
            "/file" => moved(302, "file:///etc/passwd"),
            "/chunks" => {
                write(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nfffffffff\r\nx")
            }
            "/nul" => html(vec![0; 5000]),
            "/deep" => html("<div>".repeat(50_000)),
            path if path.starts_with("/loop") => moved(302, &format!("{path}o")),
            _ => reply(404, "text/plain", ""),
        }
    })
}

#[test]
fn an_hour_of_news() {
    let clock = Hand::at(START);
    let (good, other, nasty) = (good(&clock), other(&clock), nasty());
    let slow =
        Server::start(13, None, |_| raw(|_| std::thread::sleep(Duration::from_millis(1300))));
    let shut = Server::start(14, None, |asked| match asked.path.as_str() {
        "/robots.txt" => reply(500, "text/plain", ""),
        _ => html(story(1)),
    });
    let mut plan = "every = \"5m\"\ndelay = \"1s\"\n".to_owned();
    for url in [
        good.url("/feed"),
        good.url("/index.xml"),
        other.url("/old"),
        nasty.url("/feed"),
        slow.url("/feed"),
        shut.url("/feed"),
        good.url("/private/feed"),
    ] {
        let _ = writeln!(plan, "[[feed]]\nurl = \"{url}\"");
    }
    let mut world = World::new(clock.clone());
    let end = start() + minutes(60);
    let first = world.run(&plan, settings(Allow::All, Some(start() + minutes(40))));
    let second = world.run(&plan, settings(Allow::All, Some(end)));
    println!("{first}\n{second}\n{:?} {:?}", world.load.first(), world.load.last());

    // Nothing is lost: what was listed ten minutes before the end, and had its time, is kept.
    let reports = world.reports();
    let mut wanted = Vec::new();
    wanted.extend((0..=25).map(|n| good.url(&format!("/story/{n}"))));
    wanted.extend((0..=20).map(|n| good.url(&format!("/story/{}", 500 + n))));
    wanted.extend((0..=7).map(|n| other.url(&format!("/whole/{n}"))));
    wanted.extend((0..=7).map(|n| other.url(&format!("/page/{n}"))));
    let lost: Vec<_> = wanted.iter().filter(|it| !reports.contains_key(*it)).collect();
    assert!(lost.is_empty(), "{lost:?} of {:?}\n{}", reports.keys(), world.troubles.join("\n"));
    // Nothing comes twice, and nothing bad comes at all.
    assert!(reports.values().all(|it| *it == 1), "{reports:?}");
    assert!(world.kept.iter().all(|it| it.1 == Outcome::New));
    assert!(!reports.keys().any(|it| it.contains("example") || it.contains("1000")));
    let bad: Vec<_> = reports.keys().filter(|it| it.contains("127.0.0.12")).collect();
    assert!(bad.iter().all(|it| it.ends_with("/deep")), "{bad:?}");

    // Politely: the delays that were asked for, the marks of what is known, no page that is shut.
    let log = good.log();
    for pair in log.windows(2) {
        let gap = pair[1].at.unwrap().duration_since(pair[0].at.unwrap());
        let rules = pair[0].path == "/robots.txt" || pair[1].path == "/robots.txt";
        assert!(gap >= SignedDuration::from_secs(if rules { 1 } else { 3 }), "{pair:?}");
    }
    assert!(log.iter().any(|it| it.header("if-none-match").is_some()));
    assert!(log.iter().all(|it| it.header("user-agent").unwrap().starts_with("truceline/")));
    assert!(!log.iter().any(|it| it.path.starts_with("/private")));
    assert!(shut.log().iter().all(|it| it.path == "/robots.txt"));
    assert_eq!(other.count("/old"), 1, "a move for good is remembered, also over a restart");
    let polls = good.count("/feed");
    assert!((10..=18).contains(&polls), "{polls} polls in an hour, every five minutes");
    assert!(shut.log().len() + slow.log().len() < 40, "a host that is down is left alone");

    // Without a leak: the last third of the hour weighs what the first did.
    let third = world.load.len() / 3;
    let most = |part: &[(usize, usize)], get: fn(&(usize, usize)) -> usize| {
        part.iter().map(get).max().unwrap()
    };
    let (early, late) = (&world.load[..third], &world.load[world.load.len() - third..]);
    assert!(most(late, |it| it.0) <= most(early, |it| it.0) + 16, "{:?}", world.load);
    assert!(most(late, |it| it.1) <= most(early, |it| it.1) + (48 << 10), "{:?}", world.load);
}

#[test]
fn what_comes_between_ledger_and_place_is_not_taken_twice() {
    let clock = Hand::at(START);
    let (good, other) = (good(&clock), other(&clock));
    let plan = format!(
        "[[feed]]\nurl = \"{}\"\n[[feed]]\nurl = \"{}\"\n",
        good.url("/feed"),
        other.url("/atom")
    );
    let mut world = World::new(clock.clone());
    clock.set(start() + minutes(10));
    world.run(&plan, settings(Allow::All, Some(start() + minutes(20))));
    let before = world.reports();
    assert!(before.len() >= 9, "{before:?}");
    // The ledger was kept, where the watch was is lost: the worst that a crash can leave.
    for ending in ["watch", "watch-wal", "watch-shm"] {
        let _ = std::fs::remove_file(world.path().with_extension(format!("db.{ending}")));
    }
    world.kept.clear();
    world.run(&plan, settings(Allow::All, None));
    let known = world.kept.iter().filter(|it| it.1 == Outcome::Known).count();
    assert!(known >= 9, "{:?}", world.kept);
    assert!(world.reports().values().all(|it| *it == 1));
}

#[test]
fn once_ends_by_itself_and_takes_up_where_it_was() {
    let clock = Hand::at(START);
    let (good, nasty) = (good(&clock), nasty());
    let plan = format!(
        "[[feed]]\nurl = \"{}\"\n[[feed]]\nurl = \"{}\"\n",
        good.url("/feed"),
        nasty.url("/feed")
    );
    let mut world = World::new(clock.clone());
    clock.set(start() + minutes(19));
    let first = world.run(&plan, settings(Allow::All, None));
    assert!(clock.now() < start() + minutes(40), "{}", clock.now());
    assert!(first.new >= 5 && first.waiting > 0, "{first}");
    clock.set(clock.now() + minutes(30));
    let second = world.run(&plan, settings(Allow::All, None));
    assert!(second.new >= 2, "{second}");
    assert!(world.reports().values().all(|it| *it == 1));
}

#[test]
fn inward_hosts_are_refused_unless_allowed() {
    let clock = Hand::at(START);
    let good = good(&clock);
    let name = format!("http://localhost:{}/feed", good.address.port());
    let plan = format!("[[feed]]\nurl = \"{}\"\n[[feed]]\nurl = \"{name}\"\n", good.url("/feed"));
    let mut world = World::new(clock);
    let sum = world.run(&plan, settings(Allow::None, None));
    assert_eq!(sum.new, 0);
    assert!(good.log().is_empty());
    assert_eq!(world.troubles.iter().filter(|it| it.contains("lies inward")).count(), 2);
}

#[test]
fn one_watch_at_a_time() {
    let clock = Hand::at(START);
    let good = good(&clock);
    let plan = format!("[[feed]]\nurl = \"{}\"\n", good.url("/feed"));
    let mut world = World::new(clock);
    let held = rusqlite::Connection::open(world.path().with_extension("db.watch")).unwrap();
    held.execute_batch("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; CREATE TABLE x (y);")
        .unwrap();
    let refused = world.try_run(&plan, settings(Allow::All, None)).unwrap_err();
    assert!(refused.contains("another `truceline watch`"), "{refused}");
}

#[test]
fn an_item_that_changes_is_a_new_version_and_a_restless_date_is_not() {
    let clock = Hand::at(START);
    let here = clock.clone();
    let site = Server::start(15, Some(clock.clone()), move |asked| {
        let half = here.now().duration_since(start()).as_mins() / 30;
        match asked.path.as_str() {
            // One is changed after half an hour, the other is given the time of the poll.
            "/feed" => reply(
                200,
                "text/xml",
                format!(
                    "<rss><channel><item><link>/changed</link><pubDate>{}</pubDate></item>\
                 <item><link>/restless</link><pubDate>{}</pubDate></item></channel></rss>",
                    start() + minutes(30 * half.min(1)),
                    here.now()
                ),
            ),
            "/changed" => html(story(half.min(1))),
            "/restless" => html(story(9)),
            _ => reply(404, "text/plain", ""),
        }
    });
    let plan = format!("every = \"5m\"\n[[feed]]\nurl = \"{}\"\n", site.url("/feed"));
    let mut world = World::new(clock.clone());
    let sum = world.run(&plan, settings(Allow::All, Some(start() + minutes(120))));
    let outcomes: Vec<_> =
        world.kept.iter().filter(|it| it.0.ends_with("/changed")).map(|it| it.1).collect();
    assert_eq!(outcomes, [Outcome::New, Outcome::Version]);
    assert_eq!(world.reports()[&site.url("/restless")], 1);
    assert!((3..=4).contains(&site.count("/restless")), "{}\n{sum}", site.count("/restless"));
}

#[test]
fn stopped_at_any_moment_it_ends_in_the_same_ledger() {
    let run = |stops: bool| {
        let clock = Hand::at(START);
        let (good, other) = (good(&clock), other(&clock));
        clock.set(start() + minutes(18));
        let plan = format!(
            "delay = \"0s\"\n[[feed]]\nurl = \"{}\"\n[[feed]]\nurl = \"{}\"\n",
            good.url("/feed"),
            other.url("/old")
        );
        let mut world = World::new(clock.clone());
        for n in 0..if stops { 40 } else { 0 } {
            // In the middle of things, a little later each time.
            let stop = world.stop.clone();
            let stopper = std::thread::spawn(move || {
                std::thread::sleep(Duration::from_millis(5 + 7 * n));
                stop.store(true, std::sync::atomic::Ordering::Relaxed);
            });
            world.stop.store(false, std::sync::atomic::Ordering::Relaxed);
            world.run(&plan, settings(Allow::All, Some(start() + minutes(58))));
            stopper.join().unwrap();
        }
        world.stop.store(false, std::sync::atomic::Ordering::Relaxed);
        world.run(&plan, settings(Allow::All, Some(start() + minutes(58))));
        let bare =
            |url: &String| url.rsplit_once("//").unwrap().1.split_once('/').unwrap().1.to_owned();
        let reports = world.reports();
        assert!(reports.values().all(|it| *it == 1), "{reports:?}");
        // What was listed late may come after the end.
        let early = |path: &String| {
            let n: i64 = path.rsplit_once('/').unwrap().1.parse().unwrap();
            n <= if path.starts_with("story") { 19 } else { 6 }
        };
        let found: Vec<String> = reports.keys().map(bare).filter(early).collect();
        assert_eq!(found.len(), 20 + 7 + 7);
        found
    };
    assert_eq!(run(true), run(false));
}
