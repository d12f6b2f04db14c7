//! Event records in the PLOVER form: a line of JSON per claim, its stance as the modes that PLOVER
//! defines (future, hypothetical, negated; historical for an act well before the report).

use std::io::Write;

use serde_json::json;
use truceline::{
    claim::{Act, Stance},
    ledger::{body::When, signs::DAY},
};

use super::written;
use crate::{Asked, Ledger, Result, read};

/// Event type and mode. PLOVER has no type for a truce as such: a halt is a retreat by ceasefire.
fn kind(act: Act) -> (&'static str, Option<&'static str>) {
    match act {
        Act::CalledFor => ("REQUEST", Some("change")),
        Act::Proposed => ("CONSULT", None),
        Act::Declared | Act::Began | Act::Held | Act::Extended => ("RETREAT", Some("ceasefire")),
        Act::Agreed => ("AGREE", None),
        Act::Rejected | Act::Ended => ("REJECT", Some("ceasefire")),
        Act::Violated => ("ASSAULT", None),
        Act::Talks => ("CONSULT", None),
        Act::Monitored => ("COOPERATE", None),
        Act::Welcomed => ("SUPPORT", None),
    }
}

pub fn export(ledger: &Ledger, asked: Asked, out: &mut dyn Write) -> Result<()> {
    let seq = ledger.as_of(asked.as_of)?;
    for truce in ledger.truces(seq)? {
        for member in read::members(&ledger.conn, &truce, seq)? {
            for it in member.claims.iter().filter(|it| !it.rejected) {
                let said = &it.said;
                let (event, mode) = kind(said.act());
                let at = said.when.as_ref().and_then(When::seconds);
                let mut modes = match said.stance() {
                    Stance::Fact => Vec::new(),
                    Stance::Planned => vec!["future"],
                    Stance::Hedged => vec!["hypothetical"],
                    Stance::Denied => vec!["negated"],
                };
                if at.is_some_and(|at| at.1 < member.told_at - 30 * DAY) {
                    modes.push("historical");
                }
                let actors = |them: &[truceline::ledger::body::Who]| {
                    them.iter()
                        .map(|it| json!({"actor": it.id, "text": it.name}))
                        .collect::<Vec<_>>()
                };
                let record = json!({
                    "id": it.id,
                    "date": said.when.as_ref().map(|it| &it.edtf),
                    "source": actors(&said.by),
                    "target": actors(&said.against),
                    "event": event,
                    "mode": mode,
                    "event_modes": modes,
                    "context": ["military"],
                    "location": said.wher.first().map(|it| json!({"name": it.name,
                        "country": it.country, "lat": it.lat, "lon": it.lon})),
                    "attribution": actors(&said.says),
                    "text": said.quote,
                    "act": said.act,
                    "truce": truce,
                    "claim": it.id,
                    "report": member.report,
                    "publisher": member.outlet,
                });
                writeln!(out, "{record}").map_err(written)?;
            }
        }
    }
    Ok(())
}
