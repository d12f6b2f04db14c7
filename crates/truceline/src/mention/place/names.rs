//! Countries and the hand-kept places. Comes in: `world/countries.toml` and `world/places.toml`.
//! Goes out: what a folded name means. Never decides which of several is meant.

use std::collections::{BTreeMap, HashSet};

use serde::Deserialize;

use super::{Kind, Place, fold, gazetteer::Gazetteer};
use crate::pack::{Error, Source, Table};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CountryRow {
    id: u32,
    at: [f64; 2],
    population: u32,
    zone: Option<String>,
    #[serde(default)]
    capital: String,
    names: Vec<String>,
    #[serde(default)]
    adjectives: Vec<String>,
    #[serde(default)]
    people: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PlaceRow {
    /// The name of the gazetteer's largest such place in the country: the row only adds spellings.
    is: Option<String>,
    at: Option<[f64; 2]>,
    zone: Option<String>,
    /// `region` (the default), `city`, or `province`: a region named for a town, which the bare
    /// name means.
    kind: Option<String>,
    #[serde(default)]
    population: u32,
    /// Needs the words around it to be a place: `Shan`, `Karen`.
    #[serde(default)]
    weak: bool,
    names: Vec<String>,
    #[serde(default)]
    adjectives: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// Index into [`Names::places`].
    Place(u32),
    /// The same, for a province named like its chief town.
    Province(u32),
    /// The same, told as an adjective or as its people.
    Adjective(u32),
    /// Index of a gazetteer record, named by hand.
    Record(u32),
}

pub struct Names {
    pub places: Vec<Place>,
    pub weak: Vec<bool>,
    meanings: Table<String, Vec<Meaning>>,
    /// First word of a name → the most words that a name beginning so has.
    begins: Table<String, usize>,
    countries: Table<String, u32>,
    /// Folded names that are written in capitals alone: `US`, `DRC`.
    pub codes: HashSet<String>,
    /// Folded names of capitals.
    pub capitals: Table<String, String>,
}

impl Names {
    pub fn load(source: &Source, gazetteer: &Gazetteer) -> Result<Names, Error> {
        let mut names = Names {
            places: Vec::new(),
            weak: Vec::new(),
            meanings: Table::default(),
            begins: Table::default(),
            countries: Table::default(),
            codes: HashSet::new(),
            capitals: Table::default(),
        };
        let rows: BTreeMap<String, CountryRow> = source.toml("world/countries.toml")?;
        for (code, row) in rows {
            let idx = names.places.len() as u32;
            let name = row.names.first().cloned();
            names.add(&row.names, Meaning::Place(idx));
            names.add(&row.adjectives, Meaning::Adjective(idx));
            names.add(&row.people, Meaning::Adjective(idx));
            names.capitals.insert(fold(&row.capital), code.clone());
            names.countries.insert(code.clone(), idx);
            names.weak.push(false);
            names.places.push(Place {
                id: format!("geonames:{}", row.id),
                name: name.ok_or_else(|| {
                    Error::new(
                        "world/countries.toml",
                        format!("{code}: expected names, found none"),
                    )
                })?,
                country: code,
                lat: row.at[0],
                lon: row.at[1],
                zone: row.zone,
                population: row.population,
                kind: Kind::Country,
            });
        }
        let path = "world/places.toml";
        let tables: BTreeMap<String, BTreeMap<String, PlaceRow>> = source.toml(path)?;
        for (code, rows) in tables {
            for (key, row) in rows {
                let problem = |what: &str| Error::new(path, format!("{code}.{key}: {what}"));
                let country = if code == "several" { String::new() } else { code.clone() };
                let Some(name) = row.names.first().cloned() else {
                    return Err(problem("expected names, found none"));
                };
                if let Some(main) = &row.is {
                    let record = gazetteer.largest(&fold(main), &country).ok_or_else(|| {
                        problem("expected `is` to name a place of the gazetteer, found another")
                    })?;
                    names.add(&row.names, Meaning::Record(record));
                    continue;
                }
                let Some([lat, lon]) = row.at else {
                    return Err(problem("expected `at` or `is`, found neither"));
                };
                let zone = row.zone.or_else(|| {
                    names
                        .countries
                        .get(&country)
                        .and_then(|&idx| names.places[idx as usize].zone.clone())
                });
                let idx = names.places.len() as u32;
                let (kind, meaning) = match row.kind.as_deref() {
                    None | Some("region") => (Kind::Region, Meaning::Place(idx)),
                    Some("province") => (Kind::Region, Meaning::Province(idx)),
                    Some("city") => (Kind::City, Meaning::Place(idx)),
                    Some(_) => return Err(problem("expected kind region, province or city")),
                };
                names.add(&row.names, meaning);
                names.add(&row.adjectives, Meaning::Adjective(idx));
                names.weak.push(row.weak);
                let prefix = code.to_ascii_lowercase();
                names.places.push(Place {
                    id: format!("truceline:{prefix}-{key}"),
                    name,
                    country,
                    lat,
                    lon,
                    zone,
                    population: row.population,
                    kind,
                });
            }
        }
        Ok(names)
    }

    fn add(&mut self, names: &[String], meaning: Meaning) {
        for name in names {
            let folded = fold(name);
            let words = folded.split(' ').count();
            if words == 1 && !name.chars().any(char::is_lowercase) {
                self.codes.insert(folded.clone());
            }
            let first = folded.split(' ').next().unwrap_or_default().to_owned();
            let most = self.begins.entry(first).or_default();
            *most = words.max(*most);
            let meanings = self.meanings.entry(folded).or_default();
            if !meanings.contains(&meaning) {
                meanings.push(meaning);
            }
        }
    }

    pub fn named(&self, folded: &str) -> &[Meaning] {
        self.meanings.get(folded).map_or(&[], Vec::as_slice)
    }

    /// The most words of a name that begins with this word; 0 where none does.
    pub fn longest(&self, first: &str) -> usize {
        self.begins.get(first).copied().unwrap_or(0)
    }

    pub fn country(&self, code: &str) -> Option<&Place> {
        self.countries.get(code).map(|&idx| &self.places[idx as usize])
    }
}
