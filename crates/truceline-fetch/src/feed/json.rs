//! Feeds in JSON (JSON Feed 1 and 1.1). Comes in: text. Goes out: a [`Feed`]. An item that is
//! written wrongly is passed over; the others are taken.

use serde_json::Value;
use url::Url;

use super::{Feed, Item, MOST, dates, line};
use crate::address;

pub fn read(text: &str, base: Option<&Url>) -> Result<Feed, String> {
    let value: Value = serde_json::from_str(text)
        .map_err(|err| format!("expected a JSON Feed but found {err}"))?;
    let (Some(version), Some(items)) = (value["version"].as_str(), value["items"].as_array())
    else {
        return Err(
            "expected a JSON Feed with `version` and `items` but found other JSON".to_owned()
        );
    };
    if !version.contains("jsonfeed.org/version/1") {
        return Err(format!("expected JSON Feed version 1 or 1.1 but found {version:.80}"));
    }
    let mut feed = Feed { title: value["title"].as_str().and_then(line), ..Feed::default() };
    feed.items.extend(items.iter().take(MOST).filter_map(|it| item(it, base)));
    if items.len() > MOST {
        feed.broken = Some(format!("expected at most {MOST} items but found more"));
    }
    Ok(feed)
}

fn item(value: &Value, base: Option<&Url>) -> Option<Item> {
    let text = |name: &str| {
        let text = value[name].as_str().map(str::trim).filter(|it| !it.is_empty());
        text.map(str::to_owned)
    };
    let link = text("url").or_else(|| text("external_url"));
    let name = text("id").or_else(|| value["id"].as_i64().map(|it| it.to_string()));
    let link = link.or_else(|| name.clone().filter(|it| it.starts_with("http")));
    let dated = |words: Option<String>| dates::published(&words?);
    let changed = || {
        let mut changed = dated(text("date_modified"))?;
        changed.from = "feed, updated".to_owned();
        Some(changed)
    };
    let item = Item {
        url: link.and_then(|it| address::canonical(&it, base).ok()),
        name,
        title: text("title").as_deref().and_then(line),
        published: dated(text("date_published")).or_else(changed),
        changed: text("date_modified").or_else(|| text("date_published")),
        outlet: None,
        content: text("content_html").or_else(|| text("content_text")),
        summary: text("summary"),
    };
    (item.url.is_some() || item.content.is_some() || item.summary.is_some()).then_some(item)
}
