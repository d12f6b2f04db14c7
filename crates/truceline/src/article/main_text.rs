//! The main text of a page. Comes in: the page, parsed. Goes out: its story, a blank line between
//! paragraphs. Looks twice where a first, quick look does not find what the page seems to hold.

use std::collections::HashMap;

use trafilatura::{
    ExtractResult, Options, TrafilaturaError,
    dom::{Document, NodeId},
};

use super::{Wanted, plain::paragraphs};

/// What no story stands in.
const ASIDE: &[&str] = &[
    "script", "style", "noscript", "svg", "math", "nav", "footer", "aside", "menu", "form",
    "fieldset", "label", "input", "select", "button", "textarea", "dialog", "iframe", "object",
    "embed", "video", "audio", "canvas", "map", "picture", "time",
];

/// Characters that a story has at least; what is shorter may stand in the linked data alone.
const SHORT: usize = 250;

/// `html`: what the page was parsed from. `wanted`, if given, is asked about all that the story may be
/// part of, where that is sure before the story is found; `None` where it says no.
pub fn main_text(mut page: Document, html: &str, wanted: Option<Wanted>) -> Option<String> {
    page.strip_elements(page.root(), false, ASIDE);
    let holds = Holds::of(&page);
    holds.narrow(&mut page);
    let is_sure = holds.is_sure();
    if is_sure
        && let Some(wanted) = wanted
        && !wanted(&all_text(&page))
    {
        return None;
    }
    let text = text_of(body(&page), false);
    if is_sure {
        return Some(if holds.misses(text.len()) { told(&page) } else { text });
    }
    let short = text.chars().count() < SHORT;
    // A single paragraph may be all of the page in one.
    if !short && holds.likely(text.len()) && text.contains("\n\n") {
        return Some(text);
    }
    let mut page = Document::parse(html);
    if !short {
        page.strip_elements(page.root(), false, ASIDE);
        page = body(&page);
    }
    let text = text_of(page, true);
    if !text.is_empty() {
        return Some(text);
    }
    Some(all_text(&Document::parse(html)))
}

fn all_text(page: &Document) -> String {
    page.body().map(|it| text_in(page, it)).unwrap_or_default()
}

fn text_in(page: &Document, node: NodeId) -> String {
    paragraphs(&page.outer_html(node))
}

/// The paragraphs that are not mostly links.
fn told(page: &Document) -> String {
    let all = page.get_elements_by_tag_name(page.root(), "p").into_iter();
    let told: Vec<String> =
        all.filter(|it| told_in(page, *it) > 0).map(|it| text_in(page, it)).collect();
    told.join("\n\n")
}

/// What a page seems to hold, in bytes of text.
struct Holds {
    /// What is no link.
    unlinked: usize,
    /// In paragraphs that are not mostly links.
    told: usize,
    /// The same of each element that holds some.
    within: HashMap<NodeId, usize>,
}

impl Holds {
    fn of(page: &Document) -> Holds {
        let all = page.body().map_or(0, |it| length(&page.text_content(it)));
        let (mut told, mut within) = (0, HashMap::new());
        for paragraph in page.get_elements_by_tag_name(page.root(), "p") {
            let all = told_in(page, paragraph);
            if all == 0 {
                continue;
            }
            told += all;
            let mut at = page.parent(paragraph);
            while let Some(here) = at {
                *within.entry(here).or_default() += all;
                at = page.parent(here);
            }
        }
        Holds { unlinked: all.saturating_sub(linked(page, page.root())), told, within }
    }

    /// Leaves only the element that holds nearly all that is told, within those around it.
    fn narrow(&self, page: &mut Document) {
        let holds = |it: &NodeId| self.within.get(it).is_some_and(|it| it * 20 >= self.told * 19);
        let mut at = page.body();
        while let Some(here) = at {
            at = page.children(here).into_iter().find(holds);
            let Some(narrower) = at else { return };
            for other in page.child_nodes(here) {
                if other != narrower {
                    page.remove(other, true);
                }
            }
        }
    }

    /// Whether the story is told in paragraphs, and no short one: nothing else of the page is looked at then.
    fn is_sure(&self) -> bool {
        self.told >= 4 * SHORT && 3 * self.told >= self.unlinked
    }

    /// Whether a text as long is what is left of a story in paragraphs; one much shorter still is a
    /// short story among the paragraphs of others.
    fn misses(&self, text: usize) -> bool {
        text < SHORT || (self.told / 4..self.told / 2).contains(&text)
    }

    /// Whether a text as long may be the story: one far shorter misses much, one far longer has the page's links.
    fn likely(&self, text: usize) -> bool {
        (self.unlinked / 2..=self.unlinked / 4 * 5).contains(&text)
            || (self.told / 2..=self.told * 2).contains(&text)
    }
}

/// What a paragraph tells, in bytes; nothing if it is mostly links.
fn told_in(page: &Document, paragraph: NodeId) -> usize {
    let all = length(&page.text_content(paragraph));
    if linked(page, paragraph) * 2 > all { 0 } else { all }
}

fn linked(page: &Document, node: NodeId) -> usize {
    let links = page.get_elements_by_tag_name(node, "a");
    links.into_iter().map(|it| length(&page.text_content(it))).sum()
}

/// In bytes, each word with one blank.
fn length(text: &str) -> usize {
    text.split_ascii_whitespace().map(|it| it.len() + 1).sum()
}

fn text_of(page: Document, thorough: bool) -> String {
    let mut options = Options::default();
    options.enable_fallback = thorough;
    options.exclude_comments = true;
    // Not asked for.
    options.html_date_override = Some(Default::default());
    if thorough {
        // The stop words of one language: the list of all takes 100 ms to make.
        options.target_language = Some("en".to_owned());
        match trafilatura::extract_document(page.clone_document(), &options) {
            Err(TrafilaturaError::LanguageMismatch { .. }) => options.target_language = None,
            found => return story(found),
        }
    }
    story(trafilatura::extract_document(page, &options))
}

fn story(found: Result<ExtractResult, TrafilaturaError>) -> String {
    found.map(|it| paragraphs(&it.content_html)).unwrap_or_default()
}

/// The body below a head that tells all that is not asked for here, so that it is not looked for in the body.
fn body(page: &Document) -> Document {
    let mut page = page.extract_subtree_as_document(page.body().unwrap_or_else(|| page.root()));
    let Some(&head) = page.get_elements_by_tag_name(page.root(), "head").first() else {
        return page;
    };
    let told = [
        ("title", "-"),
        ("author", "Jane Roe"),
        ("url", "https://news.example/"),
        ("description", "-"),
        ("site_name", "-"),
        ("image", "https://news.example/a.png"),
        ("type", "-"),
    ];
    for (name, content) in told {
        let meta = page.sub_element(head, "meta");
        // In the order of their names: so they are looked up.
        page.set_attribute(meta, "content", content);
        page.set_attribute(meta, "property", &format!("og:{name}"));
    }
    let linked = page.sub_element(head, "script");
    page.set_attribute(linked, "type", "application/ld+json");
    page.set_text(
        linked,
        r#"{"@context":"https://schema.org","@type":"NewsArticle","articleSection":"-","keywords":"-"}"#,
    );
    page
}
