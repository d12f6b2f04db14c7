//! Learns the weights of `lang/<code>/model/` from labelled reports: which candidates are claims, and
//! which actors their fields name. Deterministic.
//!
//!     cargo run --release -p truceline --example train -- [--out lang/en] [--penalty 20] SET[=WEIGHT] …
//!
//! A SET is a folder with `reports.jsonl` and `gold.jsonl`. Before the weights, on standard error,
//! stands what five-fold cross-validation by report says of them.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    path::Path,
};

use serde_json::Value;
use truceline::{
    claim::{
        draw::Candidate,
        filler,
        trees::{self, Growth, Present, Trees},
    },
    pack::Source,
    read::Reader,
};

mod fields;
mod labels;

use fields::Fields;
use labels::{overlap, read_lines, report, squeeze, write};

struct Example {
    quote: String,
    pattern: String,
    features: Vec<usize>,
    right: bool,
    weight: f64,
    report: usize,
    /// Gold claims that it would find.
    golds: Vec<usize>,
    act: String,
    sentence: usize,
}

struct Data {
    /// Reports of the first set: cross-validation is told for them.
    first: usize,
    names: Vec<String>,
    examples: Vec<Example>,
    /// Gold claims of each report.
    gold: Vec<usize>,
}

fn load(sets: &[String], reader: &Reader) -> (Data, Fields) {
    let mut fields = Fields::default();
    let mut raw: Vec<(Candidate, usize, Vec<usize>, bool, f64)> = Vec::new();
    let mut gold_counts = Vec::new();
    let mut first = 0;
    for (number_of_set, set) in sets.iter().enumerate() {
        if number_of_set == 1 {
            first = gold_counts.len();
        }
        // `SET=0.5` weighs each of its candidates half.
        let (set, set_weight) = match set.split_once('=') {
            Some((set, weight)) => (set, weight.parse().expect("a weight after `=`")),
            None => (set.as_str(), 1.0),
        };
        let set = Path::new(set);
        let gold: HashMap<String, Value> = read_lines(&set.join("gold.jsonl"))
            .into_iter()
            .map(|line| (line["id"].as_str().unwrap_or_default().to_owned(), line))
            .collect();
        for line in read_lines(&set.join("reports.jsonl")) {
            let report = report(&line);
            let Some(gold) = gold.get(&report.id) else { continue };
            let number = gold_counts.len();
            let claims = gold["claims"].as_array().cloned().unwrap_or_default();
            gold_counts.push(claims.len());
            let doc = squeeze(&format!(
                "{}\n{}",
                report.title.clone().unwrap_or_default(),
                report.content
            ));
            let place = |quote: &str| {
                let quote = squeeze(quote);
                doc.find(&quote).map(|at| (at, at + quote.len()))
            };
            let meets = |candidate: &Candidate| -> Vec<usize> {
                let span = place(&candidate.claim.quote);
                let own =
                    |claim: &&Value| claim["act"].as_str() == Some(candidate.claim.act.name());
                let met = |claim: &&Value| {
                    let gold = claim["quote"].as_str().and_then(place);
                    span.zip(gold).is_some_and(|(a, b)| overlap(a, b) >= 0.5)
                };
                let mine = claims.iter().enumerate().filter(|(_, it)| own(it) && met(it));
                mine.map(|(idx, _)| idx).collect()
            };
            for (candidate, options) in reader.dated(&report, |it| !meets(it).is_empty()) {
                let gold = meets(&candidate)[0];
                fields.add_when(number, set_weight, gold, &claims[gold], options);
            }
            let mut reached = HashSet::new();
            for (candidate, fillers) in reader.candidates(&report) {
                let golds = meets(&candidate);
                reached.extend(golds.iter().copied());
                let right = !golds.is_empty();
                if let (Some(&gold), false) = (golds.first(), candidate.mutual) {
                    fields.add(number, set_weight, gold, &claims[gold], fillers);
                }
                raw.push((candidate, number, golds, right, set_weight));
            }
            if std::env::var_os("UNREACHED").is_some() {
                for (idx, claim) in
                    claims.iter().enumerate().filter(|(idx, _)| !reached.contains(idx))
                {
                    let _ = idx;
                    eprintln!("UNREACHED {} {} {}", report.id, claim["act"], claim["quote"]);
                }
            }
        }
    }
    if first == 0 {
        first = gold_counts.len();
    }
    let mut counts: BTreeMap<String, HashSet<usize>> = BTreeMap::new();
    for (candidate, number, ..) in &raw {
        for feature in candidate.features.names() {
            counts.entry(feature.to_owned()).or_default().insert(*number);
        }
    }
    let names: Vec<String> = counts
        .into_iter()
        .filter(|(_, reports)| reports.len() >= 3)
        .map(|(name, _)| name)
        .collect();
    let index: HashMap<&str, usize> =
        names.iter().enumerate().map(|(idx, name)| (name.as_str(), idx)).collect();
    let examples = raw
        .iter()
        .map(|(candidate, report, golds, right, weight)| Example {
            quote: candidate.claim.quote.clone(),
            pattern: candidate.claim.pattern.clone(),
            features: candidate
                .features
                .names()
                .into_iter()
                .filter_map(|it| index.get(it).copied())
                .collect(),
            right: *right,
            weight: *weight,
            report: *report,
            golds: golds.clone(),
            act: candidate.claim.act.name().to_owned(),
            sentence: candidate.sentence,
        })
        .collect();
    fields.first = first;
    (Data { first, names, examples, gold: gold_counts }, fields)
}

fn probability(weights: &[f64], bias: f64, example: &Example) -> f64 {
    let sum: f64 = example.features.iter().map(|&it| weights[it]).sum();
    1.0 / (1.0 + (-(sum + bias)).exp())
}

/// Full-batch gradient steps with Adam's scaling; the penalty is on squares.
fn train(data: &Data, keep: impl Fn(&Example) -> bool, penalty: f64) -> (Vec<f64>, f64) {
    let size = data.names.len();
    let (mut weights, mut bias) = (vec![0.0; size], 0.0);
    let (mut m, mut v) = (vec![0.0; size + 1], vec![0.0; size + 1]);
    for step in 1..=STEPS {
        let mut gradient = vec![0.0; size + 1];
        let mut total = 0.0;
        for example in data.examples.iter().filter(|it| keep(it)) {
            let error =
                (probability(&weights, bias, example) - f64::from(example.right)) * example.weight;
            total += example.weight;
            for &feature in &example.features {
                gradient[feature] += error;
            }
            gradient[size] += error;
        }
        for idx in 0..=size {
            let own = if idx < size { penalty * weights[idx] } else { 0.0 };
            let g = (gradient[idx] + own) / f64::max(total, 1.0);
            m[idx] = 0.9 * m[idx] + 0.1 * g;
            v[idx] = 0.999 * v[idx] + 0.001 * g * g;
            let rate = 0.1 / (1.0 + f64::from(step) / 100.0);
            let delta = rate * (m[idx] / (1.0 - 0.9f64.powi(step)))
                / ((v[idx] / (1.0 - 0.999f64.powi(step))).sqrt() + 1e-8);
            if idx < size {
                weights[idx] -= delta;
            } else {
                bias -= delta;
            }
        }
    }
    (weights, bias)
}

/// Gradient steps of the linear model: enough that more change nothing in the scores.
const STEPS: i32 = 1200;

/// The penalty of the models that fill fields, which weigh fewer features than that of claims.
const FIELD_PENALTY: f64 = 3.5;

/// How likely a time must be that no rule gives: of the tried ones the lowest that dates hardly any
/// claim that the labels leave undated.
const SURE: f64 = 0.4;

const GROWTH: Growth = Growth { trees: 80, leaf: 3, tried: 0.06, seed: 2016 };

fn grow(data: &Data, keep: impl Fn(&Example) -> bool) -> Trees {
    let examples: Vec<trees::Example> = data
        .examples
        .iter()
        .filter(|it| keep(it))
        .map(|it| {
            let mut features = it.features.clone();
            features.sort_unstable();
            features.dedup();
            trees::Example { features, right: it.right, weight: it.weight }
        })
        .collect();
    Trees::grow(data.names.len(), &examples, GROWTH)
}

/// Parts that the reports are dealt into, each judged by what the others teach.
const FOLDS: usize = 5;

/// How likely each example is to models that have not seen its report.
fn cross_validated(data: &Data, penalty: f64) -> Vec<(usize, f64)> {
    let mut judged: Vec<(usize, f64)> = Vec::new();
    for fold in 0..FOLDS {
        let (weights, bias) = train(data, |it| it.report % FOLDS != fold, penalty);
        let trees = grow(data, |it| it.report % FOLDS != fold);
        for (idx, example) in data.examples.iter().enumerate() {
            if example.report % FOLDS == fold {
                let mut present = Present::none_of(data.names.len());
                for &feature in &example.features {
                    present.set(feature as u16);
                }
                let share = trees.means(&[(present, 0.0)])[0].unwrap_or(0.0);
                judged.push((idx, (probability(&weights, bias, example) + share) / 2.0));
            }
        }
    }
    judged
}

fn names_of<'a>(data: &'a Data, example: &Example) -> Vec<&'a str> {
    example.features.iter().map(|&it| data.names[it].as_str()).collect()
}

fn score(data: &Data, chosen: &[(usize, f64)], threshold: f64) -> (f64, f64, f64) {
    let mut seen: HashSet<(usize, usize, &str)> = HashSet::new();
    let mut found: HashSet<(usize, usize)> = HashSet::new();
    let (mut predicted, mut right) = (0, 0);
    for &(idx, p) in chosen {
        let example = &data.examples[idx];
        if example.report >= data.first
            || p < threshold
            || !seen.insert((example.report, example.sentence, &example.act))
        {
            continue;
        }
        predicted += 1;
        if let Some(&gold) =
            example.golds.iter().find(|&&gold| !found.contains(&(example.report, gold)))
        {
            found.insert((example.report, gold));
            right += 1;
        }
    }
    let gold: usize = data.gold[..data.first].iter().sum();
    let (p, r) =
        (right as f64 / f64::max(predicted as f64, 1.0), right as f64 / f64::max(gold as f64, 1.0));
    (p, r, if p + r > 0.0 { 2.0 * p * r / (p + r) } else { 0.0 })
}

fn main() {
    let mut sets: Vec<String> = std::env::args().skip(1).collect();
    let mut penalty = 20.0;
    if let Some(at) = sets.iter().position(|it| it == "--penalty") {
        penalty = sets[at + 1].parse().expect("a number after --penalty");
        sets.drain(at..at + 2);
    }
    let mut out = "lang/en".to_owned();
    if let Some(at) = sets.iter().position(|it| it == "--out") {
        out = sets[at + 1].clone();
        sets.drain(at..at + 2);
    }
    // The lowest precision that the threshold may be chosen for.
    let mut floor = 0.7;
    if let Some(at) = sets.iter().position(|it| it == "--precision") {
        floor = sets[at + 1].parse().expect("a number after --precision");
        sets.drain(at..at + 2);
    }
    let mut reader = Reader::load(&Source::Embedded).expect("the embedded pack");
    reader.drawer.named = true;
    let (data, fields) = load(&sets, &reader);
    let gold: usize = data.gold.iter().sum();
    let reach: HashSet<(usize, usize)> = data
        .examples
        .iter()
        .flat_map(|it| it.golds.iter().map(|&gold| (it.report, gold)))
        .collect();
    eprintln!(
        "{} candidates, {} features, {} of {gold} gold claims within reach",
        data.examples.len(),
        data.names.len(),
        reach.len()
    );
    if std::env::var_os("EXPORT").is_some() {
        for it in &data.examples {
            println!(
                "{}",
                serde_json::json!({"f": names_of(&data, it), "y": it.right, "w": it.weight, "r": it.report, "g": it.golds, "a": it.act, "s": it.sentence, "q": it.quote, "p": it.pattern, "first": it.report < data.first})
            );
        }
        println!("{}", serde_json::json!({"gold": data.gold[..data.first]}));
        return;
    }
    let mut chosen = cross_validated(&data, penalty);
    chosen.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    if std::env::var_os("DUMP").is_some() {
        for &(idx, p) in &chosen {
            let it = &data.examples[idx];
            if it.report < data.first {
                eprintln!(
                    "DUMP {p:.2} {} {} {} | {}",
                    it.right,
                    it.act,
                    it.pattern,
                    it.quote.replace('\n', " ")
                );
            }
        }
    }
    let mut best = (0.0, 0.5);
    for step in 20..=70 {
        let threshold = f64::from(step) / 100.0;
        let (p, r, f1) = score(&data, &chosen, threshold);
        if step % 5 == 0 {
            eprintln!("threshold {threshold:.2}: precision {p:.3}, recall {r:.3}, F1 {f1:.3}");
        }
        if f1 > best.0 && p >= floor {
            best = (f1, threshold);
        }
    }
    eprintln!("best: F1 {:.3} at {:.2}", best.0, best.1);
    let (weights, bias) = train(&data, |_| true, penalty);
    let trees = grow(&data, |_| true);
    let out = Path::new(&out);
    write(out, "claim", best.1, (&weights, bias), &data.names, trees);
    for (number, field) in filler::FIELDS.into_iter().chain(["when"]).enumerate() {
        let (data, wanted) = fields.data(number);
        let mut judged = cross_validated(&data, FIELD_PENALTY);
        if std::env::var_os("FIELDS").is_some() {
            for (idx, p) in &judged {
                let it = &data.examples[*idx];
                println!(
                    "{}",
                    serde_json::json!({"field": field, "f": names_of(&data, it), "y": it.right, "w": it.weight, "r": it.report, "c": it.sentence, "p": p, "g": it.golds, "first": it.report < data.first, "wanted": wanted[it.sentence]})
                );
            }
        }
        // A claim has one time: only its likeliest counts.
        if field == "when" {
            judged.sort_by(|a, b| {
                let claim = |it: &(usize, f64)| data.examples[it.0].sentence;
                claim(a).cmp(&claim(b)).then(b.1.total_cmp(&a.1))
            });
            judged.dedup_by_key(|it| data.examples[it.0].sentence);
        }
        let (f1, mut threshold) = fields::best(&data, &wanted, &judged);
        if field == "when" {
            threshold = SURE;
        }
        eprintln!("{field}: F1 {f1:.3} at {threshold:.2}");
        let (weights, bias) = train(&data, |_| true, FIELD_PENALTY);
        let trees = grow(&data, |_| true);
        write(out, field, threshold, (&weights, bias), &data.names, trees);
    }
}
