//! Regular expressions that are made when first needed. Comes in: an expression as written. Goes
//! out: a [`Regex`] that suits the text. Never differs in what it finds from the expression itself.

use std::{borrow::Cow, sync::OnceLock};

use regex::Regex;

/// Classes such as `\p{L}` take a hundred times longer to make and stop the quick engines at letters
/// beyond ASCII: for a text without such letters they are put as what they are there.
#[derive(Debug)]
pub struct Expression {
    text: Cow<'static, str>,
    plain: OnceLock<Option<Regex>>,
    whole: OnceLock<Option<Regex>>,
}

impl Expression {
    pub const fn new(text: &'static str) -> Expression {
        Expression { text: Cow::Borrowed(text), plain: OnceLock::new(), whole: OnceLock::new() }
    }

    /// An expression of a pack. It is made, and may be found wrong, only when it is used.
    pub const fn of(text: String) -> Expression {
        Expression { text: Cow::Owned(text), plain: OnceLock::new(), whole: OnceLock::new() }
    }

    /// For use on `haystack`; `None` where the expression is wrong or too large, see [`problem`].
    ///
    /// [`problem`]: Expression::problem
    pub fn on(&self, haystack: &str) -> Option<&Regex> {
        match is_plain(haystack) {
            true => self.plain.get_or_init(|| Regex::new(&plain(&self.text)).ok()).as_ref(),
            false => self.whole.get_or_init(|| Regex::new(&self.text).ok()).as_ref(),
        }
    }

    /// What is wrong with the expression, for those who write packs.
    pub fn problem(&self) -> Option<String> {
        Regex::new(&self.text).err().map(|err| format!("{}: {err}", self.text))
    }
}

/// Whether no letter, mark, digit or blank beyond ASCII is in a text; quotation marks and dashes may.
fn is_plain(text: &str) -> bool {
    let beyond = |ch: char| {
        !ch.is_ascii()
            && !matches!(ch, '‘' | '’' | '“' | '”' | '–' | '—' | '―' | '…' | '•' | '·' | '«' | '»')
    };
    text.is_ascii() || !text.chars().any(beyond)
}

/// The expression for plain texts.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\\') {
        out.push_str(before);
        let class = [
            ("p{Lu}", "[A-Z]"),
            ("p{Ll}", "[a-z]"),
            ("p{L}", "[A-Za-z]"),
            ("p{N}", "[0-9]"),
            ("p{M}", "[a&&b]"),
            ("d", "[0-9]"),
            ("s", "[\\t-\\r ]"),
            ("S", "[^\\t-\\r ]"),
            ("w", "[0-9A-Za-z_]"),
            ("b", "(?-u:\\b)"),
        ];
        let known = class.iter().find_map(|(name, as_)| Some((after.strip_prefix(name)?, as_)));
        let len = after.chars().next().map_or(0, char::len_utf8);
        rest = match known {
            Some((rest, as_)) => {
                out.push_str(as_);
                rest
            }
            None => {
                out.push('\\');
                out.push_str(&after[..len]);
                &after[len..]
            }
        };
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_found_is_the_same() {
        let expression = r"(?i)\b(\p{Lu}[\p{L}\p{M}'’-]*)\s(\d{1,2})\b[^()\d]*\\d\w";
        let whole = Regex::new(expression).unwrap();
        let of = Expression::new(expression);
        for text in ["on May 12 — x\\d_", "O’Neill 7 (\\dd", "May 123\\dd", "a\tb’c 12 '\\d1"]
        {
            assert!(is_plain(text));
            let spans = |it: &Regex| {
                let all = it.captures(text)?;
                Some(all.iter().map(|it| it.map(|it| it.range())).collect::<Vec<_>>())
            };
            assert_eq!(spans(of.on(text).unwrap()), spans(&whole), "{text}");
        }
        assert!(!is_plain("in Kahramanmaraş"));
        assert!(!is_plain("a\u{a0}b"));
        assert!(of.on("Maraş 12 x\\dd").unwrap().is_match("Maraş 12 x\\dd"));
    }

    #[test]
    fn what_is_wrong_is_told() {
        assert!(Expression::new("(").problem().is_some());
        assert!(Expression::new(r"\p{L}{9999}").problem().is_some());
    }
}
