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
            report::{Ref, Report, Seen, same},
        },
    },
    text::Text,
};

/// How many sentences back a descriptor may reach.
pub const NEAR: usize = 3;

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
    let mut last = Last::default();
    let mut sides = Vec::new();
    for phrase in &phrases {
        let Some(mut who) = report.who(phrase, 0) else {
            report.pass(phrase);
            continue;
        };
        report.refer(phrase, &mut who);
        if let Some(two) = report.names_sides(phrase) {
            sides.push((found.len(), phrase.sentence, two));
        }
        report.remember(phrase, &who, &mut last);
        let span = report.span(phrase.from..phrase.to);
        found.push(Mention { span, what: who });
    }
    // `both sides` waits for the end: which pair is the report's own shows only then.
    for (at, sentence, two) in sides {
        found[at].what.stands_for = report.sides(sentence, two);
    }
    found
}

/// A party just named.
struct Before {
    phrase: std::ops::Range<usize>,
    what: Ref,
    class: Class,
    country: Option<String>,
}

/// The mention before, and the party before it in its sentence.
#[derive(Default)]
struct Last {
    mention: Option<Before>,
    party: Option<(usize, Ref)>,
}

impl Report<'_> {
    /// Fills `stands_for` of descriptors and pronouns.
    fn refer(&self, phrase: &Phrase, who: &mut Who) {
        let now = phrase.sentence;
        match &phrase.sort {
            Sort::Pronoun if phrase.plural => who.stands_for = self.they(now),
            Sort::Pronoun => who.stands_for.extend(only(&self.singles, now, 2)),
            Sort::Role(role) if phrase.adjectives.is_empty() && phrase.of.is_none() => {
                let head = &self.lexicon.heads[*role as usize];
                if head.sides {
                    // Settled at the end.
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

    /// The one group near, else the one that the report is about.
    fn the_group(&self, now: usize) -> Option<Ref> {
        only(&self.groups, now, NEAR).or_else(|| {
            let near = self.groups.iter().rev().take(64).any(|it| it.sentence + NEAR >= now);
            if near { None } else { main(&self.groups) }
        })
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

    /// Capitals that may be a person: after them `he` is nobody for sure.
    fn pass(&mut self, phrase: &Phrase) {
        if phrase.head.len() > 1 {
            let what = (self.words(phrase.head.clone()), None);
            push(&mut self.singles, Seen { sentence: phrase.sentence, what });
        }
    }

    /// Keeps what a mention adds for the descriptors after it.
    fn remember(&mut self, phrase: &Phrase, who: &Who, last: &mut Last) {
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
        let conjoined = last.mention.take().filter(|it| {
            // Gazans and Palestinians are no two sides.
            let one_people = it.class == Class::People
                && who.class == Class::People
                && it.country == who.country;
            let alike = (it.class == Class::Person) == person && !one_people;
            party && alike && it.what != what && self.conjoined(it.phrase.end, phrase.from)
        });
        let across = last.party.take_if(|it| it.0 == sentence).filter(|(_, before)| {
            party && !person && *before != what && self.stands_across(phrase.from)
        });
        if let Some(it) = conjoined {
            let between = it.phrase.start.checked_sub(1).map(|at| &self.atoms[at]);
            let between = between.is_some_and(|it| self.lexicon.has(it, flag::BETWEEN));
            self.pair_up(sentence, person, [it.what, what.clone()], if between { 3 } else { 1 });
        } else if let Some((_, before)) = across {
            self.pair_up(sentence, person, [before, what.clone()], 1);
        } else if let [one, other] = &who.stands_for[..]
            && phrase.joined
        {
            self.pair_up(sentence, false, [one.clone(), other.clone()], 1);
        }
        if party && !person {
            last.party = Some((sentence, what.clone()));
        }
        let (class, country) = (who.class, who.country.clone());
        last.mention =
            party.then_some(Before { phrase: phrase.from..phrase.to, what, class, country });
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
}

fn push(into: &mut Vec<Seen>, seen: Seen) {
    if into.last().is_none_or(|it| it.what != seen.what || it.sentence != seen.sentence) {
        into.push(seen);
    }
}

/// What four fifths of the mentions name, three at least.
fn main(seen: &[Seen]) -> Option<Ref> {
    let mut counts: Vec<(&Ref, usize)> = Vec::new();
    for it in seen.iter().take(256) {
        match counts.iter_mut().find(|known| same(known.0, &it.what)) {
            Some(known) => known.1 += 1,
            None => counts.push((&it.what, 1)),
        }
    }
    let (first, count) = counts.iter().max_by_key(|it| it.1)?;
    let all: usize = counts.iter().map(|it| it.1).sum();
    (counts.len() == 1 || *count >= 3 && count * 5 >= all * 4).then(|| (*first).clone())
}

/// The one candidate within so many sentences back; none where there are two.
pub fn only(seen: &[Seen], now: usize, back: usize) -> Option<Ref> {
    let mut near = seen.iter().rev().take_while(|it| it.sentence.saturating_add(back) >= now);
    let first = near.next()?;
    near.take(64).all(|it| same(&it.what, &first.what)).then(|| first.what.clone())
}
