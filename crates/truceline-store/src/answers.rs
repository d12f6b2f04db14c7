//! What is asked of a ledger, in the contract's JSON. Comes in: two times, `at` (of the world) and
//! `as of` (of recording). Goes out: truces, verdicts, stories, and what a claim rests on.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use rusqlite::{OptionalExtension as _, params};
use serde_json::{Map, Value, json};
use truceline::ledger::{
    body::{Said, When, Who},
    entry::{Fact, hex},
    fold::{Extension, Member, Stated, View, Window, speaker, who_key},
    status::{Verdict, Voice, verdict},
};

use crate::{Error, Ledger, Result, read};

/// The two times of every question.
#[derive(Clone, Copy, Debug)]
pub struct Asked {
    pub at: Timestamp,
    /// `None`: as of the last entry.
    pub as_of: Option<Timestamp>,
}

/// Which truces are asked for. Names and identifiers, without regard to case.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Any of these: the place itself, or the code of its country.
    pub place: Vec<String>,
    pub party: Vec<String>,
}

impl Filter {
    fn is_empty(&self) -> bool {
        self.place.is_empty() && self.party.is_empty()
    }

    fn takes(&self, keys: &BTreeSet<String>) -> bool {
        let any = |what: &str, wanted: &[String]| {
            wanted.is_empty()
                || wanted.iter().any(|it| keys.contains(&format!("{what} {}", it.to_lowercase())))
        };
        any("at", &self.place) && any("by", &self.party)
    }
}

/// The names and identifiers by which a truce is asked for.
pub(crate) fn find_keys(view: &View) -> BTreeSet<String> {
    let mut keys = BTreeSet::new();
    for it in view.sides.iter().flatten().map(|it| &it.value) {
        for name in [Some(&it.name), it.id.as_ref()].into_iter().flatten() {
            keys.insert(format!("by {}", name.to_lowercase()));
        }
    }
    for it in view.places.iter().map(|it| &it.value) {
        for name in [Some(&it.name), it.id.as_ref(), it.country.as_ref()].into_iter().flatten() {
            keys.insert(format!("at {}", name.to_lowercase()));
        }
    }
    keys
}

impl Ledger {
    /// Every truce, one object each.
    pub fn list(&self, asked: Asked, filter: &Filter) -> Result<Vec<Value>> {
        let seq = self.as_of(asked.as_of)?;
        let at = asked.at.as_second();
        let mut found = Vec::new();
        self.views(seq, |view| {
            if filter.is_empty() || filter.takes(&find_keys(view)) {
                found.push((order(view), truce(view, at)));
            }
        })?;
        found.sort_by(|a, b| a.0.cmp(&b.0));
        Ok(found.into_iter().map(|it| it.1).collect())
    }

    /// Whether each truce is in force, as lines of JSON.
    pub fn status(&self, asked: Asked, filter: &Filter) -> Result<Vec<String>> {
        let seq = self.as_of(asked.as_of)?;
        let at = asked.at.as_second();
        let mut lines = Vec::new();
        let sql = "SELECT truce, changed, iif(?1 < lo, before, iif(?1 >= hi, after, NULL))
             FROM standing WHERE first <= ?2";
        let mut all = self.conn.prepare_cached(sql)?;
        let mut some = self.conn.prepare_cached(&format!("{sql} AND changed > ?2"))?;
        let mut take = |row: &rusqlite::Row<'_>| -> Result<()> {
            let changed: u64 = row.get(1)?;
            let line: Option<String> = row.get(2)?;
            if let (true, Some(line)) = (changed <= seq, line) {
                lines.push(line);
                return Ok(());
            }
            let truce: String = row.get(0)?;
            if let Some(view) = read::view_at(&self.conn, &truce, seq)?
                && (filter.is_empty() || filter.takes(&find_keys(&view)))
            {
                lines.push(standing(&view, at).to_string());
            }
            Ok(())
        };
        if filter.is_empty() {
            let mut rows = all.query(params![at, seq])?;
            while let Some(row) = rows.next()? {
                take(row)?;
            }
            return Ok(lines);
        }
        // Those found now, and those that were another truce then.
        let mut changed: BTreeSet<String> = BTreeSet::new();
        if self.head()?.is_some_and(|head| head.seq > seq) {
            let mut rows = some.query(params![at, seq])?;
            while let Some(row) = rows.next()? {
                changed.insert(row.get(0)?);
                take(row)?;
            }
        }
        let mut one = self.conn.prepare_cached(&format!("{sql} AND truce = ?3"))?;
        for truce in self.found(filter)?.difference(&changed) {
            let mut rows = one.query(params![at, seq, truce])?;
            while let Some(row) = rows.next()? {
                take(row)?;
            }
        }
        Ok(lines)
    }

    /// The truces that a filter takes, as of the last entry.
    fn found(&self, filter: &Filter) -> Result<BTreeSet<String>> {
        let mut query = self.conn.prepare_cached("SELECT truce FROM find WHERE key = ?1")?;
        let mut of = |what: &str, wanted: &[String]| -> Result<BTreeSet<String>> {
            let mut truces = BTreeSet::new();
            for name in wanted {
                let key = format!("{what} {}", name.to_lowercase());
                for truce in query.query_map([key], |row| row.get(0))? {
                    truces.insert(truce?);
                }
            }
            Ok(truces)
        };
        let (at, by) = (of("at", &filter.place)?, of("by", &filter.party)?);
        Ok(match (filter.place.is_empty(), filter.party.is_empty()) {
            (false, false) => at.intersection(&by).cloned().collect(),
            (false, true) => at,
            _ => by,
        })
    }

    /// One truce with its history. `name`: its identifier, that of any telling of it, or the
    /// beginning of one.
    pub fn show(&self, name: &str, asked: Asked) -> Result<Value> {
        let seq = self.as_of(asked.as_of)?;
        let id = self.resolve(name, seq)?;
        let view = read::view_at(&self.conn, &id, seq)?
            .ok_or_else(|| Error::Input(format!("{name}: no truce of that name at that time")))?;
        let members = read::members(&self.conn, &id, seq)?;
        let mut shown = truce(&view, asked.at.as_second());
        let more = json!({
            "stated": {
                "declared": moments(&view.declared),
                "starts": moments(&view.starts),
                "ends": moments(&view.ends),
                "lengths": stated(&view.lengths, |it| json!(it.iso)),
                "sides": view.sides.iter().map(|side| stated(side, who)).collect::<Vec<_>>(),
                "mediators": stated(&view.mediators, who),
                "places": stated(&view.places, |it| json!(it)),
                "excludes": stated(&view.excludes, who),
            },
            "disputed": disputed(&view),
            "in_force": verdict_of(&view, &verdict(&view, asked.at.as_second())),
            "acts": view.acts,
            "story": story(&members),
            "deviating_copies": deviating(&members),
            "told_by": self.told_by(&id, seq)?,
            "rejected": view.rejected,
            "last_word": iso(view.last_word),
        });
        if let (Value::Object(into), Value::Object(from)) = (&mut shown, more) {
            into.extend(from);
        }
        Ok(shown)
    }

    /// Everything a claim rests on.
    pub fn why(&self, name: &str, asked: Asked) -> Result<Value> {
        let seq = self.as_of(asked.as_of)?;
        let row: Option<(u64, u64, Option<u64>)> = self
            .conn
            .query_row(
                "SELECT seq, node, until FROM claim WHERE id >= ?1 AND id < ?1 || 'g' AND seq <= ?2
                 ORDER BY seq DESC LIMIT 1",
                params![name, seq],
                |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
            )
            .optional()?;
        let Some((at, node, until)) = row else {
            return Err(Error::Input(format!("{name}: no such claim at that time")));
        };
        let wrong = || Error::Entry { seq: at, what: "expected a claim".to_owned() };
        let Fact::Claim { claim, node: node_name, said } = self.fact(at)? else {
            return Err(wrong());
        };
        let Fact::Truce { told, .. } = self.fact(node)? else { return Err(wrong()) };
        let report: u64 =
            self.conn
                .query_row("SELECT report FROM node WHERE seq = ?1", [node], |row| row.get(0))?;
        let Fact::Report(taken) = self.fact(report)? else { return Err(wrong()) };
        let text = self.text(&taken.text)?;
        let body =
            if said.part == "title" { taken.title.clone().unwrap_or_default() } else { text };
        let entry = self.entry(at)?.ok_or_else(wrong)?;
        let truce: Option<String> = self
            .conn
            .query_row(
                "SELECT truce FROM member WHERE node = ?1 AND since <= ?2
                 AND (until IS NULL OR until > ?2)",
                params![node_name, seq],
                |row| row.get(0),
            )
            .optional()?;
        Ok(json!({
            "claim": claim,
            "truce": truce,
            "told_as": {"node": node_name, "local": told.local, "label": told.label},
            "said": *said,
            "report": {
                "digest": taken.report, "id": taken.id, "url": taken.url, "path": taken.path,
                "outlet": taken.outlet, "title": taken.title, "published": taken.published,
                "published_from": taken.published_from, "language": taken.language,
                "version_of": taken.version_of,
            },
            "quote": said.quote,
            "part": said.part,
            "span": [said.span.0, said.span.1],
            "paragraph": paragraph(&body, said.span),
            "pattern": said.pattern,
            "pack": taken.pack,
            "entry": {
                "seq": entry.seq, "recorded": micros(entry.recorded), "prev": hex(&entry.prev),
                "digest": hex(&entry.digest),
            },
            "no_longer_counts_since_entry": until.filter(|it| *it <= seq),
            "reviews": self.reviews(&claim, seq)?,
        }))
    }

    pub(crate) fn text(&self, digest: &str) -> Result<String> {
        let bytes: Vec<u8> = (0..digest.len() / 2)
            .filter_map(|at| u8::from_str_radix(digest.get(2 * at..2 * at + 2)?, 16).ok())
            .collect();
        let mut query = self.conn.prepare_cached("SELECT text FROM texts WHERE digest = ?1")?;
        Ok(query.query_row([bytes], |row| row.get(0)).optional()?.unwrap_or_default())
    }

    /// Calls with the view of every truce after an entry.
    pub(crate) fn views(&self, seq: u64, mut take: impl FnMut(&View)) -> Result<()> {
        let mut kept =
            self.conn.prepare_cached("SELECT truce, changed, body FROM view WHERE first <= ?1")?;
        let mut rows = kept.query([seq])?;
        while let Some(row) = rows.next()? {
            let changed: u64 = row.get(1)?;
            if changed <= seq {
                if let Some(body) = row.get_ref(2)?.as_str_or_null().unwrap_or(None) {
                    take(&read::view(body)?);
                }
            } else {
                let truce: String = row.get(0)?;
                if let Some(view) = read::view_at(&self.conn, &truce, seq)? {
                    take(&view);
                }
            }
        }
        Ok(())
    }

    /// The names of all truces after an entry.
    pub(crate) fn truces(&self, seq: u64) -> Result<Vec<String>> {
        let mut query = self.conn.prepare_cached(
            "SELECT DISTINCT truce FROM member WHERE since <= ?1 AND (until IS NULL OR until > ?1)
             ORDER BY truce",
        )?;
        Ok(query.query_map([seq], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?)
    }

    /// The truce that a name stands for after an entry.
    pub(crate) fn resolve(&self, name: &str, seq: u64) -> Result<String> {
        let mut query = self.conn.prepare_cached(
            "SELECT DISTINCT node, truce FROM member WHERE node >= ?1 AND node < ?1 || 'g'
             AND since <= ?2 AND (until IS NULL OR until > ?2) LIMIT 3",
        )?;
        let found: Vec<(String, String)> = query
            .query_map(params![name, seq], |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect::<rusqlite::Result<_>>()?;
        let exact = found.iter().find(|it| it.0 == name);
        let truces: BTreeSet<&String> = found.iter().map(|it| &it.1).collect();
        match (exact, truces.len()) {
            (Some((_, truce)), _) => Ok(truce.clone()),
            (None, 0) => Err(Error::Input(format!(
                "{name}: no truce of that name at that time; `truceline list` names them"
            ))),
            (None, 1) => Ok(found[0].1.clone()),
            (None, _) => Err(Error::Input(format!(
                "{name}: expected the name of one truce but found several; give more of it"
            ))),
        }
    }

    fn told_by(&self, truce: &str, seq: u64) -> Result<Vec<Value>> {
        let mut query = self.conn.prepare_cached(
            "SELECT m.since, m.node, m.person, n.report FROM member m
             JOIN node n ON n.id = m.node AND n.seq <= ?2 AND (n.until IS NULL OR n.until > ?2)
             WHERE m.truce = ?1 AND m.since <= ?2 AND (m.until IS NULL OR m.until > ?2)
             ORDER BY m.since, m.node",
        )?;
        let rows: Vec<(u64, String, u64)> = query
            .query_map(params![truce, seq], |row| Ok((row.get(0)?, row.get(1)?, row.get(3)?)))?
            .collect::<rusqlite::Result<_>>()?;
        let mut told = Vec::new();
        for (since, node, report) in rows {
            let Fact::Report(taken) = self.fact(report)? else { continue };
            let (rule, why, by) = match self.fact(since)? {
                Fact::Joined { rule, why, by, .. } => (rule, why, by),
                Fact::Split { why, by, .. } => ("split".to_owned(), why, Some(by)),
                Fact::Withdrawn { why, by, .. } => ("withdrawn".to_owned(), why, Some(by)),
                _ => ("a person's word".to_owned(), String::new(), None),
            };
            told.push(json!({
                "node": node, "report": taken.id, "digest": taken.report, "outlet": taken.outlet,
                "url": taken.url, "title": taken.title, "published": taken.published,
                "joined": {"entry": since, "rule": rule, "why": why, "by": by},
            }));
        }
        Ok(told)
    }

    fn reviews(&self, claim: &str, seq: u64) -> Result<Vec<Value>> {
        let mut query = self.conn.prepare_cached(
            "SELECT seq, until FROM review WHERE claim = ?1 AND seq <= ?2 ORDER BY seq",
        )?;
        let rows: Vec<(u64, Option<u64>)> = query
            .query_map(params![claim, seq], |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect::<rusqlite::Result<_>>()?;
        let mut reviews = Vec::new();
        for (at, until) in rows {
            let (verdict, by, why) = match self.fact(at)? {
                Fact::Accepted { by, why, .. } => ("accepted", by, why),
                Fact::Rejected { by, why, .. } => ("rejected", by, why),
                _ => continue,
            };
            reviews.push(json!({"entry": at, "verdict": verdict, "by": by, "why": why,
                "withdrawn_by_entry": until.filter(|it| *it <= seq)}));
        }
        Ok(reviews)
    }
}

fn order(view: &View) -> (i64, String) {
    let time = |it: &[Stated<When>]| it.first().and_then(|it| it.value.seconds()).map(|it| it.0);
    let at = time(&view.starts).or_else(|| time(&view.declared)).unwrap_or(view.last_word);
    (at, view.id.clone())
}

fn iso(at: i64) -> Value {
    Timestamp::from_second(at).map_or(Value::Null, |it| json!(it.to_string()))
}

fn micros(at: i64) -> Value {
    Timestamp::from_microsecond(at).map_or(Value::Null, |it| json!(it.to_string()))
}

pub(crate) fn who(it: &Who) -> Value {
    json!({"name": it.name, "text": it.text, "id": it.id})
}

pub(crate) fn moment(it: &When) -> Value {
    json!({
        "edtf": it.edtf,
        "earliest": it.earliest.map(|it| it.to_string()),
        "latest": it.latest.map(|it| it.to_string()),
        "precision": it.precision,
        "zone": it.zone,
        "text": it.text,
        "doubts": it.doubts,
    })
}

fn first<T>(stated: &[Stated<T>], form: impl Fn(&T) -> Value) -> Value {
    stated.first().map_or(Value::Null, |it| form(&it.value))
}

fn stated<T>(values: &[Stated<T>], form: impl Fn(&T) -> Value) -> Value {
    let one = |it: &Stated<T>| {
        json!({"value": form(&it.value), "families": it.families, "speakers": it.speakers,
               "reports": it.reports, "claims": it.claims, "deviates": it.deviates})
    };
    values.iter().map(one).collect()
}

fn moments(values: &[Stated<When>]) -> Value {
    stated(values, moment)
}

fn window(it: &Window) -> Value {
    json!({"start": it.start.as_ref().map(moment), "end": it.end.as_ref().map(moment),
           "derived": it.derived, "how": it.how, "claims": it.claims})
}

fn extension(it: &Stated<Extension>) -> Value {
    json!({"until": it.value.until.as_ref().map(moment),
           "length": it.value.length.as_ref().map(|it| &it.iso), "told": iso(it.value.told),
           "families": it.families, "speakers": it.speakers, "claims": it.claims,
           "reports": it.reports})
}

/// Fields for which values that cannot all be so are stated.
fn disputed(view: &View) -> Vec<&'static str> {
    let differs = |it: &[Stated<When>]| it.iter().any(|it| it.deviates);
    let mut fields = Vec::new();
    for (field, values) in
        [("declared", &view.declared), ("start", &view.starts), ("end", &view.ends)]
    {
        if differs(values) {
            fields.push(field);
        }
    }
    if view.lengths.len() > 1 {
        fields.push("length");
    }
    fields
}

/// A truce as a line of `list`.
pub(crate) fn truce(view: &View, at: i64) -> Value {
    let all = |them: &[Stated<Who>]| them.iter().map(|it| who(&it.value)).collect::<Vec<_>>();
    let spots: Vec<Value> = view
        .places
        .iter()
        .map(|it| {
            let it = &it.value;
            json!({"name": it.name, "text": it.text, "id": it.id, "country": it.country,
                   "lat": it.lat, "lon": it.lon})
        })
        .collect();
    json!({
        "id": view.id,
        "label": view.label,
        "sides": view.sides.iter().map(|side| all(side)).collect::<Vec<_>>(),
        "mediators": all(&view.mediators),
        "places": spots,
        "declared": first(&view.declared, moment),
        "start": first(&view.starts, moment),
        "end": first(&view.ends, moment),
        "length": first(&view.lengths, |it| json!(it.iso)),
        "excludes": all(&view.excludes),
        "status": verdict(view, at).status.name(),
        "disputed": disputed(view),
        "windows": view.windows.iter().map(window).collect::<Vec<_>>(),
        "extensions": view.extensions.iter().map(extension).collect::<Vec<_>>(),
        "claims": view.claims,
        "reports": view.reports,
        "families": view.families,
    })
}

fn voices(them: &[Voice]) -> Value {
    let one = |it: &Voice| json!({"name": it.who.name, "id": it.who.id, "why": it.why, "claims": it.claims});
    them.iter().map(one).collect()
}

fn verdict_of(view: &View, it: &Verdict) -> Value {
    json!({
        "truce": view.id,
        "label": view.label,
        "in_force": it.in_force.name(),
        "ends": it.ends.as_ref().map(moment),
        "ends_derived": it.ends_derived,
        "hours_left": it.hours_left,
        "yes": voices(&it.yes),
        "no": voices(&it.no),
        "last_word": iso(view.last_word),
    })
}

/// A truce as a line of `status`.
pub(crate) fn standing(view: &View, at: i64) -> Value {
    verdict_of(view, &verdict(view, at))
}

fn when_key(it: Option<&When>) -> String {
    it.map_or_else(String::new, |it| it.edtf.clone())
}

/// What happened, in order: claims of one act, actor and time together.
fn story(members: &[Member]) -> Vec<Value> {
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
fn deviating(members: &[Member]) -> Vec<Value> {
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

/// The paragraph that holds a span, with the span inside it.
fn paragraph(text: &str, span: (u32, u32)) -> Value {
    let (from, to) = (span.0 as usize, span.1 as usize);
    let (Some(head), Some(_), Some(tail)) = (text.get(..from), text.get(from..to), text.get(to..))
    else {
        return Value::Null;
    };
    let start = head.rfind('\n').map_or(0, |it| it + 1);
    let end = tail.find('\n').map_or(text.len(), |it| to + it);
    let mut value = Map::new();
    value.insert("text".to_owned(), json!(&text[start..end]));
    value.insert("span".to_owned(), json!([from - start, to - start]));
    Value::Object(value)
}
