//! From phrases to actors. Comes in: the phrases of a text and the actors known before it. Goes out:
//! mentions, surnames and letters resolved to what the report names in full, `the group`, `both
//! sides`, `he` to the one candidate near. Two candidates are none.

use std::collections::{HashMap, HashSet};

use crate::{
    mention::{
        Mention,
        who::{
            Class, Who,
            atom::Atom,
            lexicon::{As, Hit, Lexicon, flag},
            phrase::{Phrase, Sort},
        },
    },
    text::{Span, Text},
};

/// Name and identifier.
type Ref = (String, Option<String>);

/// How many sentences back a descriptor may reach.
const NEAR: usize = 3;

/// What a country's share of the named states must be, in halves, to be the one of the report.
const DOMINANT: usize = 2;

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

/// A person named in full.
#[derive(Clone, Debug)]
struct Named {
    words: Vec<String>,
    name: String,
    id: Option<String>,
    of: Option<Ref>,
}

/// What was mentioned, for later descriptors.
#[derive(Clone, Debug)]
struct Seen {
    sentence: usize,
    what: Ref,
}

/// `A and B`, in one breath.
#[derive(Clone, Debug)]
struct Pair {
    sentence: usize,
    person: bool,
    sides: [Ref; 2],
}

impl Pair {
    fn same(&self, other: &Pair) -> bool {
        let ([a, b], [c, d]) = (&self.sides, &other.sides);
        same(a, c) && same(b, d) || same(a, d) && same(b, c)
    }

    fn holds(&self, what: &Ref) -> bool {
        self.sides.iter().any(|it| same(it, what))
    }
}

/// All that a report has named.
struct Report<'a> {
    text: &'a Text,
    atoms: &'a [Atom],
    lexicon: &'a Lexicon,
    /// By last name, in small letters.
    persons: HashMap<String, Vec<Named>>,
    letters: HashMap<String, Who>,
    rows: HashSet<u32>,
    countries: HashMap<String, usize>,
    states: HashMap<u32, usize>,
    /// The state that the report is about, if one is.
    home: Option<u32>,
    singles: Vec<Seen>,
    groups: Vec<Seen>,
    plurals: Vec<Seen>,
    pairs: Vec<Pair>,
    /// The first two different ones that are no persons.
    distinct: Vec<Pair>,
    /// `prime minister` → whoever was named so.
    titles: HashMap<String, Vec<Ref>>,
    offices: HashMap<String, Vec<Ref>>,
}

impl<'a> Report<'a> {
    fn new(text: &'a Text, atoms: &'a [Atom], lexicon: &'a Lexicon) -> Report<'a> {
        Report {
            text,
            atoms,
            lexicon,
            persons: HashMap::new(),
            letters: HashMap::new(),
            rows: HashSet::new(),
            countries: HashMap::new(),
            states: HashMap::new(),
            home: None,
            singles: Vec::new(),
            groups: Vec::new(),
            plurals: Vec::new(),
            pairs: Vec::new(),
            distinct: Vec::new(),
            titles: HashMap::new(),
            offices: HashMap::new(),
        }
    }

    fn span(&self, atoms: std::ops::Range<usize>) -> Span {
        if atoms.is_empty() {
            let at = self.atoms.get(atoms.start).map_or(0, |it| it.span.start);
            return Span { start: at, end: at };
        }
        Span { start: self.atoms[atoms.start].span.start, end: self.atoms[atoms.end - 1].span.end }
    }

    /// Words on one line, with single blanks.
    fn words(&self, atoms: std::ops::Range<usize>) -> String {
        let words = self.text.of(self.span(atoms));
        words.split_whitespace().collect::<Vec<_>>().join(" ").trim_end_matches(',').to_owned()
    }

    /// First pass: who and what the report names plainly.
    fn survey(&mut self, phrases: &[Phrase], known: &[Who]) {
        for who in known {
            if who.class == Class::Person {
                self.know(who.name.clone(), who.id.clone(), who.of.clone());
            }
            if let Some(row) = who.id.as_deref().and_then(|id| self.lexicon.row(id)) {
                self.count(row);
            }
            if who.class == Class::Group {
                self.groups.push(Seen { sentence: 0, what: (who.name.clone(), who.id.clone()) });
            }
        }
        for phrase in phrases {
            self.survey_phrase(phrase);
        }
        let mut states: Vec<(usize, u32)> = self.states.iter().map(|(row, n)| (*n, *row)).collect();
        states.sort_by_key(|&(n, row)| (std::cmp::Reverse(n), row));
        self.home = match states[..] {
            [(n, row)] if n >= 2 => Some(row),
            [(n, row), (next, _), ..] if n >= 3 && n >= next * DOMINANT => Some(row),
            _ => None,
        };
        for phrase in phrases {
            self.name_persons(phrase);
        }
    }

    fn survey_phrase(&mut self, phrase: &Phrase) {
        if let Sort::Actor(hit) = &phrase.sort
            && self.lexicon.rows_of(hit).count() == 1
            && !hit.entry.weak
        {
            self.count(hit.entry.row);
        }
        for hit in &phrase.adjectives {
            self.count(hit.entry.row);
        }
        if let Some(of) = &phrase.of {
            self.survey_phrase(of);
        }
    }

    fn count(&mut self, row: u32) {
        self.rows.insert(row);
        let it = &self.lexicon.rows[row as usize];
        if let Some(country) = &it.country {
            *self.countries.entry(country.to_string()).or_default() += 1;
        }
        let about = matches!(it.class, Class::State | Class::Forces | Class::Person);
        let country = it.country.as_deref().or_else(|| {
            let of = &self.lexicon.rows[it.of? as usize];
            of.country.as_deref().filter(|_| of.class == Class::State)
        });
        if about
            && let Some(country) = country
            && let Some(state) = self.lexicon.row(&country.to_lowercase())
        {
            *self.states.entry(state).or_default() += 1;
        }
    }

    fn name_persons(&mut self, phrase: &Phrase) {
        match &phrase.sort {
            Sort::Person if phrase.head.len() > 1 => {
                let of = self.of(phrase, 0);
                self.know(self.words(phrase.head.clone()), None, of);
            }
            Sort::Actor(hit) if self.class_of(hit) == Class::Person => {
                if let Some(row) = self.choose(hit, false) {
                    let it = &self.lexicon.rows[row as usize];
                    self.know(it.name.to_string(), Some(it.id.to_string()), None);
                }
            }
            _ => {}
        }
        if let Some(letters) = &phrase.letters
            && let Some(who) = self.who(phrase, 1)
        {
            self.letters.entry(self.words(letters.clone())).or_insert(who);
        }
        if let Some(of) = &phrase.of {
            self.name_persons(of);
        }
    }

    fn know(&mut self, name: String, id: Option<String>, of: Option<Ref>) {
        let words: Vec<String> = name_words(&name);
        let Some(last) = words.last().cloned() else { return };
        let first = words[0].clone();
        for key in [last, first] {
            let named = self.persons.entry(key).or_default();
            if let Some(it) = named.iter_mut().find(|it| it.name == name) {
                it.of = it.of.take().or_else(|| of.clone());
            } else if named.len() < 8 {
                let (words, name) = (words.clone(), name.clone());
                named.push(Named { words, name, id: id.clone(), of: of.clone() });
            }
        }
    }

    /// The one person named in full whose name holds these words.
    fn person(&self, words: &str) -> Option<&Named> {
        let part = name_words(words);
        let last = part.last()?;
        let all = self.persons.get(last)?;
        let given = self.lexicon.is_given(last);
        let fits = |it: &&Named| {
            let first = it.words.starts_with(&part) && !(part.len() == 1 && given);
            it.words.len() > part.len() && (it.words.ends_with(&part) || first) || it.words == part
        };
        let mut fitting = all.iter().filter(fits);
        let first = fitting.next()?;
        fitting.next().is_none().then_some(first)
    }

    fn class_of(&self, hit: &Hit) -> Class {
        match hit.entry.how {
            As::People | As::Adjective => Class::People,
            _ => self.lexicon.rows[hit.entry.row as usize].class,
        }
    }

    /// The row that a hit names; none where several fit equally.
    fn choose(&self, hit: &Hit, definite: bool) -> Option<u32> {
        let entries: Vec<_> = self.lexicon.rows_of(hit).collect();
        if let [one] = entries[..]
            && !one.weak
        {
            return Some(one.row);
        }
        let named = |row: u32| self.rows.contains(&row);
        let near = |row: u32| {
            let country = self.lexicon.rows[row as usize].country.as_deref();
            country.is_some_and(|it| self.countries.contains_key(it))
        };
        let only = |test: &dyn Fn(u32) -> bool| {
            let mut rows = entries.iter().filter(|it| test(it.row)).map(|it| it.row);
            rows.next().filter(|first| rows.all(|it| it == *first))
        };
        let strong = |row: u32| entries.iter().any(|it| it.row == row && !it.weak);
        // `AFP reported` is the agency even where `the AFP`, the army, is told of.
        let usual = only(&strong).filter(|_| !definite && entries.iter().any(|it| it.weak));
        usual.or_else(|| only(&named)).or_else(|| only(&near)).or_else(|| only(&strong))
    }

    /// The actor that a phrase names; none for capitals that name nobody.
    fn who(&self, phrase: &Phrase, depth: u32) -> Option<Who> {
        let mut who = Who {
            name: self.words(phrase.words.clone()),
            id: None,
            class: Class::Role,
            country: None,
            of: None,
            stands_for: Vec::new(),
            head: self.span(phrase.head.clone()),
        };
        if depth < 4 {
            who.of = self.of(phrase, depth);
        }
        match &phrase.sort {
            Sort::Actor(hit) => {
                who.class = self.class_of(hit);
                if let Some(row) = self.choose(hit, phrase.definite) {
                    self.fill(&mut who, row, hit);
                    if phrase.joined && who.class != Class::Person {
                        let others = phrase.adjectives.iter().map(|it| it.entry.row);
                        who.stands_for = others
                            .filter(|it| self.is_state(*it))
                            .map(|it| self.ref_of(it))
                            .collect();
                        if !who.stands_for.is_empty() {
                            who.stands_for.push(self.ref_of(row));
                            who.name = self.words(phrase.adjectives[0].end - 1..phrase.head.end);
                            who.id = None;
                        }
                    }
                } else if who.class == Class::Person {
                    self.fill_person(&mut who);
                }
            }
            Sort::Person => {
                who.class = Class::Person;
                self.fill_person(&mut who);
                if let Some(state) = self.state(phrase) {
                    who.country = self.country(state);
                }
            }
            Sort::Maybe => {
                let words = self.words(phrase.head.clone());
                if let Some(known) = self.letters.get(&words) {
                    let head = who.head;
                    who = Who { head, ..known.clone() };
                } else {
                    self.person(&words)?;
                    who.class = Class::Person;
                    self.fill_person(&mut who);
                }
            }
            Sort::Role(role) | Sort::Proper(role) => self.fill_role(&mut who, phrase, *role),
            Sort::Pronoun => {
                who.class = if phrase.plural { Class::Role } else { Class::Person };
                who.name = who.name.to_lowercase();
            }
        }
        Some(who)
    }

    fn fill(&self, who: &mut Who, row: u32, hit: &Hit) {
        let it = &self.lexicon.rows[row as usize];
        who.country = it.country.as_deref().map(str::to_owned);
        match hit.entry.how {
            As::People | As::Adjective => {
                if !matches!(it.class, Class::State | Class::Organisation) {
                    who.id = Some(it.id.to_string());
                }
                who.of.get_or_insert_with(|| (it.name.to_string(), Some(it.id.to_string())));
            }
            _ => {
                who.class = it.class;
                who.id = Some(it.id.to_string());
                let former =
                    self.lexicon.rows_of(hit).find(|it| it.row == row).and_then(|it| it.former);
                who.name = match former {
                    Some(former) => self.lexicon.former[former as usize].to_string(),
                    None => it.name.to_string(),
                };
                if let Some(of) = it.of {
                    let of = &self.lexicon.rows[of as usize];
                    who.of.get_or_insert_with(|| (of.name.to_string(), Some(of.id.to_string())));
                    who.country =
                        who.country.take().or_else(|| of.country.as_deref().map(str::to_owned));
                }
            }
        }
    }

    fn fill_person(&self, who: &mut Who) {
        if let Some(named) = self.person(&who.name) {
            who.name = named.name.clone();
            who.id = named.id.clone();
            who.of = who.of.take().or_else(|| named.of.clone());
        }
    }

    fn country(&self, row: u32) -> Option<String> {
        self.lexicon.rows[row as usize].country.as_deref().map(str::to_owned)
    }

    fn ref_of(&self, row: u32) -> Ref {
        let it = &self.lexicon.rows[row as usize];
        (it.name.to_string(), Some(it.id.to_string()))
    }

    /// Whom a phrase speaks for: what stands after `for`, its owner, a group or state before it.
    fn of(&self, phrase: &Phrase, depth: u32) -> Option<Ref> {
        if let Some(of) = &phrase.of {
            if let Sort::Actor(hit) = &of.sort
                && let Some(row) = self.choose(hit, false)
            {
                return Some(self.ref_of(row));
            }
            if matches!(of.sort, Sort::Maybe) {
                let words = self.words(of.words.clone());
                let known = self.letters.get(&words).map(|it| (it.name.clone(), it.id.clone()));
                return Some(known.unwrap_or((words, None)));
            }
            return self.who(of, depth + 1).map(|it| (it.name, it.id));
        }
        let row = phrase.adjectives.last().map(|it| it.entry.row)?;
        (!matches!(phrase.sort, Sort::Actor(_))).then(|| self.ref_of(row))
    }

    /// The state that a role belongs to, from its adjective, its owner or its `of …`.
    fn state(&self, phrase: &Phrase) -> Option<u32> {
        let adjective = phrase.adjectives.iter().rev().map(|it| it.entry.row).next();
        adjective.or_else(|| match &phrase.of.as_deref()?.sort {
            Sort::Actor(hit) => {
                let row = self.choose(hit, false)?;
                let it = &self.lexicon.rows[row as usize];
                match it.class {
                    Class::Person => it.of,
                    _ => Some(row),
                }
            }
            Sort::Role(role) if self.lexicon.heads[*role as usize].owner => {
                let head = &self.lexicon.heads[*role as usize];
                self.home.filter(|_| head.office.is_some())
            }
            _ => self.state(phrase.of.as_deref()?),
        })
    }

    fn fill_role(&self, who: &mut Who, phrase: &Phrase, role: u32) {
        let head = &self.lexicon.heads[role as usize];
        who.class = head.class;
        let Some(row) = self.state(phrase) else { return };
        let it = &self.lexicon.rows[row as usize];
        who.country = it.country.as_deref().map(str::to_owned);
        let states: Vec<u32> = phrase.adjectives.iter().map(|it| it.entry.row).collect();
        let states: Vec<u32> = states.into_iter().filter(|it| self.is_state(*it)).collect();
        if states.len() > 1 && phrase.joined {
            who.of = None;
            who.country = None;
            who.stands_for = states
                .iter()
                .map(|it| self.office(role, *it).unwrap_or_else(|| self.ref_of(*it)))
                .collect();
            return;
        }
        if it.class == Class::State {
            if let Some((name, id)) = self.office(role, row) {
                let plain = !phrase.plural && head.official.is_some();
                if plain
                    || id.as_deref().is_some_and(|it| {
                        self.lexicon.row(it).is_some_and(|it| !self.is_state(it)) && !phrase.plural
                    })
                {
                    who.name = name;
                }
                who.id = id;
            }
        } else if head.office.as_deref() == Some("state") && it.class == Class::Group {
            who.id = Some(it.id.to_string());
            who.class = Class::Group;
        } else if head.fighters && it.class != Class::People {
            who.id = Some(it.id.to_string());
            if head.class == Class::Role {
                who.class = it.class;
            }
        }
    }

    fn is_state(&self, row: u32) -> bool {
        self.lexicon.rows[row as usize].class == Class::State
    }

    /// The office of a state: `sy-army`, Syrian Armed Forces.
    fn office(&self, role: u32, state: u32) -> Option<Ref> {
        let head = &self.lexicon.heads[role as usize];
        let state = &self.lexicon.rows[state as usize];
        if state.class != Class::State {
            return None;
        }
        let office = head.office.as_deref()?;
        let id =
            if office == "state" { state.id.to_string() } else { format!("{}-{office}", state.id) };
        let own = self.lexicon.row(&id).filter(|it| !self.is_state(*it));
        let name = match own {
            Some(row) => self.lexicon.rows[row as usize].name.to_string(),
            None => {
                let adjective = state.adjective.as_deref().unwrap_or(&state.name);
                head.official.as_deref().unwrap_or("{}").replace("{}", adjective)
            }
        };
        Some((name, Some(id)))
    }

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

fn same(a: &Ref, b: &Ref) -> bool {
    match (&a.1, &b.1) {
        (Some(a), Some(b)) => a == b,
        _ => a.0.eq_ignore_ascii_case(&b.0),
    }
}

fn name_words(name: &str) -> Vec<String> {
    name.split(|ch: char| ch.is_whitespace() || matches!(ch, '-' | '‑'))
        .filter(|it| !it.is_empty())
        .map(|it| it.trim_end_matches('.').to_lowercase())
        .collect()
}
