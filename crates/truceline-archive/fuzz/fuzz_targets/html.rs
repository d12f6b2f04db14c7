//! Bytes as a page. What tells of a truce is let pass by the sieve.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use truceline::{pack::Source, read::Reader, report::Options};
use truceline_archive::{Form, Page, Sieve};

static SIEVE: LazyLock<Sieve> = LazyLock::new(|| Sieve::load(&Source::Embedded).unwrap());
static READER: LazyLock<Reader> = LazyLock::new(|| Reader::load(&Source::Embedded).unwrap());

fuzz_target!(|data: &[u8]| {
    let page =
        Page { url: None, fetched: None, charset: None, form: Form::Html, bytes: data.to_vec() };
    let may = SIEVE.may_tell(&page);
    if let Ok(report) = page.report("page", &Options::default()) {
        let reading = READER.read(&report);
        assert!(may || reading.truces.is_empty(), "the sieve has lost a truce");
    }
});
