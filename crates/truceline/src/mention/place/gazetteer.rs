//! The gazetteer as one block of bytes, read in place. Comes in: `world/gazetteer.bin`. Goes out:
//! the records that bear a folded name. Never copies the block; `examples/gazetteer.rs` writes it.

use std::borrow::Cow;

/// Layout, all numbers little-endian `u32`: magic, then the byte lengths of the five parts
/// (zones, names, records, postings, fst), then the parts in that order.
///
/// - zones: IANA names, one a line
/// - names: names of places, one after the other
/// - records: [`RECORD`] bytes each, by id: id, name offset << 8 | length, latitude and longitude
///   in 1e-5 degrees, population, zone index, country code
/// - postings: for names with several records, a count and then [`entry`]s
/// - fst: folded name → an entry << 1, or a postings index << 1 | 1
pub const MAGIC: [u8; 8] = *b"TLGAZ\0\0\x01";
pub const RECORD: usize = 24;
const PARTS: usize = 5;

/// What the fst or a posting says of a record: its index, and whether the name is the main one.
pub fn entry(record: u32, main: bool) -> u32 {
    record << 1 | u32::from(main)
}

pub struct Gazetteer {
    bytes: Cow<'static, [u8]>,
    parts: [(usize, usize); PARTS],
    zones: Vec<(usize, usize)>,
    names: fst::raw::Fst<Part>,
}

/// A stretch of the block that the fst reads from.
#[derive(Clone)]
struct Part(Cow<'static, [u8]>, usize);

impl AsRef<[u8]> for Part {
    fn as_ref(&self) -> &[u8] {
        &self.0[self.1..]
    }
}

/// One place of the block.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Record<'a> {
    pub id: u32,
    pub name: &'a str,
    pub lat: f64,
    pub lon: f64,
    pub population: u32,
    pub zone: &'a str,
    /// ISO 3166 alpha-2.
    pub country: &'a str,
}

/// Where a walk through the names stands: after some bytes of a folded name.
#[derive(Clone, Copy)]
pub struct Walk {
    addr: fst::raw::CompiledAddr,
    output: u64,
}

impl Gazetteer {
    pub fn new(bytes: Cow<'static, [u8]>) -> Result<Gazetteer, String> {
        let head = MAGIC.len() + PARTS * 4;
        if bytes.len() < head || bytes[..MAGIC.len()] != MAGIC {
            return Err("expected a gazetteer block; build it with examples/gazetteer.rs".into());
        }
        let mut parts = [(0, 0); PARTS];
        let mut at = head;
        for (idx, part) in parts.iter_mut().enumerate() {
            let length = number(&bytes, MAGIC.len() + idx * 4) as usize;
            *part = (at, at + length);
            at += length;
        }
        if at != bytes.len() {
            return Err(format!("expected {at} bytes but found {}", bytes.len()));
        }
        let mut zones = Vec::new();
        let mut start = parts[0].0;
        for end in parts[0].0..parts[0].1 {
            if bytes[end] == b'\n' {
                zones.push((start, end));
                start = end + 1;
            }
        }
        let names = fst::raw::Fst::new(Part(bytes.clone(), parts[4].0))
            .map_err(|err| format!("names: {err}"))?;
        Ok(Gazetteer { bytes, parts, zones, names })
    }

    pub fn len(&self) -> u32 {
        ((self.parts[2].1 - self.parts[2].0) / RECORD) as u32
    }

    pub fn record(&self, idx: u32) -> Record<'_> {
        let at = self.parts[2].0 + idx as usize * RECORD;
        let field = |idx: usize| number(&self.bytes, at + idx * 4);
        let name = field(1);
        let start = self.parts[1].0 + (name >> 8) as usize;
        let zone = u16::from_le_bytes([self.bytes[at + 20], self.bytes[at + 21]]);
        let (zone_start, zone_end) = self.zones[zone as usize];
        Record {
            id: field(0),
            name: text(&self.bytes[start..start + (name & 0xff) as usize]),
            lat: f64::from(field(2) as i32) / 1e5,
            lon: f64::from(field(3) as i32) / 1e5,
            population: field(4),
            zone: text(&self.bytes[zone_start..zone_end]),
            country: text(&self.bytes[at + 22..at + 24]),
        }
    }

    /// The largest place of a country that bears this folded name.
    pub fn largest(&self, folded: &str, country: &str) -> Option<u32> {
        let named = self.named(self.step(self.walk(), folded.as_bytes())?);
        named.into_iter().map(|(record, _)| record).find(|&it| self.record(it).country == country)
    }

    pub fn walk(&self) -> Walk {
        Walk { addr: self.names.root().addr(), output: 0 }
    }

    /// Goes on by some bytes; `None` where no name begins so.
    pub fn step(&self, mut walk: Walk, bytes: &[u8]) -> Option<Walk> {
        let mut node = self.names.node(walk.addr);
        for &byte in bytes {
            let transition = node.transition(node.find_input(byte)?);
            walk.output += transition.out.value();
            walk.addr = transition.addr;
            node = self.names.node(walk.addr);
        }
        Some(walk)
    }

    /// The records that bear the name walked so far: index and whether it is their main name.
    pub fn named(&self, walk: Walk) -> Vec<(u32, bool)> {
        let node = self.names.node(walk.addr);
        if !node.is_final() {
            return Vec::new();
        }
        let value = (walk.output + node.final_output().value()) as u32;
        let entry = |value: u32| (value >> 1, value & 1 == 1);
        if value & 1 == 0 {
            return vec![entry(value >> 1)];
        }
        let at = self.parts[3].0 + (value >> 1) as usize * 4;
        let count = number(&self.bytes, at) as usize;
        (1..=count).map(|idx| entry(number(&self.bytes, at + idx * 4))).collect()
    }
}

fn number(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap_or("")
}
