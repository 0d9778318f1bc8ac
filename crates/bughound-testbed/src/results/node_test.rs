//! `node_test`: node's own runner: records of a reporter of ours, TAP, or the text of its `spec` reporter.
//!
//! Ids are `file > suite > test` in our records; the other two do not say which file a test that passed is in.

use serde::Deserialize;

use super::{
    Collector, FindingKind, Judge, Outputs, ResultFormat, Results, Run, records, tap, text,
};
use crate::TestStatus;

/// `node --test`.
pub(super) struct NodeTest;

const REPORTER: &str = include_str!("bughound_report.mjs");

impl ResultFormat for NodeTest {
    fn name(&self) -> &'static str {
        "node_test"
    }

    /// By `NODE_OPTIONS` where node is started by something else, such as `npm test`.
    fn wire(&self, run: &mut Run, judge: &Judge<'_>) {
        let path = format!("{}/bughound_report_{}.mjs", judge.folder, judge.nonce);
        let output = judge.output("jsonl");
        let options = [
            format!("--test-reporter={path}"),
            format!("--test-reporter-destination={output}"),
        ];
        let reporter = REPORTER.replace("@NONCE@", judge.nonce);
        run.files.push((path, reporter.into_bytes()));
        run.collect.push(output);
        match run.position("node") {
            Some(node) if run.argv.iter().any(|word| word == "--test") => {
                run.insert(node + 1, options);
            }
            _ => run.prepend_env("NODE_OPTIONS", &options.join(" "), " "),
        }
    }

    fn parse(&self, outputs: &Outputs<'_>) -> Results {
        let mut collector = Collector::default();
        let stdout = text::plain(outputs.stdout);
        if !outputs.nonce.is_empty() || !outputs.files.is_empty() {
            if outputs.files.is_empty() {
                collector.finding(FindingKind::Incomplete, "there is no report");
            }
            for (_, report) in outputs.files {
                from_records(report, outputs.nonce, &mut collector);
            }
        } else if stdout.contains("TAP version ") {
            tap::read(&stdout, &mut collector);
        } else {
            spec(&stdout, &mut collector);
        }
        collector.finish()
    }
}

#[derive(Deserialize)]
struct Record {
    file: String,
    path: Vec<String>,
    passed: bool,
    skip: bool,
    todo: bool,
    cause: String,
}

fn from_records(report: &str, nonce: &str, collector: &mut Collector) {
    records::read(report, nonce, collector, |collector, record: Record| {
        let file = text::relative(&record.file);
        let mut names = record.path;
        // A file that could not be loaded is a test of the file's name.
        if names.first().is_some_and(|name| name == &record.file) {
            names.remove(0);
        }
        let id: Vec<&str> = std::iter::once(file)
            .filter(|file| !file.is_empty())
            .chain(names.iter().map(String::as_str))
            .collect();
        let status = match (record.passed, record.skip, record.todo) {
            (_, true, _) => TestStatus::Skipped,
            (true, _, true) => TestStatus::UnexpectedPass,
            (false, _, true) => TestStatus::ExpectedFailure,
            (true, ..) => TestStatus::Passed,
            (false, ..) if names.is_empty() => TestStatus::Error,
            (false, ..) if record.cause == "cancelledByParent" => TestStatus::Error,
            (false, ..) => TestStatus::Failed,
        };
        collector.put_numbered(&id.join(" > "), status);
    });
}

/// `✔ name (1.2ms)`, indented by two for each suite around it, which is named before (`▶ suite`) and behind. What
/// fails is named a second time below `failing tests:`.
fn spec(text: &str, collector: &mut Collector) {
    let mut suites: Vec<String> = Vec::new();
    let mut is_through = false;
    for line in text.lines() {
        let body = line.trim_start();
        let depth = (line.len() - body.len()) / 2;
        if body.contains("failing tests:") {
            break;
        }
        is_through |= body.starts_with("ℹ tests ");
        let Some((mark, rest)) = body.split_once(' ') else {
            continue;
        };
        if mark == "▶" && !has_duration(rest) {
            suites.truncate(depth);
            suites.push(rest.to_owned());
            continue;
        }
        let status = match mark {
            "✔" | "▶" => TestStatus::Passed,
            "✖" => TestStatus::Failed,
            "﹣" => TestStatus::Skipped,
            _ => continue,
        };
        let Some((name, comment)) = split_duration(rest) else {
            continue;
        };
        let status = match (comment, status) {
            (comment, TestStatus::Failed) if comment.starts_with("# TODO") => {
                TestStatus::ExpectedFailure
            }
            (comment, TestStatus::Passed) if comment.starts_with("# TODO") => {
                TestStatus::UnexpectedPass
            }
            (comment, _) if comment.starts_with("# SKIP") => TestStatus::Skipped,
            (_, status) => status,
        };
        suites.truncate(depth);
        // Its own result, behind its tests: the mark is the old one of suites where they failed, too.
        let mut id: Vec<&str> = suites.iter().map(String::as_str).collect();
        id.push(name);
        let id: Vec<&str> = id.into_iter().map(text::relative).collect();
        collector.put_numbered(&id.join(" > "), status);
    }
    if !is_through {
        collector.finding(FindingKind::Incomplete, "the counts at the end are missing");
    }
}

fn has_duration(text: &str) -> bool {
    split_duration(text).is_some()
}

/// The name before ` (1.2ms)`, and what comes behind.
fn split_duration(text: &str) -> Option<(&str, &str)> {
    let end = text.rfind("ms)")?;
    let start = text[..end].rfind(" (")?;
    let is_number = text[start + 2..end]
        .chars()
        .all(|c| c.is_ascii_digit() || c == '.' || c == 'e' || c == '-');
    is_number.then(|| (&text[..start], text[end + 3..].trim()))
}
