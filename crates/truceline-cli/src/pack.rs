//! `truceline pack check`. Comes in: a pack's folder, or none for the built-in one. Goes out: one
//! line per finding. Never changes a pack.

use std::{path::PathBuf, process::ExitCode};

use truceline::{pack::Source, read::Reader};

pub fn check(folder: Option<PathBuf>) -> ExitCode {
    let name =
        folder.as_ref().map_or("the built-in pack".to_owned(), |it| it.display().to_string());
    if let Some(folder) = folder.as_ref().filter(|it| !it.join("lang").is_dir()) {
        eprintln!(
            "truceline: {}: expected a folder that holds lang/ and world/ but found no lang/ in it; \
             give the folder above lang/",
            folder.display()
        );
        return ExitCode::from(2);
    }
    let source = folder.map_or(Source::Embedded, Source::Folder);
    let mut findings: Vec<String> = Vec::new();
    if let Err(err) = Reader::load(&source) {
        findings.push(err.to_string());
    }
    for finding in &findings {
        println!("{finding}");
    }
    if findings.is_empty() {
        println!("{name} is sound");
    }
    ExitCode::from(u8::from(!findings.is_empty()))
}
