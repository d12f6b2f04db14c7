//! The tokens of one sentence as words of time. Comes in: tokens. Goes out: [`Lex`]emes, hyphenated
//! and glued tokens taken apart (`72-hour`, `8am`, `0400GMT`). Never reads across sentences.

use super::words::{OTHER, Word, Words};
use crate::text::{Span, Text, Token, TokenKind};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Num {
    None,
    Int {
        value: u32,
        digits: u8,
    },
    /// `07:00`
    Clock {
        hour: u8,
        minute: u8,
    },
    /// `8.30`
    Decimal {
        hour: u8,
        minute: u8,
    },
    Ordinal(u8),
    /// `2016-07-06`
    Iso {
        year: i16,
        month: i8,
        day: i8,
    },
    /// `06.07.2016`
    Dotted {
        day: i8,
        month: i8,
        year: i16,
    },
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Lex {
    pub span: Span,
    pub word: Word,
    pub num: Num,
    /// Ends in `'s`, taken off for the look-up.
    pub possessive: bool,
    pub lower: bool,
    /// The second half of a token taken apart: `am` of `8am`.
    pub glued: bool,
    /// Punctuation.
    pub mark: bool,
}

/// A buffer kept between sentences, so that a text without times costs no memory.
#[derive(Default)]
pub(super) struct Lexer {
    word: String,
}

impl Lexer {
    /// Fills `into` and says whether any lexeme may start an expression.
    pub fn sentence(
        &mut self,
        words: &Words,
        text: &Text,
        tokens: &[Token],
        into: &mut Vec<Lex>,
    ) -> bool {
        into.clear();
        let before = into.len();
        let mut starts = false;
        for token in tokens {
            self.token(words, text.of(token.span), *token, into);
            for lex in &into[before.max(into.len().saturating_sub(6))..] {
                starts |=
                    lex.num != Num::None || words.sense(lex.word).is_some_and(|sense| sense.starts);
            }
        }
        starts
    }

    fn token(&mut self, words: &Words, of: &str, token: Token, into: &mut Vec<Lex>) {
        if of.len() > 40 {
            into.push(other(token.span));
            return;
        }
        if token.kind == TokenKind::Number {
            return self.number(words, of, token.span, into);
        }
        let lower = of.starts_with(|ch: char| ch.is_lowercase());
        let mark = token.kind != TokenKind::Word;
        if let Some((word, possessive)) = self.look(words, of) {
            into.push(Lex { word, possessive, lower, mark, ..other(token.span) });
        } else if of.contains(['-', '‑']) && self.all_known(words, of) {
            self.parts(words, of, token.span, into);
        } else {
            into.push(Lex { lower, mark, ..other(token.span) });
        }
    }

    /// The word as it is looked up: small letters, straight apostrophes, no stops.
    fn look(&mut self, words: &Words, of: &str) -> Option<(Word, bool)> {
        self.word.clear();
        let dots = of.len() > 1;
        for ch in of.chars() {
            match ch {
                '.' if dots => {}
                '’' | '‘' | 'ʼ' => self.word.push('\''),
                '‑' => self.word.push('-'),
                _ if ch.is_ascii() => self.word.push(ch.to_ascii_lowercase()),
                '–' | '—' => self.word.push(ch),
                _ => return None,
            }
        }
        let id = words.id(&self.word);
        if id != OTHER {
            return Some((id, false));
        }
        let id = words.id(self.word.strip_suffix("'s")?);
        (id != OTHER).then_some((id, true))
    }

    fn all_known(&mut self, words: &Words, of: &str) -> bool {
        of.split(['-', '‑']).all(|part| {
            self.look(words, part).is_some() || part.bytes().all(|b| b.is_ascii_digit())
        })
    }

    /// A hyphenated token as its parts and hyphens.
    fn parts(&mut self, words: &Words, of: &str, span: Span, into: &mut Vec<Lex>) {
        let hyphen = words.id("-");
        let mut at = span.start as usize;
        for (idx, part) in of.split(['-', '‑']).enumerate() {
            if idx > 0 {
                let mark = of[at - span.start as usize..].chars().next().map_or(1, char::len_utf8);
                into.push(Lex { word: hyphen, ..other(Span::new(at..at + mark)) });
                at += mark;
            }
            let here = Span::new(at..at + part.len());
            if part.starts_with(|ch: char| ch.is_ascii_digit()) {
                self.number(words, part, here, into);
            } else {
                let (word, possessive) = self.look(words, part).unwrap_or((OTHER, false));
                let lower = part.starts_with(|ch: char| ch.is_lowercase());
                into.push(Lex { word, possessive, lower, ..other(here) });
            }
            at += part.len();
        }
    }

    fn number(&mut self, words: &Words, of: &str, span: Span, into: &mut Vec<Lex>) {
        if let Some(num) = shape(of) {
            into.push(Lex { num, ..other(span) });
            return;
        }
        if of.contains(['-', '‑']) {
            let known = of.split(['-', '‑']).all(|part| {
                shape(part).is_some()
                    || self.look(words, part).is_some()
                    || self.suffixed(words, part).is_some()
            });
            if known {
                self.parts(words, of, span, into);
                return;
            }
        }
        match self.suffixed(words, of) {
            Some((at, Some(num), _)) => {
                let _ = at;
                into.push(Lex { num, ..other(span) });
            }
            Some((at, None, word)) => {
                let cut = span.start as usize + at;
                let num = shape(&of[..at]).unwrap_or(Num::None);
                into.push(Lex { num, ..other(Span::new(span.start as usize..cut)) });
                let here = Span::new(cut..span.end as usize);
                into.push(Lex { word, lower: true, glued: true, ..other(here) });
            }
            None => {
                let possessive = of.ends_with("'s") || of.ends_with("’s");
                let bare = of.trim_end_matches("'s").trim_end_matches("’s");
                let num = if possessive { shape(bare) } else { None };
                into.push(Lex { num: num.unwrap_or(Num::None), possessive, ..other(span) });
            }
        }
    }

    /// `27th` as an ordinal; `8am`, `0400GMT` as a number, where it is cut, and the word after it.
    fn suffixed(&mut self, words: &Words, of: &str) -> Option<(usize, Option<Num>, Word)> {
        let at = of.find(|ch: char| !ch.is_ascii_digit() && !matches!(ch, ':' | '.'))?;
        let (digits, suffix) = of.split_at(at);
        let num = shape(digits)?;
        if let Num::Int { value: value @ 1..=31, .. } = num
            && words.suffix_ordinal.iter().any(|it| it.eq_ignore_ascii_case(suffix))
        {
            return Some((at, Some(Num::Ordinal(value as u8)), OTHER));
        }
        let (word, possessive) = self.look(words, suffix)?;
        (!possessive).then_some((at, None, word))
    }
}

fn other(span: Span) -> Lex {
    Lex {
        span,
        word: OTHER,
        num: Num::None,
        possessive: false,
        lower: false,
        glued: false,
        mark: false,
    }
}

/// A number by its shape alone.
fn shape(of: &str) -> Option<Num> {
    let bytes = of.as_bytes();
    let digit = |b: &u8| b.is_ascii_digit();
    if bytes.is_empty() || bytes.len() > 25 || !bytes[0].is_ascii_digit() {
        return None;
    }
    if bytes.iter().all(digit) {
        if bytes.len() > 9 {
            return None;
        }
        return Some(Num::Int { value: of.parse().ok()?, digits: bytes.len() as u8 });
    }
    let two = |a: &str, b: &str| -> Option<(u8, u8)> {
        let fits = (1..=2).contains(&a.len()) && b.len() == 2;
        let (a, b) = (a.parse().ok()?, b.parse().ok()?);
        (fits && a <= 24 && b < 60 && (a < 24 || b == 0)).then_some((a, b))
    };
    if let Some((hour, rest)) = of.split_once(':') {
        let minute = rest.split(':').next()?;
        let rest_is_seconds = rest.len() == 2 || rest.len() == 5 && rest.as_bytes()[2] == b':';
        let (hour, minute) = two(hour, minute)?;
        return rest_is_seconds.then_some(Num::Clock { hour, minute });
    }
    if let Some((a, b)) = of.split_once('.') {
        if let Some((month, year)) = b.split_once('.') {
            let (day, month) = (a.parse().ok()?, month.parse().ok()?);
            let year: i16 = if year.len() == 4 { year.parse().ok()? } else { return None };
            let fits = (1..=31).contains(&day) && (1..=12).contains(&month) && plausible(year);
            return fits.then_some(Num::Dotted { day, month, year });
        }
        let (hour, minute) = two(a, b)?;
        return Some(Num::Decimal { hour, minute });
    }
    let mut parts = of.split('-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    if year.len() != 4 || month.len() != 2 || day.len() < 2 || parts.next().is_some() {
        return None;
    }
    let day = day.get(..2)?;
    let (year, month, day) = (year.parse().ok()?, month.parse().ok()?, day.parse().ok()?);
    jiff::civil::Date::new(year, month, day).ok()?;
    plausible(year).then_some(Num::Iso { year, month, day })
}

pub(super) fn plausible(year: i16) -> bool {
    (1900..=2100).contains(&year)
}
