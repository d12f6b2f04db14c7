//! A page of the casebook. Comes in: its Markdown. Goes out: the report and what must be read from
//! it, or an error naming the line. The format is told in `casebook/README.md`.

use truceline::{
    claim::{Act, Stance},
    report::{Form, Published, Report},
};

use crate::points::Point;

pub struct Page {
    pub id: String,
    pub outlet: Option<String>,
    pub published: Option<String>,
    pub title: Option<String>,
    pub url: Option<String>,
    pub body: String,
    pub truces: Vec<Told>,
    pub claims: Vec<Expected>,
    pub points: Vec<Point>,
    pub today: Vec<String>,
}

/// `field: value` pairs as they stand in a line.
pub type Fields = Vec<(String, String)>;

pub struct Told {
    pub id: String,
    pub fields: Fields,
}

pub struct Expected {
    pub act: Act,
    pub stance: Stance,
    /// Index into the truces of the page.
    pub truce: usize,
    pub fields: Fields,
    pub quote: String,
}

pub const TRUCE_FIELDS: &[&str] = &[
    "label",
    "sides",
    "mediators",
    "places",
    "declared",
    "start",
    "end",
    "length",
    "excludes",
    "status",
];
pub const CLAIM_FIELDS: &[&str] = &["by", "against", "says", "when", "where"];

/// Parts of a name list: `a; b`.
pub fn list(value: &str) -> Vec<&str> {
    value.split(';').map(str::trim).filter(|it| !it.is_empty()).collect()
}

impl Page {
    pub fn parse(source: &str) -> Result<Page, String> {
        if !source.starts_with("# ") {
            return Err("1: expected a heading `# …`".to_owned());
        }
        let (head, body) = block(source, "report")?
            .map(|(_, text)| text.split_once("\n\n").unwrap_or((text, "")))
            .ok_or("expected a block ```report but found none")?;
        let field = |key: &str| {
            head.lines()
                .find_map(|line| line.strip_prefix(key)?.strip_prefix(": "))
                .map(|value| value.trim().to_owned())
        };
        let mut page = Page {
            id: field("id").ok_or("expected a line `id: …` in the report but found none")?,
            outlet: field("outlet"),
            published: field("published"),
            title: field("title"),
            url: field("url"),
            body: body.trim().to_owned(),
            truces: Vec::new(),
            claims: Vec::new(),
            points: Vec::new(),
            today: Vec::new(),
        };
        for (number, line) in lines(source, "truces")? {
            page.truces.push(truce(line).map_err(|it| format!("{number}: {it}"))?);
        }
        for (number, line) in lines(source, "claims")? {
            let claim = page.claim(line).map_err(|it| format!("{number}: {it}"))?;
            page.claims.push(claim);
        }
        if let Some(idle) =
            (0..page.truces.len()).find(|&i| page.claims.iter().all(|claim| claim.truce != i))
        {
            return Err(format!("expected a claim about {} but found none", page.truces[idle].id));
        }
        if block(source, "points")?.is_some() {
            page.points = Point::parse(&lines(source, "points")?, &page)?;
        }
        if block(source, "today")?.is_some() {
            page.today =
                lines(source, "today")?.into_iter().map(|(_, line)| line.to_owned()).collect();
        }
        Ok(page)
    }

    /// The title and the body, as quotes are looked for.
    pub fn words(&self) -> String {
        format!("{}\n{}", self.title.as_deref().unwrap_or(""), self.body)
    }

    pub fn report(&self) -> Report {
        Report {
            id: self.id.clone(),
            path: None,
            url: self.url.clone(),
            outlet: self.outlet.clone(),
            title: self.title.clone(),
            published: self.published.as_ref().and_then(|stamp| {
                let date = stamp.get(..10)?.parse().ok()?;
                Some(Published { date, stamp: stamp.clone(), from: "json".to_owned() })
            }),
            form: Form::Text,
            content: self.body.clone(),
        }
    }

    fn claim(&self, line: &str) -> Result<Expected, String> {
        let (left, quoted) =
            line.rsplit_once(" | ").ok_or("expected `act stance truce | … | \"quote\"`")?;
        let quote = quoted
            .trim()
            .strip_prefix('"')
            .and_then(|rest| rest.strip_suffix('"'))
            .ok_or("expected the quote last, in double quotes")?;
        let mut parts = left.split(" | ");
        let head: Vec<&str> = parts.next().unwrap_or("").split_whitespace().collect();
        let [act, stance, truce] = head[..] else {
            return Err(format!("expected `act stance truce` but found `{}`", head.join(" ")));
        };
        let act = Act::named(act).ok_or(format!("expected an act but found `{act}`"))?;
        let stance =
            Stance::named(stance).ok_or(format!("expected a stance but found `{stance}`"))?;
        let truce = self
            .truces
            .iter()
            .position(|it| it.id == truce)
            .ok_or(format!("expected a truce of the page but found `{truce}`"))?;
        let length = quote.chars().count();
        if !(20..=200).contains(&length) {
            return Err(format!("expected a quote of 20 to 200 characters but found {length}"));
        }
        let title = self.title.as_deref().unwrap_or("");
        match title.matches(quote).count() + self.body.matches(quote).count() {
            0 => return Err(format!("expected words of the report but found `{quote}`")),
            1 => {}
            _ if quote == title => {}
            n => return Err(format!("expected a quote that stands once but found it {n} times")),
        }
        Ok(Expected {
            act,
            stance,
            truce,
            fields: fields(parts, CLAIM_FIELDS)?,
            quote: quote.to_owned(),
        })
    }
}

fn truce(line: &str) -> Result<Told, String> {
    let mut parts = line.split(" | ");
    let id = parts.next().unwrap_or("").trim().to_owned();
    if !id.starts_with('T') || id[1..].parse::<u32>().is_err() {
        return Err(format!("expected `T1` and so on but found `{id}`"));
    }
    Ok(Told { id, fields: fields(parts, TRUCE_FIELDS)? })
}

fn fields<'a>(parts: impl Iterator<Item = &'a str>, known: &[&str]) -> Result<Fields, String> {
    let mut out = Fields::new();
    for part in parts {
        let (key, value) =
            part.split_once(':').ok_or(format!("expected `field: value` but found `{part}`"))?;
        let key = key.trim();
        if !known.contains(&key) {
            return Err(format!("expected one of {} but found `{key}`", known.join(", ")));
        }
        out.push((key.to_owned(), value.trim().to_owned()));
    }
    Ok(out)
}

/// A fenced block: the number of its first inner line, and its text.
fn block<'a>(source: &'a str, name: &str) -> Result<Option<(usize, &'a str)>, String> {
    let open = format!("\n```{name}\n");
    let Some(at) = source.find(&open) else { return Ok(None) };
    let from = at + open.len();
    let number = source[..from].lines().count() + 1;
    let rest = &source[from..];
    if rest.starts_with("```") {
        return Ok(Some((number, "")));
    }
    let to = rest.find("\n```").ok_or(format!("{number}: expected the end of ```{name}"))?;
    Ok(Some((number, &rest[..to])))
}

fn lines<'a>(source: &'a str, name: &str) -> Result<Vec<(usize, &'a str)>, String> {
    let (first, text) =
        block(source, name)?.ok_or(format!("expected a block ```{name} but found none"))?;
    let numbered = text.lines().enumerate().map(|(i, line)| (first + i, line));
    Ok(numbered.filter(|(_, line)| !line.trim().is_empty()).collect())
}

/// The page with its `today` block set to these lines, or without one.
pub fn with_today(source: &str, today: &[String]) -> String {
    let kept = source.find("\n```today\n").map_or(source, |at| &source[..at]).trim_end();
    if today.is_empty() {
        return format!("{kept}\n");
    }
    format!("{kept}\n\n```today\n{}\n```\n", today.join("\n"))
}
