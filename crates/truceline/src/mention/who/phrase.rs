//! Phrases that name actors. Comes in: the atoms of a text. Goes out: phrases, in order, none
//! overlapping. Never looks beyond a sentence and never says who `the group` is.

use std::ops::Range;

use crate::{
    mention::who::{
        Class,
        atom::{self, Atom, Case, Kind},
        flag,
        lexicon::{As, Head, Hit, Lexicon},
    },
    text::Text,
};

/// What the head of a phrase is.
#[derive(Clone, Debug)]
pub enum Sort {
    Actor(Hit),
    /// A person that no list knows.
    Person,
    /// A body that no list knows: `the Borno Elders Forum`.
    Proper(u32),
    Role(u32),
    Pronoun,
    /// Capitals that are someone only if the report names him in full elsewhere.
    Maybe,
}

#[derive(Clone, Debug)]
pub struct Phrase {
    pub from: usize,
    /// The atom after the last one.
    pub to: usize,
    /// The words without the determiner, as far as the head or its `of …` goes.
    pub words: Range<usize>,
    pub head: Range<usize>,
    pub sort: Sort,
    pub of: Option<Box<Phrase>>,
    pub plural: bool,
    /// Starts with a determiner, an owner or a number.
    pub determined: bool,
    pub definite: bool,
    /// `Russian and Syrian …`: two parties in one phrase.
    pub joined: bool,
    /// Nationalities and the like before the head.
    pub adjectives: Vec<Hit>,
    /// Letters in brackets after it: `(SDF)`.
    pub letters: Option<Range<usize>>,
    /// The role word before or beside a person's name: `prime minister`.
    pub title: Option<Range<usize>>,
    pub sentence: usize,
}

/// One sentence being scanned.
pub struct Scan<'a> {
    pub text: &'a str,
    pub atoms: &'a [Atom],
    pub lexicon: &'a Lexicon,
    pub case: Case,
    pub first: usize,
    pub end: usize,
    pub sentence: usize,
    /// The name or role that starts at each atom of the sentence.
    pub hits: Vec<Option<Hit>>,
}

pub fn phrases(text: &Text, atoms: &[Atom], lexicon: &Lexicon) -> Vec<Phrase> {
    let mut phrases = Vec::new();
    let mut first = 0;
    for (sentence, it) in text.sentences.iter().enumerate() {
        let len = atoms[first..].partition_point(|atom| atom.span.start < it.span.end);
        let end = first + len;
        let case = atom::case(&atoms[first..end]);
        let text = &text.text;
        let hits = (first..end).map(|at| lexicon.hit(text, atoms, at, end, case)).collect();
        Scan { text, atoms, lexicon, case, first, end, sentence, hits }.scan(&mut phrases);
        first = end;
    }
    phrases
}

impl Scan<'_> {
    fn scan(&self, into: &mut Vec<Phrase>) {
        let mut at = self.first;
        let mut place = None;
        while at < self.end {
            let found = self.pronoun(at).or_else(|| self.phrase(at, 0)).or_else(|| self.person(at));
            let Some(found) = found else {
                at = self.skip(at);
                continue;
            };
            at = found.to.max(at + 1);
            // `in Egypt and Qatar`
            let also = place.is_some_and(|to| self.has(to, flag::AND) && found.from == to + 1)
                && self.is_state(&found)
                && !self.has(found.to, flag::VERB);
            if also || self.is_place(&found) {
                place = Some(found.to);
            } else {
                into.push(found);
            }
        }
    }

    /// Past an atom that opens no phrase; a hyphenated word goes as a whole, unless an actor is
    /// said in it to have brokered something or stands in it beside another (`Israel-Hamas`).
    fn skip(&self, at: usize) -> usize {
        if let Some(to) = self.compound(at, self.hit(at).as_ref()) {
            return to;
        }
        at + 1
    }

    pub fn has(&self, at: usize, flags: u64) -> bool {
        at < self.end && self.lexicon.has(&self.atoms[at], flags)
    }

    pub fn is(&self, at: usize, word: &str) -> bool {
        at < self.end && self.atoms[at].span.of(self.text) == word
    }

    /// A word with its full stop, which ends no phrase but may end a sentence: `said no.`
    pub fn stopped(&self, at: usize) -> bool {
        self.kind(at) == Some(Kind::Lower) && self.atoms[at].span.of(self.text).ends_with('.')
    }

    pub fn kind(&self, at: usize) -> Option<Kind> {
        (at < self.end).then(|| self.atoms[at].kind)
    }

    pub fn head(&self, role: u32) -> &Head {
        &self.lexicon.heads[role as usize]
    }

    pub fn class(&self, hit: &Hit) -> Class {
        match hit.entry.how {
            As::Head => self.head(hit.entry.row).class,
            As::People => Class::People,
            _ => self.lexicon.rows[hit.entry.row as usize].class,
        }
    }

    pub fn hit(&self, at: usize) -> Option<Hit> {
        self.hits.get(at.checked_sub(self.first)?).copied().flatten()
    }

    /// The end of the hyphenated word that starts at `at`.
    pub fn chain(&self, at: usize) -> usize {
        let mut to = at + 1;
        while to < self.end && self.atoms[to].glued && to - at < 8 {
            to += 1;
        }
        to
    }

    pub fn capital(&self, at: usize) -> bool {
        matches!(self.kind(at), Some(Kind::Capital | Kind::Upper | Kind::Initial))
    }

    /// `he`; `both` or `the two` where they act.
    fn pronoun(&self, at: usize) -> Option<Phrase> {
        if let Some(hit) = self.hit(at).filter(|it| it.entry.how == As::Head)
            && self.has(at, flag::DETERMINER)
        {
            let acts = self.has(hit.end, flag::VERB | flag::OTHER);
            return acts.then(|| {
                let mut it = self.blank(at, at..hit.end, Sort::Role(hit.entry.row));
                it.plural = true;
                it.definite = true;
                it
            });
        }
        let sides = self.has(at, flag::SIDES) && self.has(at + 1, flag::VERB);
        if !sides && !self.has(at, flag::PRONOUN) {
            return None;
        }
        let plural = self.has(at, flag::PLURAL | flag::SIDES);
        let mut it = self.blank(at, at..at + 1, Sort::Pronoun);
        it.plural = plural;
        Some(it)
    }

    pub fn blank(&self, from: usize, head: Range<usize>, sort: Sort) -> Phrase {
        Phrase {
            from,
            to: head.end,
            words: head.clone(),
            head,
            sort,
            of: None,
            plural: false,
            determined: false,
            definite: false,
            joined: false,
            adjectives: Vec::new(),
            letters: None,
            title: None,
            sentence: self.sentence,
        }
    }

    /// A phrase with all that belongs to it.
    pub fn phrase(&self, at: usize, depth: u32) -> Option<Phrase> {
        let mut found = self.base(at, depth > 0)?;
        if depth < 3 {
            self.tail(&mut found, depth);
        }
        Some(found)
    }

    /// The end of a hyphenated modifier: `Saudi-led`, `20-year-old`, `pro-Russian`, `Islamic
    /// State-held`; not `al-Qaeda`, not `chief-of-staff`, not `U.S.-brokered`, which names a mediator.
    pub fn compound(&self, at: usize, hit: Option<&Hit>) -> Option<usize> {
        // The hyphen may come after several words of a name.
        let start = hit.map_or(at, |hit| hit.end - 1);
        let to = self.chain(start);
        if to == start + 1 || self.has(to - 1, flag::BROKERED) || self.has(start, flag::NEVER) {
            return None;
        }
        if hit.is_some_and(|hit| hit.end >= to) {
            return None;
        }
        let small = self.case == Case::Plain && self.kind(to - 1) == Some(Kind::Lower);
        let head = small && self.has(to - 1, flag::HEAD) && !self.has(start, flag::PREFIX);
        let prefixed = self.has(at, flag::PREFIX);
        (prefixed || small && !head || self.has(to - 1, flag::TAIL)).then_some(to)
    }

    fn is_state(&self, it: &Phrase) -> bool {
        let Sort::Actor(hit) = &it.sort else { return false };
        self.class(hit) == Class::State && matches!(hit.entry.how, As::Name | As::Capital)
    }

    /// A state that is only where something is: `in Syria`, `northern Syria`, `Damascus` unless it
    /// acts.
    fn is_place(&self, it: &Phrase) -> bool {
        let Sort::Actor(hit) = &it.sort else { return false };
        if !self.is_state(it) {
            return false;
        }
        let previous = it.from.checked_sub(1).filter(|at| *at >= self.first);
        if previous.is_some_and(|at| self.has(at, flag::LOCATIVE))
            || (it.from..it.head.start).any(|at| self.has(at, flag::COMPASS))
        {
            return true;
        }
        // `Atlanta, Georgia,`
        let town = previous.filter(|at| self.is(*at, ",") && *at > self.first).is_some_and(|at| {
            self.kind(at - 1) == Some(Kind::Capital)
                && self.atoms[at - 1].word == 0
                && (it.to >= self.end || self.kind(it.to) == Some(Kind::Mark))
        });
        if town {
            return true;
        }
        if hit.entry.how != As::Capital {
            return false;
        }
        let acts = self.has(it.to, flag::VERB)
            || previous.is_some_and(|at| self.has(at, flag::WITH | flag::SPEECH))
            || self.has(it.to, flag::AND)
                && self
                    .hit(it.to + 1)
                    .is_some_and(|it| it.entry.how == As::Capital && self.has(it.end, flag::VERB))
            || previous.is_some_and(|at| {
                self.has(at, flag::AND)
                    && at > self.first
                    && self.hit(at - 1).is_some_and(|it| it.entry.how == As::Capital)
            });
        !acts
    }
}
