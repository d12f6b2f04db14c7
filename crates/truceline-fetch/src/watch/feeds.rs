//! Polls and what they bring. Comes in: a feed's answer. Goes out: its new items, read from the feed
//! or waiting to be fetched, kept together with the feed's new state.

use std::collections::HashSet;

use jiff::{SignedDuration, Timestamp};

use super::{HOPS, Result, Watch};
use crate::{
    feed::{self, Feed, Item, dates, is_whole},
    get::{Answer, Fault},
    hosts::{Went, later},
    jobs::guarded,
    page::{self, Said},
    place::{FeedRow, Outcome, WHOLE},
    plan::Source,
};

/// Sitemaps of an index that are polled: the last changed.
const CHILDREN: usize = 50;
/// Items of a sitemap that are older are passed over, unless FEEDS.toml says otherwise.
const SITEMAP_AGE: SignedDuration = SignedDuration::from_hours(72);
/// The longest pause after polls that failed.
const LONGEST: SignedDuration = SignedDuration::from_hours(12);

impl Watch<'_> {
    pub(super) fn fed(
        &mut self,
        mut it: FeedRow,
        answer: std::result::Result<(Answer, std::result::Result<Feed, String>), Fault>,
        now: Timestamp,
        went: Went,
    ) -> Result<()> {
        let until = if let Went::Later(until) = went { Some(until) } else { None };
        let (answer, read) = match answer {
            Ok(answered) => answered,
            Err(fault) => return self.feed_failed(it, now, until, &fault.what),
        };
        match (answer.status, answer.location) {
            (304, _) => {
                self.sum.unchanged += 1;
                self.feed_well(it, now, &Feed::default())
            }
            (_, Some(Err(why))) => self.feed_failed(it, now, until, &why),
            (status, Some(Ok(to))) => {
                it.hops += 1;
                it.kept &= matches!(status, 301 | 308);
                if it.hops > HOPS {
                    let why = format!("expected at most {HOPS} redirects but found more");
                    return self.feed_failed(it, now, until, &why);
                }
                it.at = to;
                it.next = Some(now);
                // What is known of the old address says nothing of the new one.
                it.known = Default::default();
                self.place.step(|step| step.feed_done(&it, it.polled))
            }
            (200..=299, _) => match read {
                Ok(feed) => {
                    if it.hops > 0 && it.kept {
                        it.home = it.at.clone();
                    }
                    // Only where the answer is that of the address that is asked next time.
                    let same = it.home == it.at;
                    it.known = if same { answer.known } else { Default::default() };
                    self.feed_well(it, now, &feed)
                }
                Err(why) => self.feed_failed(it, now, until, &why),
            },
            (status, _) => {
                let why = format!("expected a feed but found status {status}");
                self.feed_failed(it, now, until, &why)
            }
        }
    }

    pub(super) fn feed_failed(
        &mut self,
        mut it: FeedRow,
        now: Timestamp,
        until: Option<Timestamp>,
        why: &str,
    ) -> Result<()> {
        self.sum.polls += 1;
        self.sum.failed_polls += 1;
        it.fails = it.fails.saturating_add(1);
        let every = self.source(&it).map_or(LONGEST, |it| it.every);
        let pause = self.hosts.backoff(it.fails, every, LONGEST.max(every));
        it.next = Some(until.map_or(later(now, pause), |until| until.max(later(now, every))));
        (it.at, it.hops, it.kept) = (it.home.clone(), 0, true);
        // Said once, and then now and then: a feed may be down for days.
        if it.fails == 1 || it.fails.is_multiple_of(10) {
            self.trouble(&format!("{}: {why}", it.url));
        }
        self.place.step(|step| step.feed_done(&it, now))
    }

    fn feed_well(&mut self, mut it: FeedRow, now: Timestamp, feed: &Feed) -> Result<()> {
        self.sum.polls += 1;
        let source = self.source(&it).cloned();
        let every = source.as_ref().map_or(LONGEST, |it| it.every);
        if let Some(why) = &feed.broken {
            self.trouble(&format!("{}: {why}; what stood before it is taken", it.url));
        }
        let new = self.new_items(&it, feed, now)?;
        // First the ledger, then the place: what comes in between is known to the ledger.
        let mut sorted = Vec::with_capacity(new.len());
        for (key, mut item) in new {
            let named = source.as_ref().and_then(|it| it.outlet.clone());
            item.outlet = item.outlet.or(named).or_else(|| feed.title.clone());
            let outcome = self.settle(&it, feed, &item, source.as_ref(), now)?;
            sorted.push((key, item, outcome));
        }
        self.look()?;
        self.sum.items += sorted.len() as u64;
        it.fails = 0;
        it.next = (!it.is_child()).then(|| later(now, self.hosts.about(every)));
        (it.at, it.hops, it.kept) = (it.home.clone(), 0, true);
        let children = newest(feed);
        let done = self.at(now)?;
        self.place.step(|step| {
            for (key, item, outcome) in &sorted {
                step.item(key, &it.url, item, *outcome, done)?;
            }
            // An index within an index within an index is none.
            for child in children.iter().filter(|child| child.url != it.url && !it.is_child()) {
                step.child(&it, &child.url, child.changed.as_deref(), now)?;
            }
            if !it.is_child() {
                step.wake(&it, now)?;
            }
            step.feed_done(&it, now)
        })
    }

    fn new_items(
        &mut self,
        it: &FeedRow,
        feed: &Feed,
        now: Timestamp,
    ) -> Result<Vec<(String, Item)>> {
        self.place.step(|step| {
            let (mut new, mut seen) = (Vec::new(), HashSet::new());
            for item in &feed.items {
                let key = match (&item.url, &item.name) {
                    (Some(url), _) => url.to_string(),
                    (None, Some(name)) => format!("{} {name}", it.url),
                    (None, None) => continue,
                };
                // What a feed lists twice it lists once.
                if seen.insert(key.clone()) && step.is_news(&key, &it.url, item, now)? {
                    new.push((key, item.clone()));
                }
            }
            Ok(new)
        })
    }

    /// How a new item ends, where it needs not be fetched.
    fn settle(
        &mut self,
        it: &FeedRow,
        feed: &Feed,
        item: &Item,
        source: Option<&Source>,
        now: Timestamp,
    ) -> Result<Option<(Outcome, &'static str)>> {
        let dated = item.published.as_ref().and_then(dates::moment);
        let age = source.and_then(|it| it.max_age);
        let age = age.or(feed.sitemap.then_some(SITEMAP_AGE));
        match (age, dated) {
            (Some(age), Some(at)) if now.duration_since(at) > age => {
                self.sum.passed += 1;
                return Ok(Some((Outcome::Passed, "too old")));
            }
            (Some(_), None) if feed.sitemap => {
                self.sum.passed += 1;
                return Ok(Some((Outcome::Passed, "no date in a sitemap")));
            }
            _ => {}
        }
        if let Some(text) = is_whole(item) {
            let report = feed::with_text(item, text, None);
            let hands = self.hands.clone();
            let intake =
                guarded(|| Ok(page::intake(&hands.reader, &hands.pack, report, &Said::default())));
            let name = item.url.as_ref().map_or_else(|| it.url.to_string(), ToString::to_string);
            return match intake {
                Ok(intake) => {
                    self.keep(&name, intake, now)?;
                    Ok(Some((Outcome::Taken, WHOLE)))
                }
                Err(why) => {
                    self.trouble(&format!("{name}: {why}"));
                    Ok(Some((Outcome::GivenUp, "a fault of truceline")))
                }
            };
        }
        let Some(url) = &item.url else {
            return Ok(Some((Outcome::GivenUp, "a teaser without an address")));
        };
        if item.changed.is_none() && self.place.look().is_fetched(url)? {
            return Ok(Some((Outcome::Taken, "fetched under another address")));
        }
        Ok(None)
    }
}

/// The sitemaps of an index that changed last; those without a date as they are listed.
fn newest(feed: &Feed) -> Vec<&feed::Child> {
    let mut children: Vec<&feed::Child> = feed.children.iter().collect();
    children.sort_by(|a, b| b.changed.cmp(&a.changed));
    children.truncate(CHILDREN);
    children
}
