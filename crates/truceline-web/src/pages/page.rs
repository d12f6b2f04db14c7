//! From an address to a page. Comes in: a query and what to draw. Goes out: HTML, or the reason why
//! not. Never lets a page load anything from elsewhere.

use askama::Template;
use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use truceline_store::{Ledger, Result};

use super::frame::Frame;
use crate::{App, Problem, Question};

/// Fields of an address or a form, in their order.
pub type Fields = Vec<(String, String)>;

pub fn fields(query: &str) -> Fields {
    form_urlencoded::parse(query.as_bytes()).into_owned().collect()
}

/// The first field of that name; empty where there is none.
pub fn field(fields: &Fields, name: &str) -> String {
    let found = fields.iter().find(|it| it.0 == name);
    found.map_or_else(String::new, |it| it.1.trim().chars().take(500).collect())
}

/// An address with one more field.
pub fn with(path: &str, name: &str, value: &str) -> String {
    let joint = if path.contains('?') { '&' } else { '?' };
    let mut query = form_urlencoded::Serializer::new(String::new());
    format!("{path}{joint}{}", query.append_pair(name, value).finish())
}

/// Draws a page of what the ledger answers.
pub async fn draw<T: Template + Send + 'static>(
    app: App,
    path: &str,
    query: Option<String>,
    page: impl FnOnce(&Ledger, &Question, Frame, Fields) -> Result<T> + Send + 'static,
) -> Response {
    let query = query.unwrap_or_default();
    let question = match Question::read_form(&query) {
        Ok(question) => question,
        Err(problem) => return refuse(path, &problem),
    };
    let here = path.to_owned();
    let drawn = app.ask(move |ledger| {
        let f = Frame::new(&here, &question, recorded(ledger)?);
        Ok(page(ledger, &question, f, fields(&query))?.render())
    });
    match drawn.await {
        Ok(Ok(html)) => answer(StatusCode::OK, html),
        Ok(Err(err)) => {
            eprintln!("truceline: {path}: {err}");
            let status = StatusCode::INTERNAL_SERVER_ERROR;
            refuse(path, &Problem::new(status, "the page could not be drawn"))
        }
        Err(problem) => refuse(path, &problem),
    }
}

/// When the first and the last entry were recorded, in seconds.
fn recorded(ledger: &Ledger) -> Result<(i64, i64)> {
    let first = ledger.entry(1)?.map_or(0, |it| it.recorded);
    let last = ledger.head()?.map_or(0, |it| it.recorded);
    Ok((first / 1_000_000, last / 1_000_000 + 1))
}

#[derive(Template)]
#[template(path = "refused.html")]
struct Refused {
    f: Frame,
    title: &'static str,
    detail: String,
}

pub fn refuse(path: &str, problem: &Problem) -> Response {
    let f = Frame::new(path, &Question::default(), (0, 0));
    let page = Refused { f, title: problem.title(), detail: problem.detail.clone() };
    answer(problem.status, page.render().unwrap_or_else(|_| problem.detail.clone()))
}

/// A page may load from its own server alone, and nothing in it may run.
pub const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; \
    connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

pub fn answer(status: StatusCode, html: String) -> Response {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY)),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (header::REFERRER_POLICY, HeaderValue::from_static("same-origin")),
        (header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache")),
    ];
    (status, headers, html).into_response()
}
