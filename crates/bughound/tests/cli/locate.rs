//! `bughound locate`: its formats and options.

use crate::assert_output;
use crate::fixture::Fixture;

const ISSUE: &str = "\
Reader.load crashes

Traceback (most recent call last):
  File \"/usr/lib/python3/pkg/cli.py\", line 6, in main
    settings.update(Reader(strict=True).load(arguments[0]))
  File \"/usr/lib/python3/pkg/config.py\", line 16, in load
    raise ValueError('the settings file is empty')
ValueError: the settings file is empty
";

#[test]
fn text_for_people() {
    let fixture = Fixture::new();
    let ran = fixture.run(&["locate", "-k", "2", ISSUE]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    // Scores and the words of the reasons belong to the hound.
    let shape: String = ran
        .stdout
        .lines()
        .filter(|line| !line.starts_with("    -") && !line.starts_with("      and "))
        .map(|line| {
            format!(
                "{}\n",
                line.split(['█', '▉', '▊', '▋', '▌', '▍', '▎', '▏'])
                    .next()
                    .unwrap_or(line)
                    .trim_end()
            )
        })
        .filter(|line| {
            !line
                .trim_start()
                .starts_with(|first: char| first.is_alphabetic() && first != 'p')
        })
        .collect();
    assert_output!(shape, @"
    1. Reader.load  method
       pkg/config.py:12-18
        12 │ def load(self, path):
           ⋮
        15 │         text = file.read()
        16 │     if not text and self.strict:
      > 17 │         raise ValueError('the settings file is empty')
        18 │     return self.decode(text)

    2. Reader.decode  method
       pkg/config.py:20-21
        20 │ def decode(self, text):
      > 21 │     return json.loads(text or '{}')
    ");
    assert!(ran.stdout.contains("\n    - "), "reasons: {}", ran.stdout);
    assert_output!(ran.stderr, @"Searched 4 source files (8 definitions, [COMMITS]) of the working directory of [FOLDER]/repo in [TIME]");
    assert!(!ran.stdout.contains('\u{1b}'), "colours only on a terminal");
}

#[test]
fn one_json_document() {
    let fixture = Fixture::new();
    let ran = fixture.run(&["locate", "--format", "json", "--rev", "HEAD", ISSUE]);
    let document = ran.json();
    assert_eq!(document["version"], 1);
    assert_eq!(document["repository"], "[FOLDER]/repo");
    assert_eq!(document["revision"], fixture.git(&["rev-parse", "HEAD"]));
    assert_eq!(document["level"], "function");
    assert_eq!(document["files"], 4);
    assert_eq!(document["problems"], 0);
    assert!(document["milliseconds"]["total"].as_f64().unwrap() > 0.0);
    let best = &document["locations"][0];
    assert_eq!(best["path"], "pkg/config.py");
    assert_eq!(best["qualified_name"], "Reader.load");
    assert_eq!(best["kind"], "method");
    assert_eq!(best["lines"], serde_json::json!({ "start": 12, "end": 18 }));
    assert!(best["score"].as_f64().unwrap() > 0.0);
    let reason = &best["reasons"][0];
    assert!(
        reason["feature"].is_string()
            && reason["text"].is_string()
            && reason["contribution"].is_number()
    );
    let scores: Vec<f64> = document["locations"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["score"].as_f64().unwrap())
        .collect();
    assert!(scores.is_sorted_by(|a, b| a >= b), "{scores:?}");
}

#[test]
fn levels_and_k() {
    let fixture = Fixture::new();
    let ids = |arguments: &[&str]| {
        fixture
            .run(&[&["locate", "--format", "json", ISSUE], arguments].concat())
            .ids()
    };
    assert_eq!(ids(&["--level", "file"])[0], "pkg/config.py");
    assert_eq!(ids(&["--level", "class"]), ["pkg/config.py::Reader"]);
    assert_eq!(ids(&["-k", "1"]), ["pkg/config.py::Reader.load"]);
    assert!(
        ids(&[]).iter().all(|id| !id.starts_with("tests/")),
        "tests are no candidates"
    );
}

#[test]
fn sarif_log() {
    let fixture = Fixture::new();
    let log = fixture
        .run(&["locate", "--format", "sarif", "--rev", "v1", ISSUE])
        .json();
    assert_eq!(log["version"], "2.1.0");
    let run = &log["runs"][0];
    assert_eq!(run["tool"]["driver"]["name"], "bughound");
    assert_eq!(
        run["originalUriBaseIds"]["REPOSITORY"]["uri"],
        "file://[FOLDER]/repo/"
    );
    assert_eq!(
        run["versionControlProvenance"][0]["revisionId"],
        fixture.git(&["rev-parse", "v1"])
    );
    let result = &run["results"][0];
    assert_eq!(result["level"], "note");
    // In percent, how likely it is.
    let rank = result["rank"].as_f64().unwrap();
    assert!((50.0..=100.0).contains(&rank), "{rank}");
    let place = &result["locations"][0];
    assert_eq!(
        place["physicalLocation"]["artifactLocation"]["uri"],
        "pkg/config.py"
    );
    assert_eq!(place["physicalLocation"]["region"]["startLine"], 12);
    assert_eq!(
        place["logicalLocations"][0]["fullyQualifiedName"],
        "pkg/config.py::Reader.load"
    );
}

#[test]
fn quickfix_lines() {
    let fixture = Fixture::new();
    let first = |arguments: &[&str]| {
        let ran = fixture.run(&[&["locate", "--format", "quickfix", ISSUE], arguments].concat());
        ran.stdout
            .lines()
            .next()
            .unwrap()
            .split(" (")
            .next()
            .unwrap()
            .to_owned()
    };
    assert_eq!(first(&[]), "pkg/config.py:12:1: 1. method Reader.load");
    // From elsewhere, paths say where the files are.
    let mut elsewhere =
        fixture.command(&["locate", "--format", "quickfix", "--repo", "repo", ISSUE]);
    let ran = fixture.finish(elsewhere.current_dir(fixture.path("")));
    assert!(
        ran.stdout.starts_with("[FOLDER]/repo/pkg/config.py:12:1: "),
        "{}",
        ran.stdout
    );
}

#[test]
fn nothing_found_is_1() {
    let fixture = Fixture::new();
    assert_output!(fixture.run(&["locate", "--no-history", "zzzz qqqq"]).all(), @"
    exit code 1
    --- stderr
    Searched 4 source files (8 definitions, [COMMITS]) of the working directory of [FOLDER]/repo in [TIME]
    Nothing found: no source file says anything that the issue says. Names of functions, error messages and stack traces help most
    ");
    let ran = fixture.run(&[
        "locate",
        "--format",
        "json",
        "--quiet",
        "--no-history",
        "zzzz qqqq",
    ]);
    assert_eq!((ran.code, ran.ids().len(), ran.stderr.as_str()), (1, 0, ""));
}

#[test]
fn repositories_without_sources_say_so() {
    let fixture = Fixture::empty();
    fixture.write("README.md", "# nothing\n");
    let ran = fixture.run(&["locate", "it crashes"]);
    assert_eq!(ran.code, 1);
    assert!(
        ran.stderr
            .contains("no source file in a language that is understood (python, rust,"),
        "{}",
        ran.stderr
    );
}

#[test]
fn explain_and_context() {
    let fixture = Fixture::new();
    let explained = fixture
        .run(&["locate", "--explain", "-C", "0", "-k", "1", ISSUE])
        .stdout;
    assert!(
        explained.lines().any(|line| line.starts_with("    - +")),
        "{explained}"
    );
    assert!(!explained.contains('│'), "{explained}");
}

#[test]
fn colours_when_asked_for() {
    let fixture = Fixture::new();
    assert!(
        fixture
            .run(&["locate", "--color", "always", ISSUE])
            .stdout
            .contains("\u{1b}[")
    );
    let mut command = fixture.command(&["locate", ISSUE]);
    assert!(
        !fixture
            .finish(command.env("NO_COLOR", "1"))
            .stdout
            .contains('\u{1b}')
    );
}

#[test]
fn lines_keep_to_the_width() {
    let fixture = Fixture::new();
    let mut command = fixture.command(&["locate", ISSUE]);
    let ran = fixture.finish(command.env("COLUMNS", "50"));
    for line in ran.stdout.lines() {
        assert!(line.chars().count() <= 50, "{line}");
    }
}

#[test]
fn the_same_every_time() {
    let fixture = Fixture::new();
    let locate = |arguments: &[&str]| {
        fixture
            .run(&[&["locate", "--format", "json", ISSUE], arguments].concat())
            .json()["locations"]
            .clone()
    };
    let cold = locate(&[]);
    assert_eq!(locate(&[]), cold, "warm");
    assert_eq!(locate(&["--no-cache"]), cold, "without a cache");
    assert_eq!(locate(&["--threads", "1"]), cold, "on one thread");
}

#[test]
fn unlikely_places_are_left_out() {
    let fixture = Fixture::new();
    for least in ["2", "-0.1", "nan", "many"] {
        let least = format!("--min-probability={least}");
        let ran = fixture.run(&["locate", &least, ISSUE]);
        assert_eq!(ran.code, 2, "{least}");
        assert!(
            ran.stderr.contains("a number from 0 to 1"),
            "{}",
            ran.stderr
        );
    }
    let ran = fixture.run(&[
        "locate",
        "--min-probability",
        "0",
        "--format",
        "json",
        ISSUE,
    ]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(!ran.json()["locations"].as_array().unwrap().is_empty());
    // What is not known to be unlikely stays.
    let by_hand = [
        "locate",
        "--weights",
        "hand",
        "--min-probability",
        "1",
        "--format",
        "json",
        ISSUE,
    ];
    let ran = fixture.run(&by_hand);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.json()["locations"][0]["probability"].is_null());
}
