//! Answers as reports. Comes in: an answer with a page. Goes out: a report, and what it tells. Takes
//! no page's word for its own address: that is the one that was asked.

use truceline::{
    ledger::intake::{Intake, report_digest},
    read::{Reader, Reading},
    report::{Options, Published, Report},
};

use url::Url;

use crate::{address::host, body, get::Answer};

/// What a feed said of an item; holds where the page itself is silent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Said {
    pub published: Option<Published>,
    pub outlet: Option<String>,
}

/// The report in an answer; in words, why there is none.
pub fn report(answer: &Answer) -> Result<Report, String> {
    let kind = answer.kind.as_deref().unwrap_or("text/html");
    let name = match kind {
        "text/plain" => "page.txt",
        "text/html" | "application/xhtml+xml" | "application/octet-stream" => "page.html",
        kind if kind.ends_with("xml") => "page.html",
        other => return Err(format!("expected a page but found {other:.60}")),
    };
    if crate::feed::is_feed(&answer.body) {
        return Err("expected a page but found a feed; name it in FEEDS.toml".to_owned());
    }
    if answer.body.starts_with(&[0x1f, 0x8b]) {
        return Err("expected a page but found gzip data within gzip data".to_owned());
    }
    // A header that says what the page does not.
    let given = answer.charset.as_deref().filter(|_| std::str::from_utf8(&answer.body).is_err());
    let text = given.map(|charset| body::text(&answer.body, Some(charset)).into_bytes());
    let bytes = text.as_deref().unwrap_or(&answer.body);
    let options = Options { published: None, limit: 64 << 20 };
    let taken = Report::from_bytes(Some(name), bytes, &options).into_iter().next();
    let report = taken.unwrap_or_else(|| Err(no_text())).map_err(|problem| problem.what)?;
    Ok(Report { path: None, url: Some(answer.url.to_string()), ..report })
}

fn no_text() -> truceline::report::Problem {
    truceline::report::Problem::new(None, None, "expected a page but found nothing")
}

/// A report read; what it does not say of itself is what the feed said.
pub fn read(reader: &Reader, report: &mut Report, said: &Said) -> Reading {
    let reading = reader.read(report);
    let published = reading.article.published.is_none() && said.published.is_some();
    // The name of the host is what stands there when a page names no outlet.
    let host = report.url.as_deref().and_then(|it| Url::parse(it).ok()).map(|it| host(&it));
    let own = reading.article.outlet.as_deref().filter(|it| {
        let bare = |it: &str| it.trim_start_matches("www.").to_lowercase();
        host.as_deref().is_none_or(|host| bare(host) != bare(it))
    });
    let outlet = own.is_none() && said.outlet.is_some();
    if !published && !outlet {
        return reading;
    }
    if published {
        report.published.clone_from(&said.published);
    }
    if outlet {
        report.outlet.clone_from(&said.outlet);
    }
    reader.read(report)
}

pub fn intake(reader: &Reader, pack: &str, mut report: Report, said: &Said) -> Intake {
    let reading = read(reader, &mut report, said);
    Intake::of(&reading, &report_digest(&report), pack)
}
