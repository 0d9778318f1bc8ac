//! Which parts of manifests say how tests are run?
//!
//! A fix may have to declare a dependency, so manifests are not protected as a whole; but what stands in them about the
//! test runner is none of a fix's business, unless the known fix changes it, too.

use std::collections::BTreeSet;

use bughound_sandbox::{Change, What};
use bughound_testbed::Prepared;
use serde_json::Value;

/// Tables and keys of `Cargo.toml`.
const CARGO: [&str; 9] = [
    "lib.test",
    "lib.harness",
    "lib.doctest",
    "test",
    "package.autotests",
    "package.build",
    "package.metadata.nextest",
    "profile",
    "unstable",
];
const PYPROJECT: [&str; 3] = ["tool.pytest", "tool.tox", "build-system.backend-path"];
const PACKAGE_JSON: [&str; 10] = [
    "scripts", "mocha", "jest", "vitest", "ava", "tap", "nyc", "c8", "babel", "config",
];
const SETUP_CFG: [&str; 3] = ["tool:pytest", "aliases", "pytest"];
const TOX_INI: [&str; 2] = ["pytest", "tool:pytest"];

/// What a change does to them.
pub(crate) fn reasons(prepared: &Prepared, changes: &[Change]) -> Vec<String> {
    let mut reasons = Vec::new();
    for change in changes {
        let Some(path) = change.path.to_str() else {
            continue;
        };
        let bytes = |tree: &bughound_testbed::Tree| {
            tree.files
                .get(path)
                .map(|file| file.bytes.clone())
                .unwrap_or_default()
        };
        let before = bytes(prepared.broken_tree());
        let fixed = bytes(prepared.fixed_tree());
        let after = match &change.what {
            What::File { bytes, .. } => bytes.as_slice(),
            _ => &[],
        };
        let is_named =
            !before.is_empty() && prepared.runs_by_name(path) && !path.ends_with("build.rs");
        if is_named && before == fixed {
            reasons.push(format!("{path} was changed: it says how things are run"));
        }
        let by_fix = changed(path, &before, &fixed);
        for key in changed(path, &before, after).difference(&by_fix) {
            reasons.push(format!(
                "{path}: {key} was changed, which says how tests are run"
            ));
        }
    }
    reasons
}

/// The guarded keys that differ.
fn changed(path: &str, before: &[u8], after: &[u8]) -> BTreeSet<&'static str> {
    let name = path.rsplit('/').next().unwrap_or(path);
    let keys: &[&'static str] = match name {
        "Cargo.toml" => &CARGO,
        "pyproject.toml" => &PYPROJECT,
        "package.json" => &PACKAGE_JSON,
        "setup.cfg" => &SETUP_CFG,
        "tox.ini" => &TOX_INI,
        _ => return BTreeSet::new(),
    };
    let read = |bytes: &[u8]| {
        let text = String::from_utf8_lossy(bytes);
        match name {
            "package.json" => serde_json::from_str(&text).unwrap_or(Value::Null),
            "setup.cfg" | "tox.ini" => sections(&text),
            _ => toml::from_str(&text).unwrap_or(Value::Null),
        }
    };
    let (before, after) = (read(before), read(after));
    keys.iter()
        .filter(|key| at(&before, key) != at(&after, key))
        .copied()
        .collect()
}

fn at<'a>(value: &'a Value, key: &str) -> Option<&'a Value> {
    key.split('.')
        .try_fold(value, |value, part| value.get(part))
}

/// An INI file's lines by section, comments left out.
fn sections(text: &str) -> Value {
    let mut all = serde_json::Map::new();
    let mut section = String::new();
    for line in text.lines().map(str::trim_end) {
        if let Some(name) = line
            .strip_prefix('[')
            .and_then(|line| line.strip_suffix(']'))
        {
            name.trim().clone_into(&mut section);
        } else if !line.trim().is_empty() && !line.starts_with(['#', ';']) {
            let lines = all
                .entry(section.clone())
                .or_insert_with(|| Value::Array(Vec::new()));
            if let Some(lines) = lines.as_array_mut() {
                lines.push(Value::String(line.to_owned()));
            }
        }
    }
    Value::Object(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_about_tests_are_told_from_others() {
        let check = |path: &str, before: &str, after: &str, expected: &[&str]| {
            let found = changed(path, before.as_bytes(), after.as_bytes());
            assert_eq!(
                found.into_iter().collect::<Vec<_>>(),
                expected,
                "{path}: {after}"
            );
        };
        let cargo = "[package]\nname = \"a\"\n";
        check(
            "Cargo.toml",
            cargo,
            "[package]\nname = \"a\"\n[dependencies]\nb = \"1\"\n",
            &[],
        );
        check(
            "Cargo.toml",
            cargo,
            "[package]\nname = \"a\"\n[lib]\nharness = false\n",
            &["lib.harness"],
        );
        check(
            "sub/Cargo.toml",
            cargo,
            "[package]\nname = \"a\"\n[[test]]\nname = \"t\"\n",
            &["test"],
        );
        check("Cargo.toml", cargo, "not toml", &[]);
        check(
            "package.json",
            "{\"scripts\": {\"test\": \"a\"}}",
            "{\"scripts\": {\"test\": \"true\"}}",
            &["scripts"],
        );
        check(
            "package.json",
            "{\"scripts\": {\"test\": \"a\"}}",
            "{",
            &["scripts"],
        );
        check(
            "package.json",
            "{}",
            "{\"dependencies\": {\"a\": \"1\"}}",
            &[],
        );
        check(
            "pyproject.toml",
            "",
            "[tool.pytest.ini_options]\naddopts = \"-k x\"\n",
            &["tool.pytest"],
        );
        check("pyproject.toml", "", "[project]\nname = \"a\"\n", &[]);
        check(
            "setup.cfg",
            "[metadata]\nname = a\n",
            "[metadata]\nname = b\n",
            &[],
        );
        check(
            "setup.cfg",
            "",
            "[tool:pytest]\naddopts = -k x\n",
            &["tool:pytest"],
        );
        check("tox.ini", "[pytest]\n# a\n", "[pytest]\n# b\n", &[]);
        check("src/a.py", "a", "b", &[]);
    }
}
