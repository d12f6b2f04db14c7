//! Single addresses, as `read` and `add` take them. Comes in: an address. Goes out: the reports that
//! it leads to. The same manners as those of `watch`; waits where they ask for it.

use std::sync::atomic::AtomicBool;

use jiff::SignedDuration;
use truceline::report::Report;
use url::Url;

use crate::{
    address,
    clock::{Clock, System},
    feed,
    get::{Answer, Client, Fault, Known, Limits, agent_name},
    hosts::{Hosts, Went},
    page,
    resolve::Allow,
    robots,
};

const HOPS: usize = 5;
const DELAY: SignedDuration = SignedDuration::from_secs(2);

/// Fetches one address after another.
pub struct Fetcher {
    client: Client,
    hosts: Hosts,
}

/// What an address led to.
pub struct Fetched {
    pub reports: Vec<Report>,
    /// Of a feed: the items that have only a teaser.
    pub links: Vec<String>,
    /// Of a feed: where and why reading stopped.
    pub broken: Option<String>,
}

impl Fetcher {
    pub fn new(allow: Allow) -> Fetcher {
        let client = Client::new(&agent_name(None), allow, Limits::default());
        Fetcher { client, hosts: Hosts::new(DELAY, 0) }
    }

    /// The error says in words what was expected and what came.
    pub fn reports(&mut self, written: &str) -> Result<Fetched, String> {
        let answer = self.fetch(address::given(written)?)?;
        if !feed::is_feed(&answer.body) {
            let reports = vec![page::report(&answer)?];
            return Ok(Fetched { reports, links: Vec::new(), broken: None });
        }
        let feed = feed::read(&answer.body, answer.charset.as_deref(), Some(&answer.url))?;
        let (reports, links) = feed::reports(&feed, None);
        Ok(Fetched { reports, links, broken: feed.broken })
    }

    fn fetch(&mut self, mut url: Url) -> Result<Answer, String> {
        for _ in 0..=HOPS {
            if self.hosts.may(&url, System.now()).is_none() {
                let rules = self.polite(&url, robots::ask)?;
                self.hosts.learn(&url, rules, System.now());
            }
            self.hosts.may(&url, System.now()).unwrap_or(Ok(()))?;
            let answer = self.polite(&url, |client, url| client.get(url, &Known::default()))?;
            match (answer.status, answer.location) {
                (_, Some(to)) => url = to?,
                (200..=299, None) => return Ok(Answer { location: None, ..answer }),
                (status, None) => {
                    return Err(format!("expected a page but found status {status}"));
                }
            }
        }
        Err(format!("expected at most {HOPS} redirects but found more"))
    }

    fn polite<T>(
        &mut self,
        url: &Url,
        ask: impl FnOnce(&Client, &Url) -> Result<T, Fault>,
    ) -> Result<T, String> {
        let host = address::host(url);
        if let Some(free) = self.hosts.free(&host) {
            System.wait(free, &AtomicBool::new(false));
        }
        let asked = ask(&self.client, url);
        // Only how often it is asked matters here: nothing is tried again.
        self.hosts.done(&host, System.now(), Went::Well);
        asked.map_err(|fault| fault.what)
    }
}
