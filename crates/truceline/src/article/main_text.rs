//! The main text of a page. Comes in: the page, parsed. Goes out: its story, a blank line between
//! paragraphs. Looks twice where a first, quick look does not find what the page seems to hold.

use std::collections::HashMap;

use trafilatura::{
    Options,
    dom::{Document, NodeId},
};

use super::plain::paragraphs;

/// What no story stands in.
const ASIDE: &[&str] = &[
    "script", "style", "noscript", "svg", "math", "nav", "footer", "aside", "menu", "form",
    "fieldset", "label", "input", "select", "button", "textarea", "dialog", "iframe", "object",
    "embed", "video", "audio", "canvas", "map", "picture", "time",
];

/// Characters that a story has at least; what is shorter may stand in the linked data alone.
const SHORT: usize = 250;

/// `html`: what the page was parsed from.
pub fn main_text(mut page: Document, html: &str) -> String {
    page.strip_elements(page.root(), false, ASIDE);
    let holds = Holds::of(&page);
    holds.narrow(&mut page);
    let text = text_of(body(&page), false);
    let short = text.chars().count() < SHORT;
    // A single paragraph may be all of the page in one.
    if !short && holds.likely(text.len()) && text.contains("\n\n") {
        return text;
    }
    let mut page = Document::parse(html);
    if !short {
        page.strip_elements(page.root(), false, ASIDE);
        page = body(&page);
    }
    let text = text_of(page, true);
    if !text.is_empty() {
        return text;
    }
    let page = Document::parse(html);
    page.body().map(|body| paragraphs(&page.outer_html(body))).unwrap_or_default()
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
        let linked = |node| {
            let links = page.get_elements_by_tag_name(node, "a");
            links.into_iter().map(|it| length(&page.text_content(it))).sum::<usize>()
        };
        let all = page.body().map_or(0, |it| length(&page.text_content(it)));
        let (mut told, mut within) = (0, HashMap::new());
        for paragraph in page.get_elements_by_tag_name(page.root(), "p") {
            let all = length(&page.text_content(paragraph));
            if linked(paragraph) * 2 > all {
                continue;
            }
            told += all;
            let mut at = page.parent(paragraph);
            while let Some(here) = at {
                *within.entry(here).or_default() += all;
                at = page.parent(here);
            }
        }
        Holds { unlinked: all.saturating_sub(linked(page.root())), told, within }
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

    /// Whether a text as long may be the story: one far shorter misses much, one far longer has the page's links.
    fn likely(&self, text: usize) -> bool {
        (self.unlinked / 2..=self.unlinked / 4 * 5).contains(&text)
            || (self.told / 4 * 3..=self.told / 2 * 3).contains(&text)
    }
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
    let found = trafilatura::extract_document(page, &options);
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
