//! The head of a story: title, bylines, date lines. Comes in: a draft. Goes out: the title and the
//! dates; their lines are cut. Never takes a sentence for a title.

use super::{
    dated::{self, Dated, Worth},
    draft::{Draft, ends_as_sentence},
    furniture::Kind,
};

/// Letters and digits alone, for comparing lines that differ in marks.
pub fn letters(text: &str) -> String {
    if text.is_ascii() {
        let letters = text.bytes().filter(u8::is_ascii_alphanumeric);
        return letters.map(|it| it.to_ascii_lowercase() as char).collect();
    }
    text.chars().filter(|ch| ch.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The title: as given, or the first line if it looks like one. Its place in the text is cut.
pub fn title(draft: &mut Draft<'_>, given: Option<String>) -> Option<String> {
    let given = given.map(|it| it.split_whitespace().collect::<Vec<_>>().join(" "));
    if let Some(title) = given.filter(|it| !it.is_empty()) {
        let key = letters(&title);
        let mut why = "title";
        for at in 0..draft.units.len() {
            if draft.units[at].range.len() <= title.len() + 60 && same(&letters(draft.of(at)), &key)
            {
                draft.cut(at, why);
                why = "title, printed again";
            }
        }
        return Some(title);
    }
    let at = untitled(draft)?;
    let title = draft.of(at).split_whitespace().collect::<Vec<_>>().join(" ");
    let key = letters(&title);
    draft.cut(at, "title");
    for other in at + 1..draft.units.len() {
        if draft.units[other].range.len() <= title.len() + 20 && letters(draft.of(other)) == key {
            draft.cut(other, "title, printed again");
        }
    }
    Some(title)
}

/// Equal, or one is the other with an outlet's name before or after it.
fn same(line: &str, title: &str) -> bool {
    let longer = line.len().max(title.len());
    let shorter = line.len().min(title.len());
    line == title
        || shorter >= 20
            && shorter * 10 >= longer * 6
            && (title.starts_with(line) || title.ends_with(line) || line.starts_with(title))
}

fn untitled(draft: &Draft<'_>) -> Option<usize> {
    for at in 0..draft.units.len().min(4) {
        let unit = &draft.units[at];
        let line = draft.of(at);
        let furniture = match draft.kinds[at] {
            Some(Kind::Is(_, title)) => !title,
            Some(_) => true,
            None => false,
        };
        if furniture || is_byline(line) || dated::is_date_line(draft, line) || is_slug(line) {
            continue;
        }
        let next = draft.units.get(at + 1)?;
        let near = at + 1..draft.units.len().min(at + 3);
        let wired = near.into_iter().any(|it| super::dateline::is_own_line(draft.of(it)));
        let letters = line.chars().filter(|ch| ch.is_alphabetic()).count();
        let looks = line.len() <= 200
            && (2..=32).contains(&unit.words)
            && letters * 2 > line.len()
            && !line.chars().next().is_some_and(char::is_lowercase)
            && super::dateline::at_head(line, draft.furniture).is_none()
            && draft.furniture.head(line).is_none();
        let open = !ends_as_sentence(line) || line.ends_with(['?', '!', '’', '\'', '”', '"']);
        let unstopped = open && !line.ends_with([',', ';', ':']);
        let prose_follows = next.prose && next.range.len() > line.len().max(60);
        let placed = next.blank_before || prose_follows;
        return (looks && (unstopped && placed || wired)).then_some(at);
    }
    None
}

/// A wire's own name for an item: `BC-Truce, 2nd Ld`, `DEV-0012 (X)`.
fn is_slug(line: &str) -> bool {
    line.len() <= 60
        && line.split_whitespace().count() <= 4
        && line.contains(|ch: char| ch.is_ascii_digit())
        && line.contains(['-', '_'])
        && !ends_as_sentence(line)
}

pub fn is_byline(line: &str) -> bool {
    if !line.get(..3).is_some_and(|it| it.eq_ignore_ascii_case("by ")) {
        return false;
    }
    let rest = line[3..].trim();
    let words: Vec<&str> = rest.split_whitespace().collect();
    line.len() <= 140
        && (1..=16).contains(&words.len())
        && rest.chars().next().is_some_and(char::is_uppercase)
        && words.iter().filter(|it| it.starts_with(char::is_uppercase)).count() * 2 > words.len()
        && (!ends_as_sentence(rest) || words.len() <= 4)
}

/// A few capitalised words: `Jane van Doe`, `JOHN ROE AND J. DOE`.
fn is_names(line: &str) -> bool {
    let words: Vec<&str> = line.split_whitespace().collect();
    let named = |word: &str| {
        word.starts_with(char::is_uppercase)
            || word.len() <= 3 && word.chars().all(char::is_alphabetic)
    };
    (2..=6).contains(&words.len())
        && line.len() <= 60
        && words.iter().all(|it| named(it))
        && line.chars().all(|ch| ch.is_alphabetic() || " .,'’-&".contains(ch))
        && !ends_as_sentence(line)
}

/// Cuts bylines and date lines, and gives the dates.
pub fn dates(draft: &mut Draft<'_>) -> Dated {
    let titled = draft.cut.iter().position(|it| it.as_deref() == Some("title"));
    let mut dated = Dated::new();
    let mut prose = 0;
    for at in 0..draft.units.len() {
        let in_head = prose < 2 && at < titled.unwrap_or(0) + 12;
        if draft.cut[at].is_some() {
            continue;
        }
        let line = draft.of(at);
        let start = draft.units[at].range.start;
        if let Some((worth, published, len)) = dated::labelled(draft, line, in_head) {
            let before = titled.is_some_and(|title| at < title);
            let worth = match worth {
                Worth::AfterTitle if before || titled.is_none() && at == 0 => Worth::BeforeTitle,
                worth => worth,
            };
            dated.extend(published.map(|it| (worth, it)));
            if len == line.len() {
                draft.cut(at, "date line");
            } else {
                draft.cut_part(start..start + len, "date line");
                prose += 1;
            }
        } else if is_byline(line) && (in_head || at + 3 >= draft.units.len())
            || in_head && is_names(line) && followed_by_dateline(draft, at)
        {
            draft.cut(at, "byline");
        } else if in_head && is_slug(line) && (at == 0 || followed_by_dateline(draft, at)) {
            draft.cut(at, "slug");
        } else if draft.units[at].prose && draft.kinds[at].is_none() {
            prose += 1;
        }
    }
    dated
}

fn followed_by_dateline(draft: &Draft<'_>, at: usize) -> bool {
    at + 1 < draft.units.len()
        && super::dateline::at_head(draft.of(at + 1), draft.furniture).is_some()
}
