//! Feeds. Comes in: the bytes of an RSS, Atom or JSON feed, of a sitemap or an index of sitemaps.
//! Goes out: a [`Feed`] with all that could be read, to the point where it breaks. Never fetches.

pub(crate) mod dates;
mod json;
mod reports;
mod whole;
mod xml;

use truceline::report::Published;
use url::Url;

pub use reports::{in_file, reports, with_text};
pub(crate) use whole::is_whole;

/// The most items that are taken from one feed: what a sitemap may hold.
pub const MOST: usize = 50_000;

/// The bytes in which a feed has to show what it is.
const HEAD: usize = 8192;

#[derive(Clone, Debug, Default)]
pub struct Feed {
    pub title: Option<String>,
    pub items: Vec<Item>,
    /// Of an index: the sitemaps it names.
    pub children: Vec<Child>,
    /// A sitemap lists what a site has, not what is new.
    pub sitemap: bool,
    /// Where and why reading stopped; what stood before it is taken.
    pub broken: Option<String>,
}

#[derive(Clone, Debug)]
pub struct Child {
    pub url: Url,
    /// When it changed, as written.
    pub changed: Option<String>,
}

#[derive(Clone, Debug, Default)]
pub struct Item {
    /// Canonical.
    pub url: Option<Url>,
    /// The feed's own name for it.
    pub name: Option<String>,
    pub title: Option<String>,
    pub published: Option<Published>,
    /// As written: another one means that the item has changed.
    pub changed: Option<String>,
    pub outlet: Option<String>,
    /// HTML, or plain text without a tag.
    pub content: Option<String>,
    pub summary: Option<String>,
}

/// Whether bytes are plainly a feed and no page and no report.
pub fn is_feed(bytes: &[u8]) -> bool {
    let head = crate::body::text(&bytes[..bytes.len().min(HEAD)], None);
    let head = head.trim_start();
    if head.starts_with('{') {
        return head.contains("jsonfeed.org/version/");
    }
    root(head).is_some_and(|root| xml::Kind::of(root).is_some())
}

/// The name of the first element, after declarations and comments.
fn root(head: &str) -> Option<&str> {
    let mut rest = head;
    loop {
        rest = rest.trim_start().strip_prefix('<')?;
        let subset = || rest.find('[') < rest.find('>') && rest.contains('[');
        let end = match rest {
            it if it.starts_with("!--") => "-->",
            it if it.starts_with("!D") && subset() => "]>",
            _ => ">",
        };
        if !rest.starts_with(['!', '?']) {
            let name =
                rest.split(|ch: char| !ch.is_alphanumeric() && !"_-:.".contains(ch)).next()?;
            return Some(name.rsplit_once(':').map_or(name, |it| it.1));
        }
        rest = rest.split_once(end)?.1;
    }
}

/// Reads a feed. `base`: where it came from, for relative links; `charset`: of the header.
pub fn read(bytes: &[u8], charset: Option<&str>, base: Option<&Url>) -> Result<Feed, String> {
    let text = crate::body::text(bytes, charset);
    let head = text.trim_start();
    if head.starts_with('{') {
        return json::read(head, base);
    }
    let head = &head[..head.floor_char_boundary(HEAD)];
    let kind = root(head).and_then(xml::Kind::of).ok_or_else(|| {
        let found =
            root(head).map_or_else(|| "something else".to_owned(), |it| format!("<{it:.40}>"));
        format!("expected a feed (RSS, Atom, JSON Feed, sitemap) but found {found}")
    })?;
    Ok(xml::read(&text, kind, base))
}

/// Text without tags, references resolved, white space squeezed: what a reader of HTML sees.
pub(crate) fn plain(marked: &str) -> String {
    let mut bare = String::with_capacity(marked.len());
    let mut rest = marked;
    while let Some(at) = rest.find('<') {
        let tag = rest[at + 1..].starts_with(|ch: char| ch.is_alphabetic() || "/!?".contains(ch));
        let end = if tag { rest[at..].find('>') } else { None };
        let Some(end) = end else {
            bare.push_str(&rest[..=at]);
            rest = &rest[at + 1..];
            if tag {
                break;
            }
            continue;
        };
        bare.push_str(&rest[..at]);
        bare.push(' ');
        rest = &rest[at + end + 1..];
    }
    bare.push_str(rest);
    let text = xml::resolved(&bare);
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A title or a name: marks off, `None` where nothing is left.
pub(crate) fn line(marked: &str) -> Option<String> {
    // An inline tag parts no words: `cease<b>fire</b>`.
    Some(plain(marked)).filter(|it| !it.is_empty())
}
