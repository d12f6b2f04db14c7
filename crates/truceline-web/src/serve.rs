//! Listening. Comes in: options. Goes out: answers until the program is told to stop. Never waits for
//! ever: not for a slow request, and not for a client that does not read.

use std::{convert::Infallible, sync::Arc, time::Duration};

use axum::{body::Body, extract::Request};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
};
use tokio::{
    net::TcpListener,
    signal,
    sync::{Semaphore, watch},
    time::timeout,
};
use tower::Service as _;

use crate::{App, Options, guard::Peer, router};

/// A request's head has to be here within this time, and a connection that asks nothing is closed.
const HEAD: Duration = Duration::from_secs(10);
/// Bytes of a request's head, and header fields in it.
const HEAD_BYTES: usize = 16 << 10;
const FIELDS: usize = 64;
const CONNECTIONS: usize = 1024;
/// What is being answered when the server stops may take this long to end.
const LEAVE: Duration = Duration::from_secs(10);

/// Serves until SIGINT or SIGTERM; blocks. Errors are in words, for the one who started it.
pub fn serve(options: Options) -> Result<(), String> {
    let app = App::open(options)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|err| format!("the server cannot be started: {err}"))?;
    let done = runtime.block_on(async {
        let bind = app.options().bind;
        let listener = TcpListener::bind(bind)
            .await
            .map_err(|err| format!("{bind}: {err}; another address is given with --bind"))?;
        let here = listener.local_addr().unwrap_or(bind);
        eprintln!("truceline: serving {} at http://{here}/", app.options().ledger.display());
        let stop = app.clone();
        tokio::spawn(async move {
            told_to_stop().await;
            eprintln!("truceline: stopping");
            stop.stop();
        });
        listen(listener, app).await;
        Ok(())
    });
    runtime.shutdown_timeout(Duration::from_secs(1));
    done
}

async fn told_to_stop() {
    #[cfg(unix)]
    {
        use signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    let _ = signal::ctrl_c().await;
}

/// Answers what comes, until the app is told to stop; then lets what is under way end.
pub async fn listen(listener: TcpListener, app: App) {
    let router = router(app.clone());
    let graceful = GracefulShutdown::new();
    let room = Arc::new(Semaphore::new(CONNECTIONS));
    let mut stopping: watch::Receiver<bool> = app.stopping();
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(HEAD)
        .max_buf_size(HEAD_BYTES)
        .max_headers(FIELDS)
        .half_close(false);
    loop {
        let Ok(place) = room.clone().acquire_owned().await else { break };
        let came = tokio::select! {
            came = listener.accept() => came,
            _ = stopping.wait_for(|it| *it) => break,
        };
        let Ok((stream, peer)) = came else {
            // Out of file handles, most likely: let some be closed.
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        let _ = stream.set_nodelay(true);
        let router = router.clone();
        let service = service_fn(move |request: Request<Incoming>| {
            let mut router = router.clone();
            let mut request = request.map(Body::new);
            request.extensions_mut().insert(Peer(peer.ip()));
            async move {
                Ok::<_, Infallible>(router.call(request).await.unwrap_or_else(|it| match it {}))
            }
        });
        let connection = graceful.watch(http.serve_connection(TokioIo::new(stream), service));
        tokio::spawn(async move {
            // Whatever a client breaks off is its own affair.
            let _ = connection.await;
            drop(place);
        });
    }
    drop(listener);
    let _ = timeout(LEAVE, graceful.shutdown()).await;
}
