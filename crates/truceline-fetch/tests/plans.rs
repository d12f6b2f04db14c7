//! FEEDS.toml: what it says, and what is said of a wrong one.

use jiff::SignedDuration;
use truceline_fetch::{Kind, plan::Plan};

#[test]
fn the_example_in_the_docs_can_be_read() {
    let docs = include_str!("../../../docs/WATCH.md");
    let example = docs.split("```toml\n").nth(1).unwrap().split("```").next().unwrap();
    let plan = Plan::read(example).unwrap();
    assert_eq!(plan.feeds.len(), 3);
    let hook = plan.webhook.unwrap();
    assert_eq!(hook.on, Kind::ALL);
    assert_eq!(hook.expiring, SignedDuration::from_hours(24));
}

#[track_caller]
fn wrong(text: &str, expected: &str) {
    assert_eq!(Plan::read(text).unwrap_err().to_string(), expected);
}

#[test]
fn a_wrong_line_is_named_with_what_was_expected() {
    const FEED: &str = "[[feed]]\nurl = \"https://a.example/f\"\n";
    wrong("", "expected a [[feed]] with its `url` but found none");
    wrong("[[feed]]\noutlet = \"A\"\n", "line 1: expected `url` but found none");
    wrong(
        &format!("every = \"soon\"\n{FEED}"),
        "line 1: expected a span like 90s, 15m, 2h or 3d but found `soon`",
    );
    wrong(&format!("{FEED}every = 5\n"), "line 3: expected a string but found integer `5`");
    wrong(
        &format!("{FEED}every = \"10s\"\n"),
        "line 3: expected `every` from 1m to 30d but found another span",
    );
    wrong(
        &format!("{FEED}evry = \"5m\"\n"),
        "line 3: expected one of `url`, `every`, `outlet`, `max_age` but found `evry`",
    );
    wrong(
        &format!("{FEED}\n{FEED}"),
        "line 5: expected each feed once but found https://a.example/f again",
    );
    wrong(
        "[[feed]]\nurl = \"a.example/f\"\n",
        "line 2: expected an address like https://example.org/ but found `a.example/f`: relative URL without a base",
    );
    wrong(
        "[[feed]]\nurl = \"ftp://a.example/f\"\n",
        "line 2: expected http or https but found ftp:",
    );
    wrong(
        "[[feed]]\nurl = \"https://me:word@a.example/f\"\n",
        "line 2: expected an address without a user name or password but found one",
    );
    wrong(&format!("at_once = 0\n{FEED}"), "line 1: expected `at_once` from 1 to 64 but found 0");
    wrong(
        &format!("{FEED}[webhook]\nurl = \"https://h.example/\"\non = [\"declared\", \"ended\"]\n"),
        "line 5: expected one of `declared`, `extended`, `broken`, `expiring` but found `ended`",
    );
    wrong(
        &format!("contact = \"a\\r\\nb: c\"\n{FEED}"),
        "line 1: expected a `contact` like https://example.org/about or an e-mail address but found spaces or other letters",
    );
    let broken = Plan::read("[[feed]\nurl = 1").unwrap_err().to_string();
    assert!(broken.starts_with("line 1: "), "{broken}");
}
