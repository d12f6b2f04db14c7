//! Items as reports. Comes in: a feed, and where it lay. Goes out: a report for each item that
//! carries its whole text; the others are links. Never takes a teaser for a report.

use sha2::{Digest, Sha256};
use truceline::report::{Form, Report};

use super::{Feed, Item, is_whole};

/// The reports of a feed's items, and the links of those that have only a teaser.
pub fn reports(feed: &Feed, path: Option<&str>) -> (Vec<Report>, Vec<String>) {
    let (mut reports, mut links) = (Vec::new(), Vec::new());
    for item in &feed.items {
        match is_whole(item) {
            Some(text) => {
                let report = with_text(item, text, feed.title.as_deref());
                reports.push(Report { path: path.map(str::to_owned), ..report });
            }
            None => links.extend(item.url.as_ref().map(ToString::to_string)),
        }
    }
    (reports, links)
}

/// A report of an item with `text`, HTML or plain.
pub fn with_text(item: &Item, text: &str, outlet: Option<&str>) -> Report {
    let marked = text.contains("</") || text.contains("/>") || text.contains("<p>");
    let (form, content) = match marked {
        true => (Form::Html, format!("<!doctype html><article>{text}</article>")),
        false => (Form::Text, super::xml::resolved(text)),
    };
    let digest = Sha256::digest(content.as_bytes());
    let digest: String = digest.iter().map(|it| format!("{it:02x}")).collect();
    Report {
        id: item.name.clone().filter(|it| it.len() <= 512).unwrap_or(digest),
        path: None,
        url: item.url.as_ref().map(ToString::to_string),
        outlet: item.outlet.clone().or_else(|| outlet.map(str::to_owned)),
        title: item.title.clone(),
        published: item.published.clone(),
        form,
        content,
    }
}

/// The feed in a file's bytes, plain or gzip; `None` where they are none.
pub fn in_file(bytes: &[u8], limit: u64) -> Option<Result<Feed, String>> {
    if !bytes.starts_with(&[0x1f, 0x8b]) {
        return super::is_feed(bytes).then(|| super::read(bytes, None, None));
    }
    let head = crate::body::head(bytes, super::HEAD as u64);
    super::is_feed(&head).then(|| {
        let bytes = crate::body::unpacked(bytes.to_vec(), None, limit)?;
        super::read(&bytes, None, None)
    })
}
