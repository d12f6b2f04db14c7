//! Randomised trees beside the linear model. Comes in: a `.trees` file, or labelled examples.
//! Goes out: the share of right examples among those alike. Same examples and seed, same bytes.

use crate::pack::{Error, Source, Table};

const MAGIC: &[u8] = b"truceline trees 1\n";
const LEAF: u16 = u16::MAX;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Node {
    feature: u16,
    absent: u16,
    present: u16,
    share: u16,
}

/// A forest, ready to ask.
///
/// The file, little-endian: [`MAGIC`]; u32 count of feature names, each u16 length and UTF-8; u32
/// count of trees, each u32 count of nodes of four u16: feature ([`LEAF`] for a leaf), node where it
/// is absent, node where it is present, and the share of right examples in 65,535ths.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trees {
    names: Table<String, u16>,
    trees: Vec<Vec<Node>>,
}

/// One labelled example for [`Trees::grow`]: features by index, in order.
#[derive(Clone, Debug)]
pub struct Example {
    pub features: Vec<usize>,
    pub right: bool,
    pub weight: f64,
}

/// How a forest is grown.
#[derive(Clone, Copy, Debug)]
pub struct Growth {
    pub trees: usize,
    /// Examples that a leaf holds at least.
    pub leaf: usize,
    /// Share of all features that are tried at a node.
    pub tried: f64,
    pub seed: u64,
}

/// Which features are there.
pub struct Present(Vec<u64>);

impl Present {
    pub fn none_of(count: usize) -> Present {
        Present(vec![0; count.div_ceil(64)])
    }

    pub fn set(&mut self, feature: u16) {
        self.0[usize::from(feature / 64)] |= 1 << (feature % 64);
    }

    fn has(&self, feature: u16) -> bool {
        self.0[usize::from(feature / 64)] & 1 << (feature % 64) != 0
    }
}

impl Trees {
    pub fn load(source: &Source, path: &str) -> Result<Trees, Error> {
        let bytes = source.borrow(path)?;
        Trees::read(&bytes).ok_or_else(|| {
            Error::new(
                path,
                "expected a forest as the trainer writes it but found other bytes; train anew",
            )
        })
    }

    /// The mean over the trees of the share of right examples in the leaf that the features lead to.
    pub fn probability(&self, features: &[String]) -> f64 {
        let mut present = Present::none_of(self.names.len());
        for idx in features.iter().filter_map(|it| self.names.get(it)) {
            present.set(*idx);
        }
        self.mean(&present, 0.0).unwrap_or(0.0)
    }

    /// The same for features by index; `None` as soon as it is sure to stay below `least`.
    pub fn mean(&self, present: &Present, least: f64) -> Option<f64> {
        let count = self.trees.len().max(1) as f64;
        let (mut sum, mut left) = (0.0, self.trees.len() as f64);
        for tree in &self.trees {
            let mut node = tree[0];
            while node.feature != LEAF {
                let next = if present.has(node.feature) { node.present } else { node.absent };
                node = tree[usize::from(next)];
            }
            sum += f64::from(node.share) / f64::from(u16::MAX);
            left -= 1.0;
            if sum + left < least * count {
                return None;
            }
        }
        Some(sum / count)
    }

    /// The index of each feature, which [`Trees::mean`] needs no more.
    pub fn take_names(&mut self) -> Table<String, u16> {
        std::mem::take(&mut self.names)
    }

    fn read(bytes: &[u8]) -> Option<Trees> {
        let mut rest = bytes.strip_prefix(MAGIC)?;
        let mut names = Table::default();
        for idx in 0..take_u32(&mut rest)? {
            let length = usize::from(take_u16(&mut rest)?);
            let (name, after) = rest.split_at_checked(length)?;
            names.insert(std::str::from_utf8(name).ok()?.to_owned(), u16::try_from(idx).ok()?);
            rest = after;
        }
        let mut trees = Vec::new();
        for _ in 0..take_u32(&mut rest)? {
            let count = take_u32(&mut rest)? as usize;
            let mut nodes = Vec::with_capacity(count.min(usize::from(u16::MAX)));
            for at in 0..count {
                let node = Node {
                    feature: take_u16(&mut rest)?,
                    absent: take_u16(&mut rest)?,
                    present: take_u16(&mut rest)?,
                    share: take_u16(&mut rest)?,
                };
                // Children lie further on, so that no walk can turn in a circle.
                let ahead = |child: u16| usize::from(child) > at && usize::from(child) < count;
                let sound = node.feature == LEAF
                    || usize::from(node.feature) < names.len()
                        && ahead(node.absent)
                        && ahead(node.present);
                if !sound {
                    return None;
                }
                nodes.push(node);
            }
            if nodes.is_empty() {
                return None;
            }
            trees.push(nodes);
        }
        rest.is_empty().then_some(Trees { names, trees })
    }

    /// The bytes of the file; `names` are those that the examples were indexed by.
    pub fn write(&self, names: &[String]) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        bytes.extend((names.len() as u32).to_le_bytes());
        for name in names {
            bytes.extend((name.len() as u16).to_le_bytes());
            bytes.extend(name.as_bytes());
        }
        bytes.extend((self.trees.len() as u32).to_le_bytes());
        for tree in &self.trees {
            bytes.extend((tree.len() as u32).to_le_bytes());
            for node in tree {
                for part in [node.feature, node.absent, node.present, node.share] {
                    bytes.extend(part.to_le_bytes());
                }
            }
        }
        bytes
    }

    /// Grows a forest on examples whose features index `names`.
    pub fn grow(names: &[String], examples: &[Example], growth: Growth) -> Trees {
        let mut random = Random(growth.seed);
        let mut counts = vec![(0u32, 0.0f64, 0.0f64); names.len()];
        let mut trees = Vec::new();
        for _ in 0..growth.trees {
            let mut nodes = Vec::new();
            let all: Vec<u32> = (0..examples.len() as u32).collect();
            split(&all, examples, growth, &mut random, &mut counts, &mut nodes);
            trees.push(nodes);
        }
        let index =
            names.iter().enumerate().map(|(idx, name)| (name.clone(), idx as u16)).collect();
        Trees { names: index, trees }
    }
}

/// Splits the examples of one node by the feature that parts right from wrong best among those tried.
fn split(
    own: &[u32],
    examples: &[Example],
    growth: Growth,
    random: &mut Random,
    counts: &mut [(u32, f64, f64)],
    nodes: &mut Vec<Node>,
) -> u16 {
    let (mut all, mut right) = (0.0, 0.0);
    let mut seen: Vec<usize> = Vec::new();
    for example in own.iter().map(|&idx| &examples[idx as usize]) {
        let good = if example.right { example.weight } else { 0.0 };
        all += example.weight;
        right += good;
        for &feature in &example.features {
            if counts[feature].0 == 0 {
                seen.push(feature);
            }
            counts[feature].0 += 1;
            counts[feature].1 += example.weight;
            counts[feature].2 += good;
        }
    }
    seen.sort_unstable();
    let leaf = growth.leaf as u32;
    let total = own.len() as u32;
    let mut able: Vec<usize> = seen.iter().copied().filter(|&it| counts[it].0 < total).collect();
    let tried = ((counts.len() as f64 * growth.tried) as usize).max(1);
    if able.len() > tried {
        for at in 0..tried {
            let other = at + (random.next() % (able.len() - at) as u64) as usize;
            able.swap(at, other);
        }
        able.truncate(tried);
        able.sort_unstable();
    }
    let impurity =
        |weight: f64, good: f64| if weight > 0.0 { good * (weight - good) / weight } else { 0.0 };
    let before = impurity(all, right);
    let mut best: Option<(f64, usize)> = None;
    for feature in able {
        let (count, weight, good) = counts[feature];
        if count < leaf || total - count < leaf {
            continue;
        }
        let gain = before - impurity(weight, good) - impurity(all - weight, right - good);
        if gain > 1e-9 && best.is_none_or(|(most, _)| gain > most) {
            best = Some((gain, feature));
        }
    }
    for feature in seen {
        counts[feature] = (0, 0.0, 0.0);
    }
    let at = nodes.len();
    let share = if all > 0.0 { (right / all * f64::from(u16::MAX)).round() as u16 } else { 0 };
    nodes.push(Node { feature: LEAF, absent: 0, present: 0, share });
    if let Some((_, feature)) = best
        && nodes.len() + 2 < usize::from(LEAF)
    {
        let has = |idx: &u32| examples[*idx as usize].features.binary_search(&feature).is_ok();
        let (with, without): (Vec<u32>, Vec<u32>) = own.iter().copied().partition(|idx| has(idx));
        let absent = split(&without, examples, growth, random, counts, nodes);
        let present = split(&with, examples, growth, random, counts, nodes);
        nodes[at] = Node { feature: feature as u16, absent, present, share };
    }
    at as u16
}

/// SplitMix64: the same numbers from the same seed on every machine.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }
}

fn take_u16(rest: &mut &[u8]) -> Option<u16> {
    let (head, after) = rest.split_first_chunk::<2>()?;
    *rest = after;
    Some(u16::from_le_bytes(*head))
}

fn take_u32(rest: &mut &[u8]) -> Option<u32> {
    let (head, after) = rest.split_first_chunk::<4>()?;
    *rest = after;
    Some(u32::from_le_bytes(*head))
}

#[cfg(test)]
mod tests {
    use super::{Example, Growth, Trees};

    fn both() -> (Vec<String>, Vec<Example>) {
        let names = vec!["a".to_owned(), "b".to_owned(), "noise".to_owned()];
        let example = |at: usize| {
            let (a, b, noise) = (at.is_multiple_of(2), at.is_multiple_of(3), at.is_multiple_of(5));
            let features =
                [a, b, noise].iter().enumerate().filter(|it| *it.1).map(|it| it.0).collect();
            Example { features, right: a && b, weight: 1.0 }
        };
        (names, (0..120).map(example).collect())
    }

    const GROWTH: Growth = Growth { trees: 5, leaf: 2, tried: 1.0, seed: 7 };

    #[test]
    fn learns_that_both_are_needed_and_always_the_same() {
        let (names, examples) = both();
        let trees = Trees::grow(&names, &examples, GROWTH);
        let ask = |features: &[&str]| {
            trees.probability(&features.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>())
        };
        assert!(ask(&["a", "b"]) > 0.99);
        assert!(ask(&["a"]) < 0.01 && ask(&["b", "noise"]) < 0.01);
        let bytes = trees.write(&names);
        assert_eq!(bytes, Trees::grow(&names, &examples, GROWTH).write(&names));
        assert_eq!(Trees::read(&bytes), Some(trees));
    }

    #[test]
    fn other_bytes_are_refused() {
        let (names, examples) = both();
        let bytes = Trees::grow(&names, &examples, GROWTH).write(&names);
        assert_eq!(Trees::read(&bytes[..bytes.len() - 1]), None);
        let mut circle = bytes.clone();
        let at = circle.len() - 8;
        circle[at..].copy_from_slice(&[0, 0, 0, 0, 0, 0, 0, 0]);
        assert_eq!(Trees::read(&circle), None);
    }
}
