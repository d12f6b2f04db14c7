//! Rule lines over lexemes. Comes in: the lexemes of a sentence and a place in it. Goes out: the
//! longest line that fits there and may stand there. Never looks further than a line is long.

use super::{
    lex::{Lex, Num, plausible},
    tell::{Filled, Said},
    words::{Elem, Hole, List, Makes, Needs, Rule, Words},
};

/// What one line read, and the lexeme after it.
pub(super) struct Read {
    pub said: Said,
    pub makes: Makes,
    pub end: usize,
    /// Stands only with a day or a zone beside it.
    pub loose: bool,
}

/// One sentence, looked at through the rules.
pub(super) struct Lines<'a> {
    pub words: &'a Words,
    pub lex: &'a [Lex],
}

impl Lines<'_> {
    /// The longest line from `at`; `chained` where a part of a time stands right before.
    pub fn read(&self, at: usize, chained: bool) -> Option<Read> {
        let first = self.lex.get(at)?;
        if first.num == Num::None && !self.words.sense(first.word).is_some_and(|it| it.starts) {
            return None;
        }
        let mut best = None;
        self.walk(0, at, at, chained, &mut Vec::new(), &mut best);
        best
    }

    fn walk(
        &self,
        node: usize,
        from: usize,
        at: usize,
        chained: bool,
        filled: &mut Vec<(Hole, i32)>,
        best: &mut Option<Read>,
    ) {
        let node = &self.words.nodes[node];
        if let Some(Rule { makes, needs }) = node.rule
            && best.as_ref().is_none_or(|best| best.end < at)
            && self.stands(needs, from, at, chained)
            && !self.cut_short(filled, at)
            && let Some(said) = Filled(filled).said(makes, self.words)
        {
            let loose = needs == Needs::Beside && !chained && !self.cued(from);
            *best = Some(Read { said, makes, end: at, loose });
        }
        // `'s` closes an expression.
        if at > from && self.lex[at - 1].possessive || at >= self.lex.len() {
            return;
        }
        for &(elem, next) in &node.next {
            match elem {
                Elem::Word(word) => {
                    if self.lex[at].word == word && !(self.lex[at].possessive) {
                        self.walk(next, from, at + 1, chained, filled, best);
                    }
                }
                Elem::Number(number) => {
                    if matches!(self.lex[at].num, Num::Int { value, .. } if value == number) {
                        self.walk(next, from, at + 1, chained, filled, best);
                    }
                }
                Elem::Hole(hole) => {
                    let Some((len, value)) = self.fill(hole, at) else { continue };
                    filled.push((hole, value));
                    self.walk(next, from, at + len, chained, filled, best);
                    filled.pop();
                }
            }
        }
    }

    /// A day that is the hour of what follows: the `6` of `December 23 to 6 p.m.`
    fn cut_short(&self, filled: &[(Hole, i32)], at: usize) -> bool {
        filled.len() > 2
            && filled.last().is_some_and(|it| it.0 == Hole::Day)
            && at < self.lex.len()
            && self.fill(Hole::Half, at).is_some()
    }

    /// How many lexemes fill a hole from `at`, and with what.
    fn fill(&self, hole: Hole, at: usize) -> Option<(usize, i32)> {
        let lex = &self.lex[at];
        if let Some(value) = number(hole, lex.num) {
            return Some((1, value));
        }
        let sense = self.words.sense(lex.word)?;
        for (rest, of, value) in &sense.phrases {
            let after = self.lex.get(at + 1..at + 1 + rest.len());
            if *of == hole
                && after.is_some_and(|it| it.iter().map(|it| it.word).eq(rest.iter().copied()))
            {
                return Some((1 + rest.len(), *value));
            }
        }
        let value = |hole| sense.holes.iter().find(|it| it.0 == hole).map(|it| it.1);
        match hole {
            Hole::Month if sense.careful && lex.lower => None,
            Hole::Month => value(hole).map(|it| (1, it)),
            Hole::Wd if lex.lower => None,
            Hole::Hour => value(Hole::N).filter(|it| *it <= 12).map(|it| (1, it)),
            Hole::N => {
                let tens = value(Hole::N)?;
                let ones = self.lex.get(at + 2).and_then(|it| self.words.value(it.word, Hole::N));
                let hyphen = self.lex.get(at + 1).is_some_and(|it| it.word == self.words.hyphen);
                match ones {
                    Some(ones) if hyphen && tens >= 20 && ones < 10 => Some((3, tens + ones)),
                    _ => Some((1, tens)),
                }
            }
            // Only written large, so that `eat` and `turkey` stay words; `0400gmt` is glued.
            Hole::Zone | Hole::Place if lex.lower && !lex.glued => None,
            _ => value(hole).map(|it| (1, it)),
        }
    }

    /// Whether a reading that its own words do not make a time may stand here.
    fn stands(&self, needs: Needs, from: usize, end: usize, chained: bool) -> bool {
        let before = from.checked_sub(1).map(|at| self.lex[at].word);
        let cued = chained || self.cued(from);
        let after = self.lex.get(end);
        match needs {
            Needs::Nothing | Needs::DateBeside | Needs::Part | Needs::Beside => true,
            Needs::Clock => {
                let zone = after.is_some()
                    && (self.fill(Hole::Zone, end).is_some()
                        || self.fill(Hole::Place, end).is_some()
                        || after.is_some_and(|it| it.word == self.words.local));
                let Num::Int { value, .. } = self.lex[from].num else { return zone };
                zone || cued && value < 1000
            }
            Needs::Month => {
                let lex = &self.lex[from];
                let careful = self.words.sense(lex.word).is_some_and(|it| it.careful);
                let labels = after.is_some_and(|it| self.words.is(it.word, List::Label));
                let and = before.is_some_and(|word| self.words.is(word, List::And));
                !careful || cued && (!and || self.between(from)) || labels || lex.possessive
            }
            Needs::Year => {
                // `in 2000 homes`: a round number before a plain word counts things.
                let round =
                    matches!(self.lex[end - 1].num, Num::Int { value, .. } if value % 50 == 0);
                let people = round
                    && after.is_some_and(|it| {
                        it.lower && self.words.sense(it.word).is_none() && !self.cue_word(end)
                    });
                let open = before == Some(self.words.brackets[0])
                    && after.is_some_and(|it| self.words.is(it.word, List::Close));
                let labels = after.is_some_and(|it| self.words.is(it.word, List::Label));
                labels || open || cued && !people || self.lex[end - 1].possessive
            }
            Needs::BareDay => {
                let plain = after.is_none_or(|it| {
                    it.num == Num::None
                        && !(it.mark && self.words.is(it.word, List::Again) && !self.bracket(end))
                        && (self.words.sense(it.word).is_some()
                            && self.words.value(it.word, Hole::Unit).is_none()
                            && !self.words.is(it.word, List::Label)
                            || it.mark)
                });
                cued && plain
            }
            Needs::Slash => cued,
            Needs::ShortYear => after.is_none_or(|it| it.mark),
        }
    }

    /// `between March and May`
    fn between(&self, at: usize) -> bool {
        (at.saturating_sub(6)..at).any(|at| self.words.is(self.lex[at].word, List::BetweenWord))
    }

    fn bracket(&self, at: usize) -> bool {
        let mark = self.lex[at].word;
        self.words.brackets.contains(&mark) || self.words.is(mark, List::Between)
    }

    fn cued(&self, at: usize) -> bool {
        at > 0 && self.cue_word(at - 1)
    }

    fn cue_word(&self, at: usize) -> bool {
        self.lex.get(at).is_some_and(|it| self.words.is(it.word, List::Cue))
    }
}

/// What a number is for a hole.
fn number(hole: Hole, num: Num) -> Option<i32> {
    match (hole, num) {
        (Hole::N, Num::Int { value: value @ 1..=9999, .. }) => Some(value as i32),
        (Hole::Day, Num::Int { value: value @ 1..=31, digits: 1..=2 }) => Some(value as i32),
        (Hole::Day | Hole::Nth, Num::Ordinal(value)) => Some(value.into()),
        (Hole::Year, Num::Int { value, digits: 4 }) if plausible(value as i16) => {
            Some(value as i32)
        }
        (Hole::Be, Num::Int { value: value @ 2443..=2643, digits: 4 }) => Some(value as i32),
        (Hole::Yy, Num::Int { value, digits: 1..=2 }) => Some(value as i32),
        (Hole::Short, Num::Int { value: value @ 80..=99, digits: 2 }) => Some(1900 + value as i32),
        (Hole::Hour, Num::Int { value: value @ 0..=24, digits: 1..=2 }) => Some(value as i32),
        (Hole::Mm, Num::Int { value: value @ 0..=59, digits: 2 }) => Some(value as i32),
        (Hole::Mil, Num::Int { value, digits: 4 }) => {
            let (hour, minute) = (value / 100, value % 100);
            (hour < 24 && minute < 60 || value == 2400).then_some(value as i32)
        }
        (Hole::Hm, Num::Clock { hour, minute }) => Some(i32::from(hour) * 100 + i32::from(minute)),
        (Hole::Hm, Num::Decimal { hour, minute }) => {
            Some(i32::from(hour) * 100 + i32::from(minute))
        }
        (Hole::Iso, Num::Iso { year, month, day }) => {
            Some(i32::from(year) * 10_000 + i32::from(month) * 100 + i32::from(day))
        }
        (Hole::Dotted, Num::Dotted { day, month, year }) => {
            Some(i32::from(day) * 1_000_000 + i32::from(month) * 10_000 + i32::from(year))
        }
        _ => None,
    }
}
