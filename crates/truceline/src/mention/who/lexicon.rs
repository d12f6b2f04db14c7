//! The names of the world and the words of a language, in one table. Comes in: a word, an atom.
//! Goes out: its number, what it can be, and the longest name or role that starts there.

use crate::{
    mention::who::{
        Class,
        atom::{Atom, Case, Kind},
        flag,
        spelling::fold,
    },
    pack::Table,
};

/// One actor of the world.
#[derive(Debug)]
pub struct Row {
    pub id: Box<str>,
    pub name: Box<str>,
    pub class: Class,
    pub country: Option<Box<str>>,
    /// For a leader: the row of the state or group he speaks for.
    pub of: Option<u32>,
    /// The adjective that goes with it: `Syrian`.
    pub adjective: Option<Box<str>>,
}

/// How a phrase names its row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum As {
    Name,
    /// `Syrian`: a modifier, no name by itself.
    Adjective,
    /// `Syrians`.
    People,
    /// `Damascus`: the government only where it acts.
    Capital,
    /// `Israeli` before `gunfire`; made while reading, in no list.
    Doer,
    /// A role word, by its number in [`Lexicon::heads`].
    Head,
}

#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// Row or, for [`As::Head`], role.
    pub row: u32,
    pub how: As,
    /// Two bits an atom: 0 any, 1 a capital, 2 all capitals.
    pub case: u64,
    /// Counts only where the report names the row or its country otherwise.
    pub weak: bool,
    pub plural: bool,
    /// For a former name: its number in [`Lexicon::former`].
    pub former: Option<u32>,
}

/// A role: what kind of actor a head noun makes.
#[derive(Debug)]
pub struct Head {
    pub class: Class,
    /// With a state: the tail of the identifier (`army`), `state` for the state itself.
    pub office: Option<Box<str>>,
    /// The name of that office: `{} Armed Forces`.
    pub official: Option<Box<str>>,
    /// Prepositions that may follow.
    pub links: Vec<u32>,
    /// May stand right before a name: `spokesman`, `President`, `group`.
    pub names: Option<Class>,
    /// May stand before another head: `army` spokesman.
    pub before: bool,
    /// Is no actor without a determiner or a modifier.
    pub needs: bool,
    /// Counts only before a possessive: the `country`'s army.
    pub owner: bool,
    /// Also a verb: `forces`, `heads`.
    pub verb: bool,
    /// Takes the identifier of a group before it: Hamas `fighters`.
    pub fighters: bool,
    /// `both sides`, `the parties`.
    pub sides: bool,
    /// Also by itself, without a determiner: `police`.
    pub bare: bool,
    /// Also an adjective: not before an unknown noun (`the militant chant`).
    pub adjective: bool,
    /// Counts only with a capital: the `Front`, not the front.
    pub capital: bool,
    /// Never before `of`: the Syrian `side` of the border.
    pub not_of: bool,
}

#[derive(Clone, Copy, Debug, Default)]
pub struct Info {
    pub flags: u64,
    /// Node that this word opens; 0 for none.
    pub node: u32,
}

/// A name or role found in the text.
#[derive(Clone, Copy, Debug)]
pub struct Hit {
    /// The atom after the last one.
    pub end: usize,
    node: u32,
    pub entry: Entry,
}

#[derive(Debug, Default)]
pub struct Lexicon {
    pub ids: Table<Box<str>, u32>,
    pub infos: Vec<Info>,
    pub next: Table<(u32, u32), u32>,
    pub ends: Vec<Vec<Entry>>,
    pub rows: Vec<Row>,
    pub heads: Vec<Head>,
    pub former: Vec<Box<str>>,
    pub by_id: Table<Box<str>, u32>,
    /// Room for folding a word while the tables are built.
    pub key: String,
}

impl Lexicon {
    /// The number of a word as it stands in a text; 0 if no list holds it.
    pub fn word(&self, word: &str, key: &mut String) -> u32 {
        fold(word, key);
        self.ids.get(key.as_str()).copied().unwrap_or(0)
    }

    /// Whether a word in small letters is a given name.
    pub fn is_given(&self, word: &str) -> bool {
        self.ids.get(word).is_some_and(|id| self.infos[*id as usize].flags & flag::GIVEN != 0)
    }

    pub fn possessive(&self) -> u32 {
        1
    }

    pub fn has(&self, atom: &Atom, flags: u64) -> bool {
        self.infos[atom.word as usize].flags & flags != 0
    }

    pub fn row(&self, id: &str) -> Option<u32> {
        self.by_id.get(id).copied()
    }

    /// The longest name or role that starts at `at` and ends before `end`.
    pub fn hit(
        &self,
        text: &str,
        atoms: &[Atom],
        at: usize,
        end: usize,
        case: Case,
    ) -> Option<Hit> {
        let mut node = self.infos[atoms[at].word as usize].node;
        let mut best = None;
        let mut to = at + 1;
        while node != 0 {
            // `rebel chief-of-staff` is no `rebel chief`.
            let cut = to < end && atoms[to].glued;
            let fits = |it: &&Entry| {
                !(cut && it.how == As::Head) && self.fits(text, &atoms[at..to], it, case)
            };
            let mut entries = self.ends[node as usize].iter().filter(fits);
            if let Some(first) = entries.next() {
                let entry = if first.weak { entries.find(|it| !it.weak) } else { None };
                best = Some(Hit { end: to, node, entry: *entry.unwrap_or(first) });
            }
            if to >= end {
                break;
            }
            node = self.next.get(&(node, atoms[to].word)).copied().unwrap_or(0);
            to += 1;
        }
        best
    }

    fn fits(&self, text: &str, atoms: &[Atom], entry: &Entry, case: Case) -> bool {
        if case == Case::Caps {
            return atoms.len() > 1
                || entry.how == As::Head
                || !self.has(&atoms[0], flag::COMMON)
                || atoms[0].span.of(text).contains('.');
        }
        atoms.iter().take(32).enumerate().all(|(at, atom)| match entry.case >> (2 * at) & 3 {
            0 => true,
            1 => matches!(atom.kind, Kind::Capital | Kind::Upper | Kind::Initial),
            _ => matches!(atom.kind, Kind::Upper | Kind::Initial | Kind::Number),
        })
    }

    /// Every row that the words of a hit may name.
    pub fn rows_of(&self, hit: &Hit) -> impl Iterator<Item = &Entry> {
        self.ends[hit.node as usize].iter().filter(|it| it.how != As::Head)
    }
}
