//! The truces a report tells of. Comes in: claims. Goes out: [`Truce`]s, background ones apart from
//! the news. Never chooses one of two stated values in silence.

mod end;

/// Which truce each claim of a report is about.
pub mod group;

/// Dates that one telling of an event takes from another.
pub mod dates;

/// A truce's own times, as its report states them.
mod told;

use crate::{
    claim::{Actor, Site},
    time::{Length, Moment},
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    Proposed,
    Declared,
    Agreed,
    InForce,
    Ended,
    Rejected,
    Disputed,
    Unknown,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Truce {
    /// `T1`, `T2` … in order of first mention.
    pub id: String,
    pub label: String,
    pub sides: Vec<Vec<Actor>>,
    pub mediators: Vec<Actor>,
    pub places: Vec<Site>,
    pub declared: Option<Moment>,
    pub start: Option<Moment>,
    pub end: Option<Moment>,
    pub length: Option<Length>,
    pub excludes: Vec<Actor>,
    pub status: Status,
}

impl Status {
    pub fn name(self) -> &'static str {
        match self {
            Status::Proposed => "proposed",
            Status::Declared => "declared",
            Status::Agreed => "agreed",
            Status::InForce => "in_force",
            Status::Ended => "ended",
            Status::Rejected => "rejected",
            Status::Disputed => "disputed",
            Status::Unknown => "unknown",
        }
    }
}
