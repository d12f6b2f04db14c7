//! Reports from the paths of the command line. Comes in: files, folders, `-`. Goes out: reports one
//! by one, and a message for each input that is none. Holds one file at a time.

use std::{
    collections::VecDeque,
    fs::{self, File},
    io::{self, Read},
    path::{Path, PathBuf},
};

use truceline::report::{Options, Problem, Published, Report};

use crate::{
    archive::{self, Before, Found, LazySieve, Opened, Piece, Tally},
    from_web::{self, Web},
    line_chunks::LineChunks,
    stop,
};

/// What a report in a folder may be named; elsewhere the content decides.
const ENDINGS: &[&str] =
    &["txt", "html", "htm", "xhtml", "json", "jsonl", "ndjson", "rss", "atom", "warc", "wet"];

/// The most bytes read at once, packed or not. A file of lines may be of any size.
const LIMIT: u64 = 1 << 30;

/// Reports in the order of the arguments; folders in name order.
pub struct Inputs {
    options: Options,
    waiting: VecDeque<Input>,
    opened: std::vec::IntoIter<Result<Report, Problem>>,
    lines: Option<(String, LineChunks)>,
    archive: Option<Box<Opened>>,
    before: Before,
    /// Of the archives before the one that is open.
    done: u64,
    web: Web,
}

/// One input at a time.
pub enum Given {
    Report(Report),
    /// With the bytes of archives that are done with.
    Piece(Piece, u64),
    /// An archive that was read to its end before.
    Before(String),
}

impl Given {
    /// The report in it, and whether it is of an archive; nothing where no report is to be read.
    /// `done`: bytes of archives that are done with then.
    pub fn report(
        self,
        sieve: &LazySieve,
        options: &Options,
        tally: &mut Tally,
        done: &mut Option<u64>,
    ) -> Result<Option<(Report, bool)>, String> {
        match self {
            Given::Report(report) => Ok(Some((report, false))),
            Given::Piece(mut piece, reached) => {
                *done = Some(reached);
                let report = piece.report(sieve.get()?, options, tally)?;
                Ok(report.map(|it| (it, true)))
            }
            Given::Before(_) => {
                tally.before += 1;
                Ok(None)
            }
        }
    }

    /// About how many bytes it holds.
    pub fn weight(&self) -> usize {
        match self {
            Given::Report(report) => report.content.len(),
            Given::Piece(piece, _) => piece.weight(),
            Given::Before(_) => 0,
        }
    }
}

enum Input {
    Named(PathBuf),
    Found(PathBuf),
}

impl Inputs {
    pub fn new(named: &[PathBuf], published: Option<Published>, web: Web) -> Inputs {
        Inputs {
            options: Options { published, ..Options::default() },
            waiting: named.iter().cloned().map(Input::Named).collect(),
            opened: Vec::new().into_iter(),
            lines: None,
            archive: None,
            before: Before::new(),
            done: 0,
            web,
        }
    }

    /// Archives are taken up where they were left.
    pub fn after(mut self, before: Before) -> Inputs {
        self.before = before;
        self
    }

    /// How long the archives among the inputs are, in bytes.
    pub fn archives(&self) -> u64 {
        let length = |path: &Path| {
            let warc = matches!(ending(&path.to_string_lossy()).as_str(), "warc" | "wet");
            path.metadata().map_or(0, |it| if warc { it.len() } else { 0 })
        };
        let mut sum = 0;
        for input in &self.waiting {
            let (Input::Named(path) | Input::Found(path)) = input;
            let mut found = Vec::new();
            match path.is_dir() {
                true => drop(walk(path, &mut found)),
                false => found.push(path.clone()),
            }
            sum += found.iter().map(|it| length(it)).sum::<u64>();
        }
        sum
    }

    fn open(&mut self, input: Input) -> Result<Option<Given>, String> {
        let path = match input {
            Input::Named(path) if path.as_os_str() == "-" => {
                return self.open_stdin().map(|()| None);
            }
            Input::Named(path) if path.to_string_lossy().contains("://") => {
                let url = path.to_string_lossy();
                self.opened = self.web.fetch(&url, self.options.published.as_ref()).into_iter();
                return Ok(None);
            }
            Input::Named(path) if path.is_dir() => return self.open_folder(&path).map(|()| None),
            Input::Named(path) | Input::Found(path) => path,
        };
        let name = path.to_string_lossy().into_owned();
        let unreadable = |err| unreadable(&name, &err);
        match archive::open(&path, &self.before).map_err(unreadable)? {
            Found::Archive(opened) => {
                self.begin(opened);
                return Ok(None);
            }
            Found::Before => return Ok(Some(Given::Before(name))),
            Found::Other => {}
        }
        if matches!(ending(&name).as_str(), "jsonl" | "ndjson")
            && let Some(lines) = LineChunks::open(&path, self.options.limit).map_err(unreadable)?
        {
            self.lines = Some((name, lines));
            return Ok(None);
        }
        let bytes = whole(File::open(&path).map_err(unreadable)?).map_err(unreadable)?;
        let feed = from_web::in_file(&name, &bytes, self.options.published.as_ref());
        let reports =
            feed.unwrap_or_else(|| Report::from_bytes(Some(&name), &bytes, &self.options));
        self.opened = reports.into_iter();
        Ok(None)
    }

    fn begin(&mut self, archive: Box<Opened>) {
        stop::watch();
        self.archive = Some(archive);
    }

    fn open_stdin(&mut self) -> Result<(), String> {
        let wrong = |err| unreadable(STDIN, &err);
        let head = match archive::open_stream(STDIN, io::stdin()).map_err(wrong)? {
            Ok(opened) => {
                self.begin(opened);
                return Ok(());
            }
            Err(head) => head,
        };
        let bytes = whole(head.chain(io::stdin().lock())).map_err(wrong)?;
        let feed = from_web::in_file(STDIN, &bytes, self.options.published.as_ref());
        let mut reports = feed.unwrap_or_else(|| Report::from_bytes(None, &bytes, &self.options));
        for problem in reports.iter_mut().filter_map(|it| it.as_mut().err()) {
            problem.path = Some(STDIN.to_owned());
        }
        self.opened = reports.into_iter();
        Ok(())
    }

    fn open_folder(&mut self, folder: &Path) -> Result<(), String> {
        let name = folder.to_string_lossy();
        let mut found = Vec::new();
        walk(folder, &mut found).map_err(|err| unreadable(&name, &err))?;
        if found.is_empty() {
            return Err(format!(
                "{name}: expected a folder with reports but found none in it; reports end in \
                 .txt, .html, .json, .jsonl or .warc, also with .gz"
            ));
        }
        for path in found.into_iter().rev() {
            self.waiting.push_front(Input::Found(path));
        }
        Ok(())
    }

    /// The reports of the next lines; false where the file has no more.
    fn more_lines(&mut self) -> Result<bool, String> {
        let Some((name, lines)) = &mut self.lines else { return Ok(false) };
        let chunk = match lines.next() {
            Ok(Some(chunk)) => chunk,
            Ok(None) => {
                self.lines = None;
                return Ok(false);
            }
            Err(err) => {
                let message = unreadable(name, &err);
                self.lines = None;
                return Err(message);
            }
        };
        let blank = chunk.bytes.trim_ascii().is_empty();
        if blank && chunk.lines_before > 0 {
            return Ok(true);
        }
        let mut reports = Report::from_bytes(Some(name), &chunk.bytes, &self.options);
        for problem in reports.iter_mut().filter_map(|it| it.as_mut().err()) {
            problem.line = problem.line.map(|line| line + chunk.lines_before);
        }
        self.opened = reports.into_iter();
        Ok(true)
    }
}

impl Iterator for Inputs {
    type Item = Result<Given, String>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if stop::asked() {
                return None;
            }
            if let Some(archive) = &mut self.archive {
                if let Some(piece) = archive.next() {
                    let length = archive.length();
                    let reached = |it: &Piece| self.done + it.next.map_or(length, |it| it.member);
                    return Some(piece.map(|it| {
                        let reached = reached(&it);
                        Given::Piece(it, reached)
                    }));
                }
                self.done += archive.length();
                self.archive = None;
            }
            if let Some(item) = self.opened.next() {
                return Some(item.map(Given::Report).map_err(|problem| problem.to_string()));
            }
            match self.more_lines() {
                Ok(true) => continue,
                Ok(false) => {}
                Err(message) => return Some(Err(message)),
            }
            let input = self.waiting.pop_front()?;
            if let Some(given) = self.open(input).transpose() {
                return Some(given);
            }
        }
    }
}

const STDIN: &str = "standard input";

fn whole(reader: impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    reader.take(LIMIT + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LIMIT {
        let what = format!("expected at most {LIMIT} bytes but found more; split it");
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, what));
    }
    Ok(bytes)
}

fn unreadable(name: &str, err: &io::Error) -> String {
    match err.kind() {
        io::ErrorKind::NotFound => {
            format!("{name}: expected a file or a folder but found nothing there; check the path")
        }
        io::ErrorKind::PermissionDenied => {
            format!("{name}: expected a readable file but found that reading it is not permitted")
        }
        // What flate2 makes of data that is none of its own.
        io::ErrorKind::UnexpectedEof | io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput => {
            format!("{name}: expected whole gzip data but found {err}; fetch the file again")
        }
        io::ErrorKind::FileTooLarge => format!("{name}: {err}"),
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
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    ENDINGS.contains(&ending(&name).as_str())
}

/// `html` for `page.HTML` and `page.html.gz`; `warc` for `news.warc.zst`.
fn ending(name: &str) -> String {
    let name = name.to_ascii_lowercase();
    let name = name.strip_suffix(".gz").unwrap_or(&name);
    let name = name.strip_suffix(".zst").filter(|it| it.ends_with(".warc")).unwrap_or(name);
    name.rsplit_once('.').map_or_else(String::new, |(_, ending)| ending.to_owned())
}
