//! `analyze`: what others' logs, imported, and our own traces say of a policy.

use std::fs;

use serde_json::{Value, json};

use crate::fixture::{Fixture, Ran};

fn run(fixture: &Fixture, arguments: &[&str]) -> Ran {
    let mut command = fixture.command(arguments);
    fixture.finish(command.current_dir(fixture.path("")))
}

/// A log of SWE-agent: commands with what they gave.
fn log(fixture: &Fixture, folder: &str, task: &str, commands: &[(&str, &str)]) {
    let steps: Vec<Value> = commands
        .iter()
        .map(|(action, observation)| {
            json!({"action": action, "observation": observation, "response": format!("I try.\n```\n{action}\n```")})
        })
        .collect();
    let log = json!({"trajectory": steps, "history": [], "info": {"exit_status": "submitted"}});
    let folder = fixture.path(folder);
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join(format!("{task}.traj")), log.to_string()).unwrap();
}

/// Two runs over the same tasks: one looks and edits, the other builds again and again and edits tests.
fn two_runs(fixture: &Fixture) {
    for task in ["a", "b", "c"] {
        log(
            fixture,
            "before",
            task,
            &[
                ("ls", "A.java"),
                ("open A.java", "x"),
                ("edit 1:1\nclass A {}\nend_of_edit", "done"),
                ("mvn -q test", "ok"),
                ("submit", ""),
            ],
        );
        log(
            fixture,
            "after",
            task,
            &[
                ("mvn -q test", "FAIL"),
                ("mvn -q test", "FAIL"),
                ("cd . && mvn -q test", "ok"),
                ("mvn -q test", "ok"),
                ("sed -i s/1/2/ src/test/java/ATest.java", ""),
                ("submit", ""),
            ],
        );
    }
    fixture.write_beside(
        "report.json",
        r#"{"resolved_ids": ["a"], "unresolved_ids": ["b"], "incomplete_ids": ["c"]}"#,
    );
    for name in ["before", "after"] {
        let out = format!("{name}.jsonl.zst");
        let import = [
            "traces",
            "import",
            name,
            "--out",
            &out,
            "--report",
            "report.json",
            "--model",
            "m-1",
        ];
        let ran = run(fixture, &import);
        assert_eq!(ran.code, 0, "{}", ran.all());
        assert!(
            ran.stderr.contains("says nothing about 1 of 3"),
            "{}",
            ran.stderr
        );
    }
}

#[test]
fn a_run_and_another() {
    let fixture = Fixture::empty();
    two_runs(&fixture);
    let ran = run(
        &fixture,
        &[
            "analyze",
            "after.jsonl.zst",
            "--against",
            "before.jsonl.zst",
            "--svg",
            "d.svg",
        ],
    );
    assert_eq!(ran.code, 0, "{}", ran.all());
    for line in [
        "3 episodes of 3 tasks: success 1, failure 1, unknown 1",
        "all      n 3      turns mean 6.0, median 6, max 6; calls mean 6.0, median 6, max 6",
        "exit                   3  100.0 % [43.9, 100.0]    success 1, failure 1, unknown 1",
        "mvn test                         12  66.7 % [20.8, 93.9]          66.7 %     66.7 %",
        "b mvn test                    12    ·   75   25    ·    ·",
        "longest run of the same with nothing changed: episodes: 3: 3",
        "repeated_validation      3 of 3     100.0 % [43.9, 100.0]    successes 100.0 %, failures 100.0 %; findings: 6",
        "    a#0 of m-1, turn 5 (success): changes a test: src/test/java/ATest.java",
        "        sed -i s/1/2/ src/test/java/ATest.java",
        "usage, % of calls; distance 0.633 (0 the same, 1 nothing in common)",
        "mvn test → mvn test                      75.0      0.0    +75.0",
    ] {
        assert!(
            ran.stdout.lines().any(|printed| printed == line),
            "{line}: {}",
            ran.all()
        );
    }
    let svg = fs::read_to_string(fixture.path("d.svg")).unwrap();
    assert!(
        svg.starts_with("<svg") && svg.contains("+100") && svg.contains("mvn test"),
        "{svg}"
    );
}

#[test]
fn numbers_as_json() {
    let fixture = Fixture::empty();
    two_runs(&fixture);
    let json = run(
        &fixture,
        &[
            "analyze",
            "after.jsonl.zst",
            "--format",
            "json",
            "--flake-rate",
            "0.5",
        ],
    )
    .json();
    assert_eq!(json["format"], "bughound-analysis/1");
    let run_json = &json["run"];
    assert_eq!(
        run_json["outcomes"],
        json!({"success": 1, "failure": 1, "unknown": 1})
    );
    assert_eq!(run_json["usage"][0]["name"], "mvn test");
    assert_eq!(run_json["usage"][0]["all"]["part"], 12.0);
    assert_eq!(run_json["usage"][0]["all"]["whole"], 18.0);
    // Twice, then a third and a fourth time; the change of folder is another key.
    assert_eq!(run_json["validation"]["longest_runs"], json!({"3": 3}));
    assert_eq!(
        run_json["validation"]["inflation"],
        json!([{"q": 0.5, "at_least_once": 0.875}])
    );
    let found = |name: &str| {
        let detectors = run_json["detectors"].as_array().unwrap();
        let detector = detectors
            .iter()
            .find(|detector| detector["name"] == name)
            .unwrap();
        detector["evidence"].as_array().unwrap().len()
    };
    assert_eq!(found("repeated_validation"), 6);
    assert_eq!(found("validation_edits"), 3);
    assert_eq!(found("fetched_fix"), 0);

    let successes = [
        "analyze",
        "after.jsonl.zst",
        "--format",
        "json",
        "--outcome",
        "success",
    ];
    assert_eq!(run(&fixture, &successes).json()["run"]["episodes"], 1);
}

#[test]
fn bad_input() {
    let fixture = Fixture::empty();
    two_runs(&fixture);
    let check = |arguments: &[&str], code: i32, says: &str| {
        let ran = run(&fixture, arguments);
        assert!(
            ran.code == code && ran.stderr.contains(says),
            "{arguments:?}: {}",
            ran.all()
        );
    };
    check(&["analyze"], 2, "<FILE>");
    check(&["analyze", "nowhere"], 3, "nowhere");
    check(&["analyze", "report.json"], 3, "traces import");
    check(
        &["analyze", "after.jsonl.zst", "--flake-rate", "2"],
        2,
        "is no chance",
    );
    check(
        &["analyze", "after.jsonl.zst", "--against-outcome", "success"],
        2,
        "--against",
    );
    check(
        &[
            "traces",
            "import",
            "after",
            "--out",
            "x.zst",
            "--report",
            "before/a.traj",
        ],
        3,
        "no report",
    );
    assert!(!fixture.path("x.zst").exists());
}
