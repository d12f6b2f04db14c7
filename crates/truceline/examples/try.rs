use std::io::{BufRead, Write};
use truceline::{pack::Source, read::Reader, report::*};
fn main() {
    // A folder with `lang/` and `world/` to read with, else those built in.
    let source = std::env::args().nth(1).map_or(Source::Embedded, |it| Source::Folder(it.into()));
    let reader = Reader::load(&source).unwrap();
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for line in std::io::stdin().lock().lines() {
        let v: serde_json::Value = serde_json::from_str(&line.unwrap()).unwrap();
        let s = |k: &str| v[k].as_str().map(str::to_owned);
        let report = Report {
            id: s("id").unwrap(),
            path: None,
            url: None,
            outlet: s("outlet"),
            title: s("title"),
            published: s("published").map(|p| Published {
                date: p.parse().unwrap(),
                stamp: p,
                from: "json".into(),
            }),
            form: Form::Text,
            content: s("text").unwrap(),
        };
        writeln!(out, "{}", truceline::json::reading(&reader.read(&report))).unwrap();
    }
}
