//! How likely a careful reader would sign a candidate, or name an actor in a field. Comes in: named features.
//! Goes out: a probability. The weights are data, learned by `cargo run --example train`.

use serde::Deserialize;

use crate::{
    claim::trees::Trees,
    pack::{Error, Source, Table},
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    threshold: f64,
    bias: f64,
    #[serde(default)]
    weights: Table<String, f64>,
}

/// A logistic model over features that are present or absent, and randomised trees: the
/// mean of both is taken.
pub struct Model {
    pub threshold: f64,
    trees: Trees,
    bias: f64,
    weights: Table<String, f64>,
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

impl Model {
    /// From `lang/<code>/model/<name>.toml` and `.trees` beside it.
    pub fn load(source: &Source, language: &str, name: &str) -> Result<Model, Error> {
        let path = format!("lang/{language}/model/{name}");
        let file = File::load(source, &format!("{path}.toml"))?;
        let trees = Trees::load(source, &format!("{path}.trees"))?;
        Ok(Model { threshold: file.threshold, trees, bias: file.bias, weights: file.weights })
    }

    pub fn probability(&self, features: &[String]) -> f64 {
        let sum: f64 = features.iter().filter_map(|it| self.weights.get(it)).sum();
        let linear = 1.0 / (1.0 + (-(sum + self.bias)).exp());
        (linear + self.trees.probability(features)) / 2.0
    }
}
