//! Archives among the inputs. Comes in: a path, and how far it was read before. Goes out: pieces in
//! order, and of each piece the report in it, if the sieve lets it pass. Never holds an archive.

use std::{
    collections::HashMap,
    fs::File,
    io::{self, Read},
    iter::Sum,
    ops::AddAssign,
    path::Path,
    sync::{Arc, OnceLock},
};

use truceline::{
    pack::Source,
    read::{Reader, Reading},
    report::{Options, Report},
};
use truceline_archive::{Archive, Item, Kind, Limits, Name, Place, Sieve, What, is_archive, page};

const HEAD: u64 = 8 << 10;

/// How far an archive was read before, by its digest; `None`: to its end.
pub type Before = HashMap<String, Option<Place>>;

/// A record of an archive, or its end.
pub struct Piece {
    pub of: Arc<Known>,
    pub place: Place,
    /// Where reading goes on after it; `None` at the end.
    pub next: Option<Place>,
    what: Option<What>,
}

/// An archive that is being read.
pub struct Known {
    pub path: String,
    /// `None` of a stream: reading could not be taken up there.
    pub name: Option<Name>,
}

/// What became of pieces.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub archives: u64,
    pub before: u64,
    pub records: u64,
    pub pages: u64,
    pub sieved: u64,
    pub read: u64,
    /// Pages that tell of a truce.
    pub telling: u64,
    pub claims: u64,
    pub revisits: u64,
    pub skipped: u64,
}

impl AddAssign for Tally {
    fn add_assign(&mut self, it: Tally) {
        self.archives += it.archives;
        self.before += it.before;
        self.records += it.records;
        self.pages += it.pages;
        self.sieved += it.sieved;
        self.read += it.read;
        self.telling += it.telling;
        self.claims += it.claims;
        self.revisits += it.revisits;
        self.skipped += it.skipped;
    }
}

impl Sum for Tally {
    fn sum<I: Iterator<Item = Tally>>(all: I) -> Tally {
        all.fold(Tally::default(), |mut sum, it| {
            sum += it;
            sum
        })
    }
}

impl Tally {
    pub fn is_empty(&self) -> bool {
        *self == Tally::default()
    }

    /// In one line, for people.
    pub fn said(&self) -> String {
        let Tally {
            archives,
            before,
            records,
            pages,
            sieved,
            read,
            telling,
            claims,
            revisits,
            skipped,
        } = self;
        let mut said = format!(
            "{archives} archives, {records} records, {pages} pages: {sieved} sieved out, {read} read, \
             {telling} tell of a truce in {claims} claims"
        );
        for (count, what) in [
            (revisits, "revisits passed over"),
            (skipped, "records skipped"),
            (before, "archives read before"),
        ] {
            if *count > 0 {
                said.push_str(&format!("; {count} {what}"));
            }
        }
        said
    }
}

/// Made when the first archive comes: it takes a while.
pub struct LazySieve {
    source: Source,
    wanted: bool,
    made: OnceLock<Result<Sieve, String>>,
}

impl LazySieve {
    pub fn new(source: Source, wanted: bool) -> LazySieve {
        LazySieve { source, wanted, made: OnceLock::new() }
    }

    /// `None` where pages are not to be sieved.
    pub fn get(&self) -> Result<Option<&Sieve>, String> {
        if !self.wanted {
            return Ok(None);
        }
        let made =
            self.made.get_or_init(|| Sieve::load(&self.source).map_err(|err| err.to_string()));
        made.as_ref().map(Some).map_err(String::clone)
    }

    /// What a report says; `None` where pages of an archive are sieved and it is plain early that this
    /// one names no truce.
    pub fn read(&self, reader: &Reader, report: &Report, archived: bool) -> Option<Reading> {
        match archived && self.wanted {
            true => reader.read_telling(report),
            false => Some(reader.read(report)),
        }
    }
}

pub struct Opened {
    of: Arc<Known>,
    archive: Archive,
    any: bool,
    ended: bool,
}

pub enum Found {
    Archive(Box<Opened>),
    /// Read to its end before.
    Before,
    /// Something else.
    Other,
}

/// Opens what is an archive, from where it was left.
pub fn open(path: &Path, before: &Before) -> io::Result<Found> {
    let mut file = File::open(path)?;
    if !file.metadata()?.is_file() {
        // What was read of a pipe could not be read again.
        return Ok(Found::Other);
    }
    let path_name = path.to_string_lossy().into_owned();
    let mut head = Vec::new();
    Read::by_ref(&mut file).take(HEAD).read_to_end(&mut head)?;
    if !is_archive(&path_name, &head) {
        return Ok(Found::Other);
    }
    let name = Name::of(&mut file)?;
    let from = match before.get(&name.digest) {
        Some(None) => return Ok(Found::Before),
        Some(Some(place)) => *place,
        None => Place::default(),
    };
    let archive = Archive::open(path, from, Limits::default())?;
    let of = Arc::new(Known { path: path_name, name: Some(name) });
    Ok(Found::Archive(Box::new(Opened {
        of,
        archive,
        any: from != Place::default(),
        ended: false,
    })))
}

/// An archive that comes as a stream, or what the stream began with if it is none.
pub fn open_stream(
    name: &str,
    mut stream: impl Read + Send + 'static,
) -> io::Result<Result<Box<Opened>, Vec<u8>>> {
    let mut head = Vec::new();
    Read::by_ref(&mut stream).take(HEAD).read_to_end(&mut head)?;
    if !is_archive("", &head) {
        return Ok(Err(head));
    }
    let whole = Box::new(io::Cursor::new(head).chain(stream));
    let archive = Archive::new(whole, Limits::default())?;
    let of = Arc::new(Known { path: name.to_owned(), name: None });
    Ok(Ok(Box::new(Opened { of, archive, any: false, ended: false })))
}

impl Opened {
    /// Of the file, in bytes; of a stream it is not known.
    pub fn length(&self) -> u64 {
        self.of.name.as_ref().map_or(0, |it| it.length)
    }
}

impl Iterator for Opened {
    type Item = Result<Piece, String>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        if let Some(Item { place, next, what }) = self.archive.next() {
            self.any = true;
            return Some(Ok(Piece {
                of: self.of.clone(),
                place,
                next: Some(next),
                what: Some(what),
            }));
        }
        self.ended = true;
        if !self.any {
            let path = &self.of.path;
            return Some(Err(format!("{path}: expected a WARC archive but found no record in it")));
        }
        Some(Ok(Piece { of: self.of.clone(), place: Place::default(), next: None, what: None }))
    }
}

impl Piece {
    /// About how many bytes it holds.
    pub fn weight(&self) -> usize {
        match &self.what {
            Some(What::Answer(answer)) => answer.content.len(),
            _ => 0,
        }
    }

    pub fn at(&self) -> String {
        format!("{}: {}", self.of.path, self.place)
    }

    /// The report in it: of a page that the sieve lets pass. What is wrong with the record, in words.
    pub fn report(
        &mut self,
        sieve: Option<&Sieve>,
        options: &Options,
        tally: &mut Tally,
    ) -> Result<Option<Report>, String> {
        let wrong = |place: String, what: String, tally: &mut Tally| {
            tally.skipped += 1;
            Err(format!("{place}: {what}"))
        };
        let at = self.at();
        let Some(what) = self.what.take() else {
            tally.archives += 1;
            return Ok(None);
        };
        tally.records += 1;
        let answer = match what {
            What::Answer(answer) => answer,
            What::Other(kind) => {
                tally.revisits += u64::from(kind == Kind::Revisit);
                return Ok(None);
            }
            What::Skipped(what) => return wrong(at, what, tally),
        };
        let page = match page(answer, &Limits::default()) {
            Ok(Some(page)) => page,
            Ok(None) => return Ok(None),
            Err(what) => return wrong(at, what, tally),
        };
        tally.pages += 1;
        if sieve.is_some_and(|it| !it.may_tell(&page)) {
            tally.sieved += 1;
            return Ok(None);
        }
        match page.report(&at, options) {
            Ok(report) => {
                tally.read += 1;
                Ok(Some(report))
            }
            Err(problem) => wrong(at, problem.what, tally),
        }
    }
}
