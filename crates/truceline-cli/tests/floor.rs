//! The scores that have been reached on the evaluation set may rise and never fall. Runs the program
//! and the set's own scorer where `../shared/eval` stands beside the checkout; elsewhere it says so.

use std::{
    collections::BTreeMap,
    fs,
    path::Path,
    process::{Command, Stdio},
};

#[derive(serde::Deserialize)]
struct Floor {
    /// SHA-256 of the gold labels that the scores were reached on.
    gold: String,
    /// Scores that must be reached at least.
    least: BTreeMap<String, f64>,
    /// Scores that must not be passed.
    most: BTreeMap<String, f64>,
}

#[test]
fn scores_do_not_fall() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let eval = root.join("../shared/eval");
    let dev = eval.join("dev");
    if !dev.join("gold.jsonl").exists() {
        eprintln!("no ../shared/eval beside this checkout: the floor is not measured");
        return;
    }
    let floor = fs::read_to_string(root.join("eval/floor.toml")).expect("eval/floor.toml");
    let floor: Floor = toml::from_str(&floor).expect("a floor");
    let gold = fs::read(dev.join("gold.jsonl")).expect("gold labels");
    let digest = sha256(&gold);
    assert_eq!(
        digest, floor.gold,
        "the gold labels changed: measure anew and say so in the change"
    );

    let out = std::env::temp_dir().join(format!("truceline-floor-{}.jsonl", std::process::id()));
    let read = Command::new(env!("CARGO_BIN_EXE_truceline"))
        .args(["read", "--format", "jsonl"])
        .arg(dev.join("reports.jsonl"))
        .stdout(fs::File::create(&out).expect("a temporary file"))
        .stderr(Stdio::inherit())
        .status()
        .expect("the program runs");
    assert!(read.success(), "truceline read failed");
    let scored = Command::new("python3")
        .arg(eval.join("score.py"))
        .args([dev.as_os_str(), out.as_os_str(), "--json".as_ref()])
        .output()
        .expect("python3 runs the scorer");
    fs::remove_file(&out).ok();
    assert!(scored.status.success(), "{}", String::from_utf8_lossy(&scored.stderr));
    let scores: serde_json::Value = serde_json::from_slice(&scored.stdout).expect("scores");
    for (name, least) in &floor.least {
        let got = number(&scores[name]);
        assert!(got >= least - 1e-9, "{name} fell: the floor is {least} but it is {got}");
    }
    for (name, most) in &floor.most {
        let got = number(&scores[name]);
        assert!(got <= most + 1e-9, "{name} rose: at most {most} but it is {got}");
    }
}

/// A score, or the first figure of `20/29`.
fn number(value: &serde_json::Value) -> f64 {
    match value {
        serde_json::Value::String(text) => {
            text.split('/').next().and_then(|it| it.parse().ok()).unwrap_or(f64::NAN)
        }
        other => other.as_f64().unwrap_or(f64::NAN),
    }
}

fn sha256(bytes: &[u8]) -> String {
    use sha2::Digest;
    sha2::Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
