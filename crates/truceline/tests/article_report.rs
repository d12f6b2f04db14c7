//! What comes in as a report, and what is refused with which words.

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
