//! What a start and a length make. Comes in: a truce. Goes out: the moment at which it would end,
//! for showing as derived. Never a stated end, and none where the start is coarser than a day.

use jiff::{Span, civil::DateTime};

use super::Truce;
use crate::time::{Moment, Precision, zone_named};

impl Truce {
    /// `start` + `length`, as fine as the start; `None` where either is unknown. Hours are hours in
    /// the zone of the start, days and months are the calendar's.
    pub fn derived_end(&self) -> Option<Moment> {
        let (start, length) = (self.start.as_ref()?, self.length.as_ref()?);
        if start.edtf.contains('/') {
            return None;
        }
        let span: Span = length.iso.parse().ok()?;
        let zone = start.zone.as_deref();
        let text = format!("{} + {}", start.text, length.text);
        match start.precision {
            Precision::Minute => {
                let from: DateTime = start.edtf.get(..16)?.parse().ok()?;
                let to = match zone.and_then(zone_named) {
                    Some(zone) => from.to_zoned(zone).ok()?.checked_add(span).ok()?.datetime(),
                    None => from.checked_add(span).ok()?,
                };
                Some(Moment::minute(to, zone, &text))
            }
            Precision::Day | Precision::DayPart => {
                // 72 hours from a Friday end on the Monday; 12 hours from it, who knows.
                let days = (span.get_hours() % 24 == 0).then_some(span.get_hours() / 24)?;
                let span = span.hours(0).days(span.get_days() + days);
                Some(Moment::day(start.date()?.checked_add(span).ok()?, zone, &text))
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use crate::{
        time::{Length, Moment},
        truce::{Status, Truce},
    };

    #[track_caller]
    fn check(start: Moment, length: &str, expected: Option<&str>) {
        let truce = Truce {
            id: "T1".to_owned(),
            label: String::new(),
            sides: Vec::new(),
            mediators: Vec::new(),
            places: Vec::new(),
            declared: None,
            start: Some(start),
            end: None,
            length: Some(Length { iso: length.to_owned(), text: length.to_owned() }),
            excludes: Vec::new(),
            status: Status::Unknown,
        };
        assert_eq!(truce.derived_end().map(|it| it.edtf).as_deref(), expected);
    }

    #[test]
    fn hours_are_hours_also_when_the_clocks_change() {
        let start = |zone| Moment::minute(date(2012, 10, 25).at(6, 0, 0, 0), zone, "at 6 a.m.");
        check(start(Some("Asia/Damascus")), "PT48H", Some("2012-10-27T05:00+02:00"));
        check(start(Some("Asia/Damascus")), "P2D", Some("2012-10-27T06:00+02:00"));
        check(start(Some("UTC")), "PT48H", Some("2012-10-27T06:00Z"));
        check(start(None), "P1M", Some("2012-11-25T06:00"));
    }

    #[test]
    fn a_day_gives_a_day() {
        let start = Moment::day(date(2016, 7, 6), None, "on July 6");
        check(start.clone(), "PT72H", Some("2016-07-09"));
        check(start.clone(), "P1M", Some("2016-08-06"));
        check(start, "PT12H", None);
    }

    #[test]
    fn an_unknown_year_gives_no_end() {
        let mut start = Moment::day(date(2016, 7, 6), None, "on July 6");
        start.edtf = "XXXX-07-06".to_owned();
        check(start, "PT72H", None);
    }
}
