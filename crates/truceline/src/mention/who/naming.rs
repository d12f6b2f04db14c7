//! From a phrase to the actor it names. Comes in: a phrase and what the report has named. Goes out: a
//! [`Who`], with its identifier where exactly one actor fits.

use crate::mention::who::{
    Class, Who,
    lexicon::{As, Hit},
    phrase::{Phrase, Sort},
    report::{Ref, Report},
};

impl Report<'_> {
    /// The actor that a phrase names; none for capitals that name nobody.
    pub fn who(&self, phrase: &Phrase, depth: u32) -> Option<Who> {
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

    pub fn fill(&self, who: &mut Who, row: u32, hit: &Hit) {
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

    pub fn fill_person(&self, who: &mut Who) {
        if let Some(named) = self.person(&who.name) {
            who.name = named.name.clone();
            who.id = named.id.clone();
            who.of = who.of.take().or_else(|| named.of.clone());
        }
    }

    pub fn country(&self, row: u32) -> Option<String> {
        self.lexicon.rows[row as usize].country.as_deref().map(str::to_owned)
    }

    pub fn ref_of(&self, row: u32) -> Ref {
        let it = &self.lexicon.rows[row as usize];
        (it.name.to_string(), Some(it.id.to_string()))
    }

    /// Whom a phrase speaks for: what stands after `for`, its owner, a group or state before it.
    pub fn of(&self, phrase: &Phrase, depth: u32) -> Option<Ref> {
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
    pub fn state(&self, phrase: &Phrase) -> Option<u32> {
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

    pub fn fill_role(&self, who: &mut Who, phrase: &Phrase, role: u32) {
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

    pub fn is_state(&self, row: u32) -> bool {
        self.lexicon.rows[row as usize].class == Class::State
    }

    /// The office of a state: `sy-army`, Syrian Armed Forces.
    pub fn office(&self, role: u32, state: u32) -> Option<Ref> {
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
}
