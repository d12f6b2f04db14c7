//! One request. Comes in: an address. Goes out: the answer as it came, or a [`Fault`]. Follows no
//! redirect by itself: whoever asks decides, with the same checks as before. Never waits for ever.

use std::time::Duration;

use ureq::{
    Agent,
    http::{Request, Response, header::HeaderMap},
    unversioned::transport::DefaultConnector,
};
use url::{Host, Url};

use crate::{
    address,
    body::{bounded, unpacked},
    resolve::{Allow, Inward, Outward},
};

/// What an answer may cost.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Bytes of a body as they come.
    pub body: u64,
    /// Bytes of a body unpacked.
    pub unpacked: u64,
    /// Bytes of the head of an answer.
    pub head: usize,
    /// From the first look-up of the name to the last byte.
    pub time: Duration,
    pub connect: Duration,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            body: 8 << 20,
            unpacked: 32 << 20,
            head: 64 << 10,
            time: Duration::from_secs(30),
            connect: Duration::from_secs(10),
        }
    }
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{what}")]
pub struct Fault {
    pub what: String,
    /// Whether the same request may go better later.
    pub again: bool,
    /// Whether the host could not be spoken with at all, or not in time.
    pub host: bool,
}

/// What was known of an address when it was last asked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known {
    pub etag: Option<String>,
    pub modified: Option<String>,
}

#[derive(Clone, Debug)]
pub struct Answer {
    pub url: Url,
    pub status: u16,
    pub known: Known,
    /// Where it sends us, canonical; an error where that is no address to go to.
    pub location: Option<Result<Url, String>>,
    pub retry_after: Option<String>,
    /// The media type in lower case, without parameters.
    pub kind: Option<String>,
    pub charset: Option<String>,
    /// Unpacked; empty unless the status is 2xx.
    pub body: Vec<u8>,
}

#[derive(Clone, Debug)]
pub struct Client {
    agent: Agent,
    limits: Limits,
}

/// `truceline/0.1.0 (+https://example.org/about)`.
pub fn agent_name(contact: Option<&str>) -> String {
    let contact = contact.map(|it| format!(" (+{it})")).unwrap_or_default();
    format!("truceline/{}{contact}", env!("CARGO_PKG_VERSION"))
}

impl Client {
    /// Goes through no proxy: behind one the addresses that are connected to could not be checked.
    pub fn new(agent: &str, allow: Allow, limits: Limits) -> Client {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .proxy(None)
            .user_agent(agent)
            .accept_encoding("gzip")
            .timeout_global(Some(limits.time))
            .timeout_connect(Some(limits.connect))
            .max_response_header_size(limits.head)
            .max_idle_connections(8)
            .max_idle_connections_per_host(1)
            .max_idle_age(Duration::from_secs(15))
            .build();
        let agent = Agent::with_parts(config, DefaultConnector::default(), Outward(allow));
        Client { agent, limits }
    }

    /// A GET, conditional on what is known.
    pub fn get(&self, url: &Url, known: &Known) -> Result<Answer, Fault> {
        let mut request = Request::get(url.as_str()).header(
            "accept",
            "text/html, application/xhtml+xml, application/rss+xml, application/atom+xml, \
             application/feed+json, application/xml;q=0.9, */*;q=0.5",
        );
        if let Some(etag) = &known.etag {
            request = request.header("if-none-match", etag);
        }
        if let Some(modified) = &known.modified {
            request = request.header("if-modified-since", modified);
        }
        let request = request.body(()).map_err(|err| fault(url, &ureq::Error::Http(err)))?;
        let answer = self.agent.run(request).map_err(|err| fault(url, &err))?;
        self.take(url, answer)
    }

    /// A POST of JSON under a key that stays the same when it is tried again. Gives the status.
    pub fn post(&self, url: &Url, key: &str, json: &str) -> Result<Answer, Fault> {
        let request = Request::post(url.as_str())
            .header("content-type", "application/json")
            .header("idempotency-key", key)
            .body(json)
            .map_err(|err| fault(url, &ureq::Error::Http(err)))?;
        let mut answer = self.agent.run(request).map_err(|err| fault(url, &err))?;
        // Read to the end where that is near, so that the connection can be used again.
        let _ = bounded(answer.body_mut().as_reader(), 16 << 10);
        Ok(head(url, &answer))
    }

    fn take(&self, url: &Url, mut answer: Response<ureq::Body>) -> Result<Answer, Fault> {
        let mut taken = head(url, &answer);
        if !answer.status().is_success() {
            return Ok(taken);
        }
        let later = |what| Fault { what, again: true, host: false };
        if answer.body().content_length().is_some_and(|it| it > self.limits.body) {
            let what = format!("expected at most {} bytes but found more", self.limits.body);
            return Err(Fault { what, again: false, host: false });
        }
        let coding = named(answer.headers(), "content-encoding");
        let length = answer.body().content_length();
        let bytes = bounded(answer.body_mut().as_reader(), self.limits.body).map_err(later)?;
        if length.is_some_and(|length| (bytes.len() as u64) < length) {
            return Err(later("expected a whole answer but found it cut off".to_owned()));
        }
        taken.body = unpacked(bytes, coding.as_deref(), self.limits.unpacked).map_err(later)?;
        Ok(taken)
    }
}

fn named(headers: &HeaderMap, name: &str) -> Option<String> {
    let value = headers.get(name)?.as_bytes();
    // Addresses are sent as UTF-8 by many a server.
    let value = String::from_utf8_lossy(&value[..value.len().min(4096)]).trim().to_owned();
    Some(value).filter(|it| !it.is_empty())
}

fn head(url: &Url, answer: &Response<ureq::Body>) -> Answer {
    let headers = answer.headers();
    let kind = named(headers, "content-type").map(|it| it.to_ascii_lowercase());
    let charset = kind.as_deref().and_then(|it| it.split_once("charset="));
    let charset = charset.map(|it| it.1.split(';').next().unwrap_or_default());
    let charset = charset.map(|it| it.trim_matches(['"', '\'', ' ']).to_owned());
    let moved = matches!(answer.status().as_u16(), 301 | 302 | 303 | 307 | 308);
    let short = |it: &String| it.len() <= 512 && it.is_ascii();
    Answer {
        url: url.clone(),
        status: answer.status().as_u16(),
        known: Known {
            etag: named(headers, "etag").filter(short),
            modified: named(headers, "last-modified").filter(short),
        },
        location: named(headers, "location")
            .filter(|_| moved)
            .map(|it| address::canonical(&it, Some(url))),
        retry_after: named(headers, "retry-after"),
        kind: kind.map(|it| it.split(';').next().unwrap_or_default().trim().to_owned()),
        charset,
        body: Vec::new(),
    }
}

/// In words; what the host has to do with is told apart from what its answer has.
fn fault(url: &Url, err: &ureq::Error) -> Fault {
    let (what, again, host) = match err {
        ureq::Error::Io(io) => match io.get_ref().and_then(|it| it.downcast_ref::<Inward>()) {
            // A name may be another host's tomorrow, or this network's gate may stand before all.
            Some(inward) => {
                let named = matches!(url.host(), Some(Host::Domain(_)));
                (inward.to_string(), named, named)
            }
            None => (format!("expected an answer but found {io}"), true, true),
        },
        ureq::Error::Timeout(_) => {
            ("expected an answer in time but found none".to_owned(), true, true)
        }
        ureq::Error::HostNotFound => {
            ("expected a host but found none of that name".to_owned(), true, true)
        }
        ureq::Error::BadUri(_) | ureq::Error::Http(_) => {
            (format!("expected an address but found {err}"), false, false)
        }
        other => (format!("expected an answer of HTTP but found {other}"), true, true),
    };
    Fault { what, again, host }
}
