//! What is worth a note. Comes in: entries that the ledger has taken since the last look, and the
//! time. Goes out: notes, each written down once. Tells of nothing that happened long ago.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use truceline::ledger::{body::Said, entry::Fact};
use truceline_store::{Asked, Error, Filter, Ledger};

use crate::{
    place::{Noted, Place, Result, Step},
    plan::Webhook,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    Declared,
    Extended,
    Broken,
    Expiring,
}

impl Kind {
    pub const ALL: &[Kind] = &[Kind::Declared, Kind::Extended, Kind::Broken, Kind::Expiring];

    pub fn name(self) -> &'static str {
        match self {
            Kind::Declared => "declared",
            Kind::Extended => "extended",
            Kind::Broken => "broken",
            Kind::Expiring => "expiring",
        }
    }

    fn of(said: &Said) -> Option<Kind> {
        if said.stance != "fact" {
            return None;
        }
        match said.act.as_str() {
            "declared" | "agreed" => Some(Kind::Declared),
            "extended" => Some(Kind::Extended),
            "violated" => Some(Kind::Broken),
            _ => None,
        }
    }
}

pub struct Note {
    pub id: String,
    pub kind: Kind,
    pub body: Value,
}

/// Reports of one extension may lie so far apart.
const ONE_EXTENSION: i64 = 3;
/// Entries that are looked at before what was found is kept.
const STRIDE: u64 = 2000;
const SECONDS: i64 = 86_400;

/// Looks at what the ledger has taken since the last look. The first look of all takes what is there
/// for known. Gives the number of notes made.
pub fn look(ledger: &Ledger, place: &mut Place, hook: &Webhook, now: Timestamp) -> Result<usize> {
    let head = ledger.head().map_err(|err| err.to_string())?.map_or(0, |it| it.seq);
    let Some(mut seen) = place.look().looked()? else {
        place.step(|step| step.set_looked(head))?;
        return Ok(0);
    };
    let mut made = 0;
    while seen < head {
        let until = head.min(seen + STRIDE);
        made += place.step(|step| {
            let mut look = Look { ledger, step, hook, now, shown: BTreeMap::new(), made: 0 };
            for seq in seen + 1..=until {
                look.entry(seq)?;
            }
            step.set_looked(until)?;
            Ok(look.made)
        })?;
        seen = until;
    }
    Ok(made)
}

/// Truces in force that end soon.
pub fn expiring(
    ledger: &Ledger,
    place: &mut Place,
    hook: &Webhook,
    now: Timestamp,
) -> Result<usize> {
    let asked = Asked { at: now, as_of: None };
    let lines = ledger.status(asked, &Filter::default()).map_err(|err| err.to_string())?;
    let most = hook.expiring.as_secs() as f64 / 3600.0;
    let mut found = Vec::new();
    for line in lines.iter().filter(|it| !it.contains("\"hours_left\":null")) {
        let line: Value = serde_json::from_str(line).map_err(|err| err.to_string())?;
        if let (Some(left), Some(truce)) = (line["hours_left"].as_f64(), line["truce"].as_str())
            && left <= most
        {
            found.push((truce.to_owned(), line));
        }
    }
    if found.is_empty() {
        return Ok(0);
    }
    place.step(|step| {
        let mut look = Look { ledger, step, hook, now, shown: BTreeMap::new(), made: 0 };
        for (truce, line) in found {
            let end = moment(&line["ends"]["latest"]);
            let about = Noted { by: String::new(), day: 0, end: end.map(day) };
            look.note(Kind::Expiring, &truce, about, None)?;
        }
        Ok(look.made)
    })
}

struct Look<'a> {
    ledger: &'a Ledger,
    step: &'a Step<'a>,
    hook: &'a Webhook,
    now: Timestamp,
    /// Truces by the telling that was asked for.
    shown: BTreeMap<String, Option<Value>>,
    made: usize,
}

impl Look<'_> {
    fn entry(&mut self, seq: u64) -> Result<()> {
        let entry = self.ledger.entry(seq).map_err(|err| err.to_string())?;
        let Some(entry) = entry else { return Ok(()) };
        // Most entries are no claims: their bodies are not parsed.
        if !entry.body.contains("\"claim\"") {
            return Ok(());
        }
        let Ok(Fact::Claim { claim, node, said }) = serde_json::from_str(&entry.body) else {
            return Ok(());
        };
        let Some(kind) = Kind::of(&said) else { return Ok(()) };
        let when = said.when.as_ref();
        let happened = when.and_then(|it| it.latest);
        if self.is_old(happened) || !self.hook.on.contains(&kind) {
            return Ok(());
        }
        let Some(truce) = self.show(&node)? else { return Ok(()) };
        let told = truce["told_by"].as_array().into_iter().flatten();
        let told = told.filter(|it| it["node"] == node.as_str());
        let told = told.filter_map(|it| it["published"].as_str()).next().and_then(noon);
        let recorded = Timestamp::from_microsecond(entry.recorded).unwrap_or(self.now);
        let over = [&truce["end"]["latest"], &truce["in_force"]["ends"]["latest"]];
        let begun = [&truce["declared"]["latest"], &truce["start"]["latest"]];
        let times = if kind == Kind::Declared { begun } else { over };
        if self.is_old(told) || times.iter().any(|it| self.is_old(moment(it))) {
            return Ok(());
        }
        let told = day(told.unwrap_or(recorded));
        let about = match kind {
            Kind::Extended => Noted { by: String::new(), day: told, end: until(&truce, &claim) },
            Kind::Broken => {
                let by = said.by.first().map(|it| it.id.as_ref().unwrap_or(&it.name).clone());
                Noted { by: by.unwrap_or_default(), day: happened.map_or(told, day), end: None }
            }
            _ => Noted { by: String::new(), day: told, end: None },
        };
        self.note(kind, &node, about, Some(&claim))
    }

    fn is_old(&self, at: Option<Timestamp>) -> bool {
        let span = self.hook.fresh.saturating_add(SignedDuration::from_hours(24));
        at.is_some_and(|at| self.now.duration_since(at) > span)
    }

    /// A truce by any telling of it; none where it has been withdrawn since.
    fn show(&mut self, node: &str) -> Result<Option<Value>> {
        if let Some(shown) = self.shown.get(node) {
            return Ok(shown.clone());
        }
        let shown = match self.ledger.show(node, Asked { at: self.now, as_of: None }) {
            Ok(shown) => Some(shown),
            Err(Error::Input(_)) => None,
            Err(err) => return Err(err.to_string()),
        };
        self.shown.insert(node.to_owned(), shown.clone());
        Ok(shown)
    }

    /// Writes a note down, unless one like it was.
    fn note(&mut self, kind: Kind, node: &str, about: Noted, claim: Option<&str>) -> Result<()> {
        if !self.hook.on.contains(&kind) {
            return Ok(());
        }
        let Some(truce) = self.show(node)? else { return Ok(()) };
        let told = truce["told_by"].as_array().into_iter().flatten();
        let nodes = told.filter_map(|it| it["node"].as_str().map(str::to_owned));
        let nodes: Vec<String> = nodes.collect();
        let before = self.step.noted(kind, &nodes)?;
        let known = before.iter().find(|it| same(kind, it, &about));
        // Tellings that came since are the same truce's: what was noted of it holds for them.
        self.step.set_noted(kind, &nodes, known.unwrap_or(&about))?;
        if known.is_some() {
            return Ok(());
        }
        let name = truce["id"].as_str().unwrap_or(node);
        let key = format!("{} {name} {} {} {:?}", kind.name(), about.by, about.day, about.end);
        let digest = Sha256::digest(key.as_bytes());
        let id: String = digest.iter().take(16).map(|it| format!("{it:02x}")).collect();
        let body = self.body(&id, kind, &truce, claim);
        self.step.note(&Note { id, kind, body }, self.now)?;
        self.made += 1;
        Ok(())
    }

    fn body(&self, id: &str, kind: Kind, truce: &Value, claim: Option<&str>) -> Value {
        let mut told = serde_json::Map::new();
        for field in [
            "id",
            "label",
            "sides",
            "mediators",
            "places",
            "declared",
            "start",
            "end",
            "length",
            "status",
            "claims",
            "reports",
            "families",
        ] {
            told.insert(field.to_owned(), truce[field].clone());
        }
        let force = &truce["in_force"];
        for field in ["in_force", "ends", "ends_derived", "hours_left"] {
            told.insert(field.to_owned(), force[field].clone());
        }
        let asked = Asked { at: self.now, as_of: None };
        let why = claim.and_then(|it| self.ledger.why(it, asked).ok());
        let claim = why.map(|why| {
            json!({"id": why["claim"], "said": why["said"], "quote": why["quote"],
                   "report": why["report"], "entry": why["entry"]["seq"]})
        });
        let made = Timestamp::from_second(self.now.as_second()).unwrap_or(self.now);
        json!({"id": id, "kind": kind.name(), "made": made.to_string(), "truce": told, "claim": claim})
    }
}

/// Whether two notes of a kind on one truce tell the same.
fn same(kind: Kind, before: &Noted, about: &Noted) -> bool {
    match kind {
        Kind::Declared => true,
        Kind::Extended => match (before.end, about.end) {
            (Some(before), Some(end)) => before == end,
            _ => (before.day - about.day).abs() <= ONE_EXTENSION,
        },
        Kind::Broken => before.day == about.day && (before.by == about.by || about.by.is_empty()),
        Kind::Expiring => before.end == about.end,
    }
}

/// The day until which an extension told by a claim goes.
fn until(truce: &Value, claim: &str) -> Option<i64> {
    let extensions = truce["extensions"].as_array()?;
    let told = |it: &&Value| {
        it["claims"].as_array().is_some_and(|all| all.iter().any(|it| it.as_str() == Some(claim)))
    };
    moment(&extensions.iter().find(told)?["until"]["latest"]).map(day)
}

fn moment(value: &Value) -> Option<Timestamp> {
    value.as_str()?.parse().ok()
}

fn day(at: Timestamp) -> i64 {
    at.as_second().div_euclid(SECONDS)
}

/// The noon of the day that a stamp of publication begins with.
fn noon(stamp: &str) -> Option<Timestamp> {
    format!("{}T12:00:00Z", stamp.get(..10)?).parse().ok()
}
