//! The words that mark what is not the story, of one language. Comes in: `lang/<code>/article.toml`.
//! Goes out: [`Furniture`], which says what a line is. Never looks at where a line stands.

use std::collections::HashSet;

use regex::{Regex, RegexSet};
use serde::Deserialize;

use crate::pack::{Error, Source};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    common: String,
    published: Vec<String>,
    updated: Vec<String>,
    not_places: HashSet<String>,
    agencies: HashSet<String>,
    open_related: Vec<String>,
    open_comments: Vec<String>,
    line: Vec<LineRule>,
    head: Vec<HeadRule>,
    inline: Vec<InlineRule>,
    tail: Vec<TailRule>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LineRule {
    why: String,
    /// The longest line in bytes.
    max: Option<usize>,
    /// Whether a headline may look the same.
    #[serde(default)]
    title: bool,
    line: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct HeadRule {
    why: String,
    head: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct InlineRule {
    why: String,
    inline: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TailRule {
    why: String,
    tail: Vec<String>,
}

/// What a whole line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind<'a> {
    OpensRelated,
    OpensComments,
    /// Furniture, with what it is in words and whether a headline may look the same.
    Is(&'a str, bool),
}

pub struct Furniture {
    /// ISO 639-1.
    pub(super) language: String,
    pub(super) common: HashSet<String>,
    pub(super) published: Regex,
    pub(super) updated: Regex,
    pub(super) not_places: HashSet<String>,
    pub(super) agencies: HashSet<String>,
    lines: RegexSet,
    /// Of each pattern in `lines`: why, longest line, may be a title.
    rules: Vec<(String, usize, bool)>,
    related: usize,
    comments: usize,
    head: Vec<(Regex, String)>,
    inline: Vec<(Regex, String)>,
    tail: Vec<(Regex, String)>,
}

const LONGEST: usize = 300;

impl Furniture {
    pub fn load(source: &Source, language: &str) -> Result<Furniture, Error> {
        let path = format!("lang/{language}/article.toml");
        let file: File = source.toml(&path)?;
        let compile = |pattern: String| {
            Regex::new(&pattern).map_err(|err| Error::new(&path, format!("{pattern}: {err}")))
        };
        let label = |labels: &[String]| {
            compile(format!(r"(?i)\b(?:{})\b\s*[:|–—-]?\s*(?:on\s+)?", longest_first(labels)))
        };
        let (mut patterns, mut rules) = (Vec::new(), Vec::new());
        let mut add = |lines: &[String], why: &str, max: usize, title: bool| {
            for line in lines {
                patterns.push(format!(r"(?i)^[\s>»•*|·–—-]*(?:{line})[\s.:»>›→…|]*$"));
                rules.push((why.to_owned(), max, title));
            }
        };
        add(&file.open_related, "related", 80, false);
        add(&file.open_comments, "comments", 80, false);
        let (related, comments) = (file.open_related.len(), file.open_comments.len());
        for rule in &file.line {
            add(&rule.line, &rule.why, rule.max.unwrap_or(LONGEST), rule.title);
        }
        let lines = regex::RegexSetBuilder::new(&patterns)
            .size_limit(256 << 20)
            .dfa_size_limit(32 << 20)
            .build()
            .map_err(|err| Error::new(&path, err))?;
        let mut head = Vec::new();
        for rule in &file.head {
            let pattern = format!(r"(?i)^(?:{})\b[:\s]*", longest_first(&rule.head));
            head.push((compile(pattern)?, rule.why.clone()));
        }
        let mut inline = Vec::new();
        for rule in &file.inline {
            inline.push((compile(rule.inline.join("|"))?, rule.why.clone()));
        }
        let mut tail = Vec::new();
        for rule in &file.tail {
            tail.push((
                compile(format!(r"(?:{})\s*$", longest_first(&rule.tail)))?,
                rule.why.clone(),
            ));
        }
        Ok(Furniture {
            language: language.to_owned(),
            common: file.common.split_whitespace().map(str::to_owned).collect(),
            published: label(&file.published)?,
            updated: label(&file.updated)?,
            not_places: file.not_places,
            agencies: file.agencies,
            lines,
            rules,
            related,
            comments,
            head,
            inline,
            tail,
        })
    }

    /// What a whole line is, if it is no story.
    pub fn kind(&self, line: &str) -> Option<Kind<'_>> {
        if line.len() > 1000 {
            return None;
        }
        for at in &self.lines.matches(line) {
            let (why, max, title) = &self.rules[at];
            if line.len() > *max {
                continue;
            }
            if at < self.related {
                return Some(Kind::OpensRelated);
            }
            if at < self.related + self.comments {
                return Some(Kind::OpensComments);
            }
            return Some(Kind::Is(why, *title));
        }
        None
    }

    /// A label at the head of a line: how long it is and what.
    pub(super) fn head(&self, line: &str) -> Option<(usize, &str)> {
        self.head.iter().find_map(|(it, why)| Some((it.find(line)?.end(), why.as_str())))
    }

    /// Furniture within a line: byte ranges and what they are.
    pub(super) fn inline(&self, line: &str) -> Vec<(std::ops::Range<usize>, &str)> {
        let mut all: Vec<(std::ops::Range<usize>, &str)> = Vec::new();
        for (it, why) in &self.inline {
            all.extend(it.find_iter(line).map(|found| (found.range(), why.as_str())));
        }
        all
    }

    /// Furniture at the very end of the text: where it starts and what it is.
    pub(super) fn tail(&self, line: &str) -> Option<(usize, &str)> {
        self.tail.iter().find_map(|(it, why)| Some((it.find(line)?.start(), why.as_str())))
    }
}

fn longest_first(words: &[String]) -> String {
    let mut words: Vec<&str> = words.iter().map(String::as_str).collect();
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    words.join("|")
}
