//! The letters of a page, put together to be looked over for truce words. Comes in: text as it stands
//! in a page, with its references and escapes. Goes out: letters and digits, the first of a word a
//! capital. Marks, blanks and letters beyond ASCII are left out: what stands between hides nothing.

const SKIP: u8 = 0;
/// Bytes that may be more than they seem, up to [`SHIFT`].
const REFERENCE: u8 = 1;
const KELVIN: u8 = 2;
const TAG: u8 = 3;
/// NUL and escape: letters are not the bytes that they seem to be.
const SHIFT: u8 = 4;

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
    class[b'<' as usize] = TAG;
    class[0] = SHIFT;
    class[0x1b] = SHIFT;
    class
};

/// References without their semicolon that are read all the same, and give no letter.
const BARE: &[&str] = &[
    "nbsp", "shy", "quot", "lt", "gt", "copy", "reg", "laquo", "raquo", "middot", "para", "sect",
    "deg", "uml", "macr", "acute", "cedil", "ordf", "ordm", "not", "yen", "cent", "pound",
    "curren", "brvbar",
];

/// How many bytes are looked at in one go.
const PIECE: usize = 256;

/// Room that is kept for the next page, in bytes.
const KEPT: usize = 1 << 20;

/// What ends a word and belongs to none.
const END: u8 = b' ';

/// Letters one after the other; the room after them is kept from page to page.
#[derive(Default)]
struct Lane {
    buf: Vec<u8>,
    end: usize,
}

impl Lane {
    fn letters(&self) -> &[u8] {
        &self.buf[..self.end]
    }

    fn room(&mut self) -> &mut [u8] {
        if self.buf.len() < self.end + PIECE {
            self.buf.resize(2 * self.buf.len() + 64 * PIECE, 0);
        }
        &mut self.buf[self.end..self.end + PIECE]
    }

    fn push(&mut self, letter: u8) {
        self.room()[0] = letter;
        self.end += 1;
    }
}

#[derive(Default)]
pub struct Letters {
    text: Lane,
    aside: Lane,
    is_aside: bool,
    /// Whether the next letter belongs to the word of the last one.
    within: bool,
    /// Whether the page is written so oddly (a tag, a comment or a script without an end) that it is
    /// let pass rather than understood: looking for each end again would take too long, too.
    pub odd: bool,
    /// Whether the text is in UTF-16 or in a set that shifts, and is to be decoded first.
    pub shifted: bool,
}

impl Letters {
    /// Makes ready for another page.
    pub fn clear(&mut self) {
        for lane in [&mut self.text, &mut self.aside] {
            lane.end = 0;
            if lane.buf.len() > KEPT {
                lane.buf = Vec::new();
            }
        }
        (self.is_aside, self.within, self.odd, self.shifted) = (false, false, false, false);
    }

    /// Of the text, and of what stands aside from it: titles, descriptions, linked data.
    pub fn found(&self) -> [&[u8]; 2] {
        [self.text.letters(), self.aside.letters()]
    }

    /// A letter or a digit.
    fn push(&mut self, letter: u8) {
        self.run(&[letter]);
    }

    /// Letters, and what is none, up to the first byte that may be more than it seems.
    fn run(&mut self, bytes: &[u8]) -> usize {
        let out = if self.is_aside { &mut self.aside } else { &mut self.text };
        let mut within = self.within;
        let mut count = 0;
        for piece in bytes.chunks(PIECE) {
            let (mut seen, mut letters) = (0, 0);
            let room = out.room();
            for byte in piece {
                let class = CLASS[usize::from(*byte)];
                if (REFERENCE..=SHIFT).contains(&class) {
                    break;
                }
                // No branches: where words end cannot be foreseen.
                let letter = class >= b'a';
                room[letters] = class - u8::from(letter && !within) * (b'a' - b'A');
                letters += usize::from(class != SKIP);
                // A word may begin after a digit.
                within = letter;
                seen += 1;
            }
            out.end += letters;
            count += seen;
            if seen < piece.len() {
                break;
            }
        }
        self.within = within;
        count
    }

    /// Anything that is no letter.
    pub fn gap(&mut self) {
        self.within = false;
    }

    /// What is looked at by itself: words that go on before it go on after it.
    pub fn aside(&mut self, at: impl FnOnce(&mut Letters)) {
        let before = std::mem::replace(&mut self.is_aside, true);
        self.gap();
        at(self);
        self.gap();
        self.aside.push(END);
        self.is_aside = before;
    }

    /// At the end of the page, where a word may end.
    pub fn end(&mut self) {
        self.text.push(END);
    }

    /// All of it, angle brackets among it.
    pub fn text(&mut self, bytes: &[u8]) {
        let mut at = 0;
        while at < bytes.len() {
            at += self.text_to_tag(&bytes[at..]) + 1;
            self.gap();
        }
    }

    /// Up to the first angle bracket that may open a tag, or to the end.
    pub fn text_to_tag(&mut self, bytes: &[u8]) -> usize {
        let mut at = 0;
        loop {
            at += self.run(&bytes[at..]);
            let Some(&byte) = bytes.get(at) else { return at };
            match byte {
                b'<' => return at,
                b'&' => at += 1 + self.reference(&bytes[at + 1..]),
                // The sign for kelvin is a small k to whoever folds case.
                0xe2 if bytes[at + 1..].starts_with(&[0x84, 0xaa]) => {
                    self.push(b'k');
                    at += 3;
                }
                _ => {
                    self.shifted |= byte != 0xe2;
                    self.gap();
                    at += 1;
                }
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
            let name_is = &rest[..name];
            self.aside(|it| {
                it.run(name_is);
            });
            return at + name + 1;
        }
        let bare = BARE.iter().find(|it| rest.starts_with(it.as_bytes()));
        self.gap();
        at + bare.map_or(0, |it| it.len())
    }

    fn scalar(&mut self, value: u32) {
        match value {
            0x212a => self.push(b'k'),
            _ => {
                let byte = u8::try_from(value).unwrap_or_default();
                match byte.is_ascii_alphanumeric() {
                    true => self.push(byte),
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
