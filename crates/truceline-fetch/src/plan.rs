//! What `watch` is told to do. Comes in: FEEDS.toml. Goes out: a [`Plan`], or what is wrong with it,
//! with the line and what was expected. `docs/WATCH.md` describes it.

use std::{fmt, ops::Range};

use jiff::SignedDuration;
use serde::{Deserialize, Deserializer, de::Error as _};
use toml::Spanned;
use url::Url;

use crate::{address, notes::Kind};

#[derive(Debug)]
pub struct Plan {
    /// Where those who are asked can read about us; goes into the user agent.
    pub contact: Option<String>,
    /// Between two requests to one host.
    pub delay: SignedDuration,
    /// Hosts that are asked at the same time.
    pub at_once: usize,
    pub feeds: Vec<Source>,
    pub webhook: Option<Webhook>,
}

#[derive(Clone, Debug)]
pub struct Source {
    pub url: Url,
    pub every: SignedDuration,
    /// For reports that do not say it themselves.
    pub outlet: Option<String>,
    /// Older items are passed over.
    pub max_age: Option<SignedDuration>,
}

#[derive(Clone, Debug)]
pub struct Webhook {
    pub url: Url,
    pub on: Vec<Kind>,
    /// How long before its end a truce is about to expire.
    pub expiring: SignedDuration,
    /// What happened longer ago is no news.
    pub fresh: SignedDuration,
    /// It may lie inward: a receiver of one's own.
    pub private: bool,
}

/// A span of time as people write it: `90s`, `15m`, `2h`, `3d`.
#[derive(Clone, Copy, Debug)]
struct Every(SignedDuration);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    contact: Option<Spanned<String>>,
    every: Option<Every>,
    delay: Option<Every>,
    at_once: Option<Spanned<u16>>,
    #[serde(default)]
    feed: Vec<FeedTable>,
    webhook: Option<HookTable>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FeedTable {
    url: Spanned<String>,
    every: Option<Spanned<Every>>,
    outlet: Option<String>,
    max_age: Option<Every>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct HookTable {
    url: Spanned<String>,
    on: Option<Vec<Kind>>,
    expiring: Option<Every>,
    fresh: Option<Every>,
    #[serde(default)]
    private: bool,
}

/// What is wrong, and where.
#[derive(Debug, PartialEq, Eq)]
pub struct Wrong {
    pub line: Option<usize>,
    pub what: String,
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "line {line}: {}", self.what),
            None => f.write_str(&self.what),
        }
    }
}

const MINUTE: SignedDuration = SignedDuration::from_mins(1);
const DAY: SignedDuration = SignedDuration::from_hours(24);

impl Plan {
    pub fn read(text: &str) -> Result<Plan, Wrong> {
        let line = |span: Range<usize>| {
            let before = text.as_bytes().get(..span.start).unwrap_or_default();
            Some(before.iter().filter(|it| **it == b'\n').count() + 1)
        };
        let wrong = |span: Range<usize>, what: String| Wrong { line: line(span), what };
        let file: File = toml::from_str(text).map_err(|err| Wrong {
            line: err.span().and_then(line),
            what: expected(err.message()),
        })?;
        let url = |it: &Spanned<String>| {
            address::given(it.get_ref()).map_err(|what| wrong(it.span(), what))
        };
        let contact = match &file.contact {
            Some(it) if !it.get_ref().bytes().all(|it| it.is_ascii_graphic()) => {
                let what = "expected a `contact` like https://example.org/about or an e-mail address \
                            but found spaces or other letters";
                return Err(wrong(it.span(), what.to_owned()));
            }
            it => it.as_ref().map(|it| it.get_ref().clone()),
        };
        let every = file.every.map_or(MINUTE * 15, |it| it.0);
        let mut feeds: Vec<Source> = Vec::new();
        for it in &file.feed {
            let source = Source {
                url: url(&it.url)?,
                every: it.every.as_ref().map_or(every, |it| it.get_ref().0),
                outlet: it.outlet.clone(),
                max_age: it.max_age.map(|it| it.0),
            };
            if !(MINUTE..=DAY * 30).contains(&source.every) {
                let span = it.every.as_ref().map_or(it.url.span(), Spanned::span);
                let what = "expected `every` from 1m to 30d but found another span".to_owned();
                return Err(wrong(span, what));
            }
            if feeds.iter().any(|it| it.url == source.url) {
                let what = format!("expected each feed once but found {} again", source.url);
                return Err(wrong(it.url.span(), what));
            }
            feeds.push(source);
        }
        if feeds.is_empty() {
            let what = "expected a [[feed]] with its `url` but found none".to_owned();
            return Err(Wrong { line: None, what });
        }
        let at_once = match &file.at_once {
            Some(it) if !(1..=64).contains(it.get_ref()) => {
                let what = format!("expected `at_once` from 1 to 64 but found {}", it.get_ref());
                return Err(wrong(it.span(), what));
            }
            Some(it) => usize::from(*it.get_ref()),
            None => 8,
        };
        let hook = |it: &HookTable| -> Result<Webhook, Wrong> {
            Ok(Webhook {
                url: url(&it.url)?,
                on: it.on.clone().unwrap_or_else(|| Kind::ALL.to_vec()),
                expiring: it.expiring.map_or(DAY, |it| it.0),
                fresh: it.fresh.map_or(DAY * 7, |it| it.0),
                private: it.private,
            })
        };
        Ok(Plan {
            contact,
            delay: file.delay.map_or(SignedDuration::from_secs(2), |it| it.0),
            at_once,
            webhook: file.webhook.as_ref().map(hook).transpose()?,
            feeds,
        })
    }
}

/// A number and its unit: `90s`, `15m`, `2h`, `3d`; up to ten years.
pub fn span(text: &str) -> Option<SignedDuration> {
    let text = text.trim();
    let (number, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let seconds = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3600,
        "d" => 86_400,
        _ => return None,
    };
    let number: u32 = number.trim().parse().ok()?;
    let span = SignedDuration::from_secs(i64::from(number) * seconds);
    (span <= DAY * 3653).then_some(span)
}

impl<'de> Deserialize<'de> for Every {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Every, D::Error> {
        let text = String::deserialize(from)?;
        span(&text).map(Every).ok_or_else(|| {
            D::Error::custom(format!("expected a span like 90s, 15m, 2h or 3d but found `{text}`"))
        })
    }
}

/// The words of the reader of TOML in the form of all our messages.
fn expected(message: &str) -> String {
    let message = message.lines().collect::<Vec<_>>().join("; ");
    if let Some((found, expected)) = message.split_once(", expected ") {
        for start in ["unknown field ", "unknown variant ", "invalid type: ", "invalid value: "] {
            if let Some(found) = found.strip_prefix(start) {
                return format!("expected {expected} but found {found}");
            }
        }
    }
    match message.strip_prefix("missing field ") {
        Some(field) => format!("expected {field} but found none"),
        None => message,
    }
}
