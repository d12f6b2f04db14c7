//! Whether the files of a pack can be read at all. Comes in: a [`Source`]. Goes out: an error for
//! each `.toml` below `lang/` and `world/` that is none. Never looks at what a file means.

use std::path::Path;

use include_dir::Dir;

use super::{Error, LANG, Source, WORLD};

pub fn check(source: &Source) -> Vec<Error> {
    let mut paths = Vec::new();
    let mut findings = Vec::new();
    match source {
        Source::Embedded => {
            embedded("lang", &LANG, &mut paths);
            embedded("world", &WORLD, &mut paths);
        }
        Source::Folder(root) => {
            for folder in ["lang", "world"] {
                if let Err(err) = walk(root, folder, &mut paths) {
                    findings.push(Error::new(folder, err));
                }
            }
        }
    }
    paths.sort();
    findings.extend(paths.iter().filter_map(|path| source.toml::<toml::Table>(path).err()));
    findings
}

fn embedded(root: &str, dir: &Dir<'_>, paths: &mut Vec<String>) {
    let toml = dir.files().map(|file| file.path()).filter(|path| is_toml(path));
    paths.extend(toml.map(|path| format!("{root}/{}", path.display())));
    for dir in dir.dirs() {
        embedded(root, dir, paths);
    }
}

fn walk(root: &Path, folder: &str, paths: &mut Vec<String>) -> std::io::Result<()> {
    for entry in std::fs::read_dir(root.join(folder))? {
        let entry = entry?;
        let path = format!("{folder}/{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            walk(root, &path, paths)?;
        } else if is_toml(&entry.path()) {
            paths.push(path);
        }
    }
    Ok(())
}

fn is_toml(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending == "toml")
}
