//! Which truce each claim is about, within one report. Comes in: kept candidates and the report's
//! mentions. Goes out: [`Truce`]s, and each claim's index into them. Lends nothing from one to another.

use std::collections::{BTreeMap, HashMap};

use jiff::civil::Date;

use crate::{
    claim::{
        Act, Actor, Claim, Part, Site, Stance,
        draw::{Candidate, Drawer, Drawn, PartText, Setting},
        filler::Dated,
    },
    mention::{truce::Modifier, when::Times, who::Class},
    time::{Moment, Precision},
    truce::{
        Status, Truce, dates,
        told::{Told, begun, coarse, length, start, told},
    },
};

/// Starts, lengths, names of a truce that are weighed: more than any report has, and a bound for those
/// that have more.
pub(super) const MOST: usize = 300;

/// Days after which an event told of is background, not news.
const BACKGROUND_DAYS: i64 = 150;

/// What sets a claim's truce apart from the one the report is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Key {
    Main,
    /// Named by a year, told of from far.
    Year(i16),
    /// `the previous truce`, `an earlier ceasefire`.
    Past,
    /// `several ceasefires`, `periodic truces`.
    Several,
}

/// Groups and dates the candidates, and folds each group into a truce.
pub fn group(
    parts: &[PartText],
    drawer: &Drawer,
    times: &Times,
    drawn: &Drawn,
    candidates: &mut [Candidate],
    setting: &Setting,
) -> Vec<Truce> {
    let Parted { order, news, alias } = part_truces(parts, candidates, setting);
    let options = options(parts, drawer, times, drawn, candidates, setting);
    dates::fill(candidates, options, &drawer.when);
    let cast = cast(parts);
    (0..order.len())
        .map(|idx| {
            let own: Vec<&Candidate> =
                candidates.iter().filter(|it| it.claim.truce == idx).collect();
            let is_own = |key: Key| {
                !news
                    || key == order[idx]
                    || order[idx] == Key::Main && Some(&key) == alias.as_ref()
            };
            let mut told = told(parts, drawn, is_own, setting);
            told.starts.extend(begun(parts, &own));
            truce(idx, &own, &told, parts, &cast)
        })
        .collect()
}

/// Dates what the rules can date, once each candidate's truce is known; every time that may date each.
pub fn options(
    parts: &[PartText],
    drawer: &Drawer,
    times: &Times,
    drawn: &Drawn,
    candidates: &mut [Candidate],
    setting: &Setting,
) -> Vec<Vec<Dated>> {
    let own = candidates.iter().map(|it| drawer.dated(parts, drawn, it, times, setting)).collect();
    dates::share(candidates, &drawn.candidates, own, setting, drawer.named)
}

/// The truces that the candidates were parted into.
pub struct Parted {
    order: Vec<Key>,
    /// Whether one of them is the report's news; else all is one truce.
    news: bool,
    /// What the news truce goes by as well.
    alias: Option<Key>,
}

/// Gives each candidate the number of its truce.
pub fn part_truces(parts: &[PartText], candidates: &mut [Candidate], setting: &Setting) -> Parted {
    let keys: Vec<Key> = candidates.iter().map(|it| key(parts, it, setting)).collect();
    let news = keys.contains(&Key::Main);
    let alias = long_standing(candidates, &keys).filter(|_| news);
    let mut order: Vec<Key> = Vec::new();
    for (candidate, key) in candidates.iter_mut().zip(&keys) {
        let key = if news && Some(key) != alias.as_ref() { key.clone() } else { Key::Main };
        let idx = order.iter().position(|it| *it == key).unwrap_or_else(|| {
            order.push(key.clone());
            order.len() - 1
        });
        candidate.claim.truce = idx;
    }
    Parted { order, news, alias }
}

/// The one truce of long ago that the news is of: told as broken, extended or ended, and not as made anew.
fn long_standing(candidates: &[Candidate], keys: &[Key]) -> Option<Key> {
    let makes = |it: &Candidate| {
        matches!(it.claim.act, Act::Agreed | Act::Declared | Act::Began | Act::Proposed)
            && matches!(it.claim.stance, Stance::Fact | Stance::Planned)
    };
    let anew = candidates.iter().zip(keys).any(|(it, key)| *key == Key::Main && makes(it));
    let mut years = keys.iter().filter(|it| matches!(it, Key::Year(_)));
    let first = years.next().filter(|_| !anew)?;
    years.all(|it| it == first).then(|| first.clone())
}

pub(super) fn key(parts: &[PartText], candidate: &Candidate, setting: &Setting) -> Key {
    let claim = &candidate.claim;
    let dated = matches!(
        claim.act,
        Act::Agreed
            | Act::Declared
            | Act::Began
            | Act::Ended
            | Act::Extended
            | Act::Rejected
            | Act::Held
    );
    if dated
        && let (Some(published), Some(day)) =
            (setting.published, claim.when.as_ref().and_then(first_day))
        && i64::from((published - day).get_days()) > BACKGROUND_DAYS
    {
        return Key::Year(day.year());
    }
    candidate
        .truce
        .and_then(|(part, idx)| Some(mention_key(parts.iter().find(|it| it.part == part)?, idx)))
        .unwrap_or(Key::Main)
}

pub(super) fn mention_key(part: &PartText, idx: usize) -> Key {
    let Some(mention) = part.found.truces.get(idx) else { return Key::Main };
    if mention.what.modifiers.contains(&Modifier::Past) {
        return Key::Past;
    }
    let core = part.text.of(mention.what.core).to_lowercase();
    let plural = ["truces", "ceasefires", "cease-fires", "lulls"].contains(&core.as_str());
    if plural && !mention.what.definite { Key::Several } else { Key::Main }
}

/// The civil day on which a moment begins, as its EDTF says.
fn first_day(moment: &Moment) -> Option<Date> {
    let text = moment.edtf.split('/').next()?;
    match moment.precision {
        Precision::Year => Date::new(text.get(..4)?.parse().ok()?, 12, 31).ok(),
        Precision::Month | Precision::Season => format!("{}-28", text.get(..7)?).parse().ok(),
        _ => text.get(..10)?.parse().ok(),
    }
}

type Cast = HashMap<String, (Class, Option<(String, Option<String>)>)>;

fn cast(parts: &[PartText]) -> Cast {
    let whos = parts.iter().flat_map(|part| &part.found.whos);
    whos.map(|it| (it.what.name.clone(), (it.what.class, it.what.of.clone()))).collect()
}

fn truce(idx: usize, own: &[&Candidate], told: &Told, parts: &[PartText], cast: &Cast) -> Truce {
    let claims: Vec<&Claim> = own.iter().map(|it| &it.claim).collect();
    let start = start(&told.starts).or_else(|| coarse(&claims));
    let ended = |it: &&&Claim| it.act == Act::Ended && it.stance == Stance::Fact;
    let end = told
        .ends
        .first()
        .cloned()
        .or_else(|| claims.iter().filter(ended).find_map(|it| it.when.clone()));
    let declared = claims
        .iter()
        .find(|claim| {
            claim.act == Act::Declared && claim.stance == Stance::Fact && claim.when.is_some()
        })
        .and_then(|claim| claim.when.clone());
    let length = length(&told.lengths);
    Truce {
        id: format!("T{}", idx + 1),
        label: label(own, parts),
        sides: sides(&claims, cast),
        mediators: told.mediators.clone(),
        places: places(&claims),
        declared,
        start,
        end,
        length,
        excludes: told.excludes.clone(),
        status: status(&claims),
    }
}

/// The words of the truce that say most: the longest phrase with a core word.
fn label(own: &[&Candidate], parts: &[PartText]) -> String {
    let mut best = String::new();
    for candidate in own {
        let Some((part, idx)) = candidate.truce else { continue };
        let Some(part) = parts.iter().find(|it| it.part == part) else { continue };
        let Some(mention) = part.found.truces.get(idx) else { continue };
        let text = part.text.of(mention.span).replace('\n', " ");
        if best.is_empty()
            || part.part == Part::Text
                && !mention.what.weak
                && text.len() > best.len()
                && text.len() < 60
        {
            best = text;
        }
    }
    // A quotation that goes on beyond the phrase.
    let count = |mark: char| best.matches(mark).count();
    let halved = (count('"') % 2 == 1, count('“') != count('”'));
    best.retain(|ch| !(halved.0 && ch == '"' || halved.1 && matches!(ch, '“' | '”')));
    if best.is_empty() { "truce".to_owned() } else { best }
}

fn is_party(actor: &Actor, cast: &Cast) -> Option<Actor> {
    match cast.get(&actor.name) {
        Some((Class::State | Class::Forces | Class::Group, _)) => Some(actor.clone()),
        Some((_, Some((name, id)))) => {
            let class = cast.get(name).map(|it| it.0);
            let known =
                id.is_some() || matches!(class, Some(Class::State | Class::Forces | Class::Group));
            known.then(|| Actor { name: name.clone(), text: actor.text.clone(), id: id.clone() })
        }
        _ => None,
    }
}

fn sides(claims: &[&Claim], cast: &Cast) -> Vec<Vec<Actor>> {
    let mut counts: BTreeMap<String, (usize, usize, Actor)> = BTreeMap::new();
    for (at, claim) in claims.iter().enumerate() {
        let acts = matches!(
            claim.act,
            Act::Agreed
                | Act::Declared
                | Act::Violated
                | Act::Held
                | Act::Rejected
                | Act::Extended
                | Act::Ended
                | Act::Proposed
        );
        if !acts {
            continue;
        }
        for actor in claim.by.iter().chain(&claim.against) {
            if let Some(party) = is_party(actor, cast) {
                let entry = counts.entry(party.name.clone()).or_insert((0, at, party));
                entry.0 += 1;
            }
        }
    }
    let mut parties: Vec<(usize, usize, Actor)> = counts.into_values().collect();
    parties.sort_by_key(|(count, at, _)| (std::cmp::Reverse(*count), *at));
    parties.truncate(4);
    parties.sort_by_key(|(_, at, _)| *at);
    parties.into_iter().map(|(_, _, actor)| vec![actor]).collect()
}

fn places(claims: &[&Claim]) -> Vec<Site> {
    let mut counts: Vec<(usize, Site)> = Vec::new();
    for site in claims.iter().flat_map(|claim| &claim.wher) {
        match counts.iter().position(|it| it.1.name == site.name) {
            Some(at) => counts[at].0 += 1,
            None if counts.len() < MOST => counts.push((1, site.clone())),
            None => {}
        }
    }
    let most = counts.iter().map(|it| it.0).max().unwrap_or(0);
    counts.into_iter().filter(|it| it.0 * 2 >= most).map(|it| it.1).take(3).collect()
}

fn status(claims: &[&Claim]) -> Status {
    let has =
        |act: Act, stance: Stance| claims.iter().any(|it| it.act == act && it.stance == stance);
    let fact = |act: Act| has(act, Stance::Fact);
    if has(Act::Agreed, Stance::Denied) && (fact(Act::Agreed) || fact(Act::Declared)) {
        return Status::Disputed;
    }
    let last_end = claims.iter().rposition(|it| it.act == Act::Ended && it.stance == Stance::Fact);
    let day = |it: &Claim| it.when.as_ref().and_then(first_day);
    // Begun anew: later by its day, or where a day is missing, told later.
    let anew = |end: usize| {
        claims.iter().enumerate().any(|(at, it)| {
            let begins = matches!(it.act, Act::Began | Act::Extended) && it.stance == Stance::Fact;
            begins
                && match (day(it), day(claims[end])) {
                    (Some(begun), Some(ended)) => begun > ended || begun == ended && at > end,
                    _ => at > end,
                }
        })
    };
    if last_end.is_some_and(|end| !anew(end)) {
        return Status::Ended;
    }
    if fact(Act::Began)
        || fact(Act::Held)
        || fact(Act::Extended)
        || fact(Act::Violated) && !fact(Act::Rejected)
    {
        return Status::InForce;
    }
    if fact(Act::Agreed) {
        return Status::Agreed;
    }
    if fact(Act::Declared) {
        return Status::Declared;
    }
    if fact(Act::Rejected) {
        return Status::Rejected;
    }
    if fact(Act::Proposed) || fact(Act::CalledFor) {
        return Status::Proposed;
    }
    Status::Unknown
}
