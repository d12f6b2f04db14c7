//! Times and names in words for people. Comes in: moments, lengths, actors. Goes out: short texts.
//! Never says more than the moment holds: an unknown year stays unknown.

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use truceline::{
    claim::{Actor, Site},
    time::{Length, Moment, Precision},
};

/// `Wed 6 July 2016, 01:00 (+03:00) · 5 July, 22:00 UTC`
pub fn moment(it: &Moment) -> String {
    if let (Precision::Minute | Precision::Hour, Some(at), Some(zone)) =
        (it.precision, it.earliest, it.zone.as_deref().and_then(zone_named))
    {
        return clock(at, zone, it.zone.as_deref().unwrap_or_default());
    }
    match it.edtf.split_once('/') {
        Some((from, to)) if !from.is_empty() && !to.is_empty() => {
            format!("{} to {}", edtf(from), edtf(to))
        }
        _ => edtf(&it.edtf),
    }
}

fn clock(at: Timestamp, zone: TimeZone, name: &str) -> String {
    let told = at.to_zoned(zone);
    let told_text = told.strftime("%a %-d %B %Y, %H:%M");
    let utc = at.to_zoned(TimeZone::UTC);
    if told.offset().is_zero() {
        return format!("{told_text} UTC");
    }
    let offset = told.strftime("%:z").to_string();
    let zone = if name.contains('/') { format!("{name}, {offset}") } else { offset };
    let utc = match utc.date() == told.date() {
        true => utc.strftime("%H:%M UTC"),
        false => utc.strftime("%-d %B, %H:%M UTC"),
    };
    format!("{told_text} ({zone}) · {utc}")
}

/// `Asia/Damascus`, `+03:00`, `UTC`.
fn zone_named(name: &str) -> Option<TimeZone> {
    if name.starts_with(['+', '-']) {
        let (hours, minutes) = name[1..].split_once(':')?;
        let seconds = (hours.parse::<i32>().ok()? * 60 + minutes.parse::<i32>().ok()?) * 60;
        let signed = if name.starts_with('-') { -seconds } else { seconds };
        return Some(TimeZone::fixed(jiff::tz::Offset::from_seconds(signed).ok()?));
    }
    TimeZone::get(name).ok()
}

/// A date as people write it, where the EDTF is a plain one; else the EDTF itself.
fn edtf(text: &str) -> String {
    let (date, clock) = text.split_once('T').unwrap_or((text, ""));
    let clock = if clock.is_empty() { String::new() } else { format!(", {clock}") };
    if let Ok(date) = date.parse::<Date>() {
        return format!("{}{clock}", date.strftime("%a %-d %B %Y"));
    }
    if let Some(day) = date.strip_prefix("XXXX-") {
        // 2000 is a leap year: no day of a year is lost.
        if let Ok(date) = format!("2000-{day}").parse::<Date>() {
            return format!("{}{clock}, year unknown", date.strftime("%-d %B"));
        }
    }
    if let Ok(date) = format!("{date}-01").parse::<Date>() {
        return date.strftime("%B %Y").to_string();
    }
    text.to_owned()
}

/// `72 hours`, `7 days`, `1 month`, `3 days, 12 hours`.
pub fn length(it: &Length) -> String {
    let Ok(span) = it.iso.parse::<jiff::Span>() else { return it.iso.clone() };
    let units = [
        (i64::from(span.get_years()), "year"),
        (i64::from(span.get_months()), "month"),
        (i64::from(span.get_weeks()), "week"),
        (i64::from(span.get_days()), "day"),
        (i64::from(span.get_hours()), "hour"),
        (span.get_minutes(), "minute"),
        (span.get_seconds(), "second"),
    ];
    let said = |(count, unit): (i64, &str)| match count {
        0 => None,
        1 => Some(format!("1 {unit}")),
        _ => Some(format!("{count} {unit}s")),
    };
    let said: Vec<String> = units.into_iter().filter_map(said).collect();
    if said.is_empty() { it.iso.clone() } else { said.join(", ") }
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
