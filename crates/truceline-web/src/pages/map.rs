//! Where. Comes in: truces with their places. Goes out: countries to light and dots to draw, in the
//! units of the two map files. Never places what has no coordinates anywhere but in its country.

use std::collections::{BTreeMap, BTreeSet};

use truceline::ledger::body::Spot;

use super::{shape::Truce, world};

/// The middle of `world.svg`, and its units for a radian along the equator.
const MIDDLE: (f64, f64) = (5000.0, 2434.0);
const SCALE: f64 = 10_000.0 / (2.0 * 2.70663);

/// How many dots a map shows.
const DOTS: usize = 400;

#[derive(Clone, Debug, PartialEq)]
pub struct Lit {
    pub code: String,
    pub name: String,
    /// `yes`, `disputed` or another answer; of several truces the one that weighs most.
    pub class: String,
    pub truces: usize,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Dot {
    pub x: f64,
    pub y: f64,
    pub name: String,
    pub class: String,
    /// Identifiers of the truces there; of one, the dot leads to it.
    pub truces: Vec<String>,
    pub words: String,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Map {
    pub lit: Vec<Lit>,
    pub dots: Vec<Dot>,
    /// `left top width height`
    pub view: String,
    /// For the near map: squeezes degrees of longitude to their length at its middle.
    pub squeeze: String,
    /// The size of a dot.
    pub size: f64,
    pub left_out: usize,
}

impl Map {
    /// The size of the letters of a name.
    pub fn letters(&self) -> String {
        format!("{:.1}", self.size * 2.9)
    }
}

/// Equal Earth (Šavrič, Patterson, Jenny 2018).
pub fn equal_earth(lat: f64, lon: f64) -> (f64, f64) {
    const A: [f64; 4] = [1.340264, -0.081106, 0.000893, 0.003796];
    let m = 3f64.sqrt() / 2.0;
    let t = (m * lat.to_radians().sin()).clamp(-1.0, 1.0).asin();
    let t2 = t * t;
    let t6 = t2 * t2 * t2;
    let x = lon.to_radians() * t.cos()
        / (m * (A[0] + 3.0 * A[1] * t2 + t6 * (7.0 * A[2] + 9.0 * A[3] * t2)));
    let y = t * (A[0] + A[1] * t2 + t6 * (A[2] + A[3] * t2));
    (MIDDLE.0 + x * SCALE, MIDDLE.1 - y * SCALE)
}

fn weight(class: &str) -> u8 {
    match class {
        "disputed" => 3,
        "yes" => 2,
        "ahead" => 1,
        _ => 0,
    }
}

fn at(spot: &Spot) -> Option<(f64, f64)> {
    let (lat, lon) = (spot.lat?, spot.lon?);
    (lat.abs() <= 90.0 && lon.abs() <= 180.0).then_some((lat, lon))
}

/// Whether the spot is its country as a whole: that is lit, not dotted.
fn whole(spot: &Spot) -> bool {
    let Some(country) = spot.country.as_deref().and_then(world::country) else { return false };
    country.name == spot.name
}

/// Where these truces are, each with its answer (`yes`, `disputed` …).
pub fn world(truces: &[(&Truce, &str)]) -> Map {
    let mut map = gather(truces, equal_earth);
    map.view = "950 130 8600 4230".to_owned();
    map.size = 34.0;
    map
}

/// One truce, from near.
pub fn near(truce: &Truce, class: &str) -> Option<Map> {
    let mut map = gather(&[(truce, class)], |lat, lon| (lon * 100.0, -lat * 100.0));
    let spots: Vec<(f64, f64)> =
        truce.places.iter().filter(|it| !whole(it)).filter_map(at).collect();
    let mut frame: Option<world::Extent> = None;
    let mut widen = |it: world::Extent| {
        frame = Some(frame.map_or(it, |sum| world::Extent {
            west: sum.west.min(it.west),
            south: sum.south.min(it.south),
            east: sum.east.max(it.east),
            north: sum.north.max(it.north),
        }));
    };
    for (lat, lon) in &spots {
        widen(world::Extent {
            west: lon - 0.4,
            south: lat - 0.4,
            east: lon + 0.4,
            north: lat + 0.4,
        });
    }
    // The country of the places gives the setting, unless it is so large that they would be lost.
    for lit in &map.lit {
        let extent = world::country(&lit.code).and_then(|it| it.extent);
        if let Some(it) = extent.filter(|it| spots.is_empty() || it.east - it.west < 16.0) {
            widen(it);
        }
    }
    let it = frame?;
    let middle = (it.south + it.north) / 2.0;
    let squeeze = middle.to_radians().cos().max(0.2);
    let (width, height) = ((it.east - it.west) * squeeze, it.north - it.south);
    // Three to two, with a tenth around it, and no nearer than three degrees.
    let tall = (height * 1.2).max(width * 1.2 / 1.5).clamp(3.0, 120.0);
    let wide = tall * 1.5;
    let across = (it.west + it.east) / 2.0 * squeeze;
    let n = |it: f64| format!("{:.0}", it * 100.0);
    map.view =
        format!("{} {} {} {}", n(across - wide / 2.0), n(-middle - tall / 2.0), n(wide), n(tall));
    map.squeeze = format!("scale({squeeze:.4} 1)");
    for dot in &mut map.dots {
        dot.x *= squeeze;
    }
    map.size = tall * 1.3;
    Some(map)
}

fn gather(truces: &[(&Truce, &str)], project: impl Fn(f64, f64) -> (f64, f64)) -> Map {
    let mut lit: BTreeMap<&str, (&str, BTreeSet<&str>)> = BTreeMap::new();
    let mut dots: BTreeMap<(i64, i64), (Dot, BTreeSet<&str>)> = BTreeMap::new();
    for (truce, class) in truces {
        for spot in &truce.places {
            if let Some(code) = spot.country.as_deref() {
                let (heaviest, them) = lit.entry(code).or_insert((class, BTreeSet::new()));
                them.insert(&truce.id);
                if weight(class) > weight(heaviest) {
                    *heaviest = class;
                }
            }
            let Some((lat, lon)) = at(spot) else { continue };
            let country = spot.country.as_deref().unwrap_or_default();
            // A country on the map of the world is a dot too where its shape is too small to see.
            if whole(spot) && world::country(country).and_then(|it| it.extent).is_some() {
                continue;
            }
            let (x, y) = project(lat, lon);
            let key = ((lat * 20.0).round() as i64, (lon * 20.0).round() as i64);
            let (dot, them) = dots.entry(key).or_insert_with(|| {
                let dot = Dot {
                    x,
                    y,
                    name: spot.name.clone(),
                    class: (*class).to_owned(),
                    truces: Vec::new(),
                    words: String::new(),
                };
                (dot, BTreeSet::new())
            });
            them.insert(&truce.id);
            if weight(class) > weight(&dot.class) {
                dot.class = (*class).to_owned();
            }
            if them.len() == 1 {
                dot.words = format!("{}: {}", spot.name, truce.label);
            }
        }
    }
    let left_out = dots.len().saturating_sub(DOTS);
    let mut dots: Vec<(Dot, BTreeSet<&str>)> = dots.into_values().collect();
    dots.sort_by_key(|it| std::cmp::Reverse((weight(&it.0.class), it.1.len())));
    let dots = dots.into_iter().take(DOTS).map(|(mut dot, them)| {
        if them.len() > 1 {
            dot.words = format!("{}: {} truces", dot.name, them.len());
        }
        dot.truces = them.into_iter().take(2).map(str::to_owned).collect();
        dot
    });
    let mut lit: Vec<Lit> = lit
        .into_iter()
        .map(|(code, (class, them))| Lit {
            code: code.to_owned(),
            name: world::name(code).to_owned(),
            class: class.to_owned(),
            truces: them.len(),
        })
        .collect();
    lit.sort_by(|a, b| b.truces.cmp(&a.truces).then_with(|| a.name.cmp(&b.name)));
    Map { lit, dots: dots.collect(), left_out, ..Map::default() }
}

#[cfg(test)]
mod tests {
    use truceline::ledger::body::Spot;

    use super::{equal_earth, near, world};
    use crate::pages::shape::Truce;

    fn spot(name: &str, country: &str, at: Option<(f64, f64)>) -> Spot {
        Spot {
            name: name.to_owned(),
            text: name.to_owned(),
            id: None,
            country: Some(country.to_owned()),
            lat: at.map(|it| it.0),
            lon: at.map(|it| it.1),
        }
    }

    fn truce(id: &str, places: Vec<Spot>) -> Truce {
        Truce { id: id.to_owned(), label: format!("truce {id}"), places, ..Truce::default() }
    }

    #[test]
    fn the_projection_is_that_of_the_map_file() {
        assert_eq!(equal_earth(0.0, 0.0), (5000.0, 2434.0));
        let (x, y) = equal_earth(0.0, 180.0);
        assert!((x - 10_000.0).abs() < 1.0 && (y - 2434.0).abs() < 1e-6, "{x} {y}");
        let (_, pole) = equal_earth(90.0, 0.0);
        assert!(pole.abs() < 2.0, "{pole}");
    }

    #[test]
    fn countries_are_lit_and_towns_are_dots() {
        let syria = spot("Syria", "SY", Some((35.0, 38.0)));
        let aleppo = spot("Aleppo", "SY", Some((36.2, 37.16)));
        let a = truce("a", vec![syria, aleppo.clone()]);
        let b = truce("b", vec![aleppo, spot("nowhere", "SY", None)]);
        let map = world(&[(&a, "yes"), (&b, "disputed")]);
        assert_eq!(map.lit.len(), 1);
        assert_eq!((map.lit[0].name.as_str(), map.lit[0].truces), ("Syria", 2));
        assert_eq!(map.lit[0].class, "disputed");
        assert_eq!(map.dots.len(), 1);
        assert_eq!(map.dots[0].words, "Aleppo: 2 truces");
    }

    #[test]
    fn a_near_map_holds_the_places() {
        let it = truce("a", vec![spot("Aleppo", "SY", Some((36.2, 37.16)))]);
        let map = near(&it, "yes").unwrap();
        let view: Vec<f64> = map.view.split(' ').map(|it| it.parse().unwrap()).collect();
        let dot = &map.dots[0];
        assert!(view[0] < dot.x && dot.x < view[0] + view[2], "{map:?}");
        assert!(view[1] < dot.y && dot.y < view[1] + view[3], "{map:?}");
        assert!(near(&truce("b", vec![spot("nowhere", "QQ", None)]), "yes").is_none());
        let wrong = truce("c", vec![spot("x", "QQ", Some((f64::MAX, 1.0)))]);
        assert!(near(&wrong, "yes").is_none());
    }
}
