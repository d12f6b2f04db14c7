//! Small words in templates.

use std::fmt::Display;

use askama::Values;

use super::said;

/// `in_force` as `in force`.
#[askama::filter_fn]
pub fn plain(word: impl Display, _: &dyn Values) -> askama::Result<String> {
    Ok(said::plain(&word.to_string()))
}

/// `1 truce`, `3 truces`.
#[askama::filter_fn]
pub fn truces(count: &usize, _: &dyn Values) -> askama::Result<String> {
    Ok(said::counted(*count as i64, "truce"))
}

/// A length in the units of a picture.
#[askama::filter_fn]
pub fn unit(length: &f64, _: &dyn Values) -> askama::Result<String> {
    Ok(format!("{length:.1}"))
}
