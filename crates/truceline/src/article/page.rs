//! A web page. Comes in: HTML. Goes out: its main text in paragraphs and what it says about itself.
//! Never runs long: tags too many or too deep are left out first.

use std::collections::HashMap;

use serde_json::Value;
use trafilatura::dom::Document;

use super::{
    Wanted,
    furniture::Furniture,
    head::letters,
    main_text::main_text,
    plain::{squeezed, unescaped},
    slim::slim,
    stamped,
};
use crate::report::Published;

#[derive(Default)]
pub struct Page {
    pub text: String,
    pub title: Option<String>,
    pub outlet: Option<String>,
    pub url: Option<String>,
    pub language: Option<String>,
    pub published: Option<Published>,
    /// When it was last changed: a date of publication only for want of one.
    pub changed: Option<Published>,
}

/// `None` where `wanted` is given and neither the title nor what the story is part of is.
pub fn read(
    html: &str,
    url: Option<&str>,
    furniture: &Furniture,
    wanted: Option<Wanted>,
) -> Option<Page> {
    let html = slim(html);
    let doc = Document::parse(&html);
    let metas = Metas::of(&doc);
    let objects = linked_data(&doc);
    let item = objects.iter().find(|it| is_item(it));
    let canonical =
        attribute(&doc, "link[rel='canonical']", "href").or_else(|| metas.get("og:url"));
    let canonical = canonical.filter(|it| it.starts_with("http"));
    let address = url.map(str::to_owned).or_else(|| canonical.clone());
    let (published, changed) = stamped::find(&doc, &metas, &objects, address.as_deref(), furniture);
    let outlet = metas
        .get("og:site_name")
        .or_else(|| item.and_then(publisher))
        .or_else(|| metas.get("application-name"))
        .or_else(|| objects.iter().find_map(publisher))
        .or_else(|| address.as_deref().and_then(domain));
    let language = attribute(&doc, "html", "lang")
        .map(|it| it.chars().take_while(char::is_ascii_alphabetic).collect::<String>())
        .filter(|it| it.len() == 2)
        .map(|it| it.to_ascii_lowercase());
    let headline = item.and_then(|it| it["headline"].as_str()).map(unescaped);
    let title = headline
        .or_else(|| metas.get("og:title"))
        .or_else(|| metas.get("twitter:title"))
        .or_else(|| only(&doc, "h1"))
        .or_else(|| only(&doc, "title"))
        .map(|it| without_outlet(&it, outlet.as_deref(), address.as_deref()))
        .filter(|it| !it.is_empty());
    let undecided = wanted.filter(|wanted| !title.as_deref().is_some_and(wanted));
    let text = main_text(doc, &html, undecided)?;
    Some(Page { text, title, outlet, url: canonical, language, published, changed })
}

/// What the page's `meta` elements say, and those whose `itemprop` is of a date.
pub struct Metas {
    named: HashMap<String, String>,
    dates: HashMap<String, String>,
}

impl Metas {
    fn of(doc: &Document) -> Metas {
        let mut metas = Metas { named: HashMap::new(), dates: HashMap::new() };
        for node in doc.get_elements_by_tag_name(doc.root(), "meta") {
            for name in ["property", "name"] {
                let Some(name) = doc.get_attribute(node, name) else { continue };
                let content = || squeezed(&doc.get_attribute(node, "content").unwrap_or_default());
                metas.named.entry(name).or_insert_with(content);
            }
        }
        for node in doc.query_selector_all(doc.root(), "[itemprop^='date']") {
            let content = || {
                ["content", "datetime", "title"]
                    .iter()
                    .find_map(|it| doc.get_attribute(node, it).filter(|it| !it.trim().is_empty()))
                    .unwrap_or_else(|| squeezed(&doc.text_content(node)))
            };
            let name = doc.get_attribute(node, "itemprop").unwrap_or_default();
            metas.dates.entry(name).or_insert_with(content);
        }
        metas
    }

    pub fn get(&self, name: &str) -> Option<String> {
        self.named.get(name).filter(|it| !it.is_empty()).cloned()
    }

    pub fn date(&self, name: &str) -> Option<String> {
        self.get(name).or_else(|| self.dates.get(name).cloned())
    }
}

fn attribute(doc: &Document, selector: &str, name: &str) -> Option<String> {
    let found = doc.query_selector(doc.root(), selector)?;
    doc.get_attribute(found, name).map(|it| squeezed(&it)).filter(|it| !it.is_empty())
}

fn only(doc: &Document, tag: &str) -> Option<String> {
    let found = doc.get_elements_by_tag_name(doc.root(), tag);
    let first = found.first().filter(|_| found.len() == 1 || tag == "title")?;
    Some(squeezed(&doc.text_content(*first))).filter(|it| !it.is_empty() && it.len() < 400)
}

/// Every JSON-LD object of the page, outer ones first.
fn linked_data(doc: &Document) -> Vec<Value> {
    let mut all = Vec::new();
    for script in doc.get_elements_by_tag_name(doc.root(), "script") {
        let kind = doc.get_attribute(script, "type").unwrap_or_default();
        if !kind.trim().eq_ignore_ascii_case("application/ld+json") {
            continue;
        }
        let text = doc.text_content(script);
        if text.len() > 1 << 20 {
            continue;
        }
        // Line ends within strings are common and not allowed.
        let text: String = text.chars().map(|ch| if ch.is_control() { ' ' } else { ch }).collect();
        let text = text.trim().trim_start_matches("<!--").trim_start_matches("//<![CDATA[");
        let mut stream = serde_json::Deserializer::from_str(text).into_iter::<Value>();
        if let Some(Ok(value)) = stream.next() {
            collect(value, 0, &mut all);
        }
    }
    all.truncate(2000);
    all
}

fn collect(value: Value, depth: usize, into: &mut Vec<Value>) {
    match value {
        Value::Array(values) => values.into_iter().for_each(|it| collect(it, depth + 1, into)),
        Value::Object(mut fields) if depth < 4 => {
            let graph = fields.remove("@graph");
            let main =
                fields.remove("mainEntity").into_iter().chain(fields.remove("liveBlogUpdate"));
            let main: Vec<Value> = main.collect();
            into.push(Value::Object(fields));
            graph.into_iter().chain(main).for_each(|it| collect(it, depth + 1, into));
        }
        _ => {}
    }
}

/// Whether an object is the item itself: an article of some kind.
pub fn is_item(object: &Value) -> bool {
    let named = |kind: &str| {
        ["Article", "Posting", "Report", "NewsItem"].iter().any(|end| kind.ends_with(end))
    };
    match &object["@type"] {
        Value::String(kind) => named(kind),
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).any(named),
        _ => false,
    }
}

fn publisher(object: &Value) -> Option<String> {
    let name = match &object["publisher"] {
        Value::Array(all) => all.first()?["name"].as_str()?,
        other => other["name"].as_str()?,
    };
    Some(squeezed(&unescaped(name))).filter(|it| !it.is_empty() && it.len() < 100)
}

/// `example.org` of `https://www.example.org/a`.
pub fn domain(url: &str) -> Option<String> {
    let host = url.split_once("://")?.1.split(['/', '?', '#', ':']).next()?;
    let host = host.strip_prefix("www.").unwrap_or(host).to_ascii_lowercase();
    (host.contains('.') && !host.contains('@')).then_some(host)
}

/// `Truce holds - The Bay Post` without the outlet.
fn without_outlet(title: &str, outlet: Option<&str>, url: Option<&str>) -> String {
    let title = squeezed(title);
    let outlet = outlet.map(letters).unwrap_or_default();
    let host = url.and_then(domain).map(|it| letters(&it)).unwrap_or_default();
    for mark in [" | ", " - ", " — ", " – ", " :: ", " » "] {
        if let Some((head, tail)) = title.rsplit_once(mark) {
            let tail = letters(tail);
            let named = tail == outlet
                || !tail.is_empty()
                    && (outlet.starts_with(&tail)
                        || host.starts_with(&tail)
                        || tail.len() > 3 && tail.starts_with(&outlet) && !outlet.is_empty());
            if named && head.split_whitespace().count() >= 2 {
                return head.trim().to_owned();
            }
        }
    }
    title
}
