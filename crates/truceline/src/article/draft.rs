//! A text on its way to an article. Comes in: a text. Goes out: its units (paragraphs or lines),
//! each kept or cut with a reason. Never changes the text.

use std::ops::Range;

use super::{
    Cut,
    furniture::{Furniture, Kind},
};
use crate::text::Span;

/// A line, or the lines of one wrapped paragraph.
#[derive(Clone, Debug)]
pub struct Unit {
    /// Without the white space around it.
    pub range: Range<usize>,
    pub blank_before: bool,
    /// Ends as a sentence does.
    pub prose: bool,
    pub words: usize,
}

pub struct Draft<'a> {
    pub text: &'a str,
    pub furniture: &'a Furniture,
    pub units: Vec<Unit>,
    pub kinds: Vec<Option<Kind<'a>>>,
    /// Why each unit is cut, if it is.
    pub cut: Vec<Option<String>>,
    /// Cuts within units.
    parts: Vec<Cut>,
}

impl<'a> Draft<'a> {
    pub fn new(text: &'a str, furniture: &'a Furniture) -> Draft<'a> {
        let units = units(text);
        let kinds = units.iter().map(|it| furniture.kind(&text[it.range.clone()])).collect();
        let cut = vec![None; units.len()];
        Draft { text, furniture, units, kinds, cut, parts: Vec::new() }
    }

    pub fn of(&self, at: usize) -> &'a str {
        &self.text[self.units[at].range.clone()]
    }

    pub fn cut(&mut self, at: usize, why: &str) {
        self.cut[at].get_or_insert_with(|| why.to_owned());
    }

    /// Cuts a range of bytes of the text.
    pub fn cut_part(&mut self, range: Range<usize>, why: &str) {
        self.parts.push(Cut { span: Span::new(range), why: why.to_owned() });
    }

    pub fn kept(&self) -> impl DoubleEndedIterator<Item = usize> + '_ {
        (0..self.units.len()).filter(|at| self.cut[*at].is_none())
    }

    /// Where the part of a unit starts that no part cut at its head has taken.
    pub fn story_start(&self, at: usize) -> usize {
        let range = self.units[at].range.clone();
        let taken = self.parts.iter().filter(|it| it.span.start as usize == range.start);
        taken.map(|it| it.span.end as usize).max().unwrap_or(range.start)
    }

    pub fn into_cuts(self) -> Vec<Cut> {
        let whole =
            self.units.iter().zip(self.cut).filter_map(|(unit, why)| {
                Some(Cut { span: Span::new(unit.range.clone()), why: why? })
            });
        let mut all: Vec<Cut> = whole.chain(self.parts).filter(|it| !it.span.is_empty()).collect();
        all.sort_by_key(|it| (it.span.start, std::cmp::Reverse(it.span.end)));
        let mut cuts: Vec<Cut> = Vec::with_capacity(all.len());
        for cut in all {
            if cuts.last().is_none_or(|last| !last.span.overlaps(cut.span)) {
                cuts.push(cut);
            }
        }
        cuts
    }
}

fn units(text: &str) -> Vec<Unit> {
    let mut units = Vec::new();
    let mut paragraph: Vec<Range<usize>> = Vec::new();
    let mut start = 0;
    for line in text.split('\n') {
        let lead = line.len() - line.trim_start().len();
        let trimmed = line.trim();
        if trimmed.is_empty() {
            push_paragraph(text, &mut paragraph, &mut units);
        } else {
            paragraph.push(start + lead..start + lead + trimmed.len());
        }
        start += line.len() + 1;
    }
    push_paragraph(text, &mut paragraph, &mut units);
    units
}

fn push_paragraph(text: &str, lines: &mut Vec<Range<usize>>, into: &mut Vec<Unit>) {
    let Some(first) = lines.first() else { return };
    if is_wrapped(text, lines) {
        let range = first.start..lines[lines.len() - 1].end;
        into.push(unit(text, range, true));
    } else {
        for (at, line) in lines.iter().enumerate() {
            into.push(unit(text, line.clone(), at == 0));
        }
    }
    lines.clear();
}

fn unit(text: &str, range: Range<usize>, blank_before: bool) -> Unit {
    let words = text[range.clone()].split_whitespace().count();
    let prose = ends_as_sentence(&text[range.clone()]);
    Unit { range, blank_before, prose, words }
}

pub fn ends_as_sentence(text: &str) -> bool {
    let bare = text.trim_end_matches(|ch: char| " \"'”’»)]".contains(ch));
    bare.ends_with(['.', '!', '?', '…', '。', '؟', '।'])
}

/// Lines broken by width: none long, and one that goes on in the middle of its sentence.
fn is_wrapped(text: &str, lines: &[Range<usize>]) -> bool {
    if lines.len() < 2 || lines.iter().any(|line| line.len() > 110) {
        return false;
    }
    let body = &lines[..lines.len() - 1];
    let longest = body.iter().map(|line| line.len()).max().unwrap_or(0);
    let goes_on = lines.windows(2).any(|pair| {
        let (line, next) = (&text[pair[0].clone()], &text[pair[1].clone()]);
        !ends_as_sentence(line)
            && !line.ends_with(':')
            && next.chars().next().is_some_and(char::is_lowercase)
    });
    let capitals = || {
        lines.len() > 2
            && longest > 45
            && lines.iter().all(|line| !text[line.clone()].chars().any(char::is_lowercase))
    };
    longest > 35 && goes_on || capitals()
}
