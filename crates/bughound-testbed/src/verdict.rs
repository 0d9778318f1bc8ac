//! What a validation says.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::Stage;

/// A test's name as its framework writes it: `tests/test_a.py::test_b[1]`, `module::tests::works`,
/// `Suite.method`.
pub type TestId = String;

/// What a test did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TestStatus {
    /// It passed.
    Passed,
    /// It failed.
    Failed,
    /// It could not be run: its set-up failed, its file could not be loaded.
    Error,
    /// It was left out.
    Skipped,
    /// It failed, as it says of itself that it does.
    ExpectedFailure,
    /// It passed although it says of itself that it fails.
    UnexpectedPass,
}

/// What a validation ended with: a verdict on the change, or a fault that says nothing of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Judged {
    /// The change was judged.
    Verdict(Verdict),
    /// It was not: never a reward, masked from training.
    Fault(Fault),
}

/// What a change is worth.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Verdict {
    /// Whether all is well: it built, every test of the baseline was executed and passed (or did what it does in the
    /// baseline), held pins hold.
    pub passed: bool,
    /// Whether it built.
    pub built: bool,
    /// The stage that failed, where one did.
    pub failed: Option<Stage>,
    /// What each executed test did.
    pub tests: BTreeMap<TestId, TestStatus>,
    /// Tests of the baseline that were not executed.
    pub missing: Vec<TestId>,
    /// Tests of the baseline that did worse than there.
    pub regressed: Vec<TestId>,
    /// Parts of the change that were not applied.
    pub blocked: Vec<Blocked>,
    /// Pins that a fix must keep and this one did not: what was asked for and what was found.
    pub loosened: Vec<String>,
    /// Protected files, and files that run because of their name, that were changed or made while it was built or tested.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tampered: Vec<String>,
    /// Seconds by stage.
    pub seconds: BTreeMap<Stage, f64>,
    /// The output of the stage that failed, or of the last.
    pub log: String,
}

/// A part of a change that was not applied.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Blocked {
    /// The path, relative to the tree's root.
    pub path: String,
    /// Why: `protected`, `not allowed`, `a link`, `too large`, ...
    pub why: String,
}

/// The testbed failed; nothing is known of the change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// What kind.
    pub kind: FaultKind,
    /// What happened, and what to do.
    pub what: String,
}

/// Kinds of faults.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultKind {
    /// The task's folder is wrong.
    Task,
    /// A program that the task needs is not on this machine.
    Toolchain,
    /// A registry did not answer or does not have what is pinned.
    Registry,
    /// The pins contradict each other.
    Resolution,
    /// The sandbox failed.
    Sandbox,
    /// The disk is full or cannot be written.
    Disk,
}
