//! A reading for people. Comes in: a [`Reading`]. Goes out: a card for each truce with its claims
//! below it, then gaps and cuts. Never adds a figure that the reading does not hold.

use truceline::{
    claim::{Claim, Part, Stance},
    read::Reading,
    truce::{Status, Truce},
};

use crate::{
    ink::{ACT, BAD, BOLD, DIM, GOOD, Ink, WARN},
    said,
};

pub fn reading(it: &Reading, ink: &Ink) -> String {
    let mut out = String::new();
    head(it, ink, &mut out);
    if it.truces.is_empty() {
        out.push_str("  no truce is told of here\n");
    }
    for (at, truce) in it.truces.iter().enumerate() {
        card(truce, ink, &mut out);
        let claims = it.claims.iter().filter(|claim| claim.truce == at);
        for claim in claims {
            out.push('\n');
            self::claim(claim, truce, it, ink, &mut out);
        }
        out.push('\n');
    }
    foot(it, ink, &mut out);
    out
}

fn head(it: &Reading, ink: &Ink, out: &mut String) {
    let article = &it.article;
    let title = article.title.as_deref().unwrap_or("(no title)");
    ink.hang(out, ("", 0), BOLD, title);
    let published = match &article.published {
        Some(it) => format!("published {} ({})", it.stamp, it.from),
        None => "publication date unknown".to_owned(),
    };
    let origin = [&article.outlet, &article.url, &article.path].into_iter().flatten();
    let mut facts: Vec<String> = origin.cloned().collect();
    facts.push(published);
    facts.push(article.language.clone());
    ink.hang(out, ("", 0), DIM, &facts.join(" · "));
    out.push('\n');
}

fn card(it: &Truce, ink: &Ink, out: &mut String) {
    let status = match it.status {
        Status::InForce => ink.paint(GOOD, "in force"),
        Status::Ended | Status::Rejected => ink.paint(BAD, it.status.name()),
        Status::Disputed => ink.paint(WARN, it.status.name()),
        _ => it.status.name().to_owned(),
    };
    let label = format!("{}  {}", it.id, it.label);
    ink.hang(out, (&ink.paint(DIM, "╭ "), 2), BOLD, &label);
    let mut row = |name: &str, words: &str, style| {
        if !words.is_empty() {
            let head =
                format!("{} {}", ink.paint(DIM, "│"), ink.paint(DIM, &format!("{name:<10}")));
            ink.hang(out, (&head, 12), style, words);
        }
    };
    row("status", &status, PLAIN);
    for (at, side) in it.sides.iter().enumerate() {
        row(if at == 0 { "sides" } else { "" }, &said::actors(side), PLAIN);
    }
    row("mediators", &said::actors(&it.mediators), PLAIN);
    row("places", &said::sites(&it.places), PLAIN);
    row("excludes", &said::actors(&it.excludes), PLAIN);
    let moments = [("declared", &it.declared), ("start", &it.start), ("end", &it.end)];
    for (name, moment) in moments {
        if let Some(moment) = moment {
            row(name, &said::moment(moment), PLAIN);
            row("", &quoted(&moment.text), DIM);
        }
    }
    if let Some(length) = &it.length {
        row("length", &said::length(length), PLAIN);
    }
    if let Some(end) = it.derived_end().filter(|_| it.end.is_none()) {
        row("end", &said::moment(&end), PLAIN);
        row("", "derived: start + length", DIM);
    }
    for doubt in doubts(it) {
        row("doubt", doubt, WARN);
    }
    out.push_str(&ink.paint(DIM, "╰"));
    out.push('\n');
}

fn doubts(it: &Truce) -> impl Iterator<Item = &String> {
    [&it.declared, &it.start, &it.end].into_iter().flatten().flat_map(|it| &it.doubts)
}

const PLAIN: anstyle::Style = anstyle::Style::new();

/// Doubts that one of the truce's own moments carries are told once, on the card.
fn claim(it: &Claim, truce: &Truce, reading: &Reading, ink: &Ink, out: &mut String) {
    let stance = match it.stance {
        Stance::Fact => ink.paint(PLAIN, "fact"),
        Stance::Planned => ink.paint(GOOD, "planned"),
        Stance::Hedged => ink.paint(WARN, "hedged"),
        Stance::Denied => ink.paint(BAD, "denied"),
    };
    let act = it.act.name().replace('_', " ");
    out.push_str(&format!("  {} · {stance}\n", ink.paint(ACT, &act)));
    let mut row = |name: &str, words: &str| {
        if !words.is_empty() {
            let head = format!("    {}", ink.paint(DIM, &format!("{name:<8}")));
            ink.hang(out, (&head, 12), PLAIN, words);
        }
    };
    row("by", &said::actors(&it.by));
    row("against", &said::actors(&it.against));
    row("says", &said::chain(&it.says));
    if let Some(when) = &it.when {
        row("when", &said::moment(when));
        let told: Vec<&String> = doubts(truce).collect();
        for doubt in when.doubts.iter().filter(|it| !told.contains(it)) {
            row("doubt", doubt);
        }
    }
    row("where", &said::sites(&it.wher));
    if let Some(length) = &it.length {
        row("length", &said::length(length));
    }
    row("quote", &quoted(&it.quote));
    let part = match it.part {
        Part::Title => "title",
        Part::Text => "text",
    };
    let outlet = reading.article.outlet.as_deref().map(|it| format!(", {it}")).unwrap_or_default();
    let place = format!("{part} {}–{}{outlet} · {}", it.span.start, it.span.end, it.pattern);
    ink.hang(out, ("            ", 12), DIM, &place);
}

fn foot(it: &Reading, ink: &Ink, out: &mut String) {
    for gap in &it.gaps {
        let part = match gap.part {
            Part::Title => "title",
            Part::Text => "text",
        };
        let head = format!("  {}", ink.paint(DIM, &format!("{:<10}", "gap")));
        let words = format!("{} ({part} {}–{})", gap.what, gap.span.start, gap.span.end);
        ink.hang(out, (&head, 12), WARN, &words);
    }
    let cuts = &it.article.cuts;
    if !cuts.is_empty() {
        let plural = if cuts.len() == 1 { "cut" } else { "cuts" };
        let head = format!("  {}", ink.paint(DIM, &format!("{plural:<10}")));
        let words = format!("{}, shown by `truceline article`", cuts.len());
        ink.hang(out, (&head, 12), DIM, &words);
    }
}

fn quoted(words: &str) -> String {
    if words.is_empty() { String::new() } else { format!("“{words}”") }
}

#[cfg(test)]
mod tests;
