//! Signing in. Comes in: a token, in a form. Goes out: a cookie that scripts cannot read and other
//! sites cannot send. Never keeps the token, and never shows whether a name exists.

use askama::Template;
use axum::{
    Extension,
    extract::{RawForm, RawQuery, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

use super::{
    frame::Frame,
    page::{self, field, fields},
};
use crate::{
    App, Problem, Question,
    guard::{self, Peer},
    who::Caller,
};

#[derive(Template)]
#[template(path = "sign-in.html")]
struct Page {
    f: Frame,
    to: String,
    fault: String,
}

pub async fn show(caller: Option<Extension<Caller>>, RawQuery(query): RawQuery) -> Response {
    let to = field(&fields(&query.unwrap_or_default()), "to");
    form(caller.as_ref().map(|it| &it.0), here(&to), None)
}

fn form(caller: Option<&Caller>, to: &str, problem: Option<&Problem>) -> Response {
    let mut f = Frame::new("/sign-in", &Question::default(), (0, 0));
    f.signed_in(caller);
    let fault = problem.map_or_else(String::new, |it| it.detail.clone());
    let page = Page { f, to: to.to_owned(), fault };
    let status = problem.map_or(StatusCode::OK, |it| it.status);
    page.render().map_or_else(
        |_| StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        |html| page::answer(status, html),
    )
}

pub async fn enter(
    State(app): State<App>,
    peer: Option<Extension<Peer>>,
    headers: HeaderMap,
    RawForm(body): RawForm,
) -> Response {
    let given = fields(&String::from_utf8_lossy(&body));
    let (token, to) = (field(&given, "token"), field(&given, "to"));
    let from = guard::address(&app, peer.map(|it| it.0), &headers);
    let begun = guard::holder(&app, &token, from).and_then(|name| {
        let secure = !app.options().is_local();
        app.sessions().begin(&name, secure)
    });
    match begun {
        Ok(cookie) => go(here(&to), Some(cookie)),
        Err(problem) => form(None, here(&to), Some(&problem)),
    }
}

pub async fn leave(
    State(app): State<App>,
    caller: Option<Extension<Caller>>,
    headers: HeaderMap,
    RawForm(body): RawForm,
) -> Response {
    let given = fields(&String::from_utf8_lossy(&body));
    let writer = caller.as_ref().map(|it| it.writer(Some(&field(&given, "form"))));
    match writer {
        Some(Err(problem)) if problem.status == StatusCode::FORBIDDEN => {
            page::refuse("/", &problem)
        }
        _ => go("/", Some(app.sessions().end(&headers))),
    }
}

/// Where to go on: a page of this server and of no other.
pub fn here(to: &str) -> &str {
    let plain = to.starts_with('/') && !to.contains(['\\', '\r', '\n', '\t']) && to.is_ascii();
    if plain && !to.starts_with("//") { to } else { "/" }
}

pub fn go(to: &str, cookie: Option<HeaderValue>) -> Response {
    let to = HeaderValue::from_str(to).unwrap_or(HeaderValue::from_static("/"));
    let mut response = (StatusCode::SEE_OTHER, [(header::LOCATION, to)]).into_response();
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Some(cookie) = cookie {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::here;

    #[test]
    fn nobody_is_sent_elsewhere() {
        assert_eq!(here("/truce/t1?at=x"), "/truce/t1?at=x");
        for to in ["", "//elsewhere.example", "https://elsewhere.example", "/\\elsewhere", "/a\r\nb: c"]
        {
            assert_eq!(here(to), "/");
        }
    }
}
