//! A truce as a picture on one line. Comes in: its windows and its story. Goes out: bars and marks,
//! with the same in words for who cannot see them.

use truceline::ledger::body::When;

use super::{
    axis::{Axis, Bar, Mark, Tick},
    said,
    shape::{Line as Told, Truce},
};

#[derive(Clone, Debug, Default)]
pub struct Line {
    pub bars: Vec<Bar>,
    pub marks: Vec<Mark>,
    pub now: Option<String>,
    pub words: String,
}

/// The lines of one truce, by what they tell.
#[derive(Clone, Debug, Default)]
pub struct Lanes {
    pub ticks: Vec<Tick>,
    pub now: Option<String>,
    pub lanes: Vec<(String, Line)>,
}

/// The time a line of a story speaks of, else the day it was told.
fn time(it: &Told) -> Option<(i64, i64)> {
    let told = it.date.as_ref().and_then(|it| it.parse::<jiff::Timestamp>().ok());
    let at = told.map(|it| (it.as_second(), it.as_second()));
    it.when.as_ref().and_then(When::seconds).or(at)
}

fn mark(axis: &Axis, it: &Told) -> Option<Mark> {
    let time = time(it)?;
    let by: Vec<&str> = it.by.iter().map(|it| it.name.as_str()).collect();
    let by = if by.is_empty() { String::new() } else { format!(" by {}", by.join(", ")) };
    let stance = if it.stance == "fact" { String::new() } else { format!(" ({})", it.stance) };
    let day = said::day_of(it.when.as_ref(), time.0);
    let tellers = it.according_to.join(", ");
    let words = format!("{}{stance}{by}, {day}, according to {tellers}", said::plain(&it.act));
    axis.mark(time, &format!("{} {}", it.act, it.stance), words)
}

fn bars(axis: &Axis, truce: &Truce, at: i64) -> Vec<Bar> {
    truce.windows.iter().filter_map(|it| axis.bar(it, at)).collect()
}

/// All of a truce on one line: its windows, that it began or ended, and the breaches alleged.
pub fn line(axis: &Axis, truce: &Truce, story: &[Told], at: i64) -> Line {
    let bars = bars(axis, truce, at);
    let told = |it: &&Told| {
        let turn = matches!(it.act.as_str(), "began" | "ended") && it.stance == "fact";
        !it.rejected && (turn || it.act == "violated")
    };
    let marks = story.iter().filter(told).filter_map(|it| mark(axis, it));
    let marks: Vec<Mark> = marks.take(40).collect();
    let mut words: Vec<String> = bars.iter().map(|it| it.words.clone()).collect();
    if words.is_empty() {
        words.push("no window is told within this time".to_owned());
    }
    let told = |act: &str| marks.iter().filter(|it| it.class.starts_with(act)).count() as i64;
    for (act, what) in [("violated", "alleged violation"), ("began", "start"), ("ended", "end")] {
        if told(act) > 0 {
            words.push(format!("{} told of", said::counted(told(act), what)));
        }
    }
    Line { bars, marks, now: axis.holds(at).then(|| axis.at(at)), words: words.join("; ") }
}

/// The order in which a story's acts are drawn.
const ACTS: [&str; 13] = [
    "called_for",
    "proposed",
    "talks",
    "declared",
    "agreed",
    "rejected",
    "began",
    "held",
    "violated",
    "extended",
    "ended",
    "monitored",
    "welcomed",
];

/// A truce on several lines: its windows, then one for each act that is told of.
pub fn lanes(truce: &Truce, story: &[Told], at: i64) -> Lanes {
    let windows = truce.windows.iter().flat_map(|it| [&it.start, &it.end]).flatten();
    let times: Vec<(i64, i64)> =
        windows.filter_map(When::seconds).chain(story.iter().filter_map(time)).collect();
    let Some(mut axis) = Axis::around(times) else { return Lanes::default() };
    // The time asked about is shown where it is not far off.
    let span = axis.to - axis.from;
    if at > axis.to && at - axis.to < span {
        axis.to = at + span / 25;
    } else if at < axis.from && axis.from - at < span {
        axis.from = at - span / 25;
    }
    let now = axis.holds(at).then(|| axis.at(at));
    let mut whole = line(&axis, truce, &[], at);
    whole.now.clone_from(&now);
    let mut lanes = vec![("windows".to_owned(), whole)];
    for act in ACTS {
        let told: Vec<&Told> = story.iter().filter(|it| it.act == act && !it.rejected).collect();
        let marks: Vec<Mark> = told.iter().filter_map(|it| mark(&axis, it)).take(200).collect();
        if !marks.is_empty() {
            let words = marks.iter().take(12).map(|it| it.words.as_str()).collect::<Vec<_>>();
            let more = marks.len().saturating_sub(12);
            let more = if more > 0 { format!("; and {more} more") } else { String::new() };
            let words = format!("{}{more}", words.join("; "));
            lanes.push((act.to_owned(), Line { bars: Vec::new(), marks, now: now.clone(), words }));
        }
    }
    Lanes { ticks: axis.ticks(), now, lanes }
}
