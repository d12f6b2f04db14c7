//! The ledger over HTTP: an API, pages, feeds. Comes in: requests. Goes out: answers folded from the
//! ledger, and entries where a named person decides. Never reads a report and never sends anything
//! anywhere by itself.

pub mod api;
pub mod feeds;
pub mod pages;
mod problem;
mod question;
mod serve;
mod state;

use axum::Router;

pub use problem::Problem;
pub use question::Question;
pub use serve::serve;
pub use state::{App, Options};

/// Every address that is served. The guards (host, tokens, limits, headers) stand around all of it.
pub fn router(app: App) -> Router {
    Router::new()
        .nest("/api/v1", api::router())
        .nest("/feeds", feeds::router())
        .merge(pages::router())
        .with_state(app)
}
