//! What goes wrong, as problem details (RFC 9457). Comes in: an error. Goes out: an answer with a
//! status. Never shows what only the log should hold.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::json;
use truceline_store::Error;

/// An error as the one who asked sees it.
#[derive(Clone, Debug)]
pub struct Problem {
    pub status: StatusCode,
    /// In words: what was expected, what was found, what to do next.
    pub detail: String,
    /// Seconds after which to try again.
    pub retry: Option<u32>,
}

impl Problem {
    pub fn new(status: StatusCode, detail: impl Into<String>) -> Problem {
        Problem { status, detail: detail.into(), retry: None }
    }

    /// 400: the question cannot be.
    pub fn question(detail: impl Into<String>) -> Problem {
        Problem::new(StatusCode::BAD_REQUEST, detail)
    }

    /// 404: nothing of that name.
    pub fn absent(detail: impl Into<String>) -> Problem {
        Problem::new(StatusCode::NOT_FOUND, detail)
    }

    /// 401: who asks is not known, and has to be.
    pub fn unknown_caller(detail: impl Into<String>) -> Problem {
        Problem::new(StatusCode::UNAUTHORIZED, detail)
    }

    /// 403: who asks may not.
    pub fn refused(detail: impl Into<String>) -> Problem {
        Problem::new(StatusCode::FORBIDDEN, detail)
    }

    /// 500: our fault.
    pub fn unmade() -> Problem {
        let what = "the answer could not be made; the log of the server says why";
        Problem::new(StatusCode::INTERNAL_SERVER_ERROR, what)
    }

    pub fn title(&self) -> &'static str {
        self.status.canonical_reason().unwrap_or("Problem")
    }
}

impl From<Error> for Problem {
    /// What was asked of the ledger and is not there is 404; what cannot be asked, 400; a ledger that
    /// cannot be read, 503.
    fn from(err: Error) -> Problem {
        match err {
            Error::Absent(what) => Problem::absent(what),
            Error::Input(what) => Problem::question(what),
            Error::NotSupported(what) => Problem::new(StatusCode::SERVICE_UNAVAILABLE, what),
            other => {
                eprintln!("truceline: {other}");
                Problem::new(
                    StatusCode::INTERNAL_SERVER_ERROR,
                    "the ledger cannot be read; the log of the server says why",
                )
            }
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = json!({
            "type": "about:blank",
            "title": self.title(),
            "status": self.status.as_u16(),
            "detail": self.detail,
        });
        let mut response = (self.status, body.to_string()).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if self.status == StatusCode::UNAUTHORIZED {
            let bearer = HeaderValue::from_static("Bearer realm=\"truceline\"");
            headers.insert(header::WWW_AUTHENTICATE, bearer);
        }
        if let Some(seconds) = self.retry {
            headers.insert(header::RETRY_AFTER, seconds.into());
        }
        response
    }
}
