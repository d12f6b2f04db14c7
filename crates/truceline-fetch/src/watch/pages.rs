//! Pages that feeds link to. Comes in: a page's answer. Goes out: its report in the ledger, or another
//! try, or the reason why there is none.

use jiff::{SignedDuration, Timestamp};
use truceline::ledger::intake::Intake;

use super::{HOPS, Result, Watch};
use crate::{
    get::{Answer, Fault},
    hosts::{Went, later},
    place::{Outcome, Waiting},
};

/// Tries before a page is given up; the last ones lie hours apart.
const TRIES: u32 = 12;
const ELSEWHERE: &str = "fetched under another address";
const FIRST: SignedDuration = SignedDuration::from_mins(1);
const LAST: SignedDuration = SignedDuration::from_hours(6);

impl Watch<'_> {
    pub(super) fn paged(
        &mut self,
        it: &Waiting,
        answer: std::result::Result<(Answer, std::result::Result<Box<Intake>, String>), Fault>,
        now: Timestamp,
        went: Went,
    ) -> Result<()> {
        let (answer, read) = match answer {
            Ok(answered) => answered,
            Err(fault) if fault.again => return self.page_again(it, now, went, &fault.what),
            Err(fault) => return self.page_refused(it, &fault.what, now),
        };
        match (answer.status, answer.location) {
            (_, Some(Err(why))) => self.page_refused(it, &why, now),
            (_, Some(Ok(_))) if it.hops >= HOPS => {
                let why = format!("expected at most {HOPS} redirects but found more");
                self.page_over(it, Outcome::GivenUp, &why, now)
            }
            (_, Some(Ok(to))) => {
                if !self.place.step(|step| step.item_moved(it, &to, now))? {
                    let done = self.at(now)?;
                    self.place
                        .step(|step| step.item_done(it, Outcome::Taken, Some(ELSEWHERE), done))?;
                }
                Ok(())
            }
            (200..=299, _) => match read {
                Ok(intake) => {
                    // First the ledger, then the place: what comes in between is known to the ledger.
                    self.keep(it.url.as_str(), *intake, now)?;
                    self.look()?;
                    let done = self.at(now)?;
                    self.place.step(|step| step.item_done(it, Outcome::Taken, None, done))
                }
                Err(why) => self.page_over(it, Outcome::GivenUp, &why, now),
            },
            (408 | 425 | 429 | 500.., _) => {
                let why = format!("expected a page but found status {}", answer.status);
                self.page_again(it, now, went, &why)
            }
            (status, _) => {
                let why = format!("expected a page but found status {status}");
                self.page_over(it, Outcome::GivenUp, &why, now)
            }
        }
    }

    fn page_again(&mut self, it: &Waiting, now: Timestamp, went: Went, why: &str) -> Result<()> {
        if it.tries + 1 >= TRIES {
            return self.page_over(it, Outcome::GivenUp, why, now);
        }
        self.sum.retries += 1;
        let pause = self.hosts.backoff(it.tries + 1, FIRST, LAST);
        let next = match went {
            Went::Later(until) => until.max(later(now, FIRST)),
            _ => later(now, pause),
        };
        self.place.step(|step| step.item_again(it, next, now, why))
    }

    pub(super) fn page_refused(&mut self, it: &Waiting, why: &str, now: Timestamp) -> Result<()> {
        self.page_over(it, Outcome::Refused, why, now)
    }

    fn page_over(
        &mut self,
        it: &Waiting,
        outcome: Outcome,
        why: &str,
        now: Timestamp,
    ) -> Result<()> {
        match outcome {
            Outcome::Refused => self.sum.refused += 1,
            _ => self.sum.given_up += 1,
        }
        self.trouble(&format!("{}: {why}", it.url));
        let done = self.at(now)?;
        self.place.step(|step| step.item_done(it, outcome, Some(why), done))
    }
}
