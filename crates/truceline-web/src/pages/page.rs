//! From an address to a page. Comes in: a query and what to draw. Goes out: HTML, or the reason why
//! not. Never lets a page load anything from elsewhere.

use askama::Template;
use axum::{
    Extension,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::de::DeserializeOwned;
use serde_json::Value as Json;
use truceline_store::{Ledger, Result};

use super::frame::Frame;
use crate::{App, Problem, Question, who::Caller};

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

pub fn shape<T: DeserializeOwned + Default>(value: Json) -> T {
    serde_json::from_value(value).unwrap_or_default()
}

pub fn shapes<T: DeserializeOwned>(values: Vec<Json>) -> Vec<T> {
    values.into_iter().filter_map(|it| serde_json::from_value(it).ok()).collect()
}

/// What a page is drawn from.
pub struct Ask<'a> {
    pub app: &'a App,
    pub ledger: &'a Ledger,
    pub question: &'a Question,
    pub frame: Frame,
    pub fields: Fields,
}

impl Ask<'_> {
    pub fn field(&self, name: &str) -> String {
        field(&self.fields, name)
    }
}

/// Draws a page of what the ledger answers.
pub async fn draw<T: Template>(
    app: App,
    caller: Option<Extension<Caller>>,
    path: &str,
    query: Option<String>,
    page: impl FnOnce(Ask<'_>) -> Result<T> + Send + 'static,
) -> Response {
    let query = query.unwrap_or_default();
    let question = match Question::read_form(&query) {
        Ok(question) => question,
        Err(problem) => return refuse(path, &problem),
    };
    let here = path.to_owned();
    let asked = app.clone();
    let drawn = app.ask(move |ledger| -> Result<askama::Result<String>> {
        let mut frame = Frame::new(&here, &question, recorded(ledger)?);
        frame.signed_in(caller.as_ref().map(|it| &it.0));
        let fields = fields(&query);
        frame.decided = field(&fields, "decided").parse().ok().filter(|_| frame.author.is_some());
        let ask = Ask { app: &asked, ledger, question: &question, frame, fields };
        Ok(page(ask)?.render())
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

/// What it may load and who may frame it is said by the guard that stands before all answers.
pub fn answer(status: StatusCode, html: String) -> Response {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
        (header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache")),
    ];
    (status, headers, html).into_response()
}
