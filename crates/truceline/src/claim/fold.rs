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
        push_symbol(&piece, found, verbs, &mut folded.line);
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

fn push_symbol(piece: &Piece, found: &Found, verbs: &Verbs, line: &mut String) {
    match &piece.kind {
        Kind::Word => {
            if verbs.openers.contains(&piece.word) {
                line.push(OPENER);
            }
            line.push_str(&piece.word);
        }
        Kind::Punct => line.push_str(&piece.word),
        Kind::Quote => line.push('"'),
        Kind::Who(whos) => {
            line.push_str("@w");
            let name = whos.last().map_or("", |who| found.whos[*who].what.name.as_str());
            let last = fold_word(name.rsplit(' ').next().unwrap_or(name));
            if let Some(role) = verbs.roles.get(&*last) {
                line.push('.');
                line.push_str(role);
            }
        }
        Kind::Where(_) => line.push_str("@p"),
        Kind::When(idx) => line.push_str(match found.whens[*idx].what.role {
            crate::mention::when::Role::For => "@l",
            _ => "@d",
        }),
        Kind::Truce(idx) => {
            let what = &found.truces[*idx].what;
            line.push_str(match (what.head, what.verbal) {
                (_, true) => "@t.verbal",
                (Head::Truce | Head::Deal | Head::None, _) => "@t",
                (Head::Proposal, _) => "@t.proposal",
                (Head::Talks, _) => "@t.talks",
                (Head::Violation, _) => "@t.violation",
                (Head::Extension, _) => "@t.extension",
                (Head::Monitors, _) => "@t.monitors",
                (Head::Announcement, _) => "@t.announcement",
                (Head::Deadline, _) => "@t.deadline",
                (Head::Call, _) => "@t.call",
            });
        }
        Kind::Verb(verb) => {
            line.push_str(match verb.voice {
                Voice::Active => "@v.a.",
                // `a truce signed in May`
                Voice::Passive if verb.auxiliaries.is_empty() => "@v.r.",
                Voice::Passive => "@v.p.",
                Voice::Infinitive => "@v.i.",
                Voice::Gerund => "@v.g.",
            });
            line.push_str(&verb.lemma);
        }
    }
}

/// Prepositions after which the name of a state is a place.
const LOCATIVE: &[&str] =
    &["in", "at", "near", "inside", "into", "across", "throughout", "outside", "around", "over"];

fn pieces(text: &Text, sentence: &Sentence, found: &Found, verbs: &Verbs) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    let Found { truces, whos, wheres, whens } = found;
    let (mut t, mut w) = (first_in(truces, sentence), first_in(whos, sentence));
    let (mut p, mut d) = (first_in(wheres, sentence), first_in(whens, sentence));
    let mut skip_to = 0;
    for token in text.tokens_of(sentence) {
        if token.span.start < skip_to {
            continue;
        }
        let here = token.span.start;
        let (truce, who) = (next_at(truces, &mut t, here), next_at(whos, &mut w, here));
        let (place, when) = (next_at(wheres, &mut p, here), next_at(whens, &mut d, here));
        let surface = token.span.of(&text.text);
        let before = pieces.last().map_or("", |it| it.word.as_str());
        let locative = LOCATIVE.contains(&before);
        let chosen = if let Some(idx) = truce {
            Some((Kind::Truce(idx), truces[idx].span))
        } else if let (Some(place), Some(who)) = (place, who)
            && (locative
                && wheres[place].span.end >= whos[who].span.end
                && !wheres[place].what.adjective)
        {
            Some((Kind::Where(place), wheres[place].span))
        } else if let Some(idx) = who
            && !(before == "to"
                && whos[idx].span == token.span
                && !verbs.of(&fold_word(surface)).is_empty())
            && when.is_none_or(|when| whens[when].span.end < whos[idx].span.end)
        {
            Some((Kind::Who(vec![idx]), whos[idx].span))
        } else if let Some(idx) = when {
            Some((Kind::When(idx), whens[idx].span))
        } else if let Some(idx) = place
            && !wheres[idx].what.adjective
        {
            Some((Kind::Where(idx), wheres[idx].span))
        } else {
            None
        };
        match chosen {
            Some((kind, span)) => {
                // A truce phrase inside or after an actor's phrase wins over the actor's tail.
                let end = truces
                    .get(t)
                    .map(|next| next.span)
                    .filter(|next| next.start > span.start && next.start < span.end)
                    .filter(|_| !matches!(kind, Kind::Truce(_)))
                    .map_or(span.end, |next| next.start);
                skip_to = end;
                let mut start = span.start;
                // `neither the army`: the negation is the verb's.
                let first = fold_word(surface);
                if matches!(kind, Kind::Who(_)) && verbs.negations.contains(&*first) {
                    let rest = &text.text[token.span.end as usize..end as usize];
                    start = end - rest.trim_start().len() as u32;
                    let span = token.span;
                    let kind = Kind::Word;
                    pieces.push(Piece { kind, span, word: first.into_owned() });
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
                    let low = fold_word(surface);
                    if low.is_empty() { surface.to_owned() } else { low.into_owned() }
                };
                pieces.push(Piece { kind, span: token.span, word });
            }
        }
    }
    pieces
}

/// The first mention that reaches into the sentence.
fn first_in<T>(list: &[Mention<T>], sentence: &Sentence) -> usize {
    list.partition_point(|it| it.span.end <= sentence.span.start)
}

/// The mention that starts at a byte; `idx` goes on to the first that does not start before it.
fn next_at<T>(list: &[Mention<T>], idx: &mut usize, here: u32) -> Option<usize> {
    while list.get(*idx).is_some_and(|it| it.span.end <= here || it.span.start < here) {
        *idx += 1;
    }
    list.get(*idx).is_some_and(|it| it.span.start == here).then_some(*idx)
}

/// The piece at a place, left blank there.
fn take(pieces: &mut [Piece], at: usize) -> Piece {
    let blank = Piece { kind: Kind::Word, span: Span::default(), word: String::new() };
    std::mem::replace(&mut pieces[at], blank)
}

/// `Israel and Hamas`, `A, B and C`: one unit that holds them all.
fn join_actors(mut pieces: Vec<Piece>) -> Vec<Piece> {
    let mut joined: Vec<Piece> = Vec::with_capacity(pieces.len());
    let mut at = 0;
    while at < pieces.len() {
        let members = listed(&pieces, at);
        let (Some(&first), Some(&last)) = (members.first(), members.last()) else {
            joined.push(take(&mut pieces, at));
            at += 1;
            continue;
        };
        let mut whos = Vec::new();
        for &member in &members {
            if let Kind::Who(these) = &pieces[member].kind {
                whos.extend_from_slice(these);
            }
        }
        joined.push(Piece {
            kind: Kind::Who(whos),
            span: Span { start: pieces[first].span.start, end: pieces[last].span.end },
            word: String::new(),
        });
        at = last + 1;
    }
    joined
}

/// The actors of a list that starts at a piece; none where that is no actor.
fn listed(pieces: &[Piece], at: usize) -> Vec<usize> {
    let is_who = |idx: usize| matches!(pieces.get(idx).map(|it| &it.kind), Some(Kind::Who(_)));
    let word = |idx: usize| pieces.get(idx).map_or("", |it| it.word.as_str());
    if !is_who(at) {
        return Vec::new();
    }
    // A list is taken only if it ends in `and`: `A, B and C`.
    let mut members = vec![at];
    let mut commas = Vec::new();
    let mut next = at + 1;
    loop {
        // How many pieces of `, and` stand between two actors.
        let linked = match (word(next), word(next + 1)) {
            (",", "and" | "or") => 2,
            ("and" | "or" | "nor" | "&", _) => 1,
            _ => 0,
        };
        if linked > 0 && is_who(next + linked) {
            members.append(&mut commas);
            members.push(next + linked);
            next += linked + 1;
        } else if word(next) == "," && is_who(next + 1) && commas.len() < 8 {
            commas.push(next + 1);
            next += 2;
        } else {
            return members;
        }
    }
}

/// Folds each known verb and its auxiliaries, adverbs and negations into one symbol.
fn fold_verbs(mut pieces: Vec<Piece>, verbs: &Verbs) -> Vec<Piece> {
    let mut out: Vec<Piece> = Vec::with_capacity(pieces.len());
    for idx in 0..pieces.len() {
        let piece = take(&mut pieces, idx);
        let readings = if piece.kind == Kind::Word { verbs.of(&piece.word) } else { &[] };
        if readings.is_empty() || verbs.auxiliaries.contains_key(&piece.word) {
            out.push(piece);
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
                    word: piece.word,
                });
            }
            None => out.push(piece),
        }
    }
    fold_copulas(out, verbs)
}

/// What is left of `be` after the verbs took their auxiliaries is a verb of its own: `is over`,
/// `will be in place`, `was not dead`.
fn fold_copulas(mut pieces: Vec<Piece>, verbs: &Verbs) -> Vec<Piece> {
    let mut out: Vec<Piece> = Vec::with_capacity(pieces.len());
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
                word: take(&mut pieces, end - 1).word,
            });
            at = end;
            continue;
        }
        out.push(take(&mut pieces, at));
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
