//! Verb forms. Comes in: the verbs of a language as data. Goes out: for a word, the verbs and forms
//! it can be. Knows no act and no pattern.

use std::collections::{BTreeSet, HashSet};

use serde::Deserialize;

use crate::pack::{Error, Source, Table, Words};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Form {
    Base,
    S,
    Past,
    Participle,
    Ing,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Auxiliary {
    Be,
    Have,
    Do,
    Will,
    Would,
    May,
    Should,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    irregular: Vec<String>,
    doubling: Vec<String>,
    either: Vec<String>,
    also_nouns: Words,
    intransitive: Words,
    adverbs: Words,
    openers: Words,
    contrast: Words,
    links: Words,
    joins: Words,
    past: Words,
    excepting: Words,
    including: Words,
    brokering: Words,
    single: Words,
    plural: Words,
    own: Words,
    mutual: Vec<String>,
    negations: Words,
    auxiliaries: Table<Auxiliary, Vec<String>>,
    roles: Table<String, Vec<String>>,
}

/// The words that open another clause, from `lang/<code>/verbs.toml`: a gap never reaches over one.
pub fn openers(source: &Source, language: &str) -> Result<Words, Error> {
    let file: File = source.toml(&format!("lang/{language}/verbs.toml"))?;
    Ok(file.openers)
}

/// The verbs of one language.
pub struct Verbs {
    forms: Table<String, Vec<(String, Form)>>,
    pub also_nouns: Words,
    pub intransitive: Words,
    pub adverbs: Words,
    pub openers: Words,
    /// Openers after which the report itself goes on.
    pub contrast: Words,
    /// Words before a clause that the models tell apart.
    pub links: Words,
    /// Words that join a truce to what it is named for: `in defiance of a truce`.
    pub joins: Words,
    /// Past forms of auxiliaries.
    pub past: Words,
    /// Words after which someone is left out, and verbs that leave out when they are denied.
    pub excepting: Words,
    pub including: Words,
    /// What mediators do to a truce.
    pub brokering: Words,
    /// Pronouns that stand for an actor named before, for one and for several.
    pub single: Words,
    pub plural: Words,
    /// In bytes.
    pub longest_pronoun: usize,
    /// `we`: the speaker of a quotation.
    pub own: Words,
    pub mutual: Vec<String>,
    pub negations: Words,
    pub auxiliaries: Table<String, Auxiliary>,
    /// The role that a word at the head of an actor's phrase names: `monitor`, `mediator`.
    pub roles: Table<String, String>,
}

impl Verbs {
    /// The verbs of `lang/<code>/verbs.toml`, and `lemmas`: those that the patterns name.
    pub fn load(
        source: &Source,
        language: &str,
        lemmas: &BTreeSet<String>,
    ) -> Result<Verbs, Error> {
        let file: File = source.toml(&format!("lang/{language}/verbs.toml"))?;
        let mut forms: Table<String, Vec<(String, Form)>> = Table::default();
        let mut add = |word: &str, lemma: &str, form: Form| {
            let entry = forms.entry(word.to_owned()).or_default();
            if !entry.iter().any(|it| it.0 == lemma && it.1 == form) {
                entry.push((lemma.to_owned(), form));
            }
        };
        let mut irregular = HashSet::new();
        for line in &file.irregular {
            let [lemma, past, participle] = line.split(' ').collect::<Vec<_>>()[..] else {
                let what = format!("expected three forms of a verb but found `{line}`");
                return Err(Error::new(format!("lang/{language}/verbs.toml"), what));
            };
            irregular.insert(lemma.to_owned());
            if !lemmas.contains(lemma) {
                continue;
            }
            add(lemma, lemma, Form::Base);
            add(&third(lemma), lemma, Form::S);
            add(past, lemma, Form::Past);
            add(participle, lemma, Form::Participle);
            add(&ing(lemma, &file.doubling), lemma, Form::Ing);
        }
        let regular = lemmas
            .iter()
            .chain(&file.including)
            .chain(&file.brokering)
            .filter(|it| !irregular.contains(*it));
        for lemma in regular {
            let past = past(lemma, &file.doubling);
            add(lemma, lemma, Form::Base);
            add(&third(lemma), lemma, Form::S);
            add(&past, lemma, Form::Past);
            add(&past, lemma, Form::Participle);
            add(&ing(lemma, &file.doubling), lemma, Form::Ing);
        }
        for lemma in file.either.iter().filter(|it| lemmas.contains(*it)) {
            let doubled = std::slice::from_ref(lemma);
            add(&past(lemma, doubled), lemma, Form::Past);
            add(&past(lemma, doubled), lemma, Form::Participle);
            add(&ing(lemma, doubled), lemma, Form::Ing);
        }
        let auxiliaries = file
            .auxiliaries
            .into_iter()
            .flat_map(|(kind, words)| words.into_iter().map(move |word| (word, kind)))
            .collect();
        Ok(Verbs {
            forms,
            also_nouns: file.also_nouns,
            intransitive: file.intransitive,
            adverbs: file.adverbs,
            openers: file.openers,
            contrast: file.contrast,
            links: file.links,
            joins: file.joins,
            past: file.past,
            excepting: file.excepting,
            including: file.including,
            brokering: file.brokering,
            longest_pronoun: longest([&file.single, &file.plural]),
            single: file.single,
            plural: file.plural,
            own: file.own,
            mutual: file.mutual,
            negations: file.negations,
            auxiliaries,
            roles: file
                .roles
                .into_iter()
                .flat_map(|(role, words)| words.into_iter().map(move |word| (word, role.clone())))
                .collect(),
        })
    }

    /// The verbs that a folded word can be a form of.
    pub fn of(&self, word: &str) -> &[(String, Form)] {
        self.forms.get(word).map_or(&[], Vec::as_slice)
    }
}

fn longest(words: [&Words; 2]) -> usize {
    words.into_iter().flatten().map(String::len).max().unwrap_or(0)
}

fn ends_in_consonant_y(lemma: &str) -> bool {
    lemma.ends_with('y')
        && !lemma.ends_with(['a', 'e', 'o', 'u'])
        && !lemma[..lemma.len() - 1].ends_with(['a', 'e', 'o', 'u'])
}

fn third(lemma: &str) -> String {
    match lemma {
        "have" => return "has".to_owned(),
        "be" => return "is".to_owned(),
        _ => (),
    }
    if ends_in_consonant_y(lemma) {
        return format!("{}ies", &lemma[..lemma.len() - 1]);
    }
    let sibilant = lemma.ends_with('s') || lemma.ends_with("sh") || lemma.ends_with("ch");
    if sibilant || lemma.ends_with('x') || lemma.ends_with('z') || lemma.ends_with('o') {
        return format!("{lemma}es");
    }
    format!("{lemma}s")
}

fn past(lemma: &str, doubling: &[String]) -> String {
    if ends_in_consonant_y(lemma) {
        return format!("{}ied", &lemma[..lemma.len() - 1]);
    }
    if lemma.ends_with('e') {
        return format!("{lemma}d");
    }
    match doubling.iter().any(|it| it == lemma) {
        true => format!("{lemma}{}ed", &lemma[lemma.len() - 1..]),
        false => format!("{lemma}ed"),
    }
}

fn ing(lemma: &str, doubling: &[String]) -> String {
    if let Some(stem) = lemma.strip_suffix("ie") {
        return format!("{stem}ying");
    }
    if lemma.ends_with('e') && !lemma.ends_with("ee") && lemma != "be" {
        return format!("{}ing", &lemma[..lemma.len() - 1]);
    }
    let doubles = doubling.iter().any(|it| it == lemma)
        || matches!(
            lemma,
            "begin"
                | "cut"
                | "get"
                | "hit"
                | "let"
                | "put"
                | "run"
                | "set"
                | "shut"
                | "split"
                | "win"
        );
    match doubles {
        true => format!("{lemma}{}ing", &lemma[lemma.len() - 1..]),
        false => format!("{lemma}ing"),
    }
}
