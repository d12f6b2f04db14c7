//! The words that carry a claim. Comes in: a sentence, a hit, its doer. Goes out: the span to quote.
//! Never leaves the sentence.

use crate::{
    claim::{
        fold::{Folded, Kind, Unit, Voice},
        pattern::Hit,
        speech::Frame,
    },
    text::{Sentence, Span},
};

/// Bytes of a quote; a clause that is longer is cut.
const LONGEST_QUOTE: usize = 200;

/// The words that carry the claim: from its first to its last unit, grown to marks of the clause
/// while it stays within [`LONGEST_QUOTE`] bytes.
pub fn quote_span(
    sentence: &Sentence,
    folded: &Folded,
    frames: &[Frame],
    hit: &Hit,
    by: Option<usize>,
) -> Option<Span> {
    let units = &folded.units;
    let mut first = hit.units.start;
    let mut last = hit.units.end.saturating_sub(1).max(hit.trigger);
    let length =
        |first: usize, last: usize| (units[last].span.end - units[first].span.start) as usize;
    if let Some(by) = by {
        let (wider_first, wider_last) = (first.min(by), last.max(by));
        if length(wider_first, wider_last) <= LONGEST_QUOTE {
            (first, last) = (wider_first, wider_last);
        }
    }
    let closes = |unit: &Unit| {
        unit.kind == Kind::Quote
            || unit.kind == Kind::Punct
                && matches!(unit.word.as_str(), "," | ";" | "." | "—" | "–" | ":" | "!" | "?" | ")")
    };
    // The truce that is meant belongs to it where there is room and no mark between.
    let truce = (0..units.len())
        .filter(|&at| matches!(units[at].kind, Kind::Truce(_)))
        .min_by_key(|&at| at.abs_diff(hit.trigger));
    if let Some(truce) = truce {
        let (wider_first, wider_last) = (first.min(truce), last.max(truce));
        let parted = units[wider_first..wider_last].iter().any(closes);
        if !parted && length(wider_first, wider_last) <= LONGEST_QUOTE {
            (first, last) = (wider_first, wider_last);
        }
    }
    // To the right, up to the end of the clause.
    let mut end = last;
    while end + 1 < units.len()
        && !closes(&units[end + 1])
        && length(first, end + 1) <= LONGEST_QUOTE
    {
        end += 1;
    }
    if end + 1 == units.len() || closes(&units[end + 1]) || length(first, end) > 60 {
        last = end;
    }
    // A clause that follows its mark with a participle or a time still belongs: `…, starting at 8 a.m.`
    while last + 2 < units.len() && units[last + 1].word == "," {
        let next = &units[last + 2];
        let hangs = match &next.kind {
            Kind::Verb(verb) => verb.voice == Voice::Gerund,
            Kind::When(_) => true,
            _ => false,
        };
        let end = (last + 2..units.len()).find(|&at| closes(&units[at])).unwrap_or(units.len());
        if !hangs || length(first, end - 1) > LONGEST_QUOTE {
            break;
        }
        last = end - 1;
    }
    // To the left only as far as the clause itself: not into the words of who tells of it.
    let mut start = first;
    let own = by.is_some_and(|by| by == first);
    while start > 0
        && !own
        && !closes(&units[start - 1])
        && length(start - 1, last) <= LONGEST_QUOTE
    {
        let opens = units[start - 1].word == "that"
            || frames.iter().any(|frame| frame.verb == start - 1 && frame.covers(hit.trigger));
        if opens {
            break;
        }
        start -= 1;
    }
    first = start;
    let mut span = Span { start: units[first].span.start, end: units[last].span.end };
    // Short ones take more of the sentence.
    while ((span.end - span.start) as usize) < 20 {
        if last + 1 < units.len() {
            last += 1;
        } else if first > 0 {
            first -= 1;
        } else {
            break;
        }
        span = Span { start: units[first].span.start, end: units[last].span.end };
    }
    if (span.end - span.start) as usize > 800 || !sentence.span.contains(span) {
        return None;
    }
    Some(span)
}
