//! Words with offsets. Comes in: a text's tokens. Goes out: atoms, hyphenated words and possessives
//! taken apart (`al-Qaeda-linked`, `Israel's`), each with its number in the lexicon.

use std::ops::Range;

use crate::{
    mention::who::lexicon::Lexicon,
    text::{Span, Text, TokenKind},
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Lower,
    /// `Hamas`, `McCain`, `A`.
    Capital,
    /// `SDF`, `U.S.`: two capitals or more and no small letter.
    Upper,
    /// `J.`
    Initial,
    Number,
    /// `'s`, or the bare apostrophe after a plural.
    Possessive,
    Quote,
    Mark,
}

#[derive(Clone, Copy, Debug)]
pub struct Atom {
    pub span: Span,
    /// Its number in the lexicon; 0 for a word that the lexicon does not hold.
    pub word: u32,
    pub kind: Kind,
    /// Joined by a hyphen to the atom before it.
    pub glued: bool,
}

/// How the letters of a sentence are to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Case {
    Plain,
    /// A headline: capitals say nothing of names.
    Title,
    /// All capitals.
    Caps,
}

pub fn atoms(text: &Text, lexicon: &Lexicon) -> Vec<Atom> {
    let mut atoms: Vec<Atom> = Vec::with_capacity(text.tokens.len() + 16);
    let mut key = String::new();
    let mut glue = false;
    let last = text.tokens.len().saturating_sub(1);
    for (at, token) in text.tokens.iter().enumerate() {
        let range = token.span.range();
        let near = at > 0 && text.tokens[at - 1].span.end == token.span.start;
        let word = &text.text[range.clone()];
        match token.kind {
            TokenKind::Word | TokenKind::Number => {
                if near && word == "s" && atoms.last().is_some_and(|it| is_apostrophe(text, it)) {
                    let mark = atoms.last_mut().expect("just seen");
                    mark.span.end = token.span.end;
                    mark.kind = Kind::Possessive;
                    mark.word = lexicon.possessive();
                    continue;
                }
                let mut glued = glue && near;
                for piece in pieces(word) {
                    let span = Span::new(range.start + piece.start..range.start + piece.end);
                    let kind = kind(span.of(&text.text));
                    let word = lexicon.word(span.of(&text.text), &mut key);
                    let glued_here = glued && kind != Kind::Possessive;
                    atoms.push(Atom { span, word, kind, glued: glued_here });
                    glued = true;
                }
                glue = false;
            }
            TokenKind::Quote => {
                atoms.push(Atom { span: token.span, word: 0, kind: Kind::Quote, glued: false });
            }
            TokenKind::Punct if word == "-" && near && at < last => glue = true,
            TokenKind::Punct => {
                let plural = near
                    && matches!(word, "'" | "’")
                    && text.text[..range.start].ends_with(['s', 'S'])
                    && text.text[range.end..].starts_with(' ');
                let kind = if plural { Kind::Possessive } else { Kind::Mark };
                let word = lexicon.word(word, &mut key);
                atoms.push(Atom { span: token.span, word, kind, glued: false });
            }
        }
    }
    atoms
}

fn is_apostrophe(text: &Text, atom: &Atom) -> bool {
    matches!(text.of(atom.span), "'" | "’")
}

/// The parts of a word between hyphens, its possessive ending a part of its own.
pub fn pieces(word: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    let cut = possessive_at(word).unwrap_or(word.len());
    let stem = word[..cut].split(['-', '‑']).scan(0, |at, part| {
        let start = *at;
        let sep = word[start + part.len()..].chars().next().map_or(0, char::len_utf8);
        *at = start + part.len() + sep;
        Some(start..start + part.len())
    });
    let tail = (cut < word.len()).then_some(cut..word.len());
    stem.filter(|it| !it.is_empty()).chain(tail)
}

fn possessive_at(word: &str) -> Option<usize> {
    let stem = word.strip_suffix(['s', 'S'])?;
    stem.ends_with(['\'', '’', 'ʼ', '‘'])
        .then(|| stem.char_indices().next_back().map(|it| it.0))
        .flatten()
        .filter(|&at| at > 0)
}

fn kind(word: &str) -> Kind {
    if word.starts_with(['\'', '’', 'ʼ', '‘']) {
        return Kind::Possessive;
    }
    let (mut upper, mut lower, mut dots) = (0, 0, 0);
    for ch in word.chars() {
        match ch {
            '.' => dots += 1,
            _ if ch.is_uppercase() => upper += 1,
            _ if ch.is_alphabetic() => lower += 1,
            _ => {}
        }
    }
    match (upper, lower) {
        (0, 0) => Kind::Number,
        _ if word.starts_with(|ch: char| ch.is_numeric()) => Kind::Number,
        (0, _) => Kind::Lower,
        (1, 0) if dots == 1 => Kind::Initial,
        (2.., 0) => Kind::Upper,
        _ => Kind::Capital,
    }
}

/// How a stretch of atoms is cased, from its words of three letters and more.
pub fn case(atoms: &[Atom]) -> Case {
    let (mut caps, mut capitals, mut smalls, mut words) = (0, 0, 0, 0);
    for atom in atoms {
        let long = atom.span.end - atom.span.start > 3;
        match atom.kind {
            Kind::Upper => caps += 1,
            Kind::Capital if long => capitals += 1,
            Kind::Lower if long => smalls += 1,
            _ => continue,
        }
        words += 1;
    }
    if caps >= 2 && caps * 10 >= words * 7 {
        Case::Caps
    } else if words >= 4 && (capitals + caps) * 10 >= words * 7 && smalls * 4 <= words {
        Case::Title
    } else {
        Case::Plain
    }
}
