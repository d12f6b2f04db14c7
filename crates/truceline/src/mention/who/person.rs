//! Persons that no list knows. Comes in: capitals. Goes out: a person where a given name, an age, a
//! role or a verb of saying stands by; else a name that only the rest of the report can vouch for.

use crate::mention::who::{
    Class,
    atom::{Case, Kind},
    flag,
    lexicon::As,
    phrase::{Phrase, Scan, Sort},
};

impl Scan<'_> {
    /// The end of the capitals that may be one name and start at `at`.
    pub fn run(&self, at: usize) -> Option<usize> {
        if !self.opens_name(at) {
            return None;
        }
        let mut to = at;
        let mut names = 0;
        let short = self.case != Case::Plain;
        if short && !self.has(at, flag::GIVEN) {
            return None;
        }
        while to < self.end && to - at < 8 {
            let particles = self.particles(to);
            let name = to + particles;
            if name >= self.end || !self.name_atom(name, to > at) {
                break;
            }
            let given = self.has(name, flag::GIVEN);
            to = name + 1;
            names += 1;
            if short && !given && names > 1 {
                break;
            }
        }
        (to > at).then_some(to)
    }

    fn opens_name(&self, at: usize) -> bool {
        self.capital(at) || self.particles(at) > 0 && self.capital(at + self.particles(at))
    }

    /// How many particles stand at `at`: `al-`, `bin`, `van der`.
    fn particles(&self, at: usize) -> usize {
        let particle = |at: usize| {
            self.has(at, flag::PARTICLE)
                || self.has(at, flag::BOUND) && at + 1 < self.end && self.atoms[at + 1].glued
        };
        (0..2).take_while(|it| particle(at + it)).count()
    }

    fn name_atom(&self, at: usize, inside: bool) -> bool {
        if !self.capital(at) || self.has(at, flag::NO_NAME) && !self.has(at, flag::GIVEN) {
            return false;
        }
        if self.kind(at) == Some(Kind::Upper) && !inside && self.case == Case::Plain {
            return self.atoms[at].span.end - self.atoms[at].span.start <= 6;
        }
        match self.hit(at) {
            Some(hit) if hit.entry.how == As::Head => false,
            // A surname of the list after a given name is another person; other actors end the run.
            Some(hit) => {
                inside && self.class(&hit) == Class::Person && hit.end == at + 1
                    || self.has(at, flag::GIVEN) && self.lone_name(at, hit.end)
            }
            None => true,
        }
    }

    /// `Jordan Smith`: a state's name that is also a given name, before an unknown surname.
    pub fn lone_name(&self, at: usize, end: usize) -> bool {
        end == at + 1
            && self.case == Case::Plain
            && self.kind(end) == Some(Kind::Capital)
            && !self.has(end, flag::NO_NAME)
            && self.hit(end).is_none()
    }

    /// A name by itself, or capitals that the rest of the report may vouch for.
    pub fn person(&self, at: usize) -> Option<Phrase> {
        if self.atoms[at].glued && !self.has(at.saturating_sub(1), flag::PARTICLE) {
            return None;
        }
        let to = self.run(at)?;
        if self.has(to - 1, flag::PLACE) || self.has(to, flag::PLACE) {
            return Some(self.blank(at, at..to, Sort::Maybe));
        }
        let mut it = self.blank(at, at..to, Sort::Maybe);
        let names = (at..to).filter(|at| !self.has(*at, flag::PARTICLE)).count();
        let placed = at > self.first && self.has(at - 1, flag::LOCATIVE);
        let spoken = self.case == Case::Plain
            && !placed
            && (self.has(to, flag::SPEECH) && (at > self.first || names > 1)
                || at > self.first && self.has(at - 1, flag::SPEECH) && names > 1);
        if names > 1 && self.has(at, flag::GIVEN) || spoken {
            it.sort = Sort::Person;
        }
        if names > 1 || !matches!(it.sort, Sort::Maybe) {
            self.tail(&mut it, 0);
        }
        Some(it)
    }
}
