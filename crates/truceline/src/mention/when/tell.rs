//! What words of time say, before any date is known. Comes in: the holes of a rule line. Goes out:
//! [`Point`]s, lengths, ranges. Never asks when the report was written.

use super::words::{Hole, Makes, Words};
use crate::mention::when::Direction;

/// An expression as told.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Said {
    Point(Box<Point>),
    Range(Box<Point>, Box<Point>),
    Length(Amount),
    /// How long a thing has lasted: never the length it is meant to have.
    Age,
    /// Dated by an event: `the day after`, `hours after`.
    Event,
    /// A zone alone: part of a clock, nothing by itself.
    Zone(Zone),
    Nothing,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Amount {
    pub count: u32,
    pub unit: Unit,
    pub half: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Unit {
    Minute,
    Hour,
    Day,
    Week,
    Month,
    Year,
    Weekend,
}

impl Unit {
    fn of(value: i32) -> Option<Unit> {
        use Unit::*;
        Some(match value {
            1 => Minute,
            2 => Hour,
            3 => Day,
            4 | 8 => Week,
            5 => Month,
            6 => Year,
            7 => Weekend,
            _ => return None,
        })
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Zone {
    /// Index of letters, of a place.
    Letters(usize),
    Place(usize),
    Local,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Clock {
    /// 0..=1440; 1440 is 24:00.
    pub minute: u16,
    /// The word midnight, which ends a day or starts it.
    pub midnight: bool,
    /// `one minute past midnight`: minutes to add to the word.
    pub shift: i16,
    /// Said without half of day, so twelve hours later is as well meant.
    pub halfless: bool,
}

/// A date as printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Day {
    pub year: Option<i16>,
    pub month: Option<i8>,
    pub day: Option<i8>,
    /// Last day of `8 to 10 May`.
    pub to: Option<i8>,
    /// `9/10`: the order of day and month is not known.
    pub slash: bool,
    pub third: Option<u8>,
    /// Printed in the Buddhist era.
    pub buddhist: bool,
}

/// A day told by its distance from the day of telling.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Near {
    /// Days from today.
    Day(i32),
    /// `two weeks ago`: units from now, signed.
    Shift(i32, Unit),
    /// `last week`, `this month`.
    Unit(i32, Unit),
    /// `the past 24 hours`, `the last week`; `None` where no number is said.
    Behind(Option<u32>, Unit),
    Ahead(Option<u32>, Unit),
    /// Season 1..=4 with a year, or so many seasons from now.
    Season {
        season: i8,
        year: Option<i16>,
        from_now: i32,
    },
    Holiday {
        holiday: i32,
        year: Option<i16>,
        nth: Option<i32>,
        last: bool,
        third: Option<u8>,
    },
    Hijri {
        month: i32,
        day: i32,
    },
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Point {
    pub day: Option<Day>,
    /// 1 is Monday.
    pub weekday: Option<i8>,
    /// `last Friday`, `next Friday`; with `week`, Friday of that week.
    pub step: Option<i32>,
    pub of_week: bool,
    pub near: Option<Near>,
    pub clock: Option<Clock>,
    pub zone: Option<Zone>,
    pub part: Option<u8>,
    /// The part is only `early` or `late`, so that another may say it better.
    pub edge: bool,
    /// `overnight into`: the stretch begins the evening before.
    pub into: bool,
    pub third: Option<u8>,
    pub about: bool,
    pub daily: bool,
    /// The same instant on other clocks.
    pub again: Vec<Point>,
    /// Stands only with a day beside it.
    pub loose: bool,
    pub lean: Option<Direction>,
}

impl Point {
    pub fn has_day(&self) -> bool {
        self.day.is_some() || self.weekday.is_some() || self.near.is_some()
    }

    /// Said to lie behind by its own words: `last month`, `yesterday`, `two days ago`.
    pub fn is_past(&self) -> bool {
        self.step == Some(-1)
            || matches!(
                self.near,
                Some(
                    Near::Day(..=-1)
                        | Near::Unit(..=-1, _)
                        | Near::Shift(..=-1, _)
                        | Near::Behind(..)
                )
            )
    }

    /// Takes what `other` says, if both can be parts of one time.
    pub fn join(&mut self, other: &Point) -> bool {
        let fine = |point: &Point| {
            point.day.is_some_and(|day| day.day.is_some())
                || point.weekday.is_some()
                || point.near.is_some_and(|near| {
                    matches!(near, Near::Day(_) | Near::Holiday { .. } | Near::Hijri { .. })
                        || matches!(near, Near::Shift(_, unit) if unit >= Unit::Day)
                })
        };
        let week =
            |point: &Point| matches!(point.near, Some(Near::Unit(_, Unit::Week | Unit::Weekend)));
        if self.clock.is_some() && other.clock.is_some()
            || self.part.is_some() && other.part.is_some() && self.edge == other.edge
            || self.day.is_some() && other.day.is_some()
            || self.weekday.is_some() && other.weekday.is_some()
            || self.near.is_some() && other.near.is_some()
            || self.zone.is_some() && other.zone.is_some()
            || self.daily
        {
            return false;
        }
        if self.has_day() && other.has_day() {
            let day_and_week = self.weekday.is_some() && week(other);
            if !(fine(self) && fine(other) || day_and_week) {
                return false;
            }
        }
        let timed = |point: &Point| point.clock.is_some() || point.part.is_some();
        if timed(self) && other.has_day() && !fine(other)
            || timed(other) && self.has_day() && !fine(self)
        {
            return false;
        }
        self.day = self.day.or(other.day);
        self.weekday = self.weekday.or(other.weekday);
        self.step = self.step.or(other.step);
        self.of_week |= other.of_week;
        self.near = self.near.or(other.near);
        self.clock = self.clock.or(other.clock);
        self.zone = self.zone.or(other.zone);
        if self.part.is_none() || self.edge && other.part.is_some() {
            (self.part, self.edge) = (other.part, other.edge);
        }
        self.third = self.third.or(other.third);
        self.about |= other.about;
        self.lean = self.lean.or(other.lean);
        self.loose = self.loose && other.loose;
        self.again.extend(other.again.iter().cloned());
        true
    }
}

/// The holes of a line as they were filled, in order.
pub(super) struct Filled<'a>(pub &'a [(Hole, i32)]);

impl Filled<'_> {
    fn all(&self, hole: Hole) -> impl Iterator<Item = i32> {
        self.0.iter().filter(move |it| it.0 == hole).map(|it| it.1)
    }

    fn get(&self, hole: Hole) -> Option<i32> {
        self.all(hole).next()
    }

    fn unit(&self) -> Option<Unit> {
        let value = self.get(Hole::Unit).or(self.get(Hole::Units)).or(self.get(Hole::Weekend));
        Unit::of(value.or(self.get(Hole::Long))?)
    }

    /// How many of its units a unit is: a fortnight is two weeks.
    fn times(&self) -> u32 {
        if self.get(Hole::Unit) == Some(8) { 2 } else { 1 }
    }

    fn step(&self) -> Option<i32> {
        self.get(Hole::Last).or(self.get(Hole::Next)).or(self.get(Hole::This))
    }

    pub fn said(&self, makes: Makes, words: &Words) -> Option<Said> {
        let mut point = Point::default();
        match makes {
            Makes::Clock => self.clock(&mut point)?,
            Makes::Zone => {
                let zone = match (self.get(Hole::Zone), self.get(Hole::Place)) {
                    (Some(idx), _) => Zone::Letters(idx as usize),
                    (_, Some(idx)) => Zone::Place(idx as usize),
                    _ => Zone::Local,
                };
                return Some(Said::Zone(zone));
            }
            Makes::Date => self.date(&mut point)?,
            Makes::Weekday => {
                point.weekday = self.get(Hole::Weekday).or(self.get(Hole::Wd)).map(|it| it as i8);
                point.step = self.step();
                point.of_week = point.step.is_some() && self.0.first()?.0 == Hole::Weekday;
                point.loose = self.get(Hole::Wd).is_some();
            }
            Makes::Relative => {
                let days = self.get(Hole::Rel).or(self.step()).unwrap_or(0);
                point.near = Some(Near::Day(days + self.get(Hole::Side).unwrap_or(0)));
                point.part = self.get(Hole::Part).map(|it| it as u8);
                if self.get(Hole::Rel).is_none() && point.part.is_none() {
                    point.part = words.tonight;
                }
                if self.get(Hole::Noon).is_some() {
                    self.clock(&mut point)?;
                    point.part = words.tonight;
                }
            }
            Makes::Part => {
                point.part = self.all(Hole::Part).last().map(|it| it as u8);
                point.edge = point.part.is_some_and(|it| words.never_alone.contains(&it));
                point.loose = true;
            }
            Makes::Into => {
                point.part = words.into;
                point.into = true;
                point.weekday = self.get(Hole::Weekday).map(|it| it as i8);
                if point.weekday.is_none() {
                    self.date(&mut point)?;
                }
            }
            Makes::Unit => {
                let unit = self.unit()?;
                let step = self.step().unwrap_or(0);
                point.near = Some(Near::Unit(step, unit));
                point.third = self.get(Hole::Third).map(|it| it as u8);
                if unit <= Unit::Day {
                    return Some(Said::Event);
                }
            }
            Makes::Season => {
                let season = self.get(Hole::Season)? as i8;
                let year = self.get(Hole::Year).map(|it| it as i16);
                point.near =
                    Some(Near::Season { season, year, from_now: self.step().unwrap_or(0) });
            }
            Makes::Shift | Makes::Hence => {
                let sign = if makes == Makes::Shift { -1 } else { 1 };
                let count = self.get(Hole::N).unwrap_or(1) * self.times() as i32;
                point.near = Some(Near::Shift(sign * count, self.unit()?));
            }
            Makes::Behind => {
                let count = self.get(Hole::N).map(|it| it as u32 * self.times());
                point.near = Some(Near::Behind(count, self.unit()?));
            }
            Makes::Ahead => {
                let count = self.get(Hole::N).map(|it| it as u32 * self.times());
                point.near = Some(Near::Ahead(count, self.unit()?));
            }
            Makes::Length => return self.length(false).map(Said::Length),
            Makes::Half => return self.length(true).map(Said::Length),
            Makes::Age => return Some(Said::Age),
            Makes::Event => return Some(Said::Event),
            Makes::Nothing => return Some(Said::Nothing),
            Makes::Hours => return self.hours(),
            Makes::Holiday => {
                point.near = Some(Near::Holiday {
                    holiday: self.get(Hole::Holiday)?,
                    year: self.get(Hole::Year).map(|it| it as i16),
                    nth: self.get(Hole::Nth).filter(|it| *it > 0),
                    last: self.get(Hole::Nth) == Some(0),
                    third: self.get(Hole::Third).map(|it| it as u8),
                });
                point.lean = match self.step() {
                    Some(-1) => Some(Direction::Past),
                    Some(1) => Some(Direction::Future),
                    _ => None,
                };
            }
            Makes::Islamic => {
                let day = self.get(Hole::Day).or(self.get(Hole::Nth))?;
                point.near = Some(Near::Hijri { month: self.get(Hole::Hijri)?, day });
            }
        }
        Some(Said::Point(Box::new(point)))
    }

    fn clock(&self, point: &mut Point) -> Option<()> {
        point.part = self.get(Hole::Part).map(|it| it as u8);
        if let Some(minute) = self.get(Hole::Noon) {
            let midnight = minute == 1440;
            let shift = self.get(Hole::Side).unwrap_or(0) * self.get(Hole::N).unwrap_or(1);
            let minute = if midnight { 0 } else { minute as u16 };
            point.clock = Some(Clock { minute, midnight, shift: shift as i16, halfless: false });
            return Some(());
        }
        let (hour, minute) = match (self.get(Hole::Hm), self.get(Hole::Mil), self.get(Hole::Hour)) {
            (Some(hm), ..) => (hm / 100, hm % 100),
            (_, Some(mil), _) => (mil / 100, mil % 100),
            (_, _, Some(hour)) => (hour, self.get(Hole::Mm).unwrap_or(0)),
            _ => return None,
        };
        let half = self.get(Hole::Half);
        let hour = halved(hour, half);
        let plain = self.get(Hole::Hm).is_some() || self.get(Hole::Mil).is_some();
        let minute = (hour * 60 + minute) as u16;
        let halfless = half.is_none() && !plain && (1..=12).contains(&hour);
        point.clock = Some(Clock { minute, midnight: false, shift: 0, halfless });
        Some(())
    }

    fn hours(&self) -> Option<Said> {
        let hours: Vec<i32> = self.all(Hole::Hour).collect();
        let halves: Vec<i32> = self.all(Hole::Half).collect();
        let (first, second) = (*hours.first()?, *hours.get(1)?);
        let last = halves.last().copied();
        let mut half = halves.first().copied();
        if halves.len() == 1 && half == Some(12) && first > second && first < 12 {
            // `10 to 2 p.m.` starts in the morning.
            half = Some(0);
        }
        let daily = last.is_none();
        let at = |hour: i32, half| {
            let minute = (halved(hour, half) * 60) as u16;
            let clock = Some(Clock { minute, midnight: false, shift: 0, halfless: false });
            Box::new(Point { clock, daily, ..Point::default() })
        };
        Some(Said::Range(at(first, half), at(second, last)))
    }

    fn date(&self, point: &mut Point) -> Option<()> {
        let mut day = Day::default();
        let mut days = self.all(Hole::Day).chain(self.all(Hole::Nth).filter(|it| *it > 0));
        if let Some(iso) = self.get(Hole::Iso) {
            day.year = Some((iso / 10_000) as i16);
            day.month = Some((iso / 100 % 100) as i8);
            day.day = Some((iso % 100) as i8);
        } else if let Some(dotted) = self.get(Hole::Dotted) {
            day.year = Some((dotted % 10_000) as i16);
            day.month = Some((dotted / 10_000 % 100) as i8);
            day.day = Some((dotted / 1_000_000) as i8);
        } else {
            day.year = self.get(Hole::Year).or(self.get(Hole::Short)).map(|it| it as i16);
            if let Some(era) = self.get(Hole::Be) {
                day.year = Some(era as i16 - 543);
                day.buddhist = true;
            }
            day.month = self.get(Hole::Month).map(|it| it as i8);
            day.day = days.next().map(|it| it as i8);
            let second = days.next().map(|it| it as i8);
            let slashed = day.month.is_none() && second.is_some();
            if slashed {
                day.month = day.day;
                day.day = second;
                day.slash = true;
            } else {
                day.to = second;
            }
        }
        day.third = self.get(Hole::Third).map(|it| it as u8);
        if day.to.is_some() && day.to <= day.day {
            return None;
        }
        point.lean = match self.step() {
            Some(-1) => Some(Direction::Past),
            Some(1) => Some(Direction::Future),
            _ => None,
        };
        point.day = Some(day);
        Some(())
    }

    fn length(&self, half: bool) -> Option<Amount> {
        let count = if half { 0 } else { self.get(Hole::N).unwrap_or(1) as u32 };
        let count = count * self.times();
        let unit = self.unit()?;
        Some(Amount { count, unit, half })
    }
}

fn halved(hour: i32, half: Option<i32>) -> i32 {
    match half {
        Some(0) if hour == 12 => 0,
        Some(12) if hour < 12 => hour + 12,
        _ => hour,
    }
}
