//! Words tied to the world. Comes in: a [`Text`](crate::text::Text) and a pack. Goes out: mentions
//! by byte span. Never knows what a claim is.

use crate::text::Span;

/// Time expressions and their resolution to moments.
pub mod when;

/// Places: gazetteer, scope words, exclusions.
pub mod place;

/// Actors: names, roles, sources.
pub mod who;

/// Truce words.
pub mod truce;

#[derive(Clone, Debug, PartialEq)]
pub struct Mention<T> {
    pub span: Span,
    pub what: T,
}
