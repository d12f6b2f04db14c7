//! Pages for people, drawn on the server. Comes in: addresses. Goes out: HTML that works without
//! scripts. Never takes anything from a report for markup.

mod assets;
mod axis;
mod filters;
mod frame;
mod line;
mod map;
mod matrix;
mod now;
mod page;
mod said;
mod shape;
mod world;

use axum::{Router, routing::get};

use crate::App;

pub fn router() -> Router<App> {
    Router::new().route("/", get(now::show)).route("/assets/{file}", get(assets::serve))
}
