//! Starts and expiries to subscribe to. Comes in: what truces are limited to. Goes out: iCalendar of
//! those that touch the last 90 days or come later, unless other times are asked for.

use axum::response::Response;
use jiff::SignedDuration;

use crate::{
    Problem,
    answer::{Asking, Times},
};

const BACK: SignedDuration = SignedDuration::from_hours(90 * 24);
/// Truces in one calendar.
const MOST: usize = 2_000;

pub async fn calendar(mut asking: Asking) -> Result<Response, Problem> {
    let question = &mut asking.question;
    question.limit = MOST;
    if question.from.is_none() && question.to.is_none() {
        question.from = question.at.checked_sub(BACK).ok();
    }
    let version = asking.known.seq();
    asking
        .answer("text/calendar; charset=utf-8", Times::AtToo, version, move |ledger, asking| {
            let (rows, _) = crate::api::rows(ledger, asking)?;
            let truces: Vec<&str> = rows.iter().map(|it| &*it.truce).collect();
            let mut out = Vec::new();
            ledger.calendar(&truces, asking.question.asked(), &mut out)?;
            Ok(out)
        })
        .await
}
