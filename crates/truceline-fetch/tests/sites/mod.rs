//! Sites for the tests: good, moved, nasty.

#![allow(dead_code)]

use std::{
    collections::HashMap,
    fmt::Write as _,
    io::Write as _,
    sync::{Arc, Mutex},
    time::Duration,
};

use jiff::{SignedDuration, Timestamp};
use truceline_fetch::clock::Clock;

use super::server::{Hand, Reply, Server, gzip, html, moved, raw, reply};

pub const START: &str = "2026-11-24T16:00:00Z";

pub fn start() -> Timestamp {
    START.parse().unwrap()
}

pub fn minutes(n: i64) -> SignedDuration {
    SignedDuration::from_mins(n)
}

pub fn story(n: i64) -> String {
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
pub fn feed(clock: &Hand) -> (i64, String) {
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
pub fn good(clock: &Arc<Hand>) -> Server {
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
pub fn other(clock: &Arc<Hand>) -> Server {
    let here = clock.clone();
    Server::start(11, Some(clock.clone()), move |asked| {
        let path = asked.path.as_str();
        match path {
            "/robots.txt" => return moved(301, "/robots"),
            "/robots" => return reply(404, "text/plain", ""),
            "/old" => return moved(301, "/atom"),
            "/atom" => {}
            _ if path.starts_with("/go/") => return moved(302, &path.replace("go", "page")),
            // There, but read from the feed as long as that lists it.
            _ if path.starts_with("/whole/") => return html(story(3000)),
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

pub const NASTY: &[&str] = &[
    "huge", "bomb", "loop", "slow", "headers", "cut", "picture", "json", "feed", "gone", "empty",
    "file", "chunks", "private", "nul", "deep",
];

pub fn nasty() -> Server {
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
