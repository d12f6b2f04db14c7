//! Times and lengths in words. Comes in: moments as the ledger holds them. Goes out: the words told,
//! the local time and UTC, side by side. Never says more than a moment holds.

use jiff::{
    Timestamp, Zoned,
    civil::{Date, DateTime},
    tz::TimeZone,
};
pub use truceline::said::{counted, length};
use truceline::{ledger::body::When, said::dates};

/// A moment, ready to be shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// On the clocks of the place, or the day, month or year.
    pub local: String,
    /// The zone of `local`: `Asia/Damascus, +03:00`; empty where no clock was told.
    pub zone: String,
    /// Empty where no clock was told, or where `local` is it.
    pub utc: String,
    /// As they stand in the report.
    pub words: String,
    pub edtf: String,
    pub doubts: Vec<String>,
}

/// `place`: the zone of the place, for times that were told in another.
pub fn told(it: &When, place: Option<&str>) -> Told {
    let (local, zone, utc) =
        clock(it, place).unwrap_or_else(|| (dates(&it.edtf), String::new(), String::new()));
    Told {
        local,
        zone,
        utc,
        words: it.text.clone(),
        edtf: it.edtf.clone(),
        doubts: it.doubts.clone(),
    }
}

/// A minute whose offset is known: on the place's clock, its zone, in UTC.
fn clock(it: &When, place: Option<&str>) -> Option<(String, String, String)> {
    let (civil, offset) = it.edtf.split_at_checked(16)?;
    let _: DateTime = civil.parse().ok()?;
    if offset.is_empty() || offset.contains('/') {
        return None;
    }
    let at = it.earliest?;
    let named = it.zone.as_deref().filter(|zone| zone.contains('/')).or(place);
    let zone = named.and_then(|it| TimeZone::get(it).ok());
    let utc = at.to_zoned(TimeZone::UTC);
    let whole = "%a %-d %B %Y, %H:%M";
    // The day is told once where it is the same.
    let short = |local: Date| match utc.date() == local {
        true => utc.strftime("%H:%M").to_string(),
        false => utc.strftime("%a %-d %B, %H:%M").to_string(),
    };
    let Some(zone) = zone else {
        return Some(match offset {
            "Z" => (utc.strftime(whole).to_string(), "UTC".to_owned(), String::new()),
            _ => {
                let civil: DateTime = civil.parse().ok()?;
                let local = civil.strftime(whole).to_string();
                (local, offset.to_owned(), short(civil.date()))
            }
        });
    };
    let local: Zoned = at.to_zoned(zone);
    let name = format!("{}, {}", named.unwrap_or_default(), local.strftime("%:z"));
    Some((local.strftime(whole).to_string(), name, short(local.date())))
}

/// `6 July 2016, 01:00 UTC`, of seconds since 1970.
pub fn utc(at: i64) -> String {
    Timestamp::from_second(at).map_or_else(
        |_| "a time out of range".to_owned(),
        |it| it.to_zoned(TimeZone::UTC).strftime("%-d %B %Y, %H:%M UTC").to_string(),
    )
}

/// `6 July 2016`, of seconds since 1970.
pub fn day(at: i64) -> String {
    Timestamp::from_second(at).map_or_else(
        |_| "a time out of range".to_owned(),
        |it| it.to_zoned(TimeZone::UTC).strftime("%-d %B %Y").to_string(),
    )
}

/// The day a moment begins on, by the calendar it was told in; else the day of `at`.
pub fn day_of(it: Option<&When>, at: i64) -> String {
    let civil = it.and_then(|it| it.edtf.get(..10)?.parse::<Date>().ok());
    civil.map_or_else(|| day(at), |it| it.strftime("%-d %B %Y").to_string())
}

/// `6 h`, `2 d 3 h`, `45 min`.
pub fn left(hours: f64) -> String {
    let minutes = (hours * 60.0).round() as i64;
    match (minutes / 1440, minutes % 1440 / 60) {
        (0, 0) => format!("{minutes} min"),
        (0, hours) => format!("{hours} h"),
        (days, _) if days > 13 => format!("{days} d"),
        (days, 0) => format!("{days} d"),
        (days, hours) => format!("{days} d {hours} h"),
    }
}

/// An act, a stance or a status without its underscores.
pub fn plain(word: &str) -> String {
    word.replace('_', " ")
}

#[cfg(test)]
mod tests {
    use truceline::ledger::body::When;

    use super::{left, length, told};

    fn when(edtf: &str, earliest: Option<&str>, zone: Option<&str>) -> When {
        When {
            edtf: edtf.to_owned(),
            earliest: earliest.map(|it| it.parse().unwrap()),
            latest: earliest.map(|it| it.parse().unwrap()),
            precision: "minute".to_owned(),
            zone: zone.map(str::to_owned),
            text: "then".to_owned(),
            doubts: Vec::new(),
        }
    }

    #[track_caller]
    fn check(it: &When, place: Option<&str>, expected: [&str; 3]) {
        let told = told(it, place);
        assert_eq!([told.local.as_str(), &told.zone, &told.utc], expected);
    }

    #[test]
    fn a_clock_is_shown_on_the_clocks_of_the_place_and_in_utc() {
        let at = Some("2016-07-05T22:00:00Z");
        let here = "Wed 6 July 2016, 01:00";
        let utc = "Tue 5 July, 22:00";
        let told = when("2016-07-06T01:00+03:00", at, Some("Asia/Damascus"));
        check(&told, None, [here, "Asia/Damascus, +03:00", utc]);
        check(&when("2016-07-06T01:00+03:00", at, Some("+03:00")), None, [here, "+03:00", utc]);
        let gmt = when("2016-07-05T22:00Z", at, Some("UTC"));
        check(&gmt, Some("Asia/Damascus"), [here, "Asia/Damascus, +03:00", utc]);
        let noon = when("2016-07-06T12:00+03:00", Some("2016-07-06T09:00:00Z"), Some("+03:00"));
        check(&noon, None, ["Wed 6 July 2016, 12:00", "+03:00", "09:00"]);
        let utc = "Tue 5 July 2016, 22:00";
        check(&gmt, None, [utc, "UTC", ""]);
        check(&gmt, Some("Nowhere/At_All"), [utc, "UTC", ""]);
    }

    #[test]
    fn moments_say_no_more_than_they_hold() {
        for (edtf, expected) in [
            ("2016-07-06", "Wed 6 July 2016"),
            ("2016-07-06T01:00", "Wed 6 July 2016, 01:00"),
            ("2016-07", "July 2016"),
            ("2016", "2016"),
            ("XXXX-02-29", "29 February, year unknown"),
            ("2014-08-08/2014-08-10", "Fri 8 August 2014 to Sun 10 August 2014"),
            ("2014-08-08/..", "from Fri 8 August 2014 on"),
            ("2016-24", "2016-24"),
            ("", ""),
            ("“é”é“é”é“é”", "“é”é“é”é“é”"),
        ] {
            check(&when(edtf, None, None), Some("Asia/Damascus"), [expected, "", ""]);
        }
    }

    #[test]
    fn lengths_are_said_in_their_own_units() {
        let said: Vec<String> = ["PT72H", "P1M", "P3DT12H", "soon"].map(length).to_vec();
        assert_eq!(said, ["72 hours", "1 month", "3 days, 12 hours", "soon"]);
        let said: Vec<String> = [0.25, 6.0, 51.0, 48.0, 720.5].map(left).to_vec();
        assert_eq!(said, ["15 min", "6 h", "2 d 3 h", "2 d", "30 d"]);
    }
}
