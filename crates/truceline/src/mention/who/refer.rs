//! From phrases to mentions. Comes in: the phrases of a text and the actors known before it. Goes
//! out: mentions; `the group`, `both sides`, `the army`, `he` stand for the one candidate near. Two
//! candidates are none.

use crate::{
    mention::{
        Mention,
        who::{
            Class, Who,
            atom::Atom,
            flag,
            lexicon::Lexicon,
            phrase::{Phrase, Sort},
            report::{Pair, Ref, Report, Seen, same},
        },
    },
    text::Text,
};

/// How many sentences back a descriptor may reach.
const NEAR: usize = 3;

pub fn resolve(
    text: &Text,
    atoms: &[Atom],
    lexicon: &Lexicon,
    phrases: Vec<Phrase>,
    known: &[Who],
) -> Vec<Mention<Who>> {
    let mut report = Report::new(text, atoms, lexicon);
    report.survey(&phrases, known);
    let mut found = Vec::with_capacity(phrases.len());
    let mut last = None;
    for phrase in &phrases {
        let Some(mut who) = report.who(phrase, 0) else {
            report.pass(phrase);
            continue;
        };
        report.refer(phrase, &mut who);
        report.remember(phrase, &who, &mut last);
        let span = report.span(phrase.from..phrase.to);
        found.push(Mention { span, what: who });
    }
    found
}

impl Report<'_> {
    /// Fills `stands_for` of descriptors and pronouns.
    fn refer(&self, phrase: &Phrase, who: &mut Who) {
        let now = phrase.sentence;
        match &phrase.sort {
            Sort::Pronoun if self.lexicon.has(&self.atoms[phrase.head.start], flag::SIDES) => {
                who.stands_for = self.sides(now, true);
            }
            Sort::Pronoun if phrase.plural => who.stands_for = self.they(now),
            Sort::Pronoun => who.stands_for.extend(only(&self.singles, now, 2)),
            Sort::Role(role) if phrase.adjectives.is_empty() && phrase.of.is_none() => {
                let head = &self.lexicon.heads[*role as usize];
                if head.sides {
                    let each = self.lexicon.has(&self.atoms[phrase.from], flag::QUANTITY);
                    if phrase.plural || each {
                        // `the two` may be two men, `both sides` are none.
                        let two = phrase.from == phrase.head.start;
                        who.stands_for = self.sides(now, two);
                    }
                } else if let Some(office) = head.office.as_deref() {
                    let plain = phrase.definite && phrase.head.start == phrase.words.start;
                    if plain || self.of_government(phrase) {
                        who.stands_for.extend(self.the_office(*role, office));
                    }
                } else if phrase.definite && (head.class == Class::Group || head.fighters) {
                    who.stands_for.extend(self.the_group(now));
                } else if phrase.definite && head.names == Some(Class::Person) {
                    let title = self.words(phrase.words.clone()).to_lowercase();
                    if let Some([one]) = self.titles.get(&title).map(Vec::as_slice) {
                        who.stands_for.push(one.clone());
                    }
                }
            }
            Sort::Role(_) | Sort::Person => {
                // `a spokesman for the group`, `the group's leader`
                if let Some(Phrase {
                    sort: Sort::Role(role),
                    definite: true,
                    adjectives,
                    of: None,
                    ..
                }) = phrase.of.as_deref()
                    && adjectives.is_empty()
                    && self.lexicon.heads[*role as usize].class == Class::Group
                    && let Some(group) = self.the_group(now)
                {
                    who.of = Some(group);
                }
            }
            _ => {}
        }
    }

    /// The one group near, else the one group of the report.
    fn the_group(&self, now: usize) -> Option<Ref> {
        only(&self.groups, now, NEAR).or_else(|| only(&self.groups, now, usize::MAX))
    }

    /// `government forces`, `regime troops`: a state's, if the report is about one.
    fn of_government(&self, phrase: &Phrase) -> bool {
        (phrase.words.start..phrase.head.end).any(|at| {
            let rest = &self.atoms[at..phrase.head.end];
            rest.first().is_some_and(|it| self.lexicon.has(it, flag::GOVERNMENT))
        })
    }

    /// The one office of that kind that the report has named, or that of its own state.
    fn the_office(&self, role: u32, office: &str) -> Option<Ref> {
        let own = self.home.and_then(|it| self.office(role, it));
        match self.offices.get(office).map(Vec::as_slice) {
            Some([one]) if own.as_ref().is_none_or(|it| it.1 == one.1) => Some(one.clone()),
            Some([_, ..]) => None,
            _ => own,
        }
    }

    /// The one pair near, persons only for `the two`; else the one pair of the report.
    fn pair(&self, now: usize, back: usize, persons: bool) -> Option<&Pair> {
        let recent = self.pairs.iter().rev().take(64).take_while(|it| it.sentence + back >= now);
        let mut near = recent.filter(|it| persons || !it.person);
        let first = near.next()?;
        near.all(|it| it.same(first)).then_some(first)
    }

    fn sides(&self, now: usize, persons: bool) -> Vec<Ref> {
        let near = self.pair(now, NEAR, persons).or(match &self.distinct[..] {
            [one]
                if !self
                    .pairs
                    .iter()
                    .rev()
                    .take(64)
                    .any(|it| it.sentence + NEAR >= now && !it.person) =>
            {
                Some(one)
            }
            _ => None,
        });
        near.map_or(Vec::new(), |it| it.sides.to_vec())
    }

    /// Whom `they` stands for: a pair just named, else the one plural just named.
    fn they(&self, now: usize) -> Vec<Ref> {
        let plural = self.plurals.iter().rev().take(64).take_while(|it| it.sentence + 1 >= now);
        if let Some(pair) = self.pair(now, 1, true) {
            let inside = plural.into_iter().all(|it| pair.holds(&it.what));
            return if inside { pair.sides.to_vec() } else { Vec::new() };
        }
        only(&self.plurals, now, 1).into_iter().collect()
    }

    /// Capitals that may be a person: after them `he` is nobody for sure.
    fn pass(&mut self, phrase: &Phrase) {
        if phrase.head.len() > 1 {
            let what = (self.words(phrase.head.clone()), None);
            push(&mut self.singles, Seen { sentence: phrase.sentence, what });
        }
    }

    /// Keeps what a mention adds for the descriptors after it.
    fn remember(&mut self, phrase: &Phrase, who: &Who, last: &mut Option<(usize, Ref, bool)>) {
        let sentence = phrase.sentence;
        let what: Ref = match &who.stands_for[..] {
            [one] => one.clone(),
            _ => (who.name.clone(), who.id.clone()),
        };
        let seen = || Seen { sentence, what: what.clone() };
        let resolved = who.stands_for.len() == 1;
        if who.class == Class::Person && (!matches!(phrase.sort, Sort::Pronoun) || resolved) {
            push(&mut self.singles, seen());
        }
        let by_name = matches!(phrase.sort, Sort::Actor(_) | Sort::Proper(_) | Sort::Maybe);
        if who.class == Class::Group && by_name {
            push(&mut self.groups, seen());
        }
        if let Some(of) = &phrase.of
            && let Sort::Actor(hit) = &of.sort
            && self.class_of(hit) == Class::Group
            && let Some(row) = self.choose(hit, false)
        {
            let what = self.ref_of(row);
            push(&mut self.groups, Seen { sentence, what });
        }
        // A rebel chief names his group too.
        if who.class == Class::Person
            && by_name
            && let Some(of) = &who.of
            && let Some(row) = of.1.as_deref().and_then(|id| self.lexicon.row(id))
            && self.lexicon.rows[row as usize].class == Class::Group
        {
            let what = of.clone();
            push(&mut self.groups, Seen { sentence, what });
        }
        let plural = phrase.plural || matches!(who.class, Class::Group) && by_name;
        if plural && (!matches!(phrase.sort, Sort::Pronoun) || resolved) {
            push(&mut self.plurals, seen());
        }
        if let Some((office, named)) = self.office_of(phrase, who) {
            let all = self.offices.entry(office).or_default();
            if !all.contains(&named) && all.len() < 3 {
                all.push(named);
            }
        }
        if let Some(title) = &phrase.title
            && who.class == Class::Person
        {
            let title = self.words(title.clone()).to_lowercase();
            let all = self.titles.entry(title).or_default();
            if !all.iter().any(|it| same(it, &what)) && all.len() < 3 {
                all.push(what.clone());
            }
        }
        let party =
            matches!(who.class, Class::State | Class::Forces | Class::Group | Class::Person)
                || who.class == Class::People && matches!(phrase.sort, Sort::Actor(_));
        let person = who.class == Class::Person;
        if let Some((to, before, was_person)) = last.take()
            && party
            && person == was_person
            && self.conjoined(to, phrase.from)
            && before != what
        {
            let pair = Pair { sentence, person, sides: [before, what.clone()] };
            if !person && self.distinct.len() < 2 && !self.distinct.iter().any(|it| it.same(&pair))
            {
                self.distinct.push(pair.clone());
            }
            self.pairs.push(pair);
        }
        *last = party.then_some((phrase.to, what, person));
    }

    /// Which office of which state a mention names: `army`, Israel Defense Forces.
    fn office_of(&self, phrase: &Phrase, who: &Who) -> Option<(String, Ref)> {
        let id = who.id.as_deref()?;
        match phrase.sort {
            Sort::Role(role) => {
                let office = self.lexicon.heads[role as usize].office.as_deref()?;
                let named = self.office(role, self.state(phrase)?)?;
                (named.1.as_deref() == Some(id)).then(|| (office.to_owned(), named))
            }
            Sort::Actor(_) if who.class == Class::Forces => {
                let (state, office) = id.split_once('-')?;
                let row = self.lexicon.row(state)?;
                self.is_state(row).then(|| (office.to_owned(), (who.name.clone(), who.id.clone())))
            }
            _ => None,
        }
    }

    /// Whether only `and`, or a hyphen, stands between two phrases.
    fn conjoined(&self, to: usize, from: usize) -> bool {
        if from == to {
            return from < self.atoms.len() && self.atoms[from].glued;
        }
        from == to + 1 && self.lexicon.has(&self.atoms[to], flag::AND)
    }
}

fn push(into: &mut Vec<Seen>, seen: Seen) {
    if into.last().is_none_or(|it| it.what != seen.what || it.sentence != seen.sentence) {
        into.push(seen);
    }
}

/// The one candidate within so many sentences back; none where there are two.
fn only(seen: &[Seen], now: usize, back: usize) -> Option<Ref> {
    let mut near = seen.iter().rev().take_while(|it| it.sentence.saturating_add(back) >= now);
    let first = near.next()?;
    near.take(64).all(|it| same(&it.what, &first.what)).then(|| first.what.clone())
}
