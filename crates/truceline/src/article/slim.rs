//! A page without what no story needs. Comes in: HTML. Goes out: the same HTML without programs, styles,
//! comments, drawings and the attributes nobody reads, and without tags so many or so deep that a
//! parser would take minutes. Never touches the text between tags.

use std::collections::HashMap;

use memchr::{memchr, memmem};

const DEEPEST: usize = 200;
const MOST_TAGS: usize = 60_000;
const MOST_ATTRIBUTES: usize = 200;
const LONGEST_TAG: usize = 64 << 10;
const LARGEST: usize = 16 << 20;
/// Of an address, that it is one and how it begins is enough.
const ADDRESS: usize = 24;

/// Attributes that tell what an element is, or give a date.
const TELLING: &[&str] = &[
    "class",
    "id",
    "itemprop",
    "role",
    "rel",
    "type",
    "name",
    "property",
    "content",
    "datetime",
    "title",
    "lang",
    "dir",
    "hidden",
    "aria-hidden",
    "aria-modal",
    "pubdate",
    "data-datetime",
    "data-published",
    "data-component",
    "data-testid",
    "data-preloaded",
    "data-lp-replacement-content",
    "rowspan",
    "colspan",
    "datatable",
    "summary",
    "http-equiv",
    "charset",
];

/// What an element's name says about it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Plain,
    Flat,
    Drawn,
    Script,
    /// Goes with all it holds.
    Unread,
    /// The same, where what it holds is sure.
    Links,
    /// Holds text alone.
    Raw,
    Link,
}

pub fn slim(html: &str) -> String {
    let html = &html[..html.floor_char_boundary(LARGEST.min(html.len()))];
    let mut page = Slim { html, out: String::with_capacity(html.len() / 2), kept: 0 };
    let mut depth = Depth::default();
    let mut at = 0;
    let mut nested = true;
    while let Some((start, found)) = next(html, &mut at) {
        let Some((tag, closing)) = found else {
            page.cut(start, at);
            continue;
        };
        let kind = tag.kind();
        if closing {
            match kind {
                Kind::Drawn => page.cut(start, at),
                _ if depth.closes(&tag, kind) => page.gap(start, at),
                _ => {}
            }
            continue;
        }
        // After a failure no other is tried: each would go over the rest of the page again.
        if kind == Kind::Links && nested {
            if let Some(length) = held(&html[at..], tag.name) {
                at += length;
                page.gap(start, at);
                continue;
            }
            nested = false;
        }
        match kind {
            _ if !tag.ended => page.cut(start, at),
            Kind::Drawn => page.cut(start, at),
            Kind::Link if !tag.attributes.contains("canonical") => page.cut(start, at),
            Kind::Script | Kind::Unread => {
                let close = at + raw_end(&html[at..], tag.name);
                let within = &html[at..close];
                at = close;
                if close < html.len() && (kind == Kind::Unread || !is_kept(&tag, within)) {
                    at += Tag::read(&html[close..], 2).map_or(0, |it| it.len);
                    page.cut(start, at);
                }
            }
            _ if depth.opens(&tag, kind) => page.gap(start, at),
            _ => {
                if !tag.attributes.is_empty() {
                    page.tag(start, &tag, kind);
                }
                if kind == Kind::Raw {
                    at += raw_end(&html[at..], tag.name);
                }
            }
        }
    }
    page.cut(html.len(), html.len());
    page.out
}

/// Where the next tag or comment begins, and the tag with whether it is an end tag. `at` is moved past it.
fn next<'a>(html: &'a str, at: &mut usize) -> Option<(usize, Option<(Tag<'a>, bool)>)> {
    loop {
        let start = *at + memchr(b'<', &html.as_bytes()[*at..])?;
        let rest = &html[start..];
        if rest.starts_with("<!--") {
            *at = start + comment(rest);
            return Some((start, None));
        }
        let closing = rest.starts_with("</");
        if let Some(tag) = Tag::read(rest, 1 + usize::from(closing)) {
            *at = start + tag.len;
            return Some((start, Some((tag, closing))));
        }
        *at = start + 1;
    }
}

/// Linked data, and scripts of which only a parser can say where they end: those that write scripts, and
/// those within a drawing.
fn is_kept(tag: &Tag<'_>, within: &str) -> bool {
    tag.attributes.contains("json")
        || tag.attributes.contains("JSON")
        || within.contains("<!--")
        || tag.attributes.ends_with('/') && within.contains("</svg")
}

/// What is written so far.
struct Slim<'a> {
    html: &'a str,
    out: String,
    /// Up to where the page is written or cut.
    kept: usize,
}

impl Slim<'_> {
    fn cut(&mut self, from: usize, to: usize) {
        self.out.push_str(&self.html[self.kept..from]);
        self.kept = to;
    }

    /// Cuts a tag that would part what stands on its two sides.
    fn gap(&mut self, from: usize, to: usize) {
        self.cut(from, to);
        self.out.push(' ');
    }

    /// A start tag with the attributes that tell something.
    fn tag(&mut self, start: usize, tag: &Tag<'_>, kind: Kind) {
        let name_end = start + 1 + tag.name.len();
        self.cut(name_end, start + tag.len);
        let mut rest = tag.attributes;
        while let Some(it) = Attribute::next(&mut rest) {
            let is = |name: &&str| it.name.eq_ignore_ascii_case(name);
            if kind == Kind::Link || TELLING.iter().any(is) {
                self.out.push(' ');
                self.out.push_str(it.all);
            } else if is(&"href") || is(&"src") {
                let value = it.value.split(['"', '\'']).next().unwrap_or_default();
                let end = value.floor_char_boundary(ADDRESS.min(value.len()));
                for part in [" ", it.name, "=\"", &value[..end], "\""] {
                    self.out.push_str(part);
                }
            } else if is(&"style") && (it.value.contains("none") || it.value.contains("hidden")) {
                self.out.push(' ');
                self.out.push_str(it.all);
            }
        }
        // Within a drawing this ends the element.
        self.out.push_str(if tag.attributes.ends_with('/') { " />" } else { ">" });
    }
}

struct Tag<'a> {
    name: &'a str,
    /// As written, between the name and the end.
    attributes: &'a str,
    count: usize,
    /// In bytes, with its brackets.
    len: usize,
    ended: bool,
}

impl<'a> Tag<'a> {
    /// What a text starts with if it is a tag whose name is at a place. One without an end takes all.
    fn read(text: &'a str, name_at: usize) -> Option<Tag<'a>> {
        let bytes = text.as_bytes();
        bytes.get(name_at).filter(|it| it.is_ascii_alphabetic())?;
        let ends = |it: &u8| it.is_ascii_whitespace() || matches!(it, b'/' | b'>');
        let name_end =
            bytes[name_at..].iter().position(ends).map_or(bytes.len(), |it| name_at + it);
        let mut rest = &text[name_end..];
        let mut count = 0;
        while Attribute::next(&mut rest).is_some() {
            count += 1;
        }
        let end = text.len() - rest.len();
        let ended = end < text.len();
        let len = end + usize::from(ended);
        Some(Tag {
            name: &text[name_at..name_end],
            attributes: &text[name_end..end],
            count,
            len,
            ended,
        })
    }

    /// Its name, as far as any known one is long.
    fn known(&self) -> ([u8; 16], usize) {
        let mut known = [0; 16];
        let len = self.name.len().min(16);
        known[..len].copy_from_slice(&self.name.as_bytes()[..len]);
        known.make_ascii_lowercase();
        (known, len)
    }

    fn kind(&self) -> Kind {
        let (name, len) = self.known();
        match &name[..len] {
            b"script" => Kind::Script,
            b"style" | b"noscript" => Kind::Unread,
            b"nav" => Kind::Links,
            b"textarea" | b"title" | b"iframe" | b"noembed" | b"noframes" | b"xmp" => Kind::Raw,
            b"link" => Kind::Link,
            b"path" | b"g" | b"circle" | b"rect" | b"polygon" | b"polyline" | b"ellipse"
            | b"use" | b"defs" | b"clippath" | b"lineargradient" | b"radialgradient" | b"stop"
            | b"mask" | b"line" | b"source" | b"track" => Kind::Drawn,
            // Those that have no end tag, or whose end tag is so often left out that they are not
            // counted.
            b"area" | b"base" | b"br" | b"col" | b"embed" | b"hr" | b"img" | b"input" | b"meta"
            | b"param" | b"wbr" | b"p" | b"li" | b"td" | b"th" | b"tr" | b"dt" | b"dd"
            | b"option" | b"tbody" | b"thead" | b"tfoot" | b"colgroup" | b"html" | b"body"
            | b"head" => Kind::Flat,
            _ => Kind::Plain,
        }
    }
}

struct Attribute<'a> {
    name: &'a str,
    /// As written, without its quotes.
    value: &'a str,
    /// Name and value as written.
    all: &'a str,
}

impl<'a> Attribute<'a> {
    /// The next one of a tag. At the tag's end `text` is left at its `>`, or empty if there is none.
    fn next(text: &mut &'a str) -> Option<Attribute<'a>> {
        let whole = *text;
        let bytes = whole.as_bytes();
        let past = |at: usize, over: fn(u8) -> bool| {
            bytes[at..].iter().position(|it| !over(*it)).map_or(bytes.len(), |it| at + it)
        };
        let start = past(0, |it| it.is_ascii_whitespace() || it == b'/');
        *text = &whole[start..];
        if bytes.get(start).is_none_or(|it| *it == b'>') {
            return None;
        }
        let within = |it: u8| !(it.is_ascii_whitespace() || matches!(it, b'/' | b'>' | b'='));
        // What stands first belongs to the name, be it `=`.
        let name_end = past(start + 1, within);
        let equals = past(name_end, |it| it.is_ascii_whitespace());
        let (mut value, mut end) = (name_end..name_end, name_end);
        if bytes.get(equals) == Some(&b'=') {
            let from = past(equals + 1, |it| it.is_ascii_whitespace());
            match bytes.get(from) {
                Some(quote @ (b'"' | b'\'')) => {
                    let close = memchr(*quote, &bytes[from + 1..]).map(|it| from + 1 + it);
                    value = from + 1..close.unwrap_or(bytes.len());
                    end = close.map_or(bytes.len(), |it| it + 1);
                }
                _ => {
                    end = past(from, |it| !(it.is_ascii_whitespace() || it == b'>'));
                    value = from..end;
                }
            }
        }
        *text = &whole[end..];
        let name = &whole[start..name_end];
        Some(Attribute { name, value: &whole[value], all: &whole[start..end] })
    }
}

/// How deep the page is, and which elements were left out for being too deep.
#[derive(Default)]
struct Depth {
    tags: usize,
    depth: usize,
    /// Of each name: how many are open, and how many were left out.
    names: HashMap<[u8; 16], (usize, usize)>,
}

impl Depth {
    /// Whether a start tag is to be left out.
    fn opens(&mut self, tag: &Tag<'_>, kind: Kind) -> bool {
        self.tags += 1;
        let too_much =
            self.tags > MOST_TAGS || tag.len > LONGEST_TAG || tag.count > MOST_ATTRIBUTES;
        let out = too_much || self.depth >= DEEPEST;
        if kind != Kind::Flat {
            let counts = self.names.entry(tag.known().0).or_default();
            *(if out { &mut counts.1 } else { &mut counts.0 }) += 1;
            self.depth += usize::from(!out);
        }
        out
    }

    /// Whether an end tag is to be left out.
    fn closes(&mut self, tag: &Tag<'_>, kind: Kind) -> bool {
        self.tags += 1;
        if kind != Kind::Flat {
            let counts = self.names.entry(tag.known().0).or_default();
            if counts.1 > 0 {
                counts.1 -= 1;
                return true;
            }
            if counts.0 > 0 {
                counts.0 -= 1;
                self.depth -= 1;
            }
        }
        self.tags > MOST_TAGS || kind == Kind::Flat && self.depth >= DEEPEST
    }
}

/// The length of a comment; one without an end takes all.
fn comment(text: &str) -> usize {
    let plain = memmem::find(&text.as_bytes()[2..], b"-->").map_or(text.len(), |it| it + 5);
    memmem::find(&text.as_bytes()[..plain], b"--!>").map_or(plain, |it| it + 4)
}

/// Where the end tag of an element begins whose content is no markup; the length of all if nowhere.
fn raw_end(content: &str, name: &str) -> usize {
    let bytes = content.as_bytes();
    let ends = |at: &usize| {
        let tag = &bytes[at + 2..];
        tag.get(..name.len()).is_some_and(|it| it.eq_ignore_ascii_case(name.as_bytes()))
            && tag.get(name.len()).is_none_or(|it| !it.is_ascii_alphanumeric())
    };
    memmem::find_iter(bytes, b"</").find(ends).unwrap_or(content.len())
}

/// The length of what an element holds, with its end tag; `None` where anything within is not closed
/// in the order in which it was opened: only a parser can say then where the element ends.
fn held(content: &str, name: &str) -> Option<usize> {
    let mut open = vec![name];
    let mut at = 0;
    while let Some((_, found)) = next(content, &mut at) {
        let Some((tag, closing)) = found else { continue };
        match tag.kind() {
            _ if !tag.ended => return None,
            Kind::Flat | Kind::Drawn | Kind::Link => {}
            _ if closing => {
                if !open.pop()?.eq_ignore_ascii_case(tag.name) {
                    return None;
                }
                if open.is_empty() {
                    return Some(at);
                }
            }
            _ if tag.attributes.ends_with('/') || open.len() >= DEEPEST => return None,
            kind => {
                open.push(tag.name);
                if matches!(kind, Kind::Script | Kind::Unread | Kind::Raw) {
                    at += raw_end(&content[at..], tag.name);
                }
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::slim;

    #[test]
    fn what_nobody_reads_goes() {
        let page = "<html><head><style>p > b { }</style><link rel=stylesheet href=a.css><link rel='canonical' \
                    href='https://news.example/2016/07/06/truce-holds'></head><body><!-- <p>not <b>told --><svg \
                    viewBox='0 0 9 9'><path d='M0 0'/></svg><p onclick=\"if (a > b) go()\" class='lead' \
                    style='color:red'>The truce <a data-track=x href='https://news.example/a/very/long/address'>held</a>.\
                    </p><script>document.write('</p>')</script><p style=\"display: none\">Hidden.</p></body></html>";
        assert_eq!(
            slim(page),
            "<html><head><link rel='canonical' href='https://news.example/2016/07/06/truce-holds'></head><body><svg>\
             </svg><p class='lead'>The truce <a href=\"https://news.example/a/v\">held</a>.</p><p style=\"display: \
             none\">Hidden.</p></body></html>"
        );
    }

    #[test]
    fn lists_of_links_go_where_their_end_is_sure() {
        let links = "<nav class=top><ul><li><a href=/a>News</a><li><a href=/b>War<br></a></ul><script>'</nav>'\
                     </script></nav>";
        assert_eq!(slim(&format!("<p>It{links}held.</p>")), "<p>It held.</p>");
        let nested = "<nav><nav></nav><b>More</b></nav><p>It held.</p>";
        assert_eq!(slim(nested), " <p>It held.</p>");
        for page in ["<div><nav><b>a</div><p>It held.</p></nav>", "<nav><p>It held.</p>"] {
            assert_eq!(slim(page), page);
        }
    }

    #[test]
    fn linked_data_and_odd_scripts_stay() {
        for page in [
            "<script type=\"application/ld+json\">{\"headline\": \"<b>Truce</b>\"}</script><p>It held.</p>",
            "<script><!-- <script>a</script> <p>not told</p> --></script><p>It held.</p>",
            "<textarea><p>not told</textarea><p>It held.</p>",
            "<p>3 < 4, and a <!doctype> is none</p>",
            "<script>without an end <p>not told",
        ] {
            assert_eq!(slim(page), page);
        }
        assert_eq!(slim("<p>It held.<a href='without an end>"), "<p>It held.");
    }
}
