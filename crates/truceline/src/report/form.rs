//! What kind of file bytes are. Comes in: a path and bytes. Goes out: the form, or what is wrong
//! with them in words. Never reads beyond the first few kilobytes.

use super::Form;

pub enum File {
    One(Form),
    /// One JSON value: a report or an array of them.
    Json,
    /// One JSON report per line.
    Lines,
}

pub fn of(path: Option<&str>, bytes: &[u8]) -> File {
    let name = path.unwrap_or_default().to_ascii_lowercase();
    let name = name.strip_suffix(".gz").unwrap_or(&name);
    match name.rsplit_once('.').map(|it| it.1) {
        Some("jsonl" | "ndjson") => File::Lines,
        Some("json") => File::Json,
        Some("html" | "htm" | "xhtml") => File::One(Form::Html),
        Some("txt" | "text") if !is_page(bytes) => File::One(Form::Text),
        _ => sniffed(bytes),
    }
}

fn sniffed(bytes: &[u8]) -> File {
    let head = head(bytes);
    if head.first() == Some(&b'{') {
        let line = head.split(|byte| *byte == b'\n').next().unwrap_or_default();
        let whole: Option<serde_json::Value> = serde_json::from_slice(line).ok();
        return if whole.is_some() { File::Lines } else { File::Json };
    }
    // `[TEXT] …` opens many an old wire story.
    let second = head.get(1..).map(|rest| rest.trim_ascii_start()).and_then(|rest| rest.first());
    if head.first() == Some(&b'[') && matches!(second, Some(b'{' | b']')) {
        return File::Json;
    }
    File::One(if is_page(bytes) { Form::Html } else { Form::Text })
}

fn head(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start()
}

fn is_page(bytes: &[u8]) -> bool {
    let head = head(bytes);
    let head: Vec<u8> = head.iter().take(4096).filter(|it| **it != 0).copied().collect();
    let head = String::from_utf8_lossy(&head).to_ascii_lowercase();
    let head = head.trim_start_matches(|ch: char| !ch.is_ascii());
    const STARTS: &[&str] = &[
        "<!doctype html",
        "<html",
        "<?xml",
        "<!--",
        "<head",
        "<body",
        "<article",
        "<div",
        "<p>",
        "<main",
        "<section",
        "<meta",
        "<title",
        "<script",
    ];
    STARTS.iter().any(|start| head.starts_with(start))
}

/// What binary bytes are and what to do with them; `None` for anything that may be text.
pub fn not_text(bytes: &[u8]) -> Option<String> {
    const MAGIC: &[(&[u8], &str)] = &[
        (b"\x89PNG", "a PNG picture"),
        (b"\xff\xd8\xff", "a JPEG picture"),
        (b"GIF8", "a GIF picture"),
        (b"RIFF", "a RIFF file (sound, film or picture)"),
        (b"%PDF-", "a PDF"),
        (b"PK\x03\x04", "a zip archive (Word and OpenDocument files are zip archives)"),
        (b"\xd0\xcf\x11\xe0", "an old Office document"),
        (b"{\\rtf", "a rich-text document"),
        (b"7z\xbc\xaf", "a 7-Zip archive"),
        (b"\xfd7zXZ", "xz data"),
        (b"BZh", "bzip2 data"),
        (b"\x28\xb5\x2f\xfd", "zstd data"),
        (b"\x7fELF", "a program"),
        (b"MZ\x90", "a program"),
        (b"PAR1", "a Parquet table"),
        (b"SQLite format 3\0", "an SQLite database"),
        (b"ID3", "a sound file"),
        (b"OggS", "a sound file"),
        (b"fLaC", "a sound file"),
        (b"Rar!", "a RAR archive"),
        (b"\x1f\x9d", "compressed data"),
        (b"II*\0", "a TIFF picture"),
        (b"MM\0*", "a TIFF picture"),
        (b"8BPS", "a Photoshop picture"),
        (b"\x1a\x45\xdf\xa3", "a film"),
        (b"wOFF", "a font"),
        (b"wOF2", "a font"),
        (b"ARROW1", "an Arrow table"),
    ];
    let film = bytes.get(4..8) == Some(b"ftyp");
    let known = MAGIC.iter().find(|(magic, _)| bytes.starts_with(magic)).map(|it| it.1);
    let known = known.or(film.then_some("a film"));
    let found = known.or_else(|| looks_binary(bytes).then_some("binary data"))?;
    Some(format!(
        "expected a report as text, HTML, JSON or JSON lines but found {found}; \
         save its text as UTF-8 and read that"
    ))
}

/// NULs that no UTF-16 explains, or more control characters than any text has: one byte in ten of what
/// is packed or random is one. Text in an old character set has none, UTF-8 may have some by mistake.
fn looks_binary(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(8192)];
    if super::charset::utf16(head).is_some() {
        return false;
    }
    let control = |byte: &&u8| **byte < 9 || (14..32).contains(*byte) && **byte != 0x1b;
    let controls = head.iter().filter(control).count();
    let nuls = head.iter().filter(|byte| **byte == 0).count();
    // A letter may be cut off at the end of the head.
    let utf8 = std::str::from_utf8(head).map_or_else(|err| err.error_len().is_none(), |_| true);
    // A wire marks where its story begins and ends.
    let most = if utf8 || controls < 4 { 10 } else { 30 };
    nuls * 200 > head.len() || controls * most > head.len()
}

#[cfg(test)]
mod tests {
    use super::not_text;

    #[test]
    fn random_bytes_are_no_text() {
        let mut state = 7u64;
        for length in (0..200).map(|it| 200 + it * 40) {
            let bytes: Vec<u8> = (0..length)
                .map(|_| {
                    state = state.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(1);
                    (state >> 56) as u8
                })
                .collect();
            assert!(not_text(&bytes).is_some(), "{length} bytes");
        }
    }

    #[test]
    fn old_character_sets_are_text() {
        assert_eq!(not_text(b"Der Waffenstillstand h\xe4lt, sagte der Gouverneur."), None);
        assert_eq!(
            not_text(b"\x02ZCZC\r\nThe truce held\x85 \x93so far\x94, he said.\r\n\x03"),
            None
        );
        assert_eq!(not_text("\x01\x02 Le cessez-le-feu a été respecté".as_bytes()), None);
        assert!(not_text(b"\0\0\0\x18ftypmp42").is_some());
    }
}
