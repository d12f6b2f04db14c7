//! Who asks. Comes in: a bearer token, or the cookie of one who signed in. Goes out: a [`Caller`].
//! Never keeps a token: only its digest is known, and it is compared in constant time.

use std::{
    collections::HashMap,
    fs,
    path::Path,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use axum::http::{HeaderMap, HeaderValue, header};
use sha2::{Digest as _, Sha256};
use subtle::{Choice, ConditionallySelectable as _, ConstantTimeEq as _};

use crate::Problem;

const COOKIE: &str = "truceline";
const STAY: Duration = Duration::from_secs(12 * 3600);
const SESSIONS: usize = 1000;

/// Who may decide, by the digests of their tokens.
#[derive(Default)]
pub struct Tokens(Vec<(String, [u8; 32])>);

impl Tokens {
    pub fn read(path: &Path) -> Result<Tokens, String> {
        let text = fs::read_to_string(path).map_err(|err| format!("{}: {err}", path.display()))?;
        Tokens::parse(&text).map_err(|err| format!("{}: {err}", path.display()))
    }

    /// Lines of `name sha256hex`; `#` begins a remark. A name may have spaces.
    fn parse(text: &str) -> Result<Tokens, String> {
        let mut tokens = Vec::new();
        for (at, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let parts = line.rsplit_once(char::is_whitespace);
            let read = parts.and_then(|(name, hex)| Some((name.trim().to_owned(), unhex(hex)?)));
            tokens.push(read.ok_or_else(|| {
                format!(
                    "line {}: expected a name and the SHA-256 of a token; `truceline serve token NAME` \
                     makes such a line",
                    at + 1
                )
            })?);
        }
        Ok(Tokens(tokens))
    }

    /// The name of the one who holds this token.
    pub fn name_of(&self, token: &str) -> Option<&str> {
        let given: [u8; 32] = Sha256::digest(token.as_bytes()).into();
        // All are looked at, so that the time tells nothing.
        let (mut found, mut which) = (Choice::from(0), 0_u64);
        for (at, (_, digest)) in self.0.iter().enumerate() {
            let same = given.ct_eq(digest);
            found |= same;
            which.conditional_assign(&(at as u64), same);
        }
        bool::from(found).then(|| self.0[which as usize].0.as_str())
    }
}

fn unhex(hex: &str) -> Option<[u8; 32]> {
    let bytes: Vec<u8> = (0..hex.len() / 2)
        .filter_map(|at| u8::from_str_radix(hex.get(2 * at..2 * at + 2)?, 16).ok())
        .collect();
    (hex.len() == 64).then(|| bytes.try_into().ok())?
}

/// A token nobody can guess, and the line of the token file that knows it.
pub fn new_token(name: &str) -> Result<(String, String), String> {
    let name = name.trim();
    if name.is_empty() || name.chars().any(char::is_control) || name.starts_with('#') {
        return Err("expected a name for the token's holder, without line breaks".to_owned());
    }
    let token = secret()?;
    Ok((token.clone(), format!("{name} {:x}", Sha256::digest(token.as_bytes()))))
}

fn secret() -> Result<String, String> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|err| format!("the system gives no randomness: {err}"))?;
    Ok(truceline::ledger::entry::hex(&bytes))
}

/// One who signed in with a token in a browser.
#[derive(Clone, Debug)]
pub struct Session {
    pub name: String,
    /// Stands in every form that changes something.
    pub form: String,
}

#[derive(Default)]
pub struct Sessions(Mutex<HashMap<[u8; 32], (Session, Instant)>>);

impl Sessions {
    fn all(&self) -> MutexGuard<'_, HashMap<[u8; 32], (Session, Instant)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins a session; gives the value of its `Set-Cookie`.
    pub fn begin(&self, name: &str, secure: bool) -> Result<HeaderValue, Problem> {
        let fault =
            |_| Problem::new(axum::http::StatusCode::INTERNAL_SERVER_ERROR, "no randomness");
        let (id, form) = (secret().map_err(fault)?, secret().map_err(fault)?);
        let mut all = self.all();
        all.retain(|_, it| it.1.elapsed() < STAY);
        if all.len() >= SESSIONS {
            all.clear();
        }
        let session = Session { name: name.to_owned(), form };
        all.insert(Sha256::digest(id.as_bytes()).into(), (session, Instant::now()));
        let secure = if secure { "; Secure" } else { "" };
        let cookie =
            format!("{COOKIE}={id}; Path=/; HttpOnly; SameSite=Strict; Max-Age=43200{secure}");
        Ok(HeaderValue::from_str(&cookie).unwrap_or(HeaderValue::from_static("")))
    }

    /// Ends the session of these headers; gives the value of its `Set-Cookie`.
    pub fn end(&self, headers: &HeaderMap) -> HeaderValue {
        if let Some(id) = cookie(headers) {
            self.all().remove(&<[u8; 32]>::from(Sha256::digest(id.as_bytes())));
        }
        HeaderValue::from_static("truceline=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0")
    }

    pub fn of(&self, headers: &HeaderMap) -> Option<Session> {
        let id = Sha256::digest(cookie(headers)?.as_bytes());
        let all = self.all();
        let (session, begun) = all.get(&<[u8; 32]>::from(id))?;
        (begun.elapsed() < STAY).then(|| session.clone())
    }
}

fn cookie(headers: &HeaderMap) -> Option<&str> {
    let all = headers.get_all(header::COOKIE).iter().filter_map(|it| it.to_str().ok());
    let mut pairs = all.flat_map(|it| it.split(';')).filter_map(|it| it.trim().split_once('='));
    pairs.find(|it| it.0 == COOKIE).map(|it| it.1)
}

/// The bearer token of a request.
pub fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
}

/// Who asks, in the extensions of every request.
#[derive(Clone, Debug)]
pub enum Caller {
    Nobody,
    /// By the header of a program.
    Bearer(String),
    /// By the cookie of a browser: what changes something needs the form's own token too.
    Browser(Session),
}

impl Caller {
    pub fn name(&self) -> Option<&str> {
        match self {
            Caller::Nobody => None,
            Caller::Bearer(name) => Some(name),
            Caller::Browser(session) => Some(&session.name),
        }
    }

    /// The name of one who may write, by header, or by a form that we gave out.
    pub fn writer(&self, form: Option<&str>) -> Result<&str, Problem> {
        match self {
            Caller::Bearer(name) => Ok(name),
            Caller::Browser(session)
                if form
                    .is_some_and(|it| bool::from(it.as_bytes().ct_eq(session.form.as_bytes()))) =>
            {
                Ok(&session.name)
            }
            Caller::Browser(_) => {
                Err(Problem::refused("this form is not of this session; load the page again"))
            }
            Caller::Nobody => Err(Problem::unknown_caller(
                "a decision needs the token of its author; send `Authorization: Bearer TOKEN`",
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_known_by_its_digest() {
        let (token, line) = new_token("Ada Lovelace").unwrap();
        let (other, second) = new_token("Grace").unwrap();
        let tokens = Tokens::parse(&format!("# holders\n{line}\n\n{second}\n")).unwrap();
        assert!(!line.contains(&token));
        assert_eq!(tokens.name_of(&token), Some("Ada Lovelace"));
        assert_eq!(tokens.name_of(&other), Some("Grace"));
        assert_eq!(tokens.name_of(&token[1..]), None);
        assert_eq!(tokens.name_of(""), None);
        assert!(Tokens::parse("ada secret").err().unwrap().contains("line 1"));
        assert!(new_token("a\nb").is_err());
    }

    #[test]
    fn a_session_is_its_cookie_and_its_form() {
        let sessions = Sessions::default();
        let set = sessions.begin("ada", false).unwrap();
        let pair = set.to_str().unwrap().split(';').next().unwrap();
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, HeaderValue::from_str(&format!("a=b; {pair}")).unwrap());
        let session = sessions.of(&headers).unwrap();
        let caller = Caller::Browser(session.clone());
        assert_eq!(caller.writer(Some(&session.form)).unwrap(), "ada");
        assert_eq!(caller.writer(None).unwrap_err().status, 403);
        assert_eq!(caller.writer(Some("")).unwrap_err().status, 403);
        sessions.end(&headers);
        assert!(sessions.of(&headers).is_none());
    }
}
