//! The words before and after a name that say how much of the place is meant. Comes in: a name in
//! its sentence. Goes out: how far the mention reaches, its scope words, whether it is excepted.

use std::ops::Range;

use super::{Places, scan::bare};
use crate::text::{Span, Text};

/// No scope is longer than this.
const BACK: usize = 12;

pub struct Reach {
    /// Name with the words that belong to the place meant: `all of Syria`, `Idlib province`.
    pub span: Span,
    pub scope: Option<String>,
    pub except: bool,
    /// One past the last token of the mention.
    pub end: usize,
}

/// `within`: the tokens that may be taken, those of the sentence after the mention before.
pub fn reach(
    places: &Places,
    text: &Text,
    name: Range<usize>,
    head: Span,
    within: Range<usize>,
) -> Reach {
    let words = &places.words;
    let low = within.start.max(name.start.saturating_sub(BACK));
    let word = |idx: usize| bare(text.of(text.tokens[idx].span)).0.to_lowercase();
    let mut start = name.start;
    let mut marked = name.start;
    // `the town of` alone limits nothing.
    let mut limits = false;
    loop {
        let at = start;
        if at > low && words.directions.contains(&word(at - 1)) {
            start -= 1;
            limits = true;
        } else if at >= low + 2 && word(at - 1) == "of" && words.kinds.contains(&word(at - 2)) {
            start -= 2;
            if start > low && words.double_kinds.contains(&word(start - 1)) {
                start -= 1;
            }
        } else if at > low {
            let before = |n: usize| (at > low + n).then(|| word(at - 1 - n));
            start -= words.parts.ending(&word(at - 1), before);
            limits |= start < at;
        }
        if start < at {
            marked = start;
        } else if at > low && word(at - 1) == "the" {
            start -= 1;
            if marked < at && start > low && word(start - 1) == "the" {
                break;
            }
        } else {
            break;
        }
    }
    let mut scope_start = marked;
    let mut first = start;
    if first > low {
        let before = |n: usize| (first > low + n).then(|| word(first - 1 - n));
        let count = words.reach.ending(&word(first - 1), before);
        if count > 0 {
            first -= count;
            scope_start = first;
            limits = true;
        }
    }
    let mut except = false;
    for from in [start, first] {
        if from > low {
            let before = |n: usize| (from > low + n).then(|| word(from - 1 - n));
            except |= words.except.ending(&word(from - 1), before) > 0;
        }
    }
    let scope = (limits && scope_start < name.start).then(|| {
        let from = text.tokens[scope_start].span.start as usize;
        text.text[from..head.start as usize].trim().to_owned()
    });
    let mut end = name.end;
    let mut stop = head.end;
    let possessive = head.end < text.tokens[name.end - 1].span.end;
    if !possessive && end < within.end {
        let next = word(end);
        // `the Borno town of Chibok`
        let of = end + 1 < within.end && word(end + 1) == "of";
        if words.kinds.contains(&next) {
            end += usize::from(!of);
        } else if end + 1 < within.end
            && words.double_kinds.contains(&next)
            && words.kinds.contains(&format!("{next} {}", word(end + 1)))
        {
            end += 2;
        }
        if end > name.end {
            let last = text.tokens[end - 1].span;
            stop = last.start + bare(text.of(last)).0.len() as u32;
        }
    }
    let span = Span { start: text.tokens[marked].span.start.min(head.start), end: stop };
    Reach { span, scope, except, end }
}
