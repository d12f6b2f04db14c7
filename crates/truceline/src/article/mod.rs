//! The readable text of a report. Comes in: a [`Report`]. Goes out: an [`Article`], its furniture
//! (teasers, related blocks, foreign lines, captions) listed as cuts. Nothing is dropped unseen.

mod dated;
mod dateline;
mod draft;
mod furniture;
mod head;
mod language;
mod likely;
mod main_text;
mod marked;
mod page;
mod plain;
mod slim;
mod stamped;
mod trim;

use crate::{
    report::{Form, Published, Report},
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
    /// As given, line ends made `\n`; of a page, its main text, a blank line between paragraphs.
    pub text: String,
    /// In order, not overlapping.
    pub cuts: Vec<Cut>,
}

/// Never fails: a page without a story is an article whose text is short or empty.
pub fn extract(report: &Report, furniture: &Furniture) -> Article {
    let page = page_of(report, furniture, None).unwrap_or_default();
    of_page(report, page, furniture)
}

/// What is asked about a text.
pub type Wanted<'a> = &'a dyn Fn(&str) -> bool;

/// The same, for who looks for articles of one kind: `None` where it is plain, before the story is
/// found, that neither the title nor anything that the story may be part of is `wanted`.
pub fn extract_if(report: &Report, furniture: &Furniture, wanted: Wanted) -> Option<Article> {
    let undecided = Some(wanted).filter(|wanted| !report.title.as_deref().is_some_and(wanted));
    let page = page_of(report, furniture, undecided)?;
    Some(of_page(report, page, furniture))
}

fn page_of(report: &Report, furniture: &Furniture, wanted: Option<Wanted>) -> Option<page::Page> {
    match report.form {
        Form::Html => page::read(&report.content, report.url.as_deref(), furniture, wanted),
        Form::Text => {
            Some(page::Page { text: line_ends(&report.content), ..page::Page::default() })
        }
    }
}

fn of_page(report: &Report, page: page::Page, furniture: &Furniture) -> Article {
    let given = report.title.clone().or(page.title);
    let mut draft = draft::Draft::new(&page.text, furniture);
    let title = head::title(&mut draft, given);
    let dates = head::dates(&mut draft);
    trim::furniture(&mut draft);
    let line = dateline::find(&mut draft);
    trim::repeated(&mut draft);
    trim::related(&mut draft);
    trim::comments(&mut draft);
    trim::capitals(&mut draft);
    let language = language::of(&draft).or(page.language).unwrap_or_else(|| "und".to_owned());
    trim::foreign(&mut draft, &language);
    trim::parts(&mut draft);
    let cuts = draft.into_cuts();
    let (dateline, agency, wired) = line.map_or((None, None, None), |it| {
        (Some(it.place).filter(|it| !it.is_empty()), it.agency, it.published)
    });
    Article {
        id: report.id.clone(),
        path: report.path.clone(),
        url: report.url.clone().or(page.url),
        outlet: report.outlet.clone().or(page.outlet).or(agency),
        title,
        published: report
            .published
            .clone()
            .or(page.published)
            .or_else(|| dated::choose(dates, wired))
            .or(page.changed),
        dateline,
        language,
        text: page.text,
        cuts,
    }
}

fn line_ends(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}
