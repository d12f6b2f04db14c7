//! A truce's own times, as the words around it give them. Comes in: a folded sentence and a truce in
//! it. Goes out: its window and its length. Derives neither from the other.

use crate::{
    claim::{
        dating::{Side, counted_back, resolve},
        draw::{PartText, Setting},
        fold::{Folded, Kind, Unit, Voice},
        lexicon::Auxiliary,
    },
    mention::{
        when::{self, Direction, Role, Times},
        within,
    },
    time::{Edge, Length, Moment, Precision, Window},
};

/// The window and length that the words around a truce give it: `a 72-hour truce from 1 a.m. on
/// July 6`, `a ceasefire for three days until Friday`.
pub fn window(
    part: &PartText,
    folded: &Folded,
    truce: usize,
    times: &Times,
    setting: &Setting,
) -> (Option<Window>, Option<Length>) {
    let mut window = Window::default();
    let mut length = None;
    let phrase = folded.units[truce].span;
    let mut aged = None;
    let mut take = |idx: usize, inside: bool, begins: bool, side: Side| {
        let role = part.found.whens[idx].what.role;
        let resolved = resolve(times, part, idx, setting, side);
        // `a truce after a three-day meeting`: a label outside the phrase is of another thing.
        let own = inside || !is_label(part, idx);
        if length.is_none() && own && matches!(role, Role::For | Role::Label) {
            length = resolved.length.clone();
        }
        if inside {
            return;
        }
        if let Some(both) = resolved.window {
            window = both;
        } else if let Some(moment) = resolved.moment {
            match role {
                Role::From if window.start == Edge::Unknown => window.start = Edge::At(moment),
                Role::Until if window.end == Edge::Unknown => window.end = Edge::At(moment),
                Role::At if begins && window.start == Edge::Unknown => {
                    window.start = Edge::At(moment)
                }
                _ => (),
            }
        }
    };
    for (idx, mention) in within(&part.found.whens, phrase) {
        if mention.what.kind() == when::Kind::Age
            && let Some(start) = born(part.text.of(mention.span), times, setting.published)
        {
            aged = Some(start);
            continue;
        }
        take(idx, true, false, Side::Of(Direction::Unknown));
    }
    let mut verbs = 0;
    let mut ahead = Side::Of(Direction::Unknown);
    let mut begins = false;
    for (at, unit) in folded.units[truce + 1..].iter().take(24).enumerate() {
        match &unit.kind {
            // `a pause in fighting from 10 a.m. to 8 p.m.`
            Kind::Verb(verb) if at == 1 && verb.voice == Voice::Gerund => (),
            Kind::Verb(verb) => {
                begins = matches!(
                    verb.lemma.as_str(),
                    "begin" | "start" | "take" | "come" | "go" | "enter"
                );
                let has = |it: Auxiliary| verb.auxiliaries.contains(&it);
                if has(Auxiliary::Would) || verb.past && verb.voice == Voice::Infinitive {
                    ahead = Side::Nearest;
                } else if verb.voice == Voice::Infinitive || has(Auxiliary::Will) {
                    ahead = Side::Of(Direction::Future);
                }
                let starts = matches!(
                    verb.lemma.as_str(),
                    "begin"
                        | "start"
                        | "take"
                        | "come"
                        | "go"
                        | "last"
                        | "run"
                        | "cover"
                        | "extend"
                        | "be"
                        | "hold"
                        | "declare"
                        | "announce"
                        | "agree"
                );
                verbs += if starts { 1 } else { 3 };
                if verbs > 2 {
                    break;
                }
            }
            Kind::Truce(_) => break,
            Kind::When(idx) => take(*idx, false, begins, ahead),
            Kind::Punct if unit.word == ";" => break,
            _ => (),
        }
    }
    // `an eight-hour truce on Thursday`, not `agreed a truce on Thursday`: the day is the truce's own.
    if window.start == Edge::Unknown
        && let Some(Kind::When(idx)) = folded.units.get(truce + 1).map(|unit| &unit.kind)
        && part.found.whens[*idx].what.role == Role::At
        && truce > 0
        && folded.units[truce - 1].kind == Kind::Word
        && matches!(folded.units[truce - 1].word.as_str(), "for" | "of")
    {
        let resolved = resolve(times, part, *idx, setting, Side::Of(Direction::Unknown));
        window.start = resolved.moment.map_or(Edge::Unknown, Edge::At);
    }
    // `the armistice of 1953`: a month or a year names the truce by when it was made.
    if window.start == Edge::Unknown {
        let next = folded.units[truce + 1..].iter().take(2).find_map(|unit| match unit.kind {
            Kind::When(idx) => Some(idx),
            _ => None,
        });
        let moment = next
            .and_then(|idx| resolve(times, part, idx, setting, Side::Of(Direction::Past)).moment);
        let coarse = |it: &Moment| matches!(it.precision, Precision::Month | Precision::Year);
        window.start = moment.filter(coarse).map_or(Edge::Unknown, Edge::At);
    }
    if window.start == Edge::Unknown
        && let Some(start) = aged
    {
        window.start = Edge::At(start);
    }
    ((window != Window::default()).then_some(window), length)
}

/// One word before a noun: `72-hour`, and not `for 72 hours`.
fn is_label(part: &PartText, when: usize) -> bool {
    !part.text.of(part.found.whens[when].span).contains(char::is_whitespace)
}

/// By how much a truce is extended: `extended by 72 hours`, `for another five days`, `a two-month
/// extension`. Never the length that the truce had before: that stands in its own phrase.
pub fn added(
    part: &PartText,
    folded: &Folded,
    trigger: usize,
    times: &Times,
    setting: &Setting,
) -> Option<Length> {
    let length = |unit: &Unit, label: bool| match unit.kind {
        Kind::When(idx)
            if is_label(part, idx) == label
                && matches!(
                    part.found.whens[idx].what.role,
                    Role::By | Role::For | Role::Label
                ) =>
        {
            resolve(times, part, idx, setting, Side::Of(Direction::Unknown)).length
        }
        _ => None,
    };
    let finite = |unit: &Unit| match &unit.kind {
        Kind::Verb(verb) => !matches!(verb.voice, Voice::Infinitive | Voice::Gerund),
        _ => unit.word == ";",
    };
    let after = folded.units[trigger + 1..].iter().take(16).take_while(|it| !finite(it));
    let before = folded.units[..trigger].iter().rev().take(2);
    after.filter_map(|it| length(it, false)).chain(before.filter_map(|it| length(it, true))).next()
}

/// The first day of a truce from its age: `a two-day-old ceasefire` told on the 23rd began on the
/// 21st. In days, months or years as the words are; an age in weeks is too rough for a day.
fn born(words: &str, times: &Times, published: Option<jiff::civil::Date>) -> Option<Moment> {
    let mut moment = counted_back(times, words, published?)?;
    moment.doubts.push("counted back from the age that the report gives".to_owned());
    Some(moment)
}
