//! Countries for maps and clocks. Comes in: the world's files and the boxes of the map. Goes out:
//! name, zone and extent by code. Never knows a place that is no country.

use std::{collections::BTreeMap, sync::LazyLock};

use serde::Deserialize;
use truceline::pack::Source;

const BOXES: &str = include_str!("../../assets/boxes.tsv");

/// Degrees.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Extent {
    pub west: f64,
    pub south: f64,
    pub east: f64,
    pub north: f64,
}

#[derive(Clone, Debug)]
pub struct Country {
    pub name: String,
    /// Where the whole country keeps one time.
    pub zone: Option<String>,
    pub extent: Option<Extent>,
}

#[derive(Deserialize)]
struct Row {
    zone: Option<String>,
    names: Vec<String>,
}

static COUNTRIES: LazyLock<BTreeMap<String, Country>> = LazyLock::new(read);

/// By ISO 3166 code.
pub fn country(code: &str) -> Option<&'static Country> {
    COUNTRIES.get(code)
}

/// Codes and names, in the order of names.
pub fn all() -> Vec<(String, String)> {
    let mut all: Vec<(String, String)> =
        COUNTRIES.iter().map(|(code, it)| (code.clone(), it.name.clone())).collect();
    all.sort_by(|a, b| a.1.cmp(&b.1));
    all
}

pub fn name(code: &str) -> &str {
    country(code).map_or(code, |it| &it.name)
}

/// The time that is kept in all of these countries.
pub fn zone<'a>(codes: impl IntoIterator<Item = &'a str>) -> Option<&'static str> {
    let mut zones = codes.into_iter().map(|it| country(it).and_then(|it| it.zone.as_deref()));
    let first = zones.next()??;
    zones.all(|it| it == Some(first)).then_some(first)
}

fn read() -> BTreeMap<String, Country> {
    let extents: BTreeMap<&str, Extent> = BOXES.lines().skip(1).filter_map(extent).collect();
    let rows: BTreeMap<String, Row> =
        Source::Embedded.toml("world/countries.toml").unwrap_or_default();
    let country = |(code, row): (String, Row)| {
        let extent = extents.get(code.as_str()).copied();
        let name = row.names.into_iter().next().unwrap_or_else(|| code.clone());
        let country = Country { name, zone: row.zone, extent };
        (code, country)
    };
    rows.into_iter().map(country).collect()
}

fn extent(line: &'static str) -> Option<(&'static str, Extent)> {
    let mut cells = line.split('\t');
    let code = cells.next()?;
    let mut next = || cells.next()?.parse::<f64>().ok();
    Some((code, Extent { west: next()?, south: next()?, east: next()?, north: next()? }))
}

#[cfg(test)]
mod tests {
    use super::{country, name, zone};

    #[test]
    fn countries_have_names_zones_and_extents() {
        let syria = country("SY").unwrap();
        assert_eq!((syria.name.as_str(), syria.zone.as_deref()), ("Syria", Some("Asia/Damascus")));
        assert!(syria.extent.unwrap().west > 35.0);
        assert_eq!(name("QQ"), "QQ");
        assert_eq!(zone(["SY", "SY"]), Some("Asia/Damascus"));
        assert_eq!(zone(["SY", "YE"]), None);
        assert_eq!(zone([]), None);
    }
}
