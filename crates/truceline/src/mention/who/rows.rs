//! The pack's files about actors. Comes in: `world/actors/` and `lang/<code>/who.toml`. Goes out: a
//! filled [`Lexicon`], or an error that names the file and the line it cannot read.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::{
    mention::who::{
        Class, atom,
        flag::{self, LISTS},
        lexicon::{As, Entry, Head, Info, Lexicon, Row},
        spelling::{fold, freer, marks_apart, needed_case},
    },
    pack::{Error, Source},
};

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
    adjective: bool,
    #[serde(default)]
    not_of: bool,
}

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
            adjective: lines.adjective,
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
}

fn listed(names: &str) -> impl Iterator<Item = &str> {
    names.split(';').map(str::trim).filter(|it| !it.is_empty())
}
