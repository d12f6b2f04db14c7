//! The columns of the ETH/PRIO Civil Conflict Ceasefire data that claims can fill: a row per truce
//! and declaring or agreeing actor. Dates as year, month, day; -1 where it is not said, never an
//! invented day; a `_precision` column tells how fine the words were. Flags: 1, 0, or -1 unknown.

use std::{collections::BTreeMap, io::Write};

use truceline::ledger::body::{When, Who};

use super::{
    row,
    table::{countries, names},
};
use crate::{Asked, Ledger, Result, read};

const COLUMNS: &[&str] = &[
    "cf_id",
    "location",
    "actor_name",
    "actor_id",
    "cf_dec_yr",
    "cf_dec_month",
    "cf_dec_day",
    "cf_dec_precision",
    "cf_effect_yr",
    "cf_effect_month",
    "cf_effect_day",
    "cf_effect_precision",
    "partial",
    "written",
    "mediator_nego",
    "mediator",
    "implement",
    "enforcement",
    "ended",
    "end_yr",
    "end_month",
    "end_day",
    "end_precision",
    "end_derived",
    "claims",
    "reports",
];

/// Year, month, day and precision, read off the EDTF: what it leaves out is -1.
fn parts(when: Option<&When>) -> [String; 4] {
    let unknown = || "-1".to_owned();
    let Some(when) = when else { return [unknown(), unknown(), unknown(), String::new()] };
    if when.edtf.contains('/') {
        let (a, b) = when.edtf.split_once('/').unwrap_or_default();
        let (a, b) = (numbers(a), numbers(b));
        let same = |at: usize| a[..=at] == b[..=at] && a[at].is_some();
        let part = |at: usize| if same(at) { a[at].unwrap_or(-1).to_string() } else { unknown() };
        return [part(0), part(1), part(2), when.precision.clone()];
    }
    let part = |it: Option<i64>| it.unwrap_or(-1).to_string();
    let [year, month, day] = numbers(&when.edtf);
    [part(year), part(month), part(day), when.precision.clone()]
}

fn numbers(edtf: &str) -> [Option<i64>; 3] {
    let date = edtf.split('T').next().unwrap_or_default();
    let mut parts = date.splitn(3, '-').map(|it| it.parse::<i64>().ok());
    let mut next = || parts.next().flatten();
    let (year, month, day) = (next(), next(), next());
    // EDTF writes seasons as months 21 and above.
    let month = month.filter(|it| (1..=12).contains(it));
    [year, month, month.and(day)]
}

pub fn export(ledger: &Ledger, asked: Asked, out: &mut dyn Write) -> Result<()> {
    row(COLUMNS, out)?;
    let seq = ledger.as_of(asked.as_of)?;
    let at = asked.at.as_second();
    let mut views = Vec::new();
    ledger.views(seq, |view| views.push(view.clone()))?;
    views.sort_by(|a, b| a.id.cmp(&b.id));
    for view in views {
        // Who declared or agreed, with the claims that say so.
        let mut actors: BTreeMap<String, (Who, Vec<String>)> = BTreeMap::new();
        for member in read::members(&ledger.conn, &view.id, seq)? {
            for it in member.claims.iter().filter(|it| !it.rejected) {
                let made = matches!(it.said.act.as_str(), "declared" | "agreed");
                if made && it.said.stance == "fact" {
                    for who in &it.said.by {
                        let key = truceline::ledger::fold::who_key(who);
                        actors
                            .entry(key)
                            .or_insert_with(|| (who.clone(), Vec::new()))
                            .1
                            .push(it.id.clone());
                    }
                }
            }
        }
        let window = view.windows.last();
        let end = window.and_then(|it| it.end.as_ref());
        let over = truceline::ledger::status::verdict(&view, at).status.name() == "ended";
        let flag = |it: bool| if it { "1" } else { "0" }.to_owned();
        let unknown = || "-1".to_owned();
        for (who, claims) in actors.into_values() {
            let mut fields = vec![
                view.id.clone(),
                countries(&view).join("; "),
                who.name.clone(),
                who.id.clone().unwrap_or_default(),
            ];
            fields.extend(parts(view.declared.first().map(|it| &it.value)));
            fields.extend(parts(view.starts.first().map(|it| &it.value)));
            // Partial or not cannot be told from the names of places alone.
            fields.push(unknown());
            fields.push(unknown());
            fields.push(flag(!view.mediators.is_empty()));
            fields.push(names(view.mediators.iter().map(|it| &it.value)));
            fields.push(if view.acts.contains_key("monitored") {
                "1".to_owned()
            } else {
                unknown()
            });
            fields.push(unknown());
            fields.push(flag(over));
            fields.extend(parts(end));
            fields.push(end.and(window).map_or_else(String::new, |it| flag(it.derived)));
            fields.push(claims.join("; "));
            fields.push(view.reports.iter().cloned().collect::<Vec<_>>().join("; "));
            row(&fields, out)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(edtf: &str, expected: [&str; 3]) {
        let when = When {
            edtf: edtf.to_owned(),
            earliest: None,
            latest: None,
            precision: "day".to_owned(),
            zone: None,
            text: String::new(),
            doubts: Vec::new(),
        };
        assert_eq!(parts(Some(&when))[..3], expected.map(str::to_owned));
    }

    #[test]
    fn no_day_is_invented() {
        check("2014-08-10T21:01Z", ["2014", "8", "10"]);
        check("2014-08", ["2014", "8", "-1"]);
        check("1953", ["1953", "-1", "-1"]);
        check("XXXX-10-17", ["-1", "10", "17"]);
        check("2014-21", ["2014", "-1", "-1"]);
        check("2014-08-08/2014-08-10", ["2014", "8", "-1"]);
    }
}
