//! An HTTP answer as an archive keeps it. Comes in: its bytes. Goes out: the body, unchunked and
//! unpacked, and what its fields say of it. Never unpacks more than is allowed.

use std::io::Read;

use flate2::read::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};
use memchr::memchr;

use crate::{Limits, warc};

/// The content of a record that may hold a page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    pub url: Option<String>,
    /// When it was fetched, ISO 8601. Never the day of publication.
    pub date: Option<String>,
    /// The media type of the content: `application/http`, or that of a page kept without its answer.
    pub kind: Option<String>,
    pub content: Vec<u8>,
}

pub struct Body {
    pub media: String,
    pub charset: Option<String>,
    pub bytes: Vec<u8>,
}

impl Answer {
    /// Whether a record's content of this media type may hold a page.
    pub fn may_be(content: Option<&str>) -> bool {
        content.is_none_or(|it| it.starts_with("application/http") || is_readable(it))
    }

    /// The body of a good answer that is text; `Ok(None)` where it is something else, known and of no use.
    pub fn body(self, limits: &Limits) -> Result<Option<Body>, String> {
        let http = self.kind.as_deref().is_none_or(|it| it.starts_with("application/http"));
        if !http {
            let media = self.kind.unwrap_or_default();
            return Ok(Some(Body { charset: charset(&media), media, bytes: self.content }));
        }
        let mut content = self.content;
        if content.is_empty() {
            return Ok(None);
        }
        if !content.starts_with(b"HTTP/") {
            // Answers of the first servers had no fields at all.
            if content.trim_ascii_start().starts_with(b"<") && content.len() <= limits.page {
                return Ok(Some(Body {
                    media: "text/html".to_owned(),
                    charset: None,
                    bytes: content,
                }));
            }
            return Err(format!("expected an HTTP answer but found `{}`", warc::shown(&content)));
        }
        let window = &content[..content.len().min(limits.head)];
        let Some(length) = warc::length(window) else {
            return match content.len() > limits.head {
                true => Err(format!(
                    "expected at most {} bytes of HTTP fields but found more",
                    limits.head
                )),
                // No more than its fields were kept.
                false => Ok(None),
            };
        };
        let (head, body) = content.split_at(length);
        let first = &head[..memchr(b'\n', head).unwrap_or(head.len())];
        let status = first.split(|it| *it == b' ').filter(|it| !it.is_empty()).nth(1);
        if !status.is_some_and(|it| it.starts_with(b"2")) {
            return Ok(None);
        }
        let mut media = String::new();
        let (mut chunked, mut packed, mut sent) = (false, Vec::new(), Vec::new());
        for (name, value) in warc::fields(head) {
            let value = value.to_ascii_lowercase();
            match name.as_str() {
                "content-type" => media = value,
                "transfer-encoding" | "content-encoding" => {
                    for one in value.split(',').map(str::trim) {
                        match one {
                            "chunked" => chunked = true,
                            "" | "identity" => {}
                            one if name.starts_with('c') => packed.push(one.to_owned()),
                            one => sent.push(one.to_owned()),
                        }
                    }
                }
                _ => {}
            }
        }
        if !media.is_empty() && !is_readable(&media) {
            return Ok(None);
        }
        let whole = chunked.then(|| unchunked(body)).flatten();
        let mut bytes = whole.unwrap_or_else(|| {
            content.drain(..length);
            content
        });
        // What was put on last is taken off first.
        packed.append(&mut sent);
        if packed.len() > 3 {
            return Err(format!("expected at most 3 encodings but found {}", packed.len()));
        }
        for encoding in packed.iter().rev() {
            bytes = unpacked(bytes, encoding, limits.page)?;
        }
        if bytes.len() > limits.page {
            return Err(too_large(limits.page));
        }
        Ok(Some(Body { charset: charset(&media), media, bytes }))
    }
}

/// Media types of what can be a report.
fn is_readable(media: &str) -> bool {
    let media = media.split(';').next().unwrap_or_default().trim();
    matches!(media, "text/html" | "application/xhtml+xml" | "text/plain")
}

/// `utf-8` of `text/html; charset="UTF-8"`.
fn charset(media: &str) -> Option<String> {
    let (_, rest) = media.split_once("charset=")?;
    let label = rest.split(';').next()?.trim().trim_matches(['"', '\'', ' ']);
    (!label.is_empty()).then(|| label.to_owned())
}

/// `None` where the body is not chunked, whatever its fields say: archives often keep it unchunked.
fn unchunked(mut body: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(body.len());
    let mut first = true;
    loop {
        let end = memchr(b'\n', &body[..body.len().min(1024)]);
        let line = end.map(|end| body[..end].trim_ascii());
        let size = line.and_then(|line| {
            let digits = line.split(|it| *it == b';').next()?.trim_ascii();
            usize::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
        });
        let (Some(end), Some(size)) = (end, size) else {
            // Cut short: what came is a part of the page.
            return if first { None } else { Some(out) };
        };
        let rest = &body[end + 1..];
        if size == 0 {
            return Some(out);
        }
        out.extend_from_slice(&rest[..size.min(rest.len())]);
        if size >= rest.len() {
            return Some(out);
        }
        let rest = &rest[size..];
        let rest = rest.strip_prefix(b"\r").unwrap_or(rest);
        body = rest.strip_prefix(b"\n").unwrap_or(rest);
        first = false;
    }
}

fn unpacked(bytes: Vec<u8>, encoding: &str, limit: usize) -> Result<Vec<u8>, String> {
    let mut out = Vec::new();
    let most = limit as u64 + 1;
    let data = bytes.as_slice();
    let done = match encoding {
        "gzip" | "x-gzip" => MultiGzDecoder::new(data).take(most).read_to_end(&mut out),
        // By the standard with a zlib head, by custom often without.
        "deflate" if is_zlib(data) => ZlibDecoder::new(data).take(most).read_to_end(&mut out),
        "deflate" => DeflateDecoder::new(data).take(most).read_to_end(&mut out),
        "br" => {
            brotli_decompressor::Decompressor::new(data, 16 << 10).take(most).read_to_end(&mut out)
        }
        "zstd" => match zstd::stream::read::Decoder::with_buffer(data) {
            Ok(mut it) => it.window_log_max(24).and_then(|()| it.take(most).read_to_end(&mut out)),
            Err(err) => Err(err),
        },
        _ => return Err(format!("expected gzip, deflate, br or zstd but found `{encoding}`")),
    };
    if out.len() > limit {
        return Err(too_large(limit));
    }
    match done {
        // Cut short: what came is a part of the page.
        _ if !out.is_empty() => Ok(out),
        Ok(_) => Ok(out),
        // Archives often keep the body unpacked and its fields as they were.
        Err(_) if bytes.trim_ascii_start().starts_with(b"<") => Ok(bytes),
        Err(err) => Err(format!("expected a body packed as {encoding} but found: {err}")),
    }
}

fn is_zlib(data: &[u8]) -> bool {
    matches!(data, [a, b, ..] if a & 15 == 8 && u16::from_be_bytes([*a, *b]) % 31 == 0)
}

fn too_large(limit: usize) -> String {
    format!("expected at most {limit} bytes of page, unpacked, but found more")
}
