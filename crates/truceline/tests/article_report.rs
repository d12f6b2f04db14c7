//! What comes in as a report, and what is refused with which words.

use std::io::Write;

use flate2::{Compression, write::GzEncoder};
use truceline::report::{Form, Options, Problem, Published, Report};

fn read(path: &str, bytes: &[u8]) -> Vec<Result<Report, Problem>> {
    let path = (!path.is_empty()).then_some(path);
    Report::from_bytes(path, bytes, &Options::default())
}

fn one(path: &str, bytes: &[u8]) -> Report {
    let mut all = read(path, bytes);
    assert_eq!(all.len(), 1, "{all:?}");
    all.remove(0).unwrap()
}

#[track_caller]
fn refused(path: &str, bytes: &[u8], expected: &str) {
    let all = read(path, bytes);
    let problem = all.iter().find_map(|it| it.as_ref().err()).expect("a problem");
    assert_eq!(problem.to_string(), expected);
}

#[test]
fn text_keeps_its_bytes_and_its_digest() {
    let report = one("a/b.txt", b"The truce holds.\r\n");
    assert_eq!(report.content, "The truce holds.\r\n");
    assert_eq!(report.form, Form::Text);
    assert_eq!(report.path.as_deref(), Some("a/b.txt"));
    assert_eq!(report.id, "cc7dadcc7cba25338bf17ec9636b2b8b33eb8a2bc6ae9aa1a21762f9735696c8");
}

#[test]
fn lines_go_on_after_a_bad_one() {
    let all = read(
        "r.jsonl",
        b"{\"id\":7,\"text\":\"One.\",\"published\":\"2016-07-06T14:02:00+03:00\",\"title\":null}\n\
          {broken\n\n{\"html\":\"<p>Two.</p>\",\"outlet\":\" The Bay Post \"}\n{\"body\":\"x\"}\n",
    );
    assert_eq!(all.len(), 4);
    let first = all[0].as_ref().unwrap();
    assert_eq!((first.id.as_str(), first.title.as_deref()), ("7", None));
    assert_eq!(first.published.as_ref().unwrap().stamp, "2016-07-06T14:02:00+03:00");
    assert_eq!(first.published.as_ref().unwrap().from, "json");
    assert_eq!(all[1].as_ref().unwrap_err().line, Some(2));
    let third = all[2].as_ref().unwrap();
    assert_eq!((third.form, third.outlet.as_deref()), (Form::Html, Some("The Bay Post")));
    assert_eq!(
        all[3].as_ref().unwrap_err().to_string(),
        "r.jsonl: line 5: expected a field `text` or `html` that is not empty but found only: \
         body; name the field that holds the report `text`"
    );
}

fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut out = GzEncoder::new(Vec::new(), Compression::best());
    out.write_all(bytes).unwrap();
    out.finish().unwrap()
}

#[test]
fn packed_files_are_read_as_what_they_hold() {
    let page = packed(b"<p>The truce holds.</p>");
    let report = one("a.html.gz", &page);
    assert_eq!((report.form, report.content.as_str()), (Form::Html, "<p>The truce holds.</p>"));
    assert_eq!(one("", &page).form, Form::Html);
    assert_eq!(read("a.jsonl.gz", &packed(b"{\"text\":\"a\"}\n{\"text\":\"b\"}")).len(), 2);
    refused(
        "a.txt.gz",
        &page[..page.len() - 9],
        "a.txt.gz: expected whole gzip data but found incomplete deflate stream; fetch the file again",
    );
    let bomb = packed(&vec![b'a'; 4 << 20]);
    let options = Options { limit: 1 << 16, ..Options::default() };
    let problem = Report::from_bytes(Some("b.txt.gz"), &bomb, &options).remove(0).unwrap_err();
    assert_eq!(
        problem.to_string(),
        "b.txt.gz: expected at most 1048576 bytes unpacked but found more; unpack and split the file"
    );
}

#[test]
fn standard_input_is_asked_what_it_is() {
    let form = |bytes: &[u8]| one("", bytes).form;
    assert_eq!(form(b"The truce holds."), Form::Text);
    assert_eq!(form(b"[TEXT] The truce holds."), Form::Text);
    assert_eq!(form(b"<!DOCTYPE html><p>The truce holds."), Form::Html);
    assert_eq!(form(b"\xef\xbb\xbf\n<html><p>The truce holds."), Form::Html);
    assert_eq!(form(b"{\"html\":\"<p>x\"}"), Form::Html);
    assert_eq!(read("", b"{\"text\":\"a\"}\n{\"text\":\"b\"}\n").len(), 2);
    assert_eq!(read("", b"{\n\"text\": \"a\"\n}").len(), 1);
    assert_eq!(read("", b"[{\"text\":\"a\"},{\"text\":\"b\"}]").len(), 2);
    assert_eq!(read("lines.json", b"{\"text\":\"a\"}\n{\"text\":\"b\"}").len(), 2);
}

#[test]
fn character_sets() {
    let text = |bytes: &[u8]| one("a.txt", bytes).content;
    let page = |bytes: &[u8]| one("a.html", bytes).content;
    assert_eq!(text("“Está en calma”".as_bytes()), "“Está en calma”");
    assert_eq!(text(b"\xef\xbb\xbfcalm"), "calm");
    assert_eq!(text(b"\xff\xfec\0a\0l\0m\0"), "calm");
    assert_eq!(text(b"\0c\0a\0l\0m"), "calm");
    assert_eq!(
        text(b"\x93It is calm,\x94 he said in M\xe9xico."),
        "“It is calm,” he said in México."
    );
    assert_eq!(text(b"One broken \xff byte, \xc3\xa9t\xc3\xa9."), "One broken \u{fffd} byte, été.");
    assert!(page(b"<meta charset=windows-1251><p>\xcc\xe8\xf0").ends_with("Мир"));
    assert!(page(b"<?xml version='1.0' encoding='ISO-8859-2'?><p>\xb3").ends_with('ł'));
    // Declared wrongly, well-formed all the same.
    assert!(page("<meta charset=iso-8859-1><p>été".as_bytes()).ends_with("été"));
}

#[test]
fn what_is_no_report() {
    refused(
        "a.pdf",
        b"%PDF-1.4 ...",
        "a.pdf: expected a report as text, HTML, JSON or JSON lines but found a PDF; save its text as UTF-8 and read that",
    );
    for bytes in
        [b"\x89PNG\r\n\x1a\n".as_slice(), b"PK\x03\x04abc", b"a\0b\0\0\0\x01\x02", &[7; 100]]
    {
        assert!(read("a.txt", bytes)[0].is_err(), "{bytes:?}");
    }
    refused("a.txt", b" \n", "a.txt: expected a report but found no text; check the file");
    refused(
        "a.jsonl",
        b"\n\n",
        "a.jsonl: expected a report per line but found none; check the file",
    );
    refused(
        "a.json",
        b"{\"text\":\n broken}",
        "a.json: line 2: expected a JSON object but found expected value at line 2 column 2; correct or remove it",
    );
    refused(
        "a.json",
        b"[{\"text\":\"a\"}, 7]",
        "a.json: report 2: expected a JSON object with `text` or `html` but found a number; wrap it in one",
    );
    let options = Options { limit: 10, ..Options::default() };
    let problem = Report::from_bytes(Some("a.txt"), b"The truce holds.", &options).remove(0);
    assert_eq!(
        problem.unwrap_err().to_string(),
        "a.txt: expected at most 10 bytes a report but found 16; split it or raise the limit"
    );
}

#[test]
fn dates_as_they_are_given() {
    let stamp =
        |words: &str| Published::parse(words, "json").map(|it| it.stamp).unwrap_or_default();
    for (words, expected) in [
        ("2016-07-06", "2016-07-06"),
        ("2016-07-06T14:02:00+03:00", "2016-07-06T14:02:00+03:00"),
        ("2016-07-06T14:02:00.123Z", "2016-07-06T14:02:00Z"),
        ("2016-07-06 14:02", "2016-07-06T14:02:00"),
        ("2016-07-06T14:02:00+0300", "2016-07-06T14:02:00+03:00"),
        ("2016/7/6", "2016-07-06"),
        ("20160706", "2016-07-06"),
        ("Wed, 06 Jul 2016 14:02:00 GMT", "2016-07-06T14:02:00Z"),
        ("Wed, 06 Jul 2016 14:02:00 +0300", "2016-07-06T14:02:00+03:00"),
        ("July 6, 2016", "2016-07-06"),
        ("6 July 2016", "2016-07-06"),
        ("Jul. 6, 2016 2:02 p.m.", "2016-07-06T14:02:00"),
        ("Wednesday, 6th of July 2016", "2016-07-06"),
        ("6 de julio de 2016", "2016-07-06"),
        ("6 июля 2016", "2016-07-06"),
        ("2016年7月6日", "2016-07-06"),
        ("25/12/2016", "2016-12-25"),
        ("12/25/2016", "2016-12-25"),
        ("1467813720", "2016-07-06T14:02:00Z"),
        ("1467813720000", "2016-07-06T14:02:00Z"),
        // Not told: which is the month, which year, which day.
        ("06/07/2016", ""),
        ("July 6", ""),
        ("July 2016", ""),
        ("2016", ""),
        ("2016-13-06", ""),
        ("30 February 2016", ""),
        ("soon", ""),
        ("", ""),
    ] {
        assert_eq!(stamp(words), expected, "{words}");
    }
}

#[test]
fn a_date_that_cannot_be_read_costs_the_date_alone() {
    let all = read("a.jsonl", b"{\"text\":\"Calm.\",\"published\":\"06/07/2016\"}");
    assert_eq!(all[0].as_ref().unwrap().published, None);
    assert_eq!(
        all[1].as_ref().unwrap_err().to_string(),
        "a.jsonl: line 1: published: expected a date such as 2016-07-06 or 2016-07-06T14:02:00+03:00 \
         but found \"06/07/2016\"; the report is read without it"
    );
}

#[test]
fn the_option_wins() {
    let options = Options { published: Published::option("2016-07-06"), ..Options::default() };
    let line = b"{\"text\":\"Calm.\",\"published\":\"2015-01-01\"}";
    let report = Report::from_bytes(Some("a.jsonl"), line, &options).remove(0).unwrap();
    let published = report.published.unwrap();
    assert_eq!((published.stamp.as_str(), published.from.as_str()), ("2016-07-06", "option"));
}
