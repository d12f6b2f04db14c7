//! One request, and all that a server can do to it.

mod server;

use std::{
    io::Write,
    net::{IpAddr, Ipv4Addr},
    time::{Duration, Instant},
};

use server::{Reply, Server, gzip, html, moved, raw, reply};
use truceline_fetch::{Allow, Client, Fetcher, Known, Limits, address};
use url::Url;

fn limits() -> Limits {
    Limits {
        body: 1 << 20,
        unpacked: 4 << 20,
        head: 16 << 10,
        time: Duration::from_millis(1500),
        connect: Duration::from_millis(1000),
    }
}

fn client(allow: Allow) -> Client {
    Client::new("truceline/test", allow, limits())
}

fn only(host: u8) -> Allow {
    Allow::Only(vec![IpAddr::V4(Ipv4Addr::new(127, 0, 0, host))])
}

fn url(text: &str) -> Url {
    address::canonical(text, None).unwrap()
}

#[test]
fn an_answer_is_taken_with_what_is_known_of_it() {
    let server = Server::start(2, None, |asked| {
        if asked.header("if-none-match") == Some("\"7\"") {
            return Reply::Plain(304, Vec::new(), Vec::new());
        }
        let mut headers = vec![("etag".to_owned(), "\"7\"".to_owned())];
        headers.push(("last-modified".to_owned(), "Wed, 06 Jul 2016 14:02:00 GMT".to_owned()));
        headers.push(("content-type".to_owned(), "Text/HTML; Charset=\"ISO-8859-1\"".to_owned()));
        headers.push(("content-encoding".to_owned(), "gzip".to_owned()));
        Reply::Plain(200, headers, gzip(b"tr\xeave"))
    });
    let client = client(only(2));
    let answer = client.get(&url(&server.url("/a")), &Known::default()).unwrap();
    assert_eq!((answer.status, answer.body.as_slice()), (200, b"tr\xeave".as_slice()));
    assert_eq!(answer.kind.as_deref(), Some("text/html"));
    assert_eq!(answer.charset.as_deref(), Some("iso-8859-1"));
    let again = client.get(&url(&server.url("/a")), &answer.known).unwrap();
    assert_eq!(again.status, 304);
    let log = server.log();
    assert_eq!(log[0].header("user-agent"), Some("truceline/test"));
    assert_eq!(log[0].header("accept-encoding"), Some("gzip"));
    assert_eq!(log[1].header("if-modified-since"), Some("Wed, 06 Jul 2016 14:02:00 GMT"));
}

/// A bad answer: a fault that holds `what`, within the time that a request may take.
#[track_caller]
fn check_bad(what: &str, answer: impl Fn() -> Reply + Send + Sync + 'static) {
    let server = Server::start(3, None, move |_| answer());
    let since = Instant::now();
    let fault = client(only(3)).get(&url(&server.url("/")), &Known::default()).unwrap_err();
    assert!(fault.what.contains(what), "expected {what} but found {}", fault.what);
    assert!(fault.what.starts_with("expected "), "{}", fault.what);
    assert!(since.elapsed() < Duration::from_secs(6), "{:?}", since.elapsed());
}

#[test]
fn a_gzip_bomb_ends_at_the_limit() {
    let bomb = gzip(&vec![0; 200 << 20]);
    assert!(bomb.len() < 1 << 20);
    check_bad("at most 4194304 bytes", move || {
        Reply::Plain(200, vec![("content-encoding".into(), "gzip".into())], bomb.clone())
    });
}

#[test]
fn a_huge_answer_ends_at_the_limit() {
    check_bad("at most 1048576 bytes", || html(vec![b'x'; 3 << 20]));
    // Said to be endless, or not said at all.
    check_bad("at most 1048576 bytes", || {
        raw(|to| {
            let _ = to.write_all(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n");
            let chunk = [b"10000\r\n".as_slice(), &[b'x'; 65536], b"\r\n"].concat();
            while to.write_all(&chunk).is_ok() {}
        })
    });
    check_bad("at most 1048576 bytes", || {
        raw(|to| {
            let _ = to.write_all(b"HTTP/1.1 200 OK\r\n\r\n");
            while to.write_all(&[b'x'; 65536]).is_ok() {}
        })
    });
}

#[test]
fn a_slow_answer_ends_in_time() {
    check_bad("in time", || raw(|_| std::thread::sleep(Duration::from_secs(4))));
    let drip = |head: &'static [u8], drop: &'static [u8]| {
        move || {
            raw(move |to| {
                let _ = to.write_all(head);
                for _ in 0..100 {
                    std::thread::sleep(Duration::from_millis(50));
                    if to.write_all(drop).is_err() {
                        break;
                    }
                }
            })
        }
    };
    check_bad("expected", drip(b"HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n", b"x"));
    check_bad("expected", drip(b"HTTP/1.1 200 OK\r\n", b"x: y\r\n"));
}

#[test]
fn a_broken_answer_is_a_fault() {
    let cases: &[&[u8]] = &[
        b"",
        b"\x00\xff\x17garbage\r\n\r\n",
        b"HTTP/1.1 999999 X\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nshort",
        b"HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\nshort",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\nx",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nffffffffffffffff\r\nx",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nab",
        b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 12\r\n\r\n\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\x01\x02",
        b"HTTP/1.1 200 OK\r\ncontent-encoding: br\r\ncontent-length: 1\r\n\r\nx",
    ];
    for case in cases {
        check_bad("but found", move || {
            raw(move |to| {
                let _ = to.write_all(case);
            })
        });
    }
    check_bad("but found", || {
        raw(|to| {
            let _ = to.write_all(b"HTTP/1.1 200 OK\r\n");
            let line = format!("x: {}\r\n", "y".repeat(1000));
            while to.write_all(line.as_bytes()).is_ok() {}
        })
    });
}

#[test]
fn loopback_is_refused_unless_allowed() {
    let server = Server::start(1, None, |_| html("secret"));
    let port = server.address.port();
    for host in ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::ffff:127.0.0.1]", "0.0.0.0"]
    {
        let asked = url(&format!("http://{host}:{port}/"));
        let fault = client(Allow::None).get(&asked, &Known::default()).unwrap_err();
        assert!(fault.what.contains("lies inward"), "{host}: {}", fault.what);
        assert_eq!(fault.again, host == "localhost", "a name may be another's tomorrow");
    }
    assert!(server.log().is_empty(), "a request got through");
    let localhost = url(&format!("http://localhost:{port}/"));
    assert_eq!(client(Allow::All).get(&localhost, &Known::default()).unwrap().status, 200);
}

#[test]
fn a_redirect_inward_is_refused() {
    let inner = Server::start(1, None, |_| html("secret"));
    let to = inner.url("/");
    let name = format!("http://localhost:{}/", inner.address.port());
    let outer = Server::start(4, None, move |asked| match asked.path.as_str() {
        "/robots.txt" => reply(404, "text/plain", ""),
        "/address" => moved(302, &to),
        "/name" => moved(301, &name),
        "/file" => moved(302, "file:///etc/passwd"),
        "/loop" => moved(302, "/loop?"),
        "/credentials" => {
            moved(302, &format!("http://me:word@{}/page", asked.header("host").unwrap()))
        }
        path if path.starts_with("/hop") => {
            let hop: u32 = path[4..].parse().unwrap();
            moved(302, &format!("/hop{}", hop + 1))
        }
        _ => html("<p>A page"),
    });
    for (path, what) in [
        ("/address", "lies inward"),
        ("/name", "lies inward"),
        ("/file", "expected http or https but found file:"),
    ] {
        // Without the two seconds between two requests to a host.
        let answer = client(only(4)).get(&url(&outer.url(path)), &Known::default()).unwrap();
        let refused = match answer.location.unwrap() {
            Ok(to) => client(only(4)).get(&to, &Known::default()).unwrap_err().what,
            Err(what) => what,
        };
        assert!(refused.contains(what), "{path}: {refused}");
    }
    assert!(inner.log().is_empty(), "a request got through");
    let fetched = Fetcher::new(only(4)).reports(&outer.url("/address"));
    assert!(fetched.err().unwrap().contains("lies inward"));
    let fetched = Fetcher::new(only(4)).reports(&outer.url("/credentials")).unwrap();
    assert_eq!(fetched.reports[0].url.as_deref(), Some(outer.url("/page").as_str()));
    let log = outer.log();
    let page = log.iter().find(|it| it.path == "/page").unwrap();
    assert_eq!(page.header("authorization"), None);
}

#[test]
fn robots_are_asked_and_obeyed() {
    let server = Server::start(5, None, |asked| match asked.path.as_str() {
        "/robots.txt" => reply(200, "text/plain", "User-agent: truceline\nDisallow: /no/"),
        _ => html("<title>T</title><p>A page"),
    });
    let mut fetcher = Fetcher::new(only(5));
    let refused = fetcher.reports(&server.url("/no/page")).err().unwrap();
    assert!(refused.contains("robots.txt"), "{refused}");
    assert_eq!(fetcher.reports(&server.url("/yes")).unwrap().reports.len(), 1);
    assert_eq!((server.count("/robots.txt"), server.count("/no/page")), (1, 0));
    let down = Server::start(6, None, |_| reply(503, "text/plain", ""));
    assert!(Fetcher::new(only(6)).reports(&down.url("/")).err().unwrap().contains("robots.txt"));
    assert_eq!(down.log().len(), 1);
}
