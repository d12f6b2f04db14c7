//! When: moments no more exact than the words that gave them. Comes in: civil dates, clocks,
//! zones. Goes out: [`Moment`]s and [`Length`]s with their EDTF. Never guesses a year or a zone.

use jiff::{
    Timestamp, ToSpan,
    civil::{Date, DateTime},
    tz::{Offset, TimeZone},
};

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

impl Moment {
    /// One civil day. Without a zone it lies anywhere that date is kept on earth.
    pub fn day(date: Date, zone: Option<&str>, text: &str) -> Moment {
        Moment::days(date, date, Precision::Day, zone, text)
    }

    /// From the first day to the end of the last, both named: `2014-08-08/2014-08-10`.
    pub fn interval(first: Date, last: Date, zone: Option<&str>, text: &str) -> Moment {
        Moment::days(first, last, Precision::Day, zone, text)
    }

    pub(crate) fn days(
        first: Date,
        last: Date,
        precision: Precision,
        zone: Option<&str>,
        text: &str,
    ) -> Moment {
        let edtf = match precision {
            Precision::Month => month(first),
            Precision::Year => format!("{:04}", first.year()),
            Precision::Season => format!("{}/{}", month(first), month(last)),
            _ if first == last => first.to_string(),
            _ => format!("{first}/{last}"),
        };
        let mut moment = Moment {
            edtf,
            earliest: None,
            latest: None,
            precision,
            zone: zone.map(str::to_owned),
            text: text.to_owned(),
            doubts: Vec::new(),
        };
        let after = last.saturating_add(1.day());
        moment.lies_between(first.at(0, 0, 0, 0), after.at(0, 0, 0, 0));
        moment
    }

    /// A minute on a clock. The offset is written where the zone is known.
    pub fn minute(at: DateTime, zone: Option<&str>, text: &str) -> Moment {
        let mut moment = Moment::day(at.date(), zone, text);
        moment.precision = Precision::Minute;
        moment.edtf = stamp(at, zone);
        moment.lies_between(at, at.saturating_add(1.minute()));
        moment
    }

    /// The whole stretch from one moment to another, as told in one breath.
    pub fn between(first: &Moment, last: &Moment, text: &str) -> Moment {
        let mut doubts = first.doubts.clone();
        doubts.extend(last.doubts.iter().filter(|it| !first.doubts.contains(it)).cloned());
        Moment {
            edtf: format!("{}/{}", from_of(&first.edtf), to_of(&last.edtf)),
            earliest: first.earliest,
            latest: last.latest,
            precision: first.precision.max(last.precision),
            zone: first.zone.clone(),
            text: text.to_owned(),
            doubts,
        }
    }

    /// The civil date of the beginning, where its year is known.
    pub fn date(&self) -> Option<Date> {
        self.edtf.get(..10)?.parse().ok()
    }

    /// Narrows the stretch to `[from, to)` on the clocks of the moment's zone.
    pub(crate) fn lies_between(&mut self, from: DateTime, to: DateTime) {
        let zone = self.zone.as_deref().and_then(zone_named);
        let (early, late) = match zone {
            Some(zone) => (zone.clone(), zone),
            None => (TimeZone::fixed(Offset::constant(14)), TimeZone::fixed(Offset::constant(-12))),
        };
        let stamp = |at: DateTime, zone: TimeZone| Some(at.to_zoned(zone).ok()?.timestamp());
        self.earliest = stamp(from, early);
        self.latest = stamp(to, late);
    }
}

fn month(date: Date) -> String {
    format!("{:04}-{:02}", date.year(), date.month())
}

fn from_of(edtf: &str) -> &str {
    edtf.split('/').next().unwrap_or(edtf)
}

fn to_of(edtf: &str) -> &str {
    edtf.rsplit('/').next().unwrap_or(edtf)
}

/// A zone by its IANA name, `UTC`, or an offset as `+03:00`.
pub(crate) fn zone_named(name: &str) -> Option<TimeZone> {
    if name == "UTC" {
        return Some(TimeZone::UTC);
    }
    match offset(name) {
        Some(offset) => Some(TimeZone::fixed(offset)),
        None => TimeZone::get(name).ok(),
    }
}

fn offset(name: &str) -> Option<Offset> {
    let sign = match name.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let (hours, minutes) = name[1..].split_once(':')?;
    let (hours, minutes): (i32, i32) = (hours.parse().ok()?, minutes.parse().ok()?);
    Offset::from_seconds(sign * (hours * 3600 + minutes * 60)).ok()
}

/// `2016-07-06T01:00+03:00`; `Z` for UTC; no offset where the zone is not known.
fn stamp(at: DateTime, zone: Option<&str>) -> String {
    let civil = at.strftime("%Y-%m-%dT%H:%M");
    let Some(zone) = zone else { return civil.to_string() };
    let at = zone_named(zone).and_then(|tz| at.to_zoned(tz).ok());
    match at {
        Some(_) if zone == "UTC" => format!("{civil}Z"),
        Some(at) => at.strftime("%Y-%m-%dT%H:%M%:z").to_string(),
        None => civil.to_string(),
    }
}

impl Length {
    /// Hours, where the unit has a fixed number of them.
    pub fn hours(&self) -> Option<f64> {
        let (count, unit) = self.iso.strip_prefix('P')?.split_at(self.iso.len() - 2);
        match (count.strip_prefix('T'), unit) {
            (Some(count), "H") => count.parse().ok(),
            (Some(count), "M") => Some(count.parse::<f64>().ok()? / 60.0),
            (None, "D") => Some(count.parse::<f64>().ok()? * 24.0),
            _ => None,
        }
    }

    /// What a label and the stated ends do not agree on, in words; neither is derived from the other.
    pub fn disagrees(&self, start: &Moment, end: &Moment) -> Option<String> {
        let exact = start.precision == Precision::Minute && end.precision == Precision::Minute;
        let (from, to) = (start.earliest?, end.earliest?);
        let stated = (to.as_second() - from.as_second()) as f64 / 3600.0;
        let label = self.hours()?;
        let slack = if exact { 0.05 } else { 24.0 };
        ((stated - label).abs() > slack).then(|| {
            format!(
                "{} is {label} hours; from {} to {} are {stated:.1} hours",
                self.text, start.edtf, end.edtf
            )
        })
    }
}
