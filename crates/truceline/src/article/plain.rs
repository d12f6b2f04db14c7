//! Markup as plain text. Comes in: serialised HTML. Goes out: its text with line ends where blocks
//! and breaks were, entities decoded. Never keeps what a reader of the page does not see.

use std::sync::LazyLock;

use regex::Regex;

/// Serialised HTML as text: a blank line between blocks, a line end for a break.
pub fn paragraphs(html: &str) -> String {
    const BLOCKS: &[&str] = &[
        "p",
        "div",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "ul",
        "ol",
        "dl",
        "table",
        "blockquote",
        "pre",
        "section",
        "article",
        "figure",
        "figcaption",
        "header",
        "footer",
        "aside",
        "nav",
        "main",
        "hr",
        "form",
        "body",
    ];
    const LINES: &[&str] = &["br", "li", "tr", "dt", "dd", "option"];
    const HIDDEN: &[&str] =
        &["script", "style", "noscript", "template", "svg", "head", "button", "select"];
    let mut out = String::with_capacity(html.len() / 2);
    let (mut gap, mut hidden) = (0, 0usize);
    for piece in html.split('<') {
        let (tag, text) = if out.is_empty()
            && !html.starts_with('<')
            && gap == 0
            && piece.len() == html.find('<').unwrap_or(html.len())
        {
            ("", piece)
        } else {
            piece.split_once('>').unwrap_or((piece, ""))
        };
        let closing = tag.starts_with('/');
        let name = tag
            .trim_start_matches('/')
            .split(|ch: char| !ch.is_ascii_alphanumeric())
            .next()
            .unwrap_or("");
        let name = name.to_ascii_lowercase();
        if HIDDEN.contains(&name.as_str()) {
            hidden = if closing { hidden.saturating_sub(1) } else { hidden + 1 };
        }
        if BLOCKS.contains(&name.as_str()) {
            gap = 3;
        } else if LINES.contains(&name.as_str()) && (!closing || name != "br") {
            gap = gap.max(2);
        } else if matches!(name.as_str(), "td" | "th") {
            gap = gap.max(1);
        }
        if hidden == 0 && !text.is_empty() {
            push_text(&unescaped(text), &mut gap, &mut out);
        }
    }
    out
}

fn push_text(text: &str, gap: &mut usize, out: &mut String) {
    for (at, word) in text.split(|ch: char| ch.is_whitespace()).enumerate() {
        if at > 0 {
            *gap = (*gap).max(1);
        }
        if word.is_empty() {
            continue;
        }
        if !out.is_empty() {
            out.push_str(["", " ", "\n", "\n\n"][*gap]);
        }
        *gap = 0;
        out.push_str(word);
    }
}

static ENTITY: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|(\w{2,8}));").expect("a valid expression")
});

pub fn unescaped(text: &str) -> String {
    let one = |found: &regex::Captures<'_>| -> String {
        let number = found.get(1).and_then(|it| it.as_str().parse().ok());
        let number = number.or_else(|| u32::from_str_radix(found.get(2)?.as_str(), 16).ok());
        let named = found.get(3).and_then(|it| {
            Some(match it.as_str() {
                "amp" => '&',
                "lt" => '<',
                "gt" => '>',
                "quot" => '"',
                "apos" => '\'',
                "nbsp" => '\u{a0}',
                "mdash" => '—',
                "ndash" => '–',
                "lsquo" => '‘',
                "rsquo" => '’',
                "ldquo" => '“',
                "rdquo" => '”',
                "hellip" => '…',
                "copy" => '©',
                "laquo" => '«',
                "raquo" => '»',
                _ => return None,
            })
        });
        let ch = number.and_then(char::from_u32).or(named);
        ch.map_or_else(|| found[0].to_owned(), String::from)
    };
    if text.contains('&') { ENTITY.replace_all(text, one).into_owned() } else { text.to_owned() }
}

pub fn squeezed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
