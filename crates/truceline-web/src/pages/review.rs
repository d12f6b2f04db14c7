//! Decisions by form. Comes in: a form of ours, sent by someone who signed in. Goes out: an entry by
//! that name. Never decides for who is not known, or by a form that another site made.

use axum::{
    Extension,
    extract::{RawForm, State},
    response::{IntoResponse as _, Redirect, Response},
};
use truceline_store::Decision;

use super::page::{Fields, field, fields, refuse, with};
use crate::{App, Problem, api, sign_in::here, who::Caller};

pub async fn decide(
    State(app): State<App>,
    caller: Option<Extension<Caller>>,
    RawForm(body): RawForm,
) -> Response {
    let given = fields(&String::from_utf8_lossy(&body));
    let to = field(&given, "to");
    let caller = caller.map_or(Caller::Nobody, |it| it.0);
    let form = field(&given, "form");
    let decided = async {
        let by = match &caller {
            Caller::Nobody => {
                return Err(Problem::unknown_caller(
                    "a decision needs its author; sign in with a token first",
                ));
            }
            known => known.writer(Some(&form))?.to_owned(),
        };
        let decision = decision(&given)?;
        api::decide(&app, decision, &by, &reason(&given)).await
    };
    match decided.await {
        Ok(seq) => Redirect::to(&with(here(&to), "decided", &seq.to_string())).into_response(),
        Err(problem) => refuse(here(&to), &problem),
    }
}

/// Whole: how long it may be is for the ledger's side to say.
fn reason(given: &Fields) -> String {
    given.iter().find(|it| it.0 == "why").map_or_else(String::new, |it| it.1.clone())
}

fn decision(given: &Fields) -> Result<Decision, Problem> {
    let one = |name: &str| {
        let found = field(given, name);
        if found.is_empty() {
            return Err(Problem::question(format!("{name}: expected a value but found none")));
        }
        Ok(found)
    };
    let nodes = || given.iter().filter(|it| it.0 == "node").map(|it| it.1.clone()).collect();
    Ok(match field(given, "decision").as_str() {
        "accept" => Decision::Accept { claim: one("claim")? },
        "reject" => Decision::Reject { claim: one("claim")? },
        "join" => Decision::Join { truce: one("truce")?, into: one("into")? },
        "split" => Decision::Split { truce: one("truce")?, nodes: nodes() },
        "withdraw" => {
            let entry = one("entry")?;
            let seq = entry.parse().map_err(|_| {
                Problem::question(format!("entry: expected a number but found `{entry}`"))
            })?;
            Decision::Withdraw { entry: seq }
        }
        other => {
            return Err(Problem::question(format!(
                "decision: expected accept, reject, join, split or withdraw but found `{other}`"
            )));
        }
    })
}
