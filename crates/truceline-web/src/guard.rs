//! What stands before every answer. Comes in: any request. Goes out: one that may be answered, with who
//! asks; or a refusal. Never lets a request through because it could not be judged.

use std::{
    net::{IpAddr, Ipv4Addr},
    sync::atomic::Ordering::Relaxed,
    time::{Duration, Instant},
};

use axum::{
    extract::{MatchedPath, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header},
    middleware::Next,
    response::{IntoResponse as _, Redirect, Response},
};
use jiff::Timestamp;

use crate::{
    App, Options, Problem,
    who::{Caller, bearer},
};

/// How long a request may take to be read and its answer to begin.
const PATIENCE: Duration = Duration::from_secs(30);

/// The address that a connection came from.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub IpAddr);

/// Nothing but what this server itself serves; nothing inline; nobody may frame it.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
    font-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; \
    frame-ancestors 'none'";

const HEADERS: [(&str, &str); 7] = [
    ("content-security-policy", POLICY),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("x-frame-options", "DENY"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("permissions-policy", "geolocation=(), camera=(), microphone=()"),
];

pub async fn guard(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let (method, uri) = (request.method().clone(), request.uri().clone());
    let peer = request.extensions().get::<Peer>().map_or(Ipv4Addr::LOCALHOST.into(), |it| it.0);
    let from = client(peer, app.options(), request.headers());
    let route = request.extensions().get::<MatchedPath>().map(|it| it.as_str().to_owned());
    app.metrics().under_way.fetch_add(1, Relaxed);
    let judged = judge(&app, &request, from);
    let name = judged.as_ref().ok().and_then(|it| it.name()).map(str::to_owned);
    let mut response = match judged {
        Err(problem) => refused(problem, &uri, request.headers()),
        Ok(caller) => {
            request.extensions_mut().insert(caller);
            let answer = tokio::time::timeout(PATIENCE, next.run(request));
            answer.await.unwrap_or_else(|_| {
                let what = "the request, or its answer, took longer than 30 seconds";
                Problem::new(StatusCode::REQUEST_TIMEOUT, what).into_response()
            })
        }
    };
    for (name, value) in HEADERS {
        let name = HeaderName::from_static(name);
        response.headers_mut().entry(name).or_insert(HeaderValue::from_static(value));
    }
    app.metrics().under_way.fetch_sub(1, Relaxed);
    let (status, took) = (response.status().as_u16(), begun.elapsed());
    app.metrics().answered(known(&method), route.as_deref().unwrap_or("none"), status, took);
    if app.options().log {
        let now = Timestamp::now().strftime("%Y-%m-%dT%H:%M:%S%.3fZ");
        let (millis, name) = (took.as_secs_f64() * 1e3, name.as_deref().unwrap_or("-"));
        eprintln!("{now} {from} {name:?} {method} {uri} {status} {millis:.1}ms");
    }
    response
}

fn known(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

/// A proxy on this machine says for whom it asks; nobody else is believed.
fn client(peer: IpAddr, options: &Options, headers: &HeaderMap) -> IpAddr {
    if !peer.to_canonical().is_loopback() || options.hosts.is_empty() {
        return peer;
    }
    let said = headers.get_all("x-forwarded-for").iter().next_back();
    let last = said.and_then(|it| it.to_str().ok()?.rsplit(',').next()?.trim().parse().ok());
    last.unwrap_or(peer)
}

fn judge(app: &App, request: &Request, from: IpAddr) -> Result<Caller, Problem> {
    let (headers, options) = (request.headers(), app.options());
    if !host_is_ours(options, request) {
        return Err(Problem::new(
            StatusCode::MISDIRECTED_REQUEST,
            "the Host header names another server; `truceline serve --host NAME` takes a name",
        ));
    }
    if let Err(seconds) = app.limits().request(from) {
        return Err(limited(app, seconds));
    }
    let reads = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if !reads && !is_from_here(headers, request.uri()) {
        return Err(Problem::refused("expected a request from a page of this server"));
    }
    let caller = caller(app, headers, from)?;
    let path = request.uri().path();
    let open = path == "/healthz" || path == "/sign-in" || path.starts_with("/assets/");
    if options.reading_is_closed() && caller.name().is_none() && !open {
        return Err(Problem::unknown_caller(
            "reading needs a token here; send `Authorization: Bearer TOKEN`",
        ));
    }
    Ok(caller)
}

fn limited(app: &App, seconds: u32) -> Problem {
    app.metrics().limited.fetch_add(1, Relaxed);
    let what = format!("too many requests from this address; try again in {seconds} seconds");
    Problem { retry: Some(seconds), ..Problem::new(StatusCode::TOO_MANY_REQUESTS, what) }
}

/// Tries a token. A wrong one costs its address a guess.
pub fn holder(app: &App, token: &str, from: IpAddr) -> Result<String, Problem> {
    app.limits().may_try(from).map_err(|seconds| limited(app, seconds))?;
    match app.tokens().name_of(token) {
        Some(name) => Ok(name.to_owned()),
        None => {
            app.limits().tried_in_vain(from);
            app.metrics().unknown_tokens.fetch_add(1, Relaxed);
            Err(Problem::unknown_caller("nobody holds this token"))
        }
    }
}

/// The address that a request is from, for [`holder`].
pub fn address(app: &App, peer: Option<Peer>, headers: &HeaderMap) -> IpAddr {
    client(peer.map_or(Ipv4Addr::LOCALHOST.into(), |it| it.0), app.options(), headers)
}

fn caller(app: &App, headers: &HeaderMap, from: IpAddr) -> Result<Caller, Problem> {
    if let Some(token) = bearer(headers) {
        return Ok(Caller::Bearer(holder(app, token, from)?));
    }
    if headers.contains_key(header::AUTHORIZATION) {
        return Err(Problem::unknown_caller("expected `Authorization: Bearer TOKEN`"));
    }
    Ok(app.sessions().of(headers).map_or(Caller::Nobody, Caller::Browser))
}

/// Whether the name asked for is one of ours: a page elsewhere may have its own name point here.
fn host_is_ours(options: &Options, request: &Request) -> bool {
    let given = request.uri().host().map(str::to_owned).or_else(|| {
        let header = request.headers().get(header::HOST)?.to_str().ok()?;
        header.parse::<axum::http::uri::Authority>().ok().map(|it| it.host().to_owned())
    });
    let Some(given) = given else { return false };
    let given = given.trim_matches(['[', ']']).to_ascii_lowercase();
    let ours = |it: &String| it.eq_ignore_ascii_case(&given);
    let loopback = given == "localhost"
        || given.parse::<IpAddr>().is_ok_and(|it| it.to_canonical().is_loopback());
    let open = !options.bind.ip().is_loopback() && options.hosts.is_empty();
    open || loopback || options.hosts.iter().any(ours)
}

/// Whether what changes something comes from a page of ours, or from a program that is no browser.
fn is_from_here(headers: &HeaderMap, uri: &Uri) -> bool {
    let text = |name: &str| headers.get(name).map(|it| it.to_str().unwrap_or("?"));
    // A browser that tells this is not fooled; `Origin` is `null` where a page sends no referrer.
    if let Some(site) = text("sec-fetch-site") {
        return matches!(site, "same-origin" | "none");
    }
    let host = uri.authority().map(|it| it.as_str()).or_else(|| text("host"));
    match text("origin") {
        None => true,
        Some(origin) => {
            let origin = origin.split_once("://").map(|it| it.1);
            origin.is_some() && origin == host
        }
    }
}

/// A browser that has to sign in is shown where; programs are told in their own form.
fn refused(problem: Problem, uri: &Uri, headers: &HeaderMap) -> Response {
    let accept = headers.get(header::ACCEPT).and_then(|it| it.to_str().ok()).unwrap_or_default();
    let program = ["/api/", "/feeds/", "/metrics"].iter().any(|it| uri.path().starts_with(it));
    if problem.status == StatusCode::UNAUTHORIZED && !program && accept.contains("text/html") {
        return Redirect::to("/sign-in").into_response();
    }
    problem.into_response()
}
