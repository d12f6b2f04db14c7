//! Dates of publication. Comes in: the words of a field, a header or a labelled line. Goes out:
//! a [`Published`]. Never guesses: no year, or a day that could be a month, is no date.

use std::{ops::Range, sync::LazyLock};

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use regex::Captures;

use crate::pack::{Expression, Source, Table};

/// A date of publication and where it came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Published {
    pub date: Date,
    /// `2016-07-06`, with the clock where told (`2016-07-06T14:02:00`) and with its zone where told
    /// (`2016-07-06T14:02:00+03:00`).
    pub stamp: String,
    /// `option`, `json`, `json-ld`, `meta`, `time element`, `dateline`, `url`, `text`.
    pub from: String,
}

impl Published {
    pub fn on(date: Date, from: &str) -> Published {
        Published { date, stamp: date.to_string(), from: from.to_owned() }
    }

    /// The whole of `words` as a date: ISO 8601, RFC 3339, RFC 5322, `July 6, 2016 14:02 GMT`,
    /// `6 July 2016`, `20160706`, seconds or milliseconds since 1970.
    pub fn parse(words: &str, from: &str) -> Option<Published> {
        let words = words.trim();
        if words.len() > 120 {
            return None;
        }
        if words.len() >= 9 && words.bytes().all(|byte| byte.is_ascii_digit()) {
            return epoch(words, from);
        }
        if let Some(found) = COMPACT.on(words).and_then(|it| it.captures(words)) {
            let part = |at: usize| found[at].parse::<i16>().ok();
            let date = Date::new(part(1)?, part(2)? as i8, part(3)? as i8).ok()?;
            return Some(Published::on(date, from));
        }
        let found = find(words, from).into_iter().next()?;
        words[..found.span.start]
            .chars()
            .all(|ch| ch.is_alphabetic() || " ,.".contains(ch))
            .then_some(found.published)
    }

    /// A date given on the command line.
    pub fn option(words: &str) -> Option<Published> {
        Published::parse(words, "option")
    }
}

/// A date in running text.
#[derive(Clone, Debug)]
pub struct Found {
    pub span: Range<usize>,
    pub published: Published,
}

static COMPACT: Expression = Expression::new(r"^((?:19|20)\d\d)(\d\d)(\d\d)$");

static DATE: Expression = Expression::new(concat!(
    r"(?i)\b(?:",
    r"(?P<y1>\d{4})[-/.](?P<m1>\d{1,2})[-/.](?P<d1>\d{1,2})",
    r"|(?P<d2>\d{1,2})(?:st|nd|rd|th|º|er)?[\s.-]{1,3}(?:(?:of|de|den)\s+)?(?P<m2>\p{L}{3,10})\.?[,،]?[\s-]+(?:de\s+|del\s+)?(?P<y2>\d{4})",
    r"|(?P<m3>\p{L}{3,10})\.?\s{1,3}(?P<d3>\d{1,2})(?:st|nd|rd|th)?\s?,?\s{1,3}(?P<y3>\d{4})",
    r"|(?P<y5>\d{4})\s?[年년]\s?(?P<m5>\d{1,2})\s?[月월]\s?(?P<d5>\d{1,2})\s?[日일]",
    r"|(?P<a4>\d{1,2})[-/.](?P<b4>\d{1,2})[-/.](?P<y4>\d{4})",
    r")(?:\b|T)",
));

static CLOCK: Expression = Expression::new(concat!(
    r"(?i)^(?:T|,?\s*(?:[|•·–—-]\s*)?(?:at\s+)?\(?)?",
    r"(?P<h>\d{1,2})[:.h](?P<m>\d{2})(?::(?P<s>\d{2})(?:[.,]\d+)?)?",
    r"\s*(?P<half>[ap]\.?m\b\.?)?",
    r"\s*\(?(?P<zone>Z\b|UTC|GMT|[+-]\d{2}:?\d{2}\b|[+-]\d{2}\b)?(?P<offset>[+-]\d{1,2}(?::?\d{2})?)?",
));

/// Every date in `text`, in order.
pub fn find(text: &str, from: &str) -> Vec<Found> {
    if !text.bytes().any(|byte| byte.is_ascii_digit()) {
        return Vec::new();
    }
    let Some(expression) = DATE.on(text) else { return Vec::new() };
    let found = expression.captures_iter(text).filter_map(|found| {
        let whole = found.get(0)?;
        let date = date(&found)?;
        // The `T` that joins a clock to its date belongs to the clock.
        let end = whole.end() - usize::from(whole.as_str().ends_with(['T', 't']));
        let (stamp, len) = clock(date, &text[end..]);
        Some(Found {
            span: whole.start()..end + len,
            published: Published { date, stamp, from: from.to_owned() },
        })
    });
    found.collect()
}

fn date(found: &Captures<'_>) -> Option<Date> {
    let number = |name: &str| found.name(name).and_then(|it| it.as_str().parse::<i16>().ok());
    let words = |name: &str| found.name(name).and_then(|it| month(it.as_str()));
    let (year, month, day) = if let Some(year) = number("y1") {
        (year, number("m1")?, number("d1")?)
    } else if let Some(year) = number("y2") {
        (year, words("m2")?, number("d2")?)
    } else if let Some(year) = number("y3") {
        (year, words("m3")?, number("d3")?)
    } else if let Some(year) = number("y5") {
        (year, number("m5")?, number("d5")?)
    } else {
        // Day and month in digits: an order is known only where one of them cannot be a month.
        let (a, b) = (number("a4")?, number("b4")?);
        match (a > 12, b > 12) {
            (true, false) => (number("y4")?, b, a),
            (false, true) => (number("y4")?, a, b),
            _ if a == b => (number("y4")?, a, b),
            _ => return None,
        }
    };
    if !(1850..=2100).contains(&year) {
        return None;
    }
    Date::new(year, month as i8, day as i8).ok()
}

/// The number of a month by its name in any language of `world/months.toml`, short or in full.
pub fn month(word: &str) -> Option<i16> {
    #[derive(serde::Deserialize)]
    struct File {
        names: [String; 12],
    }
    static MONTHS: LazyLock<Table<String, i16>> = LazyLock::new(|| {
        let file: File = Source::Embedded.toml("world/months.toml").expect("months that load");
        let named = file.names.iter().zip(1..);
        let each = |(names, at): (&String, i16)| {
            names.split_whitespace().map(|it| (it.to_owned(), at)).collect::<Vec<_>>()
        };
        named.flat_map(each).collect()
    });
    let word = word.trim_end_matches('.');
    if word.chars().any(char::is_uppercase) {
        MONTHS.get(&word.to_lowercase()).copied()
    } else {
        MONTHS.get(word).copied()
    }
}

/// The stamp of a date with the clock that stands right after it, and how long the clock is.
fn clock(date: Date, after: &str) -> (String, usize) {
    let plain = (date.to_string(), 0);
    let mut end = after.len().min(60);
    while !after.is_char_boundary(end) {
        end -= 1;
    }
    let after = &after[..end];
    if !after.bytes().any(|byte| byte.is_ascii_digit()) {
        return plain;
    }
    let Some(found) = CLOCK.on(after).and_then(|it| it.captures(after)) else { return plain };
    let number = |name: &str| found.name(name).map_or(Some(0), |it| it.as_str().parse::<i8>().ok());
    let (Some(hour), Some(minute), Some(second)) = (number("h"), number("m"), number("s")) else {
        return plain;
    };
    let hour = match found.name("half").map(|it| it.as_str().as_bytes()[0] | 32) {
        Some(_) if !(1..=12).contains(&hour) => return plain,
        Some(b'p') => hour % 12 + 12,
        Some(_) => hour % 12,
        None => hour,
    };
    if hour > 23 || minute > 59 || second > 59 {
        return plain;
    }
    let zone = found.name("zone").map(|it| it.as_str());
    let offset = found.name("offset").map(|it| it.as_str());
    let zone = match (zone, offset) {
        (Some(zone), None) if zone.starts_with(['+', '-']) => written_offset(zone),
        (Some(zone), Some(offset)) if !zone.starts_with(['+', '-']) => written_offset(offset),
        (Some(_), None) => "Z".to_owned(),
        _ => String::new(),
    };
    let stamp = format!("{date}T{hour:02}:{minute:02}:{second:02}{zone}");
    (stamp, found.get(0).map_or(0, |it| it.end()))
}

/// `+0300`, `+3`, `+03:00` as `+03:00`.
fn written_offset(offset: &str) -> String {
    let (sign, rest) = offset.split_at(1);
    let digits: String = rest.chars().filter(char::is_ascii_digit).collect();
    let (hours, minutes) =
        if digits.len() > 2 { digits.split_at(digits.len() - 2) } else { (digits.as_str(), "00") };
    if hours == "00" && minutes == "00" {
        return "Z".to_owned();
    }
    format!("{sign}{hours:0>2}:{minutes}")
}

/// Seconds or milliseconds since 1970, as data sets write them.
fn epoch(digits: &str, from: &str) -> Option<Published> {
    let number: i64 = digits.parse().ok()?;
    let at = match digits.len() {
        9 | 10 => Timestamp::from_second(number).ok()?,
        12 | 13 => Timestamp::from_millisecond(number).ok()?,
        _ => return None,
    };
    let date = at.to_zoned(TimeZone::UTC).date();
    Some(Published { date, stamp: at.to_string(), from: from.to_owned() })
}
