//! What a site lets robots fetch (RFC 9309). Comes in: the answer to `/robots.txt`. Goes out: yes or
//! no for an address. Where the site cannot say, the answer is no until it can.

use std::panic::catch_unwind;

use jiff::SignedDuration;
use texting_robots::Robot;
use url::Url;

use crate::get::{Client, Fault, Known};

/// The name by which `robots.txt` speaks of us.
pub const NAME: &str = "truceline";

/// Of a longer file the rest is not read.
const LIMIT: usize = 500 << 10;

/// The longest delay between requests that a site may ask for.
const LONGEST_DELAY: f32 = 120.0;

/// Redirects from one `robots.txt` to another.
const HOPS: usize = 5;

pub enum Rules {
    /// There are none.
    Open,
    Robot(Box<Robot>),
    /// They cannot be had: why.
    Unknown(String),
}

impl Rules {
    fn read(bytes: &[u8]) -> Rules {
        let bytes = &bytes[..bytes.len().min(LIMIT)];
        match catch_unwind(|| Robot::new(NAME, bytes)) {
            Ok(Ok(robot)) => Rules::Robot(Box::new(robot)),
            // What cannot be read at all says nothing.
            _ => Rules::Open,
        }
    }

    pub fn allow(&self, url: &Url) -> Result<(), String> {
        match self {
            Rules::Open => Ok(()),
            Rules::Robot(robot) if robot.allowed(url.as_str()) => Ok(()),
            Rules::Robot(_) => Err("its robots.txt asks robots to leave it alone".to_owned()),
            Rules::Unknown(why) => Err(why.clone()),
        }
    }

    pub fn delay(&self) -> Option<SignedDuration> {
        let Rules::Robot(robot) = self else { return None };
        let asked = robot.delay.filter(|it| it.is_finite() && *it > 0.0)?;
        SignedDuration::try_from_secs_f32(asked.min(LONGEST_DELAY)).ok()
    }
}

/// Asks for the rules of an address's site.
pub fn ask(client: &Client, of: &Url) -> Result<Rules, Fault> {
    let unknown = |what: String| Fault { what, again: true, host: true };
    let mut url = of.join("/robots.txt").map_err(|err| unknown(err.to_string()))?;
    for _ in 0..=HOPS {
        let answer = client.get(&url, &Known::default())?;
        match (answer.status, answer.location) {
            (200..=299, _) => return Ok(Rules::read(&answer.body)),
            (_, Some(Ok(to))) => url = to,
            // Too many requests is no answer, nor is a fault of the server.
            (429 | 500.., _) => {
                return Err(unknown(format!(
                    "expected its robots.txt but found status {}",
                    answer.status
                )));
            }
            _ => return Ok(Rules::Open),
        }
    }
    Ok(Rules::Open)
}

#[cfg(test)]
mod tests {
    use url::Url;

    use super::Rules;

    #[test]
    fn rules_are_those_for_us_or_for_all() {
        let rules = Rules::read(
            b"User-agent: *\nDisallow: /all/\nCrawl-delay: 7\n\nUser-agent: Truceline\nDisallow: /us/*.html$\nCrawl-delay: 900",
        );
        let allowed = |path: &str| {
            rules.allow(&Url::parse(&format!("http://example.org{path}")).unwrap()).is_ok()
        };
        assert!(allowed("/all/x") && allowed("/us/x.htm") && !allowed("/us/x.html"));
        assert_eq!(rules.delay().map(|it| it.as_secs()), Some(120));
        assert_eq!(Rules::read(b"").delay(), None);
    }

    #[test]
    fn no_file_is_too_much() {
        let mut file = b"User-agent: *\n".to_vec();
        for at in 0..60_000 {
            file.extend(format!("Disallow: /{at}*a*b*c$\n").bytes());
        }
        let rules = Rules::read(&file);
        assert!(rules.allow(&Url::parse("http://example.org/x").unwrap()).is_ok());
        Rules::read(&[0xff; 4096]);
    }
}
