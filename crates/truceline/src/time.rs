//! When: moments no more exact than the words that gave them. Comes in: civil dates, clocks,
//! zones. Goes out: [`Moment`]s and [`Length`]s with their EDTF. Never guesses a year or a zone.

use jiff::Timestamp;

/// How fine the words were.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Precision {
    Minute,
    Hour,
    /// Morning, night, dawn: finer than a day, no hour said.
    DayPart,
    Day,
    Week,
    Month,
    Season,
    Year,
}

/// A stretch `[earliest, latest)` in which the moment lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moment {
    /// EDTF (ISO 8601-2): `2016-07-06T01:00+03:00`, `2014-08`, `XXXX-07-06`, `2014-08-08/2014-08-10`.
    pub edtf: String,
    /// `None` where the year is unknown.
    pub earliest: Option<Timestamp>,
    pub latest: Option<Timestamp>,
    pub precision: Precision,
    /// The zone the words name or the place fixes (`Asia/Damascus`, `+03:00`); `None` if not known.
    pub zone: Option<String>,
    /// The words themselves, as they stand in the report.
    pub text: String,
    /// In words, what does not agree: a second clock, a weekday, a date.
    pub doubts: Vec<String>,
}

/// A length as labelled: ISO 8601, `PT72H`, `P7D`, `P1M`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Length {
    pub iso: String,
    pub text: String,
}

/// One end of a window. *Open* is said to have no end; *unknown* is not said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Edge {
    At(Moment),
    NotBefore(Moment),
    /// After an event, in the report's words.
    After(String),
    Open,
    #[default]
    Unknown,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Window {
    pub start: Edge,
    pub end: Edge,
}
