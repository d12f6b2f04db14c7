//! A question in an address. Comes in: the query string. Goes out: a [`Question`] with its two times,
//! `at` and `as_of`, and what it is limited to. Never fills in what decides an answer: without `at`
//! it is the running minute, and the answer says so.

use axum::{extract::FromRequestParts, http::request::Parts};
use jiff::Timestamp;
use truceline_store::Asked;

use crate::Problem;

/// Truces, claims or entries on one page of an answer.
pub const PAGE: usize = 50;
pub const MOST: usize = 200;

/// What is asked. Lists take any of their values; different fields must all hold.
#[derive(Clone, Debug, PartialEq)]
pub struct Question {
    /// The time in the world; the running minute where none was given.
    pub at: Timestamp,
    pub at_given: bool,
    /// As the ledger knew it then; `None`: as it knows now.
    pub as_of: Option<Timestamp>,
    pub place: Vec<String>,
    pub country: Vec<String>,
    pub party: Vec<String>,
    /// Names of statuses, as in the contract.
    pub status: Vec<String>,
    /// `yes`, `no`, `disputed`, `unknown`.
    pub in_force: Vec<String>,
    /// Only what touches `[from, to)`.
    pub from: Option<Timestamp>,
    pub to: Option<Timestamp>,
    /// Words searched for.
    pub q: Option<String>,
    pub cursor: Option<String>,
    pub limit: usize,
}

impl Default for Question {
    fn default() -> Question {
        Question {
            at: minute(Timestamp::now()),
            at_given: false,
            as_of: None,
            place: Vec::new(),
            country: Vec::new(),
            party: Vec::new(),
            status: Vec::new(),
            in_force: Vec::new(),
            from: None,
            to: None,
            q: None,
            cursor: None,
            limit: PAGE,
        }
    }
}

const STATUSES: [&str; 8] =
    ["proposed", "declared", "agreed", "in_force", "ended", "rejected", "disputed", "unknown"];

const IN_FORCE: [&str; 4] = ["yes", "no", "disputed", "unknown"];

impl Question {
    /// Reads a query string; fields that no question has are passed over.
    pub fn read(query: &str) -> Result<Question, Problem> {
        let mut question = Question::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            question.take(&name, &value)?;
        }
        Ok(question)
    }

    /// As `read`, for what a form sends: a field left empty was not filled in.
    pub fn read_form(query: &str) -> Result<Question, Problem> {
        let mut question = Question::default();
        let filled = form_urlencoded::parse(query.as_bytes()).filter(|it| !it.1.trim().is_empty());
        for (name, value) in filled {
            question.take(&name, value.trim())?;
        }
        Ok(question)
    }

    fn take(&mut self, name: &str, value: &str) -> Result<(), Problem> {
        match name {
            "at" => (self.at, self.at_given) = (time(name, value, (12, 0, 0))?, true),
            "as_of" => self.as_of = Some(time(name, value, (23, 59, 59))?),
            "from" => self.from = Some(time(name, value, (0, 0, 0))?),
            "to" => self.to = Some(time(name, value, (0, 0, 0))?),
            "place" => named(name, value, &mut self.place)?,
            "country" => named(name, value, &mut self.country)?,
            "party" => named(name, value, &mut self.party)?,
            "status" if STATUSES.contains(&value) => self.status.push(value.to_owned()),
            "status" => return Err(expected(name, &STATUSES.join(", "), value)),
            "in_force" if IN_FORCE.contains(&value) => self.in_force.push(value.to_owned()),
            "in_force" => return Err(expected(name, &IN_FORCE.join(", "), value)),
            "q" => {
                if !is_short(value) {
                    return Err(expected(name, "1 to 100 characters of words", value));
                }
                self.q = Some(value.trim().to_owned());
            }
            "cursor" => self.cursor = Some(value.to_owned()),
            "limit" => {
                let number = value.parse().ok().filter(|it| (1..=MOST).contains(it));
                self.limit =
                    number.ok_or_else(|| expected(name, "a number from 1 to 200", value))?;
            }
            _ => {}
        }
        Ok(())
    }

    pub fn asked(&self) -> Asked {
        Asked { at: self.at, as_of: self.as_of }
    }

    /// The two times as they were given, for links to other pages: `at=…&as_of=…`, or nothing.
    pub fn times(&self) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        if self.at_given {
            query.append_pair("at", &self.at.to_string());
        }
        if let Some(as_of) = self.as_of {
            query.append_pair("as_of", &as_of.to_string());
        }
        query.finish()
    }

    /// The whole question in one written form, but for its cursor: what an answer is kept under, and
    /// what a link to the same question says.
    pub fn written(&self) -> String {
        let mut query = form_urlencoded::Serializer::new(self.times());
        let lists = [
            ("place", &self.place),
            ("country", &self.country),
            ("party", &self.party),
            ("status", &self.status),
            ("in_force", &self.in_force),
        ];
        for (name, values) in lists {
            for value in values {
                query.append_pair(name, value);
            }
        }
        for (name, time) in [("from", self.from), ("to", self.to)] {
            if let Some(time) = time {
                query.append_pair(name, &time.to_string());
            }
        }
        if let Some(words) = &self.q {
            query.append_pair("q", words);
        }
        if self.limit != PAGE {
            query.append_pair("limit", &self.limit.to_string());
        }
        query.finish()
    }
}

impl<S: Sync> FromRequestParts<S> for Question {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Question, Problem> {
        Question::read(parts.uri.query().unwrap_or_default())
    }
}

pub fn minute(at: Timestamp) -> Timestamp {
    Timestamp::from_second(at.as_second().div_euclid(60) * 60).unwrap_or(at)
}

fn named(name: &str, value: &str, into: &mut Vec<String>) -> Result<(), Problem> {
    if !is_short(value) || into.len() == 20 {
        return Err(expected(name, "at most 20 names of 1 to 100 characters", value));
    }
    into.push(value.trim().to_owned());
    Ok(())
}

fn is_short(value: &str) -> bool {
    (1..=100).contains(&value.chars().take(101).count())
}

fn expected(name: &str, what: &str, found: &str) -> Problem {
    let found: String = found.chars().take(60).collect();
    Problem::question(format!("{name}: expected {what} but found `{found}`"))
}

fn time(name: &str, given: &str, clock: (i8, i8, i8)) -> Result<Timestamp, Problem> {
    Asked::time(given, clock)
        .ok_or_else(|| expected(name, "a time like 2016-07-06 or 2016-07-06T01:00Z", given))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_is_read_and_written() {
        let query = "at=2014-08-06&as_of=2014-08-05&party=hamas&party=israel&status=in_force&x=y";
        let question = Question::read(query).unwrap();
        assert_eq!(question.times(), "at=2014-08-06T12%3A00%3A00Z&as_of=2014-08-05T23%3A59%3A59Z");
        assert_eq!(question.party, ["hamas", "israel"]);
        assert_eq!(Question::read(&question.written()).unwrap(), question);
        assert_eq!(Question::read_form("at=&q=+&place=Gaza").unwrap().place, ["Gaza"]);
    }

    #[test]
    fn what_cannot_be_is_refused_in_words() {
        let refused = |query: &str| Question::read(query).unwrap_err().detail;
        let when = "at: expected a time like 2016-07-06 or 2016-07-06T01:00Z but found `soon`";
        assert_eq!(refused("at=soon"), when);
        assert!(refused("limit=0").contains("from 1 to 200"));
        assert!(refused("status=over").contains("in_force"));
    }
}
