//! A cheap look at a page before anything of it is parsed. Comes in: a page's bytes. Goes out: whether
//! it can tell of a truce at all. Its words are the truce words of the packs, so that it lets pass
//! whatever the library would find; when in doubt the page passes.

use std::cell::RefCell;

use regex::bytes::{Regex, RegexBuilder};
use serde::Deserialize;
use truceline::{
    pack::{Error, Source},
    report::Options,
};

use crate::{Page, letters::Letters, markup::gather};

/// The languages there is a pack for.
const LANGUAGES: &[&str] = &["en"];

/// How a page is written, as far as its archive says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    Html,
    /// Perhaps HTML, perhaps text.
    Unknown,
}

pub struct Sieve {
    words: Regex,
}

thread_local! {
    static LETTERS: RefCell<Letters> = RefCell::default();
}

/// The lists of `truce.toml` of which one phrase must stand in a report that tells of a truce.
#[derive(Deserialize)]
struct Words {
    core: Vec<String>,
    verbal: Vec<String>,
}

impl Sieve {
    pub fn load(source: &Source) -> Result<Sieve, Error> {
        let mut phrases = Vec::new();
        for language in LANGUAGES {
            let words: Words = source.toml(&format!("lang/{language}/truce.toml"))?;
            phrases.extend(words.core.iter().chain(&words.verbal).map(|it| phrase(it)));
        }
        let words = RegexBuilder::new(&format!("(?:{})[A-Z0-9 ]", phrases.join("|")))
            .unicode(false)
            .size_limit(64 << 20)
            .dfa_size_limit(16 << 20)
            .build()
            .map_err(|err| {
                Error::new("lang", format!("truce words too many to sieve by: {err}"))
            })?;
        Ok(Sieve { words })
    }

    pub fn may_tell(&self, page: &Page) -> bool {
        LETTERS.with_borrow_mut(|letters| {
            look_over(&page.bytes, page.form, letters);
            if letters.shifted {
                match page.report("", &Options::default()) {
                    Ok(report) => look_over(report.content.as_bytes(), page.form, letters),
                    // What is no report is told of by whoever reads it.
                    Err(_) => return true,
                }
            }
            letters.odd || letters.found().iter().any(|it| self.words.is_match(it))
        })
    }
}

fn look_over(bytes: &[u8], form: Form, letters: &mut Letters) {
    letters.clear();
    gather(bytes, letters, 0);
    if form == Form::Unknown {
        letters.aside(|it| it.text(bytes));
    }
    letters.end();
}

/// `cease-fire|truce of all? arms` as an expression over letters and digits alone: it begins where a
/// word begins, and where within it others begin does not matter.
fn phrase(line: &str) -> String {
    let mut out = String::new();
    for (at, word) in line.split_whitespace().enumerate() {
        let (options, optional) = match word.strip_suffix('?') {
            Some(word) => (word, "?"),
            None => (word, ""),
        };
        let letters = |it: &str| -> String {
            let letters = it.chars().filter(char::is_ascii_alphanumeric).enumerate();
            let form = |(within, it): (usize, char)| match at + within {
                0 => it.to_ascii_uppercase().to_string(),
                _ => format!("[{}{}]", it.to_ascii_lowercase(), it.to_ascii_uppercase()),
            };
            letters.map(form).collect()
        };
        let options: Vec<String> = options.split('|').map(letters).collect();
        // The library reads `truce's` as `truce`.
        out.push_str(&format!("(?:(?:{})[sS]?){optional}", options.join("|")));
    }
    out
}
