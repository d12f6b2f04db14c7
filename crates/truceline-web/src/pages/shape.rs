//! What the ledger answers, as types. Comes in: the contract's JSON. Goes out: what pages draw from.
//! A key that is missing is empty: a page is drawn of whatever is there.

use std::collections::BTreeMap;

use serde::Deserialize;
use truceline::ledger::body::{Said, Spot, When, Who};

/// A truce as a line of `list`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Truce {
    pub id: String,
    pub label: String,
    pub sides: Vec<Vec<Who>>,
    pub mediators: Vec<Who>,
    pub places: Vec<Spot>,
    pub declared: Option<When>,
    pub start: Option<When>,
    pub end: Option<When>,
    pub length: Option<String>,
    pub excludes: Vec<Who>,
    pub status: String,
    pub disputed: Vec<String>,
    pub windows: Vec<Window>,
    pub extensions: Vec<Extension>,
    pub claims: Vec<String>,
    pub reports: Vec<String>,
    pub families: usize,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Window {
    pub start: Option<When>,
    pub end: Option<When>,
    pub derived: bool,
    pub how: String,
    pub claims: Vec<String>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Extension {
    pub until: Option<When>,
    pub length: Option<String>,
    pub told: Option<String>,
    pub families: usize,
    pub claims: Vec<String>,
}

/// A truce as a line of `status`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Verdict {
    pub truce: String,
    pub label: String,
    pub in_force: String,
    pub ends: Option<When>,
    pub ends_derived: bool,
    pub hours_left: Option<f64>,
    pub yes: Vec<Voice>,
    pub no: Vec<Voice>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Voice {
    pub name: String,
    pub why: String,
    pub claims: Vec<String>,
}

/// A truce as `show` tells it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Shown {
    #[serde(flatten)]
    pub truce: Truce,
    pub stated: Stated,
    pub in_force: Verdict,
    pub acts: BTreeMap<String, usize>,
    pub story: Vec<Line>,
    pub deviating_copies: Vec<Copy>,
    pub told_by: Vec<Telling>,
    pub rejected: Vec<String>,
    pub last_word: Option<String>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Stated {
    pub declared: Vec<Value<When>>,
    pub starts: Vec<Value<When>>,
    pub ends: Vec<Value<When>>,
    pub lengths: Vec<Value<String>>,
    pub sides: Vec<Vec<Value<Who>>>,
    pub mediators: Vec<Value<Who>>,
    pub places: Vec<Value<Spot>>,
    pub excludes: Vec<Value<Who>>,
}

#[derive(Clone, Debug, Deserialize)]
pub struct Value<T> {
    pub value: T,
    #[serde(default)]
    pub families: usize,
    #[serde(default)]
    pub speakers: Vec<String>,
    #[serde(default)]
    pub reports: Vec<String>,
    #[serde(default)]
    pub claims: Vec<String>,
    #[serde(default)]
    pub deviates: bool,
}

/// Claims of one act, actor and time.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Line {
    pub date: Option<String>,
    pub when: Option<When>,
    pub act: String,
    pub stance: String,
    pub by: Vec<Who>,
    pub against: Vec<Who>,
    pub according_to: Vec<String>,
    pub families: usize,
    pub reports: Vec<String>,
    pub rejected: bool,
    pub claims: Vec<Quote>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Quote {
    pub claim: String,
    pub report: String,
    pub quote: String,
    pub review: String,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Copy {
    pub field: String,
    pub report: String,
    pub value: Option<String>,
    pub copy_of: String,
    pub there: Option<String>,
}

/// A truce as one report tells it, and why it is put with the others.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Telling {
    pub node: String,
    pub report: String,
    pub outlet: Option<String>,
    pub url: Option<String>,
    pub title: Option<String>,
    pub published: Option<String>,
    /// Copies of one text are of one family.
    pub family: Option<u64>,
    pub joined: Joined,
}

/// A claim of a truce.
#[derive(Clone, Debug, Deserialize)]
pub struct Made {
    pub claim: String,
    #[serde(default)]
    pub report: String,
    #[serde(default)]
    pub outlet: Option<String>,
    pub said: Said,
}

/// A claim that a search found.
#[derive(Clone, Debug, Deserialize)]
pub struct Hit {
    pub claim: String,
    pub truce: String,
    pub said: Said,
    #[serde(default)]
    pub report: Report,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Joined {
    pub entry: u64,
    pub rule: String,
    pub why: String,
    pub by: Option<String>,
}

/// A claim and all that it rests on, as `why` tells it.
#[derive(Clone, Debug, Deserialize)]
pub struct Why {
    pub claim: String,
    pub truce: Option<String>,
    pub said: Said,
    pub report: Report,
    pub quote: String,
    pub part: String,
    pub span: (u32, u32),
    pub paragraph: Option<Paragraph>,
    pub pattern: String,
    pub pack: String,
    pub entry: Entry,
    #[serde(default)]
    pub no_longer_counts_since_entry: Option<u64>,
    #[serde(default)]
    pub reviews: Vec<Review>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Report {
    pub digest: String,
    pub id: String,
    pub url: Option<String>,
    pub path: Option<String>,
    pub outlet: Option<String>,
    pub title: Option<String>,
    pub published: Option<String>,
    pub published_from: Option<String>,
    pub language: String,
    pub version_of: Option<String>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Paragraph {
    pub text: String,
    /// Bytes of the quote in it.
    pub span: (usize, usize),
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Entry {
    pub seq: u64,
    pub recorded: String,
    pub prev: String,
    pub digest: String,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Review {
    pub entry: u64,
    pub verdict: String,
    pub by: String,
    pub why: String,
    pub withdrawn_by_entry: Option<u64>,
}
