//! The letters of a text, looked over for truce words. Comes in: text as it stands in a page, with
//! its references and escapes. Goes out: whether some truce words may stand in it. Marks, blanks and
//! letters beyond ASCII are passed over: what is hidden between letters hides nothing.

use regex_automata::{
    Anchored,
    dfa::{Automaton as _, dense::DFA},
    util::primitives::StateID,
};

const SKIP: u8 = 0;
const REFERENCE: u8 = 1;
const KELVIN: u8 = 2;

/// Letters in lower case and digits as themselves.
const CLASS: [u8; 256] = {
    let mut class = [SKIP; 256];
    let mut byte = 0;
    while byte < 256 {
        if (byte as u8).is_ascii_alphanumeric() {
            class[byte] = (byte as u8).to_ascii_lowercase();
        }
        byte += 1;
    }
    class[b'&' as usize] = REFERENCE;
    class[0xe2] = KELVIN;
    class
};

/// References without their semicolon that are read all the same, and give no letter.
const BARE: &[&str] = &[
    "nbsp", "shy", "quot", "lt", "gt", "copy", "reg", "laquo", "raquo", "middot", "para", "sect",
    "deg", "uml", "macr", "acute", "cedil", "ordf", "ordm", "not", "yen", "cent", "pound",
    "curren", "brvbar",
];

pub struct Look<'a> {
    words: &'a DFA<Vec<u32>>,
    pub state: StateID,
    /// Whether the last that was fed is a letter or digit.
    in_word: bool,
    pub found: bool,
}

/// What stands for anything between two words.
pub const GAP: u8 = b' ';

impl<'a> Look<'a> {
    pub fn new(words: &'a DFA<Vec<u32>>) -> Look<'a> {
        let start = words.universal_start_state(Anchored::No);
        // A start that depends on what stands before has no words to look for: all is let pass.
        let found = start.is_none();
        let mut look = Look { words, state: start.unwrap_or_default(), in_word: true, found };
        look.gap();
        look
    }

    fn feed(&mut self, letter: u8) {
        self.in_word = true;
        self.step(letter);
    }

    fn step(&mut self, byte: u8) {
        self.state = self.words.next_state(self.state, byte);
        if self.words.is_special_state(self.state) {
            self.found |= self.words.is_match_state(self.state);
        }
    }

    /// Anything that is no letter; a second one right after it tells nothing.
    pub fn gap(&mut self) {
        if self.in_word {
            self.in_word = false;
            self.step(GAP);
        }
    }

    /// A match is known one byte late.
    pub fn end(&mut self) {
        self.gap();
        let last = self.words.next_eoi_state(self.state);
        self.found |= self.words.is_match_state(last);
    }

    pub fn text(&mut self, bytes: &[u8]) {
        let mut at = 0;
        while at < bytes.len() && !self.found {
            let class = CLASS[usize::from(bytes[at])];
            at += 1;
            match class {
                SKIP => self.gap(),
                REFERENCE => at += self.reference(&bytes[at..]),
                KELVIN => match bytes[at..].starts_with(&[0x84, 0xaa]) {
                    // The sign for kelvin is a small k to whoever folds case.
                    true => {
                        self.feed(b'k');
                        at += 2;
                    }
                    false => self.gap(),
                },
                letter => self.feed(letter),
            }
        }
    }

    /// Text right after `&`: how much of it is a reference.
    fn reference(&mut self, bytes: &[u8]) -> usize {
        // `&amp;amp;#116;`: escaped more than once.
        let mut at = 0;
        while bytes[at..].starts_with(b"amp") {
            at += if bytes.get(at + 3) == Some(&b';') { 4 } else { 3 };
        }
        let rest = &bytes[at..];
        if let Some(number) = rest.strip_prefix(b"#") {
            let hex = matches!(number.first(), Some(b'x' | b'X'));
            let digits = if hex { &number[1..] } else { number };
            let radix = if hex { 16 } else { 10 };
            let count = digits.iter().take_while(|it| char::from(**it).is_digit(radix)).count();
            let value = digits[..count].iter().fold(0u32, |value, digit| {
                let digit = char::from(*digit).to_digit(radix).unwrap_or_default();
                value.saturating_mul(radix).saturating_add(digit)
            });
            self.scalar(value);
            let end = at + 1 + usize::from(hex) + count;
            return end + usize::from(bytes.get(end) == Some(&b';'));
        }
        let name = rest.iter().take(32).take_while(|it| it.is_ascii_alphanumeric()).count();
        if rest.get(name) == Some(&b';') && name > 0 {
            // No reference gives a letter of ours; what is none stands there as it is written.
            self.gap();
            let before = self.state;
            rest[..name].iter().for_each(|it| self.feed(it.to_ascii_lowercase()));
            self.gap();
            self.state = before;
            return at + name + 1;
        }
        let bare = BARE.iter().find(|it| rest.starts_with(it.as_bytes()));
        self.gap();
        at + bare.map_or(0, |it| it.len())
    }

    fn scalar(&mut self, value: u32) {
        match value {
            0x212a => self.feed(b'k'),
            _ => {
                let byte = u8::try_from(value).unwrap_or_default();
                match byte.is_ascii_alphanumeric() {
                    true => self.feed(byte.to_ascii_lowercase()),
                    false => self.gap(),
                }
            }
        }
    }
}

/// JSON with its escapes undone: what its strings say, between marks that are no letters.
pub fn unescaped_json(json: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(json.len());
    let mut at = 0;
    while at < json.len() {
        let rest = &json[at..];
        let Some(backslash) = memchr::memchr(b'\\', rest) else {
            out.extend_from_slice(rest);
            break;
        };
        out.extend_from_slice(&rest[..backslash]);
        let run = rest[backslash..].iter().take_while(|it| **it == b'\\').count();
        let escaped = &rest[backslash + run..];
        let hex = escaped.get(1..5).and_then(|it| std::str::from_utf8(it).ok());
        let value = hex.and_then(|it| u32::from_str_radix(it, 16).ok());
        let used = match (escaped.first(), value) {
            (Some(b'u'), Some(value)) => {
                if let Some(ch) = char::from_u32(value) {
                    out.extend_from_slice(ch.encode_utf8(&mut [0; 4]).as_bytes());
                }
                5
            }
            (Some(b'n' | b't' | b'r' | b'b' | b'f'), _) => {
                out.push(b' ');
                1
            }
            _ => 0,
        };
        at += backslash + run + used;
    }
    out
}

/// Angle brackets written as references undone, however often they were escaped.
pub fn unescaped_tags(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        let Some(mark) = memchr::memchr(b'&', rest) else {
            out.extend_from_slice(rest);
            break;
        };
        out.extend_from_slice(&rest[..mark]);
        let mut name = &rest[mark + 1..];
        while let Some(more) = name.strip_prefix(b"amp;") {
            name = more;
        }
        let forms: [(&[u8], u8); 6] = [
            (b"lt;", b'<'),
            (b"gt;", b'>'),
            (b"#60;", b'<'),
            (b"#62;", b'>'),
            (b"#x3c;", b'<'),
            (b"#x3e;", b'>'),
        ];
        let found = forms.iter().find(|(form, _)| {
            name.get(..form.len()).is_some_and(|it| it.eq_ignore_ascii_case(form))
        });
        at = match found {
            Some((form, byte)) => {
                out.push(*byte);
                text.len() - name.len() + form.len()
            }
            None => {
                out.push(b'&');
                at + mark + 1
            }
        };
    }
    out
}
