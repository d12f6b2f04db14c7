//! Notes to the webhook. Comes in: what the ledger has taken, the time, and the receiver's answers.
//! Goes out: notes, written down first, sent until the receiver has taken them.

use jiff::{SignedDuration, Timestamp};

use super::{EXPIRY, Result, Watch};
use crate::{
    get::{Answer, Fault},
    hosts::{Went, later},
    notes::{self, Kind},
    place::Outgoing,
};

const FIRST: SignedDuration = SignedDuration::from_secs(30);
const LAST: SignedDuration = SignedDuration::from_hours(1);

impl Watch<'_> {
    pub(super) fn notes_on(&self, kind: Kind) -> bool {
        self.plan.webhook.as_ref().is_some_and(|it| it.on.contains(&kind))
    }

    /// Writes down what is worth a note of all that was appended, by whomever.
    pub(super) fn look(&mut self) -> Result<()> {
        let Some(hook) = &self.plan.webhook else { return Ok(()) };
        notes::look(&self.ledger, &mut self.place, hook, self.clock.now()).map(drop)
    }

    pub(super) fn expire(&mut self, now: Timestamp) -> Result<()> {
        if now < self.next_expiry || !self.notes_on(Kind::Expiring) {
            return Ok(());
        }
        self.next_expiry = later(now, EXPIRY);
        // Another program may have appended to the ledger meanwhile.
        self.look()?;
        let Some(hook) = &self.plan.webhook else { return Ok(()) };
        notes::expiring(&self.ledger, &mut self.place, hook, now).map(drop)
    }

    pub(super) fn posted(
        &mut self,
        it: &Outgoing,
        answer: &std::result::Result<Answer, Fault>,
        now: Timestamp,
        went: Went,
    ) -> Result<()> {
        let why = match answer {
            Ok(answer) if (200..=299).contains(&answer.status) => {
                self.sum.notes += 1;
                return self.place.step(|step| step.note_sent(&it.id));
            }
            Ok(answer) => format!("expected a status of 2xx but found {}", answer.status),
            Err(fault) => fault.what.clone(),
        };
        let next = match went {
            Went::Later(until) => until,
            _ => later(now, self.hook.backoff(it.tries + 1, FIRST, LAST)),
        };
        if it.tries == 0 {
            self.trouble(&format!("webhook: {why}; note {} will be sent again", it.id));
        }
        if !self.place.step(|step| step.note_again(it, next, now, &why))? {
            self.trouble(&format!("webhook: {why}; note {} is given up", it.id));
        }
        Ok(())
    }
}
