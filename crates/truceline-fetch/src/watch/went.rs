//! How an answer went, for the host that gave it. Comes in: an answer. Goes out: whether the host may
//! be asked soon, later, or when it said itself.

use jiff::{SignedDuration, Timestamp};

use crate::{
    get::{Answer, Fault},
    hosts::{Went, later},
};

/// What a host may ask for.
const LONGEST_PAUSE: SignedDuration = SignedDuration::from_hours(24);

pub fn went(answer: std::result::Result<&Answer, &Fault>, now: Timestamp) -> Went {
    let Ok(answer) = answer else {
        return match answer {
            Err(fault) if !fault.host => Went::Well,
            _ => Went::Badly,
        };
    };
    if !matches!(answer.status, 408 | 425 | 429 | 500..) {
        return Went::Well;
    }
    match answer.retry_after.as_deref().and_then(|it| pause(it, now)) {
        Some(pause) => Went::Later(later(now, pause)),
        None => Went::Badly,
    }
}

/// `Retry-After`: seconds or a date.
fn pause(words: &str, now: Timestamp) -> Option<SignedDuration> {
    let seconds = words.parse::<u32>().map(|it| SignedDuration::from_secs(it.into())).ok();
    let dated = || {
        let at = jiff::fmt::rfc2822::parse(words).ok()?;
        Some(at.timestamp().duration_since(now))
    };
    let pause = seconds.or_else(dated)?;
    Some(pause.clamp(SignedDuration::ZERO, LONGEST_PAUSE))
}

#[cfg(test)]
mod tests {
    use jiff::{SignedDuration, Timestamp};

    use super::pause;

    #[test]
    fn a_pause_is_seconds_or_a_date_and_bounded() {
        let now: Timestamp = "2026-11-24T12:00:00Z".parse().unwrap();
        for (words, seconds) in [
            ("120", Some(120)),
            ("Tue, 24 Nov 2026 12:05:00 GMT", Some(300)),
            ("Tue, 24 Nov 2026 11:00:00 GMT", Some(0)),
            ("4000000000", Some(86_400)),
            ("soon", None),
            ("-1", None),
        ] {
            assert_eq!(pause(words, now), seconds.map(SignedDuration::from_secs), "{words}");
        }
    }
}
