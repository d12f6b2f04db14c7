//! How the file is packed. Comes in: the window of its bytes. Goes out: unpacked bytes, member by
//! member, and damage where there is any. Never gives up at damage: the next member is looked for.

use std::io;

use crate::{gzip::Gzip, packed::Packed, zstd::Zstd};

/// What came of asking for more.
pub enum Step {
    /// Bytes of the member that was begun before.
    More,
    /// Bytes of a new member, which begins at this byte of the file.
    Member(u64),
    /// What is wrong, with the member that begins at this byte of the file.
    Damage(u64, String),
    End,
}

/// Room that unpacked bytes are written to: all of `buf` before `end` is in use.
pub struct Room<'a> {
    pub buf: &'a mut Vec<u8>,
    pub end: &'a mut usize,
}

impl Room<'_> {
    /// At least `count` bytes to write to; what was written is then to be counted as `end`.
    pub fn space(&mut self, count: usize) -> &mut [u8] {
        if self.buf.len() - *self.end < count {
            self.buf.resize(*self.end + count, 0);
        }
        &mut self.buf[*self.end..]
    }
}

pub enum Codec {
    Plain,
    Gzip(Box<Gzip>),
    Zstd(Box<Zstd>),
}

impl Codec {
    pub fn of(packed: &mut Packed) -> io::Result<Codec> {
        packed.fill(4)?;
        Ok(match packed.bytes() {
            [0x1f, 0x8b, ..] => Codec::Gzip(Box::default()),
            bytes if Zstd::begins(bytes) => Codec::Zstd(Box::new(Zstd::new(packed)?)),
            _ => Codec::Plain,
        })
    }

    /// To be asked once, where reading begins elsewhere than at the head of the file.
    pub fn resume(&mut self, packed: &mut Packed) -> io::Result<()> {
        match self {
            Codec::Plain => Ok(()),
            Codec::Gzip(gzip) => gzip.resume(packed),
            Codec::Zstd(zstd) => zstd.resume(packed),
        }
    }

    pub fn more(&mut self, packed: &mut Packed, mut room: Room<'_>) -> Step {
        let offset = packed.offset();
        let read = match self {
            Codec::Plain => plain(packed, &mut room),
            Codec::Gzip(gzip) => gzip.more(packed, &mut room),
            Codec::Zstd(zstd) => zstd.more(packed, &mut room),
        };
        read.unwrap_or_else(|err| Step::Damage(offset, format!("the file cannot be read: {err}")))
    }

    /// Whether reading may begin at any byte.
    pub fn is_plain(&self) -> bool {
        matches!(self, Codec::Plain)
    }
}

fn plain(packed: &mut Packed, room: &mut Room<'_>) -> io::Result<Step> {
    packed.fill(1)?;
    let bytes = packed.bytes();
    if bytes.is_empty() {
        return Ok(Step::End);
    }
    let count = bytes.len();
    room.space(count)[..count].copy_from_slice(bytes);
    *room.end += count;
    packed.consume(count);
    Ok(Step::More)
}
