//! Features by number. Comes in: the pieces of a feature's name. Goes out: its digest, the same however
//! the name was pieced together. Keeps the names themselves for the trainer alone.

use std::fmt::{self, Write};

/// A feature's name as a number: a polynomial of its bytes, so that a name joined to another is had
/// from their digests. That no two names of a model share one is seen when it is loaded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Digest {
    pub number: u64,
    length: u32,
}

const BASE: u64 = 0x9E37_79B9_7F4A_7C15;

impl Digest {
    pub const fn of(name: &str) -> Digest {
        Digest { number: 0, length: 0 }.and(name.as_bytes())
    }

    const fn and(mut self, mut piece: &[u8]) -> Digest {
        while let [byte, rest @ ..] = piece {
            self.number = self.number.wrapping_mul(BASE).wrapping_add(*byte as u64 + 1);
            self.length += 1;
            piece = rest;
        }
        self
    }

    /// The digest of one name with another behind it.
    pub fn then(self, rest: Digest) -> Digest {
        let raised = self.number.wrapping_mul(BASE.wrapping_pow(rest.length));
        Digest { number: raised.wrapping_add(rest.number), length: self.length + rest.length }
    }
}

impl Write for Digest {
    fn write_str(&mut self, piece: &str) -> fmt::Result {
        *self = self.and(piece.as_bytes());
        Ok(())
    }
}

/// What a model weighs of one thing. One that is added twice counts once.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Features {
    digests: Vec<Digest>,
    /// For the trainer.
    names: Option<Vec<String>>,
}

impl Features {
    /// Without any; `named` keeps the names of those that are added.
    pub fn new(named: bool) -> Features {
        Features { digests: Vec::with_capacity(128), names: named.then(Vec::new) }
    }

    pub fn add(&mut self, name: fmt::Arguments) {
        let mut digest = Digest::default();
        // A digest takes whatever is written to it.
        let _ = digest.write_fmt(name);
        self.digests.push(digest);
        if let Some(names) = &mut self.names {
            names.push(name.to_string());
        }
    }

    /// A feature for each of the words, all with the same beginning.
    pub fn add_each<'a>(&mut self, start: fmt::Arguments, words: impl Iterator<Item = &'a str>) {
        let mut digest = Digest::default();
        let _ = digest.write_fmt(start);
        for word in words {
            self.digests.push(digest.and(word.as_bytes()));
            if let Some(names) = &mut self.names {
                names.push(format!("{start}{word}"));
            }
        }
    }

    pub fn extend(&mut self, others: &Features) {
        self.digests.extend_from_slice(&others.digests);
        if let (Some(names), Some(others)) = (&mut self.names, &others.names) {
            names.extend_from_slice(others);
        }
    }

    /// Each as well for the act by itself: `declared|side=before` beside `side=before`.
    pub fn cross(&mut self, act: &str) {
        let prefix = Digest::of(act).then(Digest::of("|"));
        for at in 0..self.digests.len() {
            self.digests.push(prefix.then(self.digests[at]));
        }
        if let Some(names) = &mut self.names {
            for at in 0..names.len() {
                names.push(format!("{act}|{}", names[at]));
            }
        }
    }

    pub fn digests(&self) -> &[Digest] {
        &self.digests
    }

    /// In order, each once; none unless they were kept.
    pub fn names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.names.iter().flatten().map(String::as_str).collect();
        names.sort_unstable();
        names.dedup();
        names
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_one_digest_however_it_is_made() {
        let mut features = Features::new(true);
        features.add(format_args!("far={}:{}", "before", 2));
        features.add(format_args!("word=é{:?}", Some(1)));
        features.cross("called_for");
        let names = ["far=before:2", "word=éSome(1)"];
        let crossed = names.map(|it| format!("called_for|{it}"));
        let all: Vec<&str> = names.into_iter().chain(crossed.iter().map(String::as_str)).collect();
        let digests: Vec<Digest> = all.iter().map(|it| Digest::of(it)).collect();
        assert_eq!(features.digests(), digests);
        let mut sorted = all.clone();
        sorted.sort_unstable();
        assert_eq!(features.names(), sorted);
        assert_ne!(Digest::of("ab").number, Digest::of("ba").number);
        assert_ne!(Digest::of("a").number, Digest::of("\0a").number);
    }
}
