//! Zstd, a frame at a time. Comes in: the window of the file. Goes out: unpacked bytes. A dictionary
//! that stands in a frame of its own at the head of the file is used for all others.

use std::io::{self, Read};

use memchr::memmem;
use zstd::stream::raw::{DParameter, Decoder, Operation};

use crate::{
    codec::{Room, Step},
    packed::Packed,
};

const FRAME: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];
/// A frame to be passed over, by the format of WARC files in which it holds the dictionary.
const DICTIONARY: [u8; 4] = [0x5d, 0x2a, 0x4d, 0x18];
const LARGEST_DICTIONARY: usize = 16 << 20;
/// What a frame may ask to be kept in memory while it is unpacked: 2 to this many bytes.
const WINDOW: u32 = 27;
const PIECE: usize = 256 << 10;

pub struct Zstd {
    decoder: Decoder<'static>,
    dictionary: Vec<u8>,
    begun: Option<u64>,
    lost: bool,
}

impl Zstd {
    pub fn begins(bytes: &[u8]) -> bool {
        bytes.starts_with(&FRAME) || bytes.starts_with(&DICTIONARY)
    }

    pub fn new(packed: &mut Packed) -> io::Result<Zstd> {
        let mut dictionary = Vec::new();
        packed.fill(8)?;
        if let [head @ .., a, b, c, d] = packed.bytes().get(..8).unwrap_or_default()
            && *head == DICTIONARY
        {
            let length = u32::from_le_bytes([*a, *b, *c, *d]) as usize;
            if length > LARGEST_DICTIONARY {
                return Err(io::Error::other("its dictionary is too large"));
            }
            packed.fill(8 + length)?;
            let held = packed.bytes().get(8..8 + length).unwrap_or_default();
            if held.starts_with(&FRAME) {
                let unpacked = zstd::stream::read::Decoder::with_buffer(held)?;
                unpacked.take(LARGEST_DICTIONARY as u64).read_to_end(&mut dictionary)?;
            } else {
                dictionary.extend_from_slice(held);
            }
            packed.consume(8 + length);
        }
        Ok(Zstd { decoder: decoder(&dictionary)?, dictionary, begun: None, lost: false })
    }

    pub fn more(&mut self, packed: &mut Packed, room: &mut Room<'_>) -> io::Result<Step> {
        if self.lost {
            self.find(packed)?;
        }
        packed.fill(1)?;
        let at_start = self.begun.is_none();
        if at_start && packed.bytes().is_empty() {
            return Ok(Step::End);
        }
        let start = *self.begun.get_or_insert(packed.offset());
        loop {
            packed.fill(1)?;
            let space = &mut room.space(PIECE)[..PIECE];
            let done = match self.decoder.run_on_buffers(packed.bytes(), space) {
                Ok(done) => done,
                Err(err) => {
                    return self.broken(
                        packed,
                        start,
                        format!("expected zstd data but found: {err}"),
                    );
                }
            };
            *room.end += done.bytes_written;
            packed.consume(done.bytes_read);
            let idle = done.bytes_read == 0 && done.bytes_written == 0;
            if done.remaining == 0 {
                self.begun = None;
                return Ok(if at_start { Step::Member(start) } else { Step::More });
            }
            if done.bytes_written > 0 {
                return Ok(if at_start { Step::Member(start) } else { Step::More });
            }
            packed.fill(1)?;
            if idle || packed.bytes().is_empty() {
                let what = "expected a whole zstd frame but the file ends within it";
                return self.broken(packed, start, what.to_owned());
            }
        }
    }

    /// Where reading goes on in a file there may be no frame: it is looked for then.
    pub fn resume(&mut self, packed: &mut Packed) -> io::Result<()> {
        packed.fill(FRAME.len())?;
        self.lost = !packed.bytes().starts_with(&FRAME);
        Ok(())
    }

    fn broken(&mut self, packed: &mut Packed, start: u64, what: String) -> io::Result<Step> {
        self.decoder = decoder(&self.dictionary)?;
        self.begun = None;
        self.lost = true;
        if packed.offset() == start {
            packed.consume(1);
        }
        Ok(Step::Damage(start, what))
    }

    fn find(&mut self, packed: &mut Packed) -> io::Result<()> {
        self.lost = false;
        loop {
            packed.fill(PIECE)?;
            match memmem::find(packed.bytes(), &FRAME) {
                Some(at) => packed.consume(at),
                None if packed.is_last() => packed.consume(usize::MAX),
                None => {
                    packed.consume(packed.bytes().len().saturating_sub(3).max(1));
                    continue;
                }
            }
            return Ok(());
        }
    }
}

fn decoder(dictionary: &[u8]) -> io::Result<Decoder<'static>> {
    let mut decoder = Decoder::with_dictionary(dictionary)?;
    decoder.set_parameter(DParameter::WindowLogMax(WINDOW))?;
    Ok(decoder)
}
