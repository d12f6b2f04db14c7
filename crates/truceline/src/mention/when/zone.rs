//! Zones as reports name them. Comes in: `world/zones.toml`. Goes out: letters and places with their
//! IANA zones. Every offset comes from the dated tables; the letters' own offset is only a check.

use std::collections::BTreeMap;

use jiff::tz::{Offset, TimeZone};
use serde::Deserialize;

use crate::pack::{Error, Source};

#[derive(Deserialize)]
struct File {
    abbreviation: Vec<Letters>,
    place: BTreeMap<String, Vec<String>>,
    called: BTreeMap<String, String>,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct Letters {
    pub letters: String,
    pub zone: String,
    /// What the letters stand for, in seconds east; `None` where they stand for the zone all year.
    offset: Option<String>,
    /// ISO 3166 codes; empty where the letters mean this for want of another.
    #[serde(default)]
    pub countries: Vec<String>,
}

impl Letters {
    pub fn offset(&self) -> Option<Offset> {
        let text = self.offset.as_deref()?;
        let sign = if text.starts_with('-') { -1 } else { 1 };
        let hours: i32 = text.get(1..3)?.parse().ok()?;
        let minutes: i32 = text.get(3..5).map_or(Ok(0), str::parse).ok()?;
        Offset::from_seconds(sign * (hours * 3600 + minutes * 60)).ok()
    }
}

#[derive(Debug)]
pub(super) struct Zones {
    names: Vec<String>,
    letters: Vec<Vec<Letters>>,
    places: Vec<(String, String)>,
    called: BTreeMap<String, String>,
}

impl Zones {
    pub fn load(source: &Source) -> Result<Zones, Error> {
        let path = "world/zones.toml";
        let file: File = source.toml(path)?;
        let mut zones = Zones {
            names: Vec::new(),
            letters: Vec::new(),
            places: Vec::new(),
            called: file.called,
        };
        for it in file.abbreviation {
            zones.check(path, &it.zone)?;
            let idx = zones.names.iter().position(|name| *name == it.letters);
            let idx = idx.unwrap_or_else(|| {
                zones.names.push(it.letters.clone());
                zones.letters.push(Vec::new());
                zones.names.len() - 1
            });
            zones.letters[idx].push(it);
        }
        for (zone, names) in file.place {
            zones.check(path, &zone)?;
            zones.places.extend(names.into_iter().map(|name| (name, zone.clone())));
        }
        Ok(zones)
    }

    fn check(&self, path: &str, zone: &str) -> Result<(), Error> {
        TimeZone::get(zone).map(drop).map_err(|err| Error::new(path, err))
    }

    pub fn letters(&self) -> impl Iterator<Item = (&str, i32)> {
        self.names.iter().map(String::as_str).zip(0..)
    }

    pub fn places(&self) -> impl Iterator<Item = (&str, i32)> {
        self.places.iter().map(|it| it.0.as_str()).zip(0..)
    }

    pub fn place(&self, idx: usize) -> Option<&str> {
        self.places.get(idx).map(|it| it.1.as_str())
    }

    /// What these letters may mean in a country, likeliest first.
    pub fn meanings(&self, idx: usize, country: Option<&str>) -> Vec<&Letters> {
        let Some(all) = self.letters.get(idx) else { return Vec::new() };
        let fits = |it: &&Letters| {
            country.is_some_and(|country| it.countries.iter().any(|code| code == country))
        };
        let general = |it: &&Letters| it.countries.is_empty();
        let mut meanings: Vec<&Letters> = all.iter().filter(fits).collect();
        meanings.extend(all.iter().filter(general));
        meanings.extend(all.iter().filter(|it| !fits(it) && !general(it)));
        meanings
    }

    /// The name of a zone for a reader: `Syria` for `Asia/Damascus`.
    pub fn called(&self, zone: &str) -> String {
        if zone == "UTC" {
            return "GMT".to_owned();
        }
        match self.called.get(zone) {
            Some(name) => name.clone(),
            None => zone.rsplit('/').next().unwrap_or(zone).replace('_', " "),
        }
    }
}
