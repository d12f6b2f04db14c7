//! The names of the world and the words of a language, in one table. Comes in: `world/actors/` and
//! `lang/<code>/who.toml`. Goes out: word numbers, and the longest name or role at an atom.

use std::{
    collections::{BTreeMap, HashMap},
    hash::{BuildHasherDefault, Hasher},
};

use serde::Deserialize;

use crate::{
    mention::who::{
        Class,
        atom::{self, Atom, Case, Kind},
    },
    pack::{Error, Source},
};

type Table<K> = HashMap<K, u32, BuildHasherDefault<Quick>>;

/// A multiplying hash: the tables are our own, so nobody can choose their keys to collide.
#[derive(Debug, Default)]
struct Quick(u64);

impl Hasher for Quick {
    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            self.write_u64(u64::from_le_bytes(word));
        }
    }

    fn write_u8(&mut self, byte: u8) {
        self.write_u64(byte.into());
    }

    fn write_u32(&mut self, word: u32) {
        self.write_u64(word.into());
    }

    fn write_u64(&mut self, word: u64) {
        self.0 = (self.0.rotate_left(5) ^ word).wrapping_mul(0x517c_c1b7_2722_0a95);
    }

    fn finish(&self) -> u64 {
        self.0 ^ self.0 >> 32
    }
}

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
    case: u64,
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
    /// Counts only with a capital: the `Front`, not the front.
    pub capital: bool,
    /// Never before `of`: the Syrian `side` of the border.
    pub not_of: bool,
}

pub mod flag {
    pub const DETERMINER: u32 = 1;
    pub const QUANTITY: u32 = 1 << 1;
    pub const NUMBER: u32 = 1 << 2;
    pub const MODIFIER: u32 = 1 << 3;
    pub const COMPASS: u32 = 1 << 4;
    pub const LOCATIVE: u32 = 1 << 5;
    pub const VERB: u32 = 1 << 6;
    pub const SPEECH: u32 = 1 << 7;
    pub const TITLE: u32 = 1 << 8;
    pub const PARTICLE: u32 = 1 << 9;
    pub const TAIL: u32 = 1 << 10;
    pub const BROKERED: u32 = 1 << 11;
    pub const PREFIX: u32 = 1 << 12;
    pub const NEVER: u32 = 1 << 13;
    pub const PLACE: u32 = 1 << 14;
    pub const GIVEN: u32 = 1 << 15;
    pub const AND: u32 = 1 << 16;
    pub const OF: u32 = 1 << 17;
    pub const COMMON: u32 = 1 << 18;
    pub const PRONOUN: u32 = 1 << 19;
    pub const PLURAL: u32 = 1 << 20;
    pub const WITH: u32 = 1 << 21;
    pub const SIDES: u32 = 1 << 22;
    pub const OTHER: u32 = 1 << 23;
    /// A single word that is a head.
    pub const HEAD: u32 = 1 << 24;
    pub const BOUND: u32 = 1 << 25;
    pub const DEED: u32 = 1 << 26;
    pub const THING: u32 = 1 << 27;
    pub const INDEFINITE: u32 = 1 << 28;
    pub const GOVERNMENT: u32 = 1 << 29;
    pub const TOWARD: u32 = 1 << 30;
    /// Flags of words that are no part of a person's name.
    pub const NO_NAME: u32 = DETERMINER
        | QUANTITY
        | NUMBER
        | MODIFIER
        | COMPASS
        | LOCATIVE
        | VERB
        | SPEECH
        | NEVER
        | AND
        | OF
        | PRONOUN
        | WITH
        | SIDES
        | OTHER
        | HEAD;
}

#[derive(Clone, Copy, Debug, Default)]
struct Info {
    flags: u32,
    /// Node that this word opens; 0 for none.
    node: u32,
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
    ids: Table<Box<str>>,
    infos: Vec<Info>,
    next: Table<(u32, u32)>,
    ends: Vec<Vec<Entry>>,
    pub rows: Vec<Row>,
    pub heads: Vec<Head>,
    pub former: Vec<Box<str>>,
    by_id: Table<Box<str>>,
    /// Room for folding a word while the tables are built.
    key: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ActorsFile {
    class: Class,
    /// Where the rows are from.
    #[serde(rename = "from")]
    _from: String,
    /// What the columns of a row hold, divided by bars.
    columns: String,
    /// One actor a line, as text: ten times as fast to read as a table a row.
    actors: String,
}

/// One line of such a file; lists within a column are divided by semicolons.
#[derive(Default)]
struct Line<'a> {
    id: &'a str,
    name: &'a str,
    class: &'a str,
    country: &'a str,
    of: &'a str,
    adjectives: &'a str,
    people: &'a str,
    capital: &'a str,
    aliases: &'a str,
    /// Names borne for a time, each with its years: `Fateh al-Sham 2016-07/2017-01`.
    was: &'a str,
}

impl<'a> Line<'a> {
    fn read(columns: &str, line: &'a str) -> Result<Line<'a>, String> {
        let mut it = Line::default();
        let mut columns = columns.split('|').map(str::trim);
        for value in line.split('|').map(str::trim) {
            match columns.next() {
                Some("id") => it.id = value,
                Some("name") => it.name = value,
                Some("class") => it.class = value,
                Some("in") => it.country = value,
                Some("of") => it.of = value,
                Some("adj") => it.adjectives = value,
                Some("people") => it.people = value,
                Some("capital") => it.capital = value,
                Some("aliases") => it.aliases = value,
                Some("was") => it.was = value,
                Some("office" | "years" | "from") => {}
                Some(column) => {
                    return Err(format!("expected a known column but found `{column}`"));
                }
                None => return Err(format!("expected no more columns but found `{value}`")),
            }
        }
        if it.id.is_empty() || it.name.is_empty() {
            return Err(format!("expected an id and a name but found `{line}`"));
        }
        Ok(it)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WordsFile {
    words: BTreeMap<String, String>,
    heads: Vec<HeadLines>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct HeadLines {
    class: Class,
    #[serde(default)]
    one: String,
    #[serde(default)]
    many: String,
    office: Option<Box<str>>,
    official: Option<Box<str>>,
    #[serde(default)]
    links: String,
    names: Option<Class>,
    #[serde(default)]
    before: bool,
    #[serde(default)]
    needs: bool,
    #[serde(default)]
    owner: bool,
    #[serde(default)]
    verb: bool,
    #[serde(default)]
    fighters: bool,
    #[serde(default)]
    sides: bool,
    #[serde(default)]
    bare: bool,
    #[serde(default)]
    capital: bool,
    #[serde(default)]
    not_of: bool,
}

const LISTS: &[(&str, u32)] = &[
    ("determiners", flag::DETERMINER),
    ("toward", flag::TOWARD),
    ("governments", flag::GOVERNMENT),
    ("indefinite", flag::INDEFINITE),
    ("quantities", flag::QUANTITY | flag::DETERMINER),
    ("numbers", flag::NUMBER),
    ("modifiers", flag::MODIFIER),
    ("compass", flag::COMPASS),
    ("locatives", flag::LOCATIVE),
    ("verbs", flag::VERB),
    ("speech", flag::SPEECH | flag::VERB),
    ("titles", flag::TITLE),
    ("particles", flag::PARTICLE),
    ("bound_particles", flag::BOUND),
    ("deeds", flag::DEED),
    ("things", flag::THING),
    ("tails", flag::TAIL),
    ("brokered", flag::BROKERED | flag::TAIL),
    ("prefixes", flag::PREFIX),
    ("never_names", flag::NEVER),
    ("places", flag::PLACE),
    ("given_names", flag::GIVEN),
    ("and", flag::AND),
    ("of", flag::OF),
    ("common", flag::COMMON),
    ("singular_pronouns", flag::PRONOUN),
    ("plural_pronouns", flag::PRONOUN | flag::PLURAL),
    ("with", flag::WITH),
    ("pairs", flag::SIDES),
    ("others", flag::OTHER),
];

impl Lexicon {
    pub fn load(source: &Source, language: &str) -> Result<Lexicon, Error> {
        let mut it = Lexicon { infos: vec![Info::default()], ..Lexicon::default() };
        it.ids.reserve(16_000);
        it.next.reserve(16_000);
        it.infos.reserve(16_000);
        it.ends.reserve(24_000);
        it.ends.push(Vec::new());
        it.intern("'s");
        let path = format!("lang/{language}/who.toml");
        let file: WordsFile = source.toml(&path)?;
        for (list, words) in &file.words {
            let flags = LISTS.iter().find(|(name, _)| name == list).ok_or_else(|| {
                let known: Vec<&str> = LISTS.iter().map(|it| it.0).collect();
                Error::new(
                    &path,
                    format!("expected one of {} but found `{list}`", known.join(", ")),
                )
            })?;
            for word in words.split_whitespace() {
                let id = it.intern(word);
                it.infos[id as usize].flags |= flags.1;
            }
        }
        for lines in file.heads {
            it.add_head(lines);
        }
        let files: Vec<(String, ActorsFile)> = source.toml_folder("world/actors")?;
        let mut speakers = Vec::new();
        for (stem, file) in &files {
            let wrong = |problem: String| Error::new(format!("world/actors/{stem}.toml"), problem);
            for line in file.actors.lines().map(str::trim) {
                if line.is_empty() || line.starts_with('#') {
                    continue;
                }
                let line = Line::read(&file.columns, line).map_err(wrong)?;
                let row = it.rows.len() as u32;
                if it.by_id.insert(line.id.into(), row).is_some() {
                    return Err(wrong(format!("two actors have the id `{}`", line.id)));
                }
                if !line.of.is_empty() {
                    speakers.push((stem, row, line.of));
                }
                let class = match line.class {
                    "" => file.class,
                    name => Class::named(name)
                        .ok_or_else(|| wrong(format!("expected a class but found `{name}`")))?,
                };
                it.add_actor(&line, class);
            }
        }
        for (stem, row, of) in speakers {
            let found = it.by_id.get(of).copied().ok_or_else(|| {
                let path = format!("world/actors/{stem}.toml");
                Error::new(path, format!("expected the id of an actor but found `{of}`"))
            })?;
            it.rows[row as usize].of = Some(found);
        }
        Ok(it)
    }

    fn add_head(&mut self, lines: HeadLines) {
        let head = self.heads.len() as u32;
        let links = lines.links.split_whitespace().map(|it| self.intern(it)).collect();
        for (words, plural) in [(&lines.one, false), (&lines.many, true)] {
            for word in words.split_whitespace() {
                let node = self.name(&word.replace('_', " "), As::Head, head, false, None);
                let last = self.ends[node as usize].last_mut().expect("just added");
                last.plural = plural;
                if !word.contains('_') {
                    let id = self.intern(word);
                    self.infos[id as usize].flags |= flag::HEAD;
                }
            }
        }
        self.heads.push(Head {
            class: lines.class,
            office: lines.office,
            official: lines.official,
            links,
            names: lines.names,
            before: lines.before,
            needs: lines.needs,
            owner: lines.owner,
            verb: lines.verb,
            fighters: lines.fighters,
            sides: lines.sides,
            bare: lines.bare,
            capital: lines.capital,
            not_of: lines.not_of,
        });
    }

    fn add_actor(&mut self, line: &Line, class: Class) {
        let row = self.rows.len() as u32;
        self.name(line.name, As::Name, row, false, None);
        for (names, how) in [
            (line.aliases, As::Name),
            (line.adjectives, As::Adjective),
            (line.people, As::People),
            (line.capital, As::Capital),
        ] {
            for name in listed(names) {
                let bare = name.trim_end_matches('?');
                self.name(bare, how, row, bare.len() < name.len(), None);
            }
        }
        for name in listed(line.was) {
            let name = name.rsplit_once(' ').map_or(name, |it| it.0);
            self.former.push(name.into());
            let former = self.former.len() as u32 - 1;
            self.name(name, As::Name, row, false, Some(former));
        }
        let filled = |it: &str| (!it.is_empty()).then(|| it.into());
        self.rows.push(Row {
            id: line.id.into(),
            name: line.name.into(),
            class,
            country: filled(line.country),
            of: None,
            adjective: listed(line.adjectives).next().map(Box::from),
        });
    }

    /// Adds a name as a path of words and returns its last node.
    fn name(&mut self, name: &str, how: As, row: u32, weak: bool, former: Option<u32>) -> u32 {
        let mut node = 0;
        let mut case = 0;
        let mut atoms = 0;
        for part in name.split_whitespace() {
            for word in marks_apart(part) {
                for piece in atom::pieces(word) {
                    let piece = &word[piece];
                    let id = self.intern(piece);
                    node = self.child(node, id);
                    if atoms < 32 && how != As::Head {
                        case |= needed_case(piece) << (2 * atoms);
                    }
                    atoms += 1;
                }
            }
        }
        let entries = &mut self.ends[node as usize];
        let same = |it: &&mut Entry| it.row == row && it.how == how && it.former == former;
        if let Some(entry) = entries.iter_mut().find(same) {
            // Two spellings of one name: the freer one counts.
            entry.case = freer(entry.case, case);
            entry.weak &= weak;
        } else {
            let plural = how == As::People;
            entries.push(Entry { row, how, case, weak, plural, former });
        }
        node
    }

    fn child(&mut self, node: u32, word: u32) -> u32 {
        let fresh = self.ends.len() as u32;
        let found = if node == 0 {
            let node = &mut self.infos[word as usize].node;
            if *node == 0 {
                *node = fresh;
            }
            *node
        } else {
            *self.next.entry((node, word)).or_insert(fresh)
        };
        if found == fresh {
            self.ends.push(Vec::new());
        }
        found
    }

    fn intern(&mut self, word: &str) -> u32 {
        let mut key = std::mem::take(&mut self.key);
        fold(word, &mut key);
        let found = self.ids.get(key.as_str()).copied();
        let id = found.unwrap_or(self.infos.len() as u32);
        if found.is_none() {
            self.ids.insert(key.as_str().into(), id);
            self.infos.push(Info::default());
        }
        self.key = key;
        id
    }

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

    pub fn has(&self, atom: &Atom, flags: u32) -> bool {
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

fn freer(a: u64, b: u64) -> u64 {
    (0..32).map(|at| ((a >> (2 * at)) & 3).min((b >> (2 * at)) & 3) << (2 * at)).sum()
}

fn listed(names: &str) -> impl Iterator<Item = &str> {
    names.split(';').map(str::trim).filter(|it| !it.is_empty())
}

fn needed_case(piece: &str) -> u64 {
    let mut letters = piece.chars().filter(|it| it.is_alphabetic());
    let Some(first) = letters.next() else { return 0 };
    if !first.is_uppercase() {
        return u64::from(letters.any(char::is_uppercase));
    }
    let mut rest = letters.peekable();
    if rest.peek().is_some() && rest.all(char::is_uppercase) { 2 } else { 1 }
}

/// `SPLM/A` as the tokens of a text have it: words, and marks one by one.
fn marks_apart(part: &str) -> impl Iterator<Item = &str> {
    let mut rest = part;
    std::iter::from_fn(move || {
        let first = rest.chars().next()?;
        let inner = |ch: char| ch.is_alphanumeric() || matches!(ch, '-' | '.' | '\'' | '’');
        let len = if inner(first) {
            rest.find(|ch: char| !inner(ch)).unwrap_or(rest.len())
        } else {
            first.len_utf8()
        };
        let (word, tail) = rest.split_at(len);
        rest = tail;
        Some(word)
    })
}

/// Small letters without accents, stops and apostrophes, so that spellings of one word meet.
fn fold(word: &str, key: &mut String) {
    key.clear();
    if word.is_ascii() {
        key.extend(
            word.bytes()
                .filter(|it| !matches!(it, b'.' | b'\''))
                .map(|it| it.to_ascii_lowercase() as char),
        );
    } else {
        for ch in word.chars().flat_map(char::to_lowercase) {
            match ch {
                '.' | '\'' | '’' | 'ʼ' | '‘' | '`' | 'ʿ' | 'ʾ' | '\u{300}'..='\u{36f}' => {}
                'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' | 'ā' | 'ă' | 'ą' => key.push('a'),
                'ç' | 'ć' | 'č' | 'ĉ' => key.push('c'),
                'ď' | 'đ' | 'ð' => key.push('d'),
                'è' | 'é' | 'ê' | 'ë' | 'ē' | 'ė' | 'ę' | 'ě' | 'ə' => key.push('e'),
                'ğ' | 'ģ' | 'ǧ' => key.push('g'),
                'ḥ' | 'ħ' => key.push('h'),
                'ì' | 'í' | 'î' | 'ï' | 'ī' | 'į' | 'ı' => key.push('i'),
                'ł' | 'ľ' | 'ļ' => key.push('l'),
                'ñ' | 'ń' | 'ň' | 'ņ' => key.push('n'),
                'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ø' | 'ō' | 'ő' => key.push('o'),
                'ř' => key.push('r'),
                'ś' | 'š' | 'ş' | 'ș' | 'ṣ' => key.push('s'),
                'ť' | 'ţ' | 'ț' | 'ṭ' => key.push('t'),
                'ù' | 'ú' | 'û' | 'ü' | 'ū' | 'ů' | 'ű' | 'ų' => key.push('u'),
                'ý' | 'ÿ' => key.push('y'),
                'ź' | 'ż' | 'ž' | 'ẓ' => key.push('z'),
                _ => key.push(ch),
            }
        }
    }
    if key.is_empty() {
        // A bare mark or the possessive keeps its own sign.
        key.push_str(word);
        if word.ends_with(['s', 'S']) {
            key.clear();
            key.push_str("'s");
        }
    } else if key == "s" && word.len() > 1 && !word.ends_with('.') {
        key.clear();
        key.push_str("'s");
    }
}
