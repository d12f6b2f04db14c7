//! Under which names the ledger holds what a person asks for. Comes in: a place or a party as people
//! write it. Goes out: its words and the identifiers they may mean. What the world does not know stays the words.

use super::kin::Kin;
use crate::{
    mention::{
        place::{Kind, Places},
        who::Actors,
    },
    text::Text,
};

/// The words, the place they name, and the country where the place is a whole one.
pub fn of_place(name: &str, places: &Places) -> Vec<String> {
    let mut names = vec![name.to_owned()];
    for found in places.find(&Text::new(name), &[]) {
        let Some(first) = found.what.candidates.first() else { continue };
        names.push(first.id.clone());
        if first.kind == Kind::Country {
            names.push(first.country.clone());
        }
    }
    names
}

/// The words, the actors they name, and all who are of one camp with them.
pub fn of_party(name: &str, actors: &Actors, kin: &Kin) -> Vec<String> {
    let mut names = vec![name.to_owned()];
    for id in actors.find(&Text::new(name), &[]).into_iter().filter_map(|it| it.what.id) {
        if let Some((camp, _)) = kin.of.get(&id) {
            names.extend(kin.of.iter().filter(|it| it.1.0 == *camp).map(|it| it.0.clone()));
        }
        names.push(id);
    }
    names
}
