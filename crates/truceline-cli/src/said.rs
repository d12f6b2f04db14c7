//! Times and names in words for people. Comes in: moments, lengths, actors. Goes out: short texts.
//! Never says more than the moment holds: an unknown year stays unknown.

use jiff::{civil::DateTime, tz::TimeZone};
use truceline::{
    claim::{Actor, Site},
    said::{self, dates},
    time::{Length, Moment},
};

/// `Wed 6 July 2016, 01:00 (Asia/Damascus, +03:00) · 5 July, 22:00 UTC`
pub fn moment(it: &Moment) -> String {
    let clock = (!it.edtf.contains('/')).then(|| clock(it)).flatten();
    clock.unwrap_or_else(|| dates(&it.edtf))
}

/// A minute whose offset is known, in the zone told and in UTC.
fn clock(it: &Moment) -> Option<String> {
    let (civil, offset) = it.edtf.split_at_checked(16)?;
    let civil: DateTime = civil.parse().ok()?;
    let utc = it.earliest?.to_zoned(TimeZone::UTC);
    let told = civil.strftime("%a %-d %B %Y, %H:%M");
    if offset == "Z" {
        return Some(format!("{told} UTC"));
    }
    if offset.is_empty() {
        return None;
    }
    let zone = match it.zone.as_deref().filter(|zone| zone.contains('/')) {
        Some(zone) => format!("{zone}, {offset}"),
        None => offset.to_owned(),
    };
    let utc = match utc.date() == civil.date() {
        true => utc.strftime("%H:%M UTC"),
        false => utc.strftime("%-d %B, %H:%M UTC"),
    };
    Some(format!("{told} ({zone}) · {utc}"))
}

/// `72 hours`, `7 days`, `1 month`, `3 days, 12 hours`.
pub fn length(it: &Length) -> String {
    said::length(&it.iso)
}

/// `Israel, Hamas`; where the words differ from the name: `Benjamin Netanyahu (“the premier”)`.
pub fn actors(them: &[Actor]) -> String {
    them.iter().map(|it| named(&it.name, &it.text)).collect::<Vec<_>>().join(", ")
}

/// Nearest speaker first: `a military source, by way of Reuters`.
pub fn chain(them: &[Actor]) -> String {
    let names: Vec<_> = them.iter().map(|it| named(&it.name, &it.text)).collect();
    names.join(", by way of ")
}

pub fn sites(them: &[Site]) -> String {
    them.iter().map(|it| named(&it.name, &it.text)).collect::<Vec<_>>().join(", ")
}

fn named(name: &str, text: &str) -> String {
    if text.is_empty() || text.to_lowercase().contains(&name.to_lowercase()) {
        return if text.is_empty() { name.to_owned() } else { text.to_owned() };
    }
    format!("{name} (“{text}”)")
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use truceline::{
        claim::Actor,
        time::{Length, Moment},
    };

    use super::{actors, length, moment};

    #[test]
    fn moments_say_no_more_than_they_hold() {
        let clock = |zone| Moment::minute(date(2016, 7, 6).at(1, 0, 0, 0), zone, "");
        let told = |zone| moment(&clock(zone));
        assert_eq!(
            told(Some("Asia/Damascus")),
            "Wed 6 July 2016, 01:00 (Asia/Damascus, +03:00) · 5 July, 22:00 UTC"
        );
        assert_eq!(told(Some("-05:00")), "Wed 6 July 2016, 01:00 (-05:00) · 06:00 UTC");
        assert_eq!(told(Some("UTC")), "Wed 6 July 2016, 01:00 UTC");
        assert_eq!(told(None), "Wed 6 July 2016, 01:00");
        let mut it = clock(None);
        for (edtf, expected) in [
            ("2016-07-06", "Wed 6 July 2016"),
            ("2016-07", "July 2016"),
            ("2016", "2016"),
            ("XXXX-07-06", "6 July, year unknown"),
            ("XXXX-02-29", "29 February, year unknown"),
            ("XXXX-07-06T01:00", "6 July, 01:00, year unknown"),
            ("2014-08-08/2014-08-10", "Fri 8 August 2014 to Sun 10 August 2014"),
            ("2014-08-08/..", "from Fri 8 August 2014 on"),
            ("2016-24", "2016-24"),
        ] {
            it.edtf = edtf.to_owned();
            assert_eq!(moment(&it), expected);
        }
    }

    #[test]
    fn lengths_are_said_in_their_own_units() {
        for (iso, expected) in [
            ("PT72H", "72 hours"),
            ("P1M", "1 month"),
            ("P2W", "2 weeks"),
            ("P3DT12H", "3 days, 12 hours"),
            ("soon", "soon"),
        ] {
            let it = Length { iso: iso.to_owned(), text: String::new() };
            assert_eq!(length(&it), expected);
        }
    }

    #[test]
    fn the_words_stand_beside_a_name_that_is_not_in_them() {
        let actor = |name: &str, text: &str| Actor {
            name: name.to_owned(),
            text: text.to_owned(),
            id: None,
        };
        let them = [actor("Hamas", "the group"), actor("Egypt", "Egypt"), actor("Reuters", "")];
        assert_eq!(actors(&them), "Hamas (“the group”), Egypt, Reuters");
    }
}
