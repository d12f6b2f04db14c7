//! Draws claims from sentences. Comes in: the title and body of an article with their mentions.
//! Goes out: [`Claim`]s in the order of the text. Knows no language.

use std::{
    cell::LazyCell,
    collections::{BTreeMap, HashMap, HashSet},
};

use crate::{
    claim::{
        Act, Actor, Claim, Part, Site, Stance,
        attack::Attacks,
        clause,
        digest::Features,
        features,
        filler::{Fields, Named},
        fold::{Folded, Found, Kind, Unit, Verb, Voice, fold},
        lexicon::{Auxiliary, Form, Verbs},
        model::Models,
        pattern::{By, Hit, Pattern},
        quote::quote_span,
        setting,
        speech::{Frame, Speech},
        stance::{self, Stances},
        term::{added, window},
        trigger::Triggers,
    },
    mention::{place::Where, when::Times},
    pack::{Error, Source},
    text::{Sentence, Span, Text},
    time::{Length, Window},
};

mod actors;
mod when;

use self::{actors::owner, when::side};

/// The patterns and speech of one language.
pub struct Drawer {
    pub patterns: Vec<Pattern>,
    triggers: Triggers,
    verbs: Verbs,
    speech: Speech,
    stances: Stances,
    attacks: Attacks,
    model: Models<1>,
    fields: Fields,
    pub when: Models<1>,
    outsiders: BTreeMap<String, f64>,
    /// Keeps the names of features, which only the trainer needs.
    pub named: bool,
}

/// One text of an article, with its mentions; cuts are blanked out.
pub struct PartText {
    pub part: Part,
    pub text: Text,
    pub found: Found,
}

/// A claim that a pattern reads, before it is weighed against the rest of the report.
#[derive(Clone, Debug)]
pub struct Candidate {
    pub claim: Claim,
    /// Index of its sentence among those of all parts.
    pub sentence: usize,
    pub trigger: usize,
    /// Units of the sentence that the pattern spans.
    pub units: std::ops::Range<usize>,
    /// The line itself names no truce.
    pub near: bool,
    /// Read by a word that may tell of the act, not by a line that does.
    pub loose: bool,
    pub features: Features,
    /// Its actors are told by the sentence itself: `both accuse each other`.
    pub mutual: bool,
    /// Which of by, against and says its line itself names.
    pub named: [bool; 3],
    pub pattern: usize,
    /// Unit of the truce.
    pub truce_unit: Option<usize>,
    pub tense: Tense,
    /// Dated by the truce: `killed since the ceasefire`.
    pub since: bool,
    /// The truce mention it rests on: part and index.
    pub truce: Option<(Part, usize)>,
}

/// How the trigger's verb stands in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tense {
    Present,
    Perfect,
    Past,
    Other,
}

impl Tense {
    pub fn of(verb: &Verb) -> Tense {
        let has = |kind: Auxiliary| verb.auxiliaries.contains(&kind);
        let modal = has(Auxiliary::Will) || has(Auxiliary::Would) || has(Auxiliary::May);
        match verb.voice {
            Voice::Infinitive | Voice::Gerund => Tense::Other,
            _ if modal || has(Auxiliary::Should) => Tense::Other,
            _ if has(Auxiliary::Have) => Tense::Perfect,
            _ if has(Auxiliary::Be) => match verb.past {
                true => Tense::Past,
                false => Tense::Present,
            },
            _ => match verb.form {
                Form::Past => Tense::Past,
                Form::S | Form::Base => Tense::Present,
                _ => Tense::Other,
            },
        }
    }
}

/// What the words around one truce mention tell of its times, whether or not a claim is made there.
#[derive(Clone, Debug)]
pub struct Term {
    pub part: Part,
    /// Index of the truce mention.
    pub truce: usize,
    pub window: Option<Window>,
    pub length: Option<Length>,
    /// Who brought it about, and who is left out of it.
    pub mediators: Vec<Actor>,
    pub excludes: Vec<Actor>,
}

/// All that the sentences of a report yield.
#[derive(Clone, Debug, Default)]
pub struct Drawn {
    pub candidates: Vec<Candidate>,
    pub terms: Vec<Term>,
    /// The sentences with candidates, by number.
    told: BTreeMap<usize, Told>,
}

/// A sentence as it was read.
#[derive(Clone, Debug)]
struct Told {
    part: Part,
    folded: Folded,
    frames: Vec<Frame>,
    /// The speaker whose quotation goes on into it.
    open: Option<Vec<Actor>>,
    /// Whom the sentence before named.
    before: Named,
}

/// What dates are resolved against, for the whole report.
#[derive(Clone, Debug, Default)]
pub struct Setting {
    pub published: Option<jiff::civil::Date>,
    pub zone: Option<String>,
    pub country: Option<String>,
    /// Where the report's truce is for, as far as the sentences that name it tell.
    pub places: Vec<Site>,
}

/// How much of the usual likelihood a sure line needs.
const SURE_SHARE: f64 = 0.5;

/// Candidates whose fields are filled at once.
const FILLED: usize = 16;

/// Guesses at one act in one sentence, of which at most one is kept.
const MOST_GUESSES: usize = 3;

impl Drawer {
    pub fn load(source: &Source, language: &str) -> Result<Drawer, Error> {
        let speech = Speech::load(source, language)?;
        let (patterns, mut lemmas) = Pattern::load_all(source, language)?;
        lemmas.extend(speech.say.iter().cloned());
        let attacks = Attacks::load(source, language)?;
        lemmas.extend(attacks.verbs.iter().cloned());
        Ok(Drawer {
            triggers: Triggers::new(&patterns),
            patterns,
            verbs: Verbs::load(source, language, &lemmas)?,
            speech,
            stances: Stances::load(source, language)?,
            attacks,
            model: Models::load(source, language, ["claim"])?,
            fields: Fields::load(source, language)?,
            when: Models::load(source, language, ["when"])?,
            outsiders: source.toml("world/outsiders.toml")?,
            named: false,
        })
    }

    /// The candidates that the model keeps, one of an act in a sentence unless by others, with their actors.
    pub fn choose(&self, parts: &[PartText], drawn: &Drawn) -> Vec<Candidate> {
        let share = |it: &Candidate| if self.patterns[it.pattern].sure { SURE_SHARE } else { 1.0 };
        let all: Vec<_> = drawn.candidates.iter().map(|it| (&it.features, share(it))).collect();
        let judged = self.model.judge(&all).into_iter().zip(&drawn.candidates);
        let mut likely: Vec<(f64, &Candidate)> =
            judged.filter_map(|([probability], it)| Some((probability?, it))).collect();
        likely.sort_by(|a, b| a.1.sentence.cmp(&b.1.sentence).then(b.0.total_cmp(&a.0)));
        let mut chosen: Vec<Candidate> = Vec::new();
        let mut kept: Vec<(usize, Act, Vec<String>, bool)> = Vec::new();
        let filled = likely.chunks(FILLED).flat_map(|some| {
            let fillers = |it: &Candidate| match it.mutual {
                true => Vec::new(),
                false => self.fillers(parts, drawn, it),
            };
            let mut some: Vec<_> =
                some.iter().map(|(_, it)| ((*it).clone(), fillers(it))).collect();
            self.fields.fill(&mut some);
            some.into_iter().map(|(candidate, _)| candidate)
        });
        for (candidate, (_, before)) in filled.zip(&likely) {
            let ruled = !before.claim.by.is_empty();
            let claim = &candidate.claim;
            let by: Vec<String> = claim.by.iter().map(|it| it.name.clone()).collect();
            // The same act twice in a sentence counts once, unless each is by someone that the other is not.
            let first = kept.partition_point(|it| it.0 < candidate.sentence);
            let again = kept[first..].iter().position(|(_, act, others, _)| {
                *act == claim.act && (within(others, &by) || within(&by, others))
            });
            if let Some(at) = again.map(|it| first + it) {
                // The one whose line finds who did it tells more.
                let same = chosen[at].claim.stance == claim.stance;
                if same && ruled && !kept[at].3 && !candidate.loose {
                    kept[at] = (candidate.sentence, claim.act, by, ruled);
                    chosen[at] = candidate;
                }
                continue;
            }
            kept.push((candidate.sentence, claim.act, by, ruled));
            chosen.push(candidate);
        }
        chosen.sort_by_key(|it| (it.sentence, it.trigger, it.claim.act));
        chosen
    }

    /// Every reading of every pattern, with the features that the model weighs.
    pub fn draw(&self, parts: &[PartText], times: &Times, setting: &Setting) -> Drawn {
        let mut candidates: Vec<Candidate> = Vec::new();
        let mut terms = Vec::new();
        if !parts.iter().any(setting::names_truce) {
            return Drawn::default();
        }
        let mut told = BTreeMap::new();
        let mut number = 0;
        let mut truce_sentences: Vec<usize> = Vec::new();
        for part in parts {
            let mut open_speaker: Option<Vec<Actor>> = None;
            let mut before = Named::default();
            let mut quoted = false;
            for sentence in &part.text.sentences {
                number += 1;
                let folded = fold(&part.text, sentence, &part.found, &self.verbs, quoted);
                if folded.units.iter().any(|unit| matches!(unit.kind, Kind::Truce(_))) {
                    truce_sentences.push(number);
                }
                for (at, unit) in folded.units.iter().enumerate() {
                    if let Kind::Truce(truce) = unit.kind {
                        let (window, length) = window(part, &folded, at, times, setting);
                        let excludes = self.excluded(&folded, part);
                        let mediators = self.mediators(&folded, part, at);
                        let empty = excludes.is_empty() && mediators.is_empty();
                        if window.is_some() || length.is_some() || !empty {
                            let part = part.part;
                            terms.push(Term { part, truce, window, length, mediators, excludes });
                        }
                    }
                }
                let frames = self.speech.frames(&folded, &part.found);
                let first = candidates.len();
                self.sentence(
                    part,
                    sentence,
                    number,
                    &folded,
                    &frames,
                    times,
                    setting,
                    &mut candidates,
                );
                let open = open_speaker.clone();
                // A quotation that goes on over sentences keeps its speaker.
                let speaker = frames.first().map(|frame| self.actors(&folded, part, frame.speaker));
                let starts_quoted = folded.units.first().is_some_and(|unit| unit.quoted);
                if let Some(speaker) = speaker {
                    open_speaker = Some(speaker);
                } else if starts_quoted && let Some(speaker) = &open_speaker {
                    for candidate in &mut candidates[first..] {
                        let claim = &mut candidate.claim;
                        if claim.says.is_empty() && !same_actors(&claim.by, speaker) {
                            claim.says = speaker.clone();
                        }
                    }
                } else {
                    open_speaker = None;
                }
                let named = self.named(part, &folded, &frames);
                let before = std::mem::replace(&mut before, named);
                if candidates.len() > first {
                    quoted = ends_inside_quote(&folded);
                    told.insert(number, Told { part: part.part, folded, frames, open, before });
                    continue;
                }
                quoted = ends_inside_quote(&folded);
            }
        }
        candidates.retain(|it| {
            let near = features::nearest(&truce_sentences, it.sentence, true);
            !it.near || near.is_some_and(|far| far <= 5)
        });
        features::of_report(&mut candidates, &truce_sentences, number);
        Drawn { candidates, terms, told }
    }

    /// The folded sentence and every line that stands in it: for those who write patterns.
    pub fn explain(&self, text: &Text, sentence: &Sentence, found: &Found) -> String {
        let folded = fold(text, sentence, found, &self.verbs, false);
        let mut lines = vec![folded.line.clone()];
        for hit in self.hits(&folded) {
            let span = Span {
                start: folded.units[hit.units.start].span.start,
                end: folded.units[hit.units.end - 1].span.end,
            };
            lines.push(format!(
                "  {}:{} | {}",
                self.patterns[hit.pattern].name,
                hit.line + 1,
                text.of(span)
            ));
        }
        for frame in self.speech.frames(&folded, found) {
            lines.push(format!(
                "  {} says ({}) {:?}",
                text.of(folded.units[frame.speaker].span),
                frame.lemma,
                frame.scopes
            ));
        }
        lines.join("\n")
    }

    /// Whether a line of a pattern stands in a sentence of the parts; lines count from 0.
    pub fn stands(&self, parts: &[PartText], pattern: usize, line: usize) -> bool {
        parts.iter().any(|part| {
            part.text.sentences.iter().any(|sentence| {
                let folded = fold(&part.text, sentence, &part.found, &self.verbs, false);
                let mut hits = self.hits(&folded).into_iter();
                hits.any(|hit| (hit.pattern, hit.line) == (pattern, line))
            })
        })
    }

    /// Every place where a line stands in the sentence, in the order of the lines.
    fn hits(&self, folded: &Folded) -> Vec<Hit> {
        let fire = LazyCell::new(|| self.attacks.any(folded));
        let mut hits: Vec<Hit> = Vec::new();
        for lines in self.triggers.lines(folded).chunk_by(|a, b| a.0 == b.0) {
            let number = lines[0].0;
            let pattern = &self.patterns[number];
            if pattern.by == By::Attacker && !*fire {
                continue;
            }
            let before = hits.len();
            for &(_, line) in lines {
                pattern.hits(number, line, folded, &mut hits);
            }
            if hits.len() > before && pattern.is_barred(folded) {
                hits.truncate(before);
            }
        }
        hits
    }

    #[allow(clippy::too_many_arguments)]
    fn sentence(
        &self,
        part: &PartText,
        sentence: &Sentence,
        number: usize,
        folded: &Folded,
        frames: &[Frame],
        times: &Times,
        setting: &Setting,
        into: &mut Vec<Candidate>,
    ) {
        let mut hits = self.hits(folded);
        hits.retain(|hit| {
            self.patterns[hit.pattern].only.is_none_or(|only| {
                only == self.stances.of(folded, &part.found, frames, hit.trigger, hit.truce)
            })
        });
        // One act by one trigger; a line that names the truce before one that does not, the tighter first.
        let rank = |hit: &Hit| {
            let pattern = &self.patterns[hit.pattern];
            (pattern.near, pattern.loose, hit.units.len(), hit.pattern, hit.line)
        };
        hits.sort_by_key(rank);
        let mut seen: HashSet<(Act, usize)> = HashSet::new();
        let mut guesses: HashMap<Act, usize> = HashMap::new();
        hits.retain(|hit| {
            let pattern = &self.patterns[hit.pattern];
            if !seen.insert((pattern.act, hit.trigger)) {
                return false;
            }
            let guesses = guesses.entry(pattern.act).or_default();
            *guesses += usize::from(pattern.near || pattern.loose);
            *guesses <= MOST_GUESSES
        });
        let plain =
            |hit: &Hit| !(self.patterns[hit.pattern].near || self.patterns[hit.pattern].loose);
        let governed: Vec<bool> = hits
            .iter()
            .map(|inner| {
                let mut outers = hits.iter().filter(|outer| plain(outer) || !plain(inner));
                outers.any(|outer| self.governs(folded, outer, inner))
            })
            .collect();
        let mut drawn: Vec<Candidate> = Vec::new();
        // Where a line tells of an act, words that only may tell of it are not asked.
        let mut told: HashSet<Act> = HashSet::new();
        for (hit, governed) in hits.iter().zip(governed) {
            if governed || !plain(hit) && told.contains(&self.patterns[hit.pattern].act) {
                continue;
            }
            let Some(claim) = self.claim(part, sentence, folded, frames, hit, times, setting)
            else {
                continue;
            };
            let pattern = &self.patterns[hit.pattern];
            if plain(hit) {
                told.insert(pattern.act);
            }
            let features = {
                let by = self.doer(folded, hit);
                features::of_hit(
                    part,
                    folded,
                    frames,
                    hit,
                    by,
                    pattern,
                    &claim,
                    &self.verbs,
                    setting.published,
                    self.named,
                )
            };
            let truce = hit.truce.and_then(|unit| match folded.units[unit].kind {
                Kind::Truce(idx) => Some((part.part, idx)),
                _ => None,
            });
            let tense = match &folded.units[hit.trigger].kind {
                Kind::Verb(verb) => Tense::of(verb),
                _ => folded
                    .units
                    .iter()
                    .find_map(|unit| match &unit.kind {
                        Kind::Verb(verb) => Some(Tense::of(verb)),
                        _ => None,
                    })
                    .unwrap_or(Tense::Other),
            };
            let since = pattern.by == By::Attacker
                && hit.truce.is_some()
                && self.attacks.since.contains(&folded.units[hit.trigger].word);
            let both = self.both_accused(part, folded, frames, hit, &claim);
            let mutual = both.is_some();
            let claims = both.map_or_else(|| vec![claim], |both| both.into());
            let truce_unit = hit.truce;
            let named = [hit.by, hit.against, hit.says].map(|it| it.is_some());
            drawn.extend(claims.into_iter().map(|claim| Candidate {
                claim,
                sentence: number,
                trigger: hit.trigger,
                units: hit.units.clone(),
                near: pattern.near,
                loose: pattern.loose,
                features: features.clone(),
                mutual,
                named,
                pattern: hit.pattern,
                truce_unit,
                tense,
                since,
                truce,
            }));
        }
        drawn.sort_by_key(|it| (it.trigger, it.claim.act));
        into.extend(drawn);
    }

    /// Whether `inner` only says what `outer` is about: `urged both sides to respect the truce` is a
    /// call and no observance.
    fn governs(&self, folded: &Folded, outer: &Hit, inner: &Hit) -> bool {
        let (outer_act, inner_act) =
            (self.patterns[outer.pattern].act, self.patterns[inner.pattern].act);
        if outer_act == inner_act || outer.trigger == inner.trigger {
            return false;
        }
        let within = outer.units.contains(&inner.trigger) && outer.trigger < inner.trigger;
        let finite = match &folded.units[inner.trigger].kind {
            Kind::Verb(verb) => matches!(verb.voice, Voice::Active) || verb.voice == Voice::Passive,
            _ => false,
        };
        let about = matches!(
            outer_act,
            Act::CalledFor
                | Act::Proposed
                | Act::Rejected
                | Act::Talks
                | Act::Welcomed
                | Act::Declared
                | Act::Agreed
        );
        let ends = matches!(inner_act, Act::Extended | Act::Ended | Act::Violated);
        if within && about && !finite {
            // The end of a truce may be announced; what is announced then is the end.
            return !(ends && matches!(outer_act, Act::Declared | Act::Agreed));
        }
        matches!(inner_act, Act::Declared | Act::Agreed)
            && matches!(outer_act, Act::Extended | Act::Ended)
            && inner.units.contains(&outer.trigger)
            && inner.trigger < outer.trigger
    }

    #[allow(clippy::too_many_arguments)]
    fn claim(
        &self,
        part: &PartText,
        sentence: &Sentence,
        folded: &Folded,
        frames: &[Frame],
        hit: &Hit,
        times: &Times,
        setting: &Setting,
    ) -> Option<Claim> {
        let pattern = &self.patterns[hit.pattern];
        let units = &folded.units;
        let mut act = pattern.act;
        let told = self.stances.of(folded, &part.found, frames, hit.trigger, hit.truce);
        let mut stance = pattern.stance_where(told);
        let by_unit = self.doer(folded, hit);
        let mut by = by_unit.map_or_else(Vec::new, |unit| self.actors(folded, part, unit));
        let mut against = hit.against.map_or_else(Vec::new, |unit| self.actors(folded, part, unit));
        // Sides kept apart: what an accuser says of the accused.
        let mut says_units: Vec<usize> = hit.says.into_iter().collect();
        let mut covering: Vec<&Frame> = frames
            .iter()
            .filter(|frame| {
                frame.verb != hit.trigger
                    && frame.covers(hit.trigger)
                    && Some(frame.speaker) != by_unit
            })
            .collect();
        covering.sort_by_key(|frame| frame.verb.abs_diff(hit.trigger));
        if act == Act::Held && stance == Stance::Denied {
            let comply = matches!(&units[hit.trigger].kind, Kind::Verb(verb) if !matches!(verb.lemma.as_str(), "hold" | "last" | "prevail" | "endure" | "survive" | "stick" | "remain"));
            let own = matches!(&units[hit.trigger].kind, Kind::Verb(verb) if verb.negated)
                || folded.units[..hit.trigger]
                    .iter()
                    .rev()
                    .take(3)
                    .any(|unit| matches!(&unit.kind, Kind::Verb(verb) if verb.lemma == "fail"));
            if comply && own && !by.is_empty() {
                act = Act::Violated;
                stance = Stance::Fact;
            }
        }
        if act == Act::Violated {
            let accuser = frames.iter().find(|frame| {
                matches!(frame.lemma.as_str(), "accuse" | "blame") && frame.verb < hit.trigger
            });
            if let Some(frame) = accuser
                && let Some(accused) = clause::accused(folded, frame.verb)
            {
                by = self.actors(folded, part, accused);
                if !covering.iter().any(|it| it.speaker == frame.speaker) {
                    says_units.push(frame.speaker);
                }
            }
        }
        if act == Act::Violated && pattern.by == By::Attacker {
            let attack = self.attacks.of(folded, hit.trigger);
            if !by.is_empty() {
                // The accuser has named whose fire it is.
            } else if let Some(unit) = attack.by {
                by = self.actors(folded, part, unit);
            } else if let Some(noun) = attack.noun {
                by = owner(part, folded, noun);
            }
            if let Some(unit) = attack.against {
                against = self.actors(folded, part, unit);
            }
            by.retain(|it| !against.contains(it));
        }
        if act == Act::Violated && by.is_empty() && pattern.by == By::Subject {
            // `Israel's cease-fire violations`, `violations by the rebels`, `on both sides`.
            by = owner(part, folded, hit.trigger);
            if by.is_empty()
                && let Some(unit) = clause::after_preposition(folded, hit.trigger, &["by", "on"])
            {
                by = self.actors(folded, part, unit);
            }
        }
        if matches!(act, Act::Agreed | Act::Talks) && by.is_empty() {
            let from = hit.truce.unwrap_or(hit.trigger).min(hit.trigger);
            let between = clause::after_preposition(folded, from, &["between"]);
            let with = || clause::after_preposition(folded, hit.trigger, &["with"]);
            if let Some(unit) = between.or_else(|| if act == Act::Talks { with() } else { None }) {
                by = self.actors(folded, part, unit);
            }
        }
        if by.is_empty()
            && pattern.by == By::Subject
            && !matches!(act, Act::Violated | Act::Began | Act::Extended)
        {
            let unit = match &units[hit.trigger].kind {
                Kind::Who(_) => Some(hit.trigger),
                Kind::Verb(_) => None,
                _ => clause::subject(folded, hit.trigger)
                    .filter(|subject| !covering.iter().any(|frame| frame.speaker == *subject)),
            };
            by = unit.map_or_else(Vec::new, |unit| self.actors(folded, part, unit));
        }
        if act == Act::CalledFor
            && against.is_empty()
            && let Some(to) = clause::object(folded, hit.trigger)
        {
            against = self.actors(folded, part, to);
        }
        if matches!(act, Act::Declared | Act::Agreed | Act::Proposed)
            && against.is_empty()
            && let Some(with) =
                hit.truce.and_then(|truce| clause::after_preposition(folded, truce, &["with"]))
        {
            against = self.actors(folded, part, with);
        }
        for frame in covering {
            if let Some(through) = frame.through {
                says_units.push(through);
            }
            says_units.push(frame.speaker);
            says_units.extend(frame.carrier);
        }
        let mut says: Vec<Actor> = Vec::new();
        for unit in says_units {
            for actor in self.actors(folded, part, unit) {
                if !says.contains(&actor) {
                    says.push(actor);
                }
            }
        }
        says.retain(|it| !by.iter().any(|by| by.name == it.name));
        let speaks_of_self = by.is_empty()
            && units[hit.trigger].quoted
            && units[..hit.trigger]
                .iter()
                .rev()
                .take(6)
                .any(|unit| self.verbs.own.contains(&unit.word));
        if speaks_of_self && pattern.by == By::Subject {
            by = says.first().cloned().into_iter().collect();
            says.retain(|it| !by.contains(it));
        }
        let side = side(stance, units, hit.trigger);
        let when = self.when(part, folded, frames, hit, act, side, times, setting);
        if matches!(act, Act::Began | Act::Ended) {
            stance = stance::ahead(stance, when.as_ref(), setting.published);
        }
        let mut wher = self.places(part, folded, frames, hit.trigger);
        if wher.is_empty() {
            wher = setting.places.clone();
        }
        let (window, mut length) =
            hit.truce.map_or((None, None), |truce| window(part, folded, truce, times, setting));
        if act == Act::Extended {
            length = added(part, folded, hit.trigger, times, setting);
        }
        let span = quote_span(sentence, folded, frames, hit, by_unit)?;
        Some(Claim {
            act,
            stance,
            truce: 0,
            by,
            against,
            says,
            when,
            wher,
            window,
            length,
            part: part.part,
            span,
            quote: part.text.of(span).to_owned(),
            pattern: format!("{}:{}", pattern.name, hit.line + 1),
        })
    }

    /// `both accuse each other`: each says that the other broke the truce.
    fn both_accused(
        &self,
        part: &PartText,
        folded: &Folded,
        frames: &[Frame],
        hit: &Hit,
        claim: &Claim,
    ) -> Option<[Claim; 2]> {
        if claim.act != Act::Violated {
            return None;
        }
        let said = part.text.of(Span {
            start: folded.units.first()?.span.start,
            end: folded.units.last()?.span.end,
        });
        let said = said.to_lowercase();
        if !self.verbs.mutual.iter().any(|it| said.contains(it)) {
            return None;
        }
        let speaker =
            frames.iter().filter(|it| it.verb <= hit.trigger).map(|it| it.speaker).next_back();
        let unit = speaker.or_else(|| clause::subject(folded, hit.trigger))?;
        let [one, other] = &self.actors(folded, part, unit)[..] else { return None };
        let told = |by: &Actor, says: &Actor| Claim {
            by: vec![by.clone()],
            against: vec![says.clone()],
            says: vec![says.clone()],
            ..claim.clone()
        };
        Some([told(one, other), told(other, one)])
    }

    /// The unit of who does the act.
    fn doer(&self, folded: &Folded, hit: &Hit) -> Option<usize> {
        match (hit.by, self.patterns[hit.pattern].by) {
            (Some(by), _) => Some(by),
            (None, By::None | By::Attacker) => None,
            (None, By::Subject) => match &folded.units[hit.trigger].kind {
                Kind::Verb(verb) if verb.voice == Voice::Passive => {
                    clause::agent(folded, hit.trigger)
                }
                Kind::Verb(_) => {
                    // `said the truce had collapsed`: the line begins with the truce, which does it.
                    let own = hit.truce == Some(hit.units.start) && hit.units.start < hit.trigger;
                    let joined = |it: &Unit| it.kind == Kind::Punct || it.word == "and";
                    let between = &folded.units[hit.units.start..hit.trigger];
                    clause::subject(folded, hit.trigger).filter(|subject| {
                        !own || *subject > hit.units.start || between.iter().any(joined)
                    })
                }
                _ => clause::after_preposition(folded, hit.trigger, &["by"]),
            },
        }
    }

    /// Whom the sentence leaves out of the truce: `does not apply to the Islamic State`.
    fn excluded(&self, folded: &Folded, part: &PartText) -> Vec<Actor> {
        let units = &folded.units;
        let mut out = Vec::new();
        for (at, unit) in units.iter().enumerate() {
            let leaves = match &unit.kind {
                Kind::Verb(verb) if verb.negated => self.verbs.including.contains(&verb.lemma),
                Kind::Verb(_) | Kind::Word => self.verbs.excepting.contains(&unit.word),
                _ => false,
            };
            if !leaves {
                continue;
            }
            let end = units.len().min(at + 5);
            if let Some(who) = (at + 1..end).find(|&idx| clause::actor(folded, idx)) {
                out.extend(self.actors(folded, part, who));
            }
        }
        out
    }

    /// Who is said to have brought the truce about: `brokered by Egypt`, `that Qatar mediated`.
    fn mediators(&self, folded: &Folded, part: &PartText, truce: usize) -> Vec<Actor> {
        let units = &folded.units;
        let near = truce.saturating_sub(8)..units.len().min(truce + 8);
        for (at, unit) in units.iter().enumerate().filter(|(at, _)| near.contains(at)) {
            let Kind::Verb(verb) = &unit.kind else { continue };
            if !self.verbs.brokering.contains(&verb.lemma) {
                continue;
            }
            let who = match verb.voice {
                Voice::Passive => clause::agent(folded, at),
                Voice::Active => clause::subject(folded, at),
                _ => None,
            };
            if let Some(who) = who {
                return self.actors(folded, part, who);
            }
        }
        Vec::new()
    }

    fn places(
        &self,
        part: &PartText,
        folded: &Folded,
        frames: &[Frame],
        trigger: usize,
    ) -> Vec<Site> {
        let mut sites: Vec<Site> = Vec::new();
        for (at, unit) in folded.units.iter().enumerate() {
            let told = frames
                .iter()
                .any(|frame| frame.verb != trigger && frame.telling(&folded.units).contains(&at));
            if let Kind::Where(idx) = unit.kind
                && !told
            {
                let mention = &part.found.wheres[idx];
                let site = site(&mention.what, part.text.of(mention.span));
                if !sites.iter().any(|it| it.name == site.name) {
                    sites.push(site);
                }
            }
        }
        sites
    }
}

pub fn site(what: &Where, text: &str) -> Site {
    match what.candidates.first() {
        Some(place) => Site {
            name: place.name.clone(),
            text: text.to_owned(),
            id: Some(place.id.clone()),
            country: (!place.country.is_empty()).then(|| place.country.clone()),
            lat: Some(place.lat),
            lon: Some(place.lon),
        },
        None => Site {
            name: text.to_owned(),
            text: text.to_owned(),
            id: None,
            country: None,
            lat: None,
            lon: None,
        },
    }
}

fn within(some: &[String], all: &[String]) -> bool {
    some.iter().all(|it| all.contains(it))
}

fn same_actors(a: &[Actor], b: &[Actor]) -> bool {
    !a.is_empty() && a.iter().all(|it| b.iter().any(|other| other.name == it.name))
}

fn ends_inside_quote(folded: &Folded) -> bool {
    let mut inside =
        folded.units.first().is_some_and(|unit| unit.quoted && unit.kind != Kind::Quote);
    for unit in &folded.units {
        if unit.kind == Kind::Quote {
            inside = match unit.word.as_str() {
                "“" | "„" | "«" | "``" => true,
                "”" | "»" | "''" => false,
                _ => !inside,
            };
        }
    }
    inside
}
