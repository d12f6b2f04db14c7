//! Truce words. Comes in: a text and the truce words of a language. Goes out: the noun phrases that
//! name a truce, false friends kept out. Never decides which truce is meant.

use std::borrow::Cow;

use serde::Deserialize;

use crate::{
    mention::Mention,
    pack::{Error, Source, Table, Words},
    text::{Span, Text, Token, TokenKind},
};

mod armed;

/// What the head of the phrase makes of the truce.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Head {
    Truce,
    Deal,
    Proposal,
    Talks,
    Violation,
    Extension,
    Monitors,
    Announcement,
    Deadline,
    Call,
    None,
}

/// What the words before the head say of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Modifier {
    Past,
    New,
    Planned,
    Alleged,
    No,
    /// `an immediate ceasefire`, `a truce with immediate effect`.
    Immediate,
}

/// A truce as mentioned.
#[derive(Clone, Debug, PartialEq)]
pub struct TruceWords {
    pub head: Head,
    /// `the deal`, `the lull`: a truce only because the report has named one.
    pub weak: bool,
    /// `cease fire`, `halt bombing`: a verb phrase that stands where a truce stands.
    pub verbal: bool,
    pub definite: bool,
    pub modifiers: Vec<Modifier>,
    /// The truce word itself, within the phrase.
    pub core: Span,
}

/// Words after a truce among which it may be said to begin at once.
const AT_ONCE_NEAR: usize = 12;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    core: Vec<String>,
    verbal: Vec<String>,
    weak: Vec<String>,
    weak_indefinite: Words,
    weak_needs: Words,
    compound: Table<Head, Vec<String>>,
    modifier: Table<Modifier, Vec<String>>,
    at_once: Vec<String>,
    false_friend: FalseFriend,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FalseFriend {
    before: Words,
    anniversary: Vec<String>,
    domain: Vec<String>,
    armed: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Strength {
    Core,
    Verbal,
    Weak,
}

struct Phrase {
    words: Vec<(Vec<String>, bool)>,
    strength: Strength,
}

/// The truce words of one language, from `lang/<code>/truce.toml`.
pub struct TruceLexicon {
    by_first: Table<String, Vec<Phrase>>,
    weak_indefinite: Words,
    weak_needs: Words,
    compound: Table<String, Head>,
    modifier: Table<String, Modifier>,
    /// Phrases after a truce that let it begin at once, word by word.
    at_once: Vec<Vec<String>>,
    before: Words,
    /// What is kept of a truce long past: `the centenary of`, word by word.
    anniversary: Vec<Vec<String>>,
    domain: Words,
    armed: Words,
    barriers: Words,
    determiners: Words,
}

#[derive(Deserialize)]
struct Function {
    barriers: Words,
    determiners: Words,
}

/// A word as lexicons hold it: lower case, plain hyphens and apostrophes, no possessive ending.
pub fn fold_word(word: &str) -> Cow<'_, str> {
    // Most words are so as they stand.
    if word.bytes().all(|it| it.is_ascii_lowercase() || it == b'-') {
        return Cow::Borrowed(word);
    }
    let mut low: String = if word.is_ascii() {
        word.to_ascii_lowercase()
    } else {
        let plain = |ch: char| match ch {
            '’' | '‘' | 'ʼ' => '\'',
            '‑' | '–' => '-',
            _ => ch,
        };
        word.chars().flat_map(char::to_lowercase).map(plain).collect()
    };
    if low.ends_with("'s") {
        low.truncate(low.len() - 2);
    }
    Cow::Owned(low)
}

impl TruceLexicon {
    pub fn load(source: &Source, language: &str) -> Result<TruceLexicon, Error> {
        let file: File = source.toml(&format!("lang/{language}/truce.toml"))?;
        let function: Function = source.toml(&format!("lang/{language}/function.toml"))?;
        let mut by_first: Table<String, Vec<Phrase>> = Table::default();
        let lists = [
            (&file.core, Strength::Core),
            (&file.verbal, Strength::Verbal),
            (&file.weak, Strength::Weak),
        ];
        for (lines, strength) in lists {
            for line in lines {
                let words: Vec<(Vec<String>, bool)> = line
                    .split(' ')
                    .map(|word| {
                        let optional = word.ends_with('?');
                        let word = word.trim_end_matches('?');
                        (word.split('|').map(str::to_owned).collect(), optional)
                    })
                    .collect();
                for first in words[0].0.clone() {
                    let words = words.clone();
                    by_first.entry(first).or_default().push(Phrase { words, strength });
                }
            }
        }
        let invert = |(head, words): (Head, Vec<String>)| {
            words.into_iter().map(move |word| (word, head)).collect::<Vec<_>>()
        };
        Ok(TruceLexicon {
            by_first,
            weak_indefinite: file.weak_indefinite,
            weak_needs: file.weak_needs,
            compound: file.compound.into_iter().flat_map(invert).collect(),
            modifier: file
                .modifier
                .into_iter()
                .flat_map(|(it, words)| words.into_iter().map(move |word| (word, it)))
                .collect(),
            at_once: file
                .at_once
                .iter()
                .map(|it| it.split(' ').map(str::to_owned).collect())
                .collect(),
            before: file.false_friend.before,
            anniversary: file
                .false_friend
                .anniversary
                .iter()
                .map(|it| it.split(' ').map(str::to_owned).collect())
                .collect(),
            domain: file.false_friend.domain.into_iter().collect(),
            armed: file.false_friend.armed.into_iter().collect(),
            barriers: function.barriers,
            determiners: function.determiners,
        })
    }

    /// Every truce phrase of a text, in order. Weak ones stand only after a core one, or anywhere
    /// where `named` says that the title has named a truce.
    pub fn find(&self, text: &Text, named: bool) -> Vec<Mention<TruceWords>> {
        let mut found = Vec::new();
        let mut named = named;
        let mut at = 0;
        while at < text.tokens.len() {
            match self.phrase_at(text, at, named) {
                Some((mention, next)) => {
                    named |= !mention.what.weak;
                    found.push(mention);
                    at = next;
                }
                None => at += 1,
            }
        }
        found
    }

    fn phrase_at(
        &self,
        text: &Text,
        at: usize,
        named: bool,
    ) -> Option<(Mention<TruceWords>, usize)> {
        let word = |idx: usize| fold_word(text.tokens[idx].span.of(&text.text));
        if !matches!(text.tokens[at].kind, TokenKind::Word | TokenKind::Number) {
            return None;
        }
        let phrases = self.by_first.get(&*word(at))?;
        let limit = sentence_end(text, at);
        let mut best: Option<(usize, Strength)> = None;
        for phrase in phrases {
            if let Some(end) = match_phrase(&phrase.words, text, at, limit)
                && best.is_none_or(|(longest, _)| end > longest)
            {
                best = Some((end, phrase.strength));
            }
        }
        let (mut end, mut strength) = best?;
        // `the cease fire`, two words with an article, is the noun.
        let determined = at > 0 && self.determiners.contains(&*word(at - 1));
        if strength == Strength::Verbal && determined {
            strength = Strength::Core;
        }
        let core = Span { start: text.tokens[at].span.start, end: text.tokens[end - 1].span.end };
        let mut head = Head::Truce;
        if strength == Strength::Weak {
            if !named {
                return None;
            }
            head = if matches!(&*word(at), "plan" | "proposal" | "offer") {
                Head::Proposal
            } else {
                Head::Deal
            };
        }
        if strength != Strength::Verbal {
            // `cease-fire deal`, `truce talks`; `ceasefire line` is a place.
            let mut seen = 0;
            while end < limit && seen < 2 {
                let next = word(end);
                let Some(&kind) = self.compound.get(&*next) else { break };
                if kind == Head::None {
                    return None;
                }
                if strength == Strength::Weak && kind == Head::Deal {
                    break;
                }
                head = kind;
                end += 1;
                seen += 1;
            }
        }
        let sentence_start = sentence_start(text, at);
        let start = if strength == Strength::Verbal {
            at
        } else {
            self.phrase_start(text, at, sentence_start)
        };
        let kept = |phrase: &Vec<String>| {
            let first = start.checked_sub(phrase.len()).filter(|it| *it >= sentence_start);
            first.is_some_and(|first| phrase.iter().zip(first..).all(|(it, at)| word(at) == *it))
        };
        if self.anniversary.iter().any(kept) {
            return None;
        }
        let mut modifiers = Vec::new();
        let (mut definite, mut determined) = (false, false);
        for idx in start..at {
            let low = word(idx);
            if self.before.contains(&*low) && strength != Strength::Verbal {
                return None;
            }
            if let Some(&modifier) = self.modifier.get(&*low) {
                modifiers.push(modifier);
            }
            if self.weak_needs.contains(&*low) {
                definite = true;
            }
            determined |= self.determiners.contains(&*low);
        }
        if strength == Strength::Weak {
            let straight = (start..at).all(|idx| {
                let low = word(idx);
                self.determiners.contains(&*low)
                    || self.modifier.contains_key(&*low)
                    || text.tokens[idx].kind == TokenKind::Number
                    || low.ends_with("-brokered")
                    || low == "draft"
                    || low == "fragile"
            });
            let indefinite = self.weak_indefinite.contains(&*word(at));
            if !((definite || indefinite) && determined && straight) {
                return None;
            }
        }
        let after: Vec<Cow<str>> = (end..limit.min(end + AT_ONCE_NEAR)).map(word).collect();
        let at_once = |phrase: &Vec<String>| {
            after.windows(phrase.len()).any(|it| it.iter().zip(phrase).all(|(a, b)| a == b))
        };
        if self.at_once.iter().any(at_once) {
            modifiers.push(Modifier::Immediate);
        }
        let span =
            Span { start: text.tokens[start].span.start, end: text.tokens[end - 1].span.end };
        let words = TruceWords {
            head,
            weak: strength == Strength::Weak,
            verbal: strength == Strength::Verbal,
            definite,
            modifiers,
            core,
        };
        Some((Mention { span, what: words }, end))
    }

    /// Where the noun phrase around the truce word begins: its determiner if one stands within six
    /// words, else the adjectives right before it.
    fn phrase_start(&self, text: &Text, at: usize, floor: usize) -> usize {
        let mut start = at;
        let mut plain = true;
        for idx in (floor.max(at.saturating_sub(6))..at).rev() {
            let token: &Token = &text.tokens[idx];
            let surface = token.span.of(&text.text);
            let low = fold_word(surface);
            if self.determiners.contains(&*low) {
                return idx;
            }
            if token.kind == TokenKind::Punct || self.barriers.contains(&*low) {
                break;
            }
            if token.kind == TokenKind::Quote {
                plain = false;
                continue;
            }
            let possessive = surface.ends_with("'s") || surface.ends_with("’s");
            if possessive {
                break;
            }
            let lower = surface.chars().next().is_some_and(|ch| !ch.is_uppercase());
            plain &= lower || surface.contains('-');
            if plain {
                start = idx;
            }
        }
        start
    }
}

fn sentence_end(text: &Text, at: usize) -> usize {
    let idx = text.sentences.partition_point(|it| it.tokens.end <= at);
    text.sentences.get(idx).map_or(text.tokens.len(), |it| it.tokens.end)
}

fn sentence_start(text: &Text, at: usize) -> usize {
    let idx = text.sentences.partition_point(|it| it.tokens.end <= at);
    text.sentences.get(idx).map_or(0, |it| it.tokens.start)
}

fn match_phrase(
    words: &[(Vec<String>, bool)],
    text: &Text,
    at: usize,
    limit: usize,
) -> Option<usize> {
    let Some(((options, optional), rest)) = words.split_first() else { return Some(at) };
    if at < limit {
        let low = fold_word(text.tokens[at].span.of(&text.text));
        if options.iter().any(|it| *it == low)
            && let Some(end) = match_phrase(rest, text, at + 1, limit)
        {
            return Some(end);
        }
    }
    if *optional { match_phrase(rest, text, at, limit) } else { None }
}
