//! The examples of the pattern files, as tests of their lines. Comes in: a [`Reader`]. Goes out: for
//! each example or line that fails, what was expected and what was read instead. The model is not
//! asked: an example holds the line, not its weight.

use std::fmt;

use crate::{
    article::Article,
    claim::{Act, Claim, Stance, draw::PartText, pattern::Example},
    read::Reader,
    report::Published,
};

/// One thing to check about a pattern file. Numbers count from 1, as in the files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Check {
    /// The file reads its yes example as that says.
    Yes(usize),
    /// The file reads nothing in its no example.
    No(usize),
    /// The line of `match` stands in a yes example.
    Line(usize),
}

impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Check::Yes(number) => write!(f, "yes_{number}"),
            Check::No(number) => write!(f, "no_{number}"),
            Check::Line(number) => write!(f, "line_{number}_is_needed"),
        }
    }
}

/// What a yes example says is read: `agreed fact by Israel; Hamas`.
#[derive(Debug, PartialEq)]
struct Reads {
    act: Act,
    stance: Stance,
    /// Names in any order; `None` where the example leaves open who does it.
    by: Option<Vec<String>>,
}

/// Every check of every file, in the order of the files: index of the pattern, and the check.
pub fn all(reader: &Reader) -> Vec<(usize, Check)> {
    let mut checks = Vec::new();
    for (pattern, it) in reader.drawer.patterns.iter().enumerate() {
        checks.extend((1..=it.yes.len()).map(|number| (pattern, Check::Yes(number))));
        checks.extend((1..=it.no.len()).map(|number| (pattern, Check::No(number))));
        checks.extend((1..=it.lines.len()).map(|number| (pattern, Check::Line(number))));
    }
    checks
}

/// Expressions that are too large, then what each check that fails says, after its name:
/// `en/act/declared::yes_3: …`.
pub fn findings(reader: &Reader) -> Vec<String> {
    let lines = reader.drawer.patterns.iter().flat_map(|it| it.problems());
    let mut findings: Vec<String> = reader.furniture.problems().into_iter().chain(lines).collect();
    let failed = |(pattern, check): (usize, Check)| {
        let name = &reader.drawer.patterns[pattern].name;
        Some(format!("{name}::{check}: {}", run(reader, pattern, check).err()?))
    };
    findings.extend(all(reader).into_iter().filter_map(failed));
    findings
}

pub fn run(reader: &Reader, pattern: usize, check: Check) -> Result<(), String> {
    let it = &reader.drawer.patterns[pattern];
    match check {
        Check::Yes(number) => yes(reader, &it.name, &it.yes[number - 1]),
        Check::No(number) => no(reader, &it.name, &it.no[number - 1]),
        Check::Line(number) => {
            let stands = |example: &Example| {
                let parts = parts(reader, example).unwrap_or_default();
                reader.drawer.stands(&parts, pattern, number - 1)
            };
            match it.yes.iter().any(stands) {
                true => Ok(()),
                false => Err(format!(
                    "expected a yes example in which line {number} stands but found none; add one, \
                     or take the line out"
                )),
            }
        }
    }
}

fn yes(reader: &Reader, name: &str, example: &Example) -> Result<(), String> {
    let reads = example.reads.as_deref().unwrap_or_default();
    let expected = Reads::parse(reads)?;
    let read = read(reader, example)?;
    let own = |claim: &&Claim| claim.pattern.rsplit_once(':').is_some_and(|it| it.0 == name);
    match read.iter().filter(own).any(|claim| expected.is(claim)) {
        true => Ok(()),
        false => Err(told(reads, example, &read)),
    }
}

fn no(reader: &Reader, name: &str, example: &Example) -> Result<(), String> {
    if let Some(reads) = &example.reads {
        return Err(format!("expected no `reads` in a no example but found `{reads}`"));
    }
    let mut read = read(reader, example)?;
    read.retain(|claim| claim.pattern.rsplit_once(':').is_some_and(|it| it.0 == name));
    if read.is_empty() { Ok(()) } else { Err(told("nothing by this file", example, &read)) }
}

/// All that the patterns of the pack read in an example.
fn read(reader: &Reader, example: &Example) -> Result<Vec<Claim>, String> {
    let article = article(example)?;
    let Some(parts) = reader.named(&article) else { return Ok(Vec::new()) };
    let setting = reader.setting(&parts, &article);
    let drawn = reader.drawer.draw(&parts, &reader.times, &setting);
    Ok(drawn.candidates.into_iter().map(|it| it.claim).collect())
}

fn parts(reader: &Reader, example: &Example) -> Option<Vec<PartText>> {
    reader.named(&article(example).ok()?)
}

fn article(example: &Example) -> Result<Article, String> {
    let day = |said: &String| {
        said.parse().map_err(|_| format!("expected `said` as 2014-08-10 but found `{said}`"))
    };
    let said = example.said.as_ref().map(day).transpose()?;
    Ok(Article {
        id: String::new(),
        path: None,
        url: None,
        outlet: None,
        title: None,
        published: said.map(|date| Published::on(date, "option")),
        dateline: None,
        language: "und".into(),
        text: example.text.clone(),
        cuts: Vec::new(),
    })
}

fn told(expected: &str, example: &Example, read: &[Claim]) -> String {
    let line = |claim: &Claim| {
        let by: Vec<&str> = claim.by.iter().map(|it| it.name.as_str()).collect();
        let by = if by.is_empty() { String::new() } else { format!(" by {}", by.join("; ")) };
        format!("\n    {} {}{by} ({})", claim.act.name(), claim.stance.name(), claim.pattern)
    };
    let read: String =
        if read.is_empty() { " nothing".into() } else { read.iter().map(line).collect() };
    format!("{}\n  expected {expected}\n  but read{read}", example.text)
}

impl Reads {
    fn parse(reads: &str) -> Result<Reads, String> {
        let wrong = || {
            format!(
                "expected `reads` as an act, a stance and who does it, such as `agreed fact by \
                 Israel; Hamas`, but found `{reads}`"
            )
        };
        let (what, by) = match reads.split_once(" by ") {
            Some((what, by)) => (what, Some(by.split("; ").map(str::to_owned).collect())),
            None => (reads, None),
        };
        let (act, stance) = what.split_once(' ').ok_or_else(wrong)?;
        let act = Act::named(act).ok_or_else(wrong)?;
        let stance = Stance::named(stance).ok_or_else(wrong)?;
        Ok(Reads { act, stance, by })
    }

    fn is(&self, claim: &Claim) -> bool {
        let by = self.by.as_ref().is_none_or(|names| {
            names.len() == claim.by.len()
                && names.iter().all(|name| claim.by.iter().any(|it| it.name == *name))
        });
        self.act == claim.act && self.stance == claim.stance && by
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_has_act_stance_and_names() {
        let check = |reads: &str, act, stance, by: Option<&[&str]>| {
            let by = by.map(|names| names.iter().map(|it| (*it).to_owned()).collect());
            assert_eq!(Reads::parse(reads), Ok(Reads { act, stance, by }));
        };
        check("held fact", Act::Held, Stance::Fact, None);
        check("agreed denied by FARC; army", Act::Agreed, Stance::Denied, Some(&["FARC", "army"]));
        for wrong in ["", "agreed", "agreed maybe", "agree fact", "agreed fact to FARC"] {
            assert!(Reads::parse(wrong).is_err(), "{wrong}");
        }
    }
}
