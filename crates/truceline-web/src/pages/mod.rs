//! Pages for people, drawn on the server.

use axum::Router;

use crate::App;

pub fn router() -> Router<App> {
    Router::new()
}
