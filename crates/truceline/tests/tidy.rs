//! Rules about the repository itself, held by tests rather than by memory.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use truceline::pack::{self, Source};

/// Lines of code a file may have, its tests not counted.
const LONGEST: usize = 400;

/// Files that are longer still, with the lines they may have. A number may only fall.
const LONG: &[(&str, usize)] = &[
    ("crates/truceline/examples/gazetteer.rs", 500),
    ("crates/truceline/src/claim/draw.rs", 1000),
    ("crates/truceline/src/claim/fold.rs", 650),
    ("crates/truceline/src/mention/place/judge.rs", 500),
    ("crates/truceline/src/mention/when/clock.rs", 600),
    ("crates/truceline/src/mention/when/day.rs", 650),
    ("crates/truceline/src/mention/when/join.rs", 500),
    ("crates/truceline/src/mention/when/tell.rs", 500),
    ("crates/truceline/src/mention/when/words.rs", 650),
    ("crates/truceline/src/text.rs", 550),
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// The repository's text files with one of the endings, by path below the root.
fn files(endings: &[&str]) -> BTreeMap<String, String> {
    fn walk(root: &Path, folder: &Path, endings: &[&str], into: &mut BTreeMap<String, String>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if path.is_dir() {
                if !matches!(name.as_str(), "target" | ".git" | ".venv" | "node_modules") {
                    walk(root, &path, endings, into);
                }
            } else if endings.iter().any(|ending| name.ends_with(ending)) {
                let text = fs::read_to_string(&path).unwrap();
                into.insert(path.strip_prefix(root).unwrap().to_string_lossy().into_owned(), text);
            }
        }
    }
    let mut found = BTreeMap::new();
    walk(&root(), &root(), endings, &mut found);
    found
}

/// What stands before the tests of a file, comments left out.
fn code(text: &str) -> String {
    let text = text.split("#[cfg(test)]").next().unwrap();
    let lines = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    lines.map(|line| format!("{line}\n")).collect()
}

/// The stages, in the order in which `lib.rs` declares them.
fn stages() -> Vec<String> {
    let lib = fs::read_to_string(root().join("crates/truceline/src/lib.rs")).unwrap();
    let module = |line: &str| Some(line.strip_prefix("pub mod ")?.strip_suffix(';')?.to_owned());
    lib.lines().filter_map(module).collect()
}

/// Modules that code names after `crate::`, alone or in braces.
fn named(code: &str) -> Vec<String> {
    let word = |text: &str| -> String {
        text.chars().take_while(|ch| ch.is_alphanumeric() || *ch == '_').collect()
    };
    let mut found = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        let Some(group) = rest.strip_prefix('{') else {
            found.push(word(rest));
            continue;
        };
        let mut depth = 0;
        let mut starts = true;
        for (at, ch) in group.char_indices() {
            match ch {
                '{' => depth += 1,
                '}' if depth == 0 => break,
                '}' => depth -= 1,
                ',' if depth == 0 => starts = true,
                ch if depth == 0 && starts && !ch.is_whitespace() => {
                    found.push(word(&group[at..]));
                    starts = false;
                }
                _ => {}
            }
        }
    }
    found
}

/// All that breaks a rule at once: who mends one should see the others.
#[track_caller]
fn none(findings: Vec<String>) {
    assert!(findings.is_empty(), "\n{}", findings.join("\n"));
}

#[test]
fn a_stage_never_names_a_later_one() {
    let stages = stages();
    assert!(stages.len() >= 9 && stages[0] == "text", "{stages:?}");
    let place = |name: &str| stages.iter().position(|it| it == name);
    let mut findings = Vec::new();
    for (path, text) in files(&[".rs"]) {
        let Some(rest) = path.strip_prefix("crates/truceline/src/") else { continue };
        let module = rest.split(['/', '.']).next().unwrap();
        let Some(here) = place(module) else { continue };
        for name in named(&code(&text)) {
            if place(&name).is_some_and(|at| at > here) {
                findings.push(format!("{path} names `{name}`, a later stage: see lib.rs"));
            }
        }
    }
    none(findings);
}

#[test]
fn the_library_keeps_to_itself() {
    // Joined, so that this file names none of them.
    let forbidden = [
        ["std::", "net"],
        ["Instant::", "now"],
        ["SystemTime::", "now"],
        ["Timestamp::", "now"],
        ["Zoned::", "now"],
        ["fs::", "write"],
        ["File::", "create"],
        ["std::", "process"],
        ["derive(", "Serialize"],
        [", ", "Serialize"],
    ];
    let mut findings = Vec::new();
    for (path, text) in files(&[".rs"]) {
        // The ledger owns the bytes of its entries: their digests hang on them.
        let ledger = path.starts_with("crates/truceline/src/ledger/");
        if ledger || !path.starts_with("crates/truceline/src/") {
            continue;
        }
        for name in forbidden.map(|it| it.concat()) {
            if code(&text).contains(&name) {
                findings.push(format!("{path} uses {name}: that is for the edges"));
            }
        }
    }
    none(findings);
}

#[test]
fn imports_are_found_in_any_shape() {
    let code = "use crate::a::X;\nuse crate::{\n b::{self, c},\n d,\n};\nfn f(it: crate::e::Y) {}";
    assert_eq!(named(code), ["a", "b", "d", "e"]);
}

#[test]
fn files_stay_short() {
    let mut findings = Vec::new();
    for (path, text) in files(&[".rs"]) {
        if path.contains("/tests/") {
            continue;
        }
        let lines = text.split("#[cfg(test)]").next().unwrap().lines().count();
        let listed = LONG.iter().find(|it| it.0 == path).map(|it| it.1);
        match listed {
            Some(_) if lines <= LONGEST => {
                findings.push(format!("{path} is short now: take it off the list"));
            }
            _ if lines > listed.unwrap_or(LONGEST) => {
                findings.push(format!("{path} has {lines} lines; split it by what it knows"));
            }
            _ => {}
        }
    }
    for (path, _) in LONG.iter().filter(|it| !root().join(it.0).exists()) {
        findings.push(format!("{path} is gone: take it off the list"));
    }
    none(findings);
}

#[test]
fn a_module_says_in_four_lines_what_it_does() {
    let mut findings = Vec::new();
    for (path, text) in files(&[".rs"]) {
        let head = text.lines().take_while(|line| line.starts_with("//!")).count();
        if path.contains("/src/") && !path.ends_with("lib.rs") && !(1..=4).contains(&head) {
            findings.push(format!("{path} begins with {head} lines of `//!`, not one to four"));
        }
    }
    none(findings);
}

#[test]
fn paths_in_docs_exist() {
    for (path, text) in files(&[".md"]) {
        let folder = root().join(&path).parent().unwrap().to_owned();
        let mut fenced = false;
        for line in text.lines() {
            fenced ^= line.starts_with("```");
            if fenced {
                continue;
            }
            let quoted = line.split('`').skip(1).step_by(2).filter(|it| is_path(it));
            let linked = line.split("](").skip(1).filter_map(|it| it.split_once(')'));
            let linked = linked.map(|it| it.0.split('#').next().unwrap());
            let linked = linked.filter(|it| !it.is_empty() && !it.contains("://"));
            for (name, from) in
                quoted.map(|it| (it, root())).chain(linked.map(|it| (it, folder.clone())))
            {
                assert!(from.join(name).exists(), "{path} names {name}, which is not there");
            }
        }
    }
}

/// `crates/truceline/src/text.rs`, `docs/`; not `lang/<code>/` and not `a/b`.
fn is_path(text: &str) -> bool {
    const ROOTS: &[&str] = &["crates/", "docs/", "lang/", "world/", "casebook/", "eval/", ".ci/"];
    let plain = |ch: char| ch.is_alphanumeric() || "/._-".contains(ch);
    ROOTS.iter().any(|root| text.starts_with(root)) && text.chars().all(plain)
}

#[test]
fn no_host_of_a_registry_is_named() {
    // Joined here, so that this file names none.
    let hosts = [["crates", ".io"], ["pypi", ".org"], ["npmjs", ".com"], ["npmjs", ".org"]];
    for (path, text) in files(&[".rs", ".toml", ".md", ".py", ".sh", ".yml", "run"]) {
        for host in hosts.map(|it| it.concat()) {
            assert!(!text.contains(&host), "{path} names {host}");
        }
    }
}

#[test]
fn nothing_is_left_for_later() {
    let marks = [["TO", "DO"], ["FIX", "ME"], ["unimplemented", "!("], ["todo", "!("]];
    for (path, text) in files(&[".rs", ".md", ".py", ".sh", "run"]) {
        for mark in marks.map(|it| it.concat()) {
            let word =
                |at: usize| text[..at].chars().next_back().is_none_or(|it| !it.is_alphanumeric());
            let left = text.match_indices(&mark).any(|(at, _)| word(at));
            assert!(!left, "{path} holds {mark}: do it, or file it");
        }
    }
}

#[test]
fn every_pack_file_can_be_read() {
    assert_eq!(texts(pack::check(&Source::Embedded)), [""; 0]);
    assert_eq!(texts(pack::check(&Source::Folder(root()))), [""; 0]);
}

fn texts(errors: Vec<pack::Error>) -> Vec<String> {
    errors.iter().map(ToString::to_string).collect()
}
