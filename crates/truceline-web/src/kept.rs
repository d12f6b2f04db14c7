//! Answers that were made before. Comes in: a question with the entry it holds for. Goes out: the same
//! bytes again, which are kept packed. Never keeps more than its room, and never anything that depends
//! on who asks.

use std::sync::{Mutex, MutexGuard, PoisonError};

use axum::body::Bytes;
use lru::LruCache;
use lz4_flex::block::{compress_prepend_size, decompress_size_prepended};

/// A rendered answer.
#[derive(Clone, Debug)]
pub struct Kept {
    pub body: Bytes,
    pub etag: String,
}

pub struct Shelf {
    inner: Mutex<Inner>,
    room: usize,
}

struct Inner {
    answers: LruCache<String, Kept>,
    bytes: usize,
}

impl Shelf {
    pub fn new(room: usize) -> Shelf {
        Shelf { inner: Mutex::new(Inner { answers: LruCache::unbounded(), bytes: 0 }), room }
    }

    pub fn get(&self, key: &str) -> Option<Kept> {
        let packed = self.inner().answers.get(key).cloned()?;
        let body = decompress_size_prepended(&packed.body).ok()?.into();
        Some(Kept { body, etag: packed.etag })
    }

    pub fn put(&self, key: String, kept: &Kept) {
        let body: Bytes = compress_prepend_size(&kept.body).into();
        let packed = Kept { body, etag: kept.etag.clone() };
        let size = |key: &str, kept: &Kept| key.len() + kept.body.len() + 200;
        // One answer may not push out all others.
        if size(&key, &packed) > self.room / 16 {
            return;
        }
        let mut inner = self.inner();
        inner.bytes += size(&key, &packed);
        if let Some((key, old)) = inner.answers.push(key, packed) {
            inner.bytes -= size(&key, &old);
        }
        while inner.bytes > self.room {
            let Some((key, old)) = inner.answers.pop_lru() else { break };
            inner.bytes -= size(&key, &old);
        }
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shelf_keeps_to_its_room() {
        let shelf = Shelf::new(16_000);
        // Bytes that cannot be packed.
        let mut dice = 1_u64;
        let mut kept = |size: usize| {
            let mut next = || {
                dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695);
                (dice >> 56) as u8
            };
            let body: Vec<u8> = (0..size).map(|_| next()).collect();
            Kept { body: body.into(), etag: "tag".to_owned() }
        };
        for at in 0..100 {
            shelf.put(format!("{at:03}"), &kept(500));
            shelf.put(format!("{at:03}"), &kept(501));
        }
        let last = kept(600);
        shelf.put("last".to_owned(), &last);
        assert_eq!(shelf.get("last").unwrap().body, last.body);
        assert!(shelf.get("000").is_none() && shelf.get("099").is_some());
        assert!(shelf.inner().bytes <= 16_000 && (20..23).contains(&shelf.inner().answers.len()));
        shelf.put("big".to_owned(), &kept(4_000));
        assert!(shelf.get("big").is_none());
    }
}
