//! Time expressions. Comes in: a text and the times of a language. Goes out: [`When`]s, not yet
//! dated, and their resolution to [`Moment`]s and [`Length`]s in a [`Context`]. Never guesses a year.

mod clock;
mod day;
mod holiday;
mod join;
mod lex;
mod rule;
mod tell;
mod words;
mod zone;

use self::{
    clock::Clocks,
    day::Calendar,
    holiday::Holidays,
    join::Sentence,
    lex::Lexer,
    tell::{Amount, Near, Point, Said, Unit},
    words::Words,
    zone::Zones,
};
use crate::{
    mention::Mention,
    pack::{Error, Source},
    text::Text,
    time::{Edge, Length, Moment, Window},
};

/// The times of one language, from `lang/<code>/when.toml`, and the world's holidays and zones.
pub struct Times {
    words: Words,
    zones: Zones,
    holidays: Holidays,
}

/// How the words stand to the event: read off the preposition and the words around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// `on Friday`, `Friday`, `at 8 a.m.`
    At,
    /// `from`, `since`, `starting`, `as of`
    From,
    /// `until`, `to`, `through`
    Until,
    /// `by Friday`, `before`
    By,
    /// `within 48 hours`, `in the next 72 hours`
    Within,
    /// `for three days`, `72-hour`
    For,
    /// `after`, `hours after`
    After,
    /// `last week's truce`, `the Eid truce`: names the truce by its time
    Label,
}

/// A time expression as it stands, not yet dated.
#[derive(Clone, Debug, PartialEq)]
pub struct When {
    pub role: Role,
    said: Said,
    /// On which side of the telling its words and those around it put it.
    lean: Direction,
}

/// What sort of time an expression tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A moment or a stretch: `on Friday`, `last week`.
    Point,
    /// Two ends in one breath: `from 8 a.m. to 8 p.m.`
    Range,
    /// `72-hour`, `three days`
    Length,
    /// `two-day-old`: how long it has lasted so far, never the length it is meant to have.
    Age,
    /// `the day after`, `hours after`: dated by an event, not by the calendar.
    Event,
}

impl When {
    pub fn kind(&self) -> Kind {
        match self.said {
            Said::Point(_) | Said::Zone(_) | Said::Nothing => Kind::Point,
            Said::Range(..) => Kind::Range,
            Said::Length(_) => Kind::Length,
            Said::Age => Kind::Age,
            Said::Event => Kind::Event,
        }
    }

    /// A clock or a part of a day without the day: `at 4 p.m.`, `in the evening`.
    pub fn has_no_day(&self) -> bool {
        let bare =
            |it: &Point| !it.has_day() && !it.daily && it.again.iter().all(|it| !it.has_day());
        match &self.said {
            Said::Point(point) => bare(point) && (point.clock.is_some() || point.part.is_some()),
            Said::Range(first, last) => bare(first) && bare(last),
            _ => false,
        }
    }

    /// The side of the telling by the words of the expression and the verb next to it; what
    /// [`Context::direction`] is asked for where this is unknown.
    pub fn direction(&self) -> Direction {
        self.lean
    }
}

/// The side of the telling on which an undated time lies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Direction {
    Past,
    Future,
    #[default]
    Unknown,
}

/// What a time is resolved against.
#[derive(Clone, Debug, Default)]
pub struct Context {
    /// The day of telling, where it is known.
    pub published: Option<jiff::civil::Date>,
    /// IANA zone of the place the truce is for (`Asia/Damascus`), where one is known.
    pub zone: Option<String>,
    /// ISO 3166 code of that place, for `IST`, holidays, and the order of `9/10`.
    pub country: Option<String>,
    pub direction: Direction,
}

/// What an expression comes to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Resolved {
    /// A single moment, or the whole stretch for `overnight into Thursday`.
    pub moment: Option<Moment>,
    /// A range said in one breath: `from 6 p.m. of December 23 to 6 p.m. of December 26`.
    pub window: Option<Window>,
    pub length: Option<Length>,
    /// The window comes back every day: `between 10 a.m. and 8 p.m. daily`.
    pub daily: bool,
}

impl Times {
    pub fn load(source: &Source, language: &str) -> Result<Times, Error> {
        let zones = Zones::load(source)?;
        let holidays = Holidays::load(source)?;
        let words = Words::load(source, language, &zones, &holidays)?;
        Ok(Times { words, zones, holidays })
    }

    /// Every time expression of a text, in order, none overlapping, the longest winning. The span
    /// takes in the preposition that rules the expression: `until midnight Friday`.
    pub fn find(&self, text: &Text) -> Vec<Mention<When>> {
        let (mut found, mut lex, mut lexer) = (Vec::new(), Vec::new(), Lexer::default());
        for sentence in &text.sentences {
            if lexer.sentence(&self.words, text, text.tokens_of(sentence), &mut lex) {
                Sentence { words: &self.words, lex: &lex, text }.find(&mut found);
            }
        }
        found
    }

    pub fn resolve(&self, when: &Mention<When>, text: &Text, context: &Context) -> Resolved {
        let words = text.of(when.span);
        let it = &when.what;
        match &it.said {
            Said::Length(amount) if it.role == Role::Within => {
                // A time by which, not a length: `within 48 hours`.
                let count = Some(amount.count);
                let near = Some(match it.lean {
                    Direction::Past => Near::Behind(count, amount.unit),
                    _ => Near::Ahead(count, amount.unit),
                });
                let point = Point { near, ..Point::default() };
                let moment = self.moment(&point, it, words, context);
                Resolved { moment, ..Resolved::default() }
            }
            Said::Length(amount) => {
                Resolved { length: length(*amount, words), ..Resolved::default() }
            }
            Said::Point(point)
                if it.role == Role::From && point.day.is_some_and(|day| day.to.is_some()) =>
            {
                // `from 8 to 10 May` has a start and an end, though it is one date to the reader.
                let (mut first, mut second) = (point.clone(), point.clone());
                if let (Some(first), Some(second)) = (&mut first.day, &mut second.day) {
                    (second.day, second.to, first.to) = (first.to, None, None);
                }
                self.range(&first, &second, it, words, context)
            }
            Said::Point(point) => {
                let moment = self.moment(point, it, words, context);
                let open = moment.as_ref().is_some_and(|it| it.edtf.ends_with("/.."));
                let ahead = Window {
                    start: moment.clone().map_or(Edge::Unknown, Edge::NotBefore),
                    end: Edge::Unknown,
                };
                Resolved { moment, window: open.then_some(ahead), daily: point.daily, length: None }
            }
            Said::Range(first, second) => self.range(first, second, it, words, context),
            Said::Event | Said::Age | Said::Zone(_) | Said::Nothing => Resolved::default(),
        }
    }

    fn moment(&self, point: &Point, it: &When, words: &str, context: &Context) -> Option<Moment> {
        let strong = matches!(it.role, Role::Until | Role::By | Role::Within | Role::From);
        let lean = match (point.lean, context.direction) {
            (Some(lean), _) => lean,
            (None, Direction::Unknown) => it.lean,
            (None, _) if strong => it.lean,
            (None, direction) => direction,
        };
        let calendar = Calendar { holidays: &self.holidays, context, lean, role: it.role };
        let clocks = Clocks {
            words: &self.words,
            zones: &self.zones,
            context,
            calendar: &calendar,
            role: it.role,
            text: words,
        };
        clocks.moment(point)
    }

    fn range(
        &self,
        first: &Point,
        second: &Point,
        it: &When,
        words: &str,
        context: &Context,
    ) -> Resolved {
        let (mut first, mut second) = (first.clone(), second.clone());
        // `from 10 a.m. to 2 p.m. on Friday`, `from 8 a.m. Friday to 8 p.m.`: one day for both.
        if !first.has_day() {
            first.day = second.day;
            first.weekday = second.weekday;
            first.near = second.near;
        } else if !second.has_day() {
            second.day = first.day;
            second.weekday = first.weekday;
            second.near = first.near;
        }
        let mut doubt = None;
        if let (Some(one), Some(two)) = (&mut first.day, &second.day)
            && one.year.is_none()
            && let Some(year) = two.year
        {
            // `October 1 to January 12, 2018` starts in the year before.
            let later = (one.month, one.day) >= (two.month, two.day);
            one.year = Some(if later { year - 1 } else { year });
            if later {
                doubt =
                    Some(format!("the year of the start is not printed; taken as {}", year - 1));
            }
        }
        if first.zone.is_none() {
            first.zone = second.zone;
        } else if second.zone.is_none() {
            second.zone = first.zone;
        }
        let taken = When { role: it.role, said: Said::Nothing, lean: Direction::Unknown };
        let it = if doubt.is_some() { &taken } else { it };
        let mut start = self.moment(&first, it, words, context);
        if let Some(start) = &mut start {
            start.doubts.extend(doubt);
        }
        // The end of a range lies ahead of its start.
        let mut until = When { role: Role::Until, said: Said::Nothing, lean: it.lean };
        let mut ahead = context.clone();
        if let Some(date) = start.as_ref().and_then(Moment::date)
            && second.near.is_none()
        {
            ahead.published = Some(date);
            until.lean = Direction::Future;
        }
        let mut end = self.moment(&second, &until, words, &ahead);
        if let (Some(start), Some(end)) = (&start, &mut end)
            && end.latest.is_some_and(|end| start.earliest.is_some_and(|start| end <= start))
        {
            end.doubts
                .push(format!("the end, {}, lies before the start, {}", end.edtf, start.edtf));
        }
        let daily = first.daily || second.daily;
        let moment = match (&start, &end) {
            (Some(start), Some(end)) => Some(Moment::between(start, end, words)),
            _ => None,
        };
        let edge = |it: Option<Moment>| it.map_or(Edge::Unknown, Edge::At);
        let window = Some(Window { start: edge(start), end: edge(end) });
        Resolved { moment, window, daily, length: None }
    }
}

fn length(amount: Amount, words: &str) -> Option<Length> {
    let Amount { count, unit, half } = amount;
    let iso = match (unit, half) {
        (Unit::Minute, false) => format!("PT{count}M"),
        (Unit::Hour, false) => format!("PT{count}H"),
        (Unit::Hour, true) => "PT30M".to_owned(),
        (Unit::Day, false) => format!("P{count}D"),
        (Unit::Day, true) => "PT12H".to_owned(),
        (Unit::Week, false) => format!("P{}D", count * 7),
        (Unit::Month, false) => format!("P{count}M"),
        (Unit::Year, false) => format!("P{count}Y"),
        (Unit::Year, true) => "P6M".to_owned(),
        _ => return None,
    };
    Some(Length { iso, text: words.to_owned() })
}
