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

/// The head of a quote, for the title of a page.
#[askama::filter_fn]
pub fn short(words: &str, _: &dyn Values) -> askama::Result<String> {
    let mut head: String = words.chars().take(60).collect();
    if head.len() < words.len() {
        head.push('…');
    }
    Ok(head)
}

/// The place of a report among its copies: empty where it has none.
#[askama::filter_fn]
pub fn copy(at: &usize, _: &dyn Values, copies: usize) -> askama::Result<&'static str> {
    Ok(match (at, copies) {
        (_, 0 | 1) => "",
        (0, _) => "first",
        _ => "copy",
    })
}
