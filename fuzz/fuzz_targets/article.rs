//! Bytes to articles: whatever a file holds is read or refused, and what is cut lies in the text.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use truceline::{
    article::{Furniture, extract},
    pack::Source,
    read::masked,
    report::{Options, Report},
};

static FURNITURE: LazyLock<Furniture> =
    LazyLock::new(|| Furniture::load(&Source::Embedded, "en").expect("a pack that loads"));

/// Names that choose how bytes are taken: by what they hold, as a page, as lines of JSON.
const NAMES: [Option<&str>; 4] = [None, Some("a.txt"), Some("a.html"), Some("a.jsonl")];

fuzz_target!(|bytes: &[u8]| {
    let Some((name, bytes)) = bytes.split_first() else { return };
    let name = NAMES[usize::from(*name) % NAMES.len()];
    for report in Report::from_bytes(name, bytes, &Options::default()).into_iter().flatten() {
        let article = extract(&report, &FURNITURE);
        let mut end = 0;
        for cut in &article.cuts {
            assert!(end <= cut.span.start && cut.span.start < cut.span.end, "{cut:?}");
            assert!(article.text.get(cut.span.range()).is_some(), "{cut:?}");
            end = cut.span.end;
        }
        assert_eq!(masked(&article.text, &article.cuts).len(), article.text.len());
    }
});
