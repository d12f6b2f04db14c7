//! Places that no gazetteer knows. Comes in: a text and the mentions found. Goes out: names that
//! the words beside them make a place (`the village of X`, `X district`), with no candidates.

use super::{
    Places, Where,
    scan::{Style, bare, style},
};
use crate::{
    mention::Mention,
    text::{Span, Text, TokenKind},
};

/// The most words of an unknown name.
const LONGEST: usize = 3;

pub fn add(places: &Places, text: &Text, mentions: &mut Vec<Mention<Where>>) {
    let mut more = Vec::new();
    let words = &places.words;
    for sentence in &text.sentences {
        if style(text, sentence) != Style::Plain {
            continue;
        }
        let range = sentence.tokens.clone();
        let of = |idx: usize| text.of(text.tokens[idx].span);
        let is_kind = |idx: usize| {
            let word = of(idx);
            words.names_unknown.contains(word)
                || idx > range.start
                    && words.names_unknown.contains(&format!("{} {word}", of(idx - 1)))
        };
        let is_name = |idx: usize| {
            let word = bare(of(idx)).0;
            let plain = words.plain.contains(&word.to_lowercase());
            let capital = word.trim_start_matches("al-").trim_start_matches("el-");
            text.tokens[idx].kind == TokenKind::Word
                && capital.starts_with(char::is_uppercase)
                && !(plain && !matches!(word, "Al" | "al"))
                && !words.kinds.contains(&word.to_lowercase())
        };
        for idx in range.clone() {
            if text.tokens[idx].kind != TokenKind::Word || !is_kind(idx) {
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
            more.push(Mention {
                span,
                what: Where {
                    candidates: Vec::new(),
                    scope: None,
                    adjective: false,
                    except: false,
                    head,
                },
            });
        }
    }
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
