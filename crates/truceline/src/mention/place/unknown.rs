//! Places that no gazetteer knows. Comes in: a text and the mentions found. Goes out: names that
//! the words beside them make a place (`the village of X`, `X district`), with no candidates.

use super::{
    Places, Where,
    scan::{Style, bare},
};
use crate::{
    mention::Mention,
    text::{Span, Text, TokenKind},
};

/// The most words of an unknown name.
const LONGEST: usize = 3;

/// `styles` are those of the sentences.
pub fn add(places: &Places, text: &Text, styles: &[Style], mentions: &mut Vec<Mention<Where>>) {
    let mut more = Vec::new();
    let words = &places.words;
    for (sentence, style) in text.sentences.iter().zip(styles) {
        if *style != Style::Plain {
            continue;
        }
        let range = sentence.tokens.clone();
        let of = |idx: usize| text.of(text.tokens[idx].span);
        let capital = |at: usize| of(at).bytes().any(|byte| byte.is_ascii_uppercase());
        let mut last_capital = None;
        let is_kind = |idx: usize| {
            let word = of(idx);
            words.names_unknown.contains(word)
                || idx > range.start
                    && words.names_unknown.contains(&format!("{} {word}", of(idx - 1)))
        };
        let is_name = |idx: usize| {
            let word = bare(of(idx)).0;
            let lower = word.to_lowercase();
            let common = words.plain.contains(&lower) || words.kinds.contains(&lower);
            let name = word.trim_start_matches("al-").trim_start_matches("el-");
            text.tokens[idx].kind == TokenKind::Word
                && name.starts_with(char::is_uppercase)
                && (!common || lower == "al")
        };
        for idx in range.clone() {
            // A capital must stand within two words; few words get further than this.
            if capital(idx) {
                last_capital = Some(idx);
            }
            let lower = of(idx).starts_with(|ch: char| ch.is_ascii_lowercase());
            let near = || {
                last_capital.is_some_and(|at| idx - at <= 2)
                    || (idx + 1..range.end.min(idx + 3)).any(capital)
            };
            if !lower || !near() || !is_kind(idx) {
                continue;
            }
            // `the village of Bayt Name`
            let mut name = None;
            if idx + 2 < range.end && of(idx + 1) == "of" {
                let from = idx + 2;
                let until =
                    (from..range.end.min(from + LONGEST)).take_while(|&at| is_name(at)).count();
                name = (until > 0).then_some(from..from + until);
            }
            if name.is_none() && idx > range.start {
                // `Name district`; the first word of a sentence is too often none.
                let mut end = idx;
                if words.double_kinds.contains(of(end - 1)) && end > range.start + 1 {
                    end -= 1;
                }
                let low = (range.start + 1).max(end.saturating_sub(LONGEST));
                let from = (low..end).rev().take_while(|&at| is_name(at)).last();
                name = from.map(|from| from..end);
            }
            let Some(name) = name else { continue };
            let last = text.tokens[name.end - 1].span;
            let (last_word, _) = bare(text.of(last));
            let head = Span {
                start: text.tokens[name.start].span.start,
                end: last.start + last_word.len() as u32,
            };
            let after = name.start > idx;
            let span = Span {
                start: if after { text.tokens[idx].span.start } else { head.start },
                end: if after { head.end } else { text.tokens[idx].span.end },
            };
            more.push(unknown(span, head));
        }
    }
    more.extend(last_of_lists(places, text, mentions));
    more.sort_by_key(|it| it.span);
    if more.is_empty() {
        return;
    }
    more.dedup_by(|b, a| a.span.overlaps(b.span));
    let free = |it: &Mention<Where>| {
        let at = mentions.partition_point(|other| other.span.end <= it.span.start);
        mentions.get(at).is_none_or(|other| !other.span.overlaps(it.span))
    };
    more.retain(free);
    mentions.append(&mut more);
    mentions.sort_by_key(|it| it.span);
}

fn unknown(span: Span, head: Span) -> Mention<Where> {
    let what = Where { candidates: Vec::new(), scope: None, adjective: false, except: false, head };
    Mention { span, what }
}

/// The unknown last of three or more: `in Poonch, Uri and Name.`
fn last_of_lists(places: &Places, text: &Text, mentions: &[Mention<Where>]) -> Vec<Mention<Where>> {
    let words = &places.words;
    let of = |idx: usize| text.of(text.tokens[idx].span);
    let mut found = Vec::new();
    for pair in mentions.windows(2) {
        let between = text.text[pair[0].span.end as usize..pair[1].span.start as usize].trim();
        if between != "," || pair.iter().any(|it| it.what.adjective) {
            continue;
        }
        let mut at = text.tokens.partition_point(|it| it.span.start < pair[1].span.end);
        let Some(sentence) = text.sentence_at(pair[1].span.start) else { continue };
        let end = sentence.tokens.end;
        if at < end && of(at) == "," {
            at += 1;
        }
        if at + 1 >= end || of(at) != "and" {
            continue;
        }
        let from = at + 1;
        let is_name = |idx: &usize| {
            let lower = bare(of(*idx)).0.to_lowercase();
            text.tokens[*idx].kind == TokenKind::Word
                && of(*idx).starts_with(char::is_uppercase)
                && ![&words.plain, &words.never, &words.given].iter().any(|it| it.contains(&lower))
        };
        let count = (from..end.min(from + 2)).take_while(is_name).count();
        let stop = from + count;
        let closed = stop < end && matches!(of(stop), "." | "," | ";");
        if count > 0 && closed {
            let span =
                Span { start: text.tokens[from].span.start, end: text.tokens[stop - 1].span.end };
            found.push(unknown(span, span));
        }
    }
    found
}
