//! Parts of a time joined to one expression. Comes in: the lexemes of a sentence. Goes out: clocks with
//! their days, second clocks, ranges, and the role that the word before gives. Never dates anything.

use super::{
    Direction, Role, When,
    lex::{Lex, Num},
    rule::Lines,
    tell::{Point, Said, Unit},
    words::{Hole, List, Makes, Words},
};
use crate::{
    mention::Mention,
    text::{Span, Text},
};

/// How far a verb that tells the side of time may stand.
const FAR: usize = 24;

/// An expression, or words that are none although they look like one.
struct Found {
    said: Option<Said>,
    end: usize,
    /// Where its span ends: a place that only tells the zone, `5 a.m. in Gaza`, stays outside.
    shown: usize,
}

impl Found {
    fn range(first: Point, second: Option<Point>, end: usize) -> Found {
        let second = Box::new(second.unwrap_or_default());
        Found { said: Some(Said::Range(Box::new(first), second)), end, shown: end }
    }
}

/// A point with the lexeme after it and the end of its span.
struct Told {
    point: Point,
    end: usize,
    shown: usize,
}

/// No report tells one instant on more clocks than this.
const CLOCKS: usize = 6;

pub(super) struct Sentence<'a> {
    pub words: &'a Words,
    pub lex: &'a [Lex],
    pub text: &'a Text,
}

impl Sentence<'_> {
    fn lines(&self) -> Lines<'_> {
        Lines { words: self.words, lex: self.lex }
    }

    fn is(&self, at: usize, list: List) -> bool {
        self.lex.get(at).is_some_and(|it| !it.possessive && self.words.is(it.word, list))
    }

    pub fn find(&self, into: &mut Vec<Mention<When>>) {
        let mut at = 0;
        let mut free = 0;
        while at < self.lex.len() {
            match self.expression(at) {
                Some(Found { said: Some(said), end, shown }) => {
                    into.push(self.mention(said, at, shown, free));
                    at = end;
                    free = end;
                }
                Some(Found { end, .. }) => at = end.max(at + 1),
                None => at += 1,
            }
        }
    }

    fn expression(&self, at: usize) -> Option<Found> {
        let read = self.lines().read(at, false)?;
        match read.said {
            Said::Zone(_) => None,
            Said::Nothing => Some(Found { said: None, end: read.end, shown: read.end }),
            Said::Point(_) => {
                let Told { point: first, end, shown } = self.point(at, false)?;
                if let Some((second, end)) = self.range(at, &first, end) {
                    let (first, second, end) = self.daily(first, Some(second), end);
                    return Some(Found::range(first, second, end));
                }
                if first.loose && !self.cued_part(at, &first) {
                    return Some(Found { said: None, end: at + 1, shown });
                }
                let (first, _, after) = self.daily(first, None, end);
                let shown = if after > end { after } else { shown };
                Some(Found { said: Some(Said::Point(Box::new(first))), end: after, shown })
            }
            Said::Range(mut first, mut second) => {
                let mut end = read.end;
                if let Some((zone, after)) = self.zone(end) {
                    (first.zone, second.zone) = (Some(zone), Some(zone));
                    end = after;
                }
                if let Some((day, after)) = self.next_part(end)
                    && second.join(&day)
                {
                    first.join(&day);
                    end = after;
                }
                let (first, second, end) = self.daily(*first, Some(*second), end);
                Some(Found::range(first, second, end))
            }
            said => Some(Found { said: Some(said), end: read.end, shown: read.end }),
        }
    }

    /// `at dawn`, `by nightfall`, `overnight`: a part of day that stands without a day.
    fn cued_part(&self, at: usize, point: &Point) -> bool {
        let Some(part) = point.part else { return false };
        let cued = at > 0 && self.is(at - 1, List::Cue);
        (cued || self.words.alone.contains(&part)) && !self.words.never_alone.contains(&part)
    }

    /// A point from `at`: a part of a time and every part that joins it.
    fn point(&self, at: usize, nested: bool) -> Option<Told> {
        let read = self.lines().read(at, false)?;
        let Said::Point(point) = read.said else { return None };
        let (mut point, mut end) = (*point, read.end);
        point.loose |= read.loose;
        let mut shown = end;
        let mut clocked = read.makes == Makes::Clock;
        while end < self.lex.len() && !self.lex[end - 1].possessive {
            if clocked
                && point.zone.is_none()
                && let Some((zone, after)) = self.zone(end)
            {
                point.zone = Some(zone);
                point.loose = false;
                if nested || !self.is(end, List::Between) {
                    shown = after;
                }
                end = after;
                continue;
            }
            if !nested
                && point.again.len() < CLOCKS
                && let Some(after) = self.again(&mut point, end)
            {
                end = after;
                clocked = false;
            } else if let Some((next, after)) = self.next_part(end)
                && point.join(&next)
            {
                clocked = next.clock.is_some();
                end = after;
            } else {
                break;
            }
            shown = end;
        }
        Some(Told { point, end, shown })
    }

    fn zone(&self, at: usize) -> Option<(super::tell::Zone, usize)> {
        let read = self.lines().read(at, true)?;
        let Said::Zone(zone) = read.said else { return None };
        Some((zone, read.end))
    }

    /// The next part of the same time, over at most two words between.
    fn next_part(&self, at: usize) -> Option<(Point, usize)> {
        for skip in 0..=2 {
            if let Some(read) = self.lines().read(at + skip, true)
                && let Said::Point(point) = read.said
            {
                return Some((*point, read.end));
            }
            if !self.is(at + skip, List::Between) {
                return None;
            }
        }
        None
    }

    /// Second clocks for the same instant: `(0500 GMT)`, `, 10 p.m. EDT`, `(0915 GMT; 2.45 pm in Delhi)`.
    fn again(&self, point: &mut Point, at: usize) -> Option<usize> {
        if !self.is(at, List::Again) {
            return None;
        }
        let open = self.lex[at].word == self.words.brackets[0]
            || self.lex[at].word == self.words.brackets[1];
        let (mut found, mut end) = (Vec::new(), at + 1);
        loop {
            let (about, start) = if open { self.skip_inside(end) } else { (false, end) };
            let Some(Told { point: mut other, end: after, .. }) = self.point(start, true) else {
                break;
            };
            if other.clock.is_none() && open && found.is_empty() && self.is(after, List::Close) {
                // A date or weekday in brackets belongs to the time itself.
                return point.join(&other).then_some(after + 1);
            }
            if other.clock.is_none() || other.zone.is_none() {
                break;
            }
            other.about |= about;
            found.push(other);
            end = after;
            if !open || found.len() >= CLOCKS || !self.is(end, List::More) {
                break;
            }
            end += 1;
        }
        if found.is_empty() || point.clock.is_none() && !open {
            return None;
        }
        if open {
            // Words after the clock, `(0500 GMT, officials said)`, end the bracket elsewhere.
            let close = (end..self.lex.len().min(end + 1)).find(|at| self.is(*at, List::Close));
            end = close? + 1;
        }
        point.again.extend(found);
        Some(end)
    }

    fn skip_inside(&self, mut at: usize) -> (bool, usize) {
        let mut about = false;
        for _ in 0..3 {
            if !self.is(at, List::Inside) {
                break;
            }
            about |= self.is(at, List::About);
            at += 1;
        }
        (about, at)
    }

    /// The end of a range that starts with `first`.
    fn range(&self, at: usize, first: &Point, end: usize) -> Option<(Point, usize)> {
        if first.loose || self.lex[end - 1].possessive {
            return None;
        }
        let (role, ..) = self.role(at, 0);
        let between = at > 0 && self.is(at - 1, List::BetweenWord);
        let dash = self.lex.get(end).is_some_and(|it| it.mark) || self.is_hyphen(end);
        let joined = self.is(end, List::To) || between && self.is(end, List::And);
        if !joined || !dash && !between && role != Role::From && role != Role::For {
            return None;
        }
        let mut start = end + 1;
        for _ in 0..2 {
            let read = self.lines().read(start, true);
            if read.is_some_and(|it| matches!(it.said, Said::Point(_))) {
                break;
            }
            if !self.is(start, List::Between) && !self.is(start, List::Before) {
                return None;
            }
            start += 1;
        }
        let Told { point: second, end: after, .. } = self.point(start, false)?;
        let alike = first.clock.is_some() == second.clock.is_some()
            || first.has_day() && second.has_day()
            || first.clock.is_some() && second.part.is_some();
        (alike && !second.loose || second.part.is_some()).then_some((second, after))
    }

    fn is_hyphen(&self, at: usize) -> bool {
        self.lex.get(at).is_some_and(|it| it.word == self.words.hyphen)
    }

    fn daily(
        &self,
        mut first: Point,
        mut second: Option<Point>,
        end: usize,
    ) -> (Point, Option<Point>, usize) {
        let clocked = first.clock.is_some();
        for phrase in &self.words.daily {
            let after = self.lex.get(end..end + phrase.len());
            if clocked
                && after.is_some_and(|it| it.iter().map(|it| it.word).eq(phrase.iter().copied()))
            {
                first.daily = true;
                if let Some(second) = &mut second {
                    second.daily = true;
                }
                return (first, second, end + phrase.len());
            }
        }
        (first, second, end)
    }

    /// Role, start of the preposition that belongs to the expression, whether it is approximate.
    fn role(&self, at: usize, free: usize) -> (Role, usize, bool, Option<usize>) {
        let (mut role, mut start, mut about, mut prep) = (None, at, false, None);
        let mut here = at;
        for _ in 0..4 {
            let cue = self.words.cues.iter().find(|cue| {
                let from = here.checked_sub(cue.phrase.len());
                from.is_some_and(|from| {
                    from >= free
                        // One preposition of place in time: `took over on Thursday`.
                        && !(role == Some(Role::At) && cue.inside && cue.role == Role::At)
                        && self.lex[from..here]
                            .iter()
                            .map(|it| it.word)
                            .eq(cue.phrase.iter().copied())
                })
            });
            match cue {
                Some(cue) if cue.inside => {
                    role = Some(cue.role);
                    here -= cue.phrase.len();
                    start = here;
                    prep = Some(here);
                    if cue.role != Role::At {
                        break;
                    }
                }
                Some(cue) => {
                    role = Some(cue.role);
                    break;
                }
                None if here > free && self.is(here - 1, List::Before) && role.is_none() => {
                    here -= 1;
                    about |= self.is(here, List::About);
                }
                None => break,
            }
        }
        (role.unwrap_or(Role::At), start, about, prep)
    }

    fn mention(&self, mut said: Said, at: usize, end: usize, free: usize) -> Mention<When> {
        let (mut role, mut start, about, prep) = self.role(at, free);
        let mut last = end - 1;
        // `last night 's`, `hours'`
        let mut owner = self.lex[last].possessive;
        if let Some(mark) = self.lex.get(end)
            && mark.word == self.words.apostrophe
            && mark.span.start - self.lex[last].span.end <= 1
        {
            let s = self.lex.get(end + 1).filter(|it| {
                it.span.start == mark.span.end && self.text.of(it.span).eq_ignore_ascii_case("s")
            });
            let plural = mark.span.start == self.lex[last].span.end
                && self.text.of(self.lex[last].span).ends_with(['s', 'S']);
            if s.is_some() {
                (owner, last) = (true, end + 1);
            } else if plural {
                (owner, last) = (true, end);
            }
        }
        let labels = self.is(last + 1, List::Label);
        // An article between the preposition and the time: `in the May truce`, not `in May`.
        let article = prep.is_none_or(|prep| prep + 1 < at);
        let mut governs = role;
        match &mut said {
            Said::Length(amount) => {
                let attribute =
                    labels || owner || end > at + 1 && self.is_hyphen(end - 2) || end == at + 1;
                if attribute {
                    (role, start) = (Role::For, at);
                    governs = role;
                } else if role == Role::At
                    && amount.unit < Unit::Year
                    && prep.is_some_and(|at| self.is(at, List::In))
                {
                    // Not `the first in ten years`.
                    role = Role::Within;
                    governs = role;
                }
            }
            Said::Point(point) => {
                point.about |= about;
                if owner || labels && article {
                    (role, start) = (Role::Label, at);
                    governs = role;
                } else if role == Role::For {
                    role = Role::At;
                } else if role == Role::Until && point.is_past() {
                    // `the truce they agreed to last month`
                    (role, start) = (Role::At, at);
                    governs = role;
                }
            }
            Said::Range(..) => {
                if labels && article || owner {
                    (role, start) = (Role::Label, at);
                } else {
                    role = Role::At;
                }
                if at > free && self.is(at - 1, List::BetweenWord) {
                    start = at - 1;
                }
            }
            Said::Age => (role, start) = (Role::Label, at),
            Said::Event if role == Role::At => (role, start) = (Role::After, at),
            _ => {}
        }
        let lean = self.lean(governs, start, end);
        let span = Span { start: self.lex[start].span.start, end: self.lex[last].span.end };
        Mention { span, what: When { role, said, lean } }
    }

    /// On which side of the telling the words around put an expression.
    fn lean(&self, role: Role, start: usize, end: usize) -> Direction {
        let from = start.saturating_sub(FAR);
        let ahead = |at: usize| {
            let lex = &self.lex[at];
            let month = !lex.lower && self.words.value(lex.word, Hole::Month).is_some();
            self.is(at, List::Future) && !month
        };
        let side = |at: usize| {
            let lex = &self.lex[at];
            let word = self.text.of(lex.span);
            let large = word.bytes().all(|byte| byte.is_ascii_uppercase());
            let ending = |it: &String| {
                let tail = word.len().checked_sub(it.len()).and_then(|cut| word.get(cut..));
                (lex.lower || large)
                    && word.len() > it.len() + 2
                    && tail.is_some_and(|tail| tail.eq_ignore_ascii_case(it))
            };
            if ahead(at) {
                Some(Direction::Future)
            } else if self.is(at, List::Past)
                || lex.num == Num::None
                    && self.words.sense(lex.word).is_none()
                    && self.words.past_endings.iter().any(ending)
            {
                Some(Direction::Past)
            } else {
                None
            }
        };
        let verb = (from..start).rev().find_map(|at| match side(at)? {
            // `will be renewed`
            Direction::Past if (at.saturating_sub(3)..at).any(ahead) => {
                Some((at, Direction::Future))
            }
            side => Some((at, side)),
        });
        // A past verb far off often rules another clause: `had stopped … to make way for a truce on`.
        let nearest = verb
            .filter(|(at, side)| *side == Direction::Future || start - at <= FAR / 2)
            .map(|it| it.1);
        match role {
            Role::Within => nearest.unwrap_or(Direction::Future),
            Role::Until | Role::By | Role::From => {
                let near = start.saturating_sub(5);
                let lasted = (near..start).any(|at| self.is(at, List::Lasted));
                let since = self.lex[start].word == self.words.since;
                let after = (end..self.lex.len().min(end + FAR / 2)).find_map(side);
                match nearest.or(after) {
                    _ if lasted || since => Direction::Past,
                    // `prolonged it from Thursday`: yesterday or next week.
                    Some(Direction::Past) if role == Role::From => Direction::Unknown,
                    _ => Direction::Future,
                }
            }
            _ => nearest
                .or_else(|| (end..self.lex.len().min(end + FAR / 2)).find_map(side))
                .unwrap_or(Direction::Unknown),
        }
    }
}
