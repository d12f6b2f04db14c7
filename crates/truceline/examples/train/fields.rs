//! Which actors a careful reader names in a field, and how he dates it: examples for their weights.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde_json::Value;
use truceline::claim::{
    digest::Features,
    filler::{Dated, FIELDS, Filler},
};

use crate::{Data, Example};

/// Role words, which alone tell no two actors apart.
const ROLES: &[&str] = &[
    "the",
    "a",
    "an",
    "of",
    "and",
    "in",
    "on",
    "for",
    "to",
    "his",
    "her",
    "its",
    "their",
    "all",
    "new",
    "two",
    "both",
    "sides",
    "side",
    "forces",
    "force",
    "group",
    "groups",
    "leader",
    "leaders",
    "official",
    "officials",
    "government",
    "president",
    "prime",
    "minister",
    "spokesman",
    "army",
    "military",
    "troops",
    "fighters",
    "militants",
    "rebels",
    "rebel",
    "said",
    "state",
    "city",
    "town",
    "area",
    "province",
];

fn kept(features: &Features) -> Vec<String> {
    features.names().into_iter().map(str::to_owned).collect()
}

/// One field of one labelled claim within reach.
struct Asked {
    report: usize,
    weight: f64,
    /// What the label names.
    golds: Vec<String>,
    options: Vec<Choice>,
}

struct Choice {
    features: Vec<String>,
    /// Which of the golds it meets.
    meets: Vec<usize>,
}

/// The fields of [`FIELDS`], then `when`: every labelled claim within reach, with what stands to choose from.
#[derive(Default)]
pub struct Fields {
    asked: [Vec<Asked>; 4],
    seen: HashSet<(usize, usize)>,
    seen_when: HashSet<(usize, usize)>,
    pub first: usize,
}

impl Fields {
    pub fn add(
        &mut self,
        report: usize,
        weight: f64,
        number: usize,
        gold: &Value,
        fillers: Vec<Filler>,
    ) {
        if !self.seen.insert((report, number)) {
            return;
        }
        for (field, asked) in FIELDS.into_iter().zip(&mut self.asked) {
            let Some(names) = gold[field].as_array() else { continue };
            let golds: Vec<String> =
                names.iter().filter_map(|it| it.as_str().map(str::to_owned)).collect();
            let choice = |it: &Filler| {
                let forms = [it.actor.name.as_str(), it.actor.text.as_str()];
                let met = |gold: &String| forms.iter().any(|form| same_name(gold, form));
                let meets = (0..golds.len()).filter(|&at| met(&golds[at])).collect();
                Choice { features: kept(&it.features), meets }
            };
            let options = fillers.iter().map(choice).collect();
            asked.push(Asked { report, weight, golds, options });
        }
    }

    /// `null` in the label says that nothing dates it; no `when` says nothing.
    pub fn add_when(
        &mut self,
        report: usize,
        weight: f64,
        number: usize,
        gold: &Value,
        options: Vec<Dated>,
    ) {
        let Some(when) = gold.get("when") else { return };
        if !self.seen_when.insert((report, number)) {
            return;
        }
        let golds: Vec<String> = when.as_str().map(str::to_owned).into_iter().collect();
        let choice = |it: &Dated| {
            let met = |gold: &String| same_when(gold, &it.moment.edtf);
            let meets = (0..golds.len()).filter(|&at| met(&golds[at])).collect();
            Choice { features: kept(&it.features), meets }
        };
        let options = options.iter().map(choice).collect();
        self.asked[3].push(Asked { report, weight, golds, options });
    }

    /// The examples of one field, and the count of names that each asked claim wants; the `sentence`
    /// of an example is the number of its claim.
    pub fn data(&self, field: usize) -> (Data, Vec<usize>) {
        let all = &self.asked[field];
        let mut counts: BTreeMap<&str, HashSet<usize>> = BTreeMap::new();
        for (number, asked) in all.iter().enumerate() {
            for feature in asked.options.iter().flat_map(|it| &it.features) {
                counts.entry(feature).or_default().insert(number);
            }
        }
        let names: Vec<String> = counts
            .into_iter()
            .filter(|(_, claims)| claims.len() >= 4)
            .map(|(name, _)| name.to_owned())
            .collect();
        let index: HashMap<&str, usize> =
            names.iter().enumerate().map(|(idx, name)| (name.as_str(), idx)).collect();
        let mut examples = Vec::new();
        let mut wanted = Vec::new();
        for (number, asked) in all.iter().enumerate() {
            wanted.push(if asked.report < self.first { asked.golds.len() } else { 0 });
            examples.extend(asked.options.iter().map(|it| Example {
                quote: String::new(),
                pattern: String::new(),
                features:
                    it.features.iter().filter_map(|it| index.get(it.as_str()).copied()).collect(),
                right: !it.meets.is_empty(),
                weight: asked.weight,
                report: asked.report,
                golds: it.meets.clone(),
                act: String::new(),
                sentence: number,
            }));
        }
        (Data { first: self.first, names, examples, gold: Vec::new() }, wanted)
    }
}

/// The best F1 over the names of the first set, and its threshold.
pub fn best(data: &Data, wanted: &[usize], judged: &[(usize, f64)]) -> (f64, f64) {
    let total: usize = wanted.iter().sum();
    let mut best = (0.0, 0.5);
    for step in 20..=60 {
        let threshold = f64::from(step) / 100.0;
        let (mut named, mut right) = (0, 0);
        let mut found: HashSet<(usize, usize)> = HashSet::new();
        for &(idx, p) in judged {
            let example = &data.examples[idx];
            if example.report < data.first && p >= threshold {
                named += 1;
                right += usize::from(example.right);
                found.extend(example.golds.iter().map(|&gold| (example.sentence, gold)));
            }
        }
        let precision = f64::from(right as u32) / f64::from(named.max(1) as u32);
        let recall = found.len() as f64 / total.max(1) as f64;
        let f1 = 2.0 * precision * recall / (precision + recall).max(1e-9);
        if f1 > best.0 {
            best = (f1, threshold);
        }
    }
    best
}

fn words(name: &str) -> HashSet<String> {
    name.to_lowercase()
        .replace("'s", "")
        .split(|ch: char| !(ch.is_alphanumeric() || ch == '\'' || ch == '_'))
        .filter(|it| !it.is_empty())
        .map(str::to_owned)
        .collect()
}

/// Whether two names are of one actor, as the scorer has it.
fn same_name(gold: &str, form: &str) -> bool {
    let (gold, form) = (words(gold), words(form));
    let core = |it: &HashSet<String>| -> HashSet<String> {
        it.iter().filter(|word| !ROLES.contains(&word.as_str())).cloned().collect()
    };
    let (core_gold, core_form) = (core(&gold), core(&form));
    let both_bare = core_gold.is_empty() && core_form.is_empty();
    gold == form || !core_gold.is_disjoint(&core_form) || both_bare && !gold.is_disjoint(&form)
}

/// Whether a time is the one of the label, as the scorer has it: it may be finer, never coarser.
fn same_when(gold: &str, edtf: &str) -> bool {
    if let Some((from, until)) = gold.split_once('/') {
        return match edtf.split_once('/') {
            None => [from, until].iter().any(|it| dated(it) && same_when(it, edtf)),
            Some((first, last)) => [(from, first), (until, last)]
                .iter()
                .all(|(gold, it)| !dated(gold) || same_when(gold, it)),
        };
    }
    let instant = gold.contains('T') && gold.parse::<jiff::Timestamp>().is_ok();
    edtf.split('/').any(|part| match (instant, gold.parse::<jiff::Timestamp>(), part.parse()) {
        (true, Ok(gold), Ok(part)) => gold.duration_until(part).as_secs().abs() <= 60,
        (true, ..) => false,
        _ => part.trim_end_matches(['~', '?', '%']).starts_with(gold),
    })
}

fn dated(edge: &str) -> bool {
    !matches!(edge, "" | "..")
}
