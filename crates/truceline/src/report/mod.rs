//! What came: bytes and what is known of where they are from. Comes in: a file's bytes. Goes out:
//! [`Report`]s, or a [`Problem`] for each that cannot be taken. Never fetches, never parses a page.

mod charset;
mod form;
mod published;
mod record;
mod unpack;

use std::fmt;

use sha2::{Digest, Sha256};

pub use published::Published;
pub(crate) use published::{find as find_dates, month};

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

/// What the caller says about all reports of one call.
#[derive(Clone, Debug)]
pub struct Options {
    /// Wins over every other date; see [`Published::option`].
    pub published: Option<Published>,
    /// The most bytes one report may have; a file of many reports may have sixteen times as many.
    pub limit: usize,
}

impl Default for Options {
    fn default() -> Options {
        Options { published: None, limit: 64 << 20 }
    }
}

/// Why something was not taken as a report: what was expected, what came, what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct Problem {
    pub path: Option<String>,
    /// Counted from one, in files that hold a report per line.
    pub line: Option<usize>,
    pub what: String,
}

impl Problem {
    pub fn new(path: Option<&str>, line: Option<usize>, what: impl Into<String>) -> Problem {
        Problem { path: path.map(str::to_owned), line, what: what.into() }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(path) = &self.path {
            write!(f, "{path}: ")?;
        }
        if let Some(line) = self.line {
            write!(f, "line {line}: ")?;
        }
        f.write_str(&self.what)
    }
}

impl Report {
    /// The reports in a file's bytes: `.txt`, `.html`, `.json` (an object or an array of them),
    /// `.jsonl`, each also with `.gz`. Without a path (standard input), or with an ending that
    /// says nothing, the bytes themselves are asked. A bad line is a problem; the rest goes on.
    pub fn from_bytes(
        path: Option<&str>,
        bytes: &[u8],
        options: &Options,
    ) -> Vec<Result<Report, Problem>> {
        let fail = |what: String| vec![Err(Problem::new(path, None, what))];
        let bytes = match unpack::unpacked(bytes, options.limit.saturating_mul(16)) {
            Ok(bytes) => bytes,
            Err(what) => return fail(what),
        };
        if let Some(what) = form::not_text(&bytes) {
            return fail(what);
        }
        let file = match form::of(path, &bytes) {
            form::File::Lines => return record::lines(path, &bytes, options),
            form::File::Json => return record::document(path, &bytes, options),
            form::File::One(file) => file,
        };
        if bytes.len() > options.limit {
            return fail(too_large(bytes.len(), options.limit));
        }
        let content = charset::decode(&bytes, file == Form::Html);
        if content.trim().is_empty() {
            return fail("expected a report but found no text; check the file".to_owned());
        }
        vec![Ok(Report {
            id: digest(&bytes),
            path: path.map(str::to_owned),
            url: None,
            outlet: None,
            title: None,
            published: options.published.clone(),
            form: file,
            content,
        })]
    }
}

fn too_large(found: usize, limit: usize) -> String {
    format!(
        "expected at most {limit} bytes a report but found {found}; split it or raise the limit"
    )
}

fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
