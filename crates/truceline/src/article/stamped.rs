//! The date of publication a page carries. Comes in: a parsed page, its linked data, its address.
//! Goes out: the best date with where it stood. Never takes a changed-at date without saying so.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;
use trafilatura::dom::Document;

use super::{
    furniture::Furniture,
    marked::Marked,
    page::{Metas, is_item},
};
use crate::report::Published;

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

/// The date of publication, and the date of the last change.
pub fn find(
    doc: &Document,
    metas: &Metas,
    objects: &[Value],
    url: Option<&str>,
    furniture: &Furniture,
) -> (Option<Published>, Option<Published>) {
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
        names.iter().find_map(|name| Published::parse(&metas.date(name)?, from))
    };
    let in_url = url.and_then(of_url);
    let sure = linked("datePublished", "json-ld")
        .or_else(|| named(PUBLISHED, "meta"))
        .or_else(|| raw_linked(doc));
    let modified =
        linked("dateModified", "json-ld, modified").or_else(|| named(MODIFIED, "meta, modified"));
    let body = Marked::of(doc, furniture);
    let published = sure
        .or(body.labelled)
        .or(in_url)
        .or(body.marked)
        .or_else(|| named(LOOSE, "meta"))
        .or_else(|| linked("dateCreated", "json-ld").or_else(|| linked("uploadDate", "json-ld")))
        .or(body.plain);
    (published, modified)
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
