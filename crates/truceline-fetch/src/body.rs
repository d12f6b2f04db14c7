//! Bodies of answers. Comes in: bytes from the network, and how they are said to be packed. Goes
//! out: plain bytes, in UTF-8 where they are text. Never holds more than the limits allow.

use std::io::{self, Read};

use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};
use flate2::read::MultiGzDecoder;

const GZIP: [u8; 2] = [0x1f, 0x8b];

/// At most `limit` bytes, else an error that says so.
pub fn bounded(from: impl Read, limit: u64) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    match from.take(limit + 1).read_to_end(&mut bytes) {
        Ok(_) if bytes.len() as u64 > limit => {
            Err(format!("expected at most {limit} bytes but found more"))
        }
        Ok(_) => Ok(bytes),
        Err(err) => Err(broken(&err)),
    }
}

fn broken(err: &io::Error) -> String {
    format!("expected a whole answer but found {err}")
}

/// What the bytes hold, by the header or by their own first bytes (`.xml.gz` is served as it is).
pub fn unpacked(bytes: Vec<u8>, coding: Option<&str>, limit: u64) -> Result<Vec<u8>, String> {
    let coding = coding.map(|it| it.trim().to_ascii_lowercase());
    match coding.as_deref() {
        None | Some("" | "identity" | "gzip" | "x-gzip") => {}
        Some(other) => {
            return Err(format!(
                "expected plain or gzip bytes but found them coded as {other:.20}"
            ));
        }
    }
    if !bytes.starts_with(&GZIP) {
        return Ok(bytes);
    }
    bounded(MultiGzDecoder::new(bytes.as_slice()), limit)
}

/// The first bytes of what gzip data hold, as far as they can be had.
pub fn head(packed: &[u8], most: u64) -> Vec<u8> {
    let mut head = Vec::new();
    let _ = MultiGzDecoder::new(packed).take(most).read_to_end(&mut head);
    head
}

/// Text of XML or JSON: by its mark, the header, its own declaration, else UTF-8 where it is that.
pub fn text(bytes: &[u8], charset: Option<&str>) -> String {
    let marked = Encoding::for_bom(bytes).map(|it| it.0);
    let named = || Encoding::for_label(charset?.trim().as_bytes());
    let encoding = marked.or_else(named).or_else(|| declared(bytes)).unwrap_or(UTF_8);
    // A page that is sound UTF-8 is that, whatever it says of itself.
    let encoding = match std::str::from_utf8(bytes) {
        Ok(_) if marked.is_none() => UTF_8,
        Err(_) if encoding == UTF_8 && mostly_latin(bytes) => WINDOWS_1252,
        _ => encoding,
    };
    encoding.decode_with_bom_removal(bytes).0.into_owned()
}

fn declared(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = bytes.get(..bytes.len().min(200))?;
    let head = head.strip_prefix(b"<?xml")?;
    let end = head.windows(2).position(|it| it == b"?>")?;
    let head = std::str::from_utf8(&head[..end]).ok()?;
    let label = head.split_once("encoding")?.1.trim_start().strip_prefix('=')?.trim_start();
    let quote = label.chars().next().filter(|it| matches!(it, '"' | '\''))?;
    Encoding::for_label(label[1..].split(quote).next()?.as_bytes())
}

/// More broken bytes than letters beyond ASCII that are sound.
fn mostly_latin(bytes: &[u8]) -> bool {
    let (mut sound, mut broken) = (0usize, 0usize);
    for chunk in bytes.utf8_chunks() {
        sound += chunk.valid().bytes().filter(|it| *it >= 0xc0).count();
        broken += usize::from(!chunk.invalid().is_empty());
    }
    broken > sound
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::{text, unpacked};

    fn packed(bytes: &[u8]) -> Vec<u8> {
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        gzip.write_all(bytes).unwrap();
        gzip.finish().unwrap()
    }

    #[test]
    fn a_bomb_ends_at_the_limit() {
        let bomb = packed(&vec![b'a'; 10 << 20]);
        assert!(bomb.len() < 20_000);
        assert_eq!(
            unpacked(bomb.clone(), Some("gzip"), 1 << 20).unwrap_err(),
            "expected at most 1048576 bytes but found more"
        );
        assert_eq!(unpacked(bomb, None, 10 << 20).unwrap().len(), 10 << 20);
        assert!(unpacked(packed(b"whole")[..12].to_vec(), None, 99).is_err());
        assert!(unpacked(b"x".to_vec(), Some("br"), 99).unwrap_err().contains("br"));
        assert_eq!(unpacked(b"x".to_vec(), Some("gzip"), 99).unwrap(), b"x");
    }

    #[test]
    fn text_is_read_as_declared_or_as_it_is() {
        let cases: &[(&[u8], Option<&str>, &str)] = &[
            ("trêve".as_bytes(), None, "trêve"),
            ("trêve".as_bytes(), Some("iso-8859-1"), "trêve"),
            (b"tr\xeave", None, "trêve"),
            (b"tr\xeave", Some("iso-8859-1"), "trêve"),
            (
                b"<?xml version='1.0' encoding='windows-1251'?>\xec\xe8\xf0",
                None,
                "<?xml version='1.0' encoding='windows-1251'?>мир",
            ),
            (b"\xef\xbb\xbfa", Some("utf-16"), "a"),
            (b"\xff\xfea\0b\0", None, "ab"),
        ];
        for (bytes, charset, expected) in cases {
            assert_eq!(text(bytes, *charset), *expected);
        }
    }
}
