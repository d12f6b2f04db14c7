//! Who may what.

use axum::{body::Body, http::Request};
use serde_json::json;
use truceline_web::App;

use crate::place::{TOKEN, serve};

fn closed(options: &mut truceline_web::Options, _: &std::path::Path) {
    options.bind = ([0, 0, 0, 0], 8080).into();
}

#[tokio::test]
async fn reading_is_open_on_loopback_and_closed_elsewhere() {
    let open = serve(|_, _| {});
    assert_eq!(open.get("/api/v1/truces").await.status, 200);
    let closed = serve(closed);
    let refused = closed.get("/api/v1/truces").await;
    assert_eq!((refused.status.as_u16(), refused.json()["status"].as_u64()), (401, Some(401)));
    assert!(refused.header("www-authenticate").starts_with("Bearer"));
    for path in ["/feeds/entries.atom", "/metrics", "/api/v1/export/csv", "/api/v1/openapi.json"] {
        assert_eq!(closed.get(path).await.status, 401, "{path}");
    }
    assert_eq!(closed.get("/healthz").await.status, 200);
    let bearer = format!("Bearer {TOKEN}");
    let with = closed.get_with("/api/v1/truces", &[("authorization", &bearer)]).await;
    assert_eq!(with.status, 200);
    assert_eq!(with.header("cache-control"), "private, no-cache");
}

#[tokio::test]
async fn a_server_for_others_needs_tokens_or_leave() {
    let served = serve(|_, _| {});
    let mut options = served.app.options().clone();
    options.token_file = None;
    closed(&mut options, std::path::Path::new(""));
    assert!(App::open(options.clone()).err().unwrap().contains("--public-read"));
    options.public_read = true;
    assert!(App::open(options).is_ok());
}

#[tokio::test]
async fn a_decision_carries_the_name_of_the_token_it_was_made_with() {
    let served = serve(|_, _| {});
    let found = served.get("/api/v1/search?q=rocket").await.json();
    let claim = found["claims"][0]["claim"].as_str().unwrap().to_owned();
    let decision = json!({"decision": "reject", "claim": claim, "why": "a misreading"});
    let body = decision.to_string();
    let json = ("content-type", "application/json");
    let nobody = served.post("/api/v1/reviews", &[json], body.clone()).await;
    assert_eq!(nobody.status, 401);
    let wrong = [("authorization", "Bearer 00"), json];
    assert_eq!(served.post("/api/v1/reviews", &wrong, body).await.status, 401);
    let taken = served.decide(&decision).await;
    assert_eq!(taken.status, 201, "{}", taken.body);
    assert_eq!(taken.json()["by"], "Ada");
    let entry = served.get(&format!("/api/v1/entries/{}", taken.json()["entry"])).await.json();
    assert_eq!((&entry["fact"]["by"], &entry["fact"]["kind"]), (&json!("Ada"), &json!("rejected")));
    // Everyone sees it in the next answer.
    let why = served.get(&format!("/api/v1/claims/{claim}")).await.json();
    assert_eq!(why["reviews"][0]["by"], "Ada");
    let named = json!({"decision": "reject", "claim": claim, "why": "x", "by": "Eve"});
    assert_eq!(served.decide(&named).await.status, 400, "a name in the request is refused");
}

#[tokio::test]
async fn every_decision_can_be_made_and_taken_back() {
    let served = serve(|_, _| {});
    let list = served.get("/api/v1/truces?place=Syria").await.json();
    let id = |at: usize| list["truces"][at]["id"].as_str().unwrap().to_owned();
    let joined = served
        .decide(&json!({"decision": "join", "truce": id(0), "into": id(1), "why": "one truce"}))
        .await;
    assert_eq!(joined.status, 201, "{}", joined.body);
    let one = served.get(&format!("/api/v1/truces/{}", id(0))).await.json();
    assert_eq!((one["id"].as_str(), one["told_by"].as_array().unwrap().len()), (Some(&*id(1)), 2));
    let nodes: Vec<&str> = vec![one["told_by"][0]["node"].as_str().unwrap()];
    let split = json!({"decision": "split", "truce": id(1), "tellings": nodes, "why": "two"});
    assert_eq!(served.decide(&split).await.status, 201);
    assert_eq!(
        served.get("/api/v1/truces?place=SY").await.json()["truces"].as_array().unwrap().len(),
        2
    );
    let withdraw = json!({"decision": "withdraw", "entry": joined.json()["entry"], "why": "no"});
    assert_eq!(served.decide(&withdraw).await.status, 201);
    let again = served.decide(&withdraw).await;
    assert_eq!(again.status, 409, "{}", again.body);
    assert!(again.json()["detail"].as_str().unwrap().contains("withdrawn before"));
    let absent = json!({"decision": "withdraw", "entry": 9999, "why": "no"});
    assert_eq!(served.decide(&absent).await.status, 404);
}

#[tokio::test]
async fn a_browser_signs_in_and_still_needs_the_form() {
    let served = serve(closed);
    let form = ("content-type", "application/x-www-form-urlencoded");
    let body = format!("token={TOKEN}&to=%2Ftruce%2Ft1");
    let signed = served.post("/sign-in", &[form], body).await;
    assert_eq!((signed.status.as_u16(), signed.header("location")), (303, "/truce/t1"));
    let set = signed.header("set-cookie");
    for part in ["HttpOnly", "SameSite=Strict", "Path=/"] {
        assert!(set.contains(part), "{set}");
    }
    assert!(!set.contains(TOKEN));
    let cookie = set.split(';').next().unwrap().to_owned();
    assert_eq!(served.get_with("/api/v1/truces", &[("cookie", &cookie)]).await.status, 200);
    let json = ("content-type", "application/json");
    let decision = r#"{"decision": "withdraw", "entry": 1, "why": "x"}"#;
    let refused = served.post("/api/v1/reviews", &[("cookie", &cookie), json], decision).await;
    assert_eq!(refused.status, 401, "a cookie is no leave to write");
    let out = served.post("/sign-out", &[("cookie", &cookie), form], "form=guess").await;
    assert_eq!(out.status, 403);
    let failed = served.post("/sign-in", &[form], "token=guess&to=//evil.example").await;
    assert_eq!(failed.header("location"), "/sign-in?failed=1&to=%2F");
    assert_eq!(failed.header("set-cookie"), "");
}

#[tokio::test]
async fn other_sites_are_let_in_by_name_only() {
    let origin = [("origin", "https://map.example")];
    let shut = serve(|_, _| {}).get_with("/api/v1/truces", &origin).await;
    assert_eq!(shut.header("access-control-allow-origin"), "");
    let open = serve(|options, _| options.cors = Some("https://map.example".to_owned()));
    let answer = open.get_with("/api/v1/truces", &origin).await;
    assert_eq!(answer.header("access-control-allow-origin"), "https://map.example");
    let other = open.get_with("/api/v1/truces", &[("origin", "https://evil.example")]).await;
    assert_ne!(other.header("access-control-allow-origin"), "https://evil.example");
    let ask = Request::options("/api/v1/reviews")
        .header("host", "localhost")
        .header("origin", "https://map.example")
        .header("access-control-request-method", "POST");
    let preflight = open.send(ask.body(Body::empty()).unwrap()).await;
    assert!(!preflight.header("access-control-allow-methods").contains("POST"));
}

#[tokio::test]
async fn one_address_gets_its_share() {
    let served = serve(|options, _| options.rate = Some(2));
    let mut last = None;
    for _ in 0..9 {
        last = Some(served.get("/api/v1/truces").await);
    }
    let last = last.unwrap();
    assert_eq!(last.status, 429);
    assert!(last.header("retry-after").parse::<u32>().unwrap() >= 1);
}
