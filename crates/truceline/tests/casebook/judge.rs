//! Whether the points of a page hold. Comes in: a page and a reading of its report. Goes out: for
//! each check what was read instead, where it does not hold. Never weighs the rest of the page.

use truceline::{
    claim::{Actor, Claim},
    read::Reading,
    truce::Truce,
};

use crate::{
    compare::{Grounds, actor, names, or_nothing, same_name, site, squeeze, truce_field, when},
    page::{Page, list},
    points::{Pattern, Point, What},
};

/// For every check of every point what was read, where it does not hold.
pub fn read_today(page: &Page, reading: &Reading) -> Vec<Vec<Option<String>>> {
    let grounds = Grounds::of(page, reading);
    let judge = |point: &Point| {
        point.checks.iter().map(|it| it.what.otherwise(reading, &grounds)).collect()
    };
    page.points.iter().map(judge).collect()
}

impl What {
    fn otherwise(&self, reading: &Reading, grounds: &Grounds) -> Option<String> {
        let those = |pattern: &Pattern| -> Vec<&Claim> {
            reading.claims.iter().filter(|it| pattern.meets(it, grounds)).collect()
        };
        let told = |claims: &[&Claim]| match claims {
            [] => "nothing".to_owned(),
            _ => claims.iter().map(|it| tell(it, reading)).collect::<Vec<_>>().join("; and "),
        };
        match self {
            What::Has(pattern) => {
                let near = || reading.claims.iter().filter(|it| pattern.near(it, grounds)).take(3);
                those(pattern).is_empty().then(|| told(&near().collect::<Vec<_>>()))
            }
            What::Lacks(pattern) => {
                let found = those(pattern);
                (!found.is_empty()).then(|| told(&found))
            }
            What::Once(pattern) => {
                let found = those(pattern);
                (found.len() != 1).then(|| told(&found))
            }
            What::Truces(count) => {
                let found = reading.truces.len();
                (found != *count).then(|| found.to_string())
            }
            What::Truce(at, fields) => {
                let Some(read) = grounds.truces[*at].and_then(|at| reading.truces.get(at)) else {
                    return Some("no such truce".to_owned());
                };
                fields.iter().find_map(|(key, value)| not_so(key, value, read))
            }
        }
    }
}

/// What the truce has in a field, where that is not as asked.
fn not_so(key: &str, value: &str, read: &Truce) -> Option<String> {
    let bare = key.trim_end_matches(['+', '-']);
    let (same, found) = truce_field(bare, value, read);
    let sides = || read.sides.iter().flatten();
    let holds = match (bare, key.strip_prefix(bare)) {
        ("sides", Some(sign @ ("+" | "-"))) => among(sign, value, sides().map(actor).collect()),
        ("mediators", Some(sign @ ("+" | "-"))) => {
            among(sign, value, read.mediators.iter().map(actor).collect())
        }
        ("excludes", Some(sign @ ("+" | "-"))) => {
            among(sign, value, read.excludes.iter().map(actor).collect())
        }
        ("places", Some(sign @ ("+" | "-"))) => {
            among(sign, value, read.places.iter().map(site).collect())
        }
        (_, Some("-")) => !same,
        _ => same,
    };
    (!holds).then(|| format!("{bare} {}", or_nothing(&found)))
}

/// `+`: each of these names is read; `-`: none is.
fn among(sign: &str, value: &str, read: Vec<Vec<&str>>) -> bool {
    let found = |name: &&str| read.iter().any(|it| same_name(name, it));
    let want = list(value);
    if sign == "+" { want.iter().all(found) } else { !want.iter().any(found) }
}

impl Pattern {
    /// A claim worth telling where none meets: on the same words, or else of the same act.
    fn near(&self, claim: &Claim, grounds: &Grounds) -> bool {
        match &self.quote {
            Some(quote) => grounds.overlap(quote, claim) >= 0.5,
            None => self.acts.contains(&claim.act),
        }
    }

    fn meets(&self, claim: &Claim, grounds: &Grounds) -> bool {
        (self.acts.is_empty() || self.acts.contains(&claim.act))
            && (self.stances.is_empty() || self.stances.contains(&claim.stance))
            && self.truce.is_none_or(|it| grounds.truces[it] == Some(claim.truce))
            && self.quote.as_ref().is_none_or(|it| grounds.overlap(it, claim) >= 0.5)
            && self.fields.iter().all(|(key, value)| field(key, value, claim))
    }
}

fn field(key: &str, value: &str, claim: &Claim) -> bool {
    let bare = key.trim_end_matches(['+', '-', '>']);
    let read: Vec<Vec<&str>> = match bare {
        "when" => {
            let same = when(value, claim.when.as_ref()).0;
            return same != key.ends_with('-');
        }
        "by" => claim.by.iter().map(actor).collect(),
        "against" => claim.against.iter().map(actor).collect(),
        "says" => claim.says.iter().map(actor).collect(),
        _ => claim.wher.iter().map(site).collect(),
    };
    match key.strip_prefix(bare) {
        Some(">") => {
            let want = list(value);
            want.len() == read.len() && want.iter().zip(&read).all(|(name, it)| same_name(name, it))
        }
        Some(sign @ ("+" | "-")) => among(sign, value, read),
        _ => names(value, &read, |it| it.clone()).0,
    }
}

/// A claim in a few words: `declared fact T1 by army, says AFP, 2016-02-27`.
fn tell(claim: &Claim, reading: &Reading) -> String {
    let id = reading.truces.get(claim.truce).map_or("T?", |it| it.id.as_str());
    let mut out = format!("{} {} {id}", claim.act.name(), claim.stance.name());
    let named = |it: &[Actor]| it.iter().map(|it| squeeze(&it.name)).collect::<Vec<_>>().join(", ");
    for (word, who) in [(" by ", &claim.by), (" against ", &claim.against), (" says ", &claim.says)]
    {
        if !who.is_empty() {
            out += &format!("{word}{}", named(who));
        }
    }
    if let Some(when) = &claim.when {
        out += &format!(" when {}", when.edtf);
    }
    out
}
