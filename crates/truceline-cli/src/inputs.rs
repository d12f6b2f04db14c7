//! Reports from the paths of the command line. Comes in: files, folders, `-`. Goes out: reports one
//! by one, and a message for each input that is none. Holds one file at a time; never fetches.

use std::{
    collections::VecDeque,
    fs, io,
    io::Read,
    path::{Path, PathBuf},
};

use jiff::civil::Date;
use truceline::report::Report;

/// What a report in a folder may be named; elsewhere the content decides.
const ENDINGS: &[&str] = &["txt", "html", "htm", "xhtml", "json", "jsonl", "ndjson"];

/// Reports in the order of the arguments; folders in name order.
pub struct Inputs {
    published: Option<Date>,
    waiting: VecDeque<Input>,
    opened: std::vec::IntoIter<Result<Report, String>>,
}

enum Input {
    Named(String),
    Found(PathBuf),
}

impl Inputs {
    pub fn new(named: &[String], published: Option<Date>) -> Inputs {
        let waiting = named.iter().cloned().map(Input::Named).collect();
        Inputs { published, waiting, opened: Vec::new().into_iter() }
    }

    fn open(&mut self, input: Input) -> Result<(), String> {
        let path = match input {
            Input::Named(name) if name == "-" => {
                let mut bytes = Vec::new();
                let read = io::stdin().lock().read_to_end(&mut bytes);
                read.map_err(|err| format!("standard input: {err}"))?;
                return self.take("-", &bytes);
            }
            Input::Named(name) if name.contains("://") => {
                return Err(format!(
                    "{name}: expected a file, a folder or - but found an address; fetching is not \
                     built yet, save the page and give its path"
                ));
            }
            Input::Named(name) if Path::new(&name).is_dir() => return self.open_folder(&name),
            Input::Named(name) => PathBuf::from(name),
            Input::Found(path) => path,
        };
        let name = path.to_string_lossy();
        let bytes = fs::read(&path).map_err(|err| unreadable(&name, &err))?;
        self.take(&name, &bytes)
    }

    fn open_folder(&mut self, name: &str) -> Result<(), String> {
        let mut found = Vec::new();
        walk(Path::new(name), &mut found).map_err(|err| unreadable(name, &err))?;
        if found.is_empty() {
            return Err(format!(
                "{name}: expected a folder with reports but found none in it; reports end in \
                 .txt, .html, .json or .jsonl, also with .gz"
            ));
        }
        for path in found.into_iter().rev() {
            self.waiting.push_front(Input::Found(path));
        }
        Ok(())
    }

    fn take(&mut self, name: &str, bytes: &[u8]) -> Result<(), String> {
        self.opened = reports(name, bytes, self.published).into_iter();
        Ok(())
    }
}

impl Iterator for Inputs {
    type Item = Result<Report, String>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(item) = self.opened.next() {
                return Some(item);
            }
            let input = self.waiting.pop_front()?;
            if let Err(message) = self.open(input) {
                return Some(Err(message));
            }
        }
    }
}

fn unreadable(name: &str, err: &io::Error) -> String {
    match err.kind() {
        io::ErrorKind::NotFound => {
            format!("{name}: expected a file or a folder but found nothing there; check the path")
        }
        io::ErrorKind::PermissionDenied => {
            format!("{name}: expected a readable file but found that reading it is not permitted")
        }
        _ => format!("{name}: cannot be read: {err}"),
    }
}

/// Files below a folder that are named like reports, in name order, hidden ones passed over.
/// Folders behind symbolic links are not entered: they may lead back.
fn walk(folder: &Path, found: &mut Vec<PathBuf>) -> io::Result<()> {
    let mut entries = fs::read_dir(folder)?.collect::<io::Result<Vec<_>>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let path = entry.path();
        if entry.file_name().to_string_lossy().starts_with('.') {
            continue;
        }
        if entry.file_type()?.is_dir() {
            walk(&path, found)?;
        } else if path.is_file() && named_like_a_report(&path) {
            found.push(path);
        }
    }
    Ok(())
}

fn named_like_a_report(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
    let name = name.strip_suffix(".gz").unwrap_or(&name);
    name.rsplit_once('.').is_some_and(|(_, ending)| ENDINGS.contains(&ending))
}

include!("adapter.rs");
