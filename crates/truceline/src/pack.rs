//! A language and the names of the world, as data. Comes in: the folders `lang/` and `world/`,
//! compiled in or read from disk. Goes out: parsed tables, or an error naming file and line.

mod check;
mod digest;
mod expression;
mod table;

use std::{
    borrow::Cow,
    path::{Path, PathBuf},
};

use include_dir::{Dir, include_dir};
use serde::de::DeserializeOwned;

pub use check::check;
pub use expression::Expression;
pub use table::{Quick, Table, Words};

static LANG: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../lang");
static WORLD: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../world");

#[derive(Debug, thiserror::Error)]
#[error("{path}: {problem}")]
pub struct Error {
    path: String,
    problem: String,
}

impl Error {
    pub fn new(path: impl ToString, problem: impl ToString) -> Error {
        Error { path: path.to_string(), problem: problem.to_string().trim_end().to_owned() }
    }
}

/// Where pack files are read from.
#[derive(Clone, Debug, Default)]
pub enum Source {
    #[default]
    Embedded,
    /// A folder that holds `lang/` and `world/`.
    Folder(PathBuf),
}

impl Source {
    /// The bytes of a file, its path relative to the repository: `lang/en/when.toml`.
    pub fn bytes(&self, path: &str) -> Result<Vec<u8>, Error> {
        self.borrow(path).map(Cow::into_owned)
    }

    /// The same, without a copy of what is compiled in.
    pub fn borrow(&self, path: &str) -> Result<Cow<'static, [u8]>, Error> {
        match self {
            Source::Embedded => {
                let (dir, rest) = embedded(path)?;
                let file =
                    dir.get_file(rest).ok_or_else(|| Error::new(path, "no such pack file"))?;
                Ok(Cow::Borrowed(file.contents()))
            }
            Source::Folder(root) => {
                let bytes = std::fs::read(root.join(path));
                bytes.map(Cow::Owned).map_err(|err| Error::new(path, err))
            }
        }
    }

    pub fn toml<T: DeserializeOwned>(&self, path: &str) -> Result<T, Error> {
        let bytes = self.bytes(path)?;
        let text = std::str::from_utf8(&bytes).map_err(|err| Error::new(path, err))?;
        toml::from_str(text).map_err(|err| Error::new(path, err))
    }

    /// Every `.toml` file directly in a folder, with its stem, in name order.
    pub fn toml_folder<T: DeserializeOwned>(
        &self,
        folder: &str,
    ) -> Result<Vec<(String, T)>, Error> {
        let mut stems: Vec<String> = match self {
            Source::Embedded => {
                let (dir, rest) = embedded(folder)?;
                let dir =
                    dir.get_dir(rest).ok_or_else(|| Error::new(folder, "no such pack folder"))?;
                dir.files().filter_map(|file| stem(file.path())).collect()
            }
            Source::Folder(root) => std::fs::read_dir(root.join(folder))
                .map_err(|err| Error::new(folder, err))?
                .filter_map(|entry| stem(&entry.ok()?.path()))
                .collect(),
        };
        stems.sort();
        let read = |stem: String| Ok((stem.clone(), self.toml(&format!("{folder}/{stem}.toml"))?));
        stems.into_iter().map(read).collect()
    }
}

fn embedded(path: &str) -> Result<(&'static Dir<'static>, &str), Error> {
    match path.split_once('/') {
        Some(("lang", rest)) => Ok((&LANG, rest)),
        Some(("world", rest)) => Ok((&WORLD, rest)),
        _ => Err(Error::new(path, "expected a path below lang/ or world/")),
    }
}

fn stem(path: &Path) -> Option<String> {
    (path.extension()? == "toml").then(|| Some(path.file_stem()?.to_string_lossy().into_owned()))?
}
