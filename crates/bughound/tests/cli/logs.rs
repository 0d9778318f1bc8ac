//! The log of a build or of tests as the issue.

use crate::fixture::{Fixture, Ran};

const PYTEST: &str = "\
============================= test session starts ==============================
platform linux -- Python 3.11.7, pytest-8.0.0, pluggy-1.5.0
collected 1 item

tests/test_config.py F                                                   [100%]

=================================== FAILURES ===================================
_____________________ test_load_rejects_empty_settings _________________________

tmp_path = PosixPath('/tmp/x')

    def test_load_rejects_empty_settings(tmp_path):
>       Reader(strict=True).load(tmp_path)

tests/test_config.py:5: 
_ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ 

    def load(self, path):
>       with open(path) as file:
E       IsADirectoryError: [Errno 21] Is a directory: '/tmp/x'

pkg/config.py:14: IsADirectoryError
=========================== short test summary info ============================
FAILED tests/test_config.py::test_load_rejects_empty_settings - IsADirectoryError
============================== 1 failed in 0.03s ===============================
";

fn locate(fixture: &Fixture, arguments: &[&str], stdin: &str) -> Ran {
    let ran = fixture.run_with_stdin(
        &[&["locate", "--format", "json"], arguments].concat(),
        stdin,
    );
    assert_eq!(ran.code, 0, "{arguments:?}: {}", ran.stderr);
    ran
}

#[test]
fn a_log_is_read_as_one() {
    let fixture = Fixture::new();
    let file = fixture.write_beside("build.log", PYTEST);
    let colored: String = PYTEST
        .lines()
        .map(|line| format!("2024-05-01T12:00:00.1234567Z \u{1b}[1m{line}\u{1b}[0m\n"))
        .collect();
    for ran in [
        locate(&fixture, &["--issue", file.to_str().unwrap()], ""),
        locate(&fixture, &["-"], PYTEST),
        locate(&fixture, &["-"], &colored),
        locate(&fixture, &["-", "--issue-kind", "log"], PYTEST),
    ] {
        let answer = ran.json();
        assert_eq!(answer["locations"][0]["qualified_name"], "Reader.load");
        assert_eq!(answer["log"]["failures"][0]["kind"], "test");
        assert_eq!(
            answer["log"]["failing_tests"][0],
            "test_load_rejects_empty_settings"
        );
        assert!(
            ran.stderr
                .contains("what failed first (test, line 8): IsADirectoryError"),
            "{}",
            ran.stderr
        );
    }
    let as_issue = locate(&fixture, &["-", "--issue-kind", "issue"], PYTEST);
    assert!(as_issue.json().get("log").is_none());
}

#[test]
fn the_source_of_a_failing_test_is_looked_up() {
    let fixture = Fixture::new();
    // Nothing here says `Reader` or `load`, but the test that failed does.
    let log = "running 1 test\ntest test_load_rejects_empty_settings ... FAILED\n\n\
               ---- test_load_rejects_empty_settings stdout ----\nwrong\n";
    let ran = locate(&fixture, &["-"], log);
    assert_eq!(ran.json()["locations"][0]["qualified_name"], "Reader.load");
}

#[test]
fn logs_of_any_length() {
    let fixture = Fixture::new();
    // 20 MB: more than an issue may have.
    let mut log = "[INFO] downloading something that nobody wants to read about\n".repeat(330_000);
    log.push_str(PYTEST);
    let ran = locate(&fixture, &["-"], &log);
    let answer = ran.json();
    assert_eq!(answer["locations"][0]["qualified_name"], "Reader.load");
    assert_eq!(answer["log"]["lines"], 330_000 + PYTEST.lines().count());

    let ran = fixture.run_with_stdin(&["locate", "--issue-kind", "issue", "-"], &log);
    assert_eq!(ran.code, 3);
    assert!(ran.stderr.contains("longer than 16 MB"), "{}", ran.stderr);
}

#[test]
fn logs_without_a_failure_and_empty_ones() {
    let fixture = Fixture::new();
    let ran = locate(
        &fixture,
        &["-", "--issue-kind", "log"],
        "loading the settings\nReader is done\n",
    );
    assert!(
        ran.stderr.contains("nothing in it says that it failed"),
        "{}",
        ran.stderr
    );
    let ran = fixture.run_with_stdin(&["locate", "--issue-kind", "log", "-"], "\n\n");
    assert_eq!(ran.code, 3);
    assert!(ran.stderr.contains("the issue is empty"), "{}", ran.stderr);
}
