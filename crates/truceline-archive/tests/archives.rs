//! Archives of every form, whole and broken: what is read, what is skipped and why, and where.

mod made;

use made::*;
use truceline_archive::{Archive, Kind, Limits, What, is_archive};

/// Ten pages, each record packed by itself or not.
fn ten(pack: impl Fn(&[u8]) -> Vec<u8>) -> Vec<Vec<u8>> {
    (0..10).map(|at| pack(&plain_page(at))).collect()
}

const ALL: [&str; 10] = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];

#[test]
fn every_form_gives_the_same_pages() {
    let plain: Vec<u8> = ten(<[u8]>::to_vec).concat();
    let forms = [
        ("plain", plain.clone()),
        ("gzip, a member a record", ten(gzip).concat()),
        ("gzip, one member", gzip(&plain)),
        ("gzip, members anywhere", plain.chunks(97).flat_map(gzip).collect()),
        ("zstd, a frame a record", ten(zstd).concat()),
        ("zstd, one frame", zstd(&plain)),
        (
            "plain, lines ended by LF",
            String::from_utf8(plain.clone()).unwrap().replace('\r', "").into_bytes(),
        ),
        ("gzip, zeros at the end", [ten(gzip).concat(), vec![0; 5000]].concat()),
    ];
    for (form, bytes) in forms {
        if form.contains("LF") {
            // The lengths count the CRs of the answer, which are gone: nothing to be read here.
            continue;
        }
        let (found, said) = pages(bytes);
        assert_eq!(said, [""; 0], "{form}");
        assert_eq!(urls(&found), ALL, "{form}");
        assert_eq!(found[7].bytes, html(7).as_bytes(), "{form}");
        assert_eq!(found[7].fetched.as_deref(), Some("2016-07-06T10:00:00Z"));
    }
}

#[test]
fn a_dictionary_at_the_head_is_used() {
    // Any bytes can be one.
    let dictionary = plain_page(77);
    let mut packer = zstd::bulk::Compressor::with_dictionary(3, &dictionary).unwrap();
    let frames: Vec<u8> =
        (0..10).flat_map(|at| packer.compress(&plain_page(at)).unwrap()).collect();
    for held in [dictionary.clone(), zstd(&dictionary)] {
        let mut bytes = vec![0x5d, 0x2a, 0x4d, 0x18];
        bytes.extend_from_slice(&(held.len() as u32).to_le_bytes());
        bytes.extend_from_slice(&held);
        bytes.extend_from_slice(&frames);
        let (found, said) = pages(bytes);
        assert_eq!((urls(&found), said), (ALL.map(str::to_owned).to_vec(), vec![]));
    }
}

#[test]
fn bodies_are_unpacked_however_they_are_sent() {
    let body = html(1).into_bytes();
    let cases: Vec<(&str, Vec<u8>)> = vec![
        ("", body.clone()),
        ("Transfer-Encoding: chunked\r\n", chunked(&body, 30)),
        ("Content-Encoding: gzip\r\n", gzip(&body)),
        ("Content-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n", chunked(&gzip(&body), 11)),
        ("transfer-encoding: gzip, chunked\r\n", chunked(&gzip(&body), 11)),
        ("Content-Encoding: br\r\n", brotli(&body)),
        ("Content-Encoding: BR\r\nTransfer-Encoding: chunked\r\n", chunked(&brotli(&body), 7)),
        ("Content-Encoding: deflate\r\n", zlib(&body)),
        ("Content-Encoding: deflate\r\n", deflate(&body)),
        ("Content-Encoding: zstd\r\n", zstd(&body)),
        ("Content-Encoding: gzip, br\r\n", brotli(&gzip(&body))),
        // What archives make of them: the body unpacked, the fields as they were.
        ("Content-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n", body.clone()),
        ("Content-Encoding: br\r\n", body.clone()),
        ("Content-Encoding: identity\r\n", body.clone()),
    ];
    let after = plain_page(2);
    for (fields, sent) in cases {
        let fields = format!("Content-Type: text/html; charset=\"UTF-8\"\r\n{fields}");
        let bytes = [response(&url(1), &fields, &sent), after.clone()].concat();
        let (found, said) = pages(bytes);
        assert_eq!(said, [""; 0], "{fields}");
        assert_eq!(urls(&found), ["1", "2"], "{fields}");
        assert_eq!(found[0].bytes, body, "{fields}");
        assert_eq!(found[0].charset.as_deref(), Some("utf-8"));
    }
}

#[test]
fn what_is_cut_short_in_sending_is_read_as_far_as_it_goes() {
    let body = html(1).repeat(50).into_bytes();
    let whole = [
        ("Transfer-Encoding: chunked\r\n", chunked(&body, 1000)),
        ("Content-Encoding: gzip\r\n", gzip(&body)),
    ];
    for (fields, sent) in whole {
        let fields = format!("Content-Type: text/html\r\n{fields}");
        let (found, said) = pages(response(&url(1), &fields, &sent[..sent.len() - 20]));
        assert_eq!(said, [""; 0], "{fields}");
        assert!(body.starts_with(&found[0].bytes) && found[0].bytes.len() > 10, "{fields}");
    }
}

#[test]
fn records_that_hold_no_page_are_passed_over() {
    let bytes = [
        record("warcinfo", "", "application/warc-fields", b"software: made\r\n"),
        record("request", &url(1), "application/http; msgtype=request", b"GET / HTTP/1.1\r\n\r\n"),
        record("revisit", &url(1), HTTP, b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"),
        response(&url(2), "Content-Type: image/png\r\n", b"\x89PNG"),
        record(
            "response",
            &url(3),
            HTTP,
            b"HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\n\r\n<p>none",
        ),
        record("metadata", &url(1), "application/warc-fields", b"outlink: x\r\n"),
        record("response", "dns:news.example", "text/dns", b"20160706"),
        record("resource", &url(4), "text/html; charset=utf-8", html(4).as_bytes()),
        record("conversion", &url(5), "text/plain", b"A text of a page."),
    ]
    .concat();
    let all = items(bytes.clone());
    let kinds = all.iter().filter_map(|it| match it.what {
        What::Other(kind) => Some(kind),
        _ => None,
    });
    let revisits = kinds.filter(|it| *it == Kind::Revisit).count();
    assert_eq!((all.len(), revisits), (9, 1));
    let (found, said) = pages(bytes);
    assert_eq!(said, [""; 0]);
    assert_eq!(urls(&found), ["4", "5"]);
}

#[test]
fn a_truncated_tail_is_told_and_what_is_before_it_is_read() {
    for pack in [gzip, zstd, <[u8]>::to_vec] {
        let records = ten(pack);
        let last = records[..9].concat().len();
        let mut bytes = records.concat();
        bytes.truncate(last + records[9].len() / 2);
        let (found, said) = pages(bytes);
        assert_eq!(urls(&found), ALL[..9]);
        assert_eq!(said.len(), 1, "{said:?}");
        assert!(said[0].starts_with(&format!("byte {last}: expected ")), "{said:?}");
    }
}

#[test]
fn a_broken_member_is_skipped_and_the_next_is_read() {
    for pack in [gzip, zstd] {
        let records = ten(pack);
        let start = records[..4].concat().len();
        for broken in [4, 20, records[4].len() / 2, records[4].len() - 6] {
            let mut bytes = records.concat();
            for at in 0..3 {
                bytes[start + broken + at] ^= 0x5a;
            }
            let (found, said) = pages(bytes);
            let kept = urls(&found);
            // Zstd frames made here have no checksum: a changed letter goes unseen.
            if said.is_empty() {
                assert_eq!(kept, ALL, "byte {broken}");
                continue;
            }
            assert_eq!(
                kept,
                ["0", "1", "2", "3", "5", "6", "7", "8", "9"],
                "byte {broken}: {said:?}"
            );
            assert_eq!(said.len(), 1, "byte {broken}: {said:?}");
            assert!(said[0].starts_with(&format!("byte {start}: expected ")), "{said:?}");
        }
    }
    let records = ten(gzip);
    let mut bytes = records.concat();
    let spots = [2, 3, 6].map(|at| records[..at].concat().len());
    for spot in spots {
        bytes[spot + 40] ^= 0xff;
    }
    let (found, said) = pages(bytes);
    assert_eq!(urls(&found), ["0", "1", "4", "5", "7", "8", "9"]);
    assert_eq!(said.len(), 3, "{said:?}");
}

#[test]
fn bytes_that_are_no_archive_do_not_hide_the_records_after_them() {
    let junk = b"\x00\x01 some bytes of another file, \x1f\x8b\x08 and of a third\n".repeat(40);
    for pack in [gzip, <[u8]>::to_vec] {
        let records = ten(pack);
        let start = records[..5].concat().len();
        let bytes = [records[..5].concat(), junk.clone(), records[5..].concat()].concat();
        let (found, said) = pages(bytes);
        assert_eq!(urls(&found), ALL);
        assert_eq!(said.len(), 1, "{said:?}");
        assert!(said[0].starts_with(&format!("byte {start}: expected ")), "{said:?}");
    }
    let (found, said) = pages(junk);
    assert_eq!((found.len(), said.len()), (0, 1), "{said:?}");
}

#[test]
fn a_wrong_length_costs_one_record() {
    let content = answer("Content-Type: text/html\r\n", html(5).as_bytes());
    for length in [3, content.len() - 9, content.len() + 40, 20 << 20, usize::MAX >> 1] {
        let wrong = record_of_length("response", &url(5), HTTP, &content, length);
        for pack in [gzip, <[u8]>::to_vec] {
            let mut records = ten(pack);
            let start = records[..5].concat().len();
            records[5] = pack(&wrong);
            let (found, said) = pages(records.concat());
            let kept = urls(&found);
            assert_eq!(kept, ["0", "1", "2", "3", "4", "6", "7", "8", "9"], "{length}: {said:?}");
            assert_eq!(said.len(), 1, "{length}: {said:?}");
            assert!(said[0].starts_with(&format!("byte {start}: ")), "{said:?}");
        }
    }
    for field in ["Content-Length: x", "Content-Length: -1", "Length: 3"] {
        let bad =
            format!("WARC/1.0\r\nWARC-Type: response\r\n{field}\r\n\r\nabc\r\n\r\n").into_bytes();
        let (found, said) = pages([plain_page(0), bad, plain_page(1)].concat());
        assert_eq!(
            (urls(&found), said.len()),
            (vec!["0".to_owned(), "1".to_owned()], 1),
            "{said:?}"
        );
    }
}

#[test]
fn answers_that_are_none_are_skipped_or_read_as_what_they_are() {
    let http = |content: &[u8]| record("response", &url(1), HTTP, content);
    let said = |content: &[u8]| pages(http(content)).1.join("");
    assert_eq!(said(b"\x00\x01\x02 junk"), "byte 0: expected an HTTP answer but found `··· junk`");
    assert!(
        said(&[b"HTTP/1.1 200 OK\r\nX: ".to_vec(), vec![b'x'; 300 << 10]].concat())
            .contains("HTTP fields")
    );
    assert!(
        said(&answer("Content-Type: text/html\r\nContent-Encoding: rot13\r\n", b"<p>x"))
            .contains("`rot13`")
    );
    assert!(
        said(&answer("Content-Type: text/html\r\nContent-Encoding: gzip\r\n", b"junk"))
            .contains("packed as gzip")
    );
    // The first servers sent the page and nothing else.
    let (found, _) = pages(http(b"<html><p>A page without an answer.</html>"));
    assert_eq!(found.len(), 1);
    assert_eq!(pages(http(b"")), (vec![], vec![]));
    assert_eq!(pages(http(b"HTTP/1.1 200 OK\r\nContent-Type: text/html")), (vec![], vec![]));
}

#[test]
fn a_bomb_takes_no_more_than_is_allowed() {
    let limits = Limits { head: 4 << 10, record: 1 << 20, page: 1 << 20 };
    let bomb = vec![b'a'; 40 << 20];
    let fields = "Content-Type: text/html\r\n";
    let sent = [
        response(&url(1), &format!("{fields}Content-Encoding: gzip\r\n"), &gzip(&bomb)),
        response(&url(1), &format!("{fields}Content-Encoding: br\r\n"), &brotli(&bomb)),
        response(&url(1), &format!("{fields}Content-Encoding: zstd\r\n"), &zstd(&bomb)),
        response(&url(1), fields, &bomb),
    ];
    for bytes in sent {
        for pack in [gzip, <[u8]>::to_vec] {
            let (found, said) = pages_within([pack(&bytes), pack(&plain_page(2))].concat(), limits);
            assert_eq!(urls(&found), ["2"]);
            assert_eq!(said.len(), 1, "{said:?}");
            assert!(said[0].contains("expected at most 1048576 bytes"), "{said:?}");
        }
    }
    let fields = format!("WARC/1.0\r\n{}\r\n", "X-Long: y\r\n".repeat(9000)).into_bytes();
    let (found, said) = pages_within([fields, plain_page(2)].concat(), limits);
    assert_eq!(urls(&found), ["2"]);
    assert!(said[0].contains("expected at most 4096 bytes of fields"), "{said:?}");
}

#[test]
fn reading_goes_on_from_every_place() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a");
    let plain: Vec<u8> = ten(<[u8]>::to_vec).concat();
    let mut broken = ten(gzip);
    broken[3][30] ^= 0xff;
    for bytes in [
        plain.clone(),
        ten(gzip).concat(),
        gzip(&plain),
        ten(zstd).concat(),
        zstd(&plain),
        broken.concat(),
    ] {
        std::fs::write(&path, &bytes).unwrap();
        let whole = items(bytes);
        for (at, item) in whole.iter().enumerate() {
            let rest: Vec<_> =
                Archive::open(&path, item.next, Limits::default()).unwrap().collect();
            assert_eq!(rest.len(), whole.len() - at - 1);
            for (a, b) in rest.iter().zip(&whole[at + 1..]) {
                let said = |what: &What| format!("{what:?}");
                assert_eq!(said(&a.what), said(&b.what));
            }
        }
    }
}

#[test]
fn archives_are_known_by_name_and_by_content() {
    assert!(is_archive("CC-NEWS-20160706.warc.gz", b"\x1f\x8b"));
    assert!(
        is_archive("a.WARC", b"")
            && is_archive("a.warc.zst", b"")
            && is_archive("a.warc.wet.gz", b"")
    );
    assert!(is_archive("notes.txt", b"WARC/1.1\r\n") && is_archive("x.gz", &gzip(&plain_page(1))));
    assert!(
        !is_archive("warc.txt", b"WARC is a format") && !is_archive("x.html.gz", &gzip(b"<html>"))
    );
}
