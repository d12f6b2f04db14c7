//! Patterns are sentences with holes. Comes in: the files of `lang/<code>/act/`. Goes out: [`Hit`]s
//! over a folded sentence. Knows no language: words and verbs stand in the files.

use std::{collections::BTreeSet, sync::OnceLock};

use regex::bytes::{Regex, RegexBuilder};
use serde::Deserialize;

use crate::{
    claim::{
        Act, Stance,
        fold::{Folded, OPENER},
        lexicon,
    },
    pack::{Error, Source, Words},
};

/// Who does the act when the line has no `{by}` hole.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum By {
    /// The subject of the trigger, or the agent of a passive.
    #[default]
    Subject,
    /// Nobody: the truce itself begins, holds, ends.
    None,
    /// Whoever attacks in the sentence.
    Attacker,
}

/// A pattern file as written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    act: String,
    stance: Option<String>,
    #[serde(default)]
    by: By,
    /// Read only where the words tell this stance: `there was no truce`, and not `there was a truce`.
    only: Option<String>,
    #[serde(rename = "match")]
    lines: Vec<String>,
    #[serde(default)]
    unless: Vec<String>,
    /// Read only near a truce: the line itself names none.
    #[serde(default)]
    near: bool,
    /// Words that may tell of the act, in a sentence that names a truce: read only where no other
    /// line reads it, and left to the model.
    #[serde(default)]
    loose: bool,
    /// Its lines tell of hardly anything else: the model drops them only where it is sure.
    #[serde(default)]
    sure: bool,
    #[serde(default)]
    yes: Vec<Example>,
    #[serde(default)]
    no: Vec<Example>,
}

/// One sentence or several; the lines that the last one needs may rest on a truce named before.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Example {
    pub text: String,
    /// `agreed fact by Israel; Hamas`, or without names where it does not matter who; for `no`
    /// examples nothing.
    pub reads: Option<String>,
    /// Day of telling: `2014-08-10`.
    pub said: Option<String>,
}

/// A line, made an expression the first time that a sentence may hold it: all of them together
/// take longer to make than a short report takes to read.
pub struct Line {
    expression: String,
    regex: OnceLock<Option<Regex>>,
    /// Verbs or words one of which the sentence must hold: a cheap first look.
    pub triggers: Vec<String>,
    /// More such: one of each.
    pub needs: Vec<Vec<String>>,
}

pub struct Pattern {
    /// `en/act/declared`
    pub name: String,
    pub act: Act,
    pub stance: Option<Stance>,
    pub by: By,
    /// Read only where the words tell this stance; `stance` then says what they come to.
    pub only: Option<Stance>,
    pub near: bool,
    pub loose: bool,
    pub sure: bool,
    pub lines: Vec<Line>,
    pub unless: Vec<Line>,
    pub yes: Vec<Example>,
    pub no: Vec<Example>,
}

/// Where a line of a pattern stands in a sentence. Indexes are units.
#[derive(Clone, Debug, PartialEq)]
pub struct Hit {
    pub pattern: usize,
    pub line: usize,
    pub units: std::ops::Range<usize>,
    pub trigger: usize,
    pub truce: Option<usize>,
    pub by: Option<usize>,
    pub against: Option<usize>,
    pub says: Option<usize>,
}

impl Pattern {
    pub fn load_all(
        source: &Source,
        language: &str,
    ) -> Result<(Vec<Pattern>, BTreeSet<String>), Error> {
        let folder = format!("lang/{language}/act");
        let mut lemmas = BTreeSet::new();
        let openers = lexicon::openers(source, language)?;
        let mut patterns = Vec::new();
        for (stem, file) in source.toml_folder::<File>(&folder)? {
            let path = format!("{folder}/{stem}.toml");
            let wrong = |what: String| Error::new(&path, what);
            let act = Act::named(&file.act).ok_or_else(|| {
                wrong(format!("expected one of the acts but found `{}`", file.act))
            })?;
            let named = |name: &Option<String>| match name {
                None => Ok(None),
                Some(name) => Stance::named(name).map(Some).ok_or_else(|| {
                    wrong(format!("expected one of the stances but found `{name}`"))
                }),
            };
            let (stance, only) = (named(&file.stance)?, named(&file.only)?);
            let mut compile = |line: &String| compile(line, &mut lemmas, &openers).map_err(wrong);
            let lines = file.lines.iter().map(&mut compile).collect::<Result<_, _>>()?;
            let unless = file.unless.iter().map(compile).collect::<Result<_, _>>()?;
            patterns.push(Pattern {
                name: format!("{language}/act/{stem}"),
                act,
                stance,
                by: file.by,
                only,
                near: file.near,
                loose: file.loose,
                sure: file.sure,
                lines,
                unless,
                yes: file.yes,
                no: file.no,
            });
        }
        Ok((patterns, lemmas))
    }

    /// The stance of a claim whose words alone tell `told`.
    pub fn stance_where(&self, told: Stance) -> Stance {
        match self.stance {
            Some(fixed) if self.only.is_some() || fixed == Stance::Denied => fixed,
            Some(fixed) if told != Stance::Denied => fixed,
            _ => told,
        }
    }

    /// Every place where a line of this pattern, whose index is `number`, stands in the sentence.
    pub fn hits(&self, number: usize, line: usize, folded: &Folded, into: &mut Vec<Hit>) {
        let Some(regex) = self.lines[line].regex() else { return };
        let text = folded.line.as_bytes();
        let mut from = 0;
        // Most lines stand nowhere, and that is told without making room for their holes.
        while regex.is_match_at(text, from) {
            let Some(caps) = regex.captures_at(text, from) else { return };
            let whole = caps.get(0).expect("the whole match");
            let unit = |name: &str| caps.name(name).map(|it| folded.unit_at(it.start()));
            let trigger = unit("trigger");
            let first = caps.name("first").map_or(whole.start(), |it| it.start());
            let units = folded.units_in(first..whole.end());
            into.push(Hit {
                pattern: number,
                line,
                trigger: trigger.unwrap_or(units.start),
                units,
                truce: unit("truce"),
                by: unit("by"),
                against: unit("against"),
                says: unit("says"),
            });
            // Look on from the symbol after the trigger, so that one verb is read once a line.
            let next = caps.name("trigger").map_or(whole.end(), |it| it.end());
            from = next.max(from + 1).saturating_sub(1);
            if from >= text.len() {
                return;
            }
        }
    }

    /// What is wrong with lines as a whole, for those who write packs.
    pub fn problems(&self) -> Vec<String> {
        let wrong = |(at, line): (usize, &Line)| {
            line.made().err().map(|err| format!("{}:{}: {err}", self.name, at + 1))
        };
        let numbered = self.lines.iter().chain(&self.unless).enumerate();
        numbered.filter_map(wrong).collect()
    }

    /// Whether something in the sentence keeps the pattern from being read there.
    pub fn is_barred(&self, folded: &Folded) -> bool {
        self.unless.iter().any(|it| it.is_match(&folded.line))
    }
}

const WORD: &str = r#"[^ @;"%][^ ]* "#;

/// Turns a line of words and holes into an expression over folded sentences.
fn compile(line: &str, lemmas: &mut BTreeSet<String>, openers: &Words) -> Result<Line, String> {
    let mut regex = String::from("(?:^| )(?P<first>");
    let mut triggers = Vec::new();
    let mut needs: Vec<Vec<String>> = Vec::new();
    let mut has_trigger = false;
    // The first verb is the trigger, unless `!` marks a later one, or a word.
    let later_trigger = line.contains("<!");
    let mut named = BTreeSet::new();
    let mut opened = false;
    // `the truce signed in May ended`: what was done to it may stand before what is told of it.
    let told_of = line.starts_with("{truce") && (line.contains(" .. <") || line.contains(" ~ <"));
    for (idx, part) in line.split(' ').enumerate() {
        if idx == 1 {
            regex.push(')');
            opened = true;
        }
        let (part, optional) = match part.strip_suffix('?') {
            Some(part) if !part.is_empty() => (part, true),
            _ => (part, false),
        };
        let mut piece;
        if let Some(hole) = part.strip_prefix('{') {
            let hole =
                hole.strip_suffix('}').ok_or_else(|| format!("expected `}}` in `{line}`"))?;
            let (name, symbol) = hole_symbol(hole).ok_or_else(|| {
                format!("no such hole as `{{{hole}}}` in `{line}`; expected {HOLES}")
            })?;
            match name {
                Some(name) if named.insert(name) => piece = format!("(?P<{name}>{symbol})"),
                _ => piece = format!("(?:{symbol})"),
            }
        } else if let Some(verbs) = part.strip_prefix('<') {
            let verbs =
                verbs.strip_suffix('>').ok_or_else(|| format!("expected `>` in `{line}`"))?;
            let (marked, verbs) = match verbs.strip_prefix('!') {
                Some(verbs) => (true, verbs),
                None => (false, verbs),
            };
            let (voices, verbs) = match verbs.split_once(':') {
                None => ("aig", verbs),
                Some(("*", verbs)) => ("aigpr", verbs),
                Some(("p", verbs)) => ("pr", verbs),
                Some((voice @ ("a" | "i" | "g" | "ai" | "ag"), verbs)) => (voice, verbs),
                Some((voice, _)) => {
                    return Err(format!(
                        "expected a, p, i, g or * before `:` in `{line}` but found `{voice}`"
                    ));
                }
            };
            // Nothing in a line can make its expression a wrong one.
            if !verbs.chars().all(|ch| ch.is_alphanumeric() || matches!(ch, '|' | '-' | '\'')) {
                return Err(format!(
                    "expected verbs parted by `|` in `{line}` but found `{verbs}`"
                ));
            }
            let alternatives: Vec<String> = verbs.split('|').map(str::to_owned).collect();
            lemmas.extend(alternatives.iter().cloned());
            if !optional {
                needs.push(alternatives.clone());
            }
            let symbol = format!(r"@v\.[{voices}]\.(?:{verbs}) ");
            if has_trigger || later_trigger && !marked {
                piece = format!("(?:{symbol})");
            } else {
                has_trigger = true;
                triggers = alternatives;
                piece = format!("(?P<trigger>{symbol})");
            }
        } else if part == ".." || part == "~" {
            piece = match part {
                ".." => format!(r#"(?:{WORD}|@[^v ][^ ]* ){{0,6}}?"#),
                _ => format!(r#"(?:{WORD}|@[^v ][^ ]* |@v\.[ig]\.[^ ]* ){{0,9}}?"#),
            };
            if told_of && idx == 1 {
                piece = format!(r"(?:@v\.r\.[^ ]* {piece})?{piece}");
            }
        } else if part == "..." {
            piece = r"(?:[^ ;]+ ){0,14}?".to_owned();
        } else if part == "*" {
            piece = WORD.to_owned();
        } else {
            let (marked, part) = match part.strip_prefix('!') {
                Some(part) if !has_trigger => (true, part),
                _ => (false, part),
            };
            let symbol = |word: &str| match openers.contains(word) {
                true => format!("{OPENER}{}", regex::escape(word)),
                false => regex::escape(word),
            };
            let alternatives: Vec<String> = part.split('|').map(str::to_owned).collect();
            if !optional {
                needs.push(alternatives.clone());
            }
            let escaped: Vec<String> = part.split('|').map(symbol).collect();
            let words = escaped.join("|");
            piece = format!("(?:{words}) ");
            if marked {
                has_trigger = true;
                piece = format!("(?P<trigger>{piece})");
            }
            if marked || triggers.is_empty() && idx == 0 {
                triggers = alternatives;
            }
        }
        if optional {
            piece = format!("(?:{piece})?");
        }
        regex.push_str(&piece);
    }
    if !opened {
        regex.push(')');
    }
    needs.retain(|it| *it != triggers);
    Ok(Line { expression: regex, regex: OnceLock::new(), triggers, needs })
}

impl Line {
    /// `None` only where a line is too large, which its pack's check tells: its syntax is known good.
    fn regex(&self) -> Option<&Regex> {
        self.regex.get_or_init(|| self.made().ok()).as_ref()
    }

    /// Over bytes: symbols are parted by blanks, and what is within one needs no look at letters.
    fn made(&self) -> Result<Regex, regex::Error> {
        RegexBuilder::new(&self.expression).unicode(false).build()
    }

    fn is_match(&self, folded: &str) -> bool {
        self.regex().is_some_and(|it| it.is_match(folded.as_bytes()))
    }
}

const WHO: &str = r"@w(?:\.[a-z]+)? ";

const HOLES: &str = "{by}, {against}, {says}, {who}, {truce}, {halt}, {truce.talks} and its like, {when}, {length}, {where}";

fn hole_symbol(hole: &str) -> Option<(Option<&'static str>, String)> {
    Some(match hole {
        "by" => (Some("by"), WHO.into()),
        "against" => (Some("against"), WHO.into()),
        "says" => (Some("says"), WHO.into()),
        "who" => (None, WHO.into()),
        "monitors" => (None, r"@w\.monitor ".into()),
        "mediators" => (None, r"@w\.mediator ".into()),
        "truce" => (Some("truce"), r"@t(?:\.proposal)? ".into()),
        "halt" => (Some("truce"), r"@t\.verbal ".into()),
        "when" => (None, "@d ".into()),
        "length" => (None, "@l ".into()),
        "where" => (None, "@p ".into()),
        _ => {
            let head = hole.strip_prefix("truce.")?;
            let known = [
                "talks",
                "proposal",
                "violation",
                "extension",
                "monitors",
                "announcement",
                "deadline",
                "call",
            ];
            known.contains(&head).then(|| (Some("truce"), format!(r"@t\.{head} ")))?
        }
    })
}
