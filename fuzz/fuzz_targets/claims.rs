//! Text to claims: every claim rests on words that stand where it says, and on a truce that is there.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use truceline::{
    claim::Part,
    json,
    pack::Source,
    read::Reader,
    report::{Form, Published, Report},
};

static READER: LazyLock<Reader> =
    LazyLock::new(|| Reader::load(&Source::Embedded).expect("a pack that loads"));

fuzz_target!(|text: &str| {
    // The first line is the title, so that this part is reached as well.
    let (title, text) = text.split_once('\n').unwrap_or(("", text));
    let report = Report {
        id: "fuzz".to_owned(),
        path: None,
        url: None,
        outlet: None,
        title: Some(title.to_owned()).filter(|it| !it.is_empty()),
        published: Published::option("2016-07-06"),
        form: Form::Text,
        content: text.to_owned(),
    };
    let reading = READER.read(&report);
    for claim in &reading.claims {
        let text = match claim.part {
            Part::Title => reading.article.title.as_deref().unwrap_or_default(),
            Part::Text => &reading.article.text,
        };
        assert_eq!(text.get(claim.span.range()), Some(claim.quote.as_str()), "{claim:?}");
        assert!(claim.truce < reading.truces.len(), "{claim:?}");
    }
    json::reading(&reading);
});
