//! The date of a time as its report means it. Comes in: a time of a text, the day of the report, the
//! side of it that the verb looks to. Goes out: the time resolved. Counts a clock without a day from
//! the day that the words before it speak of, and says so.

use jiff::civil::Date;

use crate::{
    claim::draw::{PartText, Setting},
    mention::when::{Context, Direction, Kind, Resolved, Role, Times},
    text::Text,
    time::{Moment, Precision},
};

/// On which side of the report's day a time without a date lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    Of(Direction),
    /// Looked ahead to from the past: `was to begin on Sunday`, `would begin on Sunday`.
    Nearest,
}

/// How far back, in bytes, the day may stand that a clock is of.
const FAR: u32 = 500;
/// Days before the report that its story may be of.
const STORY_DAYS: i32 = 7;

pub fn resolve(
    times: &Times,
    part: &PartText,
    when: usize,
    setting: &Setting,
    side: Side,
) -> Resolved {
    let mention = &part.found.whens[when];
    let context = |direction| setting.context(direction);
    let direction = match side {
        Side::Of(direction) => direction,
        Side::Nearest => {
            let both = [Direction::Past, Direction::Future]
                .map(|it| times.resolve(mention, &part.text, &context(it)));
            let far = |it: &Resolved| {
                let day = it.moment.as_ref().and_then(|it| it.date());
                day.zip(setting.published)
                    .map_or(i32::MAX, |(day, told)| (day - told).get_days().abs())
            };
            let [past, ahead] = both;
            return if far(&ahead) < far(&past) { ahead } else { past };
        }
    };
    let focus = mention.what.has_no_day().then(|| focus(times, part, when, setting, direction));
    let mut context = context(direction);
    let Some(day) = focus.flatten() else { return times.resolve(mention, &part.text, &context) };
    context.published = Some(day);
    // Of that very day: neither the one before nor the one after.
    context.direction = Direction::Unknown;
    let mut resolved = times.resolve(mention, &part.text, &context);
    if let Some(moment) = &mut resolved.moment {
        moment
            .doubts
            .push(format!("no day is said; taken as {day}, which the words before it tell of"));
    }
    resolved
}

/// The day of an event that something came so long after: `two days after the truce began`, counted
/// back from `base`; whole days, months and years only.
pub fn counted_back(times: &Times, words: &str, base: Date) -> Option<Moment> {
    let (amount, _) = words.trim().rsplit_once([' ', '-'])?;
    let text = Text::new(amount);
    let mention = times.find(&text).into_iter().next()?;
    let length = times.resolve(&mention, &text, &Context::default()).length?;
    let span: jiff::Span = length.iso.parse().ok()?;
    let day = base.checked_sub(span).ok()?;
    let mut moment = if span.get_days() > 0 && span.get_days() < 7 {
        Moment::day(day, None, words)
    } else if span.get_months() > 0 {
        Moment::interval(day.first_of_month(), day.last_of_month(), None, words)
    } else if span.get_years() > 0 {
        Moment::interval(day.first_of_year(), day.last_of_year(), None, words)
    } else {
        return None;
    };
    if span.get_months() > 0 {
        moment.edtf = format!("{:04}-{:02}", day.year(), day.month());
        moment.precision = Precision::Month;
    } else if span.get_years() > 0 {
        moment.edtf = format!("{:04}", day.year());
        moment.precision = Precision::Year;
    }
    Some(moment)
}

/// The last day told before a time, where it is of the days of the story and not the report's own.
fn focus(
    times: &Times,
    part: &PartText,
    when: usize,
    setting: &Setting,
    direction: Direction,
) -> Option<Date> {
    let published = setting.published?;
    let whens = &part.found.whens;
    let start = whens[when].span.start;
    let sentences = &part.text.sentences;
    let sentence = |byte: u32| sentences.partition_point(|it| it.span.end <= byte);
    let told = |idx: &usize| {
        let it = &whens[*idx];
        matches!(it.what.role, Role::At | Role::From)
            && it.what.kind() == Kind::Point
            && !it.what.has_no_day()
    };
    let near = |idx: &usize| start - whens[*idx].span.end <= FAR;
    let last = (0..when).rev().take_while(near).find(told)?;
    // What lies ahead is counted from a day in its own sentence only.
    if direction == Direction::Future && sentence(whens[last].span.start) != sentence(start) {
        return None;
    }
    let context = setting.context(Direction::Unknown);
    let moment = times.resolve(&whens[last], &part.text, &context).moment?;
    let day = moment.date()?;
    let days = (published - day).get_days();
    let fine = !matches!(moment.precision, Precision::Month | Precision::Year | Precision::Season)
        && !moment.edtf.contains('/');
    (fine && (1..=STORY_DAYS).contains(&days)).then_some(day)
}
