//! The list of all hard cases, `docs/HARD.md`. Comes in: the points of the pages and
//! `casebook/beyond.txt`. Goes out: the list as it should stand, or what is wrong with it.

use std::path::Path;

use crate::{page::Page, points::Point};

/// How many cases each section of the catalogue has; section A is held by the tests of times.
const SECTIONS: &[(&str, usize, &str)] = &[
    ("B", 28, "Which truce, which parties"),
    ("C", 35, "Who says it"),
    ("D", 18, "Violations"),
    ("E", 19, "Ends, suspensions, resumption"),
    ("F", 25, "Documents and copies"),
    ("G", 12, "False friends"),
];

struct Case {
    id: String,
    words: String,
    place: String,
    holds: bool,
    /// What is read today, check by check.
    today: Vec<String>,
}

/// The list of cases as the pages give it now.
pub fn list(root: &Path, pages: &[(String, Page)]) -> Result<String, String> {
    let mut cases = beyond(root)?;
    for (name, page) in pages {
        cases.extend(page.points.iter().map(|point| of_page(name, point)));
    }
    let ids = SECTIONS
        .iter()
        .flat_map(|(letter, count, _)| (1..=*count).map(move |number| format!("{letter}{number}")));
    let ids: Vec<String> = ids.collect();
    if let Some(odd) = cases.iter().find(|it| !ids.contains(&it.id)) {
        return Err(format!(
            "{}: expected a case of the catalogue but found {}",
            odd.place, odd.id
        ));
    }
    let missing: Vec<&str> =
        ids.iter().filter(|id| cases.iter().all(|it| it.id != **id)).map(String::as_str).collect();
    if !missing.is_empty() {
        return Err(format!("expected every case once but found no {}", missing.join(", ")));
    }
    let holds = |id: &&String| cases.iter().filter(|it| it.id == **id).all(|it| it.holds);
    let held = ids.iter().filter(holds).count();
    let mut out = format!(
        "# Hard cases\n\nThe known traps of reading truces, B to G of the catalogue that the project \
         works from: the point of each, the\npage or test for it, and below those that do not hold \
         (no cross) what is read today. **{held} of {} hold.** A\ncase with several pages holds \
         where all of them do. Section A, times and dates, is held by\n\
         `crates/truceline/tests/when.cases`.\n\nWritten by `TRUCELINE_UPDATE=1 cargo test -p truceline --test casebook`; the points stand \
         in the pages.\n",
        ids.len()
    );
    for (letter, count, name) in SECTIONS {
        let of = |id: &&String| id.starts_with(letter);
        let held = ids.iter().filter(of).filter(holds).count();
        out += &format!("\n## {letter}. {name}: {held} of {count}\n\n");
        for id in ids.iter().filter(of) {
            for case in cases.iter().filter(|it| it.id == *id) {
                let mark = if case.holds { "x" } else { " " };
                out += &format!("- [{mark}] **{id}** {} {}\n", case.words, case.place);
                for line in &case.today {
                    out += &format!("  - {line}\n");
                }
            }
        }
    }
    Ok(out)
}

fn of_page(name: &str, point: &Point) -> Case {
    let today = point.checks.iter().filter_map(|it| {
        let read = it.today.as_ref()?;
        Some(format!("`{}`: today {read}", it.text))
    });
    let leaf = name.rsplit('/').next().unwrap_or(name);
    Case {
        id: point.case.clone(),
        words: point.words.clone(),
        place: format!("([{leaf}](../casebook/{name}.md))"),
        holds: point.holds(),
        today: today.collect(),
    }
}

/// Cases without a page: `F16 | point | test FILE NAME` or `F16 | point | today: what happens`.
fn beyond(root: &Path) -> Result<Vec<Case>, String> {
    let path = "casebook/beyond.txt";
    let text = std::fs::read_to_string(root.join(path)).map_err(|it| format!("{path}: {it}"))?;
    let mut out = Vec::new();
    for line in text.lines().filter(|it| !it.trim().is_empty() && !it.starts_with('#')) {
        let parts: Vec<&str> = line.split(" | ").collect();
        let [id, words, rest] = parts[..] else {
            return Err(format!("{path}: expected `F16 | point | …` but found `{line}`"));
        };
        let (id, words) = (id.to_owned(), words.to_owned());
        if let Some(today) = rest.strip_prefix("today: ") {
            let (place, today) = (String::new(), vec![format!("today {today}")]);
            out.push(Case { id, words, place, holds: false, today });
            continue;
        }
        let (file, name) = rest
            .strip_prefix("test ")
            .and_then(|it| it.split_once(' '))
            .ok_or(format!("{path}: expected `test FILE NAME` or `today: …` but found `{rest}`"))?;
        let source =
            std::fs::read_to_string(root.join(file)).map_err(|it| format!("{file}: {it}"))?;
        if !source.contains(&format!("fn {name}(")) {
            return Err(format!("{path}: expected a test `{name}` in {file} but found none"));
        }
        let place = format!("(test [{name}](../{file}))");
        out.push(Case { id, words, place, holds: true, today: Vec::new() });
    }
    Ok(out)
}
