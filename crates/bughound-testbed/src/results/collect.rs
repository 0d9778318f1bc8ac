//! Gathers statuses by test, each id once.

use std::collections::BTreeMap;

use super::{Finding, FindingKind, Results};
use crate::TestStatus;

/// Results in the making.
#[derive(Default)]
pub(super) struct Collector {
    results: Results,
    at: BTreeMap<String, usize>,
    n_of: BTreeMap<String, usize>,
}

impl Collector {
    /// A result. Where the id is known the worse status is kept, and a finding says so.
    pub(super) fn put(&mut self, id: &str, status: TestStatus) {
        if let Some(at) = self.merge(id, status) {
            let id = self.results.tests[at].0.clone();
            let what = format!("{id} has more than one result");
            if !self.results.findings.iter().any(|other| other.what == what) {
                self.finding(FindingKind::Duplicate, what);
            }
        }
    }

    /// A further part of a result (its tear-down, a sub-test): the worse status is kept. Where the id was known.
    pub(super) fn merge(&mut self, id: &str, status: TestStatus) -> Option<usize> {
        if let Some(&at) = self.at.get(id) {
            let kept = &mut self.results.tests[at].1;
            if badness(status) > badness(*kept) {
                *kept = status;
            }
            return Some(at);
        }
        self.at.insert(id.to_owned(), self.results.tests.len());
        self.results.tests.push((id.to_owned(), status));
        None
    }

    /// A result in a format where names need not be unique: the second of a name is `name #2`.
    pub(super) fn put_numbered(&mut self, id: &str, status: TestStatus) {
        let id = self.numbered(id);
        self.put(&id, status);
    }

    /// The name under which the next thing of this name goes.
    pub(super) fn numbered(&mut self, id: &str) -> String {
        let n = self.n_of.entry(id.to_owned()).or_default();
        *n += 1;
        match *n {
            1 => id.to_owned(),
            n => format!("{id} #{n}"),
        }
    }

    /// What is known of a test so far.
    pub(super) fn status(&self, id: &str) -> Option<TestStatus> {
        self.at.get(id).map(|&at| self.results.tests[at].1)
    }

    /// Something that is no status.
    pub(super) fn finding(&mut self, kind: FindingKind, what: impl Into<String>) {
        let what = what.into();
        self.results.findings.push(Finding { kind, what });
    }

    /// How many tests there are.
    pub(super) fn n_tests(&self) -> usize {
        self.results.tests.len()
    }

    pub(super) fn finish(self) -> Results {
        self.results
    }
}

/// Of two results of one test the worse one counts: a pass must not hide a failure.
fn badness(status: TestStatus) -> u8 {
    match status {
        TestStatus::Passed => 0,
        TestStatus::ExpectedFailure => 1,
        TestStatus::Skipped => 2,
        TestStatus::UnexpectedPass => 3,
        TestStatus::Failed => 4,
        TestStatus::Error => 5,
    }
}
