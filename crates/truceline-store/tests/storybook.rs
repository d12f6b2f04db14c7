//! Stories of several reports as tests, one a page. Comes in: the pages under `casebook/stories/`.
//! Goes out: a failure where the ledger comes out otherwise than a page and its `today` block say.
//! With TRUCELINE_UPDATE set it rewrites those blocks; it never changes another line.

#[path = "storybook/compare.rs"]
mod compare;
#[path = "storybook/orders.rs"]
mod orders;
#[path = "storybook/page.rs"]
mod page;

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
};

use compare::Expected;
use libtest_mimic::{Arguments, Failed, Trial};
use page::Page;
use truceline::{
    ledger::{
        intake::{Intake, report_digest},
        kin::Kin,
    },
    pack::Source,
    read::Reader,
};
use truceline_store::{Asked, Filter, Ledger};

/// What every story is read and joined with.
struct World {
    reader: Reader,
    kin: Kin,
}

impl World {
    fn load() -> Result<World, String> {
        let reader = Reader::load(&Source::Embedded).map_err(|err| err.to_string())?;
        let kin = Kin::load(&Source::Embedded).map_err(|err| err.to_string())?;
        Ok(World { reader, kin })
    }

    fn ledger(&self) -> Result<Ledger, Failed> {
        let mut ledger = Ledger::in_memory()?;
        ledger.set_kin(self.kin.clone());
        Ok(ledger)
    }
}

fn main() -> ExitCode {
    let args = Arguments::from_args();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../casebook/stories");
    let mut paths: Vec<PathBuf> =
        std::fs::read_dir(&root).into_iter().flatten().flatten().map(|it| it.path()).collect();
    paths.retain(|it| it.extension().is_some_and(|it| it == "md") && !it.ends_with("README.md"));
    paths.sort();

    let world: Arc<OnceLock<Result<World, String>>> = Arc::default();
    let differing: Arc<(AtomicUsize, AtomicUsize)> = Arc::default();
    let count = paths.len();
    let mut trials = vec![Trial::test("there are stories", move || {
        if count < 15 { Err("expected at least fifteen pages".into()) } else { Ok(()) }
    })];
    for path in paths {
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let (world, differing) = (world.clone(), differing.clone());
        trials.push(Trial::test(name, move || {
            let world = world.get_or_init(World::load).as_ref()?;
            check(&path, world, &differing)
        }));
    }
    let conclusion = libtest_mimic::run(&args, trials);
    let (pages, lines) = (differing.0.load(Relaxed), differing.1.load(Relaxed));
    println!("stories: {pages} with differences ({lines} lines)\n");
    conclusion.exit_code()
}

fn check(path: &Path, world: &World, sum: &(AtomicUsize, AtomicUsize)) -> Result<(), Failed> {
    let source = std::fs::read_to_string(path)?;
    let page = Page::parse(&source)?;
    let today = tell(&page, world)?;
    sum.0.fetch_add(usize::from(!today.is_empty()), Relaxed);
    sum.1.fetch_add(today.len(), Relaxed);
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
    Err(format!("comes out otherwise than its `today` block says\n{diff}  rerun with TRUCELINE_UPDATE=1 and look at the diff").into())
}

/// Adds the reports one by one and compares after each. What was answered then must be the answer
/// as of then when all reports are in.
fn tell(page: &Page, world: &World) -> Result<Vec<String>, Failed> {
    let intakes: Vec<Intake> = page
        .steps
        .iter()
        .map(|it| {
            let reading = world.reader.read(&it.report);
            Intake::of(&reading, &report_digest(&it.report), "story")
        })
        .collect();
    let mut ledger = world.ledger()?;
    let mut expected = Expected::default();
    let (mut out, mut answered) = (Vec::new(), Vec::new());
    let mut before: Vec<String> = Vec::new();
    let all = Filter::default();
    for (step, intake) in page.steps.iter().zip(&intakes) {
        ledger.add(std::slice::from_ref(intake), step.recorded)?;
        expected.take(step);
        let now = Asked { at: step.recorded, as_of: Some(step.recorded) };
        let truces = ledger.list(now, &all)?;
        let id = &step.report.id;
        let met = expected.meet(&truces);
        // What was amiss before and still is, is told once.
        let amiss: Vec<String> = expected.differences(&truces, &met).collect();
        out.extend(
            amiss.iter().filter(|it| !before.contains(it)).map(|it| format!("after {id}: {it}")),
        );
        before = amiss;
        for question in &step.asked {
            let asked = Asked { at: question.at, as_of: question.as_of.or(Some(step.recorded)) };
            let lines = ledger.status(asked, &all)?;
            let known = met.get(&question.truce).map(|it| &truces[*it]);
            out.extend(
                compare::answer(question, known, &lines)?.map(|it| format!("after {id}: {it}")),
            );
            answered.push((asked, sorted(lines)));
        }
        answered.push((now, sorted(ledger.status(now, &all)?)));
    }
    for (asked, before) in answered {
        let after = sorted(ledger.status(asked, &all)?);
        if after != before {
            return Err(format!(
                "asked at {} as of {:?}: expected the answer of that time {before:#?} but found {after:#?}",
                asked.at, asked.as_of
            )
            .into());
        }
    }
    if let Some(fault) = ledger.verify()?.fault {
        return Err(format!("expected a sound ledger but found {fault}").into());
    }
    orders::end_alike(&intakes, page.last(), || world.ledger())?;
    Ok(out)
}

fn sorted(mut lines: Vec<Arc<str>>) -> Vec<Arc<str>> {
    lines.sort();
    lines
}
