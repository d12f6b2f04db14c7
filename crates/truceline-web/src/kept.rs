//! Answers that were made before. Comes in: a question with the entry it holds for. Goes out: the same
//! bytes again. Never keeps more than its room, and never anything that depends on who asks.

use std::sync::{Mutex, MutexGuard, PoisonError};

use axum::body::Bytes;
use lru::LruCache;

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
        self.inner().answers.get(key).cloned()
    }

    pub fn put(&self, key: String, kept: Kept) {
        let size = |key: &str, kept: &Kept| key.len() + kept.body.len() + 200;
        // One answer may not push out all others.
        if size(&key, &kept) > self.room / 16 {
            return;
        }
        let mut inner = self.inner();
        inner.bytes += size(&key, &kept);
        if let Some((key, old)) = inner.answers.push(key, kept) {
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
        let kept = |size: usize| Kept { body: vec![b'x'; size].into(), etag: String::new() };
        for at in 0..100 {
            shelf.put(format!("{at:03}"), kept(500));
            shelf.put(format!("{at:03}"), kept(501));
        }
        assert!(shelf.get("000").is_none() && shelf.get("099").is_some());
        assert!(shelf.inner().bytes <= 16_000 && shelf.inner().answers.len() == 22);
        shelf.put("big".to_owned(), kept(4_000));
        assert!(shelf.get("big").is_none());
    }
}
