//! What of a web page is the story, and what it says about itself.

use std::sync::LazyLock;

use truceline::{
    article::{Article, Furniture, extract},
    pack::Source,
    report::{Form, Options, Report},
};

static FURNITURE: LazyLock<Furniture> =
    LazyLock::new(|| Furniture::load(&Source::Embedded, "en").expect("a pack that loads"));

fn article(html: &str) -> Article {
    let report = Report::from_bytes(Some("a.html"), html.as_bytes(), &Options::default())
        .remove(0)
        .expect("a report");
    assert_eq!(report.form, Form::Html);
    extract(&report, &FURNITURE)
}

const STORY: &str = "<p>The army and the rebels of the Lower Delta said on Monday that they would \
    stop shooting for three days so that the <a href=/x>wounded</a> can be brought out.</p>\
    <p>The Red Cross said that its first lorries had left the harbour by noon and that more would \
    follow on Tuesday if the calm held. &ldquo;We go in,&rdquo; its head said.</p>\
    <p>Both sides have broken four truces since the spring, each of them within a week of its start, \
    and each has said that the other was the first to shoot.</p>";

const TEXT: &str = "Delta truce begins\n\nThe army and the rebels of the Lower Delta said on Monday that they would stop \
    shooting for three days so that the wounded can be brought out.\n\nThe Red Cross said that its \
    first lorries had left the harbour by noon and that more would follow on Tuesday if the calm \
    held. “We go in,” its head said.\n\nBoth sides have broken four truces since the spring, each \
    of them within a week of its start, and each has said that the other was the first to shoot.";

fn page(head: &str, before: &str) -> String {
    format!(
        "<!doctype html><html lang=en-GB><head><title>Delta truce begins | The Bay Post</title>{head}\
         </head><body><nav><a href=/>Home</a><a href=/w>World</a></nav><article><h1>Delta truce \
         begins</h1>{before}{STORY}</article><footer>© 2026 The Bay Post</footer></body></html>"
    )
}

#[track_caller]
fn dated(head: &str, before: &str, expected: &str) {
    let it = article(&page(head, before));
    let got = it.published.map(|it| format!("{} ({})", it.stamp, it.from)).unwrap_or_default();
    assert_eq!(got, expected, "\n{head}\n{before}");
}

#[test]
fn the_story_in_paragraphs() {
    let it = article(&page("", ""));
    assert_eq!(it.text, TEXT);
    assert_eq!(it.title.as_deref(), Some("Delta truce begins"));
    assert_eq!((it.language.as_str(), it.published), ("en", None));
    assert_eq!(it.cuts.len(), 1);
    assert_eq!(
        (it.cuts[0].why.as_str(), it.cuts[0].span.of(&it.text)),
        ("title", "Delta truce begins")
    );
}

#[test]
fn what_the_page_says_about_itself() {
    let it = article(&page(
        r#"<link rel=canonical href="https://www.baypost.example/2015/1/truce">
           <meta property="og:site_name" content="The Bay Post">
           <meta property="og:title" content="Delta truce begins - The Bay Post">"#,
        "",
    ));
    assert_eq!(it.url.as_deref(), Some("https://www.baypost.example/2015/1/truce"));
    assert_eq!(it.outlet.as_deref(), Some("The Bay Post"));
    assert_eq!(it.title.as_deref(), Some("Delta truce begins"));
    let it = article(&page(
        r#"<script type="application/ld+json">{"@context":"x","@graph":[{"@type":"WebPage"},
           {"@type":"NewsArticle","headline":"Truce &amp; talks begin","publisher":{"name":"Bay Post"}}]}</script>"#,
        "",
    ));
    assert_eq!(it.outlet.as_deref(), Some("Bay Post"));
    assert_eq!(it.title.as_deref(), Some("Truce & talks begin"));
    let it = article(&page(r#"<link rel=canonical href="https://www.baypost.example/truce">"#, ""));
    assert_eq!(it.outlet.as_deref(), Some("baypost.example"));
}

#[test]
fn dates_by_how_far_they_are_trusted() {
    let ld = r#"<script type="application/ld+json">{"@type":"NewsArticle","datePublished":"2015-01-19T08:30:00+03:00","dateModified":"2015-01-21T09:00:00Z"}</script>"#;
    let meta = r#"<meta property="article:published_time" content="2015-01-20T06:00:00Z">"#;
    dated(ld, "", "2015-01-19T08:30:00+03:00 (json-ld)");
    dated(&format!("{meta}{ld}"), "", "2015-01-19T08:30:00+03:00 (json-ld)");
    dated(meta, "", "2015-01-20T06:00:00Z (meta)");
    dated(r#"<meta name="pubdate" content="20150119">"#, "", "2015-01-19 (meta)");
    dated(
        "",
        r#"<time datetime="2015-01-19T08:30">19 Jan</time>"#,
        "2015-01-19T08:30:00 (time element)",
    );
    dated("", "<p class=post-date>January 19, 2015</p>", "2015-01-19 (text)");
    dated("", "<span class=fecha-date>19 de enero de 2015</span>", "2015-01-19 (text)");
    dated("", "<p>Published on 19 January 2015</p>", "2015-01-19 (text)");
    dated(
        r#"<link rel=canonical href="https://b.example/2015/01/19/truce">"#,
        "",
        "2015-01-19 (url)",
    );
    dated(r#"<link rel=canonical href="https://b.example/2015/01/truce-90190119">"#, "", "");
    dated("", "<p>PORT ANNE, Jan 19, 2015 (Reuters) - The calm held.</p>", "2015-01-19 (dateline)");
}

#[test]
fn a_change_is_no_publication() {
    let changed = r#"<meta property="article:modified_time" content="2022-05-01T00:00:00Z">"#;
    dated(changed, "", "2022-05-01T00:00:00Z (meta, modified)");
    dated(changed, "<p>Published: Jan 19, 2015</p>", "2015-01-19 (text)");
    dated(
        "",
        "<p class=date>Last updated 1 May 2022</p><p class=date>Published 19 January 2015</p>",
        "2015-01-19 (text)",
    );
    // The day of another story, of a comment, of the frame.
    dated("", r#"<aside class=related><time datetime="2020-02-02">2 Feb</time></aside>"#, "");
    dated("", r#"<div class="comments"><time datetime="2020-02-02">2 Feb</time></div>"#, "");
    dated("<!-- fetched 2026-11-24 -->", "", "");
}

#[test]
fn furniture_of_pages_is_cut() {
    let it = article(&page(
        "",
        "<p>By Jane Roe</p><p>Advertisement</p><p>Read more: Hill truce ends in fire</p>",
    ));
    let cuts: Vec<&str> = it.cuts.iter().map(|it| it.why.as_str()).collect();
    assert_eq!(cuts, ["title", "byline", "advertisement", "teaser"], "{}", it.text);
}

#[test]
fn html_in_json() {
    let line = serde_json::json!({"id": "x", "title": "Given", "html": page("", "")}).to_string();
    let report = Report::from_bytes(Some("a.jsonl"), line.as_bytes(), &Options::default())
        .remove(0)
        .unwrap();
    let it = extract(&report, &FURNITURE);
    assert_eq!((it.id.as_str(), it.title.as_deref()), ("x", Some("Given")));
    assert_eq!(it.text, TEXT);
}

#[test]
fn pages_without_a_story() {
    assert_eq!(article("<html><body></body></html>").text, "");
    assert_eq!(article("<p>The truce holds.").text, "The truce holds.");
    assert_eq!(article("<html><script>var a = '<p>no</p>';</script><p>Yes.").text, "Yes.");
}

#[test]
fn pages_made_to_hang() {
    let deep = |open: &str, times: usize| format!("{}{STORY}", open.repeat(times));
    let attributes: String = (0..50_000).map(|at| format!(" a{at}=1")).collect();
    for html in [
        deep("<div>", 100_000),
        deep("<b>", 100_000),
        deep("<p><span>", 50_000),
        deep("<ul><li>", 50_000),
        deep("<table><tr><td>", 30_000),
        deep("<a href=x>", 100_000),
        deep("<!--", 100_000),
        deep("<script>", 10_000),
        format!("<p{attributes}>x</p>{STORY}"),
    ] {
        let it = article(&format!("<html><body>{html}"));
        assert!(it.text.len() < html.len());
    }
    let it = article(&format!("<html><body>{}", deep("<div>", 100_000)));
    assert!(it.text.contains("stop shooting for three days"), "{}", it.text);
}
