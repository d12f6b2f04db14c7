//! Which place is meant. Comes in: the names found in a report and the places it is known to speak
//! of. Goes out: the countries of the report, and for each name its candidates, likeliest first.

use std::collections::HashMap;

use super::{Place, Places, names::Meaning, scan::Found};

/// How often a report speaks of each country.
#[derive(Default)]
pub struct Countries {
    weights: HashMap<String, f64>,
    top: f64,
}

/// More candidates than these say nothing any more.
const MOST: usize = 5;

impl Countries {
    pub fn of(places: &Places, found: &[Found], known: &[Place]) -> Countries {
        let mut countries = Countries::default();
        for place in known {
            countries.add(&place.country, 2.0);
        }
        for it in found {
            if let Some(code) = plain_country(places, it) {
                countries.add(code, 1.0);
            }
        }
        countries
    }

    fn add(&mut self, code: &str, weight: f64) {
        if code.is_empty() {
            return;
        }
        let sum = match self.weights.get_mut(code) {
            Some(sum) => sum,
            None => self.weights.entry(code.to_owned()).or_default(),
        };
        *sum += weight;
        self.top = self.top.max(*sum);
    }

    fn weight(&self, code: &str) -> f64 {
        self.weights.get(code).copied().unwrap_or(0.0)
    }

    /// From 0 (not spoken of) to 1 (the country spoken of most).
    pub fn share(&self, code: &str) -> f64 {
        if self.top == 0.0 { 0.0 } else { self.weight(code) / self.top }
    }

    /// Whether the report is about this country, at least in part.
    pub fn relevant(&self, code: &str) -> bool {
        let share = self.share(code);
        share >= 0.99 || share >= 0.15 && self.weight(code) >= 2.0
    }

    pub fn is_empty(&self) -> bool {
        self.weights.is_empty()
    }
}

/// The country a name points to whatever the report is about; `None` where that is open.
fn plain_country<'a>(places: &'a Places, found: &Found) -> Option<&'a str> {
    let of = |meaning: &Meaning| places.place_country(*meaning);
    if found.by_hand {
        let [(first, _), rest @ ..] = &found.meanings[..] else { return None };
        let code = of(first);
        return rest.iter().all(|(it, _)| of(it) == code).then_some(code);
    }
    let scored = scored(places, found, &Countries::default(), None);
    let (code, best) = scored.first().map(|(it, score)| (of(it), *score))?;
    let word = places.words.ordinary.contains(&found.folded)
        || places.words.given.contains(&found.folded)
        || places.words.never.contains(&found.folded);
    (best >= 5.5 && !word && scored.iter().all(|(it, score)| of(it) == code || *score < best - 1.0))
        .then_some(code)
}

/// Each meaning with its weight: the power of ten of its population, more if the name is its main
/// one, more if the report speaks of its country.
fn scored(
    places: &Places,
    found: &Found,
    countries: &Countries,
    stated: Option<&str>,
) -> Vec<(Meaning, f64)> {
    let mut scored: Vec<(Meaning, f64)> = Vec::with_capacity(found.meanings.len());
    let relevant = |meaning: Meaning| countries.relevant(places.place_country(meaning));
    // A place that bears the name is meant before one that had it in another tongue or time.
    let borne = found
        .meanings
        .iter()
        .any(|&(it, main)| main && (relevant(it) || places.population(it) >= 5_000));
    let borne_here = found.meanings.iter().any(|&(it, main)| main && relevant(it));
    for &(meaning, main) in &found.meanings {
        if borne && !main && (borne_here || !relevant(meaning)) {
            continue;
        }
        // A small town abroad has no claim against one where the report is set.
        if borne_here && !relevant(meaning) && places.population(meaning) < 100_000 {
            continue;
        }
        let mut score = match meaning {
            Meaning::Record(record) => f64::from(places.gazetteer.population(record) + 100).log10(),
            _ => 6.0,
        };
        let code = places.place_country(meaning);
        score += if main { 0.5 } else { 0.0 };
        score += countries.share(code) * if countries.relevant(code) { 2.0 } else { 0.5 };
        if stated == Some(code) && !code.is_empty() {
            score += 4.0;
        }
        scored.push((meaning, score));
    }
    // A capital that has no rival of nearly its size is meant, wherever the report is set.
    let rival = |meaning: Meaning| {
        let population = places.population(meaning);
        found
            .meanings
            .iter()
            .any(|&(it, _)| it != meaning && places.population(it) >= population / 10)
    };
    for (meaning, score) in &mut scored {
        if places.is_capital(&found.folded, *meaning) && !rival(*meaning) {
            *score += 1.0;
        }
    }
    scored.sort_by(|a, b| b.1.total_cmp(&a.1));
    scored
}

/// The meanings that the report leaves open, likeliest first; `stated` is the country named right
/// after (`Tripoli, Lebanon`).
pub fn settle(
    places: &Places,
    found: &Found,
    countries: &Countries,
    stated: Option<&str>,
) -> Vec<Meaning> {
    let scored = scored(places, found, countries, stated);
    let Some(best) = scored.first().map(|it| it.1) else { return Vec::new() };
    let close = scored.iter().filter(|(_, score)| *score > best - 1.0);
    close.take(MOST).map(|(meaning, _)| *meaning).collect()
}
