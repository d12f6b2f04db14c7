//! Dates that stand on a page for its readers. Comes in: a parsed page. Goes out: the dates of its
//! `time` elements and of those whose class or label says date. Never one of another story.

use trafilatura::dom::{Document, NodeId};

use super::{
    furniture::{self, Furniture},
    plain::squeezed,
};
use crate::report::{Published, find_dates};

/// Dates that stand on the page itself.
#[derive(Default)]
pub struct Marked {
    /// By an element that says "published", or a label before the date.
    pub labelled: Option<Published>,
    /// A `time` element or one whose class speaks of a date, in the item's head.
    pub marked: Option<Published>,
    /// The only date of the page's `time` elements.
    pub plain: Option<Published>,
}

impl Marked {
    pub fn of(doc: &Document, furniture: &Furniture) -> Marked {
        let mut body = Marked::default();
        let mut times = Vec::new();
        let all = doc.get_elements_by_tag_name(doc.root(), "*").into_iter();
        for node in all.filter(|it| may_date(doc, *it)).take(400) {
            if is_aside(doc, node) {
                continue;
            }
            let text = squeezed(&doc.text_content(node));
            if text.len() > 200 {
                continue;
            }
            let tag = doc.tag_name(node).to_owned();
            let class = format!(
                "{} {} {}",
                doc.class_name(node),
                doc.id_attr(node),
                doc.get_attribute(node, "itemprop").unwrap_or_default()
            )
            .to_lowercase();
            let stamp = ["datetime", "content", "data-datetime", "data-published", "title"]
                .iter()
                .filter_map(|it| doc.get_attribute(node, it))
                .find_map(|it| Published::parse(&it, "time element"));
            let label = label(&text, furniture);
            let from = if tag == "time" { "time element" } else { "text" };
            let written = || find_dates(&text, from).into_iter().next().map(|it| it.published);
            let Some(found) = stamp.or_else(written) else { continue };
            let parent_label = || {
                let around =
                    doc.parent(node).map(|it| squeezed(&doc.text_content(it))).unwrap_or_default();
                if around.len() <= 120 { self::label(&around, furniture) } else { None }
            };
            let says_modified = ["modif", "updat", "edited"].iter().any(|it| class.contains(it));
            let says_published = [
                "publish",
                "pubdate",
                "posted",
                "entry-date",
                "post-date",
                "article-date",
                "date-header",
                "date-posted",
                "created",
                "story-date",
            ]
            .iter()
            .any(|it| class.contains(it))
                || doc.get_attribute(node, "pubdate").is_some();
            match label.or_else(parent_label) {
                Some(Label::Updated) => continue,
                None if says_modified && !says_published => continue,
                Some(Label::Published) => body.labelled.get_or_insert(found),
                None if says_published => body.labelled.get_or_insert(found),
                None => {
                    if tag == "time" {
                        times.push(found.clone());
                    }
                    body.marked.get_or_insert(found)
                }
            };
        }
        let same = times.windows(2).all(|pair| pair[0].date == pair[1].date);
        body.plain = times.first().filter(|_| same).cloned();
        body
    }
}

/// By its name, its class or its id.
fn may_date(doc: &Document, node: NodeId) -> bool {
    const CLASS: &[&str] = &["date", "Date", "time", "publish", "posted", "byline", "meta"];
    let holds = |name: &str, words: &[&str]| {
        let value = doc.get_attribute(node, name).unwrap_or_default();
        words.iter().any(|it| value.contains(it))
    };
    doc.tag_name(node) == "time" || holds("class", CLASS) || holds("id", &["date", "Date"])
}

enum Label {
    Published,
    Updated,
}

fn label(text: &str, furniture: &Furniture) -> Option<Label> {
    let starts =
        |it: &furniture::Label| it.first(text).map(|it| it.start).filter(|start| *start < 20);
    match (starts(&furniture.published), starts(&furniture.updated)) {
        (Some(a), Some(b)) if b < a => Some(Label::Updated),
        (Some(_), _) => Some(Label::Published),
        (None, Some(_)) => Some(Label::Updated),
        (None, None) => None,
    }
}

/// In comments, links to other stories, or the frame of the page.
fn is_aside(doc: &Document, node: NodeId) -> bool {
    let mut at = Some(node);
    for _ in 0..30 {
        let Some(here) = at else { return false };
        if matches!(doc.tag_name(here), "aside" | "nav" | "footer") {
            return true;
        }
        let class = format!("{} {}", doc.class_name(here), doc.id_attr(here)).to_lowercase();
        const ASIDE: &[&str] = &[
            "comment",
            "related",
            "sidebar",
            "recommend",
            "footer",
            "popular",
            "trending",
            "most-read",
            "carousel",
            "latest-",
            "copyright",
        ];
        if !matches!(doc.tag_name(here), "body" | "html")
            && ASIDE.iter().any(|it| class.contains(it))
        {
            return true;
        }
        at = doc.parent(here);
    }
    false
}
