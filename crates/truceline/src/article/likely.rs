//! Which of many rules a line is worth trying. Comes in: expressions, and what to do where one is
//! found. Goes out: for a line, the few that may be found in it. Never leaves out one that would be.

use aho_corasick::{AhoCorasick, MatchKind};
use regex_syntax::hir::{Hir, HirKind, literal::Extractor};

use crate::pack::Expression;

/// Expressions in order, found by a literal that a line must hold for one to be found in it.
pub struct Likely<T> {
    rules: Vec<(Expression, T)>,
    literals: AhoCorasick,
    /// Of each literal: its rule, and whether it stands at the start.
    owners: Vec<(usize, bool)>,
    /// Rules without a literal: always tried.
    open: Vec<usize>,
}

/// A rule as written: the part of the expression that holds its words, whether that part stands at
/// the start of the line but for [`is_mark`]s, the whole expression, and what it is for.
pub struct Rule<T> {
    pub words: String,
    pub at_start: bool,
    pub expression: String,
    pub what: T,
}

impl<T> Likely<T> {
    /// An error tells the expression and what is wrong with it.
    pub fn new(given: Vec<Rule<T>>) -> Result<Likely<T>, String> {
        let (mut rules, mut literals, mut owners, mut open) = (vec![], vec![], vec![], vec![]);
        for rule in given {
            let wrong = |err: String| format!("{}: {err}", rule.words);
            let hir = regex_syntax::parse(&rule.words).map_err(|err| wrong(err.to_string()))?;
            match required(&hir) {
                None => open.push(rules.len()),
                Some((words, first)) => {
                    for word in words {
                        let first = first && rule.at_start && !word.starts_with(is_mark);
                        owners.push((rules.len(), first));
                        literals.push(word);
                    }
                }
            }
            rules.push((Expression::of(rule.expression), rule.what));
        }
        let literals = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .match_kind(MatchKind::Standard)
            .build(&literals)
            .map_err(|err| err.to_string())?;
        Ok(Likely { rules, literals, owners, open })
    }

    /// The rules that may be found in a line, in order.
    pub fn of(&self, line: &str) -> impl Iterator<Item = &(Expression, T)> {
        let start = line.len() - line.trim_start_matches(is_mark).len();
        let held = self.literals.find_overlapping_iter(line).filter_map(|it| {
            let (rule, first) = self.owners[it.pattern()];
            (!first || it.start() == start).then_some(rule)
        });
        let mut likely: Vec<usize> = held.chain(self.open.iter().copied()).collect();
        likely.sort_unstable();
        likely.dedup();
        likely.into_iter().map(|it| &self.rules[it])
    }

    pub fn all(&self) -> impl Iterator<Item = &(Expression, T)> {
        self.rules.iter()
    }
}

/// What may stand before the first word of a line.
pub fn is_mark(ch: char) -> bool {
    ch.is_whitespace() || ">»•*|·–—-".contains(ch)
}

/// Literals one of which stands in whatever the expression matches, and whether they begin it.
fn required(hir: &Hir) -> Option<(Vec<String>, bool)> {
    let mut best = beginnings(hir).map(|it| (it, true));
    let shortest = |it: &(Vec<String>, bool)| it.0.iter().map(String::len).min();
    if let HirKind::Concat(parts) = hir.kind() {
        for at in 1..parts.len() {
            let rest = beginnings(&Hir::concat(parts[at..].to_vec())).map(|it| (it, false));
            // One at the start is worth more than a longer one elsewhere.
            if best
                .as_ref()
                .is_none_or(|it| !it.1 && shortest(it) < rest.as_ref().and_then(shortest))
            {
                best = rest.or(best);
            }
        }
    }
    best
}

const LONG: usize = 10;

fn beginnings(hir: &Hir) -> Option<Vec<String>> {
    let found = Extractor::new().extract(hir);
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).ok();
    let all: Option<Vec<String>> = found.literals()?.iter().map(|it| text(it.as_bytes())).collect();
    let mut all = all?;
    for word in &mut all {
        // Long ones make the table larger and hardly surer.
        let end = (LONG..=word.len()).find(|end| word.is_char_boundary(*end));
        word.truncate(end.unwrap_or(word.len()));
    }
    all.sort();
    all.dedup();
    (!all.is_empty() && all.iter().all(|it| !it.trim().is_empty())).then_some(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_are_found_wherever_they_stand() {
        let of = |it: &str| required(&regex_syntax::parse(it).unwrap());
        let some =
            |all: &[&str], first| Some((all.iter().map(|it| (*it).to_owned()).collect(), first));
        assert_eq!(of("share (?:this|on).*"), some(&["share on", "share this"], true));
        assert_eq!(of("(?:the )?rest.*"), some(&["rest", "the rest"], true));
        assert_eq!(of(".+ contributed reporting.*"), some(&[" contribut"], false));
        assert_eq!(of(r"\d+ min read"), some(&[" min read"], false));
        assert_eq!(of(r"\w+"), None);
    }
}
