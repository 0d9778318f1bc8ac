//! `pytest`: records of a plugin of ours, or the text of `pytest -v` and `-rA`.

use serde::Deserialize;

use super::{Collector, FindingKind, Judge, Outputs, ResultFormat, Results, Run, records, text};
use crate::TestStatus;

/// pytest. A test's id is its node id.
pub(super) struct Pytest;

const PLUGIN: &str = include_str!("bughound_report.py");

impl ResultFormat for Pytest {
    fn name(&self) -> &'static str {
        "pytest"
    }

    /// By environment, so that it does not matter what starts pytest.
    fn wire(&self, run: &mut Run, judge: &Judge<'_>) {
        let module = format!("bughound_report_{}", judge.nonce);
        let plugin = PLUGIN.replace("@NONCE@", judge.nonce);
        let path = format!("{}/{module}.py", judge.folder);
        run.files.push((path, plugin.into_bytes()));
        run.prepend_env("PYTHONPATH", judge.folder, ":");
        run.prepend_env("PYTEST_ADDOPTS", &format!("-p {module}"), " ");
        run.report = true;
    }

    fn parse(&self, outputs: &Outputs<'_>) -> Results {
        let mut collector = Collector::default();
        if !outputs.nonce.is_empty() || !outputs.report.is_empty() {
            from_records(outputs, &mut collector);
        } else {
            from_text(&text::plain(outputs.stdout), &mut collector);
        }
        collector.finish()
    }
}

#[derive(Deserialize)]
struct Record {
    what: String,
    id: String,
    #[serde(default)]
    phase: String,
    #[serde(default)]
    outcome: String,
    #[serde(default)]
    expected: bool,
}

fn from_records(outputs: &Outputs<'_>, collector: &mut Collector) {
    // The test that was begun and is not through.
    let mut running: Vec<String> = Vec::new();
    records::read(
        outputs.report,
        outputs.nonce,
        collector,
        |collector, record: Record| {
            if record.what == "start" {
                running.push(record.id);
                return;
            }
            if record.phase == "teardown" {
                running.retain(|id| *id != record.id);
            }
            let status = match (record.phase.as_str(), record.outcome.as_str()) {
                ("call", "passed") if record.expected => TestStatus::UnexpectedPass,
                ("call", "passed") => TestStatus::Passed,
                ("call", "failed") => TestStatus::Failed,
                (_, "skipped") if record.expected => TestStatus::ExpectedFailure,
                (_, "skipped") => TestStatus::Skipped,
                (_, "failed") => TestStatus::Error,
                ("setup" | "teardown", "passed") => return,
                (phase, outcome) => {
                    let what = format!("{}: {phase} {outcome}", record.id);
                    collector.finding(FindingKind::NotUnderstood, what);
                    return;
                }
            };
            collector.merge(&record.id, status);
        },
    );
    for id in running {
        collector.merge(&id, TestStatus::Error);
        let what = format!("{id} was begun and did not end");
        collector.finding(FindingKind::Incomplete, what);
    }
}

/// The lines `ID STATUS [ 50%]` of `-v`, up to the first section, and the summary of `-rA` behind its last heading:
/// between the two stands what tests printed.
fn from_text(text: &str, collector: &mut Collector) {
    let lines: Vec<&str> = text.lines().collect();
    let is_heading = |line: &str| line.starts_with("=====") || line.starts_with("_____");
    let begin = lines
        .iter()
        .position(|line| is_heading(line) && line.contains(" test session starts "))
        .map_or(0, |at| at + 1);
    let progress = lines[begin..].iter().take_while(|line| !is_heading(line));
    for line in progress {
        if let Some((id, status)) = progress_line(line) {
            collector.merge(id, status);
        }
    }
    let summary = lines
        .iter()
        .rposition(|line| is_heading(line) && line.contains(" short test summary info "));
    for line in summary.map_or(&[][..], |at| &lines[at + 1..]) {
        let Some((word, rest)) = line.split_once(' ') else {
            continue;
        };
        // A skipped test is named here by its line only.
        let Some(status) = status_of(word).filter(|status| *status != TestStatus::Skipped) else {
            continue;
        };
        let id = summary_id(rest, collector);
        collector.merge(&id, status);
    }
    let is_through = lines.iter().rev().take(20).any(|line| {
        let line = line.trim_matches(['=', ' ']);
        line.contains(" in ")
            && line.ends_with(['s', ')'])
            && line.starts_with(|c: char| c.is_ascii_digit() || c == 'n')
    });
    if !is_through {
        collector.finding(
            FindingKind::Incomplete,
            "the last line of pytest is missing",
        );
    }
}

/// `tests/test_a.py::test_b[c d] PASSED    [ 50%]`, also with a worker before it and a reason behind.
fn progress_line(line: &str) -> Option<(&str, TestStatus)> {
    let line = match line.strip_prefix("[gw") {
        // xdist: `[gw0] [ 50%] PASSED tests/test_a.py::test_b `.
        Some(rest) => {
            let rest = rest.split_once("] ")?.1;
            let rest = rest.split_once("] ").map_or(rest, |(_, rest)| rest);
            let (word, id) = rest.split_once(' ')?;
            return Some((id.trim_end(), status_of(word)?));
        }
        None => line,
    };
    // The first status word behind a whole id: a parameter or a reason may hold one, too.
    line.match_indices(' ').find_map(|(at, _)| {
        let word = line[at + 1..].split(' ').next().unwrap_or("");
        let id = &line[..at];
        let status = status_of(word)?;
        (id.contains("::") && is_balanced(id)).then(|| (id.trim_end(), status))
    })
}

fn status_of(word: &str) -> Option<TestStatus> {
    if word.starts_with("SUBFAIL") {
        return Some(TestStatus::Failed);
    }
    Some(match word {
        "PASSED" => TestStatus::Passed,
        "FAILED" => TestStatus::Failed,
        "ERROR" => TestStatus::Error,
        "SKIPPED" => TestStatus::Skipped,
        "XFAIL" => TestStatus::ExpectedFailure,
        "XPASS" => TestStatus::UnexpectedPass,
        _ => return None,
    })
}

/// The id in `ID - reason`, where both may hold ` - `: one that is known, else the first with its brackets closed.
fn summary_id(rest: &str, collector: &Collector) -> String {
    let cuts = || rest.match_indices(" - ").map(|(at, _)| &rest[..at]);
    cuts()
        .chain([rest])
        .find(|id| collector.status(id).is_some())
        .or_else(|| cuts().find(|id| is_balanced(id)))
        .unwrap_or(rest)
        .to_owned()
}

fn is_balanced(id: &str) -> bool {
    let n_of = |bracket: char| id.chars().filter(|&c| c == bracket).count();
    n_of('[') == n_of(']')
}
