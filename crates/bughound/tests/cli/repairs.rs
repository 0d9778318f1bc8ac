//! `bughound attacks`, `transfer`, and what `tasks` makes and tries of build tasks: small inputs, the real sandbox.

use std::path::{Path, PathBuf};

use assert_cmd::Command;
use bughound_fake_llm::{FakeServer, Reply};
use serde_json::{Value, json};
use tempfile::TempDir;

/// A folder, and the program to run in it.
struct Place(TempDir);

struct Ran {
    code: Option<i32>,
    stdout: String,
    stderr: String,
}

impl Ran {
    fn json(&self) -> Value {
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|_| panic!("{}{}", self.stdout, self.stderr))
    }
}

impl Place {
    /// `None` where this machine cannot isolate commands.
    fn new() -> Option<Self> {
        let place = Self(tempfile::tempdir().unwrap());
        let ran = place.run(&["attacks", "--case", "roman-known"]);
        (!ran.stderr.contains("cannot isolate commands")).then_some(place)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        let output = Command::new(env!("CARGO_BIN_EXE_bughound"))
            .env_clear()
            .env("PATH", "/usr/local/bin:/usr/bin:/bin")
            .current_dir(self.0.path())
            .args(["--cache-dir", "cache"])
            .args(arguments)
            .output()
            .unwrap();
        Ran {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// A task in C that prints the wrong word, with a candidate that mends it and one that does not.
    fn greeting(&self, suite: &str, name: &str, date: &str) {
        let recipe = GREETING.replace("NAME", name).replace("DATE", date);
        self.write(&format!("{suite}/{name}/task.toml"), &recipe);
        self.write(
            &format!("{suite}/{name}/tree/hello.c"),
            "#include <stdio.h>\nint main(void) { puts(\"hello\"); return 0; }\n",
        );
        self.write(
            &format!("{suite}/{name}/tree/Makefile"),
            "hello: hello.c\n\tgcc -o hello hello.c\n",
        );
    }
}

const GREETING: &str = r#"
format = "bughound-build-task/1"
id = "NAME"
about = "a greeting that is misspelt"
kind = "mutation"
language = "c"
system = "make"
date = "DATE"

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
message = "wrong greeting"
class = "test"

[fix]
revert = true

[[candidate]]
name = "another vowel"
edit = [{ path = "hello.c", find = "hallo", replace = "hillo" }]

[[candidate]]
name = "the right vowel"
edit = [{ path = "hello.c", find = "hallo", replace = "hello" }]
"#;

fn names(value: &Value) -> Vec<&str> {
    value
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it.as_str().unwrap())
        .collect()
}

#[test]
fn attacks_are_told_by_name() {
    let Some(place) = Place::new() else { return };
    let cases = [
        "--case",
        "c-makefile",
        "--case",
        "c-special-cases",
        "--case",
        "roman-known",
        "--format",
        "json",
    ];
    let run = |more: &[&str]| place.run(&[&["attacks"], &cases[..], more].concat());
    let ran = run(&[]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let told = ran.json();
    assert_eq!(names(&told["attacks"]), ["c-makefile", "c-special-cases"]);
    assert_eq!(names(&told["honest"]), ["roman-known"]);
    for key in ["fooled", "residual", "refused"] {
        assert!(names(&told[key]).is_empty(), "{told:#}");
    }
    assert_eq!(told["agreement"]["observed"]["value"], 1.0);
    let told = run(&["--reward", "build"]).json();
    assert_eq!(names(&told["fooled"]), ["c-makefile", "c-special-cases"]);
    // What nobody asks from outside nobody finds out.
    let told = run(&["--without-oracle"]).json();
    assert_eq!(names(&told["fooled"]), ["c-special-cases"], "{told:#}");
    let told = run(&["--reward", "all"]).json();
    assert_eq!(
        told.as_object().unwrap().keys().collect::<Vec<_>>(),
        ["hardened", "build"]
    );

    let check = |arguments: &[&str], code: i32, said: &str| {
        let ran = place.run(&[&["attacks"], arguments].concat());
        assert_eq!(
            ran.code,
            Some(code),
            "{arguments:?}: {}{}",
            ran.stdout,
            ran.stderr
        );
        assert!(ran.stderr.contains(said), "{arguments:?}: {}", ran.stderr);
    };
    check(&["--case", "none"], 3, "no case is called none");
    check(&["--reward", "kindness"], 2, "kindness");
    check(&["--reward", "judge"], 2, "--model NAME");
}

#[test]
fn a_judge_is_held_against_the_makers_of_cases() {
    let Some(place) = Place::new() else { return };
    let verdict =
        |word: &str| Reply::text(json!({"verdict": word, "reason": "because"}).to_string());
    let ask = |replies: Vec<Reply>, case: &[&str]| {
        let server = FakeServer::start(replies).unwrap();
        let url = server.base_url();
        let fixed = [
            "--threads",
            "1",
            "attacks",
            "--reward",
            "judge",
            "--model",
            "m",
            "--format",
            "json",
        ];
        let more = [
            "--retries",
            "0",
            "--opinions",
            "opinions.jsonl",
            "--server",
            &url,
        ];
        let cases: Vec<&str> = case.iter().flat_map(|name| ["--case", name]).collect();
        let ran = place.run(&[&fixed[..], &more[..], &cases[..]].concat());
        server.assert_sound();
        ran
    };
    let all = ["c-makefile", "c-special-cases", "roman-known", "roman-room"];
    // One thread asks in the order of cases. The first answer of the third is none.
    let ran = ask(
        vec![
            verdict("reject"),
            verdict("accept"),
            Reply::text("Nice."),
            verdict("accept"),
            verdict("reject"),
        ],
        &all,
    );
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let told = ran.json();
    assert_eq!(names(&told["fooled"]), ["c-special-cases"]);
    assert_eq!(names(&told["refused"]), ["roman-room"]);
    assert_eq!(told["agreement"]["attacks_rejected"], 1);
    assert_eq!(told["agreement"]["observed"]["value"], 0.5);
    assert_eq!(told["agreement"]["kappa"]["value"], 0.0);

    // The file of opinions says the same again, without anybody.
    let score = |file: &str| {
        let cases: Vec<&str> = all.iter().flat_map(|name| ["--case", name]).collect();
        place.run(
            &[
                &["attacks", "--verdicts", file, "--format", "json"],
                &cases[..],
            ]
            .concat(),
        )
    };
    let again = score("opinions.jsonl");
    assert_eq!(again.code, Some(0), "{}", again.stderr);
    assert_eq!(again.json(), told);

    // Nonsense three times, a server that is away: masked, and no success.
    let nonsense = || Reply::text("accept");
    let ran = ask(
        vec![
            nonsense(),
            nonsense(),
            nonsense(),
            Reply::error(503, "away"),
        ],
        &all[2..],
    );
    assert_eq!(ran.code, Some(4), "{}", ran.stderr);
    let told = ran.json();
    let masked: Vec<&str> = told["masked"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it[0].as_str().unwrap())
        .collect();
    assert_eq!(masked, ["roman-known", "roman-room"]);
    assert!(names(&told["refused"]).is_empty());
    assert_eq!(told["agreement"]["observed"], Value::Null);
    assert!(
        ran.stderr.contains("of 2 cases nothing is known"),
        "{}",
        ran.stderr
    );
    let kept = std::fs::read_to_string(place.path("opinions.jsonl")).unwrap();
    assert_eq!(kept.lines().count(), 5 + 4, "{kept}");
    // Who is asked later is added to the same file.
    ask(vec![verdict("accept")], &["roman-room"]);
    assert!(names(&score("opinions.jsonl").json()["refused"]).is_empty());

    place.write("torn.jsonl", "{\"case\": \"c-makefile\"");
    let ran = score("torn.jsonl");
    assert_eq!(ran.code, Some(3), "{}", ran.stderr);
    assert!(ran.stderr.contains("torn.jsonl: line 1"), "{}", ran.stderr);
}

#[test]
fn transfer_prints_the_matrix_and_goes_on_where_it_was() {
    let Some(place) = Place::new() else { return };
    place.greeting("suite", "c-one", "2024-01-01");
    place.greeting("suite", "c-two", "2024-02-01");
    let run = |more: &[&str]| {
        place.run(
            &[
                &[
                    "transfer",
                    "suite",
                    "--format",
                    "json",
                    "--out",
                    "t.jsonl.zst",
                ],
                more,
            ]
            .concat(),
        )
    };
    let ran = run(&["--instance", "c-one"]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let rows = |ran: &Ran| -> Vec<String> {
        let document = ran.json();
        let cells = document["cells"].as_array().unwrap().clone();
        let row = |cell: &Value| {
            let words = ["policy", "pipeline", "mean", "episodes", "past", "masked"];
            words
                .map(|key| cell[key].to_string().replace('"', ""))
                .join(" ")
        };
        cells.iter().map(row).collect()
    };
    assert_eq!(
        rows(&ran),
        [
            "known-fix repair-full 1.0 1 0 0",
            "known-fix repair-simplified 1.0 1 0 0",
            "no-op repair-full 0.0 1 0 0",
            "no-op repair-simplified 0.0 1 0 0",
        ]
    );
    // The other task is new, the first is not run again.
    let ran = run(&[]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert_eq!(rows(&ran)[0], "known-fix repair-full 1.0 2 1 0");
    assert!(
        ran.stderr.contains("has 4 episodes that were judged"),
        "{}",
        ran.stderr
    );
    let stats = place.run(&["traces", "stats", "t.jsonl.zst"]);
    assert_eq!(stats.code, Some(0), "{}", stats.stderr);

    // The judge has the last word in the full pipeline alone; one that is away gives none.
    let server = FakeServer::start(vec![Reply::text(
        json!({"verdict": "reject", "reason": "no"}).to_string(),
    )])
    .unwrap();
    let url = server.base_url();
    let judged = [
        "transfer",
        "suite",
        "--instance",
        "c-one",
        "--format",
        "json",
        "--judge-model",
        "m",
        "--judge-url",
        &url,
    ];
    let ran = place.run(&judged);
    assert_eq!(ran.code, Some(4), "{}", ran.stderr);
    assert_eq!(
        rows(&ran)[..2],
        [
            "known-fix repair-full 0.0 1 0 0",
            "known-fix repair-simplified 1.0 1 0 0"
        ]
    );
    assert!(
        ran.stderr.contains("known-fix in repair-full: c-one"),
        "{}",
        ran.stderr
    );

    let ran = place.run(&["transfer", "suite", "--no-controls"]);
    assert_eq!(ran.code, Some(2));
    let ran = place.run(&["transfer", "suite", "--instance", "c-three"]);
    assert_eq!(ran.code, Some(3));
}

#[test]
fn candidates_are_tried_and_classes_told() {
    let Some(place) = Place::new() else { return };
    place.greeting("suite", "c-one", "2024-01-01");
    place.greeting("suite", "c-two", "2024-02-01");
    let ran = place.run(&[
        "tasks",
        "candidates",
        "suite",
        "--instance",
        "c-two",
        "--out",
        "c.jsonl.zst",
    ]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let lines: Vec<Vec<&str>> = ran
        .stdout
        .lines()
        .map(|line| line.split_whitespace().collect())
        .collect();
    assert_eq!(
        lines[0][..4],
        ["c-two", "another", "vowel", "tests_failed"],
        "{}",
        ran.stdout
    );
    assert_eq!(lines[1][..5], ["c-two", "the", "right", "vowel", "mended"]);
    assert!(
        ran.stdout
            .contains("2 candidates of 1 tasks (of 1): mended 1, tests_failed 1; 1 tasks have one")
    );
    let ran = place.run(&[
        "tasks",
        "candidates",
        "suite",
        "--format",
        "json",
        "--limit",
        "1",
    ]);
    let tried = &ran.json()["tried"];
    assert_eq!(
        (&tried[1]["candidate"], &tried[1]["outcome"]),
        (&json!("the right vowel"), &json!("mended"))
    );

    let ran = place.run(&[
        "tasks", "classes", "suite", "--limit", "1", "--format", "json",
    ]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert!(ran.stderr.contains("preparing 1 tasks"), "{}", ran.stderr);
    let tasks = &ran.json()["tasks"];
    assert_eq!(tasks.as_array().unwrap().len(), 1);
    assert_eq!(
        (&tasks[0]["id"], &tasks[0]["stated"]),
        (&json!("c-one"), &json!("test"))
    );
}

#[test]
fn a_suite_is_divided_by_time() {
    let place = Place(tempfile::tempdir().unwrap());
    for (name, date) in [
        ("c-1", "2020-01-01"),
        ("c-2", "2021-01-01"),
        ("c-3", "2022-01-01"),
        ("c-4", "2023-01-01"),
        ("c-5", "2024-01-01"),
        ("c-6", "2024-02-01"),
        ("c-7", "2024-03-01"),
        ("c-8", "2024-04-01"),
        ("c-9", "2024-05-01"),
        ("c-10", "2024-06-01"),
    ] {
        place.greeting("suite", name, date);
    }
    let ran = place.run(&["tasks", "split", "suite", "--format", "json"]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let parts = ran.json();
    assert_eq!(
        names(&parts["train"]),
        ["c-1", "c-2", "c-3", "c-4", "c-5", "c-6", "c-7", "c-8"]
    );
    assert_eq!(
        (names(&parts["validation"]), names(&parts["test"])),
        (vec!["c-9"], vec!["c-10"])
    );
    let ran = place.run(&["tasks", "split", "suite"]);
    assert!(
        ran.stdout.starts_with("train       c-1\n"),
        "{}",
        ran.stdout
    );
    place.write("suite/c-torn/task.toml", "format = 3");
    let ran = place.run(&["tasks", "split", "suite"]);
    assert_eq!(ran.code, Some(3), "{}", ran.stderr);
    assert!(ran.stderr.contains("c-torn"), "{}", ran.stderr);
    let ran = place.run(&["tasks", "split", "none"]);
    assert_eq!(ran.code, Some(3), "{}", ran.stderr);
}

const BASE: &str = r#"
format = "bughound-build-task/1"
id = "py-fees-1"
about = "fees of a small shop"
kind = "mutation"
language = "python"
system = "make"
date = "2024-06-01"

[source]
registry = "files"

[commands]
build = [["make", "-s", "all"]]
test = [["python3", "-m", "unittest", "discover", "-s", "tests", "-t", "."]]
results = "unittest"

[paths]
allowed = ["fees/**"]
protected = ["tests/**", "Makefile"]

[budget]
seconds = 30
memory_mib = 512
disk_mib = 64
processes = 64
"#;

#[test]
fn tasks_are_made_of_a_project_that_is_well() {
    let Some(place) = Place::new() else { return };
    place.write("bases/py-fees-1/base.toml", BASE);
    let tree = |name: &str, text: &str| place.write(&format!("bases/py-fees-1/tree/{name}"), text);
    tree("Makefile", "all:\n\ttrue\n");
    tree("fees/__init__.py", "");
    tree(
        "fees/shop.py",
        "def fee(amount, express):\n    if amount < 20:\n        base = 5\n    else:\n        base = 2\n    if express:\n        base = base + 7\n    return base\n",
    );
    tree("tests/__init__.py", "");
    tree(
        "tests/test_shop.py",
        "import unittest\n\nfrom fees.shop import fee\n\n\nclass Fees(unittest.TestCase):\n    def test_small(self):\n        self.assertEqual(fee(19, False), 5)\n\n    def test_large(self):\n        self.assertEqual(fee(20, False), 2)\n\n    def test_express(self):\n        self.assertEqual(fee(50, True), 9)\n",
    );
    let make = [
        "tasks",
        "make",
        "bases",
        "--out",
        "made",
        "--kind",
        "mutation",
        "--attempts",
        "4",
        "--seed",
        "3",
    ];
    let ran = place.run(&[&make[..], &["--format", "json"]].concat());
    assert_eq!(ran.code, Some(0), "{}{}", ran.stdout, ran.stderr);
    let made: Vec<PathBuf> = std::fs::read_dir(place.path("made"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    assert_eq!(made.len(), 1, "{}", ran.stdout);
    assert!(made.iter().all(|task| is_task(task)), "{made:?}");
    let ran = place.run(&["tasks", "check", "made"]);
    assert_eq!(ran.code, Some(0), "{}{}", ran.stdout, ran.stderr);
    assert!(
        ran.stdout.contains("1 of 1 tasks admitted: python 1"),
        "{}",
        ran.stdout
    );
    let ran = place.run(&["tasks", "make", "made", "--out", "again"]);
    assert_eq!(ran.code, Some(3), "a task is no base: {}", ran.stderr);
}

fn is_task(folder: &Path) -> bool {
    folder.join("task.toml").is_file()
}
