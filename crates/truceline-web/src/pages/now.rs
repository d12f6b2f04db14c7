//! The first page: which truces are in force, where and until when. Comes in: the two times and what
//! is wanted. Goes out: a map, lists of what expires and what is disputed, and lines of time.

use std::{collections::HashMap, sync::Arc};

use askama::Template;
use axum::{
    Extension,
    extract::{RawQuery, State},
    response::Response,
};
use truceline_store::{Ledger, Result, Row, Standing};

use super::{
    axis::{self, Tick},
    filters,
    frame::{self, Frame},
    line::{self, Line},
    map::{self, Map},
    page::{self, Ask},
    said,
    shape::{Line as Event, Truce, Verdict, Voice},
    world,
};
use crate::{App, who::Caller};

/// Rows drawn at once, and entries of the two lists beside the map.
const ROWS: usize = 100;
const BESIDE: usize = 8;
const SOON: f64 = 72.0;
/// Truces whose places are put on the map.
const MAPPED: usize = 600;

/// What `show` may ask for; empty means what stands or is to come.
const STATUSES: [(&str, &str); 7] = [
    ("", "in force, disputed or ahead"),
    ("in_force", "in force"),
    ("disputed", "disputed"),
    ("ahead", "made but not begun"),
    ("unknown", "not known"),
    ("over", "over, or never begun"),
    ("all", "any"),
];

#[derive(Default)]
pub struct Wanted {
    place: String,
    party: String,
    country: String,
    show: String,
}

impl Wanted {
    fn any(&self) -> bool {
        [&self.place, &self.party, &self.country, &self.show].iter().any(|it| !it.is_empty())
    }

    fn fields(&self) -> Vec<(String, String)> {
        let all = [
            ("place", &self.place),
            ("party", &self.party),
            ("country", &self.country),
            ("show", &self.show),
        ];
        let given = all.into_iter().filter(|it| !it.1.is_empty());
        given.map(|(name, value)| (name.to_owned(), value.clone())).collect()
    }
}

#[derive(Default)]
struct Counts {
    yes: usize,
    disputed: usize,
    ahead: usize,
}

struct Soon {
    path: String,
    label: String,
    places: String,
    ends: String,
    derived: bool,
    left: String,
}

struct Quarrel {
    path: String,
    label: String,
    places: String,
    yes: String,
    no: String,
}

struct Drawn {
    path: String,
    label: String,
    places: String,
    sides: String,
    status: String,
    differs: String,
    ends: String,
    derived: bool,
    left: String,
    line: Line,
    support: String,
}

#[derive(Template)]
#[template(path = "now.html")]
struct Page {
    f: Frame,
    wanted: Wanted,
    statuses: &'static [(&'static str, &'static str)],
    countries: Vec<(String, String)>,
    counts: Counts,
    soon: Vec<Soon>,
    soon_more: usize,
    quarrels: Vec<Quarrel>,
    quarrels_more: usize,
    map: Map,
    ticks: Vec<Tick>,
    now: Option<String>,
    rows: Vec<Drawn>,
    more: usize,
    next: String,
}

pub async fn show(
    State(app): State<App>,
    caller: Option<Extension<Caller>>,
    RawQuery(query): RawQuery,
) -> Response {
    page::draw(app, caller, "/", query, gather).await
}

/// Where a truce belongs among `STATUSES`.
fn kind(it: Standing) -> &'static str {
    match (it.in_force, it.status) {
        ("yes", _) => "in_force",
        ("disputed", _) => "disputed",
        ("no", "agreed" | "declared") => "ahead",
        ("no", _) => "over",
        _ => "unknown",
    }
}

/// One of those asked for, with its verdict once it was needed.
struct Found<'a> {
    row: &'a Arc<Row>,
    kind: &'static str,
    verdict: Option<Verdict>,
}

impl Found<'_> {
    fn left(&self) -> f64 {
        self.verdict.as_ref().and_then(|it| it.hours_left).unwrap_or(f64::MAX)
    }
}

fn gather(mut ask: Ask<'_>) -> Result<Page> {
    let wanted = Wanted {
        place: ask.field("place"),
        party: ask.field("party"),
        country: ask.field("country"),
        show: ask.field("show"),
    };
    let skip: usize = ask.field("skip").parse().unwrap_or(0);
    ask.frame.keep = wanted.fields();
    let Ask { app, ledger, question, frame: f, .. } = ask;
    let at = question.at.as_second();
    let axis = axis::around_now(at);
    let known = app.known();
    let seq = ledger.as_of(question.as_of)?;
    let catalogue = match seq == known.seq() {
        true => None,
        false => Some(app.catalogue(ledger, &known, seq)?),
    };
    let catalogue = catalogue.as_deref().unwrap_or(&known.catalogue);
    let filters = app.names().wanted(question);

    let mut counts = Counts::default();
    let mut taken: Vec<Found<'_>> = Vec::new();
    let mut quarrels_more = 0;
    for row in catalogue.rows().iter().filter(|row| filters.iter().all(|it| row.is_of(it))) {
        let Some(standing) = ledger.stands(row, at, seq)? else { continue };
        let kind = kind(standing);
        // What is to begin long after this time is no news of it.
        let near = kind != "ahead" || row.order <= axis.to;
        match kind {
            "in_force" => counts.yes += 1,
            "disputed" => counts.disputed += 1,
            "ahead" if near => counts.ahead += 1,
            _ => {}
        }
        let takes = match wanted.show.as_str() {
            "all" => true,
            "" => matches!(kind, "in_force" | "disputed" | "ahead") && near,
            show => show == kind && near,
        };
        let stands = matches!(kind, "in_force" | "disputed");
        if takes || stands {
            let verdict = if stands { verdict(ledger, row, at, seq)? } else { None };
            taken.push(Found { row, kind, verdict });
        }
    }
    taken.sort_by(|a, b| {
        a.left().total_cmp(&b.left()).then_with(|| rank(a.kind).cmp(&rank(b.kind)))
    });
    let mut soon = Vec::new();
    let mut soon_more = 0;
    let mut quarrels = Vec::new();
    let mut drawn: HashMap<&str, Truce> = HashMap::new();
    for it in &taken {
        let Some(verdict) = &it.verdict else { continue };
        if it.left() <= SOON {
            if soon.len() < BESIDE {
                let truce = listed(ledger, it.row, at, seq)?;
                soon.push(expiring(verdict, &truce));
                drawn.insert(&it.row.truce, truce);
            } else {
                soon_more += 1;
            }
        }
        if it.kind == "disputed" {
            if quarrels.len() < BESIDE {
                quarrels.push(quarrel(verdict, &listed(ledger, it.row, at, seq)?));
            } else {
                quarrels_more += 1;
            }
        }
    }
    if !matches!(wanted.show.as_str(), "" | "all") {
        taken.retain(|it| it.kind == wanted.show);
    }

    let mut rows = Vec::new();
    let mut mapped: Vec<(Truce, &str)> = Vec::new();
    for (place, it) in taken.iter().enumerate() {
        let on_line = (skip..skip + ROWS).contains(&place);
        if place >= MAPPED && !on_line {
            continue;
        }
        let truce = match drawn.remove(&*it.row.truce) {
            Some(truce) => truce,
            None => listed(ledger, it.row, at, seq)?,
        };
        if on_line {
            let verdict = match &it.verdict {
                Some(verdict) => verdict.clone(),
                None => verdict(ledger, it.row, at, seq)?.unwrap_or_default(),
            };
            let story = page::shapes(ledger.story_of(&it.row.truce, question.asked())?);
            rows.push(line_of(&verdict, &truce, &story, &axis, at));
        }
        let class = if it.kind == "in_force" { "yes" } else { it.kind };
        mapped.push((truce, class));
    }
    let mapped: Vec<(&Truce, &str)> = mapped.iter().map(|it| (&it.0, it.1)).collect();
    let more = taken.len().saturating_sub(skip + rows.len());
    let next = f.href(page::with(&f.here_now(), "skip", &(skip + ROWS).to_string()));
    Ok(Page {
        statuses: &STATUSES,
        countries: world::all(),
        soon_more,
        soon,
        quarrels_more,
        quarrels,
        map: map::world(&mapped),
        ticks: axis.ticks(),
        now: Some(axis.at(at)),
        rows,
        more,
        next,
        counts,
        wanted,
        f,
    })
}

fn rank(kind: &str) -> usize {
    ["in_force", "disputed", "ahead", "unknown"].iter().position(|it| *it == kind).unwrap_or(9)
}

fn verdict(ledger: &Ledger, row: &Row, at: i64, seq: u64) -> Result<Option<Verdict>> {
    Ok(ledger.status_row(row, at, seq)?.map(page::shape))
}

fn listed(ledger: &Ledger, row: &Row, at: i64, seq: u64) -> Result<Truce> {
    Ok(ledger.list_row(row, at, seq)?.map(page::shape).unwrap_or_default())
}

fn expiring(it: &Verdict, truce: &Truce) -> Soon {
    Soon {
        path: frame::truce(&it.truce),
        label: it.label.clone(),
        places: places(truce),
        ends: ends(it, truce),
        derived: it.ends_derived,
        left: it.hours_left.map_or_else(String::new, said::left),
    }
}

fn quarrel(it: &Verdict, truce: &Truce) -> Quarrel {
    Quarrel {
        path: frame::truce(&it.truce),
        label: it.label.clone(),
        places: places(truce),
        yes: voices(&it.yes),
        no: voices(&it.no),
    }
}

fn line_of(it: &Verdict, truce: &Truce, story: &[Event], axis: &axis::Axis, at: i64) -> Drawn {
    Drawn {
        path: frame::truce(&it.truce),
        label: it.label.clone(),
        places: places(truce),
        sides: sides(truce),
        status: truce.status.clone(),
        differs: truce.disputed.join(", "),
        ends: ends(it, truce),
        derived: it.ends_derived,
        left: it.hours_left.map_or_else(String::new, said::left),
        line: line::line(axis, truce, story, at),
        support: support(truce.reports.len(), truce.families),
    }
}

/// `12 pages, 2 sources`: copies of one text are one source.
pub fn support(reports: usize, families: usize) -> String {
    let pages = said::counted(reports as i64, "page");
    format!("{pages}, {}", said::counted(families as i64, "source"))
}

pub fn places(it: &Truce) -> String {
    it.places.iter().take(4).map(|it| it.name.as_str()).collect::<Vec<_>>().join(", ")
}

pub fn sides(it: &Truce) -> String {
    let side = |side: &Vec<_>| {
        let names = side.iter().map(|it: &truceline::ledger::body::Who| it.name.as_str());
        names.take(3).collect::<Vec<_>>().join(", ")
    };
    it.sides.iter().take(4).map(side).collect::<Vec<_>>().join(" / ")
}

fn ends(it: &Verdict, truce: &Truce) -> String {
    it.ends.as_ref().map_or_else(String::new, |it| said::told(it, zone(truce)).local)
}

/// The time that is kept in all countries of a truce.
pub fn zone(it: &Truce) -> Option<&'static str> {
    world::zone(it.places.iter().filter_map(|it| it.country.as_deref()))
}

pub fn voices(them: &[Voice]) -> String {
    let voice = |it: &Voice| format!("{} ({})", it.name, said::plain(&it.why));
    them.iter().take(6).map(voice).collect::<Vec<_>>().join(", ")
}
