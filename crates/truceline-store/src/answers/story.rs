//! A truce's story. Comes in: its members. Goes out: lines in order of time, claims of one act, actor
//! and time together, and the copies that deviate from what they copy.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use truceline::ledger::{
    body::{Said, When},
    fold::{Member, speaker, who_key},
};

use super::form::{iso, moment, who};

fn when_key(it: Option<&When>) -> String {
    it.map_or_else(String::new, |it| it.edtf.clone())
}

/// What happened, in order: claims of one act, actor and time together.
pub fn story(members: &[Member]) -> Vec<Value> {
    struct Line<'a> {
        at: i64,
        said: &'a Said,
        claims: Vec<Value>,
        speakers: BTreeSet<String>,
        families: BTreeSet<u64>,
        reports: BTreeSet<&'a str>,
        rejected: bool,
    }
    let mut lines: BTreeMap<String, Line<'_>> = BTreeMap::new();
    for member in members {
        for it in &member.claims {
            let said = &it.said;
            let by: BTreeSet<String> = said.by.iter().map(who_key).collect();
            let key = format!(
                "{} {} {by:?} {} {}",
                said.act,
                said.stance,
                when_key(said.when.as_ref()),
                it.rejected
            );
            let at = said.when.as_ref().and_then(When::seconds).map_or(member.told_at, |it| it.0);
            let line = lines.entry(key).or_insert_with(|| Line {
                at,
                said,
                claims: Vec::new(),
                speakers: BTreeSet::new(),
                families: BTreeSet::new(),
                reports: BTreeSet::new(),
                rejected: it.rejected,
            });
            line.at = line.at.min(at);
            line.speakers.insert(speaker(said, member).name);
            line.families.insert(member.family);
            line.reports.insert(&member.report);
            line.claims.push(json!({"claim": it.id, "report": member.report, "quote": said.quote,
                "review": if it.rejected { "rejected" } else if it.accepted { "accepted" } else { "none" }}));
        }
    }
    let mut lines: Vec<(String, Line<'_>)> = lines.into_iter().collect();
    lines.sort_by(|a, b| (a.1.at, &a.0).cmp(&(b.1.at, &b.0)));
    let value = |(_, it): (String, Line<'_>)| {
        json!({
            "date": iso(it.at),
            "when": it.said.when.as_ref().map(moment),
            "act": it.said.act,
            "stance": it.said.stance,
            "by": it.said.by.iter().map(who).collect::<Vec<_>>(),
            "against": it.said.against.iter().map(who).collect::<Vec<_>>(),
            "according_to": it.speakers,
            "families": it.families.len(),
            "reports": it.reports,
            "rejected": it.rejected,
            "claims": it.claims,
        })
    };
    lines.into_iter().map(value).collect()
}

/// Copies of one text that tell another start, end or length than the first of them.
pub fn deviating(members: &[Member]) -> Vec<Value> {
    let mut firsts: BTreeMap<u64, &Member> = BTreeMap::new();
    let mut found = Vec::new();
    for member in members {
        let Some(first) = firsts.get(&member.family) else {
            firsts.insert(member.family, member);
            continue;
        };
        let fields = |it: &Member| {
            let told = &it.told;
            [
                ("start", told.start.as_ref().map(|it| it.edtf.clone())),
                ("end", told.end.as_ref().map(|it| it.edtf.clone())),
                ("length", told.length.as_ref().map(|it| it.iso.clone())),
            ]
        };
        for ((field, one), (_, other)) in fields(first).into_iter().zip(fields(member)) {
            if one.is_some() && other.is_some() && one != other {
                found.push(json!({"field": field, "report": member.report, "value": other,
                    "copy_of": first.report, "there": one}));
            }
        }
    }
    found
}
