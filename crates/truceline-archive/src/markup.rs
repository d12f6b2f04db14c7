//! The readable parts of a page, found without parsing it. Comes in: HTML. Goes out: its text, titles,
//! descriptions and linked data, as [`Letters`]. Tags, styles and programs are passed over; what
//! is written oddly is looked at rather than passed over.

use std::sync::LazyLock;

use memchr::{
    memchr, memchr_iter, memchr2,
    memmem::{self, Finder},
};

use crate::letters::{Letters, unescaped_json, unescaped_tags};

/// How far pages within pages are followed.
const DEEPEST: usize = 3;

/// Made once: pages have many comments and scripts.
static COMMENT_END: LazyLock<Finder> = LazyLock::new(|| Finder::new("-->"));
static ODD_COMMENT_END: LazyLock<Finder> = LazyLock::new(|| Finder::new("--!>"));

static JSON: LazyLock<[Finder; 2]> = LazyLock::new(|| [Finder::new("json"), Finder::new("JSON")]);

pub fn gather(page: &[u8], letters: &mut Letters, depth: usize) {
    let mut at = 0;
    while at < page.len() && !letters.odd {
        at += letters.text_to_tag(&page[at..]);
        letters.gap();
        let rest = &page[at..];
        at += match rest.get(1) {
            Some(b'!') => declaration(rest, letters),
            Some(b'/') if rest.get(2).is_some_and(u8::is_ascii_alphabetic) => {
                whole(tag_end(rest), letters)
            }
            Some(byte) if byte.is_ascii_alphabetic() => element(rest, letters, depth),
            _ => 1,
        };
    }
}

/// A comment, or what else begins with `<!`.
fn declaration(rest: &[u8], letters: &mut Letters) -> usize {
    let Some(comment) = rest.strip_prefix(b"<!--") else {
        return 2;
    };
    for empty in [b">".as_slice(), b"->"] {
        if comment.starts_with(empty) {
            return 4 + empty.len();
        }
    }
    let plain = COMMENT_END.find(comment).map(|at| at + 3);
    let within = &comment[..plain.unwrap_or(comment.len())];
    let odd = ODD_COMMENT_END.find(within).map(|at| at + 4);
    letters.odd |= plain.is_none();
    odd.or(plain).map_or(4, |length| 4 + length)
}

/// A start tag, and the content of those elements that hold no markup: how long they are.
fn element(rest: &[u8], letters: &mut Letters, depth: usize) -> usize {
    let end = whole(tag_end(rest), letters);
    if letters.odd {
        return end;
    }
    let tag = &rest[1..end - 1];
    let length = tag
        .iter()
        .take_while(|it| !matches!(**it, b' ' | b'\t' | b'\n' | 0x0c | b'\r' | b'/'))
        .count();
    // Forums keep their text in an attribute of this name.
    letters.odd |= length == 3 && tag.len() > 64 && memmem::find(tag, b"data-preloaded").is_some();
    if !(4..=9).contains(&length) {
        return end;
    }
    let mut lower = [0; 9];
    lower[..length].copy_from_slice(&tag[..length]);
    lower.make_ascii_lowercase();
    let name = &lower[..length];
    let content = &rest[end..];
    match name {
        b"meta" => {
            letters.aside(|it| it.text(&tag[length..]));
            end
        }
        b"script" => end + script(content, &tag[length..], letters, depth),
        b"style" => end + whole(raw_end(content, name), letters),
        b"title" | b"textarea" | b"iframe" | b"noembed" | b"noframes" => {
            let raw = whole(raw_end(content, name), letters).min(content.len());
            letters.aside(|it| it.text(&content[..raw]));
            end + raw
        }
        b"noscript" if depth < DEEPEST => {
            let raw = whole(raw_end(content, name), letters).min(content.len());
            letters.aside(|it| gather(&content[..raw], it, depth + 1));
            end + raw
        }
        b"plaintext" => {
            letters.text(content);
            rest.len()
        }
        _ => end,
    }
}

/// The length of what has an end; what has none makes the page odd.
fn whole(length: Option<usize>, letters: &mut Letters) -> usize {
    letters.odd |= length.is_none();
    length.unwrap_or(1)
}

fn script(content: &[u8], attributes: &[u8], letters: &mut Letters, depth: usize) -> usize {
    let end = whole(script_end(content), letters);
    if letters.odd {
        return 0;
    }
    let within = &content[..end];
    if attributes.last() == Some(&b'/') && memmem::find(within, b"</svg").is_some() {
        // Within a drawing the tag was all of it: what seems to be script is the page.
        letters.odd = true;
    }
    if JSON.iter().any(|it| it.find(attributes).is_some()) {
        let json = unescaped_json(within);
        letters.aside(|it| it.text(&json));
        let markup = unescaped_tags(&json);
        if depth < DEEPEST && memchr(b'<', &markup).is_some() {
            letters.aside(|it| gather(&markup, it, DEEPEST));
        }
    }
    end
}

/// Where the end tag of a script begins. In a comment within it, a script may begin and end without
/// ending it: the standard's way with programs that write programs.
fn script_end(content: &[u8]) -> Option<usize> {
    let mut at = 0;
    loop {
        at += memchr(b'<', &content[at..])?;
        let rest = &content[at..];
        if names(rest, 2, b"script") && rest[1] == b'/' {
            return Some(at);
        }
        if rest.starts_with(b"<!--") {
            break;
        }
        at += 1;
    }
    // What the comment begins with may end it.
    at += 2;
    let (mut escaped, mut doubly) = (true, false);
    while let Some(found) = memchr2(b'<', b'-', &content[at..]) {
        at += found;
        let rest = &content[at..];
        if rest.starts_with(b"-->") {
            (escaped, doubly) = (false, false);
        } else if rest.starts_with(b"<!--") {
            escaped = true;
            at += 1;
        } else if names(rest, 1, b"script") {
            doubly |= escaped;
        } else if rest.starts_with(b"</") && names(rest, 2, b"script") {
            if !doubly {
                return Some(at);
            }
            doubly = false;
        }
        at += 1;
    }
    None
}

/// Whether a name stands there, and ends.
fn names(tag: &[u8], at: usize, name: &[u8]) -> bool {
    let end = at + name.len();
    tag.get(at..end).is_some_and(|it| it.eq_ignore_ascii_case(name))
        && tag
            .get(end)
            .is_none_or(|it| matches!(it, b'>' | b'/' | b' ' | b'\t' | b'\n' | 0x0c | b'\r'))
}

/// Where the end tag of an element begins whose content is no markup.
fn raw_end(content: &[u8], name: &[u8]) -> Option<usize> {
    memchr_iter(b'<', content).find(|at| {
        let rest = &content[*at..];
        rest.get(1) == Some(&b'/') && names(rest, 2, name)
    })
}

/// The length of a tag, past its quoted values.
fn tag_end(tag: &[u8]) -> Option<usize> {
    let mut at = 1;
    let mut named = false;
    loop {
        match tag.get(at)? {
            b'>' => return Some(at + 1),
            b'=' if named => {
                at += 1;
                while tag.get(at)?.is_ascii_whitespace() {
                    at += 1;
                }
                match tag[at] {
                    quote @ (b'"' | b'\'') => at += 2 + memchr(quote, &tag[at + 1..])?,
                    _ => {
                        while !matches!(tag.get(at)?, b'>' | b' ' | b'\t' | b'\n' | 0x0c | b'\r') {
                            at += 1;
                        }
                    }
                }
                named = false;
            }
            byte => {
                named |= !(byte.is_ascii_whitespace() || *byte == b'/');
                at += 1;
            }
        }
    }
}
