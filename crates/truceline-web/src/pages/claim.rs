//! One claim. Comes in: its name. Goes out: the paragraph with the quote and what is named marked in
//! it, the pattern that read it, the chain of who says so, and its entry in the ledger.

use askama::Template;
use axum::{
    Extension,
    extract::{Path, RawQuery, State},
    response::Response,
};
use serde::Deserialize;
use truceline::{
    ledger::body::{Limit, Said},
    pack::Source,
};

use super::{
    filters,
    frame::{self, Frame},
    page, said,
    said::Told,
    shape::{Paragraph, Why},
    truce::{chain, names},
};
use crate::{App, who::Caller};

/// A stretch of a paragraph: plain where `kind` is empty, else what is named by it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Piece {
    pub text: String,
    pub kind: &'static str,
    pub words: String,
}

/// Before the quote, the quote, after it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Marked {
    pub before: Vec<Piece>,
    pub quote: Vec<Piece>,
    pub after: Vec<Piece>,
}

#[derive(Template)]
#[template(path = "claim.html")]
struct Page {
    f: Frame,
    it: Why,
    truce: String,
    marked: Option<Marked>,
    by: String,
    against: String,
    chain: String,
    when: Option<Told>,
    start: Option<Told>,
    end: Option<Told>,
    ends_open: bool,
    length: String,
    places: String,
    line: String,
    /// The report's address, where it is one of the web.
    link: Option<String>,
    title: String,
    verdict: &'static str,
}

pub async fn show(
    State(app): State<App>,
    Path(name): Path<String>,
    caller: Option<Extension<Caller>>,
    RawQuery(query): RawQuery,
) -> Response {
    let path = frame::claim(&name);
    page::draw(app, caller, &path, query, move |ask| {
        let value = ask.ledger.why(&name, ask.question.asked())?;
        let wrong = |err: serde_json::Error| {
            truceline_store::Error::Input(format!("{name}: a claim that cannot be shown: {err}"))
        };
        Ok(draw(ask.frame, serde_json::from_value(value).map_err(wrong)?))
    })
    .await
}

fn draw(f: Frame, it: Why) -> Page {
    let said = &it.said;
    let codes: Vec<&str> = said.wher.iter().filter_map(|it| it.country.as_deref()).collect();
    let zone = super::world::zone(codes);
    let limit = |it: &Option<Limit>| match it {
        Some(Limit::At(when) | Limit::NotBefore(when)) => Some(said::told(when, zone)),
        _ => None,
    };
    let web = |it: &&String| it.starts_with("https://") || it.starts_with("http://");
    let standing: Vec<&super::shape::Review> =
        it.reviews.iter().filter(|it| it.withdrawn_by_entry.is_none()).collect();
    let verdict = match standing.last().map(|it| it.verdict.as_str()) {
        Some("accepted") => "accepted",
        Some("rejected") => "rejected",
        _ => "",
    };
    Page {
        truce: it.truce.as_deref().map_or_else(String::new, frame::truce),
        marked: it.paragraph.as_ref().map(|it| mark(it, said)),
        by: names(&said.by),
        against: names(&said.against),
        chain: chain(&said.says),
        when: said.when.as_ref().map(|it| said::told(it, zone)),
        start: limit(&said.start),
        end: limit(&said.end),
        ends_open: matches!(said.end, Some(Limit::Open)),
        length: said.length.as_ref().map_or_else(String::new, |it| said::length(&it.iso)),
        places: said.wher.iter().map(|it| it.name.as_str()).collect::<Vec<_>>().join(", "),
        line: pattern(&it.pattern).unwrap_or_default(),
        link: it.report.url.as_ref().filter(web).cloned(),
        title: it.report.title.clone().unwrap_or_else(|| "a report without a title".to_owned()),
        verdict,
        it,
        f,
    }
}

#[derive(Deserialize)]
struct Lines {
    #[serde(rename = "match")]
    lines: Vec<String>,
}

/// The words of the line that read it, as this program's pack has them: `en/act/extended:1`.
fn pattern(name: &str) -> Option<String> {
    let (file, line) = name.rsplit_once(':')?;
    let plain = |it: &str| it.bytes().all(|it| it.is_ascii_alphanumeric() || b"/-_".contains(&it));
    let file: Lines =
        plain(file).then(|| Source::Embedded.toml(&format!("lang/{file}.toml")).ok())??;
    file.lines.get(line.parse::<usize>().ok()?.checked_sub(1)?).cloned()
}

/// What is named in the paragraph: within the quote if it stands there, else anywhere.
fn mark(it: &Paragraph, said: &Said) -> Marked {
    let text = it.text.as_str();
    let (from, to) = it.span;
    if from > to || !text.is_char_boundary(from) || !text.is_char_boundary(to) {
        let piece = Piece { text: text.to_owned(), ..Piece::default() };
        return Marked { before: vec![piece], ..Marked::default() };
    }
    let mut spans: Vec<(usize, usize, &'static str, String)> = Vec::new();
    let mut add = |kind: &'static str, words: &str, name: &str| {
        if words.trim().is_empty() {
            return;
        }
        let within = text[from..to].find(words).map(|at| from + at);
        let Some(start) = within.or_else(|| text.find(words)) else { return };
        let end = start + words.len();
        if spans.iter().all(|it| end <= it.0 || it.1 <= start) {
            spans.push((start, end, kind, format!("{kind}: {name}")));
        }
    };
    let who = [("by", &said.by), ("against", &said.against), ("says", &said.says)];
    for (kind, them) in who {
        them.iter().for_each(|it| add(kind, &it.text, &it.name));
    }
    said.wher.iter().for_each(|it| add("where", &it.text, &it.name));
    if let Some(when) = &said.when {
        add("when", &when.text, &when.edtf);
    }
    for limit in [&said.start, &said.end].into_iter().flatten() {
        if let Limit::At(when) | Limit::NotBefore(when) = limit {
            add("when", &when.text, &when.edtf);
        }
    }
    spans.sort_by_key(|it| it.0);
    let cut = |low: usize, high: usize| {
        let mut pieces = Vec::new();
        let mut at = low;
        for (start, end, kind, words) in &spans {
            let (start, end) = ((*start).max(low), (*end).min(high));
            if start >= end {
                continue;
            }
            let plain = |text: &str| Piece { text: text.to_owned(), ..Piece::default() };
            if at < start {
                pieces.push(plain(&text[at..start]));
            }
            pieces.push(Piece { kind, words: words.clone(), ..plain(&text[start..end]) });
            at = end;
        }
        if at < high {
            pieces.push(Piece { text: text[at..high].to_owned(), ..Piece::default() });
        }
        pieces
    };
    Marked { before: cut(0, from), quote: cut(from, to), after: cut(to, text.len()) }
}

#[cfg(test)]
mod tests {
    use super::{Paragraph, mark, pattern};

    fn said(by: &[&str], says: &[&str]) -> truceline::ledger::body::Said {
        let who = |it: &&str| serde_json::json!({"name": it.to_uppercase(), "text": it});
        serde_json::from_value(serde_json::json!({
            "act": "violated", "stance": "fact", "by": by.iter().map(who).collect::<Vec<_>>(),
            "says": says.iter().map(who).collect::<Vec<_>>(), "part": "text", "span": [0, 0],
            "quote": "", "pattern": "",
        }))
        .unwrap()
    }

    #[test]
    fn a_quote_is_marked_with_who_is_named_in_it() {
        let text = "The army said that rebels fired. The army denied it.".to_owned();
        let it = Paragraph { text, span: (19, 31) };
        let marked = mark(&it, &said(&["rebels"], &["The army"]));
        let show = |them: &[super::Piece]| {
            let one = |it: &super::Piece| format!("{}[{}]", it.text, it.kind);
            them.iter().map(one).collect::<String>()
        };
        assert_eq!(show(&marked.before), "The army[says] said that []");
        assert_eq!(show(&marked.quote), "rebels[by] fired[]");
        assert_eq!(show(&marked.after), ". The army denied it.[]");
        assert_eq!(marked.quote[0].words, "by: REBELS");
    }

    #[test]
    fn a_span_that_is_none_marks_nothing() {
        let it = Paragraph { text: "é".to_owned(), span: (1, 2) };
        let marked = mark(&it, &said(&[], &[]));
        assert!(marked.quote.is_empty());
        assert_eq!(marked.before[0].text, "é");
    }

    #[test]
    fn the_line_that_read_it_is_found() {
        assert!(pattern("en/act/extended:1").unwrap().contains("{truce}"));
        assert_eq!(pattern("en/act/extended:0"), None);
        assert_eq!(pattern("../../Cargo:1"), None);
        assert_eq!(pattern("nothing"), None);
    }
}
