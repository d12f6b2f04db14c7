//! What every answer is made with. Comes in: options. Goes out: an [`App`] that asks the ledger away
//! from the threads that serve. Never holds a lock while it waits for a client.

use std::{
    net::SocketAddr,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

use tokio::{sync::Semaphore, task::spawn_blocking};
use truceline_store::{Ledger, Result};

use crate::Problem;

/// Connections that read at once. Each keeps up to 64 MB of the ledger's pages.
const READERS: usize = 4;

#[derive(Clone, Debug)]
pub struct Options {
    pub bind: SocketAddr,
    pub ledger: PathBuf,
    /// Lines of `name sha256hex`.
    pub token_file: Option<PathBuf>,
    pub public_read: bool,
    /// The one other origin whose scripts may read the API.
    pub cors: Option<String>,
    /// Names under which a proxy serves this.
    pub hosts: Vec<String>,
}

/// Cheap to clone: all clones are one.
#[derive(Clone)]
pub struct App(Arc<Inner>);

struct Inner {
    options: Options,
    readers: Mutex<Vec<Ledger>>,
    turns: Arc<Semaphore>,
}

impl App {
    /// Opens the ledger. Errors are in words, for the one who starts the server.
    pub fn open(options: Options) -> std::result::Result<App, String> {
        let first = Ledger::read(&options.ledger).map_err(|err| err.to_string())?;
        Ok(App(Arc::new(Inner {
            readers: Mutex::new(vec![first]),
            turns: Arc::new(Semaphore::new(READERS)),
            options,
        })))
    }

    pub fn options(&self) -> &Options {
        &self.0.options
    }

    /// Asks the ledger on a thread that may wait for a disk.
    pub async fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&Ledger) -> Result<T> + Send + 'static,
    ) -> std::result::Result<T, Problem> {
        let app = self.clone();
        let turn = self.0.turns.clone().acquire_owned().await;
        let asked = spawn_blocking(move || {
            // Held by the thread: it ends with the answer, even where the client has gone.
            let _turn = turn;
            let kept = app.readers().pop();
            let ledger = match kept {
                Some(ledger) => ledger,
                None => Ledger::read(&app.0.options.ledger)?,
            };
            let answer = question(&ledger);
            app.readers().push(ledger);
            answer
        });
        match asked.await {
            Ok(answer) => Ok(answer?),
            Err(_) => Err(Problem::new(
                axum::http::StatusCode::INTERNAL_SERVER_ERROR,
                "the answer could not be made; the log of the server says why",
            )),
        }
    }

    fn readers(&self) -> std::sync::MutexGuard<'_, Vec<Ledger>> {
        self.0.readers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
