//! Programs. Comes in: a question in an address. Goes out: JSON as in the contract, errors as problem
//! details.

use axum::Router;

use crate::App;

pub fn router() -> Router<App> {
    Router::new()
}
