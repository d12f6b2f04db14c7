//! How likely a careful reader would sign a candidate, or name an actor in a field. Comes in: named features.
//! Goes out: a probability. The weights are data, learned by `cargo run --example train`.

use serde::Deserialize;

use crate::{
    claim::trees::{Present, Trees},
    pack::{Error, Source, Table},
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    pub threshold: f64,
    bias: f64,
    #[serde(default)]
    weights: Table<String, f64>,
}

/// A logistic model over features that are present or absent, and randomised trees: the
/// mean of both is taken.
pub struct Model {
    pub threshold: f64,
    bias: f64,
    features: Table<String, Feature>,
    /// How many of the features the trees know.
    known: usize,
    trees: Trees,
}

struct Feature {
    weight: f64,
    /// Its index in the trees.
    tree: Option<u16>,
}

impl File {
    /// The trainer writes a weight a line: thousands of them are read as such, many times as fast as
    /// whatever else the format allows.
    fn load(source: &Source, path: &str) -> Result<File, Error> {
        let bytes = source.borrow(path)?;
        let text = std::str::from_utf8(&bytes).map_err(|err| Error::new(path, err))?;
        let plain = text.split_once("\n[weights]\n").and_then(|(head, lines)| {
            let mut file: File = toml::from_str(head).ok()?;
            file.weights = lines.lines().map(weight).collect::<Option<_>>()?;
            Some(file)
        });
        plain.map_or_else(|| source.toml(path), Ok)
    }
}

/// `"agreed|None" = -0.521`; `None` where the line is another.
fn weight(line: &str) -> Option<(String, f64)> {
    if line.contains('\\') {
        return toml::from_str::<Table<String, f64>>(line).ok()?.into_iter().next();
    }
    let (name, weight) = line.strip_prefix('"')?.split_once("\" = ")?;
    Some((name.to_owned(), weight.parse().ok()?))
}

impl Model {
    /// From `lang/<code>/model/<name>.toml` and `.trees` beside it.
    pub fn load(source: &Source, language: &str, name: &str) -> Result<Model, Error> {
        let path = format!("lang/{language}/model/{name}");
        let file = File::load(source, &format!("{path}.toml"))?;
        let mut trees = Trees::load(source, &format!("{path}.trees"))?;
        let names = trees.take_names();
        let known = names.len();
        let weighed = |(name, weight)| (name, Feature { weight, tree: None });
        let mut features: Table<String, Feature> = file.weights.into_iter().map(weighed).collect();
        for (name, at) in names {
            features.entry(name).or_insert(Feature { weight: 0.0, tree: None }).tree = Some(at);
        }
        Ok(Model { threshold: file.threshold, bias: file.bias, features, known, trees })
    }

    /// The probability, where it is high enough to count.
    pub fn likely(&self, features: &[String]) -> Option<f64> {
        self.at_least(self.threshold, features)
    }

    /// The probability, where it is no lower than `threshold`.
    pub fn at_least(&self, threshold: f64, features: &[String]) -> Option<f64> {
        let mut present = Present::none_of(self.known);
        let mut sum = 0.0;
        for it in features.iter().filter_map(|it| self.features.get(it)) {
            sum += it.weight;
            if let Some(at) = it.tree {
                present.set(at);
            }
        }
        let linear = 1.0 / (1.0 + (-(sum + self.bias)).exp());
        // A little less than what is needed: the trees may round otherwise.
        let least = 2.0 * threshold - linear - 1e-9;
        let probability = (linear + self.trees.mean(&present, least)?) / 2.0;
        (probability >= threshold).then_some(probability)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_read_as_the_format_has_it() {
        let text = include_str!("../../../../lang/en/model/by.toml");
        let whole: File = toml::from_str(text).unwrap();
        let quick = File::load(&Source::Embedded, "lang/en/model/by.toml").unwrap();
        assert_eq!((quick.threshold, quick.bias), (whole.threshold, whole.bias));
        assert_eq!(quick.weights, whole.weights);
        assert!(whole.weights.len() > 1000 && weight("a = 1").is_none());
    }
}
