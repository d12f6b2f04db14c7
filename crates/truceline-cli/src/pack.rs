//! The pack named on the command line, and `truceline pack check`. Comes in: a pack's folder, or
//! none for the built-in one. Goes out: its source; each finding. Never changes a pack.

use std::{path::Path, process::ExitCode};

use truceline::{
    pack::{self, Source},
    read::{Reader, examples},
};

/// The pack to read with; a message where the folder is plainly none.
pub fn source(folder: Option<&Path>) -> Result<Source, String> {
    match folder {
        None => Ok(Source::Embedded),
        Some(folder) if folder.join("lang").is_dir() => Ok(Source::Folder(folder.to_owned())),
        Some(folder) => Err(format!(
            "{}: expected a folder that holds lang/ and world/ but found no lang/ in it; give the \
             folder above lang/",
            folder.display()
        )),
    }
}

pub fn check(folder: Option<&Path>) -> ExitCode {
    let source = match source(folder) {
        Ok(source) => source,
        Err(message) => {
            eprintln!("truceline: {message}");
            return ExitCode::from(2);
        }
    };
    let findings = findings(&source);
    for finding in &findings {
        println!("{finding}");
    }
    if findings.is_empty() {
        let name = folder.map_or("the built-in pack".into(), Path::to_string_lossy);
        println!("{name} is sound");
    }
    ExitCode::from(u8::from(!findings.is_empty()))
}

/// In the order in which a writer of packs mends them: the files, what they mean, their examples.
fn findings(source: &Source) -> Vec<String> {
    let unread = pack::check(source);
    if !unread.is_empty() {
        return unread.iter().map(ToString::to_string).collect();
    }
    match Reader::load(source) {
        Ok(reader) => examples::findings(&reader),
        Err(err) => vec![err.to_string()],
    }
}
