//! Which instant. Comes in: days and the clocks said for them. Goes out: a [`Moment`] and, in words,
//! what the clocks do not agree on. Never repairs a clock in silence.

use jiff::{
    Timestamp, ToSpan,
    civil::{Date, DateTime},
    tz::{Offset, TimeZone},
};

use super::{
    Context, Role,
    day::{Calendar, Days, days_between},
    tell::{Clock, Near, Point, Zone},
    words::Words,
    zone::Zones,
};
use crate::time::{Moment, Precision, zone_named};

/// Under a quarter of an hour two clocks are one that was rounded.
const ROUNDED: i64 = 15 * 60;

/// A zone that a clock may be on.
#[derive(Clone)]
struct OnZone {
    name: String,
    zone: TimeZone,
    /// As printed: `EDT`.
    letters: Option<String>,
    /// What the letters stand for, whatever the season.
    literal: Option<Offset>,
}

impl OnZone {
    fn named(name: &str) -> Option<OnZone> {
        let zone = zone_named(name)?;
        Some(OnZone { name: name.to_owned(), zone, letters: None, literal: None })
    }

    /// The instant by the letters, and by the zone where that is another.
    fn instants(&self, at: DateTime) -> Option<(Timestamp, Option<Timestamp>)> {
        let kept = at.to_zoned(self.zone.clone()).ok()?;
        let Some(literal) = self.literal else { return Some((kept.timestamp(), None)) };
        let by_letters = at.to_zoned(TimeZone::fixed(literal)).ok()?.timestamp();
        let other = (by_letters != kept.timestamp()).then_some(kept.timestamp());
        Some((by_letters, other))
    }
}

/// A civil time held against the other clocks of its expression.
struct Judged {
    at: DateTime,
    conflicts: Vec<String>,
    /// Clocks that agree, under letters that are not kept then.
    seasons: Vec<String>,
}

pub(super) struct Clocks<'a> {
    pub words: &'a Words,
    pub zones: &'a Zones,
    pub context: &'a Context,
    pub calendar: &'a Calendar<'a>,
    pub role: Role,
    pub text: &'a str,
}

impl Clocks<'_> {
    pub fn moment(&self, point: &Point) -> Option<Moment> {
        let mut doubts = Vec::new();
        let days = self.calendar.days(point, &mut doubts);
        // A bracket may hold the only clock: `on Friday (0800 GMT)`.
        let promoted;
        let point = if point.clock.is_none() && !point.again.is_empty() {
            let mut again = point.again.clone();
            let first = again.remove(0);
            promoted = Point { clock: first.clock, zone: first.zone, again, ..point.clone() };
            &promoted
        } else {
            point
        };
        let mut moment = match (days, &point.clock) {
            (Some(Days::Known { first, last, .. }), Some(clock)) if first == last => {
                self.at(point, clock, first, &mut doubts)?
            }
            (Some(Days::NoYear { month, day: Some(day), to: None }), Some(clock)) => {
                self.yearless(point, clock, month, day)
            }
            (None, Some(_)) if point.daily => self.unknown(point),
            (None, Some(clock)) => self.dayless(point, clock, &mut doubts)?,
            (Some(Days::Unknown), _) => self.unknown(point),
            (Some(days), _) => self.whole(point, days),
            (None, None) => {
                let told = self.context.published?;
                point.part?;
                doubts.push(format!("no day is said; taken as {told}, the day of telling"));
                self.whole(
                    point,
                    Days::Known {
                        first: told,
                        last: told,
                        precision: Precision::Day,
                        about: false,
                        open: false,
                    },
                )
            }
        };
        moment.doubts.splice(0..0, doubts);
        moment.doubts.dedup();
        Some(moment)
    }

    fn local(&self) -> Option<OnZone> {
        OnZone::named(self.context.zone.as_deref()?)
    }

    /// The zones a clock may be on, likeliest first; none where it is not said and not known.
    fn zones_of(&self, point: &Point) -> Vec<OnZone> {
        match point.zone {
            None | Some(Zone::Local) => self.local().into_iter().collect(),
            Some(Zone::Place(idx)) => {
                self.zones.place(idx).and_then(OnZone::named).into_iter().collect()
            }
            Some(Zone::Letters(idx)) => {
                let meanings = self.zones.meanings(idx, self.context.country.as_deref());
                meanings
                    .into_iter()
                    .filter_map(|it| {
                        let mut on = OnZone::named(&it.zone)?;
                        on.letters = Some(it.letters.to_uppercase());
                        on.literal = it.offset();
                        Some(on)
                    })
                    .collect()
            }
        }
    }

    /// The civil times a clock may mean on a day.
    fn civil(&self, point: &Point, clock: &Clock, date: Date) -> Vec<DateTime> {
        let start = date.at(0, 0, 0, 0);
        let shift = i64::from(clock.shift);
        let at = |minute: i64| start.saturating_add((minute + shift).minutes());
        if clock.midnight {
            let evening = point.part.is_some_and(|part| {
                self.words.parts.get(usize::from(part)).is_some_and(|it| it.1[0] >= 16)
            });
            return if evening || self.role == Role::Until {
                vec![at(1440)]
            } else {
                vec![at(0), at(1440)]
            };
        }
        let minute = i64::from(clock.minute);
        let part = point.part.and_then(|part| self.words.parts.get(usize::from(part)));
        match part.map(|it| it.1[0]) {
            // `00:01 tonight`: the night goes on into the next day.
            Some(18..) if !clock.halfless && minute < 4 * 60 => {
                let tonight = point.near == Some(Near::Day(0));
                if tonight { vec![at(minute + 1440)] } else { vec![at(minute), at(minute + 1440)] }
            }
            Some(12..) if clock.halfless && minute < 720 => vec![at(minute + 720)],
            None if clock.halfless => vec![at(minute), at((minute + 720) % 1440)],
            _ => vec![at(minute)],
        }
    }

    fn at(
        &self,
        point: &Point,
        clock: &Clock,
        date: Date,
        doubts: &mut Vec<String>,
    ) -> Option<Moment> {
        let civil = self.civil(point, clock, date);
        let zones = self.zones_of(point);
        let Some(on) = zones.first() else {
            return Some(self.zoneless(point, &civil, doubts));
        };
        if zones.len() > 1
            && self.context.country.is_none()
            && let Some(letters) = &on.letters
            && zones[1].literal != on.literal
        {
            doubts.push(format!(
                "{letters} may be the time of {} or of {}",
                self.zones.called(&on.name),
                self.zones.called(&zones[1].name)
            ));
        }
        let judged: Vec<Judged> = civil.iter().map(|at| self.check(*at, on, point, date)).collect();
        let agree = judged.iter().any(|it| it.conflicts.is_empty());
        let mut kept = judged.into_iter().filter(|it| !agree || it.conflicts.is_empty()).peekable();
        let first = kept.peek()?;
        doubts.extend(first.conflicts.iter().chain(&first.seasons).cloned());
        let moments = kept.map(|it| self.minute(it.at, on, doubts)).collect();
        Some(self.either(point, moments, doubts))
    }

    /// One moment, or a stretch between two that are as well meant.
    fn either(&self, point: &Point, mut moments: Vec<Moment>, doubts: &mut Vec<String>) -> Moment {
        if moments.len() == 1 {
            let mut moment = moments.remove(0);
            if point.about {
                moment.precision = Precision::Hour;
                let half = 30.minutes();
                moment.earliest = moment.earliest.and_then(|it| it.checked_sub(half).ok());
                moment.latest = moment.latest.and_then(|it| it.checked_add(half).ok());
            }
            return moment;
        }
        moments.sort_by(|a, b| a.edtf.cmp(&b.edtf));
        let (first, last) = (&moments[0], &moments[moments.len() - 1]);
        doubts.push(format!("{} is {} or {}", self.text, first.edtf, last.edtf));
        let mut both = Moment::between(first, last, self.text);
        both.precision = Precision::Day;
        both
    }

    fn minute(&self, at: DateTime, on: &OnZone, doubts: &mut Vec<String>) -> Moment {
        let Some((by_letters, Some(by_zone))) = on.instants(at) else {
            return Moment::minute(at, Some(&on.name), self.text);
        };
        doubts.push(self.season(at, on, by_letters, by_zone));
        let offset = on.literal.map_or(String::new(), written);
        Moment::minute(at, Some(&offset), self.text)
    }

    /// What the other clocks do not agree on with `at`.
    fn check(&self, at: DateTime, on: &OnZone, point: &Point, date: Date) -> Judged {
        let mut judged = Judged { at, conflicts: Vec::new(), seasons: Vec::new() };
        let Some((instant, _)) = on.instants(at) else { return judged };
        for other in &point.again {
            let Some(clock) = &other.clock else { continue };
            let mut best: Option<(i64, String)> = None;
            let mut season = None;
            for zone in self.zones_of(other) {
                let here = instant.to_zoned(zone.zone.clone()).datetime();
                for (told, dated) in self.told(other, clock, here, date) {
                    let Some((letters, by_zone)) = zone.instants(told) else { continue };
                    for said in [Some(letters), by_zone].into_iter().flatten() {
                        let off = (said.as_second() - instant.as_second()).abs();
                        if best.as_ref().is_none_or(|best| off < best.0) {
                            best = Some((off, self.differ(at, on, here, (told, dated), &zone)));
                            season =
                                by_zone.map(|by_zone| self.season(told, &zone, letters, by_zone));
                        }
                    }
                }
            }
            match best {
                Some((off, words)) if off >= ROUNDED => judged.conflicts.push(words),
                _ => judged.seasons.extend(season),
            }
        }
        judged
    }

    /// Letters that are not kept at that time of year.
    fn season(&self, at: DateTime, on: &OnZone, letters: Timestamp, clocks: Timestamp) -> String {
        format!(
            "{} is not kept in {} on {}: by the letters {} GMT, by the clocks there {} GMT",
            on.letters.as_deref().unwrap_or(&on.name),
            self.zones.called(&on.name),
            at.strftime("%B %-d, %Y"),
            letters.strftime("%H:%M"),
            clocks.strftime("%H:%M"),
        )
    }

    /// The civil times another clock may show, and whether it names its day.
    fn told(
        &self,
        other: &Point,
        clock: &Clock,
        near: DateTime,
        date: Date,
    ) -> Vec<(DateTime, bool)> {
        if other.has_day() {
            let context = Context { published: Some(date), ..self.context.clone() };
            // A weekday beside a date is the nearest one, before or after.
            let lean = super::Direction::Unknown;
            let holidays = self.calendar.holidays;
            let calendar = Calendar { holidays, context: &context, lean, role: Role::At };
            let mut days = Vec::new();
            if let Some(weekday) = other.weekday.filter(|_| other.day.is_none()) {
                let behind =
                    i64::from(date.weekday().to_monday_one_offset() - weekday).rem_euclid(7);
                let step = if behind > 3 { 7 - behind } else { -behind };
                days.push(date.saturating_add(step.days()));
            } else if other.near.is_none()
                && let Some(Days::Known { first, .. }) = calendar.days(other, &mut Vec::new())
            {
                days.push(first);
            }
            if !days.is_empty() {
                return days
                    .into_iter()
                    .flat_map(|day| self.civil(other, clock, day))
                    .map(|it| (it, true))
                    .collect();
            }
        }
        let day = near.date();
        let mut times = Vec::new();
        for step in [-1, 0, 1] {
            let day = day.saturating_add(step.days());
            times.extend(self.civil(other, clock, day).into_iter().map(|it| (it, false)));
        }
        times.sort_by_key(|it| seconds(it.0, near).abs());
        times.truncate(2);
        times
    }

    /// `01:00 on July 6 in Syria is 22:00 GMT on July 5; the report says July 6`
    fn differ(
        &self,
        at: DateTime,
        on: &OnZone,
        here: DateTime,
        (told, dated): (DateTime, bool),
        zone: &OnZone,
    ) -> String {
        let clock = |it: DateTime| it.strftime("%H:%M").to_string();
        let day = |it: DateTime| it.strftime("%B %-d").to_string();
        let place = |it: &OnZone| match &it.letters {
            Some(letters) => letters.clone(),
            None => format!("in {}", self.zones.called(&it.name)),
        };
        let same_clock = here.time() == told.time();
        let report = match (same_clock, dated) {
            (true, _) => day(told),
            (false, true) => format!("{} on {}", clock(told), day(told)),
            (false, false) => clock(told),
        };
        let same_day = here.date() == at.date() && !same_clock;
        let on_day = if same_day { String::new() } else { format!(" on {}", day(here)) };
        format!(
            "{} on {} {} is {} {}{on_day}; the report says {report}",
            clock(at),
            day(at),
            place(on),
            clock(here),
            place(zone),
        )
    }

    /// No zone said, none known of the place: another clock in the same breath may tell the offset.
    fn zoneless(&self, point: &Point, civil: &[DateTime], doubts: &mut Vec<String>) -> Moment {
        if let Some((at, offset, doubt)) = self.offset(point, civil) {
            doubts.extend(doubt);
            return Moment::minute(at, Some(&written(offset)), self.text);
        }
        let moments = civil.iter().map(|at| Moment::minute(*at, None, self.text)).collect();
        self.either(point, moments, doubts)
    }

    /// The offset that a second clock tells, and what is wrong with the pair.
    fn offset(
        &self,
        point: &Point,
        civil: &[DateTime],
    ) -> Option<(DateTime, Offset, Option<String>)> {
        const DAY: i64 = 24 * 3600;
        let kept = |off: &i64| (-12 * 3600..=14 * 3600).contains(off) && off % 900 == 0;
        let mut found = Vec::new();
        for other in &point.again {
            let zone = self.zones_of(other).into_iter().next();
            let (Some(clock), Some(zone)) = (&other.clock, zone) else { continue };
            for at in civil {
                for (told, dated) in self.told(other, clock, *at, at.date()) {
                    let Some((instant, _)) = zone.instants(told) else { continue };
                    let off = seconds(*at, TimeZone::UTC.to_datetime(instant));
                    // A day misprinted by one is taken at its clock, and said to be so.
                    let turned = [off + DAY, off - DAY].into_iter().filter(|_| dated);
                    let off = Some(off).filter(kept).or(turned.into_iter().find(kept));
                    let right = off.and_then(|off| Offset::from_seconds(off as i32).ok());
                    let Some(offset) = right else { continue };
                    let exact = seconds(*at, TimeZone::UTC.to_datetime(instant));
                    let doubt = (i64::from(offset.seconds()) != exact).then(|| {
                        format!(
                            "{} cannot be {} {} anywhere",
                            at.strftime("%H:%M on %B %-d"),
                            told.strftime("%H:%M"),
                            format_args!(
                                "{} on {}",
                                zone.letters.as_deref().unwrap_or(&zone.name),
                                told.strftime("%B %-d")
                            ),
                        )
                    });
                    found.push((*at, offset, doubt));
                }
            }
        }
        found.into_iter().min_by_key(|it| (it.2.is_some(), it.1.seconds().abs()))
    }

    /// A clock without a day: of the day of telling, and said to be so.
    fn dayless(&self, point: &Point, clock: &Clock, doubts: &mut Vec<String>) -> Option<Moment> {
        let again = point.again.iter().find(|it| it.has_day());
        let date = match again.and_then(|it| self.calendar.days(it, doubts)) {
            Some(Days::Known { first, .. }) => first,
            _ => {
                let told = self.context.published?;
                doubts.push(format!("no day is said; taken as {told}, the day of telling"));
                told
            }
        };
        if again.is_some() {
            // The day is that of the other clock: take the local day that fits it best.
            let days = [-1, 0, 1].map(|step| date.saturating_add(step.days()));
            let on = self.zones_of(point).into_iter().next();
            let fits = |day: &Date| {
                let civil = self.civil(point, clock, *day);
                match &on {
                    Some(on) => {
                        civil.iter().any(|at| self.check(*at, on, point, date).conflicts.is_empty())
                    }
                    None => self.offset(point, &civil).is_some_and(|it| it.2.is_none()),
                }
            };
            let day = days.into_iter().find(fits).unwrap_or(date);
            return self.at(point, clock, day, doubts);
        }
        if clock.midnight {
            // Of the two midnights of a day, what lies ahead of the telling is the coming one.
            let ahead = match self.calendar.lean {
                super::Direction::Future => true,
                super::Direction::Past => false,
                super::Direction::Unknown => {
                    matches!(self.role, Role::From | Role::Until | Role::By)
                }
            };
            let settled = Clock { minute: if ahead { 1440 } else { 0 }, midnight: false, ..*clock };
            return self.at(point, &settled, date, doubts);
        }
        self.at(point, clock, date, doubts)
    }

    fn yearless(&self, point: &Point, clock: &Clock, month: i8, day: i8) -> Moment {
        let zones = self.zones_of(point);
        let zone = zones.first();
        let utc = if zone.is_some_and(|it| it.name == "UTC") { "Z" } else { "" };
        let minute = clock.minute % 1440;
        let mut moment = empty(self.text);
        moment.edtf =
            format!("XXXX-{month:02}-{day:02}T{:02}:{:02}{utc}", minute / 60, minute % 60);
        moment.precision = Precision::Minute;
        moment.zone = zone.map(|it| it.name.clone());
        if clock.midnight || clock.minute == 1440 {
            moment.edtf = format!("XXXX-{month:02}-{day:02}");
            moment.precision = Precision::Day;
            moment.doubts.push("which midnight of that day is not said".to_owned());
        }
        moment
    }

    fn unknown(&self, point: &Point) -> Moment {
        let mut moment = empty(self.text);
        moment.edtf = "XXXX-XX-XX".to_owned();
        moment.precision = if point.clock.is_some() { Precision::Minute } else { Precision::Day };
        if let Some(clock) = point.clock.filter(|it| !it.midnight && it.minute < 1440) {
            moment.edtf = format!("XXXX-XX-XXT{:02}:{:02}", clock.minute / 60, clock.minute % 60);
        }
        moment.zone = self.zones_of(point).first().map(|it| it.name.clone());
        moment
    }

    /// Days with no clock, or a part of a day.
    fn whole(&self, point: &Point, days: Days) -> Moment {
        let zone = self.context.zone.as_deref();
        match days {
            Days::Known { first, last, precision, about, open } => {
                let mut moment = Moment::days(first, last, precision, zone, self.text);
                if about {
                    moment.edtf.push('~');
                    let week = 3 * 24;
                    moment.earliest =
                        moment.earliest.and_then(|it| it.checked_sub(week.hours()).ok());
                    moment.latest = moment.latest.and_then(|it| it.checked_add(week.hours()).ok());
                }
                if open {
                    moment.edtf = format!("{first}/..");
                    moment.latest = None;
                }
                if let Some((_, [from, to])) =
                    point.part.and_then(|part| self.words.parts.get(usize::from(part)))
                    && first == last
                {
                    let start = first.at(0, 0, 0, 0);
                    let (from, to) =
                        if point.into { (-6, 6) } else { (i64::from(*from), i64::from(*to)) };
                    let (from, to) =
                        (start.saturating_add(from.hours()), start.saturating_add(to.hours()));
                    moment.lies_between(from, to);
                    moment.precision = Precision::DayPart;
                    let (one, two) = (from.date(), to.saturating_sub(1.minutes()).date());
                    if days_between(one, two) > 0 {
                        moment.edtf = format!("{one}/{two}");
                    }
                }
                moment
            }
            Days::NoYear { month, day, to } => {
                let mut moment = empty(self.text);
                moment.zone = zone.map(str::to_owned);
                moment.precision = if day.is_some() { Precision::Day } else { Precision::Month };
                let one = |day: i8| format!("XXXX-{month:02}-{day:02}");
                moment.edtf = match (day, to) {
                    (Some(day), Some(to)) => format!("{}/{}", one(day), one(to)),
                    (Some(day), None) => one(day),
                    (None, _) => format!("XXXX-{month:02}"),
                };
                moment
            }
            Days::Unknown => self.unknown(point),
        }
    }
}

fn seconds(a: DateTime, b: DateTime) -> i64 {
    a.duration_since(b).as_secs()
}

fn empty(text: &str) -> Moment {
    Moment {
        edtf: String::new(),
        earliest: None,
        latest: None,
        precision: Precision::Day,
        zone: None,
        text: text.to_owned(),
        doubts: Vec::new(),
    }
}

/// `+03:00`
fn written(offset: Offset) -> String {
    let seconds = offset.seconds();
    let sign = if seconds < 0 { '-' } else { '+' };
    let minutes = seconds.abs() / 60;
    format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60)
}
