//! Feeds, addresses and `watch`, as the program takes them. The server is on this machine.

use std::{
    fs,
    io::{BufRead, BufReader, Write},
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    thread,
    time::{Duration, Instant},
};

const PAGE: &str = "<html><head><title>Hill truce holds</title><meta property='og:site_name' \
    content='Coast Post'><meta property='article:published_time' content='2016-07-06T14:02:00+03:00'>\
    </head><body><p>ADEN (Coast Post) - Yemen's government and the Houthi movement agreed on Wednesday to a 72-hour truce, a monitor \
    said.</p></body></html>";

const FEED: &str = "<rss version='2.0'><channel><title>Coast Post</title><item><title>Hill truce \
    holds</title><link>/page?utm_source=x</link><description>Teaser</description></item></channel></rss>";

fn many() -> String {
    let items = (0..40).map(|n| format!("<item><link>/page?n={n}</link></item>"));
    format!("<rss><channel>{}</channel></rss>", items.collect::<String>())
}

/// Answers by path, one request on a connection; gives its port.
fn serve() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
            let first = lines.next().and_then(Result::ok).unwrap_or_default();
            while lines.next().and_then(Result::ok).is_some_and(|it| !it.is_empty()) {}
            let many = many();
            let (status, kind, body) = match first.split([' ', '?']).nth(1).unwrap_or_default() {
                "/page" => (200, "text/html", PAGE),
                "/feed" => (200, "application/rss+xml", FEED),
                "/many" => (200, "application/rss+xml", many.as_str()),
                "/moved" => (302, "text/html\r\nlocation: /page", ""),
                _ => (404, "text/plain", ""),
            };
            let _ = write!(
                stream,
                "HTTP/1.1 {status} X\r\ncontent-type: {kind}\r\ncontent-length: {}\r\n\
                 connection: close\r\n\r\n{body}",
                body.len()
            );
        }
    });
    port
}

fn folder(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&path);
    fs::create_dir_all(&path).unwrap();
    path
}

fn command(folder: &Path, arguments: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_truceline"));
    command.args(arguments.split_whitespace()).current_dir(folder).stdin(Stdio::null());
    command
}

fn run(folder: &Path, arguments: &str) -> (i32, String, String) {
    told(command(folder, arguments).output().unwrap())
}

fn told(output: Output) -> (i32, String, String) {
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

#[test]
fn an_address_is_read_like_a_file() {
    let (folder, port) = (folder("address"), serve());
    let url = format!("http://127.0.0.1:{port}/moved");
    let (code, out, err) = run(&folder, &format!("read --allow-private --format jsonl {url}"));
    assert_eq!(code, 0, "{err}");
    let report: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(report["report"]["url"], format!("http://127.0.0.1:{port}/page"));
    assert_eq!(report["report"]["outlet"], "Coast Post");
    assert_eq!(report["report"]["published"], "2016-07-06T14:02:00+03:00");
    let (code, _, err) = run(&folder, &format!("read {url}"));
    assert!(code == 1 && err.contains("lies inward"), "{err}");
    let (code, _, err) = run(&folder, &format!("read --allow-private http://127.0.0.1:{port}/no"));
    assert!(code == 1 && err.contains("expected a page but found status 404"), "{err}");
}

#[test]
fn a_server_that_does_not_speak_tls_is_told_of() {
    let (folder, port) = (folder("tls"), serve());
    let (code, _, err) =
        run(&folder, &format!("read --allow-private https://127.0.0.1:{port}/page"));
    assert!(code == 1 && err.contains("expected ") && !err.contains("panicked"), "{err}");
}

#[test]
fn a_feed_is_a_file_of_reports() {
    let folder = folder("feed-file");
    let whole = "<p>The truce in the hills held on Wednesday, a monitor said.</p>".repeat(24);
    let item = format!(
        "<item><guid>g1</guid><link>https://post.example/1</link><title>Hill truce</title>\
         <pubDate>Wed, 06 Jul 2016 14:02:00 +0300</pubDate><description><![CDATA[{whole}]]></description></item>"
    );
    let feed =
        FEED.replace("<item>", &format!("{item}<item>")).replace("/page", "https://post.example/2");
    fs::write(folder.join("feed.xml"), &feed).unwrap();
    let (code, out, err) = run(&folder, "read --format jsonl feed.xml");
    assert_eq!(code, 0, "{err}");
    assert!(err.contains("feed.xml: 1 item has only a teaser"), "{err}");
    let report: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(report["report"]["id"], "g1");
    assert_eq!(report["report"]["url"], "https://post.example/1");
    assert_eq!(report["report"]["published"], "2016-07-06T14:02:00+03:00");
    fs::write(folder.join("links.xml"), FEED.replace("/page", "https://post.example/2")).unwrap();
    let (code, _, err) = run(&folder, "read links.xml");
    assert!(code == 1 && err.contains("but found a link"), "{err}");
    fs::write(folder.join("cut.rss"), &feed[..feed.len() - 60]).unwrap();
    let (code, out, err) = run(&folder, "read --format jsonl cut.rss");
    assert!(code == 1 && err.contains("cut.rss: ") && out.lines().count() == 1, "{err}");
}

#[test]
fn watch_once_keeps_its_place() {
    let (folder, port) = (folder("watch"), serve());
    let plan = format!("delay = \"1s\"\n[[feed]]\nurl = \"http://127.0.0.1:{port}/feed\"\n");
    fs::write(folder.join("feeds.toml"), plan).unwrap();
    let watch = "watch feeds.toml --ledger l.db --once --allow-private --format jsonl";
    let (code, out, err) = run(&folder, watch);
    assert_eq!(code, 0, "{err}");
    let kept: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(kept["report"], format!("http://127.0.0.1:{port}/page"));
    assert_eq!(kept["outcome"], "new");
    assert!(err.contains("1 polls") && err.contains("1 reports new"), "{err}");
    let (code, out, err) = run(&folder, watch);
    assert_eq!((code, out.as_str()), (0, ""), "{err}");
    let (_, listed, _) = run(&folder, "list --ledger l.db --at 2016-07-06 --format jsonl");
    assert_eq!(listed.lines().count(), 1);
    fs::write(folder.join("bad.toml"), "[[feed]]\nurl = 5\n").unwrap();
    let (code, _, err) = run(&folder, "watch bad.toml --ledger l.db");
    assert_eq!(code, 2);
    assert!(err.contains("bad.toml: line 2: expected a string but found integer `5`"), "{err}");
}

#[cfg(unix)]
#[test]
fn an_interrupt_ends_a_watch_cleanly() {
    let (folder, port) = (folder("interrupt"), serve());
    let plan = format!("[[feed]]\nurl = \"http://127.0.0.1:{port}/feed\"\n");
    fs::write(folder.join("feeds.toml"), plan).unwrap();
    let mut child = command(&folder, "watch feeds.toml --ledger l.db --allow-private")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // The first report is kept: it is at work.
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert!(line.starts_with("new "), "{line}");
    let since = Instant::now();
    let id = child.id().to_string();
    assert!(Command::new("kill").args(["-INT", &id]).status().unwrap().success());
    let (code, _, err) = told(child.wait_with_output().unwrap());
    assert_eq!(code, 0, "{err}");
    assert!(err.contains("1 reports new"), "{err}");
    assert!(since.elapsed() < Duration::from_secs(15));
    let (code, _, err) = run(&folder, "verify --ledger l.db");
    assert_eq!(code, 0, "{err}");
}

#[test]
fn killed_at_any_moment_it_loses_and_doubles_nothing() {
    let (folder, port) = (folder("killed"), serve());
    let plan = format!("delay = \"0s\"\n[[feed]]\nurl = \"http://127.0.0.1:{port}/many\"\n");
    fs::write(folder.join("feeds.toml"), plan).unwrap();
    let watch = "watch feeds.toml --ledger l.db --once --allow-private";
    for kept in [1, 2, 3, 5, 8] {
        let mut child = command(&folder, watch).stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        for _ in 0..kept {
            lines.next();
        }
        child.kill().unwrap();
        child.wait().unwrap();
    }
    let (code, _, err) = run(&folder, watch);
    assert_eq!(code, 0, "{err}");
    let (code, _, err) = run(&folder, "export --ledger l.db --to jsonl entries.jsonl");
    assert_eq!(code, 0, "{err}");
    let entries = fs::read_to_string(folder.join("entries.jsonl")).unwrap();
    for n in 0..40 {
        let url = format!("/page?n={n}\"");
        let taken = entries.lines().filter(|it| it.contains(&url)).count();
        assert_eq!(taken, 1, "{url} of {}", entries.lines().count());
    }
    assert_eq!(run(&folder, "verify --ledger l.db").0, 0);
}
