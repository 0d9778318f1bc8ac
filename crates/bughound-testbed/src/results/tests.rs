//! What real runners wrote, and what can become of it on the way. The outputs in `fixtures/results` are those of small
//! projects of our own (`fixtures/results/README.md` says how they were made).

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;

macro_rules! fixture {
    ($name:literal) => {
        include_str!(concat!("../../fixtures/results/", $name))
    };
}

fn show(results: &Results) -> String {
    let mut text = String::new();
    for (id, status) in &results.tests {
        text.push_str(&format!("{status:?} {id}\n"));
    }
    for finding in &results.findings {
        text.push_str(&format!("! {:?}: {}\n", finding.kind, finding.what));
    }
    text
}

fn read(name: &str, outputs: &Outputs<'_>) -> String {
    show(&format(name).unwrap().parse(outputs))
}

fn stdout(name: &str, stdout: &str) -> String {
    read(
        name,
        &Outputs {
            stdout,
            ..Outputs::default()
        },
    )
}

fn report(name: &str, report: &str) -> String {
    read(
        name,
        &Outputs {
            report,
            nonce: "n0nce",
            ..Outputs::default()
        },
    )
}

fn sorted(text: &str) -> String {
    let mut lines: Vec<&str> = text.lines().collect();
    lines.sort_unstable();
    lines.join("\n")
}

fn files(name: &str, texts: &[&str]) -> String {
    let files: Vec<(String, String)> = texts
        .iter()
        .enumerate()
        .map(|(at, text)| (format!("/w/build/{at}"), (*text).to_owned()))
        .collect();
    read(
        name,
        &Outputs {
            files: &files,
            ..Outputs::default()
        },
    )
}

#[test]
fn pytest_records() {
    let records = report("pytest", fixture!("pytest.jsonl"));
    insta::assert_snapshot!(records, @r"
    Error tests/test_broken.py
    Skipped tests/test_module_skip.py
    Passed tests/test_calc.py::test_adds
    Failed tests/test_calc.py::test_fails
    Skipped tests/test_calc.py::test_left_out
    ExpectedFailure tests/test_calc.py::test_known
    UnexpectedPass tests/test_calc.py::test_unexpected
    Failed tests/test_calc.py::test_strict
    Passed tests/test_calc.py::test_many[a b]
    Failed tests/test_calc.py::test_many[\xfc]
    Passed tests/test_calc.py::test_many[a - b]
    Passed tests/test_calc.py::test_many[x::y]
    Passed tests/test_calc.py::test_many[line\nbreak]
    Error tests/test_calc.py::test_set_up
    Error tests/test_calc.py::test_tear_down
    Passed tests/test_calc.py::TestGroup::test_inner
    Skipped tests/test_calc.py::TestGroup::test_skips
    Failed tests/test_calc.py::Old::test_sub
    ");
    let parallel = report("pytest", fixture!("pytest-xdist.jsonl"));
    assert_eq!(
        sorted(&records),
        sorted(&parallel),
        "two workers, the same results"
    );
    insta::assert_snapshot!(report("pytest", fixture!("pytest-dies.jsonl")), @r"
    Passed dies/test_dies.py::test_before
    Error dies/test_dies.py::test_dies
    ! Incomplete: there is no end record
    ! Incomplete: dies/test_dies.py::test_dies was begun and did not end
    ");
    insta::assert_snapshot!(report("pytest", ""), @"! Incomplete: there are no records");
}

#[test]
fn pytest_records_are_not_easily_forged() {
    let line = fixture!("pytest.jsonl").lines().nth(5).unwrap();
    let forged = line.replace("n0nce", "guess");
    let text =
        fixture!("pytest.jsonl").replacen(line, &format!("{line}\n{forged}\nhello\n{line}"), 1);
    let results = report("pytest", &text);
    let findings: Vec<&str> = results
        .lines()
        .filter(|line| line.starts_with('!'))
        .collect();
    insta::assert_snapshot!(findings.join("\n"), @r"
    ! Forged: a record has another nonce
    ! NotUnderstood: no record: hello
    ! Forged: a record has number 5 where 6 comes
    ");
}

#[test]
fn pytest_text() {
    let text = stdout("pytest", fixture!("pytest.txt"));
    insta::assert_snapshot!(text, @r"
    Passed tests/test_calc.py::test_adds
    Failed tests/test_calc.py::test_fails
    Skipped tests/test_calc.py::test_left_out
    ExpectedFailure tests/test_calc.py::test_known
    UnexpectedPass tests/test_calc.py::test_unexpected
    Failed tests/test_calc.py::test_strict
    Passed tests/test_calc.py::test_many[a b]
    Failed tests/test_calc.py::test_many[\xfc]
    Passed tests/test_calc.py::test_many[a - b]
    Passed tests/test_calc.py::test_many[x::y]
    Passed tests/test_calc.py::test_many[line\nbreak]
    Error tests/test_calc.py::test_set_up
    Error tests/test_calc.py::test_tear_down
    Passed tests/test_calc.py::TestGroup::test_inner
    Skipped tests/test_calc.py::TestGroup::test_skips
    Failed tests/test_calc.py::Old::test_sub
    Error tests/test_broken.py
    ");
    assert_eq!(
        text,
        stdout("pytest", fixture!("pytest-color.txt")),
        "colours change nothing"
    );
    let parallel = stdout("pytest", fixture!("pytest-xdist.txt"));
    assert_eq!(sorted(&text), sorted(&parallel), "two workers");
    insta::assert_snapshot!(stdout("pytest", fixture!("pytest-dies.txt")), @r"
    Passed dies/test_dies.py::test_before
    ! Incomplete: the last line of pytest is missing
    ");
    insta::assert_snapshot!(stdout("pytest", fixture!("pytest-collection.txt")), @"Error tests/test_broken.py");
}

#[test]
fn cargo_test() {
    let whole = stdout("cargo_test", fixture!("cargo-test.txt"));
    insta::assert_snapshot!(whole, @r"
    Passed calc::tests::adds
    Skipped calc::tests::left_out
    Skipped calc::tests::left_out_too
    Failed calc::tests::fails
    Failed calc::tests::should_but_does_not
    Passed calc::tests::panics
    Passed bin/calc::in_main
    Passed dies::a_first
    Passed it::whole
    Passed calc::doc::src/lib.rs - add
    Failed calc::doc::src/lib.rs - add #2
    Skipped calc::doc::src/lib.rs - add #3
    Passed calc::doc::src/lib.rs - add - compile fail
    ! Incomplete: dies ended before its summary
    ");
    insta::assert_snapshot!(stdout("cargo_test", fixture!("cargo-test-serial.txt")), @r"
    Passed calc::tests::adds
    Failed calc::tests::fails
    Skipped calc::tests::left_out
    Skipped calc::tests::left_out_too
    Passed calc::tests::panics
    Failed calc::tests::should_but_does_not
    Passed bin/calc::in_main
    Passed dies::a_first
    Error dies::b_dies
    Passed it::whole
    Passed calc::doc::src/lib.rs - add
    Failed calc::doc::src/lib.rs - add #2
    Skipped calc::doc::src/lib.rs - add #3
    Passed calc::doc::src/lib.rs - add - compile fail
    ! Incomplete: dies ended before its summary
    ");
    let apart = read(
        "cargo_test",
        &Outputs {
            stdout: fixture!("cargo-test.stdout.txt"),
            stderr: fixture!("cargo-test.stderr.txt"),
            ..Outputs::default()
        },
    );
    // Two runs, whose threads end in another order.
    assert_eq!(sorted(&whole), sorted(&apart), "both outputs apart");
    let cut = &fixture!("cargo-test.txt")[..300];
    insta::assert_snapshot!(stdout("cargo_test", cut), @r"
    Passed calc::tests::adds
    Skipped calc::tests::left_out
    Skipped calc::tests::left_out_too
    Failed calc::tests::fails
    ! Incomplete: calc ended before its summary
    ");
    insta::assert_snapshot!(stdout("cargo_test", "error: could not compile `calc`"), @"! Incomplete: no test binary has run");
}

#[test]
fn nextest() {
    insta::assert_snapshot!(files("nextest", &[fixture!("nextest.xml")]), @r"
    Failed calc::tests::fails
    Passed calc::tests::adds
    Passed calc::tests::panics
    Failed calc::tests::should_but_does_not
    Passed calc::dies::a_first
    Failed calc::dies::b_dies
    Passed calc::dies::c_sleeps
    Passed calc::it::whole
    Passed calc::bin/calc::in_main
    ");
}

#[test]
fn node() {
    insta::assert_snapshot!(files("node_test", &[fixture!("node.jsonl")]), @r#"
    Error node/broken.test.js
    Passed node/calc.test.js > adds
    Failed node/calc.test.js > fails
    Skipped node/calc.test.js > left out
    ExpectedFailure node/calc.test.js > to do
    Passed node/calc.test.js > name with # hash and "quotes" ü
    Passed node/calc.test.js > a suite > inner passes
    Failed node/calc.test.js > a suite > inner fails
    Passed node/calc.test.js > a suite > deeper > deep
    Passed node/calc.test.js > a suite > deeper
    Failed node/calc.test.js > a suite
    Passed node/calc.test.js > parent > child
    Passed node/calc.test.js > parent
    Error node/dies.test.js
    "#);
    let tap = stdout("node_test", fixture!("node.tap"));
    insta::assert_snapshot!(tap, @r#"
    Failed node/broken.test.js
    Passed adds
    Failed fails
    Skipped left out
    ExpectedFailure to do
    Passed name with # hash and "quotes" ü
    Passed a suite > inner passes
    Failed a suite > inner fails
    Passed a suite > deeper > deep
    Passed a suite > deeper
    Failed a suite
    Passed parent > child
    Passed parent
    Failed node/dies.test.js
    "#);
    let spec = stdout("node_test", fixture!("node.spec.txt"));
    assert_eq!(tap, spec, "both reporters say the same");
}

#[test]
fn tap() {
    insta::assert_snapshot!(stdout("tap", fixture!("tape.tap")), @r"
    Passed adds > should be strictly equal
    Passed adds > should be strictly equal #2
    Failed a remark > one is two
    Passed a remark > goes on
    Passed planned > first
    Skipped planned > second
    ExpectedFailure to do > later
    ");
    insta::assert_snapshot!(stdout("tap", "1..3\nok\nnot ok 2\nok - c # skip no\n"), @r"
    Passed #1
    Failed #2
    Skipped c
    ");
    insta::assert_snapshot!(stdout("tap", "TAP version 14\n1..2\n# Subtest: a\n    ok 1 - b\n    1..1\nok 1 - a\nok 2 - c # TODO d\nBail out! no\n"), @r"
    Passed a > b
    Passed a
    UnexpectedPass c
    ! Incomplete: Bail out! no
    ");
    insta::assert_snapshot!(stdout("tap", "ok 1 a\n    ok 1 b\n"), @r"
    Passed a
    Passed ? > b
    ! Incomplete: a plan is missing
    ! Incomplete: the parent of b did not end
    ! Incomplete: a plan is missing
    ");
    insta::assert_snapshot!(stdout("tap", "1..0 # SKIP nothing here\n"), @"");
}

#[test]
fn jest_and_vitest() {
    let jest = files("jest", &[fixture!("jest.json")]);
    insta::assert_snapshot!(jest, @r#"
    Passed jest/calc.test.js > calc > adds
    Failed jest/calc.test.js > calc > fails
    Skipped jest/calc.test.js > calc > left out
    Skipped jest/calc.test.js > calc > to do
    Passed jest/calc.test.js > calc > deeper > ünï "x"
    Passed jest/calc.test.js > same name
    Passed jest/calc.test.js > same name #2
    Error jest/broken.test.js
    "#);
    let behind = format!("a test prints {{\"num\": 1}}\n{}", fixture!("jest.json"));
    assert_eq!(jest, stdout("jest", &behind), "behind what tests print");
    insta::assert_snapshot!(files("vitest", &[fixture!("vitest.json")]), @r"
    Error vitest/broken.test.js
    Passed vitest/calc.test.js > calc > adds
    Failed vitest/calc.test.js > calc > fails
    Skipped vitest/calc.test.js > calc > left out
    Skipped vitest/calc.test.js > calc > to do
    ");
    insta::assert_snapshot!(stdout("jest", "Could not find a config file"), @"! Incomplete: there is no whole report");
}

#[test]
fn mocha() {
    insta::assert_snapshot!(stdout("mocha", fixture!("mocha.txt")), @r#"
    Passed mocha/calc.js > calc adds
    Skipped mocha/calc.js > calc left out
    Skipped mocha/calc.js > calc pending
    Failed mocha/calc.js > calc fails
    Error mocha/calc.js > calc hooks "before all" hook for "never"
    "#);
}

#[test]
fn go() {
    let events = stdout("go_test", fixture!("go.jsonl"));
    insta::assert_snapshot!(events, @r"
    Passed example.com/calc.TestAdds
    Failed example.com/calc.TestFails
    Skipped example.com/calc.TestLeftOut
    Passed example.com/calc.TestUnterminated
    Failed example.com/calc.TestSubs
    Passed example.com/calc.TestSubs/a_b
    Failed example.com/calc.TestSubs/ü/x
    Passed example.com/calc.TestSubs/par
    Passed example.com/calc.ExampleAdd
    Error example.com/calc/broken
    Passed example.com/calc/dies.TestBefore
    Failed example.com/calc/dies.TestPanics
    Passed example.com/calc/inner.TestInner
    ! Forged: example.com/calc.TestForged ends without having begun
    ");
    let statuses = |text: &str| {
        let lines = text.lines().filter(|line| !line.starts_with('!'));
        lines.map(str::to_owned).collect::<Vec<_>>()
    };
    let verbose = stdout("go_test", fixture!("go-v.txt"));
    assert_eq!(statuses(&events), statuses(&verbose), "events and text");
    insta::assert_snapshot!(stdout("go_test", fixture!("go.txt")), @r"
    Failed example.com/calc.TestFails
    Failed example.com/calc.TestSubs
    Failed example.com/calc.TestSubs/ü/x
    Error example.com/calc/broken
    Failed example.com/calc/dies.TestPanics
    ! Forged: example.com/calc.TestForged ends without having begun
    ");
    insta::assert_snapshot!(stdout("go_test", "=== RUN   TestA\n--- PASS: TestA (0.00s)\n"), @r"
    ! Incomplete: the output ends within a package
    ! Incomplete: no package was tested
    ");
}

#[test]
fn junit() {
    insta::assert_snapshot!(files("junit", &[fixture!("surefire-calc.xml"), fixture!("surefire-setup.xml")]), @r"
    Skipped calc.CalcTest.assumes
    Passed calc.CalcTest.adds
    Skipped calc.CalcTest.leftOut
    Failed calc.CalcTest.fails
    Error calc.CalcTest.throwsUp
    Error calc.SetUpTest
    ");
    let cut = &fixture!("surefire-calc.xml")[..700];
    insta::assert_snapshot!(files("junit", &[cut]), @r"
    Skipped calc.CalcTest.assumes
    Passed calc.CalcTest.adds
    Skipped calc.CalcTest.leftOut
    ! Incomplete: /w/build/0: syntax error: tag not closed: `>` not found before end of input
    ");
    insta::assert_snapshot!(files("junit", &[]), @"! Incomplete: there is no report");
}

#[test]
fn ctest() {
    let file = files("ctest", &[fixture!("ctest.xml")]);
    insta::assert_snapshot!(file, @r"
    Passed calc pass
    Failed calc fail
    Failed calc crash
    Skipped calc skip
    Failed slow
    Error missing
    Skipped disabled
    Passed a.very.long.name.that.fills.the.whole.line.and.more.than.that.with..dots
    Failed regex
    ");
    assert_eq!(
        file,
        stdout("ctest", fixture!("ctest.txt")),
        "file and text"
    );
}

#[test]
fn commands_are_wired() {
    let check = |name: &str, argv: &[&str]| {
        let mut run = Run {
            argv: argv.iter().map(|word| (*word).to_owned()).collect(),
            env: BTreeMap::from([("PYTHONPATH".to_owned(), "/lib".to_owned())]),
            ..Run::default()
        };
        let judge = Judge {
            folder: "/judge",
            nonce: "n0",
        };
        format(name).unwrap().wire(&mut run, &judge);
        let env: Vec<String> = run.env.iter().map(|(k, v)| format!("{k}={v}")).collect();
        let files: Vec<&str> = run.files.iter().map(|(path, _)| path.as_str()).collect();
        format!(
            "{} | {} | {} | {} | {}",
            run.argv.join(" "),
            env.join(" "),
            files.join(" "),
            run.collect.join(" "),
            run.report
        )
        .replace("PYTHONPATH=/lib |", "|")
    };
    let lines = [
        check("pytest", &["python", "-m", "pytest", "-q"]),
        check("cargo_test", &["cargo", "test", "--offline", "--", "x"]),
        check("nextest", &["cargo", "nextest", "run"]),
        check("node_test", &["node", "--test", "test/"]),
        check("node_test", &["npm", "test"]),
        check("jest", &["npm", "test"]),
        check("jest", &["node_modules/.bin/jest", "--ci"]),
        check("vitest", &["npx", "vitest", "run"]),
        check("mocha", &["npx", "mocha"]),
        check("go_test", &["go", "test", "./..."]),
        check("go_test", &["make", "check"]),
        check("ctest", &["/usr/bin/ctest", "-j2"]),
        check("tap", &["prove"]),
        check("none", &["make", "check"]),
    ];
    insta::assert_snapshot!(lines.join("\n"), @r#"
    python -m pytest -q | PYTEST_ADDOPTS=-p bughound_report_n0 PYTHONPATH=/judge:/lib | /judge/bughound_report_n0.py |  | true
    /bin/sh -c exec "$@" 2>&1 sh cargo test --no-fail-fast --offline -- x | |  |  | false
    cargo nextest run --no-fail-fast --tool-config-file bughound:/judge/bughound_nextest_n0.toml | | /judge/bughound_nextest_n0.toml | /w/**/nextest/default/*.xml | false
    node --test-reporter=/judge/bughound_report_n0.mjs --test-reporter-destination=/w/build/bughound-n0.jsonl --test test/ | | /judge/bughound_report_n0.mjs | /w/build/bughound-n0.jsonl | false
    npm test | NODE_OPTIONS=--test-reporter=/judge/bughound_report_n0.mjs --test-reporter-destination=/w/build/bughound-n0.jsonl | /judge/bughound_report_n0.mjs | /w/build/bughound-n0.jsonl | false
    npm test -- --json --outputFile=/w/build/bughound-n0.json | |  | /w/build/bughound-n0.json | false
    node_modules/.bin/jest --ci --json --outputFile=/w/build/bughound-n0.json | |  | /w/build/bughound-n0.json | false
    npx vitest run --reporter=json --outputFile=/w/build/bughound-n0.json | |  | /w/build/bughound-n0.json | false
    npx mocha --reporter json --reporter-option output=/w/build/bughound-n0.json | |  | /w/build/bughound-n0.json | false
    go test -json ./... | |  |  | false
    make check | GOFLAGS=-v |  |  | false
    /usr/bin/ctest --output-junit /w/build/bughound-n0.xml -j2 | |  | /w/build/bughound-n0.xml | false
    prove | |  |  | false
    make check | |  |  | false
    "#);
}

#[test]
fn names_are_unique() {
    let names: std::collections::BTreeSet<&str> =
        FORMATS.iter().map(|format| format.name()).collect();
    assert_eq!(names.len(), FORMATS.len());
    assert!(format("nothing").is_none());
}

const REAL: [(&str, &str); 21] = [
    ("pytest", fixture!("pytest.jsonl")),
    ("pytest", fixture!("pytest.txt")),
    ("pytest", fixture!("pytest-color.txt")),
    ("pytest", fixture!("pytest-xdist.txt")),
    ("cargo_test", fixture!("cargo-test.txt")),
    ("cargo_test", fixture!("cargo-test-serial.txt")),
    ("nextest", fixture!("nextest.xml")),
    ("node_test", fixture!("node.jsonl")),
    ("node_test", fixture!("node.tap")),
    ("node_test", fixture!("node.spec.txt")),
    ("tap", fixture!("tape.tap")),
    ("tap", fixture!("node.tap")),
    ("jest", fixture!("jest.json")),
    ("vitest", fixture!("vitest.json")),
    ("mocha", fixture!("mocha.txt")),
    ("go_test", fixture!("go.jsonl")),
    ("go_test", fixture!("go-v.txt")),
    ("go_test", fixture!("go.txt")),
    ("junit", fixture!("surefire-calc.xml")),
    ("ctest", fixture!("ctest.xml")),
    ("ctest", fixture!("ctest.txt")),
];

/// Reads a text in all the ways it may come.
fn read_anywhere(name: &str, text: &str) -> Vec<Results> {
    let files = [("/w/build/r".to_owned(), text.to_owned())];
    let format = format(name).unwrap();
    let outputs = [
        Outputs {
            stdout: text,
            ..Outputs::default()
        },
        Outputs {
            stdout: text,
            stderr: text,
            ..Outputs::default()
        },
        Outputs {
            report: text,
            nonce: "n0nce",
            ..Outputs::default()
        },
        Outputs {
            files: &files,
            ..Outputs::default()
        },
    ];
    outputs
        .iter()
        .map(|outputs| format.parse(outputs))
        .collect()
}

fn ids_are_unique(results: &Results) -> bool {
    let ids: std::collections::BTreeSet<&String> = results.tests.iter().map(|(id, _)| id).collect();
    ids.len() == results.tests.len()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn cut_off_anywhere(which in 0..REAL.len(), at in 0.0..1.0_f64, format in 0..FORMATS.len(), own in any::<bool>()) {
        let (name, text) = REAL[which];
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place in a short text")]
        let mut at = (at * text.len() as f64) as usize;
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        let name = if own { name } else { FORMATS[format].name() };
        for results in read_anywhere(name, &text[..at]) {
            prop_assert!(ids_are_unique(&results));
        }
    }

    #[test]
    fn shuffled_lines(which in 0..REAL.len(), seed in any::<u64>()) {
        let (name, text) = REAL[which];
        let mut lines: Vec<&str> = text.lines().collect();
        let mut state = seed | 1;
        for at in (1..lines.len()).rev() {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            lines.swap(at, usize::try_from(state >> 33).unwrap() % (at + 1));
        }
        for results in read_anywhere(name, &lines.join("\n")) {
            prop_assert!(ids_are_unique(&results));
        }
    }

    #[test]
    fn anything(format in 0..FORMATS.len(), text in "(\\PC|[ \n#.:*<>{}\\[\\]\"\u{1b}-]|ok|not ok|test |\\.\\.\\. |running 1 test\n|<testcase name=\"a\"|--- PASS: |::| PASSED|1\\.\\.)*") {
        for results in read_anywhere(FORMATS[format].name(), &text) {
            prop_assert!(ids_are_unique(&results));
        }
    }
}
