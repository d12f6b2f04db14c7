//! What the file holds. Comes in: a packed file. Goes out: a window of unpacked bytes, and for each
//! of them where it stands in the file. A member that begins a record is a wall: no record goes on
//! beyond it, whatever its length is said to be.

use std::{collections::VecDeque, io};

use crate::{
    Place,
    codec::{Codec, Room, Step},
    packed::Packed,
    warc,
};

pub struct Unpacked {
    packed: Packed,
    codec: Codec,
    buf: Vec<u8>,
    head: usize,
    end: usize,
    /// Where in `buf` members begin, and from which place of the file on.
    members: VecDeque<(usize, Place)>,
    wall: Option<usize>,
    damage: Option<(Place, String)>,
    ended: bool,
}

/// What stands in the way of more bytes.
#[derive(Debug)]
pub enum Stop {
    /// A member that begins a record.
    Wall,
    /// Damage, and where the member begins that has it.
    Damage(Place, String),
    End,
}

impl Unpacked {
    /// `codec`: how the file is packed, where that is known; else its first bytes say it.
    pub fn new(mut packed: Packed, codec: Option<Codec>) -> io::Result<Unpacked> {
        let codec = match codec {
            Some(mut codec) => {
                codec.resume(&mut packed)?;
                codec
            }
            None => Codec::of(&mut packed)?,
        };
        let start = Place { member: packed.offset(), within: 0 };
        Ok(Unpacked {
            packed,
            codec,
            buf: Vec::new(),
            head: 0,
            end: 0,
            members: VecDeque::from([(0, start)]),
            wall: None,
            damage: None,
            ended: false,
        })
    }

    pub fn bytes(&self) -> &[u8] {
        &self.buf[self.head..self.wall.unwrap_or(self.end)]
    }

    /// Where the first byte of the window stands.
    pub fn place(&self) -> Place {
        let (at, place) = self.members[0];
        let within = place.within + (self.head - at) as u64;
        if self.codec.is_plain() {
            return Place { member: place.member + within, within: 0 };
        }
        Place { member: place.member, within }
    }

    /// The same after damage: what is behind it need not be read again.
    pub fn place_after_damage(&self) -> Place {
        if self.bytes().is_empty() && self.wall.is_none() && !self.codec.is_plain() {
            return Place { member: self.packed.offset(), within: 0 };
        }
        self.place()
    }

    /// Unpacks on until `want` bytes are there, or something stands in the way.
    pub fn fill(&mut self, want: usize) -> bool {
        while self.bytes().len() < want {
            if self.wall.is_some() || self.damage.is_some() || self.ended {
                return false;
            }
            self.more();
        }
        true
    }

    fn more(&mut self) {
        self.make_room();
        let before = self.end;
        let room = Room { buf: &mut self.buf, end: &mut self.end };
        match self.codec.more(&mut self.packed, room) {
            Step::More => {}
            Step::Member(start) => {
                let place = Place { member: start, within: 0 };
                if before == self.head {
                    self.members.clear();
                }
                self.members.push_back((before, place));
                if before > self.head && warc::begins(&self.buf[before..self.end]) {
                    self.wall = Some(before);
                }
            }
            Step::Damage(start, what) => {
                self.damage = Some((Place { member: start, within: 0 }, what));
            }
            Step::End => self.ended = true,
        }
    }

    fn make_room(&mut self) {
        if self.head == 0 || self.end - self.head > self.head {
            return;
        }
        self.buf.copy_within(self.head..self.end, 0);
        self.end -= self.head;
        for member in &mut self.members {
            // The first may begin before the window.
            let before = self.head.saturating_sub(member.0) as u64;
            member.0 = member.0.saturating_sub(self.head);
            member.1.within += before;
        }
        self.head = 0;
    }

    pub fn consume(&mut self, count: usize) {
        self.head += count.min(self.bytes().len());
        while self.members.len() > 1 && self.members[1].0 <= self.head {
            self.members.pop_front();
        }
    }

    /// Passes over bytes that are not kept; whether all of them were there.
    pub fn skip(&mut self, mut count: u64) -> bool {
        while count > 0 {
            if self.bytes().is_empty() && !self.fill(1) {
                return false;
            }
            let step = (self.bytes().len() as u64).min(count);
            self.consume(step as usize);
            count -= step;
        }
        true
    }

    /// Takes away what stands in the way; to be asked where [`Unpacked::fill`] has failed.
    pub fn stop(&mut self) -> Stop {
        if self.wall.take().is_some() {
            return Stop::Wall;
        }
        match self.damage.take() {
            Some((place, what)) => Stop::Damage(place, what),
            None => Stop::End,
        }
    }

    pub fn is_damaged(&self) -> bool {
        self.damage.is_some()
    }

    /// Damage in the member that begins there, found while looking further.
    pub fn damage_of(&self, member: u64) -> bool {
        self.damage.as_ref().is_some_and(|it| it.0.member == member)
    }
}
