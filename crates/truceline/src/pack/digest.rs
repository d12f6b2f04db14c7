//! The digest of a pack. Comes in: every file of `lang/` and `world/`, and the version of the
//! program. Goes out: SHA-256 in hexadecimal. Readings of one digest are the same, byte for byte.

use std::path::{Path, PathBuf};

use include_dir::Dir;
use sha2::{Digest as _, Sha256};

use super::{Error, LANG, Source, WORLD};

impl Source {
    pub fn digest(&self) -> Result<String, Error> {
        let mut paths = Vec::new();
        match self {
            Source::Embedded => {
                for (name, dir) in [("lang", &LANG), ("world", &WORLD)] {
                    within(name, dir, &mut paths);
                }
            }
            Source::Folder(root) => {
                for name in ["lang", "world"] {
                    below(root, &PathBuf::from(name), &mut paths)?;
                }
            }
        }
        paths.retain(|it| !it.rsplit('/').next().unwrap_or(it).starts_with('.'));
        paths.sort();
        let mut sha = Sha256::new();
        sha.update(env!("CARGO_PKG_VERSION"));
        for path in paths {
            let bytes = self.borrow(&path)?;
            sha.update((path.len() as u64).to_be_bytes());
            sha.update(&path);
            sha.update((bytes.len() as u64).to_be_bytes());
            sha.update(&bytes);
        }
        Ok(format!("{:x}", sha.finalize()))
    }
}

fn within(root: &str, dir: &'static Dir<'static>, paths: &mut Vec<String>) {
    paths.extend(dir.files().map(|it| format!("{root}/{}", it.path().to_string_lossy())));
    for dir in dir.dirs() {
        within(root, dir, paths);
    }
}

fn below(root: &Path, folder: &Path, paths: &mut Vec<String>) -> Result<(), Error> {
    let fault = |err: std::io::Error| Error::new(folder.display(), err);
    for entry in std::fs::read_dir(root.join(folder)).map_err(fault)? {
        let entry = entry.map_err(fault)?;
        let path = folder.join(entry.file_name());
        if entry.file_type().map_err(fault)?.is_dir() {
            below(root, &path, paths)?;
        } else {
            paths.push(path.to_string_lossy().replace('\\', "/"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_files_have_the_same_digest_wherever_they_are() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let folder = Source::Folder(root).digest().unwrap();
        assert_eq!(Source::Embedded.digest().unwrap(), folder);
        assert_eq!(folder.len(), 64);
    }
}
