//! The whole way from a report to its truces and claims. Comes in: a [`Report`] and a [`Reader`].
//! Goes out: a [`Reading`]. Never fails on text: what cannot be read is a gap.

use crate::{
    article::{self, Article, Furniture},
    claim::{Claim, Part},
    mention::{place::Places, when::Times, who::Actors},
    pack::{Error, Source},
    report::Report,
    text::Span,
    truce::Truce,
};

/// What could not be read, where, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gap {
    pub part: Part,
    pub span: Span,
    pub what: String,
}

/// All that was read of one report.
#[derive(Clone, Debug)]
pub struct Reading {
    pub article: Article,
    pub truces: Vec<Truce>,
    pub claims: Vec<Claim>,
    pub gaps: Vec<Gap>,
}

/// A loaded pack and the world: what reports are read with. Made once, used from any thread.
pub struct Reader {
    pub furniture: Furniture,
    pub times: Times,
    pub places: Places,
    pub actors: Actors,
}

impl Reader {
    pub fn load(source: &Source) -> Result<Reader, Error> {
        Ok(Reader {
            furniture: Furniture::load(source, "en")?,
            times: Times::load(source, "en")?,
            places: Places::load(source, "en")?,
            actors: Actors::load(source, "en")?,
        })
    }

    pub fn read(&self, report: &Report) -> Reading {
        let article = article::extract(report, &self.furniture);
        Reading { article, truces: Vec::new(), claims: Vec::new(), gaps: Vec::new() }
    }
}
