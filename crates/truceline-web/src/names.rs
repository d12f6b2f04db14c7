//! Names of the world in a question. Comes in: places and parties as people write them. Goes out: the
//! filter that finds them under all their names. What the world does not know stays the words.

use std::sync::OnceLock;

use truceline::{
    ledger::kin::Kin,
    mention::{
        place::{Kind, Places},
        who::Actors,
    },
    pack::Source,
    text::Text,
};
use truceline_store::{Filter, Wanted};

use crate::Question;

#[derive(Default)]
pub struct Names(OnceLock<Option<World>>);

struct World {
    places: Places,
    actors: Actors,
    kin: Kin,
}

impl World {
    fn load() -> Option<World> {
        let source = Source::Embedded;
        let places = Places::load(&source, "en").ok()?;
        let actors = Actors::load(&source, "en").ok()?;
        Some(World { places, actors, kin: Kin::load(&source).ok()? })
    }

    fn place(&self, name: &str, into: &mut Vec<String>) {
        for found in self.places.find(&Text::new(name), &[]) {
            let Some(first) = found.what.candidates.first() else { continue };
            into.push(first.id.clone());
            if first.kind == Kind::Country {
                into.push(first.country.clone());
            }
        }
    }

    fn party(&self, name: &str, into: &mut Vec<String>) {
        for id in self.actors.find(&Text::new(name), &[]).into_iter().filter_map(|it| it.what.id) {
            if let Some((camp, _)) = self.kin.of.get(&id) {
                into.extend(self.kin.of.iter().filter(|it| it.1.0 == *camp).map(|it| it.0.clone()));
            }
            into.push(id);
        }
    }
}

impl Names {
    /// Loads what there is to know, so that no question has to wait for it.
    pub fn load(&self) {
        self.world();
    }

    fn world(&self) -> Option<&World> {
        self.0.get_or_init(World::load).as_ref()
    }

    /// What the truces asked for must be, each of it. Takes up to a second the first time.
    pub fn wanted(&self, question: &Question) -> Vec<Wanted> {
        let mut wanted = Vec::new();
        let places = |names: &[String]| {
            let mut all = names.to_vec();
            if let Some(world) = self.world() {
                names.iter().for_each(|it| world.place(it, &mut all));
            }
            all
        };
        for names in [&question.place, &question.country] {
            if !names.is_empty() {
                wanted.push(Wanted::from(&Filter { place: places(names), party: Vec::new() }));
            }
        }
        if !question.party.is_empty() {
            let mut all = question.party.clone();
            if let Some(world) = self.world() {
                question.party.iter().for_each(|it| world.party(it, &mut all));
            }
            wanted.push(Wanted::from(&Filter { place: Vec::new(), party: all }));
        }
        wanted
    }
}
