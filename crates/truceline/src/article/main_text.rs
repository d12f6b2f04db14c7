//! The main text of a page. Comes in: the page, parsed. Goes out: its story, a blank line between
//! paragraphs. Looks twice where a first, quick look does not find what the page seems to hold.

use trafilatura::{Options, dom::Document};

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
pub fn main_text(page: Document, html: &str) -> String {
    let page = body(page);
    let holds = Holds::of(&page);
    let text = text_of(page, false);
    let short = text.chars().count() < SHORT;
    // A single paragraph may be all of the page in one.
    if !short && holds.likely(text.len()) && text.contains("\n\n") {
        return text;
    }
    let page = Document::parse(html);
    let text = text_of(if short { page } else { body(page) }, true);
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
}

impl Holds {
    fn of(page: &Document) -> Holds {
        let linked = |node| {
            let links = page.get_elements_by_tag_name(node, "a");
            links.into_iter().map(|it| length(&page.text_content(it))).sum::<usize>()
        };
        let all = page.body().map_or(0, |it| length(&page.text_content(it)));
        let told = page.get_elements_by_tag_name(page.root(), "p").into_iter().map(|it| {
            let all = length(&page.text_content(it));
            if linked(it) * 2 > all { 0 } else { all }
        });
        Holds { unlinked: all.saturating_sub(linked(page.root())), told: told.sum() }
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

/// The body but for what no story stands in, below a head that tells all that is not asked for here, so that
/// it is not looked for in the body.
fn body(mut page: Document) -> Document {
    page.strip_elements(page.root(), false, ASIDE);
    let Some(body) = page.body() else { return page };
    let mut page = page.extract_subtree_as_document(body);
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
