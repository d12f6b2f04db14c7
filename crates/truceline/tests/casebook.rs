//! The casebook as tests, one a page. Comes in: the pages under `casebook/`. Goes out: a failure
//! where a page is read otherwise than it and its `today` block say. With TRUCELINE_UPDATE set it
//! rewrites those blocks; it never changes another line.

#[path = "casebook/compare.rs"]
mod compare;
#[path = "casebook/page.rs"]
mod page;
#[path = "casebook/told.rs"]
mod told;

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
};

use libtest_mimic::{Arguments, Failed, Trial};
use page::Page;
use truceline::{pack::Source, read::Reader};

/// What the pages that ran came to.
#[derive(Default)]
struct Tally {
    right: AtomicUsize,
    differing: AtomicUsize,
    differences: AtomicUsize,
}

fn main() -> ExitCode {
    let args = Arguments::from_args();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../casebook");
    let mut paths = Vec::new();
    pages_below(&root, &mut paths);
    paths.sort();

    let tally = Arc::new(Tally::default());
    let reader = Arc::new(OnceLock::new());
    let mut trials = vec![
        Trial::test("ids are used once", {
            let paths = paths.clone();
            move || ids_used_once(&paths)
        }),
        Trial::test("a page read as it says differs in nothing", {
            let paths = paths.clone();
            move || told::pages_equal_themselves(&paths)
        }),
        Trial::test("each kind of difference is told", told::differences_are_told),
    ];
    for path in paths {
        let name = path.strip_prefix(&root).unwrap_or(&path).with_extension("");
        let (tally, reader) = (tally.clone(), reader.clone());
        trials.push(Trial::test(name.to_string_lossy(), move || {
            let reader: &Result<Reader, String> =
                reader.get_or_init(|| Reader::load(&Source::Embedded).map_err(|e| e.to_string()));
            check(&path, reader.as_ref()?, &tally)
        }));
    }

    let conclusion = libtest_mimic::run(&args, trials);
    let (right, differing) = (tally.right.load(Relaxed), tally.differing.load(Relaxed));
    if right + differing > 0 {
        let lines = tally.differences.load(Relaxed);
        println!("casebook: {right} pages right, {differing} with differences ({lines} lines)\n");
    }
    conclusion.exit_code()
}

fn pages_below(folder: &Path, out: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.ends_with("stories") {
            continue; // Pages of another form: truceline-store reads them.
        }
        if path.is_dir() {
            pages_below(&path, out);
        } else if path.extension().is_some_and(|it| it == "md") && !path.ends_with("README.md") {
            out.push(path);
        }
    }
}

fn check(path: &Path, reader: &Reader, tally: &Tally) -> Result<(), Failed> {
    let source = std::fs::read_to_string(path)?;
    let page = Page::parse(&source)?;
    let today = compare::differences(&page, &reader.read(&page.report()));
    if today.is_empty() { &tally.right } else { &tally.differing }.fetch_add(1, Relaxed);
    tally.differences.fetch_add(today.len(), Relaxed);
    if today == page.today {
        return Ok(());
    }
    if std::env::var_os("TRUCELINE_UPDATE").is_some() {
        std::fs::write(path, page::with_today(&source, &today))?;
        return Ok(());
    }
    let new = today.iter().filter(|it| !page.today.contains(it)).map(|it| format!("  + {it}\n"));
    let gone = page.today.iter().filter(|it| !today.contains(it)).map(|it| format!("  - {it}\n"));
    let diff: String = new.chain(gone).collect();
    Err(format!("reads otherwise than its `today` block says\n{diff}  rerun with TRUCELINE_UPDATE=1 and look at the diff").into())
}

fn ids_used_once(paths: &[PathBuf]) -> Result<(), Failed> {
    let mut seen: HashMap<String, &Path> = HashMap::new();
    for path in paths {
        let id = Page::parse(&std::fs::read_to_string(path)?)
            .map_err(|problem| format!("{}: {problem}", path.display()))?
            .id;
        if let Some(other) = seen.insert(id.clone(), path) {
            let (a, b) = (other.display(), path.display());
            return Err(format!("expected an id of its own but found `{id}` in {a} and {b}").into());
        }
    }
    Ok(())
}
