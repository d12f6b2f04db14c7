//! The file as it is. Comes in: a reader. Goes out: a window of its bytes that grows when asked to,
//! and where in the file it begins. Never holds more than was asked for and one read beyond.

use std::io::{self, Read};

/// Small enough for what was read to be near when it is unpacked.
const STEP: usize = 256 << 10;
/// The least room for the window: what is left of it is moved to its head when the end is reached.
const ROOM: usize = 2 << 20;

pub struct Packed {
    reader: Box<dyn Read + Send>,
    buf: Vec<u8>,
    head: usize,
    end: usize,
    /// Of `head`, in the file.
    offset: u64,
    ended: bool,
}

impl Packed {
    /// `offset`: where in the file the reader stands.
    pub fn new(reader: Box<dyn Read + Send>, offset: u64) -> Packed {
        Packed { reader, buf: Vec::new(), head: 0, end: 0, offset, ended: false }
    }

    pub fn offset(&self) -> u64 {
        self.offset
    }

    pub fn bytes(&self) -> &[u8] {
        &self.buf[self.head..self.end]
    }

    /// Whether all that is left of the file is in the window.
    pub fn is_last(&self) -> bool {
        self.ended
    }

    /// Reads on until `want` bytes are there or the file ends.
    pub fn fill(&mut self, want: usize) -> io::Result<()> {
        while self.end - self.head < want && !self.ended {
            if self.head > 0 && self.buf.len() - self.end < STEP {
                self.buf.copy_within(self.head..self.end, 0);
                self.end -= self.head;
                self.head = 0;
            }
            if self.buf.len() - self.end < STEP {
                self.buf.resize((self.end + STEP).max(ROOM), 0);
            }
            match self.reader.read(&mut self.buf[self.end..][..STEP]) {
                Ok(0) => self.ended = true,
                Ok(read) => self.end += read,
                Err(err) if err.kind() == io::ErrorKind::Interrupted => {}
                Err(err) => {
                    // What cannot be read now will not be asked for again.
                    self.ended = true;
                    return Err(err);
                }
            }
        }
        Ok(())
    }

    pub fn consume(&mut self, count: usize) {
        let count = count.min(self.end - self.head);
        self.head += count;
        self.offset += count as u64;
    }
}
