//! The ledger over HTTP: an API, pages, feeds. Comes in: requests. Goes out: answers folded from the
//! ledger, and entries where a named person decides. Never reads a report and never sends anything
//! anywhere by itself.

mod answer;
pub mod api;
pub mod feeds;
mod guard;
mod kept;
mod known;
mod limit;
mod metrics;
mod names;
mod options;
pub mod pages;
mod problem;
mod question;
mod readers;
mod serve;
pub mod sign_in;
mod state;
mod text;
pub mod who;

use axum::{
    Router,
    extract::{DefaultBodyLimit, State},
    http::{HeaderValue, Method, header},
    middleware,
    response::IntoResponse,
    routing::{get, post},
};
use tower_http::{
    CompressionLevel,
    compression::CompressionLayer,
    cors::{AllowOrigin, CorsLayer},
};

pub use options::Options;
pub use problem::Problem;
pub use question::Question;
pub use serve::{listen, serve};
pub use state::App;
pub use who::new_token;

/// Every address that is served, with the guards around all of it: host, tokens, limits, headers.
pub fn router(app: App) -> Router {
    let mut open = Router::new().nest("/api/v1", api::router()).nest("/feeds", feeds::router());
    if let Some(origin) =
        app.options().cors.as_deref().and_then(|it| HeaderValue::from_str(it).ok())
    {
        let cors = CorsLayer::new()
            .allow_origin(AllowOrigin::exact(origin))
            .allow_methods([Method::GET])
            .allow_headers([header::AUTHORIZATION]);
        open = open.layer(cors);
    }
    Router::new()
        .merge(open)
        .route("/api/v1", get(api::page))
        .route("/api/v1/", get(api::page))
        .route("/healthz", get(health))
        .route("/metrics", get(metrics))
        .route("/sign-in", post(sign_in::sign_in))
        .route("/sign-out", post(sign_in::sign_out))
        .merge(pages::router())
        .layer(DefaultBodyLimit::max(api::MOST))
        .layer(CompressionLayer::new().quality(CompressionLevel::Fastest))
        .layer(middleware::from_fn_with_state(app.clone(), guard::guard))
        .with_state(app)
}

/// Whether the ledger can be asked.
async fn health(State(app): State<App>) -> Result<impl IntoResponse, Problem> {
    let seq = app.ask(|ledger| ledger.as_of(None)).await?;
    Ok(([(header::CACHE_CONTROL, "no-store")], format!("ok {seq}\n")))
}

async fn metrics(State(app): State<App>) -> impl IntoResponse {
    let known = app.known();
    let text = app.metrics().text(known.seq(), known.catalogue.rows().len());
    let kind = "text/plain; version=0.0.4; charset=utf-8";
    ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "no-store")], text)
}
