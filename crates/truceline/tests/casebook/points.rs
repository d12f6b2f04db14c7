//! The point that each case of a page is about. Comes in: the lines of a `points` block. Goes out:
//! its checks, and the page with what is read today below those that do not hold. The format is
//! told in `casebook/README.md`.

use truceline::claim::{Act, Stance};

use crate::page::{CLAIM_FIELDS, Fields, Page, TRUCE_FIELDS};

pub struct Point {
    /// As the catalogue of hard cases numbers it: `B12`.
    pub case: String,
    pub words: String,
    pub checks: Vec<Check>,
}

pub struct Check {
    /// The line as it stands in the page, without its indent.
    pub text: String,
    pub what: What,
    /// What the page says is read today where the check does not hold.
    pub today: Option<String>,
}

pub enum What {
    Has(Pattern),
    Lacks(Pattern),
    Once(Pattern),
    Truces(usize),
    Truce(usize, Fields),
}

/// What a claim must be like. Empty lists are no demand.
pub struct Pattern {
    pub acts: Vec<Act>,
    pub stances: Vec<Stance>,
    pub truce: Option<usize>,
    pub fields: Fields,
    pub quote: Option<String>,
}

impl Point {
    pub fn holds(&self) -> bool {
        self.checks.iter().all(|it| it.today.is_none())
    }

    /// The points of a page from the lines of its block.
    pub fn parse(lines: &[(usize, &str)], page: &Page) -> Result<Vec<Point>, String> {
        let mut points: Vec<Point> = Vec::new();
        for (number, line) in lines {
            let wrong = |what: String| format!("{number}: {what}");
            let text = line.trim();
            if !line.starts_with(' ') {
                let (case, words) =
                    text.split_once(" | ").ok_or(wrong("expected `B12 | the point`".to_owned()))?;
                let (case, words) = (case.to_owned(), words.to_owned());
                points.push(Point { case, words, checks: Vec::new() });
                continue;
            }
            let checks = points.last_mut().map(|it| &mut it.checks);
            let checks = checks.ok_or(wrong("expected a case before its checks".to_owned()))?;
            if let Some(today) = text.strip_prefix("today: ") {
                let last = checks.last_mut();
                let last = last.ok_or(wrong("expected a check before `today`".to_owned()))?;
                last.today = Some(today.to_owned());
                continue;
            }
            let what = what(text, page).map_err(wrong)?;
            checks.push(Check { text: text.to_owned(), what, today: None });
        }
        match points.iter().find(|it| it.checks.is_empty()) {
            Some(point) => Err(format!("expected a check of {} but found none", point.case)),
            None => Ok(points),
        }
    }
}

fn what(text: &str, page: &Page) -> Result<What, String> {
    let (verb, rest) = text.split_once(' ').unwrap_or((text, ""));
    let truce = |id: &str| {
        let at = page.truces.iter().position(|it| it.id == id);
        at.ok_or(format!("expected a truce of the page but found `{id}`"))
    };
    Ok(match verb {
        "truces" => What::Truces(rest.parse().map_err(|_| "expected a number of truces")?),
        "truce" => {
            let mut parts = rest.split(" | ");
            let id = truce(parts.next().unwrap_or(""))?;
            What::Truce(id, fields(parts, TRUCE_FIELDS)?)
        }
        "has" => What::Has(pattern(rest, page, truce)?),
        "lacks" => What::Lacks(pattern(rest, page, truce)?),
        "once" => What::Once(pattern(rest, page, truce)?),
        _ => return Err(format!("expected has, lacks, once, truces or truce but found `{verb}`")),
    })
}

fn pattern(
    rest: &str,
    page: &Page,
    truce: impl Fn(&str) -> Result<usize, String>,
) -> Result<Pattern, String> {
    let mut parts: Vec<&str> = rest.split(" | ").collect();
    let quote = match parts.last().and_then(|it| it.strip_prefix('"')?.strip_suffix('"')) {
        Some(quote) => {
            parts.pop();
            let doc = page.words();
            if doc.matches(quote).count() != 1 {
                return Err(format!("expected words that stand once but found `{quote}`"));
            }
            Some(quote.to_owned())
        }
        None => None,
    };
    let head: Vec<&str> = parts.first().unwrap_or(&"").split(' ').collect();
    let (acts, stances) = match head[..] {
        [acts, stances] | [acts, stances, _] => (acts, stances),
        _ => return Err(format!("expected `act stance` but found `{}`", head.join(" "))),
    };
    fn all<T>(names: &str, named: fn(&str) -> Option<T>) -> Result<Vec<T>, String> {
        let names = names.split('|').filter(|it| *it != "any");
        names.map(|it| named(it).ok_or(format!("no such name as `{it}`"))).collect()
    }
    Ok(Pattern {
        acts: all(acts, Act::named)?,
        stances: all(stances, Stance::named)?,
        truce: head.get(2).map(|id| truce(id)).transpose()?,
        fields: fields(parts.into_iter().skip(1), CLAIM_FIELDS)?,
        quote,
    })
}

/// Fields whose key may end in `+` (these among others), `-` (none of these) or `>` (in order).
fn fields<'a>(parts: impl Iterator<Item = &'a str>, known: &[&str]) -> Result<Fields, String> {
    parts
        .map(|part| {
            let (key, value) = part
                .split_once(':')
                .ok_or(format!("expected `field: value` but found `{part}`"))?;
            let bare = key.trim_end_matches(['+', '-', '>']);
            if !known.contains(&bare) {
                return Err(format!("expected one of {} but found `{bare}`", known.join(", ")));
            }
            Ok((key.to_owned(), value.trim().to_owned()))
        })
        .collect()
}

/// The page with the `today` lines of its points set to what was read. A point that the page says
/// holds keeps its lines: only a hand gives it up.
pub fn with_points(source: &str, page: &Page, read: &[Vec<Option<String>>]) -> String {
    let open = "\n```points\n";
    let Some(at) = source.find(open) else { return source.to_owned() };
    let from = at + open.len();
    let to = source[from..].find("\n```").map_or(source.len(), |it| from + it);
    let mut block = Vec::new();
    for (point, read) in page.points.iter().zip(read) {
        block.push(format!("{} | {}", point.case, point.words));
        for (check, read) in point.checks.iter().zip(read) {
            block.push(format!("  {}", check.text));
            if let Some(read) = read.as_ref().filter(|_| !point.holds()) {
                block.push(format!("    today: {read}"));
            }
        }
    }
    format!("{}{}{}", &source[..from], block.join("\n"), &source[to..])
}

/// What is wrong with the points of a page: lines of a failure, and whether a held point fell.
pub fn problems(page: &Page, read: &[Vec<Option<String>>]) -> (Vec<String>, bool) {
    let (mut out, mut fell) = (Vec::new(), false);
    for (point, read) in page.points.iter().zip(read) {
        for (check, read) in point.checks.iter().zip(read) {
            if check.today == *read {
                continue;
            }
            let read = read.as_deref().unwrap_or("as it should be");
            if point.holds() {
                fell = true;
                out.push(format!(
                    "  {} held and fell: {}\n    read {read}\n",
                    point.case, check.text
                ));
            } else {
                out.push(format!("  {}: {}\n    read {read}\n", point.case, check.text));
            }
        }
    }
    (out, fell)
}
