//! Search. Comes in: words. Goes out: claims whose quotes hold them all, and truces of a place or a
//! party of that name, as known at the time of knowing.

use std::collections::HashMap;

use askama::Template;
use axum::{
    Extension,
    extract::{RawQuery, State},
    response::Response,
};
use truceline_store::Result;

use super::{
    filters,
    frame::{self, Frame},
    now,
    page::{self, Ask},
    said,
    shape::{Hit, Truce},
    truce::chain,
};
use crate::{App, Question, who::Caller};

const HITS: usize = 40;
const TRUCES: usize = 12;

struct Named {
    path: String,
    label: String,
    places: String,
    sides: String,
    status: String,
    start: String,
}

struct Quoted {
    claim: String,
    words: String,
    act: String,
    stance: String,
    chain: String,
    outlet: String,
    title: String,
    published: String,
    truce: String,
    label: String,
    places: String,
}

#[derive(Template)]
#[template(path = "search.html")]
struct Page {
    f: Frame,
    words: String,
    named: Vec<Named>,
    hits: Vec<Quoted>,
    next: String,
    /// Why nothing could be searched for.
    fault: String,
}

pub async fn show(
    State(app): State<App>,
    caller: Option<Extension<Caller>>,
    RawQuery(query): RawQuery,
) -> Response {
    page::draw(app, caller, "/search", query, find).await
}

fn find(mut ask: Ask<'_>) -> Result<Page> {
    let words = ask.field("q");
    let before: Option<u64> = ask.field("before").parse().ok();
    ask.frame.keep = vec![("q".to_owned(), words.clone())];
    let Ask { app, ledger, question, frame: f, .. } = ask;
    let mut page = Page {
        f,
        words: words.clone(),
        named: Vec::new(),
        hits: Vec::new(),
        next: String::new(),
        fault: String::new(),
    };
    if words.is_empty() {
        return Ok(page);
    }
    let (at, seq) = (question.at.as_second(), ledger.as_of(question.as_of)?);
    let known = app.known();
    let past = match seq == known.seq() {
        true => None,
        false => Some(app.catalogue(ledger, &known, seq)?),
    };
    let catalogue = past.as_deref().unwrap_or(&known.catalogue);
    if before.is_none() {
        let of = |place: &[&str], party: &[&str]| {
            let names = |them: &[&str]| them.iter().map(|it| (*it).to_owned()).collect();
            let question =
                Question { place: names(place), party: names(party), ..Question::default() };
            app.names().wanted(&question)
        };
        let (places, parties) = (of(&[&words], &[]), of(&[], &[&words]));
        let rows = catalogue.rows().iter().filter(|row| {
            places.iter().all(|it| row.is_of(it)) || parties.iter().all(|it| row.is_of(it))
        });
        for row in rows.take(TRUCES) {
            let Some(value) = ledger.list_row(row, at, seq)? else { continue };
            let truce: Truce = page::shape(value);
            let zone = now::zone(&truce);
            page.named.push(Named {
                path: frame::truce(&truce.id),
                places: now::places(&truce),
                sides: now::sides(&truce),
                start: truce
                    .start
                    .as_ref()
                    .map_or_else(String::new, |it| said::told(it, zone).local),
                status: truce.status,
                label: truce.label,
            });
        }
    }
    let found = match ledger.search(&words, seq, before, HITS, |_| Ok(true)) {
        Ok(found) => found,
        Err(truceline_store::Error::Input(fault)) => {
            page.fault = fault;
            return Ok(page);
        }
        Err(err) => return Err(err),
    };
    let mut truces: HashMap<String, Truce> = HashMap::new();
    for hit in page::shapes::<Hit>(found.claims) {
        if !truces.contains_key(&hit.truce) {
            let row = catalogue.get(&hit.truce);
            let value = row.map(|row| ledger.list_row(row, at, seq)).transpose()?.flatten();
            truces.insert(hit.truce.clone(), value.map(page::shape).unwrap_or_default());
        }
        let truce = &truces[&hit.truce];
        page.hits.push(Quoted {
            claim: frame::claim(&hit.claim),
            words: hit.said.quote.clone(),
            act: hit.said.act.clone(),
            stance: hit.said.stance.clone(),
            chain: chain(&hit.said.says),
            outlet: hit.report.outlet.unwrap_or_default(),
            title: hit.report.title.unwrap_or_default(),
            published: hit.report.published.unwrap_or_default(),
            truce: frame::truce(&hit.truce),
            label: truce.label.clone(),
            places: now::places(truce),
        });
    }
    if let Some(before) = found.before {
        let here = page::with("/search", "q", &words);
        page.next = page.f.href(page::with(&here, "before", &before.to_string()));
    }
    Ok(page)
}
