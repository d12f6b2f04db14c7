//! Which lines a sentence may hold. Comes in: all patterns, then a folded sentence. Goes out: the few
//! lines one of whose trigger words stands in it. Never leaves out a line that would be found.

use crate::{
    claim::{
        fold::{Folded, Kind},
        pattern::Pattern,
    },
    pack::Table,
};

/// The lines of all patterns by their trigger words. A line is a pattern's index and its own.
#[derive(Default)]
pub struct Triggers {
    by_word: Table<String, Vec<(usize, usize)>>,
    /// Lines without a trigger word.
    always: Vec<(usize, usize)>,
}

impl Triggers {
    pub fn new(patterns: &[Pattern]) -> Triggers {
        let mut triggers = Triggers::default();
        for (pattern, it) in patterns.iter().enumerate() {
            for (number, line) in it.lines.iter().enumerate() {
                if line.triggers.is_empty() {
                    triggers.always.push((pattern, number));
                }
                for word in &line.triggers {
                    triggers.by_word.entry(word.clone()).or_default().push((pattern, number));
                }
            }
        }
        triggers
    }

    /// In the order of the patterns and their lines.
    pub fn lines(&self, folded: &Folded) -> Vec<(usize, usize)> {
        let mut lines = self.always.clone();
        for unit in &folded.units {
            if let Kind::Verb(verb) = &unit.kind {
                lines.extend(self.by_word.get(&verb.lemma).into_iter().flatten());
            }
            lines.extend(self.by_word.get(&unit.word).into_iter().flatten());
        }
        lines.sort_unstable();
        lines.dedup();
        lines
    }
}
