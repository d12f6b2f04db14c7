//! Which two are meant. Comes in: the pairs that a report names (`Mali and the CMA`, `a truce with
//! Mali`). Goes out: the pair that `both sides`, `the two`, `they` stand for, or none where two could.

use crate::mention::who::{
    flag,
    phrase::{Phrase, Sort},
    refer::{NEAR, only},
    report::{Pair, Ref, Report},
};

impl Report<'_> {
    /// For words that mean two sides, whether they may mean two persons.
    pub fn names_sides(&self, phrase: &Phrase) -> Option<bool> {
        let first = &self.atoms[phrase.from];
        match phrase.sort {
            Sort::Pronoun => self.lexicon.has(first, flag::SIDES).then_some(true),
            Sort::Role(role) if phrase.adjectives.is_empty() && phrase.of.is_none() => {
                let head = &self.lexicon.heads[role as usize];
                let each = phrase.plural || self.lexicon.has(first, flag::QUANTITY);
                let two = self.atoms[phrase.from..phrase.head.end]
                    .iter()
                    .any(|it| self.lexicon.has(it, flag::TWO));
                if head.sides && each {
                    // `the two` may be two men, `both sides` are none.
                    return Some(phrase.from == phrase.head.start);
                }
                (two && phrase.plural && phrase.definite).then_some(true)
            }
            _ => None,
        }
    }

    /// The one pair near; persons too, where `persons`.
    pub fn pair(&self, now: usize, back: usize, persons: bool) -> Option<&Pair> {
        let recent = self.pairs.iter().rev().skip_while(|it| it.sentence > now).take(64);
        let near = recent.take_while(|it| it.sentence + back >= now);
        let mut near = near.filter(|it| persons || !it.person);
        let first = near.next()?;
        near.all(|it| it.same(first)).then_some(first)
    }

    /// The pair that the report is about: named twice as often as any other.
    pub fn own_pair(&self) -> Option<&Pair> {
        let (pair, count) = self.distinct.iter().max_by_key(|it| it.1)?;
        let alone = self.distinct.iter().all(|it| it.0.same(pair) || it.1 * 2 <= *count);
        alone.then_some(pair)
    }

    /// The pair near, unless the report is about another one; where several are near, or none, the
    /// one that the report is about.
    pub fn sides(&self, now: usize, persons: bool) -> Vec<Ref> {
        let own = self.own_pair();
        let close = if persons { self.pair(now, 0, true) } else { None };
        let near = close.or_else(|| self.pair(now, NEAR, persons));
        // Two states named once, in a report about groups, may be the mediators.
        let doubtful = |it: &Pair| {
            let often = self.distinct.iter().any(|(pair, count)| pair.same(it) && *count > 1);
            !often && self.groups.len() >= 3 && it.sides.iter().all(|it| self.is_state_ref(it))
        };
        let chosen = match (near, own) {
            (Some(near), _) if near.person => Some(near),
            (Some(near), Some(own)) if !near.same(own) => None,
            (Some(near), _) if doubtful(near) => None,
            (Some(near), _) => Some(near),
            (None, own) => own.filter(|it| !doubtful(it)),
        };
        chosen.map_or(Vec::new(), |it| it.sides.to_vec())
    }

    pub fn is_state_ref(&self, it: &Ref) -> bool {
        let row = it.1.as_deref().and_then(|id| self.lexicon.row(id));
        row.is_some_and(|it| self.is_state(it))
    }

    /// Whom `they` stands for: a pair just named, else the one plural just named.
    pub fn they(&self, now: usize) -> Vec<Ref> {
        let plural = self.plurals.iter().rev().take(64).take_while(|it| it.sentence + 1 >= now);
        if let Some(pair) = self.pair(now, 1, true) {
            let inside = plural.into_iter().all(|it| pair.holds(&it.what));
            return if inside { pair.sides.to_vec() } else { Vec::new() };
        }
        only(&self.plurals, now, 1).into_iter().collect()
    }

    pub fn pair_up(&mut self, sentence: usize, person: bool, sides: [Ref; 2], weight: u32) {
        let pair = Pair { sentence, person, sides };
        let room = !person && self.distinct.len() < 16;
        match self.distinct.iter_mut().find(|it| it.0.same(&pair)) {
            Some(known) => known.1 += weight,
            None if room => self.distinct.push((pair.clone(), weight)),
            None => {}
        }
        self.pairs.push(pair);
    }

    /// `a truce with`, `the war against`: what follows is the other side.
    pub fn stands_across(&self, at: usize) -> bool {
        at >= 2
            && self.lexicon.has(&self.atoms[at - 1], flag::ACROSS)
            && self.lexicon.has(&self.atoms[at - 2], flag::NEVER | flag::DEED)
    }

    /// Whether only `and`, or a hyphen, stands between two phrases.
    pub fn conjoined(&self, to: usize, from: usize) -> bool {
        if from == to {
            return from < self.atoms.len() && self.atoms[from].glued;
        }
        from == to + 1 && self.lexicon.has(&self.atoms[to], flag::AND)
    }
}
