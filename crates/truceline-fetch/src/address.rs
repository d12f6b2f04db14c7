//! Addresses on the web. Comes in: an address as written. Goes out: its canonical form, by which
//! two links to one page are known to be one. Never asks the network.

use url::Url;

/// The longest address that is taken.
const LONGEST: usize = 4096;

/// Parameters that say where a reader came from, not what the page is.
const TRACKING: &[&str] = &[
    "fbclid",
    "gclid",
    "dclid",
    "gbraid",
    "wbraid",
    "msclkid",
    "yclid",
    "twclid",
    "igshid",
    "mc_cid",
    "mc_eid",
    "_ga",
    "_gl",
    "cmpid",
    "at_medium",
    "at_campaign",
];

/// Without fragment, tracking parameters, default port and credentials; the order of the other
/// parameters is kept. The error says in words what was expected.
pub fn canonical(written: &str, base: Option<&Url>) -> Result<Url, String> {
    let written = written.trim();
    if written.len() > LONGEST {
        return Err(format!("expected an address of at most {LONGEST} bytes but found more"));
    }
    let parsed = match base {
        Some(base) => base.join(written),
        None => Url::parse(written),
    };
    let mut url = parsed.map_err(|err| {
        format!("expected an address like https://example.org/ but found `{written:.80}`: {err}")
    })?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(format!("expected http or https but found {}:", url.scheme()));
    }
    if url.host_str().is_none_or(str::is_empty) {
        return Err(format!("expected a host but found none in `{written:.80}`"));
    }
    url.set_fragment(None);
    let _ = url.set_username("");
    let _ = url.set_password(None);
    if url.query().is_some_and(|query| query.split('&').any(is_tracking)) {
        let kept: Vec<&str> =
            url.query().unwrap_or_default().split('&').filter(|it| !is_tracking(it)).collect();
        let kept = kept.join("&");
        url.set_query(Some(kept.as_str()).filter(|it| !it.is_empty()));
    } else if url.query() == Some("") {
        url.set_query(None);
    }
    Ok(url)
}

/// As [`canonical`], for an address that a person wrote: credentials are refused, not dropped.
pub fn given(written: &str) -> Result<Url, String> {
    let url = canonical(written, None)?;
    let plain = Url::parse(written.trim())
        .is_ok_and(|it| it.username().is_empty() && it.password().is_none());
    if plain {
        Ok(url)
    } else {
        Err("expected an address without a user name or password but found one".to_owned())
    }
}

/// What requests are spaced by: the name or address of the host.
pub fn host(url: &Url) -> String {
    url.host_str().unwrap_or_default().trim_end_matches('.').to_owned()
}

/// What `robots.txt` speaks for: scheme, host and port.
pub fn origin(url: &Url) -> String {
    url.origin().ascii_serialization()
}

fn is_tracking(parameter: &str) -> bool {
    let name = parameter.split('=').next().unwrap_or_default();
    name.get(..4).is_some_and(|it| it.eq_ignore_ascii_case("utm_"))
        || TRACKING.iter().any(|it| name.eq_ignore_ascii_case(it))
}

#[cfg(test)]
mod tests {
    use super::{canonical, given};

    #[test]
    fn one_page_has_one_address() {
        for (written, expected) in [
            (
                "HTTPS://Example.ORG:443/a/../b?x=1&utm_source=feed&y=2#top",
                "https://example.org/b?x=1&y=2",
            ),
            ("http://example.org/?utm_medium=rss&fbclid=7", "http://example.org/"),
            ("http://user:word@example.org/a?", "http://example.org/a"),
            ("https://example.org/a?b=2&a=1", "https://example.org/a?b=2&a=1"),
            ("https://example.org/été", "https://example.org/%C3%A9t%C3%A9"),
            ("http://2130706433/", "http://127.0.0.1/"),
        ] {
            assert_eq!(canonical(written, None).unwrap().as_str(), expected);
        }
        let base = canonical("https://example.org/news/", None).unwrap();
        assert_eq!(canonical("../a#b", Some(&base)).unwrap().as_str(), "https://example.org/a");
    }

    #[test]
    fn what_is_no_web_address_is_refused_in_words() {
        for bad in [
            "",
            "no address",
            "ftp://example.org/",
            "file:///etc/passwd",
            "javascript:1",
            "data:text/html,x",
            "http://",
            "mailto:a@example.org",
        ] {
            let err = canonical(bad, None).unwrap_err();
            assert!(err.starts_with("expected "), "{bad}: {err}");
        }
        assert!(canonical(&format!("http://a/{}", "b".repeat(5000)), None).is_err());
        assert!(given("https://name:word@example.org/").is_err());
    }
}
