//! Gzip, a member at a time. Comes in: the window of the file. Goes out: whole members by libdeflate,
//! large ones by and by. Where a member is broken the next one is looked for.

use std::io;

use flate2::{Decompress, FlushDecompress, Status};
use libdeflater::{Crc, DecompressionError, Decompressor};
use memchr::memmem;

use crate::{
    codec::{Room, Step},
    packed::Packed,
};

const MAGIC: [u8; 3] = [0x1f, 0x8b, 8];
/// A member is unpacked in one go if it is no larger than this, packed and unpacked.
const ONE_GO: usize = 4 << 20;
/// Packed bytes that are there before a member is begun: nearly every record is smaller.
const AHEAD: usize = 512 << 10;
const PIECE: usize = 256 << 10;

pub struct Gzip {
    whole: Decompressor,
    /// How much room a member is given first.
    guess: usize,
    flow: Option<Flow>,
    /// Damage right after bytes that were good.
    damage: Option<Step>,
    lost: bool,
}

/// A member that is unpacked by and by.
struct Flow {
    inflate: Decompress,
    crc: Crc,
    count: u32,
    start: u64,
}

enum Whole {
    /// Unpacked and packed length.
    Done(usize, usize),
    TooLarge,
    Broken,
}

impl Default for Gzip {
    fn default() -> Gzip {
        Gzip { whole: Decompressor::new(), guess: PIECE, flow: None, damage: None, lost: false }
    }
}

impl Gzip {
    pub fn more(&mut self, packed: &mut Packed, room: &mut Room<'_>) -> io::Result<Step> {
        if let Some(damage) = self.damage.take() {
            return Ok(damage);
        }
        if self.flow.is_some() {
            return self.flow_on(packed, room);
        }
        if self.lost {
            self.find(packed)?;
        }
        packed.fill(AHEAD)?;
        let start = packed.offset();
        let head = match head(packed.bytes()) {
            Ok(head) => head,
            Err(_) if packed.bytes().is_empty() => return Ok(Step::End),
            // Writers may fill the file up with zeros.
            Err(_) if packed.bytes().iter().all(|it| *it == 0) => {
                packed.consume(usize::MAX);
                return Ok(Step::Member(start));
            }
            Err(what) => return Ok(self.broken(packed, start, what.to_owned())),
        };
        let mut whole = self.in_one_go(&packed.bytes()[head..], room);
        if matches!(whole, Whole::Broken) && !packed.is_last() && packed.bytes().len() < ONE_GO {
            packed.fill(ONE_GO)?;
            whole = self.in_one_go(&packed.bytes()[head..], room);
        }
        match whole {
            Whole::Done(unpacked, length) => {
                *room.end += unpacked;
                packed.consume(head + length);
                Ok(Step::Member(start))
            }
            // Too large for one go, or cut, or broken: by and by all that can be had is had.
            Whole::TooLarge | Whole::Broken => {
                packed.consume(head);
                let inflate = Decompress::new(false);
                self.flow = Some(Flow { inflate, crc: Crc::new(), count: 0, start });
                match self.flow_on(packed, room)? {
                    Step::More => Ok(Step::Member(start)),
                    step => Ok(step),
                }
            }
        }
    }

    /// libdeflate does not say where the packed data ended: the checksum and the length that stand
    /// there do.
    fn in_one_go(&mut self, data: &[u8], room: &mut Room<'_>) -> Whole {
        loop {
            let space = room.space(self.guess);
            match self.whole.deflate_decompress(data, space) {
                Ok(count) => {
                    let mut tail = [0; 8];
                    tail[..4].copy_from_slice(&libdeflater::crc32(&space[..count]).to_le_bytes());
                    tail[4..].copy_from_slice(&(count as u32).to_le_bytes());
                    // No compressor makes more of it than this; what is stranger goes by and by.
                    let most = data.len().min(count + count / 8 + 1024);
                    return match memmem::find(&data[..most], &tail) {
                        Some(at) => Whole::Done(count, at + 8),
                        None => Whole::Broken,
                    };
                }
                Err(DecompressionError::InsufficientSpace) if self.guess < ONE_GO => {
                    self.guess *= 2
                }
                Err(DecompressionError::InsufficientSpace) => return Whole::TooLarge,
                Err(DecompressionError::BadData) => return Whole::Broken,
            }
        }
    }

    /// What was unpacked before damage is given before it is told of.
    fn flow_on(&mut self, packed: &mut Packed, room: &mut Room<'_>) -> io::Result<Step> {
        let before = *room.end;
        let step = self.flow_once(packed, room)?;
        if *room.end > before && matches!(step, Step::Damage(..)) {
            self.damage = Some(step);
            return Ok(Step::More);
        }
        Ok(step)
    }

    fn flow_once(&mut self, packed: &mut Packed, room: &mut Room<'_>) -> io::Result<Step> {
        let Some(flow) = &mut self.flow else { return Ok(Step::More) };
        let start = flow.start;
        loop {
            packed.fill(1)?;
            let space = &mut room.space(PIECE)[..PIECE];
            let (before, made) = (flow.inflate.total_in(), flow.inflate.total_out());
            let status = flow.inflate.decompress(packed.bytes(), space, FlushDecompress::None);
            let taken = (flow.inflate.total_in() - before) as usize;
            let made = (flow.inflate.total_out() - made) as usize;
            let last = packed.is_last() && packed.bytes().len() == taken;
            flow.crc.update(&space[..made]);
            flow.count = flow.count.wrapping_add(made as u32);
            *room.end += made;
            packed.consume(taken);
            match status {
                Ok(Status::StreamEnd) => {
                    packed.fill(8)?;
                    let (crc, count) = (flow.crc.sum().to_le_bytes(), flow.count.to_le_bytes());
                    let tail = packed.bytes().get(..8).map(|it| it == [crc, count].concat());
                    return Ok(match tail {
                        Some(true) => {
                            packed.consume(8);
                            self.flow = None;
                            Step::More
                        }
                        Some(false) => self.broken(packed, start, WRONG.to_owned()),
                        None => self.broken(packed, start, CUT.to_owned()),
                    });
                }
                Ok(_) if made > 0 => return Ok(Step::More),
                Ok(_) if last => return Ok(self.broken(packed, start, CUT.to_owned())),
                Ok(_) if taken > 0 || packed.bytes().is_empty() => {}
                Ok(_) | Err(_) => {
                    let what = "expected gzip data but found bytes that cannot be unpacked";
                    return Ok(self.broken(packed, start, what.to_owned()));
                }
            }
        }
    }

    /// Where reading goes on in a file there may be no member: it is looked for then.
    pub fn resume(&mut self, packed: &mut Packed) -> io::Result<()> {
        packed.fill(AHEAD)?;
        self.lost = head(packed.bytes()).is_err();
        Ok(())
    }

    fn broken(&mut self, packed: &mut Packed, start: u64, what: String) -> Step {
        self.flow = None;
        self.lost = true;
        if packed.offset() == start {
            packed.consume(1);
        }
        Step::Damage(start, what)
    }

    /// Goes to the next byte at which a member with a record begins, or to the end.
    fn find(&mut self, packed: &mut Packed) -> io::Result<()> {
        self.lost = false;
        loop {
            packed.fill(AHEAD)?;
            let bytes = packed.bytes();
            let found = memmem::find_iter(bytes, &MAGIC).find(|at| holds_record(&bytes[*at..]));
            match found {
                Some(at) => {
                    packed.consume(at);
                    return Ok(());
                }
                None if packed.is_last() => packed.consume(usize::MAX),
                // A head may lie across the end of the window.
                None => packed.consume(bytes.len().saturating_sub(4 << 10).max(1)),
            }
            if packed.is_last() && packed.bytes().is_empty() {
                return Ok(());
            }
        }
    }
}

const CUT: &str = "expected a whole gzip member but the file ends within it";
const WRONG: &str = "expected the checksum of the gzip member but found another";

/// Whether a member begins there that begins with a record.
pub fn holds_record(bytes: &[u8]) -> bool {
    let Ok(head) = head(bytes) else { return false };
    let data = &bytes[head..];
    let mut first = [0; 16];
    let mut inflate = Decompress::new(false);
    let data = &data[..data.len().min(2 << 10)];
    let _ = inflate.decompress(data, &mut first, FlushDecompress::None);
    crate::warc::begins(&first[..inflate.total_out() as usize])
}

/// The length of a member's head.
fn head(bytes: &[u8]) -> Result<usize, &'static str> {
    const NONE: &str = "expected a gzip member but found other bytes";
    let fixed = bytes.get(..10).ok_or(CUT)?;
    if fixed[..3] != MAGIC || fixed[3] & 0xe0 != 0 {
        return Err(NONE);
    }
    let flags = fixed[3];
    let mut at = 10;
    if flags & 4 != 0 {
        let length = bytes.get(at..at + 2).ok_or(CUT)?;
        at += 2 + usize::from(u16::from_le_bytes([length[0], length[1]]));
    }
    // The name of the file and a comment, each ended by NUL.
    for flag in [8, 16] {
        if flags & flag != 0 {
            let rest = bytes.get(at..).ok_or(CUT)?;
            at += memchr::memchr(0, &rest[..rest.len().min(2 << 10)]).ok_or(NONE)? + 1;
        }
    }
    at += if flags & 2 != 0 { 2 } else { 0 };
    if at <= bytes.len() { Ok(at) } else { Err(CUT) }
}
