//! News archives: WARC files as they are kept, plain, gzip or zstd. Comes in: bytes of any kind.
//! Goes out: the pages in them, in order, and a reason for each record that is none. Opens no socket;
//! every size is bounded, and nothing that a file holds ends the run.

mod codec;
mod gzip;
mod http;
mod letters;
mod markup;
mod packed;
mod page;
mod records;
mod sieve;
mod unpacked;
mod warc;
mod zstd;

use std::fmt;

pub use http::Answer;
pub use page::{Page, page};
pub use records::{Archive, Item, Kind, Name, What};
pub use sieve::{Form, Sieve};

/// The most bytes that anything may take. What is larger is passed over with a reason.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// The fields of a WARC record or of an HTTP answer.
    pub head: usize,
    /// The content of a record that may hold a page, as it stands in the archive.
    pub record: usize,
    /// A page, unpacked.
    pub page: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { head: 256 << 10, record: 16 << 20, page: 16 << 20 }
    }
}

/// Where reading may begin: a byte of the file at which a gzip member, a zstd frame or (in a plain
/// file) a record begins, and how many bytes within that member, unpacked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    pub member: u64,
    pub within: u64,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.within {
            0 => write!(f, "byte {}", self.member),
            within => write!(f, "byte {}, unpacked {within}", self.member),
        }
    }
}

/// Whether a file is an archive, by its name or by its first few kilobytes, packed or not.
pub fn is_archive(name: &str, head: &[u8]) -> bool {
    let name = name.to_ascii_lowercase();
    let stem = [".gz", ".zst"].iter().find_map(|it| name.strip_suffix(it)).unwrap_or(&name);
    let ending = stem.rsplit_once('.').map(|it| it.1);
    matches!(ending, Some("warc" | "wet")) || warc::begins(head) || gzip::holds_record(head)
}
