//! The benchmark itself, on a small repository.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test makes a repository and starts the program"
)]

use std::path::Path;
use std::process::Command;

fn git(dir: &Path, arguments: &[&str]) {
    let status = Command::new("git")
        .args([
            "-c",
            "user.name=A",
            "-c",
            "user.email=a@example.com",
            "-c",
            "init.defaultBranch=main",
        ])
        .args(arguments)
        .current_dir(dir)
        .output()
        .unwrap();
    assert!(
        status.status.success(),
        "{}",
        String::from_utf8_lossy(&status.stderr)
    );
}

fn bench(repo: &Path, more: &[&str]) -> String {
    let said = Command::new(env!("CARGO_BIN_EXE_bughound-bench"))
        .arg("--repo")
        .arg(repo)
        .args(more)
        .output()
        .unwrap();
    assert!(
        said.status.success(),
        "{}",
        String::from_utf8_lossy(&said.stderr)
    );
    String::from_utf8(said.stdout).unwrap()
}

#[test]
fn everything_is_measured() {
    let dir = tempfile::tempdir().unwrap();
    git(dir.path(), &["init", "-q"]);
    for (name, text) in [
        ("a.py", "class A:\n    def run(self): pass\n"),
        ("b.py", "def f():\n    return 1\n"),
    ] {
        std::fs::write(dir.path().join(name), text).unwrap();
        git(dir.path(), &["add", "."]);
        git(dir.path(), &["commit", "-q", "-m", name]);
    }
    let report: serde_json::Value =
        serde_json::from_str(&bench(dir.path(), &["--runs", "1", "--format", "json"])).unwrap();
    let rows: Vec<&str> = report["ours"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|row| row["what"].as_str())
        .collect();
    for wanted in [
        "cold index",
        "  parse",
        "next commit, warm cache",
        "locate, warm",
        "all tools p99",
    ] {
        assert!(rows.contains(&wanted), "{wanted} is not in {rows:?}");
    }
    let n_rivals = report["rivals"].as_array().unwrap().len();
    let n_absent = report["absent"].as_array().unwrap().len();
    // Python is two rows.
    assert!(n_rivals >= 1 && n_rivals + n_absent >= 3, "{report}");
    assert!(bench(dir.path(), &["--check-bm25"]).contains("agree with tantivy's"));
}
