//! A cheap look at a page before anything of it is parsed. Comes in: a page's bytes. Goes out: whether
//! it can tell of a truce at all. Its words are the truce words of the packs, so that it lets pass
//! whatever the library would find; when in doubt the page passes.

use std::sync::LazyLock;

use memchr::{memchr2, memmem::Finder};
use regex_automata::{
    MatchKind,
    dfa::{
        StartKind,
        dense::{self, DFA},
    },
    nfa::thompson,
    util::syntax,
};
use serde::Deserialize;
use truceline::{
    pack::{Error, Source},
    report::Options,
};

use crate::{Page, letters::Look, markup::look_over};

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
    words: DFA<Vec<u32>>,
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
        let words = dense::Builder::new()
            .configure(
                dense::Config::new()
                    .start_kind(StartKind::Unanchored)
                    .match_kind(MatchKind::All)
                    .dfa_size_limit(Some(256 << 20))
                    .determinize_size_limit(Some(512 << 20)),
            )
            .syntax(syntax::Config::new().unicode(false).utf8(false))
            .thompson(thompson::Config::new().utf8(false))
            // A word may begin after a digit or end before one.
            .build(&format!("[ 0-9](?:{})(?:[ 0-9])", phrases.join("|")))
            .map_err(|err| {
                Error::new("lang", format!("truce words too many to sieve by: {err}"))
            })?;
        Ok(Sieve { words })
    }

    pub fn may_tell(&self, page: &Page) -> bool {
        // In UTF-16 and in sets that shift, letters are not the bytes they seem to be.
        if memchr2(0, 0x1b, &page.bytes).is_none() {
            return self.may_tell_in(&page.bytes, page.form);
        }
        match page.report("", &Options::default()) {
            Ok(report) => self.may_tell_in(report.content.as_bytes(), page.form),
            // What is no report is told of by whoever reads it.
            Err(_) => true,
        }
    }

    fn may_tell_in(&self, bytes: &[u8], form: Form) -> bool {
        static PRELOADED: LazyLock<Finder<'_>> = LazyLock::new(|| Finder::new("data-preloaded"));
        let mut look = Look::new(&self.words);
        look_over(bytes, &mut look, 0);
        look.end();
        if form == Form::Unknown && !look.found {
            look = Look::new(&self.words);
            look.text(bytes);
            look.end();
        }
        // Forums keep their text in an attribute of this name.
        look.found || PRELOADED.find(bytes).is_some()
    }
}

/// `cease-fire|truce of all? arms` as an expression over letters, digits and gaps. A phrase stands
/// between gaps; where within it they are does not matter.
fn phrase(line: &str) -> String {
    let mut out = String::new();
    for word in line.split_whitespace() {
        let (options, optional) = match word.strip_suffix('?') {
            Some(word) => (word, "?"),
            None => (word, ""),
        };
        let letters = |it: &str| -> String {
            let letters = it.chars().filter(char::is_ascii_alphanumeric);
            letters.flat_map(|it| [it.to_ascii_lowercase(), ' ', '?']).collect()
        };
        let options: Vec<String> = options.split('|').map(letters).collect();
        // The library reads `truce's` as `truce`.
        out.push_str(&format!("(?:(?:{})(?:s ?)?){optional}", options.join("|")));
    }
    out
}
