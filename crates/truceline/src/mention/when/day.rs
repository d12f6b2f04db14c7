//! Which day. Comes in: a [`Point`] and the day of telling. Goes out: days, or a month and day whose
//! year is unknown. Never takes a year that neither the words nor the day of telling give.

use jiff::{
    ToSpan,
    civil::{Date, Weekday},
};

use super::{
    Context, Direction, Role,
    holiday::Holidays,
    tell::{Day, Near, Point, Unit},
};
use crate::time::Precision;

/// The days an expression speaks of.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Days {
    Known {
        first: Date,
        last: Date,
        precision: Precision,
        about: bool,
        open: bool,
    },
    /// `XXXX-07-06`, `XXXX-07`
    NoYear {
        month: i8,
        day: Option<i8>,
        to: Option<i8>,
    },
    /// `Wednesday` on a page without a date.
    Unknown,
}

/// A day up to this far on the wrong side of the telling is still the nearest: `from July 6` on July 7.
const NEAR: i32 = 45;
/// The same for a day of the month alone: `from the 6th` on the 7th.
const CLOSE: i32 = 3;

pub(super) struct Calendar<'a> {
    pub holidays: &'a Holidays,
    pub context: &'a Context,
    pub lean: Direction,
    pub role: Role,
}

impl Days {
    fn one(date: Date) -> Days {
        Days::span(date, date, Precision::Day)
    }

    fn span(first: Date, last: Date, precision: Precision) -> Days {
        Days::Known { first, last, precision, about: false, open: false }
    }
}

impl Calendar<'_> {
    pub fn days(&self, point: &Point, doubts: &mut Vec<String>) -> Option<Days> {
        let mut lean = point.lean.unwrap_or(self.lean);
        if lean == Direction::Unknown && self.role == Role::Label {
            // What a time names is mostly there already.
            lean = Direction::Past;
        }
        let told = self.context.published;
        let mut days = match (&point.day, &point.near, point.weekday) {
            (Some(day), near, _) => {
                let days = self.printed(day, lean, doubts);
                let limit = matches!(self.role, Role::Until | Role::By);
                if day.year.is_some()
                    && lean == Direction::Future
                    && (limit || point.clock.is_some())
                    && let (Some(told), Some(Days::Known { last, .. })) = (told, &days)
                    && *last < told.saturating_sub(60.days())
                {
                    doubts.push(format!(
                        "the report is of {told}; a time ahead of it is printed as {last}"
                    ));
                }
                if let (Some(near), Some(Days::Known { first, .. })) = (near, &days) {
                    self.check_near(near, *first, lean, doubts);
                }
                days?
            }
            (None, Some(near), weekday) => match (weekday, near) {
                (Some(weekday), Near::Unit(step, Unit::Week | Unit::Weekend)) => {
                    let (monday, _) = week(told?, *step);
                    Days::one(monday.saturating_add((i32::from(weekday) - 1).days()))
                }
                _ => self.near(near, lean, doubts)?,
            },
            (None, None, Some(weekday)) => self.weekday(weekday, point, lean, doubts),
            (None, None, None) => return None,
        };
        if let (Some(weekday), Days::Known { first, last, precision: Precision::Day, .. }) =
            (point.weekday, &days)
            && first == last
            && first.weekday().to_monday_one_offset() != weekday
        {
            doubts.push(format!(
                "{} is a {}; the report says {}",
                first.strftime("%B %-d, %Y"),
                first.strftime("%A"),
                name(weekday)
            ));
        }
        if let Some(third) = point.third
            && let Days::Known { first, last, .. } = &mut days
        {
            (*first, *last) = self.thirds(*first, *last, third);
        }
        Some(days.fine())
    }

    fn printed(&self, day: &Day, lean: Direction, doubts: &mut Vec<String>) -> Option<Days> {
        if day.slash {
            return self.slashed(day, lean, doubts);
        }
        if day.buddhist
            && let Some(year) = day.year
        {
            doubts.push(format!("printed as {} of the Buddhist era, taken as {year}", year + 543));
        }
        let told = self.context.published;
        let Some(month) = day.month else {
            if let Some(number) = day.day {
                return Some(match told {
                    Some(told) => self.bare_day(number, told, lean)?,
                    None => Days::Unknown,
                });
            }
            let year = day.year?;
            let (first, last) = (Date::new(year, 1, 1).ok()?, Date::new(year, 12, 31).ok()?);
            let (first, last) = day.third.map_or((first, last), |it| self.thirds(first, last, it));
            return Some(Days::span(first, last, Precision::Year).fine());
        };
        let year = match (day.year, told) {
            (Some(year), _) => year,
            (None, Some(told)) => nearest_year(month, day.day, told, lean)?,
            (None, None) => {
                let valid = day.day.is_none_or(|it| Date::new(2000, month, it).is_ok());
                return valid.then_some(Days::NoYear { month, day: day.day, to: day.to });
            }
        };
        let Some(number) = day.day else {
            let first = Date::new(year, month, 1).ok()?;
            let (first, last) = (first, first.last_of_month());
            let (first, last) = day.third.map_or((first, last), |it| self.thirds(first, last, it));
            return Some(Days::span(first, last, Precision::Month).fine());
        };
        let first = Date::new(year, month, number).ok()?;
        let last = match day.to {
            Some(to) => Date::new(year, month, to).ok()?,
            None => first,
        };
        Some(Days::span(first, last, Precision::Day))
    }

    /// `9/10`: two candidates, unless only one is a date.
    fn slashed(&self, day: &Day, lean: Direction, doubts: &mut Vec<String>) -> Option<Days> {
        let (a, b) = (day.month?, day.day?);
        let read = |month: i8, number: i8| {
            let day = Day { month: Some(month), day: Some(number), slash: false, ..*day };
            (month <= 12).then(|| self.printed(&day, lean, &mut Vec::new())).flatten()
        };
        match (read(a, b), read(b, a)) {
            (Some(one), None) | (None, Some(one)) => Some(one),
            (Some(one), Some(two)) if one == two => Some(one),
            (Some(one), Some(two)) => {
                doubts.push(format!("{a}/{b} is {} or {}", written(&one), written(&two)));
                let (Days::Known { first: one, .. }, Days::Known { first: two, .. }) = (one, two)
                else {
                    return Some(Days::Unknown);
                };
                Some(Days::span(one.min(two), one.max(two), Precision::Month).between())
            }
            (None, None) => None,
        }
    }

    /// `the 27th`: of the month in which it lies on the right side.
    fn bare_day(&self, number: i8, told: Date, lean: Direction) -> Option<Days> {
        let month = |step: i32| {
            let first = told.first_of_month().saturating_add(step.months());
            Date::new(first.year(), first.month(), number).ok()
        };
        let candidates: Vec<Date> = [-1, 0, 1].into_iter().filter_map(month).collect();
        let distance = |date: &Date| days_between(told, *date);
        let close = candidates.iter().min_by_key(|date| distance(date).abs())?;
        if distance(close).abs() <= CLOSE {
            return Some(Days::one(*close));
        }
        let side = |date: &&Date| match lean {
            Direction::Past => distance(date) <= 0,
            Direction::Future => distance(date) >= 0,
            Direction::Unknown => true,
        };
        let best = candidates.iter().filter(side).min_by_key(|date| distance(date).abs());
        best.or(candidates.first()).copied().map(Days::one)
    }

    /// The first, middle or last third of a stretch; its end as a limit is its last day.
    fn thirds(&self, first: Date, last: Date, third: u8) -> (Date, Date) {
        let days = days_between(first, last) + 1;
        let at = |part: i32| first.saturating_add((days * part / 3).days());
        match third {
            1 => (first, at(1)),
            2 => (at(1), at(2)),
            4 if matches!(self.role, Role::Until | Role::By) => (last, last),
            _ => (at(2), last),
        }
    }

    fn check_near(&self, near: &Near, printed: Date, lean: Direction, doubts: &mut Vec<String>) {
        let Some(Days::Known { first, last, .. }) = self.near(near, lean, &mut Vec::new()) else {
            return;
        };
        if !(first..=last).contains(&printed) {
            doubts.push(format!(
                "told on {}, those words mean {}; the report says {}",
                self.context
                    .published
                    .map_or(String::new(), |it| it.strftime("%B %-d").to_string()),
                first.strftime("%B %-d"),
                printed.strftime("%B %-d"),
            ));
        }
    }

    fn near(&self, near: &Near, lean: Direction, doubts: &mut Vec<String>) -> Option<Days> {
        if let Near::Holiday { .. } | Near::Hijri { .. } = near {
            return self.holiday(near, lean, doubts);
        }
        if let Near::Season { season, year: Some(year), .. } = near {
            return season_of(*season, *year);
        }
        let Some(told) = self.context.published else { return Some(Days::Unknown) };
        let day = |days: i64| told.saturating_add(days.days());
        Some(match *near {
            Near::Day(step) => Days::one(day(step.into())),
            Near::Shift(count, unit) => {
                let about = |first, last, precision| Days::Known {
                    first,
                    last,
                    precision,
                    about: true,
                    open: false,
                };
                match unit {
                    Unit::Minute => Days::one(told),
                    Unit::Hour if count.abs() < 24 => {
                        let other = day(i64::from(count.signum()));
                        Days::span(told.min(other), told.max(other), Precision::Day)
                    }
                    Unit::Hour => Days::one(day((count / 24).into())),
                    Unit::Day | Unit::Weekend => Days::one(day(count.into())),
                    Unit::Week => {
                        let date = day(i64::from(count) * 7);
                        about(date, date, Precision::Week)
                    }
                    Unit::Month => {
                        let first = told.saturating_add(count.months()).first_of_month();
                        Days::span(first, first.last_of_month(), Precision::Month)
                    }
                    Unit::Year => year_of(told.year().saturating_add(count as i16))?,
                }
            }
            Near::Unit(step, unit) => match unit {
                Unit::Week => {
                    let (first, last) = week(told, step);
                    let past = step == 0 && lean == Direction::Past;
                    Days::span(first, if past { told } else { last }, Precision::Week)
                }
                Unit::Month => {
                    let first = told.first_of_month().saturating_add(step.months());
                    Days::span(first, first.last_of_month(), Precision::Month)
                }
                Unit::Year => year_of(told.year() + step as i16)?,
                Unit::Weekend => {
                    let (first, last) = weekend(told, step, lean);
                    Days::span(first, last, Precision::Week)
                }
                Unit::Minute | Unit::Hour | Unit::Day => return None,
            },
            Near::Behind(count, unit) => {
                let back = before(told, count.unwrap_or(1), unit)?;
                Days::span(back, told, coarse(unit)).between()
            }
            Near::Ahead(Some(count), unit) => {
                Days::span(told, after(told, count, unit)?, coarse(unit)).between()
            }
            Near::Ahead(None, unit) => Days::Known {
                first: told,
                last: told,
                precision: coarse(unit),
                about: false,
                open: true,
            },
            Near::Season { season, year: None, from_now } => {
                let seasons: Vec<Days> =
                    (-2..=2).filter_map(|step| season_of(season, told.year() + step)).collect();
                let ended = |days: &&Days| matches!(days, Days::Known { last, .. } if *last < told);
                let begins =
                    |days: &&Days| matches!(days, Days::Known { first, .. } if *first > told);
                let now = |days: &&Days| !ended(days) && !begins(days);
                let found = match from_now {
                    -1 => seasons.iter().rev().find(ended),
                    1 => seasons.iter().find(begins),
                    _ => seasons.iter().find(now).or_else(|| match lean {
                        Direction::Past => seasons.iter().rev().find(ended),
                        _ => seasons.iter().find(begins),
                    }),
                };
                found?.clone()
            }
            Near::Season { .. } | Near::Holiday { .. } | Near::Hijri { .. } => return None,
        })
    }

    fn holiday(&self, near: &Near, lean: Direction, doubts: &mut Vec<String>) -> Option<Days> {
        let told = self.context.published;
        let (year, dates): (Option<i16>, Vec<(Date, Date)>) = match *near {
            Near::Holiday { holiday, year, nth, last, third } => {
                let holiday = self.holidays.meant(holiday, self.context.country.as_deref());
                let Some(from) = year.or(told.map(|it| it.year())) else {
                    let day = self.holidays.fixed(holiday).filter(|_| nth.is_none());
                    return Some(match day {
                        Some((month, day)) => Days::NoYear { month, day: Some(day), to: None },
                        None => Days::Unknown,
                    });
                };
                let (from, to) = if year.is_some() { (from, from) } else { (from - 1, from + 1) };
                let kept = self.holidays.kept(holiday, from, to);
                let sighted = kept.iter().any(|it| self.holidays.of(it.holiday).sighted);
                if sighted {
                    doubts.push("dated by the Umm al-Qura calendar; where the moon is sighted it may be a day off".to_owned());
                }
                let pick = |first: Date, end: Date| {
                    if let Some(nth) = nth {
                        let date = first.saturating_add((nth - 1).days());
                        return (date, date);
                    }
                    if last || third >= Some(3) {
                        return (end, end);
                    }
                    if third == Some(1) { (first, first) } else { (first, end) }
                };
                (year, kept.iter().map(|it| pick(it.first, it.last)).collect())
            }
            Near::Hijri { month, day } => {
                let Some(told) = told else { return Some(Days::Unknown) };
                doubts.push("dated by the Umm al-Qura calendar; where the moon is sighted it may be a day off".to_owned());
                let year = told.year();
                let dates = self.holidays.hijri(month, day.into(), year - 1, year + 1);
                (None, dates.into_iter().map(|it| (it, it)).collect())
            }
            _ => return None,
        };
        let (first, last) = match (year, told) {
            (Some(_), _) | (None, None) => dates.first().copied(),
            (None, Some(told)) => {
                let far = |it: &&(Date, Date)| {
                    if it.0 > told {
                        days_between(told, it.0)
                    } else {
                        days_between(it.1, told).max(0)
                    }
                };
                let nearest = dates.iter().min_by_key(far)?;
                if far(&nearest) <= NEAR {
                    Some(*nearest)
                } else {
                    let side = |it: &&(Date, Date)| match lean {
                        Direction::Past => it.0 <= told,
                        Direction::Future => it.1 >= told,
                        Direction::Unknown => true,
                    };
                    dates.iter().filter(side).min_by_key(far).copied()
                }
            }
        }?;
        let long = days_between(first, last) > 20;
        Some(
            Days::span(first, last, if long { Precision::Month } else { Precision::Day }).between(),
        )
    }

    fn weekday(
        &self,
        weekday: i8,
        point: &Point,
        lean: Direction,
        doubts: &mut Vec<String>,
    ) -> Days {
        let Some(told) = self.context.published else {
            doubts.push(format!("without a day of telling, which {} is not known", name(weekday)));
            return Days::Unknown;
        };
        let Ok(wanted) = Weekday::from_monday_one_offset(weekday) else { return Days::Unknown };
        let ahead = i64::from(told.weekday().until(wanted));
        let behind = i64::from(told.weekday().since(wanted));
        let step = match (point.step, lean) {
            (Some(step), _) if point.of_week => {
                let (monday, _) = week(told, step);
                return Days::one(monday.saturating_add((i32::from(weekday) - 1).days()));
            }
            (Some(-1), _) => {
                if behind == 0 {
                    -7
                } else {
                    -behind
                }
            }
            (Some(1), _) => {
                let coming = if ahead == 0 { 7 } else { ahead };
                let same_week = told.weekday().to_monday_one_offset() < weekday;
                if same_week {
                    doubts.push(format!(
                        "next {} is {} or a week later",
                        name(weekday),
                        told.saturating_add(coming.days()).strftime("%B %-d"),
                    ));
                }
                coming
            }
            (_, Direction::Future) => ahead,
            (None, Direction::Unknown) if self.role == Role::From && behind == 1 => {
                let other = told.saturating_add(ahead.days());
                doubts.push(format!("from {} may be {}", name(weekday), other.strftime("%B %-d")));
                -1
            }
            (None, Direction::Unknown) if self.role == Role::From => ahead,
            (None, Direction::Unknown) if ahead == 1 => ahead,
            (Some(0), Direction::Unknown) => ahead,
            _ => -behind,
        };
        Days::one(told.saturating_add(step.days()))
    }
}

impl Days {
    /// A month or year that came down to one day is that day.
    fn fine(self) -> Days {
        match self {
            Days::Known { first, last, about: false, open: false, .. } if first == last => {
                Days::one(first)
            }
            other => other,
        }
    }

    /// Days that stand for a stretch: written as first and last, however long.
    fn between(self) -> Days {
        match self {
            Days::Known { first, last, precision, about, open } => {
                let precision = match precision {
                    Precision::Month | Precision::Year | Precision::Season => Precision::Week,
                    other => other,
                };
                Days::Known { first, last, precision, about, open }
            }
            other => other,
        }
    }
}

/// Monday to Sunday; told on a Sunday, `last week` is the week that has just passed: Sunday to Saturday.
fn week(told: Date, step: i32) -> (Date, Date) {
    let since = if told.weekday() == Weekday::Sunday && step < 0 {
        0
    } else {
        i64::from(told.weekday().since(Weekday::Monday))
    };
    let monday = told.saturating_sub(since.days()).saturating_add((step * 7).days());
    (monday, monday.saturating_add(6.days()))
}

fn weekend(told: Date, step: i32, lean: Direction) -> (Date, Date) {
    let number = i64::from(told.weekday().to_monday_one_offset());
    let on = number >= 6;
    let saturday = told.saturating_add((6 - number).days());
    let weeks = match step {
        0 if !on && (lean == Direction::Past || lean == Direction::Unknown && number <= 3) => -1,
        0 => 0,
        -1 => -1,
        _ if on => 1,
        _ => 0,
    };
    let saturday = saturday.saturating_add((weeks * 7).days());
    (saturday, saturday.saturating_add(1.days()))
}

fn season_of(season: i8, year: i16) -> Option<Days> {
    let first = Date::new(year, 3 * season, 1).ok()?;
    let last = first.saturating_add(2.months()).last_of_month();
    Some(Days::span(first, last, Precision::Season))
}

fn year_of(year: i16) -> Option<Days> {
    let (first, last) = (Date::new(year, 1, 1).ok()?, Date::new(year, 12, 31).ok()?);
    Some(Days::span(first, last, Precision::Year))
}

fn coarse(unit: Unit) -> Precision {
    match unit {
        Unit::Minute | Unit::Hour | Unit::Day => Precision::Day,
        _ => Precision::Week,
    }
}

fn before(told: Date, count: u32, unit: Unit) -> Option<Date> {
    let count = i64::from(count.min(5000));
    Some(match unit {
        Unit::Minute => told,
        Unit::Hour => told.checked_sub(((count + 23) / 24).days()).ok()?,
        Unit::Day | Unit::Weekend => told.checked_sub(count.days()).ok()?,
        Unit::Week => told.checked_sub((count * 7).days()).ok()?,
        Unit::Month => told.checked_sub(count.months()).ok()?,
        Unit::Year => told.checked_sub(count.years()).ok()?,
    })
}

fn after(told: Date, count: u32, unit: Unit) -> Option<Date> {
    let count = i64::from(count.min(5000));
    Some(match unit {
        Unit::Minute => told,
        Unit::Hour => told.checked_add(((count + 23) / 24).days()).ok()?,
        Unit::Day | Unit::Weekend => told.checked_add(count.days()).ok()?,
        Unit::Week => told.checked_add((count * 7).days()).ok()?,
        Unit::Month => told.checked_add(count.months()).ok()?,
        Unit::Year => told.checked_add(count.years()).ok()?,
    })
}

fn nearest_year(month: i8, day: Option<i8>, told: Date, lean: Direction) -> Option<i16> {
    let years = || [-4, -3, -2, -1, 0, 1, 2, 3, 4].into_iter().map(|step| told.year() + step);
    let Some(day) = day else {
        // Months from the month of telling.
        let far = |year: &i16| {
            (i32::from(*year) - i32::from(told.year())) * 12 + i32::from(month)
                - i32::from(told.month())
        };
        return match lean {
            Direction::Past => years().filter(|year| far(year) <= 0).max(),
            Direction::Future => years().filter(|year| far(year) >= 0).min(),
            Direction::Unknown => years().min_by_key(|year| far(year).abs()),
        };
    };
    let dates: Vec<Date> = years().filter_map(|year| Date::new(year, month, day).ok()).collect();
    let far = |date: &&Date| days_between(told, **date);
    let nearest = dates.iter().min_by_key(|date| far(date).abs())?;
    if far(&nearest).abs() <= NEAR {
        return Some(nearest.year());
    }
    let fits = |date: &&Date| match lean {
        Direction::Past => far(date) <= 0,
        Direction::Future => far(date) >= 0,
        Direction::Unknown => true,
    };
    dates.iter().filter(fits).min_by_key(|date| far(date).abs()).map(|date| date.year())
}

pub(super) fn days_between(from: Date, to: Date) -> i32 {
    from.until(to).map_or(0, |span| span.get_days())
}

fn written(days: &Days) -> String {
    match days {
        Days::Known { first, .. } => first.to_string(),
        Days::NoYear { month, day, .. } => format!("XXXX-{month:02}-{:02}", day.unwrap_or(0)),
        Days::Unknown => "unknown".to_owned(),
    }
}

pub(super) fn name(weekday: i8) -> String {
    // 2001-01-01 was a Monday.
    Date::new(2001, 1, weekday).map_or(String::new(), |date| date.strftime("%A").to_string())
}
