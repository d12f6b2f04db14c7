//! Flat tables: a row per truce, a row per claim. Comes in: a ledger. Goes out: rows of cells, which
//! CSV and Parquet write. Times as EDTF and as UTC bounds; lists are joined by `; `; a cell that is
//! not there is not said.

use jiff::Timestamp;
use truceline::ledger::{
    body::{When, Who},
    fold::{Stated, View},
    status::verdict,
};

use crate::{Asked, Ledger, Result, read};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Text,
    Count,
    /// Decimal degrees (WGS 84).
    Degrees,
    Flag,
    Time,
}

#[derive(Clone, Debug)]
pub enum Cell {
    None,
    Text(String),
    Count(usize),
    Degrees(f64),
    Flag(bool),
    Time(Timestamp),
}

impl Cell {
    fn text(it: impl Into<String>) -> Cell {
        let it = it.into();
        if it.is_empty() { Cell::None } else { Cell::Text(it) }
    }

    fn list<'a>(them: impl IntoIterator<Item = &'a str>) -> Cell {
        Cell::text(them.into_iter().collect::<Vec<_>>().join("; "))
    }
}

/// As CSV writes it.
impl std::fmt::Display for Cell {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Cell::None => Ok(()),
            Cell::Text(it) => it.fmt(f),
            Cell::Count(it) => it.fmt(f),
            Cell::Degrees(it) => it.fmt(f),
            Cell::Flag(it) => it.fmt(f),
            Cell::Time(it) => it.fmt(f),
        }
    }
}

pub type Columns = &'static [(&'static str, Kind)];
type Take<'a> = dyn FnMut(Vec<Cell>) -> Result<()> + 'a;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Table {
    Truces,
    Claims,
}

impl Table {
    pub fn columns(self) -> Columns {
        match self {
            Table::Truces => TRUCES,
            Table::Claims => CLAIMS,
        }
    }

    /// Calls with each row, in the order of the columns.
    pub fn rows(self, ledger: &Ledger, asked: Asked, take: &mut Take<'_>) -> Result<()> {
        match self {
            Table::Truces => truces(ledger, asked, take),
            Table::Claims => claims(ledger, asked, take),
        }
    }
}

const TRUCES: Columns = &[
    ("truce", Kind::Text),
    ("label", Kind::Text),
    ("side_1", Kind::Text),
    ("side_2", Kind::Text),
    ("further_sides", Kind::Text),
    ("mediators", Kind::Text),
    ("places", Kind::Text),
    ("countries", Kind::Text),
    ("lat", Kind::Degrees),
    ("lon", Kind::Degrees),
    ("declared", Kind::Text),
    ("start", Kind::Text),
    ("start_earliest", Kind::Time),
    ("start_latest", Kind::Time),
    ("end", Kind::Text),
    ("end_earliest", Kind::Time),
    ("end_latest", Kind::Time),
    ("end_derived", Kind::Flag),
    ("length", Kind::Text),
    ("excludes", Kind::Text),
    ("status", Kind::Text),
    ("in_force", Kind::Text),
    ("disputed", Kind::Text),
    ("extensions", Kind::Count),
    ("first_speakers", Kind::Text),
    ("families", Kind::Count),
    ("claims", Kind::Text),
    ("reports", Kind::Text),
];

const CLAIMS: Columns = &[
    ("claim", Kind::Text),
    ("truce", Kind::Text),
    ("report", Kind::Text),
    ("outlet", Kind::Text),
    ("act", Kind::Text),
    ("stance", Kind::Text),
    ("by", Kind::Text),
    ("by_ids", Kind::Text),
    ("against", Kind::Text),
    ("says", Kind::Text),
    ("when", Kind::Text),
    ("when_earliest", Kind::Time),
    ("when_latest", Kind::Time),
    ("where", Kind::Text),
    ("quote", Kind::Text),
    ("part", Kind::Text),
    ("span_start", Kind::Count),
    ("span_end", Kind::Count),
    ("pattern", Kind::Text),
    ("review", Kind::Text),
];

pub fn names<'a>(them: impl IntoIterator<Item = &'a Who>) -> String {
    them.into_iter().map(|it| it.name.as_str()).collect::<Vec<_>>().join("; ")
}

pub fn countries(view: &View) -> Vec<String> {
    let codes: std::collections::BTreeSet<&String> =
        view.places.iter().filter_map(|it| it.value.country.as_ref()).collect();
    codes.into_iter().cloned().collect()
}

fn edtf(it: Option<&When>) -> Cell {
    it.map_or(Cell::None, |it| Cell::text(&it.edtf))
}

fn bounds(it: Option<&When>) -> [Cell; 2] {
    let time = |at: Option<Timestamp>| at.map_or(Cell::None, Cell::Time);
    [time(it.and_then(|it| it.earliest)), time(it.and_then(|it| it.latest))]
}

fn top<T>(values: &[Stated<T>]) -> Option<&T> {
    values.first().map(|it| &it.value)
}

fn truces(ledger: &Ledger, asked: Asked, take: &mut Take<'_>) -> Result<()> {
    let mut views = Vec::new();
    ledger.views(ledger.as_of(asked.as_of)?, |view| views.push(view.clone()))?;
    views.sort_by(|a, b| a.id.cmp(&b.id));
    for view in views {
        let verdict = verdict(&view, asked.at.as_second());
        let side = |at: usize| {
            view.sides.get(at).map_or_else(String::new, |it| names(it.iter().map(|it| &it.value)))
        };
        let further: Vec<String> = (2..view.sides.len()).map(side).collect();
        let window = view.windows.last();
        let end = window.and_then(|it| it.end.as_ref());
        let start = top(&view.starts);
        let place = view.places.iter().find_map(|it| it.value.lat.zip(it.value.lon));
        let disputed = [("declared", &view.declared), ("start", &view.starts), ("end", &view.ends)]
            .into_iter()
            .filter(|it| it.1.iter().any(|it| it.deviates))
            .map(|it| it.0);
        let speakers: std::collections::BTreeSet<&str> =
            view.testimonies.iter().map(|it| it.source.name.as_str()).collect();
        let [start_earliest, start_latest] = bounds(start);
        let [end_earliest, end_latest] = bounds(end);
        take(vec![
            Cell::text(&view.id),
            Cell::text(&view.label),
            Cell::text(side(0)),
            Cell::text(side(1)),
            Cell::text(further.join(" | ")),
            Cell::text(names(view.mediators.iter().map(|it| &it.value))),
            Cell::list(view.places.iter().map(|it| it.value.name.as_str())),
            Cell::text(countries(&view).join("; ")),
            place.map_or(Cell::None, |it| Cell::Degrees(it.0)),
            place.map_or(Cell::None, |it| Cell::Degrees(it.1)),
            edtf(top(&view.declared)),
            edtf(start),
            start_earliest,
            start_latest,
            edtf(end),
            end_earliest,
            end_latest,
            end.and(window).map_or(Cell::None, |it| Cell::Flag(it.derived)),
            top(&view.lengths).map_or(Cell::None, |it| Cell::text(&it.iso)),
            Cell::text(names(view.excludes.iter().map(|it| &it.value))),
            Cell::text(verdict.status.name()),
            Cell::text(verdict.in_force.name()),
            Cell::list(disputed),
            Cell::Count(view.extensions.len()),
            Cell::list(speakers),
            Cell::Count(view.families),
            Cell::text(view.claims.join("; ")),
            Cell::list(view.reports.iter().map(String::as_str)),
        ])?;
    }
    Ok(())
}

fn claims(ledger: &Ledger, asked: Asked, take: &mut Take<'_>) -> Result<()> {
    let seq = ledger.as_of(asked.as_of)?;
    for truce in ledger.truces(seq)? {
        for member in read::members(&ledger.conn, &truce, seq)? {
            for it in &member.claims {
                let said = &it.said;
                let review = match (it.rejected, it.accepted) {
                    (true, _) => "rejected",
                    (_, true) => "accepted",
                    _ => "",
                };
                let [earliest, latest] = bounds(said.when.as_ref());
                take(vec![
                    Cell::text(&it.id),
                    Cell::text(&truce),
                    Cell::text(&member.report),
                    Cell::text(member.outlet.clone().unwrap_or_default()),
                    Cell::text(&said.act),
                    Cell::text(&said.stance),
                    Cell::text(names(&said.by)),
                    Cell::list(said.by.iter().filter_map(|it| it.id.as_deref())),
                    Cell::text(names(&said.against)),
                    Cell::text(names(&said.says)),
                    edtf(said.when.as_ref()),
                    earliest,
                    latest,
                    Cell::list(said.wher.iter().map(|it| it.name.as_str())),
                    Cell::text(&said.quote),
                    Cell::text(&said.part),
                    Cell::Count(said.span.0 as usize),
                    Cell::Count(said.span.1 as usize),
                    Cell::text(&said.pattern),
                    Cell::text(review),
                ])?;
            }
        }
    }
    Ok(())
}
