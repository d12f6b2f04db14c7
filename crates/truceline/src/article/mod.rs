//! The readable text of a report. Comes in: a [`Report`]. Goes out: an [`Article`], its furniture
//! (teasers, related blocks, foreign lines, captions) listed as cuts. Nothing is dropped unseen.

use crate::{report::Published, text::Span};

/// A stretch of [`Article::text`] that is not the story.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cut {
    pub span: Span,
    /// In words: `teaser, printed twice`, `line in another language`, `byline`.
    pub why: String,
}

#[derive(Clone, Debug)]
pub struct Article {
    pub id: String,
    pub path: Option<String>,
    pub url: Option<String>,
    pub outlet: Option<String>,
    pub title: Option<String>,
    pub published: Option<Published>,
    /// Place words of the dateline (`GAZA CITY`), if one stands at the head of the story.
    pub dateline: Option<String>,
    /// ISO 639-1, `und` where it cannot be told.
    pub language: String,
    pub text: String,
    /// In order, not overlapping.
    pub cuts: Vec<Cut>,
}
