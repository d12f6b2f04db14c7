//! Where a report's truce is, for clocks and scope. Comes in: the texts of a report with their
//! mentions. Goes out: a [`Setting`]. Counts what stands near truce words most; names no place that
//! the report does not.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::{
    claim::{
        Part, Site,
        draw::{PartText, Setting, site},
    },
    mention::{
        place::{Place, Places},
        when::{Context, Direction},
        who::Class,
        within,
    },
    text::Span,
};

/// Prepositions that tie a place to the truce before them.
const SCOPE: &[&str] = &["in", "for", "across", "over", "covering", "throughout", "around", "of"];

/// Whether a text names a truce: by a word for one, or by a deed such as `hold fire` in a sentence on
/// armed men.
pub fn names_truce(part: &PartText) -> bool {
    let found = &part.found;
    let armed = |sentence: Span| {
        within(&found.whos, sentence)
            .any(|(_, it)| matches!(it.what.class, Class::Forces | Class::Group))
    };
    let deed = |at: Span| {
        part.text.sentence_at(at.start).is_some_and(|it| it.span.contains(at) && armed(it.span))
    };
    let mut strong = found.truces.iter().filter(|it| !it.what.weak);
    strong.any(|it| !it.what.verbal || deed(it.span))
}

impl Setting {
    /// What a time of the report is resolved against.
    pub fn context(&self, direction: Direction) -> Context {
        Context {
            published: self.published,
            zone: self.zone.clone(),
            country: self.country.clone(),
            direction,
        }
    }
}

struct Count {
    weight: f64,
    first: usize,
    site: Site,
    place: Place,
}

/// `outsiders` weighs down the states that broker and comment: `world/outsiders.toml`.
pub fn setting(
    parts: &[PartText],
    places: &Places,
    outsiders: &BTreeMap<String, f64>,
    published: Option<Date>,
) -> Setting {
    let mut counts: BTreeMap<String, Count> = BTreeMap::new();
    let mut countries: BTreeMap<String, (f64, usize)> = BTreeMap::new();
    let mut order = 0;
    for part in parts {
        for sentence in &part.text.sentences {
            let truces: Vec<_> = within(&part.found.truces, sentence.span).map(|it| it.1).collect();
            let base = if truces.is_empty() { 0.3 } else { 2.0 };
            let base = if part.part == Part::Title { base * 2.0 } else { base };
            for (_, mention) in within(&part.found.wheres, sentence.span) {
                order += 1;
                let Some(place) = mention.what.candidates.first() else { continue };
                let mut weight = base;
                for truce in &truces {
                    if truce.span.contains(mention.span) {
                        weight += 3.0;
                    } else if truce.span.end <= mention.span.start {
                        let between = part.text.text
                            [truce.span.end as usize..mention.span.start as usize]
                            .trim();
                        let last = between.rsplit(' ').next().unwrap_or("");
                        if between.len() < 25 && SCOPE.contains(&last) {
                            weight += 3.0;
                        }
                    }
                }
                let country = countries.entry(place.country.clone()).or_insert((0.0, order));
                country.0 += weight;
                if mention.what.adjective {
                    continue;
                }
                let entry = counts.entry(place.id.clone()).or_insert_with(|| Count {
                    weight: 0.0,
                    first: order,
                    site: site(&mention.what, part.text.of(mention.span)),
                    place: place.clone(),
                });
                entry.weight += weight;
            }
        }
    }
    let best = countries
        .iter()
        .filter(|(code, _)| !code.is_empty())
        .max_by(|a, b| {
            let key = |it: &(&String, &(f64, usize))| it.1.0 * outsiders.get(it.0).unwrap_or(&1.0);
            key(a).total_cmp(&key(b)).then(b.1.1.cmp(&a.1.1))
        })
        .map(|(code, _)| code.clone());
    let mut own: Vec<&Count> = counts
        .values()
        .filter(|it| {
            best.as_ref()
                .is_none_or(|best| it.place.country == *best || it.place.country.is_empty())
        })
        .collect();
    own.sort_by(|a, b| b.weight.total_cmp(&a.weight).then(a.first.cmp(&b.first)));
    let zone = own.iter().find_map(|it| places.zone(&it.place)).or_else(|| {
        best.as_ref().and_then(|code| places.country(code)).and_then(|it| places.zone(it))
    });
    let mut sites: Vec<Site> = own.first().map(|it| it.site.clone()).into_iter().collect();
    if sites.is_empty()
        && let Some(country) = best.as_ref().and_then(|code| places.country(code))
    {
        sites.push(Site {
            name: country.name.clone(),
            text: country.name.clone(),
            id: Some(country.id.clone()),
            country: Some(country.country.clone()),
            lat: Some(country.lat),
            lon: Some(country.lon),
        });
    }
    Setting { published, zone, country: best, places: sites }
}
