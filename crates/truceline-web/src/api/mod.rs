//! Programs. Comes in: a question in an address. Goes out: JSON as in the contract, errors as problem
//! details. Never marks anything up: what a report says is a string.

mod entries;
mod export;
mod lists;
mod one;
mod reference;
mod reviews;
mod search;

use axum::{
    Router,
    extract::{FromRequestParts, Path},
    http::{StatusCode, request::Parts},
    routing::{get, post},
};

use crate::{App, Problem};

pub use lists::rows;
pub use reference::{DOCUMENT, page};
pub use reviews::{MOST, decide};

pub fn router() -> Router<App> {
    Router::new()
        .route("/reference.css", get(reference::style))
        .route("/openapi.json", get(reference::document))
        .route("/truces", get(lists::truces))
        .route("/status", get(lists::status))
        .route("/truces/{truce}", get(one::truce))
        .route("/truces/{truce}/status", get(one::status))
        .route("/truces/{truce}/story", get(one::story))
        .route("/truces/{truce}/claims", get(one::claims))
        .route("/truces/{truce}/reports", get(one::reports))
        .route("/truces/{truce}/families", get(one::families))
        .route("/claims/{claim}", get(one::claim))
        .route("/reports/{report}", get(one::report))
        .route("/search", get(search::search))
        .route("/entries", get(entries::list))
        .route("/entries/{entry}", get(entries::one))
        .route("/export/{form}", get(export::export))
        .route("/reviews", post(reviews::review))
        .fallback(nothing_here)
        .method_not_allowed_fallback(not_that_way)
}

async fn nothing_here() -> Problem {
    Problem::absent("nothing is served here; /api/v1/ lists what is")
}

async fn not_that_way() -> Problem {
    let what = "this address is not asked that way; /api/v1/ says how";
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, what)
}

/// A name in an address: of a truce, a claim, a report, or a part of it.
pub struct Name(pub String);

impl FromRequestParts<App> for Name {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Name, Problem> {
        let absent = || Problem::absent("nothing has that name");
        let path = Path::<String>::from_request_parts(parts, app).await;
        let Path(name) = path.map_err(|_| absent())?;
        // Names are letters and digits: all else would only be looked for in vain.
        let plain = name.len() <= 100
            && name.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'-' || it == b'_');
        if plain && !name.is_empty() { Ok(Name(name)) } else { Err(absent()) }
    }
}
