//! What a start and a length make. Comes in: a truce. Goes out: the moment at which it would end,
//! for showing as derived. Never a stated end, and none where the start is coarser than a day.

use jiff::{Span, tz::TimeZone};

use super::Truce;
use crate::time::{Moment, Precision};

impl Truce {
    /// `start` + `length`, as fine as the start; `None` where either is unknown. Days and months
    /// are the calendar's in the zone of the start (UTC where none is known), hours are hours.
    pub fn derived_end(&self) -> Option<Moment> {
        let (start, length) = (self.start.as_ref()?, self.length.as_ref()?);
        if start.precision > Precision::Day || start.edtf.contains('/') {
            return None;
        }
        let mut span: Span = length.iso.parse().ok()?;
        if start.precision >= Precision::DayPart && span.get_hours() != 0 {
            // A day is no hour: 72 hours from Friday end on Monday, 12 hours from it who knows.
            let days = (span.get_hours() % 24 == 0).then_some(span.get_hours() / 24)?;
            span = span.hours(0).days(span.get_days() + days);
        }
        let zone = start.zone.as_deref().map_or(Some(TimeZone::UTC), zone_named)?;
        let later = |at: jiff::Timestamp| at.to_zoned(zone.clone()).checked_add(span).ok();
        let (earliest, latest) = (later(start.earliest?)?, later(start.latest?)?);
        let edtf = match (start.precision, &start.zone) {
            (Precision::Minute | Precision::Hour, Some(_)) if earliest.offset().is_zero() => {
                earliest.strftime("%Y-%m-%dT%H:%MZ").to_string()
            }
            (Precision::Minute | Precision::Hour, Some(_)) => {
                earliest.strftime("%Y-%m-%dT%H:%M%:z").to_string()
            }
            (Precision::Minute | Precision::Hour, None) => {
                earliest.strftime("%Y-%m-%dT%H:%M").to_string()
            }
            _ => earliest.date().to_string(),
        };
        Some(Moment {
            edtf,
            earliest: Some(earliest.timestamp()),
            latest: Some(latest.timestamp()),
            precision: start.precision,
            zone: start.zone.clone(),
            text: format!("{} + {}", start.text, length.text),
            doubts: Vec::new(),
        })
    }
}

/// `Asia/Damascus`, `UTC`, `+03:00`.
fn zone_named(name: &str) -> Option<TimeZone> {
    if name.starts_with(['+', '-']) {
        let offset = format!("2000-01-01T00:00{name}[{name}]").parse::<jiff::Zoned>().ok()?;
        return Some(offset.time_zone().clone());
    }
    TimeZone::get(name).ok()
}
