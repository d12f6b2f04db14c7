//! What follows the head of a phrase: `of …`, `(SDF)`, an age, an apposition up to its closing
//! comma. Comes in: a phrase that ends at its head. Goes out: the same phrase, longer.

use crate::mention::who::{
    Class,
    atom::{Case, Kind},
    flag,
    lexicon::As,
    phrase::{Phrase, Scan, Sort},
};

/// No apposition is longer, in atoms, after what could be read of it.
const REST: usize = 12;

impl Scan<'_> {
    pub fn tail(&self, it: &mut Phrase, depth: u32) {
        self.letters(it);
        for _ in 0..2 {
            if !self.link(it, depth) {
                break;
            }
        }
        self.letters(it);
        if depth == 0 {
            self.age(it);
            self.apposition(it);
        }
    }

    /// `(SDF)`, `[FMLN]`.
    fn letters(&self, it: &mut Phrase) {
        let at = it.to;
        if it.letters.is_some() || !(self.is(at, "(") || self.is(at, "[")) {
            return;
        }
        let mut to = at + 1;
        while to < self.end
            && to < at + 6
            && (self.capital(to) || self.kind(to) == Some(Kind::Number) || self.is(to, "/"))
        {
            to += 1;
        }
        let closed = self.is(to, ")") || self.is(to, "]");
        let short = to == at + 2 || (at + 1..to).all(|at| self.kind(at) != Some(Kind::Capital));
        let named = matches!(it.sort, Sort::Actor(_) | Sort::Proper(_) | Sort::Role(_));
        // `KABUL, Afghanistan (AP)`
        let credit = self.hit(at + 1).is_some_and(|it| self.class(&it) == Class::Media);
        if closed && short && named && !credit && to > at + 1 {
            it.letters = Some(at + 1..to);
            it.to = to + 1;
        }
    }

    /// `for the group`, `of Hamas and Israel`, `from the OSCE`.
    fn link(&self, it: &mut Phrase, depth: u32) -> bool {
        let (Sort::Role(role) | Sort::Proper(role)) = it.sort else { return false };
        if it.to >= self.end || !self.head(role).links.contains(&self.atoms[it.to].word) {
            return false;
        }
        let of = self.has(it.to, flag::OF);
        let locative = self.has(it.to, flag::LOCATIVE);
        let at = it.to + 1;
        let Some(mut whom) = self.phrase(at, depth + 1).or_else(|| self.capitals(at)) else {
            return false;
        };
        if matches!(whom.sort, Sort::Maybe) && whom.to == at {
            return false;
        }
        let place = match &whom.sort {
            Sort::Actor(hit) => self.class(hit) == Class::State && hit.entry.how != As::People,
            Sort::Maybe | Sort::Person => true,
            _ => false,
        };
        let fighting = matches!(self.head(role).class, Class::Forces | Class::Group);
        if place && (locative || fighting) && !of {
            return false;
        }
        it.to = self.list(whom.to, it.plural);
        it.words.end = it.to;
        // An ambassador to a state speaks for another.
        let speaks = !self.has(at - 1, flag::TOWARD);
        if speaks && (it.of.is_none() || of) {
            whom.to = whom.to.min(it.to);
            if !matches!(it.of.as_deref(), Some(Phrase { sort: Sort::Actor(_), .. })) {
                it.of = Some(Box::new(whom));
            }
        }
        true
    }

    /// Capitals that no list knows, as what someone speaks for: `the head of the Arewa Front`.
    fn capitals(&self, at: usize) -> Option<Phrase> {
        let start = if self.has(at, flag::DETERMINER) { at + 1 } else { at };
        if self.case != Case::Plain {
            return None;
        }
        // After `for` even a known word is a name: the High Commissioner for Peace.
        let capitals = (start..self.end.min(start + 6))
            .take_while(|at| self.capital(*at) && !self.has(*at, flag::VERB | flag::NEVER));
        let to = self.run(start).or_else(|| capitals.last().map(|it| it + 1))?;
        Some(self.blank(at, start..to, Sort::Maybe))
    }

    /// The end of `Ukraine, Russia and France`, where its first name ends at `to`.
    fn list(&self, to: usize, plural: bool) -> usize {
        let (mut at, mut end) = (to, to);
        if !plural {
            return to;
        }
        for _ in 0..8 {
            let comma = self.is(at, ",");
            let mut next = at + usize::from(comma);
            let and = self.has(next, flag::AND);
            next += usize::from(and);
            if !comma && !and || next >= self.end {
                break;
            }
            let Some(found) = self
                .base(next, false)
                .filter(|it| matches!(it.sort, Sort::Actor(_)) && it.from == it.head.start)
            else {
                break;
            };
            at = found.to;
            if and {
                end = at;
                break;
            }
        }
        end
    }

    /// `, 45,`
    fn age(&self, it: &mut Phrase) {
        let person = matches!(it.sort, Sort::Person | Sort::Maybe);
        if person
            && self.is(it.to, ",")
            && self.kind(it.to + 1) == Some(Kind::Number)
            && self.is(it.to + 2, ",")
        {
            let span = self.atoms[it.to + 1].span;
            if span.end - span.start <= 2 {
                it.to += 3;
                it.sort = Sort::Person;
            }
        }
    }

    fn apposition(&self, it: &mut Phrase) {
        if !self.is(it.to, ",") {
            return;
        }
        let at = it.to + 1;
        let Some(mut next) = self.base(at, false).or_else(|| self.bare_name(at)) else { return };
        match &it.sort {
            Sort::Person | Sort::Maybe | Sort::Actor(_) | Sort::Proper(_) => {
                let Sort::Role(role) = next.sort else { return };
                let head = self.head(role);
                let fits = match &it.sort {
                    Sort::Person | Sort::Maybe => true,
                    Sort::Actor(hit) => match self.class(hit) {
                        Class::Person => true,
                        Class::Group
                        | Class::Organisation
                        | Class::Monitor
                        | Class::Media
                        | Class::Forces => {
                            next.determined && head.names.is_some_and(|it| it != Class::Person)
                        }
                        _ => false,
                    },
                    _ => next.determined && head.names.is_some_and(|it| it != Class::Person),
                };
                let person = head.class == Class::Role || head.names == Some(Class::Person);
                let of_person = matches!(it.sort, Sort::Person | Sort::Maybe)
                    || matches!(&it.sort, Sort::Actor(hit) if self.class(hit) == Class::Person);
                if !fits || next.plural || of_person && !person || of_person && head.sides {
                    return;
                }
                self.tail(&mut next, 1);
                let Some(to) = self.closes(next.to, it.head.len() > 1) else { return };
                it.to = to;
                if of_person {
                    it.title.get_or_insert(next.head.clone());
                }
                if it.of.is_none() {
                    it.of = next.of.take().or_else(|| self.whose(&next));
                }
                if matches!(it.sort, Sort::Maybe) {
                    it.sort = Sort::Person;
                }
            }
            Sort::Role(role) => {
                if self.head(*role).names != Some(Class::Person) || it.plural || !it.determined {
                    return;
                }
                let person = matches!(next.sort, Sort::Person)
                    || matches!(&next.sort, Sort::Actor(hit) if self.class(hit) == Class::Person);
                let named = if person {
                    next.from == at
                } else {
                    return;
                };
                if !named {
                    return;
                }
                let Some(to) = self.closes(next.to, true) else { return };
                it.of = it.of.take().or_else(|| self.whose(it));
                it.sort = next.sort;
                it.title = Some(it.head.clone());
                it.head = next.head.clone();
                it.words = next.head;
                it.to = to;
            }
            Sort::Pronoun => {}
        }
    }

    /// Two capitals and more, as the name after a role and a comma.
    fn bare_name(&self, at: usize) -> Option<Phrase> {
        let to = self.run(at).filter(|to| *to > at + 1 && !self.has(to - 1, flag::PLACE))?;
        (self.case != Case::Title).then(|| self.blank(at, at..to, Sort::Person))
    }

    /// Where an apposition read as far as `at` ends, its comma included; none if it is none.
    fn closes(&self, at: usize, may_end: bool) -> Option<usize> {
        if self.is(at, ",") {
            return Some(at + 1);
        }
        if at >= self.end || self.is(at, ".") || self.is(at, ")") || self.is(at, ";") {
            return may_end.then_some(at);
        }
        for to in at..self.end.min(at + REST) {
            if self.is(to, ",") {
                return Some(to + 1);
            }
            if self.has(to, flag::VERB) || matches!(self.kind(to), Some(Kind::Quote)) {
                return None;
            }
        }
        None
    }

    /// The state or group that a role phrase has before its head.
    fn whose(&self, it: &Phrase) -> Option<Box<Phrase>> {
        let hit = *it.adjectives.last()?;
        let start = hit.end - 1;
        Some(Box::new(self.blank(start, start..hit.end, Sort::Actor(hit))))
    }
}
