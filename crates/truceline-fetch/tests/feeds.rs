//! Feeds as the wild writes them, and what is read of each.

use truceline_fetch::feed::{self, Feed};
use url::Url;

fn read(text: &str) -> Feed {
    let base = Url::parse("https://news.example/feeds/all.xml").unwrap();
    feed::read(text.as_bytes(), None, Some(&base)).unwrap()
}

/// `url | title | published (from) | outlet` of each item, as far as they are known.
#[track_caller]
fn check(text: &str, expected: &[&str]) -> Feed {
    assert!(feed::is_feed(text.as_bytes()));
    let feed = read(text);
    let lines: Vec<String> = feed
        .items
        .iter()
        .map(|it| {
            let published = it.published.as_ref().map(|it| format!("{} ({})", it.stamp, it.from));
            [
                it.url.as_ref().map(ToString::to_string).or(it.name.clone()),
                it.title.clone(),
                published,
                it.outlet.clone(),
            ]
            .map(|it| it.unwrap_or_else(|| "-".to_owned()))
            .join(" | ")
        })
        .collect();
    assert_eq!(lines, expected);
    feed
}

#[test]
fn rss_with_all_its_habits() {
    let feed = check(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<!-- made by hand -->
<rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/" xmlns:atom="http://www.w3.org/2005/Atom">
<channel><title>Harbour & Coast Wire</title><link>https://news.example/</link>
<image><title>Logo</title><url>https://news.example/l.png</url></image>
<atom:link rel="self" href="https://news.example/feeds/all.xml"/>
<item><title><![CDATA[Truce &amp; talks in <b>Marib</b>]]></title>
  <media:title>A picture</media:title><media:description>Not the story</media:description>
  <link>https://news.example/1?utm_source=rss&utm_medium=feed&id=1#top</link>
  <guid isPermaLink="false">a-1</guid>
  <pubDate>Wed, 06 Jul 2016 14:02:00 MSK</pubDate></item>
<item><title>The army&#8217;s &ldquo;pause&rdquo; &unknown; R&D</title><link>/2</link>
  <dc:date xmlns:dc="x">2016-07-06T14:02:00-05:00</dc:date><source url="x">Other Post</source></item>
<item><guid>https://news.example/3</guid><description>Only <br> a teaser<p>with tags</description></item>
<item><title>No address at all</title></item>
<item><title>Bad address</title><link>javascript:alert(1)</link><description>words</description></item>
</channel></rss>"#,
        &[
            "https://news.example/1?id=1 | Truce & talks in Marib | 2016-07-06T14:02:00+03:00 (feed) | -",
            "https://news.example/2 | The army’s “pause” &unknown; R&D | 2016-07-06T14:02:00-05:00 (feed) | Other Post",
            "https://news.example/3 | - | - | -",
            "- | Bad address | - | -",
        ],
    );
    assert_eq!(feed.title.as_deref(), Some("Harbour & Coast Wire"));
    assert_eq!(feed.broken, None);
    assert!(feed.items[2].summary.as_deref().unwrap().contains("teaser<p>with"));
}

#[test]
fn atom_and_rdf() {
    check(
        r#"<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en"><title type="html">Desk &amp;amp; Dateline</title>
<entry><title>One</title><id>tag:x,1</id><link rel="enclosure" href="/a.mp3"/>
<link rel="alternate" type="application/json" href="/1.json"/><link href="/1&amp;a=2"/>
<updated>2016-07-07T00:00:00Z</updated><published>2016-07-06T14:02:00+03:00</published>
<author><name>J. Doe</name></author>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>All of it &amp; more</p></div></content></entry>
<entry><title/><link rel="alternate" href="/2"/><updated>2016-07-07T00:00:00Z</updated><summary>s</summary></entry></feed>"#,
        &[
            "https://news.example/1&a=2 | One | 2016-07-06T14:02:00+03:00 (feed) | -",
            "https://news.example/2 | - | 2016-07-07T00:00:00Z (feed, updated) | -",
        ],
    );
    check(
        r#"<?xml version="1.0"?><rdf:RDF xmlns:rdf="r" xmlns="http://purl.org/rss/1.0/"><channel><title>T</title></channel>
<item rdf:about="x"><title>One</title><link>https://news.example/1</link></item></rdf:RDF>"#,
        &["https://news.example/1 | One | - | -"],
    );
}

#[test]
fn json_feeds() {
    let feed = check(
        r#"{"version":"https://jsonfeed.org/version/1.1","title":"Post","items":[
{"id":7,"url":"https://news.example/7","title":"Seven","content_text":"a","date_published":"2016-07-06T14:02:00+03:00"},
{"id":"https://news.example/8","summary":"s","date_modified":"2016-07-06"}, 5, {"id":"9"}]}"#,
        &[
            "https://news.example/7 | Seven | 2016-07-06T14:02:00+03:00 (feed) | -",
            "https://news.example/8 | - | 2016-07-06 (feed, updated) | -",
        ],
    );
    assert_eq!(feed.title.as_deref(), Some("Post"));
    assert!(feed::read(b"{\"items\":[]}", None, None).is_err());
}

#[test]
fn sitemaps_and_their_indexes() {
    let feed = check(
        r#"<?xml version="1.0"?><urlset xmlns="s" xmlns:news="n" xmlns:image="i">
<url><loc>https://news.example/1</loc><news:news><news:publication><news:name>Coast Post</news:name>
<news:language>en</news:language></news:publication><news:publication_date>2016-07-06T14:02:00+03:00</news:publication_date>
<news:title>One</news:title></news:news><image:image><image:loc>https://news.example/1.png</image:loc></image:image></url>
<url><loc>https://news.example/2</loc><lastmod>2016-07-05</lastmod></url></urlset>"#,
        &[
            "https://news.example/1 | One | 2016-07-06T14:02:00+03:00 (feed) | Coast Post",
            "https://news.example/2 | - | 2016-07-05 (feed, updated) | -",
        ],
    );
    assert!(feed.sitemap);
    let index = read(
        "<sitemapindex xmlns='s'><sitemap><loc>/a.xml</loc><lastmod>2016-07-05</lastmod></sitemap>\
         <sitemap><loc>https://news.example/b.xml.gz</loc></sitemap></sitemapindex>",
    );
    let children: Vec<_> = index.children.iter().map(|it| it.url.as_str()).collect();
    assert_eq!(
        children,
        [
            "https://news.example/feeds/a.xml".replace("feeds/", ""),
            "https://news.example/b.xml.gz".to_owned()
        ]
    );
}

#[test]
fn what_stands_before_a_break_is_taken() {
    for tail in [
        "<item><title>Tw",
        "<item><title>Two</title",
        "<item><link>/2</link>",
        "<![CDATA[",
        "<!-- ",
    ] {
        let feed =
            read(&format!("<rss><channel><item><title>One</title><link>/1</link></item>\n{tail}"));
        assert_eq!(feed.items.len(), 1, "{tail}");
        assert!(feed.broken.is_some(), "{tail}");
    }
}

#[test]
fn no_feed_is_said_to_be_none() {
    for (text, found) in [
        ("<!doctype html><html><body>x</body></html>", "<html>"),
        ("plain words", "something else"),
        ("", "something else"),
        ("<?xml version='1.0'?><opml/>", "<opml>"),
    ] {
        assert!(!feed::is_feed(text.as_bytes()), "{text}");
        let err = feed::read(text.as_bytes(), None, None).unwrap_err();
        assert!(err.ends_with(&format!("but found {found}")), "{err}");
    }
}

#[test]
fn whole_items_are_reports_and_teasers_are_links() {
    let story =
        "<p>The two sides began a truce in the northern hills on Friday, a monitor said.</p>";
    let whole = story.repeat(8);
    let item = |n: u32, field: &str, text: &str| {
        format!(
            "<item><link>https://news.example/{n}</link><title>T{n}</title>\
             <pubDate>Fri, 08 Jul 2016 14:02:00 +0300</pubDate><{field}><![CDATA[{text}]]></{field}></item>"
        )
    };
    let text = format!(
        "<rss xmlns:content='c'><channel><title>Coast Post</title>{}{}{}{}{}</channel></rss>",
        item(1, "content:encoded", &whole),
        item(
            2,
            "content:encoded",
            &format!("{whole}<p>The army said it … <a href='/2'>Read on</a></p>")
        ),
        item(3, "description", story),
        item(4, "description", &story.repeat(20)),
        item(5, "content:encoded", &format!("{whole}<p>It ended […]</p>")),
    );
    let (reports, links) = feed::reports(&read(&text), Some("f.xml"));
    let urls: Vec<_> = reports.iter().map(|it| it.url.clone().unwrap()).collect();
    assert_eq!(urls, ["https://news.example/1", "https://news.example/4"]);
    assert_eq!(
        links,
        ["https://news.example/2", "https://news.example/3", "https://news.example/5"]
    );
    let first = &reports[0];
    assert_eq!(first.title.as_deref(), Some("T1"));
    assert_eq!(first.outlet.as_deref(), Some("Coast Post"));
    assert_eq!(first.path.as_deref(), Some("f.xml"));
    let published = first.published.as_ref().unwrap();
    assert_eq!(
        (published.stamp.as_str(), published.from.as_str()),
        ("2016-07-08T14:02:00+03:00", "feed")
    );
}

#[test]
fn a_nasty_feed_costs_no_more_than_its_length() {
    let deep = format!("<rss><channel><item><title>{}", "<a>".repeat(300_000));
    let wide = format!("<rss><channel>{}", "<item><title>&amp;".repeat(100_000));
    let entities = format!(
        "<!DOCTYPE rss [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;'>]><rss><channel><item><link>/1</link><title>{}</title></item></channel></rss>",
        "&b;".repeat(50_000)
    );
    let refs = format!("<rss><channel><item><link>/1</link><description>{}", "&#".repeat(500_000));
    let open =
        format!("<rss><channel><item><link>/1</link><title><![CDATA[{}", "< ".repeat(1 << 20));
    let open = format!("{open}]]></title></item></channel></rss>");
    let prolog = format!("{}<rss/>", "<!D>".repeat(1 << 20));
    let since = std::time::Instant::now();
    assert!(feed::read(prolog.as_bytes(), None, None).is_err());
    for text in [&deep, &wide, &entities, &refs, &open] {
        let feed = read(text);
        let bytes: usize =
            feed.items.iter().filter_map(|it| it.title.as_ref()).map(String::len).sum();
        assert!(bytes <= text.len());
    }
    assert!(since.elapsed().as_secs() < 20, "{:?}", since.elapsed());
}

#[test]
fn no_change_to_a_feed_makes_it_fall() {
    let feeds = [
        "<?xml version='1.0' encoding='utf-8'?><rss xmlns:c='c'><channel><title>A &amp; B</title><item><link>/1</link><c:x/><content:encoded><![CDATA[<p>é]]></content:encoded><pubDate>Wed, 06 Jul 2016 14:02:00 MSK</pubDate></item></channel></rss>",
        "<feed><title type='html'>T&#8217;</title><entry><link rel='alternate' href='/1'/><content type='xhtml'><div>é<br/></div></content></entry></feed>",
        "<urlset><url><loc>/1</loc><news:news><news:publication><news:name>é</news:name></news:publication></news:news></url></urlset>",
        "{\"version\":\"https://jsonfeed.org/version/1\",\"items\":[{\"id\":1,\"content_html\":\"é\"}]}",
    ];
    let base = Url::parse("https://news.example/").unwrap();
    let marks = [b'<', b'>', b'&', b'"', b'\'', b']', b'/', b'!', b';', 0, 0xff, b'{', b' '];
    for feed in feeds {
        let bytes = feed.as_bytes();
        for at in 0..bytes.len() {
            let _ = feed::read(&bytes[..at], None, Some(&base));
            for mark in marks {
                let mut changed = bytes.to_vec();
                changed[at] = mark;
                let Ok(read) = feed::read(&changed, None, Some(&base)) else { continue };
                let _ = feed::reports(&read, None);
                changed.insert(at, mark);
                let _ = feed::read(&changed, Some("windows-1251"), None);
            }
        }
    }
}
