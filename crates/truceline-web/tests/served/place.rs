//! A ledger of three truces to serve, the same each time, and requests to it.

use std::path::{Path, PathBuf};

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderMap, Request, StatusCode},
};
use serde_json::Value;
use tower::ServiceExt as _;
use truceline::claim::Act;
use truceline_store::{Ledger, Result};
use truceline_web::{App, Options, router};

#[path = "../../../truceline-store/tests/story/mod.rs"]
mod story;

pub use story::{Story, time};

pub struct Served {
    pub app: App,
    pub router: Router,
    _folder: tempfile::TempDir,
}

pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|err| panic!("{err}: {}", self.body))
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |it| it.to_str().unwrap())
    }
}

/// The token of `Ada`, whose digest is in every token file made here.
pub const TOKEN: &str = "0c3f1d7be3a84a7a9e2b6c5d4f1e0a9b8c7d6e5f4a3b2c1d0e9f8a7b6c5d4e3f";

pub fn token_file(folder: &Path) -> PathBuf {
    use sha2::Digest as _;
    let file = folder.join("tokens");
    let digest = sha2::Sha256::digest(TOKEN.as_bytes());
    std::fs::write(&file, format!("# who may decide\nAda {digest:x}\n")).unwrap();
    file
}

pub fn stories() -> Vec<(&'static str, Story)> {
    vec![
        (
            "2014-08-05",
            Story::new("gazette-1", "Gazette", "2014-08-05")
                .url("https://gazette.example/1")
                .truce("a 72-hour truce", "Israel | Hamas", "Gaza/PS/31.5/34.47")
                .starts("2014-08-05T05:00Z")
                .lasts("PT72H")
                .mediated("Egypt")
                .says(
                    Act::Agreed,
                    "Israel, Hamas",
                    "Egypt",
                    "Both sides accepted a truce of 72 hours.",
                )
                .when(Act::Began, "", "2014-08-05", "The truce began at eight in the morning."),
        ),
        (
            "2014-08-06",
            Story::new("courier-1", "Courier", "2014-08-06")
                .truce("the truce", "Israel | Hamas", "Gaza/PS/31.5/34.47")
                .starts("2014-08-05")
                .says(Act::Held, "", "Monitor", "The truce was holding, a monitor said.")
                .says(
                    Act::Violated,
                    "Hamas",
                    "Israel",
                    "A rocket fell near the fence, Israel said.",
                ),
        ),
        (
            "2016-07-06",
            Story::new("mirror-1", "Mirror", "2016-07-06")
                .truce("a regime of calm", "Syrian army | ?rebels", "Syria/SY/35.0/38.0")
                .starts("2016-07-05T22:00Z")
                .lasts("PT72H")
                .says(
                    Act::Declared,
                    "Syrian army",
                    "Military source",
                    "The army declared a regime of calm for 72 hours.",
                ),
        ),
        (
            "2016-09-12",
            Story::new("gazette-2", "Gazette", "2016-09-12")
                .truce("a cessation of hostilities", "Syrian army | ?rebels", "Syria/SY/35.0/38.0")
                .starts("2016-09-12")
                .says(Act::Began, "", "Envoy", "The cessation of hostilities began at sunset."),
        ),
    ]
}

pub fn serve_with(
    stories: &[(&str, Story)],
    set: impl FnOnce(&mut Options, &Path),
    before: impl FnOnce(&mut Ledger) -> Result<()>,
) -> Served {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger.db");
    let mut ledger = Ledger::open(&path).unwrap();
    for (day, story) in stories {
        ledger.add(&[story.intake()], time(day)).unwrap();
    }
    before(&mut ledger).unwrap();
    drop(ledger);
    let mut options = Options::new(path);
    options.token_file = Some(token_file(folder.path()));
    set(&mut options, folder.path());
    let app = App::open(options).unwrap();
    Served { router: router(app.clone()), app, _folder: folder }
}

pub fn serve(set: impl FnOnce(&mut Options, &Path)) -> Served {
    serve_with(&stories(), set, |_| Ok(()))
}

impl Served {
    pub async fn send(&self, request: Request<Body>) -> Answer {
        let answer = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = answer.into_parts();
        let body = to_bytes(body, 64 << 20).await.unwrap();
        let body = String::from_utf8_lossy(&body).into_owned();
        Answer { status: parts.status, headers: parts.headers, body }
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.get_with(path, &[]).await
    }

    pub async fn get_with(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        let mut request = Request::get(path).header("host", "localhost:8080");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request.body(Body::empty()).unwrap()).await
    }

    pub async fn post(
        &self,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<Body>,
    ) -> Answer {
        let mut request = Request::post(path).header("host", "localhost:8080");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request.body(body.into()).unwrap()).await
    }

    pub async fn decide(&self, decision: &Value) -> Answer {
        let bearer = format!("Bearer {TOKEN}");
        let headers = [("authorization", bearer.as_str()), ("content-type", "application/json")];
        self.post("/api/v1/reviews", &headers, decision.to_string()).await
    }
}
