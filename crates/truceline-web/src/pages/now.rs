//! The first page: which truces are in force, where and until when. Comes in: the two times and what
//! is wanted. Goes out: a map, lists of what expires and what is disputed, and lines of time.

use std::collections::HashMap;

use askama::Template;
use axum::{
    extract::{RawQuery, State},
    response::Response,
};
use truceline_store::{Asked, Filter, Ledger};

use super::{
    axis::{self, Tick},
    filters,
    frame::{self, Frame},
    line::{self, Line},
    map::{self, Map},
    page, said,
    shape::{Shown, Truce, Verdict, Voice},
    world,
};
use crate::{App, Question};

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

struct Row {
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
    rows: Vec<Row>,
    more: usize,
    next: String,
}

pub async fn show(State(app): State<App>, RawQuery(query): RawQuery) -> Response {
    page::draw(app, "/", query, move |ledger, question, mut f, fields| {
        let field = |name: &str| page::field(&fields, name);
        let wanted = Wanted {
            place: field("place"),
            party: field("party"),
            country: field("country"),
            show: field("show"),
        };
        let skip = field("skip").parse().unwrap_or(0);
        f.keep = wanted.fields();
        gather(ledger, question, f, wanted, skip)
    })
    .await
}

/// Where a verdict belongs among `STATUSES`.
fn kind(it: &Verdict) -> &'static str {
    match it.in_force.as_str() {
        "yes" => "in_force",
        "disputed" => "disputed",
        "no" if it.no.iter().any(|it| it.why == "not yet begun") => "ahead",
        "no" => "over",
        _ => "unknown",
    }
}

fn gather(
    ledger: &Ledger,
    question: &Question,
    f: Frame,
    wanted: Wanted,
    skip: usize,
) -> truceline_store::Result<Page> {
    let asked = question.asked();
    let mut filter = Filter::default();
    filter.place.extend(question.place.iter().chain(&question.country).cloned());
    filter.party.extend(question.party.iter().cloned());
    let lines = ledger.status(asked, &filter)?;
    let all: Vec<Verdict> = lines.iter().filter_map(|it| serde_json::from_str(it).ok()).collect();
    let mut counts = Counts::default();
    for it in &all {
        match kind(it) {
            "in_force" => counts.yes += 1,
            "disputed" => counts.disputed += 1,
            "ahead" => counts.ahead += 1,
            _ => {}
        }
    }
    let takes = |it: &&Verdict| match (wanted.show.as_str(), kind(it)) {
        ("all", _) => true,
        ("", kind) => matches!(kind, "in_force" | "disputed" | "ahead"),
        (show, kind) => show == kind,
    };
    let mut taken: Vec<&Verdict> = all.iter().filter(takes).collect();
    let left = |it: &Verdict| it.hours_left.unwrap_or(f64::MAX);
    taken.sort_by(|a, b| left(a).total_cmp(&left(b)).then_with(|| a.label.cmp(&b.label)));
    let mut known = Known { ledger, asked, shown: HashMap::new() };

    let expiring: Vec<&Verdict> = all
        .iter()
        .filter(|it| matches!(kind(it), "in_force" | "disputed"))
        .filter(|it| it.hours_left.is_some_and(|it| it <= SOON))
        .collect();
    let mut first = expiring.clone();
    first.sort_by(|a, b| left(a).total_cmp(&left(b)));
    let mut soon = Vec::new();
    for it in first.iter().take(BESIDE) {
        let truce = &known.of(&it.truce)?.truce;
        soon.push(Soon {
            path: frame::truce(&it.truce),
            label: it.label.clone(),
            places: places(truce),
            ends: ends(it, truce),
            derived: it.ends_derived,
            left: it.hours_left.map_or_else(String::new, said::left),
        });
    }
    let quarrelling: Vec<&Verdict> = all.iter().filter(|it| kind(it) == "disputed").collect();
    let mut quarrels = Vec::new();
    for it in quarrelling.iter().take(BESIDE) {
        quarrels.push(Quarrel {
            path: frame::truce(&it.truce),
            label: it.label.clone(),
            places: places(&known.of(&it.truce)?.truce),
            yes: voices(&it.yes),
            no: voices(&it.no),
        });
    }

    let at = question.at.as_second();
    let axis = axis::around_now(at);
    let mut rows = Vec::new();
    for it in taken.iter().skip(skip).take(ROWS) {
        let shown = known.of(&it.truce)?;
        rows.push(row(it, shown, &axis, at));
    }
    let mut mapped = Vec::new();
    for it in taken.iter().take(MAPPED) {
        mapped.push((known.of(&it.truce)?.truce.clone(), it.in_force.as_str()));
    }
    let mapped: Vec<(&Truce, &str)> = mapped.iter().map(|it| (&it.0, it.1)).collect();
    let more = taken.len().saturating_sub(skip + rows.len());
    let next = f.href(&page::with(&f.here_now(), "skip", &(skip + ROWS).to_string()));
    Ok(Page {
        statuses: &STATUSES,
        countries: world::all(),
        soon_more: expiring.len() - soon.len(),
        soon,
        quarrels_more: quarrelling.len() - quarrels.len(),
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

/// Each truce is asked for once.
struct Known<'a> {
    ledger: &'a Ledger,
    asked: Asked,
    shown: HashMap<String, Shown>,
}

impl Known<'_> {
    fn of(&mut self, id: &str) -> truceline_store::Result<&Shown> {
        if !self.shown.contains_key(id) {
            let value = self.ledger.show(id, self.asked)?;
            let shown = serde_json::from_value(value).unwrap_or_default();
            self.shown.insert(id.to_owned(), shown);
        }
        Ok(&self.shown[id])
    }
}

fn row(it: &Verdict, shown: &Shown, axis: &axis::Axis, at: i64) -> Row {
    let truce = &shown.truce;
    Row {
        path: frame::truce(&it.truce),
        label: it.label.clone(),
        places: places(truce),
        sides: sides(truce),
        status: truce.status.clone(),
        differs: truce.disputed.join(", "),
        ends: ends(it, truce),
        derived: it.ends_derived,
        left: it.hours_left.map_or_else(String::new, said::left),
        line: line::line(axis, truce, &shown.story, at),
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
