//! Who is said to say what. Comes in: a folded sentence. Goes out: [`Frame`]s, each a speaker and
//! the units that the speaker answers for. Never asks what is said.

use std::collections::BTreeSet;

use serde::Deserialize;

use crate::{
    claim::{
        clause,
        fold::{Folded, Found, Kind, Unit, Voice},
    },
    mention::who::Class,
    pack::{Error, Source},
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    say: Vec<String>,
    act_like: Vec<String>,
    according: Vec<String>,
}

/// The speech verbs of one language, from `lang/<code>/speech.toml`.
pub struct Speech {
    pub say: BTreeSet<String>,
    act_like: BTreeSet<String>,
    according: Vec<Vec<String>>,
}

/// A speaker and what the speaker answers for.
#[derive(Clone, Debug, PartialEq)]
pub struct Frame {
    /// Unit of the speaker.
    pub speaker: usize,
    /// Unit of the verb, or of `according`.
    pub verb: usize,
    pub lemma: String,
    /// Units that are said.
    pub scopes: Vec<std::ops::Range<usize>>,
    /// Media that carry the words: `told Reuters`.
    pub carrier: Option<usize>,
    /// `quoted the ministry as saying`: a second speaker between.
    pub through: Option<usize>,
}

impl Frame {
    /// Units of the telling itself, where its place and time stand: `told reporters in Tbilisi`.
    pub fn telling(&self, units: &[Unit]) -> std::ops::Range<usize> {
        let stops = |unit: &Unit| {
            matches!(unit.kind, Kind::Quote | Kind::Punct | Kind::Verb(_)) || unit.word == "that"
        };
        let after = self.verb + 1;
        let end = units[after..].iter().position(stops).map_or(units.len(), |at| after + at);
        self.speaker.min(self.verb)..end
    }

    pub fn covers(&self, unit: usize) -> bool {
        self.scopes.iter().any(|scope| scope.contains(&unit))
    }
}

impl Speech {
    pub fn load(source: &Source, language: &str) -> Result<Speech, Error> {
        let file: File = source.toml(&format!("lang/{language}/speech.toml"))?;
        let split = |line: &String| line.split(' ').map(str::to_owned).collect();
        Ok(Speech {
            say: file.say.into_iter().collect(),
            act_like: file.act_like.into_iter().collect(),
            according: file.according.iter().map(split).collect(),
        })
    }

    pub fn frames(&self, folded: &Folded, found: &Found) -> Vec<Frame> {
        let units = &folded.units;
        let mut frames = Vec::new();
        for at in 0..units.len() {
            match &units[at].kind {
                Kind::Verb(verb) if self.say.contains(&verb.lemma) => {
                    if let Some(frame) = self.frame(folded, found, at, &verb.lemma, verb.voice) {
                        frames.push(frame);
                    }
                }
                Kind::Word => {
                    for phrase in &self.according {
                        let end = at + phrase.len();
                        let stands = units.len() > end
                            && phrase
                                .iter()
                                .zip(&units[at..end])
                                .all(|(word, unit)| *word == unit.word);
                        if stands
                            && let Some(speaker) = (end..units.len().min(end + 3))
                                .find(|&idx| clause::actor(folded, idx))
                        {
                            frames.push(Frame {
                                speaker,
                                verb: at,
                                lemma: "according".to_owned(),
                                scopes: vec![0..at, speaker + 1..units.len()],
                                carrier: None,
                                through: None,
                            });
                        }
                    }
                }
                _ => (),
            }
        }
        frames
    }

    fn frame(
        &self,
        folded: &Folded,
        found: &Found,
        at: usize,
        lemma: &str,
        voice: Voice,
    ) -> Option<Frame> {
        let units = &folded.units;
        let end = units.len();
        if matches!(voice, Voice::Passive) {
            // `was accused by the army of breaking it`: the agent speaks.
            if matches!(lemma, "accuse" | "blame") {
                let speaker = clause::agent(folded, at)?;
                let mut frame = self.new_frame(speaker, at, lemma, Vec::new());
                frame.scopes.push(speaker + 1..end);
                return Some(frame);
            }
            // `was quoted as saying`: the subject speaks.
            if !matches!(lemma, "quote" | "cite") {
                return None;
            }
            let speaker = clause::subject(folded, at)?;
            return Some(self.new_frame(speaker, at, lemma, vec![0..speaker, at + 1..end]));
        }
        if matches!(voice, Voice::Infinitive) {
            return None;
        }
        let mark = |idx: usize| units.get(idx).is_some_and(is_mark);
        let word = |idx: usize| units.get(idx).map_or("", |unit| unit.word.as_str());
        // `said Hamas spokesman X`: inverted, after a comma or a closing quotation.
        let inverted = clause::actor(folded, at + 1)
            && at > 0
            && (mark(at - 1) || units[at - 1].kind == Kind::Quote)
            && !matches!(
                lemma,
                "tell"
                    | "accuse"
                    | "blame"
                    | "inform"
                    | "assure"
                    | "warn"
                    | "quote"
                    | "cite"
                    | "deny"
            );
        if inverted {
            let speaker = at + 1;
            let mut frame = self.new_frame(speaker, at, lemma, Vec::new());
            frame.scopes.push(0..at);
            if let Some(quote) = (speaker + 1..end).find(|&idx| units[idx].kind == Kind::Quote) {
                frame.scopes.push(quote..end);
            }
            return Some(frame);
        }
        let speaker = if voice == Voice::Gerund {
            clause::subject(folded, at)?
        } else {
            near_subject(folded, at)?
        };
        let mut frame = self.new_frame(speaker, at, lemma, Vec::new());
        let mut from = at + 1;
        if matches!(lemma, "tell" | "inform" | "assure" | "warn")
            && let Some(to) = clause::object(folded, at)
        {
            if is_media(folded, found, to) {
                frame.carrier = Some(to);
            }
            from = to + 1;
        }
        if matches!(lemma, "quote" | "cite")
            && let Some(through) = clause::object(folded, at)
        {
            frame.through = Some(through);
            from = through + 1;
        }
        // Post-posed: what was said went before, parted by a comma or a quotation mark.
        let before_speaker = speaker.checked_sub(1);
        let posed = before_speaker
            .is_some_and(|idx| (mark(idx) || units[idx].kind == Kind::Quote) && idx > 1);
        if self.act_like.contains(lemma) && !posed {
            // Over a clause that follows, not over an object: `announced that …`, `announced the army had …`.
            let that = (from..end.min(from + 3)).any(|idx| word(idx) == "that");
            let doer = (from..end.min(from + 2)).find(|&idx| clause::actor(folded, idx));
            let does = doer.is_some_and(|doer| {
                let next = &units[doer + 1..end.min(doer + 4)];
                next.iter().any(|unit| matches!(&unit.kind, Kind::Verb(verb) if verb.voice != Voice::Infinitive && verb.voice != Voice::Gerund))
            });
            let clause_follows = that || does;
            if !clause_follows && !matches!(lemma, "accuse" | "blame" | "deny") {
                return None;
            }
        }
        if posed {
            frame.scopes.push(0..speaker);
            let after = (from..end).find(|&idx| {
                units[idx].kind == Kind::Quote || word(idx) == "that" || word(idx) == "adding"
            });
            if let Some(after) = after {
                frame.scopes.push(after..end);
            }
        } else {
            frame.scopes.push(from..end);
            if units[..speaker].iter().any(|unit| unit.kind == Kind::Quote) {
                frame.scopes.push(0..speaker);
            }
        }
        Some(frame)
    }

    fn new_frame(
        &self,
        speaker: usize,
        verb: usize,
        lemma: &str,
        scopes: Vec<std::ops::Range<usize>>,
    ) -> Frame {
        Frame { speaker, verb, lemma: lemma.to_owned(), scopes, carrier: None, through: None }
    }
}

fn is_mark(unit: &Unit) -> bool {
    unit.kind == Kind::Punct && matches!(unit.word.as_str(), "," | "—" | "–" | "-")
}

/// The subject that stands close before a speech verb, times and places and brackets aside.
fn near_subject(folded: &Folded, at: usize) -> Option<usize> {
    let subject = clause::subject(folded, at)?;
    let between = &folded.units[subject + 1..at];
    let verbs = between.iter().filter(|unit| matches!(unit.kind, Kind::Verb(_))).count();
    (verbs <= 1 && between.len() <= 25).then_some(subject)
}

pub fn is_media(folded: &Folded, found: &Found, unit: usize) -> bool {
    match &folded.units[unit].kind {
        Kind::Who(whos) => whos.iter().all(|&who| found.whos[who].what.class == Class::Media),
        _ => false,
    }
}
