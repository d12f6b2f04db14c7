//! Character sets. Comes in: bytes. Goes out: UTF-8; what cannot be decoded becomes U+FFFD.
//! Never refuses: a page with a few broken bytes is still a page.

use std::sync::LazyLock;

use chardetng::EncodingDetector;
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};
use regex::bytes::Regex;

static DECLARED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"(?i)<(?:meta\b[^>]*?\bcharset|\?xml\b[^>]*?\bencoding)\s*=\s*["']?\s*([\w.:-]+)"#)
        .expect("a valid expression")
});

pub fn decode(bytes: &[u8], page: bool) -> String {
    let encoding = Encoding::for_bom(bytes)
        .map(|it| it.0)
        .or_else(|| utf16(bytes))
        .unwrap_or_else(|| guessed(bytes, page));
    let (text, _) = encoding.decode_with_bom_removal(bytes);
    text.into_owned()
}

fn guessed(bytes: &[u8], page: bool) -> &'static Encoding {
    let shifts = memchr::memchr(0x1b, bytes).is_some();
    if !shifts && reads_as_utf8(bytes) {
        return UTF_8;
    }
    let declared = page.then(|| declared(bytes)).flatten();
    if let Some(declared) = declared.filter(|it| *it != UTF_8) {
        return declared;
    }
    let mut detector = EncodingDetector::new();
    detector.feed(&bytes[..bytes.len().min(1 << 18)], true);
    detector.guess(None, !shifts)
}

/// Well-formed, or with more well-formed letters beyond ASCII than broken bytes.
fn reads_as_utf8(bytes: &[u8]) -> bool {
    if std::str::from_utf8(bytes).is_ok() {
        return true;
    }
    let (mut good, mut broken) = (0usize, 0usize);
    for chunk in bytes.utf8_chunks() {
        good += chunk.valid().bytes().filter(|byte| *byte >= 0xc0).count();
        broken += usize::from(!chunk.invalid().is_empty());
    }
    broken == 0 || good > broken
}

fn declared(bytes: &[u8]) -> Option<&'static Encoding> {
    let found = DECLARED.captures(&bytes[..bytes.len().min(4096)])?;
    Encoding::for_label(&found[1])
}

/// UTF-16 without a mark: every second byte of mostly Latin text is NUL.
pub fn utf16(bytes: &[u8]) -> Option<&'static Encoding> {
    if bytes.starts_with(b"\xff\xfe") {
        return Some(UTF_16LE);
    }
    if bytes.starts_with(b"\xfe\xff") {
        return Some(UTF_16BE);
    }
    let head = &bytes[..bytes.len().min(1024) & !1];
    let nuls = |odd: usize| head.iter().skip(odd).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd, half) = (nuls(0), nuls(1), head.len() / 2);
    if half < 2 {
        return None;
    }
    if odd * 10 > half * 7 && even * 10 < half {
        Some(UTF_16LE)
    } else if even * 10 > half * 7 && odd * 10 < half {
        Some(UTF_16BE)
    } else {
        None
    }
}
