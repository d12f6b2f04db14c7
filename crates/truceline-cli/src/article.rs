//! `truceline article`: the readable text of a report. Comes in: a report. Goes out: its article as
//! an object, or for people with the cuts set apart. Never hides a cut.

use serde_json::Value;
use truceline::{article, json, read::Reader, report::Report};

use crate::ink::{BOLD, DIM, Ink};

pub fn objects(reader: &Reader, report: &Report) -> Vec<Value> {
    vec![json::article(&article::extract(report, &reader.furniture))]
}

pub fn people(reader: &Reader, report: &Report, ink: &Ink) -> String {
    let article = article::extract(report, &reader.furniture);
    let mut out = String::new();
    ink.hang(&mut out, ("", 0), BOLD, article.title.as_deref().unwrap_or("(no title)"));
    let published = article.published.as_ref().map(|it| format!("{} ({})", it.stamp, it.from));
    let facts = [
        ("outlet", &article.outlet),
        ("published", &published),
        ("dateline", &article.dateline),
        ("language", &Some(article.language.clone())),
        ("url", &article.url),
        ("path", &article.path),
    ];
    for (name, fact) in facts {
        if let Some(fact) = fact {
            ink.hang(&mut out, (&format!("{name:<11}"), 11), DIM, fact);
        }
    }
    let mut from = 0;
    for cut in &article.cuts {
        story(&article.text[from..cut.span.range().start], ink, &mut out);
        out.push('\n');
        ink.hang(&mut out, ("  ✂ ", 4), DIM, &format!("{}:", cut.why));
        ink.hang(&mut out, ("    ", 4), DIM, cut.span.of(&article.text));
        from = cut.span.range().end;
    }
    story(&article.text[from..], ink, &mut out);
    out
}

fn story(text: &str, ink: &Ink, out: &mut String) {
    for paragraph in text.split("\n\n").filter(|it| !it.trim().is_empty()) {
        out.push('\n');
        ink.hang(out, ("", 0), anstyle::Style::new(), paragraph);
    }
}
