//! Randomised trees beside the linear model. Comes in: a `.trees` file, or labelled examples.
//! Goes out: the share of right examples among those alike. Same examples and seed, same bytes.

use std::borrow::Cow;

use crate::pack::{Error, Source};

const MAGIC: &[u8] = b"truceline trees 2\n";
const LEAF: u16 = u16::MAX;
/// Features that a forest may know: [`LEAF`] lies in no word of theirs in [`Present`].
const MOST: usize = (u16::MAX - 64) as usize;

/// A node, or a leaf. Where its feature is absent, the walk goes on at the next node: nearly all are,
/// so that it mostly runs straight on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Node {
    /// [`LEAF`] for a leaf.
    feature: u16,
    /// How many nodes more are skipped where the feature is present; of a leaf the share of right
    /// examples, in 65,535ths.
    skipped: u16,
}

impl From<[u8; 4]> for Node {
    fn from([a, b, c, d]: [u8; 4]) -> Node {
        Node { feature: u16::from_le_bytes([a, b]), skipped: u16::from_le_bytes([c, d]) }
    }
}

/// A forest, ready to ask, read where it lies.
///
/// The file, little-endian: [`MAGIC`]; u64, by which it is known what its features are; u32 count of
/// trees; of each, u32 count of nodes; then their nodes, two u16 each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trees {
    pub known_by: u64,
    /// The first node of each tree.
    roots: Vec<usize>,
    nodes: Cow<'static, [u8]>,
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
        Present(vec![0; count.min(MOST).div_ceil(64)])
    }

    /// Whether it was not there before.
    pub fn set(&mut self, feature: u16) -> bool {
        let Some(word) = self.0.get_mut(usize::from(feature / 64)) else { return false };
        let before = *word;
        *word |= 1 << (feature % 64);
        *word != before
    }

    /// Whether the walk runs straight past a node of the feature; past no leaf.
    fn lacks(&self, feature: u16) -> bool {
        self.0.get(usize::from(feature / 64)).is_some_and(|it| it >> (feature % 64) & 1 == 0)
    }
}

impl Trees {
    pub fn load(source: &Source, path: &str) -> Result<Trees, Error> {
        Trees::read(source.borrow(path)?).ok_or_else(|| {
            Error::new(
                path,
                "expected a forest as the trainer writes it but found other bytes; train anew",
            )
        })
    }

    /// For each of those asked: the mean over the trees of the share of right examples in the leaf that
    /// its features lead to; `None` as soon as it is sure to stay below what is needed. Asked together,
    /// they share what the cache holds of a tree.
    pub fn means(&self, asked: &[(Present, f64)]) -> Vec<Option<f64>> {
        let most = self.roots.len() as f64 * f64::from(u16::MAX);
        // What the trees not yet asked may add at most.
        let mut left = most;
        let mut open: Vec<(usize, f64)> = (0..asked.len()).map(|at| (at, 0.0)).collect();
        let may_do = |at: usize, reach: f64| reach >= asked[at].1 * most;
        open.retain(|(at, _)| may_do(*at, left));
        let (nodes, _) = self.nodes.as_chunks();
        for root in &self.roots {
            left -= f64::from(u16::MAX);
            open.retain_mut(|(at, sum)| {
                *sum += f64::from(share(&nodes[*root..], &asked[*at].0));
                may_do(*at, *sum + left)
            });
        }
        let mut means = vec![None; asked.len()];
        for (at, sum) in open {
            means[at] = Some(sum / most.max(1.0));
        }
        means
    }

    fn read(bytes: Cow<'static, [u8]>) -> Option<Trees> {
        let mut rest = bytes.strip_prefix(MAGIC)?;
        let (known_by, after) = rest.split_first_chunk()?;
        let known_by = u64::from_le_bytes(*known_by);
        rest = after;
        let mut count = || {
            let (count, after) = rest.split_first_chunk()?;
            rest = after;
            Some(u32::from_le_bytes(*count) as usize)
        };
        let (mut roots, mut end) = (Vec::new(), 0usize);
        for _ in 0..count()? {
            roots.push(end);
            end = end.checked_add(count()?)?;
        }
        let at = bytes.len() - rest.len();
        if rest.len() != end.checked_mul(4)? {
            return None;
        }
        let nodes = match bytes {
            Cow::Borrowed(bytes) => Cow::Borrowed(&bytes[at..]),
            Cow::Owned(bytes) => Cow::Owned(bytes[at..].to_vec()),
        };
        Some(Trees { known_by, roots, nodes })
    }

    /// The bytes of the file.
    pub fn write(&self) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        bytes.extend(self.known_by.to_le_bytes());
        bytes.extend((self.roots.len() as u32).to_le_bytes());
        let ends = self.roots.iter().skip(1).copied().chain([self.nodes.len() / 4]);
        for (root, end) in self.roots.iter().zip(ends) {
            bytes.extend(((end - root) as u32).to_le_bytes());
        }
        bytes.extend_from_slice(&self.nodes);
        bytes
    }

    /// Grows a forest on examples with features below `count`.
    pub fn grow(count: usize, examples: &[Example], growth: Growth) -> Trees {
        let mut random = Random(growth.seed);
        let mut counts = vec![(0u32, 0.0f64, 0.0f64); count];
        let (mut roots, mut bytes) = (Vec::new(), Vec::new());
        for _ in 0..growth.trees {
            let mut nodes = Vec::new();
            let all: Vec<u32> = (0..examples.len() as u32).collect();
            split(&all, examples, growth, &mut random, &mut counts, &mut nodes);
            roots.push(bytes.len() / 4);
            for node in nodes {
                bytes.extend([node.feature, node.skipped].map(u16::to_le_bytes).as_flattened());
            }
        }
        Trees { known_by: 0, roots, nodes: Cow::Owned(bytes) }
    }
}

/// The share in the leaf that the features lead to. The walk only goes ahead: it ends, whatever the bytes.
fn share(mut nodes: &[[u8; 4]], present: &Present) -> u16 {
    let stops = |node: &[u8; 4]| !present.lacks(Node::from(*node).feature);
    while let Some(at) = nodes.iter().position(stops) {
        let node = Node::from(nodes[at]);
        if node.feature == LEAF {
            return node.skipped;
        }
        nodes = nodes.get(at + 1 + usize::from(node.skipped)..).unwrap_or_default();
    }
    0
}

/// Splits the examples of one node by the feature that parts right from wrong best among those tried.
fn split(
    own: &[u32],
    examples: &[Example],
    growth: Growth,
    random: &mut Random,
    counts: &mut [(u32, f64, f64)],
    nodes: &mut Vec<Node>,
) {
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
    nodes.push(Node { feature: LEAF, skipped: share });
    if let Some((_, feature)) = best
        && nodes.len() + 2 < usize::from(LEAF)
    {
        let has = |idx: &u32| examples[*idx as usize].features.binary_search(&feature).is_ok();
        let (with, without): (Vec<u32>, Vec<u32>) = own.iter().copied().partition(|idx| has(idx));
        split(&without, examples, growth, random, counts, nodes);
        nodes[at] = Node { feature: feature as u16, skipped: (nodes.len() - at - 1) as u16 };
        split(&with, examples, growth, random, counts, nodes);
    }
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

#[cfg(test)]
mod tests {
    use super::{Example, Growth, Present, Trees};

    fn both() -> Vec<Example> {
        let example = |at: usize| {
            let (a, b, noise) = (at.is_multiple_of(2), at.is_multiple_of(3), at.is_multiple_of(5));
            let features =
                [a, b, noise].iter().enumerate().filter(|it| *it.1).map(|it| it.0).collect();
            Example { features, right: a && b, weight: 1.0 }
        };
        (0..120).map(example).collect()
    }

    const GROWTH: Growth = Growth { trees: 5, leaf: 2, tried: 1.0, seed: 7 };
    const A: u16 = 0;
    const B: u16 = 1;
    const NOISE: u16 = 2;

    fn present(features: &[u16]) -> Present {
        let mut present = Present::none_of(3);
        for &it in features {
            assert!(present.set(it) && !present.set(it));
        }
        present
    }

    #[test]
    fn learns_that_both_are_needed_and_always_the_same() {
        let examples = both();
        let trees = Trees::grow(3, &examples, GROWTH);
        let mean = |features: &[u16], least| trees.means(&[(present(features), least)])[0];
        let ask = |features: &[u16]| mean(features, 0.0).unwrap();
        assert!(ask(&[A, B]) > 0.99);
        assert!(ask(&[A]) < 0.01 && ask(&[B, NOISE]) < 0.01);
        assert_eq!(mean(&[A], 0.5), None);
        let both = [(present(&[A]), 0.5), (present(&[A, B]), 0.5), (present(&[B]), 1.1)];
        assert_eq!(trees.means(&both), [None, mean(&[A, B], 0.0), None]);
        let bytes = trees.write();
        assert_eq!(bytes, Trees::grow(3, &examples, GROWTH).write());
        assert_eq!(Trees::read(bytes.into()), Some(trees));
    }

    #[test]
    fn other_bytes_are_refused_or_walked_to_their_end() {
        let bytes = Trees::grow(3, &both(), GROWTH).write();
        assert_eq!(Trees::read(bytes[..bytes.len() - 1].to_vec().into()), None);
        for last in 0..=u8::MAX {
            let mut other = bytes.clone();
            let at = other.len() - 4;
            other[at..].fill(last);
            let trees = Trees::read(other.into()).unwrap();
            assert!(trees.means(&[(present(&[A, B]), 0.0)])[0].is_some());
        }
    }
}
