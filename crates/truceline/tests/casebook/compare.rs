//! What was read against what must be read. Comes in: a page and a reading of its report. Goes
//! out: the differences, a line each, in the page's order. Compares as the scorer does.

use jiff::Timestamp;
use truceline::{
    claim::{Actor, Claim, Site},
    read::Reading,
    time::Moment,
    truce::Truce,
};

use crate::page::{Expected, Page, list};

const GENERIC: &str = "the a an of and in on for to his her its their all new two both sides side \
    forces force group groups leader leaders official officials government president prime \
    minister spokesman army military troops fighters militants rebels rebel said state city town \
    area province";

/// What of the page and of a reading stand for each other.
pub struct Grounds {
    doc: String,
    /// For each expected claim the read claim that meets it.
    met: Vec<Option<usize>>,
    /// For each expected truce the read one.
    pub truces: Vec<Option<usize>>,
}

impl Grounds {
    pub fn of(page: &Page, reading: &Reading) -> Grounds {
        let doc = squeeze(&page.words());
        let met = meet(page, &reading.claims, &doc);
        let truces = same_truces(page, reading, &met);
        Grounds { doc, met, truces }
    }

    /// How much of the shorter of both quotes they share.
    pub fn overlap(&self, quote: &str, claim: &Claim) -> f64 {
        overlap(place(&self.doc, quote), place(&self.doc, &claim.quote))
    }
}

pub fn differences(page: &Page, reading: &Reading) -> Vec<String> {
    let Grounds { met, truces, .. } = Grounds::of(page, reading);
    let mut out = Vec::new();

    for (i, want) in page.claims.iter().enumerate() {
        let id = &page.truces[want.truce].id;
        let head = format!("{} {id}", want.act.name());
        let Some(read) = met[i].map(|j| &reading.claims[j]) else {
            out.push(format!(
                "missing {} {} {id} | \"{}\"",
                want.act.name(),
                want.stance.name(),
                want.quote
            ));
            continue;
        };
        let mut differs = |field: &str, expected: &str, found: String| {
            out.push(format!(
                "field {head} {field} | \"{}\" | expected {} but read {}",
                want.quote,
                or_nothing(expected),
                or_nothing(&found)
            ));
        };
        if read.stance != want.stance {
            differs("stance", want.stance.name(), read.stance.name().to_owned());
        }
        if truces[want.truce] != Some(read.truce) {
            let found = reading.truces.get(read.truce).map_or("", |it| it.id.as_str());
            differs("truce", id, format!("another ({found})"));
        }
        for (field, value) in &want.fields {
            let (same, found) = match field.as_str() {
                "by" => names(value, &read.by, actor),
                "against" => names(value, &read.against, actor),
                "says" => names(value, &read.says, actor),
                "where" => names(value, &read.wher, site),
                _ => when(value, read.when.as_ref()),
            };
            if !same {
                differs(field, value, found);
            }
        }
    }

    let extra = |j: &usize| !met.contains(&Some(*j));
    for read in (0..reading.claims.len()).filter(extra).map(|j| &reading.claims[j]) {
        let id = reading.truces.get(read.truce).map_or("T?", |it| it.id.as_str());
        let (act, stance) = (read.act.name(), read.stance.name());
        out.push(format!("extra {act} {stance} {id} | \"{}\"", squeeze(&read.quote)));
    }

    for (told, read) in page.truces.iter().zip(&truces) {
        let Some(read) = read.and_then(|k| reading.truces.get(k)) else {
            out.push(format!("missing {}", told.id));
            continue;
        };
        for (field, value) in &told.fields {
            let (same, found) = truce_field(field, value, read);
            if !same {
                out.push(format!(
                    "field {} {field} | expected {} but read {}",
                    told.id,
                    or_nothing(value),
                    or_nothing(&found)
                ));
            }
        }
    }
    out
}

pub fn or_nothing(value: &str) -> &str {
    if value.is_empty() { "nothing" } else { value }
}

fn meet(page: &Page, read: &[Claim], doc: &str) -> Vec<Option<usize>> {
    let spans: Vec<_> = read.iter().map(|it| place(doc, &it.quote)).collect();
    let mut scored = Vec::new();
    for (i, want) in page.claims.iter().enumerate() {
        let span = place(doc, &want.quote);
        for (j, claim) in read.iter().enumerate() {
            let shared = overlap(span, spans[j]);
            if claim.act == want.act && shared >= 0.5 && claim.quote.chars().count() <= 800 {
                scored.push((agreement(want, claim), shared, i, j));
            }
        }
    }
    scored.sort_by(|a, b| {
        (b.0).cmp(&a.0).then(b.1.total_cmp(&a.1)).then(a.2.cmp(&b.2)).then(a.3.cmp(&b.3))
    });
    let mut met = vec![None; page.claims.len()];
    for (_, _, i, j) in scored {
        if met[i].is_none() && !met.contains(&Some(j)) {
            met[i] = Some(j);
        }
    }
    met
}

fn agreement(want: &Expected, claim: &Claim) -> usize {
    let value = |key: &str| want.fields.iter().find(|(k, _)| k == key).map(|(_, v)| v.as_str());
    let by = value("by").is_some_and(|it| {
        list(it).iter().any(|want| claim.by.iter().any(|read| same_name(want, &actor(read))))
    });
    let time = value("when").is_some_and(|it| !it.is_empty() && when(it, claim.when.as_ref()).0);
    usize::from(claim.stance == want.stance) + usize::from(by) + usize::from(time)
}

/// The read truce that most claims of an expected one fell into, each used once.
fn same_truces(page: &Page, reading: &Reading, met: &[Option<usize>]) -> Vec<Option<usize>> {
    let mut votes = vec![vec![0usize; reading.truces.len()]; page.truces.len()];
    for (want, read) in page.claims.iter().zip(met) {
        if let Some(vote) = read.and_then(|j| votes[want.truce].get_mut(reading.claims[j].truce)) {
            *vote += 1;
        }
    }
    let mut ranked: Vec<(usize, usize, usize)> = Vec::new();
    for (i, row) in votes.iter().enumerate() {
        ranked.extend(row.iter().enumerate().filter(|it| *it.1 > 0).map(|(k, &n)| (n, i, k)));
    }
    ranked.sort_by_key(|&(n, i, k)| (std::cmp::Reverse(n), i, k));
    let mut out = vec![None; page.truces.len()];
    for (_, i, k) in ranked {
        if out[i].is_none() && !out.contains(&Some(k)) {
            out[i] = Some(k);
        }
    }
    out
}

pub fn truce_field(field: &str, value: &str, read: &Truce) -> (bool, String) {
    match field {
        "sides" => sides(value, &read.sides),
        "mediators" => names(value, &read.mediators, actor),
        "excludes" => names(value, &read.excludes, actor),
        "places" => names(value, &read.places, site),
        "declared" => when(value, read.declared.as_ref()),
        "start" => when(value, read.start.as_ref()),
        "end" => when(value, read.end.as_ref()),
        "length" => {
            let found = read.length.as_ref().map_or("", |it| it.iso.as_str());
            (found == value, found.to_owned())
        }
        "status" => (read.status.name() == value, read.status.name().to_owned()),
        _ => (true, String::new()),
    }
}

pub fn actor(it: &Actor) -> Vec<&str> {
    [&it.name, &it.text].into_iter().chain(&it.id).map(String::as_str).collect()
}

pub fn site(it: &Site) -> Vec<&str> {
    [&it.name, &it.text].into_iter().chain(&it.id).map(String::as_str).collect()
}

pub fn names<T>(value: &str, read: &[T], forms: fn(&T) -> Vec<&str>) -> (bool, String) {
    let want = list(value);
    let same = want.iter().all(|name| read.iter().any(|it| same_name(name, &forms(it))))
        && read.iter().all(|it| want.iter().any(|name| same_name(name, &forms(it))));
    (same, read.iter().map(|it| forms(it)[0]).collect::<Vec<_>>().join("; "))
}

fn sides(value: &str, read: &[Vec<Actor>]) -> (bool, String) {
    let want: Vec<Vec<&str>> =
        value.split(" / ").map(list).filter(|side| !side.is_empty()).collect();
    let mut free: Vec<usize> = (0..read.len()).collect();
    let mut same = want.len() == read.len();
    for side in &want {
        let meets = |k: &usize| {
            read[*k].iter().any(|it| side.iter().any(|name| same_name(name, &actor(it))))
        };
        match free.iter().position(meets) {
            Some(at) => drop(free.remove(at)),
            None => same = false,
        }
    }
    let side =
        |side: &Vec<Actor>| side.iter().map(|it| it.name.as_str()).collect::<Vec<_>>().join("; ");
    (same, read.iter().map(side).collect::<Vec<_>>().join(" / "))
}

pub fn when(value: &str, read: Option<&Moment>) -> (bool, String) {
    let found = read.map_or("", |it| it.edtf.as_str());
    let same = if value.is_empty() { read.is_none() } else { same_when(value, found) };
    (same, found.to_owned())
}

fn words(name: &str) -> Vec<String> {
    let mut out: Vec<String> = name
        .to_lowercase()
        .replace("'s", "")
        .split(|it: char| !(it.is_alphanumeric() || it == '_' || it == '\''))
        .filter(|it| !it.is_empty())
        .map(str::to_owned)
        .collect();
    out.sort();
    out.dedup();
    out
}

pub fn same_name(want: &str, read: &[&str]) -> bool {
    let core = |words: &[String]| -> Vec<String> {
        words.iter().filter(|it| !GENERIC.split(' ').any(|g| g == *it)).cloned().collect()
    };
    let meet = |a: &[String], b: &[String]| a.iter().any(|it| b.contains(it));
    let want = words(want);
    let want_core = core(&want);
    read.iter().any(|form| {
        let read = words(form);
        let read_core = core(&read);
        want == read
            || meet(&want_core, &read_core)
            || (want_core.is_empty() && read_core.is_empty() && meet(&want, &read))
    })
}

fn same_when(want: &str, read: &str) -> bool {
    if read.is_empty() {
        return false;
    }
    if let Some((from, to)) = want.split_once('/') {
        let open = |it: &str| it.is_empty() || it == "..";
        return match read.split_once('/') {
            None => [from, to].into_iter().any(|part| !open(part) && same_when(part, read)),
            Some((a, b)) => (open(from) || same_when(from, a)) && (open(to) || same_when(to, b)),
        };
    }
    read.split('/').any(|part| match (instant(want), instant(part)) {
        (Some(a), Some(b)) => (a.as_second() - b.as_second()).abs() <= 60,
        (Some(_), None) => false,
        (None, _) => part.trim_end_matches(['~', '?', '%']).starts_with(want),
    })
}

fn instant(stamp: &str) -> Option<Timestamp> {
    let (_, clock) = stamp.split_once('T')?;
    let zoned = clock.ends_with('Z') || clock.contains(['+', '-']);
    if zoned { stamp.parse().ok() } else { None }
}

/// Runs of white space as one blank, typographic quotation marks as plain ones.
pub fn squeeze(text: &str) -> String {
    let plain: String = text
        .chars()
        .map(|it| match it {
            '‘' | '’' => '\'',
            '“' | '”' => '"',
            '\u{a0}' => ' ',
            it => it,
        })
        .collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn place(doc: &str, quote: &str) -> Option<(usize, usize)> {
    let quote = squeeze(quote);
    let at = (!quote.is_empty()).then(|| doc.find(&quote))??;
    Some((at, at + quote.len()))
}

fn overlap(a: Option<(usize, usize)>, b: Option<(usize, usize)>) -> f64 {
    let (Some(a), Some(b)) = (a, b) else { return 0.0 };
    let common = a.1.min(b.1).saturating_sub(a.0.max(b.0));
    common as f64 / (a.1 - a.0).min(b.1 - b.0) as f64
}
