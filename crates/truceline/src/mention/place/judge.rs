//! Whether a name found is meant as a place. Comes in: a name with the words around it. Goes out:
//! yes, yes as part of another name or as an adjective, or no. Never looks beyond its sentence.

use std::collections::HashSet;

use super::{
    Places,
    gazetteer::Id,
    names::Meaning,
    scan::{Found, Style, bare, is_upper},
    settle::Countries,
};
use crate::text::{Text, TokenKind};

/// What the name alone is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Strength {
    /// A common word or a given name that is also a place.
    Ordinary,
    Small,
    Town,
    Known,
}

/// What the words before and after say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cue {
    None,
    /// `from`, `to`, `of`: people follow these as well.
    Likely,
    /// `in`, `near`, a place before it in the same list.
    Sure,
    /// `the town of X`, `X district`.
    Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Place,
    Adjective,
    No,
}

pub struct Judge<'a> {
    pub places: &'a Places,
    pub text: &'a Text,
    pub countries: &'a Countries,
    /// Folded names that the text gives to persons: `Morsi` after `Mohamed Morsi`.
    pub persons: HashSet<String>,
}

impl Judge<'_> {
    /// The word of a token in lower case, without a possessive ending; empty outside the sentence.
    fn word(&self, found: &Found, idx: Option<usize>) -> String {
        let range = &self.text.sentences[found.sentence].tokens;
        match idx {
            Some(idx) if range.contains(&idx) => {
                bare(self.text.of(self.text.tokens[idx].span)).0.to_lowercase()
            }
            _ => String::new(),
        }
    }

    fn before(&self, found: &Found, steps: usize) -> String {
        self.word(found, found.tokens.start.checked_sub(steps))
    }

    fn after(&self, found: &Found, steps: usize) -> String {
        self.word(found, Some(found.tokens.end + steps - 1))
    }

    /// `listed`: the name before this one in the same list is a place.
    pub fn verdict(&self, found: &Found, listed: bool) -> Verdict {
        let words = &self.places.words;
        let strength = self.strength(found);
        let adjective = found.meanings.iter().all(|(it, _)| matches!(it, Meaning::Adjective(_)));
        if adjective {
            return if self.shouted_word(found) { Verdict::No } else { Verdict::Adjective };
        }
        if self.is_compounded(found) && strength == Strength::Known {
            return Verdict::Adjective;
        }
        if let Some(lower) = found.compound {
            return match (strength == Strength::Known, lower) {
                (false, _) => Verdict::No,
                (true, true) => Verdict::Adjective,
                (true, false) => Verdict::Place,
            };
        }
        if !found.by_hand && words.never.contains(&found.folded) || self.shouted_word(found) {
            return Verdict::No;
        }
        if !found.by_hand && self.persons.contains(&found.folded) {
            return Verdict::No;
        }
        let cue = if listed { Cue::Sure } else { self.cue(found) };
        if self.is_person(found, cue) {
            return Verdict::No;
        }
        // `the village of Tal Qarrah` is not Tal.
        let goes_on = !self.possessive(found) && self.is_name(found, Some(found.tokens.end));
        if cue == Cue::Kind && strength < Strength::Known && goes_on {
            return Verdict::No;
        }
        let relevant = found
            .meanings
            .iter()
            .any(|(it, _)| self.countries.relevant(self.places.place_country(*it)));
        let one_word = found.tokens.len() == 1;
        let open = self.countries.is_empty() && found.folded.len() >= 5;
        let main = found.meanings.iter().any(|(_, main)| *main);
        let meant = match (strength, found.style) {
            (Strength::Known, _) => true,
            (Strength::Town, Style::Plain) => {
                cue >= Cue::Likely || relevant && (!one_word || !self.starts(found))
            }
            (Strength::Town, _) => cue >= Cue::Sure || cue == Cue::Likely && relevant,
            (Strength::Small, Style::Plain) => {
                cue == Cue::Kind
                    || relevant && (cue >= Cue::Likely || !one_word && !self.starts(found))
                    || open && main && cue == Cue::Sure
            }
            (Strength::Small, _) => relevant && cue >= Cue::Sure,
            (Strength::Ordinary, Style::Plain) => {
                main && (cue == Cue::Kind || cue == Cue::Sure && relevant && !self.starts(found))
            }
            (Strength::Ordinary, _) => false,
        };
        if !meant {
            return Verdict::No;
        }
        if self.in_body(found) { Verdict::Adjective } else { Verdict::Place }
    }

    /// `U.S.-brokered`: the hyphen stands apart after a full stop.
    fn is_compounded(&self, found: &Found) -> bool {
        let tokens = &self.text.tokens;
        let end = found.tokens.end;
        let joined = |idx: usize| tokens[idx - 1].span.end == tokens[idx].span.start;
        end + 1 < tokens.len()
            && self.text.of(tokens[end].span) == "-"
            && joined(end)
            && joined(end + 1)
            && self.text.of(tokens[end + 1].span).starts_with(char::is_lowercase)
    }

    fn strength(&self, found: &Found) -> Strength {
        let places = self.places;
        if found.by_hand {
            let weak = |meaning: &Meaning| match *meaning {
                Meaning::Place(idx) | Meaning::Province(idx) => places.names.weak[idx as usize],
                Meaning::Record(_) | Meaning::Adjective(_) => false,
            };
            let weak = found.meanings.iter().all(|(it, _)| weak(it));
            return if weak { Strength::Town } else { Strength::Known };
        }
        let words = &places.words;
        let given = words.given.contains(&found.folded) || words.titles.contains(&found.folded);
        if words.ordinary.contains(&found.folded) || given {
            return Strength::Ordinary;
        }
        let size = |&(meaning, main): &(Meaning, bool)| match meaning {
            Meaning::Record(record) => {
                let record = places.gazetteer.record(record);
                let capital = places.names.capitals.get(&found.folded);
                let capital = capital.is_some_and(|code| code == record.country);
                let region = matches!(record.id, Id::Region(_));
                // Other names are often those of other languages, and of somewhere else in English.
                match (main, capital) {
                    (true, true) => u32::MAX,
                    (true, false) if region => 15_000,
                    (true, false) => record.population,
                    (false, _) => (record.population / 10).min(15_000),
                }
            }
            _ => 0,
        };
        match found.meanings.iter().map(size).max().unwrap_or(0) {
            100_000.. if found.folded.len() >= 4 => Strength::Known,
            15_000.. => Strength::Town,
            _ => Strength::Small,
        }
    }

    /// Short words in capitals that are something else: `US` for us, `CAR`, `IS` in a headline.
    fn shouted_word(&self, found: &Found) -> bool {
        let name = self.text.of(found.span);
        if found.by_hand {
            // Codes are written in capitals; in a line of capitals they say nothing without stops.
            let town = found.meanings.iter().all(|(it, _)| matches!(it, Meaning::Record(_)));
            let code = self.places.names.codes.contains(&found.folded);
            return code
                && !name.contains('.')
                && (!is_upper(name) || found.folded.len() <= 3 && self.code_in_capitals(found))
                || town && self.short_capitals(found);
        }
        self.short_capitals(found)
    }

    /// `SANA` in mid-sentence is an agency, not a town.
    fn short_capitals(&self, found: &Found) -> bool {
        let letters = found.folded.len();
        let name = self.text.of(found.span);
        let datelined = self.starts(found) || self.is_dateline(found);
        found.style == Style::Plain && letters <= 5 && is_upper(name) && !datelined
    }

    fn code_in_capitals(&self, found: &Found) -> bool {
        found.style == Style::Capitals && self.before(found, 1) != "the"
    }

    fn starts(&self, found: &Found) -> bool {
        let sentence = &self.text.sentences[found.sentence];
        let before = &self.text.tokens[sentence.tokens.start..found.tokens.start];
        before.iter().all(|token| token.kind != TokenKind::Word)
    }

    pub fn cue(&self, found: &Found) -> Cue {
        let words = &self.places.words;
        let next = self.after(found, 1);
        if words.kinds.contains(&next)
            || words.double_kinds.contains(&next)
                && words.kinds.contains(&format!("{next} {}", self.after(found, 2)))
        {
            return Cue::Kind;
        }
        let mut steps = 1;
        let mut word = self.before(found, steps);
        if word == "of" && words.kinds.contains(&self.before(found, 2)) {
            return Cue::Kind;
        }
        if words.kinds.contains(&word) && !self.is_capital(found.tokens.start - 1) {
            return Cue::Sure;
        }
        while steps < 4
            && (word == "the" || words.directions.contains(&word) || self.is_adjective(&word))
        {
            if words.directions.contains(&word) {
                return Cue::Sure;
            }
            steps += 1;
            word = self.before(found, steps);
        }
        let stated = self.is_dateline(found) || self.states_country(found);
        if stated || words.sure.contains(&word) {
            Cue::Sure
        } else if words.likely.contains(&word) {
            Cue::Likely
        } else {
            Cue::None
        }
    }

    fn is_capital(&self, idx: usize) -> bool {
        self.text.of(self.text.tokens[idx].span).starts_with(char::is_uppercase)
    }

    fn is_adjective(&self, word: &str) -> bool {
        let is = |meaning: &Meaning| matches!(meaning, Meaning::Adjective(_));
        self.places.names.named(word).iter().any(is)
    }

    /// `PERQUIN (AP) --`, `GAZA, Aug 5 -`: in capitals at the start of a paragraph.
    fn is_dateline(&self, found: &Found) -> bool {
        self.starts(found)
            && found.style == Style::Plain
            && is_upper(self.text.of(found.span))
            && matches!(
                self.after(found, 1).as_str(),
                "," | "(" | "-" | "--" | "–" | "—" | ":" | "/"
            )
    }

    /// `Perquin, El Salvador`.
    fn states_country(&self, found: &Found) -> bool {
        self.stated_country(found).is_some()
    }

    pub fn stated_country(&self, found: &Found) -> Option<String> {
        if !matches!(self.after(found, 1).as_str(), "," | "(") {
            return None;
        }
        let end = self.text.sentences[found.sentence].tokens.end;
        for count in (1..=3).rev() {
            let from = found.tokens.end + 1;
            if from + count > end {
                continue;
            }
            let span = crate::text::Span {
                start: self.text.tokens[from].span.start,
                end: self.text.tokens[from + count - 1].span.end,
            };
            let name = bare(self.text.of(span)).0;
            if !name.starts_with(char::is_uppercase) {
                return None;
            }
            for meaning in self.places.names.named(&super::fold(name)) {
                if let Meaning::Place(_) | Meaning::Province(_) = meaning {
                    let code = self.places.place_country(*meaning);
                    // `Tripoli, Libya` states one; `Tripoli, Syria said` only lists.
                    let fits = |(it, _): &(Meaning, bool)| self.places.place_country(*it) == code;
                    return found.meanings.iter().any(fits).then(|| code.to_owned());
                }
            }
        }
        None
    }

    /// A capitalised word that may be part of a person's name.
    fn is_name(&self, found: &Found, idx: Option<usize>) -> bool {
        let range = &self.text.sentences[found.sentence].tokens;
        let Some(idx) = idx.filter(|idx| range.contains(idx)) else { return false };
        let token = self.text.tokens[idx];
        let word = self.text.of(token.span);
        if token.kind != TokenKind::Word || !word.starts_with(char::is_uppercase) {
            return false;
        }
        let lower = bare(word).0.to_lowercase();
        let words = &self.places.words;
        let common =
            [&words.plain, &words.kinds, &words.bodies].iter().any(|it| it.contains(&lower));
        let acronym = is_upper(word) && word.len() <= 5;
        !common && !acronym && self.places.names.named(&super::fold(bare(word).0)).is_empty()
    }

    fn is_person(&self, found: &Found, cue: Cue) -> bool {
        let words = &self.places.words;
        let before = found.tokens.start.checked_sub(1);
        let last = self.before(found, 1);
        let last = last.trim_end_matches('.');
        if found.style != Style::Capitals
            && (words.titles.contains(last) || words.given.contains(last))
            && self.capital_before(found)
        {
            return true;
        }
        if found.style != Style::Plain {
            return false;
        }
        let sentence = &self.text.sentences[found.sentence];
        let named_before =
            self.is_name(found, before) && found.tokens.start > sentence.tokens.start + 1;
        let named_after = !self.possessive(found) && self.is_name(found, Some(found.tokens.end));
        let namelike = words.namelike.contains(&found.folded);
        // `Hamilton Jordan`
        let named_after = named_after || namelike && words.namelike.contains(&self.after(found, 1));
        let initial = last.len() == 1 && self.capital_before(found);
        if initial {
            return !found.by_hand || namelike;
        }
        if found.by_hand && !namelike {
            // `Bukar Mali Dongo`
            return named_before && named_after && cue == Cue::None;
        }
        if found.by_hand || namelike {
            return named_before || named_after;
        }
        let large = |(it, _): &(Meaning, bool)| match *it {
            Meaning::Record(record) => {
                let gazetteer = &self.places.gazetteer;
                !gazetteer.is_region(record) && gazetteer.population(record) >= 1_000_000
            }
            _ => true,
        };
        if found.meanings.iter().any(large) {
            return named_before && cue == Cue::None;
        }
        // A family name alone: `Mansour said`.
        let speaks = cue == Cue::None && words.says.contains(&self.after(found, 1));
        (named_before || named_after) && cue < Cue::Kind
            || speaks && !found.meanings.iter().any(large)
    }

    fn capital_before(&self, found: &Found) -> bool {
        let Some(idx) = found.tokens.start.checked_sub(1) else { return false };
        let word = self.text.of(self.text.tokens[idx].span);
        // `Gen.` and `general` alike; given names have a capital.
        let lower = word.trim_end_matches('.').to_lowercase();
        word.starts_with(char::is_uppercase) || self.places.words.titles.contains(&lower)
    }

    fn possessive(&self, found: &Found) -> bool {
        found.span.end < self.text.tokens[found.tokens.end - 1].span.end
    }

    /// `Damascus University`, `Front for the Liberation of Palestine`.
    fn in_body(&self, found: &Found) -> bool {
        if found.style == Style::Capitals {
            return false;
        }
        let words = &self.places.words;
        let range = &self.text.sentences[found.sentence].tokens;
        let capital = |idx: usize| {
            range.contains(&idx)
                && self.text.of(self.text.tokens[idx].span).starts_with(char::is_uppercase)
        };
        let next = found.tokens.end;
        let goes_on = !self.possessive(found)
            && found.style == Style::Plain
            && capital(next)
            && words.bodies.contains(&self.after(found, 1));
        let belongs = matches!(self.before(found, 1).as_str(), "of" | "for" | "in")
            && words.of_bodies.contains(&self.before(found, 2))
            && found.tokens.start >= 2
            && capital(found.tokens.start - 2)
            && found.style == Style::Plain;
        let begun = found.style == Style::Plain
            && words.body_starts.contains(&self.before(found, 1))
            && capital(found.tokens.start - 1)
            && found.tokens.start > range.start;
        goes_on || belongs || begun
    }

    /// Whether the candidates can be trusted: a small place of a country that the report does not
    /// speak of is more likely one that the gazetteer lacks.
    pub fn is_located(&self, found: &Found) -> bool {
        let known = |&(meaning, main): &(Meaning, bool)| match meaning {
            Meaning::Record(record) => {
                let record = self.places.gazetteer.record(record);
                let population = if main { record.population } else { record.population / 10 };
                population >= 100_000 || self.countries.relevant(record.country)
            }
            _ => true,
        };
        found.by_hand
            || self.countries.is_empty()
            || found.meanings.iter().any(known)
            || self.states_country(found)
    }

    /// Whether the words before the name make it a person's beyond doubt.
    pub fn names_person(&self, found: &Found) -> bool {
        !found.by_hand
            && found.compound.is_none()
            && found.style == Style::Plain
            && self.cue(found) < Cue::Kind
            && {
                let last = self.before(found, 1);
                let last = last.trim_end_matches('.');
                let words = &self.places.words;
                let named = words.titles.contains(last) || words.given.contains(last);
                named && self.capital_before(found)
                    || self.is_name(found, found.tokens.start.checked_sub(1))
                        && self.cue(found) == Cue::None
            }
    }
}
