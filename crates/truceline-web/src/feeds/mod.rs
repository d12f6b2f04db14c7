//! Feeds: Atom of entries, calendars, events as they happen. Comes in: a question. Goes out: what a
//! reader of feeds subscribes to. Never asks a reader to come back for more than a page.

mod atom;
mod calendar;
mod events;

use axum::{Router, routing::get};

use crate::App;

pub fn router() -> Router<App> {
    Router::new()
        .route("/entries.atom", get(atom::all))
        .route("/truces/{truce}/entries.atom", get(atom::of_truce))
        .route("/places/{place}/entries.atom", get(atom::of_place))
        .route("/calendar.ics", get(calendar::calendar))
        .route("/events", get(events::events))
}
