//! How likely a careful reader would sign a candidate, or name an actor in a field. Comes in: features.
//! Goes out: a probability. The weights are data, learned by `cargo run --example train`.

use serde::Deserialize;

use crate::{
    claim::{
        digest::{Digest, Features},
        trees::{Present, Trees},
    },
    pack::{Error, Source, Table},
};

/// How many are judged at once: more share a tree that is at hand, and take more room.
const TOGETHER: usize = 64;

/// Models of the same features, each logistic over those that are present, with randomised trees beside
/// it: the mean of both is taken.
pub struct Models<const N: usize> {
    models: [Model; N],
    /// By the number of its digest.
    features: Table<u64, Feature<N>>,
}

struct Model {
    threshold: f64,
    bias: f64,
    trees: Trees,
}

struct Feature<const N: usize> {
    index: u16,
    /// In thousandths, so that they add up the same in any order.
    weights: [i32; N],
}

/// What stands before the weights of a file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    threshold: f64,
    bias: f64,
}

impl<const N: usize> Models<N> {
    /// From `lang/<code>/model/<name>.toml` and `.trees` beside each.
    pub fn load(source: &Source, language: &str, names: [&str; N]) -> Result<Models<N>, Error> {
        let mut features = Table::default();
        let mut models = Vec::new();
        for (at, name) in names.into_iter().enumerate() {
            let path = format!("lang/{language}/model/{name}");
            let trees = Trees::load(source, &format!("{path}.trees"))?;
            let path = format!("{path}.toml");
            let wrong = |what: &str| Error::new(&path, format!("{what}; train anew"));
            let bytes = source.borrow(&path)?;
            let text = std::str::from_utf8(&bytes).map_err(|err| Error::new(&path, err))?;
            let (head, lines) = text.split_once("\n[weights]\n").unwrap_or((text, ""));
            let head: Head = toml::from_str(head).map_err(|err| Error::new(&path, err))?;
            let mut known_by = Digest::default();
            for (index, line) in lines.lines().enumerate() {
                let (digest, weight) = weight(line).ok_or_else(|| {
                    wrong(&format!("expected a feature and its weight but found `{line}`"))
                })?;
                known_by = known_by.then(digest).then(LINE_END);
                let index = u16::try_from(index).map_err(|_| wrong("too many features"))?;
                let new = || Feature { index, weights: [0; N] };
                let feature = features.entry(digest.number).or_insert_with(new);
                if feature.index != index {
                    return Err(wrong(&format!("`{line}`: another feature has its digest")));
                }
                feature.weights[at] = weight;
            }
            if trees.known_by != known_by.number {
                return Err(wrong("expected the features of its trees but found others"));
            }
            models.push(Model { threshold: head.threshold, bias: head.bias, trees });
        }
        if models.iter().any(|it| it.trees.known_by != models[0].trees.known_by) {
            let what = format!("expected the same features in {}", names.join(", "));
            return Err(Error::new(
                format!("lang/{language}/model"),
                format!("{what}; train anew"),
            ));
        }
        match models.try_into() {
            Ok(models) => Ok(Models { models, features }),
            Err(_) => unreachable!("a model for each name"),
        }
    }

    /// The probability of each after each model, where it is no lower than a share of what counts: 1
    /// for what is no surer than others.
    pub fn judge(&self, all: &[(&Features, f64)]) -> Vec<[Option<f64>; N]> {
        all.chunks(TOGETHER).flat_map(|it| self.judge_together(it)).collect()
    }

    fn judge_together(&self, all: &[(&Features, f64)]) -> Vec<[Option<f64>; N]> {
        let mut judged = vec![[None; N]; all.len()];
        let (mut asked, sums): (Vec<(Present, f64)>, Vec<[i32; N]>) = all
            .iter()
            .map(|(features, _)| self.weigh(features))
            .map(|it| ((it.0, 0.0), it.1))
            .unzip();
        for (at, Model { threshold, bias, trees }) in self.models.iter().enumerate() {
            let linear =
                |sums: &[i32; N]| 1.0 / (1.0 + (-(f64::from(sums[at]) / 1000.0 + bias)).exp());
            for ((asked, sums), (_, share)) in asked.iter_mut().zip(&sums).zip(all) {
                // A little less than what is needed: the trees may round otherwise.
                asked.1 = 2.0 * threshold * share - linear(sums) - 1e-9;
            }
            let means = trees.means(&asked).into_iter();
            for (((judged, mean), sums), (_, share)) in
                judged.iter_mut().zip(means).zip(&sums).zip(all)
            {
                let probability = mean.map(|mean| (linear(sums) + mean) / 2.0);
                judged[at] = probability.filter(|it| *it >= threshold * share);
            }
        }
        judged
    }

    /// Which features are there, and what their weights come to, in thousandths.
    fn weigh(&self, features: &Features) -> (Present, [i32; N]) {
        let mut present = Present::none_of(self.features.len());
        let mut sums = [0; N];
        for digest in features.digests() {
            if let Some(it) = self.features.get(&digest.number)
                && present.set(it.index)
            {
                for (sum, weight) in sums.iter_mut().zip(it.weights) {
                    *sum += weight;
                }
            }
        }
        (present, sums)
    }
}

/// By this the trees of a model know its features, in their order.
pub fn known_by<'a>(names: impl IntoIterator<Item = &'a str>) -> u64 {
    let join = |all: Digest, name: &str| all.then(Digest::of(name)).then(LINE_END);
    names.into_iter().fold(Digest::default(), join).number
}

const LINE_END: Digest = Digest::of("\n");

/// `"agreed|None" = -0.521`, as the trainer writes it: thousands of lines are read so many times as
/// fast as whatever else the format allows.
fn weight(line: &str) -> Option<(Digest, i32)> {
    let (name, weight) = line.strip_prefix('"')?.rsplit_once("\" = ")?;
    let digest = match name.contains('\\') {
        true => {
            let line: Table<String, f64> = toml::from_str(line).ok()?;
            Digest::of(line.keys().next()?)
        }
        false => Digest::of(name),
    };
    let weight: f64 = weight.parse().ok()?;
    Some((digest, (weight * 1000.0).round() as i32))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_read_as_the_format_has_it() {
        #[derive(Deserialize)]
        struct File {
            weights: Table<String, f64>,
        }
        let text = include_str!("../../../../lang/en/model/claim.toml");
        let whole: File = toml::from_str(text).unwrap();
        let models = Models::load(&Source::Embedded, "en", ["claim"]).unwrap();
        assert!(whole.weights.len() > 1000 && models.features.len() == whole.weights.len());
        for (name, weight) in whole.weights {
            let read = f64::from(models.features[&Digest::of(&name).number].weights[0]) / 1000.0;
            assert_eq!(read, weight, "{name}");
        }
        assert!(weight("a = 1").is_none() && weight("\"a\" = b").is_none());
    }

    #[test]
    fn models_of_other_features_are_not_asked_together() {
        let other = Models::load(&Source::Embedded, "en", ["by", "when"]);
        assert!(other.is_err_and(|it| it.to_string().contains("train anew")));
    }
}
