//! The casebook as tests, one a page. Comes in: the pages under `casebook/`. Goes out: a failure
//! where a page is read otherwise than it says, or where a point that held falls. With
//! TRUCELINE_UPDATE set it rewrites what the pages say of today, and docs/HARD.md.

#[path = "casebook/cases.rs"]
mod cases;
#[path = "casebook/compare.rs"]
mod compare;
#[path = "casebook/judge.rs"]
mod judge;
#[path = "casebook/page.rs"]
mod page;
#[path = "casebook/points.rs"]
mod points;
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
    points: AtomicUsize,
    held: AtomicUsize,
}

fn main() -> ExitCode {
    let args = Arguments::from_args();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../casebook");
    let mut paths = Vec::new();
    pages_below(&root, &mut paths);
    paths.sort();

    let all = paths.clone();
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
        Trial::test("each kind of check is judged", told::checks_are_judged),
        Trial::test("docs/HARD.md lists every case", {
            let paths = paths.clone();
            move || if updating() { Ok(()) } else { list_is_told(&paths) }
        }),
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
        println!("casebook: {right} pages right, {differing} with differences ({lines} lines)");
        let (points, held) = (tally.points.load(Relaxed), tally.held.load(Relaxed));
        println!("casebook: {held} of {points} points hold\n");
    }
    if updating()
        && let Err(problem) = cases_now(&all).and_then(|now| Ok(std::fs::write(LIST, now)?))
    {
        eprintln!("{}", problem.message().unwrap_or("docs/HARD.md could not be written"));
        return ExitCode::FAILURE;
    }
    conclusion.exit_code()
}

const LIST: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/HARD.md");

fn updating() -> bool {
    std::env::var_os("TRUCELINE_UPDATE").is_some()
}

fn cases_now(paths: &[PathBuf]) -> Result<String, Failed> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut pages = Vec::new();
    for path in paths {
        let name = path.strip_prefix(root.join("casebook")).unwrap_or(path).with_extension("");
        let page = Page::parse(&std::fs::read_to_string(path)?)?;
        pages.push((name.to_string_lossy().into_owned(), page));
    }
    Ok(cases::list(&root, &pages)?)
}

fn list_is_told(paths: &[PathBuf]) -> Result<(), Failed> {
    let stands = std::fs::read_to_string(LIST).unwrap_or_default();
    if cases_now(paths)? == stands {
        return Ok(());
    }
    Err("docs/HARD.md is not what the pages say; rerun with TRUCELINE_UPDATE=1".into())
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
    let reading = reader.read(&page.report());
    let today = compare::differences(&page, &reading);
    let read = judge::read_today(&page, &reading);
    if today.is_empty() { &tally.right } else { &tally.differing }.fetch_add(1, Relaxed);
    tally.differences.fetch_add(today.len(), Relaxed);
    tally.points.fetch_add(read.len(), Relaxed);
    let held = read.iter().filter(|it| it.iter().all(Option::is_none)).count();
    tally.held.fetch_add(held, Relaxed);

    let (problems, fell) = points::problems(&page, &read);
    if updating() {
        let source = points::with_points(&source, &page, &read);
        std::fs::write(path, page::with_today(&source, &today))?;
    }
    if fell {
        let what = "a point that held has fallen; mend it, or give it up by writing \
                    `    today: ?` below its check and rerunning with TRUCELINE_UPDATE=1";
        return Err(format!("{}  {what}", problems.concat()).into());
    }
    if updating() || today == page.today && problems.is_empty() {
        return Ok(());
    }
    let new = today.iter().filter(|it| !page.today.contains(it)).map(|it| format!("  + {it}\n"));
    let gone = page.today.iter().filter(|it| !today.contains(it)).map(|it| format!("  - {it}\n"));
    let diff: String = new.chain(gone).chain(problems).collect();
    Err(format!("reads otherwise than the page says of today\n{diff}  rerun with TRUCELINE_UPDATE=1 and look at the diff").into())
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
