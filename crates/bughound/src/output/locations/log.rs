//! What a build log said, beside the answer.

use bughound_hound::log::{BuildLog, FailureKind};
use serde::Serialize;

use crate::output::count;
use crate::output::plain::{fit, printable};

/// A log's failures, for programs.
#[derive(Serialize)]
pub(super) struct LogDocument<'a> {
    lines: u64,
    distinct_failures: u64,
    failing_tests: &'a [String],
    failures: Vec<FailureDocument<'a>>,
}

#[derive(Serialize)]
struct FailureDocument<'a> {
    kind: &'static str,
    line: u64,
    message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    test: Option<&'a str>,
    times: u64,
}

impl<'a> LogDocument<'a> {
    pub(super) fn new(log: &'a BuildLog) -> Self {
        let failures = log.failures.iter().map(|failure| FailureDocument {
            kind: kind_name(failure.kind),
            line: failure.line,
            message: &failure.message,
            test: failure.test.as_deref(),
            times: failure.times,
        });
        Self {
            lines: log.lines,
            distinct_failures: log.distinct,
            failing_tests: &log.failing_tests,
            failures: failures.collect(),
        }
    }
}

fn kind_name(kind: FailureKind) -> &'static str {
    match kind {
        FailureKind::Compiler => "compiler",
        FailureKind::Test => "test",
        FailureKind::Trace => "trace",
        FailureKind::Linker => "linker",
        FailureKind::Tool => "tool",
        FailureKind::Remark => "remark",
    }
}

/// What was understood of the log, in one line.
pub(crate) fn log_note(log: &BuildLog) -> String {
    let lines = count(usize::try_from(log.lines).unwrap_or(usize::MAX));
    match log.failures.first() {
        None => format!(
            "Read a log of {lines} lines: nothing in it says that it failed; its last lines are searched for"
        ),
        Some(main) => format!(
            "Read a log of {lines} lines; what failed first ({}, line {}): {}",
            kind_name(main.kind),
            main.line,
            fit(&printable(&main.message), 100)
        ),
    }
}
