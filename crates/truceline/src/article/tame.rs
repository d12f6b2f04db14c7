//! Pages that would take a parser minutes. Comes in: HTML. Goes out: the same HTML, or one without
//! the tags beyond what any story needs. Never touches the text between tags.

use std::{borrow::Cow, collections::HashMap};

const DEEPEST: usize = 200;
const MOST_TAGS: usize = 60_000;
const LONGEST_TAG: usize = 64 << 10;
const LARGEST: usize = 16 << 20;

/// Elements that have no end tag, or whose end tag is so often left out that they are not counted.
const FLAT: &[&str] = &[
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source",
    "track", "wbr", "p", "li", "td", "th", "tr", "dt", "dd", "option", "tbody", "thead", "tfoot",
    "colgroup", "html", "body", "head",
];

pub fn tame(html: &str) -> Cow<'_, str> {
    let mut end = html.len().min(LARGEST);
    while !html.is_char_boundary(end) {
        end -= 1;
    }
    let html = &html[..end];
    let mut open: HashMap<String, usize> = HashMap::new();
    let mut dropped: HashMap<String, usize> = HashMap::new();
    let (mut depth, mut tags, mut at, mut kept) = (0, 0, 0, 0);
    let mut out: Option<String> = None;
    while let Some(found) = html[at..].find('<') {
        let start = at + found;
        let rest = &html[start..];
        if rest.starts_with("<!--") {
            at = rest.find("-->").map_or(html.len(), |len| start + len + 3);
            continue;
        }
        let closing = rest.starts_with("</");
        let name_at = start + 1 + usize::from(closing);
        let name_len = html[name_at..].bytes().take_while(u8::is_ascii_alphanumeric).count();
        if name_len == 0 || !html.as_bytes()[name_at].is_ascii_alphabetic() {
            at = start + 1;
            continue;
        }
        let name = html[name_at..name_at + name_len.min(24)].to_ascii_lowercase();
        let (tag_end, attributes) = tag_end(html, name_at + name_len);
        at = tag_end;
        tags += 1;
        let too_much = tags > MOST_TAGS || tag_end - start > LONGEST_TAG || attributes > 200;
        let flat = FLAT.contains(&name.as_str());
        let drop = if closing {
            let missing = dropped.get_mut(&name).filter(|count| **count > 0);
            if let Some(count) = missing {
                *count -= 1;
                true
            } else {
                if let Some(count) = open.get_mut(&name).filter(|count| **count > 0) {
                    *count -= 1;
                    depth -= 1;
                }
                tags > MOST_TAGS || flat && depth >= DEEPEST
            }
        } else if too_much || depth >= DEEPEST {
            *dropped.entry(name.clone()).or_default() += usize::from(!flat);
            true
        } else {
            if !flat {
                *open.entry(name.clone()).or_default() += 1;
                depth += 1;
            }
            false
        };
        if drop {
            let out = out.get_or_insert_with(String::new);
            out.push_str(&html[kept..start]);
            out.push(' ');
            kept = tag_end;
        }
        // What stands in a script is no tag.
        if !closing && matches!(name.as_str(), "script" | "style" | "textarea" | "noscript") {
            let close = format!("</{name}");
            at = find_ignoring_case(html, tag_end, &close).unwrap_or(html.len());
        }
    }
    match out {
        None => Cow::Borrowed(html),
        Some(mut out) => {
            out.push_str(&html[kept..]);
            Cow::Owned(out)
        }
    }
}

/// Where a tag ends, past its quoted values, and how many values it has.
fn tag_end(html: &str, from: usize) -> (usize, usize) {
    let bytes = html.as_bytes();
    let (mut quote, mut values, mut after_equals) = (0u8, 0, false);
    for (at, &byte) in bytes.iter().enumerate().skip(from) {
        if quote != 0 {
            if byte == quote {
                quote = 0;
            }
            continue;
        }
        match byte {
            b'>' => return (at + 1, values),
            b'"' | b'\'' if after_equals => quote = byte,
            _ => {}
        }
        values += usize::from(byte == b'=' || byte.is_ascii_whitespace());
        after_equals = byte == b'=' || after_equals && byte.is_ascii_whitespace();
    }
    (html.len(), values)
}

fn find_ignoring_case(html: &str, from: usize, needle: &str) -> Option<usize> {
    let bytes = html.as_bytes();
    let needle = needle.as_bytes();
    let mut at = from;
    while let Some(found) = html[at..].find("</") {
        let start = at + found;
        if bytes.len() >= start + needle.len()
            && bytes[start..start + needle.len()].eq_ignore_ascii_case(needle)
        {
            return Some(start);
        }
        at = start + 2;
    }
    None
}
