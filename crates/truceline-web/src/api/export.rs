//! The ledger in every form it can be written in. Comes in: a form and the two times. Goes out: a
//! stream. Never holds the whole of it, and never waits long for one who does not read.

use std::{
    io::{self, BufWriter, Write},
    sync::LazyLock,
    time::Duration,
};

use axum::{
    body::{Body, Bytes},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use tokio::{
    runtime::Handle,
    sync::{Semaphore, mpsc},
    task::spawn_blocking,
    time::timeout,
};
use tokio_stream::wrappers::ReceiverStream;
use truceline_store::Form;

use super::Name;
use crate::{Problem, answer::Asking};

/// Exports at once.
static ROOM: LazyLock<Semaphore> = LazyLock::new(|| Semaphore::new(2));
/// How long a further one waits for its turn before it is sent away.
const WAIT: Duration = Duration::from_secs(5);
const PATIENCE: Duration = Duration::from_secs(30);
const CHUNK: usize = 64 << 10;

/// Media type and ending of a form.
fn dress(form: &str) -> (&'static str, &'static str) {
    match form {
        "csv" | "csv-claims" | "cf" => ("text/csv; charset=utf-8", "csv"),
        "jsonl" | "plover" => ("application/x-ndjson", "jsonl"),
        "geojson" => ("application/geo+json", "geojson"),
        "ics" => ("text/calendar; charset=utf-8", "ics"),
        "parquet" | "parquet-claims" => ("application/vnd.apache.parquet", "parquet"),
        _ => ("application/octet-stream", "bin"),
    }
}

pub async fn export(Name(name): Name, asking: Asking) -> Result<Response, Problem> {
    let form = Form::named(&name).ok_or_else(|| {
        Problem::absent(format!("expected one of {} but found {name}", Form::NAMES.join(", ")))
    })?;
    let Ok(Ok(place)) = timeout(WAIT, ROOM.acquire()).await else {
        let what = "other exports are being written; try again in a minute";
        let problem = Problem::new(StatusCode::SERVICE_UNAVAILABLE, what);
        return Err(Problem { retry: Some(60), ..problem });
    };
    let ledger = asking.app.reader()?;
    let (send, chunks) = mpsc::channel::<io::Result<Bytes>>(4);
    let runtime = Handle::current();
    spawn_blocking(move || {
        let chunk = Chunks { send, runtime };
        let mut out = BufWriter::with_capacity(CHUNK, chunk);
        if let Err(err) = ledger.export(form, asking.question.asked(), &mut out) {
            // What has been sent cannot be taken back: break off, so that nobody takes it for whole.
            eprintln!("truceline: export of {name}: {err}");
            let _ = out.get_mut().give(Err(io::Error::other("broken off")));
        } else {
            let _ = out.flush();
        }
        // Room is made before the answer ends: whoever has it may ask for the next at once.
        drop(place);
    });
    let mut response = Body::from_stream(ReceiverStream::new(chunks)).into_response();
    let (kind, ending) = dress(form_name(form));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    let file = format!("attachment; filename=\"truceline.{ending}\"");
    if let Ok(file) = HeaderValue::from_str(&file) {
        headers.insert(header::CONTENT_DISPOSITION, file);
    }
    Ok(response)
}

fn form_name(form: Form) -> &'static str {
    Form::NAMES.into_iter().find(|it| Form::named(it) == Some(form)).unwrap_or_default()
}

struct Chunks {
    send: mpsc::Sender<io::Result<Bytes>>,
    runtime: Handle,
}

impl Chunks {
    fn give(&self, chunk: io::Result<Bytes>) -> io::Result<()> {
        let sent = self.runtime.block_on(timeout(PATIENCE, self.send.send(chunk)));
        match sent {
            Ok(Ok(())) => Ok(()),
            _ => Err(io::Error::new(io::ErrorKind::BrokenPipe, "nobody reads it")),
        }
    }
}

impl Write for Chunks {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.give(Ok(Bytes::copy_from_slice(bytes)))?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
