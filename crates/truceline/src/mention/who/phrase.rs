//! A noun phrase from its determiner to its head. Comes in: atoms. Goes out: phrases, in order, none
//! overlapping. Never looks beyond its sentence and never says who `the group` is.

use std::ops::Range;

use crate::{
    mention::who::{
        Class,
        atom::{self, Atom, Case, Kind},
        lexicon::{As, Head, Hit, Lexicon, flag},
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
    /// Nationalities and the like before the head.
    pub adjectives: Vec<Hit>,
    /// Letters in brackets after it: `(SDF)`.
    pub letters: Option<Range<usize>>,
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

/// No phrase has more atoms before its head.
const LONGEST: usize = 18;

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
        while at < self.end {
            let found = self.pronoun(at).or_else(|| self.phrase(at, 0)).or_else(|| self.person(at));
            let Some(found) = found else {
                at = self.skip(at);
                continue;
            };
            at = found.to.max(at + 1);
            if !self.is_place(&found) {
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

    pub fn has(&self, at: usize, flags: u32) -> bool {
        at < self.end && self.lexicon.has(&self.atoms[at], flags)
    }

    pub fn is(&self, at: usize, word: &str) -> bool {
        at < self.end && self.atoms[at].span.of(self.text) == word
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
    fn chain(&self, at: usize) -> usize {
        let mut to = at + 1;
        while to < self.end && self.atoms[to].glued && to - at < 8 {
            to += 1;
        }
        to
    }

    pub fn capital(&self, at: usize) -> bool {
        matches!(self.kind(at), Some(Kind::Capital | Kind::Upper | Kind::Initial))
    }

    fn pronoun(&self, at: usize) -> Option<Phrase> {
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
            adjectives: Vec::new(),
            letters: None,
            sentence: self.sentence,
        }
    }

    /// A phrase with all that belongs to it.
    pub fn phrase(&self, at: usize, depth: u32) -> Option<Phrase> {
        let mut found = self.base(at)?;
        if depth < 3 {
            self.tail(&mut found, depth);
        }
        Some(found)
    }

    /// From the determiner to the head.
    pub fn base(&self, at: usize) -> Option<Phrase> {
        let mut from = at;
        let mut definite = false;
        if self.has(at, flag::DETERMINER) && !self.atoms[at].glued {
            from += 1;
            if self.has(at, flag::QUANTITY) && self.has(from, flag::OF) {
                from += 1;
            }
            if self.has(from, flag::DETERMINER) {
                from += 1;
            }
            definite = self.is_definite(from - 1);
        }
        let mut owner: Option<Phrase> = None;
        let mut best: Option<Phrase> = None;
        let mut adjectives: Vec<Hit> = Vec::new();
        let mut group: Option<Hit> = None;
        let mut proper = None;
        let mut titled = false;
        let mut modifier = false;
        let mut words = from;
        let mut i = from;
        while i < self.end && i - at < LONGEST {
            let here = best.as_ref().filter(|it| it.to == i);
            if self.kind(i) == Some(Kind::Possessive) {
                let Some(found) = best.take_if(|it| it.to == i) else { break };
                if owner.is_some() && i - from > LONGEST / 2 {
                    best = Some(found);
                    break;
                }
                owner = Some(found);
                (group, proper, titled, modifier) = (None, None, false, false);
                adjectives.clear();
                words = i + 1;
                i += 1;
                continue;
            }
            let before = best.is_some() || modifier || owner.is_some() || from > at;
            let hit = self.hit(i);
            if let Some(to) = self.compound(i, hit.as_ref()) {
                if here.is_some_and(|it| !self.may_precede(it)) {
                    break;
                }
                i = to;
                modifier = true;
                continue;
            }
            match hit {
                Some(hit) if hit.entry.how == As::Adjective => {
                    if here.is_some_and(|it| !self.may_precede(it)) {
                        break;
                    }
                    adjectives.push(hit);
                    modifier = true;
                    i = hit.end;
                }
                Some(hit) if hit.entry.how == As::Head => {
                    let role = hit.entry.row;
                    let head = self.head(role);
                    let capital = self.capital(i);
                    let previous_capital =
                        capital && self.case == Case::Plain && i > from && self.capital(i - 1);
                    if here.is_some_and(|it| {
                        !self.may_precede(it)
                            && !(previous_capital
                                && matches!(it.sort, Sort::Role(_) | Sort::Proper(_)))
                    }) || here.is_some_and(|it| self.clashes(it, head))
                        || head.verb && here.is_some() && self.opens_object(hit.end)
                        || head.owner && self.kind(hit.end) != Some(Kind::Possessive)
                        || head.not_of && self.has(hit.end, flag::OF)
                    {
                        if head.before && here.is_none() {
                            modifier = true;
                            i = hit.end;
                            continue;
                        }
                        break;
                    }
                    if let Some(it) = here
                        && let Sort::Actor(hit) = it.sort
                    {
                        group = Some(hit);
                    }
                    if !head.needs || before {
                        let whole = proper
                            .filter(|_| capital)
                            .filter(|_| head.names.is_none() || head.class != Class::Role);
                        let sort =
                            if whole.is_some() { Sort::Proper(role) } else { Sort::Role(role) };
                        let mut it = self.blank(at, i..hit.end, sort);
                        it.plural = hit.entry.plural;
                        best = Some(it);
                    } else if !head.before {
                        break;
                    }
                    modifier = true;
                    i = hit.end;
                }
                Some(hit) => {
                    let class = self.class(&hit);
                    if let Some(it) = here
                        && !self.takes_name(it, class)
                    {
                        break;
                    }
                    if hit.entry.how == As::Capital && owner.is_some() {
                        break;
                    }
                    let mut it = self.blank(at, i..hit.end, Sort::Actor(hit));
                    it.plural = hit.entry.plural;
                    // `Maher Assad` is not Assad.
                    if class == Class::Person
                        && proper.is_some_and(|(_, to)| to == i)
                        && hit.end == i + 1
                    {
                        it.sort = Sort::Person;
                        it.head.start = proper.expect("just seen").0;
                    }
                    best = Some(it);
                    proper = None;
                    i = hit.end;
                    modifier = true;
                }
                None if self.has(i, flag::TITLE) => {
                    if here.is_some_and(|it| !self.may_precede(it)) {
                        break;
                    }
                    titled = true;
                    modifier = true;
                    i += 1;
                }
                None if self.has(i, flag::MODIFIER | flag::COMPASS)
                    || self.has(i, flag::NUMBER)
                    || self.kind(i) == Some(Kind::Number) =>
                {
                    let number = !self.has(i, flag::MODIFIER | flag::COMPASS);
                    if number && (best.is_some() || proper.is_some())
                        || here.is_some_and(|it| !self.may_precede(it))
                    {
                        break;
                    }
                    i = self.chain(i);
                    modifier = true;
                }
                None if self.run(i).is_some() && proper.is_none_or(|(_, to)| to != i) => {
                    let to = self.run(i).expect("just seen");
                    let person = titled
                        || here.is_some_and(|it| matches!(it.sort, Sort::Role(role) if self.head(role).names == Some(Class::Person)))
                        || (owner.is_some() || !adjectives.is_empty()) && best.is_none() && self.has(i, flag::GIVEN) && to > i + 1;
                    if person && !self.has(to - 1, flag::PLACE) {
                        best = Some(self.blank(at, i..to, Sort::Person));
                        i = to;
                        continue;
                    }
                    let lonely = i == self.first && to == i + 1 && !self.capital(to);
                    if here.is_some() || self.case != Case::Plain || lonely {
                        break;
                    }
                    proper = Some((i, to));
                    modifier = true;
                    i = to;
                }
                None if modifier && here.is_none() && self.joins(i) => i += 1,
                None => break,
            }
        }
        if best.is_none() && owner.is_none() && (from > at || !adjectives.is_empty()) {
            best = self.people_by_adjective(at, i, &adjectives, from);
        }
        let Some(mut found) = best else { return owner };
        found.from = at;
        found.determined = from > at || owner.is_some();
        found.definite = definite || owner.is_some();
        found.words = match found.sort {
            Sort::Proper(_) => {
                proper.map_or(words, |it| it.0.min(found.head.start))..found.head.end
            }
            Sort::Role(_) => words..found.head.end,
            _ => found.head.clone(),
        };
        adjectives.retain(|it| it.end <= found.to);
        found.of = match (owner, group) {
            (Some(owner), _) => Some(Box::new(owner)),
            (None, Some(group)) => {
                let start = found.words.start;
                Some(Box::new(self.blank(start, start..group.end, Sort::Actor(group))))
            }
            _ => None,
        };
        found.adjectives = adjectives;
        Some(found)
    }

    fn is_definite(&self, at: usize) -> bool {
        at < self.end
            && !matches!(
                self.atoms[at].span.of(self.text),
                "a" | "an" | "A" | "An" | "some" | "Some"
            )
    }

    /// The end of a hyphenated modifier: `Saudi-led`, `20-year-old`, `pro-Russian`, `Islamic
    /// State-held`; not `al-Qaeda`, not `chief-of-staff`, not `U.S.-brokered`, which names a mediator.
    fn compound(&self, at: usize, hit: Option<&Hit>) -> Option<usize> {
        // The hyphen may come after several words of a name.
        let start = hit.map_or(at, |hit| hit.end - 1);
        let to = self.chain(start);
        if to == start + 1 || self.has(to - 1, flag::BROKERED) {
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

    /// Whether another head may follow a head: `army | spokesman`, `Assad | government`.
    fn may_precede(&self, it: &Phrase) -> bool {
        match &it.sort {
            Sort::Role(role) | Sort::Proper(role) => self.head(*role).before,
            Sort::Actor(hit) => hit.entry.how != As::People,
            _ => false,
        }
    }

    /// After a person comes only a body that bears his name: `the Assad government`.
    fn clashes(&self, it: &Phrase, head: &Head) -> bool {
        let person = match &it.sort {
            Sort::Actor(hit) => self.class(hit) == Class::Person,
            Sort::Person => true,
            _ => false,
        };
        person && (head.office.is_none() && !head.fighters)
    }

    /// `the group | Boko Haram`, `President | Trump`.
    fn takes_name(&self, it: &Phrase, class: Class) -> bool {
        match &it.sort {
            Sort::Role(role) | Sort::Proper(role) => match self.head(*role).names {
                Some(Class::Person) => class == Class::Person,
                Some(_) => !matches!(class, Class::Person | Class::State | Class::People),
                None => false,
            },
            _ => false,
        }
    }

    fn opens_object(&self, at: usize) -> bool {
        self.has(at, flag::DETERMINER | flag::PRONOUN | flag::GIVEN)
    }

    /// `and` or a comma between two modifiers.
    fn joins(&self, at: usize) -> bool {
        if !(self.has(at, flag::AND) || self.is(at, ",")) || at + 1 >= self.end {
            return false;
        }
        self.has(at + 1, flag::MODIFIER)
            || self.hit(at + 1).is_some_and(|it| it.entry.how == As::Adjective)
            || self.compound(at + 1, self.hit(at + 1).as_ref()).is_some()
            || self
                .hit(at + 1)
                .is_some_and(|it| it.entry.how == As::Head && self.head(it.entry.row).before)
                && self.hit(at - 1).is_some_and(|it| it.entry.how != As::Head)
    }

    /// `a Palestinian`, `the Lebanese`: an adjective that no noun follows.
    fn people_by_adjective(
        &self,
        at: usize,
        to: usize,
        adjectives: &[Hit],
        from: usize,
    ) -> Option<Phrase> {
        let hit = *adjectives.last().filter(|it| it.end == to && from > at)?;
        let open = to >= self.end
            || self.has(to, flag::VERB | flag::LOCATIVE | flag::AND | flag::OTHER | flag::WITH)
            || self.kind(to) == Some(Kind::Mark);
        let start = (at..to).rev().find(|&it| self.hit(it).is_some_and(|it| it.end == to))?;
        open.then(|| self.blank(at, start..to, Sort::Actor(hit)))
    }

    /// A state that is only where something is: `in Syria`, `northern Syria`, `Damascus` unless it
    /// acts.
    fn is_place(&self, it: &Phrase) -> bool {
        let Sort::Actor(hit) = &it.sort else { return false };
        if self.class(hit) != Class::State || matches!(hit.entry.how, As::People | As::Adjective) {
            return false;
        }
        let previous = it.from.checked_sub(1).filter(|at| *at >= self.first);
        if previous.is_some_and(|at| self.has(at, flag::LOCATIVE))
            || (it.from..it.head.start).any(|at| self.has(at, flag::COMPASS))
        {
            return true;
        }
        if hit.entry.how != As::Capital {
            return false;
        }
        let acts = self.has(it.to, flag::VERB)
            || previous.is_some_and(|at| self.has(at, flag::WITH))
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
