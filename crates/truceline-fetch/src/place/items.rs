//! Items of feeds: seen, waiting to be fetched, done. Comes in: what feeds list and how fetching
//! went. Goes out: the next of each host. An item is known by its address, or by its feed's name.

use jiff::{SignedDuration, Timestamp};
use rusqlite::{OptionalExtension as _, params};
use truceline::report::Published;
use url::Url;

use super::{Result, Step, seconds, time, words};
use crate::{
    address,
    feed::{Item, is_whole},
    page::Said,
};

/// Done items are forgotten when no feed has listed them for so long.
const KEPT: SignedDuration = SignedDuration::from_hours(24 * 120);
/// And one that waits is given up.
const WAITS: SignedDuration = SignedDuration::from_hours(24 * 14);
/// A feed that gives its items a new date at every poll has them fetched no more often than this.
const CHANGES: SignedDuration = SignedDuration::from_mins(30);
/// How often it is written down that an item is still listed.
const FRESHEN: SignedDuration = SignedDuration::from_hours(24);

/// A feed that had an item whole is asked for it first; after so long its page is.
const LISTED: SignedDuration = SignedDuration::from_hours(1);

/// Why an item needed no fetching.
pub const WHOLE: &str = "whole in the feed";

const WAITING: i64 = 0;
const TAKEN: i64 = 1;
const GIVEN_UP: i64 = 2;
const REFUSED: i64 = 3;
const PASSED: i64 = 4;

#[derive(Clone, Debug)]
pub struct Waiting {
    pub id: i64,
    pub url: Url,
    pub host: String,
    pub said: Said,
    pub hops: u32,
    pub tries: u32,
    pub tried: Timestamp,
    pub next: Timestamp,
}

/// When something was done, and the last entry of the ledger then.
#[derive(Clone, Copy, Debug)]
pub struct Done {
    pub now: Timestamp,
    pub seq: i64,
}

/// How an item ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Taken,
    /// It cannot be had.
    GivenUp,
    /// It may not be fetched.
    Refused,
    /// Too old, or a sitemap's without a date.
    Passed,
}

impl Outcome {
    fn state(self) -> i64 {
        match self {
            Outcome::Taken => TAKEN,
            Outcome::GivenUp => GIVEN_UP,
            Outcome::Refused => REFUSED,
            Outcome::Passed => PASSED,
        }
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub waiting: u64,
    pub notes: u64,
}

impl Step<'_> {
    /// Whether an item is new, or has changed since it was taken; notes that it is still listed.
    /// Feeds write dates each in its way: a change is what the feed says that listed it first.
    pub fn is_news(&self, key: &str, feed: &Url, item: &Item, now: Timestamp) -> Result<bool> {
        let sql = "SELECT iif(feed = ?2, changed, ?3), state, seen, tried FROM item WHERE key = ?1";
        let row: Option<(Option<String>, i64, i64, i64)> = self
            .conn
            .prepare_cached(sql)
            .and_then(|mut it| {
                it.query_row(params![key, feed.as_str(), item.changed], |row| {
                    Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
                })
                .optional()
            })
            .map_err(words)?;
        let Some((changed, state, seen, tried)) = row else { return Ok(true) };
        if now.as_second() - seen > FRESHEN.as_secs() {
            self.run("UPDATE item SET seen = ?2 WHERE key = ?1", params![key, now.as_second()])?;
        }
        if state == WAITING {
            // Its page is to be fetched; where the feed has it whole, that does as well.
            return Ok(is_whole(item).is_some());
        }
        let due = now.as_second() - tried >= CHANGES.as_secs();
        Ok(due && item.changed.is_some() && item.changed != changed)
    }

    /// Keeps a new item, done (`outcome`) or to be fetched.
    pub fn item(
        &self,
        key: &str,
        feed: &Url,
        item: &Item,
        outcome: Option<(Outcome, &str)>,
        done: Done,
    ) -> Result<()> {
        let now = done.now;
        let url = item.url.as_ref().map_or("", Url::as_str);
        let host = item.url.as_ref().map(address::host).unwrap_or_default();
        let published = item.published.as_ref();
        let state = outcome.map_or(WAITING, |it| it.0.state());
        self.run(
            "INSERT INTO item (key, feed, url, host, changed, published, dated, outlet, state, next,
               seen, tried, why, seq)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?10, ?12, ?11, ?13)
             ON CONFLICT (key) DO UPDATE SET url = ?3, host = ?4, changed = ?5, published = ?6,
               dated = ?7, outlet = ?8, state = ?9, hops = 0, tries = 0, next = ?10, seen = ?10,
               tried = ?12, why = ?11, seq = ?13",
            params![
                key,
                feed.as_str(),
                url,
                host,
                item.changed,
                published.map(|it| &it.stamp),
                published.map(|it| &it.from),
                item.outlet,
                state,
                now.as_second(),
                outcome.map(|it| it.1),
                outcome.map_or(0, |_| now.as_second()),
                done.seq,
            ],
        )?;
        Ok(())
    }

    /// The first to be fetched of each host.
    pub fn waiting(&self) -> Result<Vec<Waiting>> {
        let sql = "SELECT id, url, host, published, dated, outlet, hops, tries, tried, min(next)
                   FROM item WHERE state = 0 GROUP BY host";
        let rows = self.all(sql, [], |row| {
            let published = match (row.get::<_, Option<String>>(3)?, row.get(4)?) {
                (Some(stamp), Some(from)) => {
                    let date = stamp.get(..10).and_then(|it| it.parse().ok());
                    date.map(|date| Published { date, stamp, from })
                }
                _ => None,
            };
            let (id, text): (i64, String) = (row.get(0)?, row.get(1)?);
            let Ok(url) = Url::parse(&text) else { return Ok(None) };
            Ok(Some(Waiting {
                id,
                url,
                host: row.get(2)?,
                said: Said { published, outlet: row.get(5)? },
                hops: row.get(6)?,
                tries: row.get(7)?,
                tried: time(row.get(8)?),
                next: time(row.get(9)?),
            }))
        })?;
        Ok(rows.into_iter().flatten().collect())
    }

    pub fn item_done(
        &self,
        it: &Waiting,
        outcome: Outcome,
        why: Option<&str>,
        done: Done,
    ) -> Result<()> {
        self.run(
            "UPDATE item SET state = ?2, why = ?3, tried = ?4, seq = ?5 WHERE id = ?1",
            params![it.id, outcome.state(), why, done.now.as_second(), done.seq],
        )?;
        Ok(())
    }

    pub fn item_again(
        &self,
        it: &Waiting,
        next: Timestamp,
        now: Timestamp,
        why: &str,
    ) -> Result<()> {
        self.run(
            "UPDATE item SET tries = tries + 1, tried = ?2, next = ?3, why = ?4 WHERE id = ?1",
            params![it.id, now.as_second(), seconds(next), why],
        )?;
        Ok(())
    }

    /// Sent on. False where that address has been fetched already.
    pub fn item_moved(&self, it: &Waiting, to: &Url, now: Timestamp) -> Result<bool> {
        let sql = "SELECT 1 FROM item WHERE url = ?1 AND id <> ?2 AND state IN (0, 1)";
        if self.one::<i64>(sql, params![to.as_str(), it.id])?.is_some() {
            return Ok(false);
        }
        self.run(
            "UPDATE item SET url = ?2, host = ?3, hops = hops + 1, next = ?4 WHERE id = ?1",
            params![it.id, to.as_str(), address::host(to), now.as_second()],
        )?;
        Ok(true)
    }

    /// Whether a page was fetched under another name.
    pub fn is_fetched(&self, url: &Url) -> Result<bool> {
        let sql = "SELECT 1 FROM item WHERE url = ?1 AND state = 1 AND key <> ?1";
        Ok(self.one::<i64>(sql, [url.as_str()])?.is_some())
    }

    pub fn counts(&self) -> Result<Counts> {
        let count = |sql| self.one::<i64>(sql, []).map(|it| it.unwrap_or_default() as u64);
        Ok(Counts {
            waiting: count("SELECT count(*) FROM item WHERE state = 0")?,
            notes: count("SELECT count(*) FROM note WHERE state = 0")?,
        })
    }

    /// What was taken after an entry that the ledger no longer has is to be taken again.
    pub fn reach(&self, seq: i64, now: Timestamp) -> Result<usize> {
        let again = self.run(
            "UPDATE item SET state = 0, hops = 0, tries = 0, tried = 0, seen = ?2, seq = 0,
               next = iif(why = ?3, ?4, ?2) WHERE seq > ?1 AND state = 1 AND url <> ''",
            params![seq, now.as_second(), WHOLE, now.as_second() + LISTED.as_secs()],
        )?;
        let whole = self.run("DELETE FROM item WHERE seq > ?1 AND url = ''", [seq])?;
        if again + whole > 0 {
            // Polled anew, for the items that were whole in their feeds.
            self.run(
                "UPDATE feed SET etag = NULL, modified = NULL, next = min(next, ?1)",
                [now.as_second()],
            )?;
        }
        self.run("UPDATE meta SET value = ?1 WHERE name = 'looked' AND value > ?1", [seq])?;
        Ok(again + whole)
    }

    /// Forgets what no feed lists any more; gives the number that was given up.
    pub fn prune(&self, now: Timestamp) -> Result<usize> {
        let before = |span: SignedDuration| now.as_second().saturating_sub(span.as_secs());
        self.run("DELETE FROM item WHERE state <> 0 AND seen < ?1", [before(KEPT)])?;
        self.run("DELETE FROM note WHERE state <> 0 AND made < ?1", [before(KEPT)])?;
        self.run(
            "UPDATE item SET state = 2 WHERE state = 0 AND seen < ?1 AND tries > 0",
            [before(WAITS)],
        )
    }
}
