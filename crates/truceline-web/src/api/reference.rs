//! What the API can be asked, described by itself. Comes in: nothing. Goes out: the OpenAPI document,
//! and a page drawn from it that needs no other host.

use std::{fmt::Write as _, sync::LazyLock};

use axum::{
    http::header,
    response::{Html, IntoResponse},
};
use serde_json::Value;

use crate::text::escape;

/// OpenAPI 3.1, as it is served.
pub const DOCUMENT: &str = include_str!("openapi.json");
const STYLE: &str = include_str!("reference.css");

static PAGE: LazyLock<String> =
    LazyLock::new(|| draw(&serde_json::from_str(DOCUMENT).unwrap_or_default()));

pub async fn document() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-cache")], DOCUMENT)
}

pub async fn style() -> impl IntoResponse {
    (
        [(header::CONTENT_TYPE, "text/css; charset=utf-8"), (header::CACHE_CONTROL, "no-cache")],
        STYLE,
    )
}

pub async fn page() -> impl IntoResponse {
    ([(header::CACHE_CONTROL, "no-cache")], Html(PAGE.as_str()))
}

fn words(it: &Value) -> String {
    escape(it.as_str().unwrap_or_default())
}

fn draw(document: &Value) -> String {
    let mut out = String::from(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\">\
         <title>Truceline API</title><link rel=\"stylesheet\" href=\"/api/v1/reference.css\">\
         </head><body><main>",
    );
    let info = &document["info"];
    let _ = write!(out, "<h1>{}</h1><p>{}</p>", words(&info["title"]), words(&info["description"]));
    out.push_str("<p>For programs: <a href=\"/api/v1/openapi.json\">/api/v1/openapi.json</a></p>");
    for (path, item) in document["paths"].as_object().into_iter().flatten() {
        for (method, it) in item.as_object().into_iter().flatten() {
            let method = method.to_uppercase();
            let _ = write!(
                out,
                "<section><h2><b>{}</b> <code>{}</code></h2><p>{}</p><p>{}</p>",
                escape(&method),
                escape(path),
                words(&it["summary"]),
                words(&it["description"])
            );
            fields(&mut out, document, &it["parameters"]);
            answers(&mut out, document, &it["responses"]);
            out.push_str("</section>");
        }
    }
    out.push_str("</main></body></html>");
    out
}

/// What a `$ref` points to, else the value itself.
fn meant<'a>(document: &'a Value, it: &'a Value) -> &'a Value {
    let path = it["$ref"].as_str().and_then(|it| it.strip_prefix('#'));
    path.and_then(|it| document.pointer(it)).unwrap_or(it)
}

fn fields(out: &mut String, document: &Value, parameters: &Value) {
    let Some(parameters) = parameters.as_array() else { return };
    out.push_str(
        "<table><thead><tr><th scope=\"col\">in</th><th scope=\"col\">name</th>\
        <th scope=\"col\">what</th></tr></thead><tbody>",
    );
    for it in parameters {
        let it = meant(document, it);
        let _ = write!(
            out,
            "<tr><td>{}</td><td><code>{}</code></td><td>{}</td></tr>",
            words(&it["in"]),
            words(&it["name"]),
            words(&it["description"])
        );
    }
    out.push_str("</tbody></table>");
}

fn answers(out: &mut String, document: &Value, responses: &Value) {
    out.push_str("<ul>");
    for (status, it) in responses.as_object().into_iter().flatten() {
        let it = meant(document, it);
        let kinds = it["content"].as_object().into_iter().flatten().map(|it| it.0.as_str());
        let kinds = escape(&kinds.collect::<Vec<_>>().join(", "));
        let _ =
            write!(out, "<li><b>{}</b> {} {kinds}</li>", escape(status), words(&it["description"]));
    }
    out.push_str("</ul>");
}
