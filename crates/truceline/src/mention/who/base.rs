//! A noun phrase from its determiner to its head. Comes in: the atom it starts at. Goes out: a
//! phrase that ends at its head. Reads from left to right and keeps the last head it has met.

use crate::mention::who::{
    Class,
    atom::{Case, Kind},
    flag,
    lexicon::{As, Head, Hit},
    phrase::{Phrase, Scan, Sort},
};

/// No phrase has more atoms before its head.
const LONGEST: usize = 18;

/// What has been read of a phrase.
pub struct Draft<'s, 'a> {
    pub scan: &'s Scan<'a>,
    pub at: usize,
    /// After the determiner.
    pub from: usize,
    /// After the last owner.
    pub words: usize,
    pub definite: bool,
    pub owner: Option<Phrase>,
    pub best: Option<Phrase>,
    pub adjectives: Vec<Hit>,
    /// The group or body before the head: `Hamas` in `Hamas fighters`.
    pub group: Option<Hit>,
    /// Unknown capitals before the head, and their end.
    pub proper: Option<(usize, usize)>,
    pub titled: bool,
    pub modified: bool,
    /// An unknown word was passed over.
    pub gap: bool,
    /// Stands after `of` or the like.
    pub inner: bool,
    /// `and` stands between its modifiers.
    pub joined: bool,
}

impl Scan<'_> {
    /// From the determiner to the head.
    pub fn base(&self, at: usize, inner: bool) -> Option<Phrase> {
        let mut from = at;
        // `the Tigers`, `The Times`: the determiner is part of the name.
        let named = self.hit(at).is_some_and(|it| it.entry.how == As::Name && it.end > at + 1);
        if self.has(at, flag::DETERMINER) && !self.atoms[at].glued && !named && !self.stopped(at) {
            from += 1;
            if self.has(at, flag::QUANTITY) && self.has(from, flag::OF) {
                from += 1;
            }
            if self.has(from, flag::DETERMINER) {
                from += 1;
            }
        }
        let definite = from > at && !self.has(from - 1, flag::INDEFINITE)
            || named && self.has(at, flag::DETERMINER);
        let mut draft = Draft {
            scan: self,
            at,
            from,
            words: from,
            definite,
            owner: None,
            best: None,
            adjectives: Vec::new(),
            group: None,
            proper: None,
            titled: false,
            modified: false,
            gap: false,
            joined: false,
            inner,
        };
        let mut i = from;
        while i < self.end && i - at < LONGEST {
            match draft.step(i) {
                Some(next) => i = next,
                None => break,
            }
        }
        draft.finish(i)
    }
}

impl Draft<'_, '_> {
    /// The head, where it ends right before `i`.
    fn here(&self, i: usize) -> Option<&Phrase> {
        self.best.as_ref().filter(|it| it.to == i)
    }

    /// Whether a head ends before `i` that no modifier may follow.
    fn closed(&self, i: usize) -> bool {
        self.here(i).is_some_and(|it| !self.may_precede(it))
    }

    /// Takes what stands at `i`; the atom after it, or none where the phrase cannot go on.
    fn step(&mut self, i: usize) -> Option<usize> {
        let scan = self.scan;
        if scan.kind(i) == Some(Kind::Possessive) {
            return self.possess(i);
        }
        let hit = scan.hit(i);
        if let Some(to) = scan.compound(i, hit.as_ref()) {
            return self.modify(i, to);
        }
        match hit {
            Some(hit) if hit.entry.how == As::Adjective => {
                let to = self.modify(i, hit.end)?;
                self.adjectives.push(hit);
                Some(to)
            }
            Some(hit) if hit.entry.how == As::Head => self.role(i, hit),
            Some(hit) if scan.has(i, flag::GIVEN) && scan.lone_name(i, hit.end) => None,
            Some(hit) => self.name(i, hit),
            None if scan.has(i, flag::TITLE) => {
                self.titled = true;
                self.modify(i, i + 1)
            }
            None if scan.has(i, flag::MODIFIER | flag::COMPASS) => {
                // `accused`, `elected`: a verb unless something of the phrase stands before it.
                let verb = scan.has(i, flag::VERB) && (!self.begun() || self.here(i).is_some());
                if verb { None } else { self.modify(i, scan.chain(i)) }
            }
            None if scan.has(i, flag::NUMBER) || scan.kind(i) == Some(Kind::Number) => {
                let late = self.best.is_some() || self.proper.is_some();
                if late { None } else { self.modify(i, scan.chain(i)) }
            }
            None => self.capitals(i).or_else(|| self.join(i)),
        }
    }

    fn begun(&self) -> bool {
        self.best.is_some() || self.modified || self.owner.is_some() || self.from > self.at
    }

    fn modify(&mut self, i: usize, to: usize) -> Option<usize> {
        if self.closed(i) {
            return None;
        }
        self.modified = true;
        Some(to)
    }

    fn possess(&mut self, i: usize) -> Option<usize> {
        let best = self.best.take_if(|it| it.to == i)?;
        let owner = self.seal(best);
        self.owner = Some(owner);
        self.adjectives.clear();
        self.group = None;
        self.proper = None;
        self.titled = false;
        self.modified = false;
        self.gap = false;
        self.joined = false;
        self.words = i + 1;
        Some(i + 1)
    }

    fn role(&mut self, i: usize, hit: Hit) -> Option<usize> {
        let scan = self.scan;
        let head = scan.head(hit.entry.row);
        let capital = scan.case == Case::Plain && scan.capital(i);
        let named = |it: &Phrase| matches!(it.sort, Sort::Role(_) | Sort::Proper(_));
        // `Borno Elders | Forum`: the capitals go on.
        let goes_on = capital && i > self.from && scan.capital(i - 1);
        let blocked = self.here(i).is_some_and(|it| {
            !(self.may_precede(it) || goes_on && named(it))
                || self.clashes(it, head)
                || head.verb && scan.has(hit.end, flag::DETERMINER | flag::PRONOUN | flag::GIVEN)
        });
        let unfit = head.owner && scan.kind(hit.end) != Some(Kind::Possessive)
            || head.not_of && scan.has(hit.end, flag::OF)
            || capital && scan.capital(hit.end) && scan.has(hit.end, flag::PLACE)
            || head.capital && scan.case == Case::Plain && !capital;
        if blocked || unfit {
            let passes = head.before && self.here(i).is_none();
            return if passes { self.modify(i, hit.end) } else { None };
        }
        if let Some(Phrase { sort: Sort::Actor(hit), .. }) = &self.best {
            self.group = Some(*hit);
        }
        if head.needs && !self.begun() && !self.inner {
            return if head.before { self.modify(i, hit.end) } else { None };
        }
        let body = head.names.is_none() || head.class != Class::Role;
        let whole = self.proper.is_some() && capital && body;
        let role = hit.entry.row;
        let sort = if whole { Sort::Proper(role) } else { Sort::Role(role) };
        let mut it = scan.blank(self.at, i..hit.end, sort);
        it.plural = hit.entry.plural;
        self.best = Some(it);
        self.modified = true;
        Some(hit.end)
    }

    fn name(&mut self, i: usize, hit: Hit) -> Option<usize> {
        let scan = self.scan;
        let class = scan.class(&hit);
        let late = self.best.is_some() && self.here(i).is_none();
        if late
            || self.here(i).is_some_and(|it| !self.takes_name(it, class))
            || hit.entry.how == As::Capital && self.owner.is_some()
        {
            return None;
        }
        let mut it = scan.blank(self.at, i..hit.end, Sort::Actor(hit));
        it.plural = hit.entry.plural;
        if class == Class::Person {
            it.title = self.here(i).map(|it| it.head.clone());
        }
        // `Maher Assad` is not Assad.
        if let Some((start, to)) = self.proper.take()
            && class == Class::Person
            && to == i
            && hit.end == i + 1
        {
            it.sort = Sort::Person;
            it.head.start = start;
        }
        self.best = Some(it);
        self.modified = true;
        Some(hit.end)
    }

    /// Capitals that no list knows: a person after a role or a title, else a modifier.
    fn capitals(&mut self, i: usize) -> Option<usize> {
        let scan = self.scan;
        if self.proper.is_some_and(|(_, to)| to == i) {
            return None;
        }
        let to = scan.run(i)?;
        let takes = |it: &Phrase| matches!(it.sort, Sort::Role(role) if scan.head(role).names == Some(Class::Person));
        let owned = self.owner.is_some() || !self.adjectives.is_empty();
        let person = self.titled
            || self.here(i).is_some_and(takes)
            || owned && self.best.is_none() && scan.has(i, flag::GIVEN) && to > i + 1;
        if person && !scan.has(to - 1, flag::PLACE) {
            let mut it = scan.blank(self.at, i..to, Sort::Person);
            it.title = self.here(i).map(|it| it.head.clone());
            self.best = Some(it);
            return Some(to);
        }
        // At the start of a sentence one capital tells nothing.
        let lonely = i == scan.first && to == i + 1 && !scan.capital(to);
        if self.best.is_some() || scan.case != Case::Plain || lonely {
            return None;
        }
        self.proper = Some((i, to));
        self.modified = true;
        Some(to)
    }

    /// `and` or a comma between two modifiers, or one unknown word before a single speaker:
    /// `the top foreign-exchange | adviser`.
    fn join(&mut self, i: usize) -> Option<usize> {
        let scan = self.scan;
        if !self.begun() || self.here(i).is_some() || i + 1 >= scan.end {
            return None;
        }
        let next = scan.hit(i + 1);
        if scan.has(i, flag::AND) || scan.is(i, ",") {
            let like = scan.has(i + 1, flag::MODIFIER)
                || next.is_some_and(|it| it.entry.how == As::Adjective)
                || scan.compound(i + 1, next.as_ref()).is_some()
                || next
                    .is_some_and(|it| it.entry.how == As::Head && scan.head(it.entry.row).before);
            // `Turkish and | Kurdish forces`
            let like = like
                || self.adjectives.last().is_some_and(|it| it.end == i)
                    && next.is_some_and(|it| {
                        it.end > i + 2 && matches!(scan.class(&it), Class::Forces | Class::Group)
                    });
            let proper = self.proper.is_some_and(|(_, to)| to == i);
            self.joined |= like;
            return (self.modified && like && !proper).then_some(i + 1);
        }
        let speaker = next.is_some_and(|it| {
            it.entry.how == As::Head
                && !it.entry.plural
                && scan.head(it.entry.row).names == Some(Class::Person)
        });
        let unknown = scan.atoms[i].word == 0 && scan.kind(i) == Some(Kind::Lower);
        if self.gap || !unknown || !speaker || scan.atoms[i + 1].glued {
            return None;
        }
        self.gap = true;
        Some(i + 1)
    }

    /// Whether another head may follow a head: `army | spokesman`, `Assad | government`.
    fn may_precede(&self, it: &Phrase) -> bool {
        match &it.sort {
            Sort::Role(role) | Sort::Proper(role) => self.scan.head(*role).before,
            Sort::Actor(hit) => hit.entry.how != As::People,
            _ => false,
        }
    }

    /// After a person comes only a body that bears his name: `the Assad government`.
    fn clashes(&self, it: &Phrase, head: &Head) -> bool {
        let person = match &it.sort {
            Sort::Actor(hit) => self.scan.class(hit) == Class::Person,
            Sort::Person => true,
            _ => false,
        };
        person && head.office.is_none() && !head.fighters
    }

    /// `the group | Boko Haram`, `President | Trump`.
    fn takes_name(&self, it: &Phrase, class: Class) -> bool {
        match &it.sort {
            Sort::Role(role) | Sort::Proper(role) => match self.scan.head(*role).names {
                Some(Class::Person) => class == Class::Person,
                Some(_) => !matches!(class, Class::Person | Class::State | Class::People),
                None => false,
            },
            _ => false,
        }
    }
}
