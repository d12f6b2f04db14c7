//! The program as a whole: what it prints, where, and how it ends. Each test has its own folder.

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use expect_test::expect_file;

const STORY: &str = "The army of Freedonia stopped its fire in the northern hills on Friday, and \
    the rebels said that they would keep their guns quiet for as long as it did.\n";

struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Folder {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        Folder(path)
    }

    fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        let path = self.0.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    fn run(&self, arguments: &str) -> Ran {
        self.run_on(arguments, b"")
    }

    fn run_on(&self, arguments: &str, input: &[u8]) -> Ran {
        let mut child = Command::new(env!("CARGO_BIN_EXE_truceline"))
            .args(arguments.split_whitespace())
            .current_dir(&self.0)
            .env_remove("CLICOLOR_FORCE")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(input).unwrap();
        let out = child.wait_with_output().unwrap();
        Ran {
            code: out.status.code().unwrap(),
            out: String::from_utf8(out.stdout).unwrap(),
            err: String::from_utf8(out.stderr).unwrap(),
        }
    }
}

#[derive(Debug)]
struct Ran {
    code: i32,
    out: String,
    err: String,
}

impl Ran {
    fn objects(&self) -> Vec<serde_json::Value> {
        self.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    fn ids(&self) -> Vec<String> {
        let id = |it: &serde_json::Value| it["report"]["id"].as_str().unwrap().to_owned();
        self.objects().iter().map(id).collect()
    }
}

/// One bad input beside a good one: a message with `expected`, exit status 1, the good one read.
#[track_caller]
fn check_bad_input(folder: &Folder, bad: &str, message: &str) {
    folder.write("good.txt", STORY);
    let ran = folder.run(&format!("read --format jsonl {bad} good.txt"));
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(ran.err.starts_with(&format!("truceline: {bad}: ")), "{}", ran.err);
    assert!(ran.err.contains("expected") && ran.err.contains("but found"), "{}", ran.err);
    assert!(ran.err.contains(message), "expected `{message}` in: {}", ran.err);
    assert_eq!(ran.err.lines().count(), 1, "{}", ran.err);
    assert_eq!(ran.objects().len(), 1, "{}", ran.out);
    assert_eq!(ran.objects()[0]["report"]["path"], "good.txt");
}

#[test]
fn a_missing_file() {
    check_bad_input(&Folder::new("missing"), "nowhere.txt", "found nothing there; check the path");
}

#[cfg(unix)]
#[test]
fn a_path_that_is_no_text() {
    use std::os::unix::ffi::OsStrExt;
    let folder = Folder::new("odd_path");
    folder.write("good.txt", STORY);
    let out = Command::new(env!("CARGO_BIN_EXE_truceline"))
        .args(["article", "good.txt"])
        .arg(std::ffi::OsStr::from_bytes(b"\xff.txt"))
        .current_dir(&folder.0)
        .output()
        .unwrap();
    assert_eq!(out.status.code(), Some(1));
    assert!(String::from_utf8(out.stderr).unwrap().contains("found nothing there"));
    assert_eq!(String::from_utf8(out.stdout).unwrap().lines().count(), 1);
}

#[test]
fn a_picture() {
    let folder = Folder::new("picture");
    folder.write("photo.html", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06");
    check_bad_input(&folder, "photo.html", "a PNG picture");
}

#[test]
fn a_binary_without_a_name() {
    let folder = Folder::new("binary");
    let noise: Vec<u8> =
        (0..5000u32).map(|it| (it.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    folder.write(
        "noise",
        [&b"\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"[..], &noise].concat(),
    );
    check_bad_input(&folder, "noise", "binary");
}

#[test]
fn an_empty_file() {
    let folder = Folder::new("empty");
    folder.write("empty.txt", "");
    check_bad_input(&folder, "empty.txt", "found no text");
}

#[test]
fn a_folder_without_reports() {
    let folder = Folder::new("no_reports");
    folder.write("data/table.csv", "a,b\n");
    check_bad_input(&folder, "data", "found none in it");
}

#[test]
fn a_broken_archive() {
    let folder = Folder::new("broken_gzip");
    folder.write("page.html.gz", b"\x1f\x8b\x08\0\0\0\0\0\0\x03broken");
    check_bad_input(&folder, "page.html.gz", "gzip");
    folder.write("lines.jsonl.gz", b"\x1f\x8b\x08\0\0\0\0\0\0\x03broken");
    check_bad_input(&folder, "lines.jsonl.gz", "gzip");
}

#[test]
fn an_address() {
    let folder = Folder::new("address");
    check_bad_input(&folder, "http://127.0.0.1:9/1", "lies inward");
}

#[test]
fn a_bad_line_among_good_ones() {
    let folder = Folder::new("bad_line");
    folder.write(
        "all.jsonl",
        "{\"id\":\"a\",\"text\":\"One.\"}\n{\"id\":\n{\"id\":\"b\",\"text\":\"Two.\"}\n",
    );
    let ran = folder.run("read --format jsonl all.jsonl");
    assert_eq!(ran.code, 1);
    assert_eq!(ran.ids(), ["a", "b"]);
    assert!(
        ran.err.starts_with("truceline: all.jsonl: line 2: expected a JSON object"),
        "{}",
        ran.err
    );
}

#[test]
fn a_bad_line_far_down_a_long_file() {
    let folder = Folder::new("long_lines");
    let line = format!("{{\"text\":\"{}\"}}\n", "word ".repeat(1 << 17));
    folder.write("all.jsonl", [line.repeat(20), "nonsense\n".to_owned(), line].concat());
    let ran = folder.run("article all.jsonl");
    assert_eq!(ran.objects().len(), 21);
    assert!(ran.err.contains("all.jsonl: line 21: "), "{}", ran.err);
}

#[test]
fn encodings_are_read_or_told() {
    let folder = Folder::new("encodings");
    let utf16 = STORY.encode_utf16().flat_map(u16::to_le_bytes);
    let utf16: Vec<u8> = [0xff, 0xfe].into_iter().chain(utf16).collect();
    folder.write("utf16.txt", utf16);
    folder.write("latin.txt", b"The r\xe9gime said on Friday that it would hold its fire.\n");
    let ran = folder.run("article utf16.txt latin.txt");
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    let texts: Vec<_> = ran.objects().iter().map(|it| it["text"].to_string()).collect();
    assert!(texts[0].contains("Freedonia"), "{texts:?}");
    assert!(texts[1].contains("régime"), "{texts:?}");
}

#[test]
fn folders_are_read_in_name_order() {
    let folder = Folder::new("folders");
    folder.write("in/2/b.txt", STORY);
    folder.write("in/1.jsonl", "{\"text\":\"One.\"}\n");
    folder.write("in/10.html", format!("<html><body><p>{STORY}</p></body></html>"));
    folder.write("in/.hidden.txt", STORY);
    folder.write("in/picture.png", b"\x89PNG");
    let ran = folder.run("article in");
    let paths: Vec<_> =
        ran.objects().iter().map(|it| it["path"].as_str().unwrap().to_owned()).collect();
    assert_eq!(paths, ["in/1.jsonl", "in/10.html", "in/2/b.txt"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
}

#[test]
fn standard_input() {
    let folder = Folder::new("stdin");
    folder.write("last.txt", STORY);
    let ran =
        folder.run_on("read --format jsonl - last.txt", b"{\"id\":\"x\",\"text\":\"One.\"}\n");
    assert_eq!((ran.code, ran.ids()[0].as_str()), (0, "x"), "{}", ran.err);
    assert_eq!(ran.objects().len(), 2);
    let nothing = folder.run("read -");
    assert_eq!(nothing.code, 1);
    assert!(nothing.err.starts_with("truceline: standard input: expected"), "{}", nothing.err);
}

#[test]
fn the_given_date_wins() {
    let folder = Folder::new("published");
    folder.write("dated.jsonl", "{\"text\":\"One.\",\"published\":\"2014-08-10\"}\n");
    let told = |arguments: &str| folder.run(arguments).objects()[0]["report"]["published"].clone();
    assert_eq!(told("read --format jsonl dated.jsonl"), "2014-08-10");
    assert_eq!(told("read --format jsonl --published 2016-07-06 dated.jsonl"), "2016-07-06");
}

#[test]
fn wrong_use() {
    let folder = Folder::new("wrong_use");
    folder.write("a.txt", STORY);
    for (arguments, message) in [
        ("read", "required"),
        ("read --published 7/6/16 a.txt", "expected a day as YYYY-MM-DD but found `7/6/16`"),
        ("read --published 2016-02-30 a.txt", "expected a day as YYYY-MM-DD"),
        ("read --format xml a.txt", "[possible values: text, json, jsonl]"),
        ("read --threads 0 a.txt", "--threads"),
        ("read --pack nowhere a.txt", "expected a folder that holds lang/"),
        ("pack check nowhere", "expected a folder that holds lang/"),
        ("report a.txt", "unrecognized subcommand"),
        ("man nothing", "expected one of read, mentions"),
    ] {
        let ran = folder.run(arguments);
        assert_eq!(ran.code, 2, "{arguments}: {ran:?}");
        assert!(ran.err.contains(message), "{arguments}: {}", ran.err);
        assert_eq!(ran.out, "", "{arguments}");
    }
}

#[test]
fn threads_change_no_byte() {
    let folder = Folder::new("threads");
    let lines: String = (0..60)
        .map(|it| {
            let text = STORY.repeat(1 + it % 7);
            format!("{}\n", serde_json::json!({"id": it, "text": text, "published": "2016-07-08"}))
        })
        .collect();
    folder.write("all.jsonl", lines);
    for command in ["read --format jsonl", "read --format json", "read", "mentions", "article"] {
        let one = folder.run(&format!("{command} --threads 1 all.jsonl"));
        assert_eq!(one.code, 0, "{}", one.err);
        for threads in [2, 5] {
            let more = folder.run(&format!("{command} --threads {threads} all.jsonl"));
            assert!(one.out == more.out, "{command} differs on {threads} threads");
        }
    }
}

#[test]
fn formats() {
    let folder = Folder::new("formats");
    folder.write("a.jsonl", "{\"id\":\"a\",\"text\":\"One.\"}\n{\"id\":\"b\",\"text\":\"Two.\"}\n");
    let array = folder.run("read --format json a.jsonl").out;
    let array: Vec<serde_json::Value> = serde_json::from_str(&array).unwrap();
    let lines = folder.run("read --format jsonl a.jsonl").objects();
    assert_eq!(array, lines);
    assert_eq!(folder.run("read --format json nowhere").out, "[]\n");
    let keys: Vec<_> = lines[0].as_object().unwrap().keys().cloned().collect();
    assert_eq!(keys, ["report", "truces", "claims", "gaps"]);
}

#[test]
fn claims_and_mentions_point_into_the_article() {
    let folder = Folder::new("mentions");
    fs::copy(example(), folder.0.join("a.txt")).unwrap();
    let article = &folder.run("article a.txt").objects()[0];
    let at = |it: &serde_json::Value| {
        let text = article[it["part"].as_str().unwrap()].as_str().unwrap();
        let end = |at: usize| it["span"][at].as_u64().unwrap() as usize;
        text[end(0)..end(1)].to_owned()
    };
    let mentions = folder.run("mentions a.txt").objects();
    assert!(mentions.iter().any(|it| it["what"] == "truce"), "{mentions:?}");
    for mention in mentions {
        assert_eq!(mention["report"], article["id"]);
        assert_eq!(mention["text"], at(&mention));
    }
    let reading = &folder.run("read --format jsonl a.txt").objects()[0];
    assert_eq!(reading["report"], *article);
    let claims = reading["claims"].as_array().unwrap();
    assert!(!claims.is_empty());
    for claim in claims {
        assert_eq!(claim["quote"], at(claim));
        assert!(reading["truces"].as_array().unwrap().iter().any(|it| it["id"] == claim["truce"]));
    }
}

#[test]
fn no_year_is_invented() {
    let folder = Folder::new("no_year");
    let story = "The army of Syria declared a 72-hour truce from 1 a.m. on July 6, a military \
                 source said. The truce will end on July 9.\n";
    folder.write("a.txt", story);
    let ran = folder.run("read --format jsonl a.txt");
    let reading = &ran.objects()[0];
    assert_eq!(reading["report"]["published"], serde_json::Value::Null);
    assert_ne!(reading["claims"].as_array().unwrap().len(), 0);
    let mut without_text = reading.clone();
    for part in ["id", "path"] {
        without_text["report"][part] = serde_json::Value::Null;
    }
    let printed = without_text.to_string();
    for (at, _) in printed.match_indices("20") {
        let year = printed[at..].bytes().take_while(u8::is_ascii_digit).count();
        assert_ne!(year, 4, "a year in {printed}");
    }
}

/// The README's example is what the program prints; `UPDATE_EXPECT=1` rewrites it.
#[test]
fn the_readme_shows_what_the_program_prints() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap();
    let readme = fs::read_to_string(root.join("README.md")).unwrap();
    let printed = Folder(root.clone()).run("read docs/example.txt");
    assert_eq!(printed.code, 0, "{}", printed.err);
    let (before, rest) = readme.split_once("```text\n").unwrap();
    let (_, after) = rest.split_once("```\n").unwrap();
    expect_file![root.join("README.md")]
        .assert_eq(&format!("{before}```text\n{}```\n{after}", printed.out));
}

fn example() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/example.txt")
}

#[test]
fn no_colours_in_a_pipe() {
    let folder = Folder::new("colours");
    folder.write("a.txt", STORY);
    for command in ["read", "article --format text", "mentions --format text"] {
        let ran = folder.run(&format!("{command} a.txt nowhere"));
        assert!(!ran.out.contains('\x1b') && !ran.err.contains('\x1b'), "{ran:?}");
    }
}

#[test]
fn a_reader_that_leaves_early() {
    let folder = Folder::new("pipe");
    folder.write("all.jsonl", "{\"text\":\"One two three four.\"}\n".repeat(20_000));
    let mut child = Command::new(env!("CARGO_BIN_EXE_truceline"))
        .args(["article", "all.jsonl"])
        .current_dir(&folder.0)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let out = child.wait_with_output().unwrap();
    assert_eq!((out.status.code(), out.stderr.as_slice()), (Some(0), &b""[..]));
}

#[test]
fn help_teaches() {
    let folder = Folder::new("help");
    for (arguments, page) in [
        ("--help", expect_file!["help/truceline.txt"]),
        ("read --help", expect_file!["help/read.txt"]),
        ("mentions --help", expect_file!["help/mentions.txt"]),
        ("article --help", expect_file!["help/article.txt"]),
        ("watch --help", expect_file!["help/watch.txt"]),
        ("pack check --help", expect_file!["help/pack-check.txt"]),
    ] {
        let ran = folder.run(arguments);
        assert_eq!(ran.code, 0);
        page.assert_eq(&ran.out);
    }
}

#[test]
fn completions_and_man_pages() {
    let folder = Folder::new("completions");
    for shell in ["bash", "zsh", "fish"] {
        let ran = folder.run(&format!("completions {shell}"));
        assert_eq!(ran.code, 0);
        assert!(ran.out.contains("published") && ran.out.contains("mentions"), "{shell}");
    }
    let page = folder.run("man");
    assert!(page.out.contains(".TH truceline 1") && page.out.contains("truceline\\-read(1)"));
    let page = folder.run("man read");
    assert!(page.out.contains(".TH truceline-read 1") && page.out.contains("\\-\\-published"));
}

#[test]
fn the_packs_are_sound() {
    let folder = Folder::new("pack");
    let built_in = folder.run("pack check");
    assert_eq!((built_in.code, built_in.out.as_str()), (0, "the built-in pack is sound\n"));
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let on_disk = folder.run(&format!("pack check {}", root.display()));
    assert_eq!(on_disk.code, 0, "{}", on_disk.out);
    folder.write("lang/en/when.toml", "this is no table");
    folder.write("world/.keep", "");
    let broken = folder.run("pack check .");
    assert_eq!(broken.code, 1, "{broken:?}");
    assert!(broken.out.starts_with("lang/en/"), "{}", broken.out);
}
