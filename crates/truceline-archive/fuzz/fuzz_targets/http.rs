//! Bytes as an HTTP answer. What comes of it stays within its limits.
#![no_main]

use libfuzzer_sys::fuzz_target;
use truceline::report::Options;
use truceline_archive::{Answer, Limits, page};

const LIMITS: Limits = Limits { head: 4 << 10, record: 64 << 10, page: 64 << 10 };

fuzz_target!(|data: &[u8]| {
    let kind = Some("application/http; msgtype=response".to_owned());
    let answer = Answer { kind, content: data.to_vec(), ..Answer::default() };
    if let Ok(Some(page)) = page(answer, &LIMITS) {
        assert!(page.bytes.len() <= LIMITS.page);
        let _ = page.report("answer", &Options::default());
    }
});
