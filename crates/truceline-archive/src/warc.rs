//! The fields of a WARC record. Comes in: bytes that begin with them. Goes out: those fields that
//! are needed to tell what the record holds. Never looks at its content.

use memchr::{memchr, memmem};

const VERSION: &[u8] = b"WARC/";

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Head {
    /// In lower case: `response`, `revisit`, …
    pub kind: String,
    pub url: Option<String>,
    /// As it stands there: ISO 8601.
    pub date: Option<String>,
    /// The media type of the content, in lower case.
    pub content: Option<String>,
    pub length: u64,
}

/// Whether bytes begin a record, of whichever version.
pub fn begins(bytes: &[u8]) -> bool {
    let version = bytes.strip_prefix(VERSION).unwrap_or_default();
    matches!(version, [a, b'.', b, ..] if a.is_ascii_digit() && b.is_ascii_digit())
}

/// The length of the fields with the blank line after them.
pub fn length(bytes: &[u8]) -> Option<usize> {
    let crlf = memmem::find(bytes, b"\r\n\r\n").map(|at| at + 4);
    let before = &bytes[..crlf.unwrap_or(bytes.len())];
    memmem::find(before, b"\n\n").map(|at| at + 2).or(crlf)
}

/// Where the next record seems to begin, and how many bytes hold none for certain.
pub fn next(bytes: &[u8]) -> Result<usize, usize> {
    let mut at = 0;
    while let Some(found) = memmem::find(&bytes[at..], VERSION) {
        let start = at + found;
        let rest = &bytes[start..];
        let new_line = start == 0 || bytes[start - 1] == b'\n';
        if new_line && begins(rest) && matches!(rest.get(8), Some(b'\r' | b'\n')) {
            return Ok(start);
        }
        if rest.len() < 9 {
            return Err(start.saturating_sub(1));
        }
        at = start + 1;
    }
    Err(bytes.len().saturating_sub(VERSION.len()))
}

/// Reads the fields; what is wrong with them in words.
pub fn head(bytes: &[u8]) -> Result<Head, String> {
    if !begins(bytes) {
        return Err(format!("expected a WARC record but found `{}`", shown(bytes)));
    }
    let mut head = Head::default();
    let mut length = None;
    for (name, value) in fields(bytes) {
        match name.as_str() {
            "warc-type" => head.kind = value.to_ascii_lowercase(),
            // Some writers wrote it in angle brackets.
            "warc-target-uri" => {
                head.url =
                    Some(value.trim_matches(['<', '>']).to_owned()).filter(|it| !it.is_empty());
            }
            "warc-date" => head.date = Some(value),
            "content-type" => head.content = Some(value.to_ascii_lowercase()),
            "content-length" => match value.parse() {
                Ok(count) => length = Some(count),
                Err(_) => {
                    return Err(format!(
                        "expected a Content-Length but found `{}`",
                        shown(value.as_bytes())
                    ));
                }
            },
            _ => {}
        }
    }
    head.length = length.ok_or("expected a Content-Length but found none")?;
    Ok(head)
}

/// Lines `name: value` after the first line, names in lower case, folded lines unfolded.
pub fn fields(bytes: &[u8]) -> Vec<(String, String)> {
    let mut fields: Vec<(String, String)> = Vec::new();
    let first = memchr(b'\n', bytes).map_or(bytes.len(), |at| at + 1);
    for line in bytes[first..].split(|it| *it == b'\n').take(2000) {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.is_empty() {
            break;
        }
        if let (b' ' | b'\t', Some(last)) = (line[0], fields.last_mut()) {
            last.1.push(' ');
            last.1.push_str(&String::from_utf8_lossy(line.trim_ascii()));
            continue;
        }
        let Some(colon) = memchr(b':', line) else { continue };
        let text = |it: &[u8]| String::from_utf8_lossy(it.trim_ascii()).into_owned();
        fields.push((text(&line[..colon]).to_ascii_lowercase(), text(&line[colon + 1..])));
    }
    fields
}

/// The first bytes, as they can be shown in a message.
pub fn shown(bytes: &[u8]) -> String {
    let shown = bytes.iter().take(24).map(|byte| match byte {
        b' '..=b'~' => char::from(*byte),
        _ => '·',
    });
    shown.collect()
}

#[cfg(test)]
mod tests {
    use super::{begins, fields, head, length, next};

    #[test]
    fn fields_are_read_however_they_are_written() {
        let bytes = b"WARC/1.1\r\nwarc-type:  Response\r\nWARC-Target-URI: <http://a.example/>\r\n\
            WARC-Date: 2016-07-06T10:00:00.123Z\r\nContent-Type: application/http;\r\n msgtype=response\r\n\
            Content-Length: 12\r\n\r\n";
        let it = head(bytes).unwrap();
        assert_eq!((it.kind.as_str(), it.length), ("response", 12));
        assert_eq!(it.url.as_deref(), Some("http://a.example/"));
        assert_eq!(it.content.as_deref(), Some("application/http; msgtype=response"));
        assert_eq!(length(bytes), Some(bytes.len()));
        assert_eq!(length(b"WARC/1.0\na: b\n\nrest\r\n\r\n"), Some(15));
    }

    #[test]
    fn what_is_no_record_is_told() {
        let said = |bytes: &[u8]| head(bytes).unwrap_err();
        assert_eq!(said(b"<html>\n\n"), "expected a WARC record but found `<html>··`");
        assert_eq!(said(b"WARC/1.0\r\n\r\n"), "expected a Content-Length but found none");
        assert_eq!(
            said(b"WARC/1.0\r\nContent-Length: -4\r\n\r\n"),
            "expected a Content-Length but found `-4`"
        );
        assert!(!begins(b"WARC/x.y"));
        assert_eq!(fields(b"x"), []);
    }

    #[test]
    fn the_next_record_begins_a_line() {
        assert_eq!(next(b"the WARC/1.0 form\nWARC/1.0\r\n"), Ok(18));
        // What may go on beyond the window is kept.
        assert_eq!(next(b"0123456789\nWARC/1"), Err(10));
        assert_eq!(next(b"0123456789"), Err(5));
    }
}
