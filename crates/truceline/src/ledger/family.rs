//! Copies of one text. Comes in: the texts of reports. Goes out: the buckets in which near copies
//! meet, and whether two texts are copies, with the reason in words. Never compares each with all.

use std::collections::{BTreeSet, HashSet};

/// Of a text's paragraphs, those with the least hashes are looked up: two texts that share half of
/// theirs seldom share none of these.
const LOOKED_UP: usize = 4;
/// Near copies come within this many days of each other; whole paragraphs are known for ever.
const NEWS: i64 = 10;

/// Signature: 42 bands of 3 rows; two texts alike by half meet in some band with p > 0.99.
pub const BANDS: usize = 42;
pub const ROWS: usize = 3;
const HASHES: usize = BANDS * ROWS;
/// Words of a shingle.
const SHINGLE: usize = 4;
/// Share of equal rows from which two texts are copies.
const COPY: f64 = 0.5;
/// A paragraph shorter than this (bytes) proves nothing: bylines, cross-heads.
const PARAGRAPH: usize = 80;

/// A text as its copies are found by.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Print {
    pub rows: Vec<u32>,
    pub paragraphs: BTreeSet<u64>,
    /// The agency the text is credited to, as a key: `reuters`.
    pub wire: Option<String>,
}

fn mix(mut x: u64) -> u64 {
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

fn hash(text: &str) -> u64 {
    let fnv = |sum: u64, byte: u8| (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    mix(text.bytes().fold(0xcbf2_9ce4_8422_2325, fnv))
}

fn words(text: &str) -> impl Iterator<Item = u64> {
    text.split(|ch: char| !ch.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(|word| hash(&word.to_lowercase()))
}

impl Print {
    /// `agencies`: names of wires as they stand in credits; only the first and last 200 bytes of
    /// the text are looked at for them.
    pub fn of(text: &str, agencies: &[&str]) -> Print {
        let words: Vec<u64> = words(text).collect();
        let mut rows = vec![u32::MAX; HASHES];
        let shingles: HashSet<u64> = words
            .windows(SHINGLE.min(words.len()).max(1))
            .map(|it| it.iter().fold(17, |sum: u64, word| mix(sum.rotate_left(5) ^ word)))
            .collect();
        for shingle in &shingles {
            let (low, high) = (mix(*shingle), mix(*shingle ^ 0x9e37_79b9_7f4a_7c15) | 1);
            for (at, row) in rows.iter_mut().enumerate() {
                *row = (*row).min((low.wrapping_add((at as u64).wrapping_mul(high)) >> 32) as u32);
            }
        }
        if shingles.is_empty() {
            rows.clear();
        }
        let paragraph =
            |it: &str| it.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
        let paragraphs = text
            .split('\n')
            .filter(|it| it.len() >= PARAGRAPH)
            .map(|it| hash(&paragraph(it)))
            .collect();
        Print { rows, paragraphs, wire: wire(text, agencies) }
    }

    /// The keys under which a text is found, for a report of a day (days since 1970), if it is
    /// known: one per band, by the stretch of days, and whole paragraphs.
    pub fn keys(&self, day: Option<i64>) -> Vec<i64> {
        self.bands(stretch(day)).chain(self.looked_up()).collect()
    }

    /// The keys to look under for texts that may be copies of it: also the days beside its own.
    pub fn near(&self, day: Option<i64>) -> Vec<i64> {
        let here = stretch(day);
        let beside = if day.is_some() { vec![here - 1, here, here + 1] } else { vec![here] };
        let bands = beside.into_iter().flat_map(|it| self.bands(it).collect::<Vec<_>>());
        bands.chain(self.looked_up()).collect()
    }

    /// Positive, so that bands of one time lie side by side; paragraphs are negative.
    fn bands(&self, stretch: i64) -> impl Iterator<Item = i64> + '_ {
        self.rows.chunks_exact(ROWS).enumerate().map(move |(at, rows)| {
            let mixed = rows.iter().fold(mix(at as u64 + 1), |sum, row| mix(sum ^ u64::from(*row)));
            ((stretch & 0x7ffff) << 44) | (mixed >> 20) as i64
        })
    }

    fn looked_up(&self) -> impl Iterator<Item = i64> + '_ {
        self.paragraphs.iter().take(LOOKED_UP).map(|it| (*it | 1 << 63) as i64)
    }

    /// Share of shingles in common, as estimated.
    pub fn likeness(&self, other: &Print) -> f64 {
        if self.rows.is_empty() || other.rows.is_empty() {
            return 0.0;
        }
        let same = self.rows.iter().zip(&other.rows).filter(|(a, b)| a == b).count();
        same as f64 / HASHES as f64
    }

    /// Why two texts are copies, or `None` if they are not.
    pub fn copy(&self, other: &Print) -> Option<String> {
        let alike = self.likeness(other);
        if alike >= COPY {
            return Some(format!("{:.0}% of the same four-word runs", alike * 100.0));
        }
        let shared = self.paragraphs.intersection(&other.paragraphs).count();
        let fewer = self.paragraphs.len().min(other.paragraphs.len());
        let credit = self.wire.is_some() && self.wire == other.wire;
        if credit && shared >= 1 {
            let wire = self.wire.as_deref().unwrap_or_default();
            return Some(format!("credited to {wire}, and {shared} paragraphs the same"));
        }
        (shared >= 2 && 2 * shared >= fewer)
            .then(|| format!("{shared} of {fewer} paragraphs the same"))
    }
}

/// Undated reports have a stretch of their own.
fn stretch(day: Option<i64>) -> i64 {
    day.map_or(0, |day| day.div_euclid(NEWS) + 0x20000)
}

/// A credit stands apart: `(Reuters)`, `(AP) -`, `By Agence France-Presse`; a bare name in the
/// middle of a sentence is a source, not a credit.
fn wire(text: &str, agencies: &[&str]) -> Option<String> {
    let head = &text[..text.floor_char_boundary(200)];
    let tail = &text[text.ceil_char_boundary(text.len().saturating_sub(200))..];
    for agency in agencies {
        let credits = [
            format!("({agency})"),
            format!("({agency} "),
            format!("{agency} -"),
            format!("{agency} —"),
        ];
        if credits.iter().any(|it| head.contains(it) || tail.contains(it)) {
            return Some(agency.to_lowercase());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn story(hour: &str, tail: &str) -> String {
        let lead = format!(
            "JUBA (Reuters) - Both armies in the northern province said on Tuesday that their guns \
             would fall silent at {hour} on Friday for ten days, so that trucks could reach the \
             camps along the river before the rains cut the only road."
        );
        let more = "Mediators had spent three weeks going between the two headquarters, and an \
                    envoy said that each side had asked for a week more than the other was ready \
                    to give, which left the roads and the wells as the only matter agreed.";
        format!("{lead}\n\n{more}\n\n{tail}")
    }

    #[test]
    fn a_changed_hour_is_still_a_copy_and_another_story_is_none() {
        let a = Print::of(&story("noon", "A third of the harvest has been lost."), &["Reuters"]);
        let b = Print::of(&story("midnight", "Aid workers were waiting."), &["Reuters"]);
        assert!(a.copy(&b).unwrap().contains("four-word runs"), "{:?}", a.copy(&b));
        let meet = |a: &Print, b: &Print, day: i64| {
            let near = a.near(Some(17_000));
            b.keys(Some(day)).iter().any(|it| near.contains(it))
        };
        assert!(meet(&a, &b, 17_000) && meet(&a, &b, 17_009));
        let c =
            Print::of("Shells fell on the port again on Sunday, an official said.", &["Reuters"]);
        assert_eq!(a.copy(&c), None);
        assert_eq!(a.wire.as_deref(), Some("reuters"));
    }

    #[test]
    fn one_paragraph_under_one_credit_is_a_copy() {
        let long: String =
            (0..60).map(|at| format!("other words number {at} of a longer text ")).collect();
        let a = Print::of(&story("noon", ""), &["Reuters"]);
        let b = Print::of(&story("noon", &long), &["Reuters"]);
        assert!(a.copy(&b).is_some());
        assert!(a.likeness(&b) < 0.5);
        assert_eq!(Print::of("", &[]).copy(&Print::of("", &[])), None);
    }
}
