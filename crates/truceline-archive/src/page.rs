//! A page of an archive as a report. Comes in: an answer. Goes out: the page's bytes with its address,
//! its character set and when it was fetched, and the report made of it.

use encoding_rs::{Encoding, UTF_8};
use sha2::{Digest, Sha256};
use truceline::report::{Options, Problem, Report};

use crate::{Answer, Form, Limits};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    pub url: Option<String>,
    /// When it was fetched, ISO 8601. It says nothing of when it was published.
    pub fetched: Option<String>,
    /// As the answer's fields say.
    pub charset: Option<String>,
    pub form: Form,
    pub bytes: Vec<u8>,
}

/// The page that an answer holds; `Ok(None)` where it holds none.
pub fn page(answer: Answer, limits: &Limits) -> Result<Option<Page>, String> {
    let (url, fetched) = (answer.url.clone(), answer.date.clone());
    let Some(body) = answer.body(limits)? else { return Ok(None) };
    if body.bytes.trim_ascii().is_empty() {
        return Ok(None);
    }
    let form = match body.media.contains("html") {
        true => Form::Html,
        false => Form::Unknown,
    };
    Ok(Some(Page { url, fetched, charset: body.charset, form, bytes: body.bytes }))
}

impl Page {
    /// `path`: what the report is to be called in messages and in the ledger.
    pub fn report(&self, path: &str, options: &Options) -> Result<Report, Problem> {
        let name = if self.form == Form::Html { "page.html" } else { "page" };
        let decoded = self.decoded();
        let bytes = decoded.as_deref().map_or(self.bytes.as_slice(), str::as_bytes);
        let made = Report::from_bytes(Some(name), bytes, options).into_iter().next();
        let none = || Problem::new(Some(path), None, "expected a report but found none");
        let mut report = made
            .ok_or_else(none)?
            .map_err(|problem| Problem { path: Some(path.to_owned()), ..problem })?;
        report.path = Some(path.to_owned());
        report.url = self.url.clone();
        // Else the digest is that of these bytes already.
        if decoded.is_some() {
            let digest = Sha256::digest(&self.bytes);
            report.id = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        }
        Ok(report)
    }

    /// By the character set of the answer, where the bytes are not UTF-8 and have no mark.
    fn decoded(&self) -> Option<String> {
        let encoding = Encoding::for_label_no_replacement(self.charset.as_deref()?.as_bytes())?;
        let plain = encoding == UTF_8
            || Encoding::for_bom(&self.bytes).is_some()
            || encoding.is_ascii_compatible() && std::str::from_utf8(&self.bytes).is_ok();
        if plain {
            return None;
        }
        Some(encoding.decode_without_bom_handling(&self.bytes).0.into_owned())
    }
}
