//! When the act of a reading was. Comes in: a folded sentence and a hit in it. Goes out: the moment of
//! the time that stands with the trigger. Takes none that belongs to another verb.

use crate::{
    claim::{
        Act, Stance,
        dating::{self, Side},
        draw::{Candidate, Drawer, Drawn, PartText, Setting},
        filler::Dated,
        fold::{Folded, Kind, Unit, Voice},
        lexicon::{Auxiliary, Form},
        pattern::Hit,
        speech::Frame,
    },
    mention::when::{self, Direction, Role, Times},
    time::{Edge, Moment, Precision},
};

/// Units between `two days after` and the event.
const NEAR_EVENT: usize = 6;

impl Drawer {
    /// Every time of its own and the sentence before that may date the candidate.
    pub fn dated(
        &self,
        parts: &[PartText],
        drawn: &Drawn,
        candidate: &Candidate,
        times: &Times,
        setting: &Setting,
    ) -> Vec<Dated> {
        self.reading(parts, drawn, candidate).map_or_else(Vec::new, |(told, reading)| {
            let side = side(candidate.claim.stance, &told.folded.units, candidate.trigger);
            let part = reading.part;
            let resolve = |idx: usize| {
                let fits = may_date(candidate.claim.act, part.found.whens[idx].what.role);
                fits.then(|| moment(times, part, idx, setting, side)).flatten()
            };
            reading.dated(&candidate.claim, &told.before, resolve)
        })
    }

    #[allow(clippy::too_many_arguments)]
    pub(super) fn when(
        &self,
        part: &PartText,
        folded: &Folded,
        frames: &[Frame],
        hit: &Hit,
        act: Act,
        side: Side,
        times: &Times,
        setting: &Setting,
    ) -> Option<Moment> {
        let mut best: Option<(usize, usize)> = None;
        for (idx, unit) in folded.units.iter().enumerate() {
            let Kind::When(when) = unit.kind else { continue };
            let role = part.found.whens[when].what.role;
            if !may_date(act, role) || role == Role::Label && act != Act::Violated {
                continue;
            }
            let between =
                if idx < hit.trigger { idx + 1..hit.trigger } else { hit.trigger + 1..idx };
            // A time belongs to the verb it stands with: across another verb only if that one
            // reports the words, or hangs on this one.
            let noun = !matches!(folded.units[hit.trigger].kind, Kind::Verb(_));
            let own = between
                .clone()
                .find(|&at| matches!(folded.units[at].kind, Kind::Verb(_) | Kind::Who(_)))
                .filter(|_| noun && idx > hit.trigger);
            let apart = between.clone().any(|at| match &folded.units[at].kind {
                Kind::Verb(verb) => {
                    !(own == Some(at)
                        || matches!(verb.voice, Voice::Infinitive | Voice::Gerund)
                        || frames.iter().any(|frame| frame.verb == at && frame.covers(hit.trigger)))
                }
                Kind::Punct => folded.units[at].word == ";",
                _ => false,
            });
            if apart {
                continue;
            }
            let distance = between.len() + if idx < hit.trigger { 3 } else { 0 };
            if best.is_none_or(|(_, shortest)| distance < shortest) {
                best = Some((when, distance));
            }
        }
        if let Some(moment) = self.after_event(part, folded, hit.trigger, times, setting, side) {
            return Some(moment);
        }
        if best.is_none_or(|(_, distance)| distance > 25) {
            // `a 5 September ceasefire came into force`: the phrase itself says the day.
            let phrase = hit.truce.map(|truce| folded.units[truce].span)?;
            let inside = part
                .found
                .whens
                .iter()
                .position(|it| phrase.contains(it.span) && it.what.kind() == when::Kind::Point);
            best = inside.filter(|_| matches!(act, Act::Began | Act::Agreed)).map(|idx| (idx, 0));
        }
        let (when, _) = best?;
        moment(times, part, when, setting, side)
    }

    /// `shelled on Thursday, two days after the truce began`: counted back from the time told before, or
    /// from the report where it is years.
    fn after_event(
        &self,
        part: &PartText,
        folded: &Folded,
        trigger: usize,
        times: &Times,
        setting: &Setting,
        side: Side,
    ) -> Option<Moment> {
        let whens = &part.found.whens;
        let times_before = |end: usize| {
            folded.units[..end].iter().enumerate().rev().filter_map(|(at, it)| match it.kind {
                Kind::When(idx) => Some((at, idx)),
                _ => None,
            })
        };
        let (at, event) = times_before(trigger)
            .find(|(at, _)| trigger - at <= NEAR_EVENT)
            .filter(|(_, idx)| whens[*idx].what.kind() == when::Kind::Event)?;
        let told = times_before(at).find_map(|(_, idx)| {
            let moment = dating::resolve(times, part, idx, setting, side).moment?;
            moment.date().filter(|_| moment.precision <= Precision::Day)
        });
        let words = part.text.of(whens[event].span);
        let mut moment = match told {
            Some(base) => dating::counted_back(times, words, base)?,
            None => dating::counted_back(times, words, setting.published?)
                .filter(|it| it.precision == Precision::Year)?,
        };
        moment.doubts.push("counted back from what came after it".to_owned());
        Some(moment)
    }
}

/// Whether a time in this role can be the act's own: `announced a truce from Friday` was not on Friday.
fn may_date(act: Act, role: Role) -> bool {
    match role {
        Role::For => false,
        Role::Until => act == Act::Extended,
        Role::From | Role::Within => matches!(
            act,
            Act::Began | Act::Held | Act::Violated | Act::Extended | Act::Ended | Act::Talks
        ),
        _ => true,
    }
}

/// The moment of a when, or the start of its range.
fn moment(
    times: &Times,
    part: &PartText,
    when: usize,
    setting: &Setting,
    side: Side,
) -> Option<Moment> {
    let resolved = dating::resolve(times, part, when, setting, side);
    resolved.moment.or_else(|| match resolved.window?.start {
        Edge::At(moment) => Some(moment),
        _ => None,
    })
}

/// On which side of the report's day the times of a trigger lie.
pub(super) fn side(stance: Stance, units: &[Unit], trigger: usize) -> Side {
    match (stance, &units[trigger].kind) {
        (Stance::Planned, Kind::Verb(verb))
            if verb.past || verb.auxiliaries.contains(&Auxiliary::Would) =>
        {
            Side::Nearest
        }
        (Stance::Planned, _) => Side::Of(Direction::Future),
        _ => Side::Of(direction(units, trigger)),
    }
}

/// Past, unless the verb or a modal before it looks ahead.
fn direction(units: &[Unit], trigger: usize) -> Direction {
    match &units[trigger].kind {
        Kind::Verb(verb) => match verb.form {
            Form::Past | Form::Participle => Direction::Past,
            _ => Direction::Unknown,
        },
        _ => Direction::Unknown,
    }
}
