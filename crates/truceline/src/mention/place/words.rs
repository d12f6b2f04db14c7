//! The words of a language that stand around the names of places. Comes in: `lang/<code>/place.toml`
//! and `place-words.txt`. Goes out: sets to ask. Never holds the name of a place.

use serde::Deserialize;

use super::fold;
use crate::pack::{self, Error, Source, Table};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    sure: Vec<String>,
    likely: Vec<String>,
    directions: Vec<String>,
    parts: Vec<String>,
    reach: Vec<String>,
    except: Vec<String>,
    also: Vec<String>,
    region: Vec<String>,
    settlement: Vec<String>,
    quarter: Vec<String>,
    names_unknown: Vec<String>,
    titles: Vec<String>,
    given: Vec<String>,
    namelike: Vec<String>,
    says: Vec<String>,
    bodies: Vec<String>,
    of_bodies: Vec<String>,
    body_starts: Vec<String>,
    plain: Vec<String>,
    never: Vec<String>,
    names: Vec<String>,
}

pub type Set = pack::Words;

pub struct Words {
    pub sure: Set,
    pub likely: Set,
    pub directions: Set,
    pub parts: Phrases,
    pub reach: Phrases,
    pub except: Phrases,
    pub also: Set,
    pub region: Set,
    pub kinds: Set,
    /// Kinds of places of two words, `refugee camp`: the first words.
    pub double_kinds: Set,
    pub names_unknown: Set,
    pub titles: Set,
    pub given: Set,
    pub namelike: Set,
    pub says: Set,
    pub bodies: Set,
    pub of_bodies: Set,
    pub body_starts: Set,
    pub plain: Set,
    pub never: Set,
    /// Names that are common words of the language.
    pub ordinary: Set,
}

/// Phrases by their last word, the longest first, each without that word and reversed.
pub struct Phrases(Table<String, Vec<Vec<String>>>);

impl Phrases {
    fn new(phrases: &[String]) -> Phrases {
        let mut by_last: Table<String, Vec<Vec<String>>> = Table::default();
        for phrase in phrases {
            let mut words = phrase.split(' ').rev().map(str::to_owned);
            let last = words.next().unwrap_or_default();
            by_last.entry(last).or_default().push(words.collect());
        }
        for rests in by_last.values_mut() {
            rests.sort_by_key(|rest| std::cmp::Reverse(rest.len()));
        }
        Phrases(by_last)
    }

    /// How many words the longest phrase has that ends with `last`; `before(n)` is the n-th word
    /// before it.
    pub fn ending(&self, last: &str, before: impl Fn(usize) -> Option<String>) -> usize {
        let Some(rests) = self.0.get(last) else { return 0 };
        let fits = |rest: &&Vec<String>| {
            rest.iter().enumerate().all(|(n, word)| before(n + 1).as_deref() == Some(word))
        };
        rests.iter().find(fits).map_or(0, |rest| rest.len() + 1)
    }
}

impl Words {
    pub fn load(source: &Source, language: &str) -> Result<Words, Error> {
        let file: File = source.toml(&format!("lang/{language}/place.toml"))?;
        let path = format!("lang/{language}/place-words.txt");
        let list = source.borrow(&path)?;
        let list = std::str::from_utf8(&list).map_err(|err| Error::new(&path, err))?;
        let mut ordinary: Set = list.lines().map(str::to_owned).collect();
        for name in &file.names {
            ordinary.remove(&fold(name));
        }
        let set = |words: Vec<String>| words.into_iter().collect::<Set>();
        let kinds: Vec<String> =
            [&file.region[..], &file.settlement, &file.quarter].concat().into_iter().collect();
        // What makes a body, a person or a kind of place is none of its own.
        let never = [&file.never[..], &file.bodies, &file.titles, &file.plain, &kinds].concat();
        let never: Set = never.into_iter().collect();
        let double_kinds =
            kinds.iter().filter_map(|kind| Some(kind.split_once(' ')?.0.to_owned())).collect();
        Ok(Words {
            sure: set(file.sure),
            likely: set(file.likely),
            directions: set(file.directions),
            parts: Phrases::new(&file.parts),
            reach: Phrases::new(&file.reach),
            except: Phrases::new(&file.except),
            also: set(file.also),
            region: set(file.region),
            kinds: set(kinds),
            double_kinds,
            names_unknown: set(file.names_unknown),
            titles: set(file.titles),
            given: set(file.given),
            namelike: set(file.namelike),
            says: set(file.says),
            bodies: set(file.bodies),
            of_bodies: set(file.of_bodies),
            body_starts: set(file.body_starts),
            plain: set(file.plain),
            never,
            ordinary,
        })
    }
}
