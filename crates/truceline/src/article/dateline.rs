//! Datelines: `GAZA CITY, Nov. 21 (Reuters) -`, `(CNN)`, `GROZNY, Russia 1996-08-23`. Comes in: a
//! draft. Goes out: place words, agency, date; its span is cut. Never looks beyond the first lines.

use std::ops::Range;

use jiff::civil::Date;
use regex::Captures;

use super::{draft::Draft, furniture::Furniture};
use crate::{
    pack::Expression,
    report::{Published, month},
};

pub struct Dateline {
    /// With its region: `BEIRUT, Lebanon`. Empty where only an agency stands.
    pub place: String,
    pub agency: Option<String>,
    pub published: Option<Published>,
    range: Range<usize>,
}

macro_rules! word {
    () => {
        r"\p{Lu}[\p{L}\p{M}.'’-]*"
    };
}
macro_rules! date {
    () => {
        r"(?:(?:\p{Lu}\p{L}{2,}\.?,?\s)?(?:\p{L}{3,}\.?\s\d{1,2}|\d{1,2}\s\p{L}{3,}\.?)(?:\s?,?\s\d{4}|\s\d{2})?|\d{4}-\d\d-\d\d)"
    };
}

macro_rules! line {
    ($date:expr) => {
        concat!(
            "^(?P<place>",
            word!(),
            "(?:[ /]",
            word!(),
            "|[ ](?:de|al|el|of|la))*",
            r"(?:\s\((?P<inner>[^()\d]{2,30})\),|(?P<region>(?:\s?,\s?",
            word!(),
            "(?:[ ]",
            word!(),
            ")*){1,2}))?)",
            $date,
            r",?(?:\s?\(\s?(?P<agency>\p{L}[^()\d]{1,40}?)\s?\))?",
            r"(?P<dash>\s*(?:--+|[—–―])\s*|\s+[-_]\s+|\s?-\s*$|-\s+|:\s+|\s*$|\s*)",
            r"(?P<tags>(?:\[[^\]]{1,120}\]\s*)*)",
        )
    };
}

/// With a date, tried first: a month is no region.
static DATED: Expression = Expression::new(line!(concat!(r"\s?,?\s(?P<date>", date!(), ")")));

static UNDATED: Expression = Expression::new(line!(""));

static AGENCY: Expression =
    Expression::new(r"^\((?P<agency>\p{Lu}[^()\d]{1,30})\)\s*(?:--+|[-—–―:])?\s*");

static TAGS: Expression = Expression::new(r"^(?:\[\p{Lu}[^\]\p{Ll}]+\]\s*)+");

/// One of these stands in every dateline that has no date.
const MARKS: [char; 7] = ['-', '—', '–', '―', '_', ':', '('];

/// What [`DATED`] finds at the head of a line.
fn dated(line: &str) -> Option<Captures<'_>> {
    let digit = line.contains(char::is_numeric);
    let found = digit.then(|| DATED.on(line)?.captures(line)).flatten();
    found.filter(|it| has_month(&it["date"]))
}

/// The dateline of a draft's first story lines; its span is cut.
pub fn find(draft: &mut Draft<'_>) -> Option<Dateline> {
    let first: Vec<usize> = draft.kept().take(4).collect();
    for at in first {
        let start = draft.story_start(at);
        let line = draft.text[start..draft.units[at].range.end].trim_start();
        let start = draft.units[at].range.end - line.len();
        let found = at_head(line, draft.furniture).filter(|it| {
            !line[it.range.clone()].trim_end().ends_with(':') || !is_transcript(draft)
        });
        if let Some(mut found) = found {
            let range = start + found.range.start..start + found.range.end;
            draft.cut_part(range.clone(), "dateline");
            found.range = range;
            return Some(found);
        }
        let tags = line.starts_with('[').then(|| TAGS.on(line)?.find(line)).flatten();
        if let Some(tags) = tags {
            draft.cut_part(start..start + tags.end(), "tag");
        }
    }
    None
}

/// Whether several lines start with a name and a colon: speakers, not places.
fn is_transcript(draft: &Draft<'_>) -> bool {
    let speaker = |at: &usize| {
        let line = draft.of(*at);
        line.split_once(':').is_some_and(|(name, _)| {
            name.len() <= 40
                && name.chars().any(char::is_alphabetic)
                && !name.chars().any(char::is_lowercase)
        })
    };
    draft.kept().filter(speaker).count() > 1
}

/// Whether a line is nothing but a dateline: `MONROVIA 1996-08-22`.
pub fn is_own_line(line: &str) -> bool {
    let lower = |ch: char| ch.is_lowercase();
    line.len() <= 80
        && line.starts_with(char::is_uppercase)
        && !line.chars().nth(1).is_some_and(lower)
        && dated(line)
            .is_some_and(|found| found[0].len() == line.len() && is_capitals(&found["place"]))
}

fn is_capitals(place: &str) -> bool {
    let head = place.split([',', '(']).next().unwrap_or(place);
    head.chars().filter(|ch| ch.is_uppercase()).count() > 2
        && head.chars().filter(|ch| ch.is_lowercase()).count() == 0
}

/// A dateline at the head of a line; its range counts from the line's start.
pub fn at_head(line: &str, furniture: &Furniture) -> Option<Dateline> {
    let mut end = line.len().min(400);
    while !line.is_char_boundary(end) {
        end -= 1;
    }
    let head = &line[..end];
    let bracket = head.starts_with('(');
    if let Some(found) = bracket.then(|| AGENCY.on(head)?.captures(head)).flatten() {
        let agency = found["agency"].trim();
        return is_agency(agency, furniture).then(|| Dateline {
            place: String::new(),
            agency: Some(agency.to_owned()),
            published: None,
            range: 0..found[0].len(),
        });
    }
    if !head.starts_with(char::is_uppercase) {
        return None;
    }
    let (found, date) = match dated(head) {
        Some(found) => {
            let date = found["date"].to_owned();
            (found, Some(date))
        }
        None if !head.contains(MARKS) => return None,
        None => (UNDATED.on(head)?.captures(head)?, None),
    };
    let place = found["place"].trim_end_matches(',').trim();
    let agency = found.name("agency").map(|it| it.as_str());
    let dash = found["dash"].trim();
    let rest = &line[found[0].len()..];
    let capitals = is_capitals(place);
    let opens = rest.chars().next().is_none_or(|ch| !ch.is_lowercase() && !ch.is_whitespace());
    let long_dash = dash.starts_with(['—', '–', '―']) || dash.starts_with("--");
    let words = place.split_whitespace().count();
    if furniture.not_places.contains(&place.to_lowercase()) || place.len() > 70 || words > 7 {
        return None;
    }
    let known = agency.is_some_and(|it| is_agency(it, furniture));
    let alone = rest.is_empty();
    let accepted = match dash {
        "" => known && (opens || capitals) || date.is_some() && alone && capitals,
        ":" => capitals && opens && !alone && (words <= 3 || date.is_some()),
        _ if agency.is_some() && !known && !capitals => false,
        "-" | "_" => capitals || known || date.is_some(),
        _ => capitals || known || date.is_some() || long_dash && opens && !alone && words <= 4,
    };
    accepted.then(|| Dateline {
        place: place.to_owned(),
        agency: agency.filter(|_| known || capitals).map(|it| it.trim().to_owned()),
        published: date.and_then(|it| full_date(&it)).map(|it| Published::on(it, "dateline")),
        range: 0..found[0].len(),
    })
}

fn is_agency(name: &str, furniture: &Furniture) -> bool {
    let lower = name.trim().to_lowercase();
    furniture.agencies.contains(&lower)
        || lower.split([',', '/', ';']).all(|it| furniture.agencies.contains(it.trim()))
}

fn has_month(date: &str) -> bool {
    date.starts_with(|ch: char| ch.is_ascii_digit()) && date.contains('-')
        || date.split_whitespace().any(|word| month(word.trim_matches(['.', ','])).is_some())
}

/// `27 OCT 89`, `November 21, 2012`, `1996-08-22`; `None` without a year.
fn full_date(words: &str) -> Option<Date> {
    if let Ok(date) = words.parse() {
        return Some(date);
    }
    let parts: Vec<&str> = words.split([' ', ',', '.']).filter(|it| !it.is_empty()).collect();
    let month = parts.iter().find_map(|it| month(it))?;
    let numbers: Vec<&str> =
        parts.iter().copied().filter(|it| it.bytes().all(|byte| byte.is_ascii_digit())).collect();
    let [day, year] = numbers[..] else { return None };
    let year: i16 = match (year.len(), year.parse().ok()?) {
        // As POSIX reads two digits.
        (2, short @ 69..) => 1900 + short,
        (2, short) => 2000 + short,
        (_, year) => year,
    };
    Date::new(year, month as i8, day.parse().ok()?).ok()
}
