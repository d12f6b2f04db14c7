//! Places. Comes in: a text, the gazetteer, the words of a language. Goes out: place mentions with
//! scope and candidates; ambiguity is resolved by the report's country or kept.

mod fold;
/// The gazetteer's bytes.
pub mod gazetteer;
mod judge;
mod names;
mod reach;
mod scan;
mod settle;
mod unknown;
mod words;

use std::collections::{HashMap, HashSet};

pub use fold::fold;

use self::{
    gazetteer::{Gazetteer, Id},
    judge::{Cue, Judge, Verdict},
    names::{Meaning, Names},
    settle::Countries,
    words::Words,
};

use crate::{
    mention::Mention,
    pack::{Error, Source},
    text::{Span, Text},
};

/// One place of the gazetteer.
#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    /// `geonames:163843`, `geonames:SY.12` for a division by its code, `truceline:…` for a place of
    /// the hand-kept supplement.
    pub id: String,
    pub name: String,
    /// ISO 3166 alpha-2; empty for regions that span several.
    pub country: String,
    pub lat: f64,
    pub lon: f64,
    /// IANA zone; `None` for countries with several.
    pub zone: Option<String>,
    pub population: u32,
    pub kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Country,
    Region,
    City,
}

/// A place as mentioned. The mention's span takes in the words that belong to the place meant
/// (`all of Syria`, `northern Idlib province`) and leaves out a preposition and a possessive ending.
#[derive(Clone, Debug, PartialEq)]
pub struct Where {
    /// Likeliest first; more than one where the report does not settle it; none where the words
    /// make it a place that the gazetteer does not know (`the village of X`).
    pub candidates: Vec<Place>,
    /// The words before the name: `all of`, `in and around`, `along`, `near`, `northern`, if any.
    pub scope: Option<String>,
    /// Stands inside a name of an actor or an adjective (`Syrian`), so it is no place of its own.
    pub adjective: bool,
    /// Named as left out: `all of Syria except Idlib`.
    pub except: bool,
    /// Bytes of the bare name inside the mention.
    pub head: Span,
}

/// Gazetteer and place words, from `world/` and `lang/<code>/place.toml`.
pub struct Places {
    gazetteer: Gazetteer,
    names: Names,
    words: Words,
}

impl Places {
    pub fn load(source: &Source, language: &str) -> Result<Places, Error> {
        let path = "world/gazetteer.bin";
        let gazetteer =
            Gazetteer::new(source.borrow(path)?).map_err(|problem| Error::new(path, problem))?;
        let names = Names::load(source, &gazetteer)?;
        Ok(Places { gazetteer, names, words: Words::load(source, language)? })
    }

    /// Every place of a text, in order, none overlapping. `known` are the places that other texts
    /// of the same report (its title, its dateline) have named: they settle what is ambiguous.
    pub fn find(&self, text: &Text, known: &[Place]) -> Vec<Mention<Where>> {
        let (found, styles) = scan::scan(self, text);
        let countries = Countries::of(self, &found, known);
        let mut judge =
            Judge { places: self, text, countries: &countries, persons: HashSet::new() };
        let persons = found.iter().filter(|it| judge.names_person(it));
        judge.persons = persons.map(|it| it.folded.clone()).collect();
        let mut mentions: Vec<Mention<Where>> = Vec::new();
        // Where the last place ends: its token, and whether it was excepted.
        let mut last: Option<(usize, bool)> = None;
        for it in &found {
            let sentence = text.sentences[it.sentence].tokens.clone();
            let taken = last.map_or(0, |(end, _)| end);
            let list = last.filter(|&(end, _)| self.is_list(text, end, it.tokens.start, &sentence));
            let verdict = judge.verdict(it, list.is_some());
            if verdict == Verdict::No || it.compound.is_none() && it.tokens.start < taken {
                continue;
            }
            let located = judge.is_located(it);
            if !located && judge.cue(it) < Cue::Sure {
                continue;
            }
            let adjective = verdict == Verdict::Adjective;
            let within = sentence.start.max(taken)..sentence.end;
            let reach = if adjective || it.compound.is_some() {
                reach::Reach { span: it.span, scope: None, except: false, end: it.tokens.end }
            } else {
                reach::reach(self, text, it.tokens.clone(), it.span, within)
            };
            let except = reach.except || list.is_some_and(|(_, except)| except);
            let stated = judge.stated_country(it);
            let meanings = match adjective || located {
                true => settle::settle(self, it, &countries, stated.as_deref()),
                false => Vec::new(),
            };
            let candidates = meanings.into_iter().map(|it| self.place(it)).collect();
            if !adjective {
                last = Some((reach.end, except));
            }
            mentions.push(Mention {
                span: reach.span,
                what: Where { candidates, scope: reach.scope, adjective, except, head: it.span },
            });
        }
        unknown::add(self, text, &styles, &mut mentions);
        mentions
    }

    /// Whether only commas and words like `and` stand between two names.
    fn is_list(
        &self,
        text: &Text,
        end: usize,
        start: usize,
        sentence: &std::ops::Range<usize>,
    ) -> bool {
        sentence.start < end
            && end < start
            && start - end <= 4
            && text.tokens[end..start].iter().all(|token| {
                let word = text.of(token.span).to_lowercase();
                matches!(word.as_str(), "," | "&" | "/") || self.words.also.contains(&word)
            })
    }

    fn place(&self, meaning: Meaning) -> Place {
        match meaning {
            Meaning::Record(record) => {
                let record = self.gazetteer.record(record);
                let (id, kind) = match record.id {
                    Id::Town(id) => (format!("geonames:{id}"), Kind::City),
                    Id::Region(code) => (format!("geonames:{code}"), Kind::Region),
                };
                Place {
                    id,
                    name: record.name.to_owned(),
                    country: record.country.to_owned(),
                    lat: record.lat,
                    lon: record.lon,
                    zone: Some(record.zone.to_owned()),
                    population: record.population,
                    kind,
                }
            }
            Meaning::Place(idx) | Meaning::Province(idx) | Meaning::Adjective(idx) => {
                self.names.places[idx as usize].clone()
            }
        }
    }

    fn is_capital(&self, folded: &str, meaning: Meaning) -> bool {
        let is_town =
            matches!(meaning, Meaning::Record(record) if !self.gazetteer.is_region(record));
        is_town
            && self.names.capitals.get(folded).is_some_and(|it| it == self.place_country(meaning))
    }

    fn population(&self, meaning: Meaning) -> u32 {
        match meaning {
            Meaning::Record(record) => self.gazetteer.population(record),
            Meaning::Place(idx) | Meaning::Province(idx) | Meaning::Adjective(idx) => {
                self.names.places[idx as usize].population
            }
        }
    }

    fn place_country(&self, meaning: Meaning) -> &str {
        match meaning {
            Meaning::Record(record) => self.gazetteer.country(record),
            Meaning::Place(idx) | Meaning::Province(idx) | Meaning::Adjective(idx) => {
                &self.names.places[idx as usize].country
            }
        }
    }

    /// A country by its ISO code.
    pub fn country(&self, code: &str) -> Option<&Place> {
        self.names.country(code)
    }

    /// The IANA zone of a place, or of its country where that keeps one time.
    pub fn zone(&self, place: &Place) -> Option<String> {
        place.zone.clone().or_else(|| self.country(&place.country)?.zone.clone())
    }
}

/// The ISO code of the country a report is about: the one named most, adjectives and towns
/// included, the first mentions counting twice. `None` where no country is named or two tie.
pub fn report_country(mentions: &[Mention<Where>]) -> Option<String> {
    const LEAD: usize = 4;
    let mut counts: HashMap<&str, u32> = HashMap::new();
    for (idx, mention) in mentions.iter().enumerate() {
        let candidates = &mention.what.candidates;
        let Some(first) = candidates.first().filter(|it| !it.country.is_empty()) else { continue };
        if candidates.iter().all(|it| it.country == first.country) {
            *counts.entry(&first.country).or_default() += if idx < LEAD { 2 } else { 1 };
        }
    }
    let most = counts.values().copied().max()?;
    let mut leading = counts.iter().filter(|(_, count)| **count == most);
    let (code, _) = leading.next()?;
    leading.next().is_none().then(|| (*code).to_owned())
}
