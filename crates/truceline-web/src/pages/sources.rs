//! Sources of a truce side by side. Comes in: its name. Goes out: what each outlet and each speaker
//! gives for each value, and which acts each tells of.

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use axum::{
    Extension,
    extract::{Path, RawQuery, State},
    response::Response,
};
use truceline::ledger::body::When;

use super::{
    frame::{self, Frame},
    now, page, said,
    shape::{Line, Made, Shown, Telling, Value},
};
use crate::{App, who::Caller};

/// Sources on one page.
const ROWS: usize = 200;
pub const FIELDS: [&str; 6] = ["sides", "declared", "start", "end", "length", "places"];

#[derive(Clone, Default)]
struct Cell {
    values: Vec<String>,
    /// Cannot be so if what most sources give is.
    deviates: bool,
}

struct Source {
    name: String,
    /// The title of the report, or how often the speaker is quoted.
    what: String,
    published: String,
    /// `copy` where its text repeats that of another.
    copy: &'static str,
    cells: Vec<Cell>,
    acts: String,
}

#[derive(Template)]
#[template(path = "sources.html")]
struct Page {
    f: Frame,
    fields: [&'static str; 6],
    label: String,
    places: String,
    truce: String,
    reports: Vec<Source>,
    speakers: Vec<Source>,
    left_out: usize,
}

pub async fn show(
    State(app): State<App>,
    Path(name): Path<String>,
    caller: Option<Extension<Caller>>,
    RawQuery(query): RawQuery,
) -> Response {
    let truce = frame::truce(&name);
    page::draw(app, caller, &format!("{truce}/sources"), query, move |ask| {
        let asked = ask.question.asked();
        let shown: Shown = page::shape(ask.ledger.show(&name, asked)?);
        let claims = page::shapes::<Made>(ask.ledger.claims_of(&name, asked)?);
        let told = page::shapes::<Telling>(ask.ledger.reports_of(&name, asked)?);
        Ok(draw(ask.frame, truce, &shown, &claims, told))
    })
    .await
}

/// For each field, each value in words with who gives it.
type Given = [Vec<(String, bool, BTreeSet<String>)>; 6];

fn given<'a>(
    shown: &'a Shown,
    who: impl Fn(&'a [String], &'a [String]) -> BTreeSet<String>,
) -> Given {
    let zone = now::zone(&shown.truce);
    let moments = |them: &'a [Value<When>]| {
        let one = |it: &'a Value<When>| {
            (said::told(&it.value, zone).local, it.deviates, who(&it.reports, &it.speakers))
        };
        them.iter().map(one).collect()
    };
    let it = &shown.stated;
    [
        it.sides
            .iter()
            .flatten()
            .map(|it| (it.value.name.clone(), it.deviates, who(&it.reports, &it.speakers)))
            .collect(),
        moments(&it.declared),
        moments(&it.starts),
        moments(&it.ends),
        it.lengths
            .iter()
            .map(|it| (said::length(&it.value), it.deviates, who(&it.reports, &it.speakers)))
            .collect(),
        it.places
            .iter()
            .map(|it| (it.value.name.clone(), it.deviates, who(&it.reports, &it.speakers)))
            .collect(),
    ]
}

fn cells(given: &Given, name: &str) -> Vec<Cell> {
    let cell = |values: &Vec<(String, bool, BTreeSet<String>)>| {
        let mine = values.iter().filter(|it| it.2.contains(name));
        let mut cell = Cell::default();
        for (text, deviates, _) in mine {
            cell.values.push(text.clone());
            cell.deviates |= deviates;
        }
        cell
    };
    given.iter().map(cell).collect()
}

fn acts<'a>(lines: impl Iterator<Item = (&'a Line, usize)>) -> String {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for (line, count) in lines.filter(|it| it.1 > 0) {
        let stance =
            if line.stance == "fact" { String::new() } else { format!(" ({})", line.stance) };
        *counts.entry(format!("{}{stance}", said::plain(&line.act))).or_default() += count;
    }
    let one = |(act, count): (String, usize)| {
        if count == 1 { act } else { format!("{act} ×{count}") }
    };
    counts.into_iter().map(one).collect::<Vec<_>>().join(", ")
}

fn draw(f: Frame, truce: String, shown: &Shown, claims: &[Made], told: Vec<Telling>) -> Page {
    let by_report = given(shown, |reports, _| reports.iter().cloned().collect());
    let by_speaker = given(shown, |_, speakers| speakers.iter().cloned().collect());
    let of_report: BTreeMap<&str, &str> =
        claims.iter().map(|it| (it.claim.as_str(), it.report.as_str())).collect();
    let mut families = BTreeSet::new();
    let mut left_out = told.len().saturating_sub(ROWS);
    let reports = told.into_iter().take(ROWS).map(|it| {
        let lines = shown.story.iter().map(|line| {
            let mine = |claim: &&super::shape::Quote| {
                of_report.get(claim.claim.as_str()).copied().unwrap_or(&claim.report) == it.report
            };
            (line, line.claims.iter().filter(mine).count())
        });
        Source {
            acts: acts(lines),
            cells: cells(&by_report, &it.report),
            copy: if families.insert(it.family.unwrap_or_default()) { "" } else { "copy" },
            name: it.outlet.unwrap_or_else(|| "outlet not known".to_owned()),
            what: it.title.unwrap_or_else(|| "without a title".to_owned()),
            published: it.published.unwrap_or_default(),
        }
    });
    let reports = reports.collect();
    let mut speakers: BTreeMap<&str, usize> = BTreeMap::new();
    for line in &shown.story {
        for name in &line.according_to {
            *speakers.entry(name).or_default() += 1;
        }
    }
    let mut speakers: Vec<(&str, usize)> = speakers.into_iter().collect();
    speakers.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    left_out += speakers.len().saturating_sub(ROWS);
    let speakers = speakers.into_iter().take(ROWS).map(|(name, count)| {
        let lines = shown
            .story
            .iter()
            .map(|it| (it, it.according_to.iter().filter(|it| *it == name).count()));
        Source {
            acts: acts(lines),
            cells: cells(&by_speaker, name),
            copy: "",
            name: name.to_owned(),
            what: said::counted(count as i64, "line"),
            published: String::new(),
        }
    });
    let speakers = speakers.collect();
    Page {
        fields: FIELDS,
        label: shown.truce.label.clone(),
        places: now::places(&shown.truce),
        truce,
        reports,
        speakers,
        left_out,
        f,
    }
}
