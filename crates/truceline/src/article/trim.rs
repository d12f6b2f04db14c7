//! What is on the page and is not the story. Comes in: a draft. Goes out: the draft with cuts.
//! Never cuts a sentence that may be the story's: when in doubt it stays.

use std::collections::HashMap;

use super::{draft::Draft, furniture::Kind, head::letters, language};

/// Lines that say by themselves what they are.
pub fn furniture(draft: &mut Draft<'_>) {
    for at in 0..draft.units.len() {
        let line = draft.of(at);
        if let Some(Kind::Is(why, _)) = draft.kinds[at] {
            draft.cut(at, why);
        } else if line.chars().all(|ch| !ch.is_alphanumeric()) {
            draft.cut(at, "rule");
        }
    }
}

/// Lines printed twice: teasers. A sentence printed twice is cut whole only where it stands among
/// headings that are; else one of it stays, for a quotation may be pulled out of the story.
pub fn repeated(draft: &mut Draft<'_>) {
    let mut places: HashMap<String, Vec<usize>> = HashMap::new();
    for at in draft.kept() {
        let line = draft.of(at);
        if line.len() <= 2000 && draft.units[at].words > 1 {
            places.entry(letters(line)).or_default().push(at);
        }
    }
    let mut twice = vec![false; draft.units.len()];
    for them in places.values().filter(|them| them.len() > 1) {
        them.iter().for_each(|at| twice[*at] = true);
    }
    let lead = draft.kept().find(|at| draft.units[*at].prose && draft.units[*at].words >= 8);
    let opens = |at: usize| matches!(draft.kinds[at], Some(Kind::OpensRelated));
    for them in places.values().filter(|them| them.len() > 1) {
        let first = &draft.units[them[0]];
        let heading = !first.prose;
        let is_lead = lead.is_some_and(|lead| them.contains(&lead));
        let among = |at: &usize| {
            let beside = |other: Option<usize>| {
                other.is_some_and(|it| {
                    it < twice.len() && twice[it] && !draft.units[it].prose
                        || it < twice.len() && opens(it)
                })
            };
            beside(at.checked_sub(1)) || beside(Some(at + 1))
        };
        let teaser = heading || them.iter().all(among);
        let keep = usize::from(is_lead || !teaser);
        for at in &them[keep..] {
            let why = if keep == 1 { "printed twice" } else { "teaser, printed twice" };
            draft.cut[*at].get_or_insert_with(|| why.to_owned());
        }
    }
}

/// Blocks of links: from their heading to where the story plainly goes on.
pub fn related(draft: &mut Draft<'_>) {
    let openers: Vec<usize> = (0..draft.units.len())
        .filter(|at| {
            draft.cut[*at].is_none() && matches!(draft.kinds[*at], Some(Kind::OpensRelated))
        })
        .collect();
    for at in openers {
        // Already within the block of one before.
        if draft.cut[at].is_some() {
            continue;
        }
        draft.cut(at, "related");
        let end = block_end(draft, at + 1);
        for within in at + 1..end {
            draft.cut(within, "related");
        }
    }
}

/// The first unit after `from` that is not part of a block of links. Headlines belong to it, and
/// summaries that alternate with headlines.
fn block_end(draft: &Draft<'_>, from: usize) -> usize {
    let cut = |at: usize| draft.cut[at].is_some();
    let headline = |at: usize| {
        let unit = &draft.units[at];
        let line = draft.of(at);
        let open = !unit.prose || line.ends_with(['?', '!']) && unit.words <= 16;
        open && line.len() <= 200 && !line.starts_with(char::is_lowercase)
    };
    let (mut at, mut headlines, mut summaries, mut end) = (from, 0, 0, from);
    while at < draft.units.len() {
        if cut(at) {
            at += 1;
            continue;
        }
        if headline(at) {
            headlines += 1;
            at += 1;
            end = at;
            continue;
        }
        // A sentence: a summary if another headline follows it, and was so before or goes on so.
        let next = (at + 1..draft.units.len()).find(|it| !cut(*it));
        let follows = next.is_some_and(headline);
        let last = next.is_none();
        if headlines > summaries && (follows || last && summaries > 0) {
            summaries += 1;
            at += 1;
            if last || summaries > 1 {
                end = at;
            }
            continue;
        }
        break;
    }
    // One summary alone may be the story going on after a link.
    if summaries == 1 && end > from {
        let prose = (from..end).find(|it| draft.units[*it].prose && !cut(*it));
        return prose.unwrap_or(end);
    }
    end
}

/// What readers wrote below the story.
pub fn comments(draft: &mut Draft<'_>) {
    let total = draft.text.len();
    let mut story = 0;
    for at in 0..draft.units.len() {
        if draft.cut[at].is_some() {
            continue;
        }
        if matches!(draft.kinds[at], Some(Kind::OpensComments)) {
            draft.cut(at, "comments");
            if story >= 3 && draft.units[at].range.start * 10 > total * 4 {
                (at..draft.units.len()).for_each(|it| draft.cut(it, "comments"));
                return;
            }
        }
        story += usize::from(draft.units[at].prose && draft.units[at].words >= 8);
    }
}

/// Headlines of other stories set in capitals between paragraphs that are not.
pub fn capitals(draft: &mut Draft<'_>) {
    let lower = draft.text.bytes().filter(u8::is_ascii_lowercase).count();
    if lower * 2 < draft.text.len() {
        return;
    }
    for at in draft.kept().collect::<Vec<_>>() {
        let unit = &draft.units[at];
        let line = draft.of(at);
        let shouted = line.bytes().filter(u8::is_ascii_uppercase).count() * 2 > line.len();
        if shouted
            && unit.words >= 7
            && !unit.prose
            && line.len() <= 200
            && !line.chars().any(char::is_lowercase)
        {
            draft.cut(at, "teaser in capitals");
        }
    }
}

pub fn foreign(draft: &mut Draft<'_>, article: &str) {
    if article == "und" || draft.units.len() < 2 {
        return;
    }
    for at in draft.kept().collect::<Vec<_>>() {
        let line = draft.of(at);
        if line.len() <= 4000 && language::is_foreign(line, article, draft) {
            draft.cut(at, "line in another language");
        }
    }
}

/// Furniture that stands on a line of the story.
pub fn parts(draft: &mut Draft<'_>) {
    let kept: Vec<usize> = draft.kept().collect();
    for at in &kept {
        let start = draft.units[*at].range.start;
        let line = draft.of(*at);
        if let Some((len, why)) = draft.furniture.head(line) {
            draft.cut_part(start..start + len, why);
        }
        for (range, why) in draft.furniture.inline(line) {
            draft.cut_part(start + range.start..start + range.end, why);
        }
    }
    if let Some(at) = kept.last() {
        let start = draft.units[*at].range.start;
        if let Some((from, why)) = draft.furniture.tail(draft.of(*at)) {
            draft.cut_part(start + from..draft.units[*at].range.end, why);
        }
    }
}
