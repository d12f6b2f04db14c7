//! The main text of a page. Comes in: the page, parsed. Goes out: its story, a blank line between
//! paragraphs. Looks twice where a first, quick look does not find what the page seems to hold.

use trafilatura::{Options, dom::Document};

use super::plain::{paragraphs, squeezed};

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
    let outside = outside_links(&page);
    let text = text_of(page, false);
    let short = text.chars().count() < SHORT;
    // Far less than what stands outside of links misses much; far more is the page's links. A single
    // paragraph may be all of the page in one.
    let likely = (outside / 2..=outside / 4 * 5).contains(&text.len());
    if !short && likely && text.contains("\n\n") {
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

/// How much text stands outside of links, in bytes.
fn outside_links(page: &Document) -> usize {
    let length = |node| squeezed(&page.text_content(node)).len();
    let links = page.get_elements_by_tag_name(page.root(), "a");
    let linked: usize = links.into_iter().map(length).sum();
    page.body().map_or(0, length).saturating_sub(linked)
}
