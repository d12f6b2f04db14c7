//! What a report has named. Comes in: its phrases. Goes out: persons by surname, letters in
//! brackets, states by count; what is named later is added by [`refer`](super::refer).

use std::collections::{HashMap, HashSet};

use crate::{
    mention::who::{
        Class, Who,
        atom::Atom,
        lexicon::{As, Hit, Lexicon},
        phrase::{Phrase, Sort},
    },
    text::{Span, Text},
};

/// Name and identifier.
pub type Ref = (String, Option<String>);

/// How many times the second state of a report the first must be named to be the report's own.
const DOMINANT: usize = 2;

/// A person named in full.
#[derive(Clone, Debug)]
pub struct Named {
    pub words: Vec<String>,
    pub name: String,
    pub id: Option<String>,
    pub of: Option<Ref>,
}

/// What was mentioned, for later descriptors.
#[derive(Clone, Debug)]
pub struct Seen {
    pub sentence: usize,
    pub what: Ref,
}

/// `A and B`, in one breath.
#[derive(Clone, Debug)]
pub struct Pair {
    pub sentence: usize,
    pub person: bool,
    pub sides: [Ref; 2],
}

impl Pair {
    pub fn same(&self, other: &Pair) -> bool {
        let ([a, b], [c, d]) = (&self.sides, &other.sides);
        same(a, c) && same(b, d) || same(a, d) && same(b, c)
    }

    pub fn holds(&self, what: &Ref) -> bool {
        self.sides.iter().any(|it| same(it, what))
    }
}

/// All that a report has named.
pub struct Report<'a> {
    pub text: &'a Text,
    pub atoms: &'a [Atom],
    pub lexicon: &'a Lexicon,
    /// By last name, in small letters.
    pub persons: HashMap<String, Vec<Named>>,
    pub letters: HashMap<String, Who>,
    pub rows: HashSet<u32>,
    pub countries: HashMap<String, usize>,
    pub states: HashMap<u32, usize>,
    /// The state that the report is about, if one is.
    pub home: Option<u32>,
    pub singles: Vec<Seen>,
    pub groups: Vec<Seen>,
    pub plurals: Vec<Seen>,
    pub pairs: Vec<Pair>,
    /// The different ones that are no persons, and how often each was named.
    pub distinct: Vec<(Pair, u32)>,
    /// `prime minister` → whoever was named so.
    pub titles: HashMap<String, Vec<Ref>>,
    pub offices: HashMap<String, Vec<Ref>>,
}

impl<'a> Report<'a> {
    pub fn new(text: &'a Text, atoms: &'a [Atom], lexicon: &'a Lexicon) -> Report<'a> {
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

    pub fn span(&self, atoms: std::ops::Range<usize>) -> Span {
        if atoms.is_empty() {
            let at = self.atoms.get(atoms.start).map_or(0, |it| it.span.start);
            return Span { start: at, end: at };
        }
        Span { start: self.atoms[atoms.start].span.start, end: self.atoms[atoms.end - 1].span.end }
    }

    /// Words on one line, with single blanks.
    pub fn words(&self, atoms: std::ops::Range<usize>) -> String {
        let words = self.text.of(self.span(atoms));
        words.split_whitespace().collect::<Vec<_>>().join(" ").trim_end_matches(',').to_owned()
    }

    /// First pass: who and what the report names plainly.
    pub fn survey(&mut self, phrases: &[Phrase], known: &[Who]) {
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
        // A title that names two parties names the two sides.
        let mut parties: Vec<Ref> = Vec::new();
        for who in known {
            let party = matches!(who.class, Class::State | Class::Forces | Class::Group);
            let what = (who.name.clone(), who.id.clone());
            if party && who.id.is_some() && !parties.iter().any(|it| same(it, &what)) {
                parties.push(what);
            }
        }
        if let [one, other] = &parties[..] {
            let sides = [one.clone(), other.clone()];
            self.distinct.push((Pair { sentence: 0, person: false, sides }, 3));
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

    pub fn survey_phrase(&mut self, phrase: &Phrase) {
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

    pub fn count(&mut self, row: u32) {
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

    pub fn name_persons(&mut self, phrase: &Phrase) {
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

    pub fn know(&mut self, name: String, id: Option<String>, of: Option<Ref>) {
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
    pub fn person(&self, words: &str) -> Option<&Named> {
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

    pub fn class_of(&self, hit: &Hit) -> Class {
        match hit.entry.how {
            As::People | As::Adjective => Class::People,
            _ => self.lexicon.rows[hit.entry.row as usize].class,
        }
    }

    /// The row that a hit names; none where several fit equally.
    pub fn choose(&self, hit: &Hit, definite: bool) -> Option<u32> {
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
}

/// Whether two references are to the same actor.
pub fn same(a: &Ref, b: &Ref) -> bool {
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
