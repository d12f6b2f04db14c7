//! Whether a report with a truce word tells of arms. Comes in: its texts and their truce phrases. Goes
//! out: yes or no, by words of war against words of the domains that borrow the truce.

use std::{collections::HashSet, ops::Range};

use crate::{
    mention::{
        Mention,
        truce::{TruceLexicon, TruceWords, fold_word},
    },
    text::{Text, TokenKind},
};

/// How many words of war an army or armed group is worth, and how many words of another domain count.
const GROUP_COUNTS: usize = 3;
const MOST_DOMAIN: usize = 5;
/// Words of war that the sentences around the truces of such a story must hold.
const LEAST_ARMED: usize = 2;

impl TruceLexicon {
    /// Whether the texts speak of armed conflict rather than of trade, sport or politics: how many
    /// different words of war they hold, and `groups` of arms, against words of the domains that
    /// borrow the truce; by the whole of them, or by the sentences around a truce alone.
    pub fn is_armed(&self, texts: &[(&Text, &[Mention<TruceWords>])], groups: usize) -> bool {
        // No count of other words outweighs these.
        if GROUP_COUNTS * groups >= MOST_DOMAIN {
            return true;
        }
        let (mut armed, mut other) = (HashSet::new(), HashSet::new());
        for (text, _) in texts {
            self.count(text, 0..text.tokens.len(), &mut armed, &mut other);
        }
        let arms = armed.len() + GROUP_COUNTS * groups;
        if arms > 0 && arms >= other.len().min(MOST_DOMAIN) {
            return true;
        }
        // A story of another domain with a paragraph on a war.
        let (mut armed, mut other) = (HashSet::new(), HashSet::new());
        for (text, truces) in texts {
            let mut counted = 0;
            for truce in truces.iter().filter(|it| !it.what.weak && !it.what.verbal) {
                let tokens = around(text, truce.span.start);
                // Sentences with many truces are counted once.
                let tokens = tokens.start.max(counted).min(tokens.end)..tokens.end;
                counted = tokens.end;
                self.count(text, tokens, &mut armed, &mut other);
            }
        }
        armed.len() >= LEAST_ARMED.max(2 * other.len())
    }

    fn count<'a>(
        &'a self,
        text: &Text,
        tokens: Range<usize>,
        armed: &mut HashSet<&'a str>,
        other: &mut HashSet<&'a str>,
    ) {
        for token in text.tokens[tokens].iter().filter(|it| it.kind == TokenKind::Word) {
            let word = fold_word(token.span.of(&text.text));
            if let Some(word) = self.armed.get(&*word) {
                armed.insert(word);
            } else if let Some(word) = self.domain.get(&*word) {
                other.insert(word);
            }
        }
    }
}

/// The tokens of the sentence at a byte and of its neighbours.
fn around(text: &Text, byte: u32) -> std::ops::Range<usize> {
    let at = text.sentences.partition_point(|it| it.span.end <= byte);
    let last = text.sentences.len().saturating_sub(1);
    match (
        text.sentences.get(at.min(last).saturating_sub(1)),
        text.sentences.get((at + 1).min(last)),
    ) {
        (Some(first), Some(last)) => first.tokens.start..last.tokens.end,
        _ => 0..0,
    }
}
