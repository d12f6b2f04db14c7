//! Work that takes long: asking, parsing, reading. Comes in: a [`Job`], on a thread of its own. Goes
//! out: what it [`Did`]. Keeps nothing and decides nothing.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use truceline::{ledger::intake::Intake, read::Reader};
use url::Url;

use crate::{
    feed::{self, Feed},
    get::{Answer, Client, Fault, Known},
    page::{self, Said},
    robots::{self, Rules},
};

/// What the threads share.
pub struct Hands {
    pub client: Client,
    /// For the webhook, which has a permission of its own.
    pub post: Client,
    pub reader: Arc<Reader>,
    /// The digest of the pack that is read with.
    pub pack: String,
}

pub enum Job {
    Robots(Url),
    Feed(Url, Known),
    Page(Url, Said),
    Post { url: Url, id: String, body: String },
}

pub enum Did {
    Robots(Result<Rules, Fault>),
    /// What it holds, where the answer has a body.
    Feed(Result<(Answer, Result<Feed, String>), Fault>),
    Page(Result<(Answer, Result<Box<Intake>, String>), Fault>),
    Post(Result<Answer, Fault>),
}

impl Hands {
    /// Never panics: a fault of ours is told as one, and the next job goes on.
    pub fn work(&self, job: &Job) -> Did {
        match job {
            Job::Robots(url) => Did::Robots(robots::ask(&self.client, url)),
            Job::Feed(url, known) => Did::Feed(self.client.get(url, known).map(|mut answer| {
                let charset = answer.charset.clone();
                let read = guarded(|| feed::read(&answer.body, charset.as_deref(), Some(url)));
                answer.body = Vec::new();
                (answer, read)
            })),
            Job::Page(url, said) => {
                Did::Page(self.client.get(url, &Known::default()).map(|mut answer| {
                    let read = match answer.status {
                        200..=299 => guarded(|| {
                            let report = page::report(&answer)?;
                            Ok(Box::new(page::intake(&self.reader, &self.pack, report, said)))
                        }),
                        status => Err(format!("expected a page but found status {status}")),
                    };
                    answer.body = Vec::new();
                    (answer, read)
                }))
            }
            Job::Post { url, id, body } => Did::Post(self.post.post(url, id, body)),
        }
    }
}

pub(crate) fn guarded<T>(act: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(act)).unwrap_or_else(|_| {
        Err("a fault of truceline, not of the page; please send it with this line".to_owned())
    })
}
