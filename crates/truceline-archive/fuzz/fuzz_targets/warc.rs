//! Bytes as an archive, of any form. It ends, within its limits, and goes on from every place.
#![no_main]

use std::io::Cursor;

use libfuzzer_sys::fuzz_target;
use truceline_archive::{Archive, Limits, What, page};

const LIMITS: Limits = Limits { head: 4 << 10, record: 64 << 10, page: 64 << 10 };

fuzz_target!(|data: &[u8]| {
    let Ok(archive) = Archive::new(Box::new(Cursor::new(data.to_vec())), LIMITS) else { return };
    let mut last = None;
    for item in archive {
        assert!(item.next.member <= data.len() as u64);
        assert!(last.is_none_or(|it| it <= item.next), "places never run back");
        last = Some(item.next);
        if let What::Answer(answer) = item.what {
            assert!(answer.content.len() <= LIMITS.record);
            if let Ok(Some(page)) = page(answer, &LIMITS) {
                assert!(page.bytes.len() <= LIMITS.page);
            }
        }
    }
});
