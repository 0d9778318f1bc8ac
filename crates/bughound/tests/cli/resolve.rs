//! `bughound eval resolve`: predicted patches, held against tests.

use assert_cmd::Command;
use serde_json::{Value, json};

use crate::fixture::{Fixture, Ran};

const RECIPE: &str = r#"
format = "bughound-build-task/1"
id = "NAME"
about = "a sum that is a difference"
kind = "mutation"
language = "c"
system = "make"
date = "2024-06-01"

[source]
registry = "files"

[[break.edit]]
path = "calc.c"
find = "a + b"
replace = "a - b"

[commands]
build = [["make", "-s", "check"]]
test = [["./check"]]
results = "RESULTS"

[paths]
protected = ["check.c", "Makefile"]

[symptom]
stage = "test"
message = "not ok"
class = "test"

[fix]
revert = true
"#;

const CALC: &str = "int add(int a, int b) { return a + b; }\nint twice(int a) { return 2 * a; }\n";
const CHECK: &str = "#include <stdio.h>\nint add(int, int);\nint twice(int);\nint main(void) {\n    int sum = add(2, 3) == 5, two = twice(4) == 8;\n    printf(\"%sok 1 - sum\\n%sok 2 - two\\n1..2\\n\", sum ? \"\" : \"not \", two ? \"\" : \"not \");\n    return !(sum && two);\n}\n";
const MAKEFILE: &str = "check: calc.c check.c\n\tgcc -o check calc.c check.c\n";

fn patch(from: &str, to: &str) -> String {
    format!(
        "--- a/calc.c\n+++ b/calc.c\n@@ -1,1 +1,1 @@\n-int add(int a, int b) {{ return {from}; }}\n+int add(int a, int b) {{ return {to}; }}\n"
    )
}

fn task(fixture: &Fixture, name: &str, results: &str) {
    let recipe = RECIPE.replace("NAME", name).replace("RESULTS", results);
    fixture.write_beside(&format!("suite/{name}/task.toml"), recipe);
    fixture.write_beside(&format!("suite/{name}/tree/calc.c"), CALC);
    fixture.write_beside(&format!("suite/{name}/tree/check.c"), CHECK);
    fixture.write_beside(&format!("suite/{name}/tree/Makefile"), MAKEFILE);
}

/// `None` where this machine cannot isolate commands.
fn run(fixture: &Fixture, arguments: &[&str]) -> Option<Ran> {
    let mut all = vec!["eval", "resolve"];
    all.extend(arguments);
    let mut command: Command = fixture.command(&all);
    command.env("PATH", "/usr/local/bin:/usr/bin:/bin");
    command.current_dir(fixture.path(""));
    let ran = fixture.finish(&mut command);
    (!ran.stderr.contains("cannot isolate commands")).then_some(ran)
}

fn outcomes(ran: &Ran) -> Vec<(String, String)> {
    let document = ran.json();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let rows = document["instances"].as_array().unwrap().iter();
    rows.map(|row| (text(&row["instance_id"]), text(&row["outcome"])))
        .collect()
}

#[test]
fn known_fixes_resolve_all_and_empty_patches_none() {
    let fixture = Fixture::empty();
    for (name, results) in [("by-test", "tap"), ("by-status", "none")] {
        task(&fixture, name, results);
    }
    let Some(gold) = run(&fixture, &["suite", "--predictions", "gold"]) else {
        return;
    };
    assert_eq!(gold.code, 0, "{}", gold.stderr);
    insta::assert_snapshot!(gold.stdout, @r"
    by-status  resolved       
    by-test    resolved       FAIL_TO_PASS 1/1, PASS_TO_PASS 1/1
    Resolved: 2 of 2 = 100.0 % (95 % interval, Wilson: 34.2 to 100.0 %)
    ");
    let empty = run(&fixture, &["suite", "--predictions", "empty"]).unwrap();
    insta::assert_snapshot!(empty.stdout, @r"
    by-status  empty          
    by-test    empty          
    Resolved: 0 of 2 = 0.0 % (95 % interval, Wilson: 0.0 to 65.8 %)
    Not resolved: 2 empty
    ");
}

#[test]
fn each_prediction_has_an_outcome_and_faults_stay_apart() {
    let fixture = Fixture::empty();
    for name in ["right", "wrong", "worse", "stale", "tests", "absent"] {
        task(&fixture, name, "tap");
    }
    fixture.write_beside("suite/torn/task.toml", "format = 1\n");
    let both = patch("a - b", "a + b").replace("@@ -1,1 +1,1 @@", "@@ -1,2 +1,2 @@")
        + "-int twice(int a) { return 2 * a; }\n+int twice(int a) { return a; }\n";
    let cheats = "--- a/check.c\n+++ b/check.c\n@@ -5,1 +5,1 @@\n-    int sum = add(2, 3) == 5, two = twice(4) == 8;\n+    int sum = 1, two = 1;\n";
    let predictions = json!({
        "right": {"model_name_or_path": "m", "model_patch": patch("a - b", "b + a")},
        "wrong": {"model_name_or_path": "m", "model_patch": patch("a - b", "b - a")},
        "worse": {"model_patch": both},
        "stale": {"model_patch": patch("a + b", "b + a")},
        "tests": {"model_patch": cheats},
        "torn": {"model_patch": ""},
        "another": {"model_patch": ""},
    });
    fixture.write_beside("predictions.json", predictions.to_string());
    let arguments = [
        "suite",
        "--predictions",
        "predictions.json",
        "--out",
        "run",
        "--format",
        "json",
    ];
    let Some(ran) = run(&fixture, &arguments) else {
        return;
    };
    assert_eq!(ran.code, 3, "{}", ran.stderr);
    assert!(
        ran.stderr.contains("nothing is known of 1 of 7 tasks")
            && ran
                .stderr
                .contains("1 predictions are for tasks that were not asked for, such as another"),
        "{}",
        ran.stderr
    );
    let expected = [
        ("absent", "no_prediction"),
        ("right", "resolved"),
        ("stale", "not_applied"),
        ("tests", "unresolved"),
        ("torn", "fault"),
        ("worse", "unresolved"),
        ("wrong", "unresolved"),
    ];
    let expected = expected.map(|(id, outcome)| (id.to_owned(), outcome.to_owned()));
    assert_eq!(outcomes(&ran), expected);
    let document = ran.json();
    assert_eq!(document["summary"]["judged"], 6);
    assert_eq!(document["summary"]["faults"], 1);
    let row = |id: &str| {
        let mut rows = document["instances"].as_array().unwrap().iter();
        rows.find(|row| row["instance_id"] == id).cloned().unwrap()
    };
    assert_eq!(row("worse")["failing"], json!(["two"]));
    assert_eq!(row("wrong")["fail_to_pass"], json!([0, 1]));
    assert_eq!(
        row("tests")["left_out"],
        json!([{"path": "check.c", "why": "protected"}])
    );
    assert_eq!(row("stale")["refused"][0]["hunk"], 1);

    // What is known is not judged again: the journal says another thing now, and is believed.
    let journal = fixture.path("run/resolved.jsonl");
    let text = std::fs::read_to_string(&journal).unwrap();
    assert_eq!(text.lines().count(), 5, "{text}");
    let forged = text.replace(
        "\"failing\":[\"two\"]",
        "\"failing\":[\"from the journal\"]",
    );
    std::fs::write(&journal, forged).unwrap();
    let again = run(&fixture, &arguments).unwrap();
    assert!(
        again.stdout.contains("from the journal"),
        "{}",
        again.stdout
    );
    assert!(fixture.path("run/results.json").is_file());
}

#[test]
fn instances_of_swe_bench_need_a_folder_each() {
    let fixture = Fixture::empty();
    fixture.write("calc.c", CALC.replace("a + b", "a - b"));
    fixture.write("check.c", CHECK.replace("add(2, 3) == 5", "1"));
    fixture.write("Makefile", MAKEFILE);
    fixture.commit("Sums");
    let commit = fixture.git(&["rev-parse", "HEAD"]);
    let test_patch = "--- a/check.c\n+++ b/check.c\n@@ -5,1 +5,1 @@\n-    int sum = 1, two = twice(4) == 8;\n+    int sum = add(2, 3) == 5, two = twice(4) == 8;\n";
    let instance = |id: &str| {
        json!({
            "instance_id": id, "repo": "o/calc", "base_commit": commit, "problem_statement": "sums",
            "patch": patch("a - b", "a + b"), "test_patch": test_patch,
            "FAIL_TO_PASS": "[\"sum\"]", "PASS_TO_PASS": ["two"],
        })
        .to_string()
    };
    fixture.write_beside(
        "tasks.jsonl",
        format!("{}\n{}\n", instance("o__calc-1"), instance("o__calc-2")),
    );
    let base = RECIPE
        .replace("NAME", "o__calc-1")
        .replace("RESULTS", "tap")
        .replace(
            "registry = \"files\"",
            "registry = \"git\"\nurl = \"../../repo\"\nrevision = \"HEAD\"",
        );
    let base = base[..base.find("[symptom]").unwrap()].to_owned();
    let edit = base.find("[[break.edit]]").unwrap()..base.find("[commands]").unwrap();
    let mut base_text = base.clone();
    base_text.replace_range(edit, "");
    fixture.write_beside("recipes/o__calc-1/base.toml", base_text);
    let predictions = json!([
        {"instance_id": "o__calc-1", "model_name_or_path": "m", "model_patch": patch("a - b", "b + a")},
        {"instance_id": "o__calc-2", "model_name_or_path": "m", "model_patch": ""},
    ]);
    fixture.write_beside("predictions.jsonl", predictions.to_string());
    let common = [
        "--dataset",
        "tasks.jsonl",
        "--recipes",
        "recipes",
        "--format",
        "json",
        "--predictions",
    ];
    let with = |predictions: &str| {
        let mut all = common.to_vec();
        all.push(predictions);
        run(&fixture, &all)
    };
    let Some(ran) = with("predictions.jsonl") else {
        return;
    };
    assert_eq!(ran.code, 3, "{}", ran.stderr);
    assert_eq!(
        outcomes(&ran),
        [("o__calc-1", "resolved"), ("o__calc-2", "fault")]
            .map(|(a, b)| (a.to_owned(), b.to_owned())),
        "{}",
        ran.stdout
    );
    assert!(ran.stderr.contains("o__calc-2"), "{}", ran.stderr);
    assert_eq!(ran.json()["instances"][0]["tests"], "dataset");
    for (source, outcome) in [("gold", "resolved"), ("empty", "empty")] {
        let ran = with(source).unwrap();
        assert_eq!(outcomes(&ran)[0].1, outcome);
    }
}

#[test]
fn predictions_that_are_none_are_refused() {
    let fixture = Fixture::empty();
    task(&fixture, "a", "tap");
    fixture.write_beside("torn.jsonl", "{\"instance_id\": \"a\"}\n{\n");
    fixture.write_beside(
        "twice.jsonl",
        "{\"instance_id\": \"a\"}\n{\"instance_id\": \"a\"}\n",
    );
    for (file, expect) in [
        ("torn.jsonl", "line 2 is no JSON"),
        ("twice.jsonl", "line 2: a has a prediction already"),
        ("gone.jsonl", "cannot be read"),
    ] {
        let ran = run(&fixture, &["suite", "--predictions", file]).unwrap();
        assert_eq!(ran.code, 3, "{}", ran.stderr);
        assert!(ran.stderr.contains(expect), "{file}: {}", ran.stderr);
    }
}
