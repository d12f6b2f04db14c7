//! A web page. Comes in: HTML. Goes out: its main text in paragraphs and what it says about itself.

use super::furniture::Furniture;
use crate::report::Published;

#[derive(Default)]
pub struct Page {
    pub text: String,
    pub title: Option<String>,
    pub outlet: Option<String>,
    pub url: Option<String>,
    pub language: Option<String>,
    pub published: Option<Published>,
}

pub fn read(html: &str, _url: Option<&str>, _furniture: &Furniture) -> Page {
    Page { text: html.to_owned(), ..Page::default() }
}
