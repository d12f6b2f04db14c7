//! Which actors stand for one camp, and which places are whole countries. Comes in: the names of the
//! world. Goes out: [`Kin`]. Never guesses: what the world files do not know stays apart.

use std::collections::{HashMap, HashSet};

use serde::Deserialize;

use super::{
    body::{Spot, Who},
    signs::Party,
};
use crate::pack::{Error, Source};

/// Which actors stand for one camp: the army, the government and the president of one state are one
/// side of a truce. From actor identifier to (camp, country).
#[derive(Clone, Debug, Default)]
pub struct Kin {
    pub of: HashMap<String, (String, Option<String>)>,
    /// Identifiers of places that are whole countries.
    pub countries: HashSet<String>,
}

#[derive(Deserialize)]
struct ActorFile {
    class: String,
    /// Names of the columns of a line, split by `|`.
    columns: String,
    /// A line an actor; `#` begins a remark.
    actors: String,
}

#[derive(Default)]
struct ActorRow {
    country: Option<String>,
    /// Whom a person speaks for, or a wing belongs to.
    of: Option<String>,
    class: String,
}

#[derive(Deserialize)]
struct CountryRow {
    id: u64,
}

impl Kin {
    /// From `world/actors/` and `world/countries.toml`. The state itself, its army and its police
    /// (`sy`, `sy-army`) are one camp; a person or a wing is of the camp it belongs to.
    pub fn load(source: &Source) -> Result<Kin, Error> {
        let mut rows: HashMap<String, ActorRow> = HashMap::new();
        for (_, file) in source.toml_folder::<ActorFile>("world/actors")? {
            let columns: Vec<&str> = file.columns.split('|').map(str::trim).collect();
            let lines = file.actors.lines().map(str::trim);
            for line in lines.filter(|it| !it.is_empty() && !it.starts_with('#')) {
                let values: Vec<&str> = line.split('|').map(str::trim).collect();
                let value = |name: &str| -> Option<String> {
                    let at = columns.iter().position(|it| *it == name)?;
                    values.get(at).filter(|it| !it.is_empty()).map(|it| (*it).to_owned())
                };
                let Some(id) = value("id") else { continue };
                let class = value("class").unwrap_or_else(|| file.class.clone());
                rows.insert(id, ActorRow { country: value("in"), of: value("of"), class });
            }
        }
        let mut kin = Kin::default();
        for id in rows.keys() {
            let mut top = id;
            for _ in 0..4 {
                match rows.get(top).and_then(|row| row.of.as_ref()) {
                    Some(of) if rows.contains_key(of) => top = of,
                    _ => break,
                }
            }
            let row = &rows[top];
            let code = row.country.as_ref().map(|it| it.to_lowercase());
            let own = code.as_ref().is_some_and(|code| {
                top == code || top.strip_prefix(code.as_str()).is_some_and(|it| it.starts_with('-'))
            });
            let state = own && matches!(row.class.as_str(), "state" | "forces");
            let camp = if state { code.unwrap_or_default() } else { top.clone() };
            kin.of.insert(id.clone(), (camp, row.country.clone()));
        }
        let countries: HashMap<String, CountryRow> = source.toml("world/countries.toml")?;
        kin.countries = countries.into_values().map(|it| format!("geonames:{}", it.id)).collect();
        Ok(kin)
    }

    pub fn camp(&self, who: &Who) -> Party {
        match &who.id {
            Some(id) => match self.of.get(id) {
                Some((camp, _)) => Party { key: camp.clone(), known: true },
                None => Party { key: id.clone(), known: true },
            },
            None => Party { key: plain(&who.name), known: false },
        }
    }

    /// A place without coordinates is taken to be wide: it can then keep nothing apart.
    pub fn is_country(&self, spot: &Spot) -> bool {
        spot.lat.is_none() || spot.id.as_ref().is_some_and(|id| self.countries.contains(id))
    }

    /// The country of an actor that is no state.
    pub fn home(&self, who: &Who) -> Option<&String> {
        let (camp, country) = self.of.get(who.id.as_ref()?)?;
        country.as_ref().filter(|it| !it.eq_ignore_ascii_case(camp))
    }

    pub fn country(&self, who: &Who) -> Option<&String> {
        self.of.get(who.id.as_ref()?)?.1.as_ref()
    }
}

/// A name as a key: lower case, single spaces, no article.
pub fn plain(name: &str) -> String {
    let lower = name.to_lowercase();
    let mut words: Vec<&str> = lower.split_whitespace().collect();
    if words.len() > 1 && words[0] == "the" {
        words.remove(0);
    }
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn army_and_president_are_of_the_camp_of_their_state() {
        let kin = Kin::load(&Source::Embedded).unwrap();
        let camp = |id: &str| kin.of.get(id).map(|it| it.0.clone());
        for id in ["il", "il-army", "benjamin-netanyahu"] {
            assert_eq!(camp(id).as_deref(), Some("il"), "{id}");
        }
        assert_eq!(camp("hamas").as_deref(), Some("hamas"));
        // Both are in Libya, and neither is Libya.
        assert_ne!(camp("lna"), camp("gna"));
        assert!(kin.countries.contains("geonames:163843"));
    }
}
