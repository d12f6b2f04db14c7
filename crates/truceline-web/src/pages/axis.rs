//! Time as a line. Comes in: windows and moments. Goes out: places on the line in percent, so that a
//! picture is as wide as its page. What is not known exactly is drawn as a stretch, never as a point.

use jiff::{Timestamp, ToSpan as _, Unit, Zoned, tz::TimeZone};
use truceline::ledger::body::When;

use super::{said, shape::Window};

const MINUTE: i64 = 60;
const HOUR: i64 = 3600;
const DAY: i64 = 86_400;

/// Lines of this length or less, in days, are ticked by so many of a unit.
const STEPS: [(i64, Unit, i64, &str); 10] = [
    (1, Unit::Hour, 3, "%H:%M"),
    (3, Unit::Hour, 12, "%-d %b %H:%M"),
    (11, Unit::Day, 1, "%-d %b"),
    (25, Unit::Day, 3, "%-d %b"),
    (75, Unit::Day, 7, "%-d %b"),
    (360, Unit::Month, 1, "%b %Y"),
    (1095, Unit::Month, 6, "%b %Y"),
    (3650, Unit::Year, 1, "%Y"),
    (10_950, Unit::Year, 5, "%Y"),
    (i64::MAX, Unit::Year, 20, "%Y"),
];

/// Seconds since 1970; never empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Axis {
    pub from: i64,
    pub to: i64,
}

/// A line across, with its words where there is room for them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tick {
    pub x: String,
    pub label: String,
}

/// A stretch of a bar: `sure`, `rise` (may have begun), `fall` (may have ended), `on` (no end known),
/// `back` (no start known).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stretch {
    pub x: String,
    pub width: String,
    pub class: &'static str,
}

/// One window drawn: its stretches and its ends.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bar {
    pub stretches: Vec<Stretch>,
    /// Where it ends by computing, not by a report.
    pub derived: Option<String>,
    /// It extends another.
    pub extends: bool,
    /// It lies ahead of the time asked about.
    pub planned: bool,
    /// Its start, where it lies on the line.
    pub start: Option<String>,
    pub words: String,
}

/// Something told of a time: a point, or a stretch where the time is not exact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    pub x: String,
    /// Empty for a point.
    pub width: String,
    pub class: String,
    pub words: String,
}

impl Axis {
    /// Around all of these times, with some room. `None` without any.
    pub fn around(times: impl IntoIterator<Item = (i64, i64)>) -> Option<Axis> {
        let sum = times.into_iter().fold(None, |sum: Option<(i64, i64)>, (from, to)| {
            Some(sum.map_or((from, to), |it| (it.0.min(from), it.1.max(to))))
        });
        let (from, to) = sum?;
        let room = ((to - from) / 25).max(6 * HOUR);
        Some(Axis { from: from.saturating_sub(room), to: to.saturating_add(room) })
    }

    fn share(&self, at: i64) -> f64 {
        let span = (self.to - self.from).max(1) as f64;
        ((at - self.from) as f64 / span * 100.0).clamp(0.0, 100.0)
    }

    pub fn at(&self, at: i64) -> String {
        percent(self.share(at))
    }

    pub fn holds(&self, at: i64) -> bool {
        self.from <= at && at <= self.to
    }

    fn stretch(&self, from: i64, to: i64, class: &'static str) -> Option<Stretch> {
        let (left, right) = (self.share(from), self.share(to));
        if to <= from || to <= self.from || from >= self.to {
            return None;
        }
        Some(Stretch { x: percent(left), width: percent((right - left).max(0.2)), class })
    }

    /// `now` is the time asked about.
    pub fn bar(&self, it: &Window, now: i64) -> Option<Bar> {
        let start = it.start.as_ref().and_then(When::seconds);
        let end = it.end.as_ref().and_then(When::seconds);
        let mut bar = Bar {
            extends: it.how != "stated" && !it.how.starts_with("start"),
            words: words(it),
            ..Bar::default()
        };
        let (sure_from, sure_to) = match (start, end) {
            (None, None) => return None,
            (Some(start), Some(end)) => (start.1 - MINUTE, end.0),
            (Some(start), None) => (start.1 - MINUTE, self.to),
            (None, Some(end)) => (self.from, end.0),
        };
        let parts = &mut bar.stretches;
        match start {
            Some((from, to)) if to - from > HOUR => {
                parts.extend(self.stretch(from, to.min(sure_to.max(from)), "rise"));
            }
            Some(_) => {}
            None => parts.extend(self.stretch(self.from, sure_to, "back")),
        }
        match (start, end) {
            (Some(_), None) => parts.extend(self.stretch(sure_from, self.to, "on")),
            (Some(_), Some(_)) => parts.extend(self.stretch(sure_from, sure_to, "sure")),
            _ => {}
        }
        if let Some((from, to)) = end
            && to - from > HOUR
        {
            parts.extend(self.stretch(from.max(start.map_or(from, |it| it.0)), to, "fall"));
        }
        bar.planned = start.is_some_and(|it| it.0 > now);
        bar.start = start.map(|it| it.0).filter(|it| self.holds(*it)).map(|it| self.at(it));
        bar.derived = end.filter(|end| it.derived && self.holds(end.1)).map(|end| self.at(end.1));
        (!bar.stretches.is_empty()).then_some(bar)
    }

    /// What was told of a time, or `None` where it lies off the line.
    pub fn mark(&self, time: (i64, i64), class: &str, words: String) -> Option<Mark> {
        let (from, to) = time;
        if to < self.from || from > self.to {
            return None;
        }
        let (left, right) = (self.share(from), self.share(to));
        let wide = to - from > 2 * HOUR && right - left > 0.8;
        Some(Mark {
            x: percent(if wide { left } else { (left + right) / 2.0 }),
            width: if wide { percent(right - left) } else { String::new() },
            class: class.to_owned(),
            words,
        })
    }

    /// Up to a dozen round times of UTC.
    pub fn ticks(&self) -> Vec<Tick> {
        let span = self.to.saturating_sub(self.from);
        let fits = STEPS.iter().find(|it| span <= it.0.saturating_mul(DAY));
        let (_, unit, step, form) = *fits.unwrap_or(&STEPS[STEPS.len() - 1]);
        let mut ticks = Vec::new();
        let mut next = first(self.from, unit);
        while let Some(at) = next.filter(|it| it.timestamp().as_second() < self.to)
            && ticks.len() < 60
        {
            if at.timestamp().as_second() > self.from {
                let label = at.strftime(form).to_string();
                ticks.push(Tick { x: self.at(at.timestamp().as_second()), label });
            }
            next = match unit {
                Unit::Hour => at.checked_add(step.hours()),
                Unit::Day => at.checked_add(step.days()),
                Unit::Month => at.checked_add(step.months()),
                _ => at.checked_add(step.years()),
            }
            .ok();
        }
        ticks
    }
}

/// The round time at or before `at`.
fn first(at: i64, unit: Unit) -> Option<Zoned> {
    let at = Timestamp::from_second(at).ok()?.to_zoned(TimeZone::UTC);
    let day = at.start_of_day().ok()?;
    match unit {
        Unit::Hour | Unit::Day => Some(day),
        Unit::Month => day.first_of_month().ok(),
        _ => day.first_of_year().ok(),
    }
}

fn percent(it: f64) -> String {
    format!("{it:.2}%")
}

fn words(it: &Window) -> String {
    let edge = |it: &Option<When>| it.as_ref().map(|it| said::told(it, None).local);
    let start = edge(&it.start).unwrap_or_else(|| "a start that is not told".to_owned());
    let end = match edge(&it.end) {
        Some(end) => end,
        None => "an end that is not told".to_owned(),
    };
    let derived = if it.derived { ", derived" } else { "" };
    format!("{start} to {end} ({}{derived})", it.how)
}

/// The span around `now` that the page of all truces shows.
pub fn around_now(now: i64) -> Axis {
    Axis { from: now - 21 * DAY, to: now + 14 * DAY }
}

#[cfg(test)]
mod tests {
    use super::{Axis, DAY, HOUR, around_now};
    use crate::pages::shape::Window;

    const AXIS: Axis = Axis { from: 0, to: 100 * HOUR };

    fn window(start: Option<(i64, i64)>, end: Option<(i64, i64)>) -> Window {
        let when = |it: (i64, i64)| {
            let iso = |at: i64| jiff::Timestamp::from_second(at * HOUR).unwrap().to_string();
            serde_json::json!({"edtf": "1970-01-01", "earliest": iso(it.0), "latest": iso(it.1),
                "precision": "day", "text": ""})
        };
        let value = serde_json::json!({"start": start.map(when), "end": end.map(when),
            "derived": false, "how": "stated", "claims": []});
        serde_json::from_value(value).unwrap()
    }

    #[track_caller]
    fn check(start: Option<(i64, i64)>, end: Option<(i64, i64)>, expected: &str) {
        let bar = AXIS.bar(&window(start, end), 0);
        let words = |it: &super::Stretch| format!("{} {} {}", it.class, it.x, it.width);
        let drawn = bar.map(|it| it.stretches.iter().map(words).collect::<Vec<_>>().join(", "));
        assert_eq!(drawn.as_deref().unwrap_or("nothing"), expected);
    }

    #[test]
    fn what_is_not_known_is_drawn_as_not_known() {
        check(Some((10, 10)), Some((20, 20)), "sure 9.98% 10.02%");
        check(
            Some((10, 34)),
            Some((60, 84)),
            "rise 10.00% 24.00%, sure 33.98% 26.02%, fall 60.00% 24.00%",
        );
        check(Some((10, 10)), None, "on 9.98% 90.02%");
        check(None, Some((20, 20)), "back 0.00% 20.00%");
        check(None, None, "nothing");
        check(Some((200, 210)), Some((220, 221)), "nothing");
        check(Some((-50, -50)), Some((10, 10)), "sure 0.00% 10.00%");
    }

    #[test]
    fn ticks_are_round_and_few() {
        for span in [HOUR, 20 * HOUR, 3 * DAY, 30 * DAY, 400 * DAY, 4000 * DAY, 40_000 * DAY] {
            let ticks = Axis { from: 1_467_000_123, to: 1_467_000_123 + span }.ticks();
            assert!(ticks.len() < 16, "{} ticks in {span}", ticks.len());
        }
        let ticks = around_now(1_467_763_200).ticks();
        assert_eq!(ticks[0].label, "22 Jun");
        assert!(Axis { from: i64::MIN / 4, to: i64::MAX / 4 }.ticks().is_empty());
    }
}
