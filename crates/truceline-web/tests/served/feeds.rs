//! Feeds: what is subscribed to, and what is told as it happens.

use axum::{body::Body, http::Request};
use serde_json::{Value, json};
use tokio::time::{Duration, timeout};
use tokio_stream::StreamExt as _;
use tower::ServiceExt as _;

use crate::place::serve;

fn between<'a>(text: &'a str, from: &str, to: &str) -> Vec<&'a str> {
    text.split(from).skip(1).filter_map(|it| it.split(to).next()).collect()
}

#[tokio::test]
async fn new_entries_are_an_atom_feed() {
    let served = serve(|_, _| {});
    let feed = served.get("/feeds/entries.atom?limit=5").await;
    assert_eq!(feed.header("content-type"), "application/atom+xml; charset=utf-8");
    let ids = between(&feed.body, "<id>", "</id>");
    assert_eq!((ids[0], ids.len()), ("http://localhost:8080/feeds/entries.atom", 6));
    assert!(ids[1..].iter().all(|it| it.starts_with("urn:truceline:entry:") && it.len() == 84));
    let times = between(&feed.body, "<updated>", "</updated>");
    assert!(times.is_sorted_by(|a, b| a >= b), "{times:?}");
    let list = served.get("/api/v1/truces?place=Syria").await.json();
    let truce = list["truces"][0]["id"].as_str().unwrap();
    let of = served.get(&format!("/feeds/truces/{truce}/entries.atom")).await;
    assert_eq!(between(&of.body, "/truce/", "\"").iter().filter(|it| **it != truce).count(), 0);
    assert!(of.body.contains("began at sunset") && !of.body.contains("rocket"));
    let place = served.get("/feeds/places/Gaza/entries.atom").await;
    assert!(place.body.contains("rocket") && !place.body.contains("sunset"));
    let none = served.get("/feeds/places/Nowhere/entries.atom").await;
    assert_eq!((none.status.as_u16(), between(&none.body, "<entry>", "<").len()), (200, 0));
    assert_eq!(served.get("/feeds/truces/tffff/entries.atom").await.status, 404);
}

#[tokio::test]
async fn a_decision_in_a_feed_has_its_author() {
    let served = serve(|_, _| {});
    served.decide(&json!({"decision": "withdraw", "entry": 1, "why": "a hoax"})).await;
    let feed = served.get("/feeds/entries.atom?limit=200").await;
    assert!(feed.body.contains("<author><name>Ada</name></author>"), "{}", feed.body);
}

#[tokio::test]
async fn starts_and_expiries_are_a_calendar() {
    let served = serve(|_, _| {});
    let calendar = served.get("/feeds/calendar.ics?at=2016-07-06&party=Syrian%20army").await;
    assert_eq!(calendar.header("content-type"), "text/calendar; charset=utf-8");
    assert!(calendar.body.starts_with("BEGIN:VCALENDAR\r\n"));
    assert!(calendar.body.contains("DTSTART:20160705T220000Z"), "{}", calendar.body);
    assert!(!calendar.body.contains("72-hour truce"));
    let old = served.get("/feeds/calendar.ics?at=2016-12-24").await;
    assert!(!old.body.contains("20140805"), "what is long over is left out");
}

#[tokio::test]
async fn events_are_told_as_they_happen() {
    let served = serve(|_, _| {});
    let request = Request::get("/feeds/events").header("host", "localhost");
    let request = request.header("last-event-id", "3").body(Body::empty()).unwrap();
    let answer = served.router.clone().oneshot(request).await.unwrap();
    assert_eq!(answer.headers()["content-type"], "text/event-stream");
    let mut body = answer.into_body().into_data_stream();
    let mut text = String::new();
    let next = |text: &str| -> Option<Value> {
        let data = between(text, "data: ", "\n");
        data.last().and_then(|it| serde_json::from_str(it).ok())
    };
    // What was missed since entry 3 comes first.
    while next(&text).is_none() {
        let chunk = timeout(Duration::from_secs(5), body.next()).await.unwrap().unwrap().unwrap();
        text.push_str(&String::from_utf8_lossy(&chunk));
    }
    let missed = next(&text).unwrap();
    assert_eq!(missed["entries"].as_u64(), missed["entry"].as_u64().map(|it| it - 3));
    text.clear();
    let taken =
        served.decide(&json!({"decision": "withdraw", "entry": 1, "why": "a hoax"})).await.json();
    while next(&text).is_none() {
        let chunk = timeout(Duration::from_secs(5), body.next()).await.unwrap().unwrap().unwrap();
        text.push_str(&String::from_utf8_lossy(&chunk));
    }
    let told = next(&text).unwrap();
    assert!(told["entry"].as_u64() >= taken["entry"].as_u64(), "{told}");
    assert!(!told["truces"].as_array().unwrap().is_empty());
}

#[tokio::test]
async fn exports_are_served_in_every_form() {
    let served = serve(|_, _| {});
    for form in truceline_store::Form::NAMES {
        let answer = served.get(&format!("/api/v1/export/{form}?at=2016-07-06")).await;
        assert_eq!(answer.status, 200, "{form}");
        assert!(!answer.body.is_empty(), "{form}");
        assert!(answer.header("content-disposition").starts_with("attachment"));
    }
    let lines = served.get("/api/v1/export/jsonl").await.body.lines().count();
    let last = served.get("/api/v1/entries?limit=1").await.json()["last"].as_u64();
    assert_eq!(last, Some(lines as u64));
}
