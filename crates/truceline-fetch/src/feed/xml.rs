//! Feeds in XML. Comes in: text. Goes out: a [`Feed`]. Takes what the wild writes: bare `&`, tags
//! that are not closed, an end that is missing. Expands no entity of the document's own.

use quick_xml::{
    Reader,
    escape::resolve_html5_entity,
    events::{BytesRef, BytesStart, Event},
};
use url::Url;

use super::{Child, Feed, Item, MOST, dates, line};
use crate::address;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Rss,
    Atom,
    Sitemap,
    Index,
}

impl Kind {
    pub fn of(root: &str) -> Option<Kind> {
        match root {
            "rss" | "RDF" => Some(Kind::Rss),
            "feed" => Some(Kind::Atom),
            "urlset" => Some(Kind::Sitemap),
            "sitemapindex" => Some(Kind::Index),
            _ => None,
        }
    }

    fn item(self) -> &'static str {
        match self {
            Kind::Rss => "item",
            Kind::Atom => "entry",
            Kind::Sitemap => "url",
            Kind::Index => "sitemap",
        }
    }
}

/// Prefixes under which an element means what it means without one. Others (`media`, `itunes`)
/// have titles and descriptions of their own.
const PREFIXES: &[&str] =
    &["", "atom", "a10", "rss", "content", "dc", "dcterms", "news", "n", "sm", "feedburner"];

/// Elements that only hold others.
const SHELLS: &[&str] = &["news", "publication"];

/// An element whose text is wanted.
struct Field {
    name: String,
    depth: usize,
    from: usize,
    text: String,
    /// It holds elements: its markup is wanted, not its text.
    marked: bool,
}

#[derive(Default)]
struct Draft {
    item: Item,
    link: Option<String>,
    /// Whether the link was said to be one for readers.
    plain_link: bool,
    updated: Option<String>,
    published: Option<String>,
}

struct Walk<'a> {
    text: &'a str,
    kind: Kind,
    base: Option<&'a Url>,
    feed: Feed,
    depth: usize,
    in_channel: bool,
    shells: usize,
    draft: Option<(usize, Draft)>,
    field: Option<Field>,
}

pub fn read(text: &str, kind: Kind, base: Option<&Url>) -> Feed {
    let mut reader = Reader::from_str(text);
    let config = reader.config_mut();
    config.allow_dangling_amp = true;
    config.allow_unmatched_ends = true;
    config.check_end_names = false;
    let feed = Feed { sitemap: matches!(kind, Kind::Sitemap | Kind::Index), ..Feed::default() };
    let mut walk = Walk {
        text,
        kind,
        base,
        feed,
        depth: 0,
        in_channel: kind == Kind::Atom,
        shells: 0,
        draft: None,
        field: None,
    };
    loop {
        let at = reader.buffer_position() as usize;
        match reader.read_event() {
            Ok(Event::Start(it)) => walk.start(&it, reader.buffer_position() as usize),
            Ok(Event::Empty(it)) => {
                let name = local(&it).to_owned();
                walk.start(&it, reader.buffer_position() as usize);
                walk.end(&name, at);
            }
            Ok(Event::End(it)) => {
                let name = it.local_name();
                walk.end(name.as_ref(), at);
            }
            Ok(Event::Text(it)) => walk.push(&it),
            Ok(Event::CData(it)) => walk.push(&it),
            Ok(Event::GeneralRef(it)) => walk.refer(&it),
            Ok(Event::Eof) => break,
            Ok(_) => {}
            Err(err) => {
                let at = (reader.error_position() as usize).min(text.len());
                let line = text.as_bytes()[..at].iter().filter(|it| **it == b'\n').count() + 1;
                walk.feed.broken = Some(format!("line {line}: {err}"));
                break;
            }
        }
        if walk.feed.items.len() + walk.feed.children.len() >= MOST {
            walk.feed.broken = Some(format!("expected at most {MOST} items but found more"));
            break;
        }
    }
    if walk.draft.is_some() && walk.feed.broken.is_none() {
        walk.feed.broken = Some("expected a whole feed but found it cut off".to_owned());
    }
    walk.feed
}

fn local<'a>(it: &'a BytesStart<'_>) -> &'a str {
    let name = it.name().into_inner();
    name.rsplit_once(':').map_or(name, |it| it.1)
}

impl Walk<'_> {
    fn start(&mut self, it: &BytesStart<'_>, after: usize) {
        self.depth += 1;
        if let Some(field) = &mut self.field {
            field.marked = true;
            return;
        }
        let whole = it.name().into_inner();
        let (prefix, name) = whole.split_once(':').unwrap_or(("", whole));
        let known = PREFIXES.contains(&prefix);
        match &mut self.draft {
            None if name == self.kind.item() && prefix.is_empty() | known => {
                self.draft = Some((self.depth, Draft::default()));
                self.shells = 0;
            }
            None => {
                self.in_channel |= name == "channel";
                let titled = self.in_channel && name == "title" && prefix.is_empty();
                if titled && self.feed.title.is_none() && self.depth <= 3 {
                    self.field = Some(Field::new(whole, self.depth, after));
                }
            }
            Some((depth, _)) if self.depth != *depth + 1 + self.shells || !known => {}
            Some(_) if SHELLS.contains(&name) => self.shells += 1,
            Some((_, draft)) => {
                if name == "link" {
                    draft.link_element(it);
                }
                self.field = Some(Field::new(whole, self.depth, after));
            }
        }
    }

    fn push(&mut self, text: &str) {
        if let Some(field) = &mut self.field {
            field.text.push_str(text);
        }
    }

    fn refer(&mut self, it: &BytesRef<'_>) {
        let Some(field) = &mut self.field else { return };
        match it.resolve_char_ref() {
            Ok(Some(ch)) => field.text.push(ch),
            _ => match resolve_html5_entity(it) {
                Some(text) => field.text.push_str(text),
                None => {
                    field.text.push('&');
                    field.text.push_str(it);
                    field.text.push(';');
                }
            },
        }
    }

    fn end(&mut self, name: &str, at: usize) {
        if let Some(field) = &self.field
            && name == unprefixed(&field.name)
        {
            self.depth = field.depth;
            if let Some(field) = self.field.take() {
                self.took(field, at);
            }
        } else if let Some((depth, _)) = &self.draft
            && name == self.kind.item()
        {
            // Tags in it that were never closed end with it.
            self.depth = *depth;
            self.field = None;
            if let Some((_, draft)) = self.draft.take() {
                draft.into_feed(&mut self.feed, self.kind, self.base);
            }
        } else if self.field.is_none() && SHELLS.contains(&name) {
            self.shells = self.shells.saturating_sub(1);
        }
        self.depth = self.depth.saturating_sub(1);
    }

    fn took(&mut self, field: Field, end: usize) {
        let markup = || self.text.get(field.from..end).unwrap_or_default().to_owned();
        let text = if field.marked { markup() } else { field.text };
        let Some((_, draft)) = &mut self.draft else {
            self.feed.title = line(&text);
            return;
        };
        let item = &mut draft.item;
        let text = text.trim();
        if text.is_empty() {
            return;
        }
        let own = || Some(text.to_owned());
        match unprefixed(&field.name) {
            "title" if item.title.is_none() => item.title = line(text),
            "link" if !draft.plain_link => {
                draft.link = own();
                draft.plain_link = true;
            }
            "loc" => draft.link = own(),
            "guid" | "id" => item.name = own(),
            "origLink" => draft.link = own(),
            "pubDate" | "date" | "published" | "publication_date" | "issued" | "created" => {
                draft.published = own();
            }
            "updated" | "modified" | "lastmod" => draft.updated = own(),
            "description" | "summary" => item.summary = own(),
            "encoded" | "content" => item.content = own(),
            "source" | "name" if item.outlet.is_none() => item.outlet = line(text),
            _ => {}
        }
    }
}

fn unprefixed(name: &str) -> &str {
    name.rsplit_once(':').map_or(name, |it| it.1)
}

impl Field {
    fn new(name: &str, depth: usize, from: usize) -> Field {
        Field { name: name.to_owned(), depth, from, text: String::new(), marked: false }
    }
}

impl Draft {
    /// Atom's `<link rel="alternate" href="…"/>`; the first for readers is the item's.
    fn link_element(&mut self, it: &BytesStart<'_>) {
        let get = |wanted: &str| {
            it.html_attributes()
                .flatten()
                .find(|it| it.key.into_inner() == wanted)
                .map(|it| resolved(&it.value))
        };
        let Some(href) = get("href") else { return };
        if get("rel").is_none_or(|rel| rel == "alternate") && !self.plain_link {
            let readers = get("type").is_none_or(|it| it.contains("html"));
            if readers || self.link.is_none() {
                self.link = Some(href);
                self.plain_link = readers;
            }
        }
    }

    fn into_feed(self, feed: &mut Feed, kind: Kind, base: Option<&Url>) {
        let Draft { mut item, link, published, updated, .. } = self;
        // A guid that is an address is one where there is no other.
        let named = || item.name.clone().filter(|it| it.starts_with("http"));
        item.url = link.or_else(named).and_then(|it| address::canonical(&it, base).ok());
        if kind == Kind::Index {
            feed.children.extend(item.url.map(|url| Child { url, changed: updated }));
            return;
        }
        let dated = |it: &Option<String>| it.as_deref().and_then(dates::published);
        item.published = dated(&published).or_else(|| {
            let mut changed = dated(&updated)?;
            changed.from = "feed, updated".to_owned();
            Some(changed)
        });
        item.changed = updated.or(published);
        if item.url.is_some() || item.content.is_some() || item.summary.is_some() {
            feed.items.push(item);
        }
    }
}

/// Character and entity references resolved; what is none stays as it is.
pub fn resolved(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let name = rest.as_bytes().iter().take(32).position(|it| *it == b';');
        let name = name.and_then(|end| rest.get(..end)).unwrap_or_default();
        let number = name.strip_prefix('#').and_then(|it| {
            let hex = it.strip_prefix(['x', 'X']).map(|it| u32::from_str_radix(it, 16).ok());
            char::from_u32(hex.unwrap_or_else(|| it.parse().ok())?)
        });
        let entity = resolve_html5_entity(name);
        if let Some(ch) = number.filter(|it| *it != '\0') {
            out.push(ch);
        } else if let Some(entity) = entity {
            out.push_str(entity);
        } else {
            out.push('&');
            continue;
        }
        rest = &rest[name.len() + 1..];
    }
    out.push_str(rest);
    out
}
