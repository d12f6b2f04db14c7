//! Compressed single files. Comes in: bytes. Goes out: what they hold. Never unpacks more than
//! it is allowed, however small the packed file is.

use std::{borrow::Cow, io::Read};

use flate2::read::MultiGzDecoder;

pub fn unpacked(bytes: &[u8], limit: usize) -> Result<Cow<'_, [u8]>, String> {
    if !bytes.starts_with(&[0x1f, 0x8b]) {
        return Ok(Cow::Borrowed(bytes));
    }
    let mut out = Vec::new();
    let mut reader = MultiGzDecoder::new(bytes).take(limit as u64 + 1);
    if let Err(err) = reader.read_to_end(&mut out) {
        return Err(format!("expected whole gzip data but found {err}; fetch the file again"));
    }
    if out.len() > limit {
        return Err(format!(
            "expected at most {limit} bytes unpacked but found more; unpack and split the file"
        ));
    }
    if out.starts_with(&[0x1f, 0x8b]) {
        return Err("expected a report but found gzip within gzip; unpack it first".to_owned());
    }
    Ok(Cow::Owned(out))
}
