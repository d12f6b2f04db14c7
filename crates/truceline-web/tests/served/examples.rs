//! Every example of docs/API.md is sent, and answered as it says there. `UPDATE_EXPECT=1` writes the
//! answers anew, to be read as a change.

use std::{env, fs, path::Path};

use axum::{body::Body, http::Request};
use serde_json::Value;

use crate::place::{Served, TOKEN, serve};

/// JSON with what fits on a line on one.
fn written(value: &Value, depth: usize) -> String {
    let line =
        value.to_string().replace("\",\"", "\", \"").replace("\":", "\": ").replace(",\"", ", \"");
    let (open, close, items): (char, char, Vec<String>) = match value {
        _ if line.len() + 2 * depth <= 110 => return line,
        Value::Array(all) => ('[', ']', all.iter().map(|it| written(it, depth + 1)).collect()),
        Value::Object(all) => {
            let pair = |(name, it)| format!("{}: {}", Value::from(name), written(it, depth + 1));
            ('{', '}', all.iter().map(|(name, it)| pair((name.as_str(), it))).collect())
        }
        _ => return line,
    };
    let inner = "  ".repeat(depth + 1);
    format!("{open}\n{inner}{}\n{}{close}", items.join(&format!(",\n{inner}")), "  ".repeat(depth))
}

/// An example: the request as it stands, and the lines of its answer.
struct Example {
    request: String,
    answer: std::ops::Range<usize>,
}

fn examples(lines: &[&str]) -> Vec<Example> {
    let mut found = Vec::new();
    let mut at = 0;
    let end = |from: usize| from + lines[from..].iter().position(|it| *it == "```").unwrap();
    while at < lines.len() {
        if lines[at] == "```http" {
            let close = end(at + 1);
            let request = lines[at + 1..close].join("\n");
            let open = close + 1;
            assert!(lines[open].starts_with("```"), "an example without its answer: {request}");
            found.push(Example { request, answer: open + 1..end(open + 1) });
            at = end(open + 1);
        }
        at += 1;
    }
    found
}

async fn answer(served: &Served, request: &str) -> String {
    let (head, body) = request.split_once("\n\n").unwrap_or((request, ""));
    let mut lines = head.lines();
    let (method, path) = lines.next().unwrap().split_once(' ').unwrap();
    let mut request = Request::builder().method(method).uri(path).header("host", "localhost:8080");
    for line in lines {
        let (name, value) = line.split_once(": ").unwrap();
        request = request.header(name, value.replace("TOKEN", TOKEN));
    }
    let answer = served.send(request.body(Body::from(body.to_owned())).unwrap()).await;
    let mut text = format!("{}\n", answer.status);
    for name in ["content-type", "cache-control", "retry-after", "location"] {
        if !answer.header(name).is_empty() {
            text.push_str(&format!("{name}: {}\n", answer.header(name)));
        }
    }
    text.push('\n');
    match serde_json::from_str::<Value>(&answer.body) {
        Ok(value) => text.push_str(&written(&value, 0)),
        Err(_) => text.push_str(&answer.body.replace('\r', "")),
    }
    text.trim_end().to_owned()
}

#[tokio::test]
async fn every_example_is_answered_as_it_says() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/API.md");
    let text = fs::read_to_string(&path).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let served = serve(|_, _| {});
    let (mut written, mut last) = (Vec::new(), 0);
    let all = examples(&lines);
    assert!(all.len() >= 12, "examples are missing: {}", all.len());
    for it in all {
        let found = answer(&served, &it.request).await;
        let expected = lines[it.answer.clone()].join("\n");
        if env::var_os("UPDATE_EXPECT").is_none() {
            assert_eq!(found, expected, "\n{}", it.request);
        }
        written.extend(lines[last..it.answer.start].iter().map(|it| (*it).to_owned()));
        written.push(found);
        last = it.answer.end;
    }
    if env::var_os("UPDATE_EXPECT").is_some() {
        written.extend(lines[last..].iter().map(|it| (*it).to_owned()));
        fs::write(&path, written.join("\n") + "\n").unwrap();
    }
}

#[tokio::test]
async fn the_document_describes_what_is_served() {
    let served = serve(|_, _| {});
    let document = served.get("/api/v1/openapi.json").await.json();
    assert_eq!(document["openapi"], "3.1.0");
    let list = served.get("/api/v1/truces").await.json();
    let truce = list["truces"][0]["id"].as_str().unwrap();
    let claim = list["truces"][0]["claims"][0].as_str().unwrap();
    let reports = served.get(&format!("/api/v1/truces/{truce}/reports")).await.json();
    let report = reports["reports"][0]["digest"].as_str().unwrap();
    let forms =
        &document["paths"]["/api/v1/export/{form}"]["get"]["parameters"][0]["schema"]["enum"];
    for form in truceline_store::Form::NAMES {
        assert!(forms.as_array().unwrap().contains(&form.into()), "{form} is not described");
    }
    for (path, item) in document["paths"].as_object().unwrap() {
        let address = path
            .replace("{truce}", truce)
            .replace("{claim}", claim)
            .replace("{report}", report)
            .replace("{entry}", "1")
            .replace("{form}", "csv")
            .replace("{place}", "Syria");
        let address =
            if address.ends_with("/search") { format!("{address}?q=truce") } else { address };
        if item.get("get").is_some() {
            assert_eq!(served.get(&address).await.status, 200, "{address}");
        } else {
            assert_eq!(served.get(&address).await.status, 405, "{address}");
        }
    }
    let page = served.get("/api/v1/").await;
    assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
    for path in document["paths"].as_object().unwrap().keys() {
        assert!(page.body.contains(path.as_str()), "{path} is not on the page");
    }
    assert!(
        !page.body.contains("://") && !page.body.contains("<script"),
        "the page needs no other host"
    );
}

#[tokio::test]
async fn pages_of_a_list_are_the_list() {
    let served = serve(|_, _| {});
    let whole = served.get("/api/v1/truces?at=2016-07-06").await.json();
    let mut cursor = String::new();
    let mut pages = Vec::new();
    loop {
        let page =
            served.get(&format!("/api/v1/truces?at=2016-07-06&limit=1{cursor}")).await.json();
        pages.extend(page["truces"].as_array().unwrap().clone());
        match page["next"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!((whole["truces"].as_array(), pages.len()), (Some(&pages), 3));
    let in_force = served.get("/api/v1/status?at=2016-07-06&in_force=yes").await.json();
    assert_eq!(in_force["truces"].as_array().unwrap().len(), 1);
    assert_eq!(in_force["truces"][0]["status"], "in_force");
    let touched = served.get("/api/v1/truces?from=2014-08-01&to=2014-09-01").await.json();
    assert_eq!(touched["truces"].as_array().unwrap().len(), 1);
    let claims = "/api/v1/search?q=truce&limit=1";
    let first = served.get(claims).await.json();
    let next = format!("{claims}&cursor={}", first["next"].as_str().unwrap());
    assert_ne!(first["claims"][0]["claim"], served.get(&next).await.json()["claims"][0]["claim"]);
}
