//! Pages for people, drawn on the server. Comes in: addresses. Goes out: HTML that works without
//! scripts. Never takes anything from a report for markup.

mod assets;
mod axis;
mod claim;
mod door;
mod filters;
mod frame;
mod line;
mod map;
mod matrix;
mod now;
mod page;
mod review;
mod said;
mod search;
mod shape;
mod sources;
mod truce;
mod world;

use axum::{
    Router,
    routing::{get, post},
};

use crate::App;

pub fn router() -> Router<App> {
    Router::new()
        .route("/", get(now::show))
        .route("/truce/{id}", get(truce::show))
        .route("/truce/{id}/sources", get(sources::show))
        .route("/claim/{id}", get(claim::show))
        .route("/search", get(search::show))
        .route("/review", post(review::decide))
        .route("/sign-in", get(door::show))
        .route("/assets/{file}", get(assets::serve))
}
