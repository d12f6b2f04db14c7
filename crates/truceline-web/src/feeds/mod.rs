//! Feeds: Atom of entries, calendars, events as they happen.

use axum::Router;

use crate::App;

pub fn router() -> Router<App> {
    Router::new()
}
