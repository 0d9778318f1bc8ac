//! `unittest`: Python's own runner, which needs no installation, through a reporter of ours.
//!
//! A test's id is `module.Class.method`. `python -m unittest ...` is replaced by a program that does the same and
//! writes records; a command that starts unittest by other means has no results.

use serde::Deserialize;

use super::{Collector, FindingKind, Judge, Outputs, ResultFormat, Results, Run, records};
use crate::TestStatus;

/// `python -m unittest`.
pub(super) struct Unittest;

const PROGRAM: &str = include_str!("bughound_unittest.py");

impl ResultFormat for Unittest {
    fn name(&self) -> &'static str {
        "unittest"
    }

    fn wire(&self, run: &mut Run, judge: &Judge<'_>) {
        let path = format!("{}/bughound_unittest_{}.py", judge.folder, judge.nonce);
        let at = run
            .argv
            .windows(2)
            .position(|words| words == ["-m", "unittest"]);
        if let Some(at) = at {
            run.argv.splice(at..at + 2, [path.clone()]);
            let program = PROGRAM.replace("@NONCE@", judge.nonce);
            run.files.push((path, program.into_bytes()));
            run.report = true;
        }
    }

    fn parse(&self, outputs: &Outputs<'_>) -> Results {
        let mut collector = Collector::default();
        let mut running: Vec<String> = Vec::new();
        records::read(
            outputs.report,
            outputs.nonce,
            &mut collector,
            |collector, record: Record| match record.what.as_str() {
                "start" => running.push(record.id),
                "stop" => running.retain(|id| *id != record.id),
                _ => match status_of(&record.outcome) {
                    Some(status) => {
                        collector.merge(&record.id, status);
                    }
                    None => {
                        let what = format!("{}: {}", record.id, record.outcome);
                        collector.finding(FindingKind::NotUnderstood, what);
                    }
                },
            },
        );
        for id in running {
            collector.merge(&id, TestStatus::Error);
            let what = format!("{id} was begun and did not end");
            collector.finding(FindingKind::Incomplete, what);
        }
        collector.finish()
    }
}

#[derive(Deserialize)]
struct Record {
    what: String,
    id: String,
    #[serde(default)]
    outcome: String,
}

fn status_of(outcome: &str) -> Option<TestStatus> {
    Some(match outcome {
        "passed" => TestStatus::Passed,
        "failed" => TestStatus::Failed,
        "error" => TestStatus::Error,
        "skipped" => TestStatus::Skipped,
        "expected_failure" => TestStatus::ExpectedFailure,
        "unexpected_pass" => TestStatus::UnexpectedPass,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn records(lines: &[&str]) -> String {
        let numbered = lines.iter().enumerate();
        numbered
            .map(|(n, line)| format!("{{\"nonce\":\"x\",\"n\":{n},{line}}}\n"))
            .collect()
    }

    #[test]
    fn records_become_statuses() {
        let check = |lines: &[&str], expected: &[(&str, TestStatus)], is_complete: bool| {
            let report = records(lines);
            let outputs = Outputs {
                report: &report,
                nonce: "x",
                ..Outputs::default()
            };
            let results = Unittest.parse(&outputs);
            let got: Vec<(&str, TestStatus)> = results
                .tests
                .iter()
                .map(|(id, status)| (id.as_str(), *status))
                .collect();
            assert_eq!(
                (got.as_slice(), results.is_complete()),
                (expected, is_complete),
                "{lines:?}"
            );
        };
        let begin = r#""what":"begin""#;
        let end = r#""what":"end""#;
        let start = r#""what":"start","id":"t.A.a""#;
        let stop = r#""what":"stop","id":"t.A.a""#;
        let passed = r#""what":"test","id":"t.A.a","outcome":"passed""#;
        let failed = r#""what":"test","id":"t.A.a","outcome":"failed""#;
        let pass = [("t.A.a", TestStatus::Passed)];
        let fail = [("t.A.a", TestStatus::Failed)];
        check(&[begin, start, passed, stop, end], &pass, true);
        check(&[begin, start, failed, stop, end], &fail, true);
        // A sub-test failed, then the test itself is through.
        check(&[begin, start, failed, passed, stop, end], &fail, true);
        check(&[begin, start, passed, stop], &pass, false);
        check(&[begin, start], &[("t.A.a", TestStatus::Error)], false);
        check(&[], &[], false);
    }

    #[test]
    fn the_command_is_replaced() {
        let judge = Judge {
            folder: "/judge",
            nonce: "abc",
        };
        let words = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
        let mut run = Run {
            argv: words("python3 -B -m unittest discover -s tests"),
            ..Run::default()
        };
        Unittest.wire(&mut run, &judge);
        assert_eq!(
            run.argv,
            words("python3 -B /judge/bughound_unittest_abc.py discover -s tests")
        );
        assert!(run.report);
        let mut other = Run {
            argv: words("make test"),
            ..Run::default()
        };
        Unittest.wire(&mut other, &judge);
        assert_eq!(other.argv, words("make test"));
    }
}
