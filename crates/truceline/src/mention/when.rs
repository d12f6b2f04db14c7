//! Time expressions. Comes in: a text and the times of a language. Goes out: [`When`]s, not yet
//! dated, and their resolution to [`Moment`]s and [`Length`]s in a [`Context`]. Never guesses a year.

use crate::{
    mention::Mention,
    pack::{Error, Source},
    text::Text,
    time::{Length, Moment, Window},
};

/// The times of one language, from `lang/<code>/when.toml`, and the world's holidays and zones.
pub struct Times {}

/// How the words stand to the event: read off the preposition and the words around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// `on Friday`, `Friday`, `at 8 a.m.`
    At,
    /// `from`, `since`, `starting`, `as of`
    From,
    /// `until`, `to`, `through`
    Until,
    /// `by Friday`, `before`
    By,
    /// `within 48 hours`, `in the next 72 hours`
    Within,
    /// `for three days`, `72-hour`
    For,
    /// `after`, `hours after`
    After,
    /// `last week's truce`, `the Eid truce`: names the truce by its time
    Label,
}

/// A time expression as it stands, not yet dated.
#[derive(Clone, Debug, PartialEq)]
pub struct When {
    pub role: Role,
}

/// The side of the telling on which an undated time lies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Direction {
    Past,
    Future,
    #[default]
    Unknown,
}

/// What a time is resolved against.
#[derive(Clone, Debug, Default)]
pub struct Context {
    /// The day of telling, where it is known.
    pub published: Option<jiff::civil::Date>,
    /// IANA zone of the place the truce is for (`Asia/Damascus`), where one is known.
    pub zone: Option<String>,
    /// ISO 3166 code of that place, for `IST`, holidays, and the order of `9/10`.
    pub country: Option<String>,
    pub direction: Direction,
}

/// What an expression comes to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Resolved {
    /// A single moment, or the whole stretch for `overnight into Thursday`.
    pub moment: Option<Moment>,
    /// A range said in one breath: `from 6 p.m. of December 23 to 6 p.m. of December 26`.
    pub window: Option<Window>,
    pub length: Option<Length>,
}

impl Times {
    pub fn load(_source: &Source, _language: &str) -> Result<Times, Error> {
        Ok(Times {})
    }

    /// Every time expression of a text, in order, none overlapping, the longest winning.
    pub fn find(&self, _text: &Text) -> Vec<Mention<When>> {
        Vec::new()
    }

    pub fn resolve(&self, _when: &Mention<When>, _text: &Text, _context: &Context) -> Resolved {
        Resolved::default()
    }
}
