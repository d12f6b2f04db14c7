//! What the server knows of the ledger without asking: its last entry, and all truces in short. Comes
//! in: a ledger that others may write to. Goes out: the newest [`Known`]. Never holds up an answer.

use std::{
    sync::{Arc, mpsc},
    thread,
    time::Duration,
};

use tokio::sync::watch;
use truceline_store::{Catalogue, Head, Ledger};

/// How long an entry that another program appends may go unnoticed.
const LOOK: Duration = Duration::from_millis(50);

#[derive(Debug)]
pub struct Known {
    /// Of the ledger's last entry; `None`: it is empty.
    pub head: Option<Head>,
    pub catalogue: Catalogue,
}

impl Known {
    pub fn seq(&self) -> u64 {
        self.catalogue.seq
    }

    fn of(ledger: &Ledger, before: Option<&Known>) -> truceline_store::Result<Known> {
        let catalogue = ledger.catalogue(before.map(|it| &it.catalogue))?;
        Ok(Known { head: ledger.head_at(catalogue.seq)?, catalogue })
    }
}

/// The newest of what is known, and a bell for what has just been written.
pub struct Watch {
    pub newest: watch::Receiver<Arc<Known>>,
    bell: mpsc::Sender<()>,
}

impl Watch {
    /// Looks at the ledger on a thread of its own, until the watch is dropped.
    pub fn start(ledger: Ledger) -> truceline_store::Result<Watch> {
        let mut last = Arc::new(Known::of(&ledger, None)?);
        let (tell, newest) = watch::channel(last.clone());
        let (bell, rung) = mpsc::channel();
        thread::spawn(move || {
            while !matches!(rung.recv_timeout(LOOK), Err(mpsc::RecvTimeoutError::Disconnected)) {
                let grown = ledger.head().map(|it| it.map_or(0, |it| it.seq) != last.seq());
                match grown
                    .and_then(|grown| grown.then(|| Known::of(&ledger, Some(&last))).transpose())
                {
                    Ok(None) => {}
                    Ok(Some(known)) => {
                        last = Arc::new(known);
                        let _ = tell.send(last.clone());
                    }
                    Err(err) => {
                        eprintln!("truceline: {err}");
                        thread::sleep(20 * LOOK);
                    }
                }
            }
        });
        Ok(Watch { newest, bell })
    }

    pub fn newest(&self) -> Arc<Known> {
        self.newest.borrow().clone()
    }

    /// Waits until entry `seq` is known.
    pub async fn until(&self, seq: u64) {
        let _ = self.bell.send(());
        let mut newest = self.newest.clone();
        let seen = newest.wait_for(|it| it.seq() >= seq);
        let _ = tokio::time::timeout(Duration::from_secs(5), seen).await;
    }
}
