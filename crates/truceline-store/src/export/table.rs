//! Flat tables: a row per truce, a row per claim. Times as EDTF and as UTC bounds; lists are joined
//! by `; `; an empty field is not said.

use std::io::Write;

use truceline::ledger::{
    body::{When, Who},
    fold::{Stated, View},
    status::verdict,
};

use super::row;
use crate::{Asked, Ledger, Result, read};

const TRUCES: &[&str] = &[
    "truce",
    "label",
    "side_1",
    "side_2",
    "further_sides",
    "mediators",
    "places",
    "countries",
    "lat",
    "lon",
    "declared",
    "start",
    "start_earliest",
    "start_latest",
    "end",
    "end_earliest",
    "end_latest",
    "end_derived",
    "length",
    "excludes",
    "status",
    "in_force",
    "disputed",
    "extensions",
    "first_speakers",
    "families",
    "claims",
    "reports",
];

const CLAIMS: &[&str] = &[
    "claim",
    "truce",
    "report",
    "outlet",
    "act",
    "stance",
    "by",
    "by_ids",
    "against",
    "says",
    "when",
    "when_earliest",
    "when_latest",
    "where",
    "quote",
    "part",
    "span_start",
    "span_end",
    "pattern",
    "review",
];

pub fn names<'a>(them: impl IntoIterator<Item = &'a Who>) -> String {
    them.into_iter().map(|it| it.name.as_str()).collect::<Vec<_>>().join("; ")
}

fn edtf(it: Option<&When>) -> String {
    it.map_or_else(String::new, |it| it.edtf.clone())
}

fn bounds(it: Option<&When>) -> [String; 2] {
    let text = |at: Option<jiff::Timestamp>| at.map_or_else(String::new, |it| it.to_string());
    [text(it.and_then(|it| it.earliest)), text(it.and_then(|it| it.latest))]
}

fn top<T>(values: &[Stated<T>]) -> Option<&T> {
    values.first().map(|it| &it.value)
}

pub fn head(names: &[&str], out: &mut dyn Write) -> Result<()> {
    row(&names.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>(), out)
}

pub fn truces(ledger: &Ledger, asked: Asked, out: &mut dyn Write) -> Result<()> {
    head(TRUCES, out)?;
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
        let mut fields = vec![view.id.clone(), view.label.clone(), side(0), side(1)];
        fields.push(further.join(" | "));
        fields.push(names(view.mediators.iter().map(|it| &it.value)));
        fields.push(
            view.places.iter().map(|it| it.value.name.as_str()).collect::<Vec<_>>().join("; "),
        );
        fields.push(countries(&view).join("; "));
        fields.extend(match place {
            Some((lat, lon)) => [lat.to_string(), lon.to_string()],
            None => [String::new(), String::new()],
        });
        fields.push(edtf(top(&view.declared)));
        fields.push(edtf(start));
        fields.extend(bounds(start));
        fields.push(edtf(end));
        fields.extend(bounds(end));
        fields.push(end.and(window).map_or_else(String::new, |it| it.derived.to_string()));
        fields.push(top(&view.lengths).map_or_else(String::new, |it| it.iso.clone()));
        fields.push(names(view.excludes.iter().map(|it| &it.value)));
        fields.push(verdict.status.name().to_owned());
        fields.push(verdict.in_force.name().to_owned());
        fields.push(disputed.collect::<Vec<_>>().join("; "));
        fields.push(view.extensions.len().to_string());
        fields.push(speakers.into_iter().collect::<Vec<_>>().join("; "));
        fields.push(view.families.to_string());
        fields.push(view.claims.join("; "));
        fields.push(view.reports.iter().cloned().collect::<Vec<_>>().join("; "));
        row(&fields, out)?;
    }
    Ok(())
}

pub fn countries(view: &View) -> Vec<String> {
    let codes: std::collections::BTreeSet<&String> =
        view.places.iter().filter_map(|it| it.value.country.as_ref()).collect();
    codes.into_iter().cloned().collect()
}

pub fn claims(ledger: &Ledger, asked: Asked, out: &mut dyn Write) -> Result<()> {
    head(CLAIMS, out)?;
    let seq = ledger.as_of(asked.as_of)?;
    for truce in ledger.truces(seq)? {
        for member in read::members(&ledger.conn, &truce, seq)? {
            for it in &member.claims {
                let said = &it.said;
                let ids: Vec<&str> = said.by.iter().filter_map(|it| it.id.as_deref()).collect();
                let places: Vec<&str> = said.wher.iter().map(|it| it.name.as_str()).collect();
                let review = match (it.rejected, it.accepted) {
                    (true, _) => "rejected",
                    (_, true) => "accepted",
                    _ => "",
                };
                let mut fields = vec![
                    it.id.clone(),
                    truce.clone(),
                    member.report.clone(),
                    member.outlet.clone().unwrap_or_default(),
                    said.act.clone(),
                    said.stance.clone(),
                    names(&said.by),
                    ids.join("; "),
                    names(&said.against),
                    names(&said.says),
                    edtf(said.when.as_ref()),
                ];
                fields.extend(bounds(said.when.as_ref()));
                fields.push(places.join("; "));
                fields.push(said.quote.clone());
                fields.push(said.part.clone());
                fields.push(said.span.0.to_string());
                fields.push(said.span.1.to_string());
                fields.push(said.pattern.clone());
                fields.push(review.to_owned());
                row(&fields, out)?;
            }
        }
    }
    Ok(())
}
