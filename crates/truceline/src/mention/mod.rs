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

/// The mentions that lie in a span, of those of a text in order.
pub fn within<T>(all: &[Mention<T>], span: Span) -> impl Iterator<Item = &Mention<T>> {
    let first = all.partition_point(|it| it.span.start < span.start);
    let starts = all[first..].iter().take_while(move |it| it.span.start < span.end);
    starts.filter(move |it| span.contains(it.span))
}
