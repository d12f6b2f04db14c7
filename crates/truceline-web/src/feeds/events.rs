//! Events as they happen, for views that stay open. Comes in: the last entry seen, if any. Goes out: a
//! line each time the ledger has grown, with the truces that changed. Never asks the ledger: it waits
//! for what the server learns anyway.

use std::{convert::Infallible, sync::atomic::Ordering::Relaxed, time::Duration};

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{
        IntoResponse as _, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use serde_json::{Value, json};
use tokio::{sync::mpsc, time::timeout};
use tokio_stream::wrappers::ReceiverStream;

use crate::{App, Problem, known::Known};

/// Streams at once.
const STREAMS: i64 = 256;
/// Truces named in one event; the rest is only counted.
const NAMED: usize = 50;
/// The least time between two events of a stream.
const PACE: Duration = Duration::from_millis(250);
const PATIENCE: Duration = Duration::from_secs(30);

/// Counts a stream for as long as it is open.
struct Open(App);

impl Drop for Open {
    fn drop(&mut self) {
        self.0.metrics().streams.fetch_sub(1, Relaxed);
    }
}

pub async fn events(State(app): State<App>, headers: HeaderMap) -> Result<Response, Problem> {
    let open = Open(app.clone());
    if app.metrics().streams.fetch_add(1, Relaxed) >= STREAMS {
        let what = "as many views are open as this server keeps; try again later";
        let problem = Problem::new(StatusCode::SERVICE_UNAVAILABLE, what);
        return Err(Problem { retry: Some(30), ..problem });
    }
    let seen = headers.get("last-event-id").and_then(|it| it.to_str().ok()?.parse::<u64>().ok());
    let (send, events) = mpsc::channel::<Result<Event, Infallible>>(4);
    let (mut news, mut stopping) = (app.news(), app.stopping());
    tokio::spawn(async move {
        let _open = open;
        let mut last = seen.unwrap_or_else(|| news.borrow().seq());
        if send
            .send(Ok(Event::default().retry(Duration::from_secs(3)).comment("open")))
            .await
            .is_err()
        {
            return;
        }
        loop {
            let known = news.borrow_and_update().clone();
            if known.seq() > last {
                let event = Event::default()
                    .id(known.seq().to_string())
                    .event("entries")
                    .data(told(&known, last).to_string());
                last = known.seq();
                if !matches!(timeout(PATIENCE, send.send(Ok(event))).await, Ok(Ok(()))) {
                    return;
                }
            }
            tokio::time::sleep(PACE).await;
            tokio::select! {
                changed = news.changed() => if changed.is_err() { return },
                _ = stopping.wait_for(|it| *it) => return,
                () = send.closed() => return,
            }
        }
    });
    let alive = KeepAlive::new().interval(Duration::from_secs(15));
    Ok(Sse::new(ReceiverStream::new(events)).keep_alive(alive).into_response())
}

fn told(known: &Known, last: u64) -> Value {
    let changed = known.catalogue.rows().iter().filter(|it| it.changed > last);
    let changed: Vec<&str> = changed.map(|it| &*it.truce).collect();
    json!({"entry": known.seq(), "entries": known.seq().saturating_sub(last), "changed": changed.len(),
        "truces": &changed[..changed.len().min(NAMED)]})
}
