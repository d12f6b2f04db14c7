//! Search in quotes. Comes in: words, and what truces are limited to. Goes out: claims, the last
//! recorded first.

use axum::response::Response;
use serde_json::json;

use crate::{
    Problem,
    answer::{Asking, Times},
};

pub async fn search(asking: Asking) -> Result<Response, Problem> {
    let Some(words) = asking.question.q.clone() else {
        return Err(Problem::question(
            "q: expected words to search for; /api/v1/search?q=ceasefire",
        ));
    };
    let before = asking.question.cursor.as_deref().map(super::entries::number).transpose()?;
    let version = asking.known.seq();
    asking
        .json(Times::AtToo, version, move |ledger, asking| {
            let (question, mut past) = (&asking.question, None);
            let (catalogue, wanted) = (asking.catalogue(ledger, &mut past)?, asking.wanted());
            let all = wanted.is_empty();
            let keep = |truce: &str| {
                let is_of =
                    |it: &truceline_store::Row| wanted.iter().all(|wanted| it.is_of(wanted));
                Ok(all || catalogue.get(truce).is_some_and(|it| is_of(it)))
            };
            let found = ledger.search(&words, asking.seq(ledger)?, before, question.limit, keep)?;
            Ok(json!({"q": words, "claims": found.claims,
                "next": found.before.map(|it| it.to_string())}))
        })
        .await
}
