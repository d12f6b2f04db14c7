//! Entries as they were appended, for programs that keep up with the ledger. Comes in: the last entry
//! seen. Goes out: those after it.

use axum::response::Response;
use serde_json::json;

use super::Name;
use crate::{
    Problem,
    answer::{Asking, Times},
};

/// A cursor that is an entry.
pub fn number(cursor: &str) -> Result<u64, Problem> {
    let number = is_number(cursor).then(|| cursor.parse().ok()).flatten();
    number.ok_or_else(|| {
        Problem::question("cursor: expected the `next` of the page before, unchanged")
    })
}

/// 1 to 15 digits, which any integer of ours holds.
pub fn is_number(text: &str) -> bool {
    (1..=15).contains(&text.len()) && text.bytes().all(|it| it.is_ascii_digit())
}

pub async fn list(asking: Asking) -> Result<Response, Problem> {
    let after = asking.question.cursor.as_deref().map_or(Ok(0), number)?;
    let version = asking.known.seq();
    asking
        .json(Times::AsOf, version, move |ledger, asking| {
            let last = asking.seq(ledger)?;
            let until = last.min(after.saturating_add(asking.question.limit as u64));
            let mut entries = Vec::new();
            for seq in after.saturating_add(1)..=until {
                entries.extend(ledger.entry_value(seq)?);
            }
            let next = (until < last).then(|| until.to_string());
            Ok(json!({"last": last, "entries": entries, "next": next}))
        })
        .await
}

pub async fn one(Name(name): Name, asking: Asking) -> Result<Response, Problem> {
    let absent = || Problem::absent("no such entry at that time");
    let seq = number(&name).map_err(|_| absent())?;
    let version = asking.known.seq();
    asking
        .json(Times::AsOf, version, move |ledger, asking| {
            if seq > asking.seq(ledger)? {
                return Err(absent());
            }
            ledger.entry_value(seq)?.ok_or_else(absent)
        })
        .await
}
