//! One truce and its parts, one claim, one report. Comes in: a name and the two times. Goes out: what
//! `show` and `why` print.

use axum::response::Response;
use serde_json::json;

use super::Name;
use crate::{
    Problem,
    answer::{Asking, Times},
};

pub async fn truce(Name(name): Name, asking: Asking) -> Result<Response, Problem> {
    let version = asking.changed(&name);
    let show = move |ledger: &truceline_store::Ledger, asking: &Asking| {
        Ok(ledger.show(&name, asking.question.asked())?)
    };
    asking.json(Times::Truce, version, show).await
}

pub async fn status(Name(name): Name, asking: Asking) -> Result<Response, Problem> {
    let version = asking.changed(&name);
    let status = move |ledger: &truceline_store::Ledger, asking: &Asking| {
        Ok(ledger.standing_of(&name, asking.question.asked())?)
    };
    asking.json(Times::Truce, version, status).await
}

pub async fn story(Name(name): Name, asking: Asking) -> Result<Response, Problem> {
    let version = asking.changed(&name);
    asking
        .json(Times::AsOf, version, move |ledger, asking| {
            let asked = asking.question.asked();
            let truce = ledger.name_of(&name, asked)?;
            Ok(json!({"truce": truce, "story": ledger.story_of(&truce, asked)?}))
        })
        .await
}

/// A page of claims in the order of the ledger; the cursor is the entry of the last one seen.
pub async fn claims(Name(name): Name, asking: Asking) -> Result<Response, Problem> {
    let version = asking.changed(&name);
    let after = asking.question.cursor.as_deref().map(super::entries::number).transpose()?;
    asking
        .json(Times::AsOf, version, move |ledger, asking| {
            let (asked, limit) = (asking.question.asked(), asking.question.limit);
            let truce = ledger.name_of(&name, asked)?;
            let mut claims = ledger.claims_of(&truce, asked)?;
            claims.retain(|it| it["entry"].as_u64() > after);
            let next = (claims.len() > limit).then(|| claims[limit - 1]["entry"].to_string());
            claims.truncate(limit);
            Ok(json!({"truce": truce, "claims": claims, "next": next}))
        })
        .await
}

pub async fn reports(Name(name): Name, asking: Asking) -> Result<Response, Problem> {
    let version = asking.changed(&name);
    asking
        .json(Times::AsOf, version, move |ledger, asking| {
            let asked = asking.question.asked();
            let truce = ledger.name_of(&name, asked)?;
            Ok(json!({"truce": truce, "reports": ledger.reports_of(&truce, asked)?}))
        })
        .await
}

pub async fn families(Name(name): Name, asking: Asking) -> Result<Response, Problem> {
    let version = asking.changed(&name);
    asking
        .json(Times::AsOf, version, move |ledger, asking| {
            let asked = asking.question.asked();
            let truce = ledger.name_of(&name, asked)?;
            let mut families = ledger.families_of(&truce, asked)?;
            families["truce"] = json!(truce);
            Ok(families)
        })
        .await
}

pub async fn claim(Name(name): Name, asking: Asking) -> Result<Response, Problem> {
    let version = asking.known.seq();
    let why = move |ledger: &truceline_store::Ledger, asking: &Asking| {
        Ok(ledger.why(&name, asking.question.asked())?)
    };
    asking.json(Times::AsOf, version, why).await
}

pub async fn report(Name(name): Name, asking: Asking) -> Result<Response, Problem> {
    let version = asking.known.seq();
    let report = move |ledger: &truceline_store::Ledger, asking: &Asking| {
        Ok(ledger.report(&name, asking.question.asked())?)
    };
    asking.json(Times::AsOf, version, report).await
}
