//! Only this crate, and the one that serves, may speak with the network.

use std::{fs, path::Path};

#[test]
fn no_other_crate_opens_a_socket() {
    let mut findings = Vec::new();
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    for entry in fs::read_dir(crates).unwrap() {
        let folder = entry.unwrap().path();
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        if !matches!(name.as_str(), "truceline-fetch" | "truceline-web") {
            walk(&folder.join("src"), &mut findings);
        }
    }
    assert!(findings.is_empty(), "\n{}", findings.join("\n"));
}

fn walk(folder: &Path, findings: &mut Vec<String>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            walk(&path, findings);
        } else if let Ok(text) = fs::read_to_string(&path) {
            let found = ["std::net", "TcpStream", "UdpSocket", "ureq::"]
                .into_iter()
                .find(|it| text.contains(it));
            findings.extend(found.map(|it| format!("{} uses {it}", path.display())));
        }
    }
}
