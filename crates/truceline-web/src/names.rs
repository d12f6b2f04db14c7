//! Names of the world in a question. Comes in: places and parties as people write them. Goes out: the
//! filter that finds them under all their names. What the world does not know stays the words.

use std::sync::OnceLock;

use truceline::{
    ledger::{kin::Kin, names},
    mention::{place::Places, who::Actors},
    pack::Source,
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
        let world = self.world();
        let places = |asked: &[String]| match world {
            Some(world) => asked.iter().flat_map(|it| names::of_place(it, &world.places)).collect(),
            None => asked.to_vec(),
        };
        for asked in [&question.place, &question.country] {
            if !asked.is_empty() {
                wanted.push(Wanted::from(&Filter { place: places(asked), party: Vec::new() }));
            }
        }
        let asked = &question.party;
        if !asked.is_empty() {
            let of = |it: &World, name: &String| names::of_party(name, &it.actors, &it.kin);
            let party = match world {
                Some(world) => asked.iter().flat_map(|it| of(world, it)).collect(),
                None => asked.clone(),
            };
            wanted.push(Wanted::from(&Filter { place: Vec::new(), party }));
        }
        wanted
    }
}
