//! The end of a phrase. Comes in: what was read of it. Goes out: a phrase with its owner, its words
//! and its nationalities, or nothing where the words name no actor after all.

use crate::mention::who::{
    Class,
    atom::{Case, Kind},
    base::Draft,
    flag,
    lexicon::{As, Hit},
    phrase::{Phrase, Sort},
};

impl Draft<'_, '_> {
    /// Gives a head all that was read before it.
    pub fn seal(&mut self, mut it: Phrase) -> Phrase {
        let owner = self.owner.take();
        it.from = self.at;
        it.determined = self.from > self.at || owner.is_some();
        it.definite = self.definite || owner.is_some();
        it.joined = self.joined;
        it.words = match it.sort {
            Sort::Proper(_) => {
                self.proper.map_or(self.words, |it| it.0).min(it.head.start)..it.head.end
            }
            Sort::Role(_) => self.words..it.head.end,
            _ => it.head.clone(),
        };
        it.of = match (owner, self.group) {
            (Some(owner), _) => Some(Box::new(owner)),
            (None, Some(group)) => {
                let start = it.words.start;
                Some(Box::new(self.scan.blank(start, start..group.end, Sort::Actor(group))))
            }
            _ => None,
        };
        let to = it.to;
        it.adjectives = self.adjectives.iter().filter(|it| it.end <= to).copied().collect();
        it
    }

    pub fn finish(mut self, i: usize) -> Option<Phrase> {
        let scan = self.scan;
        let Some(best) = self.best.take() else {
            if self.owner.is_some() {
                return self.owner;
            }
            return self.doer(i).or_else(|| self.people_by_adjective(i));
        };
        let mut it = self.seal(best);
        // `both Turkey and …`: the determiner is not the name's.
        let shared = self.scan.has(self.at, flag::SHARED) && self.from == self.at + 1;
        if shared
            && it.of.is_none()
            && matches!(it.sort, Sort::Actor(_))
            && it.head.start == self.from
        {
            it.from = self.from;
            it.determined = false;
        }
        let follows = |flags| scan.has(it.to, flags) && !scan.atoms[it.to].glued;
        match &it.sort {
            Sort::Role(role) => {
                let bare = it.from == it.head.start && !it.plural && scan.case == Case::Plain;
                let head = scan.head(*role);
                let people = head.class == Class::People;
                let used = follows(if people { flag::DEED | flag::THING } else { flag::DEED });
                let apposed = it.from > scan.first && scan.is(it.from - 1, ",");
                if bare && !head.bare && !scan.capital(it.from) && !used && !apposed {
                    return None;
                }
                // `civilian casualties`, `rebel territory`; not `the rebels attack`.
                let unknown = head.adjective
                    && scan.kind(it.to) == Some(Kind::Lower)
                    && scan.atoms[it.to].word == 0;
                let thing = follows(flag::THING) && !follows(flag::VERB);
                if !it.plural && !people && (thing || unknown) {
                    return None;
                }
            }
            Sort::Actor(_) if it.of.is_none() && self.from > self.at => {
                let lower = scan.kind(it.to) == Some(Kind::Lower) && scan.atoms[it.to].word == 0;
                let hyphened = it.to < scan.end && scan.atoms[it.to].glued;
                let noun = follows(flag::DEED | flag::THING) && !follows(flag::VERB);
                if hyphened || noun || lower && !self.definite {
                    it.from = it.head.start;
                    it.determined = false;
                }
            }
            _ => {}
        }
        Some(it)
    }

    /// `Israeli gunfire`, `Syrian and Russian airstrikes`: whoever did it, by the adjective alone.
    fn doer(&self, i: usize) -> Option<Phrase> {
        let mut hit = *self.adjectives.first()?;
        if !self.scan.has(i, flag::DEED) {
            return None;
        }
        let start = self.start_of(&hit, i)?;
        hit.entry.how = As::Doer;
        let mut it = self.scan.blank(start, start..hit.end, Sort::Actor(hit));
        it.from = start;
        Some(it)
    }

    /// `a Palestinian`, `the Lebanese`: an adjective that no noun follows.
    fn people_by_adjective(&self, to: usize) -> Option<Phrase> {
        let scan = self.scan;
        let hit = *self.adjectives.last().filter(|it| it.end == to && self.from > self.at)?;
        let open = to >= scan.end
            || scan.has(to, flag::VERB | flag::LOCATIVE | flag::AND | flag::OTHER | flag::WITH)
            || scan.kind(to) == Some(Kind::Mark);
        let start = self.start_of(&hit, to)?;
        if !open {
            return None;
        }
        let mut it = scan.blank(self.at, start..to, Sort::Actor(hit));
        it.determined = true;
        it.definite = self.definite;
        Some(it)
    }

    fn start_of(&self, hit: &Hit, to: usize) -> Option<usize> {
        let same = |at: &usize| self.scan.hit(*at).is_some_and(|it| it.end == hit.end);
        (self.at..to).find(same)
    }
}
