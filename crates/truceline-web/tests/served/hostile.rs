//! What may come with bad intent: each is refused, or shown as text.

use axum::{body::Body, http::Request};
use serde_json::json;
use truceline::claim::Act;

use crate::place::{Story, TOKEN, serve, serve_with, time};

const SCRIPT: &str = "<script>alert(1)</script>\"'&";

fn scripts() -> Story {
    Story::new("<b>id</b>", SCRIPT, "2020-03-01")
        .url("javascript:alert(1)")
        .truce(SCRIPT, "?<img src=x onerror=alert(1)> | South", "<svg onload=alert(1)>/XA/1.0/1.0")
        .starts("2020-03-01")
        .lasts("PT72H")
        .says(Act::Declared, "?<i>", SCRIPT, &format!("A truce {SCRIPT} was declared ]]> by all."))
}

#[tokio::test]
async fn script_stays_text_in_every_answer() {
    let served = serve_with(&[("2020-03-01", scripts())], |_, _| {}, |_| Ok(()));
    let list = served.get("/api/v1/truces").await;
    let truce = list.json()["truces"][0]["id"].as_str().unwrap().to_owned();
    assert_eq!(list.json()["truces"][0]["label"], SCRIPT);
    for path in ["", "/status", "/story", "/claims", "/reports", "/families"] {
        let answer = served.get(&format!("/api/v1/truces/{truce}{path}")).await;
        assert_eq!(
            (answer.status.as_u16(), answer.header("content-type")),
            (200, "application/json")
        );
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert!(answer.header("content-security-policy").contains("script-src 'self'"));
    }
    for path in [
        "/feeds/entries.atom".to_owned(),
        format!("/feeds/truces/{truce}/entries.atom"),
        "/feeds/places/XA/entries.atom".to_owned(),
    ] {
        let feed = served.get(&path).await;
        assert_eq!(feed.status, 200, "{path}");
        for bad in ["<script", "<img", "<svg", "<i>", "]]>"] {
            assert!(!feed.body.contains(bad), "{path}: {bad}");
        }
        assert!(feed.body.contains("&lt;script&gt;"), "{path}");
    }
    let place = served.get("/feeds/places/%3Cscript%3E/entries.atom").await;
    assert!(place.status == 200 && !place.body.contains("<script"), "{}", place.body);
    let calendar = served.get("/feeds/calendar.ics?at=2020-03-02").await;
    assert!(calendar.body.lines().all(|it| it.len() <= 76) && calendar.body.contains("VEVENT"));
}

#[tokio::test]
async fn an_error_never_turns_what_was_asked_into_markup() {
    let served = serve(|_, _| {});
    // Nothing that was answered before stands in for what cannot be asked.
    assert_eq!(served.get("/api/v1/truces").await.status, 200);
    for path in [
        "/api/v1/truces?cursor=",
        "/api/v1/truces?at=%3Cscript%3Ealert(1)%3C/script%3E",
        "/api/v1/truces/%3Cscript%3E",
        "/api/v1/export/%3Cscript%3E",
        "/api/v1/search",
        "/api/v1/truces?cursor=%3Cscript%3E",
    ] {
        let answer = served.get(path).await;
        assert!(answer.status.is_client_error(), "{path}: {}", answer.status);
        assert_eq!(answer.header("content-type"), "application/problem+json", "{path}");
        assert_eq!(answer.json()["status"], answer.status.as_u16());
    }
}

#[tokio::test]
async fn paths_lead_nowhere_else() {
    let served = serve(|_, _| {});
    for path in [
        "/api/v1/truces/..%2f..%2fetc%2fpasswd",
        "/api/v1/truces/%2e%2e",
        "/api/v1/export/..%2Fledger.db",
        "/assets/..%2f..%2fCargo.toml",
        "/assets/%2e%2e/%2e%2e/ledger.db",
        "/../ledger.db",
        "/api/v1//truces",
        "/api/v1/truces/t%00",
        "/api/v1/truces/%ff%fe",
        "/api/v1/claims/_",
        "/api/v1/claims/%25",
        "/api/v1/reports/c",
    ] {
        let answer = served.get(path).await;
        assert_eq!(answer.status, 404, "{path}: {}", answer.body);
        assert!(!answer.body.contains("SQLite") && !answer.body.contains("root:"));
    }
}

#[tokio::test]
async fn words_are_never_syntax_of_the_database() {
    let served = serve(|_, _| {});
    for words in ["' OR 1=1 --", "\"", "a* NEAR b", "{quote}:x", "NOT", "\u{0}x", "-", "a\" OR \"b"]
    {
        let words: String = form_urlencoded::byte_serialize(words.as_bytes()).collect();
        for path in ["search?q=", "truces?place=", "truces?party=", "status?country="] {
            let answer = served.get(&format!("/api/v1/{path}{words}")).await;
            assert!(!answer.status.is_server_error(), "{path}{words}: {}", answer.body);
            if answer.status == 200 && !path.starts_with("search") {
                assert_eq!(answer.json()["truces"], json!([]), "{path}{words}");
            }
        }
    }
}

#[tokio::test]
async fn huge_questions_and_decisions_are_refused() {
    let served = serve(|_, _| {});
    let long = "x".repeat(600);
    assert_eq!(served.get(&format!("/api/v1/search?q={long}")).await.status, 400);
    assert_eq!(served.get(&format!("/api/v1/truces?place={long}")).await.status, 400);
    let many = "place=a&".repeat(21);
    assert_eq!(served.get(&format!("/api/v1/truces?{many}")).await.status, 400);
    let bearer = format!("Bearer {TOKEN}");
    let headers = [("authorization", bearer.as_str()), ("content-type", "application/json")];
    let body = "x".repeat(70_000);
    assert_eq!(served.post("/api/v1/reviews", &headers, body).await.status, 413);
    let why = json!({"decision": "withdraw", "entry": 1, "why": "x".repeat(3_000)});
    assert_eq!(served.decide(&why).await.status, 400);
    let deep = format!("{}{}", "[".repeat(20_000), "]".repeat(20_000));
    assert_eq!(served.post("/api/v1/reviews", &headers, deep).await.status, 400);
    let blank = json!({"decision": "withdraw", "entry": 1, "why": "  "});
    assert_eq!(served.decide(&blank).await.status, 400);
}

#[tokio::test]
async fn a_guesser_is_stopped_even_where_the_last_guess_is_right() {
    let served = serve(|_, _| {});
    for at in 0..10 {
        let wrong = format!("Bearer {at}");
        let answer = served.get_with("/api/v1/truces", &[("authorization", &wrong)]).await;
        assert_eq!(answer.status, 401);
    }
    let right = format!("Bearer {TOKEN}");
    let answer = served.get_with("/api/v1/truces", &[("authorization", &right)]).await;
    assert_eq!(answer.status, 429);
    assert!(answer.header("retry-after").parse::<u32>().is_ok());
    // Others read on.
    assert_eq!(served.get("/api/v1/truces").await.status, 200);
}

#[tokio::test]
async fn posts_from_other_sites_are_refused() {
    let served = serve(|_, _| {});
    let bearer = format!("Bearer {TOKEN}");
    let decision = json!({"decision": "withdraw", "entry": 1, "why": "x"}).to_string();
    for (name, value) in [
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("origin", "https://evil.example"),
        ("origin", "null"),
        ("origin", "http://localhost:9999"),
    ] {
        let headers = [
            ("authorization", bearer.as_str()),
            ("content-type", "application/json"),
            (name, value),
        ];
        let answer = served.post("/api/v1/reviews", &headers, decision.clone()).await;
        assert_eq!(answer.status, 403, "{name}: {value}");
    }
    let form = [("content-type", "text/plain"), ("authorization", bearer.as_str())];
    assert_eq!(served.post("/api/v1/reviews", &form, decision.clone()).await.status, 415);
    let ours = [
        ("authorization", bearer.as_str()),
        ("content-type", "application/json"),
        ("origin", "http://localhost:8080"),
    ];
    assert_eq!(served.post("/api/v1/reviews", &ours, decision).await.status, 201);
}

#[tokio::test]
async fn a_name_that_points_here_is_not_ours() {
    let served = serve(|_, _| {});
    for host in ["evil.example", "localhost.evil.example", "10.0.0.1:8080", "", "a b"] {
        let request = Request::get("/api/v1/truces").header("host", host);
        let answer = served.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(answer.status, 421, "{host}");
    }
    for host in ["localhost", "127.0.0.1:8080", "[::1]:8080", "LOCALHOST:1"] {
        let request = Request::get("/api/v1/truces").header("host", host);
        assert_eq!(served.send(request.body(Body::empty()).unwrap()).await.status, 200, "{host}");
    }
    let named = serve(|options, _| {
        options.hosts = vec!["truces.example".to_owned()];
        options.public_read = true;
    });
    let request = Request::get("/api/v1/truces").header("host", "truces.example");
    assert_eq!(named.send(request.body(Body::empty()).unwrap()).await.status, 200);
}

#[tokio::test]
async fn an_answer_as_of_the_past_is_for_ever_and_others_are_not() {
    let served = serve(|_, _| {});
    let past = "/api/v1/truces?at=2014-08-06&as_of=2014-08-05";
    let first = served.get(past).await;
    assert!(first.header("cache-control").contains("immutable"), "{:?}", first.headers);
    let entry = json!({"decision": "withdraw", "entry": 1, "why": "a hoax"});
    assert_eq!(served.decide(&entry).await.status, 201);
    assert_eq!(served.get(past).await.body, first.body);
    for path in [
        "/api/v1/truces",
        "/api/v1/truces?as_of=2014-08-05",
        "/api/v1/truces?at=2014-08-06",
        "/api/v1/truces?at=2014-08-06&as_of=2099-01-01",
    ] {
        let answer = served.get(path).await;
        assert_eq!(answer.header("cache-control"), "no-cache", "{path}");
    }
    let etag = first.header("etag").to_owned();
    let again = served.get_with(past, &[("if-none-match", &etag)]).await;
    assert_eq!((again.status.as_u16(), again.body.as_str()), (304, ""));
    let zipped = served.get_with(past, &[("accept-encoding", "gzip")]).await;
    assert_eq!(zipped.header("content-encoding"), "gzip");
    assert!(time("2014-08-06") > time("2014-08-05"));
}
