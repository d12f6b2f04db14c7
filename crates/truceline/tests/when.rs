//! The casebook of times: `when.cases` holds sentences and what they are read as. Run with
//! `TRUCELINE_REWRITE=1` to write the present readings into it, and review them as a diff.

use std::fmt::Write;

use truceline::{
    mention::when::{Context, Kind, Times},
    pack::Source,
    text::Text,
    time::{Edge, Precision},
};

/// `2016-07-06 Asia/Damascus SY`; `-` for what is not known.
fn context(line: &str) -> Context {
    let mut words = line.split_whitespace().map(|it| (it != "-").then_some(it));
    let mut next = || words.next().flatten();
    Context {
        published: next().map(|it| it.parse().unwrap_or_else(|err| panic!("{line}: {err}"))),
        zone: next().map(str::to_owned),
        country: next().map(str::to_owned),
        ..Context::default()
    }
}

/// A line for each time of a sentence, and one for each doubt.
fn readings(times: &Times, sentence: &str, context: &Context) -> String {
    let text = Text::new(sentence);
    let mut lines = String::new();
    for when in times.find(&text) {
        let it = times.resolve(&when, &text, context);
        let role = format!("{:?}", when.what.role).to_lowercase();
        let _ = write!(lines, "  {} = {role} ", text.of(when.span));
        let moment = it.moment.as_ref();
        let what = match (when.what.kind(), &it.length, &it.window) {
            (_, Some(length), _) => length.iso.clone(),
            (Kind::Range, _, Some(window)) => {
                let edge = |edge: &Edge| match edge {
                    Edge::At(moment) => moment.edtf.clone(),
                    other => format!("{other:?}").to_lowercase(),
                };
                format!("{} to {}", edge(&window.start), edge(&window.end))
            }
            (Kind::Age, ..) => "so far".to_owned(),
            (Kind::Event, ..) => "of an event".to_owned(),
            _ => moment.map_or("nothing".to_owned(), |it| it.edtf.clone()),
        };
        let part = match moment.map(|it| it.precision) {
            Some(Precision::DayPart) => ", part of day",
            Some(Precision::Hour) => ", about",
            _ => "",
        };
        let daily = if it.daily { ", daily" } else { "" };
        let _ = writeln!(lines, "{what}{part}{daily}");
        for doubt in moment.iter().flat_map(|it| &it.doubts) {
            let _ = writeln!(lines, "    ? {doubt}");
        }
    }
    lines
}

/// The file with the readings under each `> sentence` written anew.
fn rewritten(file: &str) -> String {
    let times = Times::load(&Source::Embedded, "en").expect("the packs load");
    let mut told = Context::default();
    let mut lines = String::new();
    for line in file.lines().filter(|line| !line.starts_with("  ")) {
        lines.push_str(line);
        lines.push('\n');
        if let Some(line) = line.strip_prefix("@ ") {
            told = context(line);
        } else if let Some(sentence) = line.strip_prefix("> ") {
            lines.push_str(&readings(&times, sentence, &told));
        }
    }
    lines
}

#[track_caller]
fn check(path: &str) {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(path);
    let expected = std::fs::read_to_string(&path).expect("the casebook is there");
    let found = rewritten(&expected);
    if std::env::var_os("TRUCELINE_REWRITE").is_some() {
        std::fs::write(&path, found).expect("the casebook can be written");
        return;
    }
    for (number, (found, expected)) in found.lines().zip(expected.lines()).enumerate() {
        println!("{found}");
        assert_eq!(found, expected, "{}:{}", path.display(), number + 1);
    }
    assert_eq!(found.lines().count(), expected.lines().count(), "{}", path.display());
}

#[test]
fn twelve_strings() {
    check("when_twelve.cases");
}

#[test]
fn casebook() {
    check("when.cases");
}
