//! The readable text of a report. Comes in: a [`Report`]. Goes out: an [`Article`], its furniture
//! (teasers, related blocks, foreign lines, captions) listed as cuts. Nothing is dropped unseen.

mod furniture;

use crate::{
    report::{Published, Report},
    text::Span,
};

pub use furniture::Furniture;

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

/// Never fails: a page without a story is an article whose text is short or empty.
pub fn extract(report: &Report, _furniture: &Furniture) -> Article {
    Article {
        id: report.id.clone(),
        path: report.path.clone(),
        url: report.url.clone(),
        outlet: report.outlet.clone(),
        title: report.title.clone(),
        published: report.published.clone(),
        dateline: None,
        language: "en".to_owned(),
        text: report.content.replace("\r\n", "\n").replace('\r', "\n"),
        cuts: Vec::new(),
    }
}
