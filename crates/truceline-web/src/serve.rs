//! Listening. Comes in: options. Goes out: answers until the program is told to stop. Never serves
//! beyond this machine unless that was asked for.

use tokio::net::TcpListener;

use crate::{App, Options, router};

/// Serves until SIGINT or SIGTERM; blocks. Errors are in words, for the one who started it.
pub fn serve(options: Options) -> Result<(), String> {
    let app = App::open(options)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|err| format!("the server cannot be started: {err}"))?;
    runtime.block_on(async move {
        let bind = app.options().bind;
        let listener = TcpListener::bind(bind).await.map_err(|err| format!("{bind}: {err}"))?;
        eprintln!("truceline: serving http://{bind}/");
        axum::serve(listener, router(app)).await.map_err(|err| err.to_string())
    })
}
