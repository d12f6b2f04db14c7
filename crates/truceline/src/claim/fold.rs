//! A sentence with its mentions folded into single symbols. Comes in: a sentence, its mentions, the
//! verbs of the language. Goes out: a line of symbols that one automaton can read. Draws no claim.

use crate::{
    claim::lexicon::{Auxiliary, Form, Verbs},
    mention::{
        Mention,
        place::Where,
        truce::{Head, TruceWords, fold_word},
        when::When,
        who::Who,
    },
    text::{Sentence, Span, Text, TokenKind},
};

/// The mentions of one text, each kind in order.
#[derive(Clone, Debug, Default)]
pub struct Found {
    pub truces: Vec<Mention<TruceWords>>,
    pub whos: Vec<Mention<Who>>,
    pub wheres: Vec<Mention<Where>>,
    pub whens: Vec<Mention<When>>,
}

/// How a verb stands in its clause.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Voice {
    /// Finite and active, or active after an auxiliary.
    Active,
    /// `was agreed`, `a truce agreed on Friday`.
    Passive,
    /// `to agree`.
    Infinitive,
    /// `agreeing`.
    Gerund,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Verb {
    pub lemma: String,
    pub voice: Voice,
    pub form: Form,
    pub negated: bool,
    pub auxiliaries: Vec<Auxiliary>,
    /// The first auxiliary is a past form: `was`, `had`.
    pub past: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    Word,
    Punct,
    Quote,
    /// Indexes into [`Found::whos`]: `Israel and Hamas` is one unit with two.
    Who(Vec<usize>),
    Truce(usize),
    When(usize),
    Where(usize),
    Verb(Verb),
}

/// One symbol of a folded sentence.
#[derive(Clone, Debug, PartialEq)]
pub struct Unit {
    pub kind: Kind,
    /// Bytes of the source text.
    pub span: Span,
    /// Byte of [`Folded::line`] where the symbol begins.
    pub at: usize,
    /// The word itself, folded, for words and marks.
    pub word: String,
    /// Inside a quotation.
    pub quoted: bool,
}

#[derive(Clone, Debug, Default)]
pub struct Folded {
    /// Symbols parted by single blanks: `@w @v.a.agree to @t .`
    pub line: String,
    pub units: Vec<Unit>,
}

impl Folded {
    pub fn unit_at(&self, byte: usize) -> usize {
        self.units.partition_point(|unit| unit.at <= byte).saturating_sub(1)
    }

    /// Units of a half-open range of bytes of the line.
    pub fn units_in(&self, range: std::ops::Range<usize>) -> std::ops::Range<usize> {
        let first = self.unit_at(range.start);
        let end = self.units.partition_point(|unit| unit.at < range.end);
        first..end.max(first)
    }
}

/// Stands before a word that opens another clause.
pub const OPENER: char = '%';

/// One piece of a sentence before verbs are folded.
#[derive(Clone)]
struct Piece {
    kind: Kind,
    span: Span,
    word: String,
}

pub fn fold(
    text: &Text,
    sentence: &Sentence,
    found: &Found,
    verbs: &Verbs,
    quoted: bool,
) -> Folded {
    let pieces = join_actors(pieces(text, sentence, found, verbs));
    let pieces = fold_verbs(pieces, verbs);
    let mut folded = Folded::default();
    let mut inside = quoted;
    for piece in pieces {
        let mut in_quote = inside;
        if piece.kind == Kind::Quote {
            inside = match piece.word.as_str() {
                "“" | "„" | "«" | "``" => true,
                "”" | "»" | "''" => false,
                _ => !inside,
            };
            in_quote = true;
        }
        let at = folded.line.len();
        let symbol = symbol(&piece, found, verbs);
        folded.line.push_str(&symbol);
        folded.line.push(' ');
        folded.units.push(Unit {
            kind: piece.kind,
            span: piece.span,
            at,
            word: piece.word,
            quoted: in_quote,
        });
    }
    folded
}

fn symbol(piece: &Piece, found: &Found, verbs: &Verbs) -> String {
    match &piece.kind {
        Kind::Word if verbs.openers.contains(&piece.word) => format!("{OPENER}{}", piece.word),
        Kind::Word | Kind::Punct => piece.word.clone(),
        Kind::Quote => "\"".to_owned(),
        Kind::Who(whos) => {
            let head = &found.whos[*whos.last().expect("one member at least")].what.name;
            let last = fold_word(head.rsplit(' ').next().unwrap_or(head));
            match verbs.roles.get(&last) {
                Some(role) => format!("@w.{role}"),
                None => "@w".to_owned(),
            }
        }
        Kind::Where(_) => "@p".to_owned(),
        Kind::When(idx) => match found.whens[*idx].what.role {
            crate::mention::when::Role::For => "@l".to_owned(),
            _ => "@d".to_owned(),
        },
        Kind::Truce(idx) => {
            let what = &found.truces[*idx].what;
            match (what.head, what.verbal) {
                (_, true) => "@t.verbal".to_owned(),
                (Head::Truce | Head::Deal | Head::None, _) => "@t".to_owned(),
                (Head::Proposal, _) => "@t.proposal".to_owned(),
                (Head::Talks, _) => "@t.talks".to_owned(),
                (Head::Violation, _) => "@t.violation".to_owned(),
                (Head::Extension, _) => "@t.extension".to_owned(),
                (Head::Monitors, _) => "@t.monitors".to_owned(),
                (Head::Announcement, _) => "@t.announcement".to_owned(),
                (Head::Deadline, _) => "@t.deadline".to_owned(),
                (Head::Call, _) => "@t.call".to_owned(),
            }
        }
        Kind::Verb(verb) => {
            let voice = match verb.voice {
                Voice::Active => 'a',
                Voice::Passive => 'p',
                Voice::Infinitive => 'i',
                Voice::Gerund => 'g',
            };
            format!("@v.{voice}.{}", verb.lemma)
        }
    }
}

/// Prepositions after which the name of a state is a place.
const LOCATIVE: &[&str] =
    &["in", "at", "near", "inside", "into", "across", "throughout", "outside", "around", "over"];

fn pieces(text: &Text, sentence: &Sentence, found: &Found, verbs: &Verbs) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    let whole = sentence.span;
    let from = |list: &[Span]| list.partition_point(|span| span.end <= whole.start);
    let truces: Vec<Span> = found.truces.iter().map(|it| it.span).collect();
    let whos: Vec<Span> = found.whos.iter().map(|it| it.span).collect();
    let wheres: Vec<Span> = found.wheres.iter().map(|it| it.span).collect();
    let whens: Vec<Span> = found.whens.iter().map(|it| it.span).collect();
    let (mut t, mut w, mut p, mut d) = (from(&truces), from(&whos), from(&wheres), from(&whens));
    let mut skip_to = 0;
    for token in text.tokens_of(sentence) {
        if token.span.start < skip_to {
            continue;
        }
        let here = token.span.start;
        let advance = |list: &[Span], idx: &mut usize| {
            while *idx < list.len() && (list[*idx].end <= here || list[*idx].start < here) {
                *idx += 1;
            }
            (*idx < list.len() && list[*idx].start == here).then_some(*idx)
        };
        let (truce, who) = (advance(&truces, &mut t), advance(&whos, &mut w));
        let (place, when) = (advance(&wheres, &mut p), advance(&whens, &mut d));
        let surface = token.span.of(&text.text);
        let before = pieces.last().map_or("", |it| it.word.as_str());
        let locative = LOCATIVE.contains(&before);
        let chosen = if let Some(idx) = truce {
            Some((Kind::Truce(idx), truces[idx]))
        } else if let (Some(place), Some(who)) = (place, who)
            && (locative
                && wheres[place].end >= whos[who].end
                && !found.wheres[place].what.adjective)
        {
            Some((Kind::Where(place), wheres[place]))
        } else if let Some(idx) = who
            && !(before == "to"
                && whos[idx] == token.span
                && !verbs.of(&fold_word(surface)).is_empty())
            && when.is_none_or(|when| whens[when].end < whos[idx].end)
        {
            Some((Kind::Who(vec![idx]), whos[idx]))
        } else if let Some(idx) = when {
            Some((Kind::When(idx), whens[idx]))
        } else if let Some(idx) = place
            && !found.wheres[idx].what.adjective
        {
            Some((Kind::Where(idx), wheres[idx]))
        } else {
            None
        };
        match chosen {
            Some((kind, span)) => {
                // A truce phrase inside or after an actor's phrase wins over the actor's tail.
                let end = truces
                    .get(t)
                    .filter(|next| next.start > span.start && next.start < span.end)
                    .filter(|_| !matches!(kind, Kind::Truce(_)))
                    .map_or(span.end, |next| next.start);
                skip_to = end;
                let mut start = span.start;
                // `neither the army`: the negation is the verb's.
                let first = fold_word(surface);
                if matches!(kind, Kind::Who(_)) && verbs.negations.contains(&first) {
                    let rest = &text.text[token.span.end as usize..end as usize];
                    start = end - rest.trim_start().len() as u32;
                    let span = token.span;
                    let kind = Kind::Word;
                    pieces.push(Piece { kind, span, word: first });
                }
                pieces.push(Piece { kind, span: Span { start, end }, word: String::new() });
            }
            None => {
                let kind = match token.kind {
                    TokenKind::Quote => Kind::Quote,
                    TokenKind::Punct => Kind::Punct,
                    _ => Kind::Word,
                };
                let word = if kind == Kind::Quote {
                    surface.to_owned()
                } else {
                    let mut low = fold_word(surface);
                    if low.is_empty() {
                        low = surface.to_owned();
                    }
                    low
                };
                pieces.push(Piece { kind, span: token.span, word });
            }
        }
    }
    pieces
}

/// `Israel and Hamas`, `A, B and C`: one unit that holds them all.
fn join_actors(pieces: Vec<Piece>) -> Vec<Piece> {
    let mut joined: Vec<Piece> = Vec::new();
    let mut at = 0;
    let link = |idx: usize| -> usize {
        // How many pieces of `, and` stand between two actors, starting at idx.
        let word = |idx: usize| pieces.get(idx).map_or("", |it| it.word.as_str());
        match (word(idx), word(idx + 1)) {
            (",", "and" | "or") => 2,
            ("and" | "or" | "nor" | "&", _) => 1,
            _ => 0,
        }
    };
    let is_who = |idx: usize| matches!(pieces.get(idx).map(|it| &it.kind), Some(Kind::Who(_)));
    let word = |idx: usize| pieces.get(idx).map_or("", |it| it.word.as_str());
    while at < pieces.len() {
        if !is_who(at) {
            joined.push(pieces[at].clone());
            at += 1;
            continue;
        }
        // A list is taken only if it ends in `and`: `A, B and C`.
        let mut members = vec![at];
        let mut commas = Vec::new();
        let mut next = at + 1;
        loop {
            let linked = link(next);
            if linked > 0 && is_who(next + linked) {
                members.append(&mut commas);
                members.push(next + linked);
                next += linked + 1;
            } else if word(next) == "," && is_who(next + 1) && commas.len() < 8 {
                commas.push(next + 1);
                next += 2;
            } else {
                break;
            }
        }
        let last = *members.last().expect("one member at least");
        let mut whos = Vec::new();
        for &member in &members {
            if let Kind::Who(these) = &pieces[member].kind {
                whos.extend_from_slice(these);
            }
        }
        joined.push(Piece {
            kind: Kind::Who(whos),
            span: Span { start: pieces[at].span.start, end: pieces[last].span.end },
            word: String::new(),
        });
        at = last + 1;
    }
    joined
}

/// Folds each known verb and its auxiliaries, adverbs and negations into one symbol.
fn fold_verbs(pieces: Vec<Piece>, verbs: &Verbs) -> Vec<Piece> {
    let mut out: Vec<Piece> = Vec::new();
    for idx in 0..pieces.len() {
        let piece = &pieces[idx];
        let own = piece.clone();
        let readings = verbs.of(&piece.word);
        let auxiliary = verbs.auxiliaries.contains_key(&piece.word);
        if piece.kind != Kind::Word || readings.is_empty() || auxiliary {
            out.push(own);
            continue;
        }
        // Auxiliaries stand before, adverbs among them.
        let mut start = out.len();
        let (mut auxiliaries, mut negated, mut to) = (Vec::new(), false, false);
        while start > 0 && out.len() - start < 7 {
            let before = &out[start - 1];
            if before.kind != Kind::Word {
                break;
            }
            let word = before.word.as_str();
            if let Some(&kind) = verbs.auxiliaries.get(word) {
                negated |= word.ends_with("n't") || word == "cannot";
                auxiliaries.insert(0, kind);
            } else if word == "to" && !to {
                to = true;
            } else if verbs.negations.contains(word) {
                negated = true;
            } else if !(verbs.adverbs.contains(word) || word.ends_with("ly")) {
                break;
            }
            start -= 1;
            if to && auxiliaries.is_empty() && !(start > 0 && is_to_be(&out[start - 1].word, verbs))
            {
                break;
            }
        }
        // Leading adverbs without an auxiliary stay words, but for negations.
        if auxiliaries.is_empty() && !to && !negated {
            start = out.len();
        }
        let next = pieces.get(idx + 1);
        match reading(
            readings,
            &out[..start],
            out.get(start..).unwrap_or(&[]),
            next,
            &auxiliaries,
            to,
            verbs,
        ) {
            Some((lemma, form, voice)) => {
                let first = out.get(start).map_or(piece.span.start, |it| it.span.start);
                let past = out[start..].iter().any(|it| verbs.past.contains(&it.word));
                out.truncate(start);
                out.push(Piece {
                    kind: Kind::Verb(Verb { lemma, voice, form, negated, auxiliaries, past }),
                    span: Span { start: first, end: piece.span.end },
                    word: piece.word.clone(),
                });
            }
            None => out.push(own),
        }
    }
    fold_copulas(out, verbs)
}

/// What is left of `be` after the verbs took their auxiliaries is a verb of its own: `is over`,
/// `will be in place`, `was not dead`.
fn fold_copulas(pieces: Vec<Piece>, verbs: &Verbs) -> Vec<Piece> {
    let mut out: Vec<Piece> = Vec::new();
    let mut at = 0;
    while at < pieces.len() {
        let mut end = at;
        let (mut auxiliaries, mut negated) = (Vec::new(), false);
        while end < pieces.len() && pieces[end].kind == Kind::Word {
            let word = pieces[end].word.as_str();
            if let Some(&kind) = verbs.auxiliaries.get(word) {
                negated |= word.ends_with("n't") || word == "cannot";
                auxiliaries.push(kind);
            } else if !auxiliaries.is_empty() && verbs.negations.contains(word) {
                negated = true;
            } else {
                break;
            }
            end += 1;
        }
        if auxiliaries.last() == Some(&Auxiliary::Be) && !verbs.of("be").is_empty() {
            auxiliaries.pop();
            let infinitive = out.last().is_some_and(|it| it.word == "to");
            let verb = Verb {
                lemma: "be".to_owned(),
                voice: if infinitive { Voice::Infinitive } else { Voice::Active },
                form: Form::Base,
                negated,
                auxiliaries,
                past: pieces[at..end].iter().any(|it| verbs.past.contains(&it.word)),
            };
            out.push(Piece {
                kind: Kind::Verb(verb),
                span: Span { start: pieces[at].span.start, end: pieces[end - 1].span.end },
                word: pieces[end - 1].word.clone(),
            });
            at = end;
            continue;
        }
        out.push(pieces[at].clone());
        at += 1;
    }
    out
}

/// `is to agree`, `was to begin`, `were not to hold`: the plan reaches back over the `to`.
fn is_to_be(word: &str, verbs: &Verbs) -> bool {
    verbs.auxiliaries.contains_key(word) || verbs.negations.contains(word)
}

fn reading(
    readings: &[(String, Form)],
    before: &[Piece],
    group: &[Piece],
    next: Option<&Piece>,
    auxiliaries: &[Auxiliary],
    to: bool,
    verbs: &Verbs,
) -> Option<(String, Form, Voice)> {
    let previous = before.last();
    let subject_before = match previous.map(|it| &it.kind) {
        Some(Kind::Who(_) | Kind::Truce(_) | Kind::Where(_) | Kind::When(_)) => true,
        Some(Kind::Word) => {
            let word = previous.map_or("", |it| it.word.as_str());
            PRONOUNS.contains(&word)
        }
        Some(Kind::Punct) => {
            previous.is_some_and(|it| matches!(it.word.as_str(), "," | ")" | "—" | "-"))
        }
        Some(Kind::Quote) => true,
        None => false,
        _ => false,
    };
    let determined = group.is_empty()
        && previous.is_some_and(|it| {
            it.kind == Kind::Word
                && matches!(
                    it.word.as_str(),
                    "the"
                        | "a"
                        | "an"
                        | "its"
                        | "their"
                        | "his"
                        | "her"
                        | "this"
                        | "that"
                        | "any"
                        | "no"
                        | "of"
                        | "our"
                        | "another"
                        | "'s"
                        | "for"
                        | "in"
                        | "under"
                        | "with"
                        | "by"
                )
        });
    let has = |kind: Auxiliary| auxiliaries.contains(&kind);
    let pick = |form: Form| readings.iter().find(|it| it.1 == form);
    let last_be = auxiliaries.last() == Some(&Auxiliary::Be);
    if let Some((lemma, form)) = pick(Form::Ing) {
        if has(Auxiliary::Be) {
            return Some((lemma.clone(), *form, Voice::Active));
        }
        let noun = determined
            && previous.is_some_and(|it| {
                matches!(
                    it.word.as_str(),
                    "the"
                        | "a"
                        | "an"
                        | "its"
                        | "their"
                        | "his"
                        | "her"
                        | "this"
                        | "'s"
                        | "any"
                        | "no"
                )
            });
        return (!noun).then(|| (lemma.clone(), *form, Voice::Gerund));
    }
    if last_be && let Some((lemma, form)) = pick(Form::Participle) {
        return Some((lemma.clone(), *form, Voice::Passive));
    }
    if has(Auxiliary::Have)
        && let Some((lemma, form)) = pick(Form::Participle)
    {
        return Some((lemma.clone(), *form, Voice::Active));
    }
    if to && let Some((lemma, form)) = pick(Form::Base) {
        return Some((lemma.clone(), *form, Voice::Infinitive));
    }
    if last_be || auxiliaries.last() == Some(&Auxiliary::Have) {
        // `was calm`: what is no participle after them is no verb.
        return None;
    }
    if !auxiliaries.is_empty()
        && let Some((lemma, form)) = pick(Form::Base)
    {
        return Some((lemma.clone(), *form, Voice::Active));
    }
    if let Some((lemma, form)) = pick(Form::Past).or_else(|| pick(Form::Participle)) {
        if determined
            && previous.is_some_and(|it| {
                !matches!(
                    it.word.as_str(),
                    "that" | "of" | "in" | "by" | "for" | "with" | "under" | "this"
                )
            })
        {
            return None;
        }
        let after_truce = matches!(previous.map(|it| &it.kind), Some(Kind::Truce(_)));
        let by_next = next.is_some_and(|it| it.word == "by");
        let only_participle = pick(Form::Past).is_none();
        let passive =
            only_participle || by_next || after_truce && !verbs.intransitive.contains(lemma);
        return Some((lemma.clone(), *form, if passive { Voice::Passive } else { Voice::Active }));
    }
    if let Some((lemma, form)) = pick(Form::S).or_else(|| pick(Form::Base)) {
        let ambiguous = verbs.also_nouns.contains(lemma);
        let verb = if ambiguous { subject_before } else { !determined };
        return verb.then(|| (lemma.clone(), *form, Voice::Active));
    }
    None
}

const PRONOUNS: &[&str] = &[
    "he", "she", "it", "they", "we", "i", "you", "who", "which", "that", "there", "this", "sides",
    "parties", "all", "both",
];
