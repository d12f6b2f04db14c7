//! Actors. Comes in: a text, the actors of the world, the roles of a language. Goes out: noun
//! phrases that name someone who can act or speak, with the actor where it is known. Never guesses
//! between two candidates: `the group` stands for nobody where two groups are near.

use crate::{
    mention::Mention,
    pack::{Error, Source},
    text::{Span, Text},
};

/// Words with offsets, hyphens and possessives taken apart.
mod atom;

/// How words are spelled.
mod spelling;

/// What a word can be in a phrase.
mod flag;

/// The names of the world and the words of a language, in one table.
mod lexicon;

/// The pack's files about actors.
mod rows;

/// Phrases of a text.
mod phrase;

/// A noun phrase from its determiner to its head.
mod base;

/// The end of a phrase: its owner, its words, or nothing.
mod seal;

/// What follows the head: `of …`, `(SDF)`, `, a spokesman for …,`.
mod tail;

/// Persons that no list knows.
mod person;

/// What a report has named: persons, letters, states.
mod report;

/// From a phrase to the actor it names.
mod naming;

/// `the group`, `both sides`, `the army`, `he`.
mod refer;

/// `both sides`, `the two`: which two.
mod sides;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Class {
    State,
    /// Army, police, security forces of a state.
    Forces,
    Group,
    Person,
    /// The UN, EU, a mediator's office.
    Organisation,
    Media,
    Monitor,
    /// Witnesses, residents, civilians.
    People,
    /// `officials`, `a military source`, `the two sides`: a role, resolved or not.
    Role,
}

impl Class {
    const ALL: [(&'static str, Class); 9] = [
        ("state", Class::State),
        ("forces", Class::Forces),
        ("group", Class::Group),
        ("person", Class::Person),
        ("organisation", Class::Organisation),
        ("media", Class::Media),
        ("monitor", Class::Monitor),
        ("people", Class::People),
        ("role", Class::Role),
    ];

    /// The class that the data files name so: `group`.
    pub fn named(name: &str) -> Option<Class> {
        Class::ALL.iter().find(|it| it.0 == name).map(|it| it.1)
    }
}

/// An actor as mentioned: one noun phrase, with its determiner and its titles.
#[derive(Clone, Debug, PartialEq)]
pub struct Who {
    /// The head name without determiner and titles: `Benjamin Netanyahu`, `Syrian Armed Forces`.
    pub name: String,
    /// Identifier in `world/actors/`, where known.
    pub id: Option<String>,
    pub class: Class,
    /// ISO 3166 alpha-2 of the state or the conflict it belongs to, where known.
    pub country: Option<String>,
    /// Whom the person or role speaks for (`Hamas spokesman Sami Abu Zuhri` → Hamas): name, id.
    pub of: Option<(String, Option<String>)>,
    /// For `both sides`, `the two`, `the group`, `he`: what it is resolved to within the report.
    pub stands_for: Vec<(String, Option<String>)>,
    /// Bytes of the bare name inside the mention.
    pub head: Span,
}

/// Actors and role words, from `world/actors/` and `lang/<code>/who.toml`.
pub struct Actors {
    lexicon: lexicon::Lexicon,
}

impl Actors {
    pub fn load(source: &Source, language: &str) -> Result<Actors, Error> {
        Ok(Actors { lexicon: lexicon::Lexicon::load(source, language)? })
    }

    /// Every actor of a text, in order, none overlapping; `Israel and Hamas` are two.
    /// `known` are the actors named before this text (those of the title, for the body).
    ///
    /// A span covers the whole phrase: determiner, titles, `of …` and an apposition up to its
    /// closing comma. It ends before a possessive `'s` that no actor follows.
    pub fn find(&self, text: &Text, known: &[Who]) -> Vec<Mention<Who>> {
        let atoms = atom::atoms(text, &self.lexicon);
        let phrases = phrase::phrases(text, &atoms, &self.lexicon);
        refer::resolve(text, &atoms, &self.lexicon, phrases, known)
    }
}
