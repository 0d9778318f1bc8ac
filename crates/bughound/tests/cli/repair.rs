//! `bughound repair`: from an issue to a reviewed diff. Runs a project in C, which needs gcc, make and isolation.

use std::path::PathBuf;

use bughound_fake_llm::{Answer, FakeServer, Reply};
use serde_json::{Value, json};

use crate::fixture::{Fixture, Ran};

const ISSUE: &str = "add(2, 3) is -1: sums are differences";

/// The mended line, and another one; each as a patch.
const RIGHT: &str = "--- a/calc.c\n+++ b/calc.c\n@@ -1,3 +1,3 @@\n int add(int a, int b) {\n-    return a - b;\n+    return a + b;\n }\n";
const RIGHT_BLOCK: &str = "The sign is wrong.\n### calc.c\n<<<<<<< SEARCH\n    return a - b;\n=======\n    // sums\n    return a+b;\n>>>>>>> REPLACE\n";
const BREAKS: &str = "--- a/calc.c\n+++ b/calc.c\n@@ -2,5 +2,5 @@\n-    return a - b;\n+    return a + b;\n }\n \n int twice(int a) {\n-    return 2 * a;\n+    return a;\n";
const STALE: &str =
    "--- a/calc.c\n+++ b/calc.c\n@@ -2,1 +2,1 @@\n-    return b - a;\n+    return a + b;\n";

fn project() -> Fixture {
    let fixture = Fixture::empty();
    fixture.write(
        "calc.c",
        "int add(int a, int b) {\n    return a - b;\n}\n\nint twice(int a) {\n    return 2 * a;\n}\n",
    );
    fixture.write(
        "tests/check.c",
        "#include <stdio.h>\nint add(int, int);\nint twice(int);\nint main(void) {\n    int sum = add(2, 3) == 5, two = twice(4) == 8;\n    printf(\"%sok 1 - sum\\n%sok 2 - two\\n1..2\\n\", sum ? \"\" : \"not \", two ? \"\" : \"not \");\n    return !(sum && two);\n}\n",
    );
    fixture.write(
        "Makefile",
        "check: calc.c tests/check.c\n\tgcc -o check calc.c tests/check.c\ntest: check\n\t./check\n",
    );
    fixture.write("notes.txt", "a line\n");
    fixture.commit("Sums");
    fixture
}

/// `None` where this machine cannot isolate commands.
fn run(fixture: &Fixture, arguments: &[&str]) -> Option<Ran> {
    let mut all = vec!["repair", ISSUE];
    if !arguments.contains(&"--results") {
        all.extend(["--results", "tap"]);
    }
    all.extend(arguments);
    let mut command = fixture.command(&all);
    command
        .env("PATH", "/usr/local/bin:/usr/bin:/bin")
        .env("TMPDIR", fixture.scratch());
    let ran = fixture.finish(&mut command);
    if ran.stderr.contains("cannot isolate commands") || ran.stdout.contains("cannot isolate") {
        return None;
    }
    assert_eq!(
        std::fs::read_dir(fixture.scratch()).unwrap().count(),
        0,
        "something was left behind"
    );
    Some(ran)
}

fn candidates(fixture: &Fixture, list: &[(&str, &str)]) -> String {
    let entries: Vec<Value> = list
        .iter()
        .map(|(id, patch)| json!({"id": id, "patch": patch}))
        .collect();
    let path = fixture.write_beside("candidates.json", Value::from(entries).to_string());
    path.to_str().unwrap().to_owned()
}

fn chosen(answer: &Value) -> Vec<&str> {
    let review = &answer["review"];
    let at = review["chosen"]["change"].as_u64().unwrap();
    let names = review["changes"][usize::try_from(at).unwrap()]["candidates"].as_array();
    names.unwrap().iter().filter_map(Value::as_str).collect()
}

#[test]
fn tests_overrule_a_majority_and_the_tree_stays() {
    let fixture = project();
    fixture.write("notes.txt", "a line, and uncommitted work\n");
    let status = fixture.git(&["status", "--porcelain"]);
    let file = candidates(
        &fixture,
        &[
            ("breaks", BREAKS),
            ("breaks-again", BREAKS),
            ("breaks-once-more", BREAKS),
            ("right", RIGHT),
            ("right-spaced", RIGHT_BLOCK),
            ("stale", STALE),
            ("nonsense", "Have you tried to turn it off?"),
        ],
    );
    let Some(ran) = run(&fixture, &["--patches", &file, "--format", "json"]) else {
        return;
    };
    assert_eq!(ran.code, 0, "{}{}", ran.stderr, ran.stdout);
    let answer = ran.json();
    assert_eq!(chosen(&answer), ["right", "right-spaced"]);
    let review = &answer["review"];
    assert_eq!(review["chosen"]["votes"], 2);
    assert_eq!(review["chosen"]["of"], 5);
    assert_eq!(review["before"]["n_passed"], 1);
    assert_eq!(review["changes"][0]["check"]["regressed"], json!(["two"]));
    assert_eq!(review["changes"][1]["check"]["mended"], json!(["sum"]));
    let refused = &review["candidates"][5]["refused"][0];
    assert_eq!(
        (&refused["hunk"], &refused["path"]),
        (&json!(1), &json!("calc.c"))
    );
    assert_eq!(refused["nearest"]["found"], "    return a - b;");
    assert_eq!(review["candidates"][6]["outcome"], "not_understood");
    assert_eq!(review["chosen"]["places"][0][1], "calc.c::add");
    // The snapshot took what is uncommitted along, and nothing was written.
    assert_eq!(fixture.git(&["status", "--porcelain"]), status);

    let ran = run(&fixture, &["--patches", &file]).unwrap();
    for line in [
        "# Chosen: right, right-spaced (2 of 5 candidates that apply)",
        "# Run (detected by Makefile):",
        "# Before: builds, 2 tests, 1 pass",
        "#   breaks, breaks-again, breaks-once-more: 1 worse: two; 1 mended: sum",
        "# - stale: not applied: calc.c, hunk 1 (line 3 of the patch): its lines are not in the file; nearest: line 2 has 0 of its 1 lines; `    return b - a;` is wanted where `    return a - b;` stands",
        "# - nonsense: not understood: neither a search/replace block nor a unified diff: `Have you tried to turn it off?`",
        "+    return a + b;",
    ] {
        assert!(ran.stdout.contains(line), "{line}\n{}", ran.stdout);
    }
    // The whole is a patch.
    let patch = fixture.write_beside("review.patch", &ran.stdout);
    fixture.git(&["apply", "--check", patch.to_str().unwrap()]);
}

#[test]
fn apply_writes_what_is_clean_and_nothing_else() {
    let fixture = project();
    let calc = fixture.repo().join("calc.c");
    let original = std::fs::read_to_string(&calc).unwrap();
    let right = candidates(&fixture, &[("right", RIGHT)]);

    // Uncommitted work in the file that the change is of, which the patch was made with.
    fixture.write("calc.c", format!("{original}\nint more;\n"));
    fixture.write("notes.txt", "uncommitted\n");
    let Some(ran) = run(&fixture, &["--patches", &right, "--apply"]) else {
        return;
    };
    assert_eq!(ran.code, 3, "{}", ran.stderr);
    assert!(
        ran.stderr
            .contains("nothing was written: calc.c: it has uncommitted work"),
        "{}",
        ran.stderr
    );
    assert!(ran.stdout.contains("+    return a + b;"), "{}", ran.stdout);
    assert!(
        std::fs::read_to_string(&calc)
            .unwrap()
            .ends_with("int more;\n")
    );

    // A change against which something speaks.
    fixture.write("calc.c", &original);
    let breaks = candidates(&fixture, &[("breaks", BREAKS)]);
    let ran = run(&fixture, &["--patches", &breaks, "--apply"]).unwrap();
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    assert!(
        ran.stdout.starts_with("# Best, and not good: breaks"),
        "{}",
        ran.stdout
    );
    assert_eq!(std::fs::read_to_string(&calc).unwrap(), original);

    // What is uncommitted elsewhere stays as it is.
    let right = candidates(&fixture, &[("right", RIGHT)]);
    let ran = run(&fixture, &["--patches", &right, "--apply"]).unwrap();
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stderr.contains("Written: calc.c"), "{}", ran.stderr);
    let written = std::fs::read_to_string(&calc).unwrap();
    assert_eq!(written, original.replace("a - b", "a + b"));
    assert_eq!(fixture.git(&["diff", "--name-only"]), "calc.c\nnotes.txt");

    // Where it is there already the same patch no longer applies.
    let ran = run(&fixture, &["--patches", &right, "--apply"]).unwrap();
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    assert!(
        ran.stdout.contains("No candidate could be applied"),
        "{}",
        ran.stdout
    );
}

#[test]
fn where_nothing_is_read_per_test_the_commands_decide() {
    let fixture = project();
    let other = RIGHT.replace("a + b", "b - a");
    let file = candidates(
        &fixture,
        &[("other", &other), ("other-2", &other), ("right", RIGHT)],
    );
    let Some(ran) = run(
        &fixture,
        &["--patches", &file, "--format", "json", "--results", "none"],
    ) else {
        return;
    };
    assert_eq!(ran.code, 0, "{}{}", ran.stderr, ran.stdout);
    let answer = ran.json();
    assert_eq!(chosen(&answer), ["right"]);
    let mended = &answer["review"]["changes"][1]["check"]["mended"];
    assert_eq!(*mended, json!(["the test commands"]));
    assert_eq!(answer["review"]["before"]["failed"], "test");
}

#[test]
fn what_may_not_be_changed_is_refused_or_left_out() {
    let fixture = project();
    let tests = "--- a/tests/check.c\n+++ b/tests/check.c\n@@ -5,1 +5,1 @@\n-    int sum = add(2, 3) == 5, two = twice(4) == 8;\n+    int sum = 1, two = 1;\n";
    let both = format!("{RIGHT}{tests}");
    let notes = "--- a/notes.txt\n+++ b/notes.txt\n@@ -1 +1 @@\n-a line\n+another\n";
    let file = candidates(
        &fixture,
        &[
            ("tests", tests),
            ("both", &both),
            ("notes", notes),
            ("up", "--- /dev/null\n+++ b/../x\n@@ -0,0 +1 @@\n+x\n"),
        ],
    );
    let Some(ran) = run(
        &fixture,
        &["--patches", &file, "--allow", "*.c", "--format", "json"],
    ) else {
        return;
    };
    assert_eq!(ran.code, 0, "{}{}", ran.stderr, ran.stdout);
    let answer = ran.json();
    let told = &answer["review"]["candidates"];
    assert_eq!(told[0]["outcome"], "only_protected");
    assert_eq!(told[1]["outcome"], "applied");
    assert_eq!(told[1]["left_out"], json!(["tests/check.c: protected"]));
    assert_eq!(told[2]["outcome"], "out_of_scope");
    assert_eq!(told[2]["paths"], json!(["notes.txt"]));
    assert_eq!(told[3]["refused"][0]["why"], "the path leaves the project");
    let diff = answer["review"]["chosen"]["diff"].as_str().unwrap();
    assert!(!diff.contains("check.c"), "{diff}");
}

#[test]
fn a_reproduction_decides_where_tests_say_nothing() {
    let fixture = project();
    // No test knows of sums.
    fixture.write(
        "tests/check.c",
        "#include <stdio.h>\nint twice(int);\nint main(void) {\n    int two = twice(4) == 8;\n    printf(\"%sok 1 - two\\n1..1\\n\", two ? \"\" : \"not \");\n    return !two;\n}\n",
    );
    fixture.write(
        "bug.c",
        "int add(int, int);\nint main(void) { return add(2, 3) != 5; }\n",
    );
    let other = RIGHT.replace("a + b", "b - a");
    let file = candidates(
        &fixture,
        &[("other", &other), ("other-2", &other), ("right", RIGHT)],
    );
    let Some(ran) = run(
        &fixture,
        &[
            "--patches",
            &file,
            "--format",
            "json",
            "--reproduce",
            "gcc -o /tmp/bug bug.c calc.c && /tmp/bug",
        ],
    ) else {
        return;
    };
    assert_eq!(ran.code, 0, "{}{}", ran.stderr, ran.stdout);
    let answer = ran.json();
    assert_eq!(chosen(&answer), ["right"]);
    assert_eq!(answer["review"]["before"]["reproduction"]["passed"], false);
    assert_eq!(answer["not_checked"], json!([]));

    // Without it the majority wins, and it is said what is not known.
    let ran = run(&fixture, &["--patches", &file, "--format", "json"]).unwrap();
    assert_eq!(chosen(&ran.json()), ["other", "other-2"]);
    let not_checked = ran.json()["not_checked"].to_string();
    assert!(
        not_checked.contains("whether the issue is resolved"),
        "{not_checked}"
    );
}

#[test]
fn without_a_build_system_it_is_said_that_nothing_was_run() {
    let fixture = project();
    std::fs::remove_file(fixture.repo().join("Makefile")).unwrap();
    let file = candidates(
        &fixture,
        &[
            (
                "torn",
                "calc.c\n<<<<<<< SEARCH\n    return a - b;\n=======\n    return a + (b;\n>>>>>>> REPLACE\n",
            ),
            ("right", RIGHT),
        ],
    );
    let ran = fixture.run(&["repair", ISSUE, "--patches", &file]);
    assert_eq!(ran.code, 0, "{}{}", ran.stderr, ran.stdout);
    for line in [
        "# Chosen: right",
        "torn: does not parse: calc.c:2",
        "# Not checked: nothing was run, patches were read, applied to a copy and parsed only (no build system was recognised, and neither --task nor --build and --test say how it is run)",
    ] {
        assert!(ran.stdout.contains(line), "{line}\n{}", ran.stdout);
    }
    // Unseen it is written where that is asked for alone.
    let refused = fixture.run(&["repair", ISSUE, "--patches", &file, "--apply"]);
    assert_eq!(refused.code, 3, "{}", refused.stderr);
    assert!(
        refused
            .stderr
            .contains("nothing was run, so nothing was applied"),
        "{}",
        refused.stderr
    );
    assert!(!fixture.git(&["diff", "--name-only"]).contains("calc.c"));
    let prediction = fixture.run(&[
        "repair",
        ISSUE,
        "--patches",
        &file,
        "--no-run",
        "--format",
        "predictions",
        "--instance-id",
        "calc-1",
        "--apply",
    ]);
    assert!(fixture.git(&["diff", "--name-only"]).contains("calc.c"));
    let line = prediction.json();
    assert_eq!(line["instance_id"], "calc-1");
    assert_eq!(line["model_name_or_path"], "bughound-repair");
    assert!(
        line["model_patch"]
            .as_str()
            .unwrap()
            .contains("+    return a + b;")
    );
}

#[test]
fn wrong_input_is_said_before_anything_is_done() {
    let fixture = project();
    let file = candidates(&fixture, &[("right", RIGHT)]);
    let empty = fixture.write_beside("empty.json", "[]");
    let check = |arguments: &[&str], code: i32, expect: &str| {
        let mut all = vec!["repair"];
        all.extend(arguments);
        let ran = fixture.run(&all);
        assert_eq!(ran.code, code, "{arguments:?}: {}", ran.stderr);
        assert!(ran.stderr.contains(expect), "{arguments:?}: {}", ran.stderr);
    };
    check(&[ISSUE], 2, "nobody proposes changes");
    check(&["--patches", &file], 2, "there is no issue");
    check(
        &[ISSUE, "--propose", "agent"],
        2,
        "searches, and repairs nothing",
    );
    check(&[ISSUE, "--propose", "samples"], 2, "needs `--base-url`");
    check(
        &[ISSUE, "--patches", "gone.json"],
        3,
        "cannot read gone.json",
    );
    check(
        &[ISSUE, "--patches", empty.to_str().unwrap(), "--no-run"],
        3,
        "the list is empty",
    );
    check(
        &[ISSUE, "--patches", &file, "--task", "none"],
        3,
        "neither a folder nor a task",
    );
    check(
        &[ISSUE, "--patches", &file, "--results", "x"],
        2,
        "is no format of results",
    );
    check(
        &[ISSUE, "--patches", &file, "--apply", "--rev", "HEAD"],
        2,
        "cannot be used with",
    );
    check(&[ISSUE, "--patches", &file, "--rev", "gone"], 3, "gone");
}

#[test]
fn samples_are_drawn_kept_and_not_asked_for_twice() {
    let fixture = project();
    let keep = fixture.path("samples.jsonl");
    let keep = keep.to_str().unwrap();
    let sample = |server: &FakeServer| {
        let url = server.base_url();
        let arguments = [
            "--model",
            "m",
            "--base-url",
            &url,
            "--samples",
            "4",
            "--keep",
            keep,
            "--retries",
            "0",
            "--format",
            "json",
            "--threads",
            "1",
        ];
        run(&fixture, &arguments)
    };
    // The server goes away behind the second answer.
    let fails = [Reply::text(RIGHT_BLOCK), Reply::text("I am only a model.")]
        .into_iter()
        .chain((0..8).map(|_| Reply::error(500, "away")));
    let server = FakeServer::start(fails).unwrap();
    let Some(ran) = sample(&server) else { return };
    server.assert_sound();
    assert_eq!(ran.code, 4, "{}", ran.stderr);
    assert!(ran.stderr.contains("candidates came"), "{}", ran.stderr);
    // One is drawn greedily, whichever came first.
    let requests = server.requests();
    let greedy: Vec<_> = requests
        .iter()
        .filter(|it| it.json["temperature"] == 0.0)
        .collect();
    assert_eq!(greedy.len(), 1);
    let question = &greedy[0].json;
    let text = question["messages"][1]["content"].as_str().unwrap();
    assert!(
        text.contains(ISSUE) && text.contains("### calc.c\nint add(int a, int b) {"),
        "{text}"
    );
    let n_kept = std::fs::read_to_string(keep).unwrap().lines().count();
    drop(server);

    let n_left = 4 - n_kept;
    let server = FakeServer::start((0..n_left).map(|_| Reply::text(RIGHT))).unwrap();
    let ran = sample(&server).unwrap();
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(server.requests().len(), n_left);
    let answer = ran.json();
    assert_eq!(answer["review"]["candidates"].as_array().unwrap().len(), 4);
    let diff = answer["review"]["chosen"]["diff"].as_str().unwrap();
    assert!(
        diff.contains("return a+b;") || diff.contains("return a + b;"),
        "{diff}"
    );

    // Nobody is there at all, and nothing is kept.
    let away = FakeServer::start([Reply::error(401, "no such key")]).unwrap();
    let url = away.base_url();
    let ran = run(
        &fixture,
        &["--model", "m", "--base-url", &url, "--samples", "1"],
    )
    .unwrap();
    assert_eq!(ran.code, 4, "{}", ran.stderr);
    assert!(
        ran.stderr.contains("no sample could be had: "),
        "{}",
        ran.stderr
    );
}

#[test]
fn an_agent_repairs_is_replayed_and_becomes_a_prediction() {
    let fixture = project();
    let trace = fixture.path("trace.jsonl.zst");
    let trace = trace.to_str().unwrap();
    let call =
        |id: &str, name: &str, arguments: Value| Reply::answer(Answer::call(id, name, arguments));
    let server = FakeServer::start([
        call("c1", "read_file", json!({"file": "calc.c"})),
        call(
            "c2",
            "edit_file",
            json!({"file": "calc.c", "find": "a - b", "replace": "a + b"}),
        ),
        call("c3", "validate_and_build", json!({})),
    ])
    .unwrap();
    let url = server.base_url();
    let arguments = [
        "--propose",
        "agent",
        "--policy",
        "http",
        "--model",
        "m",
        "--base-url",
        &url,
        "--trace",
        trace,
        "--format",
        "json",
    ];
    let Some(ran) = run(&fixture, &arguments) else {
        return;
    };
    server.assert_sound();
    let last = server.requests().last().unwrap().json["messages"].to_string();
    assert_eq!(ran.code, 0, "{}{}", ran.stderr, last);
    assert_eq!(chosen(&ran.json()), ["agent-1"]);
    let told = server.requests()[0].json["messages"].to_string();
    assert!(
        told.contains("calc.c::add") && told.contains(ISSUE),
        "{told}"
    );
    let first = ran.json()["review"]["chosen"]["diff"].clone();

    let again = run(
        &fixture,
        &[
            "--propose",
            "agent",
            "--policy",
            "replay",
            "--replay",
            trace,
            "--format",
            "json",
        ],
    )
    .unwrap();
    assert_eq!(again.code, 0, "{}", again.stderr);
    assert_eq!(again.json()["review"]["chosen"]["diff"], first);

    let exported = fixture.run(&["traces", "export", trace, "--to", "predictions"]);
    assert_eq!(exported.code, 0, "{}", exported.stderr);
    let prediction = exported.json();
    assert_eq!(prediction["instance_id"], "repair");
    assert_eq!(prediction["model_name_or_path"], "m");
    assert_eq!(prediction["model_patch"], first);
}

#[test]
#[cfg(unix)]
fn a_cut_run_leaves_nothing_behind() {
    let fixture = project();
    let right = candidates(&fixture, &[("right", RIGHT)]);
    if run(&fixture, &["--patches", &right]).is_none() {
        return;
    }
    let before = fixture.git(&["status", "--porcelain", "--ignored"]);
    let started: PathBuf = fixture.path("err");
    let mut child = started_with(&fixture, &right, &started);
    std::thread::sleep(std::time::Duration::from_millis(1500));
    for _ in 0..2 {
        assert_cmd::Command::new("kill")
            .args(["-INT", &child.id().to_string()])
            .output()
            .unwrap();
        std::thread::sleep(std::time::Duration::from_millis(300));
    }
    let status = child.wait().unwrap();
    assert_eq!(
        status.code(),
        Some(130),
        "{}",
        std::fs::read_to_string(&started).unwrap()
    );
    assert_eq!(fixture.git(&["status", "--porcelain", "--ignored"]), before);
    assert_eq!(std::fs::read_dir(fixture.scratch()).unwrap().count(), 0);
}

#[cfg(unix)]
#[expect(
    clippy::disallowed_methods,
    reason = "a test may start the program that it tests"
)]
fn started_with(fixture: &Fixture, patches: &str, err: &std::path::Path) -> std::process::Child {
    std::process::Command::new(env!("CARGO_BIN_EXE_bughound"))
        .args([
            "repair",
            ISSUE,
            "--patches",
            patches,
            "--apply",
            "--test",
            "sleep 60",
        ])
        .current_dir(fixture.repo())
        .env_clear()
        .env("PATH", "/usr/local/bin:/usr/bin:/bin")
        .env("BUGHOUND_CACHE_DIR", fixture.cache())
        .env("TMPDIR", fixture.scratch())
        .stdout(std::process::Stdio::null())
        .stderr(std::fs::File::create(err).unwrap())
        .spawn()
        .unwrap()
}
