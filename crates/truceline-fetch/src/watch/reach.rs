//! How far the ledger reaches. Comes in: a ledger and what the place knows of it. Goes out: the entry
//! up to which what was taken is kept. What lies beyond is taken again.

use jiff::Timestamp;
use truceline_store::Ledger;

use super::{Result, Watch};
use crate::place::{Done, Place};

impl Watch<'_> {
    /// Now, and how far the ledger reaches.
    pub(super) fn at(&self, now: Timestamp) -> Result<Done> {
        let head = self.ledger.head().map_err(|err| err.to_string())?;
        Ok(Done { now, seq: head.map_or(0, |it| it.seq as i64) })
    }
}

/// The last entry of the ledger, if it is the one that the place knows; else 0. A power failure may
/// have taken the last entries, a person may have put back an older ledger or begun another one. And the digest of its first
/// entry.
pub fn reached(ledger: &Ledger, place: &Place) -> Result<(i64, Option<Vec<u8>>)> {
    let words = |err: truceline_store::Error| err.to_string();
    let head = ledger.head().map_err(words)?.map_or(0, |it| it.seq as i64);
    let first = ledger.entry(1).map_err(words)?.map(|it| it.digest.to_vec());
    let known = place.look().ledger()?;
    Ok((if known.is_none() || known == first { head } else { 0 }, first))
}
