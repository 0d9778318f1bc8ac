//! `bughound tasks check` of build tasks.

use std::path::Path;

use assert_cmd::Command;
use serde_json::Value;

const RECIPE: &str = r#"
format = "bughound-build-task/1"
id = "NAME"
about = "a greeting that is misspelt"
kind = "mutation"
language = "c"
system = "make"
date = "2024-06-01"

[source]
registry = "files"

[[break.edit]]
path = "hello.c"
find = "hello"
replace = "hallo"

[commands]
build = [["make", "-s", "hello"]]
test = [["sh", "-c", "test \"$(./hello)\" = hello || { echo wrong greeting; exit 1; }"]]
results = "none"

[symptom]
stage = "test"
message = "MESSAGE"
class = "test"

[fix]
revert = true
"#;

/// A suite of one task that holds, one that does not, and one that does not parse.
fn suite(folder: &Path) {
    for (name, message) in [
        ("good", "wrong greeting"),
        ("other", "another message"),
        ("torn", "("),
    ] {
        let task = folder.join(name);
        std::fs::create_dir_all(task.join("tree")).unwrap();
        let recipe = RECIPE.replace("NAME", name).replace("MESSAGE", message);
        std::fs::write(task.join("task.toml"), recipe).unwrap();
        let program = "#include <stdio.h>\nint main(void) { puts(\"hello\"); return 0; }\n";
        std::fs::write(task.join("tree/hello.c"), program).unwrap();
        std::fs::write(
            task.join("tree/Makefile"),
            "hello: hello.c\n\tgcc -o hello hello.c\n",
        )
        .unwrap();
    }
}

#[test]
fn a_suite_is_sorted_into_admitted_and_quarantined() {
    let folder = tempfile::tempdir().unwrap();
    suite(&folder.path().join("suite"));
    let cache = folder.path().join("cache");
    let run = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_bughound"));
        command
            .env_clear()
            .env("PATH", "/usr/local/bin:/usr/bin:/bin");
        command
            .arg("--cache-dir")
            .arg(&cache)
            .args(["tasks", "check"])
            .args(arguments);
        command.current_dir(folder.path()).output().unwrap()
    };
    let output = run(&["suite", "--repeat", "2", "--format", "json"]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    if said.contains("cannot isolate commands") {
        return;
    }
    assert_eq!(output.status.code(), Some(3), "{said}");
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let ids = |key: &str| -> Vec<String> {
        let list = report[key].as_array().unwrap();
        list.iter()
            .map(|task| task["id"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(ids("admitted"), ["good"], "{report:#}");
    assert_eq!(ids("quarantined"), ["other", "torn"]);
    assert_eq!(report["quarantined"][1]["fault"]["kind"], "task");

    let output = run(&["suite", "--instance", "good"]);
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(0), "{text}");
    assert!(text.contains("1 of 1 tasks admitted: c 1"), "{text}");

    let output = run(&["suite", "--instance", "none"]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("no task is called none"), "{said}");
    let output = run(&["cache"]);
    assert!(String::from_utf8_lossy(&output.stderr).contains("has no task"));
}
