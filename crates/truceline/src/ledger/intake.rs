//! The entries of one report. Comes in: a reading, the digest of what came, the digest of the pack.
//! Goes out: facts in the order in which they are appended. Never compares with other reports.

use std::collections::HashSet;

use serde_json::json;

use super::{
    body::{Said, Told},
    entry::{Fact, ReportTaken, canonical, hex, sha256},
    signs::DAY,
};
use crate::{
    read::Reading,
    report::{Form, Report},
};

/// SHA-256 of a report as it came, whatever will be read from it.
pub fn report_digest(report: &Report) -> String {
    let form = match report.form {
        Form::Text => "text",
        Form::Html => "html",
    };
    let value = json!({
        "id": report.id,
        "url": report.url,
        "outlet": report.outlet,
        "title": report.title,
        "published": report.published.as_ref().map(|it| &it.stamp),
        "form": form,
        "content": hex(&sha256(report.content.as_bytes())),
    });
    hex(&sha256(canonical(&value).as_bytes()))
}

/// What a report tells of one truce.
#[derive(Clone, Debug)]
pub struct Telling {
    pub node: String,
    pub told: Told,
    /// Identifier and claim.
    pub claims: Vec<(String, Said)>,
}

/// A report with all that it tells, not yet compared with any other.
#[derive(Clone, Debug)]
pub struct Intake {
    pub taken: ReportTaken,
    pub text: String,
    pub tellings: Vec<Telling>,
}

impl Intake {
    pub fn of(reading: &Reading, report: &str, pack: &str) -> Intake {
        let article = &reading.article;
        let taken = ReportTaken {
            report: report.to_owned(),
            id: article.id.clone(),
            item: item(reading, report),
            path: article.path.clone(),
            url: article.url.clone(),
            outlet: article.outlet.clone(),
            title: article.title.clone(),
            published: article.published.as_ref().map(|it| it.stamp.clone()),
            published_from: article.published.as_ref().map(|it| it.from.clone()),
            dateline: article.dateline.clone(),
            language: article.language.clone(),
            text: hex(&sha256(article.text.as_bytes())),
            pack: pack.to_owned(),
            version_of: None,
            supersedes: None,
        };
        let mut seen = HashSet::new();
        let telling = |(at, truce): (usize, &crate::truce::Truce)| {
            let claims = reading.claims.iter().filter(|it| it.truce == at).map(Said::from);
            let claims = claims.map(|it| (claim_id(report, &it), it));
            Telling {
                node: node_id(report, at),
                told: Told::from(truce),
                claims: claims.filter(|it| seen.insert(it.0.clone())).collect(),
            }
        };
        let tellings = reading.truces.iter().enumerate().map(telling).collect();
        Intake { taken, text: article.text.clone(), tellings }
    }

    /// The report, then each truce with its claims.
    pub fn facts(&self) -> Vec<Fact> {
        let mut facts = vec![Fact::Report(Box::new(self.taken.clone()))];
        for telling in &self.tellings {
            facts.push(Fact::Truce {
                node: telling.node.clone(),
                report: self.taken.report.clone(),
                told: Box::new(telling.told.clone()),
            });
            facts.extend(telling.claims.iter().map(|(claim, said)| Fact::Claim {
                claim: claim.clone(),
                node: telling.node.clone(),
                said: Box::new(said.clone()),
            }));
        }
        facts
    }
}

/// A truce as told keeps its name when the report is read again. Names of one report begin alike:
/// they lie side by side in every index.
fn node_id(report: &str, at: usize) -> String {
    format!("t{}{at:02x}", report.get(..10).unwrap_or(report))
}

fn claim_id(report: &str, said: &Said) -> String {
    let said = serde_json::to_value(said).expect("claims are plain data");
    let value = json!({"report": report, "said": said});
    let digest = hex(&sha256(canonical(&value).as_bytes()));
    format!("c{}{}", report.get(..10).unwrap_or(report), &digest[..10])
}

/// Where versions of one item meet: the address without scheme, `www.`, fragment and closing
/// slash; else the identifier that came with the report; else the path of its file.
fn item(reading: &Reading, report: &str) -> String {
    let article = &reading.article;
    if let Some(url) = &article.url {
        let bare = url.split_once("://").map_or(url.as_str(), |it| it.1);
        let bare = bare.split('#').next().unwrap_or(bare).trim_end_matches('/');
        let (host, path) = bare.split_once('/').unwrap_or((bare, ""));
        let host = host.to_lowercase();
        return format!("url {}/{path}", host.strip_prefix("www.").unwrap_or(&host));
    }
    let own = article.id.len() != 64 || !article.id.bytes().all(|it| it.is_ascii_hexdigit());
    match &article.path {
        _ if own => format!("id {} {}", article.outlet.as_deref().unwrap_or(""), article.id),
        Some(path) => format!("path {path}"),
        None => format!("report {report}"),
    }
}

/// First second (UTC) of the day of publication.
pub fn day_of(published: Option<&str>) -> Option<i64> {
    let date: jiff::civil::Date = published?.get(..10)?.parse().ok()?;
    let at = date.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp().as_second();
    Some(at.div_euclid(DAY) * DAY)
}
