//! What is written for cargo, and what `cargo_place.sh` does to manifests. A cargo that always agrees stands in for the
//! real one where only the files matter.
#![expect(
    clippy::disallowed_methods,
    reason = "the script is what is tested, and it is a program"
)]

use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use super::{PLACE, at_hand, version_in};
use crate::Task;

fn task(pins: &[&str], available: &[&str]) -> Task {
    let text = format!(
        r#"
format = "bughound-build-task/1"
id = "t"
about = ""
kind = "dependency"
language = "rust"
system = "cargo"
date = "2024-01-01"
source = {{ registry = "files" }}
dependencies.pins = {pins:?}
dependencies.available = {available:?}
commands.results = "cargo_test"
symptom = {{ stage = "build", message = "", class = "dependency" }}
fix.edit = []
"#
    );
    Task {
        recipe: toml::from_str(&text).unwrap(),
        folder: std::path::PathBuf::new(),
        tree: Vec::new(),
        held_out: Vec::new(),
        issue: None,
        lock: None,
    }
}

#[test]
fn versions_at_hand_are_dependencies_that_are_never_built() {
    let text = at_hand(&task(&["rand@0.9.0"], &["rand@0.8.5[small_rng, std]"]));
    insta::assert_snapshot!(text, @r#"

    [target."cfg(any())".dependencies.bughound-0]
    package = "rand"
    version = "=0.9.0"

    [target."cfg(any())".dependencies.bughound-1]
    package = "rand"
    version = "=0.8.5"
    features = ["small_rng", "std"]
    "#);
    assert!(text.parse::<toml::Table>().is_ok());
    assert_eq!(at_hand(&task(&[], &[])), "");
}

#[test]
fn versions_of_compilers() {
    assert_eq!(version_in("rustc 1.95.0 (59807616e 2026-04-14)"), "1.95.0");
    assert_eq!(version_in(""), "");
}

/// The manifest after the script, or what it complained of.
fn after(arguments: &[&str], vendored: &[(&str, &str)], manifest: &str) -> Result<String, String> {
    let folder = tempfile::tempdir().unwrap();
    let at = |path: &str| folder.path().join(path);
    for (name, version) in vendored {
        let home = at(&format!("deps/vendor/{name}-{version}"));
        std::fs::create_dir_all(&home).unwrap();
        let text = format!(
            "[package]\nname = \"{name}\"\nversion = \"{version}\"\n\n[dependencies.x]\nversion = \"9\"\n"
        );
        std::fs::write(home.join("Cargo.toml"), text).unwrap();
    }
    for folder in ["deps", "repo", "bin"] {
        std::fs::create_dir_all(at(folder)).unwrap();
    }
    std::fs::write(at("deps/cargo_place.sh"), PLACE).unwrap();
    std::fs::write(at("deps/Cargo.lock"), "version = 4\n").unwrap();
    std::fs::write(at("repo/Cargo.toml"), manifest).unwrap();
    std::fs::write(
        at("bin/cargo"),
        "#!/bin/sh\ncase \"$*\" in *forbidden*) exit 1;; esac\n",
    )
    .unwrap();
    std::fs::set_permissions(at("bin/cargo"), PermissionsExt::from_mode(0o755)).unwrap();
    let output = Command::new("/bin/sh")
        .arg(at("deps/cargo_place.sh"))
        .args(arguments)
        .current_dir(at("repo"))
        .env("PATH", format!("{}:/usr/bin:/bin", at("bin").display()))
        .output()
        .unwrap();
    if output.status.success() {
        Ok(std::fs::read_to_string(at("repo/Cargo.toml")).unwrap())
    } else {
        Err(String::from_utf8(output.stderr).unwrap())
    }
}

#[test]
fn requirements_are_replaced_wherever_they_stand() {
    let check = |arguments: &[&str], manifest: &str, expected: &str| {
        let vendored = [
            ("rand", "0.9.2"),
            ("rand", "0.10.0-beta.1"),
            ("rand", "0.8.5"),
            ("rand", "0.10.0"),
        ];
        assert_eq!(
            after(arguments, &vendored, manifest).unwrap(),
            expected,
            "{arguments:?}"
        );
    };
    let exact = ["upgrade", "rand", "0.9.2"];
    check(
        &exact,
        "[dependencies]\nrand = \"0.8\"\nrand_core = \"0.6\"\n",
        "[dependencies]\nrand = \"0.9.2\"\nrand_core = \"0.6\"\n",
    );
    check(
        &exact,
        "[dev-dependencies]\nrand = { default-features = false, version = \"0.8\", features = [\"std\"] }\n",
        "[dev-dependencies]\nrand = { default-features = false, version = \"0.9.2\", features = [\"std\"] }\n",
    );
    check(
        &exact,
        "[dependencies.rand]\nversion = \"0.8\"\noptional = true\n",
        "[dependencies.rand]\nversion = \"0.9.2\"\noptional = true\n",
    );
    check(
        &exact,
        "[target.'cfg(unix)'.dependencies.dice]\nversion = \"0.8\"\npackage = \"rand\"\n",
        "[target.'cfg(unix)'.dependencies.dice]\nversion = \"0.9.2\"\npackage = \"rand\"\n",
    );
    check(
        &exact,
        "[dependencies]\ndice = { package = \"rand\", version = \"0.8\" }\nrand = { package = \"other\", version = \"1\" }\n",
        "[dependencies]\ndice = { package = \"rand\", version = \"0.9.2\" }\nrand = { package = \"other\", version = \"1\" }\n",
    );
    check(
        &exact,
        "[dependencies]\nrand.version = \"0.8\"\n",
        "[dependencies]\nrand.version = \"0.9.2\"\n",
    );
    check(
        &exact,
        "[package]\nversion = \"1.0.0\"\n[features]\nrand = []\n[dependencies]\n\"rand\" = \"0.8\" # old\n",
        "[package]\nversion = \"1.0.0\"\n[features]\nrand = []\n[dependencies]\n\"rand\" = \"0.9.2\" # old\n",
    );
    // The newest release that is vendored, where none is named.
    check(
        &["upgrade", "rand"],
        "[dependencies]\nrand = \"0.8\"\n",
        "[dependencies]\nrand = \"0.10.0\"\n",
    );
}

#[test]
fn what_others_depend_on_is_moved_in_the_lock_alone() {
    let manifest = "[dependencies]\nrand = \"0.8\"\n";
    let vendored = [("libc", "0.2.170")];
    assert_eq!(
        after(&["upgrade", "libc"], &vendored, manifest).as_deref(),
        Ok(manifest)
    );
}

#[test]
fn what_fails_is_said_and_undone() {
    let manifest = "[dependencies]\nrand = \"0.8\"\n";
    let error = after(&["upgrade", "rand"], &[], manifest).unwrap_err();
    assert_eq!(error, "error: no version of rand is at hand\n");
    let error = after(
        &["upgrade", "forbidden"],
        &[("forbidden", "1.0.0")],
        manifest,
    )
    .unwrap_err();
    assert_eq!(error, "error: at hand of forbidden: 1.0.0 \n");
    let error = after(&["remove", "forbidden"], &[], manifest).unwrap_err();
    assert_eq!(error, "error: Cargo.toml does not depend on forbidden\n");
}
