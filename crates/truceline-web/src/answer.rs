//! From a question to an answer that can be kept. Comes in: a request to read. Goes out: bytes with
//! their tag and how long they hold; nothing, where the client has them already. Never keeps an answer
//! past the entry that could change it.

use std::sync::{Arc, atomic::Ordering::Relaxed};

use axum::{
    body::{Body, Bytes},
    extract::FromRequestParts,
    http::{HeaderMap, HeaderValue, StatusCode, header, request::Parts},
    response::{IntoResponse as _, Response},
};
use sha2::{Digest as _, Sha256};
use truceline::ledger::entry::hex;
use truceline_store::{Catalogue, Ledger, Wanted};

use crate::{App, Problem, Question, kept::Kept, known::Known};

pub const JSON: &str = "application/json";

/// A request to read, with what was known of the ledger when it came.
#[derive(Clone)]
pub struct Asking {
    pub app: App,
    pub question: Question,
    pub known: Arc<Known>,
    pub(crate) path: String,
    if_none_match: Option<String>,
}

/// On which of the two times an answer depends. All depend on `as of`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Times {
    AtToo,
    AsOf,
    /// As `AtToo`, of the one truce that the path names: at all times after the last that is known of
    /// it, the answer is the same.
    Truce,
}

impl Asking {
    /// The stretch of time in which the answer on the truce of this path is the same.
    fn stretch(&self) -> String {
        let at = self.question.at;
        let mut names = self.path.split('/');
        let row = names.find_map(|it| self.known.catalogue.get(it));
        let row = row.filter(|_| self.question.as_of.is_none());
        let lasting = row.and_then(|it| it.lasting(at.as_second()));
        lasting.map_or_else(|| at.to_string(), str::to_owned)
    }

    pub fn new(app: &App, question: Question, path: &str, headers: &HeaderMap) -> Asking {
        let tag = headers.get(header::IF_NONE_MATCH).and_then(|it| it.to_str().ok());
        Asking {
            app: app.clone(),
            question,
            known: app.known(),
            path: path.to_owned(),
            if_none_match: tag.map(str::to_owned),
        }
    }

    /// The entry as of which it is asked.
    pub fn seq(&self, ledger: &Ledger) -> truceline_store::Result<u64> {
        match self.question.as_of {
            None => Ok(self.known.seq()),
            Some(as_of) => ledger.as_of(Some(as_of)),
        }
    }

    /// All truces in short, as of the question.
    pub fn catalogue<'a>(
        &'a self,
        ledger: &Ledger,
        past: &'a mut Option<Arc<Catalogue>>,
    ) -> truceline_store::Result<&'a Catalogue> {
        let seq = self.seq(ledger)?;
        if seq >= self.known.seq() {
            return Ok(&self.known.catalogue);
        }
        Ok(past.insert(self.app.catalogue(ledger, &self.known, seq)?))
    }

    pub fn wanted(&self) -> Vec<Wanted> {
        self.app.names().wanted(&self.question)
    }

    /// The entry that an answer on one truce holds for: the last that changed it, where its full name
    /// was given, else the ledger's last.
    pub fn changed(&self, truce: &str) -> u64 {
        self.known.catalogue.get(truce).map_or(self.known.seq(), |it| it.changed)
    }

    /// Whether no entry that may still come can change the answer.
    fn is_fixed(&self, times: Times) -> bool {
        let last = self.known.head.map(|it| it.recorded);
        let past = self.question.as_of.zip(last).is_some_and(|(as_of, last)| {
            // Entries may still be recorded at the very time of the last one.
            as_of.as_microsecond() < last
        });
        past && (times == Times::AsOf || self.question.at_given)
    }

    /// Makes an answer, or finds it: `version` is the entry it holds for.
    pub async fn answer(
        self,
        kind: &'static str,
        times: Times,
        version: u64,
        make: impl FnOnce(&Ledger, &Asking) -> Result<Vec<u8>, Problem> + Send + 'static,
    ) -> Result<Response, Problem> {
        let fixed = self.is_fixed(times);
        let version = if fixed { 0 } else { version };
        let at = match times {
            Times::AtToo => self.question.at.to_string(),
            Times::AsOf => String::new(),
            Times::Truce => self.stretch(),
        };
        // An empty cursor is not no cursor: it is a fault.
        let cursor = self.question.cursor.as_deref();
        let asked = match times {
            Times::Truce => self.question.as_of.map(|it| it.to_string()).unwrap_or_default(),
            _ => self.question.written(),
        };
        let key = format!("{}?{asked}&{at}&{cursor:?}&{version}", self.path);
        let found = self.app.shelf().get(&key);
        let counted =
            if found.is_some() { &self.app.metrics().kept } else { &self.app.metrics().made };
        counted.fetch_add(1, Relaxed);
        let kept = match found {
            Some(kept) => kept,
            None => {
                let asking = self.clone();
                let app = self.app.clone();
                // All that costs time is done on the reader's thread.
                let made = self.app.ask(move |ledger| {
                    let body = make(ledger, &asking)?;
                    let etag = format!("W/\"{}\"", &hex(&Sha256::digest(&body))[..24]);
                    let kept = Kept { body: Bytes::from(body), etag };
                    app.shelf().put(key, &kept);
                    Ok::<_, Problem>(kept)
                });
                made.await?
            }
        };
        Ok(self.response(kept, kind, fixed))
    }

    fn response(&self, kept: Kept, kind: &'static str, fixed: bool) -> Response {
        let has = self
            .if_none_match
            .as_deref()
            .is_some_and(|it| it.split(',').any(|it| it.trim() == kept.etag || it.trim() == "*"));
        let mut response = if has {
            (StatusCode::NOT_MODIFIED, Body::empty()).into_response()
        } else {
            Body::from(kept.body).into_response()
        };
        let headers = response.headers_mut();
        let open = !self.app.options().reading_is_closed();
        let cache = match (fixed, open) {
            (true, true) => "public, max-age=31536000, immutable",
            (true, false) => "private, max-age=31536000, immutable",
            (false, true) => "no-cache",
            (false, false) => "private, no-cache",
        };
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
        if let Ok(etag) = HeaderValue::from_str(&kept.etag) {
            headers.insert(header::ETAG, etag);
        }
        response
    }

    pub async fn json(
        self,
        times: Times,
        version: u64,
        make: impl FnOnce(&Ledger, &Asking) -> Result<serde_json::Value, Problem> + Send + 'static,
    ) -> Result<Response, Problem> {
        let make = move |ledger: &Ledger, asking: &Asking| {
            let mut body = make(ledger, asking)?.to_string().into_bytes();
            body.push(b'\n');
            Ok(body)
        };
        self.answer(JSON, times, version, make).await
    }
}

impl FromRequestParts<App> for Asking {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Asking, Problem> {
        let path = parts.extensions.get::<axum::extract::OriginalUri>();
        let path = path.map_or_else(|| parts.uri.path(), |it| it.0.path()).to_owned();
        let question = Question::read(parts.uri.query().unwrap_or_default())?;
        Ok(Asking::new(app, question, &path, &parts.headers))
    }
}
