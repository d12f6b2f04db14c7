//! Places. Comes in: a text, the gazetteer, the words of a language. Goes out: place mentions with
//! scope and candidates; ambiguity is resolved by the report's country or kept.

use crate::{
    mention::Mention,
    pack::{Error, Source},
    text::Text,
};

/// One place of the gazetteer.
#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    /// `geonames:163843`, or `truceline:…` for a place of the hand-kept supplement.
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

/// A place as mentioned.
#[derive(Clone, Debug, PartialEq)]
pub struct Where {
    /// Likeliest first; more than one where the report does not settle it.
    pub candidates: Vec<Place>,
    /// `all of`, `in and around`, `along`, `near`, `northern`: the words before the name, if any.
    pub scope: Option<String>,
    /// Stands inside a name of an actor or an adjective (`Syrian`), so it is no place of its own.
    pub adjective: bool,
}

/// Gazetteer and place words, from `world/` and `lang/<code>/place.toml`.
pub struct Places {}

impl Places {
    pub fn load(_source: &Source, _language: &str) -> Result<Places, Error> {
        Ok(Places {})
    }

    /// Every place of a text, in order, none overlapping. `known` are the places that other texts
    /// of the same report (its title, its dateline) have named: they settle what is ambiguous.
    pub fn find(&self, _text: &Text, _known: &[Place]) -> Vec<Mention<Where>> {
        Vec::new()
    }

    /// A country by its ISO code.
    pub fn country(&self, _code: &str) -> Option<&Place> {
        None
    }
}
