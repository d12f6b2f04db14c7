//! The date of publication a page carries. Comes in: a parsed page, its linked data, its address.
//! Goes out: the best date with where it stood. Never takes a changed-at date without saying so.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;
use trafilatura::dom::{Document, NodeId};

use super::{
    furniture::Furniture,
    page::{is_item, meta, squeezed},
};
use crate::report::{Published, find_dates};

/// Names of `meta` elements that hold the date of publication, the surest first.
const PUBLISHED: &[&str] = &[
    "article:published_time",
    "og:article:published_time",
    "article:published",
    "og:published_time",
    "article.published",
    "datePublished",
    "publishdate",
    "publish-date",
    "publish_date",
    "publishedDate",
    "published_time",
    "published-date",
    "published_date",
    "pubdate",
    "PubDate",
    "pub_date",
    "rnews:datePublished",
    "parsely-pub-date",
    "sailthru.date",
    "bt:pubDate",
    "cXenseParse:recs:publishtime",
    "originalpublicationdate",
    "OriginalPublicationDate",
    "DC.date.issued",
    "dc.date.issued",
    "dcterms.issued",
    "DCTERMS.issued",
    "dcterms.created",
    "DC.date.created",
    "dc.date.created",
    "dcterms.date",
    "DC.date",
    "dc.date",
    "DC.Date",
    "displaydate",
    "ptime",
    "publication_date",
    "citation_publication_date",
    "citation_online_date",
    "article_date_original",
    "sort_date",
    "firstpublished",
    "live_date",
    "lp.article:published_time",
    "video:release_date",
];
const MODIFIED: &[&str] = &[
    "article:modified_time",
    "og:updated_time",
    "article:modified",
    "dateModified",
    "lastmod",
    "last-modified",
    "dcterms.modified",
    "DC.date.modified",
    "revised",
];
/// May be the day of fetching on some sites: below all that says "published".
const LOOSE: &[&str] = &[
    "date",
    "Date",
    "created",
    "timestamp",
    "dc.date.x-metadatadate",
    "article:date",
    "pdate",
    "news_date",
    "search.date",
];

static IN_URL: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:^|[/_=-])((?:19|20)\d\d)([/_-]?)(0[1-9]|1[0-2]|[1-9])([/_-]?)(0[1-9]|[12]\d|3[01]|[1-9])(?:[/_.?#-]|$)")
        .expect("a valid expression")
});

pub fn find(
    doc: &Document,
    objects: &[Value],
    url: Option<&str>,
    furniture: &Furniture,
) -> Option<Published> {
    let linked = |key: &str, from: &str| {
        let dated = |it: &&Value| it[key].is_string();
        let item = objects.iter().filter(|it| is_item(it)).find(dated);
        let other = || {
            objects
                .iter()
                .filter(|it| {
                    !it["@type"].as_str().is_some_and(|kind| {
                        matches!(
                            kind,
                            "Person"
                                | "Organization"
                                | "ItemList"
                                | "BreadcrumbList"
                                | "Review"
                                | "Comment"
                                | "VideoObject"
                                | "ImageObject"
                        )
                    })
                })
                .find(dated)
        };
        Published::parse(item.or_else(other)?[key].as_str()?, from)
    };
    let named = |names: &[&str], from: &str| {
        let mut found = names.iter().filter_map(|name| {
            Published::parse(&meta(doc, name).or_else(|| property(doc, name))?, from)
        });
        found.next()
    };
    let in_url = url.and_then(|it| of_url(it));
    let sure = linked("datePublished", "json-ld")
        .or_else(|| named(PUBLISHED, "meta"))
        .or_else(|| raw_linked(doc));
    let modified =
        linked("dateModified", "json-ld, modified").or_else(|| named(MODIFIED, "meta, modified"));
    let body = Body::of(doc, furniture);
    sure.or(body.labelled)
        .or(in_url)
        .or(body.marked)
        .or_else(|| named(LOOSE, "meta"))
        .or_else(|| linked("dateCreated", "json-ld").or_else(|| linked("uploadDate", "json-ld")))
        .or(body.plain)
        .or(modified)
}

fn property(doc: &Document, name: &str) -> Option<String> {
    if !name.starts_with("date") {
        return None;
    }
    let found = doc.query_selector(doc.root(), &format!("[itemprop='{name}']"))?;
    ["content", "datetime", "title"]
        .iter()
        .find_map(|it| doc.get_attribute(found, it).filter(|it| !it.trim().is_empty()))
        .or_else(|| Some(squeezed(&doc.text_content(found))))
}

/// JSON that does not parse may still say when.
fn raw_linked(doc: &Document) -> Option<Published> {
    static DATE: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r#""(?:datePublished|published_?(?:at|time|date)|publish_?date|pub_?date|publicationDate|firstPublished)"\s*:\s*"([^"]{8,40})""#)
            .expect("a valid expression")
    });
    for script in doc.get_elements_by_tag_name(doc.root(), "script") {
        let kind = doc.get_attribute(script, "type").unwrap_or_default();
        if !kind.contains("ld+json") {
            continue;
        }
        let text = doc.text_content(script);
        if let Some(found) = DATE.captures(&text) {
            return Published::parse(&found[1], "json-ld");
        }
    }
    None
}

fn of_url(url: &str) -> Option<Published> {
    let path = url.split_once("://").map_or(url, |it| it.1);
    let found = IN_URL
        .captures_iter(path)
        .find(|it| it[2] == it[4] && (!it[2].is_empty() || it[3].len() == 2 && it[5].len() == 2))?;
    Published::parse(&format!("{}-{:0>2}-{:0>2}", &found[1], &found[3], &found[5]), "url")
}

/// Dates that stand on the page itself.
#[derive(Default)]
struct Body {
    /// By an element that says "published", or a label before the date.
    labelled: Option<Published>,
    /// A `time` element or one whose class speaks of a date, in the item's head.
    marked: Option<Published>,
    /// The only date of the page's `time` elements.
    plain: Option<Published>,
}

impl Body {
    fn of(doc: &Document, furniture: &Furniture) -> Body {
        let mut body = Body::default();
        let selector = "time, abbr[class*='publish'], [class*='date'], [class*='Date'], [class*='time'], \
                        [class*='publish'], [class*='posted'], [id*='date'], [id*='Date'], [class*='byline'], [class*='meta']";
        let mut times = Vec::new();
        for node in doc.query_selector_all(doc.root(), selector).into_iter().take(400) {
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

enum Label {
    Published,
    Updated,
}

fn label(text: &str, furniture: &Furniture) -> Option<Label> {
    let starts = |it: &Regex| it.find(text).filter(|it| it.start() < 20).map(|it| it.start());
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
