//! Dates as feeds write them. Comes in: RFC 5322 or ISO 8601, often neither. Goes out: the date as
//! told, with its offset. Never gives a zone that is not told.

use jiff::{Timestamp, civil::DateTime, tz::TimeZone};
use truceline::report::Published;

/// Names that the standard of these very dates gives an offset (RFC 5322, section 4.3).
const NAMED: &[(&str, &str)] = &[
    ("UT", "Z"),
    ("EST", "-05:00"),
    ("EDT", "-04:00"),
    ("CST", "-06:00"),
    ("CDT", "-05:00"),
    ("MST", "-07:00"),
    ("MDT", "-06:00"),
    ("PST", "-08:00"),
    ("PDT", "-07:00"),
];

/// A name that means one place only; its offset is another one in another year.
const PLACED: &[(&str, &str)] = &[("MSK", "Europe/Moscow"), ("MSD", "Europe/Moscow")];

pub fn published(words: &str) -> Option<Published> {
    let words = words.trim();
    let mut given = Published::parse(words, "feed")?;
    let zone = words.rsplit(' ').next().unwrap_or_default();
    let clock = given.stamp.parse::<DateTime>().ok().filter(|_| given.stamp.contains('T'));
    let (Some(clock), false) = (clock, given.stamp.ends_with('Z')) else { return Some(given) };
    if given.stamp.len() > "2016-07-06T14:02:00".len() {
        return Some(given);
    }
    if let Some((_, offset)) = NAMED.iter().find(|it| it.0.eq_ignore_ascii_case(zone)) {
        given.stamp.push_str(offset);
    } else if let Some((_, place)) = PLACED.iter().find(|it| it.0.eq_ignore_ascii_case(zone))
        && let Ok(there) = TimeZone::get(place)
        && let Ok(zoned) = there.to_ambiguous_zoned(clock).compatible()
    {
        given.stamp.push_str(&zoned.strftime("%:z").to_string());
    }
    Some(given)
}

/// The moment of a date, for comparing with now: its noon in UTC where no clock is told.
pub fn moment(it: &Published) -> Option<Timestamp> {
    if let Ok(at) = it.stamp.parse::<Timestamp>() {
        return Some(at);
    }
    let civil = it.stamp.parse::<DateTime>().ok().filter(|_| it.stamp.contains('T'));
    let civil = civil.unwrap_or_else(|| it.date.at(12, 0, 0, 0));
    Some(civil.to_zoned(TimeZone::UTC).ok()?.timestamp())
}

#[cfg(test)]
mod tests {
    use super::published;

    #[test]
    fn offsets_are_kept_and_none_is_invented() {
        for (words, stamp) in [
            ("Wed, 06 Jul 2016 14:02:00 +0300", "2016-07-06T14:02:00+03:00"),
            ("Wed, 06 Jul 2016 14:02:00 GMT", "2016-07-06T14:02:00Z"),
            ("Wed, 06 Jul 2016 14:02:00 EDT", "2016-07-06T14:02:00-04:00"),
            ("Wed, 06 Jul 2016 14:02:00 MSK", "2016-07-06T14:02:00+03:00"),
            ("Wed, 06 Jul 2012 14:02:00 MSK", "2012-07-06T14:02:00+04:00"),
            ("Wed, 06 Jul 2016 14:02:00 IST", "2016-07-06T14:02:00"),
            ("2016-07-06T14:02:00Z", "2016-07-06T14:02:00Z"),
            ("2016-07-06T14:02:00.123+05:30", "2016-07-06T14:02:00+05:30"),
            ("2016-07-06", "2016-07-06"),
        ] {
            assert_eq!(published(words).map(|it| it.stamp).as_deref(), Some(stamp), "{words}");
        }
        assert_eq!(published("yesterday"), None);
    }
}
