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

impl Model {
    /// From `lang/<code>/model/<name>.toml` and `.trees` beside it.
    pub fn load(source: &Source, language: &str, name: &str) -> Result<Model, Error> {
        let path = format!("lang/{language}/model/{name}");
        let file: File = source.toml(&format!("{path}.toml"))?;
        let trees = Trees::load(source, &format!("{path}.trees"))?;
        Ok(Model { threshold: file.threshold, trees, bias: file.bias, weights: file.weights })
    }

    pub fn probability(&self, features: &[String]) -> f64 {
        let sum: f64 = features.iter().filter_map(|it| self.weights.get(it)).sum();
        let linear = 1.0 / (1.0 + (-(sum + self.bias)).exp());
        (linear + self.trees.probability(features)) / 2.0
    }
}
