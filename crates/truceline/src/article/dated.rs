//! Dates in a story's head and foot. Comes in: a line. Goes out: the date it gives and how much that
//! is worth. Never takes today's date at the top of a page for the item's.

use super::draft::{Draft, ends_as_sentence};
use crate::report::{Published, find_dates};

/// How much a date found in the text is worth as the date of publication.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Worth {
    Published,
    AfterTitle,
    Updated,
    BeforeTitle,
}

pub type Dated = Vec<(Worth, Published)>;

pub fn is_date_line(draft: &Draft<'_>, line: &str) -> bool {
    labelled(draft, line, true).is_some_and(|it| it.2 == line.len())
}

/// A line that is a date, or starts with a labelled one: what it is worth, the date, and how many
/// bytes of the line are taken by it.
pub fn labelled(
    draft: &Draft<'_>,
    line: &str,
    in_head: bool,
) -> Option<(Worth, Option<Published>, usize)> {
    if super::dateline::is_own_line(line) {
        return None;
    }
    let head = {
        let mut end = line.len().min(200);
        while !line.is_char_boundary(end) {
            end -= 1;
        }
        &line[..end]
    };
    // The longer label wins: "published" within "first published" is not another.
    let published = draft.furniture.published.at_start(head);
    let updated = draft.furniture.updated.at_start(head);
    let (worth, label) = match (published, updated) {
        (Some(label), other) if other.is_none_or(|other| label >= other) => {
            (Worth::Published, label)
        }
        (_, Some(label)) => (Worth::Updated, label),
        (_, None) => (Worth::AfterTitle, 0),
    };
    if label == 0 && !in_head {
        return None;
    }
    let found = find_dates(head, "text");
    let plain = |between: &str| {
        // Weekdays, commas, `at`: no more than a few letters may stand before the date.
        between.len() <= 24
            && between.chars().all(|ch| ch.is_alphabetic() || " ,.:|·•–—-".contains(ch))
    };
    let Some(first) =
        found.first().filter(|it| it.span.start >= label && plain(&head[label..it.span.start]))
    else {
        // "Last updated 13:37 GMT", "Published 3 hours ago".
        let short = label > 0 && line.len() <= 60 && !ends_as_sentence(line);
        let timed = head[label..].starts_with(|ch: char| ch.is_ascii_digit());
        return (short && timed).then_some((worth, None, line.len()));
    };
    let rest = line[first.span.end..].trim();
    let alone = rest.is_empty()
        || rest.len() <= 120 && !ends_as_sentence(rest) && label > 0
        || is_clock_rest(rest);
    if label == 0 && !is_clock_rest(rest) {
        return None;
    }
    // A label and a date run into the story: the story starts with a capital right after them.
    let runs_on = line[first.span.end..].starts_with(' ')
        && rest.starts_with(|ch: char| !ch.is_lowercase() && ch.is_alphanumeric() || ch == '"');
    if !(alone || in_head && runs_on) {
        return None;
    }
    let mut published = first.published.clone();
    // "Updated 3 May 2019 … Published 2 May 2019" on one line: the label decides.
    let mut best = worth;
    if alone && worth != Worth::Published && label > 0 {
        for it in &found[1..] {
            if draft.furniture.published.ends_before(head, it.span.start) {
                published = it.published.clone();
                best = Worth::Published;
                break;
            }
        }
    }
    let len = if alone { line.len() } else { first.span.end };
    Some((best, Some(published), len))
}

/// What may stand after a date on a line of its own: a clock, a zone, marks.
fn is_clock_rest(rest: &str) -> bool {
    rest.len() <= 24
        && rest.split_whitespace().all(|word| {
            let word = word.trim_matches(|ch: char| !ch.is_alphanumeric());
            word.len() <= 5
                && (word.chars().all(|ch| ch.is_ascii_digit() || ".:+-".contains(ch))
                    || word.chars().all(|ch| ch.is_ascii_uppercase())
                    || matches!(word, "am" | "pm" | "a.m" | "p.m" | "at"))
        })
}

/// The best of the text's dates; `wired` is the dateline's.
pub fn choose(mut dated: Dated, wired: Option<Published>) -> Option<Published> {
    dated.sort_by_key(|it| it.0);
    let best = |worth: Worth| dated.iter().find(|it| it.0 == worth).map(|it| it.1.clone());
    let updated =
        best(Worth::Updated).map(|it| Published { from: "text, updated".to_owned(), ..it });
    let plain = best(Worth::AfterTitle);
    // An item is not updated before it is published.
    let plain = match (plain, updated) {
        (Some(plain), Some(updated)) if plain.date <= updated.date => Some(plain),
        (plain, updated) => updated.or(plain),
    };
    best(Worth::Published).or(wired).or(plain).or_else(|| best(Worth::BeforeTitle))
}
