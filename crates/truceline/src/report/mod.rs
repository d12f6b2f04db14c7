//! What came: bytes and what is known of where they are from. Comes in: a file's bytes, a JSON
//! line. Goes out: [`Report`]s. Never fetches and never parses a page.

use jiff::civil::Date;

/// How the content of a report is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    Text,
    Html,
}

/// One report as it came.
#[derive(Clone, Debug)]
pub struct Report {
    /// The `id` of a JSON line, else the SHA-256 digest of the bytes in hexadecimal.
    pub id: String,
    pub path: Option<String>,
    pub url: Option<String>,
    pub outlet: Option<String>,
    pub title: Option<String>,
    /// As given with the report (a JSON field, a header, an option); the page's own is found later.
    pub published: Option<Published>,
    pub form: Form,
    /// Decoded to UTF-8.
    pub content: String,
}

/// A date of publication and where it came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Published {
    pub date: Date,
    /// `2016-07-06` or with clock and zone where known: `2016-07-06T14:02:00+03:00`.
    pub stamp: String,
    /// `option`, `json`, `json-ld`, `meta`, `time element`, `dateline`, `url`, `text`.
    pub from: String,
}
