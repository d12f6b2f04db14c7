//! Finds what could be a place. Comes in: a text, the names of the world. Goes out: every longest
//! name with all that it may mean, in order, none overlapping. Never decides whether it is meant.

use std::ops::Range;

use super::{
    Places,
    fold::{fold, push_folded},
    names::Meaning,
};
use crate::text::{Sentence, Span, Text, TokenKind};

const LONGEST: usize = 5;

/// How a sentence uses capitals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    Plain,
    /// A headline with most words capitalised.
    Title,
    Capitals,
}

/// What a name may mean, and whether it is the main name of that.
pub type Meanings = Vec<(Meaning, bool)>;

/// A name found, and what it may mean.
#[derive(Clone, Debug)]
pub struct Found {
    pub tokens: Range<usize>,
    pub sentence: usize,
    pub style: Style,
    /// The bare name, without a possessive ending.
    pub span: Span,
    pub folded: String,
    pub meanings: Meanings,
    /// Whether the name is kept by hand (a country, a region, a listed spelling).
    pub by_hand: bool,
    /// Part of a word with a hyphen (`Turkish-backed`); `true` where a lower-case part follows.
    pub compound: Option<bool>,
}

/// The names found, and the style of each sentence.
pub fn scan(places: &Places, text: &Text) -> (Vec<Found>, Vec<Style>) {
    let mut found = Vec::new();
    let mut styles = Vec::with_capacity(text.sentences.len());
    for (idx, sentence) in text.sentences.iter().enumerate() {
        let style = style(text, sentence);
        styles.push(style);
        let mut at = sentence.tokens.start;
        while at < sentence.tokens.end {
            if !may_start(places, text, at, sentence.tokens.end) {
                at += 1;
                continue;
            }
            let hit = longest(places, text, at, sentence.tokens.end, idx, style);
            if let Some(hit) = hit {
                at = hit.tokens.end;
                found.push(hit);
            } else {
                compounds(places, text, at, idx, style, &mut found);
                at += 1;
            }
        }
    }
    (found, styles)
}

fn style(text: &Text, sentence: &Sentence) -> Style {
    let (mut long, mut capital, mut all, mut upper) = (0, 0, 0, 0);
    for (idx, token) in text.tokens_of(sentence).iter().enumerate() {
        if token.kind != TokenKind::Word {
            continue;
        }
        let word = text.of(token.span);
        if word.len() >= 2 {
            all += 1;
            upper += usize::from(is_upper(word));
        }
        if word.len() >= 4 && idx > 0 {
            long += 1;
            capital += usize::from(word.starts_with(char::is_uppercase));
        }
    }
    if all >= 3 && upper * 10 >= all * 7 {
        Style::Capitals
    } else if sentence.heading && long >= 3 && capital * 10 >= long * 7
        || long >= 8 && capital * 10 >= long * 9
    {
        Style::Title
    } else {
        Style::Plain
    }
}

pub fn is_upper(word: &str) -> bool {
    !word.chars().any(char::is_lowercase) && word.chars().any(char::is_uppercase)
}

/// The word without `'s` or a bare apostrophe, and whether it had one.
pub fn bare(word: &str) -> (&str, bool) {
    let stem = word.strip_suffix(['s', 'S']);
    let bare = stem.and_then(|it| it.strip_suffix(['\'', '’']).or_else(|| word.strip_suffix("`s")));
    (bare.unwrap_or(word), bare.is_some())
}

fn is_article(word: &str) -> bool {
    matches!(word, "al" | "el" | "ad" | "ar" | "as" | "ash" | "at" | "az" | "es" | "ez" | "an")
}

fn capitalised(word: &str) -> bool {
    if word.starts_with(|ch: char| ch.is_ascii_lowercase()) {
        // `al-Bab`, `ez-Zor`
        return word
            .split_once(['-', '‑'])
            .is_some_and(|(head, rest)| is_article(head) && rest.starts_with(char::is_uppercase));
    }
    word.starts_with(|ch: char| ch.is_uppercase() || matches!(ch, '‘' | '\''))
}

fn may_start(places: &Places, text: &Text, at: usize, end: usize) -> bool {
    let token = text.tokens[at];
    if token.kind != TokenKind::Word {
        return false;
    }
    let word = text.of(token.span);
    if !word.starts_with(|ch: char| ch.is_ascii_lowercase()) {
        return true;
    }
    if word.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return true;
    }
    let next_capital = || {
        at + 1 < end
            && text.tokens[at + 1].kind == TokenKind::Word
            && capitalised(text.of(text.tokens[at + 1].span))
    };
    (word.len() >= 4 || matches!(word, "al" | "el"))
        && next_capital()
        && (word.len() < 4 || places.words.directions.contains(word))
}

fn longest(
    places: &Places,
    text: &Text,
    at: usize,
    end: usize,
    sentence: usize,
    style: Style,
) -> Option<Found> {
    let mut key = String::new();
    let mut walk = Some(places.gazetteer.walk());
    // Its end, its meanings, whether it is kept by hand, its folded form.
    let mut best: Option<(usize, Meanings, bool, String)> = None;
    let mut most = LONGEST;
    for idx in at..end.min(at + LONGEST) {
        let token = text.tokens[idx];
        if token.kind != TokenKind::Word {
            break;
        }
        let word = text.of(token.span);
        let capital = capitalised(word);
        if idx > at && !capital && word.len() > 4 && idx - at >= most {
            break;
        }
        let (bare, possessive) = bare(word);
        let from = key.len();
        push_folded(bare, &mut key);
        walk = walk.and_then(|walk| places.gazetteer.step(walk, &key.as_bytes()[from..]));
        if idx == at {
            most = places.names.longest(key.split(' ').next().unwrap_or_default());
        }
        if walk.is_none() && most == 0 {
            break;
        }
        let by_hand = places.names.named(&key);
        if capital || !by_hand.is_empty() {
            let records = walk.filter(|_| capital).map(|it| places.gazetteer.named(it));
            let records = records.unwrap_or_default();
            if let Some((meanings, by_hand)) =
                meanings(places, by_hand, records, || region_said(places, text, at, idx + 1, end))
            {
                best = Some((idx + 1, meanings, by_hand, key.clone()));
            }
        }
        if possessive {
            // `Donetsk People's Republic`
            key.truncate(from);
            push_folded(word, &mut key);
            walk = None;
            if idx == at || idx + 1 - at >= most {
                break;
            }
        }
    }
    let (stop, meanings, by_hand, folded) = best?;
    let last = text.tokens[stop - 1].span;
    let (name, _) = bare(text.of(last));
    let span = Span { start: text.tokens[at].span.start, end: last.start + name.len() as u32 };
    Some(Found {
        tokens: at..stop,
        sentence,
        style,
        span,
        folded,
        meanings,
        by_hand,
        compound: None,
    })
}

/// Names kept by hand win over the gazetteer, towns over the region named like them, but for where
/// the words say that the region is meant.
fn meanings(
    places: &Places,
    by_hand: &[Meaning],
    records: Vec<(u32, bool)>,
    region_said: impl Fn() -> bool,
) -> Option<(Meanings, bool)> {
    if by_hand.is_empty() && records.is_empty() {
        return None;
    }
    let (provinces, firm): (Vec<Meaning>, Vec<Meaning>) =
        by_hand.iter().partition(|it| matches!(it, Meaning::Province(_)));
    let all = |meanings: Vec<Meaning>| meanings.into_iter().map(|it| (it, true)).collect();
    let gazetteer = &places.gazetteer;
    type Records = Vec<(u32, bool)>;
    let (regions, towns): (Records, Records) =
        records.iter().partition(|(record, _)| gazetteer.is_region(*record));
    let record = |records: Records| {
        records.into_iter().map(|(record, main)| (Meaning::Record(record), main)).collect()
    };
    if region_said() {
        if !provinces.is_empty() {
            return Some((all(provinces), true));
        }
        // A spelling of the chief town's name is one of its region's.
        let of_town = |it: &Meaning| match it {
            Meaning::Record(town) => gazetteer.region_of(*town).map(|it| (it, true)),
            _ => None,
        };
        let by_hand: Records = firm.iter().filter_map(of_town).collect();
        if !by_hand.is_empty() {
            return Some((record(by_hand), true));
        }
        if firm.is_empty() {
            let of_towns =
                towns.iter().filter_map(|&(it, main)| Some((gazetteer.region_of(it)?, main)));
            let mut all: Records = regions.iter().copied().chain(of_towns).collect();
            all.sort_unstable();
            all.dedup_by_key(|it| it.0);
            if !all.is_empty() {
                return Some((record(all), false));
            }
        }
    }
    if !firm.is_empty() {
        return Some((all(firm), true));
    }
    let country = |it: &Meaning| places.place_country(*it).to_owned();
    if !provinces.is_empty() {
        // The chief town, if the gazetteer has one of that name in that country.
        let home: Vec<String> = provinces.iter().map(country).collect();
        let mut towns: Meanings = record(towns);
        towns.retain(|(it, _)| home.contains(&country(it)));
        return Some((if towns.is_empty() { all(provinces) } else { towns }, true));
    }
    let shadowed = |region: u32| {
        let whole = gazetteer.record(region);
        towns.iter().any(|&(town, main)| {
            let record = gazetteer.record(town);
            let chief = record.population >= whole.population / 4;
            let named = gazetteer.region_of(town) == Some(region);
            main && record.country == whole.country && (named || chief)
        })
    };
    let mut records = records;
    records.retain(|&(it, _)| !gazetteer.is_region(it) || !shadowed(it));
    Some((record(records), false))
}

/// Whether the words beside the name call it a region: `Idlib province`, `the province of Idlib`.
fn region_said(places: &Places, text: &Text, at: usize, stop: usize, end: usize) -> bool {
    let word = |idx: usize| text.of(text.tokens[idx].span).to_lowercase();
    let is_region = |idx: usize| places.words.region.contains(&word(idx));
    stop < end && is_region(stop)
        || at >= 2 && word(at - 1) == "of" && is_region(at - 2)
        || stop + 2 < end && word(stop) == "and" && stop + 3 <= end && {
            // `Homs and Hama provinces`
            let plural = |idx: usize| idx < end && word(idx).ends_with('s') && is_region(idx);
            plural(stop + 2) || plural(stop + 3)
        }
}

/// The parts of `Turkish-backed`, `Israel-Hamas`, `pro-Russian` that are names kept by hand or
/// large towns.
fn compounds(
    places: &Places,
    text: &Text,
    at: usize,
    sentence: usize,
    style: Style,
    into: &mut Vec<Found>,
) {
    let token = text.tokens[at];
    let word = text.of(token.span);
    if !word.contains(['-', '‑', '–']) {
        return;
    }
    let mut start = 0;
    for (end, mark) in word.match_indices(['-', '‑', '–']).chain(std::iter::once((word.len(), "")))
    {
        let part = &word[start..end];
        let (name, _) = bare(part);
        let first = start == 0;
        let from = start;
        start = end + mark.len();
        if !name.starts_with(char::is_uppercase) || name.chars().count() < 2 {
            if first && is_article(&name.to_lowercase()) {
                return;
            }
            continue;
        }
        let folded = fold(name);
        let by_hand = places.names.named(&folded);
        let records = || {
            let walk = places.gazetteer.step(places.gazetteer.walk(), folded.as_bytes());
            walk.map(|walk| places.gazetteer.named(walk)).unwrap_or_default()
        };
        let (meanings, by_hand) = if !by_hand.is_empty() {
            let hand: Vec<_> = by_hand
                .iter()
                .filter(|it| !matches!(it, Meaning::Province(_)))
                .map(|&it| (it, true))
                .collect();
            (hand, true)
        } else if end < word.len() || !first {
            (records().into_iter().map(|(it, main)| (Meaning::Record(it), main)).collect(), false)
        } else {
            continue;
        };
        if meanings.is_empty() {
            continue;
        }
        let next = &word[start.min(word.len())..];
        let last = next.split(['-', '‑', '–']).next().unwrap_or_default();
        // `France-Presse` is a body's name.
        let lower = next.starts_with(char::is_lowercase)
            || places.words.bodies.contains(&last.to_lowercase());
        let offset = token.span.start as usize;
        let span = Span::new(offset + from..offset + from + name.len());
        into.push(Found {
            tokens: at..at + 1,
            sentence,
            style,
            span,
            folded,
            meanings,
            by_hand,
            compound: Some(lower),
        });
    }
}
