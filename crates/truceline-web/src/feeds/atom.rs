//! New entries as Atom (RFC 4287), whole, of a truce, of a place. Comes in: a question. Goes out: the
//! last entries, the last first. What a report says is text in it, never markup.

use std::{cmp::Reverse, collections::BinaryHeap, fmt::Write as _, sync::Arc};

use axum::{
    extract::{FromRequestParts, Path},
    http::{HeaderMap, request::Parts},
    response::Response,
};
use serde_json::Value;
use truceline_store::{Ledger, Row};

use crate::{
    App, Problem, Question,
    answer::{Asking, Times},
    api::Name,
    text::escape,
};

const KIND: &str = "application/atom+xml; charset=utf-8";

/// Where the reader reached this server, for the links of a feed.
pub struct Base(String);

impl FromRequestParts<App> for Base {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Base, Problem> {
        let text = |headers: &HeaderMap, name: &str| {
            headers.get(name).and_then(|it| it.to_str().ok()).map(str::to_owned)
        };
        let host = text(&parts.headers, "host").unwrap_or_else(|| app.options().bind.to_string());
        let proxied = !app.options().hosts.is_empty();
        let scheme = text(&parts.headers, "x-forwarded-proto");
        let scheme = if proxied && scheme.as_deref() == Some("https") { "https" } else { "http" };
        Ok(Base(format!("{scheme}://{host}")))
    }
}

pub async fn all(base: Base, mut asking: Asking) -> Result<Response, Problem> {
    let version = asking.known.seq();
    asking.about(&base);
    asking
        .answer(KIND, Times::AsOf, version, move |ledger, asking| {
            let last = asking.seq(ledger)?;
            let first = last.saturating_sub(asking.question.limit as u64);
            let entries: Vec<u64> = (first + 1..=last).rev().collect();
            feed(ledger, &base, "Truceline: new entries", "/feeds/entries.atom", &entries)
        })
        .await
}

pub async fn of_truce(
    Name(name): Name,
    base: Base,
    mut asking: Asking,
) -> Result<Response, Problem> {
    let version = asking.changed(&name);
    asking.about(&base);
    asking
        .answer(KIND, Times::AsOf, version, move |ledger, asking| {
            let truce = ledger.name_of(&name, asking.question.asked())?;
            let entries = ledger.entries_of(&truce, asking.seq(ledger)?, asking.question.limit)?;
            let path = format!("/feeds/truces/{truce}/entries.atom");
            feed(ledger, &base, &format!("Truceline: truce {truce}"), &path, &entries)
        })
        .await
}

/// A place or a country, by name or identifier.
pub async fn of_place(
    place: Result<Path<String>, axum::extract::rejection::PathRejection>,
    base: Base,
    mut asking: Asking,
) -> Result<Response, Problem> {
    let Path(place) = place.map_err(|_| Problem::absent("no such place"))?;
    let query =
        form_urlencoded::Serializer::new(String::new()).append_pair("place", &place).finish();
    asking.question.place = Question::read(&query)?.place;
    let version = asking.known.seq();
    asking.about(&base);
    asking
        .answer(KIND, Times::AsOf, version, move |ledger, asking| {
            let (mut past, wanted) = (None, asking.wanted());
            let catalogue = asking.catalogue(ledger, &mut past)?;
            let of_place = |it: &&Arc<Row>| wanted.iter().all(|wanted| it.is_of(wanted));
            let near = catalogue.near(&wanted);
            let mut rows: Vec<&Arc<Row>> = near.iter().filter(of_place).collect();
            rows.sort_by_key(|it| Reverse(it.changed));
            let entries = newest(ledger, &rows, catalogue.seq, asking.question.limit)?;
            let name: String = form_urlencoded::byte_serialize(place.as_bytes()).collect();
            let path = format!("/feeds/places/{}/entries.atom", name.replace('+', "%20"));
            feed(ledger, &base, &format!("Truceline: {place}"), &path, &entries)
        })
        .await
}

impl Asking {
    /// A feed's links say where it was asked for: kept apart by it.
    fn about(&mut self, base: &Base) {
        self.path.push_str(&base.0);
    }
}

/// The newest entries about truces that are sorted by their last change, the latest first.
fn newest(
    ledger: &Ledger,
    rows: &[&Arc<Row>],
    seq: u64,
    limit: usize,
) -> Result<Vec<u64>, Problem> {
    let mut newest: BinaryHeap<Reverse<u64>> = BinaryHeap::new();
    for row in rows {
        let least = newest.peek().map_or(0, |it| it.0);
        if newest.len() == limit && row.changed.min(seq) < least {
            break;
        }
        for entry in ledger.entries_of(&row.truce, seq, limit)? {
            newest.push(Reverse(entry));
            if newest.len() > limit {
                newest.pop();
            }
        }
    }
    let mut entries: Vec<u64> = newest.into_iter().map(|it| it.0).collect();
    entries.sort_unstable_by_key(|it| Reverse(*it));
    entries.dedup();
    Ok(entries)
}

fn feed(
    ledger: &Ledger,
    base: &Base,
    title: &str,
    path: &str,
    entries: &[u64],
) -> Result<Vec<u8>, Problem> {
    let base = escape(&base.0);
    let mut body = String::new();
    let mut updated = None;
    for seq in entries {
        let Some(it) = ledger.entry_value(*seq)? else { continue };
        let recorded = it["recorded"].as_str().unwrap_or_default().to_owned();
        entry(&mut body, &base, &it, &recorded);
        updated.get_or_insert(recorded);
    }
    let updated = updated.unwrap_or_else(|| "1970-01-01T00:00:00Z".to_owned());
    let (title, path) = (escape(title), escape(path));
    Ok(format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\">\n\
         <id>{base}{path}</id>\n<title>{title}</title>\n<updated>{updated}</updated>\n\
         <author><name>Truceline</name></author>\n<link rel=\"self\" href=\"{base}{path}\"/>\n{body}</feed>\n"
    )
    .into_bytes())
}

fn entry(out: &mut String, base: &str, it: &Value, recorded: &str) {
    let fact = &it["fact"];
    let (title, text) = told(fact);
    let digest = it["digest"].as_str().unwrap_or_default();
    let _ = write!(
        out,
        "<entry>\n<id>urn:truceline:entry:{digest}</id>\n<title>{}</title>\n<updated>{recorded}</updated>\n",
        escape(&title)
    );
    if let Some(by) = fact["by"].as_str() {
        let _ = writeln!(out, "<author><name>{}</name></author>", escape(by));
    }
    if let Some(truce) = it["truce"].as_str() {
        let _ = writeln!(out, "<link href=\"{base}/truce/{}\"/>", escape(truce));
    }
    let _ = writeln!(
        out,
        "<link rel=\"alternate\" type=\"application/json\" href=\"{base}/api/v1/entries/{}\"/>",
        it["seq"]
    );
    let _ = write!(out, "<content type=\"text\">{}</content>\n</entry>\n", escape(&text));
}

/// An entry in words: a title, and what it rests on.
fn told(fact: &Value) -> (String, String) {
    let text = |it: &Value| it.as_str().unwrap_or_default().to_owned();
    let names = |them: &Value| -> String {
        let names = them.as_array().into_iter().flatten().map(|it| text(&it["name"]));
        names.collect::<Vec<_>>().join(", ")
    };
    let why = text(&fact["why"]);
    match fact["kind"].as_str().unwrap_or_default() {
        "claim" => {
            let said = &fact["said"];
            let by = names(&said["by"]);
            let by = if by.is_empty() { String::new() } else { format!(" by {by}") };
            let title = format!("{} ({}){by}", text(&said["act"]), text(&said["stance"]));
            (title, text(&said["quote"]))
        }
        "truce" => (format!("told of: {}", text(&fact["told"]["label"])), names_of(&fact["told"])),
        "report" => {
            let title =
                fact["title"].as_str().unwrap_or_else(|| fact["id"].as_str().unwrap_or("untitled"));
            (format!("report: {title}"), text(&fact["outlet"]))
        }
        "accepted" => (format!("accepted: claim {}", text(&fact["claim"])), why),
        "rejected" => (format!("rejected: claim {}", text(&fact["claim"])), why),
        "joined" => (format!("joined into truce {}", text(&fact["truce"])), why),
        "split" => (format!("split from truce {}", text(&fact["from"])), why),
        "withdrawn" => (format!("withdrawn: entry {}", fact["entry"]), why),
        "copy" => (format!("a copy: report {}", text(&fact["report"])), why),
        other => (other.to_owned(), why),
    }
}

fn names_of(told: &Value) -> String {
    let sides =
        told["sides"].as_array().into_iter().flatten().flat_map(|it| it.as_array()).flatten();
    let places = told["places"].as_array().into_iter().flatten();
    let name = |it: &Value| it["name"].as_str().unwrap_or_default().to_owned();
    let all: Vec<String> = sides.chain(places).map(name).collect();
    all.join(", ")
}
