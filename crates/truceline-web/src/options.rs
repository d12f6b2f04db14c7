//! Who may reach what. Comes in: the words of the command line. Goes out: [`Options`] that hold
//! together. Never opens reading beyond this machine unless that was asked for.

use std::{net::SocketAddr, path::PathBuf};

#[derive(Clone, Debug)]
pub struct Options {
    pub bind: SocketAddr,
    pub ledger: PathBuf,
    /// Lines of `name sha256hex`.
    pub token_file: Option<PathBuf>,
    pub public_read: bool,
    /// The one other origin whose scripts may read the API.
    pub cors: Option<String>,
    /// Names under which a proxy serves this.
    pub hosts: Vec<String>,
    /// Requests a second that one address may make; `None`: as many as it likes.
    pub rate: Option<u32>,
    /// A line on standard error per request.
    pub log: bool,
}

impl Options {
    /// For this machine alone, without tokens.
    pub fn new(ledger: impl Into<PathBuf>) -> Options {
        Options {
            bind: SocketAddr::from(([127, 0, 0, 1], 8080)),
            ledger: ledger.into(),
            token_file: None,
            public_read: false,
            cors: None,
            hosts: Vec::new(),
            rate: None,
            log: false,
        }
    }

    /// Whether only this machine can reach it.
    pub fn is_local(&self) -> bool {
        self.bind.ip().is_loopback() && self.hosts.is_empty()
    }

    /// Whether reading needs a token.
    pub fn reading_is_closed(&self) -> bool {
        !self.is_local() && !self.public_read
    }

    /// What does not hold together, in words.
    pub fn fault(&self) -> Option<String> {
        if self.reading_is_closed() && self.token_file.is_none() {
            return Some(format!(
                "expected --token-file or --public-read where others can reach the server but found \
                 neither; {} is open to more than this machine",
                if self.hosts.is_empty() { self.bind.to_string() } else { self.hosts.join(", ") }
            ));
        }
        let origin = |it: &String| {
            let rest = it.strip_prefix("https://").or_else(|| it.strip_prefix("http://"));
            rest.is_some_and(|it| !it.is_empty() && !it.contains(['/', '*', ' ']) && it.is_ascii())
        };
        if let Some(cors) = self.cors.as_ref().filter(|it| !origin(it)) {
            return Some(format!(
                "expected an origin like https://map.example for --cors but found `{cors}`"
            ));
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reading_beyond_this_machine_has_to_be_asked_for() {
        let mut options = Options::new("ledger.db");
        assert!(options.fault().is_none() && !options.reading_is_closed());
        options.hosts = vec!["truces.example".to_owned()];
        assert!(options.fault().unwrap().contains("truces.example"));
        options.hosts.clear();
        options.bind = SocketAddr::from(([0, 0, 0, 0], 80));
        assert!(options.fault().unwrap().contains("0.0.0.0:80"));
        options.token_file = Some("tokens".into());
        assert!(options.fault().is_none() && options.reading_is_closed());
        options.public_read = true;
        assert!(options.fault().is_none() && !options.reading_is_closed());
        options.cors = Some("*".to_owned());
        assert!(options.fault().unwrap().contains("origin"));
    }
}
