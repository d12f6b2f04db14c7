//! The page to sign in on. Comes in: where to go on. Goes out: a form for a token. What becomes of the
//! token is decided in `sign_in`.

use askama::Template;
use axum::{Extension, extract::RawQuery, http::StatusCode, response::Response};

use super::{
    frame::Frame,
    page::{self, field, fields},
};
use crate::{Problem, Question, sign_in::here, who::Caller};

#[derive(Template)]
#[template(path = "sign-in.html")]
struct Page {
    f: Frame,
    to: String,
    failed: bool,
}

pub async fn show(caller: Option<Extension<Caller>>, RawQuery(query): RawQuery) -> Response {
    let given = fields(&query.unwrap_or_default());
    let mut f = Frame::new("/sign-in", &Question::default(), (0, 0));
    f.signed_in(caller.as_ref().map(|it| &it.0));
    let failed = !field(&given, "failed").is_empty();
    let page = Page { f, to: here(&field(&given, "to")).to_owned(), failed };
    let status = if failed { StatusCode::UNAUTHORIZED } else { StatusCode::OK };
    match page.render() {
        Ok(html) => page::answer(status, html),
        Err(_) => {
            let what = "the page could not be drawn";
            page::refuse("/", &Problem::new(StatusCode::INTERNAL_SERVER_ERROR, what))
        }
    }
}
