//! Tables of a pack. Comes in: keys from the pack's files. Goes out: maps and sets that are quick to
//! ask. Never holds keys taken from a text: those could be chosen to collide.

use std::{
    collections::{HashMap, HashSet},
    hash::{BuildHasherDefault, Hasher},
};

pub type Table<K, V> = HashMap<K, V, BuildHasherDefault<Quick>>;

pub type Words = HashSet<String, BuildHasherDefault<Quick>>;

/// A multiplying hash, for keys of a few bytes.
#[derive(Clone, Debug, Default)]
pub struct Quick(u64);

impl Hasher for Quick {
    fn write(&mut self, bytes: &[u8]) {
        let (words, rest) = bytes.as_chunks();
        for word in words {
            self.write_u64(u64::from_le_bytes(*word));
        }
        // The bytes that are left, low ones first: in two halves that may overlap, or one by one.
        if let (Some(first), Some(last)) = (rest.first_chunk(), rest.last_chunk()) {
            let [first, last] = [first, last].map(|it| u64::from(u32::from_le_bytes(*it)));
            self.write_u64(first | last << (8 * (rest.len() - 4)));
        } else if !rest.is_empty() {
            self.write_u64(rest.iter().rev().fold(0, |word, byte| word << 8 | u64::from(*byte)));
        }
    }

    fn write_u8(&mut self, byte: u8) {
        self.write_u64(byte.into());
    }

    fn write_u32(&mut self, word: u32) {
        self.write_u64(word.into());
    }

    fn write_u64(&mut self, word: u64) {
        self.0 = (self.0.rotate_left(5) ^ word).wrapping_mul(0x517c_c1b7_2722_0a95);
    }

    fn finish(&self) -> u64 {
        self.0 ^ self.0 >> 32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_taken_eight_at_a_time() {
        for length in 0..20u8 {
            let bytes: Vec<u8> = (0..length).map(|it| 250 - 7 * it).collect();
            let (mut quick, mut slow) = (Quick::default(), Quick::default());
            quick.write(&bytes);
            for chunk in bytes.chunks(8) {
                let mut word = [0; 8];
                word[..chunk.len()].copy_from_slice(chunk);
                slow.write_u64(u64::from_le_bytes(word));
            }
            assert_eq!(quick.finish(), slow.finish(), "{length} bytes");
        }
    }
}
