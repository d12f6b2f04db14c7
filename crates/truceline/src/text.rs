//! Text with places in it. Comes in: a string. Goes out: tokens and sentences by byte span.
//! Never looks at meaning: what a word is tied to is a mention's business.

use std::ops::Range;

/// A half-open range of bytes into a text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    pub start: u32,
    pub end: u32,
}

impl Span {
    pub fn new(range: Range<usize>) -> Span {
        debug_assert!(range.start <= range.end);
        Span { start: range.start as u32, end: range.end as u32 }
    }

    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    pub fn of(self, text: &str) -> &str {
        &text[self.range()]
    }

    pub fn overlaps(self, other: Span) -> bool {
        self.start < other.end && other.start < self.end
    }

    pub fn contains(self, other: Span) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    pub fn is_empty(self) -> bool {
        self.start == self.end
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    /// Letters, with inner hyphens, apostrophes and abbreviating stops: `cease-fire`, `U.S.`, `Israel's`.
    Word,
    /// Starts with a digit: `72`, `1,000`, `07:00`, `12-hour`, `5th`.
    Number,
    /// An opening or closing double quotation mark, curly or straight.
    Quote,
    /// Any other mark, one character each.
    Punct,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    pub span: Span,
    pub kind: TokenKind,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sentence {
    pub span: Span,
    /// Indexes into [`Text::tokens`].
    pub tokens: Range<usize>,
    /// A heading, list line or caption without a full stop.
    pub heading: bool,
}

/// A text with its tokens and sentences, both in order; every token lies in one sentence.
#[derive(Clone, Debug, Default)]
pub struct Text {
    pub text: String,
    pub tokens: Vec<Token>,
    pub sentences: Vec<Sentence>,
}

impl Text {
    pub fn tokens_of(&self, sentence: &Sentence) -> &[Token] {
        &self.tokens[sentence.tokens.clone()]
    }

    pub fn of(&self, span: Span) -> &str {
        span.of(&self.text)
    }
}

impl Text {
    pub fn new(text: impl Into<String>) -> Text {
        let text = text.into();
        let tokens = tokens(&text);
        let sentences = sentences(&text, &tokens);
        Text { text, tokens, sentences }
    }

    pub fn sentence_at(&self, at: u32) -> Option<&Sentence> {
        let idx = self.sentences.partition_point(|it| it.span.end <= at);
        self.sentences.get(idx).filter(|it| it.span.start <= at)
    }
}

fn is_quote(ch: char) -> bool {
    matches!(ch, '"' | '“' | '”' | '„' | '«' | '»' | '″')
}

fn is_apostrophe(ch: char) -> bool {
    matches!(ch, '\'' | '’' | 'ʼ' | '‘')
}

/// Marks that stand inside a word or a number when a letter or digit follows them.
fn joins(previous: char, mark: char, next: char) -> bool {
    if is_apostrophe(mark) {
        return previous.is_alphanumeric() && next.is_alphanumeric();
    }
    match mark {
        '-' | '‑' => previous.is_alphanumeric() && next.is_alphanumeric(),
        '.' | ',' => previous.is_ascii_digit() && next.is_ascii_digit(),
        ':' => previous.is_ascii_digit() && next.is_ascii_digit(),
        _ => false,
    }
}

fn tokens(text: &str) -> Vec<Token> {
    let mut tokens: Vec<Token> = Vec::with_capacity(text.len() / 5);
    let mut chars = text.char_indices().peekable();
    while let Some((start, ch)) = chars.next() {
        if ch.is_whitespace() || ch == '\u{feff}' || ch == '\u{200b}' {
            continue;
        }
        let mut end = start + ch.len_utf8();
        let kind = if ch.is_alphanumeric() {
            let mut previous = ch;
            while let Some(&(at, next)) = chars.peek() {
                let inner = next.is_alphanumeric() || is_mark(next) || {
                    let after = text[at + next.len_utf8()..].chars().next();
                    after.is_some_and(|after| joins(previous, next, after))
                        || next == '.' && stop_belongs(&text[start..at], after)
                };
                if !inner {
                    break;
                }
                chars.next();
                previous = next;
                end = at + next.len_utf8();
            }
            if ch.is_numeric() { TokenKind::Number } else { TokenKind::Word }
        } else if is_quote(ch) || text[start..].starts_with("''") || text[start..].starts_with("``")
        {
            if !is_quote(ch) {
                chars.next();
                end = start + 2;
            }
            TokenKind::Quote
        } else {
            TokenKind::Punct
        };
        tokens.push(Token { span: Span::new(start..end), kind });
    }
    tokens
}

/// Combining marks belong to the letter before them.
fn is_mark(ch: char) -> bool {
    matches!(ch, '\u{0300}'..='\u{036f}' | '\u{064b}'..='\u{0652}')
}

/// Whether the full stop after `word` is part of it: initials (`U.S.`, `J.`), abbreviations.
fn stop_belongs(word: &str, after: Option<char>) -> bool {
    let last = word.rsplit('.').next().unwrap_or(word);
    let initial = last.chars().count() == 1 && last.chars().all(char::is_alphabetic);
    let dotted = word.contains('.');
    if initial && (dotted || after.is_none_or(|after| !after.is_lowercase() || is_clock(last))) {
        // A lone capital (`J. Smith`) or the inside of `a.m.`; a lone lower letter ends no word.
        return dotted
            || last.chars().all(char::is_uppercase)
            || after.is_some_and(char::is_alphabetic);
    }
    let lower = word.to_ascii_lowercase();
    // `No. 7`, but "he said no."
    ABBREVIATIONS.contains(&lower.as_str()) && (lower != "no" || word == "No" || word == "NO")
        || initial && after.is_some_and(char::is_alphabetic)
}

fn is_clock(letter: &str) -> bool {
    matches!(letter, "a" | "p" | "A" | "P")
}

const ABBREVIATIONS: &[&str] = &[
    "adm", "amb", "apr", "aug", "brig", "capt", "cmdr", "co", "col", "corp", "cpl", "dec", "dept",
    "dr", "feb", "fr", "ft", "gen", "gov", "hon", "inc", "jan", "jr", "jul", "jun", "lt", "ltd",
    "maj", "mar", "messrs", "mr", "mrs", "ms", "mt", "no", "nov", "oct", "prof", "rep", "rev",
    "sen", "sens", "reps", "sep", "sept", "sgt", "sr", "st", "supt", "vs",
];

/// Abbreviations that a name or a number always follows: a stop after one ends no sentence.
const TITLES: &[&str] = &[
    "adm", "amb", "brig", "capt", "cmdr", "col", "cpl", "dr", "fr", "gen", "gov", "hon", "lt",
    "maj", "messrs", "mr", "mrs", "ms", "mt", "prof", "rep", "rev", "sen", "sens", "reps", "sgt",
    "st", "supt", "vs",
];

/// A sentence of more tokens is cut here: none that anybody wrote is as long, and what is looked for
/// within a sentence may take the square of its length.
const LONGEST: usize = 400;

fn sentences(text: &str, tokens: &[Token]) -> Vec<Sentence> {
    let mut sentences = Vec::new();
    let mut first = 0;
    let of = |at: usize| tokens[at].span.of(text);
    let mut at = 0;
    while at < tokens.len() {
        let mut end = at + 1;
        let word = of(at);
        let next = tokens.get(end);
        let gap =
            next.map_or("", |next| &text[tokens[at].span.end as usize..next.span.start as usize]);
        let mut ends =
            next.is_none() || end - first >= LONGEST || breaks_line(text, tokens, first, at, gap);
        if !ends
            && matches!(word, "." | "!" | "?" | "…" | "。")
            && !is_ellipsis(text, tokens, at)
            && !is_list_number(text, tokens, first, at)
        {
            // Closing quotes and brackets belong to the sentence they close.
            while end < tokens.len() && closes(text, tokens, end) {
                end += 1;
            }
            ends = end == tokens.len() || starts_sentence(text, tokens, end - 1, end);
        } else if !ends && tokens[at].kind == TokenKind::Word && word.ends_with('.') {
            let bare = word.trim_end_matches('.').to_ascii_lowercase();
            let initial = bare.chars().count() == 1;
            while end < tokens.len() && closes(text, tokens, end) {
                end += 1;
            }
            ends = end == tokens.len()
                || !initial
                    && !TITLES.contains(&bare.as_str())
                    && tokens[end].kind != TokenKind::Number
                    && (after_abbreviation(text, tokens, end)
                        || matches!(bare.as_str(), "a.m" | "p.m")
                            && after_clock(text, tokens, end));
        } else if !ends && word == "…" {
            ends = false;
        }
        if ends {
            let end = end.min(tokens.len());
            push_sentence(text, tokens, first..end, &mut sentences);
            first = end;
            at = end;
        } else {
            at += 1;
        }
    }
    sentences
}

fn push_sentence(text: &str, tokens: &[Token], range: Range<usize>, into: &mut Vec<Sentence>) {
    if range.is_empty() {
        return;
    }
    let span = Span { start: tokens[range.start].span.start, end: tokens[range.end - 1].span.end };
    let trimmed = span
        .of(text)
        .trim_end_matches(|ch: char| is_quote(ch) || is_apostrophe(ch) || " )]".contains(ch));
    let heading = !trimmed.ends_with(['.', '!', '?', ':', ';', ',', '…']);
    into.push(Sentence { span, tokens: range, heading });
}

/// An empty line always ends a sentence; a single line end does unless the line was wrapped, that
/// is, unless the sentence plainly goes on.
fn breaks_line(text: &str, tokens: &[Token], first: usize, at: usize, gap: &str) -> bool {
    let ends = gap.matches('\n').count();
    if ends == 0 {
        return false;
    }
    if ends > 1 {
        return true;
    }
    let word = tokens[at].span.of(text);
    let next = tokens[at + 1].span.of(text);
    let goes_on = next.chars().next().is_some_and(char::is_lowercase)
        || matches!(word, "," | "-" | "–" | "—")
        || first == at && tokens[at].kind == TokenKind::Number;
    !goes_on && !wrapped(text, tokens, at)
}

/// Whether the line that ends after token `at` was broken by width: as long as lines of old wire
/// texts are, and the next is of that kind too or ends the sentence.
fn wrapped(text: &str, tokens: &[Token], at: usize) -> bool {
    let end = tokens[at].span.end as usize;
    let start = text[..end].rfind('\n').map_or(0, |nl| nl + 1);
    if !(55..=100).contains(&(end - start)) || ends_sentence(tokens[at].span.of(text)) {
        return false;
    }
    let mut lines = text[end..].split('\n').skip(1).map(str::trim);
    let next = lines.next().unwrap_or_default();
    let last = lines.next().is_none_or(str::is_empty);
    let goes_on =
        if last { next.ends_with(['.', '!', '?', '"', '”', ')']) } else { next.len() >= 40 };
    goes_on && next.len() <= 110 && next != text[start..end].trim()
}

fn ends_sentence(word: &str) -> bool {
    matches!(word, "." | "!" | "?")
}

/// `1.` at the head of a sentence numbers it.
fn is_list_number(text: &str, tokens: &[Token], first: usize, at: usize) -> bool {
    at == first + 1
        && tokens[first].kind == TokenKind::Number
        && tokens[first].span.of(text).len() <= 2
}

fn is_ellipsis(text: &str, tokens: &[Token], at: usize) -> bool {
    let dot = |at: Option<&Token>| at.is_some_and(|token| token.span.of(text) == ".");
    let near = |a: usize, b: usize| {
        tokens.get(a).zip(tokens.get(b)).is_some_and(|(a, b)| b.span.start - a.span.end <= 1)
    };
    dot(tokens.get(at + 1)) && near(at, at + 1)
}

fn closes(text: &str, tokens: &[Token], at: usize) -> bool {
    let word = tokens[at].span.of(text);
    if matches!(word, "”" | "»" | ")" | "]" | "’" | "''") {
        return true;
    }
    if word == "\"" || word == "'" {
        // A straight mark closes where it stands against the stop and away from what follows,
        // or, in spaced text, where a quotation is open.
        let before = tokens[at - 1].span.end == tokens[at].span.start;
        let after = tokens.get(at + 1).is_none_or(|next| next.span.start > tokens[at].span.end);
        return after && (before || odd_quotes(text, tokens, at, word));
    }
    false
}

fn odd_quotes(text: &str, tokens: &[Token], at: usize, mark: &str) -> bool {
    let from = at.saturating_sub(120);
    let mut count = 0;
    for token in tokens[from..at].iter().rev() {
        if token.span.of(text) == mark {
            count += 1;
        }
        let next = token.span.end as usize;
        if text[next..].starts_with("\n\n") {
            break;
        }
    }
    count % 2 == 1
}

fn starts_sentence(text: &str, tokens: &[Token], last: usize, next: usize) -> bool {
    let gap = tokens[next].span.start - tokens[last].span.end;
    let word = tokens[next].span.of(text);
    let first = word.chars().next().unwrap_or(' ');
    if gap == 0 {
        // `Friday.The army`: a missing space; `example.com`: none missing.
        return first.is_uppercase() && word.chars().nth(1).is_some_and(char::is_lowercase);
    }
    !first.is_lowercase() && !matches!(word, "," | ";" | ")")
        || first.is_lowercase() && word.chars().all(char::is_alphanumeric) && gap > 1
}

/// After `U.S.`, `Inc.`: a sentence starts only with a word that seldom stands in mid-sentence.
fn after_abbreviation(text: &str, tokens: &[Token], next: usize) -> bool {
    if tokens[next].kind == TokenKind::Quote {
        return false;
    }
    STARTERS.contains(&tokens[next].span.of(text))
}

/// After `a.m.`: a capital starts a sentence unless it names a day, a month or a zone.
fn after_clock(text: &str, tokens: &[Token], next: usize) -> bool {
    let word = tokens[next].span.of(text);
    let shouted = word.chars().all(|ch| !ch.is_lowercase());
    let zoned = tokens[next + 1..].iter().take(2).any(|it| {
        matches!(it.span.of(text).to_ascii_lowercase().as_str(), "time" | "standard" | "daylight")
    });
    tokens[next].kind == TokenKind::Word
        && word.starts_with(char::is_uppercase)
        && !(shouted && word != "A")
        && !zoned
        && !AFTER_CLOCK.contains(&word.trim_end_matches('.'))
}

const AFTER_CLOCK: &[&str] = &[
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
    "Mon",
    "Tue",
    "Tues",
    "Wed",
    "Thu",
    "Thur",
    "Thurs",
    "Fri",
    "Sat",
    "Sun",
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
    "Jan",
    "Feb",
    "Mar",
    "Apr",
    "Jun",
    "Jul",
    "Aug",
    "Sep",
    "Sept",
    "Oct",
    "Nov",
    "Dec",
    "Eastern",
    "Central",
    "Mountain",
    "Pacific",
    "Greenwich",
    "Christmas",
    "Easter",
    "New",
];

const STARTERS: &[&str] = &[
    "A",
    "An",
    "The",
    "This",
    "That",
    "These",
    "Those",
    "He",
    "She",
    "It",
    "They",
    "We",
    "I",
    "But",
    "And",
    "In",
    "On",
    "At",
    "As",
    "After",
    "Before",
    "Both",
    "Earlier",
    "For",
    "However",
    "If",
    "Israel's",
    "Meanwhile",
    "More",
    "Most",
    "No",
    "One",
    "Some",
    "Since",
    "There",
    "Their",
    "When",
    "While",
    "With",
    "Witnesses",
    "Officials",
    "His",
    "Her",
    "Its",
    "Neither",
    "Under",
    "Under",
    "By",
];

#[cfg(test)]
mod tests {
    use super::Text;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let doc = Text::new(text);
        let got: Vec<&str> = doc.sentences.iter().map(|it| it.span.of(&doc.text)).collect();
        assert_eq!(got, expected);
    }

    #[test]
    fn stops_that_end_nothing() {
        check(
            "It starts at 7 a.m. Saturday, said Lt. Gen. J. Doe. The U.S. envoy left Aug. 1 for St. Louis.",
            &[
                "It starts at 7 a.m. Saturday, said Lt. Gen. J. Doe.",
                "The U.S. envoy left Aug. 1 for St. Louis.",
            ],
        );
        check("It began at 7 a.m. The army said so.", &["It began at 7 a.m.", "The army said so."]);
    }

    #[test]
    fn quotations_close_their_sentence() {
        check(
            "“It holds.” He left. \"It is over.\" She said no.",
            &["“It holds.”", "He left.", "\"It is over.\"", "She said no."],
        );
        check(
            "\" The ceasefire is being observed , \" said Ms Doe . \" It is quiet . \" He left .",
            &[
                "\" The ceasefire is being observed , \" said Ms Doe .",
                "\" It is quiet . \"",
                "He left .",
            ],
        );
    }

    #[test]
    fn lines_and_missing_spaces() {
        check(
            "Truce begins\n\nThe army stopped.Rebels did not.",
            &["Truce begins", "The army stopped.", "Rebels did not."],
        );
        check("A truce was\nannounced.", &["A truce was\nannounced."]);
    }
}
