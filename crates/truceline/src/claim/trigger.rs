//! Which lines a sentence may hold. Comes in: all patterns, then a folded sentence. Goes out: the few
//! lines all of whose words stand in it, and a truce where they need one. Never leaves out a line that
//! would be found.

use crate::{
    claim::{
        fold::{Folded, Kind},
        pattern::Pattern,
    },
    pack::Table,
};

/// The lines of all patterns by their trigger words.
#[derive(Default)]
pub struct Triggers {
    /// Every word that a line needs, numbered.
    words: Table<String, usize>,
    /// By the number of the word.
    by_word: Vec<Vec<Line>>,
    /// Lines without a trigger word.
    always: Vec<Line>,
}

#[derive(Clone)]
struct Line {
    pattern: usize,
    number: usize,
    /// Not without a truce in the sentence.
    truce: bool,
    /// Words beside the trigger, one of each of which must stand in the sentence.
    needs: Vec<Vec<usize>>,
}

impl Triggers {
    pub fn new(patterns: &[Pattern]) -> Triggers {
        let mut triggers = Triggers::default();
        for (pattern, it) in patterns.iter().enumerate() {
            for (number, line) in it.lines.iter().enumerate() {
                let needs = line.needs.iter().map(|it| triggers.numbers(it)).collect();
                let own = Line { pattern, number, truce: !it.near, needs };
                if line.triggers.is_empty() {
                    triggers.always.push(own);
                    continue;
                }
                for word in triggers.numbers(&line.triggers) {
                    triggers.by_word[word].push(own.clone());
                }
            }
        }
        triggers
    }

    fn numbers(&mut self, words: &[String]) -> Vec<usize> {
        let mut number = |word: &String| {
            *self.words.entry(word.clone()).or_insert_with(|| {
                self.by_word.push(Vec::new());
                self.by_word.len() - 1
            })
        };
        words.iter().map(&mut number).collect()
    }

    /// A line is a pattern's index and its own, in their order.
    pub fn lines(&self, folded: &Folded) -> Vec<(usize, usize)> {
        let mut present = vec![false; self.by_word.len()];
        let mut told: Vec<usize> = Vec::new();
        for unit in &folded.units {
            let symbols = match &unit.kind {
                Kind::Verb(verb) => [verb.lemma.as_str(), &unit.word],
                Kind::Quote => ["\"", &unit.word],
                _ => [&unit.word, ""],
            };
            for word in symbols.into_iter().filter_map(|it| self.words.get(it)) {
                if !std::mem::replace(&mut present[*word], true) {
                    told.push(*word);
                }
            }
        }
        let truce = folded.units.iter().any(|unit| matches!(unit.kind, Kind::Truce(_)));
        let fits = |it: &&Line| truce || !it.truce;
        let stands = |it: &&Line| it.needs.iter().all(|it| it.iter().any(|word| present[*word]));
        let triggered = told.iter().flat_map(|word| &self.by_word[*word]);
        let lines = self.always.iter().chain(triggered).filter(fits).filter(stands);
        let mut lines: Vec<_> = lines.map(|it| (it.pattern, it.number)).collect();
        lines.sort_unstable();
        lines.dedup();
        lines
    }
}
