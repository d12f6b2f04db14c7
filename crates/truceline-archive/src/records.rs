//! An archive, record by record. Comes in: a file. Goes out: items in its order, each with the place
//! from which reading may go on after it. What is broken is an item too; the next record follows.

use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom},
    path::Path,
};

use sha2::{Digest, Sha256};

use crate::{
    Limits, Place,
    codec::Codec,
    http::Answer,
    packed::Packed,
    unpacked::{Stop, Unpacked},
    warc,
};

/// One record, or what stands in place of one.
#[derive(Debug)]
pub struct Item {
    pub place: Place,
    /// Where reading goes on after it.
    pub next: Place,
    pub what: What,
}

#[derive(Debug)]
pub enum What {
    /// May hold a page.
    Answer(Answer),
    /// Known, and no page: requests, notes, revisits.
    Other(Kind),
    /// Broken or too large, and why.
    Skipped(String),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The same answer as one that another archive holds.
    Revisit,
    Note,
}

/// What an archive is known by, whatever it is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// SHA-256 of its length, its first and its last 64 KiB, in hexadecimal.
    pub digest: String,
    /// In bytes.
    pub length: u64,
}

impl Name {
    pub fn of(file: &mut File) -> io::Result<Name> {
        const PART: u64 = 64 << 10;
        let length = file.metadata()?.len();
        let mut sha = Sha256::new();
        sha.update(length.to_be_bytes());
        let mut part = Vec::new();
        for at in [0, length.saturating_sub(PART)] {
            file.seek(SeekFrom::Start(at))?;
            part.clear();
            Read::by_ref(file).take(PART).read_to_end(&mut part)?;
            sha.update(&part);
        }
        file.rewind()?;
        let digest = sha.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(Name { digest, length })
    }
}

/// Bytes after the content that are looked at: blank lines, and then the next record.
const LOOK: usize = 64;

pub struct Archive {
    window: Unpacked,
    limits: Limits,
    /// Within something broken: the next record is to be looked for.
    lost: bool,
    ended: bool,
}

impl Archive {
    /// From the first byte a reader gives.
    pub fn new(reader: Box<dyn Read + Send>, limits: Limits) -> io::Result<Archive> {
        let window = Unpacked::new(Packed::new(reader, 0), None)?;
        Ok(Archive { window, limits, lost: false, ended: false })
    }

    /// From a place that [`Item::next`] gave.
    pub fn open(path: &Path, from: Place, limits: Limits) -> io::Result<Archive> {
        let mut file = File::open(path)?;
        if from == Place::default() {
            return Archive::new(Box::new(file), limits);
        }
        // The head of the file says how it is packed, and may hold a dictionary.
        let codec = Codec::of(&mut Packed::new(Box::new(file.try_clone()?), 0))?;
        file.seek(SeekFrom::Start(from.member))?;
        let mut window = Unpacked::new(Packed::new(Box::new(file), from.member), Some(codec))?;
        window.skip(from.within);
        // The place may lie within something broken.
        Ok(Archive { window, limits, lost: true, ended: false })
    }

    fn skipped(&self, place: Place, what: String) -> Item {
        Item { place, next: self.window.place_after_damage(), what: What::Skipped(what) }
    }

    /// Damage at a place. `None`: nothing is wrong, a record may begin here.
    fn between(&mut self) -> Option<Result<Item, ()>> {
        loop {
            let bytes = self.window.bytes();
            let blank = bytes.iter().take_while(|it| matches!(it, b'\r' | b'\n')).count();
            let more = blank < bytes.len();
            self.window.consume(blank);
            if more || self.window.fill(1) {
                if more {
                    return None;
                }
                continue;
            }
            match self.window.stop() {
                Stop::Wall => {}
                Stop::Damage(place, what) => {
                    self.lost = true;
                    return Some(Ok(self.skipped(place, what)));
                }
                Stop::End => return Some(Err(())),
            }
        }
    }

    /// Goes to where a record begins; damage on the way, or nothing where no more records come.
    fn find(&mut self) -> Option<Result<(), Item>> {
        loop {
            match warc::next(self.window.bytes()) {
                Ok(at) => {
                    self.window.consume(at);
                    self.lost = false;
                    return Some(Ok(()));
                }
                Err(none) => self.window.consume(none),
            }
            let there = self.window.bytes().len();
            if self.window.fill(there + 1) {
                continue;
            }
            match self.window.stop() {
                // What stands before the wall begins no record.
                Stop::Wall => self.window.consume(there),
                Stop::Damage(place, what) => return Some(Err(self.skipped(place, what))),
                Stop::End => return None,
            }
        }
    }

    fn record(&mut self) -> Item {
        let place = self.window.place();
        match self.read() {
            Ok(what) => Item { place, next: self.window.place(), what },
            Err(what) => {
                self.lost = true;
                if self.window.place() == place {
                    // Else the same record would be found again.
                    self.window.consume(1);
                }
                self.skipped(place, what)
            }
        }
    }

    fn read(&mut self) -> Result<What, String> {
        let place = self.window.place();
        let length = self.fields()?;
        let head = warc::head(&self.window.bytes()[..length])?;
        let kind = match (head.kind.as_str(), head.content.as_deref()) {
            ("response" | "resource" | "conversion", content) if Answer::may_be(content) => None,
            ("revisit", _) => Some(Kind::Revisit),
            _ => Some(Kind::Note),
        };
        if head.length > self.limits.record as u64 {
            self.window.consume(length);
            self.pass(head.length)?;
            let limit = self.limits.record;
            return Ok(kind.map_or_else(
                || {
                    What::Skipped(format!(
                        "expected at most {limit} bytes of content but found {}",
                        head.length
                    ))
                },
                What::Other,
            ));
        }
        let end = length + head.length as usize;
        if !self.window.fill(end) {
            return Err(self.cut(head.length));
        }
        let filled = self.window.fill(end + LOOK);
        if self.window.damage_of(place.member) && place.within == 0 {
            return Err(self.broken(String::new()));
        }
        let rest = &self.window.bytes()[end..];
        let blank = rest.iter().take_while(|it| matches!(it, b'\r' | b'\n')).count();
        let after = &rest[blank..];
        let ended = rest.starts_with(b"\r\n\r\n") || after.is_empty() && !filled;
        if !ended && !warc::begins(after) {
            return Err(format!(
                "expected the end of the record but found `{}`; its Content-Length is wrong",
                warc::shown(rest)
            ));
        }
        let what = match kind {
            Some(kind) => What::Other(kind),
            None => {
                let content = self.window.bytes()[length..end].to_vec();
                What::Answer(Answer { url: head.url, date: head.date, kind: head.content, content })
            }
        };
        self.window.consume(end + blank);
        Ok(what)
    }

    /// The length of the record's fields, which stand at the head of the window then.
    fn fields(&mut self) -> Result<usize, String> {
        let mut looked = 512;
        loop {
            let filled = self.window.fill(looked);
            let bytes = self.window.bytes();
            let bytes = &bytes[..bytes.len().min(self.limits.head)];
            if !warc::begins(bytes) {
                let found = warc::shown(bytes);
                return Err(self.broken(format!("expected a WARC record but found `{found}`")));
            }
            if let Some(length) = warc::length(bytes) {
                return Ok(length);
            }
            if !filled {
                let what = "expected the fields of a WARC record but they do not end";
                return Err(self.broken(what.to_owned()));
            }
            if looked >= self.limits.head {
                let limit = self.limits.head;
                return Err(format!("expected at most {limit} bytes of fields but found more"));
            }
            looked = (looked * 4).min(self.limits.head);
        }
    }

    /// Passes over content that is not kept. Where another record seems to begin within it, the
    /// length is taken to be wrong: else one broken number would swallow the rest of the file.
    fn pass(&mut self, length: u64) -> Result<(), String> {
        let mut left = length;
        while left > 0 {
            let bytes = self.window.bytes();
            let bytes = &bytes[..bytes.len().min(usize::try_from(left).unwrap_or(usize::MAX))];
            let step = match warc::next(bytes) {
                Ok(at) => {
                    self.window.consume(at);
                    return Err("expected the end of the record but found another within it; its \
                                Content-Length is wrong"
                        .to_owned());
                }
                Err(_) if bytes.len() as u64 == left => bytes.len(),
                Err(none) => none,
            };
            self.window.consume(step);
            left -= step as u64;
            let there = self.window.bytes().len();
            if left > there as u64 && !self.window.fill(there + 1) {
                return Err(self.cut(length));
            }
        }
        Ok(())
    }

    fn cut(&mut self, length: u64) -> String {
        self.broken(format!("expected {length} bytes of content but the record ends before"))
    }

    /// What is wrong: the damage that stands in the way says more than what was expected here.
    fn broken(&mut self, what: String) -> String {
        if self.window.is_damaged()
            && let Stop::Damage(_, damage) = self.window.stop()
        {
            // All up to the damage is of this record.
            let left = self.window.bytes().len();
            self.window.consume(left);
            return damage;
        }
        what
    }
}

impl Iterator for Archive {
    type Item = Item;

    fn next(&mut self) -> Option<Item> {
        if self.ended {
            return None;
        }
        if self.lost {
            match self.find() {
                Some(Ok(())) => {}
                Some(Err(item)) => return Some(item),
                None => {
                    self.ended = true;
                    return None;
                }
            }
        }
        match self.between() {
            None => Some(self.record()),
            Some(Ok(item)) => Some(item),
            Some(Err(())) => {
                self.ended = true;
                None
            }
        }
    }
}
