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

/// The mentions that lie in a span, of those of a text in order, each with its index.
pub fn within<T>(
    all: &[Mention<T>],
    span: Span,
) -> impl DoubleEndedIterator<Item = (usize, &Mention<T>)> {
    let first = all.partition_point(|it| it.span.start < span.start);
    let end = all.partition_point(|it| it.span.start < span.end).max(first);
    let starts = (first..end).map(|idx| (idx, &all[idx]));
    starts.filter(move |(_, it)| span.contains(it.span))
}
