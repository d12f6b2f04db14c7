//! What every answer is made with. Comes in: options. Goes out: an [`App`] that asks the ledger away
//! from the threads that serve. Never holds a lock while it waits for a client.

use std::{
    num::NonZeroUsize,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread,
};

use axum::http::StatusCode;
use jiff::Timestamp;
use lru::LruCache;
use tokio::{sync::watch, task::spawn_blocking};
use truceline::{ledger::kin::Kin, pack::Source};
use truceline_store::{Catalogue, Decision, Error, Ledger};

use crate::{
    Options, Problem,
    kept::Shelf,
    known::{Known, Watch},
    limit::Limits,
    metrics::Metrics,
    names::Names,
    readers::Readers,
    who::{Sessions, Tokens},
};

/// Connections that read at once. Each keeps up to 64 MB of the ledger's pages.
const READERS: usize = 3;
/// Bytes of answers that are kept.
const ROOM: usize = 192 << 20;
/// Earlier catalogues that are kept.
const PASTS: NonZeroUsize = NonZeroUsize::new(8).unwrap();

/// Cheap to clone: all clones are one.
#[derive(Clone)]
pub struct App(Arc<Inner>);

struct Inner {
    options: Options,
    readers: Readers,
    writer: tokio::sync::Mutex<()>,
    watch: Watch,
    pasts: Mutex<LruCache<u64, Arc<Catalogue>>>,
    names: Names,
    kin: Kin,
    shelf: Shelf,
    tokens: Tokens,
    sessions: Sessions,
    limits: Limits,
    metrics: Metrics,
    stop: watch::Sender<bool>,
}

impl App {
    /// Opens the ledger. Errors are in words, for the one who starts the server.
    pub fn open(options: Options) -> Result<App, String> {
        if let Some(fault) = options.fault() {
            return Err(fault);
        }
        let tokens = match &options.token_file {
            Some(file) => Tokens::read(file)?,
            None => Tokens::default(),
        };
        let ledger = Ledger::read(&options.ledger).map_err(|err| err.to_string())?;
        let app = App(Arc::new(Inner {
            readers: Readers::start(options.ledger.clone(), READERS),
            writer: tokio::sync::Mutex::new(()),
            watch: Watch::start(ledger).map_err(|err| err.to_string())?,
            pasts: Mutex::new(LruCache::new(PASTS)),
            names: Names::default(),
            kin: Kin::load(&Source::Embedded).map_err(|err| err.to_string())?,
            shelf: Shelf::new(ROOM),
            tokens,
            sessions: Sessions::default(),
            limits: Limits::new(options.rate),
            metrics: Metrics::default(),
            stop: watch::channel(false).0,
            options,
        }));
        let kept = Arc::downgrade(&app.0);
        thread::spawn(move || kept.upgrade().map(|it| it.names.load()));
        Ok(app)
    }

    pub fn options(&self) -> &Options {
        &self.0.options
    }

    pub(crate) fn tokens(&self) -> &Tokens {
        &self.0.tokens
    }

    pub(crate) fn sessions(&self) -> &Sessions {
        &self.0.sessions
    }

    pub(crate) fn limits(&self) -> &Limits {
        &self.0.limits
    }

    pub(crate) fn metrics(&self) -> &Metrics {
        &self.0.metrics
    }

    pub(crate) fn shelf(&self) -> &Shelf {
        &self.0.shelf
    }

    pub fn names(&self) -> &Names {
        &self.0.names
    }

    /// The ledger's last entry and all its truces in short, at most 50 ms old.
    pub fn known(&self) -> Arc<Known> {
        self.0.watch.newest()
    }

    /// Tells when the ledger has grown.
    pub(crate) fn news(&self) -> watch::Receiver<Arc<Known>> {
        self.0.watch.newest.clone()
    }

    /// Tells when the server is to stop.
    pub(crate) fn stopping(&self) -> watch::Receiver<bool> {
        self.0.stop.subscribe()
    }

    /// Ends the server, once what it is answering is answered.
    pub fn stop(&self) {
        self.0.stop.send_replace(true);
    }

    /// Asks the ledger on a thread that may wait for a disk, when it is this question's turn.
    pub async fn ask<T, E>(
        &self,
        question: impl FnOnce(&Ledger) -> Result<T, E> + Send + 'static,
    ) -> Result<T, Problem>
    where
        T: Send + 'static,
        E: Into<Problem> + Send + 'static,
    {
        self.0.readers.ask(move |ledger| question(ledger).map_err(Into::into)).await
    }

    /// A connection of one's own, for answers that take long.
    pub(crate) fn reader(&self) -> Result<Ledger, Problem> {
        Ok(Ledger::read(&self.0.options.ledger)?)
    }

    /// All truces in short as of an entry.
    pub fn catalogue(
        &self,
        ledger: &Ledger,
        known: &Arc<Known>,
        seq: u64,
    ) -> truceline_store::Result<Arc<Catalogue>> {
        if let Some(past) = self.pasts().get(&seq) {
            return Ok(past.clone());
        }
        let past = Arc::new(ledger.catalogue_as_of(seq, &known.catalogue)?);
        self.pasts().put(seq, past.clone());
        Ok(past)
    }

    /// Appends a decision; gives its sequence once every later answer knows it.
    pub async fn review(
        &self,
        decision: Decision,
        by: String,
        why: String,
    ) -> Result<u64, Problem> {
        let app = self.clone();
        // The ledger takes one writer at a time: wait here, not in its file.
        let _turn = self.0.writer.lock().await;
        let written = spawn_blocking(move || -> Result<u64, Problem> {
            let mut ledger = Ledger::open(&app.0.options.ledger)?;
            ledger.set_kin(app.0.kin.clone());
            ledger.review(&decision, &by, &why, Timestamp::now()).map_err(|err| match err {
                Error::Input(what) => Problem::new(StatusCode::CONFLICT, what),
                other => other.into(),
            })
        });
        let seq = written.await.unwrap_or_else(|_| Err(Problem::unmade()))?;
        self.0.watch.until(seq).await;
        Ok(seq)
    }

    fn pasts(&self) -> MutexGuard<'_, LruCache<u64, Arc<Catalogue>>> {
        self.0.pasts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
