//! The gazetteer as one block of bytes, read in place. Comes in: `world/gazetteer.bin`. Goes out:
//! the records that bear a folded name. Never copies the block; `examples/gazetteer.rs` writes it.

use std::borrow::Cow;

/// Layout, all numbers little-endian `u32`: magic, then the byte lengths of the five parts
/// (zones, names, records, postings, fst), then the parts in that order.
///
/// - zones: IANA names, one a line
/// - names: names of places, one after the other
/// - records: [`RECORD`] bytes each, towns and then regions: id, name offset << 8 | length,
///   latitude and longitude in 1e-5 degrees, population; then in two bytes each the zone index, the
///   country code, and the region named like this town (1 + its place among the regions, 0 for
///   none). Of a region the id is the offset << 8 | length of its code (`SY.12`) in the names, and
///   the last two bytes are [`REGION`]
///   (after the last record stands the index of the first region)
/// - postings: for names with several records, a count and then [`entry`]s
/// - fst: folded name → an entry << 1, or a postings index << 1 | 1
pub const MAGIC: [u8; 8] = *b"TLGAZ\0\0\x02";
pub const RECORD: usize = 26;
pub const REGION: u16 = 0xffff;
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

/// What a record is known by at its source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Id<'a> {
    Town(u32),
    /// Country and codes of the divisions: `SY.12`.
    Region(&'a str),
}

/// One place of the block.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Record<'a> {
    pub id: Id<'a>,
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

    pub fn record(&self, idx: u32) -> Record<'_> {
        let at = self.at(idx);
        let field = |idx: usize| number(&self.bytes, at + idx * 4);
        let (zone_start, zone_end) = self.zones[usize::from(short(&self.bytes, at + 20))];
        let id = match short(&self.bytes, at + 24) {
            REGION => Id::Region(self.name(field(0))),
            _ => Id::Town(field(0)),
        };
        Record {
            id,
            name: self.name(field(1)),
            lat: f64::from(field(2) as i32) / 1e5,
            lon: f64::from(field(3) as i32) / 1e5,
            population: field(4),
            zone: text(&self.bytes[zone_start..zone_end]),
            country: text(&self.bytes[at + 22..at + 24]),
        }
    }

    /// ISO code of a record, without reading the rest of it.
    pub fn country(&self, idx: u32) -> &str {
        let at = self.at(idx) + 22;
        text(&self.bytes[at..at + 2])
    }

    pub fn population(&self, idx: u32) -> u32 {
        number(&self.bytes, self.at(idx) + 16)
    }

    fn at(&self, idx: u32) -> usize {
        self.parts[2].0 + idx as usize * RECORD
    }

    fn name(&self, at: u32) -> &str {
        let start = self.parts[1].0 + (at >> 8) as usize;
        text(&self.bytes[start..start + (at & 0xff) as usize])
    }

    pub fn is_region(&self, idx: u32) -> bool {
        short(&self.bytes, self.at(idx) + 24) == REGION
    }

    /// The region named like a town that lies in it: `Idlib` of Idlib.
    pub fn region_of(&self, town: u32) -> Option<u32> {
        match short(&self.bytes, self.at(town) + 24) {
            0 | REGION => None,
            region => {
                let regions = number(&self.bytes, self.parts[2].1 - 4);
                Some(regions + u32::from(region) - 1)
            }
        }
    }

    /// The largest place of a country that bears this folded name.
    pub fn largest(&self, folded: &str, country: &str) -> Option<u32> {
        let named = self.named(self.step(self.walk(), folded.as_bytes())?);
        named
            .into_iter()
            .map(|(record, _)| record)
            .find(|&it| !self.is_region(it) && self.country(it) == country)
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

fn short(bytes: &[u8], at: usize) -> u16 {
    u16::from_le_bytes([bytes[at], bytes[at + 1]])
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap_or("")
}
