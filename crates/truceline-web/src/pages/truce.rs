//! One truce. Comes in: its name. Goes out: its card, who says that it is in force, its story with
//! quotes and sources, who accuses whom, and where values differ. Never picks one of two values.

use std::collections::BTreeMap;

use askama::Template;
use axum::{
    Extension,
    extract::{Path, RawQuery, State},
    response::Response,
};
use truceline::ledger::body::{Spot, When, Who};

use super::{
    filters,
    frame::{self, Frame},
    line::{self, Lanes},
    map::{self, Map},
    matrix::{self, Matrix},
    now, page, said,
    said::Told,
    shape::{Copy, Line, Made, Shown, Stated, Telling, Truce, Value, Voice},
};
use crate::{App, who::Caller};

/// Lines of a story on one page, and quotes shown of each before the rest is folded away.
const LINES: usize = 150;
const QUOTES: usize = 3;

/// A stated value and what stands behind it.
pub struct Row {
    pub text: String,
    pub moment: Option<Told>,
    /// The words it was told in, where they differ from the text.
    pub words: String,
    pub support: String,
    pub deviates: bool,
    pub claim: String,
}

pub struct Field {
    pub name: &'static str,
    pub rows: Vec<Row>,
}

struct Says {
    name: String,
    why: String,
    claim: String,
}

struct Quote {
    claim: String,
    words: String,
    chain: String,
    outlet: String,
    review: String,
}

struct Event {
    act: String,
    stance: String,
    by: String,
    against: String,
    when: Option<Told>,
    day: String,
    according: String,
    support: String,
    rejected: bool,
    quotes: Vec<Quote>,
    folded: Vec<Quote>,
}

struct Family {
    tellings: Vec<Telling>,
}

#[derive(Template)]
#[template(path = "truce.html")]
struct Page {
    f: Frame,
    it: Truce,
    places: String,
    in_force: String,
    ends: Option<Told>,
    ends_derived: bool,
    left: String,
    yes: Vec<Says>,
    no: Vec<Says>,
    fields: Vec<Field>,
    disputed: Vec<Field>,
    lanes: Lanes,
    map: Option<Map>,
    matrix: Matrix,
    story: Vec<Event>,
    story_more: usize,
    families: Vec<Family>,
    pages: usize,
    copies: Vec<Copy>,
    last_word: String,
}

pub async fn show(
    State(app): State<App>,
    Path(name): Path<String>,
    caller: Option<Extension<Caller>>,
    RawQuery(query): RawQuery,
) -> Response {
    let path = frame::truce(&name);
    page::draw(app, caller, &path, query, move |ask| {
        let asked = ask.question.asked();
        let shown: Shown = page::shape(ask.ledger.show(&name, asked)?);
        let claims = page::shapes::<Made>(ask.ledger.claims_of(&name, asked)?);
        let told = page::shapes::<Telling>(ask.ledger.reports_of(&name, asked)?);
        Ok(draw(ask.frame, shown, &claims, told, ask.question.at.as_second()))
    })
    .await
}

fn draw(f: Frame, shown: Shown, claims: &[Made], told: Vec<Telling>, at: i64) -> Page {
    let truce = &shown.truce;
    let zone = now::zone(truce);
    let made: BTreeMap<&str, &Made> = claims.iter().map(|it| (it.claim.as_str(), it)).collect();
    let fields = card(&shown.stated, zone);
    let disputed: Vec<Field> = card(&shown.stated, zone)
        .into_iter()
        .filter(|it| it.rows.iter().any(|it| it.deviates) || it.name == "length")
        .filter(|it| it.rows.len() > 1)
        .collect();
    let story: Vec<Event> =
        shown.story.iter().take(LINES).map(|it| tell(it, &made, zone)).collect();
    let mut families: BTreeMap<u64, Vec<Telling>> = BTreeMap::new();
    let pages = told.len();
    for it in told {
        families.entry(it.family.unwrap_or_default()).or_default().push(it);
    }
    let verdict = &shown.in_force;
    Page {
        places: now::places(truce),
        in_force: verdict.in_force.clone(),
        ends: verdict.ends.as_ref().map(|it| said::told(it, zone)),
        ends_derived: verdict.ends_derived,
        left: verdict.hours_left.map_or_else(String::new, said::left),
        yes: verdict.yes.iter().map(says).collect(),
        no: verdict.no.iter().map(says).collect(),
        fields: fields.into_iter().filter(|it| !it.rows.is_empty()).collect(),
        disputed,
        lanes: line::lanes(truce, &shown.story, at),
        map: map::near(truce, &verdict.in_force),
        matrix: matrix::matrix(&shown.story, "not named"),
        story_more: shown.story.len().saturating_sub(story.len()),
        story,
        families: families.into_values().map(|tellings| Family { tellings }).collect(),
        pages,
        copies: shown.deviating_copies.clone(),
        last_word: shown.last_word.as_deref().map_or_else(String::new, |it| day_of(None, it)),
        it: shown.truce.clone(),
        f,
    }
}

fn day_of(when: Option<&When>, iso: &str) -> String {
    let at = iso.parse::<jiff::Timestamp>();
    at.map_or_else(|_| iso.to_owned(), |it| said::day_of(when, it.as_second()))
}

fn says(it: &Voice) -> Says {
    Says {
        name: it.name.clone(),
        why: said::plain(&it.why),
        claim: it.claims.first().map_or_else(String::new, |it| frame::claim(it)),
    }
}

fn row<T>(it: &Value<T>, text: String, words: &str, moment: Option<Told>) -> Row {
    let same = words.is_empty() || text.to_lowercase() == words.to_lowercase();
    let speakers = match it.speakers.len() {
        0 => String::new(),
        1..=3 => format!(", {}", it.speakers.join(", ")),
        more => format!(", {} and {} more", it.speakers[..2].join(", "), more - 2),
    };
    Row {
        words: if same || moment.is_some() { String::new() } else { words.to_owned() },
        text,
        moment,
        support: format!("{}{speakers}", said::counted(it.families as i64, "source")),
        deviates: it.deviates,
        claim: it.claims.first().map_or_else(String::new, |it| frame::claim(it)),
    }
}

fn whos(them: &[Value<Who>]) -> Vec<Row> {
    them.iter().map(|it| row(it, it.value.name.clone(), &it.value.text, None)).collect()
}

fn spots(them: &[Value<Spot>]) -> Vec<Row> {
    them.iter().map(|it| row(it, it.value.name.clone(), &it.value.text, None)).collect()
}

fn moments(them: &[Value<When>], zone: Option<&str>) -> Vec<Row> {
    let one = |it: &Value<When>| {
        let told = said::told(&it.value, zone);
        row(it, told.local.clone(), "", Some(told))
    };
    them.iter().map(one).collect()
}

fn card(it: &Stated, zone: Option<&str>) -> Vec<Field> {
    let sides = it
        .sides
        .iter()
        .enumerate()
        .map(|(at, side)| Field { name: if at == 0 { "sides" } else { "and" }, rows: whos(side) });
    let mut fields: Vec<Field> = sides.collect();
    let lengths = it.lengths.iter().map(|it| row(it, said::length(&it.value), "", None)).collect();
    let more = [
        ("mediators", whos(&it.mediators)),
        ("places", spots(&it.places)),
        ("leaves out", whos(&it.excludes)),
        ("declared", moments(&it.declared, zone)),
        ("start", moments(&it.starts, zone)),
        ("end", moments(&it.ends, zone)),
        ("length", lengths),
    ];
    fields.extend(more.map(|(name, rows)| Field { name, rows }));
    fields
}

pub fn names(them: &[Who]) -> String {
    them.iter().map(|it| it.name.as_str()).collect::<Vec<_>>().join(", ")
}

/// `a military source, by way of Reuters`.
pub fn chain(them: &[Who]) -> String {
    them.iter().map(|it| it.name.as_str()).collect::<Vec<_>>().join(", by way of ")
}

fn tell(it: &Line, made: &BTreeMap<&str, &Made>, zone: Option<&str>) -> Event {
    let quote = |it: &super::shape::Quote| {
        let made = made.get(it.claim.as_str());
        Quote {
            claim: frame::claim(&it.claim),
            words: it.quote.clone(),
            chain: made.map_or_else(String::new, |it| chain(&it.said.says)),
            outlet: made.and_then(|it| it.outlet.clone()).unwrap_or_default(),
            review: if it.review == "none" { String::new() } else { it.review.clone() },
        }
    };
    let mut quotes: Vec<Quote> = it.claims.iter().map(quote).collect();
    // The same words once: copies are counted, not repeated.
    let mut seen = std::collections::BTreeSet::new();
    let (first, mut folded): (Vec<Quote>, Vec<Quote>) =
        quotes.drain(..).partition(|it| seen.insert(it.words.clone()) && seen.len() <= QUOTES);
    folded.truncate(100);
    Event {
        act: it.act.clone(),
        stance: it.stance.clone(),
        by: names(&it.by),
        against: names(&it.against),
        when: it.when.as_ref().map(|it| said::told(it, zone)),
        day: it.date.as_deref().map_or_else(String::new, |date| day_of(it.when.as_ref(), date)),
        according: it.according_to.join(", "),
        support: now::support(it.reports.len(), it.families),
        rejected: it.rejected,
        quotes: first,
        folded,
    }
}
