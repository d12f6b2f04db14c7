//! Signing in with a token, in a browser. Comes in: a form (`token`, `to`). Goes out: a cookie that
//! only this server's own pages send back. The page with the form is one of the pages.

use axum::{
    Extension,
    body::Bytes,
    extract::State,
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse as _, Redirect, Response},
};

use crate::{
    App, Problem,
    guard::{Peer, address, holder},
    who::Caller,
};

/// A field of a form; empty where there is none.
pub fn field(form: &[u8], name: &str) -> String {
    let mut fields = form_urlencoded::parse(form);
    fields.find(|it| it.0 == name).map_or_else(String::new, |it| it.1.into_owned())
}

/// Where to go on: an address of ours, or the first page.
pub fn here(to: &str) -> &str {
    let ours = to.starts_with('/')
        && !to.starts_with("//")
        && to.bytes().all(|it| it.is_ascii_graphic() && it != b'\\');
    if ours { to } else { "/" }
}

pub async fn sign_in(
    State(app): State<App>,
    peer: Option<Extension<Peer>>,
    headers: HeaderMap,
    form: Bytes,
) -> Result<Response, Problem> {
    let (token, to) = (field(&form, "token"), field(&form, "to"));
    let from = address(&app, peer.map(|it| it.0), &headers);
    let name = match holder(&app, token.trim(), from) {
        Ok(name) => name,
        Err(problem) if problem.status == axum::http::StatusCode::UNAUTHORIZED => {
            let to: String = form_urlencoded::byte_serialize(here(&to).as_bytes()).collect();
            return Ok(Redirect::to(&format!("/sign-in?failed=1&to={to}")).into_response());
        }
        Err(problem) => return Err(problem),
    };
    let proto = headers.get("x-forwarded-proto").and_then(|it| it.to_str().ok());
    let secure = !app.options().hosts.is_empty() && proto == Some("https");
    let cookie = app.sessions().begin(&name, secure)?;
    Ok(with(cookie, here(&to)))
}

pub async fn sign_out(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    headers: HeaderMap,
    form: Bytes,
) -> Result<Response, Problem> {
    caller.writer(Some(&field(&form, "form")))?;
    Ok(with(app.sessions().end(&headers), "/"))
}

fn with(cookie: HeaderValue, to: &str) -> Response {
    let mut response = Redirect::to(to).into_response();
    response.headers_mut().insert(header::SET_COOKIE, cookie);
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sign_in_leads_to_no_other_host() {
        assert_eq!(here("/truce/t1?at=2016-07-06"), "/truce/t1?at=2016-07-06");
        for bad in ["//evil.example", "https://evil.example", "/\\evil.example", "", "/a\r\nb"] {
            assert_eq!(here(bad), "/", "{bad:?}");
        }
    }
}
