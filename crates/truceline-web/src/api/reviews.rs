//! Decisions. Comes in: a decision with its reason, from one who holds a token. Goes out: the entry,
//! with the holder's name in it. Never takes a name from the request.

use std::sync::atomic::Ordering::Relaxed;

use axum::{
    Extension, Json,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use serde::Deserialize;
use serde_json::json;
use truceline_store::Decision;

use crate::{App, Problem, who::Caller};

/// Bytes of a decision.
pub const MOST: usize = 64 << 10;
/// Characters of a reason.
const REASON: usize = 500;
const TELLINGS: usize = 1_000;

#[derive(Deserialize)]
#[serde(tag = "decision", rename_all = "snake_case", deny_unknown_fields)]
enum Given {
    Accept { claim: String, why: String },
    Reject { claim: String, why: String },
    Join { truce: String, into: String, why: String },
    Split { truce: String, tellings: Vec<String>, why: String },
    Withdraw { entry: serde_json::Number, why: String },
}

impl Given {
    fn parts(self) -> Result<(Decision, String), Problem> {
        Ok(match self {
            Given::Accept { claim, why } => (Decision::Accept { claim }, why),
            Given::Reject { claim, why } => (Decision::Reject { claim }, why),
            Given::Join { truce, into, why } => (Decision::Join { truce, into }, why),
            Given::Split { truce, tellings, why } => {
                (Decision::Split { truce, nodes: tellings }, why)
            }
            Given::Withdraw { entry, why } => {
                // To JSON 12 and 12.0 are one number.
                let whole = entry.as_f64().filter(|it| it.fract() == 0.0 && *it >= 0.0);
                let whole = entry.as_u64().or(whole.map(|it| it as u64));
                let entry = whole.ok_or_else(|| {
                    Problem::question(format!("entry: expected a whole number but found {entry}"))
                })?;
                (Decision::Withdraw { entry }, why)
            }
        })
    }
}

pub async fn review(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    headers: HeaderMap,
    body: Result<Bytes, axum::extract::rejection::BytesRejection>,
) -> Result<Response, Problem> {
    // A browser's cookie is no leave to write here: only the header of a program is.
    let Caller::Bearer(by) = caller else {
        return Err(Problem::unknown_caller(
            "a decision needs the token of its author; send `Authorization: Bearer TOKEN`",
        ));
    };
    let kind =
        headers.get(header::CONTENT_TYPE).and_then(|it| it.to_str().ok()).unwrap_or_default();
    if kind.split(';').next().map(str::trim) != Some("application/json") {
        let what = "expected the decision as application/json";
        return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, what));
    }
    let body = body.map_err(|err| {
        Problem::new(err.status(), "the decision could not be read; expected at most 64 KB of JSON")
    })?;
    let given: Given = serde_json::from_slice(&body)
        .map_err(|err| Problem::question(format!("the decision cannot be read: {err}")))?;
    let (decision, why) = given.parts()?;
    let seq = decide(&app, decision, &by, &why).await?;
    Ok((StatusCode::CREATED, Json(json!({"entry": seq, "by": by}))).into_response())
}

/// Appends a decision of one who may; the names in it are held to a size first.
pub async fn decide(app: &App, decision: Decision, by: &str, why: &str) -> Result<u64, Problem> {
    let blank = |it: char| it.is_whitespace() || it.is_control();
    if why.starts_with(blank) || !(1..=REASON).contains(&why.chars().count()) {
        return Err(Problem::question(format!(
            "why: expected a reason of 1 to {REASON} characters, the first of them no space"
        )));
    }
    let names: Vec<&String> = match &decision {
        Decision::Accept { claim } | Decision::Reject { claim } => vec![claim],
        Decision::Join { truce, into } => vec![truce, into],
        Decision::Split { truce, nodes } => nodes.iter().chain([truce]).collect(),
        Decision::Withdraw { entry } if *entry > i64::MAX as u64 => {
            return Err(Problem::absent(format!("entry {entry}: no such entry")));
        }
        Decision::Withdraw { .. } => Vec::new(),
    };
    let plain = |it: &&String| {
        (4..=100).contains(&it.len()) && it.bytes().all(|it| it.is_ascii_alphanumeric())
    };
    if names.len() > TELLINGS || !names.iter().all(plain) {
        return Err(Problem::question(
            "expected the names of truces, tellings and claims as the ledger gives them",
        ));
    }
    let seq = app.review(decision, by.to_owned(), why.to_owned()).await?;
    app.metrics().decisions.fetch_add(1, Relaxed);
    Ok(seq)
}
