//! Times and lengths in words, for those who draw cards and pages. Comes in: EDTF and ISO 8601. Goes
//! out: what people write. Never says more than what came: an unknown year stays unknown.

use jiff::civil::Date;

/// `Wed 6 July 2016`, `July 2016`, `Fri 8 August 2014 to Sun 10 August 2014`; what is no plain date
/// or interval as it came.
pub fn dates(edtf: &str) -> String {
    match edtf.split_once('/') {
        Some((from, "..")) => format!("from {} on", date(from)),
        Some(("..", to)) => format!("until {}", date(to)),
        Some((from, to)) if !from.is_empty() && !to.is_empty() => {
            format!("{} to {}", date(from), date(to))
        }
        Some(_) => edtf.to_owned(),
        None => date(edtf),
    }
}

fn date(edtf: &str) -> String {
    let (date, clock) = edtf.split_once('T').unwrap_or((edtf, ""));
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
    edtf.to_owned()
}

/// `72 hours`, `7 days`, `3 days, 12 hours`; what is no duration as it came.
pub fn length(iso: &str) -> String {
    let Ok(span) = iso.parse::<jiff::Span>() else { return iso.to_owned() };
    let units = [
        (i64::from(span.get_years()), "year"),
        (i64::from(span.get_months()), "month"),
        (i64::from(span.get_weeks()), "week"),
        (i64::from(span.get_days()), "day"),
        (i64::from(span.get_hours()), "hour"),
        (span.get_minutes(), "minute"),
        (span.get_seconds(), "second"),
    ];
    let units = units.into_iter().filter(|it| it.0 != 0);
    let said: Vec<String> = units.map(|(count, unit)| counted(count, unit)).collect();
    if said.is_empty() { iso.to_owned() } else { said.join(", ") }
}

/// `1 hour`, `3 hours`.
pub fn counted(count: i64, unit: &str) -> String {
    let s = if count == 1 { "" } else { "s" };
    format!("{count} {unit}{s}")
}
