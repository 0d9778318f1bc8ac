//! What did each test do? One file per format: pure functions from what a test runner wrote to statuses by test.
//!
//! A [`ResultFormat`] does two things. Before a command runs, [`wire`](ResultFormat::wire) changes it so that its
//! runner prints what can be read: arguments, environment, a reporter of ours placed in a folder outside the tree.
//! Afterwards [`parse`](ResultFormat::parse) reads what was printed. It never fails and never panics: what it did not
//! understand, and whether the output is cut off, are findings beside the statuses.
//!
//! What runs in one process with the code under test can be forged by that code. Formats with a reporter of ours
//! carry a nonce and a number on every record and a record at the end, so that stray prints are not taken for
//! results and a process that ends early is noticed; code that looks for the nonce finds it. The other formats trust
//! what is printed. Nothing here knows sandboxes, tasks and verdicts.

mod cargo_test;
mod collect;
mod ctest;
mod exit_status;
mod go_test;
mod jest;
mod junit;
mod mocha;
mod nextest;
mod node_test;
mod pytest;
mod records;
mod tap;
mod text;
mod unittest;
mod wire;

#[cfg(test)]
mod tests;

use crate::{TestId, TestStatus};
use collect::Collector;

pub(crate) use text::plain;
pub use wire::{Judge, Run};

/// A way to learn what each test did.
pub trait ResultFormat: Send + Sync {
    /// The name in `task.toml`.
    fn name(&self) -> &'static str;

    /// Changes a command so that its runner prints what [`parse`](Self::parse) reads.
    fn wire(&self, run: &mut Run, judge: &Judge<'_>) {
        let _ = (run, judge);
    }

    /// Reads what it wrote.
    fn parse(&self, outputs: &Outputs<'_>) -> Results;
}

/// What a test command wrote.
#[derive(Clone, Copy, Debug, Default)]
pub struct Outputs<'a> {
    /// To standard output.
    pub stdout: &'a str,
    /// To standard error.
    pub stderr: &'a str,
    /// To file descriptor 3, where [`Run::report`] asked for one.
    pub report: &'a str,
    /// The files that [`Run::collect`] names, in the order of paths: path and content.
    pub files: &'a [(String, String)],
    /// The nonce that was given to [`ResultFormat::wire`]; records with another one are not ours.
    pub nonce: &'a str,
}

/// What each test did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Results {
    /// Every test once, in the order of first mention.
    pub tests: Vec<(TestId, TestStatus)>,
    /// What could not be understood.
    pub findings: Vec<Finding>,
}

impl Results {
    /// Whether the runner said that it was through: no test is missing because a process died.
    pub fn is_complete(&self) -> bool {
        !self
            .findings
            .iter()
            .any(|finding| finding.kind == FindingKind::Incomplete)
    }
}

/// Something about the output that is no status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What kind.
    pub kind: FindingKind,
    /// What and where.
    pub what: String,
}

/// Kinds of findings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FindingKind {
    /// The output ends before its runner was through, a process died, or there are no results at all.
    Incomplete,
    /// Two results have one name; the worse one is kept.
    Duplicate,
    /// A part that looks like a result is none that is understood.
    NotUnderstood,
    /// A result that its runner cannot have written.
    Forged,
}

/// All formats.
pub const FORMATS: [&dyn ResultFormat; 13] = [
    &cargo_test::CargoTest,
    &ctest::Ctest,
    &exit_status::ExitStatus,
    &go_test::GoTest,
    &jest::Jest,
    &jest::Vitest,
    &junit::Junit,
    &mocha::Mocha,
    &nextest::Nextest,
    &node_test::NodeTest,
    &pytest::Pytest,
    &tap::Tap,
    &unittest::Unittest,
];

/// The format of this name.
pub fn format(name: &str) -> Option<&'static dyn ResultFormat> {
    FORMATS.into_iter().find(|format| format.name() == name)
}
