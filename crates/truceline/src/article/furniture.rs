//! The words that mark what is not the story, of one language. Comes in: `lang/<code>/article.toml`.
//! Goes out: [`Furniture`], which says what a line is. Never looks at where a line stands.

use std::ops::Range;

use serde::Deserialize;

use super::likely::{Likely, Rule};
use crate::pack::{Error, Expression, Source, Words};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    common: String,
    published: Vec<String>,
    updated: Vec<String>,
    not_places: Words,
    agencies: Words,
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
    pub(super) common: Words,
    pub(super) published: Label,
    pub(super) updated: Label,
    pub(super) not_places: Words,
    pub(super) agencies: Words,
    lines: Likely<Line>,
    /// The longest line in bytes that any rule is for.
    longest: usize,
    head: Likely<String>,
    inline: Likely<String>,
    tail: Likely<String>,
}

/// What a line is that a rule is found in.
struct Line {
    opens: Option<Kind<'static>>,
    why: String,
    title: bool,
    max: usize,
}

const LONGEST: usize = 300;

impl Furniture {
    pub fn load(source: &Source, language: &str) -> Result<Furniture, Error> {
        let path = format!("lang/{language}/article.toml");
        let wrong = |err: String| Error::new(&path, err);
        let file: File = source.toml(&path)?;
        let mut lines = Vec::new();
        let mut add = |words: Vec<String>, why: &str, max: usize, title: bool, opens| {
            lines.extend(words.into_iter().map(|words| Rule {
                at_start: true,
                expression: format!(r"(?i)^[\s>»•*|·–—-]*(?:{words})[\s.:»>›→…|]*$"),
                words,
                what: Line { opens, why: why.to_owned(), max, title },
            }));
        };
        add(file.open_related, "related", 80, false, Some(Kind::OpensRelated));
        add(file.open_comments, "comments", 80, false, Some(Kind::OpensComments));
        for rule in file.line {
            add(rule.line, &rule.why, rule.max.unwrap_or(LONGEST), rule.title, None);
        }
        let longest = lines.iter().map(|it| it.what.max).max().unwrap_or(0);
        let rule =
            |words: String, at_start, expression, what| Rule { words, at_start, expression, what };
        let head = file.head.into_iter().map(|it| {
            let words = longest_first(&it.head);
            let expression = format!(r"(?i)^(?:{words})\b[:\s]*");
            rule(words, true, expression, it.why)
        });
        let inline = file.inline.into_iter().map(|it| {
            let words = it.inline.join("|");
            rule(words.clone(), false, words, it.why)
        });
        let tail = file.tail.into_iter().map(|it| {
            let words = longest_first(&it.tail);
            let expression = format!(r"(?:{words})\s*$");
            rule(words, false, expression, it.why)
        });
        Ok(Furniture {
            language: language.to_owned(),
            common: file.common.split_whitespace().map(str::to_owned).collect(),
            published: Label::new(file.published),
            updated: Label::new(file.updated),
            not_places: file.not_places,
            agencies: file.agencies,
            lines: Likely::new(lines).map_err(wrong)?,
            longest,
            head: Likely::new(head.collect()).map_err(wrong)?,
            inline: Likely::new(inline.collect()).map_err(wrong)?,
            tail: Likely::new(tail.collect()).map_err(wrong)?,
        })
    }

    /// What a whole line is, if it is no story.
    pub fn kind(&self, line: &str) -> Option<Kind<'_>> {
        if line.len() > self.longest {
            return None;
        }
        let is = |rule: &&(Expression, Line)| {
            line.len() <= rule.1.max && rule.0.on(line).is_some_and(|it| it.is_match(line))
        };
        let (_, found) = self.lines.of(line).find(is)?;
        Some(found.opens.unwrap_or(Kind::Is(&found.why, found.title)))
    }

    /// A label at the head of a line: how long it is and what.
    pub(super) fn head(&self, line: &str) -> Option<(usize, &str)> {
        self.head
            .of(line)
            .find_map(|(it, why)| Some((it.on(line)?.find(line)?.end(), why.as_str())))
    }

    /// Furniture within a line: byte ranges and what they are.
    pub(super) fn inline(&self, line: &str) -> Vec<(Range<usize>, &str)> {
        let mut all: Vec<(Range<usize>, &str)> = Vec::new();
        for (it, why) in self.inline.of(line) {
            let Some(it) = it.on(line) else { continue };
            all.extend(it.find_iter(line).map(|found| (found.range(), why.as_str())));
        }
        all
    }

    /// Furniture at the very end of the text: where it starts and what it is.
    pub(super) fn tail(&self, line: &str) -> Option<(usize, &str)> {
        self.tail
            .of(line)
            .find_map(|(it, why)| Some((it.on(line)?.find(line)?.start(), why.as_str())))
    }

    /// Expressions that are too large, for those who write packs.
    pub fn problems(&self) -> Vec<String> {
        let strings = [&self.head, &self.inline, &self.tail].into_iter();
        let strings = strings.flat_map(|it| it.all().map(|it| &it.0));
        let labels = [&self.published.expression, &self.updated.expression];
        let all = self.lines.all().map(|it| &it.0).chain(strings).chain(labels);
        all.filter_map(Expression::problem).collect()
    }
}

/// The words before a date that say what it is the date of.
pub(super) struct Label {
    words: Vec<String>,
    expression: Expression,
}

impl Label {
    fn new(words: Vec<String>) -> Label {
        let all = longest_first(&words);
        let expression = format!(r"(?i)\b(?:{all})\b\s*[:|–—-]?\s*(?:on\s+)?");
        Label { expression: Expression::of(expression), words }
    }

    /// How long the label is that a text starts with.
    pub fn at_start(&self, text: &str) -> Option<usize> {
        let starts =
            |it: &String| text.get(..it.len()).is_some_and(|start| start.eq_ignore_ascii_case(it));
        if !self.words.iter().any(starts) {
            return None;
        }
        self.first(text).filter(|it| it.start == 0).map(|it| it.end)
    }

    pub fn first(&self, text: &str) -> Option<Range<usize>> {
        self.expression.on(text)?.find(text).map(|it| it.range())
    }

    /// Whether a label ends right before a place in the text, or a few bytes before it.
    pub fn ends_before(&self, text: &str, at: usize) -> bool {
        let near = |it: regex::Match<'_>| it.end() <= at && at - it.end() <= 24;
        self.expression.on(text).is_some_and(|it| it.find_iter(text).any(near))
    }
}

fn longest_first(words: &[String]) -> String {
    let mut words: Vec<&str> = words.iter().map(String::as_str).collect();
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    words.join("|")
}
