//! Lists of truces, a page at a time, the latest start first. Comes in: a question. Goes out: lines of
//! `list` or of `status`, and the cursor of the next page. A page begins where the last one ended, even
//! where the ledger has grown since.

use std::sync::Arc;

use axum::response::Response;
use serde_json::{Value, json};
use truceline_store::{Ledger, Row};

use crate::{
    Problem,
    answer::{Asking, Times},
};

pub async fn truces(asking: Asking) -> Result<Response, Problem> {
    let version = asking.known.seq();
    let line = |ledger: &Ledger, row: &Row, at, seq| Ok(ledger.list_row(row, at, seq)?);
    asking.json(Times::AtToo, version, move |ledger, asking| page(ledger, asking, line)).await
}

pub async fn status(asking: Asking) -> Result<Response, Problem> {
    let version = asking.known.seq();
    let line = |ledger: &Ledger, row: &Row, at, seq| Ok(ledger.status_row(row, at, seq)?);
    asking.json(Times::AtToo, version, move |ledger, asking| page(ledger, asking, line)).await
}

fn page(
    ledger: &Ledger,
    asking: &Asking,
    line: impl Fn(&Ledger, &Row, i64, u64) -> Result<Option<Value>, Problem>,
) -> Result<Value, Problem> {
    let question = &asking.question;
    let (rows, next) = rows(ledger, asking)?;
    let seq = asking.seq(ledger)?;
    let mut truces = Vec::with_capacity(rows.len());
    for row in &rows {
        truces.extend(line(ledger, row, question.at.as_second(), seq)?);
    }
    Ok(json!({"at": question.at.to_string(), "as_of": question.as_of.map(|it| it.to_string()),
        "entry": seq, "truces": truces, "next": next}))
}

/// The truces of one page of a question, and the cursor of the next page.
pub fn rows(ledger: &Ledger, asking: &Asking) -> Result<(Vec<Arc<Row>>, Option<String>), Problem> {
    let question = &asking.question;
    let mut past = None;
    let catalogue = asking.catalogue(ledger, &mut past)?;
    let last = question.cursor.as_deref().map(place_of).transpose()?;
    let wanted = asking.wanted();
    let at = question.at.as_second();
    let mut found: Vec<Arc<Row>> = Vec::new();
    let near = catalogue.near(&wanted);
    for row in truceline_store::after(&near, last) {
        let from = question.from.is_none_or(|it| row.until >= it.as_second());
        let to = question.to.is_none_or(|it| row.from < it.as_second());
        if !from || !to || !wanted.iter().all(|it| row.is_of(it)) {
            continue;
        }
        if !question.status.is_empty() || !question.in_force.is_empty() {
            let stands = ledger.stands(row, at, catalogue.seq)?;
            let one_of = |wanted: &[String], it: &str| {
                wanted.is_empty() || wanted.iter().any(|wanted| wanted == it)
            };
            let takes = stands.is_some_and(|it| {
                one_of(&question.status, it.status) && one_of(&question.in_force, it.in_force)
            });
            if !takes {
                continue;
            }
        }
        if found.len() == question.limit {
            let next = found.last().map(|it| format!("{}.{}", it.order, it.truce));
            return Ok((found, next));
        }
        found.push(row.clone());
    }
    Ok((found, None))
}

/// `order.truce` of the last line seen.
fn place_of(cursor: &str) -> Result<(i64, &str), Problem> {
    let place = cursor.split_once('.').and_then(|(order, truce)| {
        let digits = order.strip_prefix('-').unwrap_or(order);
        let plain = |it: u8| it.is_ascii_lowercase() || it.is_ascii_digit();
        let is_ours = super::entries::is_number(digits)
            && (1..=64).contains(&truce.len())
            && truce.bytes().all(plain);
        is_ours.then(|| order.parse().ok()).flatten().map(|order| (order, truce))
    });
    place.ok_or_else(|| {
        Problem::question("cursor: expected the `next` of the page before, unchanged")
    })
}
