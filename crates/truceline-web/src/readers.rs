//! Threads that ask the ledger. Comes in: questions. Goes out: answers, each from a connection that one
//! thread keeps. Never asks for a client that has gone.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError, mpsc},
    thread,
};

use tokio::sync::oneshot;
use truceline_store::Ledger;

use crate::Problem;

type Job = Box<dyn FnOnce(&Result<Ledger, Problem>) + Send>;

/// A queue of questions, and the threads that take from it; they end when it is dropped.
pub struct Readers(mpsc::Sender<Job>);

impl Readers {
    pub fn start(path: PathBuf, count: usize) -> Readers {
        let (send, jobs) = mpsc::channel::<Job>();
        let jobs = Arc::new(Mutex::new(jobs));
        for _ in 0..count {
            let (path, jobs) = (path.clone(), jobs.clone());
            thread::spawn(move || {
                let open = || Ledger::read(&path).map_err(Problem::from);
                let mut ledger = open();
                loop {
                    let next = jobs.lock().unwrap_or_else(PoisonError::into_inner).recv();
                    let Ok(job) = next else { return };
                    let done = catch_unwind(AssertUnwindSafe(|| job(&ledger)));
                    if done.is_err() || ledger.is_err() {
                        ledger = open();
                    }
                }
            });
        }
        Readers(send)
    }

    /// Asks, when it is this question's turn.
    pub async fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&Ledger) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let (reply, answer) = oneshot::channel();
        let job: Job = Box::new(move |ledger| {
            if !reply.is_closed() {
                let answer = match ledger {
                    Ok(ledger) => question(ledger),
                    Err(problem) => Err(problem.clone()),
                };
                let _ = reply.send(answer);
            }
        });
        let sent = self.0.send(job).is_ok();
        let answer = if sent { answer.await.ok() } else { None };
        answer.unwrap_or_else(|| Err(Problem::unmade()))
    }
}
