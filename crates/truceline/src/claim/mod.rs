//! What a sentence says happened to a truce. Comes in: sentences with their mentions. Goes out:
//! [`Claim`]s, each with its verbatim quote. No quote, no claim.

/// Verb forms.
pub mod lexicon;

/// A sentence with its mentions folded into single symbols.
pub mod fold;

/// Patterns: sentences with holes.
pub mod pattern;

/// Which lines a sentence may hold.
pub mod trigger;

/// Who does what in a folded sentence.
pub mod clause;

/// Who fires, and at whom.
pub mod attack;

/// Who is said to say what.
pub mod speech;

/// Fact, planned, hedged or denied.
pub mod stance;

/// Randomised trees beside the linear model.
pub mod trees;

/// How likely a candidate is a claim.
pub mod model;

/// Where and when a report's truce is told of.
pub mod setting;

/// Features by number.
pub mod digest;

/// What the model weighs.
pub mod features;

/// Who and where a claim may be about.
pub mod filler;

/// The words that carry a claim.
pub mod quote;

/// A truce's own times, as the words around it give them.
pub mod term;

/// The date of a time as its report means it.
pub mod dating;

/// From sentences to claims.
pub mod draw;

use crate::{
    text::Span,
    time::{Length, Moment, Window},
};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Act {
    CalledFor,
    Proposed,
    Declared,
    Agreed,
    Rejected,
    Began,
    Held,
    Violated,
    Extended,
    Ended,
    Talks,
    Monitored,
    Welcomed,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stance {
    Fact,
    Planned,
    Hedged,
    Denied,
}

/// Someone named in a claim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    pub name: String,
    pub text: String,
    pub id: Option<String>,
}

/// A place named in a claim or a truce.
#[derive(Clone, Debug, PartialEq)]
pub struct Site {
    pub name: String,
    pub text: String,
    pub id: Option<String>,
    pub country: Option<String>,
    pub lat: Option<f64>,
    pub lon: Option<f64>,
}

/// Which text of the article a span points into.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    Title,
    Text,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Claim {
    pub act: Act,
    pub stance: Stance,
    /// Index into the truces of the report.
    pub truce: usize,
    pub by: Vec<Actor>,
    pub against: Vec<Actor>,
    /// Nearest speaker first, then carriers; empty where the report itself says it.
    pub says: Vec<Actor>,
    pub when: Option<Moment>,
    pub wher: Vec<Site>,
    /// Stated by this sentence of the truce.
    pub window: Option<Window>,
    pub length: Option<Length>,
    pub part: Part,
    pub span: Span,
    /// `text[span]`, kept so that a claim stands by itself.
    pub quote: String,
    /// The pattern and its line: `en/act/declared:3`.
    pub pattern: String,
}

impl Act {
    pub const ALL: [Act; 13] = [
        Act::CalledFor,
        Act::Proposed,
        Act::Declared,
        Act::Agreed,
        Act::Rejected,
        Act::Began,
        Act::Held,
        Act::Violated,
        Act::Extended,
        Act::Ended,
        Act::Talks,
        Act::Monitored,
        Act::Welcomed,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Act::CalledFor => "called_for",
            Act::Proposed => "proposed",
            Act::Declared => "declared",
            Act::Agreed => "agreed",
            Act::Rejected => "rejected",
            Act::Began => "began",
            Act::Held => "held",
            Act::Violated => "violated",
            Act::Extended => "extended",
            Act::Ended => "ended",
            Act::Talks => "talks",
            Act::Monitored => "monitored",
            Act::Welcomed => "welcomed",
        }
    }

    pub fn named(name: &str) -> Option<Act> {
        Act::ALL.into_iter().find(|act| act.name() == name)
    }
}

impl Stance {
    pub const ALL: [Stance; 4] = [Stance::Fact, Stance::Planned, Stance::Hedged, Stance::Denied];

    pub fn name(self) -> &'static str {
        match self {
            Stance::Fact => "fact",
            Stance::Planned => "planned",
            Stance::Hedged => "hedged",
            Stance::Denied => "denied",
        }
    }

    pub fn named(name: &str) -> Option<Stance> {
        Stance::ALL.into_iter().find(|stance| stance.name() == name)
    }
}
