//! The commands of the ledger, as a person or a script meets them.

use std::{
    fs,
    path::PathBuf,
    process::{Command, Output},
};

use serde_json::Value;

const REPORTS: &str = r#"{"id": "one", "outlet": "Gazette", "published": "2016-07-06", "title": "Army declares a truce in Syria", "text": "DAMASCUS (Reuters) - The Syrian army declared a 72-hour truce across Syria on Wednesday, state media said.\n\nRebels accused the Syrian army of violating the truce near Aleppo."}
{"id": "two", "outlet": "Courier", "published": "2016-07-07", "title": "Syria truce holds", "text": "The truce that the Syrian army declared on Wednesday was holding in Aleppo on Thursday, residents said."}
"#;

struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Folder {
        let path =
            std::env::temp_dir().join(format!("truceline-ledger-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        fs::write(path.join("reports.jsonl"), REPORTS).unwrap();
        Folder(path)
    }

    fn run(&self, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_truceline"))
            .args(arguments)
            .current_dir(&self.0)
            .env("XDG_DATA_HOME", self.0.join("data"))
            .output()
            .unwrap()
    }

    #[track_caller]
    fn ok(&self, arguments: &[&str]) -> String {
        let ran = self.run(arguments);
        assert!(ran.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&ran.stderr));
        String::from_utf8(ran.stdout).unwrap()
    }

    #[track_caller]
    fn lines(&self, arguments: &[&str]) -> Vec<Value> {
        self.ok(arguments).lines().map(|it| serde_json::from_str(it).unwrap()).collect()
    }

    #[track_caller]
    fn refused(&self, arguments: &[&str], code: i32, message: &str) {
        let ran = self.run(arguments);
        let told = String::from_utf8_lossy(&ran.stderr).into_owned();
        assert_eq!(ran.status.code(), Some(code), "{told}");
        assert!(told.contains(message), "{told}");
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

const L: [&str; 2] = ["--ledger", "l.db"];

#[test]
fn a_ledger_is_kept_asked_corrected_and_taken_elsewhere() {
    let folder = Folder::new("whole");
    let add = |day: &str| {
        folder.lines(&["add", "reports.jsonl", "--format", "jsonl", "--recorded", day, L[0], L[1]])
    };
    let added = add("2016-07-08");
    assert_eq!(added.len(), 2);
    assert!(added.iter().all(|it| it["outcome"] == "new"), "{added:?}");
    assert!(add("2016-07-09").iter().all(|it| it["outcome"] == "known"));
    folder.refused(
        &[
            "review",
            "withdraw",
            "1",
            "--by",
            "ada",
            "--why",
            "test",
            "--recorded",
            "2016-07-01",
            L[0],
            L[1],
        ],
        2,
        "the ledger's clock never runs back",
    );

    let list = folder.lines(&["list", "--at", "2016-07-07", "--format", "jsonl", L[0], L[1]]);
    assert!(!list.is_empty());
    let id = list[0]["id"].as_str().unwrap();
    for key in [
        "id",
        "label",
        "sides",
        "mediators",
        "places",
        "declared",
        "start",
        "end",
        "length",
        "excludes",
        "status",
        "windows",
        "extensions",
        "claims",
        "reports",
        "families",
    ] {
        assert!(list[0].get(key).is_some(), "{key}");
    }
    let status = folder.lines(&["status", "--at", "2016-07-07", "--format", "jsonl", L[0], L[1]]);
    for key in ["truce", "label", "in_force", "ends", "hours_left", "yes", "no"] {
        assert!(status[0].get(key).is_some(), "{key}");
    }
    assert_eq!(status.len(), list.len());
    let none = folder.lines(&[
        "list",
        "--at",
        "2016-07-07",
        "--as-of",
        "2016-07-07",
        "--format",
        "jsonl",
        L[0],
        L[1],
    ]);
    assert!(none.is_empty());
    let there = folder.lines(&[
        "status",
        "--place",
        "Syria",
        "--at",
        "2016-07-07",
        "--format",
        "jsonl",
        L[0],
        L[1],
    ]);
    assert!(!there.is_empty());
    let elsewhere = folder.lines(&[
        "status",
        "--place",
        "Peru",
        "--at",
        "2016-07-07",
        "--format",
        "jsonl",
        L[0],
        L[1],
    ]);
    assert!(elsewhere.is_empty());

    let shown = folder.lines(&["show", id, "--format", "jsonl", L[0], L[1]]);
    let claim = shown[0]["claims"][0].as_str().unwrap();
    let why = folder.lines(&["why", claim, "--format", "jsonl", L[0], L[1]]);
    let quote = why[0]["quote"].as_str().unwrap();
    assert!(why[0]["paragraph"]["text"].as_str().unwrap().contains(quote));
    assert!(folder.ok(&["why", claim, L[0], L[1]]).contains(quote));
    assert!(folder.ok(&["show", id, L[0], L[1]]).contains(claim));

    let before = list[0]["claims"].as_array().unwrap().len();
    folder.ok(&[
        "review",
        "reject",
        claim,
        "--by",
        "ada",
        "--why",
        "misread",
        "--recorded",
        "2016-07-10",
        L[0],
        L[1],
    ]);
    let after = folder.lines(&["show", id, "--at", "2016-07-07", "--format", "jsonl", L[0], L[1]]);
    assert_eq!(after[0]["claims"].as_array().unwrap().len(), before - 1);
    assert_eq!(after[0]["rejected"][0], claim);
    assert!(folder.ok(&["verify", L[0], L[1]]).starts_with("sound: "));

    folder.ok(&["export", "--to", "jsonl", "out.jsonl", L[0], L[1]]);
    folder.ok(&["import", "out.jsonl", "--ledger", "other.db"]);
    let digest = |ledger: &str| {
        folder.ok(&["verify", "--ledger", ledger]).split("digest ").nth(1).unwrap().to_owned()
    };
    assert_eq!(digest("l.db"), digest("other.db"));
    folder.ok(&["export", "--to", "csv", "t.csv", L[0], L[1]]);
    assert!(fs::read_to_string(folder.0.join("t-claims.csv")).unwrap().contains(claim));
    assert!(!folder.0.join("t.csv.part").exists());
    if cfg!(feature = "parquet") {
        folder.ok(&["export", "--to", "parquet", "t.parquet", L[0], L[1]]);
        for file in ["t.parquet", "t-claims.parquet"] {
            let bytes = fs::read(folder.0.join(file)).unwrap();
            assert!(bytes.starts_with(b"PAR1") && bytes.ends_with(b"PAR1"), "{file}");
        }
    } else {
        folder.refused(&["export", "--to", "parquet", "t.parquet", L[0], L[1]], 1, "feature");
    }
    folder.ok(&["rebuild", L[0], L[1]]);
    assert!(folder.ok(&["verify", L[0], L[1]]).starts_with("sound: "));
}

#[test]
fn what_cannot_be_is_said_with_the_next_step() {
    let folder = Folder::new("wrong");
    folder.refused(&["list"], 2, "no such ledger; `truceline add` makes one");
    folder.ok(&["add", "reports.jsonl", "--recorded", "2016-07-08"]);
    assert!(folder.0.join("data/truceline/ledger.db").exists());
    folder.refused(&["show", "t000000"], 2, "`truceline list` names them");
    folder.refused(&["why", "c000000"], 2, "no such claim");
    folder.refused(&["status", "--at", "yesterday"], 2, "write it like 2016-07-06");
    folder.refused(&["import", "reports.jsonl"], 2, "expected an exported entry");
    fs::write(folder.0.join("notes.txt"), "no ledger ".repeat(200)).unwrap();
    folder.refused(&["add", "reports.jsonl", "--ledger", "notes.txt"], 2, "another kind of file");
    // One input fails, the others are taken.
    let ran = folder.run(&["add", "missing.txt", "reports.jsonl"]);
    assert_eq!(ran.status.code(), Some(1));
}
